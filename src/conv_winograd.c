/* ---- convolution by Winograd's minimal filtering ----------------------------------------------------------------------------------
 * F(m x m, 3 x 3) with m = 2 or 4, for stride 1 and no dilation (backends/kern_winograd.h has the arithmetic). The map is cut into tiles of
 * m x m, numbered through batch, rows and columns. A block of tiles is transformed, channel by channel, to V [channels][points][tiles]; the weights
 * were, once, to U [points][filters][channels]; (m + 2)^2 products M[point] = U[point] V[point], and a transform of M gives the map. Against
 * 9 m^2 multiplications for each tile, channel and filter the products take (m + 2)^2: 2.25 and 4 times fewer.
 *
 * Memory traffic: U streams once through each block, 4 bytes for each `tiles` multiply-adds. V is kept in L2 where it fits there, and a few
 * filters at a time go through all points, so that their M is small; of more channels one point after the other goes through all filters.
 *
 * Where few tiles would leave much of the last vector empty, the roles are the other way round: lanes run over filters, U is [points][channels][filters],
 * and M [tiles][points][filters]. Each sum is the same chain, so that the bits are, too.
 *
 * Error, of y and of the gradient with respect to x, against sums in double: at most 1.0e-6 of max |y| with F(2x2) and 3.5e-6 with F(4x4) over the
 * 3,500 shapes of tests/test_winograd.c (DLCV_TEST_FULL=1), up to 600 channels; its bounds are 2e-6 and 1e-5. A NaN or an infinity in x makes NaNs of all outputs of the tiles that see it. */
#ifndef DLCV_STRICT

/* Which tiles, how many at once, and where things are in a slot of the workspace. Sizes in floats. */
typedef struct dlcv__winograd {
    size_t m, points, down, across; /* tiles below and beside one another in a picture */
    size_t tiles, block, blocks;    /* of the batch; of a block, in whole vectors in the largest one; blocks of a group */
    size_t capacity;
    size_t panel, panels, pass;     /* filters of a panel, panels of a group, panels that go through all points together */
    int by_filters;                 /* lanes run over filters, panels are whole vectors of them, `wide` all together */
    size_t wide;
    size_t step, r_row, t_row;      /* floats of a channel or a filter at all points; of a row of r and of t */
    size_t v, packed, products, r, t, tiled, tiled_row, spans, slot;    /* places in a slot, its size */
    size_t u;                       /* prepared: [group][pass][point][panel][channel][filter] */
} dlcv__winograd;

enum { DLCV__WINOGRAD_TILES = 48, DLCV__WINOGRAD_L2 = 160 * 1024, DLCV__WINOGRAD_SMALL = 1 << 20 };     /* floats of a small U or M */

DLCV__FN int dlcv__winograd_place(size_t *used, size_t *at, size_t a, size_t b, size_t c, size_t size)
{
    size_t count;
    *at = *used / sizeof(float);
    return dlcv__mul(a, b, &count) && dlcv__mul(count, c, &count) && dlcv__conv_need(used, count, size);
}

/* Of `vectors` how many a panel takes, at most `most`: the most that divide them, or else the most. */
DLCV__FN size_t dlcv__winograd_vectors(size_t vectors, size_t most)
{
    size_t n = most < vectors ? most : vectors;
    while (n > 1 && vectors % n) n--;
    return n > 1 ? n : most < vectors ? most : vectors;
}

/* Lanes over filters, if that wastes less of them, and enough to be worth it? Of one block of tiles alone. */
DLCV__FN int dlcv__winograd_by_filters(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, dlcv__winograd *w)
{
    const size_t tiles = w->tiles, left = tiles % k->gemm_rows;
    w->wide = (g->fg + k->lanes - 1) / k->lanes * k->lanes;
    if (w->blocks > 1 || k->lanes == 1) return 0;
    return (tiles - left + (left && left < 3 ? 2 : left)) * w->wide * 8 < w->capacity * g->fg * 7;
}

/* 0 where the sizes overflow */
DLCV__FN int dlcv__winograd_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m, dlcv__winograd *w)
{
    const size_t lanes = k->lanes;
    size_t last, used = 0;
    memset(w, 0, sizeof *w);
    w->m = m, w->points = (m + 2) * (m + 2);
    w->down = (g->oh + m - 1) / m, w->across = (g->ow + m - 1) / m;
    w->tiles = g->n * w->down * w->across;      /* at most the map's pixels */
    w->block = (DLCV__WINOGRAD_TILES + lanes - 1) / lanes * lanes;
    w->blocks = (w->tiles + w->block / 2 - 1) / w->block;   /* half a block more is not worth another one */
    if (!w->blocks) w->blocks = 1;
    last = w->tiles - (w->blocks - 1) * w->block;
    w->capacity = ((w->blocks > 1 && last < w->block ? w->block : last) + lanes - 1) / lanes * lanes;
    w->by_filters = dlcv__winograd_by_filters(g, k, w);
    w->panel = w->by_filters ? dlcv__winograd_vectors(w->wide / lanes, k->gemm_cols / lanes) * lanes : k->gemm_rows;
    w->panels = (g->fg + w->panel - 1) / w->panel;
    w->pass = !w->by_filters && w->points * g->cg * w->capacity <= DLCV__WINOGRAD_L2 ? (16 + w->panel - 1) / w->panel : w->panels;
    if (w->pass > w->panels) w->pass = w->panels;
    w->step = w->points * w->capacity + (w->points * w->capacity / 16 % 2 ? 0 : 16);    /* lines, odd: no two channels at one place of a cache */
    w->r_row = m * w->capacity + m * lanes + lanes;
    w->t_row = m * w->capacity;
    w->tiled_row = m * w->wide + 16;
    if (!dlcv__mul(w->points * w->panel, g->c, &used) || !dlcv__mul(used, w->panels, &w->u)) return 0;
    used = 0;
    if (!dlcv__winograd_place(&used, &w->v, g->cg, w->step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->packed, g->cg, w->by_filters ? dlcv__up(w->tiles, k->gemm_rows) + k->gemm_rows : k->gemm_cols, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->products, w->by_filters ? w->tiles : w->pass * w->panel, w->by_filters ? w->points : w->step,
            w->by_filters ? w->wide : 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->tiled, w->by_filters ? m * w->across : 0, w->tiled_row, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->r, m + 3, w->r_row, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->t, m, w->t_row, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->spans, w->capacity, 1, 1, sizeof(dlcv__winograd_span))) return 0;
    w->slot = used / sizeof(float);
    return 1;
}

/* Where the weights of a panel of filters at a point are, in such panels: in the order of use. */
DLCV__INLINE size_t dlcv__winograd_panel(const dlcv__winograd *w, size_t point, size_t panel)
{
    const size_t at = panel % w->pass, first = panel - at;
    return first * w->points + point * (w->panels - first < w->pass ? w->panels - first : w->pass) + at;
}

/* ---- weights */

enum { DLCV__WINOGRAD_KERNELS = 80, DLCV__WINOGRAD_KERNEL_ROW = DLCV__WINOGRAD_KERNELS + 16 };     /* taken together; whole vectors are written */

/* G g G^T of n kernels, whose taps are rows of t [9][KERNEL_ROW], of which it makes [m + 2][3][KERNEL_ROW]: to point i at u + i * step.
 * turned: the taps are taken in reverse. */
DLCV__FN void dlcv__winograd_kernels(const dlcv__kernels_f32 *k, size_t m, float *t, int turned, size_t n, float *u, size_t step)
{
    enum { ROW = DLCV__WINOGRAD_KERNEL_ROW };
    const dlcv__winograd_lines weights = m == 4 ? k->winograd_weights4 : k->winograd_weights2;
    const size_t whole = n - n % k->lanes;
    const ptrdiff_t tap = turned ? -(ptrdiff_t)ROW : (ptrdiff_t)ROW;
    float rest[6 * 16];
    size_t i, j;
    weights(turned ? t + 6 * ROW : t, 3 * tap, t, 3 * ROW, 3 * ROW, 1, 0, 0);
    for (i = 0; i < m + 2; i++, u += (m + 2) * step) {
        const float *from = t + 3 * i * ROW + (turned ? 2 * ROW : 0);
        weights(from, tap, u, step, whole, 1, 0, 0);
        if (whole == n) continue;
        weights(from + whole, tap, rest, 16, k->lanes, 1, 0, 0);
        for (j = 0; j < m + 2; j++) memcpy(u + j * step + whole, rest + 16 * j, (n - whole) * sizeof(float));
    }
}

/* The weights of panel `unit` of all groups. turned: those of the convolution that goes from the map to the picture: filters and channels change
 * places, and the taps come in reverse; g is that convolution's. Some channels' kernels are laid side by side, tap by tap, in the order of the panel. */
DLCV__FN void dlcv__winograd_unit(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const dlcv__winograd *w, const float *weights, int turned,
    size_t unit, float *prepared)
{
    enum { ROW = DLCV__WINOGRAD_KERNEL_ROW };
    const size_t group = unit / w->panels, panel = unit % w->panels, size = g->cg * w->panel, first = panel * w->panel;
    const size_t rows = g->fg - first < w->panel ? g->fg - first : w->panel, channels = DLCV__WINOGRAD_KERNELS / w->panel;
    float taps[18 * ROW], *u = prepared + (group * w->panels * w->points + dlcv__winograd_panel(w, 0, panel)) * size;
    const size_t step = (dlcv__winograd_panel(w, 1, panel) - dlcv__winograd_panel(w, 0, panel)) * size;
    size_t c, i, count;
    weights += group * g->fg * g->cg * 9;
    for (c = 0; c < g->cg; c += count) {
        count = g->cg - c < channels ? g->cg - c : channels;
        memset(taps, 0, 9 * ROW * sizeof(float));
        for (i = c; i < c + count; i++)
            k->transpose4(taps + (i - c) * w->panel, ROW * sizeof(float), weights + (turned ? i * g->fg + first : first * g->cg + i) * 9,
                (turned ? 1 : g->cg) * 9 * sizeof(float), (int)rows, 9, 0);
        dlcv__winograd_kernels(k, w->m, taps, turned, count * w->panel, u + c * w->panel, step);
    }
}

DLCV__FN void dlcv__winograd_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m, const float *weights, float *prepared)
{
    dlcv__winograd w;
    size_t i;
    dlcv__winograd_plan(g, k, m, &w);
    for (i = 0; i < w.panels * g->groups; i++) dlcv__winograd_unit(g, k, &w, weights, 0, i, prepared);
}

/* ---- the run */

typedef struct dlcv__winograd_run {
    const dlcv__conv_run *r;
    const dlcv__winograd *w;
    size_t first, count;            /* blocks of all groups, that each task takes its part of; or one of them, shared by all tasks */
    int tasks;
    size_t all, own, rest;          /* blocks of a group; the first `own` are as large as can be, the others share `rest` vectors of tiles */
} dlcv__winograd_run;

/* A block of tiles in a slot of the workspace. */
typedef struct dlcv__winograd_block {
    size_t group, tiles, columns;   /* tiles, and in whole vectors */
    size_t spans;
    float *v, *packed, *products, *r, *t, *tiled;
    dlcv__winograd_span *span;
} dlcv__winograd_block;

/* Cuts the tiles into spans that stand side by side. */
DLCV__FN void dlcv__winograd_cut(const dlcv__conv_geom *g, const dlcv__winograd *w, size_t first, dlcv__winograd_block *b)
{
    size_t tile = 0, left, right;
    b->spans = 0;
    while (tile < b->tiles) {
        const size_t at = first + tile, across = at % w->across, down = at / w->across % w->down, n = at / w->across / w->down;
        dlcv__winograd_span *s = &b->span[b->spans++];
        s->tile = tile;
        s->count = w->across - across < b->tiles - tile ? w->across - across : b->tiles - tile;
        left = across * w->m, right = left + s->count * w->m + 2;   /* columns of the padded picture */
        s->lo = g->pl <= left ? 0 : (g->pl < right ? g->pl : right) - left;
        if (right > g->pl + g->w) right = g->pl + g->w;
        s->hi = right > left + s->lo ? right - left : s->lo;
        s->top = down * w->m;
        s->x = n * g->c * g->plane + left + s->lo - g->pl;     /* + row * w */
        s->y = n * g->f * g->pixels + s->top * g->ow + left;
        s->rows = g->oh - s->top < w->m ? g->oh - s->top : w->m;
        s->cols = g->ow - left < s->count * w->m ? g->ow - left : s->count * w->m;
        tile += s->count;
    }
}

/* Where block `index` of a group begins */
DLCV__FN size_t dlcv__winograd_cut_at(const dlcv__winograd_run *run, size_t index)
{
    if (index <= run->own) return index * run->w->block;
    return run->own * run->w->block + dlcv__conv_part(run->rest, (int)(index - run->own), (int)(run->all - run->own)) * run->r->kernels->lanes;
}

DLCV__FN void dlcv__winograd_block_at(const dlcv__winograd_run *run, size_t index, int slot, dlcv__winograd_block *b)
{
    const dlcv__conv_run *r = run->r;
    const dlcv__winograd *w = run->w;
    const size_t in_group = index % run->all, first = dlcv__winograd_cut_at(run, in_group);
    float *base = (float *)r->workspace + (size_t)slot * w->slot;
    b->group = index / run->all;
    b->tiles = (in_group + 1 < run->all ? dlcv__winograd_cut_at(run, in_group + 1) : w->tiles) - first;
    b->columns = (b->tiles + r->kernels->lanes - 1) / r->kernels->lanes * r->kernels->lanes;
    b->v = base + w->v, b->packed = base + w->packed, b->products = base + w->products, b->r = base + w->r, b->t = base + w->t, b->tiled = base + w->tiled;
    b->span = (dlcv__winograd_span *)(void *)(base + w->spans);
    dlcv__winograd_cut(r->g, w, first, b);
}

/* Are rows of tiles made of pixels between a padding of one each, zeros behind them where the last tile is not full, and too short to fill the lanes? */
DLCV__FN int dlcv__winograd_short(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const dlcv__winograd *w)
{
    return k->lanes > 1 && g->pl == 1 && g->w <= w->m * w->across && g->w + w->m > w->m * w->across && w->across % k->lanes != 0;
}

/* And are all rows of this block whole? Then inner [2][capacity] says which tiles are not the first, not the last of theirs. */
DLCV__FN int dlcv__winograd_whole(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, float *inner)
{
    size_t s, i;
    if (!dlcv__winograd_short(r->g, r->kernels, w)) return 0;
    for (s = 0; s < b->spans; s++) {
        if (b->span[s].count != w->across) return 0;
    }
    for (i = 0; i < w->capacity; i++) inner[i] = i % w->across ? 1.0f : 0.0f, inner[w->capacity + i] = (i + 1) % w->across ? 1.0f : 0.0f;
    return 1;
}

/* Channels begin .. end - 1 of the group to V. */
DLCV__FN void dlcv__winograd_channels(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const float *zeros = b->r + (w->m + 2) * w->r_row, *rows[6];
    const size_t before = r->kernels->lanes < 4 ? 4 : r->kernels->lanes;
    const int whole = dlcv__winograd_whole(r, w, b, b->t);
    size_t c, s, k;
    for (c = begin; c < end; c++) {
        for (s = 0; s < b->spans; s++) {
            const dlcv__winograd_span *p = &b->span[s];
            const size_t base = p->x + (b->group * g->cg + c) * g->plane;
            for (k = 0; k < w->m + 2; k++) {
                const size_t y = p->top + k - g->pt, at = base + y * g->w;  /* above the picture y is huge */
                rows[k] = zeros;
                if (y >= g->h || p->lo == p->hi) continue;
                rows[k] = r->x + at;
            }
            if (whole)
                (w->m == 4 ? r->kernels->winograd_columns4 : r->kernels->winograd_columns2)(rows, g->w, c + 1 < end ? g->plane : 0,
                    b->r + before + w->m * p->tile, w->r_row);
            else (w->m == 4 ? r->kernels->winograd_in4 : r->kernels->winograd_in2)(rows, p->lo, p->hi, p->count, c + 1 < end ? g->plane : 0, b->r,
                w->r_row, b->v + c * w->step + p->tile, b->columns, b->columns - p->tile);
        }
        if (whole)
            (w->m == 4 ? r->kernels->winograd_tiles4 : r->kernels->winograd_tiles2)(b->r + before, w->r_row, b->tiles, b->t, b->t + w->capacity,
                b->v + c * w->step, b->columns);
    }
}

/* The products of panels begin .. end - 1 at every point, to M [filter][point][tile]. The first panel leaves the columns of V, which lie far apart,
 * side by side for the others, if there are some. */
DLCV__FN void dlcv__winograd_products(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const dlcv__kernels_f32 *f = r->kernels;
    const size_t rows = f->gemm_rows, lanes = f->lanes, vectors = b->columns / lanes, parts = (b->columns + f->gemm_cols - 1) / f->gemm_cols;
    const float *u = (const float *)r->prepared + b->group * w->panels * w->points * g->cg * w->panel;
    size_t i, j, part, p, next;
    dlcv__gemm_walk walk;
    walk.k = g->cg, walk.a_row = 1, walk.a_step = rows, walk.c_row = w->step;
    walk.load = 0, walk.lines = 0, walk.touch = 0;
    for (i = 0; i < w->points; i++)
        for (part = j = 0; part < parts; part++, j += (size_t)walk.cols) {
            const size_t n = vectors * (part + 1) / parts - j / lanes;
            walk.cols = (int)(n * lanes);
            walk.b = b->v + i * b->columns + j, walk.b_step = w->step;
            walk.pack = end - begin > 3 ? b->packed : NULL;
            for (p = begin; p < end; p = next) {    /* panels that lie behind one another, the last one's filters by themselves */
                const size_t left = g->fg - p * rows;
                dlcv__cuts down;
                next = p - p % w->pass + w->pass;
                if (next > end) next = end;
                if (left > rows && next * rows > g->fg) next--;
                down.count = next - p, down.size = left < rows ? left : rows, down.larger = 0;
                walk.a = u + dlcv__winograd_panel(w, i, p) * g->cg * rows;
                walk.c = b->products + (p - begin) * rows * w->step + i * b->columns + j;
                dlcv__gemm_down(f, &walk, n, down, 0, g->cg * rows);
                if (walk.pack) walk.b = walk.pack, walk.b_step = n * lanes, walk.pack = NULL;
            }
        }
}

/* One filter's rows of outputs, t, to the map. */
DLCV__FN void dlcv__winograd_put(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, const dlcv__winograd_span *spans,
    size_t count, size_t filter, int more)
{
    const dlcv__conv_geom *g = r->g;
    const size_t f = b->group * g->fg + filter;
    dlcv__epilogue e;
    e.bias = r->tail.bias ? r->tail.bias + f : NULL;
    e.residual = r->tail.residual ? r->tail.residual + f * g->pixels : NULL;
    e.residual_row = g->ow;
    e.low = r->tail.low, e.high = r->tail.high;
    r->kernels->winograd_put(b->t, w->t_row, w->m, spans, count, r->y + f * g->pixels, g->ow, more ? g->pixels : 0, &e);
}

/* The same panels' products to the map. */
DLCV__FN void dlcv__winograd_outputs(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const size_t first = begin * w->panel, last = end * w->panel < r->g->fg ? end * w->panel : r->g->fg;
    size_t f;
    for (f = first; f < last; f++) {
        (w->m == 4 ? r->kernels->winograd_out4 : r->kernels->winograd_out2)(b->products + (f - first) * w->step, b->columns, b->columns, b->t, w->t_row);
        dlcv__winograd_put(r, w, b, b->span, b->spans, f, f + 1 < last);
    }
}

/* Lanes over filters: the products of panels begin .. end - 1 to M [tile][point][filter]. V, whose channels lie far apart, is packed for each point,
 * and the next panel of U asked for. */
DLCV__FN void dlcv__winograd_products_turned(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__kernels_f32 *f = r->kernels;
    const size_t cg = r->g->cg, rows = f->gemm_rows;
    const dlcv__cuts down = dlcv__cut(b->tiles, rows);
    const float *u = (const float *)r->prepared + b->group * w->panels * w->points * cg * w->panel;
    size_t i, p, t, q, height;
    dlcv__gemm_walk walk;
    walk.k = cg, walk.a_row = 1, walk.a_step = rows, walk.c_row = w->points * w->wide;
    walk.load = 0, walk.pack = NULL, walk.touch = 1;
    walk.ahead_next = 16;
    for (i = 0; i < w->points; i++) {
        for (q = t = 0; q < down.count; q++, t += height) {
            height = down.size + (q < down.larger);
            f->copy_rows(b->packed + q * cg * rows, rows, b->v + i * b->columns + t, w->step, cg, height);
        }
        for (p = begin; p < end; p++) {
            const size_t width = w->wide - p * w->panel < w->panel ? w->wide - p * w->panel : w->panel;
            walk.a = b->packed;
            walk.b = u + dlcv__winograd_panel(w, i, p) * cg * w->panel, walk.b_step = w->panel;
            walk.c = b->products + i * w->wide + p * w->panel;
            walk.cols = (int)width;
            walk.ahead = walk.b + cg * w->panel, walk.ahead_step = w->panel;
            walk.lines = i + 1 < w->points ? (w->panel + 15) / 16 : 0;
            dlcv__gemm_down(f, &walk, width / f->lanes, down, 0, cg * rows);
        }
    }
}

/* and these to the map, span by span: the transform makes rows of m outputs of one filter after the other, and its rows are brought together */
DLCV__FN void dlcv__winograd_outputs_turned(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const size_t first = begin * w->panel, wide = (end * w->panel < w->wide ? end * w->panel : w->wide) - first;
    size_t s, f, i, k;
    for (s = 0; s < b->spans; s++) {
        dlcv__winograd_span span = b->span[s];
        for (k = 0; k < span.count; k++)
            (w->m == 4 ? r->kernels->winograd_out4 : r->kernels->winograd_out2)(b->products + (span.tile + k) * w->points * w->wide + first, w->wide, wide,
                b->tiled + k * w->m * w->tiled_row, w->tiled_row);
        span.tile = 0;
        for (f = 0; f < wide && first + f < r->g->fg; f++) {
            for (i = 0; i < w->m; i++)
                for (k = 0; k < span.count; k++) {
                    const float *from = b->tiled + (k * w->m + i) * w->tiled_row + w->m * f;
                    float *to = b->t + i * w->t_row + w->m * k;
                    if (w->m == 4) memcpy(to, from, 4 * sizeof(float));
                    else memcpy(to, from, 2 * sizeof(float));
                }
            dlcv__winograd_put(r, w, b, &span, 1, first + f, 0);
        }
    }
}

/* Panels begin .. end - 1 of the map. */
DLCV__FN void dlcv__winograd_filters(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    size_t p;
    for (p = begin; p < end; p += w->pass) {
        const size_t until = end - p < w->pass ? end : p + w->pass;
        (w->by_filters ? dlcv__winograd_products_turned : dlcv__winograd_products)(r, w, b, p, until);
        (w->by_filters ? dlcv__winograd_outputs_turned : dlcv__winograd_outputs)(r, w, b, p, until);
    }
}

/* Blocks of its own, one after the other. */
DLCV__FN void dlcv__winograd_task(int index, void *context)
{
    const dlcv__winograd_run *run = (const dlcv__winograd_run *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    size_t i = run->first + dlcv__conv_part(run->count, index, run->tasks);
    const size_t end = run->first + dlcv__conv_part(run->count, index + 1, run->tasks);
    for (; i < end; i++) {
        dlcv__winograd_block b;
        dlcv__winograd_block_at(run, i, index, &b);
        dlcv__winograd_channels(run->r, run->w, &b, 0, run->r->g->cg);
        dlcv__winograd_filters(run->r, run->w, &b, 0, run->w->panels);
    }
    for (i = run->own; i && i < run->all; i++) {
        dlcv__winograd_block b;
        dlcv__winograd_block_at(run, i, index, &b);
        dlcv__winograd_channels(run->r, run->w, &b, 0, run->r->g->cg);
        dlcv__winograd_filters(run->r, run->w, &b, dlcv__conv_part(run->w->panels, index, run->tasks), dlcv__conv_part(run->w->panels, index + 1, run->tasks));
    }
    dlcv__fp_leave(fp);
}

/* One block for all tasks: its channels, then its filters, each with the first slot's V and all else of its own. */
DLCV__FN void dlcv__winograd_share(const dlcv__winograd_run *run, int index, dlcv__winograd_block *b)
{
    dlcv__winograd_block_at(run, run->first, index, b);
    b->v = (float *)run->r->workspace + run->w->v;
}

DLCV__FN void dlcv__winograd_channels_task(int index, void *context)
{
    const dlcv__winograd_run *run = (const dlcv__winograd_run *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__winograd_block b;
    dlcv__winograd_share(run, index, &b);
    dlcv__winograd_channels(run->r, run->w, &b, dlcv__conv_part(run->r->g->cg, index, run->tasks), dlcv__conv_part(run->r->g->cg, index + 1, run->tasks));
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__winograd_filters_task(int index, void *context)
{
    const dlcv__winograd_run *run = (const dlcv__winograd_run *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__winograd_block b;
    dlcv__winograd_share(run, index, &b);
    dlcv__winograd_filters(run->r, run->w, &b, dlcv__conv_part(run->w->panels, index, run->tasks), dlcv__conv_part(run->w->panels, index + 1, run->tasks));
    dlcv__fp_leave(fp);
}

/* Tasks that are worth their slots. */
DLCV__FN int dlcv__winograd_width(const dlcv__conv_geom *g, const dlcv__winograd *w, int width)
{
    const size_t blocks = w->blocks * g->groups, most = blocks > w->panels ? blocks : w->panels;
    return (size_t)width < most ? width : (int)most;
}

/* Of one group several tasks have as many blocks each; of the tiles that are left each transforms all channels, for filters of its own. Where there are fewer tiles, and
 * of the few blocks of several groups that are left, tasks work on one block after the other: on its channels, then on its filters. */
DLCV__FN void dlcv__winograd_run_all(const dlcv__conv_run *r, size_t m)
{
    dlcv__winograd w;
    dlcv__winograd_run run;
    size_t blocks, left;
    int i;
    dlcv__winograd_plan(r->g, r->kernels, m, &w);
    run.r = r, run.w = &w;
    run.tasks = dlcv__winograd_width(r->g, &w, dlcv__width(r->env));
    blocks = w.blocks * r->g->groups;
    left = blocks < 16 * (size_t)run.tasks ? blocks % (size_t)run.tasks : 0;
    run.all = run.own = w.blocks, run.rest = 0;
    if (run.tasks > 1 && r->g->groups == 1) {
        const size_t tasks = (size_t)run.tasks, lanes = r->kernels->lanes, vectors = dlcv__up(w.tiles, lanes) / lanes;
        const size_t each = w.by_filters ? (w.tiles + tasks - 1) / tasks : vectors / tasks * lanes;
        const int light = w.u <= DLCV__WINOGRAD_SMALL && each >= r->kernels->gemm_rows && each < w.block;  /* tasks read all weights, for few tiles each */
        if (light) w.block = each;
        run.own = light && w.by_filters ? (w.tiles + each - 1) / each : light ? tasks : vectors / tasks / (w.block / lanes) * tasks;
        run.rest = light && w.by_filters ? 0 : vectors - run.own * (w.block / lanes);
        run.all = run.own + (run.rest * lanes + w.capacity - 1) / w.capacity;
        left = run.own ? 0 : run.all;
        blocks = run.own + left;
    }
    for (i = 0; i < run.tasks; i++) memset((float *)r->workspace + (size_t)i * w.slot + w.r, 0, (w.m + 3) * w.r_row * sizeof(float));
    run.first = 0, run.count = blocks - left;
    if (run.count) dlcv__parallel(r->env, run.tasks, dlcv__winograd_task, &run);
    for (run.first = run.count; run.first < blocks; run.first++) {
        const int tasks = run.tasks;
        run.tasks = (size_t)tasks < r->g->cg ? tasks : (int)r->g->cg;
        dlcv__parallel(r->env, run.tasks, dlcv__winograd_channels_task, &run);
        run.tasks = (size_t)tasks < w.panels ? tasks : (int)w.panels;
        dlcv__parallel(r->env, run.tasks, dlcv__winograd_filters_task, &run);
        run.tasks = tasks;
    }
}

/* ---- rows of the table */

DLCV__FN int dlcv__winograd_applies(const dlcv__conv_geom *g)
{
    return g->kh == 3 && g->kw == 3 && g->sh == 1 && g->sw == 1 && g->dh == 1 && g->dw == 1;
}

/* In lanes times vector instructions. Products: for each filter and point a tile of `columns`, whole vectors of tiles, costs its channels and some four
 * more; below ten columns the weights' way from memory costs more. Transforms: of whole vectors of tiles in rows, so many cycles each. */
DLCV__FN double dlcv__winograd_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m)
{
    const double lanes = (double)k->lanes;
    const size_t rows = k->gemm_rows;
    dlcv__winograd w;
    double columns, vectors, filters = (double)g->f;
    if (!dlcv__winograd_plan(g, k, m, &w)) return 1e300;
    columns = (double)((w.blocks - 1) * w.block + (w.tiles - (w.blocks - 1) * w.block + k->lanes - 1) / k->lanes * k->lanes);
    vectors = (double)(g->n * w.down) * (double)((w.across + k->lanes - 1) / k->lanes);
    if (dlcv__winograd_short(g, k, &w)) vectors = (double)(w.tiles + w.tiles / 4) / lanes + 1;
    if (w.by_filters) {
        columns = (double)(w.tiles - w.tiles % rows + (w.tiles % rows == 1 ? 2 : w.tiles % rows));
        filters = (double)(w.wide * g->groups);
    }
    return (columns < 10 ? 10 : columns) * (double)w.points * (double)(g->cg + 4) * filters
        + lanes * (double)g->c * vectors * (m == 4 ? 450 : 200) + filters * columns * (w.by_filters ? 2 : 1) * (m == 4 ? 400 : 180);
}

DLCV__FN int dlcv__winograd_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t m, size_t *prepared, size_t *workspace)
{
    dlcv__winograd w;
    *prepared = *workspace = 0;
    return dlcv__winograd_plan(g, k, m, &w) && dlcv__conv_need(prepared, w.u, sizeof(float)) && dlcv__mul(w.slot, sizeof(float), workspace)
        && dlcv__mul(*workspace, (size_t)dlcv__winograd_width(g, &w, width), workspace);
}

/* ---- the gradient with respect to x: the map, padded by 2 - padding, times the weights turned round */

/* The geometry of that convolution: map and picture change places. */
DLCV__FN dlcv__conv_geom dlcv__winograd_adjoint(const dlcv__conv_geom *g)
{
    dlcv__conv_geom t = *g;
    t.c = g->f, t.f = g->c, t.cg = g->fg, t.fg = g->cg;
    t.h = g->oh, t.w = g->ow, t.oh = g->h, t.ow = g->w;
    t.pt = 2 - g->pt, t.pl = 2 - g->pl;
    t.plane = g->pixels, t.pixels = g->plane;
    t.x_count = g->y_count, t.y_count = g->x_count;
    t.k = t.cg * t.taps;
    return t;
}

DLCV__FN int dlcv__winograd_back_applies(const dlcv__conv_geom *g)
{
    return dlcv__winograd_applies(g) && g->pt <= 2 && g->pl <= 2;
}

/* some 30 cycles for the weights of a channel and filter, whose transform is part of the call */
DLCV__FN double dlcv__winograd_back_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m)
{
    const dlcv__conv_geom t = dlcv__winograd_adjoint(g);
    return dlcv__winograd_cost(&t, k, m) + (double)k->lanes * (double)g->cg * (double)g->f * (m == 4 ? 35 : 20);
}

DLCV__FN int dlcv__winograd_back_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t m, size_t *workspace)
{
    const dlcv__conv_geom t = dlcv__winograd_adjoint(g);
    size_t prepared;
    return dlcv__winograd_bytes(&t, k, width, m, &prepared, workspace) && dlcv__add(*workspace, prepared, workspace);
}

typedef struct dlcv__winograd_turn {
    const dlcv__conv_geom *g;
    const dlcv__kernels_f32 *k;
    const dlcv__winograd *w;
    const float *weights;
    float *prepared;
    int tasks;
} dlcv__winograd_turn;

DLCV__FN void dlcv__winograd_turn_task(int index, void *context)
{
    const dlcv__winograd_turn *t = (const dlcv__winograd_turn *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    size_t i = dlcv__conv_part(t->w->panels * t->g->groups, index, t->tasks);
    const size_t end = dlcv__conv_part(t->w->panels * t->g->groups, index + 1, t->tasks);
    for (; i < end; i++) dlcv__winograd_unit(t->g, t->k, t->w, t->weights, 1, i, t->prepared);
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__winograd_back_run(const dlcv__conv_run *r, size_t m)
{
    const dlcv__conv_geom g = dlcv__winograd_adjoint(r->g);
    const size_t width = (size_t)dlcv__width(r->env);
    dlcv__conv_run run = *r;
    dlcv__winograd w;
    dlcv__winograd_turn turn;
    size_t prepared, workspace;
    dlcv__winograd_plan(&g, r->kernels, m, &w);
    dlcv__winograd_bytes(&g, r->kernels, (int)width, m, &prepared, &workspace);
    turn.g = &g, turn.k = r->kernels, turn.w = &w, turn.weights = r->weights, turn.prepared = (float *)r->workspace;
    turn.tasks = (int)(width < w.panels * g.groups ? width : w.panels * g.groups);
    dlcv__parallel(r->env, turn.tasks, dlcv__winograd_turn_task, &turn);
    run.g = &g, run.prepared = r->workspace, run.workspace = (unsigned char *)r->workspace + prepared;
    dlcv__winograd_run_all(&run, m);
}

#define DLCV__WINOGRAD_ROW(M) \
DLCV__FN double dlcv__winograd##M##_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k) { return dlcv__winograd_cost(g, k, M); } \
DLCV__FN int dlcv__winograd##M##_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace) \
{ \
    return dlcv__winograd_bytes(g, k, width, M, prepared, workspace); \
} \
DLCV__FN void dlcv__winograd##M##_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared) \
{ \
    dlcv__winograd_prepare(g, k, M, weights, (float *)prepared); \
} \
DLCV__FN void dlcv__winograd##M##_run(const dlcv__conv_run *r) { dlcv__winograd_run_all(r, M); } \
DLCV__FN double dlcv__winograd##M##_back_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k) { return dlcv__winograd_back_cost(g, k, M); } \
DLCV__FN int dlcv__winograd##M##_back_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace) \
{ \
    return dlcv__winograd_back_bytes(g, k, width, M, workspace); \
} \
DLCV__FN void dlcv__winograd##M##_back_run(const dlcv__conv_run *r) { dlcv__winograd_back_run(r, M); }

DLCV__WINOGRAD_ROW(2)
DLCV__WINOGRAD_ROW(4)
#undef DLCV__WINOGRAD_ROW

#endif
