/* ---- backend: the 128-bit vectors of WebAssembly. Engines on x86 keep 15 of them in registers ------------------------------------------- */
#define DLCV__K(name) dlcv__##name##_wasm
#define DLCV__BACKEND_NAME "wasm"
#define DLCV__KERNEL DLCV__FN
#define DLCV__LEAVE() ((void)0)
#define DLCV__STAMP_F32 1
#define DLCV__STAMP_U8 1

#define DLCV__V v128_t
#define DLCV__VW 4
#define DLCV__VZERO() wasm_f32x4_splat(0.0f)
#define DLCV__VSET(x) wasm_f32x4_splat(x)
#define DLCV__VLOAD(p) wasm_v128_load(p)
#define DLCV__VLOADA(p) wasm_v128_load(p)
#define DLCV__VSTORE(p, v) wasm_v128_store((p), (v))
#define DLCV__VODD(a, b) wasm_i32x4_shuffle((a), (b), 1, 3, 5, 7)
#define DLCV__VADD(a, b) wasm_f32x4_add((a), (b))
#define DLCV__VSUB(a, b) wasm_f32x4_sub((a), (b))
#define DLCV__VMUL(a, b) wasm_f32x4_mul((a), (b))
#define DLCV__VDIV(a, b) wasm_f32x4_div((a), (b))
#define DLCV__VSQRT(v) wasm_f32x4_sqrt(v)
#define DLCV__VABS(v) wasm_f32x4_abs(v)
/* V8 makes its mask anew for every absolute value, three instructions on x86; this one is 1.0f turned into 0x7fffffff outside the loop */
#define DLCV__VABS1(v, one) wasm_v128_and((v), wasm_v128_xor((one), wasm_i32x4_splat(0x407fffff)))
#define DLCV__VMAXF(a, b) DLCV__VMAX((a), (b))
#define DLCV__VMAX(a, b) wasm_f32x4_pmax((b), (a)) /* b < a ? a : b, one instruction on x86; the other maximum orders NaNs and zeros */
#define DLCV__VMIN(a, b) wasm_f32x4_pmin((b), (a))
#if defined(__wasm_relaxed_simd__) && !defined(DLCV_STRICT) && defined(__clang__) && __clang_major__ >= 18 /* which names it so */
#define DLCV__VFMA(a, b, c) wasm_f32x4_relaxed_madd((a), (b), (c))
#else
#define DLCV__VFMA(a, b, c) wasm_f32x4_add(wasm_f32x4_mul((a), (b)), (c))
#endif
#define DLCV__VACC(acc, v, one) wasm_f32x4_add((acc), (v))
#define DLCV__VEVEN(a, b) wasm_i32x4_shuffle((a), (b), 0, 2, 4, 6)
#define DLCV__VSUM(v) dlcv__sum_wasm(v)
#define DLCV__VZIPLO(a, b) wasm_i32x4_shuffle((a), (b), 0, 4, 1, 5)
#define DLCV__VZIPHI(a, b) wasm_i32x4_shuffle((a), (b), 2, 6, 3, 7)
#define DLCV__VNEXT(a, b) wasm_i32x4_shuffle((a), (b), 1, 2, 3, 4)
#define DLCV__VM v128_t
#define DLCV__VLT(a, b) wasm_f32x4_lt((a), (b))
#define DLCV__VSELECT(m, a, b) wasm_v128_bitselect((a), (b), (m))
#define DLCV__VANY(m) wasm_v128_any_true(m)

#define DLCV__VI v128_t
#define DLCV__VISET(x) wasm_i32x4_splat(x)
#define DLCV__VILOAD(p) wasm_v128_load(p)
#define DLCV__VISTORE(p, v) wasm_v128_store((p), (v))
#define DLCV__VIADD(a, b) wasm_i32x4_add((a), (b))
#define DLCV__VISUB(a, b) wasm_i32x4_sub((a), (b))
#define DLCV__VIAND(a, b) wasm_v128_and((a), (b))
#define DLCV__VIOR(a, b) wasm_v128_or((a), (b))
#define DLCV__VISHL(v, n) wasm_i32x4_shl((v), (n))
#define DLCV__VISHR(v, n) wasm_u32x4_shr((v), (n))
#define DLCV__VILT(a, b) wasm_i32x4_lt((a), (b))
#define DLCV__VIEQ(a, b) wasm_i32x4_eq((a), (b))
#define DLCV__VFROMI(v) wasm_f32x4_convert_i32x4(v)
#define DLCV__VTOI(v) wasm_i32x4_trunc_sat_f32x4(v)
#define DLCV__VNARROW(p, v) dlcv__narrow_wasm((p), (v))
#define DLCV__VWIDEN(p) wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(p)))
#define DLCV__VASI(v) (v)
#define DLCV__VASF(v) (v)

DLCV__INLINE void dlcv__narrow_wasm(uint8_t *p, v128_t v)
{
    const v128_t words = wasm_i16x8_narrow_i32x4(v, v);
    wasm_v128_store32_lane(p, wasm_u8x16_narrow_i16x8(words, words), 0);
}

DLCV__INLINE float dlcv__sum_wasm(v128_t q)
{
    q = wasm_f32x4_add(q, wasm_i32x4_shuffle(q, q, 2, 3, 0, 1));
    return wasm_f32x4_extract_lane(q, 0) + wasm_f32x4_extract_lane(q, 1);
}

/* four unsigned 32-bit lanes, eight unsigned 16-bit lanes */
DLCV__INLINE uint64_t dlcv__sum32_wasm(v128_t v)
{
    const v128_t s = wasm_i64x2_add(wasm_u64x2_extend_low_u32x4(v), wasm_u64x2_extend_high_u32x4(v));
    return (uint64_t)wasm_i64x2_extract_lane(s, 0) + (uint64_t)wasm_i64x2_extract_lane(s, 1);
}

DLCV__INLINE uint64_t dlcv__sum16_wasm(v128_t v)
{
    return dlcv__sum32_wasm(wasm_u32x4_extadd_pairwise_u16x8(v));
}

/* |a - b| of bytes */
DLCV__INLINE v128_t dlcv__diff_wasm(v128_t a, v128_t b)
{
    return wasm_v128_or(wasm_u8x16_sub_sat(a, b), wasm_u8x16_sub_sat(b, a));
}

/* a.b in pairs of 16-bit products */
DLCV__INLINE v128_t dlcv__dot_bytes_wasm(v128_t acc, v128_t a, v128_t b)
{
    acc = wasm_i32x4_add(acc, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_low_u8x16(a), wasm_u16x8_extend_low_u8x16(b)));
    return wasm_i32x4_add(acc, wasm_i32x4_dot_i16x8(wasm_u16x8_extend_high_u8x16(a), wasm_u16x8_extend_high_u8x16(b)));
}

DLCV__INLINE v128_t dlcv__diff2_bytes_wasm(v128_t acc, v128_t a, v128_t b)
{
    const v128_t d = dlcv__diff_wasm(a, b);
    return dlcv__dot_bytes_wasm(acc, d, d);
}

#define DLCV__U v128_t
#define DLCV__UW 16
#define DLCV__ULOAD(p) wasm_v128_load(p)
#define DLCV__UAND(a, b) wasm_v128_and((a), (b))
#define DLCV__UA v128_t
#define DLCV__UAZERO() wasm_i16x8_splat(0)
#define DLCV__USAD(acc, a, b) wasm_i16x8_add((acc), wasm_u16x8_extadd_pairwise_u8x16(dlcv__diff_wasm((a), (b))))
#define DLCV__UAADD(x, y) wasm_i16x8_add((x), (y))
#define DLCV__UASUM(acc) dlcv__sum16_wasm(acc)
#define DLCV__USAD_STEPS 124        /* and the one of the end: 125 * 510 < 2^16 */
#define DLCV__UD v128_t
#define DLCV__UDZERO() wasm_i32x4_splat(0)
#define DLCV__UDOT(acc, a, b) dlcv__dot_bytes_wasm((acc), (a), (b))
#define DLCV__UDIFF2(acc, a, b) dlcv__diff2_bytes_wasm((acc), (a), (b))
#define DLCV__UDADD(x, y) wasm_i32x4_add((x), (y))
#define DLCV__UDSUM(acc) dlcv__sum32_wasm(acc)
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

/* L1 as sum max(a, b), since there is no |a - b|: four bytes of each of four data rows, two 16-bit lanes a row, which hold 128 pairs */
DLCV__INLINE void dlcv__sad_put_wasm(int32_t *c, v128_t acc)
{
    wasm_v128_store(c, wasm_i32x4_add(wasm_v128_load(c), wasm_u32x4_extadd_pairwise_u16x8(acc)));
}

#define DLCV__SMR 4
#define DLCV__SNV 2
#define DLCV__SROWS 4
#define DLCV__SGROUP 4
#define DLCV__SMAX 1
#define DLCV__SSTEPS 128
#define DLCV__SV v128_t
#define DLCV__SD v128_t
#define DLCV__SVZERO() wasm_i16x8_splat(0)
#define DLCV__SVLOAD(p) wasm_v128_load(p)
#define DLCV__SVSET(p) wasm_v128_load32_splat(p)
#define DLCV__SVOP(a, b) wasm_u8x16_max((a), (b))
#define DLCV__SVADD(acc, t) wasm_i16x8_add((acc), wasm_u16x8_extadd_pairwise_u8x16(t))
#define DLCV__SVPUT(c, acc) dlcv__sad_put_wasm((c), (acc))

#define DLCV__DMR 4
#define DLCV__DNV 2
#define DLCV__DROWS 4
#define DLCV__DGROUP 2
#define DLCV__DWIDE 1
#define DLCV__DFLIP 0
#define DLCV__NARROW 2
#define DLCV__DV v128_t
#define DLCV__DA v128_t
#define DLCV__DB v128_t
#define DLCV__DVZERO() wasm_i32x4_splat(0)
#define DLCV__DVLOAD(p) wasm_v128_load(p)
#define DLCV__DVSET(p) wasm_v128_load32_splat(p)
#define DLCV__DVSTEP(acc, a, b) wasm_i32x4_add((acc), wasm_i32x4_dot_i16x8((a), (b)))
#define DLCV__DVPUT(c, acc) wasm_v128_store((c), wasm_i32x4_add(wasm_v128_load(c), (acc)))
