/* ---- distances: one pair, and blocks of all pairs -------------------------------------------------------------------------------- */

/* A pair is a few dozen nanoseconds: the common metrics are found by two or three comparisons (of more, compilers make a table of jumps),
 * without a frame, and the others stay apart. */
DLCV__APART float dlcv__distance_f32(dlcv_metric metric, const float *a, const float *b, size_t n)
{
    const dlcv__kernels_f32 *k = dlcv__kernels()->f32;
    if (metric == DLCV_METRIC_COSINE) return k->cosine(a, b, n);
    if (metric == DLCV_METRIC_L2) return sqrtf(k->l2sq(a, b, n));
    return dlcv__float_of(0x7fc00000u);
}

DLCV_API float dlcv_distance_f32(dlcv_metric metric, const float *a, const float *b, size_t n)
{
    const dlcv__kernels_f32 *k = dlcv__kernels()->f32;
    const dlcv__fp fp = dlcv__fp_enter();
    float value;
    if (metric == DLCV_METRIC_L2SQ) value = k->l2sq(a, b, n);
    else if (metric == DLCV_METRIC_DOT) value = k->dot(a, b, n);
    else if (metric == DLCV_METRIC_L1) value = k->l1(a, b, n);
    else value = dlcv__distance_f32(metric, a, b, n);
    dlcv__fp_leave(fp);
    return value;
}

DLCV__APART double dlcv__distance_u8(dlcv_metric metric, const uint8_t *a, const uint8_t *b, size_t n)
{
    const dlcv__kernels_u8 *k = dlcv__kernels()->u8;
    if (metric == DLCV_METRIC_L2) return sqrt(k->pair_l2sq(a, b, n));
    if (metric == DLCV_METRIC_DOT) return (double)(int64_t)k->dot(a, b, n);
    if (metric == DLCV_METRIC_COSINE)
        return dlcv__cosine((double)(int64_t)k->dot(a, b, n), (double)(int64_t)k->dot(a, a, n), (double)(int64_t)k->dot(b, b, n));
    return (double)dlcv__float_of(0x7fc00000u);
}

DLCV_API double dlcv_distance_u8(dlcv_metric metric, const uint8_t *a, const uint8_t *b, size_t n)
{
    const dlcv__kernels_u8 *k = dlcv__kernels()->u8;
    const dlcv__fp fp = dlcv__fp_enter();
    double value;
    if (metric == DLCV_METRIC_L1) value = k->pair_l1(a, b, n);
    else if (metric == DLCV_METRIC_L2SQ) value = k->pair_l2sq(a, b, n);
    else value = dlcv__distance_u8(metric, a, b, n);
    dlcv__fp_leave(fp);
    return value;
}

/* All pairs of na queries and nb data rows, in blocks that stay in the cache: for a block of queries, for a block of rows, for a
 * depth of 512 bytes, both are packed (queries as rows of one pitch; data rows side by side in panels of a tile's width, so that
 * the lanes of a vector are data rows and no sum crosses lanes) and multiplied tile by tile into c[queries, rows]. Each pass of
 * the data through the packing serves a whole block of queries; nothing is ever queries x database. When c is complete its rows
 * become keys and are handed to `take`.
 *
 * Bytes: c holds 32-bit integers; with more than DLCV__SHORT elements in a row they are moved to 64 bits before they could
 * overflow. L1 comes as it is or as sum max(a, b); squared L2 as sum a^2 + sum b^2 - 2 sum ab; flipped data (b - 128) are corrected
 * by 128 sum a.
 *
 * Floats that are whole numbers take a shorter way to the same bits, depth by depth: all 0 .. 255 (pixels that were never scaled), they
 * are multiplied as bytes, four to eight times as fast; otherwise up to 2^15, L1 is taken as 2 sum max(a, b) - sum a - sum b. The sum
 * over a depth of 128 is below 2^24 either way, an exact float in whatever order it is added up.
 *
 * A search need not know every distance exactly. Rough, L1 comes as 2 sum max(a, b) - sum a - sum b and L2SQ as sum a^2 + sum b^2 -
 * 2 sum ab, in two operations an element instead of three and one instead of two; whatever might be near enough, given the bound on
 * the error in dlcv__rough_error, is computed again to the bits of the direct tile (chain_l1, chain_l2sq), so that the results are the
 * same. Where that happens too often (data far from the origin, many ties) the block is computed again directly, and so are all that
 * follow. */
#define DLCV__SHORT 32768           /* 32768 * 255^2 < 2^31 */
#define DLCV__WORKSPACE ((size_t)8 << 20)
#define DLCV__QUERIES 512           /* of a block, if the workspace allows, */
#define DLCV__ROWS 256              /* and data rows: 256 KB of queries at one depth, 128 of rows, 512 of results */

typedef enum dlcv__key_type { DLCV__KEY_F32, DLCV__KEY_I32, DLCV__KEY_I64 } dlcv__key_type;

typedef struct dlcv__scan dlcv__scan;
struct dlcv__scan {
    const dlcv__table *table;
    dlcv_metric metric;             /* L2 is computed as L2SQ */
    int ranked;                     /* keys: smaller is nearer (-DOT, 1 - COSINE); else the metric's values */
    int bytes;                      /* u8, not f32 */
    const unsigned char *a, *b;     /* na and nb rows of d elements, any alignment */
    size_t na, nb, d;
    int packed_once;                /* a block of queries is packed at all depths, where the workspace has room */
    int sad;                        /* bytes: the |a - b| tiles, not the a * b ones */
    int mr, nr, group, wide, flip;  /* of the tile; group and wide as in backend.h, floats: 1, 0 */
    const dlcv__scan *narrow;       /* floats: the tiles for those that are bytes */
    size_t patience;                /* floats: 0, or L1 and L2SQ start rough, with so many exact values allowed a query */
    int mc, nc;                     /* queries and data rows of a block */
    size_t (*take)(void *user, int slot, size_t query, size_t row, size_t count, dlcv__key_type type, void *keys, float error);
    void (*end)(void *user, int slot, size_t query, size_t count);      /* the last row of these queries was taken */
    void *user;
};

/* One thread's memory, cut from one block. */
typedef struct dlcv__space {
    unsigned char *a, *b;           /* packed: mc rows (of each depth, if packed once), nc rows */
    unsigned char *narrow_a;        /* mc rows of floats that are bytes */
    int a_is;                       /* floats, packed once: what a has: -1 nothing yet, 1 rough, 0 not */
    unsigned char *a_by_sums;       /* and whether the tiles that work by sums can take it, each depth */
    unsigned char *spread;          /* data rows of a panel, widened or padded */
    int32_t *c;                     /* [mc, nc] floats or integers */
    int64_t *long_c;                /* [mc, nc], long rows of bytes only */
    unsigned char *bytes;           /* floats that are bytes: data rows of a panel */
    int32_t *tile;                  /* and a tile of their products */
    int32_t *int_a, *int_b;         /* and what is added to those */
    float *sum_a, *sum_b;           /* of the current depth (a packed once: of each), for the tiles that work by sums */
    float *size_a, *size_b;         /* rough: sums of magnitudes (L1) or squares (L2SQ) over all depths */
    double credit;                  /* rough: exact values that may still be computed */
    int64_t *of_a, *of_b;           /* what a metric needs of each whole row: sum a, sum b^2, ... */
    int64_t *square_a;
    float *scale_a, *scale_b;       /* reciprocal norms; rough L2SQ: sums of squares that are yet to be added */
    int32_t *term_b;
} dlcv__space;

DLCV__FN int dlcv__is_long(const dlcv__scan *s)
{
    return s->bytes && s->d > DLCV__SHORT;
}

/* Elements of a row that make one packed depth. */
DLCV__FN size_t dlcv__depth(const dlcv__scan *s)
{
    return !s->bytes ? DLCV__DEPTH_F32 : s->wide ? DLCV__DEPTH_BYTES / 2 : DLCV__DEPTH_BYTES;
}

/* Cuts `block` (or only counts, if NULL); returns the bytes. Every part is a multiple of 64. */
DLCV__FN size_t dlcv__space_cut(const dlcv__scan *s, unsigned char *block, dlcv__space *p)
{
    const size_t m = (size_t)s->mc, n = (size_t)s->nc, m8 = (m * 8 + 63) / 64 * 64, n8 = (n * 8 + 63) / 64 * 64;
    const size_t panel = (size_t)(s->narrow && s->narrow->nr > s->nr ? s->narrow->nr : s->nr);
    const size_t depths = s->packed_once ? (s->d + dlcv__depth(s) - 1) / dlcv__depth(s) : 1;
    size_t used = 0;
#define DLCV__CUT(field, type, size) (p->field = (type *)(void *)(block ? block + used : NULL), used += ((size) + 63) / 64 * 64)
    DLCV__CUT(a, unsigned char, m * DLCV__DEPTH_BYTES * depths);
    DLCV__CUT(narrow_a, unsigned char, s->narrow ? m * DLCV__DEPTH_BYTES : 0);
    DLCV__CUT(a_by_sums, unsigned char, depths);
    DLCV__CUT(b, unsigned char, (n + panel) * DLCV__DEPTH_BYTES);
    DLCV__CUT(spread, unsigned char, panel * DLCV__DEPTH_BYTES);
    DLCV__CUT(bytes, unsigned char, s->narrow ? panel * DLCV__DEPTH_F32 + 64 : 0);
    DLCV__CUT(tile, int32_t, s->narrow ? (size_t)s->narrow->mr * panel * 4 : 0);
    DLCV__CUT(int_a, int32_t, s->narrow ? m8 : 0);
    DLCV__CUT(int_b, int32_t, s->narrow ? n8 + panel * 4 : 0);
    DLCV__CUT(c, int32_t, m * n * 4);
    DLCV__CUT(long_c, int64_t, dlcv__is_long(s) ? m * n * 8 : 0);
    DLCV__CUT(sum_a, float, m8 * (s->bytes ? 1 : depths));
    DLCV__CUT(sum_b, float, n8);
    DLCV__CUT(size_a, float, s->patience ? m8 : 0);
    DLCV__CUT(size_b, float, s->patience ? n8 : 0);
    DLCV__CUT(of_a, int64_t, m8);
    DLCV__CUT(of_b, int64_t, n8);
    DLCV__CUT(square_a, int64_t, m8);
    DLCV__CUT(scale_a, float, m8);
    DLCV__CUT(scale_b, float, n8);
    DLCV__CUT(term_b, int32_t, n8);
#undef DLCV__CUT
    return used;
}

/* The tile of a scan. */
DLCV__FN void dlcv__scan_tile(dlcv__scan *s)
{
    const dlcv__kernels_u8 *u8 = s->table->u8;
    s->sad = s->bytes && s->metric == DLCV_METRIC_L1;
    s->mr = !s->bytes ? s->table->f32->mr : s->sad ? u8->sad_mr : u8->dot_mr;
    s->nr = !s->bytes ? s->table->f32->nr : s->sad ? u8->sad_nr : u8->dot_nr;
    s->group = !s->bytes ? 1 : s->sad ? u8->sad_group : u8->dot_group;
    s->wide = s->bytes && !s->sad && u8->dot_wide;
    s->flip = s->bytes && !s->sad && u8->dot_flip;
}

DLCV__FN int dlcv__scan_fits(const dlcv__scan *s, size_t workspace, size_t per_query)
{
    dlcv__space p;
    const size_t space = dlcv__space_cut(s, NULL, &p);
    size_t lists;
    return dlcv__mul(per_query, (size_t)s->mc, &lists) && lists <= workspace && space <= workspace - lists;
}

/* Chooses tiles and blocks for a scan of which the fields up to d are set, within `workspace` bytes a thread of which each query of a
 * block takes `per_query` for the caller's own needs. `narrow` becomes the scan of floats that are bytes. */
DLCV__FN void dlcv__scan_plan(dlcv__scan *s, dlcv__scan *narrow, size_t workspace, size_t per_query)
{
    const int squares = s->metric != DLCV_METRIC_L1 && s->metric != DLCV_METRIC_L2SQ; /* are needed beside inner products */
    dlcv__scan_tile(s);
    if (!s->bytes && s->table->u8->narrow > squares) {
        *narrow = *s;
        narrow->bytes = 1;
        dlcv__scan_tile(narrow);
        s->narrow = narrow;
    }
    s->mc = (DLCV__QUERIES + s->mr - 1) / s->mr * s->mr;
    s->nc = (DLCV__ROWS + s->nr - 1) / s->nr * s->nr;
    if (s->na < (size_t)s->mc) s->mc = (int)s->na;
    s->packed_once = s->d < (s->bytes ? workspace / 4 : workspace) / (size_t)s->mc;
    if (s->packed_once && !dlcv__scan_fits(s, workspace, per_query)) s->packed_once = 0;
    while ((s->mc > 1 || s->nc > s->nr) && !dlcv__scan_fits(s, workspace, per_query)) {
        if (s->nc > s->nr && (s->mc <= s->mr || (s->nc > s->mc && per_query < 64))) s->nc = (s->nc / 2 + s->nr - 1) / s->nr * s->nr;
        else s->mc = s->mc / 2 > s->mr ? s->mc / 2 / s->mr * s->mr : s->mc > s->mr ? s->mr : s->mc / 2 + (s->mc < 2);
    }
}

/* One row's depth as the tiles want it: kn elements of p, padded by zeros to whole groups; bytes widened to 16 bits where wide. */
DLCV__FN void dlcv__spread_row(const dlcv__scan *s, const unsigned char *p, size_t kn, unsigned char *out)
{
    const size_t size = s->bytes ? 1 : 4, group = (size_t)s->group, padded = (kn + group - 1) / group * group;
    if (s->wide) {
        uint16_t *w = (uint16_t *)(void *)out;
        size_t i;
        for (i = 0; i < kn; i++) w[i] = p[i];
        for (; i < padded; i++) w[i] = 0;
    } else {
        memcpy(out, p, kn * size);
        memset(out + kn * size, 0, (padded - kn) * size);
    }
}

/* Rows are read in pieces of 512 bytes, too short for the processor to see a pattern: while one piece of each is packed (or multiplied), the pieces
 * that will be packed next are asked for. */
DLCV__FN void dlcv__fetch_row(const unsigned char *p, const unsigned char *end)
{
    const unsigned char *stop = end - p > DLCV__DEPTH_BYTES ? p + DLCV__DEPTH_BYTES : end;
    for (; p < stop; p += 64) DLCV__PREFETCH(p);
}

/* Can the tiles that work by sums take this piece of a row? Rough they can, else if all are small integers. *sum is what they need. */
DLCV__FN int dlcv__sum_piece(const dlcv__scan *s, int rough, const float *p, size_t kn, float *sum, float *size)
{
    float sums[3];
    if (!rough) return s->table->f32->small_integers(p, kn, sum);
    s->table->f32->sums(p, kn, sums);
    *sum = s->metric == DLCV_METRIC_L1 ? sums[0] : sums[2];
    *size += s->metric == DLCV_METRIC_L1 ? sums[1] : sums[2];
    return 1;
}

/* Queries i .. i + m - 1, elements k .. k + kn - 1, and their sums. Returns whether the tiles that work by sums can take them. */
DLCV__FN int dlcv__pack_a(const dlcv__scan *s, const dlcv__space *p, size_t i, size_t m, size_t k, size_t kn, int rough, unsigned char *packed,
    float *sum)
{
    const size_t size = s->bytes ? 1 : 4;
    int by_sums = rough || (!s->bytes && s->metric == DLCV_METRIC_L1);
    size_t r;
    for (r = 0; r < m; r++) {
        const unsigned char *row = s->a + (i + r) * s->d * size;
        unsigned char *out = packed + r * DLCV__DEPTH_BYTES;
        dlcv__fetch_row(row + (k + kn) * size, row + s->d * size);
        dlcv__spread_row(s, row + k * size, kn, out);
        by_sums = by_sums && dlcv__sum_piece(s, rough, (const float *)(void *)out, kn, sum + r, p->size_a + r);
    }
    return by_sums;
}

/* The same at all depths, for those who ask again. */
DLCV__FN void dlcv__pack_queries(const dlcv__scan *s, dlcv__space *p, size_t i, size_t m, int rough)
{
    const size_t depth = dlcv__depth(s), mc = (size_t)s->mc;
    size_t k, t;
    if (rough) memset(p->size_a, 0, m * sizeof(float));
    for (k = t = 0; k < s->d; k += depth, t++)
        p->a_by_sums[t] = (unsigned char)dlcv__pack_a(s, p, i, m, k, s->d - k < depth ? s->d - k : depth, rough, p->a + t * mc * DLCV__DEPTH_BYTES,
            p->sum_a + (s->bytes ? 0 : t * mc));
    p->a_is = rough;
}

/* Moves rows of units of 1, 2 or 8 bytes side by side: out[u, r] = in[r, u]. */
DLCV__FN void dlcv__transpose_units(unsigned char *out, size_t nr, const unsigned char *in, size_t in_step, size_t rows, size_t units, size_t size)
{
    size_t r, u;
    for (r = 0; r < rows; r++) {
        const unsigned char *p = in + r * in_step;
        unsigned char *o = out + r * size;
        if (size == 8) for (u = 0; u < units; u++) memcpy(o + u * nr * 8, p + u * 8, 8);
        else if (size == 2) for (u = 0; u < units; u++) memcpy(o + u * nr * 2, p + u * 2, 2);
        else for (u = 0; u < units; u++) o[u * nr] = p[u];
    }
}

/* A panel: `rows` rows of kn elements at a pitch of `step` bytes; the rows that are missing are zeros. */
DLCV__FN void dlcv__pack_panel(const dlcv__scan *s, const dlcv__space *p, const unsigned char *in, size_t step, size_t rows, size_t kn,
    unsigned char *out)
{
    const size_t group = (size_t)s->group, unit = s->bytes ? group << s->wide : 4, units = (kn + group - 1) / group, nr = (size_t)s->nr;
    size_t r;
    if (rows < nr) memset(out, 0, nr * units * unit);
    if (s->wide || kn % group) {
        for (r = 0; r < rows; r++) dlcv__spread_row(s, in + r * step, kn, p->spread + r * DLCV__DEPTH_BYTES);
        in = p->spread;
        step = DLCV__DEPTH_BYTES;
    }
    if (unit == 4) s->table->f32->transpose4(out, nr * 4, in, step, (int)rows, (int)units, s->flip ? 0x80808080u : 0);
    else dlcv__transpose_units(out, nr, in, step, rows, units, unit);
}

/* Data rows j .. j + n - 1, elements k .. k + kn - 1, in panels of nr rows. Returns whether the tiles that work by sums can take them. */
DLCV__FN int dlcv__pack_b(const dlcv__scan *s, const dlcv__space *p, size_t j, size_t n, size_t k, size_t kn, int rough)
{
    const size_t size = s->bytes ? 1 : 4, nr = (size_t)s->nr, step = s->d * size;
    const int squares = rough && s->metric == DLCV_METRIC_L2SQ;
    int by_sums = rough || (!s->bytes && s->metric == DLCV_METRIC_L1);
    size_t r, done, rows;
    for (done = 0; done < n; done += nr) {
        const unsigned char *in = s->b + ((j + done) * s->d + k) * size;
        float *sum = p->sum_b + done;
        rows = n - done < nr ? n - done : nr;
        for (r = 0; r < rows && s->bytes; r++) {    /* floats: dlcv__multiply does */
            const size_t row = j + done + r, next = row + n < s->nb ? row + n : row;
            if (k + kn < s->d) dlcv__fetch_row(in + r * step + kn * size, s->b + (row + 1) * s->d * size);
            else dlcv__fetch_row(s->b + next * s->d * size, s->b + (next + 1) * s->d * size);
        }
        for (r = 0; r < rows && by_sums && !squares; r++)
            by_sums = dlcv__sum_piece(s, rough, (const float *)(const void *)(in + r * step), kn, sum + r, p->size_b + done + r);
        dlcv__pack_panel(s, p, in, step, rows, kn, p->b + done * DLCV__DEPTH_BYTES);
        if (!squares) continue;
        memset(sum, 0, nr * sizeof(float));
        s->table->f32->squares((int)kn, sum, (const float *)(const void *)(p->b + done * DLCV__DEPTH_BYTES), sum, nr, NULL, NULL);
        for (r = 0; r < rows; r++) p->size_b[done + r] += sum[r], p->scale_b[done + r] += sum[r];
    }
    return by_sums;
}

/* Are all of these floats bytes? Then both sides are packed as such, with what their sums of products want added: for L1 by maxima
 * - sum a - sum b, for L2 sum a^2 + sum b^2, for flipped data 128 sum a (times -2 for L2). */
DLCV__FN int dlcv__pack_narrow(const dlcv__scan *s, const dlcv__space *p, size_t i, size_t m, size_t j, size_t n, size_t k, size_t kn,
    int rough)
{
    const dlcv__scan *u = s->narrow;
    const dlcv__kernels_f32 *f32 = s->table->f32;
    const int square = s->metric == DLCV_METRIC_L2SQ, maxima = u->sad && s->table->u8->sad_max;
    const float flip = !u->flip ? 0.0f : square ? -256.0f : 128.0f;
    const size_t nr = (size_t)u->nr;
    float sums[2];
    size_t r, done;
    /* Mostly the first data row says no, and the queries need not be looked at. A later one's no leaves sums behind in size_a and size_b,
     * which widens the bound on the error, no more. */
    if (!f32->to_bytes((const float *)(const void *)(s->b + (j * s->d + k) * 4), kn, p->bytes, sums)) return 0;
    for (r = 0; r < m; r++) {
        const unsigned char *row = s->a + (i + r) * s->d * 4;
        dlcv__fetch_row(row + (k + kn) * 4, row + s->d * 4);
        if (!f32->to_bytes((const float *)(const void *)(row + k * 4), kn, p->bytes, sums)) return 0;
        dlcv__spread_row(u, p->bytes, kn, p->narrow_a + r * DLCV__DEPTH_BYTES);
        if (rough && !s->packed_once) p->size_a[r] += sums[square];
        p->int_a[r] = (int32_t)(maxima ? -sums[0] : (square ? sums[1] : 0.0f) + flip * sums[0]);
    }
    for (done = 0; done < n; done += nr) {
        const size_t rows = n - done < nr ? n - done : nr;
        for (r = 0; r < rows; r++) {
            const unsigned char *row = s->b + (j + done + r) * s->d * 4;
            dlcv__fetch_row(row + (k + kn) * 4, row + s->d * 4);
            if (!f32->to_bytes((const float *)(const void *)(row + k * 4), kn, p->bytes + r * DLCV__DEPTH_F32, sums)) return 0;
            if (rough) p->size_b[done + r] += sums[square];
            p->int_b[done + r] = (int32_t)(maxima ? -sums[0] : square ? sums[1] : 0.0f);
        }
        dlcv__pack_panel(u, p, p->bytes, DLCV__DEPTH_F32, rows, kn, p->b + done * DLCV__DEPTH_BYTES);
    }
    return 1;
}

/* c[m, n] += one packed depth of bytes. */
DLCV__FN void dlcv__multiply_narrow(const dlcv__scan *s, const dlcv__space *p, size_t m, size_t n, size_t kn)
{
    const dlcv__scan *u = s->narrow;
    const dlcv__kernels_u8 *u8 = s->table->u8;
    const size_t nr = (size_t)u->nr, mr = (size_t)u->mr, group = (size_t)u->group;
    const dlcv__tile_u8 tile = u->sad ? u8->sad_tile : u8->dot_tile, row = u->sad ? u8->sad_row : u8->dot_row;
    const int groups = (int)((kn + group - 1) / group), times = u->sad ? 1 + u8->sad_max : s->metric == DLCV_METRIC_L2SQ ? -2 : 1;
    size_t i, j, r, rows;
    for (j = 0; j < n; j += nr)
        for (i = 0; i < m; i += rows) {
            rows = i + mr <= m ? mr : 1;
            memset(p->tile, 0, rows * nr * 4);
            (rows == mr ? tile : row)(groups, p->narrow_a + i * DLCV__DEPTH_BYTES, p->b + j * DLCV__DEPTH_BYTES, p->tile, nr);
            for (r = 0; r < rows; r++)
                s->table->f32->add_i32((float *)(void *)(p->c + (i + r) * (size_t)s->nc + j), p->tile + r * nr, p->int_b + j, p->int_a[i + r],
                    times, n - j < nr ? n - j : nr);
        }
}

/* c[m, n] += one packed depth; rough squares: without the sums of squares. What of data rows is packed next is asked for, pieces of some rows with each tile,
 * as late as can be: `next` rows of them, so many bytes of each. */
DLCV__FN void dlcv__multiply(const dlcv__scan *s, const dlcv__space *p, size_t m, size_t n, size_t kn, int by_sums,
    const unsigned char *packed, const float *sum_a, const unsigned char *ahead, size_t next, size_t bytes)
{
    const dlcv__kernels_f32 *f32 = s->table->f32;
    const dlcv__kernels_u8 *u8 = s->table->u8;
    const size_t nr = (size_t)s->nr, mr = (size_t)s->mr, group = (size_t)s->group;
    const int kind = s->metric == DLCV_METRIC_L1 ? by_sums ? DLCV__TILE_L1_MAX : DLCV__TILE_L1
        : s->metric == DLCV_METRIC_L2SQ ? by_sums ? DLCV__TILE_L2SQ_DOT : DLCV__TILE_L2SQ : DLCV__TILE_DOT;
    const dlcv__tile_u8 tile = s->sad ? u8->sad_tile : u8->dot_tile, row = s->sad ? u8->sad_row : u8->dot_row;
    const int groups = (int)((kn + group - 1) / group), steps = s->sad ? u8->sad_steps : groups;
    const size_t unit = group << s->wide;
    size_t i, j, r, tiles = (n + nr - 1) / nr * (m / mr + m % mr), each = (next + tiles - 1) / tiles;
    int g;
    for (j = 0; j < n; j += nr) {
        const unsigned char *b = p->b + j * DLCV__DEPTH_BYTES;
        for (i = 0; i < m; i += i + mr <= m ? mr : 1) {
            const unsigned char *a = packed + i * DLCV__DEPTH_BYTES;
            int32_t *c = p->c + i * (size_t)s->nc + j;
            if (s->bytes) {
                for (g = 0; g < groups; g += steps)
                    (i + mr <= m ? tile : row)(groups - g < steps ? groups - g : steps, a + (size_t)g * unit, b + (size_t)g * unit * nr, c,
                        (size_t)s->nc);
            } else {
                for (r = 0; r < each && next && tiles * each <= next + each; r++, next--, ahead += s->d * 4) dlcv__fetch_row(ahead, ahead + bytes);
                tiles--;
                (i + mr <= m ? f32->tile : f32->row)[kind]((int)kn, (const float *)(const void *)a, (const float *)(const void *)b,
                    (float *)(void *)c, (size_t)s->nc, sum_a + i, p->sum_b + j);
            }
        }
    }
}

/* sum p[i], by differences to zeros */
DLCV__FN int64_t dlcv__sum_u8(const dlcv__scan *s, const unsigned char *p, size_t n)
{
    static const uint8_t zeros[1024] = { 0 };
    uint64_t sum = 0;
    size_t i;
    for (i = 0; i < n; i += sizeof zeros) sum += s->table->u8->l1(p + i, zeros, n - i < sizeof zeros ? n - i : sizeof zeros);
    return (int64_t)sum;
}

/* What the keys need of whole rows: for queries of_a (sum a) and square_a, for data rows of_b (sum b or sum b^2). */
DLCV__FN void dlcv__row_terms(const dlcv__scan *s, const unsigned char *rows, size_t n, int64_t *sum, int64_t *square, float *scale)
{
    const int cosine = s->metric == DLCV_METRIC_COSINE;
    size_t r;
    for (r = 0; r < n; r++) {
        const unsigned char *p = rows + r * s->d * (s->bytes ? 1 : 4);
        if (s->bytes) {
            if (sum) sum[r] = dlcv__sum_u8(s, p, s->d);
            if (square) square[r] = (int64_t)s->table->u8->dot(p, p, s->d);
            if (cosine) scale[r] = square[r] ? (float)(1.0 / sqrt((double)square[r])) : 0.0f;
        } else if (cosine) {
            const float norm = sqrtf(s->table->f32->dot((const float *)(const void *)p, (const float *)(const void *)p, s->d));
            scale[r] = norm > 0 ? 1.0f / norm : 0.0f;
        } else {
            scale[r] = 1.0f;
        }
    }
}

DLCV__FN void dlcv__a_terms(const dlcv__scan *s, const dlcv__space *p, size_t i, size_t m)
{
    const int sum = s->sad ? s->table->u8->sad_max : s->flip;
    dlcv__row_terms(s, s->a + i * s->d * (s->bytes ? 1 : 4), m, sum ? p->of_a : NULL, s->sad ? NULL : p->square_a, p->scale_a);
    if (!sum) memset(p->of_a, 0, m * 8);
}

DLCV__FN void dlcv__b_terms(const dlcv__scan *s, const dlcv__space *p, size_t j, size_t n)
{
    const unsigned char *rows = s->b + j * s->d * (s->bytes ? 1 : 4);
    const int square = s->metric == DLCV_METRIC_L2SQ || s->metric == DLCV_METRIC_COSINE;
    size_t r;
    memset(p->of_b, 0, (size_t)s->nc * 8);
    memset(p->term_b, 0, (size_t)s->nc * 4);
    if (s->bytes || s->metric == DLCV_METRIC_COSINE || s->metric == DLCV_METRIC_DOT)
        dlcv__row_terms(s, rows, n, s->sad && s->table->u8->sad_max ? p->of_b : NULL, !s->sad && square ? p->of_b : NULL, p->scale_b);
    if (s->bytes && !dlcv__is_long(s))
        for (r = 0; r < n; r++) p->term_b[r] = (int32_t)(s->sad ? -p->of_b[r] : p->of_b[r]);
}

/* Row r of c becomes keys: 32-bit integers and floats. */
DLCV__FN dlcv__key_type dlcv__keys_short(const dlcv__scan *s, const dlcv__space *p, size_t r, int32_t *c)
{
    const dlcv__kernels_f32 *f32 = s->table->f32;
    const size_t n = (size_t)s->nc;
    const float scale = s->ranked ? -1.0f : 1.0f, shift = s->ranked && s->metric == DLCV_METRIC_COSINE ? 1.0f : 0.0f;
    const int32_t flipped = s->flip ? (int32_t)(128 * p->of_a[r]) : 0;
    if (!s->bytes) {
        if (s->metric == DLCV_METRIC_COSINE) f32->cosine_f32((float *)(void *)c, p->scale_b, p->scale_a[r], n, scale, shift);
        else if (s->metric == DLCV_METRIC_DOT && s->ranked) f32->cosine_f32((float *)(void *)c, p->scale_b, 1.0f, n, scale, shift);
        return DLCV__KEY_F32;
    }
    if (s->metric == DLCV_METRIC_COSINE) {
        f32->cosine_i32(c, p->scale_b, p->scale_a[r], flipped, n, scale, shift);
        return DLCV__KEY_F32;
    }
    if (s->sad) {
        if (s->table->u8->sad_max) f32->affine_i32(c, p->term_b, (int32_t)-p->of_a[r], 2, n);
    } else if (s->metric == DLCV_METRIC_L2SQ) {
        f32->affine_i32(c, p->term_b, (int32_t)(p->square_a[r] - 2 * (int64_t)flipped), -2, n);
    } else {
        f32->affine_i32(c, p->term_b, s->ranked ? -flipped : flipped, s->ranked ? -1 : 1, n);
    }
    return DLCV__KEY_I32;
}

/* The same in 64 bits, for long rows. */
DLCV__FN dlcv__key_type dlcv__keys_long(const dlcv__scan *s, const dlcv__space *p, size_t r, int64_t *c)
{
    const float scale = s->ranked ? -1.0f : 1.0f, shift = s->ranked ? 1.0f : 0.0f;
    size_t j, n = (size_t)s->nc;
    for (j = 0; j < n; j++) {
        const int64_t v = c[j] + (s->flip ? 128 * p->of_a[r] : 0);
        if (s->metric == DLCV_METRIC_COSINE) {
            const float key = shift + scale * ((float)v * p->scale_b[j] * p->scale_a[r]);
            memcpy((unsigned char *)c + 4 * j, &key, 4); /* never beyond what was read */
        } else if (s->sad) c[j] = s->table->u8->sad_max ? 2 * v - p->of_a[r] - p->of_b[j] : v;
        else if (s->metric == DLCV_METRIC_L2SQ) c[j] = p->square_a[r] + p->of_b[j] - 2 * v;
        else c[j] = s->ranked ? -v : v;
    }
    return s->metric == DLCV_METRIC_COSINE ? DLCV__KEY_F32 : DLCV__KEY_I64;
}

/* c moves to 64 bits. */
DLCV__FN void dlcv__move_long(const dlcv__scan *s, const dlcv__space *p, size_t m)
{
    const size_t n = m * (size_t)s->nc;
    size_t i;
    for (i = 0; i < n; i++) p->long_c[i] += p->c[i];
    memset(p->c, 0, n * 4);
}

/* One query of bytes against data rows j .. j + n - 1 without packing, which would cost more than it saves: the same integers. */
DLCV__FN void dlcv__scan_pairs(const dlcv__scan *s, const dlcv__space *p, int slot, size_t i, size_t j, size_t n)
{
    const dlcv__kernels_u8 *k = s->table->u8;
    uint64_t (*const pair)(const uint8_t *, const uint8_t *, size_t) = s->metric == DLCV_METRIC_L1 ? k->l1
        : s->metric == DLCV_METRIC_L2SQ ? k->l2sq : k->dot;
    const int negative = s->metric == DLCV_METRIC_DOT && s->ranked, is_long = dlcv__is_long(s);
    size_t r;
    for (r = 0; r < n; r++) {
        const int64_t v = (int64_t)pair(s->a + i * s->d, s->b + (j + r) * s->d, s->d), key = negative ? -v : v;
        if (is_long) p->long_c[r] = key;
        else p->c[r] = (int32_t)key;
    }
    if (is_long) s->take(s->user, slot, i, j, n, DLCV__KEY_I64, p->long_c, 0.0f);
    else s->take(s->user, slot, i, j, n, DLCV__KEY_I32, p->c, 0.0f);
}

/* c[m, n] of all depths. Returns whether it is rough: not where all depths are bytes. */
DLCV__FN int dlcv__multiply_depths(const dlcv__scan *s, dlcv__space *p, size_t i, size_t m, size_t j, size_t n, int rough)
{
    const size_t depth = dlcv__depth(s), cells = m * (size_t)s->nc;
    const int is_long = dlcv__is_long(s);
    int inexact = 0;
    size_t k;
    memset(p->c, 0, cells * 4);
    if (is_long) memset(p->long_c, 0, cells * 8);
    if (rough) {
        if (!s->packed_once) memset(p->size_a, 0, m * sizeof(float));
        memset(p->size_b, 0, n * sizeof(float));
        memset(p->scale_a, 0, m * sizeof(float));       /* L2SQ: sums of squares at the depths that are not bytes */
        memset(p->scale_b, 0, n * sizeof(float));
    }
    for (k = 0; k < s->d; k += depth) {
        const size_t kn = s->d - k < depth ? s->d - k : depth;
        if (s->narrow && dlcv__pack_narrow(s, p, i, m, j, n, k, kn, rough)) {
            dlcv__multiply_narrow(s, p, m, n, kn);
        } else {
            const size_t t = s->packed_once ? k / depth : 0;
            unsigned char *a = p->a + t * (size_t)s->mc * DLCV__DEPTH_BYTES;
            float *sum_a = p->sum_a + (s->bytes ? 0 : t * (size_t)s->mc);
            const size_t later = k + kn < s->d ? k + kn : 0, row = later ? j : j + n, rows = s->nb - row < n ? s->nb - row : n;
            size_t r;
            int by_sums;
            if (!s->packed_once) p->a_by_sums[0] = (unsigned char)dlcv__pack_a(s, p, i, m, k, kn, rough, a, sum_a);
            else if (p->a_is != rough) dlcv__pack_queries(s, p, i, m, rough);
            by_sums = dlcv__pack_b(s, p, j, n, k, kn, rough);
            dlcv__multiply(s, p, m, n, kn, by_sums && p->a_by_sums[t], a, sum_a, s->b + (row * s->d + later) * 4, s->bytes ? 0 : rows,
                (s->d - later < depth ? s->d - later : depth) * 4);
            for (r = 0; r < m && rough; r++) p->scale_a[r] += sum_a[r];
            inexact = rough;
        }
        if (is_long && (k + kn) % DLCV__SHORT == 0) dlcv__move_long(s, p, m);
    }
    if (is_long) dlcv__move_long(s, p, m);
    if (inexact && s->metric == DLCV_METRIC_L2SQ) {
        dlcv__epilogue e;
        e.bias = p->scale_a, e.residual = p->scale_b, e.residual_row = 0;
        e.low = dlcv__float_of(0xff800000u), e.high = dlcv__float_of(0x7f800000u);
        s->table->f32->gemm_finish((const float *)(const void *)p->c, (size_t)s->nc, (float *)(void *)p->c, (size_t)s->nc, (int)m, (int)n, &e);
    }
    return inexact;
}

/* How far a rough value may be from the direct one, given A + B, where A = sum |a| and B = sum |b| for L1, squares for L2SQ. With u = 2^-24
 * and D depths of up to 128 elements: a chain of 128 sums is off by 128 u of its magnitude (twice that, doubled, and again for each of the
 * sums that are subtracted or, of squares, added at the end: 384 u (A + B) at most), combining and adding up D depths by (6 + 2 D) u, the direct value itself
 * by (130 + D) u of a sum that is at most A + B for L1 and 2 (A + B) for L2SQ, whose other terms are smaller: 522 + 3 D and
 * 519 + 4 D. The rest covers second order terms, A and B themselves, and the comparison; it is doubled, since a caller may have set a
 * directed rounding; the last term is what flushing to zero loses. Depths that are bytes add no error, but their part of A and B, since the
 * others' sums are rounded at the height of the total. */
DLCV__FN float dlcv__rough_error(const dlcv__scan *s, float size)
{
    const float depths = (float)(s->d / DLCV__DEPTH_F32 + 1);
    return (1280.0f + 10.0f * depths) * 5.9604645e-8f * size + (float)s->d * 1e-36f;
}

/* Hands over rough rows (or, not inexact, exact ones) as long as the credit lasts; returns how many. None if a sum is too large, infinite
 * or NaN. */
DLCV__FN size_t dlcv__take_rough(const dlcv__scan *s, dlcv__space *p, int slot, size_t i, size_t m, size_t j, size_t n, int inexact)
{
    float most = 0;
    size_t r;
    for (r = 0; r < n; r++) most = most < p->size_b[r] || p->size_b[r] != p->size_b[r] ? p->size_b[r] : most;
    for (r = 0; r < m && p->credit > 0; r++) {
        const float size = p->size_a[r] + most;
        if (!dlcv__finite(size) || size >= 1e36f) {
            p->credit -= (double)(m * n) / 4;
            break;
        }
        p->credit -= (double)s->take(s->user, slot, i + r, j, n, DLCV__KEY_F32, p->c + r * (size_t)s->nc,
            inexact ? dlcv__rough_error(s, size) : 0.0f);
    }
    return r;
}

/* Queries i .. i + m - 1 against data rows j .. j + n - 1. An exact value costs as much as is saved on some thirty rough ones. */
DLCV__FN void dlcv__scan_block(const dlcv__scan *s, dlcv__space *p, int slot, size_t i, size_t m, size_t j, size_t n)
{
    const int is_long = dlcv__is_long(s);
    size_t r = 0;
    if (p->credit > 0) {
        p->credit += (double)(m * n) / 32;
        const int inexact = dlcv__multiply_depths(s, p, i, m, j, n, 1);
        r = dlcv__take_rough(s, p, slot, i, m, j, n, inexact);
        if (r == m) return;
    }
    dlcv__multiply_depths(s, p, i, m, j, n, 0);
    dlcv__b_terms(s, p, j, n);
    for (; r < m; r++) {
        int32_t *c = p->c + r * (size_t)s->nc;
        int64_t *long_c = is_long ? p->long_c + r * (size_t)s->nc : NULL;
        const dlcv__key_type type = is_long ? dlcv__keys_long(s, p, r, long_c) : dlcv__keys_short(s, p, r, c);
        s->take(s->user, slot, i + r, j, n, type, is_long ? (void *)long_c : (void *)c, 0.0f);
    }
}

/* Queries a0 .. a1 - 1 against data rows b0 .. b1 - 1 on one thread, in `block` of dlcv__space_cut bytes. */
DLCV__FN void dlcv__scan_run(const dlcv__scan *s, int slot, unsigned char *block, size_t a0, size_t a1, size_t b0, size_t b1)
{
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__space p;
    size_t i, j;
    dlcv__space_cut(s, block, &p);
    p.credit = s->patience ? 1 : 0;
    for (i = a0; i < a1; i += (size_t)s->mc) {
        const size_t m = a1 - i < (size_t)s->mc ? a1 - i : (size_t)s->mc;
        const int pairs = s->bytes && m <= 2 && s->metric != DLCV_METRIC_COSINE;
        size_t n, r;
        if (!pairs) dlcv__a_terms(s, &p, i, m);
        if (p.credit > 0) p.credit += (double)(s->patience * m);
        if (s->patience) memset(p.size_a, 0, m * sizeof(float));
        p.a_is = -1;
        for (j = b0; j < b1; j += n) {
            n = b1 - j < (size_t)s->nc ? b1 - j : (size_t)s->nc;
            if (!pairs) dlcv__scan_block(s, &p, slot, i, m, j, n);
            else for (r = 0; r < m; r++) dlcv__scan_pairs(s, &p, slot, i + r, j, n);
        }
        if (s->end) s->end(s->user, slot, i, m);
    }
    dlcv__fp_leave(fp);
}

/* Fills in what two tensors of vectors, which messages call a_name and b_name, say; the first dimension counts, the others are the
 * vector. */
DLCV__FN dlcv_status dlcv__scan_begin(const char *who, dlcv_metric metric, const char *a_name, const dlcv_tensor *a, const char *b_name,
    const dlcv_tensor *b, dlcv__scan *s)
{
    char ta[96], tb[96];
    size_t d[2] = { 1, 1 };
    int i, t;
    memset(s, 0, sizeof *s);
    if (dlcv__check(who, a_name, a) || dlcv__check(who, b_name, b)) return DLCV_ERR_ARGUMENT;
    dlcv__shape_text(a->shape, ta, sizeof ta);
    dlcv__shape_text(b->shape, tb, sizeof tb);
    if ((unsigned)metric > (unsigned)DLCV_METRIC_DOT)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: metric is %d, must be DLCV_METRIC_L2 (0) .. DLCV_METRIC_DOT (4)", who, (int)metric);
    if (a == b && a->dtype != DLCV_F32 && a->dtype != DLCV_U8)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is %s %s, must be f32 or u8", who, a_name, dlcv__dtype_name(a->dtype), ta);
    if (a->dtype != b->dtype || (a->dtype != DLCV_F32 && a->dtype != DLCV_U8))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s is %s %s and %s %s %s, both must be f32 or both u8", who, a_name,
            dlcv__dtype_name(a->dtype), ta, b_name, dlcv__dtype_name(b->dtype), tb);
    for (t = 0; t < 2; t++) {
        const dlcv_shape *shape = t ? &b->shape : &a->shape;
        for (i = 1; i < shape->ndim; i++)
            if (!dlcv__mul(d[t], (size_t)shape->dim[i], &d[t]))
                return dlcv_fail(DLCV_ERR_SHAPE, "%s: a vector of %s has too many elements", who, t ? tb : ta);
    }
    if (a->shape.ndim < 1 || b->shape.ndim < 1 || d[0] != d[1]) {
        const int one = a->shape.ndim + 1 == b->shape.ndim && dlcv_tensor_count(a) == d[1];
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: vectors of %s %s have %zu elements, those of %s %s %zu%s", who, a_name, ta, d[0], b_name, tb, d[1],
            one ? "; a single one is viewed as [1, ...]" : "");
    }
    s->table = dlcv__kernels();
    s->metric = metric == DLCV_METRIC_L2 ? DLCV_METRIC_L2SQ : metric;
    s->bytes = a->dtype == DLCV_U8;
    s->a = a->data ? (const unsigned char *)a->data : dlcv__tail_mask; /* no elements: any address that may be added to */
    s->b = b->data ? (const unsigned char *)b->data : dlcv__tail_mask;
    s->na = (size_t)a->shape.dim[0];
    s->nb = (size_t)b->shape.dim[0];
    s->d = d[0];
    return DLCV_OK;
}

/* An error if an output lies where an input does, which it would overwrite, or free to grow. */
DLCV__FN dlcv_status dlcv__among(const char *who, const char *what, const dlcv_tensor *out, const dlcv_tensor *x, const dlcv_tensor *y)
{
    if (out && ((x && dlcv__overlap(out, x)) || (y && dlcv__overlap(out, y))))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s lies in an input", who, what);
    return DLCV_OK;
}

/* How a scan is dealt to `width` threads: by queries, or where there are few of them by data rows. Never more tasks than there is
 * work for. */
typedef struct dlcv__crew {
    const dlcv__scan *scan;
    unsigned char *blocks;          /* one space a task */
    size_t space;
    int tasks, by_rows;
} dlcv__crew;

DLCV__FN int dlcv__by_rows(const dlcv__scan *s, int width)
{
    return width > 1 && s->na < 16 * (size_t)width;
}

/* 0 if the bytes of all tasks overflow */
DLCV__FN int dlcv__crew_plan(dlcv__crew *crew, const dlcv__scan *s, int width, int by_rows, size_t *bytes)
{
    dlcv__space p;
    const size_t most = by_rows ? s->nb / 64 + 1 : s->na;
    crew->scan = s;
    crew->by_rows = by_rows;
    crew->tasks = most < (size_t)width ? (int)most : width;
    crew->space = dlcv__space_cut(s, NULL, &p);
    return dlcv__mul(crew->space, (size_t)crew->tasks, bytes);
}

DLCV__FN void dlcv__crew_task(int index, void *context)
{
    const dlcv__crew *crew = (const dlcv__crew *)context;
    const dlcv__scan *s = crew->scan;
    const size_t n = crew->by_rows ? s->nb : s->na, tasks = (size_t)crew->tasks, i = (size_t)index;
    const size_t begin = n / tasks * i + (n % tasks * i) / tasks, end = n / tasks * (i + 1) + (n % tasks * (i + 1)) / tasks;
    unsigned char *block = crew->blocks + i * crew->space;
    if (crew->by_rows) dlcv__scan_run(s, index, block, 0, s->na, begin, end);
    else dlcv__scan_run(s, index, block, begin, end, 0, s->nb);
}

typedef struct dlcv__pairwise {
    unsigned char *out;             /* floats at any address */
    size_t columns;
    int root;                       /* L2 */
} dlcv__pairwise;

DLCV__FN size_t dlcv__pairwise_take(void *user, int slot, size_t query, size_t row, size_t count, dlcv__key_type type, void *keys, float error)
{
    const dlcv__pairwise *p = (const dlcv__pairwise *)user;
    const int root = p->root;
    const float *f = (const float *)keys;
    size_t j;
    (void)slot;
    (void)error;
    for (j = 0; j < count; j++) {
        float v;
        if (type == DLCV__KEY_F32) v = root ? sqrtf(f[j]) : f[j];
        else {
            const int64_t whole = type == DLCV__KEY_I32 ? ((const int32_t *)keys)[j] : ((const int64_t *)keys)[j];
            v = root ? (float)sqrt((double)whole) : (float)whole;
        }
        memcpy(p->out + (query * p->columns + row + j) * 4, &v, 4);
    }
    return 0;
}

DLCV_API dlcv_status dlcv_pairwise(const dlcv_env *env, dlcv_metric metric, const dlcv_tensor *a, const dlcv_tensor *b, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv__pairwise result;
    dlcv__scan s, narrow;
    dlcv__crew crew;
    size_t bytes;
    dlcv_status status = dlcv__scan_begin("pairwise", metric, "a", a, "b", b, &s);
    if (!status) status = dlcv__among("pairwise", "out", out, a, b);
    if (!status) status = dlcv__out(&e, "pairwise", DLCV_F32, dlcv_shape2((int)s.na, (int)s.nb), out);
    if (status || !s.na || !s.nb) return status;
    result.out = (unsigned char *)out->data;
    result.columns = s.nb;
    result.root = metric == DLCV_METRIC_L2;
    s.take = dlcv__pairwise_take;
    s.user = &result;
    dlcv__scan_plan(&s, &narrow, DLCV__WORKSPACE, 0);
    if (!dlcv__crew_plan(&crew, &s, dlcv__width(&e), dlcv__by_rows(&s, dlcv__width(&e)), &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "pairwise: the blocks of %d threads overflow size_t", dlcv__width(&e));
    crew.blocks = (unsigned char *)dlcv__alloc(&e, bytes);
    if (!crew.blocks) return DLCV_ERR_MEMORY;
    dlcv__parallel(&e, crew.tasks, dlcv__crew_task, &crew);
    dlcv__release(&e, crew.blocks, bytes);
    return DLCV_OK;
}

/* The inner loop of the matrix products: a tile of inner products, again and again for about 0.1 s. */
DLCV_API double dlcv_self_test(const dlcv_env *env)
{
    const dlcv_env e = dlcv__env(env);
    const dlcv__kernels_f32 *k = dlcv__kernels()->f32;
    const size_t mr = (size_t)k->mr, nr = (size_t)k->nr, packed = DLCV__DEPTH_BYTES * (mr + nr), bytes = packed + mr * nr * 4;
    unsigned char *block = (unsigned char *)dlcv__alloc(&e, bytes);
    double start, seconds, best = 0;
    int round, i;
    if (!block) return 0;
    memset(block, 0, bytes);
    start = dlcv__now();
    for (round = 0; round < 1000 && dlcv__now() - start < 0.1; round++) {
        seconds = dlcv__now();
        for (i = 0; i < 1000; i++)
            k->tile[DLCV__TILE_DOT](DLCV__DEPTH_F32, (const float *)(void *)block, (const float *)(void *)(block + DLCV__DEPTH_BYTES * mr),
                (float *)(void *)(block + packed), nr, NULL, NULL);
        seconds = dlcv__now() - seconds;
        if (seconds > 0 && 2e-6 * DLCV__DEPTH_F32 * (double)(mr * nr) / seconds > best)
            best = 2e-6 * DLCV__DEPTH_F32 * (double)(mr * nr) / seconds;
    }
    dlcv__release(&e, block, bytes);
    return best;
}

#undef DLCV__SHORT
#undef DLCV__QUERIES
#undef DLCV__ROWS
