/* ---- convolution without a matrix: gradients ---------------------------------------------------------------------------------- */

/* ---- from the map to the picture, at stride 1: a convolution of the map, with taps that stand the other way round but come in the same order */

/* t: the geometry of the adjoint; 0 where there is none without cutting the map */
DLCV__FN int dlcv__direct_turn(const dlcv__conv_geom *g, dlcv__conv_geom *t)
{
    *t = *g;
    if (g->sh != 1 || g->sw != 1 || g->pt > (g->kh - 1) * g->dh || g->pl > (g->kw - 1) * g->dw) return 0;
    t->c = g->f, t->cg = g->fg, t->h = g->oh, t->w = g->ow, t->plane = g->pixels, t->x_count = g->y_count;
    t->f = g->c, t->fg = g->cg, t->oh = g->h, t->ow = g->w, t->pixels = g->plane, t->y_count = g->x_count;
    t->k = g->fg * g->taps;
    t->pt = (g->kh - 1) * g->dh - g->pt, t->pl = (g->kw - 1) * g->dw - g->pl;
    return 1;
}

DLCV__FN int dlcv__direct_up_applies(const dlcv__conv_geom *g)
{
    dlcv__conv_geom t;
    return dlcv__direct_turn(g, &t);
}

DLCV__FN double dlcv__direct_up_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    return dlcv__direct_cost(&t, k);
}

DLCV__FN int dlcv__direct_up_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    return dlcv__direct_bytes(&t, k, width, prepared, workspace);
}

DLCV__FN void dlcv__direct_up_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    dlcv__direct_pack(&t, k, weights, 1, (float *)prepared);
}

/* Gradients with respect to the picture bring their weights along: these are packed at the beginning of the workspace. */
DLCV__FN int dlcv__direct_data_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    size_t prepared;
    return dlcv__direct_up_bytes(g, k, width, &prepared, workspace) && dlcv__add(prepared, *workspace, workspace);
}

DLCV__FN void dlcv__direct_up_run(const dlcv__conv_run *r)
{
    dlcv__conv_run run = *r;
    dlcv__conv_geom t;
    size_t bytes = 0;
    dlcv__direct_turn(r->g, &t);
    run.g = &t;
    if (!r->prepared) {
        dlcv__conv_need(&bytes, t.w_count, sizeof(float));
        dlcv__direct_pack(&t, r->kernels, r->weights, 1, (float *)r->workspace);
        run.prepared = r->workspace;
        run.workspace = (unsigned char *)r->workspace + bytes;
    }
    dlcv__direct_go(&run, 1);
}

/* ---- from the map to the picture, with strides: gradients of batches. Pictures stand side by side in the lanes, so that no pixel of a row minds which taps
 * its neighbour has: picture pixel (y, x) gets tap (i, j) = (i0 + sh a, j0 + sw b) from map pixel (y' - a, x' - b), sh y' = y + pt - i0. The frame is the
 * map with (kh - 1) / sh rows of zeros before it, and behind it as many as pixels reach, columns likewise. */
typedef struct dlcv__direct_stride {
    const dlcv__conv_run *r;
    dlcv__conv_geom t;              /* of the adjoint, as far as packed weights go */
    size_t rows, cols, before_h, before_w, plane, floats;      /* of the frame, a channel's, all */
    size_t units, own_bytes, weights_bytes;
    float *frames;
    const float *weights;
    unsigned char *own;             /* [tasks]: taps, where the pixels of a row come from and go to, a row of a block of filters */
    int tasks;
} dlcv__direct_stride;

DLCV__FN int dlcv__stride_applies(const dlcv__conv_geom *g)
{
    return g->dh == 1 && g->dw == 1 && (g->sh > 1 || g->sw > 1) && g->n > 1;
}

DLCV__FN int dlcv__stride_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, dlcv__direct_stride *d, size_t *bytes)
{
    const size_t lanes = k->lanes, down = (g->h - 1 + g->pt) / g->sh, right = (g->w - 1 + g->pl) / g->sw;
    size_t all;
    memset(d, 0, sizeof *d);
    d->t = *g;
    d->t.cg = g->fg, d->t.fg = g->cg, d->t.k = g->fg * g->taps;
    d->before_h = (g->kh - 1) / g->sh, d->before_w = (g->kw - 1) / g->sw;
    d->rows = d->before_h + (down + 1 > g->oh ? down + 1 : g->oh);
    d->cols = d->before_w + (right + 1 > g->ow ? right + 1 : g->ow);
    d->units = (g->n + lanes - 1) / lanes * g->groups;
    d->tasks = (int)dlcv__direct_tasks(g, width);
    if ((size_t)d->tasks > d->units) d->tasks = (int)d->units;
    *bytes = 0;
    if (!dlcv__mul(d->rows * lanes, d->cols, &d->plane) || !dlcv__mul(d->plane, g->fg, &d->floats) || d->floats > (size_t)-1 / 64) return 0;
    if (!dlcv__conv_need(bytes, g->w_count, sizeof(float))) return 0;
    d->weights_bytes = *bytes;
    if (!dlcv__mul((d->floats + 15) / 16 * 16, (size_t)d->tasks, &all) || !dlcv__conv_need(bytes, all, sizeof(float))) return 0;
    if (!dlcv__conv_need(&d->own_bytes, g->taps, sizeof(dlcv__direct_tap)) || !dlcv__conv_need(&d->own_bytes, 2 * g->w, sizeof(size_t))) return 0;
    if (!dlcv__conv_need(&d->own_bytes, (size_t)k->direct_rows * lanes * g->w, sizeof(float))) return 0;
    return dlcv__mul(d->own_bytes, (size_t)d->tasks, &all) && dlcv__conv_need(bytes, all, 1);
}

DLCV__FN int dlcv__stride_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    dlcv__direct_stride d;
    return dlcv__stride_plan(g, k, width, &d, workspace);
}

/* as dlcv__direct_cycles */
DLCV__FN double dlcv__stride_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    const size_t blocks = (g->cg + k->direct_rows - 1) / k->direct_rows;
    const double r = (double)g->cg / (double)blocks, v = (double)k->direct_vectors, step = r * v < r + v ? r + v : r * v;
    const double units = (double)((g->n + k->lanes - 1) / k->lanes), sums = (double)g->pixels * (double)g->f * (double)g->k * (step < 4 ? 4 : step) / (r * v);
    dlcv__direct_stride d;
    size_t bytes;
    if (!dlcv__stride_plan(g, k, 1, &d, &bytes)) return 1e300;
    return (double)k->lanes * (0.05 * (double)d.floats + 1.2 * units * sums + 0.6 * ((double)g->x_count + (double)g->y_count));
}

/* The pixels x = column, column + sw, .. of row y, of `rows` filters (channels of the picture), to buffer [rows][w][lanes] */
DLCV__FN void dlcv__stride_pixels(const dlcv__direct_stride *d, const float *frame, unsigned char *own, const float *weights, size_t rows, size_t y, size_t column, float *buffer)
{
    const dlcv__conv_geom *g = d->r->g;
    const dlcv__kernels_f32 *k = d->r->kernels;
    const size_t lanes = k->lanes, i0 = (y + g->pt) % g->sh, j0 = (column + g->pl) % g->sw, most = k->direct_vectors;
    const size_t base = (y + g->pt - i0) / g->sh * d->cols + (column + g->pl - j0) / g->sw;     /* in the frame, of the last taps */
    dlcv__direct_tap *list = (dlcv__direct_tap *)(void *)own;
    size_t list_bytes = 0, *at_x, *at_y, i, j, n = 0, some;
    dlcv__direct_taps taps;
    dlcv__conv_need(&list_bytes, g->taps, sizeof *list);
    at_x = (size_t *)(void *)(own + list_bytes), at_y = at_x + g->w;
    taps.channels = g->fg, taps.plane = d->plane, taps.all = g->taps, taps.count = 0, taps.tap = list;
    for (i = i0; i < g->kh; i += g->sh)
        for (j = j0; j < g->kw; j += g->sw) {
            list[taps.count].at = ((d->before_h - i / g->sh) * d->cols + d->before_w - j / g->sw) * lanes;
            list[taps.count++].number = i * g->kw + j;
        }
    for (i = column; i < g->w; i += g->sw, n++) at_x[n] = (base + n) * lanes, at_y[n] = i * lanes;
    for (i = 0; i < n; i += some) {
        some = n - i < most ? n - i : most;
        k->direct[rows - 1](&taps, weights, frame, at_x + i, buffer, g->w * lanes, at_y + i, (int)some, lanes, NULL);
    }
}

/* Some units */
DLCV__FN void dlcv__stride_units(int index, void *context)
{
    const dlcv__direct_stride *d = (const dlcv__direct_stride *)context;
    const dlcv__conv_geom *g = d->r->g;
    const dlcv__kernels_f32 *k = d->r->kernels;
    const dlcv__fp fp = dlcv__fp_enter();
    const size_t lanes = k->lanes, most = k->direct_rows, blocks = (g->cg + most - 1) / most, end = dlcv__conv_part(d->units, index + 1, d->tasks);
    float *frame = d->frames + (size_t)index * ((d->floats + 15) / 16 * 16), *buffer;
    unsigned char *own = d->own + (size_t)index * d->own_bytes;
    size_t u, c, y, b, l, x, head = 0;
    dlcv__conv_need(&head, g->taps, sizeof(dlcv__direct_tap));
    dlcv__conv_need(&head, 2 * g->w, sizeof(size_t));
    buffer = (float *)(void *)(own + head);
    memset(frame, 0, d->floats * sizeof(float));
    for (u = dlcv__conv_part(d->units, index, d->tasks); u < end; u++) {
        const size_t n = u / g->groups * lanes, group = u % g->groups, pictures = g->n - n < lanes ? g->n - n : lanes;
        const float *map = d->r->x + (n * g->f + group * g->fg) * g->pixels;
        for (c = 0; c < g->fg; c++)
            for (y = 0; y < g->oh; y++)
                k->transpose4(frame + c * d->plane + ((d->before_h + y) * d->cols + d->before_w) * lanes, 4 * lanes, map + c * g->pixels + y * g->ow,
                    4 * g->f * g->pixels, (int)pictures, (int)g->ow, 0);
        for (y = 0; y < g->h; y++)
            for (b = 0; b < blocks; b++) {
                const size_t f = dlcv__direct_block(g->cg, most, b), rows = dlcv__direct_block(g->cg, most, b + 1) - f;
                float *to = d->r->y + (n * g->c + group * g->cg + f) * g->plane + y * g->w;
                for (x = 0; x < g->sw && x < g->w; x++) dlcv__stride_pixels(d, frame, own, d->weights + (group * g->cg + f) * d->t.k, rows, y, x, buffer);
                for (l = 0; l < rows; l++)
                    k->transpose4(to + l * g->plane, 4 * g->c * g->plane, buffer + l * g->w * lanes, 4 * lanes, (int)g->w, (int)pictures, 0);
            }
    }
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__stride_run(const dlcv__conv_run *r)
{
    dlcv__direct_stride d;
    size_t bytes;
    if (!dlcv__stride_plan(r->g, r->kernels, dlcv__width(r->env), &d, &bytes)) return;
    d.r = r;
    dlcv__direct_pack(&d.t, r->kernels, r->weights, 1, (float *)r->workspace);
    d.weights = (const float *)r->workspace;
    d.frames = (float *)(void *)((unsigned char *)r->workspace + d.weights_bytes);
    d.own = (unsigned char *)r->workspace + bytes - (d.own_bytes * (size_t)d.tasks + 63) / 64 * 64;
    dlcv__parallel(r->env, d.tasks, dlcv__stride_units, &d);
}

/* ---- gradients of weights, where there are few: all their sums stay in vectors, a lane's share of pixels (or pictures) in each lane, while the map
 * and the picture go by. Units (pictures, or sets of them) are divided into segments, by the shape alone; a segment has sums of its own, whose lanes are added
 * up by the task that has it, so that of what one core wrote little is read by another one. Not in strict mode, as the order of summation follows the backend's lanes. */
typedef struct dlcv__direct_dw {
    const dlcv__conv_geom *g;
    const dlcv__kernels_f32 *k;
    const float *picture, *map;
    dlcv__frame f;
    size_t *taps, *at_x;
    float *results;                 /* [segments][fg][k] */
    float *own;                     /* a task's: a unit's frame, its map [block of filters][places][filter of the block][lanes], sums [fg][k][lanes] */
    size_t frame, map_floats, sum_floats, floats, places, units;
    size_t places_at, results_at, own_at;   /* bytes into the workspace; taps come first */
    size_t group;                   /* now */
    int segments, tasks;
} dlcv__direct_dw;

enum { DLCV__DW_STRETCH = 4096, DLCV__DW_SEGMENTS = 8, DLCV__DW_SUMS = 1 << 15 };

DLCV__FN double dlcv__dw_cycles(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int side_by_side)
{
    const size_t blocks = (g->fg + k->gradient_rows - 1) / k->gradient_rows;
    const double r = (double)g->fg / (double)blocks, v = (double)k->gradient_taps, loads = (side_by_side ? 1 : 2) * v + r;
    const double across = side_by_side ? (double)g->ow : (double)((g->ow + k->lanes - 1) / k->lanes);
    const double units = side_by_side ? (double)((g->n + k->lanes - 1) / k->lanes) : (double)g->n;
    dlcv__frame f;
    const double step = r * v < loads ? loads : r * v, tiles = (double)g->groups * (double)blocks * (double)((g->k + k->gradient_taps - 1) / k->gradient_taps);
    const double places = (double)g->oh * across, stretch = (double)DLCV__DW_STRETCH / (double)(k->gradient_rows * k->lanes), sums = (double)g->f * (double)g->k;
    if (!dlcv__frame_of(g, side_by_side ? k->lanes : 1, k->lanes, 1, &f)) return 1e300;
    return (double)k->lanes * (0.05 * (double)f.floats + 1.2 * units * places * tiles * (step < 4 ? 4 : step)
        + (sums * (double)k->lanes > (1 << 18) ? 16 : 0) * units * (1 + places / stretch) * sums       /* beyond some cache */
        + (side_by_side ? 0.6 : 0.2) * ((double)g->x_count + (double)g->y_count));
}

DLCV__FN int dlcv__direct_dw_applies(const dlcv__conv_geom *g)
{
#ifdef DLCV_STRICT
    (void)g;
    return 0;
#else
    return g->fg * g->k <= DLCV__DW_SUMS;
#endif
}

DLCV__FN double dlcv__direct_dw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    const double alone = dlcv__dw_cycles(g, k, 0), together = dlcv__dw_cycles(g, k, 1);
    return k->lanes > 1 && together < alone ? together : alone;
}

/* 0 where bytes overflow */
DLCV__FN int dlcv__direct_dw_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, dlcv__direct_dw *d, size_t *bytes)
{
    const size_t lanes = k->lanes > 1 && g->n > 1 && dlcv__dw_cycles(g, k, 1) < dlcv__dw_cycles(g, k, 0) ? k->lanes : 1;
    const double work = (double)g->y_count * (double)g->k / (double)DLCV__CONV_ALONE;
    size_t all;
    memset(d, 0, sizeof *d);
    d->g = g, d->k = k;
    if (!dlcv__frame_of(g, lanes, k->lanes, 1, &d->f) || d->f.floats > (size_t)-1 / 8) return 0;
    d->frame = (d->f.floats + 15) / 16 * 16;
    d->units = (g->n + lanes - 1) / lanes;
    d->segments = work < 1 ? 1 : work < (double)DLCV__DW_SEGMENTS ? (int)work : (int)DLCV__DW_SEGMENTS;
    if ((size_t)d->segments > d->units) d->segments = (int)d->units;
    d->tasks = width < d->segments ? width : d->segments;
    *bytes = 0;
    if (!dlcv__mul(g->oh, d->f.across, &d->places) || !dlcv__mul(d->places, g->fg * k->lanes, &d->map_floats)) return 0;
    d->map_floats = (d->map_floats + 15) / 16 * 16;
    d->sum_floats = (g->fg * g->k * k->lanes + 15) / 16 * 16;      /* fg * k is small */
    if (!dlcv__add(d->frame, d->map_floats, &d->floats) || !dlcv__add(d->floats, d->sum_floats + 16, &d->floats)) return 0;     /* and a line between tasks */
    if (!dlcv__conv_need(bytes, g->k, sizeof(size_t))) return 0;
    d->places_at = *bytes;
    if (!dlcv__conv_need(bytes, d->places, sizeof(size_t))) return 0;
    d->results_at = *bytes;
    if (!dlcv__conv_need(bytes, (size_t)d->segments * g->fg * g->k, sizeof(float))) return 0;
    d->own_at = *bytes;
    return dlcv__mul(d->floats, (size_t)d->tasks, &all) && dlcv__conv_need(bytes, all, sizeof(float));
}

DLCV__FN int dlcv__direct_dw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    dlcv__direct_dw d;
    return dlcv__direct_dw_plan(g, k, width, &d, workspace);
}

/* A unit's map as whole vectors [block of filters][places][filter of the block][lanes], zeros where there is no pixel or picture */
DLCV__FN void dlcv__direct_dw_map(const dlcv__direct_dw *d, size_t n, size_t pictures, float *to)
{
    const dlcv__conv_geom *g = d->g;
    const float *from = d->map + (n * g->f + d->group * g->fg) * g->pixels;
    const size_t lanes = d->k->lanes, most = d->k->gradient_rows, blocks = (g->fg + most - 1) / most;
    size_t b, f;
    if (d->f.lanes > 1 && pictures < lanes) memset(to, 0, d->map_floats * sizeof(float));
    for (b = 0; b < blocks; b++) {
        const size_t first = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - first, step = rows * lanes;
        for (f = 0; f < rows; f++, from += g->pixels) {
            float *out = to + first * d->places * lanes + f * lanes;
            if (d->f.lanes > 1) d->k->transpose4(out, 4 * step, from, 4 * g->f * g->pixels, (int)pictures, (int)g->pixels, 0);
            else d->k->spread(from, g->oh, g->ow, out, step);
        }
    }
}

DLCV__FN void dlcv__direct_dw_fill(const dlcv__direct_dw *d, size_t unit, float *frame, float *map)
{
    const dlcv__conv_geom *g = d->g;
    const size_t n = unit * d->f.lanes, pictures = g->n - n < d->f.lanes ? g->n - n : d->f.lanes, step = g->c * g->plane;
    size_t c;
    for (c = 0; c < g->cg; c++) {
        const float *x = d->picture + n * step + (d->group * g->cg + c) * g->plane;
        if (d->f.lanes == 1) dlcv__frame_fill(g, &d->f, d->k, x, frame + c * d->f.plane, 0, d->f.rows);
        else dlcv__frame_interleave(g, &d->f, d->k, x, step, pictures, frame + c * d->f.plane, 0, d->f.rows);
    }
    dlcv__direct_dw_map(d, n, pictures, map);
}

/* The maps of the unit that comes next: lines of them are asked for while this one is worked on, some with each tile. */
typedef struct dlcv__direct_ahead {
    const float *at, *end;
    size_t lines;
} dlcv__direct_ahead;

DLCV__FN dlcv__direct_ahead dlcv__direct_dw_ahead(const dlcv__direct_dw *d, size_t unit, size_t tiles)
{
    const dlcv__conv_geom *g = d->g;
    const size_t n = unit * d->f.lanes, each = g->f * g->pixels;
    dlcv__direct_ahead a;
    a.at = a.end = d->map;
    a.lines = 0;
    if (g->groups > 1 || n >= g->n) return a;
    a.at = d->map + n * each;
    a.end = a.at + (g->n - n < d->f.lanes ? g->n - n : d->f.lanes) * each;
    a.lines = (size_t)(a.end - a.at) / 16 / tiles + 1;
    return a;
}

/* A unit, a stretch of places at a time that stays in L1 */
DLCV__FN void dlcv__direct_dw_unit(const dlcv__direct_dw *d, size_t unit, const float *frame, const float *map, float *sums)
{
    const dlcv__conv_geom *g = d->g;
    const size_t taps = d->k->gradient_taps, most = d->k->gradient_rows, lanes = d->k->lanes;
    const size_t tiles = (g->k + taps - 1) / taps, blocks = (g->fg + most - 1) / most, stretch = DLCV__DW_STRETCH / (most * lanes);
    dlcv__direct_ahead ahead = dlcv__direct_dw_ahead(d, unit + 1, blocks * tiles * ((d->places + stretch - 1) / stretch));
    size_t at, b, t, line;
    for (at = 0; at < d->places; at += stretch) {
        const size_t n = d->places - at < stretch ? d->places - at : stretch;
        for (b = 0; b < blocks; b++) {
            const size_t f = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - f;
            for (t = 0; t < g->k; t += taps) {
                for (line = 0; line < ahead.lines && ahead.end - ahead.at > 16; line++, ahead.at += 16) DLCV__PREFETCH(ahead.at);
                d->k->gradient[rows - 1](n, map + (f * d->places + at * rows) * lanes, frame, d->taps + t, d->at_x + at, sums + (f * g->k + t) * lanes,
                    g->k * lanes, (int)(g->k - t < taps ? g->k - t : taps));
            }
        }
    }
}

/* Some segments. What lies between the rows of the frame and the map stays zero. */
DLCV__FN void dlcv__direct_dw_work(int index, void *context)
{
    const dlcv__direct_dw *d = (const dlcv__direct_dw *)context;
    const size_t count = d->g->fg * d->g->k, end = dlcv__conv_part((size_t)d->segments, index + 1, d->tasks);
    float *frame = d->own + (size_t)index * d->floats, *map = frame + d->frame, *sums = map + d->map_floats;
    const dlcv__fp fp = dlcv__fp_enter();
    size_t i = dlcv__conv_part((size_t)d->segments, index, d->tasks), u;
    memset(frame, 0, (d->frame + d->map_floats) * sizeof(float));
    for (; i < end; i++) {
        memset(sums, 0, d->sum_floats * sizeof(float));
        for (u = dlcv__conv_part(d->units, (int)i, d->segments); u < dlcv__conv_part(d->units, (int)i + 1, d->segments); u++) {
            dlcv__direct_dw_fill(d, u, frame, map);
            dlcv__direct_dw_unit(d, u, frame, map, sums);
        }
        d->k->sum_lanes(sums, d->results + i * count, count, 0);
    }
    dlcv__fp_leave(fp);
}

/* dw = (add ? dw : 0) + sum over samples and pixels of map * picture */
DLCV__FN void dlcv__direct_dw_run(const dlcv__conv_run *r)
{
    const dlcv__conv_geom *g = r->g;
    unsigned char *workspace = (unsigned char *)r->workspace;
    const size_t count = g->fg * g->k;
    dlcv__direct_dw d;
    size_t bytes, i;
    if (!dlcv__direct_dw_plan(g, r->kernels, dlcv__width(r->env), &d, &bytes)) return;
    d.picture = r->x, d.map = r->map;
    d.taps = (size_t *)(void *)workspace;
    d.at_x = (size_t *)(void *)(workspace + d.places_at);
    d.results = (float *)(void *)(workspace + d.results_at);
    d.own = (float *)(void *)(workspace + d.own_at);
    for (i = 0; i < g->k; i++) d.taps[i] = i / g->taps * d.f.plane + dlcv__frame_tap(g, &d.f, i % g->taps / g->kw, i % g->kw);
    for (i = 0; i < d.places; i++)
        d.at_x[i] = dlcv__frame_place(g, &d.f, i / d.f.across, i % d.f.across * (d.f.lanes > 1 ? 1 : r->kernels->lanes));
    for (d.group = 0; d.group < g->groups; d.group++) {
        float *to = r->y + d.group * count;
        dlcv__parallel(r->env, d.tasks, dlcv__direct_dw_work, &d);
        if (!r->add) memcpy(to, d.results, count * sizeof(float));
        for (i = !r->add; i < (size_t)d.segments; i++) r->kernels->flat->binary[DLCV__FLAT_ADD](to, d.results + i * count, to, count);
    }
}
