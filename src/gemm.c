/* ---- matrix products -------------------------------------------------------------------------------------------------------------------
 * C [m, n] = op(A) [m, k] op(B) [k, n]: rows of A are broadcast, columns of B and C lie along the lanes. Of a block of A, kc x mc, which the second
 * cache holds, all rows go past a panel of B as wide as a tile; the first of them leave the panel packed for the others, and as they do their work the
 * next panel is asked for. A block of C is done kc products at a time; every element's chain goes on where the block before left it, so that no block
 * size shows in a result. */
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
    const float *packed;            /* op(B) as dlcv__gemm_prepack leaves it, or NULL */
    size_t packed_n, packed_j;      /* its columns, whole vectors; the first of ours */

    size_t kc, mc;              /* the plan */
    int pack_a, pack_b, dots, wide, turn; /* turn: a tile is made the other way round than C wants it */
    size_t ends;                /* the last columns, which go apart */
} dlcv__gemm;

enum { DLCV__GEMM_TURNED = 1 << 19 };    /* floats of op(B) that dots may turn: 2 MiB a task */

/* Matrix times vector: rows together, which share the vector's loads and, from memory, keep several streams in flight; but one by one, in long runs,
 * where the matrix comes from the outer caches. */
enum { DLCV__GEMM_NEAR = 1 << 16, DLCV__GEMM_FAR = 1 << 22, DLCV__GEMM_PAIRS = 2 };

DLCV__INLINE size_t dlcv__up(size_t x, size_t unit)
{
    return (x + unit - 1) / unit * unit;
}

/* Vectors that n columns take */
DLCV__INLINE size_t dlcv__gemm_vectors(const dlcv__kernels_f32 *f, size_t n)
{
    return (n + f->lanes - 1) >> f->lane_bits;
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

/* k along the lanes: where few columns would leave most of them idle */
#ifndef DLCV_STRICT
DLCV__FN int dlcv__gemm_by_dots(const dlcv__gemm *g)
{
    const size_t vw = g->f->lanes;
    return g->n < vw && g->a_step == 1 && g->k >= 4 * vw && (g->b_step == 1 || g->n * g->k <= DLCV__GEMM_TURNED);
}
#endif

/* The last columns, where they open a panel of their own and leave most lanes of it idle: they go with the roles swapped, the rows along the lanes. To turn A
 * for that takes longer than it saves where vectors have fewer than 16 lanes. */
DLCV__FN size_t dlcv__gemm_ends(const dlcv__gemm *g)
{
    const size_t vw = g->f->lanes, tail = g->n & (vw - 1), whole = g->n / vw;
    if (vw < 16 || !tail || 4 * tail > vw || !whole || whole % g->f->gemm_vectors || whole > 6 || g->m < 8 * g->f->gemm_rows) return 0;
    return !g->packed && !g->turn && g->k >= vw && g->k <= 4096 ? tail : 0;
}

/* Products of a block: as few blocks as can be, of nearly the same size */
DLCV__INLINE size_t dlcv__gemm_depth(size_t k, size_t most)
{
    const size_t blocks = (k + most - 1) / most;
    if (k <= most) return k;
    return (k + blocks - 1) / blocks;
}

/* Chooses order and block sizes, the roles as they are. */
DLCV__FN void dlcv__gemm_blocks(dlcv__gemm *g)
{
    const size_t mr = g->f->gemm_rows;
    size_t most;
    g->turn = g->c_col != 1 || (g->swapped && g->e);
    g->wide = g->m == 1 && g->b_col == 1 && g->scale_b == 1 && !g->turn && !g->e && !g->packed;
    if (g->wide) return;
    most = g->turn ? 2 * g->f->gemm_kc : g->f->gemm_kc; /* what is turned should not be turned twice */
    g->kc = dlcv__gemm_depth(g->k, most);
    g->pack_b = g->b_col != 1 || g->scale_b != 1 || g->m > 2 * mr;
    if (g->b_col == 1 && g->scale_b == 1 && g->m * g->k <= 65536 && (g->k * g->n <= 65536 || (g->m <= 64 && g->k * g->n <= 262144)))
        g->pack_b = 0;              /* both fit the second cache: B's rows are read where they are */
    if (g->packed) g->pack_b = 0;
    g->pack_a = g->scale_a != 1 || ((g->pack_b || g->packed) && g->a_step != 1) || (g->m * g->k > 32768 && g->n >= 700);
    g->mc = g->m + mr;              /* a tile may be written whole */
    if (g->m * g->kc > g->f->gemm_ac) { /* blocks of nearly the same size */
        const size_t count = (g->m * g->kc + g->f->gemm_ac - 1) / g->f->gemm_ac;
        g->mc = dlcv__up((g->m + count - 1) / count, mr);
    }
}

/* Chooses all: by the shape alone, before it is divided among threads. */
DLCV__FN void dlcv__gemm_plan(dlcv__gemm *g)
{
    const size_t vw = g->f->lanes, tail = g->n & (vw - 1);
    if (!g->packed && (g->m < 64 || g->n < 64) && (tail || g->b_col != 1 || (g->m < vw && g->k >= 4 * vw))) {
        dlcv__gemm other = *g;
        dlcv__gemm_swap(&other);
#ifndef DLCV_STRICT
        g->dots = dlcv__gemm_by_dots(g);
        other.dots = dlcv__gemm_by_dots(&other);
        if (other.dots && (!g->dots || other.n < g->n)) *g = other;
        if (g->dots) {
            if (g->n == 1 && g->m * g->k > DLCV__GEMM_NEAR && g->m * g->k < DLCV__GEMM_FAR) g->dots = DLCV__GEMM_PAIRS;
            return;
        }
#endif
        if ((tail || g->b_col != 1) && dlcv__gemm_cost(&other) < dlcv__gemm_cost(g)) *g = other;
    }
    dlcv__gemm_blocks(g);
    g->ends = g->wide ? 0 : dlcv__gemm_ends(g);
}

/* The last columns of a block of rows */
DLCV__FN dlcv__gemm dlcv__gemm_last(const dlcv__gemm *g)
{
    dlcv__gemm last = *g;
    last.m = g->m < g->mc ? g->m : g->mc;
    last.n = g->ends, last.ends = 0;
    dlcv__gemm_swap(&last);
    dlcv__gemm_blocks(&last);
    return last;
}

/* Floats of work memory for one task: a tile of C twice, a tile of A, a block of B. */
DLCV__FN size_t dlcv__gemm_space(const dlcv__gemm *g)
{
    const size_t mr = g->f->gemm_rows, nr = g->f->gemm_cols, vw = g->f->lanes;
    size_t floats = 0;
    if (g->wide) return 0;
    if (g->dots) return g->b_step == 1 ? 0 : dlcv__up(g->n * g->k, 16);
    if (g->turn) floats += 2 * dlcv__up((mr + vw) * nr, 16);
    if (g->pack_a) floats += dlcv__up(g->kc * g->mc + vw, 16);
    if (g->pack_b || (!g->packed && g->n % vw && !g->f->gemm_masked)) floats += dlcv__up(g->kc * nr, 16);
    if (g->ends) {
        const dlcv__gemm last = dlcv__gemm_last(g);
        const size_t more = dlcv__gemm_space(&last) + dlcv__up(last.kc * nr, 16);           /* a block of any rows */
        return more > floats ? more : floats;
    }
    return floats;
}

/* Columns in panels, rows in tiles: as few as can be, of nearly the same size. Panels are whole vectors, up to the last one. */
typedef struct dlcv__cuts {
    size_t count, size, larger;     /* the first `larger` have size + 1 */
} dlcv__cuts;

DLCV__INLINE dlcv__cuts dlcv__cut(size_t n, size_t most)
{
    dlcv__cuts cuts;
    cuts.count = 1, cuts.size = n, cuts.larger = 0;
    if (n > most) {
        cuts.count = (unsigned)(n + most - 1) / (unsigned)most; /* n is an int */
        cuts.size = (unsigned)n / (unsigned)cuts.count;
        cuts.larger = n - cuts.size * cuts.count;
    }
    return cuts;
}

/* The panels of n columns, in vectors. Packed once they are wide, whoever has which of them. */
DLCV__INLINE dlcv__cuts dlcv__cut_cols(const dlcv__gemm *g, size_t n)
{
    const size_t most = g->f->gemm_vectors;
    dlcv__cuts cuts = dlcv__cut(dlcv__gemm_vectors(g->f, n), most);
    if (g->packed) cuts.size = most, cuts.larger = 0;
    return cuts;
}

/* Turned tiles are of whole fours of rows, which is how they are turned, and what is left over comes last. */
DLCV__INLINE dlcv__cuts dlcv__cut_rows(const dlcv__gemm *g, size_t m)
{
    dlcv__cuts cuts = dlcv__cut(m, g->f->gemm_rows);
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

/* op(B)[p0 .. p0 + k, j .. j + cols) to a panel [k, width], the missing columns 0. Where B's columns are contiguous, some columns' next few elements
 * at a time. */
DLCV__FN void dlcv__gemm_pack(const dlcv__gemm *g, float *out, size_t p0, size_t k, size_t j, size_t cols)
{
    const size_t width = dlcv__up(cols, g->f->lanes), step = g->b_col == 1 ? k : 64;
    const float *in = g->b + p0 * g->b_step + j * g->b_col;
    size_t p, kn, i, r;
    for (p = 0; p < k; p += kn) {
        float *to = out + p * width;
        const float *from = in + p * g->b_step;
        kn = k - p < step ? k - p : step;
        if (g->b_col == 1) {
            g->f->copy_rows(to, width, from, g->b_step, kn, cols);
            continue;
        }
        dlcv__gemm_ahead(from + kn, g->b_col, cols, k - p - kn < kn ? k - p - kn : kn);
        g->f->transpose4(to, width * 4, from, g->b_col * 4, (int)cols, (int)kn, 0);
        for (r = 0; r < kn && cols < width; r++)
            for (i = cols; i < width; i++) to[r * width + i] = 0;
    }
    if (g->scale_b != 1)
        for (i = 0; i < k * width; i++) out[i] *= g->scale_b;
}

/* op(A)[i .. i + m, p0 .. p0 + k) to tiles [k, mr] */
DLCV__FN void dlcv__gemm_pack_a(const dlcv__gemm *g, float *out, size_t i, size_t m, size_t p0, size_t k)
{
    const size_t mr = g->f->gemm_rows;
    const dlcv__cuts tiles = dlcv__cut_rows(g, m);
    size_t r, rows, j, end = i + m;
    for (r = 0; r < tiles.count; r++, i += rows, out += k * mr) {
        const float *in = g->a + i * g->a_row + p0 * g->a_step;
        rows = tiles.size + (r < tiles.larger);
        if (end - i < rows) rows = end - i;
        if (g->a_row == 1) g->f->copy_rows(out, mr, in, g->a_step, k, rows);
        else g->f->transpose4(out, mr * 4, in, g->a_row * 4, (int)rows, (int)k, 0);
        if (g->scale_a != 1)
            for (j = 0; j < k * mr; j++) out[j] *= g->scale_a;
    }
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

/* A tile with what does not go without saying: turned, an epilogue, columns that are no whole vectors where loads have no masks. */
DLCV__FN void dlcv__gemm_at(const dlcv__gemm *g, size_t k, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step, size_t i, size_t j,
    size_t rows, size_t cols, int load, int last, float *t)
{
    dlcv__epilogue e;
    if (last && g->e) {
        const size_t row = g->swapped ? j : i, col = g->swapped ? i : j;
        e = *g->e;
        if (e.bias) e.bias += row;
        if (e.residual) e.residual += row * e.residual_row + col;
    }
    if (g->turn) dlcv__gemm_tile_swapped(g, k, a, a_row, a_step, b, b_step, i, j, (int)rows, (int)cols, load, last && g->e ? &e : NULL, t);
    else g->f->gemm_tile(k, a, a_row, a_step, b, b_step, g->c + i * g->c_row + j, g->c_row, (int)rows, (int)cols, load, last && g->e ? &e : NULL);
}

/* A panel of columns j .. j + cols, or several side by side of as many vectors each */
typedef struct dlcv__panel {
    size_t j, cols, vectors, along;
    const float *b;                 /* op(B)[p, j + l] = b[p * b_step + l] */
    size_t b_step, b_next;          /* b_next: to the panel beside it */
    float *pack;                    /* where the first tile's kernel leaves them as [k, vectors], for the next ones; or NULL */
    const float *ahead;             /* what is read next, asked for as tiles are computed: columns of cache lines, one a step */
    size_t ahead_step, lines;
} dlcv__panel;

/* Tiles one below the other: those of size + 1 rows, then those of `size`, as dlcv__gemm_pack_a has them; w has all but how many and how far apart. */
DLCV__INLINE void dlcv__gemm_down(const dlcv__kernels_f32 *f, dlcv__gemm_walk *w, size_t vectors, dlcv__cuts rows, size_t a_row, size_t packed)
{
    const dlcv__gemm_body *body = f->gemm_bodies + (rows.size - 1) * f->gemm_vectors + vectors - 1;
    w->b_next = 0;
    if (rows.larger) {
        w->a_next = packed ? packed : (rows.size + 1) * a_row, w->c_next = (rows.size + 1) * w->c_row, w->tiles = rows.larger;
        body[f->gemm_vectors](w);
        w->a += w->a_next, w->c += w->c_next;
        if (w->pack) w->b = w->pack, w->b_step = vectors * f->lanes, w->pack = NULL;
    }
    w->a_next = packed ? packed : rows.size * a_row, w->c_next = rows.size * w->c_row, w->tiles = rows.count - rows.larger;
    body[0](w);
}

/* Tiles without a turn or an epilogue. Of panels side by side there is but one row of tiles. */
DLCV__FN void dlcv__gemm_plain(const dlcv__gemm *g, size_t k, size_t i, dlcv__cuts rows, const float *a, const dlcv__panel *b, int load)
{
    const size_t vw = g->f->lanes, mr = g->f->gemm_rows;
    dlcv__gemm_walk w;
    w.k = k, w.a = a, w.a_row = g->pack_a ? 1 : g->a_row, w.a_step = g->pack_a ? mr : g->a_step;
    w.b = b->b, w.b_step = b->b_step;
    w.c = g->c + i * g->c_row + b->j, w.c_row = g->c_row;
    w.cols = (int)b->cols, w.load = load;
    w.ahead = b->ahead, w.ahead_step = b->ahead_step, w.ahead_next = 16, w.lines = b->lines;
    w.pack = b->pack;
    w.touch = g->m * g->n > 32768;
    if (b->along > 1) {
        w.tiles = b->along, w.a_next = 0, w.b_next = b->b_next, w.c_next = w.ahead_next = b->vectors * vw;
        g->f->gemm_bodies[(rows.size - 1) * g->f->gemm_vectors + b->vectors - 1](&w);
    } else {
        dlcv__gemm_down(g->f, &w, b->vectors, rows, g->a_row, g->pack_a ? k * mr : 0);
    }
}

/* Products p0 .. p0 + k of a panel and the rows i .. i + m */
DLCV__FN void dlcv__gemm_panel(const dlcv__gemm *g, size_t p0, size_t k, size_t i, size_t m, const float *pa, dlcv__panel *b, int plain, float *t)
{
    const size_t mr = g->f->gemm_rows, a_row = g->pack_a ? 1 : g->a_row, a_step = g->pack_a ? mr : g->a_step;
    const int load = g->load || p0, last = p0 + k == g->k;
    const dlcv__cuts tiles = dlcv__cut_rows(g, m);
    const float *a = g->pack_a ? pa : g->a + i * g->a_row + p0 * g->a_step;
    const size_t end = i + m;
    size_t r, rows;
    if (plain) {
        dlcv__gemm_plain(g, k, i, tiles, a, b, load);
        return;
    }
    for (r = 0; r < tiles.count; r++, i += rows) {
        rows = tiles.size + (r < tiles.larger);
        if (end - i < rows) rows = end - i;
        dlcv__gemm_at(g, k, a, a_row, a_step, b->b, b->b_step, i, b->j, rows, b->cols, load, last, t);
        a += g->pack_a ? k * mr : rows * g->a_row;
    }
}

/* Products p0 .. p0 + k of the rows i .. i + m and all columns: panel by panel, past each the rows, which the second cache holds. */
DLCV__FN void dlcv__gemm_block(const dlcv__gemm *g, size_t p0, size_t k, size_t i, size_t m, float *t, float *pa, float *pb)
{
    const size_t vw = g->f->lanes;
    const dlcv__cuts panels = dlcv__cut_cols(g, g->n);
    const int asis = g->b_col == 1 && g->scale_b == 1 && !g->packed, direct = !g->turn && (!g->e || p0 + k != g->k);
    const int row = direct && m <= g->f->gemm_rows && !g->pack_b;    /* one row of tiles, B as it is */
    size_t q, width;
    dlcv__panel b;
    if (g->pack_a) dlcv__gemm_pack_a(g, pa, i, m, p0, k);
    for (q = 0, b.j = 0; q < panels.count; q += b.along, b.j += b.along * width) {
        const size_t left = g->n - b.j;
        int plain;
        b.vectors = panels.size + (q < panels.larger);
        if (left < b.vectors * vw) b.vectors = dlcv__gemm_vectors(g->f, left);
        width = b.vectors * vw;
        b.cols = left < width ? left : width;
        b.along = 1;
        if (row && left >= 2 * width) {
            b.along = q < panels.larger ? panels.larger - q : panels.count - q;
            if (b.along * width > left) b.along--;
        }
        plain = direct && (b.cols == width || g->f->gemm_masked);
        b.pack = NULL;
        b.ahead = NULL, b.ahead_step = b.lines = 0;
        if (g->packed) {
            b.b = g->packed + p0 * g->packed_n + (g->packed_j + b.j) * k, b.b_step = width, b.b_next = width * k;
        } else {
            b.b = g->b + p0 * g->b_step + b.j * g->b_col, b.b_step = g->b_step, b.b_next = width;
            if (asis && left > width) b.ahead = b.b + width, b.ahead_step = g->b_step, b.lines = b.along > 1 ? b.along : (width + 30) / 16;
        }
        if (g->pack_b && asis && plain) {
            b.pack = pb;
        } else if (g->pack_b || (!g->packed && b.cols != width && !g->f->gemm_masked)) {
            dlcv__gemm_pack(g, pb, p0, k, b.j, b.cols);
            b.b = pb, b.b_step = width;
        }
        dlcv__gemm_panel(g, p0, k, i, m, pa, &b, plain, t);
    }
}

/* Sums of a group of rows and columns to C */
DLCV__FN void dlcv__gemm_dots_put(const dlcv__gemm *g, const float *sum, size_t wide, size_t i, size_t rows, size_t j, size_t cols)
{
    const float scale = g->scale_a * g->scale_b;
    float *to = g->c + i * g->c_row + j * g->c_col;
    size_t r, s;
    if (cols == 1 && !g->load && !g->e) {
        for (r = 0; r < rows; r++, to += g->c_row) *to = sum[r] * scale;
        return;
    }
    for (r = 0; r < rows; r++)
        for (s = 0; s < cols; s++) {
            float *c = g->c + (i + r) * g->c_row + (j + s) * g->c_col, v = sum[r * wide + s] * scale;
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

/* k along the lanes: op(B)'s columns, few, are made rows. */
DLCV__FN void dlcv__gemm_dots(const dlcv__gemm *g, float *space)
{
    const int pairs = g->dots == DLCV__GEMM_PAIRS;
    const size_t mr = pairs ? 16 : g->n == 1 ? 64 : g->f->dots_rows, nr = g->f->dots_cols, groups = (g->n + nr - 1) / nr;
    const float *b = g->b;
    size_t b_col = g->b_col, i, j, q, r;
    float sum[8 * 8];
    if (g->b_step != 1) {
        if (g->n == 1) for (i = 0; i < g->k; i++) space[i] = b[i * g->b_step];
        else g->f->transpose4(space, g->k * 4, b, g->b_step * 4, (int)g->k, (int)g->n, 0);
        b = space, b_col = g->k;
    }
    for (i = 0; i < g->m; i += mr) {
        const size_t rows = g->m - i < mr ? g->m - i : mr;
        const float *a = g->a + i * g->a_row;
        for (q = 0; q < groups; q++) {
            const size_t cols = g->n * (q + 1) / groups - (j = g->n * q / groups);
            if (pairs) for (r = 0; r < rows; r++) sum[r] = g->f->dot(a + r * g->a_row, b, g->k);
            else g->f->gemm_dots(g->k, a, g->a_row, (int)rows, b + j * b_col, b_col, (int)cols, sum);
            dlcv__gemm_dots_put(g, sum, cols == 1 ? 1 : nr, i, rows, j, cols);
        }
    }
}

DLCV__FN void dlcv__gemm_tiles(const dlcv__gemm *g, float *space)
{
    float *t = space, *pa = t, *pb;     /* space may be NULL, to which C adds nothing, not even 0 */
    size_t p, i, k;
    if (g->turn) pa += 2 * dlcv__up((g->f->gemm_rows + g->f->lanes) * g->f->gemm_cols, 16);
    pb = pa;
    if (g->pack_a) pb += dlcv__up(g->kc * g->mc + g->f->lanes, 16);
    for (p = 0; p < g->k; p += k) {
        k = g->k - p < g->kc ? g->k - p : g->kc;
        for (i = 0; i < g->m; i += g->mc) dlcv__gemm_block(g, p, k, i, g->m - i < g->mc ? g->m - i : g->mc, t, pa, pb);
    }
}

/* From row i and column j on */
DLCV__FN void dlcv__gemm_from(dlcv__gemm *g, size_t i, size_t j, dlcv__epilogue *e)
{
    g->a += i * g->a_row;
    if (!g->packed) g->b += j * g->b_col;
    g->packed_j += j;
    g->c += i * g->c_row + j * g->c_col;
    if (g->e) {
        const size_t row = g->swapped ? j : i, col = g->swapped ? i : j;
        *e = *g->e;
        if (e->bias) e->bias += row;
        if (e->residual) e->residual += row * e->residual_row + col;
        g->e = e;
    }
}

/* The last columns apart, after each block of rows, which the caches still have */
DLCV__FN void dlcv__gemm_both(const dlcv__gemm *g, float *space)
{
    const size_t cols = g->n - g->ends;
    const dlcv__gemm planned = dlcv__gemm_last(g);
    size_t i, rows;
    for (i = 0; i < g->m; i += rows) {
        dlcv__gemm tiles = *g, last = planned;
        dlcv__epilogue e, f;
        rows = g->m - i < planned.n ? g->m - i : planned.n;
        tiles.m = rows, last.n = rows;
        tiles.n = cols, tiles.ends = 0;
        dlcv__gemm_from(&tiles, i, 0, &e);
        dlcv__gemm_from(&last, cols, i, &f);
        if (cols) dlcv__gemm_tiles(&tiles, space);
        dlcv__gemm_tiles(&last, space);
    }
}

/* All of it, by one thread. space: dlcv__gemm_space(g) floats, aligned to 64 bytes */
DLCV__FN void dlcv__gemm_run(const dlcv__gemm *g, float *space)
{
    size_t i, n;
    if (g->dots) {
        dlcv__gemm_dots(g, space);
    } else if (g->wide) {
        for (i = 0; i < g->n; i += n) {     /* so much of C as the first cache holds */
            n = g->n - i < 4096 ? g->n - i : 4096;
            g->f->gemm_wide(g->k, g->a, g->a_step, g->scale_a, g->b + i, g->b_step, g->c + i, n, g->load);
        }
    } else if (g->ends) {
        dlcv__gemm_both(g, space);
    } else {
        dlcv__gemm_tiles(g, space);
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
    const size_t mr = crew->g->dots ? 1 : crew->g->f->gemm_rows;
    const size_t vw = crew->g->dots ? 1 : crew->g->packed ? crew->g->f->gemm_cols : crew->g->f->lanes;
    const size_t tiles = (crew->g->m + mr - 1) / mr, vectors = (crew->g->n + vw - 1) / vw;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__gemm g = *crew->g;
    dlcv__epilogue e;
    const size_t i = tiles * r / rows * mr, j = vectors * s / cols * vw;
    const size_t i_end = tiles * (r + 1) / rows * mr, j_end = vectors * (s + 1) / cols * vw;
    g.m = (i_end < g.m ? i_end : g.m) - i;
    if (j_end < g.n) g.ends = 0;
    g.n = (j_end < g.n ? j_end : g.n) - j;
    dlcv__gemm_from(&g, i, j, &e);
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
    const size_t mr = g->dots ? 1 : g->f->gemm_rows, vw = g->dots ? 1 : g->packed ? g->f->gemm_cols : g->f->lanes;
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

/* Floats of op(B) [k, n] packed once and kept; 0 if there are more than memory can hold */
DLCV__FN size_t dlcv__gemm_packed_floats(const dlcv__kernels_f32 *f, size_t n, size_t k)
{
    size_t floats, bytes;
    if (n > SIZE_MAX - f->lanes || !dlcv__mul(dlcv__up(n, f->lanes), k, &floats) || !dlcv__mul(floats, sizeof(float), &bytes)) return 0;
    return floats;
}

/* op(B) of g, which has f, n, k, b, b_step, b_col and scale_b, to out: block after block of k, each in panels [k, width]. A product takes it as g->packed,
 * with packed_n = n in whole vectors, for any m; its chains ascend over k, whatever the shape, and the roles are not swapped: c_col is 1. */
DLCV__FN void dlcv__gemm_prepack(const dlcv__gemm *g, float *out)
{
    const size_t kc = dlcv__gemm_depth(g->k, g->f->gemm_kc), width = g->f->gemm_cols;
    size_t p, j, k;
    for (p = 0; p < g->k; p += k, out += k * dlcv__up(g->n, g->f->lanes)) {
        k = g->k - p < kc ? g->k - p : kc;
        for (j = 0; j < g->n; j += width) dlcv__gemm_pack(g, out + j * k, p, k, j, g->n - j < width ? g->n - j : width);
    }
}

/* Products of a batch: operands and results `a`, `b`, `c` floats apart, an operand that all share 0. Without epilogue. */
typedef struct dlcv__gemm_batch {
    const dlcv__gemm *g;
    size_t count, a, b, c;
    float beta;
    float *space;
    size_t floats;
    int tasks;
} dlcv__gemm_batch;

DLCV__FN void dlcv__gemm_batch_task(int index, void *context)
{
    const dlcv__gemm_batch *batch = (const dlcv__gemm_batch *)context;
    const size_t tasks = (size_t)batch->tasks, at = (size_t)index, each = batch->count / tasks, rest = batch->count % tasks;
    const size_t end = (at + 1) * each + (at + 1 < rest ? at + 1 : rest);
    const dlcv__fp fp = dlcv__fp_enter();
    size_t i = at * each + (at < rest ? at : rest);
    for (; i < end; i++) {
        dlcv__gemm g = *batch->g;
        g.a += i * (g.swapped ? batch->b : batch->a);
        if (!g.packed) g.b += i * (g.swapped ? batch->a : batch->b);
        g.c += i * batch->c;
        if (g.load) dlcv__gemm_scale(batch->beta, g.c_col == 1 ? g.m : g.n, g.c_col == 1 ? g.n : g.m, g.c, g.c_col == 1 ? g.c_row : g.c_col);
        dlcv__gemm_run(&g, batch->space ? batch->space + (size_t)index * batch->floats : NULL);
    }
    dlcv__fp_leave(fp);
}

/* batch has count, a, b, c and beta. A task has whole products; where there are fewer of them than tasks, each is divided. */
DLCV__FN dlcv_status dlcv__gemm_do_batch(const dlcv_env *env, const dlcv__gemm *one, dlcv__gemm_batch *batch, const char *who)
{
    const int width = dlcv__width(env);
    dlcv__gemm g = *one;
    size_t i, floats, bytes;
    if (!batch->count) return DLCV_OK;
    if (batch->count < (size_t)width) {
        for (i = 0; i < batch->count; i++) {
            dlcv_status status;
            g = *one;
            g.a += i * batch->a;
            if (!g.packed) g.b += i * batch->b;
            g.c += i * batch->c;
            status = dlcv__gemm_do(env, &g, batch->beta, who);
            if (status) return status;
        }
        return DLCV_OK;
    }
    dlcv__gemm_plan(&g);
    batch->g = &g;
    batch->space = NULL;
    batch->floats = dlcv__gemm_space(&g);
    batch->tasks = (double)g.m * (double)g.n * (double)g.k * (double)batch->count < 1e6 * (double)width ? 1 : width;
    if (!dlcv__mul(batch->floats, (size_t)batch->tasks, &floats) || !dlcv__mul(floats, sizeof(float), &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: the blocks of %d tasks overflow size_t", who, batch->tasks);
    if (bytes) {
        batch->space = (float *)dlcv__alloc(env, bytes);
        if (!batch->space) return DLCV_ERR_MEMORY;
    }
    dlcv__parallel(env, batch->tasks, dlcv__gemm_batch_task, batch);
    if (bytes) dlcv__release(env, batch->space, bytes);
    return DLCV_OK;
}

/* A matrix in memory: rows of `cols` floats, `pitch` apart; `count` of them, `step` apart. */
DLCV__FN dlcv_status dlcv__gemm_check(const char *who, const char *name, const char *pitch_name, const float *p, int rows, int cols, int pitch, int count,
    size_t step)
{
    size_t floats, bytes;
    if (pitch < (cols > 1 ? cols : 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is %d, rows of %s have %d elements", who, pitch_name, pitch, name, cols);
    if (!rows || !cols) return DLCV_OK;
    if (!p) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is NULL", who, name);
    if (!dlcv__mul((size_t)(rows - 1), (size_t)pitch, &floats) || !dlcv__add(floats, (size_t)cols, &floats) || !dlcv__mul(floats, 4, &bytes))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s, %d rows at %d floats, is larger than memory can be", who, name, rows, pitch);
    if (count > 1 && (!dlcv__mul((size_t)(count - 1), step, &bytes) || !dlcv__add(bytes, floats, &floats) || !dlcv__mul(floats, 4, &bytes)))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s, %d matrices at %zu floats, is larger than memory can be", who, name, count, step);
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__gemm_sizes(const char *who, int trans_a, int trans_b, int m, int n, int k)
{
    if ((unsigned)trans_a > 1 || (unsigned)trans_b > 1)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: trans_a and trans_b are %d and %d, must be 0 (as it is) or 1 (transposed), not cblas's constants", who,
            trans_a, trans_b);
    if (m < 0 || n < 0 || k < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: m, n, k are %d, %d, %d, none may be negative", who, m, n, k);
    return DLCV_OK;
}

DLCV__FN void dlcv__gemm_set(dlcv__gemm *g, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb,
    float beta, float *c, int ldc)
{
    memset(g, 0, sizeof *g);
    g->f = dlcv__kernels()->f32;
    g->m = (size_t)m, g->n = (size_t)n, g->k = (size_t)k;
    g->a = a, g->a_row = trans_a ? 1 : (size_t)lda, g->a_step = trans_a ? (size_t)lda : 1;
    g->b = b, g->b_step = trans_b ? 1 : (size_t)ldb, g->b_col = trans_b ? (size_t)ldb : 1;
    g->c = c, g->c_row = (size_t)ldc, g->c_col = 1;
    g->scale_a = alpha, g->scale_b = 1;
    g->load = beta != 0;
}


/* Small products of matrices that lie as the tiles want them: what dlcv__gemm_plan would come to, without the way there, which takes as long as an
 * eighth of 32 x 32 x 32. 0: they are not. */
DLCV__FN int dlcv__gemm_small(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, float *c, size_t ldc, int load)
{
    const dlcv__kernels_f32 *f = dlcv__kernels()->f32;
    const size_t vw = f->lanes;
    dlcv__cuts rows, cols;
    dlcv__gemm_walk w;
    dlcv__fp fp;
    size_t q, j, vectors;
    if (m < vw || (n & (vw - 1)) || m * k > 8192 || n * k > 8192) return 0;
    rows = dlcv__cut(m, f->gemm_rows), cols = dlcv__cut(n >> f->lane_bits, f->gemm_vectors);
    fp = dlcv__fp_enter();
    w.k = k, w.a_row = lda, w.a_step = 1, w.b_step = ldb, w.c_row = ldc;
    w.lines = 0, w.pack = NULL, w.load = load, w.touch = 0;
    for (q = j = 0; q < cols.count; q++, j += vectors * vw) {
        vectors = cols.size + (q < cols.larger);
        w.a = a, w.b = b + j, w.c = c + j, w.cols = (int)(vectors * vw);
        dlcv__gemm_down(f, &w, vectors, rows, lda, 0);
    }
    dlcv__fp_leave(fp);
    return 1;
}

DLCV_API dlcv_status dlcv_sgemm(const dlcv_env *env, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda, const float *b,
    int ldb, float beta, float *c, int ldc)
{
    dlcv_env e;
    dlcv__gemm g;
    dlcv_status status = dlcv__gemm_sizes("sgemm", trans_a, trans_b, m, n, k);
    if (!status) status = dlcv__gemm_check("sgemm", "a", "lda", a, trans_a ? k : m, trans_a ? m : k, lda, 1, 0);
    if (!status) status = dlcv__gemm_check("sgemm", "b", "ldb", b, trans_b ? n : k, trans_b ? k : n, ldb, 1, 0);
    if (!status) status = dlcv__gemm_check("sgemm", "c", "ldc", c, m, n, ldc, 1, 0);
    if (status || !m || !n) return status;
    if (!k || alpha == 0) {
        const dlcv__fp fp = dlcv__fp_enter();
        dlcv__gemm_scale(beta, (size_t)m, (size_t)n, c, (size_t)ldc);
        dlcv__fp_leave(fp);
        return DLCV_OK;
    }
    if (!(trans_a | trans_b) && alpha == 1 && (beta == 0 || beta == 1)
        && dlcv__gemm_small((size_t)m, (size_t)n, (size_t)k, a, (size_t)lda, b, (size_t)ldb, c, (size_t)ldc, beta != 0))
        return DLCV_OK;
    e = dlcv__env(env);
    dlcv__gemm_set(&g, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    return dlcv__gemm_do(&e, &g, beta, "sgemm");
}


DLCV_API dlcv_status dlcv_sgemm_batch(const dlcv_env *env, int count, int trans_a, int trans_b, int m, int n, int k, float alpha, const float *a, int lda,
    size_t a_next, const float *b, int ldb, size_t b_next, float beta, float *c, int ldc, size_t c_next)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__gemm_batch batch;
    dlcv__gemm g;
    dlcv_status status = dlcv__gemm_sizes("sgemm_batch", trans_a, trans_b, m, n, k);
    if (!status && count < 0) status = dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm_batch: count is %d", count);
    if (status || !count) return status;
    status = dlcv__gemm_check("sgemm_batch", "a", "lda", a, trans_a ? k : m, trans_a ? m : k, lda, count, a_next);
    if (!status) status = dlcv__gemm_check("sgemm_batch", "b", "ldb", b, trans_b ? n : k, trans_b ? k : n, ldb, count, b_next);
    if (!status) status = dlcv__gemm_check("sgemm_batch", "c", "ldc", c, m, n, ldc, count, c_next);
    if (status || !m || !n) return status;
    if (count > 1 && c_next < (size_t)(m - 1) * (size_t)ldc + (size_t)n)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "sgemm_batch: c_next is %zu, a result of %d x %d at %d floats a row takes %zu", c_next, m, n, ldc,
            (size_t)(m - 1) * (size_t)ldc + (size_t)n);
    if (!k || alpha == 0) {
        const dlcv__fp fp = dlcv__fp_enter();
        int i;
        for (i = 0; i < count; i++) dlcv__gemm_scale(beta, (size_t)m, (size_t)n, c + (size_t)i * c_next, (size_t)ldc);
        dlcv__fp_leave(fp);
        return DLCV_OK;
    }
    dlcv__gemm_set(&g, trans_a, trans_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    memset(&batch, 0, sizeof batch);
    batch.count = (size_t)count, batch.a = a_next, batch.b = b_next, batch.c = c_next, batch.beta = beta;
    return dlcv__gemm_do_batch(&e, &g, &batch, "sgemm_batch");
}

DLCV_API size_t dlcv_sgemm_packed_bytes(int n, int k)
{
    return n < 0 || k < 0 ? 0 : dlcv__gemm_packed_floats(dlcv__kernels()->f32, (size_t)n, (size_t)k) * sizeof(float);
}

/* where packed B is, or has to be */
DLCV__FN dlcv_status dlcv__gemm_packed_at(const char *who, int n, int k, const void *packed)
{
    if (!packed || ((uintptr_t)packed & 63)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: packed is %s", who, packed ? "not at a multiple of 64 bytes" : "NULL");
    if (n && k && !dlcv_sgemm_packed_bytes(n, k)) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %d x %d floats are more than memory can hold", who, k, n);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_sgemm_pack(int trans_b, int n, int k, float alpha, const float *b, int ldb, void *packed)
{
    dlcv__gemm g;
    dlcv_status status = dlcv__gemm_sizes("sgemm_pack", 0, trans_b, 0, n, k);
    if (!status) status = dlcv__gemm_check("sgemm_pack", "b", "ldb", b, trans_b ? n : k, trans_b ? k : n, ldb, 1, 0);
    if (!status) status = dlcv__gemm_packed_at("sgemm_pack", n, k, packed);
    if (status || !n || !k) return status;
    dlcv__gemm_set(&g, 0, trans_b, 0, n, k, 1, NULL, 1, b, ldb, 0, NULL, 1);
    g.scale_b = alpha;
    {
        const dlcv__fp fp = dlcv__fp_enter();
        dlcv__gemm_prepack(&g, (float *)packed);
        dlcv__fp_leave(fp);
    }
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_sgemm_packed(const dlcv_env *env, int trans_a, int m, int n, int k, const float *a, int lda, const void *packed, float beta,
    float *c, int ldc)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__gemm g;
    dlcv_status status = dlcv__gemm_sizes("sgemm_packed", trans_a, 0, m, n, k);
    if (!status) status = dlcv__gemm_check("sgemm_packed", "a", "lda", a, trans_a ? k : m, trans_a ? m : k, lda, 1, 0);
    if (!status) status = dlcv__gemm_check("sgemm_packed", "c", "ldc", c, m, n, ldc, 1, 0);
    if (!status) status = dlcv__gemm_packed_at("sgemm_packed", n, k, packed);
    if (status || !m || !n) return status;
    if (!k) return dlcv_sgemm(&e, 0, 0, m, n, 0, 1, NULL, 1, NULL, n, beta, c, ldc);
    dlcv__gemm_set(&g, trans_a, 0, m, n, k, 1, a, lda, NULL, n, beta, c, ldc);
    g.packed = (const float *)packed;
    g.packed_n = dlcv__up(g.n, g.f->lanes);
    return dlcv__gemm_do(&e, &g, beta, "sgemm_packed");
}

/* What dlcv_sgemm asks env.memory for, of dense matrices and alpha 1; 0 where that overflows, for it will say so. */
DLCV__FN size_t dlcv__sgemm_bytes(const dlcv_env *env, int trans_a, int trans_b, int m, int n, int k)
{
    dlcv__gemm g;
    dlcv__gemm_crew crew;
    size_t bytes;
    if (m < 1 || n < 1 || k < 1) return 0;
    dlcv__gemm_set(&g, trans_a, trans_b, m, n, k, 1, NULL, trans_a ? m : k, NULL, trans_b ? k : n, 0, NULL, n);
    dlcv__gemm_plan(&g);
    crew.rows = crew.cols = 1;
    if (dlcv__width(env) > 1) dlcv__gemm_deal(&g, dlcv__width(env), &crew);
    return dlcv__mul(dlcv__gemm_space(&g), 4 * (size_t)(crew.rows * crew.cols), &bytes) ? bytes : 0;
}
