/* ---- backend: AVX2 and FMA --------------------------------------------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && DLCV__GNU
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
#endif

#define DLCV__K(name) dlcv__##name##_avx2
#define DLCV__BACKEND_NAME "avx2"
#define DLCV__KERNEL DLCV__FN DLCV__REALIGN
#ifdef _MSC_VER
#define DLCV__LEAVE() _mm256_zeroupper()
#else
#define DLCV__LEAVE() ((void)0)
#endif
#define DLCV__STAMP_F32 1
#define DLCV__STAMP_U8 1

#define DLCV__V __m256
#define DLCV__VW 8
#define DLCV__VZERO() _mm256_setzero_ps()
#define DLCV__VSET(x) _mm256_set1_ps(x)
#define DLCV__VLOAD(p) _mm256_loadu_ps(p)
#define DLCV__VLOADAT(p, at, n) dlcv__load_at_avx2((p), (at), (n))
#define DLCV__VLOADA(p) _mm256_load_ps(p)
#define DLCV__VLOADN(p, n) _mm256_maskload_ps((p), _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(n)), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)))
#define DLCV__VSTORE(p, v) _mm256_storeu_ps((p), (v))
#define DLCV__VSTREAM(p, v) _mm256_stream_ps((p), (v))
#define DLCV__VFENCE() _mm_sfence()
#define DLCV__VADD(a, b) _mm256_add_ps((a), (b))
#define DLCV__VSUB(a, b) _mm256_sub_ps((a), (b))
#define DLCV__VMUL(a, b) _mm256_mul_ps((a), (b))
#define DLCV__VDIV(a, b) _mm256_div_ps((a), (b))
#define DLCV__VSQRT(v) _mm256_sqrt_ps(v)
#define DLCV__VABS(v) _mm256_andnot_ps(_mm256_set1_ps(-0.0f), (v))
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) _mm256_max_ps((a), (b))
#define DLCV__VMIN(a, b) _mm256_min_ps((a), (b))
#ifdef DLCV_STRICT
#define DLCV__VFMA(a, b, c) _mm256_add_ps(_mm256_mul_ps((a), (b)), (c))
#else
#define DLCV__VFMA(a, b, c) _mm256_fmadd_ps((a), (b), (c))
#endif
#if DLCV__GNU && defined(__x86_64__) && !defined(DLCV_STRICT) /* gcc makes all three forms of it, and then moves, even spills, the sums of an unrolled loop */
#define DLCV__VFMATO(acc, a, b) __asm__("vfmadd231ps {%2, %1, %0|%0, %1, %2}" : "+x"(acc) : "x"(b), "x"(a));
#endif
#define DLCV__VACC(acc, v, one) _mm256_fmadd_ps((v), (one), (acc))
#define DLCV__VSUM(v) dlcv__sum_avx2(v)
#define DLCV__VEVEN(a, b) dlcv__quarters_avx2(_mm256_shuffle_ps((a), (b), 0x88))
#define DLCV__VODD(a, b) dlcv__quarters_avx2(_mm256_shuffle_ps((a), (b), 0xdd))
#define DLCV__VZIPLO(a, b) _mm256_permute2f128_ps(_mm256_unpacklo_ps((a), (b)), _mm256_unpackhi_ps((a), (b)), 0x20)
#define DLCV__VZIPHI(a, b) _mm256_permute2f128_ps(_mm256_unpacklo_ps((a), (b)), _mm256_unpackhi_ps((a), (b)), 0x31)
#define DLCV__VNEXT(a, b) dlcv__next_avx2((a), (b))
#define DLCV__VM __m256
#define DLCV__VLT(a, b) _mm256_cmp_ps((a), (b), _CMP_LT_OQ)
#define DLCV__VSELECT(m, a, b) _mm256_blendv_ps((b), (a), (m))
#define DLCV__VANY(m) (_mm256_movemask_ps(m) != 0)

#define DLCV__VI __m256i
#define DLCV__VISET(x) _mm256_set1_epi32(x)
#define DLCV__VILOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define DLCV__VISTORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), (v))
#define DLCV__VIADD(a, b) _mm256_add_epi32((a), (b))
#define DLCV__VISUB(a, b) _mm256_sub_epi32((a), (b))
#define DLCV__VIAND(a, b) _mm256_and_si256((a), (b))
#define DLCV__VIOR(a, b) _mm256_or_si256((a), (b))
#define DLCV__VISHL(v, n) _mm256_slli_epi32((v), (n))
#define DLCV__VISHR(v, n) _mm256_srli_epi32((v), (n))
#define DLCV__VILT(a, b) _mm256_castsi256_ps(_mm256_cmpgt_epi32((b), (a)))
#define DLCV__VIEQ(a, b) _mm256_castsi256_ps(_mm256_cmpeq_epi32((a), (b)))
#define DLCV__VFROMI(v) _mm256_cvtepi32_ps(v)
#define DLCV__VTOI(v) _mm256_cvttps_epi32(v)
#define DLCV__VNARROW(p, v) dlcv__narrow_avx2((p), (v))
#define DLCV__VWIDEN(p) _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)(p)))
#define DLCV__VASI(v) _mm256_castps_si256(v)
#define DLCV__VASF(v) _mm256_castsi256_ps(v)

DLCV__INLINE void dlcv__narrow_avx2(uint8_t *p, __m256i v)
{
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    _mm_storel_epi64((__m128i *)(void *)p, _mm_packus_epi16(words, words));
}

/* bytes 0, 3, 6, ... 21 of 24 */
#define DLCV__VWIDEN3(p) dlcv__widen3_avx2(p)
DLCV__INLINE __m256i dlcv__widen3_avx2(const uint8_t *p)
{
    const __m128i a = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
        _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
    const __m128i b = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 8)),
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1));
    return _mm256_cvtepu8_epi32(_mm_or_si128(a, b));
}

DLCV__INLINE __m256 dlcv__load_at_avx2(const float *p, size_t at, size_t n)
{
    const __m256i from = _mm256_loadu_si256((const __m256i *)(const void *)(dlcv__tail_mask + 64 - 4 * at));
    const __m256i to = _mm256_loadu_si256((const __m256i *)(const void *)(dlcv__tail_mask + 64 - 4 * (at + n)));
    return _mm256_maskload_ps(p - at, _mm256_andnot_si256(to, from));
}

/* quarters 0, 2, 1, 3 */
DLCV__INLINE __m256 dlcv__quarters_avx2(__m256 v)
{
    return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), 0xd8));
}

DLCV__INLINE __m256 dlcv__next_avx2(__m256 a, __m256 b)
{
    const __m256i t = _mm256_castps_si256(_mm256_permute2f128_ps(a, b, 0x21));
    return _mm256_castsi256_ps(_mm256_alignr_epi8(t, _mm256_castps_si256(a), 4));
}

DLCV__INLINE float dlcv__sum_avx2(__m256 v)
{
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}

DLCV__INLINE uint64_t dlcv__sum64_avx2(__m256i v)
{
    const __m128i q = _mm_add_epi64(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    return DLCV__LOW64(_mm_add_epi64(q, _mm_unpackhi_epi64(q, q)));
}

/* eight unsigned 32-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_avx2(__m256i v)
{
    return dlcv__sum64_avx2(_mm256_add_epi64(_mm256_and_si256(v, _mm256_set1_epi64x(0xffffffff)), _mm256_srli_epi64(v, 32)));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE __m256i dlcv__dot_bytes_avx2(__m256i acc, __m256i a, __m256i b)
{
    __m256i z = _mm256_setzero_si256();
    acc = _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_unpacklo_epi8(a, z), _mm256_unpacklo_epi8(b, z)));
    return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_unpackhi_epi8(a, z), _mm256_unpackhi_epi8(b, z)));
}

/* the low halves of four 64-bit sums, added to c[0..4) */
DLCV__INLINE void dlcv__put_sums_avx2(int32_t *c, __m256i acc)
{
    __m128 low = _mm_castsi128_ps(_mm256_castsi256_si128(acc)), high = _mm_castsi128_ps(_mm256_extracti128_si256(acc, 1));
    __m128i sums = _mm_castps_si128(_mm_shuffle_ps(low, high, 0x88));
    _mm_storeu_si128((__m128i *)(void *)c, _mm_add_epi32(_mm_loadu_si128((const __m128i *)(const void *)c), sums));
}

DLCV__INLINE __m256i dlcv__diff2_bytes_avx2(__m256i acc, __m256i a, __m256i b)
{
    const __m256i d = _mm256_sub_epi8(_mm256_max_epu8(a, b), _mm256_min_epu8(a, b));
    return dlcv__dot_bytes_avx2(acc, d, d);
}

/* Accumulators of 32-bit integers carry their lanes in their type: gcc keeps two copies of an __m256i that is read as another vector, and
 * spills. */
#if DLCV__GNU
typedef int dlcv__acc_avx2 __attribute__((vector_size(32)));
#define DLCV__ACC(v) ((dlcv__acc_avx2)(v))
#define DLCV__NOACC(acc) ((__m256i)(acc))
#else
typedef __m256i dlcv__acc_avx2;
#define DLCV__ACC(v) (v)
#define DLCV__NOACC(acc) (acc)
#endif

#define DLCV__U __m256i
#define DLCV__UW 32
#define DLCV__ULOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define DLCV__UAND(a, b) _mm256_and_si256((a), (b))
#define DLCV__UA __m256i
#define DLCV__UAZERO() _mm256_setzero_si256()
#define DLCV__USAD(acc, a, b) _mm256_add_epi64((acc), _mm256_sad_epu8((a), (b)))
#define DLCV__UAADD(x, y) _mm256_add_epi64((x), (y))
#define DLCV__UASUM(acc) dlcv__sum64_avx2(acc)
#define DLCV__USAD_STEPS (1 << 24)
#define DLCV__UD __m256i
#define DLCV__UDZERO() _mm256_setzero_si256()
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_avx2((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_bytes_avx2((acc), (a), (b))
#define DLCV__UDADD(x, y) _mm256_add_epi32((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_avx2(acc)
#define DLCV__UDOT_STEPS 8192
#define DLCV__U_ACCS 4

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 2
#define DLCV__COSINE_VECTORS 2
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 6
#define DLCV__FNV 2
#define DLCV__GMR 6
#define DLCV__GNV 2
#define DLCV__HMR 3
#define DLCV__HNR 4
#define DLCV__GKC 256
#define DLCV__GAC 32768

#define DLCV__SMR 6
#define DLCV__SNV 2
#define DLCV__SROWS 4
#define DLCV__SGROUP 8
#define DLCV__SMAX 0
#define DLCV__SSTEPS (1 << 20)
#define DLCV__SV dlcv__acc_avx2
#define DLCV__SD __m256i
#define DLCV__SVZERO() DLCV__ACC(_mm256_setzero_si256())
#define DLCV__SVLOAD(p) _mm256_load_si256((const __m256i *)(const void *)(p))
#define DLCV__SVSET(p) _mm256_set1_epi64x(dlcv__load_i64(p))
#define DLCV__SVOP(a, b) _mm256_sad_epu8((b), (a))
#define DLCV__SVADD(acc, t) DLCV__ACC(_mm256_add_epi32(DLCV__NOACC(acc), (t)))
#define DLCV__SVPUT(c, acc) dlcv__put_sums_avx2((c), DLCV__NOACC(acc))

#define DLCV__DMR 6
#define DLCV__DNV 2
#define DLCV__DROWS 8
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 1
#define DLCV__DV dlcv__acc_avx2
#define DLCV__DA __m256i
#define DLCV__DB __m256i
#define DLCV__DVZERO() DLCV__ACC(_mm256_setzero_si256())
#define DLCV__DVLOAD(p) _mm256_load_si256((const __m256i *)(const void *)(p))
#define DLCV__DVSET(p) _mm256_set1_epi32(dlcv__load_i32(p))
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(_mm256_add_epi32(DLCV__NOACC(acc), _mm256_madd_epi16((a), (b))))
#define DLCV__DVPUT(c, acc) DLCV__VISTORE((c), _mm256_add_epi32(DLCV__VILOAD(c), DLCV__NOACC(acc)))
