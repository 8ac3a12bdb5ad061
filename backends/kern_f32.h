/* ---- kernels: floats ------------------------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

/* n < VW floats, the missing ones 0 */
#ifndef DLCV__VLOADN
#define DLCV__VLOADN(p, n) DLCV__K(load_some)((p), (n))
DLCV__INLINE DLCV__V DLCV__K(load_some)(const float *p, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif

/* n floats from lane `at` on, the others 0 */
#ifndef DLCV__VLOADAT
#define DLCV__VLOADAT(p, at, n) DLCV__K(load_at)((p), (at), (n))
DLCV__INLINE DLCV__V DLCV__K(load_at)(const float *p, size_t at, size_t n)
{
    float t[DLCV__VW] = { 0 };
    size_t i;
    for (i = 0; i < n; i++) t[at + i] = dlcv__load_f32(p + i);
    return DLCV__VLOAD(t);
}
#endif

/* the first n < VW lanes */
#ifndef DLCV__VSTOREN
#define DLCV__VSTOREN(p, v, n) DLCV__K(store_some)((p), (v), (n))
DLCV__INLINE void DLCV__K(store_some)(float *p, DLCV__V v, size_t n)
{
    float t[DLCV__VW];
    DLCV__VSTORE(t, v);
    memcpy(p, t, n * sizeof(float));
}
#endif

#ifndef DLCV__VKEEP
#define DLCV__VKEEP(v)
#endif

#ifndef DLCV__VABS1
#define DLCV__VABS1(v, one) DLCV__VABS(v)
#endif

/* One pair. Element i is added into lane i mod (vectors x VW), the lanes by halves; STEP(j) works on x and y. */
#define DLCV__PAIR_ZERO(j, x) DLCV__V acc##j = DLCV__VZERO();
#define DLCV__PAIR_FULL(j, STEP) { \
    DLCV__V x = DLCV__VLOAD(a + i + j * DLCV__VW), y = DLCV__VLOAD(b + i + j * DLCV__VW); STEP(j) }
#define DLCV__PAIR_TAIL(j, STEP) \
    if (n - i >= DLCV__VW) { \
        DLCV__V x = DLCV__VLOAD(a + i), y = DLCV__VLOAD(b + i); \
        STEP(j) \
        i += DLCV__VW; \
    } else if (i < n) { \
        DLCV__V x = DLCV__VLOADN(a + i, n - i), y = DLCV__VLOADN(b + i, n - i); \
        STEP(j) \
        i = n; \
    }
#define DLCV__PAIR_L1(j) acc##j = DLCV__VACC(acc##j, DLCV__VABS1(DLCV__VSUB(x, y), one), one);
#define DLCV__PAIR_L2SQ(j) { const DLCV__V t = DLCV__VSUB(x, y); acc##j = DLCV__VFMA(t, t, acc##j); }
#define DLCV__PAIR_DOT(j) acc##j = DLCV__VFMA(x, y, acc##j);

#define DLCV__PAIR_REP DLCV__CAT(DLCV__REP, DLCV__PAIR_VECTORS)
#define DLCV__PAIR(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    size_t i = 0; \
    float sum; \
    DLCV__PAIR_REP(DLCV__PAIR_ZERO, 0) \
    for (; n - i >= DLCV__PAIR_VECTORS * DLCV__VW; i += DLCV__PAIR_VECTORS * DLCV__VW) { DLCV__PAIR_REP(DLCV__PAIR_FULL, STEP) } \
    DLCV__PAIR_REP(DLCV__PAIR_TAIL, STEP) \
    DLCV__CAT(DLCV__FOLD, DLCV__PAIR_VECTORS)(acc) \
    sum = DLCV__VSUM(acc0); \
    (void)one; \
    DLCV__LEAVE(); \
    return sum; \
}

DLCV__PAIR(pair_l1_f32, DLCV__PAIR_L1)
DLCV__PAIR(pair_l2sq_f32, DLCV__PAIR_L2SQ)
DLCV__PAIR(pair_dot_f32, DLCV__PAIR_DOT)

/* a.b, a.a and b.b in one pass */
#define DLCV__COSINE_ZERO(j, x) DLCV__V ab##j = DLCV__VZERO(), aa##j = DLCV__VZERO(), bb##j = DLCV__VZERO();
#define DLCV__COSINE_STEP(j) \
    DLCV__VKEEP(x) DLCV__VKEEP(y) \
    ab##j = DLCV__VFMA(x, y, ab##j); aa##j = DLCV__VFMA(x, x, aa##j); bb##j = DLCV__VFMA(y, y, bb##j);
#define DLCV__COSINE_FOLD DLCV__CAT(DLCV__FOLD, DLCV__COSINE_VECTORS)
#define DLCV__COSINE_REP DLCV__CAT(DLCV__REP, DLCV__COSINE_VECTORS)

DLCV__KERNEL float DLCV__K(pair_cosine_f32)(const float *a, const float *b, size_t n)
{
    size_t i = 0;
    float ab, aa, bb;
    DLCV__COSINE_REP(DLCV__COSINE_ZERO, 0)
    for (; n - i >= DLCV__COSINE_VECTORS * DLCV__VW; i += DLCV__COSINE_VECTORS * DLCV__VW) {
        DLCV__COSINE_REP(DLCV__PAIR_FULL, DLCV__COSINE_STEP)
    }
    DLCV__COSINE_REP(DLCV__PAIR_TAIL, DLCV__COSINE_STEP)
    DLCV__COSINE_FOLD(ab)
    DLCV__COSINE_FOLD(aa)
    DLCV__COSINE_FOLD(bb)
    ab = DLCV__VSUM(ab0);
    aa = DLCV__VSUM(aa0);
    bb = DLCV__VSUM(bb0);
    DLCV__LEAVE();
    return dlcv__cosine_f32(ab, aa, bb);
}

/* Tiles: c[r, j] += sum over k < n, n > 0, of op(a[r, k], b[k, j]) for r < FMR queries and j < FNV * VW data rows; a: rows at a pitch of
 * DLCV__DEPTH_F32 floats, b: packed [k][FNV * VW], aligned. Every result is one ascending chain over k that starts at +0. The
 * operations of a row stand together before its additions: where the two have ports of their own, both stay busy. */
#define DLCV__FNR (DLCV__FNV * DLCV__VW)
#define DLCV__F_ROWS DLCV__CAT(DLCV__REP, DLCV__FMR)
#define DLCV__F_COLS DLCV__CAT(DLCV__COL, DLCV__FNV)
#define DLCV__F_ZERO1(r, j) DLCV__V acc##r##_##j = DLCV__VZERO();
#define DLCV__F_LOAD1(r, j) const DLCV__V b##j = DLCV__VLOADA(b + j * DLCV__VW);
#define DLCV__F_L1_OP(r, j) const DLCV__V t##j = DLCV__VABS1(DLCV__VSUB(b##j, x), one);
#define DLCV__F_L2_OP(r, j) const DLCV__V t##j = DLCV__VSUB(b##j, x);
#define DLCV__F_MAX_OP(r, j) const DLCV__V t##j = DLCV__VMAXF(b##j, x);
#define DLCV__F_ACC(r, j) acc##r##_##j = DLCV__VACC(acc##r##_##j, t##j, one);
#define DLCV__F_SQUARE(r, j) acc##r##_##j = DLCV__VFMA(t##j, t##j, acc##r##_##j);
#define DLCV__F_DOT1(r, j) acc##r##_##j = DLCV__VFMA(x, b##j, acc##r##_##j);
#define DLCV__F_PUT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p); \
    v = DLCV__VADD(v, acc##r##_##j); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_MAX1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    DLCV__V v = DLCV__VLOAD(p), t = DLCV__VSUB(DLCV__VADD(acc##r##_##j, acc##r##_##j), DLCV__VSET(sum_a[r])); \
    v = DLCV__VADD(v, DLCV__VSUB(t, DLCV__VLOAD(sum_b + j * DLCV__VW))); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_PUT_DOT1(r, j) { \
    float *p = c + r * ldc + j * DLCV__VW; \
    const DLCV__V v = DLCV__VFMA(DLCV__VSET(-2.0f), acc##r##_##j, DLCV__VLOAD(p)); \
    DLCV__VSTORE(p, v); }
#define DLCV__F_OWN1(r, j) acc##r##_##j = DLCV__VFMA(b##j, b##j, acc##r##_##j);

#define DLCV__F_ZERO(r, x) DLCV__F_COLS(DLCV__F_ZERO1, r)
#define DLCV__F_QUERY(r) const DLCV__V x = DLCV__VSET(a[r * DLCV__DEPTH_F32]);
#define DLCV__F_L1(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L1_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_L2SQ(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_L2_OP, r) DLCV__F_COLS(DLCV__F_SQUARE, r) }
#define DLCV__F_MAX(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_MAX_OP, r) DLCV__F_COLS(DLCV__F_ACC, r) }
#define DLCV__F_DOT(r, y) { DLCV__F_QUERY(r) DLCV__F_COLS(DLCV__F_DOT1, r) }
#define DLCV__F_OWN(r, y) DLCV__F_COLS(DLCV__F_OWN1, r)
#define DLCV__F_PUT(r, x) DLCV__F_COLS(DLCV__F_PUT1, r)
#define DLCV__F_PUT_MAX(r, x) DLCV__F_COLS(DLCV__F_PUT_MAX1, r)
#define DLCV__F_PUT_DOT(r, x) DLCV__F_COLS(DLCV__F_PUT_DOT1, r)

#define DLCV__TILE(NAME, ROWS, STEP, PUT) \
DLCV__KERNEL void DLCV__K(NAME)(int n, const float *a, const float *b, float *c, size_t ldc, const float *sum_a, const float *sum_b) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    const float *next = a + DLCV__FMR * DLCV__DEPTH_F32;        /* the rows of the next tile may still be in the third cache */ \
    ROWS(DLCV__F_ZERO, 0) \
    do { \
        DLCV__PREFETCH(next); \
        next += DLCV__FMR; \
        DLCV__F_COLS(DLCV__F_LOAD1, 0) \
        ROWS(STEP, 0) \
        a++; \
        b += DLCV__FNR; \
    } while (--n); \
    ROWS(PUT, 0) \
    (void)one; (void)sum_a; (void)sum_b; (void)ldc; \
    DLCV__LEAVE(); \
}

DLCV__TILE(tile_l1_f32, DLCV__F_ROWS, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(tile_l2sq_f32, DLCV__F_ROWS, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(tile_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(tile_l1_max_f32, DLCV__F_ROWS, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(tile_l2sq_dot_f32, DLCV__F_ROWS, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(row_l1_f32, DLCV__REP1, DLCV__F_L1, DLCV__F_PUT)
DLCV__TILE(row_l2sq_f32, DLCV__REP1, DLCV__F_L2SQ, DLCV__F_PUT)
DLCV__TILE(row_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT)
DLCV__TILE(row_l1_max_f32, DLCV__REP1, DLCV__F_MAX, DLCV__F_PUT_MAX)
DLCV__TILE(row_l2sq_dot_f32, DLCV__REP1, DLCV__F_DOT, DLCV__F_PUT_DOT)
DLCV__TILE(squares_f32, DLCV__REP1, DLCV__F_OWN, DLCV__F_PUT)       /* c[j] += sum b[k, j]^2 */

/* One pair to the bits that a tile would give: a chain for each depth, whose sums are added up, of b - a as there (under a directed
 * rounding a - b is another number). Eight depths go side by side; all lanes compute the same. */
#define DLCV__CHAIN_STEP(j, STEP) { \
    const DLCV__V x = DLCV__VSET(dlcv__load_f32(b + i + j * DLCV__DEPTH_F32)), y = DLCV__VSET(dlcv__load_f32(a + i + j * DLCV__DEPTH_F32)); \
    STEP(j) }
#define DLCV__CHAIN_ADD(j, x) sum = DLCV__VADD(sum, acc##j);
#define DLCV__CHAIN(NAME, STEP) \
DLCV__KERNEL float DLCV__K(NAME)(const float *a, const float *b, size_t n) \
{ \
    const DLCV__V one = DLCV__VSET(dlcv__one); \
    DLCV__V sum = DLCV__VZERO(); \
    float lanes[DLCV__VW]; \
    size_t i, depth; \
    for (; n >= 8 * DLCV__DEPTH_F32; n -= 8 * DLCV__DEPTH_F32, a += 8 * DLCV__DEPTH_F32, b += 8 * DLCV__DEPTH_F32) { \
        DLCV__REP8(DLCV__PAIR_ZERO, 0) \
        for (i = 0; i < DLCV__DEPTH_F32; i++) { DLCV__REP8(DLCV__CHAIN_STEP, STEP) } \
        DLCV__REP8(DLCV__CHAIN_ADD, 0) \
    } \
    for (; n; n -= depth, a += depth, b += depth) { \
        DLCV__PAIR_ZERO(0, 0) \
        depth = n < DLCV__DEPTH_F32 ? n : DLCV__DEPTH_F32; \
        for (i = 0; i < depth; i++) DLCV__CHAIN_STEP(0, STEP) \
        DLCV__CHAIN_ADD(0, 0) \
    } \
    (void)one; \
    DLCV__VSTORE(lanes, sum); \
    DLCV__LEAVE(); \
    return lanes[0]; \
}

DLCV__CHAIN(chain_l1_f32, DLCV__PAIR_L1)
DLCV__CHAIN(chain_l2sq_f32, DLCV__PAIR_L2SQ)

/* The sums of p, of |p| and of p^2. */
DLCV__KERNEL void DLCV__K(sums)(const float *p, size_t n, float out[3])
{
    DLCV__V sum = DLCV__VZERO(), sizes = sum, squares = sum;
    size_t i;
    for (i = 0; i < n; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        sum = DLCV__VADD(sum, v);
        sizes = DLCV__VADD(sizes, DLCV__VABS(v));
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
    }
    out[0] = DLCV__VSUM(sum);
    out[1] = DLCV__VSUM(sizes);
    out[2] = DLCV__VSUM(squares);
    DLCV__LEAVE();
}

/* Are all n floats integers of magnitude up to 2^15? Then *sum is their sum. With n <= 128 that sum, the sums of
 * |a - b| and of max(a, b), and twice the latter are integers below 2^23, so that 2 sum max(a, b) - sum a - sum b has the
 * bits of sum |a - b|, in whatever order either is added. */
DLCV__KERNEL int DLCV__K(small_integers)(const float *p, size_t n, float *sum)
{
    const DLCV__V most = DLCV__VSET(32768.5f), zero = DLCV__VZERO();
    DLCV__V total = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__V in = DLCV__VSELECT(fits, v, zero);
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(DLCV__VTOI(in)), v));
        total = DLCV__VADD(total, v);
        good = !DLCV__VANY(DLCV__VLT(zero, off));
    }
    *sum = DLCV__VSUM(total);
    DLCV__LEAVE();
    return good && dlcv__finite(*sum); /* a NaN is not greater than anything, but it stays in the sum */
}

/* Are all n <= 128 floats whole numbers 0 .. 255? Then they are stored as bytes (and zeros up to a multiple of VW), sums[0] is their
 * sum and sums[1] the sum of their squares, both below 2^24 and so exact. */
DLCV__KERNEL int DLCV__K(to_bytes)(const float *p, size_t n, uint8_t *out, float sums[2])
{
    const DLCV__V most = DLCV__VSET(255.5f), zero = DLCV__VZERO();
    DLCV__V sum = zero, squares = zero;
    size_t i;
    int good = 1;
    for (i = 0; i < n && good; i += DLCV__VW) {
        const DLCV__V v = n - i >= DLCV__VW ? DLCV__VLOAD(p + i) : DLCV__VLOADN(p + i, n - i);
        const DLCV__VM fits = DLCV__VLT(DLCV__VABS(v), most);
        const DLCV__VI whole = DLCV__VTOI(DLCV__VSELECT(fits, v, zero));
        const DLCV__V off = DLCV__VABS(DLCV__VSUB(DLCV__VFROMI(whole), v));
        good = !DLCV__VANY(DLCV__VLT(zero, off)) && !DLCV__VANY(DLCV__VLT(v, zero));
        if (!good) break;
        sum = DLCV__VADD(sum, v);
        squares = DLCV__VADD(squares, DLCV__VMUL(v, v));
        DLCV__VNARROW(out + i, whole);
    }
    sums[0] = DLCV__VSUM(sum);
    sums[1] = DLCV__VSUM(squares);
    DLCV__LEAVE();
    return good && dlcv__finite(sums[0]);
}

/* c[j] += a + b[j] + times * t[j], the integer below 2^24; times -2, -1, 1 or 2 */
DLCV__KERNEL void DLCV__K(add_i32)(float *c, const int32_t *t, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j = 0;
    for (; n - j >= DLCV__VW; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(t + j);
        DLCV__V sum = DLCV__VLOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        sum = DLCV__VADD(sum, DLCV__VFROMI(v));
        DLCV__VSTORE(c + j, sum);
    }
    for (; j < n; j++) c[j] += (float)(a + b[j] + times * t[j]);
    DLCV__LEAVE();
}

/* Searches: the first i in begin .. end - 1 with p[i] < limit (above: >), or end. */
#define DLCV__SEARCH(NAME, TYPE, VECTOR, SET, LOAD, LESS, FOUND) \
DLCV__KERNEL size_t DLCV__K(NAME)(const TYPE *p, size_t begin, size_t end, TYPE limit) \
{ \
    const VECTOR t = SET(limit); \
    size_t i = begin; \
    for (; end - i >= 4 * DLCV__VW; i += 4 * DLCV__VW) { \
        const VECTOR a = LOAD(p + i), b = LOAD(p + i + DLCV__VW), c = LOAD(p + i + 2 * DLCV__VW), d = LOAD(p + i + 3 * DLCV__VW); \
        if (DLCV__VANY(LESS(a, t)) || DLCV__VANY(LESS(b, t)) || DLCV__VANY(LESS(c, t)) || DLCV__VANY(LESS(d, t))) break; \
    } \
    while (i < end && !(FOUND(p[i], limit))) i++; \
    DLCV__LEAVE(); \
    return i; \
}
#define DLCV__SEARCH_LESS(a, b) (a) < (b)
#define DLCV__SEARCH_MORE(a, b) (b) < (a)
#define DLCV__SEARCH_VMORE(a, b) DLCV__VLT(b, a)
DLCV__SEARCH(below_f32, float, DLCV__V, DLCV__VSET, DLCV__VLOAD, DLCV__VLT, DLCV__SEARCH_LESS)
DLCV__SEARCH(above_f32, float, DLCV__V, DLCV__VSET, DLCV__VLOAD, DLCV__SEARCH_VMORE, DLCV__SEARCH_MORE)
DLCV__SEARCH(below_i32, int32_t, DLCV__VI, DLCV__VISET, DLCV__VILOAD, DLCV__VILT, DLCV__SEARCH_LESS)

/* c[j] = shift + scale * (c[j] * rb[j] * ra): from inner products and reciprocal norms to cosines or 1 - cosines. n is a multiple
 * of VW. */
DLCV__KERNEL void DLCV__K(cosine_f32)(float *c, const float *rb, float ra, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VMUL(DLCV__VMUL(DLCV__VLOAD(c + j), DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VSTORE(c + j, v);
    }
    DLCV__LEAVE();
}

/* the same from integer inner products c[j] + add; the floats take their place */
DLCV__KERNEL void DLCV__K(cosine_i32)(int32_t *c, const float *rb, float ra, int32_t add, size_t n, float scale, float shift)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V v = DLCV__VFROMI(DLCV__VIADD(DLCV__VILOAD(c + j), DLCV__VISET(add)));
        v = DLCV__VMUL(DLCV__VMUL(v, DLCV__VLOAD(rb + j)), DLCV__VSET(ra));
        v = DLCV__VADD(DLCV__VSET(shift), DLCV__VMUL(DLCV__VSET(scale), v));
        DLCV__VISTORE(c + j, DLCV__VASI(v));
    }
    DLCV__LEAVE();
}

/* c[j] = a + b[j] + times * c[j] modulo 2^32, times -2, -1, 1 or 2; n is a multiple of VW */
DLCV__KERNEL void DLCV__K(affine_i32)(int32_t *c, const int32_t *b, int32_t a, int times, size_t n)
{
    size_t j;
    for (j = 0; j < n; j += DLCV__VW) {
        const DLCV__VI base = DLCV__VIADD(DLCV__VISET(a), DLCV__VILOAD(b + j));
        DLCV__VI v = DLCV__VILOAD(c + j);
        if (times == 2 || times == -2) v = DLCV__VIADD(v, v);
        v = times < 0 ? DLCV__VISUB(base, v) : DLCV__VIADD(base, v);
        DLCV__VISTORE(c + j, v);
    }
    DLCV__LEAVE();
}

/* out[u, r] = in[r, u] ^ flip for r < rows and u < units, in words of 4 bytes; steps in bytes. Blocks of 4 x 4 in registers, sixteen rows at a time:
 * what is written, a line of the cache, becomes whole before it goes. Of many units some at a time: each is in a page of its own. */
DLCV__KERNEL void DLCV__K(transpose4)(void *out, size_t out_step, const void *in, size_t in_step, int rows, int units, uint32_t flip)
{
    unsigned char *o = (unsigned char *)out;
    const unsigned char *p = (const unsigned char *)in;
    int r = 0, u = 0, i, j;
    for (; units > 512; units -= 256, o += 256 * out_step, p += 1024) DLCV__K(transpose4)(o, out_step, p, in_step, rows, 256, flip);
#if defined(DLCV__Q) && DLCV__VW > 1 /* the scalar stamp may run where there is no such vector */
    const DLCV__Q x = DLCV__QSET((int32_t)flip);
    for (; r + 4 <= rows; r += j) {
        const unsigned char *from = p + (size_t)r * in_step;
        const int some = rows - r < 16 ? (rows - r) / 4 * 4 : 16;
        unsigned char *to = o + 4 * (size_t)r;
        for (u = 0; u + 4 <= units; u += 4, to += 4 * out_step) {
            for (j = 0; j < some; j += 4) {
                const unsigned char *p0 = from + (size_t)j * in_step + 4 * (size_t)u, *p1 = p0 + in_step, *p2 = p1 + in_step, *p3 = p2 + in_step;
                const DLCV__Q a = DLCV__QLOAD(p0), b = DLCV__QLOAD(p1), c = DLCV__QLOAD(p2), d = DLCV__QLOAD(p3);
                DLCV__Q ab = DLCV__QLOW32(a, b), cd = DLCV__QLOW32(c, d), ef = DLCV__QHIGH32(a, b), gh = DLCV__QHIGH32(c, d);
                unsigned char *q = to + 4 * j;
                if (flip) ab = DLCV__QXOR(ab, x), cd = DLCV__QXOR(cd, x), ef = DLCV__QXOR(ef, x), gh = DLCV__QXOR(gh, x);
                DLCV__QSTORE(q, DLCV__QLOW64(ab, cd));
                DLCV__QSTORE(q + out_step, DLCV__QHIGH64(ab, cd));
                DLCV__QSTORE(q + 2 * out_step, DLCV__QLOW64(ef, gh));
                DLCV__QSTORE(q + 3 * out_step, DLCV__QHIGH64(ef, gh));
            }
        }
        for (; u < units; u++, to += out_step)
            for (i = 0; i < some; i++) {
                const uint32_t w = (uint32_t)dlcv__load_i32(from + (size_t)i * in_step + 4 * u) ^ flip;
                memcpy(to + 4 * i, &w, 4);
            }
        j = some;
    }
#endif
    (void)i, (void)j;
    for (; r < rows; r++)
        for (u = 0; u < units; u++) {
            const uint32_t w = (uint32_t)dlcv__load_i32(p + (size_t)r * in_step + 4 * (size_t)u) ^ flip;
            memcpy(o + (size_t)u * out_step + 4 * (size_t)r, &w, 4);
        }
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
