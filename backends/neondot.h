/* ---- partial stamp over neon.h: the dot product instructions of ARMv8.2 -------------------------------------------------------------------- */
#if defined(DLCV_DISPATCH) && !DLCV__FLAGS_DOT
#define DLCV__REGION 1
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#endif
#endif

#undef DLCV__K
#undef DLCV__BACKEND_NAME
#undef DLCV__STAMP_F32
#undef DLCV__STAMP_U8
#define DLCV__K(name) dlcv__##name##_neondot
#define DLCV__BACKEND_NAME "neondot"
#define DLCV__STAMP_F32 0
#define DLCV__STAMP_U8 1

#undef DLCV__UDOT
#undef DLCV__UDIFF2
#define DLCV__UDOT(acc, a, b) vdotq_u32((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) vdotq_u32((acc), vabdq_u8((a), (b)), vabdq_u8((a), (b)))

/* four bytes of each of four data rows, in both kinds of tile */
#undef DLCV__SMR
#undef DLCV__SNV
#undef DLCV__SROWS
#undef DLCV__SGROUP
#undef DLCV__SSTEPS
#undef DLCV__SV
#undef DLCV__SVZERO
#undef DLCV__SVSET
#undef DLCV__SVSTEP
#undef DLCV__SVPUT
#define DLCV__SMR 8
#define DLCV__SNV 2
#define DLCV__SROWS 4
#define DLCV__SGROUP 4
#define DLCV__SSTEPS 65536
#define DLCV__SV uint32x4_t
#define DLCV__SVZERO() vdupq_n_u32(0)
#define DLCV__SVSET(p) vreinterpretq_u8_u32(vld1q_dup_u32((const uint32_t *)(const void *)(p)))
#define DLCV__SVOP(a, b) vabdq_u8((a), (b))
#define DLCV__SVADD(acc, t) vdotq_u32((acc), (t), vdupq_n_u8(1))
#define DLCV__SVPUT(c, acc) vst1q_s32((c), vaddq_s32(vld1q_s32(c), vreinterpretq_s32_u32(acc)))

#undef DLCV__DMR
#undef DLCV__DNV
#undef DLCV__DROWS
#undef DLCV__DGROUP
#undef DLCV__DWIDE
#undef DLCV__DV
#undef DLCV__DA
#undef DLCV__DB
#undef DLCV__DVZERO
#undef DLCV__DVLOAD
#undef DLCV__DVSET
#undef DLCV__DVSTEP
#undef DLCV__DVPUT
#define DLCV__DMR 8
#define DLCV__DNV 2
#define DLCV__DROWS 4
#define DLCV__DGROUP 4
#define DLCV__DWIDE 0
#define DLCV__DV uint32x4_t
#define DLCV__DA uint8x16_t
#define DLCV__DB uint8x16_t
#define DLCV__DVZERO() vdupq_n_u32(0)
#define DLCV__DVLOAD(p) DLCV__SVLOAD(p)
#define DLCV__DVSET(p) DLCV__SVSET(p)
#define DLCV__DVSTEP(acc, a, b) vdotq_u32((acc), (a), (b))
#define DLCV__DVPUT(c, acc) DLCV__SVPUT((c), (acc))

#undef DLCV__NARROW
#define DLCV__NARROW 2
