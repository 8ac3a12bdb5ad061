/* ---- backend: SSE2 ------------------------------------------------------------------------------------------------------------------ */
#if defined(DLCV_DISPATCH) && DLCV__GNU && !DLCV__FLAGS_SSE2
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("sse2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("sse2")
#endif
#endif

#define DLCV__K(name) dlcv__##name##_sse2
#define DLCV__BACKEND_NAME "sse2"
#define DLCV__KERNEL DLCV__FN DLCV__REALIGN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 1
#define DLCV__STAMP_U8 1

#define DLCV__V __m128
#define DLCV__VW 4
#define DLCV__VZERO() _mm_setzero_ps()
#define DLCV__VSET(x) _mm_set1_ps(x)
#define DLCV__VLOAD(p) _mm_loadu_ps(p)
#define DLCV__VLOADA(p) _mm_load_ps(p)
#define DLCV__VSTORE(p, v) _mm_storeu_ps((p), (v))
#define DLCV__VADD(a, b) _mm_add_ps((a), (b))
#define DLCV__VSUB(a, b) _mm_sub_ps((a), (b))
#define DLCV__VMUL(a, b) _mm_mul_ps((a), (b))
#define DLCV__VDIV(a, b) _mm_div_ps((a), (b))
#define DLCV__VSQRT(v) _mm_sqrt_ps(v)
#define DLCV__VABS(v) _mm_andnot_ps(_mm_set1_ps(-0.0f), (v))
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) _mm_max_ps((a), (b))
#define DLCV__VMIN(a, b) _mm_min_ps((a), (b))
#define DLCV__VFMA(a, b, c) _mm_add_ps(_mm_mul_ps((a), (b)), (c))
#define DLCV__VACC(acc, v, one) _mm_add_ps((acc), (v))
#define DLCV__VSUM(v) dlcv__sum_sse2(v)
#define DLCV__VM __m128
#define DLCV__VLT(a, b) _mm_cmplt_ps((a), (b))
#define DLCV__VSELECT(m, a, b) _mm_or_ps(_mm_and_ps((m), (a)), _mm_andnot_ps((m), (b)))
#define DLCV__VANY(m) (_mm_movemask_ps(m) != 0)

#define DLCV__VI __m128i
#define DLCV__VISET(x) _mm_set1_epi32(x)
#define DLCV__VILOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define DLCV__VISTORE(p, v) _mm_storeu_si128((__m128i *)(void *)(p), (v))
#define DLCV__VIADD(a, b) _mm_add_epi32((a), (b))
#define DLCV__VISUB(a, b) _mm_sub_epi32((a), (b))
#define DLCV__VIAND(a, b) _mm_and_si128((a), (b))
#define DLCV__VIOR(a, b) _mm_or_si128((a), (b))
#define DLCV__VISHL(v, n) _mm_slli_epi32((v), (n))
#define DLCV__VISHR(v, n) _mm_srli_epi32((v), (n))
#define DLCV__VILT(a, b) _mm_castsi128_ps(_mm_cmplt_epi32((a), (b)))
#define DLCV__VFROMI(v) _mm_cvtepi32_ps(v)
#define DLCV__VTOI(v) _mm_cvttps_epi32(v)
#define DLCV__VNARROW(p, v) dlcv__narrow_sse2((p), (v))
#define DLCV__VASI(v) _mm_castps_si128(v)
#define DLCV__VASF(v) _mm_castsi128_ps(v)

DLCV__INLINE void dlcv__narrow_sse2(uint8_t *p, __m128i v)
{
    const __m128i words = _mm_packs_epi32(v, v);
    dlcv__store_i32(p, _mm_cvtsi128_si32(_mm_packus_epi16(words, words)));
}

DLCV__INLINE float dlcv__sum_sse2(__m128 q)
{
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}

DLCV__INLINE uint64_t dlcv__sum64_sse2(__m128i v)
{
    return DLCV__LOW64(_mm_add_epi64(v, _mm_unpackhi_epi64(v, v)));
}

/* four unsigned 32-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_sse2(__m128i v)
{
    return dlcv__sum64_sse2(_mm_add_epi64(_mm_and_si128(v, _mm_set_epi32(0, -1, 0, -1)), _mm_srli_epi64(v, 32)));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE __m128i dlcv__dot_bytes_sse2(__m128i acc, __m128i a, __m128i b)
{
    __m128i z = _mm_setzero_si128();
    acc = _mm_add_epi32(acc, _mm_madd_epi16(_mm_unpacklo_epi8(a, z), _mm_unpacklo_epi8(b, z)));
    return _mm_add_epi32(acc, _mm_madd_epi16(_mm_unpackhi_epi8(a, z), _mm_unpackhi_epi8(b, z)));
}

/* eight bytes, twice */
DLCV__INLINE __m128i dlcv__twice_sse2(const void *p)
{
    __m128i v = _mm_loadl_epi64((const __m128i *)p);
    return _mm_unpacklo_epi64(v, v);
}

/* the low halves of two 64-bit sums, added to c[0..2) */
DLCV__INLINE void dlcv__put_sums_sse2(int32_t *c, __m128i acc)
{
    __m128i sums = _mm_shuffle_epi32(acc, 0x08);
    _mm_storel_epi64((__m128i *)(void *)c, _mm_add_epi32(_mm_loadl_epi64((const __m128i *)(const void *)c), sums));
}

DLCV__INLINE __m128i dlcv__diff2_bytes_sse2(__m128i acc, __m128i a, __m128i b)
{
    const __m128i d = _mm_sub_epi8(_mm_max_epu8(a, b), _mm_min_epu8(a, b));
    return dlcv__dot_bytes_sse2(acc, d, d);
}

/* Accumulators of 32-bit integers carry their lanes in their type: gcc keeps two copies of an __m128i that is read as another vector, and
 * spills. */
#if DLCV__GNU
typedef int dlcv__acc_sse2 __attribute__((vector_size(16)));
#define DLCV__ACC(v) ((dlcv__acc_sse2)(v))
#define DLCV__NOACC(acc) ((__m128i)(acc))
#else
typedef __m128i dlcv__acc_sse2;
#define DLCV__ACC(v) (v)
#define DLCV__NOACC(acc) (acc)
#endif

#define DLCV__U __m128i
#define DLCV__UW 16
#define DLCV__ULOAD(p) _mm_loadu_si128((const __m128i *)(const void *)(p))
#define DLCV__UAND(a, b) _mm_and_si128((a), (b))
#define DLCV__UA __m128i
#define DLCV__UAZERO() _mm_setzero_si128()
#define DLCV__USAD(acc, a, b) _mm_add_epi64((acc), _mm_sad_epu8((a), (b)))
#define DLCV__UAADD(x, y) _mm_add_epi64((x), (y))
#define DLCV__UASUM(acc) dlcv__sum64_sse2(acc)
#define DLCV__USAD_STEPS (1 << 24)
#define DLCV__UD __m128i
#define DLCV__UDZERO() _mm_setzero_si128()
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_sse2((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_bytes_sse2((acc), (a), (b))
#define DLCV__UDADD(x, y) _mm_add_epi32((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_sse2(acc)
#define DLCV__UDOT_STEPS 8192

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 4
#define DLCV__FNV 2

#define DLCV__SMR 4
#define DLCV__SNV 2
#define DLCV__SROWS 2
#define DLCV__SGROUP 8
#define DLCV__SMAX 0
#define DLCV__SSTEPS (1 << 20)
#define DLCV__SV dlcv__acc_sse2
#define DLCV__SD __m128i
#define DLCV__SVZERO() DLCV__ACC(_mm_setzero_si128())
#define DLCV__SVLOAD(p) _mm_load_si128((const __m128i *)(const void *)(p))
#define DLCV__SVSET(p) dlcv__twice_sse2(p)
#define DLCV__SVOP(a, b) _mm_sad_epu8((b), (a))
#define DLCV__SVADD(acc, t) DLCV__ACC(_mm_add_epi32(DLCV__NOACC(acc), (t)))
#define DLCV__SVPUT(c, acc) dlcv__put_sums_sse2((c), DLCV__NOACC(acc))

#define DLCV__DMR 4
#define DLCV__DNV 2
#define DLCV__DROWS 4
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 2
#define DLCV__DV dlcv__acc_sse2
#define DLCV__DA __m128i
#define DLCV__DB __m128i
#define DLCV__DVZERO() DLCV__ACC(_mm_setzero_si128())
#define DLCV__DVLOAD(p) _mm_load_si128((const __m128i *)(const void *)(p))
#define DLCV__DVSET(p) _mm_set1_epi32(dlcv__load_i32(p))
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(_mm_add_epi32(DLCV__NOACC(acc), _mm_madd_epi16((b), (a))))
#define DLCV__DVPUT(c, acc) DLCV__VISTORE((c), _mm_add_epi32(DLCV__VILOAD(c), DLCV__NOACC(acc)))
