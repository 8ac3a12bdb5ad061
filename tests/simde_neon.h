/* For a row of the matrix: the intrinsics of neon.h, its AArch64 text, by SIMDe, so that it runs on other machines. */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon.h>
#include <math.h>
#define DLCV__TEST_NEON

/* what SIMDe 0.7.4 does not have yet */
#define vabal_u8(acc, a, b) vaddq_u16((acc), vabdl_u8((a), (b)))
#define vabal_high_u8(acc, a, b) vabal_u8((acc), vget_high_u8(a), vget_high_u8(b))
#define vdivq_f32(a, b) test_divide((a), (b))
#define vsqrtq_f32(v) test_root(v)

static __inline__ __attribute__((unused)) float32x4_t test_divide(float32x4_t a, float32x4_t b)
{
    float x[4], y[4];
    int i;
    vst1q_f32(x, a);
    vst1q_f32(y, b);
    for (i = 0; i < 4; i++) x[i] /= y[i];
    return vld1q_f32(x);
}

static __inline__ __attribute__((unused)) float32x4_t test_root(float32x4_t v)
{
    float x[4];
    int i;
    vst1q_f32(x, v);
    for (i = 0; i < 4; i++) x[i] = sqrtf(x[i]);
    return vld1q_f32(x);
}
