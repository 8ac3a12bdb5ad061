/* ---- partial stamp over avx512.h: VNNI multiplies bytes, unsigned by signed ---------------------------------------------------------
 * b is flipped to b - 128: a.b = a.(b - 128) + 128 sum(a). A step adds at most 4 x 255 x 128 to a signed lane. */
#if defined(DLCV_DISPATCH) && DLCV__GNU
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")
#endif
#endif

#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#define DLCV__K(name) dlcv__##name##_avx512vnni
#define DLCV__BACKEND_NAME "avx512vnni"
#define DLCV__STAMP_F32 0
#define DLCV__STAMP_U8 1

typedef struct dlcv__dot_avx512vnni {
    dlcv__acc_avx512 flipped, rest;     /* a.(b - 128) and a.(-128), modulo 2^32: a.b is their difference */
} dlcv__dot_avx512vnni;

DLCV__INLINE dlcv__dot_avx512vnni dlcv__dot_zero_avx512vnni(void)
{
    dlcv__dot_avx512vnni acc;
    acc.flipped = acc.rest = DLCV__ACC(_mm512_setzero_si512());
    return acc;
}

DLCV__INLINE dlcv__dot_avx512vnni dlcv__dot_step_avx512vnni(dlcv__dot_avx512vnni acc, __m512i a, __m512i b)
{
    const __m512i flip = _mm512_set1_epi8(-128), flipped = _mm512_xor_si512(b, flip);
    acc.flipped = DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc.flipped), a, flipped));
    acc.rest = DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc.rest), a, flip));
    return acc;
}

DLCV__INLINE dlcv__dot_avx512vnni dlcv__diff2_step_avx512vnni(dlcv__dot_avx512vnni acc, __m512i a, __m512i b)
{
    const __m512i d = dlcv__diff_bytes_avx512(a, b);
    return dlcv__dot_step_avx512vnni(acc, d, d);
}

DLCV__INLINE uint64_t dlcv__dot_sum_avx512vnni(dlcv__dot_avx512vnni acc)
{
    return dlcv__sum32_avx512(_mm512_sub_epi32(DLCV__NOACC(acc.flipped), DLCV__NOACC(acc.rest)));
}

DLCV__INLINE dlcv__dot_avx512vnni dlcv__dot_add_avx512vnni(dlcv__dot_avx512vnni x, dlcv__dot_avx512vnni y)
{
    x.flipped = DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(x.flipped), DLCV__NOACC(y.flipped)));
    x.rest = DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(x.rest), DLCV__NOACC(y.rest)));
    return x;
}

#undef DLCV__UD
#undef DLCV__UDADD
#define DLCV__UDADD(x, y) dlcv__dot_add_avx512vnni((x), (y))
#undef DLCV__UDZERO
#undef DLCV__UDOT
#undef DLCV__UDIFF2
#undef DLCV__UDSUM
#define DLCV__UD dlcv__dot_avx512vnni
#define DLCV__UDZERO() dlcv__dot_zero_avx512vnni()
#define DLCV__UDOT(acc, a, b) dlcv__dot_step_avx512vnni((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_step_avx512vnni((acc), (a), (b))
#define DLCV__UDSUM(acc) dlcv__dot_sum_avx512vnni(acc)

#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DFLIP
#undef DLCV__DVSTEP
#define DLCV__DGROUP 4
#define DLCV__DWIDE 0
#define DLCV__DFLIP 1
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc), (a), (b)))

/* L1 as sum max(a, b), the maximum on one pair of ports and the sum on the other: 2 sum max(a, b) - sum a - sum b */
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SMAX
#undef DLCV__SVSET
#undef DLCV__SVOP
#undef DLCV__SVADD
#undef DLCV__SVPUT
#define DLCV__SROWS 16
#define DLCV__SGROUP 4
#define DLCV__SMAX 1
#define DLCV__SVSET(p) _mm512_set1_epi32(dlcv__load_i32(p))
#define DLCV__SVOP(a, b) _mm512_max_epu8((a), (b))
#define DLCV__SVADD(acc, t) DLCV__ACC(_mm512_dpbusd_epi32(DLCV__NOACC(acc), (t), _mm512_set1_epi8(1)))
#define DLCV__SVPUT(c, acc) DLCV__DVPUT((c), (acc))

#undef DLCV__NARROW
#define DLCV__NARROW 2
