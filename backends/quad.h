/* ---- sixteen bytes: what transposing blocks of 4 x 4 words takes, the same instructions under every wider backend -------------------- */
#if DLCV__SLOT_SSE2 || DLCV__SLOT_AVX2 || DLCV__SLOT_AVX512 || DLCV__SLOT_SIMDE
#define DLCV__Q DLCV__M128I
#define DLCV__QLOAD(p) DLCV__SSE(loadu_si128)((const DLCV__M128I *)(const void *)(p))
#define DLCV__QSTORE(p, v) DLCV__SSE(storeu_si128)((DLCV__M128I *)(void *)(p), (v))
#define DLCV__QSET(x) DLCV__SSE(set1_epi32)(x)
#define DLCV__QXOR(a, b) DLCV__SSE(xor_si128)((a), (b))
#define DLCV__QLOW32(a, b) DLCV__SSE(unpacklo_epi32)((a), (b))
#define DLCV__QHIGH32(a, b) DLCV__SSE(unpackhi_epi32)((a), (b))
#define DLCV__QLOW64(a, b) DLCV__SSE(unpacklo_epi64)((a), (b))
#define DLCV__QHIGH64(a, b) DLCV__SSE(unpackhi_epi64)((a), (b))
/* the low half as an integer; 32-bit x86 has no instruction for it */
#if defined(__x86_64__) || defined(_M_X64) || !DLCV__X86
#define DLCV__LOW64(v) ((uint64_t)DLCV__SSE(cvtsi128_si64)(v))
#else
#define DLCV__LOW64(v) ((uint64_t)(uint32_t)DLCV__SSE(cvtsi128_si32)(v) | (uint64_t)(uint32_t)DLCV__SSE(cvtsi128_si32)(DLCV__SSE(srli_epi64)((v), 32)) << 32)
#endif
#elif DLCV__SLOT_NEON
#define DLCV__Q uint32x4_t
#define DLCV__QLOAD(p) vreinterpretq_u32_u8(vld1q_u8((const uint8_t *)(const void *)(p)))
#define DLCV__QSTORE(p, v) vst1q_u8((uint8_t *)(void *)(p), vreinterpretq_u8_u32(v))
#define DLCV__QSET(x) vdupq_n_u32((uint32_t)(x))
#define DLCV__QXOR(a, b) veorq_u32((a), (b))
#define DLCV__QLOW32(a, b) (vzipq_u32((a), (b)).val[0])
#define DLCV__QHIGH32(a, b) (vzipq_u32((a), (b)).val[1])
#define DLCV__QLOW64(a, b) vcombine_u32(vget_low_u32(a), vget_low_u32(b))
#define DLCV__QHIGH64(a, b) vcombine_u32(vget_high_u32(a), vget_high_u32(b))
#elif DLCV__SLOT_WASM
#define DLCV__Q v128_t
#define DLCV__QLOAD(p) wasm_v128_load(p)
#define DLCV__QSTORE(p, v) wasm_v128_store((p), (v))
#define DLCV__QSET(x) wasm_i32x4_splat(x)
#define DLCV__QXOR(a, b) wasm_v128_xor((a), (b))
#define DLCV__QLOW32(a, b) wasm_i32x4_shuffle((a), (b), 0, 4, 1, 5)
#define DLCV__QHIGH32(a, b) wasm_i32x4_shuffle((a), (b), 2, 6, 3, 7)
#define DLCV__QLOW64(a, b) wasm_i64x2_shuffle((a), (b), 0, 2)
#define DLCV__QHIGH64(a, b) wasm_i64x2_shuffle((a), (b), 1, 3)
#endif
