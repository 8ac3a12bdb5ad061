/* ---- convolution as a matrix product whose operand is gathered from the picture ----------------------------------------------------
 *
 *   dst[row, pixel] = sum over (channel, tap) ascending of a[row, (channel, tap)] * src[channel, pixel's place moved by the tap]
 *
 * serves both ways: forward, rows are filters and src is the picture; from the map to the picture, rows are the picture's channels, src
 * is the map, and pixels are those of one phase of the stride (conv_back.c). Nothing like im2col's matrix ever exists as a whole: a task
 * gathers kc rows of it for a panel of nr pixels and runs the tiles over them:
 *
 *   for a block of pixels (so many panels that a block of weights, rows x kc, pays for its way from the outer caches)
 *     for a block of k
 *       for a panel: gather it, [kc][nr] (of 1x1 kernels the first row of tiles reads the picture itself and leaves the panel behind)
 *         for mr rows of a (streamed in the order in which they are packed): a tile
 *
 * Sums wait between blocks of k in dst, or, where the pixels of a panel do not lie side by side there, in a block of the workspace:
 * several small pictures in one panel, phases of a stride. With fewer than 64 pixels in all, pixels become the rows and weights the
 * lanes; the sums then wait transposed. Padding is gathered as zeros and multiplied like any pixel. */

enum { DLCV__CONV_SWAP = 64, DLCV__CONV_MERGE = 512, DLCV__CONV_ALONE = 1 << 20, DLCV__CONV_BLOCK = 1 << 17 };

typedef struct dlcv__product {
    const dlcv__kernels_f32 *kernels;
    dlcv__gather s;                 /* the source; pixels are sy, sx apart in it */
    /* the pixels: rows x cols of each image, in dst [images, groups * m, dst_plane] from `first`, row_step and col_step apart */
    float *dst;
    size_t rows, cols, first, row_step, col_step, dst_plane;
    dlcv__conv_tail tail;
    /* weights: element (row, channel, i, j) at row * w_row + channel * w_channel + i * w_y + j * w_x of a group, groups w_group apart;
     * packed: [group][block of k][panel of mr rows (swapped: nr)][k][mr]; raw: not packed, which wants (channel, i, j) dense */
    const float *weights, *packed;
    size_t m, w_group, w_row, w_channel, w_y, w_x;
    /* the plan */
    size_t k, kc, grid, nr, mr, row_panels;
    size_t unit, units, image_units, block_units;   /* pixels that are not divided, a vector's (swapped: all); of a group, of an image, of a block */
    int raw, swapped, merged, waiting, in_place, finish, tasks, pixel_tasks;
    size_t b_bytes, sums_bytes, task_bytes;
    unsigned char *workspace;
} dlcv__product;

/* Rows of k that lie `plane` floats apart stay in a first-level cache together where it has 8 ways of 4 KB: else they push one another out. */
DLCV__FN int dlcv__product_fits(size_t plane, size_t rows)
{
    const size_t bytes = plane * sizeof(float) % 4096;
    return rows <= 8 * (4096 / (bytes ? bytes & ~(bytes - 1) : 4096));
}

/* What gathering a row of k of one panel costs, as dlcv__product_cost counts */
DLCV__FN double dlcv__product_gather(const dlcv__product *p)
{
    const size_t images = p->merged ? 1 : p->s.images, cols = p->merged ? p->grid * p->s.images : p->grid;
    const double pieces = 1 + (double)p->s.lanes / (double)p->cols, wide = (double)p->s.lanes;
    const double late = p->s.ny * p->s.nx == 1 && (double)images * (double)p->k * (double)cols > 262144.0 ? 15 : 0;   /* 1 MB: not from the second cache */
    if (p->in_place) return late;
    return p->s.sx == 1 ? late + 2 * wide / (double)p->kernels->lanes + 8 * pieces - 4 : 15 * pieces + wide * (p->s.sx == 2 || p->s.sx == 4 ? 0.5 : 1.0);
}

/* Splits `width` threads into pixel parts x row parts, so that the largest share is least; fewer row parts where that is equal. Each row part gathers all its pixels. */
DLCV__FN void dlcv__product_share(dlcv__product *p, int width)
{
    const size_t units = p->units * p->s.groups;
    const double gather = dlcv__product_gather(p) * (double)p->kernels->lanes / (double)p->s.lanes;
    double best = 1e300, share;
    int rows, columns;
    p->tasks = p->pixel_tasks = 1;
    if ((double)p->m * (double)p->k * (double)p->grid * (double)(p->s.images * p->s.groups) < (double)DLCV__CONV_ALONE) return;
    for (rows = 1; rows <= width && (size_t)rows <= p->row_panels; rows++) {
        columns = units < (size_t)(width / rows) ? (int)units : width / rows;
        share = (double)((units - 1) / (size_t)columns + 1) * ((double)((p->row_panels - 1) / (size_t)rows + 1) * (double)p->mr + gather);
        if (share >= best) continue;
        best = share;
        p->tasks = rows * columns;
        p->pixel_tasks = columns;
    }
}

/* Decides blocks and shares from the shape, the table and the number of threads; 0 where bytes overflow. */
DLCV__FN int dlcv__product_plan(dlcv__product *p, int width)
{
    const size_t floats = 12288, lanes = p->kernels->lanes;     /* of a panel: 48 KB, k up to 256 */
    size_t blocks, waits = 0, segments, cells;
    p->k = p->s.channels * p->s.ny * p->s.nx;
    if (p->s.ny * p->s.nx == 1 && p->s.sy == 1 && p->s.sx == 1 && !p->s.y0 && !p->s.x0 && p->s.src_h == (ptrdiff_t)p->rows && p->s.src_w == (ptrdiff_t)p->cols
        && p->row_step == p->cols && p->col_step == 1) {        /* 1x1: the picture is one row */
        p->cols *= p->rows, p->s.src_w *= p->s.src_h;
        p->rows = 1, p->s.src_h = 1, p->row_step = p->cols;
        p->in_place = p->col_step == 1;
    }
    p->grid = p->rows * p->cols;
    p->mr = p->kernels->gemm_rows, p->nr = p->kernels->gemm_cols;
    p->kc = floats / p->nr < 256 ? floats / p->nr : 256;
    blocks = (p->k + p->kc + p->kc / 4 - 1) / (p->kc + p->kc / 4);
    if (p->k) p->kc = (p->k - 1) / blocks + 1;
    p->swapped = !p->raw && p->grid * p->s.images < DLCV__CONV_SWAP && p->grid * p->s.images < p->m;
    p->waiting = p->swapped || p->col_step != 1 || p->row_step != p->cols;
    p->in_place = p->in_place && !p->waiting && dlcv__product_fits(p->grid, p->kc);
    p->merged = p->waiting || (p->s.images > 1 && p->grid < DLCV__CONV_MERGE && p->grid % p->nr);
    if (p->in_place && (p->grid + lanes - 1) / lanes * lanes * 8 <= p->grid * 9) p->merged = 0;
    p->in_place = p->in_place && !p->merged;
    if (p->merged && p->s.images > 1) p->waiting = 1;
    p->s.lanes = p->swapped ? p->grid * p->s.images : p->nr;
    p->unit = p->swapped ? p->s.lanes : lanes;
    p->image_units = ((p->merged ? p->grid * p->s.images : p->grid) - 1) / p->unit + 1;
    p->units = p->merged ? p->image_units : p->image_units * p->s.images;
    p->row_panels = (p->m - 1) / (p->swapped ? p->nr : p->mr) + 1;
    p->block_units = p->s.lanes / p->unit * (p->swapped || p->m * p->k <= DLCV__CONV_BLOCK || p->nr > 384 ? 1 : 384 / p->nr);
    dlcv__product_share(p, width);
    cells = (p->block_units < p->units ? (p->block_units * p->unit - 1) / p->s.lanes + 1 : (p->units * p->unit - 1) / p->s.lanes + 1) * p->s.lanes;
    segments = p->s.lanes + 1;
    if (p->waiting && !dlcv__mul(p->swapped ? p->row_panels * p->nr : p->m, cells, &waits)) return 0;
    p->b_bytes = p->sums_bytes = p->task_bytes = 0;
    if (!dlcv__mul(p->s.lanes, p->kc, &blocks) || !dlcv__conv_need(&p->b_bytes, blocks, sizeof(float))
        || !dlcv__conv_need(&p->sums_bytes, waits, sizeof(float)) || !dlcv__add(p->b_bytes, p->sums_bytes, &p->task_bytes)
        || !dlcv__conv_need(&p->task_bytes, segments, sizeof(dlcv__segment)))
        return 0;
    return dlcv__mul(p->task_bytes, (size_t)p->tasks, &blocks);
}

/* Floats of the packed weights of all groups; 0 where that overflows. */
DLCV__FN int dlcv__product_packed(const dlcv__product *p, size_t *floats)
{
    return dlcv__mul(p->row_panels * (p->swapped ? p->nr : p->mr), p->k, floats) && dlcv__mul(*floats, p->s.groups, floats);
}

/* One row of a block of k: out[k wide], zeros beyond the last row */
DLCV__FN void dlcv__product_pack_row(const dlcv__product *p, const float *weights, size_t row, size_t k0, size_t kc, float *out, size_t wide)
{
    const float *from = weights + row * p->w_row;
    size_t j = k0 % p->s.nx, i = k0 / p->s.nx % p->s.ny, c = k0 / p->s.nx / p->s.ny, k;
    for (k = 0; k < kc; k++) {
        out[k * wide] = row < p->m ? dlcv__load_f32(from + c * p->w_channel + i * p->w_y + j * p->w_x) : 0;
        if (++j < p->s.nx) continue;
        j = 0;
        if (++i == p->s.ny) i = 0, c++;
    }
}

/* Panels of rows begin .. end - 1 of all groups and blocks of k; where k lies as in the weights, columns of a block become its rows. */
DLCV__FN void dlcv__product_pack(const dlcv__product *p, const float *weights, float *to, size_t begin, size_t end)
{
    const size_t wide = p->swapped ? p->nr : p->mr;
    const int dense = p->w_x == 1 && p->w_y == p->s.nx && p->w_channel == p->s.nx * p->s.ny;
    size_t group, k0, panel, lane, k;
    for (group = 0; group < p->s.groups; group++)
        for (k0 = 0; k0 < p->k; k0 += p->kc) {
            const size_t kc = p->k - k0 < p->kc ? p->k - k0 : p->kc;
            float *out = to + (group * p->k + k0) * p->row_panels * wide;
            for (panel = begin; panel < end; panel++) {
                const size_t row = panel * wide, rows = row >= p->m ? 0 : p->m - row < wide ? p->m - row : wide;
                float *block = out + panel * kc * wide;
                for (lane = 0; lane < wide && !dense; lane++) dlcv__product_pack_row(p, weights + group * p->w_group, row + lane, k0, kc, block + lane, wide);
                if (!dense) continue;
                p->kernels->transpose4(block, wide * sizeof(float), weights + group * p->w_group + row * p->w_row + k0, p->w_row * sizeof(float), (int)rows, (int)kc, 0);
                for (k = 0; k < kc && rows < wide; k++)
                    for (lane = rows; lane < wide; lane++) block[k * wide + lane] = 0;
            }
        }
}

/* n floats that do not overlap */
DLCV__INLINE void dlcv__copy_run(float *to, const float *from, size_t n)
{
    size_t i;
    for (i = 0; i + 16 <= n; i += 16) memcpy(to + i, from + i, 64);
    for (; i < n; i++) memcpy(to + i, from + i, 4);
}

/* Columns of one panel, from `at` on (of all pixels where images are merged, else of image `image`): their segments, the last of which
 * fills up the panel with zeros; returns how many. */
DLCV__FN int dlcv__product_segments(const dlcv__product *p, size_t image, size_t at, size_t end, dlcv__segment *s)
{
    size_t pixel = p->merged ? at % p->grid : at, y, x;
    int col = 0, count = 0;
    if (p->merged) image = at / p->grid;
    y = pixel / p->cols, x = pixel % p->cols;
    for (; at < end; count++, s++) {
        const size_t run = p->cols - x < end - at ? p->cols - x : end - at;
        s->image = image;
        s->pixel = y * p->cols + x;
        s->y = (ptrdiff_t)y * p->s.sy + p->s.y0;
        s->x = (ptrdiff_t)x * p->s.sx + p->s.x0;
        s->at = (ptrdiff_t)(image * p->s.groups * p->s.channels) * p->s.src_h * p->s.src_w + s->y * p->s.src_w + s->x;
        s->col = col;
        s->len = (int)run;
        col += (int)run;
        at += run;
        x = 0;
        if (++y == p->rows) y = 0, image++;
    }
    if ((size_t)col < p->s.lanes) {
        memset(s, 0, sizeof *s);
        s->image = (size_t)-1;
        s->y = PTRDIFF_MIN / 2;
        s->col = col;
        s->len = (int)p->s.lanes - col;
        count++;
    }
    return count;
}

/* The sums of rows r0 .. r1 - 1 go to their places; finish: bias and clamp are yet to be done. */
DLCV__FN void dlcv__product_put(const dlcv__product *p, size_t group, size_t r0, size_t r1, const float *sums, size_t sums_row, size_t sums_col,
                                const dlcv__segment *segments, int count, int finish)
{
    size_t r, q;
    int i;
    for (i = 0; i < count && segments[i].image != (size_t)-1; i++) {
        const dlcv__segment *s = &segments[i];
        const size_t place = p->first + s->pixel / p->cols * p->row_step + s->pixel % p->cols * p->col_step;
        for (r = r0; r < r1; r++) {
            const size_t row = group * p->m + r, at = (s->image * p->s.groups * p->m + row) * p->dst_plane + place;
            const float *from = sums + (r - r0) * sums_row + (size_t)s->col * sums_col;
            if (!finish && p->col_step == 1 && sums_col == 1) {
                dlcv__copy_run(p->dst + at, from, (size_t)s->len);
                continue;
            }
            for (q = 0; q < (size_t)s->len; q++) {
                const size_t to = at + q * p->col_step;
                float v = from[q * sums_col];
                if (finish) v = dlcv__conv_finish(&p->tail, v, row, to);
                memcpy(p->dst + to, &v, 4);
            }
        }
    }
}

/* What one task works with */
typedef struct dlcv__product_task {
    float *b, *sums;
    dlcv__segment *segments;
    size_t group, row0, row1;       /* panels of rows */
} dlcv__product_task;

/* One panel of `cols` pixels and rows t->row0 * mr on of a; c is the panel's place in the first of them. b is walked as it is, or, with `pack`, which has
 * room for the panel, once so and then from there; what is `ahead`, ahead_step apart, is asked for. */
typedef struct dlcv__product_panel {
    const float *b, *ahead;
    size_t b_step, ahead_step, c_row;
    float *pack, *c;
    int cols;
} dlcv__product_panel;

/* Tiles from each to the next one, without an epilogue */
DLCV__FN void dlcv__product_walk(const dlcv__product *p, const dlcv__product_task *t, size_t k0, size_t kc, const dlcv__product_panel *b, const float *a)
{
    const size_t m = p->m - t->row0 * p->mr < (t->row1 - t->row0) * p->mr ? p->m - t->row0 * p->mr : (t->row1 - t->row0) * p->mr;
    const size_t vectors = dlcv__gemm_vectors(p->kernels, (size_t)b->cols);
    dlcv__cuts rows;
    dlcv__gemm_walk w;
    w.k = kc, w.a = a, w.a_row = p->raw ? p->w_row : 1, w.a_step = p->raw ? 1 : p->mr;
    w.b = b->b, w.b_step = b->b_step, w.c = b->c, w.c_row = b->c_row, w.cols = b->cols, w.load = k0 > 0;
    w.ahead = b->ahead, w.ahead_step = b->ahead_step, w.ahead_next = 16, w.lines = b->ahead ? vectors * p->kernels->lanes / 16 + 1 : 0;
    w.pack = m > 2 * p->mr ? b->pack : NULL, w.touch = !p->waiting;
    rows.count = m / p->mr, rows.size = p->mr, rows.larger = 0;
    if (rows.count) dlcv__gemm_down(p->kernels, &w, vectors, rows, w.a_row, p->raw ? 0 : kc * p->mr);
    if (m % p->mr == 0) return;
    if (rows.count) w.a += w.a_next, w.c += w.c_next;
    rows.count = 1, rows.size = m % p->mr;
    dlcv__gemm_down(p->kernels, &w, vectors, rows, w.a_row, p->raw ? 0 : kc * p->mr);
}

/* All tiles of a panel; the residual is at the panel's place in its first row, or NULL. */
DLCV__FN void dlcv__product_tiles(const dlcv__product *p, const dlcv__product_task *t, size_t k0, size_t kc, dlcv__product_panel b, const float *residual, int finish)
{
    const size_t first = t->group * p->m, mr = p->mr, a_next = p->raw ? mr * p->w_row : mr * kc;
    const float *a = p->raw ? p->weights + t->group * p->w_group + k0 : p->packed + (t->group * p->k + k0) * p->row_panels * mr;
    dlcv__epilogue e;
    size_t i;
    a += t->row0 * a_next;
    if (!finish && (p->kernels->gemm_masked || (unsigned)b.cols % p->kernels->lanes == 0)) {
        dlcv__product_walk(p, t, k0, kc, &b, a);
        return;
    }
    if (b.pack && t->row1 - t->row0 > 2) {
        p->kernels->copy_rows(b.pack, p->nr, b.b, b.b_step, kc, (size_t)b.cols);
        b.b = b.pack, b.b_step = p->nr;
    }
    e.bias = NULL, e.residual = NULL, e.residual_row = p->dst_plane, e.low = p->tail.low, e.high = p->tail.high;
    for (i = t->row0; i < t->row1; i++, b.c += mr * b.c_row, a += a_next) {
        const int rows = p->m - i * mr < mr ? (int)(p->m - i * mr) : (int)mr;
        const size_t left = p->m - i * mr - (size_t)rows;
        if (!p->waiting && i + 1 < t->row1) dlcv__gemm_ahead(b.c + mr * b.c_row, b.c_row, left < mr ? left : mr, (size_t)b.cols);
        if (p->tail.bias) e.bias = p->tail.bias + first + i * mr;
        if (residual) e.residual = residual + (i - t->row0) * mr * p->dst_plane;
        p->kernels->gemm_tile(kc, a, p->raw ? p->w_row : 1, p->raw ? 1 : mr, b.b, b.b_step, b.c, b.c_row, rows, b.cols, k0 > 0, finish ? &e : NULL);
    }
}

/* The same with pixels as rows: sums [pixel][row of a] */
DLCV__FN void dlcv__product_swapped(const dlcv__product *p, const dlcv__product_task *t, size_t k0, size_t kc)
{
    const float *b = p->packed + (t->group * p->k + k0) * p->row_panels * p->nr;
    const size_t wide = p->row_panels * p->nr;
    size_t j, i;
    for (j = t->row0; j < t->row1; j++)
        for (i = 0; i < p->s.lanes; i += p->mr) {
            const int rows = p->s.lanes - i < p->mr ? (int)(p->s.lanes - i) : (int)p->mr;
            const int cols = p->m - j * p->nr < p->nr ? (int)(p->m - j * p->nr) : (int)p->nr;
            p->kernels->gemm_tile(kc, t->b + i, 1, p->s.lanes, b + j * kc * p->nr, p->nr, t->sums + i * wide + j * p->nr, wide, rows, cols, k0 > 0, NULL);
        }
}

/* Units begin .. end - 1 of pixels of one group, and of one image where images are not merged */
DLCV__FN void dlcv__product_block(const dlcv__product *p, const dlcv__product_task *t, size_t begin, size_t end)
{
    const size_t image = p->merged ? 0 : begin / p->image_units, pixels = p->merged ? p->grid * p->s.images : p->grid;
    const size_t first = (begin - image * p->image_units) * p->unit, until = first + (end - begin) * p->unit, all = until < pixels ? until : pixels;
    const size_t wide = ((end - begin) * p->unit + p->s.lanes - 1) / p->s.lanes * p->s.lanes, rows = p->swapped ? p->nr : p->mr;
    const size_t r0 = t->row0 * rows, r1 = t->row1 * rows < p->m ? t->row1 * rows : p->m;
    const size_t place = (image * p->s.groups + t->group) * p->m * p->dst_plane + p->first;
    size_t k0 = 0, kc, j;
    int count;
    do {
        kc = p->k - k0 < p->kc ? p->k - k0 : p->kc;
        for (j = first; j < all; j += p->s.lanes) {
            const int finish = k0 + kc == p->k && p->finish;
            dlcv__product_panel b;
            b.cols = all - j < p->s.lanes ? (int)(all - j) : (int)p->s.lanes;
            b.b = t->b, b.b_step = p->nr, b.ahead = NULL, b.ahead_step = 0, b.pack = NULL;
            if (p->in_place && (p->kernels->gemm_masked || (unsigned)b.cols % p->kernels->lanes == 0)) {
                b.b = p->s.src + ((image * p->s.groups + t->group) * p->s.channels + k0) * p->grid + j;
                b.b_step = b.ahead_step = p->grid;
                b.pack = t->b;
                if (j + p->s.lanes < all) b.ahead = b.b + p->s.lanes;
            } else {
                count = dlcv__product_segments(p, image, j, j + (size_t)b.cols, t->segments);
                p->kernels->gather(&p->s, t->segments, count, t->group, k0, k0 + kc, t->b);
            }
            b.c = p->waiting ? t->sums + (j - first) : p->dst + place + j + r0 * p->dst_plane;
            b.c_row = p->waiting ? wide : p->dst_plane;
            if (p->swapped) dlcv__product_swapped(p, t, k0, kc);
            else if (p->waiting) dlcv__product_tiles(p, t, k0, kc, b, NULL, finish && !p->tail.residual);
            else dlcv__product_tiles(p, t, k0, kc, b, p->tail.residual ? p->tail.residual + place + j + r0 * p->dst_plane : NULL, finish);
        }
        k0 += kc;
    } while (k0 < p->k);
    for (j = first; j < all && p->waiting; j += p->s.lanes) {
        count = dlcv__product_segments(p, image, j, all - j < p->s.lanes ? all : j + p->s.lanes, t->segments);
        if (p->swapped) dlcv__product_put(p, t->group, r0, r1, t->sums + r0, 1, p->row_panels * p->nr, t->segments, count, p->finish);
        else dlcv__product_put(p, t->group, r0, r1, t->sums + (j - first), wide, 1, t->segments, count, p->finish && p->tail.residual);
    }
}

DLCV__FN void dlcv__product_work(int index, void *context)
{
    const dlcv__product *p = (const dlcv__product *)context;
    const int columns = p->pixel_tasks, column = index % columns, rows = p->tasks / columns;
    const size_t begin = dlcv__conv_part(p->units * p->s.groups, column, columns), end = dlcv__conv_part(p->units * p->s.groups, column + 1, columns);
    unsigned char *mine = p->workspace + (size_t)index * p->task_bytes;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__product_task t;
    size_t at, upto;
    t.b = (float *)(void *)mine;
    t.sums = (float *)(void *)(mine + p->b_bytes);
    t.segments = (dlcv__segment *)(void *)(mine + p->b_bytes + p->sums_bytes);
    t.row0 = dlcv__conv_part(p->row_panels, index / columns, rows);
    t.row1 = dlcv__conv_part(p->row_panels, index / columns + 1, rows);
    for (at = begin; at < end; at = upto) {
        const size_t in_group = at % p->units, in_image = in_group % p->image_units;
        size_t most = p->image_units - in_image;
        if (most > p->block_units) most = p->block_units;
        if (most > end - at) most = end - at;
        upto = at + most;
        t.group = at / p->units;
        dlcv__product_block(p, &t, in_group, in_group + most);
    }
    dlcv__fp_leave(fp);
}

/* ---- what it costs, in multiply-adds of full vectors (of `lanes` floats, one a cycle): measured on Zen 4, 512 bits */

/* Steps of k through all tiles of a rows x cols product: the multiply-adds, but what feeds them and what they wait for, too. */
DLCV__FN double dlcv__tiles_cost(const dlcv__kernels_f32 *k, size_t rows, size_t cols)
{
    const size_t nv = k->gemm_cols / k->lanes, all = (cols - 1) / k->lanes + 1;
    double cost = 0;
    int i, j;
    for (i = 0; i < 2; i++)
        for (j = 0; j < 2; j++) {
            const size_t r = i ? rows % k->gemm_rows : k->gemm_rows, v = j ? all % nv : nv;
            const double times = (i ? 1.0 : (double)(rows / k->gemm_rows)) * (j ? 1.0 : (double)(all / nv));
            const double fma = (double)(r * v), load = 0.6 * (double)(r + v);
            if (r && v) cost += times * (fma > load ? fma > 5 ? fma : 5 : load > 5 ? load : 5);
        }
    return cost;
}

DLCV__FN double dlcv__product_cost(const dlcv__product *p)
{
    const size_t images = p->merged ? 1 : p->s.images, cols = p->merged ? p->grid * p->s.images : p->grid;
    const double panels = (double)(images * ((cols - 1) / p->s.lanes + 1)), rows = (double)p->row_panels, blocks = (double)((p->k + p->kc - 1) / p->kc);
    const double gather = dlcv__product_gather(p);
    double cost = 1.12 * (double)(images * p->k) * (p->swapped ? dlcv__tiles_cost(p->kernels, cols, p->m) : dlcv__tiles_cost(p->kernels, p->m, cols));
    cost += panels * ((double)p->k * gather + blocks * (150 + rows * (25 + (double)(p->mr * p->nr / p->kernels->lanes))));
    if (p->waiting) cost += 0.7 * (double)(p->m * cols);
    return cost * (double)(p->s.groups * p->kernels->lanes);
}

/* Runs a product that was planned. */
DLCV__FN void dlcv__product_run(dlcv__product *p, const dlcv__conv_run *r)
{
    p->s.src = r->x;
    p->dst = r->y;
    p->tail = r->tail;
    p->finish = r->tail.bias || r->tail.residual || r->tail.low >= -FLT_MAX || r->tail.high <= FLT_MAX;
    p->workspace = (unsigned char *)r->workspace;
    dlcv__parallel(r->env, p->tasks, dlcv__product_work, p);
}

/* ---- forward */

DLCV__FN int dlcv__conv_always(const dlcv__conv_geom *g)
{
    (void)g;
    return 1;
}

DLCV__FN int dlcv__conv_gemm_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, int raw, dlcv__product *p)
{
    memset(p, 0, sizeof *p);
    p->kernels = k;
    p->s.images = g->n, p->s.groups = g->groups, p->s.channels = g->cg;
    p->s.src_h = (ptrdiff_t)g->h, p->s.src_w = (ptrdiff_t)g->w;
    p->s.y0 = -(ptrdiff_t)g->pt, p->s.dy = (ptrdiff_t)g->dh, p->s.x0 = -(ptrdiff_t)g->pl, p->s.dx = (ptrdiff_t)g->dw;
    p->s.sy = (ptrdiff_t)g->sh, p->s.sx = (ptrdiff_t)g->sw;
    p->s.ny = g->kh, p->s.nx = g->kw;
    p->rows = g->oh, p->cols = g->ow, p->row_step = g->ow, p->col_step = 1, p->dst_plane = g->pixels;
    p->raw = raw;
    p->m = g->fg, p->w_group = g->fg * g->k, p->w_row = g->k, p->w_channel = g->taps, p->w_y = g->kw, p->w_x = 1;
    return dlcv__product_plan(p, width);
}

DLCV__FN double dlcv__conv_gemm_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    dlcv__product p;
    return dlcv__conv_gemm_plan(g, k, 1, 0, &p) ? dlcv__product_cost(&p) : 1e300;
}

DLCV__FN double dlcv__conv_raw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    dlcv__product p;
    return dlcv__conv_gemm_plan(g, k, 1, 1, &p) ? 1.05 * dlcv__product_cost(&p) : 1e300;
}

DLCV__FN int dlcv__conv_gemm_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__product p;
    size_t floats;
    *prepared = 0;
    if (!dlcv__conv_gemm_plan(g, k, width, 0, &p) || !dlcv__product_packed(&p, &floats) || !dlcv__conv_need(prepared, floats, sizeof(float))) return 0;
    *workspace = p.task_bytes * (size_t)p.tasks;
    return 1;
}

DLCV__FN void dlcv__conv_gemm_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    dlcv__product p;
    if (dlcv__conv_gemm_plan(g, k, 1, 0, &p)) dlcv__product_pack(&p, weights, (float *)prepared, 0, p.row_panels);
}

DLCV__FN void dlcv__conv_gemm_run(const dlcv__conv_run *r)
{
    dlcv__product p;
    if (!dlcv__conv_gemm_plan(r->g, r->kernels, dlcv__width(r->env), 0, &p)) return;
    p.packed = (const float *)r->prepared;
    dlcv__product_run(&p, r);
}

/* the same with the weights where the caller has them */

DLCV__FN int dlcv__conv_raw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__product p;
    *prepared = 0;
    if (!dlcv__conv_gemm_plan(g, k, width, 1, &p)) return 0;
    *workspace = p.task_bytes * (size_t)p.tasks;
    return 1;
}

DLCV__FN void dlcv__conv_raw_run(const dlcv__conv_run *r)
{
    dlcv__product p;
    if (!dlcv__conv_gemm_plan(r->g, r->kernels, dlcv__width(r->env), 1, &p)) return;
    p.weights = r->weights;
    dlcv__product_run(&p, r);
}

DLCV__FN int dlcv__conv_map_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    size_t none;
    return dlcv__conv_raw_bytes(g, k, width, &none, workspace);
}
