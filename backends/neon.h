/* ---- backend: NEON, of AArch64 and of ARMv7 --------------------------------------------------------------------------------------------- */
#define DLCV__K(name) dlcv__##name##_neon
#define DLCV__BACKEND_NAME "neon"
#define DLCV__KERNEL DLCV__FN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 DLCV__NEON_F32
#if defined(DLCV_DISPATCH) || !DLCV__SLOT_NEONDOT
#define DLCV__STAMP_U8 1
#else
#define DLCV__STAMP_U8 0
#endif

/* any address: 32-bit compilers promise the processor what the element type wants, bytes want nothing */
#define DLCV__V float32x4_t
#define DLCV__VW 4
#define DLCV__VZERO() vdupq_n_f32(0.0f)
#define DLCV__VSET(x) vdupq_n_f32(x)
#define DLCV__VLOAD(p) vreinterpretq_f32_u8(vld1q_u8((const uint8_t *)(const void *)(p)))
#define DLCV__VLOADA(p) vld1q_f32(p)
#define DLCV__VSTORE(p, v) vst1q_u8((uint8_t *)(void *)(p), vreinterpretq_u8_f32(v))
#define DLCV__VADD(a, b) vaddq_f32((a), (b))
#define DLCV__VSUB(a, b) vsubq_f32((a), (b))
#define DLCV__VMUL(a, b) vmulq_f32((a), (b))
#define DLCV__VABS(v) vabsq_f32(v)
#define DLCV__VMAX(a, b) vbslq_f32(vcgtq_f32((a), (b)), (a), (b))
#define DLCV__VMIN(a, b) vbslq_f32(vcltq_f32((a), (b)), (a), (b))
#define DLCV__VMAXF(a, b) vmaxq_f32((a), (b))
#define DLCV__VACC(acc, v, one) vaddq_f32((acc), (v))
#if DLCV__A64
#define DLCV__VDIV(a, b) vdivq_f32((a), (b))
#define DLCV__VSQRT(v) vsqrtq_f32(v)
#else
#define DLCV__VDIV(a, b) dlcv__divide_neon((a), (b))
#define DLCV__VSQRT(v) dlcv__root_neon(v)
#endif
#if DLCV__A64 && !defined(DLCV_STRICT)
#define DLCV__VFMA(a, b, c) vfmaq_f32((c), (a), (b))
#else
#define DLCV__VFMA(a, b, c) vaddq_f32(vmulq_f32((a), (b)), (c))
#endif
#define DLCV__VSUM(v) dlcv__sum_neon(v)
#define DLCV__VEVEN(a, b) (vuzpq_f32((a), (b)).val[0])
#define DLCV__VODD(a, b) (vuzpq_f32((a), (b)).val[1])
#define DLCV__VZIPLO(a, b) (vzipq_f32((a), (b)).val[0])
#define DLCV__VZIPHI(a, b) (vzipq_f32((a), (b)).val[1])
#define DLCV__VNEXT(a, b) vextq_f32((a), (b), 1)
#define DLCV__VM uint32x4_t
#define DLCV__VLT(a, b) vcltq_f32((a), (b))
#define DLCV__VSELECT(m, a, b) vbslq_f32((m), (a), (b))
#define DLCV__VANY(m) dlcv__any_neon(m)

#define DLCV__VI int32x4_t
#define DLCV__VISET(x) vdupq_n_s32(x)
#define DLCV__VILOAD(p) vld1q_s32(p)
#define DLCV__VISTORE(p, v) vst1q_s32((p), (v))
#define DLCV__VIADD(a, b) vaddq_s32((a), (b))
#define DLCV__VISUB(a, b) vsubq_s32((a), (b))
#define DLCV__VIAND(a, b) vandq_s32((a), (b))
#define DLCV__VIOR(a, b) vorrq_s32((a), (b))
#define DLCV__VISHL(v, n) vshlq_n_s32((v), (n))
#define DLCV__VISHR(v, n) vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(v), (n)))
#define DLCV__VILT(a, b) vcltq_s32((a), (b))
#define DLCV__VIEQ(a, b) vceqq_s32((a), (b))
#define DLCV__VFROMI(v) vcvtq_f32_s32(v)
#define DLCV__VTOI(v) vcvtq_s32_f32(v)
#define DLCV__VNARROW(p, v) dlcv__narrow_neon((p), (v))
#define DLCV__VWIDEN(p) dlcv__widen_neon(p)
#define DLCV__VASI(v) vreinterpretq_s32_f32(v)
#define DLCV__VASF(v) vreinterpretq_f32_s32(v)

DLCV__INLINE void dlcv__narrow_neon(uint8_t *p, int32x4_t v)
{
    const uint16x4_t words = vmovn_u32(vreinterpretq_u32_s32(v));
    const uint8x8_t bytes = vmovn_u16(vcombine_u16(words, words));
    dlcv__store_i32(p, (int32_t)vget_lane_u32(vreinterpret_u32_u8(bytes), 0));
}

DLCV__INLINE int32x4_t dlcv__widen_neon(const uint8_t *p)
{
    const uint8x8_t bytes = vreinterpret_u8_u32(vdup_n_u32((uint32_t)dlcv__load_i32(p)));
    return vreinterpretq_s32_u32(vmovl_u16(vget_low_u16(vmovl_u8(bytes))));
}

DLCV__INLINE float dlcv__sum_neon(float32x4_t v)
{
    const float32x2_t h = vadd_f32(vget_low_f32(v), vget_high_f32(v));
    return vget_lane_f32(h, 0) + vget_lane_f32(h, 1);
}

DLCV__INLINE int dlcv__any_neon(uint32x4_t m)
{
    const uint32x2_t h = vorr_u32(vget_low_u32(m), vget_high_u32(m));
    return (vget_lane_u32(h, 0) | vget_lane_u32(h, 1)) != 0;
}

#if !DLCV__A64
DLCV__INLINE float32x4_t dlcv__divide_neon(float32x4_t a, float32x4_t b)
{
    float x[4], y[4];
    int i;
    vst1q_f32(x, a);
    vst1q_f32(y, b);
    for (i = 0; i < 4; i++) x[i] /= y[i];
    return vld1q_f32(x);
}

DLCV__INLINE float32x4_t dlcv__root_neon(float32x4_t v)
{
    float x[4];
    int i;
    vst1q_f32(x, v);
    for (i = 0; i < 4; i++) x[i] = sqrtf(x[i]);
    return vld1q_f32(x);
}
#endif

/* eight unsigned 16-bit lanes, four unsigned 32-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_neon(uint32x4_t v)
{
    const uint64x2_t s = vpaddlq_u32(v);
    return vgetq_lane_u64(s, 0) + vgetq_lane_u64(s, 1);
}

DLCV__INLINE uint64_t dlcv__sum16_neon(uint16x8_t v)
{
    return dlcv__sum32_neon(vpaddlq_u16(v));
}

DLCV__INLINE uint32x4_t dlcv__dot_bytes_neon(uint32x4_t acc, uint8x16_t a, uint8x16_t b)
{
    acc = vpadalq_u16(acc, vmull_u8(vget_low_u8(a), vget_low_u8(b)));
    return vpadalq_u16(acc, vmull_u8(vget_high_u8(a), vget_high_u8(b)));
}

#define DLCV__U uint8x16_t
#define DLCV__UW 16
#define DLCV__ULOAD(p) vld1q_u8(p)
#define DLCV__UAND(a, b) vandq_u8((a), (b))
#define DLCV__UA uint16x8_t
#define DLCV__UAZERO() vdupq_n_u16(0)
#define DLCV__USAD(acc, a, b) vpadalq_u8((acc), vabdq_u8((a), (b)))
#define DLCV__UAADD(x, y) vaddq_u16((x), (y))
#define DLCV__UASUM(acc) dlcv__sum16_neon(acc)
#define DLCV__USAD_STEPS 124
#define DLCV__UD uint32x4_t
#define DLCV__UDZERO() vdupq_n_u32(0)
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_neon((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__dot_bytes_neon((acc), vabdq_u8((a), (b)), vabdq_u8((a), (b)))
#define DLCV__UDADD(x, y) vaddq_u32((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_neon(acc)
#define DLCV__UDOT_STEPS 8192
#define DLCV__U_ACCS 4

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 4
#define DLCV__COSINE_VECTORS 4
#else
#define DLCV__PAIR_VECTORS 8
#define DLCV__COSINE_VECTORS 4
#endif
#if DLCV__A64
#define DLCV__FMR 8
#define DLCV__FNV 2
#define DLCV__GMR 8
#define DLCV__GNV 2
#else
#define DLCV__FMR 4
#define DLCV__FNV 2
#define DLCV__GMR 4
#define DLCV__GNV 2
#endif
#define DLCV__HMR 3
#define DLCV__HNR 2
#define DLCV__GKC 256
#define DLCV__GAC 32768

/* sixteen data rows, a byte of each: their differences go to sixteen 16-bit lanes, which hold 257 of them */
typedef struct dlcv__sad_neon {
    uint16x8_t low, high;
} dlcv__sad_neon;

DLCV__INLINE dlcv__sad_neon dlcv__sad_zero_neon(void)
{
    dlcv__sad_neon acc;
    acc.low = acc.high = vdupq_n_u16(0);
    return acc;
}

DLCV__INLINE dlcv__sad_neon dlcv__sad_step_neon(dlcv__sad_neon acc, uint8x16_t a, uint8x16_t b)
{
    acc.low = vabal_u8(acc.low, vget_low_u8(a), vget_low_u8(b));
#if DLCV__A64
    acc.high = vabal_high_u8(acc.high, a, b);
#else
    acc.high = vabal_u8(acc.high, vget_high_u8(a), vget_high_u8(b));
#endif
    return acc;
}

DLCV__INLINE void dlcv__sad_put_neon(int32_t *c, dlcv__sad_neon acc)
{
    vst1q_s32(c, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c)), vget_low_u16(acc.low))));
    vst1q_s32(c + 4, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c + 4)), vget_high_u16(acc.low))));
    vst1q_s32(c + 8, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c + 8)), vget_low_u16(acc.high))));
    vst1q_s32(c + 12, vreinterpretq_s32_u32(vaddw_u16(vreinterpretq_u32_s32(vld1q_s32(c + 12)), vget_high_u16(acc.high))));
}

#if DLCV__A64
#define DLCV__SMR 6
#define DLCV__SNV 2
#else
#define DLCV__SMR 4
#define DLCV__SNV 1
#endif
#define DLCV__SROWS 16
#define DLCV__SGROUP 1
#define DLCV__SMAX 0
#define DLCV__SSTEPS 256
#define DLCV__SV dlcv__sad_neon
#define DLCV__SD uint8x16_t
#define DLCV__SVZERO() dlcv__sad_zero_neon()
#define DLCV__SVLOAD(p) vld1q_u8(p)
#define DLCV__SVSET(p) vld1q_dup_u8(p)
#define DLCV__SVSTEP(acc, a, b) dlcv__sad_step_neon((acc), (a), (b))
#define DLCV__SVPUT(c, acc) dlcv__sad_put_neon((c), (acc))

/* eight data rows, an element of each widened to 16 bits, times one of the query's */
typedef struct dlcv__dot_neon {
    int32x4_t low, high;
} dlcv__dot_neon;

DLCV__INLINE dlcv__dot_neon dlcv__dot_zero_neon(void)
{
    dlcv__dot_neon acc;
    acc.low = acc.high = vdupq_n_s32(0);
    return acc;
}

DLCV__INLINE dlcv__dot_neon dlcv__dot_step_neon(dlcv__dot_neon acc, int16x8_t a, int16x8_t b)
{
    acc.low = vmlal_s16(acc.low, vget_low_s16(a), vget_low_s16(b));
#if DLCV__A64
    acc.high = vmlal_high_s16(acc.high, a, b);
#else
    acc.high = vmlal_s16(acc.high, vget_high_s16(a), vget_high_s16(b));
#endif
    return acc;
}

DLCV__INLINE void dlcv__dot_put_neon(int32_t *c, dlcv__dot_neon acc)
{
    vst1q_s32(c, vaddq_s32(vld1q_s32(c), acc.low));
    vst1q_s32(c + 4, vaddq_s32(vld1q_s32(c + 4), acc.high));
}

#define DLCV__DMR DLCV__SMR
#define DLCV__DNV DLCV__SNV
#define DLCV__DROWS 8
#define DLCV__DGROUP 1
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 1
#define DLCV__DV dlcv__dot_neon
#define DLCV__DA int16x8_t
#define DLCV__DB int16x8_t
#define DLCV__DVZERO() dlcv__dot_zero_neon()
#define DLCV__DVLOAD(p) vld1q_s16((const int16_t *)(const void *)(p))
#define DLCV__DVSET(p) vld1q_dup_s16((const int16_t *)(const void *)(p))
#define DLCV__DVSTEP(acc, a, b) dlcv__dot_step_neon((acc), (a), (b))
#define DLCV__DVPUT(c, acc) dlcv__dot_put_neon((c), (acc))
