/* ---- matrix products -------------------------------------------------------------------------------------------------------------------
 * C [m, n] = op(A) [m, k] op(B) [k, n]: rows of A are broadcast, columns of B and C lie along the lanes. A block of B, kc x nc, is copied into panels as
 * wide as a tile, which the second cache holds; past it go tiles of A's rows, read where they are. A block of C is done kc products at a time;
 * every element's chain goes on where the block before left it, so that no block size shows in a result. */
typedef struct dlcv__gemm {
    const dlcv__kernels_f32 *f;
    size_t m, n, k;
    const float *a;                 /* op(A)[i, p] = a[i * a_row + p * a_step], one of the two 1 */
    size_t a_row, a_step;
    const float *b;                 /* op(B)[p, j] = b[p * b_step + j * b_col], one of the two 1 */
    size_t b_step, b_col;
    float *c;                       /* c[i * c_row + j * c_col], one of the two 1 */
    size_t c_row, c_col;
    float scale_a, scale_b;         /* factors of the operands */
    int load;                       /* C goes in */
    const dlcv__epilogue *e;        /* of C as the caller sees it: swapped roles do not swap it */
    int swapped;

    size_t kc, nc;                  /* the plan */
    int pack_a, pack_b, dots, turn; /* turn: a tile is made the other way round than C wants it */
} dlcv__gemm;

enum { DLCV__GEMM_TURNED = 1 << 19 };    /* floats of op(B) that dots may turn: 2 MiB a task */

DLCV__INLINE size_t dlcv__up(size_t x, size_t unit)
{
    return (x + unit - 1) / unit * unit;
}

/* C^T = op(B)^T op(A)^T */
DLCV__FN void dlcv__gemm_swap(dlcv__gemm *g)
{
    const dlcv__gemm was = *g;
    g->m = was.n, g->n = was.m;
    g->a = was.b, g->a_row = was.b_col, g->a_step = was.b_step;
    g->b = was.a, g->b_col = was.a_row, g->b_step = was.a_step;
    g->c_row = was.c_col, g->c_col = was.c_row;
    g->scale_a = was.scale_b, g->scale_b = was.scale_a;
    g->swapped = !was.swapped;
}

/* Vector operations that the tiles take, the roles as they are. */
DLCV__FN double dlcv__gemm_cost(const dlcv__gemm *g)
{
    const double vw = (double)g->f->lanes, m = (double)g->m, k = (double)g->k;
    const double tiles = m * k * (double)(dlcv__up(g->n, g->f->lanes) / g->f->lanes);
    return tiles + (g->b_col != 1 ? 16 : 2) * k * (double)g->n / vw + (g->c_col != 1 ? 2 * m * (double)g->n : 0);
}

/* Chooses roles, order and block sizes: by the shape alone, before it is divided among threads. */
DLCV__FN void dlcv__gemm_plan(dlcv__gemm *g)
{
    const size_t vw = g->f->lanes, mr = g->f->gemm_rows;
    dlcv__gemm other = *g;
    size_t blocks, most;
    dlcv__gemm_swap(&other);
#ifndef DLCV_STRICT
    /* k along the lanes: where few columns would leave most of them idle */
    g->dots = g->n < vw && g->a_step == 1 && g->k >= 4 * vw && (g->b_step == 1 || g->n * g->k <= DLCV__GEMM_TURNED);
    other.dots = other.n < vw && other.a_step == 1 && other.k >= 4 * vw && (other.b_step == 1 || other.n * other.k <= DLCV__GEMM_TURNED);
    if (other.dots && (!g->dots || other.n < g->n)) {
        *g = other;
        return;
    }
    if (g->dots) return;
#endif
    if ((g->n < 64 || other.n < 64) && (g->n % vw || g->b_col != 1) && dlcv__gemm_cost(&other) < dlcv__gemm_cost(g)) *g = other;
    g->turn = g->c_col != 1 || (g->swapped && g->e);
    most = g->turn ? 2 * g->f->gemm_kc : g->f->gemm_kc; /* what is turned should not be turned twice */
    blocks = (g->k + most - 1) / most;
    g->kc = (g->k + blocks - 1) / blocks;
    g->nc = g->f->gemm_nc * g->f->gemm_kc / g->kc / g->f->gemm_cols * g->f->gemm_cols;
    if (g->nc > dlcv__up(g->n, vw)) g->nc = dlcv__up(g->n, vw);
    g->pack_b = g->b_col != 1 || g->scale_b != 1 || g->m > 2 * mr;
    if (g->b_col == 1 && g->scale_b == 1 && g->m * g->k <= 65536 && (g->k * g->n <= 65536 || (g->m <= 64 && g->k * g->n <= 262144)))
        g->pack_b = 0;              /* both fit the second cache: B's rows are read where they are */
    g->pack_a = g->scale_a != 1 || (g->pack_b && g->a_step != 1);
    if (g->pack_a) g->pack_b = 1;
    if (!g->pack_b) g->nc = g->f->gemm_cols;
}

/* Floats of work memory for one task: a tile of C twice, a tile of A, a block of B. */
DLCV__FN size_t dlcv__gemm_space(const dlcv__gemm *g)
{
    const size_t mr = g->f->gemm_rows, nr = g->f->gemm_cols, vw = g->f->lanes;
    size_t floats = 0;
    if (g->dots) return g->b_step == 1 ? 0 : dlcv__up(g->n * g->k, 16);
    if (g->turn) floats += 2 * dlcv__up((mr + vw) * nr, 16);
    if (g->pack_a) floats += dlcv__up(g->kc * mr + vw, 16);
    if (g->pack_b || (g->n % vw && !g->f->gemm_masked)) floats += dlcv__up(g->kc * g->nc, 16);
    return floats;
}

/* Columns in panels, rows in tiles: as few as can be, of nearly the same size. Panels are whole vectors, up to the last one. */
typedef struct dlcv__cuts {
    size_t count, size, larger;     /* the first `larger` have size + 1 */
} dlcv__cuts;

DLCV__INLINE dlcv__cuts dlcv__cut(size_t n, size_t most)
{
    dlcv__cuts cuts;
    cuts.count = (n + most - 1) / most;
    cuts.size = n / cuts.count;
    cuts.larger = n - cuts.size * cuts.count;
    return cuts;
}

/* Turned tiles are of whole fours of rows, which is how they are turned, and what is left over comes last. */
DLCV__INLINE dlcv__cuts dlcv__cut_rows(const dlcv__gemm *g)
{
    dlcv__cuts cuts = dlcv__cut(g->m, g->f->gemm_rows);
    if (g->turn && g->f->gemm_rows % 4 == 0) cuts.size = g->f->gemm_rows, cuts.larger = 0;
    return cuts;
}

/* Asks for rows of what will soon be read or written. */
DLCV__INLINE void dlcv__gemm_ahead(const float *p, size_t step, size_t rows, size_t cols)
{
    size_t i, j;
    for (i = 0; i < rows; i++, p += step)
        for (j = 0; j < cols; j += 16) DLCV__PREFETCH(p + j);
}

/* op(B)[p0 .. p0 + k, j .. j + n) to panels [k, width], one after the other, the missing columns 0. Where B's rows are contiguous a few rows at
 * a time go to all panels, so that they are read as they lie; where its columns are, some columns' next few elements. */
DLCV__FN void dlcv__gemm_pack(const dlcv__gemm *g, float *out, size_t p0, size_t k, size_t j, size_t n)
{
    const size_t vw = g->f->lanes, step = g->b_col == 1 ? 8 : 64;
    const float *in = g->b + p0 * g->b_step + j * g->b_col;
    const dlcv__cuts cuts = dlcv__cut((n + vw - 1) / vw, g->f->gemm_cols / vw);
    size_t p, q, i, kn;
    for (p = 0; p < k; p += kn) {
        size_t begin = 0;
        kn = k - p < step ? k - p : step;
        for (q = 0; q < cuts.count; q++) {
            const size_t width = (cuts.size + (q < cuts.larger)) * vw, cols = n - begin < width ? n - begin : width;
            float *panel = out + begin * k + p * width;
            const float *from = in + p * g->b_step + begin * g->b_col;
            if (g->b_col == 1) {
                dlcv__gemm_ahead(from + kn * g->b_step, g->b_step, k - p - kn < kn ? k - p - kn : kn, cols);
                g->f->copy_rows(panel, width, from, g->b_step, kn, cols);
            } else {
                size_t r;
                dlcv__gemm_ahead(from + kn, g->b_col, cols, k - p - kn < kn ? k - p - kn : kn);
                g->f->transpose4(panel, width * 4, from, g->b_col * 4, (int)cols, (int)kn, 0);
                for (r = 0; r < kn && cols < width; r++)
                    for (i = cols; i < width; i++) panel[r * width + i] = 0;
            }
            begin += width;
        }
    }
    if (g->scale_b != 1)
        for (i = 0; i < k * dlcv__up(n, vw); i++) out[i] *= g->scale_b;
}

/* op(A)[i .. i + rows, p0 .. p0 + k) to [k, mr] */
DLCV__FN void dlcv__gemm_pack_a(const dlcv__gemm *g, float *out, size_t i, size_t rows, size_t p0, size_t k)
{
    const size_t mr = g->f->gemm_rows;
    const float *in = g->a + i * g->a_row + p0 * g->a_step;
    if (g->a_row == 1) g->f->copy_rows(out, mr, in, g->a_step, k, rows);
    else g->f->transpose4(out, mr * 4, in, g->a_row * 4, (int)rows, (int)k, 0);
    if (g->scale_a != 1)
        for (i = 0; i < k * mr; i++) out[i] *= g->scale_a;
}

/* The tile at (i, j) when the roles are swapped: made in t, then transposed to where it belongs. */
DLCV__FN void dlcv__gemm_tile_swapped(const dlcv__gemm *g, size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, size_t i,
    size_t j, int rows, int cols, int load, const dlcv__epilogue *e, float *t)
{
    const size_t nr = g->f->gemm_cols, pitch = dlcv__up(g->f->gemm_rows, g->f->lanes);
    float *c = g->c + i + j * g->c_col, *turned = t + dlcv__up((g->f->gemm_rows + g->f->lanes) * nr, 16);
    if (load) g->f->transpose4(t, nr * 4, c, g->c_col * 4, cols, rows, 0);
    g->f->gemm_tile(k, a, a_row, a_step, b, b_step, t, nr, rows, cols, load, NULL);
    if (!e) {
        g->f->transpose4(c, g->c_col * 4, t, nr * 4, rows, cols, 0);
        return;
    }
    g->f->transpose4(turned, pitch * 4, t, nr * 4, rows, cols, 0);
    g->f->gemm_finish(turned, pitch, c, g->c_col, cols, rows, e);
}

/* A panel of `cols` columns at j past the rows i .. i + rows. */
DLCV__INLINE void dlcv__gemm_at(const dlcv__gemm *g, size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, size_t i, size_t j,
    size_t rows, size_t cols, int first, int last, float *t)
{
    const int load = g->load || !first;
    dlcv__epilogue e;
    if (!g->turn && (!last || !g->e)) {
        g->f->gemm_tile(k, a, a_row, a_step, b, b_step, g->c + i * g->c_row + j, g->c_row, (int)rows, (int)cols, load, NULL);
        return;
    }
    if (last && g->e) {
        const size_t row = g->swapped ? j : i, col = g->swapped ? i : j;
        e = *g->e;
        if (e.bias) e.bias += row;
        if (e.residual) e.residual += row * e.residual_row + col;
    }
    if (g->turn) {
        dlcv__gemm_tile_swapped(g, k, a, a_row, a_step, b, b_step, i, j, (int)rows, (int)cols, load, last && g->e ? &e : NULL, t);
        return;
    }
    g->f->gemm_tile(k, a, a_row, a_step, b, b_step, g->c + i * g->c_row + j, g->c_row, (int)rows, (int)cols, load, last && g->e ? &e : NULL);
}

/* Products p0 .. p0 + k of the columns j0 .. j0 + n, B in panels: tiles of rows, past each all panels. */
DLCV__FN void dlcv__gemm_block(const dlcv__gemm *g, size_t p0, size_t k, size_t j0, size_t n, float *t, float *pa, float *pb)
{
    const size_t vw = g->f->lanes, mr = g->f->gemm_rows, a_row = g->pack_a ? 1 : g->a_row, a_step = g->pack_a ? mr : g->a_step;
    const dlcv__cuts panels = dlcv__cut((n + vw - 1) / vw, g->f->gemm_cols / vw), tiles = dlcv__cut_rows(g);
    const int first = p0 == 0, last = p0 + k == g->k;
    size_t q, r, i = 0, rows, j, width;
    dlcv__gemm_pack(g, pb, p0, k, j0, n);
    for (r = 0; r < tiles.count; r++, i += rows) {
        const float *a = g->pack_a ? pa : g->a + i * g->a_row + p0 * g->a_step;
        rows = tiles.size + (r < tiles.larger);
        if (g->m - i < rows) rows = g->m - i;
        if (g->pack_a) dlcv__gemm_pack_a(g, pa, i, rows, p0, k);
        for (q = 0, j = 0; q < panels.count; q++, j += width) {
            width = (panels.size + (q < panels.larger)) * vw;
            if (!g->pack_a && i + rows < g->m) {
                const size_t r0 = rows * q / panels.count, r1 = rows * (q + 1) / panels.count;
                dlcv__gemm_ahead(a + (rows + r0) * a_row, a_row, g->m - i - rows < r1 ? 0 : r1 - r0, k);
            }
            if (!g->turn && n - j > width) dlcv__gemm_ahead(g->c + i * g->c_row + j0 + j + width, g->c_row, rows, width);
            dlcv__gemm_at(g, k, a, a_row, a_step, pb + j * k, width, i, j0 + j, rows, n - j < width ? n - j : width, first, last, t);
        }
    }
}

/* The same with B where it is: panels, past each all rows. Only a last panel that ends within a vector is copied. */
DLCV__FN void dlcv__gemm_direct(const dlcv__gemm *g, size_t p0, size_t k, float *t, float *pb)
{
    const size_t vw = g->f->lanes;
    const dlcv__cuts panels = dlcv__cut((g->n + vw - 1) / vw, g->f->gemm_cols / vw), tiles = dlcv__cut_rows(g);
    const int first = p0 == 0, last = p0 + k == g->k;
    const int large = g->m * g->n > 32768;
    size_t q, r, i, rows, j, width;
    for (q = 0, j = 0; q < panels.count; q++, j += width) {
        const float *b = g->b + p0 * g->b_step + j;
        size_t b_step = g->b_step, cols;
        width = (panels.size + (q < panels.larger)) * vw;
        cols = g->n - j < width ? g->n - j : width;
        if (cols % vw && !g->f->gemm_masked) {
            dlcv__gemm_pack(g, pb, p0, k, j, cols);
            b = pb, b_step = width;
        }
        for (r = 0, i = 0; r < tiles.count; r++, i += rows) {
            rows = tiles.size + (r < tiles.larger);
            if (g->m - i < rows) rows = g->m - i;
            if (!g->turn && large && i + rows < g->m)
                dlcv__gemm_ahead(g->c + (i + rows) * g->c_row + j, g->c_row, g->m - i - rows < rows ? g->m - i - rows : rows, cols);
            dlcv__gemm_at(g, k, g->a + i * g->a_row + p0 * g->a_step, g->a_row, g->a_step, b, b_step, i, j, rows, cols, first, last, t);
        }
    }
}

/* k along the lanes: op(B)'s columns, few, are made rows. */
DLCV__FN void dlcv__gemm_dots(const dlcv__gemm *g, float *space)
{
    const size_t mr = g->n == 1 ? 8 : g->f->dots_rows, nr = g->f->dots_cols, groups = (g->n + nr - 1) / nr;
    const float *b = g->b;
    size_t b_col = g->b_col, i, j, q, r, s;
    float sum[8 * 8];
    if (g->b_step != 1) {
        if (g->n == 1) for (i = 0; i < g->k; i++) space[i] = b[i * g->b_step];
        else g->f->transpose4(space, g->k * 4, b, g->b_step * 4, (int)g->k, (int)g->n, 0);
        b = space, b_col = g->k;
    }
    for (i = 0; i < g->m; i += mr) {
        const size_t rows = g->m - i < mr ? g->m - i : mr;
        for (q = 0; q < groups; q++) {
            const size_t cols = g->n * (q + 1) / groups - (j = g->n * q / groups);
            g->f->gemm_dots(g->k, g->a + i * g->a_row, g->a_row, (int)rows, b + j * b_col, b_col, (int)cols, sum);
            for (r = 0; r < rows; r++)
                for (s = 0; s < cols; s++) {
                    float *c = g->c + (i + r) * g->c_row + (j + s) * g->c_col, v = sum[r * nr + s] * (g->scale_a * g->scale_b);
                    if (g->load) v += *c;
                    if (g->e) {
                        const size_t row = g->swapped ? j + s : i + r, col = g->swapped ? i + r : j + s;
                        if (g->e->bias) v += g->e->bias[row];
                        if (g->e->residual) v += g->e->residual[row * g->e->residual_row + col];
                        v = g->e->low > v ? g->e->low : v;
                        v = g->e->high < v ? g->e->high : v;
                    }
                    *c = v;
                }
        }
    }
}

/* All of it, by one thread. space: dlcv__gemm_space(g) floats, aligned to 64 bytes */
DLCV__FN void dlcv__gemm_run(const dlcv__gemm *g, float *space)
{
    float *t = space, *pa = t, *pb;     /* space may be NULL, to which C adds nothing, not even 0 */
    size_t p, j, k;
    if (g->dots) {
        dlcv__gemm_dots(g, space);
        return;
    }
    if (g->turn) pa += 2 * dlcv__up((g->f->gemm_rows + g->f->lanes) * g->f->gemm_cols, 16);
    pb = pa;
    if (g->pack_a) pb += dlcv__up(g->kc * g->f->gemm_rows + g->f->lanes, 16);
    for (p = 0; p < g->k; p += k) {
        k = g->k - p < g->kc ? g->k - p : g->kc;
        if (!g->pack_b) dlcv__gemm_direct(g, p, k, t, pb);
        else
            for (j = 0; j < g->n; j += g->nc) dlcv__gemm_block(g, p, k, j, g->n - j < g->nc ? g->n - j : g->nc, t, pa, pb);
    }
}

/* c = beta c */
DLCV__FN void dlcv__gemm_scale(float beta, size_t m, size_t n, float *c, size_t c_row)
{
    size_t i, j;
    for (i = 0; i < m; i++, c += c_row) {
        if (beta == 0) memset(c, 0, n * sizeof(float));
        else if (beta != 1) for (j = 0; j < n; j++) c[j] *= beta;
    }
}

typedef struct dlcv__gemm_crew {
    const dlcv__gemm *g;
    int rows, cols;                 /* tasks: a grid over C */
    float beta;
    float *space;
    size_t floats;                  /* of one task */
} dlcv__gemm_crew;

/* The part of C, of A's rows and of B's columns that a task has */
DLCV__FN void dlcv__gemm_task(int index, void *context)
{
    const dlcv__gemm_crew *crew = (const dlcv__gemm_crew *)context;
    const size_t r = (size_t)(index / crew->cols), s = (size_t)(index % crew->cols), rows = (size_t)crew->rows, cols = (size_t)crew->cols;
    const size_t mr = crew->g->dots ? 1 : crew->g->f->gemm_rows, vw = crew->g->dots ? 1 : crew->g->f->lanes;
    const size_t tiles = (crew->g->m + mr - 1) / mr, vectors = (crew->g->n + vw - 1) / vw;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__gemm g = *crew->g;
    dlcv__epilogue e;
    const size_t i = tiles * r / rows * mr, j = vectors * s / cols * vw;
    const size_t i_end = tiles * (r + 1) / rows * mr, j_end = vectors * (s + 1) / cols * vw;
    g.m = (i_end < g.m ? i_end : g.m) - i;
    g.n = (j_end < g.n ? j_end : g.n) - j;
    g.a += i * g.a_row;
    g.b += j * g.b_col;
    g.c += i * g.c_row + j * g.c_col;
    if (g.e) {
        const size_t row = g.swapped ? j : i, col = g.swapped ? i : j;
        e = *g.e;
        if (e.bias) e.bias += row;
        if (e.residual) e.residual += row * e.residual_row + col;
        g.e = &e;
    }
    if (crew->beta != 1 && g.load) {
        if (g.c_col == 1) dlcv__gemm_scale(crew->beta, g.m, g.n, g.c, g.c_row);
        else dlcv__gemm_scale(crew->beta, g.n, g.m, g.c, g.c_col);
    }
    if (g.m && g.n) dlcv__gemm_run(&g, crew->floats ? crew->space + (size_t)index * crew->floats : NULL);
    dlcv__fp_leave(fp);
}

/* How many tasks, as a grid: as much to do for the longest task as can be, packing included; a task should have 2 MFLOP. */
DLCV__FN void dlcv__gemm_deal(const dlcv__gemm *g, int width, dlcv__gemm_crew *crew)
{
    const double work = 2.0 * (double)g->m * (double)g->n * (double)g->k;
    const size_t mr = g->dots ? 1 : g->f->gemm_rows, vw = g->dots ? 1 : g->f->lanes;
    const size_t tiles = (g->m + mr - 1) / mr, vectors = (g->n + vw - 1) / vw;
    double best = 0;
    int r, s;
    crew->rows = crew->cols = 1;
    for (r = 1; r <= width; r++)
        for (s = 1; s * r <= width; s++) {
            const size_t m = (tiles + (size_t)r - 1) / (size_t)r * mr, n = (vectors + (size_t)s - 1) / (size_t)s * vw;
            const double time = (double)(m < g->m ? m : g->m) * (double)(n < g->n ? n : g->n) + 16 * (double)n + 2 * (double)m;
            if ((size_t)r > tiles || (size_t)s > vectors || (r * s > 1 && work < 2e6 * r * s)) continue;
            if (best == 0 || time < best) best = time, crew->rows = r, crew->cols = s;
        }
}

/* g->dots, blocks and roles are chosen here; beta counts where g->load is set. */
DLCV__FN dlcv_status dlcv__gemm_do(const dlcv_env *env, dlcv__gemm *g, float beta, const char *who)
{
    const int width = dlcv__width(env);
    dlcv__gemm_crew crew;
    size_t floats, bytes = 0;
    dlcv__gemm_plan(g);
    crew.g = g;
    crew.beta = beta;
    crew.space = NULL;
    crew.floats = dlcv__gemm_space(g);
    crew.rows = crew.cols = 1;
    if (width > 1) dlcv__gemm_deal(g, width, &crew);
    if (!dlcv__mul(crew.floats, (size_t)(crew.rows * crew.cols), &floats) || !dlcv__mul(floats, 4, &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: the blocks of %d tasks overflow size_t", who, crew.rows * crew.cols);
    if (bytes) {
        crew.space = (float *)dlcv__alloc(env, bytes);
        if (!crew.space) return DLCV_ERR_MEMORY;
    }
    if (crew.rows * crew.cols == 1 && (beta == 1 || !g->load)) {
        const dlcv__fp fp = dlcv__fp_enter();
        dlcv__gemm_run(g, crew.space);
        dlcv__fp_leave(fp);
    } else {
        dlcv__parallel(env, crew.rows * crew.cols, dlcv__gemm_task, &crew);
    }
    if (bytes) dlcv__release(env, crew.space, bytes);
    return DLCV_OK;
}

/* A matrix in memory: rows of `cols` floats, `pitch` apart. */
DLCV__FN dlcv_status dlcv__gemm_check(const char *name, const char *pitch_name, const float *p, int rows, int cols, int pitch)
{
    size_t floats, bytes;
    if (pitch < (cols > 1 ? cols : 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: %s is %d, rows of %s have %d elements", pitch_name, pitch, name, cols);
    if (!rows || !cols) return DLCV_OK;
    if (!p) return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: %s is NULL", name);
    if (!dlcv__mul((size_t)(rows - 1), (size_t)pitch, &floats) || !dlcv__add(floats, (size_t)cols, &floats) || !dlcv__mul(floats, 4, &bytes))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: %s, %d rows at %d floats, is larger than memory can be", name, rows, pitch);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_sgemm(const dlcv_env *env, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
    int ldb, float beta, float *c, int ldc)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__gemm g;
    dlcv_status status;
    if ((unsigned)trans_a > 1 || (unsigned)trans_b > 1)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: trans_a and trans_b are %d and %d, must be 0 (as it is) or 1 (transposed), not cblas's constants",
            trans_a, trans_b);
    if (m < 0 || n < 0 || k < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm: m, n, k are %d, %d, %d, none may be negative", m, n, k);
    status = dlcv__gemm_check("a", "lda", a, trans_a ? k : m, trans_a ? m : k, lda);
    if (!status) status = dlcv__gemm_check("b", "ldb", b, trans_b ? n : k, trans_b ? k : n, ldb);
    if (!status) status = dlcv__gemm_check("c", "ldc", c, m, n, ldc);
    if (status || !m || !n) return status;
    if (!k || alpha == 0) {
        const dlcv__fp fp = dlcv__fp_enter();
        dlcv__gemm_scale(beta, (size_t)m, (size_t)n, c, (size_t)ldc);
        dlcv__fp_leave(fp);
        return DLCV_OK;
    }
    memset(&g, 0, sizeof g);
    g.f = dlcv__kernels()->f32;
    g.m = (size_t)m, g.n = (size_t)n, g.k = (size_t)k;
    g.a = a, g.a_row = trans_a ? 1 : (size_t)lda, g.a_step = trans_a ? (size_t)lda : 1;
    g.b = b, g.b_step = trans_b ? 1 : (size_t)ldb, g.b_col = trans_b ? (size_t)ldb : 1;
    g.c = c, g.c_row = (size_t)ldc, g.c_col = 1;
    g.scale_a = alpha, g.scale_b = 1;
    g.load = beta != 0;
    return dlcv__gemm_do(&e, &g, beta, "sgemm");
}
