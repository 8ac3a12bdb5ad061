/* ---- backend: scalar, a vector of width 1 ----------------------------------------------------------------------------------------- */
#define DLCV__K(name) dlcv__##name##_scalar
#define DLCV__BACKEND_NAME "scalar"
#define DLCV__KERNEL DLCV__FN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 1
#if defined(DLCV_DISPATCH) || DLCV__NEON_F32
#define DLCV__STAMP_U8 1
#else
#define DLCV__STAMP_U8 0
#endif

/* x87 computes in 80 bits; each operation rounded to float by a store is what float arithmetic gives (64 >= 2 * 24 + 2 bits: rounding twice
 * is rounding once). Elsewhere nothing is stored. */
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
DLCV__INLINE float dlcv__rounded(float x) { volatile float r = x; return r; }
#define DLCV__R(x) dlcv__rounded((float)(x))
#else
#define DLCV__R(x) (x)
#endif

#define DLCV__V float
#define DLCV__VW 1
#define DLCV__VZERO() 0.0f
#define DLCV__VSET(x) (x)
#define DLCV__VLOAD(p) dlcv__load_f32(p)
#define DLCV__VLOADA(p) (*(p))
#define DLCV__VSTORE(p, v) memcpy((p), &(v), 4)
#define DLCV__VODD(a, b) (b)
#define DLCV__VADD(a, b) DLCV__R((a) + (b))
#define DLCV__VSUB(a, b) DLCV__R((a) - (b))
#define DLCV__VMUL(a, b) DLCV__R((a) * (b))
#define DLCV__VDIV(a, b) DLCV__R((a) / (b))
#define DLCV__VSQRT(v) DLCV__R(sqrtf(v))
#define DLCV__VABS(v) fabsf(v)
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) ((a) > (b) ? (a) : (b))
#define DLCV__VMIN(a, b) ((a) < (b) ? (a) : (b))
#define DLCV__VFMA(a, b, c) DLCV__R(DLCV__R((a) * (b)) + (c))
#define DLCV__VACC(acc, v, one) DLCV__R((acc) + (v))
#define DLCV__VEVEN(a, b) (a)
#define DLCV__VSUM(v) (v)
#define DLCV__VZIPLO(a, b) (a)
#define DLCV__VZIPHI(a, b) (b)
#define DLCV__VNEXT(a, b) (b)
#define DLCV__VM int
#define DLCV__VLT(a, b) ((a) < (b))
#define DLCV__VSELECT(m, a, b) ((m) ? (a) : (b))
#define DLCV__VANY(m) (m)

#define DLCV__VI int32_t
#define DLCV__VISET(x) (x)
#define DLCV__VILOAD(p) dlcv__load_i32(p)
#define DLCV__VISTORE(p, v) dlcv__store_i32((p), (v))
#define DLCV__VIADD(a, b) ((int32_t)((uint32_t)(a) + (uint32_t)(b)))
#define DLCV__VISUB(a, b) ((int32_t)((uint32_t)(a) - (uint32_t)(b)))
#define DLCV__VIAND(a, b) ((a) & (b))
#define DLCV__VIOR(a, b) ((a) | (b))
#define DLCV__VISHL(v, n) ((int32_t)((uint32_t)(v) << (n)))
#define DLCV__VISHR(v, n) ((int32_t)((uint32_t)(v) >> (n)))
#define DLCV__VILT(a, b) ((a) < (b))
#define DLCV__VIEQ(a, b) ((a) == (b))
#define DLCV__VFROMI(v) ((float)(v))
#define DLCV__VTOI(v) ((int32_t)(v))
#define DLCV__VNARROW(p, v) (*(p) = (uint8_t)(v))
#define DLCV__VWIDEN(p) ((int32_t)*(p))
#define DLCV__VASI(v) ((int32_t)dlcv__bits_of(v))
#define DLCV__VASF(v) dlcv__float_of((uint32_t)(v))

#define DLCV__U int
#define DLCV__UW 1
#define DLCV__ULOAD(p) ((int)*(p))
#define DLCV__UAND(a, b) ((a) & (b))
#define DLCV__UA uint32_t
#define DLCV__UAZERO() 0u
#define DLCV__USAD(acc, a, b) ((acc) + (uint32_t)((a) > (b) ? (a) - (b) : (b) - (a)))
#define DLCV__UAADD(x, y) ((x) + (y))
#define DLCV__UASUM(acc) ((uint64_t)(acc))
#define DLCV__USAD_STEPS 65536
#define DLCV__UD uint32_t
#define DLCV__UDZERO() 0u
#define DLCV__UDOT(acc, a, b) ((acc) + (uint32_t)((a) * (b)))
#define DLCV__UDIFF2(acc, a, b) ((acc) + (uint32_t)(((a) - (b)) * ((a) - (b))))
#define DLCV__UDADD(x, y) ((x) + (y))
#define DLCV__UDSUM(acc) ((uint64_t)(acc))
#define DLCV__UDOT_STEPS 32768
#define DLCV__U_ACCS 4

#ifdef DLCV_STRICT
#define DLCV__PAIR_VECTORS 16
#define DLCV__COSINE_VECTORS 16
#else
#define DLCV__PAIR_VECTORS 16
#define DLCV__COSINE_VECTORS 16
#endif
#define DLCV__FMR 4
#define DLCV__FNV 2
#define DLCV__GMR 4
#define DLCV__GNV 2
#define DLCV__HMR 2
#define DLCV__HNR 2
#define DLCV__GKC 256
#define DLCV__GAC 32768

#define DLCV__SMR 4
#define DLCV__SNV 2
#define DLCV__SROWS 1
#define DLCV__SGROUP 1
#define DLCV__SMAX 0
#define DLCV__SV int32_t
#define DLCV__SD int32_t
#define DLCV__SVZERO() 0
#define DLCV__SVLOAD(p) ((int32_t)*(p))
#define DLCV__SVSET(p) ((int32_t)*(p))
#define DLCV__SVOP(a, b) ((a) > (b) ? (a) - (b) : (b) - (a))
#define DLCV__SVADD(acc, t) ((acc) + (t))
#define DLCV__SSTEPS 65536
#define DLCV__SVPUT(c, acc) (*(c) += (acc))

#define DLCV__DMR 4
#define DLCV__DNV 2
#define DLCV__DROWS 1
#define DLCV__DGROUP 1
#define DLCV__DWIDE 0
#define DLCV__DFLIP 0
#define DLCV__NARROW 0
#define DLCV__DV int32_t
#define DLCV__DA int32_t
#define DLCV__DB int32_t
#define DLCV__DVZERO() 0
#define DLCV__DVLOAD(p) ((int32_t)*(p))
#define DLCV__DVSET(p) ((int32_t)*(p))
#define DLCV__DVSTEP(acc, a, b) ((acc) + (a) * (b))
#define DLCV__DVPUT(c, acc) (*(c) += (acc))
