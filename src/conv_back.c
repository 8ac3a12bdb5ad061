/* ---- convolution: from the map back to the picture, and gradients ------------------------------------------------------------------ */

/* ---- to the picture
 *
 * Picture row y gets tap i from map row (y + pt - i dh) / sh, where that is a whole number. Rows y = phase + sh t, t = 0, 1, .., all have the
 * same taps: i = first + si a, si = sh / gcd(sh, dh), from map row t + y0 - a dh si / sh. So each phase is a product of its own
 * over taps that stand evenly, gathered with stride 1, and nothing is scattered. Of the sh phases only those count that have taps, of which
 * there are no more than first taps, first < min(kh, si): phase = first dh - pt modulo sh. */
typedef struct dlcv__conv_phase {
    size_t phase, first, step, count;   /* taps */
    ptrdiff_t y0, dy;               /* of the first, and from one to the next */
    size_t extent;                  /* pixels, perhaps none */
} dlcv__conv_phase;

/* How many first taps there are: min(kernel, stride / gcd(stride, dilation)) */
DLCV__FN size_t dlcv__conv_phases(size_t kernel, size_t stride, size_t dilation)
{
    size_t a = stride, b = dilation, rest;
    for (; b; rest = a % b, a = b, b = rest) {}
    return kernel < stride / a ? kernel : stride / a;
}

DLCV__FN dlcv__conv_phase dlcv__conv_phase_of(size_t first, size_t extent, size_t kernel, size_t stride, size_t dilation, size_t pad)
{
    dlcv__conv_phase f;
    size_t a = stride, b = dilation, rest;
    for (; b; rest = a % b, a = b, b = rest) {}
    f.first = first;
    f.step = stride / a;
    f.count = (kernel - 1 - first) / f.step + 1;
    f.phase = (first * dilation + (stride - pad % stride)) % stride;
    f.y0 = ((ptrdiff_t)(f.phase + pad) - (ptrdiff_t)(first * dilation)) / (ptrdiff_t)stride;
    f.dy = -(ptrdiff_t)(dilation / a);
    f.extent = f.phase < extent ? (extent - 1 - f.phase) / stride + 1 : 0;
    return f;
}

/* The product of the phase with the first taps i and j, whose weights begin at *offset; perhaps it has no pixels. */
DLCV__FN void dlcv__conv_up_phase(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t i, size_t j, dlcv__product *p, size_t *offset)
{
    const dlcv__conv_phase y = dlcv__conv_phase_of(i, g->h, g->kh, g->sh, g->dh, g->pt);
    const dlcv__conv_phase x = dlcv__conv_phase_of(j, g->w, g->kw, g->sw, g->dw, g->pl);
    memset(p, 0, sizeof *p);
    p->kernels = k;
    p->s.images = g->n, p->s.groups = g->groups, p->s.channels = g->fg;
    p->s.src_h = (ptrdiff_t)g->oh, p->s.src_w = (ptrdiff_t)g->ow;
    p->s.y0 = y.y0, p->s.dy = y.dy, p->s.x0 = x.y0, p->s.dx = x.dy;
    p->s.sy = p->s.sx = 1;
    p->s.ny = y.count, p->s.nx = x.count;
    p->rows = y.extent, p->cols = x.extent, p->first = y.phase * g->w + x.phase, p->row_step = g->sh * g->w, p->col_step = g->sw, p->dst_plane = g->plane;
    p->m = g->cg, p->w_group = g->fg * g->k, p->w_row = g->taps, p->w_channel = g->k, p->w_y = y.step * g->kw, p->w_x = x.step;
    *offset = i * g->kw + j;
}

/* Goes through the phases that have pixels and taps, from *at = 0 on: 1 for each, 0 after the last, -1 where bytes overflow. */
DLCV__FN int dlcv__conv_up_next(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *at, dlcv__product *p, size_t *offset)
{
    const size_t rows = dlcv__conv_phases(g->kh, g->sh, g->dh), cols = dlcv__conv_phases(g->kw, g->sw, g->dw);
    while (*at < rows * cols) {
        dlcv__conv_up_phase(g, k, *at / cols, *at % cols, p, offset);
        ++*at;
        if (p->rows && p->cols) return dlcv__product_plan(p, width) ? 1 : -1;
    }
    return 0;
}

DLCV__FN double dlcv__conv_up_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    dlcv__product p;
    size_t at = 0, offset;
    double cost = 0;
    int more;
    while ((more = dlcv__conv_up_next(g, k, 1, &at, &p, &offset)) > 0) cost += dlcv__product_cost(&p);
    return more ? 1e300 : cost;
}

/* with the packing of the weights */
DLCV__FN double dlcv__conv_back_data_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    return dlcv__conv_up_cost(g, k) + 2 * (double)g->w_count * (double)k->lanes;
}

typedef struct dlcv__conv_packing {
    const dlcv__product *product;
    const float *weights;
    float *to;
    int tasks;
} dlcv__conv_packing;

DLCV__FN void dlcv__conv_pack_task(int index, void *context)
{
    const dlcv__conv_packing *k = (const dlcv__conv_packing *)context;
    const size_t panels = k->product->row_panels;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__product_pack(k->product, k->weights, k->to, dlcv__conv_part(panels, index, k->tasks), dlcv__conv_part(panels, index + 1, k->tasks));
    dlcv__fp_leave(fp);
}

/* All phases: prepared weights one after the other, or, where they are packed in the call, before the tasks' share of the workspace. */
DLCV__FN int dlcv__conv_up_sizes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace, size_t *with_packing)
{
    dlcv__product p;
    size_t at = 0, offset, floats, bytes, packed;
    int more;
    *prepared = *workspace = *with_packing = 0;
    while ((more = dlcv__conv_up_next(g, k, width, &at, &p, &offset)) > 0) {
        packed = 0;
        bytes = p.task_bytes * (size_t)p.tasks;
        if (bytes > *workspace) *workspace = bytes;
        if (!dlcv__product_packed(&p, &floats) || !dlcv__conv_need(&packed, floats, sizeof(float)) || !dlcv__add(*prepared, packed, prepared)
            || !dlcv__add(packed, bytes, &bytes))
            return 0;
        if (bytes > *with_packing) *with_packing = bytes;
    }
    return !more;
}

DLCV__FN int dlcv__conv_up_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    size_t unused;
    return dlcv__conv_up_sizes(g, k, width, prepared, workspace, &unused);
}

DLCV__FN int dlcv__conv_back_data_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    size_t a, b;
    return dlcv__conv_up_sizes(g, k, width, &a, &b, workspace);
}

DLCV__FN size_t dlcv__conv_up_packed(const dlcv__product *p)
{
    size_t floats = 0, bytes = 0;
    dlcv__product_packed(p, &floats);
    if (!dlcv__conv_need(&bytes, floats, sizeof(float))) return 0;
    return bytes / sizeof(float);
}

DLCV__FN void dlcv__conv_up_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    float *to = (float *)prepared;
    dlcv__product p;
    size_t at = 0, offset;
    while (dlcv__conv_up_next(g, k, 1, &at, &p, &offset) > 0) {
        dlcv__product_pack(&p, weights + offset, to, 0, p.row_panels);
        to += dlcv__conv_up_packed(&p);
    }
}

/* What no tap reaches: sums of nothing, finished */
typedef struct dlcv__conv_rest {
    const dlcv__conv_run *r;
    int tasks;
} dlcv__conv_rest;

/* Does a row (or column) that is `place` of its phase's stride have taps? */
DLCV__FN int dlcv__conv_reached(size_t place, size_t kernel, size_t stride, size_t dilation, size_t pad)
{
    size_t i = dlcv__conv_phases(kernel, stride, dilation);
    while (i-- > 0)
        if ((i * dilation + (stride - pad % stride)) % stride == place % stride) return 1;
    return 0;
}

DLCV__FN void dlcv__conv_rest_task(int index, void *context)
{
    const dlcv__conv_rest *t = (const dlcv__conv_rest *)context;
    const dlcv__conv_geom *g = t->r->g;
    const size_t end = dlcv__conv_part(g->n * g->c, index + 1, t->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    size_t u, y, px, x;
    for (u = dlcv__conv_part(g->n * g->c, index, t->tasks); u < end; u++)
        for (px = 0; px < g->sw && px < g->w; px++) {
            const int column = dlcv__conv_reached(px, g->kw, g->sw, g->dw, g->pl);
            for (y = 0; y < g->h; y++) {
                if (column && dlcv__conv_reached(y, g->kh, g->sh, g->dh, g->pt)) continue;
                for (x = px; x < g->w; x += g->sw) {
                    const size_t at = u * g->plane + y * g->w + x;
                    const float v = dlcv__conv_finish(&t->r->tail, 0, u % g->c, at);
                    memcpy(t->r->y + at, &v, 4);
                }
            }
        }
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__conv_up_rest(const dlcv__conv_run *r)
{
    const dlcv__conv_geom *g = r->g;
    const size_t planes = g->n * g->c;
    const int width = dlcv__width(r->env);
    dlcv__conv_rest t;
    if (dlcv__conv_phases(g->kh, g->sh, g->dh) == g->sh && dlcv__conv_phases(g->kw, g->sw, g->dw) == g->sw) return;
    t.r = r;
    t.tasks = g->x_count < (size_t)DLCV__CONV_ALONE / 4 ? 1 : planes < (size_t)width ? (int)planes : width;
    dlcv__parallel(r->env, t.tasks, dlcv__conv_rest_task, &t);
}

/* r->x is the map, r->y the picture. Without prepared weights they are packed into the workspace. */
DLCV__FN void dlcv__conv_up_run(const dlcv__conv_run *r)
{
    const float *prepared = (const float *)r->prepared;
    dlcv__conv_run run = *r;
    dlcv__product p;
    size_t at = 0, offset;
    dlcv__conv_up_rest(r);
    while (dlcv__conv_up_next(r->g, r->kernels, dlcv__width(r->env), &at, &p, &offset) > 0) {
        if (prepared) {
            p.packed = prepared;
            prepared += dlcv__conv_up_packed(&p);
        } else {
            dlcv__conv_packing k;
            p.packed = k.to = (float *)r->workspace;
            k.product = &p;
            k.weights = r->weights + offset;
            k.tasks = p.tasks;
            run.workspace = k.to + dlcv__conv_up_packed(&p);
            dlcv__parallel(r->env, k.tasks, dlcv__conv_pack_task, &k);
        }
        dlcv__product_run(&p, &run);
    }
}

/* ---- to the weights
 *
 * dw[f, (c, i, j)] = sum over (image, pixel) ascending of map[f, pixel] * picture[(c, i, j), pixel], as the transposed product: rows are
 * (c, i, j), gathered as they are for the forward pass, lanes are filters, for which the map is transposed a block of pixels at a time.
 * Pixels of all images are cut into 1, 2, 4 or 8 chunks, as the shape decides; each is one chain, and their sums are added as a tree. */
enum { DLCV__CONV_DEPTH = 256, DLCV__CONV_GATHERED = 128, DLCV__CONV_CHUNKS = 8, DLCV__CONV_CHUNK = 1024 };

typedef struct dlcv__conv_dw {
    const dlcv__conv_geom *g;
    dlcv__product p;                /* gathers the picture */
    const float *map;
    float *sums;                    /* [chunks][groups][k][fg] */
    float *dw;
    int add, chunks, chunk_tasks, row_tasks, tasks;
    size_t sums_bytes, a_bytes, b_bytes, task_bytes;
    unsigned char *workspace;
} dlcv__conv_dw;

DLCV__FN int dlcv__conv_dw_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, dlcv__conv_dw *d)
{
    const size_t pixels = g->n * g->pixels;
    size_t floats, all;
    memset(d, 0, sizeof *d);
    if (!dlcv__conv_gemm_plan(g, k, 1, 1, &d->p)) return 0;
    d->g = g;
    d->p.merged = 1;
    d->p.s.lanes = DLCV__CONV_DEPTH;
    d->chunks = 1;
    while (d->chunks < DLCV__CONV_CHUNKS && pixels / (size_t)d->chunks >= 2 * DLCV__CONV_CHUNK && g->w_count <= ((size_t)1 << 19) / (size_t)d->chunks)
        d->chunks *= 2;
    d->chunk_tasks = d->row_tasks = 1;
    if ((double)g->w_count * (double)pixels >= (double)DLCV__CONV_ALONE) {
        d->chunk_tasks = width < d->chunks ? width : d->chunks;
        d->row_tasks = width / d->chunk_tasks;
        if ((size_t)d->row_tasks > (g->k - 1) / d->p.mr + 1) d->row_tasks = (int)((g->k - 1) / d->p.mr + 1);
    }
    d->tasks = d->chunk_tasks * d->row_tasks;
    floats = ((g->fg - 1) / d->p.nr + 1) * d->p.nr;
    if (!dlcv__mul(g->w_count, (size_t)d->chunks, &all) || !dlcv__conv_need(&d->sums_bytes, all, sizeof(float))
        || !dlcv__mul(floats, DLCV__CONV_DEPTH, &floats) || !dlcv__conv_need(&d->b_bytes, floats, sizeof(float))
        || !dlcv__conv_need(&d->a_bytes, (size_t)DLCV__CONV_GATHERED * DLCV__CONV_DEPTH, sizeof(float))
        || !dlcv__add(d->a_bytes, d->b_bytes, &d->task_bytes)
        || !dlcv__conv_need(&d->task_bytes, DLCV__CONV_DEPTH + 1, sizeof(dlcv__segment)))
        return 0;
    return dlcv__mul(d->task_bytes, (size_t)d->tasks, &all);
}

DLCV__FN double dlcv__conv_dw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    const double depth = (double)DLCV__CONV_DEPTH, pixels = (double)(g->n * g->pixels), blocks = pixels / depth + 1, pieces = 1 + depth / (double)g->ow;
    const double gather = g->sw == 1 ? 2 * depth / (double)k->lanes + 8 * pieces - 4 : 15 * pieces + 0.6 * depth;
    const double tiles = (double)((g->k - 1) / k->gemm_rows + 1) * (double)((g->fg - 1) / k->gemm_cols + 1);
    double cost = 1.12 * pixels * dlcv__tiles_cost(k, g->k, g->fg) + 0.6 * pixels * (double)g->fg;
    cost += blocks * (200 + (double)g->k * gather + tiles * (25 + 2 * (double)(k->gemm_rows * k->gemm_cols / k->lanes)));
    return cost * (double)g->groups * (double)k->lanes;
}

DLCV__FN int dlcv__conv_dw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    dlcv__conv_dw d;
    return dlcv__conv_dw_plan(g, k, width, &d) && dlcv__add(d.sums_bytes, d.task_bytes * (size_t)d.tasks, workspace);
}

/* b[panel of filters][pixel][nr] = the map of pixels at .. at + depth - 1 */
DLCV__FN void dlcv__conv_dw_lanes(const dlcv__conv_dw *d, size_t group, size_t at, size_t depth, float *b)
{
    const dlcv__conv_geom *g = d->g;
    const size_t nr = d->p.nr;
    size_t f, done, run;
    for (f = 0; f < g->fg; f += nr, b += nr * DLCV__CONV_DEPTH) {
        const size_t rows = g->fg - f < nr ? g->fg - f : nr;
        if (rows < nr) memset(b, 0, nr * depth * sizeof(float));
        for (done = 0; done < depth; done += run) {
            const size_t image = (at + done) / g->pixels, pixel = (at + done) % g->pixels;
            run = g->pixels - pixel < depth - done ? g->pixels - pixel : depth - done;
            d->p.kernels->transpose4(b + done * nr, nr * sizeof(float), d->map + (image * g->f + group * g->fg + f) * g->pixels + pixel,
                g->pixels * sizeof(float), (int)rows, (int)run, 0);
        }
    }
}

/* Rows k0 .. k1 - 1 of a group, pixels at .. at + depth - 1: gathered, multiplied by all filters, and added to c [k][fg], or first there. */
DLCV__FN void dlcv__conv_dw_rows(const dlcv__conv_dw *d, size_t group, size_t at, size_t depth, size_t k0, size_t k1, unsigned char *mine, float *c, int load)
{
    const dlcv__product *p = &d->p;
    const size_t fg = d->g->fg;
    float *a = (float *)(void *)mine;
    const float *b = (const float *)(const void *)(mine + d->a_bytes);
    dlcv__segment *segments = (dlcv__segment *)(void *)(mine + d->a_bytes + d->b_bytes);
    const int count = dlcv__product_segments(p, 0, at, at + depth, segments);
    size_t k, upto, f, i;
    for (k = k0; k < k1; k = upto) {
        upto = k1 - k < DLCV__CONV_GATHERED ? k1 : k + DLCV__CONV_GATHERED;
        p->kernels->gather(&p->s, segments, count, group, k, upto, a);
        for (i = k; i < upto; i += p->mr)
            for (f = 0; f < fg; f += p->nr)
                p->kernels->gemm_tile(depth, a + (i - k) * DLCV__CONV_DEPTH, DLCV__CONV_DEPTH, 1, b + f * DLCV__CONV_DEPTH, p->nr, c + i * fg + f, fg,
                    upto - i < p->mr ? (int)(upto - i) : (int)p->mr, fg - f < p->nr ? (int)(fg - f) : (int)p->nr, load, NULL);
    }
}

DLCV__FN void dlcv__conv_dw_work(int index, void *context)
{
    const dlcv__conv_dw *d = (const dlcv__conv_dw *)context;
    const dlcv__conv_geom *g = d->g;
    const int row = index % d->row_tasks, column = index / d->row_tasks;
    const size_t panels = (g->k - 1) / d->p.mr + 1, pixels = g->n * g->pixels;
    const size_t k0 = dlcv__conv_part(panels, row, d->row_tasks) * d->p.mr, last = dlcv__conv_part(panels, row + 1, d->row_tasks) * d->p.mr;
    const size_t c0 = dlcv__conv_part((size_t)d->chunks, column, d->chunk_tasks), c1 = dlcv__conv_part((size_t)d->chunks, column + 1, d->chunk_tasks);
    unsigned char *mine = d->workspace + d->sums_bytes + (size_t)index * d->task_bytes;
    const dlcv__fp fp = dlcv__fp_enter();
    size_t chunk, group, at, depth;
    for (chunk = c0; chunk < c1; chunk++) {
        const size_t begin = dlcv__conv_part(pixels, (int)chunk, d->chunks), end = dlcv__conv_part(pixels, (int)chunk + 1, d->chunks);
        for (group = 0; group < g->groups; group++)
            for (at = begin; at < end; at += depth) {
                depth = end - at < DLCV__CONV_DEPTH ? end - at : (size_t)DLCV__CONV_DEPTH;
                dlcv__conv_dw_lanes(d, group, at, depth, (float *)(void *)(mine + d->a_bytes));
                dlcv__conv_dw_rows(d, group, at, depth, k0, last < g->k ? last : g->k, mine, d->sums + (chunk * g->groups + group) * g->k * g->fg, at > begin);
            }
    }
    dlcv__fp_leave(fp);
}

/* dw[f, k] = (add ? dw : 0) + the chunks' sums[k, f] */
DLCV__FN void dlcv__conv_dw_put(const dlcv__conv_dw *d)
{
    const dlcv__conv_geom *g = d->g;
    const size_t count = g->w_count;
    size_t half, i, f, k, end, group;
    for (half = (size_t)d->chunks / 2; half; half /= 2)
        for (i = 0; i < half * count; i++) d->sums[i] += d->sums[half * count + i];
    for (group = 0; group < g->groups; group++)
        for (k = 0; k < g->k; k = end) {        /* sixteen rows of sums: lines of dw are written whole */
            end = g->k - k < 16 ? g->k : k + 16;
            for (f = 0; f < g->fg; f++) {
                const float *from = d->sums + group * g->k * g->fg + f;
                float *to = d->dw + (group * g->fg + f) * g->k;
                for (i = k; i < end; i++) {
                    const float v = d->add ? from[i * g->fg] + dlcv__load_f32(to + i) : from[i * g->fg];
                    memcpy(to + i, &v, 4);
                }
            }
        }
}

DLCV__FN void dlcv__conv_dw_run(const dlcv__conv_run *r)
{
    dlcv__conv_dw d;
    if (!dlcv__conv_dw_plan(r->g, r->kernels, dlcv__width(r->env), &d)) return;
    d.p.s.src = r->x;
    d.map = r->map;
    d.dw = r->y;
    d.add = r->add;
    d.workspace = (unsigned char *)r->workspace;
    d.sums = (float *)r->workspace;
    dlcv__parallel(r->env, d.tasks, dlcv__conv_dw_work, &d);
    dlcv__conv_dw_put(&d);
}

/* ---- to the bias: db = (add ? db : 0) + sums of [n, channels, pixels] over samples and pixels; a plane is one reduction, planes are added
 * in double */
typedef struct dlcv__conv_db {
    const dlcv__kernels_flat *flat;
    size_t n, channels, pixels;
    const float *dy;
    float *db;
    int add, tasks;
} dlcv__conv_db;

DLCV__FN void dlcv__conv_db_work(int index, void *context)
{
    const dlcv__conv_db *d = (const dlcv__conv_db *)context;
    const size_t end = dlcv__conv_part(d->channels, index + 1, d->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    size_t c, i;
    for (c = dlcv__conv_part(d->channels, index, d->tasks); c < end; c++) {
        double sum = d->add ? (double)dlcv__load_f32(d->db + c) : 0;
        float rounded;
        for (i = 0; i < d->n; i++) sum += (double)d->flat->sum(d->dy + (i * d->channels + c) * d->pixels, d->pixels);
        rounded = (float)sum;
        memcpy(d->db + c, &rounded, 4);
    }
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__conv_db_run(const dlcv_env *env, dlcv__conv_db *d)
{
    const int width = dlcv__width(env);
    d->tasks = d->n * d->channels * d->pixels < (size_t)DLCV__CONV_ALONE / 4 ? 1 : d->channels < (size_t)width ? (int)d->channels : width;
    dlcv__parallel(env, d->tasks, dlcv__conv_db_work, d);
}
