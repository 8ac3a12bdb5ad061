/* ---- the gradient with respect to the weights by Winograd's minimal filtering --------------------------------------------------------------
 * The forward pass is Y = A^T [(G g G^T) * (B^T d B)] A for each tile; what goes back to the taps is its adjoint,
 *   dg = G^T (sum over tiles of (A dY A^T) * (B^T d B)) G,
 * with the same matrices, here for m x m gradients and (m + 2) x (m + 2) inputs. So both sides are transformed, tile by tile, to V [point][panel][tile][channel]
 * and Z [point][panel][tile][filter], with lanes over channels and filters: strips of 16 of them are transposed first. (m + 2)^2 products
 * M[point] = Z[point]^T V[point] add up the tiles; G^T M G is made once, at the end.
 *
 * A block of tiles at a time; each element of M is one ascending chain over a block's tiles, and the sum of those chains in order. Where M is small each task has a block of
 * its own and the first one's M gets the others' added; else tasks share each block, first by strips, then by points and panels of channels. No sum knows how many there are.
 *
 * Error against sums in double: at most 1.0e-6 of max |dw| with F(2x2) and 3.5e-6 with F(4x4) in tests/test_winograd.c; its bounds are 2e-6 and 1e-5. */
#ifndef DLCV_STRICT

enum { DLCV__WINOGRAD_LANES = 16, DLCV__WINOGRAD_DEPTH = 192 };  /* of a strip; tiles of a block, at most */

typedef struct dlcv__winograd_side {
    const float *from;              /* [n, channels of all groups, plane] */
    size_t plane, rows, row, channels;  /* channels of a group */
    size_t reach;                   /* rows and columns that a tile sees beyond m */
    size_t panel, wide, step;       /* channels of a panel; of all, whole lines (the last panel has what is left); floats of a point */
    float *to;
    dlcv__winograd_lines lines;
} dlcv__winograd_side;

typedef struct dlcv__winograd_dw {
    const dlcv__conv_geom *g;
    const dlcv__kernels_f32 *k;
    dlcv__winograd w;               /* m, points, tiles and their grid; blocks */
    dlcv__winograd_block b;         /* the block at hand and its spans */
    dlcv__winograd_side side[2];    /* picture, map */
    size_t m_row, m_step;           /* of a filter of M, of a point */
    size_t v, z, products, spans, region, slots, slot, bytes;   /* places, in floats, of them all; a task's strips; the workspace */
    float *base, *strips, *dw;
    size_t at;                      /* the block's first tile */
    int tasks, apart, load, add;    /* apart: each task has a region */
} dlcv__winograd_dw;

/* tile: rows or columns of a tile of the product, which should not straddle panels */
DLCV__FN int dlcv__winograd_side_plan(dlcv__winograd_side *s, const dlcv__winograd *w, size_t tile)
{
    enum { LANES = DLCV__WINOGRAD_LANES };
    s->panel = tile % LANES == 0 ? tile : LANES % tile == 0 ? (size_t)LANES : 3 * (size_t)LANES;
    s->wide = (s->channels + LANES - 1) / LANES * LANES;
    return dlcv__mul(w->block, s->wide, &s->step) && dlcv__add(s->step, LANES, &s->step);  /* no two points at one place of a cache */
}

/* Where channel c's tiles are at a point, and how far from one another */
DLCV__INLINE float *dlcv__winograd_side_at(const dlcv__winograd_side *s, size_t tiles, size_t point, size_t c, size_t *row)
{
    const size_t first = c - c % s->panel;
    *row = s->wide - first < s->panel ? s->wide - first : s->panel;
    return s->to + point * s->step + first * tiles + c % s->panel;
}

/* 0 where the sizes overflow */
DLCV__FN int dlcv__winograd_dw_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t m, dlcv__winograd_dw *d)
{
    dlcv__winograd *w = &d->w;
    size_t used = 0, strip, rows;
    memset(d, 0, sizeof *d);
    d->g = g, d->k = k;
    w->m = m, w->points = (m + 2) * (m + 2);
    w->down = (g->oh + m - 1) / m, w->across = (g->ow + m - 1) / m;
    w->tiles = g->n * w->down * w->across;      /* at most the map's pixels */
    w->blocks = (w->tiles + DLCV__WINOGRAD_DEPTH - 1) / DLCV__WINOGRAD_DEPTH;
    if (w->blocks > 1 && w->points * g->fg * dlcv__up(g->cg, DLCV__WINOGRAD_LANES) <= DLCV__WINOGRAD_SMALL) w->blocks = dlcv__up(w->blocks, w->blocks > 2 ? 4 : 2);
    w->block = (w->tiles + w->blocks - 1) / w->blocks;
    w->blocks = (w->tiles + w->block - 1) / w->block;  /* where M is small: rounds for two and four tasks */
    d->side[0].channels = g->cg, d->side[0].plane = g->plane, d->side[0].rows = g->h, d->side[0].row = g->w, d->side[0].reach = 2;
    d->side[1].channels = g->fg, d->side[1].plane = g->pixels, d->side[1].rows = g->oh, d->side[1].row = g->ow;
    d->side[0].lines = m == 4 ? k->winograd_lines4 : k->winograd_lines2;
    d->side[1].lines = m == 4 ? k->winograd_map4 : k->winograd_map2;
    if (!dlcv__winograd_side_plan(&d->side[0], w, k->gemm_cols) || !dlcv__winograd_side_plan(&d->side[1], w, k->gemm_rows)) return 0;
    strip = (m + 2) * (m * (w->across < w->block ? w->across : w->block) + 2) * DLCV__WINOGRAD_LANES;
    rows = 3 * (m + 2) + 18;        /* of wide floats, that the taps of a filter pass through */
    d->m_row = d->side[0].wide + (d->side[0].wide / DLCV__WINOGRAD_LANES % 2 ? 0 : DLCV__WINOGRAD_LANES);     /* an odd number of lines */
    if (!dlcv__mul(rows, d->m_row, &rows) || !dlcv__mul(g->fg, d->m_row, &d->m_step) || !dlcv__add(d->m_step, DLCV__WINOGRAD_LANES, &d->m_step)
        || !dlcv__winograd_place(&used, &d->v, w->points, d->side[0].step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &d->z, w->points, d->side[1].step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &d->products, w->points, d->m_step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &d->spans, w->block, 1, 1, sizeof(dlcv__winograd_span))) return 0;
    d->region = (used / sizeof(float) + 15) / 16 * 16;
    d->slot = ((strip > rows ? strip : rows) + 15) / 16 * 16;
    d->tasks = (double)w->tiles * (double)w->points * (double)g->w_count < (double)DLCV__CONV_ALONE * 9 ? 1 : (size_t)width < w->points ? width : (int)w->points;
    d->apart = d->tasks > 1 && w->blocks > 1 && w->points * d->m_step <= DLCV__WINOGRAD_SMALL;
    if (d->apart && (size_t)d->tasks > w->blocks) d->tasks = (int)w->blocks;
    return dlcv__mul(d->region, d->apart ? (size_t)d->tasks : 1, &d->slots) && dlcv__mul(d->slot, (size_t)d->tasks, &rows) && dlcv__add(d->slots, rows, &rows)
        && dlcv__mul(rows, sizeof(float), &d->bytes);
}

/* Columns lo .. hi - 1 of `channels` channels, at `from` (NULL: there are none), to a strip's row of cols; all else there is zeros */
DLCV__FN void dlcv__winograd_strip(const dlcv__kernels_f32 *k, const float *from, size_t plane, size_t channels, size_t lo, size_t hi, size_t cols, float *to)
{
    enum { ROW = DLCV__WINOGRAD_LANES, BYTES = DLCV__WINOGRAD_LANES * sizeof(float) };
    if (!from || channels < ROW) memset(to, 0, cols * BYTES);
    else memset(to, 0, lo * BYTES), memset(to + hi * ROW, 0, (cols - hi) * BYTES);
    if (from) k->transpose4(to + lo * ROW, BYTES, from, plane * sizeof(float), (int)channels, (int)(hi - lo), 0);
}

/* rows x cols floats will be wanted soon */
DLCV__INLINE void dlcv__winograd_ahead(const float *p, size_t row, size_t rows, size_t cols)
{
    size_t i, j;
    for (i = 0; i < rows; i++)
        for (j = 0; j < cols; j += 16) DLCV__PREFETCH(p + i * row + j);
}

/* A span of tiles, channels c .. c + 15 of group `group`: transposed, then both transforms */
DLCV__FN void dlcv__winograd_side_span(const dlcv__winograd_dw *d, const dlcv__winograd_side *side, const dlcv__winograd_span *s, size_t group, size_t c, float *strip)
{
    enum { ROW = DLCV__WINOGRAD_LANES };
    const dlcv__conv_geom *g = d->g;
    const size_t m = d->w.m, cols = m * s->count + side->reach, line = cols * ROW, channels = side->channels - c < ROW ? side->channels - c : (size_t)ROW;
    const size_t lo = side->reach ? s->lo : 0, hi = side->reach ? s->hi : s->cols;
    const float *plane = side->from + (group * side->channels + c) * side->plane;
    size_t k, row;
    for (k = 0; k < m + side->reach; k++) {
        const size_t y = side->reach ? s->top + k - g->pt : s->top + k;     /* above the picture y is huge */
        const size_t at = side->reach ? s->x + y * side->row : s->y + k * side->row;
        const float *from = y < side->rows && lo < hi ? plane + at : NULL;
        dlcv__winograd_strip(d->k, from, side->plane, channels, lo, hi, cols, strip + k * line);
        if (k >= side->reach && from && side->rows - y > m) dlcv__winograd_ahead(from + m * side->row, side->plane, channels, hi - lo);
    }
    side->lines(strip, (ptrdiff_t)line, strip, line, line, 1, 0, 0);
    for (k = 0; k < m + 2; k++) {
        float *to = dlcv__winograd_side_at(side, d->b.tiles, k * (m + 2), c, &row);
        side->lines(strip + k * line, ROW, to + s->tile * row, side->step, ROW, s->count, m * ROW, row);
    }
}

/* The block's strips, all of the picture, then all of the map */
DLCV__FN void dlcv__winograd_sides_task(int index, void *context)
{
    const dlcv__winograd_dw *d = (const dlcv__winograd_dw *)context;
    const size_t first = (d->side[0].channels - 1) / DLCV__WINOGRAD_LANES + 1, all = first + (d->side[1].channels - 1) / DLCV__WINOGRAD_LANES + 1;
    const size_t end = dlcv__conv_part(all * d->b.spans, index + 1, d->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    size_t i;
    for (i = dlcv__conv_part(all * d->b.spans, index, d->tasks); i < end; i++) {
        const size_t part = i / d->b.spans, map = part >= first;
        dlcv__winograd_side_span(d, &d->side[map], &d->b.span[i % d->b.spans], d->b.group, (map ? part - first : part) * DLCV__WINOGRAD_LANES,
            d->strips + (size_t)index * d->slot);
    }
    dlcv__fp_leave(fp);
}

/* M += Z^T V, by points and panels of channels */
DLCV__FN void dlcv__winograd_add_task(int index, void *context)
{
    const dlcv__winograd_dw *d = (const dlcv__winograd_dw *)context;
    const dlcv__winograd_side *v = &d->side[0], *z = &d->side[1];
    const size_t rows = d->k->gemm_rows, panels = (v->wide - 1) / v->panel + 1, end = dlcv__conv_part(d->w.points * panels, index + 1, d->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__epilogue e;
    const size_t columns = (v->channels + d->k->lanes - 1) / d->k->lanes * d->k->lanes;
    size_t i, f, c, b_step, a_step;
    e.bias = NULL, e.residual_row = d->m_row;
    e.low = dlcv__float_of(0xff800000u), e.high = dlcv__float_of(0x7f800000u);
    for (i = dlcv__conv_part(d->w.points * panels, index, d->tasks); i < end; i++) {
        const size_t point = i / panels, first = i % panels * v->panel;
        const float *b = dlcv__winograd_side_at(v, d->b.tiles, point, first, &b_step);
        const size_t until = columns - first < b_step ? columns - first : b_step;
        for (c = 0; c < until; c += d->k->gemm_cols)
            for (f = 0; f < z->channels; f += rows) {
                const float *a = dlcv__winograd_side_at(z, d->b.tiles, point, f, &a_step);
                const size_t height = z->channels - f < rows ? z->channels - f : rows, width = until - c < d->k->gemm_cols ? until - c : d->k->gemm_cols;
                float *sums = d->b.products + point * d->m_step + f * d->m_row + first + c;
                e.residual = sums;
                if (z->channels - f > rows) dlcv__winograd_ahead(sums + rows * d->m_row, d->m_row, rows, width);
                d->k->gemm_tile(d->b.tiles, a, 1, a_step, b + c, b_step, sums, d->m_row, (int)height, (int)width, 0, d->load ? &e : NULL);
            }
    }
    dlcv__fp_leave(fp);
}

/* The block of region `index` is tiles `at` .. */
DLCV__FN void dlcv__winograd_dw_at(dlcv__winograd_dw *d, size_t index, size_t at)
{
    float *base = d->base + index * d->region;
    d->side[0].to = base + d->v, d->side[1].to = base + d->z;
    d->b.products = base + d->products;
    d->b.span = (dlcv__winograd_span *)(void *)(base + d->spans);
    d->b.tiles = d->w.tiles - at < d->w.block ? d->w.tiles - at : d->w.block;
    dlcv__winograd_cut(d->g, &d->w, at, &d->b);
}

/* A block apart: its M, with what was there before in the first region */
DLCV__FN void dlcv__winograd_apart_task(int index, void *context)
{
    dlcv__winograd_dw d = *(const dlcv__winograd_dw *)context;
    d.strips += (size_t)index * d.slot;
    d.tasks = 1;
    d.load = !index && d.load;
    dlcv__winograd_dw_at(&d, (size_t)index, d.at + (size_t)index * d.w.block);
    dlcv__winograd_sides_task(0, &d);
    dlcv__winograd_add_task(0, &d);
}

/* The first region's M += the others', row by row */
DLCV__FN void dlcv__winograd_gather_task(int index, void *context)
{
    const dlcv__winograd_dw *d = (const dlcv__winograd_dw *)context;
    const size_t fg = d->g->fg, wide = (d->g->cg + d->k->lanes - 1) / d->k->lanes * d->k->lanes, end = dlcv__conv_part(d->w.points * fg, index + 1, d->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    size_t i, j;
    for (i = dlcv__conv_part(d->w.points * fg, index, d->tasks); i < end; i++) {
        float *to = d->base + d->products + i / fg * d->m_step + i % fg * d->m_row;
        for (j = 1; j < (size_t)d->tasks && d->at + j * d->w.block < d->w.tiles; j++) d->k->flat->binary[DLCV__FLAT_ADD](to, to + j * d->region, to, wide);
    }
    dlcv__fp_leave(fp);
}

/* G^T M G of filters, to dw */
DLCV__FN void dlcv__winograd_taps_task(int index, void *context)
{
    const dlcv__winograd_dw *d = (const dlcv__winograd_dw *)context;
    const dlcv__winograd_lines taps = d->w.m == 4 ? d->k->winograd_taps4 : d->k->winograd_taps2;
    const size_t wide = d->m_row, cg = d->g->cg, n = (cg + d->k->lanes - 1) / d->k->lanes * d->k->lanes, points = d->w.m + 2;
    float *some = d->strips + (size_t)index * d->slot, *nine = some + 3 * points * wide, *turned = nine + 9 * wide;
    const size_t end = dlcv__conv_part(d->g->fg, index + 1, d->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    size_t f;
    for (f = dlcv__conv_part(d->g->fg, index, d->tasks); f < end; f++) {
        float *to = d->dw + (d->b.group * d->g->fg + f) * cg * 9;
        taps(d->b.products + f * wide, (ptrdiff_t)(points * d->m_step), some, points * wide, n, points, d->m_step, wide);
        taps(some, (ptrdiff_t)wide, nine, wide, n, 3, points * wide, 3 * wide);
        d->k->transpose4(d->add ? turned : to, 9 * sizeof(float), nine, wide * sizeof(float), 9, (int)cg, 0);
        if (d->add) d->k->flat->binary[DLCV__FLAT_ADD](to, turned, to, 9 * cg);
    }
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__winograd_dw_run(const dlcv__conv_run *r, size_t m)
{
    const dlcv__conv_geom *g = r->g;
    dlcv__winograd_dw d;
    size_t group, blocks;
    if (!dlcv__winograd_dw_plan(g, r->kernels, dlcv__width(r->env), m, &d)) return;
    d.base = (float *)r->workspace;
    d.side[0].from = r->x, d.side[1].from = r->map;
    d.strips = d.base + d.slots;
    d.dw = r->y, d.add = r->add;
    for (group = 0; group < g->groups; group++) {
        d.b.group = group;
        for (d.at = 0; d.at < d.w.tiles; d.at += (d.apart ? (size_t)d.tasks : 1) * d.w.block) {
            d.load = d.at > 0;
            if (d.apart) {
                blocks = (d.w.tiles - d.at - 1) / d.w.block + 1;
                dlcv__parallel(r->env, (size_t)d.tasks < blocks ? d.tasks : (int)blocks, dlcv__winograd_apart_task, &d);
                dlcv__parallel(r->env, d.tasks, dlcv__winograd_gather_task, &d);
            } else {
                dlcv__winograd_dw_at(&d, 0, d.at);
                dlcv__parallel(r->env, d.tasks, dlcv__winograd_sides_task, &d);
                dlcv__parallel(r->env, d.tasks, dlcv__winograd_add_task, &d);
            }
        }
        d.b.products = d.base + d.products;
        dlcv__parallel(r->env, d.tasks, dlcv__winograd_taps_task, &d);
    }
}

DLCV__FN double dlcv__winograd_dw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m)
{
    dlcv__winograd_dw d;
    double tiles, lines, cost;
    if (!dlcv__winograd_dw_plan(g, k, 1, m, &d)) return 1e300;
    tiles = (double)d.w.tiles;
    lines = (double)(d.side[0].channels + d.side[1].channels + 31) / (double)k->lanes;
    cost = 1.12 * tiles * (double)d.w.points * dlcv__tiles_cost(k, g->fg, g->cg);
    cost += tiles * ((double)(m * (m + 2) * (g->cg + g->fg)) * 0.6 + lines * (m == 4 ? 300 : 130));
    cost += (double)d.w.blocks * (double)d.w.points * (double)(g->fg * g->cg) / (double)k->lanes * 2.5 + (double)(g->fg * g->cg) * (m == 4 ? 20 : 12);
    return cost * (double)g->groups * (double)k->lanes;
}

#define DLCV__WINOGRAD_ROW(M) \
DLCV__FN double dlcv__winograd##M##_dw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k) { return dlcv__winograd_dw_cost(g, k, M); } \
DLCV__FN int dlcv__winograd##M##_dw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace) \
{ \
    dlcv__winograd_dw d; \
    const int fits = dlcv__winograd_dw_plan(g, k, width, M, &d); \
    *workspace = d.bytes; \
    return fits; \
} \
DLCV__FN void dlcv__winograd##M##_dw_run(const dlcv__conv_run *r) { dlcv__winograd_dw_run(r, M); }

DLCV__WINOGRAD_ROW(2)
DLCV__WINOGRAD_ROW(4)
#undef DLCV__WINOGRAD_ROW

#endif
