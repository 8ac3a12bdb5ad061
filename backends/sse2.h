/* ---- backend: SSE2, natively or by SIMDe (simde.h) --------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && DLCV__GNU && DLCV__SLOT_SSE2 && !DLCV__FLAGS_SSE2
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("sse2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("sse2")
#endif
#endif

#define DLCV__K(name) DLCV__SSE_K(name)
#define DLCV__BACKEND_NAME DLCV__SSE_NAME
#define DLCV__KERNEL DLCV__FN DLCV__REALIGN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 1
#define DLCV__STAMP_U8 1

#define DLCV__V DLCV__M128
#define DLCV__VW 4
#define DLCV__VZERO() DLCV__SSE(setzero_ps)()
#define DLCV__VSET(x) DLCV__SSE(set1_ps)(x)
#define DLCV__VLOAD(p) DLCV__SSE(loadu_ps)(p)
#define DLCV__VLOADA(p) DLCV__SSE(load_ps)(p)
#define DLCV__VSTORE(p, v) DLCV__SSE(storeu_ps)((p), (v))
#define DLCV__VSTREAM(p, v) DLCV__SSE(stream_ps)((p), (v))
#define DLCV__VFENCE() DLCV__SSE(sfence)()
#define DLCV__VODD(a, b) DLCV__SSE(shuffle_ps)((a), (b), 0xdd)
#define DLCV__VADD(a, b) DLCV__SSE(add_ps)((a), (b))
#define DLCV__VSUB(a, b) DLCV__SSE(sub_ps)((a), (b))
#define DLCV__VMUL(a, b) DLCV__SSE(mul_ps)((a), (b))
#define DLCV__VDIV(a, b) DLCV__SSE(div_ps)((a), (b))
#define DLCV__VSQRT(v) DLCV__SSE(sqrt_ps)(v)
#define DLCV__VABS(v) DLCV__SSE(andnot_ps)(DLCV__SSE(set1_ps)(-0.0f), (v))
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) DLCV__SSE(max_ps)((a), (b))
#define DLCV__VMIN(a, b) DLCV__SSE(min_ps)((a), (b))
#define DLCV__VFMA(a, b, c) DLCV__SSE(add_ps)(DLCV__SSE(mul_ps)((a), (b)), (c))
#define DLCV__VACC(acc, v, one) DLCV__SSE(add_ps)((acc), (v))
#define DLCV__VEVEN(a, b) DLCV__SSE(shuffle_ps)((a), (b), 0x88)
#define DLCV__VSUM(v) DLCV__K(sum)(v)
#define DLCV__VZIPLO(a, b) DLCV__SSE(unpacklo_ps)((a), (b))
#define DLCV__VZIPHI(a, b) DLCV__SSE(unpackhi_ps)((a), (b))
#define DLCV__VNEXT(a, b) DLCV__K(next)((a), (b))
#define DLCV__VM DLCV__M128
#define DLCV__VLT(a, b) DLCV__SSE(cmplt_ps)((a), (b))
#define DLCV__VSELECT(m, a, b) DLCV__SSE(or_ps)(DLCV__SSE(and_ps)((m), (a)), DLCV__SSE(andnot_ps)((m), (b)))
#define DLCV__VANY(m) (DLCV__SSE(movemask_ps)(m) != 0)

#define DLCV__VI DLCV__M128I
#define DLCV__VISET(x) DLCV__SSE(set1_epi32)(x)
#define DLCV__VILOAD(p) DLCV__SSE(loadu_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__VISTORE(p, v) DLCV__SSE(storeu_si128)((DLCV__M128I *)(void *)(p), (v))
#define DLCV__VIADD(a, b) DLCV__SSE(add_epi32)((a), (b))
#define DLCV__VISUB(a, b) DLCV__SSE(sub_epi32)((a), (b))
#define DLCV__VIAND(a, b) DLCV__SSE(and_si128)((a), (b))
#define DLCV__VIOR(a, b) DLCV__SSE(or_si128)((a), (b))
#define DLCV__VISHL(v, n) DLCV__SSE(slli_epi32)((v), (n))
#define DLCV__VISHR(v, n) DLCV__SSE(srli_epi32)((v), (n))
#define DLCV__VILT(a, b) DLCV__SSE(castsi128_ps)(DLCV__SSE(cmplt_epi32)((a), (b)))
#define DLCV__VIEQ(a, b) DLCV__SSE(castsi128_ps)(DLCV__SSE(cmpeq_epi32)((a), (b)))
#define DLCV__VFROMI(v) DLCV__SSE(cvtepi32_ps)(v)
#define DLCV__VTOI(v) DLCV__SSE(cvttps_epi32)(v)
#define DLCV__VNARROW(p, v) DLCV__K(narrow)((p), (v))
#define DLCV__VWIDEN(p) DLCV__SSE_WIDEN16(DLCV__SSE_WIDEN(lo, DLCV__SSE(cvtsi32_si128)(dlcv__load_i32(p))))
#define DLCV__VASI(v) DLCV__SSE(castps_si128)(v)
#define DLCV__VASF(v) DLCV__SSE(castsi128_ps)(v)

DLCV__INLINE void DLCV__K(narrow)(uint8_t *p, DLCV__M128I v)
{
    const DLCV__M128I words = DLCV__SSE(packs_epi32)(v, v);
    dlcv__store_i32(p, DLCV__SSE(cvtsi128_si32)(DLCV__SSE(packus_epi16)(words, words)));
}

DLCV__INLINE DLCV__M128 DLCV__K(next)(DLCV__M128 a, DLCV__M128 b)
{
    const DLCV__M128 t = DLCV__SSE(move_ss)(a, b);
    return DLCV__SSE(shuffle_ps)(t, t, 0x39);
}

DLCV__INLINE float DLCV__K(sum)(DLCV__M128 q)
{
    q = DLCV__SSE(add_ps)(q, DLCV__SSE(movehl_ps)(q, q));
    return DLCV__SSE(cvtss_f32)(DLCV__SSE(add_ss)(q, DLCV__SSE(shuffle_ps)(q, q, 1)));
}

DLCV__INLINE uint64_t DLCV__K(sum64)(DLCV__M128I v)
{
    return DLCV__LOW64(DLCV__SSE(add_epi64)(v, DLCV__SSE(unpackhi_epi64)(v, v)));
}

/* four unsigned 32-bit lanes */
DLCV__INLINE uint64_t DLCV__K(sum32)(DLCV__M128I v)
{
    return DLCV__K(sum64)(DLCV__SSE(add_epi64)(DLCV__SSE(srli_epi64)(DLCV__SSE(slli_epi64)(v, 32), 32), DLCV__SSE(srli_epi64)(v, 32)));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE DLCV__M128I DLCV__K(dot_bytes)(DLCV__M128I acc, DLCV__M128I a, DLCV__M128I b)
{
    acc = DLCV__SSE(add_epi32)(acc, DLCV__SSE(madd_epi16)(DLCV__SSE_WIDEN(lo, a), DLCV__SSE_WIDEN(lo, b)));
    return DLCV__SSE(add_epi32)(acc, DLCV__SSE(madd_epi16)(DLCV__SSE_WIDEN(hi, a), DLCV__SSE_WIDEN(hi, b)));
}

/* eight bytes, twice */
DLCV__INLINE DLCV__M128I DLCV__K(twice)(const void *p)
{
    DLCV__M128I v = DLCV__SSE(loadl_epi64)((const DLCV__M128I *)p);
    return DLCV__SSE(unpacklo_epi64)(v, v);
}

/* the low halves of two 64-bit sums, added to c[0..2) */
DLCV__INLINE void DLCV__K(put_sums)(int32_t *c, DLCV__M128I acc)
{
    DLCV__M128I sums = DLCV__SSE(shuffle_epi32)(acc, DLCV__SSE_LOW_WORDS);
    sums = DLCV__SSE(add_epi32)(DLCV__SSE(loadl_epi64)((const DLCV__M128I *)(const void *)c), sums);
    DLCV__SSE(storel_epi64)((DLCV__M128I *)(void *)c, sums);
}

DLCV__INLINE DLCV__M128I DLCV__K(diff2_bytes)(DLCV__M128I acc, DLCV__M128I a, DLCV__M128I b)
{
    const DLCV__M128I d = DLCV__SSE(sub_epi8)(DLCV__SSE(max_epu8)(a, b), DLCV__SSE(min_epu8)(a, b));
    return DLCV__K(dot_bytes)(acc, d, d);
}

/* Accumulators of 32-bit integers carry their lanes in their type: gcc keeps two copies of an __m128i that is read as another vector,
 * and spills. */
#if DLCV__GNU && DLCV__X86
typedef int DLCV__K(acc) __attribute__((vector_size(16)));
#define DLCV__ACC(v) ((DLCV__K(acc))(v))
#define DLCV__NOACC(acc) ((DLCV__M128I)(acc))
#else
typedef DLCV__M128I DLCV__K(acc);
#define DLCV__ACC(v) (v)
#define DLCV__NOACC(acc) (acc)
#endif

#define DLCV__U DLCV__M128I
#define DLCV__UW 16
#define DLCV__ULOAD(p) DLCV__SSE(loadu_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__UAND(a, b) DLCV__SSE(and_si128)((a), (b))
#define DLCV__UA DLCV__M128I
#define DLCV__UAZERO() DLCV__SSE(setzero_si128)()
#define DLCV__USAD(acc, a, b) DLCV__SSE(add_epi64)((acc), DLCV__SSE(sad_epu8)((a), (b)))
#define DLCV__UAADD(x, y) DLCV__SSE(add_epi64)((x), (y))
#define DLCV__UASUM(acc) DLCV__K(sum64)(acc)
#define DLCV__USAD_STEPS (1 << 24)
#define DLCV__UD DLCV__M128I
#define DLCV__UDZERO() DLCV__SSE(setzero_si128)()
#define DLCV__UDOT(acc, a, b) DLCV__K(dot_bytes)((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) DLCV__K(diff2_bytes)((acc), (a), (b))
#define DLCV__UDADD(x, y) DLCV__SSE(add_epi32)((x), (y))
#define DLCV__UDSUM(acc) DLCV__K(sum32)(acc)
#define DLCV__UDOT_STEPS 8192
#define DLCV__U_ACCS 4

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#define DLCV__FMR 4
#define DLCV__FNV 2
#define DLCV__GMR 4
#define DLCV__GNV 2
#define DLCV__HMR 3
#define DLCV__HNR 2
#define DLCV__GKC 256
#define DLCV__GAC 32768

#define DLCV__SMR 4
#define DLCV__SNV 2
#define DLCV__SROWS 2
#define DLCV__SGROUP 8
#define DLCV__SMAX 0
#define DLCV__SSTEPS (1 << 20)
#define DLCV__SV DLCV__K(acc)
#define DLCV__SD DLCV__M128I
#define DLCV__SVZERO() DLCV__ACC(DLCV__SSE(setzero_si128)())
#define DLCV__SVLOAD(p) DLCV__SSE(load_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__SVSET(p) DLCV__K(twice)(p)
#define DLCV__SVOP(a, b) DLCV__SSE(sad_epu8)((b), (a))
#define DLCV__SVADD(acc, t) DLCV__ACC(DLCV__SSE(add_epi32)(DLCV__NOACC(acc), (t)))
#define DLCV__SVPUT(c, acc) DLCV__K(put_sums)((c), DLCV__NOACC(acc))

#define DLCV__DMR 4
#define DLCV__DNV 2
#define DLCV__DROWS 4
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 2
#define DLCV__DV DLCV__K(acc)
#define DLCV__DA DLCV__M128I
#define DLCV__DB DLCV__M128I
#define DLCV__DVZERO() DLCV__ACC(DLCV__SSE(setzero_si128)())
#define DLCV__DVLOAD(p) DLCV__SSE(load_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__DVSET(p) DLCV__SSE(set1_epi32)(dlcv__load_i32(p))
#define DLCV__DVSTEP(acc, a, b) DLCV__ACC(DLCV__SSE(add_epi32)(DLCV__NOACC(acc), DLCV__SSE(madd_epi16)((b), (a))))
#define DLCV__DVPUT(c, acc) DLCV__VISTORE((c), DLCV__SSE(add_epi32)(DLCV__VILOAD(c), DLCV__NOACC(acc)))
