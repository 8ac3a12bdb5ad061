/* ---- backend: AVX-512 F, BW, DQ, VL ---------------------------------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && DLCV__GNU
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")
#endif
#endif

#define DLCV__K(name) dlcv__##name##_avx512
#define DLCV__BACKEND_NAME "avx512"
#define DLCV__KERNEL DLCV__FN DLCV__REALIGN
#ifdef _MSC_VER
#define DLCV__LEAVE() _mm256_zeroupper()
#else
#define DLCV__LEAVE() ((void)0)
#endif
#define DLCV__STAMP_F32 1
#if defined(DLCV_DISPATCH) || !DLCV__SLOT_AVX512VNNI
#define DLCV__STAMP_U8 1
#else
#define DLCV__STAMP_U8 0
#endif

#define DLCV__V __m512
#define DLCV__VW 16
#define DLCV__VZERO() _mm512_setzero_ps()
#define DLCV__VSET(x) _mm512_set1_ps(x)
#define DLCV__VLOAD(p) _mm512_loadu_ps(p)
#define DLCV__VLOADN(p, n) _mm512_maskz_loadu_ps((__mmask16)((1u << (n)) - 1), (p))
#define DLCV__VLOADAT(p, at, n) _mm512_maskz_loadu_ps((__mmask16)(((1u << (n)) - 1) << (at)), (p) - (at))
#define DLCV__VLOADA(p) _mm512_load_ps(p)
#define DLCV__VMASK_TYPE __mmask16
#define DLCV__VMASK(n) ((__mmask16)((1u << (n)) - 1))
#define DLCV__VLOADM(p, m) _mm512_maskz_loadu_ps((m), (p))
#define DLCV__VSTOREM(p, v, m) _mm512_mask_storeu_ps((p), (m), (v))
#define DLCV__VSTORE(p, v) _mm512_storeu_ps((p), (v))
#define DLCV__VSTREAM(p, v) _mm512_stream_ps((p), (v))
#define DLCV__VFENCE() _mm_sfence()
#define DLCV__VSTOREN(p, v, n) _mm512_mask_storeu_ps((p), (__mmask16)((1u << (n)) - 1), (v))
#define DLCV__VEVEN(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), (b))
#define DLCV__VODD(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), (b))
#define DLCV__VADD(a, b) _mm512_add_ps((a), (b))
#define DLCV__VSUB(a, b) _mm512_sub_ps((a), (b))
#define DLCV__VMUL(a, b) _mm512_mul_ps((a), (b))
#define DLCV__VDIV(a, b) _mm512_div_ps((a), (b))
#define DLCV__VSQRT(v) _mm512_sqrt_ps(v)
#define DLCV__VABS(v) _mm512_abs_ps(v)
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) _mm512_max_ps((a), (b))
#define DLCV__VMIN(a, b) _mm512_min_ps((a), (b))
#ifdef DLCV_STRICT
#define DLCV__VFMA(a, b, c) _mm512_add_ps(_mm512_mul_ps((a), (b)), (c))
#else
#define DLCV__VFMA(a, b, c) _mm512_fmadd_ps((a), (b), (c))
#endif
#define DLCV__VACC(acc, v, one) _mm512_fmadd_ps((v), (one), (acc))
#define DLCV__VSUM(v) dlcv__sum_avx512(v)
#define DLCV__VZIPLO(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), (b))
#define DLCV__VZIPHI(a, b) _mm512_permutex2var_ps((a), _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), (b))
#define DLCV__VNEXT(a, b) _mm512_castsi512_ps(_mm512_alignr_epi32(_mm512_castps_si512(b), _mm512_castps_si512(a), 1))
#if DLCV__GNU
#define DLCV__VKEEP(v) __asm__("" : "+v"(v));
#else
#define DLCV__VKEEP(v)
#endif
#define DLCV__VM __mmask16
#define DLCV__VLT(a, b) _mm512_cmp_ps_mask((a), (b), _CMP_LT_OQ)
#define DLCV__VSELECT(m, a, b) _mm512_mask_blend_ps((m), (b), (a))
#define DLCV__VANY(m) ((m) != 0)

#define DLCV__VI __m512i
#define DLCV__VISET(x) _mm512_set1_epi32(x)
#define DLCV__VILOAD(p) _mm512_loadu_si512((const void *)(p))
#define DLCV__VISTORE(p, v) _mm512_storeu_si512((void *)(p), (v))
#define DLCV__VIADD(a, b) _mm512_add_epi32((a), (b))
#define DLCV__VISUB(a, b) _mm512_sub_epi32((a), (b))
#define DLCV__VIAND(a, b) _mm512_and_si512((a), (b))
#define DLCV__VIOR(a, b) _mm512_or_si512((a), (b))
#define DLCV__VISHL(v, n) _mm512_slli_epi32((v), (n))
#define DLCV__VISHR(v, n) _mm512_srli_epi32((v), (n))
#define DLCV__VILT(a, b) _mm512_cmplt_epi32_mask((a), (b))
#define DLCV__VIEQ(a, b) _mm512_cmpeq_epi32_mask((a), (b))
#define DLCV__VFROMI(v) _mm512_cvtepi32_ps(v)
#define DLCV__VTOI(v) _mm512_cvttps_epi32(v)
#define DLCV__VNARROW(p, v) _mm_storeu_si128((__m128i *)(void *)(p), _mm512_cvtepi32_epi8(v))
#define DLCV__VWIDEN(p) _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)(p)))
#define DLCV__VASI(v) _mm512_castps_si512(v)
#define DLCV__VASF(v) _mm512_castsi512_ps(v)

/* bytes 0, 3, 6, ... 45 of 48 */
#define DLCV__VWIDEN3(p) dlcv__widen3_avx512(p)
DLCV__INLINE __m512i dlcv__widen3_avx512(const uint8_t *p)
{
    const __m128i a = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)p),
        _mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1));
    const __m128i b = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 16)),
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1));
    const __m128i c = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)(p + 32)),
        _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13));
    return _mm512_cvtepu8_epi32(_mm_or_si128(_mm_or_si128(a, b), c));
}

DLCV__INLINE float dlcv__sum_avx512(__m512 v)
{
    __m256 h = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 q = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
    q = _mm_add_ps(q, _mm_movehl_ps(q, q));
    return _mm_cvtss_f32(_mm_add_ss(q, _mm_shuffle_ps(q, q, 1)));
}

DLCV__INLINE uint64_t dlcv__sum64_avx512(__m512i v)
{
    const __m256i h = _mm256_add_epi64(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    const __m128i q = _mm_add_epi64(_mm256_castsi256_si128(h), _mm256_extracti128_si256(h, 1));
    return DLCV__LOW64(_mm_add_epi64(q, _mm_unpackhi_epi64(q, q)));
}

/* sixteen unsigned 32-bit lanes, which in a part of UDOT_STEPS vectors add up to 1025 * 64 * 255^2 < 2^32 */
DLCV__INLINE uint64_t dlcv__sum32_avx512(__m512i v)
{
    const __m256i h = _mm256_add_epi32(_mm512_castsi512_si256(v), _mm512_extracti64x4_epi64(v, 1));
    __m128i q = _mm_add_epi32(_mm256_castsi256_si128(h), _mm256_extracti128_si256(h, 1));
    q = _mm_add_epi32(q, _mm_shuffle_epi32(q, 0x4e));
    return (uint32_t)_mm_cvtsi128_si32(_mm_add_epi32(q, _mm_shuffle_epi32(q, 0xb1)));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE __m512i dlcv__dot_bytes_avx512(__m512i acc, __m512i a, __m512i b)
{
    __m512i z = _mm512_setzero_si512();
    acc = _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_unpacklo_epi8(a, z), _mm512_unpacklo_epi8(b, z)));
    return _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_unpackhi_epi8(a, z), _mm512_unpackhi_epi8(b, z)));
}

/* |a - b| */
DLCV__INLINE __m512i dlcv__diff_bytes_avx512(__m512i a, __m512i b)
{
    DLCV__VKEEP(a)
    DLCV__VKEEP(b)
    return _mm512_sub_epi8(_mm512_max_epu8(a, b), _mm512_min_epu8(a, b));
}

DLCV__INLINE __m512i dlcv__diff2_bytes_avx512(__m512i acc, __m512i a, __m512i b)
{
    const __m512i d = dlcv__diff_bytes_avx512(a, b);
    return dlcv__dot_bytes_avx512(acc, d, d);
}

/* Accumulators of 32-bit integers carry their lanes in their type: gcc keeps two copies of an __m512i that is read as another vector, and
 * spills. */
#if DLCV__GNU
typedef int dlcv__acc_avx512 __attribute__((vector_size(64)));
#define DLCV__ACC(v) ((dlcv__acc_avx512)(v))
#define DLCV__NOACC(acc) ((__m512i)(acc))
#else
typedef __m512i dlcv__acc_avx512;
#define DLCV__ACC(v) (v)
#define DLCV__NOACC(acc) (acc)
#endif

#define DLCV__U __m512i
#define DLCV__UW 64
#define DLCV__ULOAD(p) _mm512_loadu_si512((const void *)(p))
#define DLCV__ULOADN(p, n) _mm512_maskz_loadu_epi8((__mmask64)(((uint64_t)1 << (n)) - 1), (const void *)(p))
#define DLCV__U_ACCS 2
#define DLCV__UA __m512i
#define DLCV__UAZERO() _mm512_setzero_si512()
#define DLCV__USAD(acc, a, b) _mm512_add_epi64((acc), _mm512_sad_epu8((a), (b)))
#define DLCV__UAADD(x, y) _mm512_add_epi64((x), (y))
#define DLCV__UASUM(acc) dlcv__sum64_avx512(acc)
#define DLCV__USAD_STEPS (1 << 24)
#define DLCV__UD __m512i
#define DLCV__UDZERO() _mm512_setzero_si512()
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_avx512((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_bytes_avx512((acc), (a), (b))
#define DLCV__UDADD(x, y) _mm512_add_epi32((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_avx512(acc)
#define DLCV__UDOT_STEPS 1024

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 1
#define DLCV__COSINE_VECTORS 1
#else
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 6
#define DLCV__FNV 4
#define DLCV__GMR 8
#define DLCV__GNV 3
#define DLCV__HMR 4
#define DLCV__HNR 5
#define DLCV__GKC 512
#define DLCV__GAC 131072

#define DLCV__SMR 8
#define DLCV__SNV 3
#define DLCV__SROWS 8
#define DLCV__SGROUP 8
#define DLCV__SMAX 0
#define DLCV__SSTEPS (1 << 20)
#define DLCV__SV dlcv__acc_avx512
#define DLCV__SD __m512i
#define DLCV__SVZERO() DLCV__ACC(_mm512_setzero_si512())
#define DLCV__SVLOAD(p) _mm512_load_si512((const void *)(p))
#define DLCV__SVSET(p) _mm512_set1_epi64(dlcv__load_i64(p))
#define DLCV__SVOP(a, b) _mm512_sad_epu8((b), (a))
#define DLCV__SVADD(acc, t) DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(acc), (t)))
#define DLCV__SVPUT(c, acc) _mm256_storeu_si256((__m256i *)(void *)(c), \
    _mm256_add_epi32(_mm256_loadu_si256((const __m256i *)(const void *)(c)), _mm512_cvtepi64_epi32(DLCV__NOACC(acc))))

#define DLCV__DMR 8
#define DLCV__DNV 3
#define DLCV__DROWS 16
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 1
#define DLCV__DV dlcv__acc_avx512
#define DLCV__DA __m512i
#define DLCV__DB __m512i
#define DLCV__DVZERO() DLCV__ACC(_mm512_setzero_si512())
#define DLCV__DVLOAD(p) _mm512_load_si512((const void *)(p))
#define DLCV__DVSET(p) _mm512_set1_epi32(dlcv__load_i32(p))
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(_mm512_add_epi32(DLCV__NOACC(acc), _mm512_madd_epi16((a), (b))))
#define DLCV__DVPUT(c, acc) _mm512_storeu_si512((void *)(c), _mm512_add_epi32(_mm512_loadu_si512((const void *)(c)), DLCV__NOACC(acc)))
