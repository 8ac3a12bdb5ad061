/* ---- what SSE2's words are called: sse2.h and quad.h are the text of two backends, of SSE2 and of SIMDe's portable twins of its
 * intrinsics. SIMDe is the user's (<simde/x86/sse2.h> in the include path); its names keep their prefix. ------------------------------- */
#if DLCV__SLOT_SIMDE
#include <simde/x86/sse2.h>
#define DLCV__SSE(name) simde_mm_##name
#define DLCV__M128 simde__m128
#define DLCV__M128I simde__m128i
#define DLCV__SSE_K(name) dlcv__##name##_simde
#define DLCV__SSE_NAME "simde"
#else
#define DLCV__SSE(name) _mm_##name
#define DLCV__M128 __m128
#define DLCV__M128I __m128i
#define DLCV__SSE_K(name) dlcv__##name##_sse2
#define DLCV__SSE_NAME "sse2"
#endif

/* Where lanes change their size, a big-endian machine has the halves of a lane the other way round. */
#if DLCV__SLOT_SIMDE && SIMDE_ENDIAN_ORDER == SIMDE_ENDIAN_BIG
#define DLCV__SSE_LOW_WORDS 0x0d
#define DLCV__SSE_WIDEN(half, v) DLCV__SSE(unpack##half##_epi8)(DLCV__SSE(setzero_si128)(), (v))
#define DLCV__SSE_WIDEN16(v) DLCV__SSE(unpacklo_epi16)(DLCV__SSE(setzero_si128)(), (v))
#else
#define DLCV__SSE_LOW_WORDS 0x08
#define DLCV__SSE_WIDEN(half, v) DLCV__SSE(unpack##half##_epi8)((v), DLCV__SSE(setzero_si128)())
#define DLCV__SSE_WIDEN16(v) DLCV__SSE(unpacklo_epi16)((v), DLCV__SSE(setzero_si128)())
#endif
