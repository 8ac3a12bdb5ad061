/* ---- convolution by Winograd's minimal filtering ----------------------------------------------------------------------------------
 * F(m x m, 3 x 3) with m = 2 or 4, for stride 1 and no dilation (backends/kern_winograd.h has the arithmetic). The map is cut into tiles of
 * m x m, numbered through batch, rows and columns. A block of tiles is transformed, channel by channel, to V [points][channels][tiles]; the weights
 * were, once, to U [points][filters][channels]; (m + 2)^2 products M[point] = U[point] V[point], and a transform of M gives the map. Against
 * 9 m^2 multiplications for each tile, channel and filter the products take (m + 2)^2: 2.25 and 4 times fewer.
 *
 * Memory traffic: U streams once through each block, 4 bytes for each `tiles` multiply-adds. V is kept in L2 where it fits there, and a few
 * filters at a time go through all points, so that their M is small; of more channels one point after the other goes through all filters.
 *
 * Error: see tests/test_winograd.c. A NaN or an infinity in x makes NaNs of all outputs of the tiles that see it. */
#ifndef DLCV_STRICT

/* Which tiles, how many at once, and where things are in a slot of the workspace. Sizes in floats. */
typedef struct dlcv__winograd {
    size_t m, points, down, across; /* tiles below and beside one another in a picture */
    size_t tiles, block, blocks;    /* of the batch; of a block, in whole vectors in the largest one; blocks of a group */
    size_t capacity;
    size_t panels, pass;            /* of gemm_rows filters, in a group; that go through all points together */
    size_t v_step, m_step, r_row, t_row;
    size_t v, products, r, t, spans, slot;  /* places in a slot, its size */
    size_t u;                       /* prepared: [group][panel][point][channel][gemm_rows] */
} dlcv__winograd;

enum { DLCV__WINOGRAD_TILES = 48, DLCV__WINOGRAD_L2 = 160 * 1024 };

DLCV__FN int dlcv__winograd_place(size_t *used, size_t *at, size_t a, size_t b, size_t c, size_t size)
{
    size_t count;
    *at = *used / sizeof(float);
    return dlcv__mul(a, b, &count) && dlcv__mul(count, c, &count) && dlcv__conv_need(used, count, size);
}

/* 0 where the sizes overflow */
DLCV__FN int dlcv__winograd_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m, dlcv__winograd *w)
{
    const size_t lanes = k->lanes, rows = k->gemm_rows, cols = k->gemm_cols;
    size_t last, used = 0;
    memset(w, 0, sizeof *w);
    w->m = m, w->points = (m + 2) * (m + 2);
    w->down = (g->oh + m - 1) / m, w->across = (g->ow + m - 1) / m;
    w->tiles = g->n * w->down * w->across;      /* at most the map's pixels */
    w->block = (DLCV__WINOGRAD_TILES + cols - 1) / cols * cols;
    w->blocks = (w->tiles + w->block / 2 - 1) / w->block;   /* half a block more is not worth another one */
    if (!w->blocks) w->blocks = 1;
    last = w->tiles - (w->blocks - 1) * w->block;
    w->capacity = ((w->blocks > 1 && last < w->block ? w->block : last) + lanes - 1) / lanes * lanes;
    w->panels = (g->fg + rows - 1) / rows;
    w->pass = w->points * g->cg * w->capacity <= DLCV__WINOGRAD_L2 ? (16 + rows - 1) / rows : w->panels;
    if (w->pass > w->panels) w->pass = w->panels;
    w->v_step = g->cg * w->capacity + lanes;    /* the last vector of the last channel may end behind it; no two points at one place of a cache */
    w->m_step = w->pass * rows * w->capacity + lanes;
    w->r_row = m * w->capacity + m * lanes + lanes + 2;
    w->t_row = m * w->capacity;
    if (!dlcv__mul(w->points * rows * g->groups, g->cg, &used) || !dlcv__mul(used, w->panels, &w->u)) return 0;
    used = 0;
    if (!dlcv__winograd_place(&used, &w->v, w->points, w->v_step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->products, w->points, w->m_step, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->r, m + 3, w->r_row, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->t, m, w->t_row, 1, sizeof(float))
        || !dlcv__winograd_place(&used, &w->spans, w->capacity, 1, 1, sizeof(dlcv__winograd_span))) return 0;
    w->slot = used / sizeof(float);
    return 1;
}

/* ---- weights */

/* u = G g G^T at all points, in double and rounded once: point[i] is a row of G */
DLCV__FN void dlcv__winograd_weights(const float *g, const double (*point)[3], size_t side, float *u, size_t step)
{
    size_t i, j, k;
    for (i = 0; i < side; i++) {
        double line[3];
        for (k = 0; k < 3; k++)
            line[k] = point[i][0] * (double)dlcv__load_f32(g + k) + point[i][1] * (double)dlcv__load_f32(g + 3 + k)
                + point[i][2] * (double)dlcv__load_f32(g + 6 + k);
        for (j = 0; j < side; j++)
            u[(i * side + j) * step] = (float)(line[0] * point[j][0] + line[1] * point[j][1] + line[2] * point[j][2]);
    }
}

/* The row of G for the point p among the m + 1 points 0, +-a, +-b is 1, p, p^2 over the product of p - q, q the others. */
DLCV__FN void dlcv__winograd_points(size_t m, double (*point)[3])
{
    static const double four[5] = { 0, 0.625, -0.625, 1.5, -1.5 }, two[3] = { 0, 1, -1 };
    const double *p = m == 4 ? four : two;
    size_t i, j;
    for (i = 0; i < m + 1; i++) {
        double product = m == 4 || i ? 1 : -1;  /* the first row of B^T for m = 2 has the other sign */
        for (j = 0; j < m + 1; j++)
            if (j != i) product *= p[i] - p[j];
        point[i][0] = 1 / product, point[i][1] = p[i] / product, point[i][2] = p[i] * p[i] / product;
    }
    point[m + 1][0] = point[m + 1][1] = 0;
    point[m + 1][2] = 1;
}

DLCV__FN void dlcv__winograd_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m, const float *weights, float *u)
{
    const size_t rows = k->gemm_rows, panel_floats = (m + 2) * (m + 2) * g->cg * rows;
    const size_t panels = (g->fg + rows - 1) / rows;
    double point[6][3];
    size_t group, f, c;
    dlcv__winograd_points(m, point);
    for (group = 0; group < g->groups; group++)
        for (f = 0; f < panels * rows; f++) {
            float *panel = u + (group * panels + f / rows) * panel_floats + f % rows;
            static const float none[9] = { 0, 0, 0, 0, 0, 0, 0, 0, 0 };
            for (c = 0; c < g->cg; c++)
                dlcv__winograd_weights(f < g->fg ? weights + ((group * g->fg + f) * g->cg + c) * 9 : none, (const double (*)[3])point, m + 2,
                    panel + c * rows, g->cg * rows);
        }
}

/* ---- the run */

typedef struct dlcv__winograd_run {
    const dlcv__conv_run *r;
    const dlcv__winograd *w;
    size_t first, count;            /* blocks of all groups, that each task takes its part of; or one of them, shared by all tasks */
    int tasks;
} dlcv__winograd_run;

/* A block of tiles in a slot of the workspace. */
typedef struct dlcv__winograd_block {
    size_t group, tiles, columns;   /* tiles, and in whole vectors */
    size_t spans;
    float *v, *products, *r, *t;
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

DLCV__FN void dlcv__winograd_block_at(const dlcv__conv_run *r, const dlcv__winograd *w, size_t index, int slot, dlcv__winograd_block *b)
{
    const size_t first = index % w->blocks * w->block;
    float *base = (float *)r->workspace + (size_t)slot * w->slot;
    b->group = index / w->blocks;
    b->tiles = index % w->blocks + 1 < w->blocks ? w->block : w->tiles - first;
    b->columns = (b->tiles + r->kernels->lanes - 1) / r->kernels->lanes * r->kernels->lanes;
    b->v = base + w->v, b->products = base + w->products, b->r = base + w->r, b->t = base + w->t;
    b->span = (dlcv__winograd_span *)(void *)(base + w->spans);
    dlcv__winograd_cut(r->g, w, first, b);
}

/* Channels begin .. end - 1 of the group to V. Every vector of a channel but those of the last one may run over into the next channel's place. */
DLCV__FN void dlcv__winograd_channels(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const float *zeros = b->r + (w->m + 2) * w->r_row, *rows[6];
    size_t c, s, k;
    for (c = begin; c < end; c++)
        for (s = 0; s < b->spans; s++) {
            const dlcv__winograd_span *p = &b->span[s];
            const size_t base = p->x + (b->group * g->cg + c) * g->plane, room = b->columns - p->tile + (c + 1 < end ? r->kernels->lanes : 0);
            size_t safe = w->r_row;
            for (k = 0; k < w->m + 2; k++) {
                const size_t y = p->top + k - g->pt, at = base + y * g->w;  /* above the picture y is huge */
                rows[k] = zeros;
                if (y >= g->h || p->lo == p->hi) continue;
                rows[k] = r->x + at;
                if (g->x_count - at < safe) safe = g->x_count - at;
            }
            (w->m == 4 ? r->kernels->winograd_in4 : r->kernels->winograd_in2)(rows, p->lo, p->hi, safe, p->count, b->r, w->r_row,
                b->v + c * b->columns + p->tile, w->v_step, room);
        }
}

/* The products of panels begin .. end - 1 at every point, to M [point][filter][tile]. */
DLCV__FN void dlcv__winograd_products(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const size_t rows = r->kernels->gemm_rows, cols = r->kernels->gemm_cols;
    const float *u = (const float *)r->prepared + b->group * w->panels * w->points * g->cg * rows;
    size_t i, j, p;
    for (i = 0; i < w->points; i++)
        for (j = 0; j < b->columns; j += cols)
            for (p = begin; p < end; p++) {
                const size_t height = g->fg - p * rows < rows ? g->fg - p * rows : rows, width = b->columns - j < cols ? b->columns - j : cols;
                r->kernels->gemm_tile(g->cg, u + (p * w->points + i) * g->cg * rows, 1, rows, b->v + i * w->v_step + j, b->columns,
                    b->products + i * w->m_step + (p - begin) * rows * b->columns + j, b->columns, (int)height, (int)width, 0, NULL);
            }
}

/* Panels begin .. end - 1 of the map. */
DLCV__FN void dlcv__winograd_filters(const dlcv__conv_run *r, const dlcv__winograd *w, const dlcv__winograd_block *b, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = r->g;
    const size_t rows = r->kernels->gemm_rows;
    dlcv__epilogue e;
    size_t p, f;
    for (p = begin; p < end; p += w->pass) {
        const size_t until = end - p < w->pass ? end : p + w->pass;
        dlcv__winograd_products(r, w, b, p, until);
        for (f = p * rows; f < until * rows && f < g->fg; f++) {
            const size_t filter = b->group * g->fg + f;
            (w->m == 4 ? r->kernels->winograd_out4 : r->kernels->winograd_out2)(b->products + (f - p * rows) * b->columns, w->m_step,
                b->columns, b->t, w->t_row);
            e.bias = r->tail.bias ? r->tail.bias + filter : NULL;
            e.residual = r->tail.residual ? r->tail.residual + filter * g->pixels : NULL;
            e.residual_row = g->ow;
            e.low = r->tail.low, e.high = r->tail.high;
            r->kernels->winograd_put(b->t, w->t_row, w->m, b->span, b->spans, r->y + filter * g->pixels, g->ow, &e);
        }
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
        dlcv__winograd_block_at(run->r, run->w, i, index, &b);
        dlcv__winograd_channels(run->r, run->w, &b, 0, run->r->g->cg);
        dlcv__winograd_filters(run->r, run->w, &b, 0, run->w->panels);
    }
    dlcv__fp_leave(fp);
}

/* One block for all tasks: its channels, then its filters, each with the first slot's V and all else of its own. */
DLCV__FN void dlcv__winograd_share(const dlcv__winograd_run *run, int index, dlcv__winograd_block *b)
{
    dlcv__winograd_block_at(run->r, run->w, run->first, index, b);
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

/* Whole rounds of blocks go to the tasks as they are; what is left when there are few, block by block to all of them together. */
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

/* Cycles: the products, of whole vectors, and for each channel and filter the transforms, of half-filled vectors where rows of tiles are short. */
DLCV__FN double dlcv__winograd_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t m)
{
    const double lanes = (double)k->lanes;
    dlcv__winograd w;
    double columns, vectors;
    if (!dlcv__winograd_plan(g, k, m, &w)) return 1e300;
    columns = (double)(w.blocks - 1) * (double)w.block + (double)((w.tiles - (w.blocks - 1) * w.block + k->lanes - 1) / k->lanes * k->lanes);
    vectors = (double)(g->n * w.down) * (double)((w.across + k->lanes - 1) / k->lanes);
    return columns * (double)w.points * (double)(g->cg * g->f) + lanes * (m == 4 ? 250 : 80) * ((double)g->c * vectors + (double)g->f * columns / lanes);
}

DLCV__FN int dlcv__winograd_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t m, size_t *prepared, size_t *workspace)
{
    dlcv__winograd w;
    *prepared = *workspace = 0;
    return dlcv__winograd_plan(g, k, m, &w) && dlcv__conv_need(prepared, w.u, sizeof(float)) && dlcv__mul(w.slot, sizeof(float), workspace)
        && dlcv__mul(*workspace, (size_t)dlcv__winograd_width(g, &w, width), workspace);
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
DLCV__FN void dlcv__winograd##M##_run(const dlcv__conv_run *r) { dlcv__winograd_run_all(r, M); }

DLCV__WINOGRAD_ROW(2)
DLCV__WINOGRAD_ROW(4)
#undef DLCV__WINOGRAD_ROW

#endif
