/* ---- kernels: bytes, in exact integers -------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_U8

/* One pair. NAME_part: up to `STEPS` vectors, the last of them perhaps not whole, which fit one accumulator of each lane; vectors go to
 * U_ACCS accumulators in turn. Where no instruction reads less than a vector, the end of a string is its last vector with the bytes that were
 * counted already masked off. NAME_rest: any length, in parts; what is shorter than a vector then is padded. NAME: the common lengths
 * without a frame; NAME_f64: the same as it is reported for one pair, so that the caller need not touch it. */
#ifdef DLCV__ULOADN
#define DLCV__U_END(p, n) DLCV__ULOADN((p), (n))
#define DLCV__U_LEAST 1
#else
#define DLCV__U_END(p, n) DLCV__UAND(DLCV__ULOAD((p) + (n) - DLCV__UW), DLCV__ULOAD(dlcv__tail_mask + 64 - DLCV__UW + (n)))
#define DLCV__U_LEAST DLCV__UW
#endif
#if DLCV__U_ACCS == 2
#define DLCV__U_ZERO(T, ZERO) T acc0 = ZERO(), acc1 = ZERO();
#define DLCV__U_THIRD acc0
#define DLCV__U_FOURTH acc1
#define DLCV__U_FOLD(ADD)
#else
#define DLCV__U_ZERO(T, ZERO) T acc0 = ZERO(), acc1 = ZERO(), acc2 = ZERO(), acc3 = ZERO();
#define DLCV__U_THIRD acc2
#define DLCV__U_FOURTH acc3
#define DLCV__U_FOLD(ADD) acc0 = ADD(acc0, acc2); acc1 = ADD(acc1, acc3);
#endif
#define DLCV__U_STEP(acc, j, STEP) acc = STEP(acc, DLCV__ULOAD(a + j * DLCV__UW), DLCV__ULOAD(b + j * DLCV__UW));
#define DLCV__PAIR_U8(NAME, T, ZERO, STEP, ADD, SUM, STEPS) \
DLCV__INLINE uint64_t DLCV__K(NAME##_part)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    const uint8_t *const end = a + n / (4 * DLCV__UW) * (4 * DLCV__UW); \
    DLCV__U_ZERO(T, ZERO) \
    for (; a != end; a += 4 * DLCV__UW, b += 4 * DLCV__UW) { \
        DLCV__U_STEP(acc0, 0, STEP) \
        DLCV__U_STEP(acc1, 1, STEP) \
        DLCV__U_STEP(DLCV__U_THIRD, 2, STEP) \
        DLCV__U_STEP(DLCV__U_FOURTH, 3, STEP) \
    } \
    if (n & (2 * DLCV__UW)) { \
        DLCV__U_STEP(acc0, 0, STEP) \
        DLCV__U_STEP(acc1, 1, STEP) \
        a += 2 * DLCV__UW, b += 2 * DLCV__UW; \
    } \
    if (n & DLCV__UW) { \
        DLCV__U_STEP(acc0, 0, STEP) \
        a += DLCV__UW, b += DLCV__UW; \
    } \
    n &= DLCV__UW - 1; \
    if (n) acc1 = STEP(acc1, DLCV__U_END(a, n), DLCV__U_END(b, n)); \
    DLCV__U_FOLD(ADD) \
    acc0 = ADD(acc0, acc1); \
    return SUM(acc0); \
} \
DLCV__APART DLCV__REALIGN uint64_t DLCV__K(NAME##_rest)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum = 0; \
    size_t part; \
    for (; n >= DLCV__U_LEAST; n -= part, a += part, b += part) { \
        part = n < (size_t)DLCV__UW * STEPS ? n : (size_t)DLCV__UW * STEPS; \
        sum += DLCV__K(NAME##_part)(a, b, part); \
    } \
    if (n) { \
        uint8_t x[DLCV__UW] = { 0 }, y[DLCV__UW] = { 0 }; \
        T acc = ZERO(); \
        memcpy(x, a, n); \
        memcpy(y, b, n); \
        acc = STEP(acc, DLCV__ULOAD(x), DLCV__ULOAD(y)); \
        sum += SUM(acc); \
    } \
    DLCV__LEAVE(); \
    return sum; \
} \
DLCV__KERNEL uint64_t DLCV__K(NAME)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__U_LEAST || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_rest)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return sum; \
}
#define DLCV__PAIR_F64(NAME, STEPS) \
DLCV__APART double DLCV__K(NAME##_other)(const uint8_t *a, const uint8_t *b, size_t n) { return (double)(int64_t)DLCV__K(NAME##_rest)(a, b, n); } \
DLCV__KERNEL double DLCV__K(NAME##_f64)(const uint8_t *a, const uint8_t *b, size_t n) \
{ \
    uint64_t sum; \
    if (n < DLCV__U_LEAST || n > (size_t)DLCV__UW * STEPS) return DLCV__K(NAME##_other)(a, b, n); \
    sum = DLCV__K(NAME##_part)(a, b, n); \
    DLCV__LEAVE(); \
    return (double)(int64_t)sum; \
}

DLCV__PAIR_U8(pair_l1_u8, DLCV__UA, DLCV__UAZERO, DLCV__USAD, DLCV__UAADD, DLCV__UASUM, DLCV__USAD_STEPS)
DLCV__PAIR_U8(pair_dot_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDOT, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_U8(pair_l2sq_u8, DLCV__UD, DLCV__UDZERO, DLCV__UDIFF2, DLCV__UDADD, DLCV__UDSUM, DLCV__UDOT_STEPS)
DLCV__PAIR_F64(pair_l1_u8, DLCV__USAD_STEPS)
DLCV__PAIR_F64(pair_l2sq_u8, DLCV__UDOT_STEPS)

/* Tiles: c[r, j] += the sum over the groups (for SAD at most SSTEPS of them); a: rows at a pitch of DLCV__DEPTH_BYTES, b: packed [group][data rows], aligned. */
#define DLCV__SNR (DLCV__SNV * DLCV__SROWS)
#define DLCV__S_ROWS DLCV__CAT(DLCV__REP, DLCV__SMR)
#define DLCV__S_COLS DLCV__CAT(DLCV__COL, DLCV__SNV)
#define DLCV__S_ZERO1(r, j) DLCV__SV acc##r##_##j = DLCV__SVZERO();
#define DLCV__S_LOAD1(r, j) const DLCV__SD b##j = DLCV__SVLOAD(b + j * DLCV__SROWS * DLCV__SGROUP);
#undef DLCV__S_OP1
#undef DLCV__S_ADD1
#ifdef DLCV__SVSTEP
#define DLCV__S_OP1(r, j)
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVSTEP(acc##r##_##j, x, b##j);
#else
#define DLCV__S_OP1(r, j) const DLCV__SD t##j = DLCV__SVOP(x, b##j);
#define DLCV__S_ADD1(r, j) acc##r##_##j = DLCV__SVADD(acc##r##_##j, t##j);
#endif
#define DLCV__S_PUT1(r, j) DLCV__SVPUT(c + r * ldc + j * DLCV__SROWS, acc##r##_##j);
#define DLCV__S_ZERO(r, y) DLCV__S_COLS(DLCV__S_ZERO1, r)
#define DLCV__S_STEP(r, y) { \
    const DLCV__SD x = DLCV__SVSET(a + r * DLCV__DEPTH_BYTES); DLCV__S_COLS(DLCV__S_OP1, r) DLCV__S_COLS(DLCV__S_ADD1, r) }
#define DLCV__S_PUT(r, y) DLCV__S_COLS(DLCV__S_PUT1, r)

#define DLCV__TILE_SAD(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__S_ZERO, 0) \
    do { \
        DLCV__S_COLS(DLCV__S_LOAD1, 0) \
        ROWS(DLCV__S_STEP, 0) \
        a += DLCV__SGROUP; \
        b += DLCV__SNR * DLCV__SGROUP; \
    } while (--groups); \
    ROWS(DLCV__S_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}

DLCV__TILE_SAD(tile_sad_u8, DLCV__S_ROWS)
DLCV__TILE_SAD(row_sad_u8, DLCV__REP1)

#define DLCV__DNR (DLCV__DNV * DLCV__DROWS)
#define DLCV__DSTEP (DLCV__DGROUP * (DLCV__DWIDE ? 2 : 1))
#define DLCV__D_ROWS DLCV__CAT(DLCV__REP, DLCV__DMR)
#define DLCV__D_COLS DLCV__CAT(DLCV__COL, DLCV__DNV)
#define DLCV__D_ZERO1(r, j) DLCV__DV acc##r##_##j = DLCV__DVZERO();
#define DLCV__D_LOAD1(r, j) const DLCV__DB b##j = DLCV__DVLOAD(b + j * DLCV__DROWS * DLCV__DSTEP);
#define DLCV__D_STEP1(r, j) acc##r##_##j = DLCV__DVSTEP(acc##r##_##j, x, b##j);
#define DLCV__D_PUT1(r, j) DLCV__DVPUT(c + r * ldc + j * DLCV__DROWS, acc##r##_##j);
#define DLCV__D_ZERO(r, y) DLCV__D_COLS(DLCV__D_ZERO1, r)
#define DLCV__D_STEP(r, y) { const DLCV__DA x = DLCV__DVSET(a + r * DLCV__DEPTH_BYTES); DLCV__D_COLS(DLCV__D_STEP1, r) }
#define DLCV__D_PUT(r, y) DLCV__D_COLS(DLCV__D_PUT1, r)

#define DLCV__TILE_DOT_U8(NAME, ROWS) \
DLCV__KERNEL void DLCV__K(NAME)(int groups, const void *packed_a, const void *packed_b, int32_t *c, size_t ldc) \
{ \
    const uint8_t *a = (const uint8_t *)packed_a, *b = (const uint8_t *)packed_b; \
    ROWS(DLCV__D_ZERO, 0) \
    do { \
        DLCV__D_COLS(DLCV__D_LOAD1, 0) \
        ROWS(DLCV__D_STEP, 0) \
        a += DLCV__DSTEP; \
        b += DLCV__DNR * DLCV__DSTEP; \
    } while (--groups); \
    ROWS(DLCV__D_PUT, 0) \
    (void)ldc; \
    DLCV__LEAVE(); \
}

DLCV__TILE_DOT_U8(tile_dot_u8, DLCV__D_ROWS)
DLCV__TILE_DOT_U8(row_dot_u8, DLCV__REP1)

static const dlcv__kernels_u8 DLCV__K(u8) = {
    DLCV__K(pair_l1_u8_f64), DLCV__K(pair_l2sq_u8_f64),
    DLCV__K(pair_l1_u8), DLCV__K(pair_l2sq_u8), DLCV__K(pair_dot_u8),
    DLCV__K(tile_sad_u8), DLCV__K(row_sad_u8), DLCV__K(tile_dot_u8), DLCV__K(row_dot_u8),
    DLCV__SMR, DLCV__SNV * DLCV__SROWS, DLCV__SGROUP, DLCV__SMAX, DLCV__SSTEPS,
    DLCV__DMR, DLCV__DNV * DLCV__DROWS, DLCV__DGROUP, DLCV__DWIDE, DLCV__DFLIP,
    DLCV__NARROW
};

#endif /* DLCV__STAMP_U8 */
