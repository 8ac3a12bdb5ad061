/* ---- backends: which instruction sets are built, and what a backend has to define ---------------------------------------------
 *
 * A slot is one stamp of the kernels: a file with vector macros, the kernel text, end.h. DLCV__SLOT_x says which slots this
 * translation unit gets: the best one that the compiler flags allow, the one that DLCV_FORCE_x names, or with DLCV_DISPATCH
 * all that the compiler can build. One of the slots has 128 bits: SSE2, NEON, WASM, or with DLCV_USE_SIMDE the text of SSE2 over SIMDe's
 * names (simde.h). DLCV__TEST_SSE2 and DLCV__TEST_NEON are for tests/matrix.py alone, which has SIMDe call its functions as the native ones
 * are called, and so runs either file on other machines.
 *
 * What a backend file defines (scalar.h is the reference, a vector of width 1):
 *
 *   DLCV__K(name)           the name of a kernel in this stamp; DLCV__BACKEND_NAME its text
 *   DLCV__KERNEL            how a kernel is declared;  DLCV__LEAVE() stands before it returns
 *   DLCV__STAMP_F32 _U8     which halves of the kernels this stamp makes; a partial stamp (avx512vnni.h, neondot.h) redefines what
 *                           it does better in the byte half of the backend before it
 *   floats                  DLCV__V a vector of DLCV__VW floats
 *     VZERO VSET(x) VLOAD(p) VLOADA(p) VSTORE(p,v)           VLOADA: p is aligned to 4 VW bytes, VLOAD: any address
 *     VACC(acc,v,one)       acc + v with the same bits as VADD; where additions and fused multiply-adds have ports of their own it is
 *                           v * one + acc (a product by 1 is exact, so that this rounds once, as an addition does)
 *     VADD VSUB VMUL VDIV VSQRT VABS(v) VMAX(a,b)            VMAX is a > b ? a : b; VMAXF the same of finite numbers, a zero of any sign
 *     VMIN(a,b)             a < b ? a : b (where no instruction does that, kern_math.h has it)
 *     VABS1(v,one)          VABS in a loop, where a mask made of 1.0f, which no compiler sees through, is better (else kern_f32.h has it)
 *     VLOADN(p,n)           n < VW floats, then zeros (where an instruction does that; else kern_f32.h has it)
 *     VMASK(n) VLOADM(p,m) VSTOREM(p,v,m)                    where masks are for nothing: the first n lanes, 1 <= n <= VW, in VMASK_TYPE; others 0
 *     VLOADAT(p,at,n)       p[0], .., p[n-1] in the lanes from `at` on, zeros in the others; at + n <= VW (else kern_f32.h has it)
 *     VFMA(a,b,c)           a * b + c, fused where the hardware is (never with DLCV_STRICT)
 *     VFMATO(acc,a,b)       acc = VFMA(a, b, acc), a statement that leaves acc in its register and wants a and b in some; where defined, the largest
 *                           tiles of products are unrolled
 *     VSTOREN(p,v,n)        stores the first n < VW lanes (where an instruction does that; else kern_f32.h has it)
 *     VEVEN(a,b) VODD(a,b)  a0, a2, .., b0, b2, ..; a1, a3, .., b1, b3, ..;  VZIPLO(a,b) VZIPHI(a,b) the halves of a0, b0, a1, b1, ..
 *     VNEXT(a,b)            a1, .., a[VW-1], b0
 *     VSUM(v)               adds the lanes: halves, quarters, ... (the tree of a reduction)
 *     VKEEP(v)              keeps a vector that is used more than once in its register: else gcc reads it from memory for each use (a statement;
 *                           nothing where not defined)
 *     VLT(a,b) VSELECT(m,a,b) VANY(m)                        masks: of type DLCV__VM
 *   32-bit integers         DLCV__VI, as many lanes
 *     VISET VILOAD VISTORE VIADD VISUB VIAND VIOR VISHL(v,n) VISHR(v,n)    VISHR is logical
 *     VILT(a,b) VIEQ(a,b)   signed, a DLCV__VM;  VFROMI VTOI (towards zero) VASI VASF (the same bits)
 *     VNARROW(p,v)          stores lanes of 0 .. 255 as VW bytes;  VWIDEN(p) loads such, VWIDEN3(p) every third of 3 VW bytes (where
 *                           instructions do that)
 *   pairs of byte strings   DLCV__U a vector of DLCV__UW bytes;  ULOAD(p), any address;  U_ACCS accumulators, 2 or 4, hide the latency
 *     ULOADN(p,n)           n < UW bytes, then zeros, where an instruction does that; else UAND(a,b)
 *     DLCV__UA accumulator: UAZERO, USAD(acc,a,b) adds |a-b|, UAADD(acc,acc), UASUM(acc) -> uint64_t; at most DLCV__USAD_STEPS steps between
 *     DLCV__UD accumulator: UDZERO, UDOT(acc,a,b) adds a*b, UDIFF2(acc,a,b) adds (a-b)^2, UDADD, UDSUM(acc) -> uint64_t; at most
 *     DLCV__UDOT_STEPS steps between
 *     PAIR_VECTORS          accumulators of a sum over one pair of float vectors, COSINE_VECTORS of each of three such sums: as many as
 *                           hide the latency; in strict mode 16 lanes on every machine.
 *   tiles of distances      accumulators of DLCV__xROWS data rows each, DLCV__xMR queries by DLCV__xNV vectors in registers
 *     F: floats             FMR FNV (a vector of VW rows)
 *     G: matrix products    GMR rows of GNV vectors: GMR x GNV accumulators, GNV vectors of b and one of a in registers;
 *                           HMR x HNR inner products with k along the lanes, HMR vectors of a and one of b; block sizes GKC, GNC: GKC x GNC floats of B
 *                           take half of the second cache
 *     S: |a-b| of bytes     SMR SNV SROWS SGROUP  accumulator DLCV__SV SVZERO SVPUT(c,acc): c[0..SROWS) += acc; operand DLCV__SD
 *                           SVLOAD(p) SVSET(p); t = SVOP(a,b), SVADD(acc,t), or the two as one SVSTEP(acc,a,b)
 *                           SMAX: it sums max(a,b) instead, the caller takes 2 sum max(a,b) - sum a - sum b; at most SSTEPS groups
 *                           a tile
 *     D: a*b of bytes       DMR DNV DROWS DGROUP  accumulator DLCV__DV DVZERO DVPUT(c,acc); data DLCV__DB DVLOAD(p); query DLCV__DA
 *                           DVSET(p); DVSTEP(acc,a,b)
 *                           DWIDE: operands are int16_t instead of bytes;  DFLIP: data bytes have their top bit flipped (b - 128)
 *     NARROW                floats that are bytes go through S and D: 0 never, 1 for L1 and L2, 2 for inner products, too
 *     xGROUP                elements of a row that stand together, so that one instruction can add them up in one lane
 */
#if defined(__x86_64__) || defined(_M_X64) || defined(__i386__) || defined(_M_IX86)
#define DLCV__X86 1
#else
#define DLCV__X86 0
#endif

#if defined(__GNUC__) || defined(__clang__)
#define DLCV__GNU 1
#else
#define DLCV__GNU 0
#endif

/* what the flags allow */
#if defined(DLCV__TEST_SSE2) /* our own tests alone: the intrinsics are SIMDe's aliases */ \
    || (DLCV__X86 && (defined(__SSE2__) || defined(_M_X64) || (defined(_M_IX86_FP) && _M_IX86_FP >= 2)) && !defined(__TINYC__))
#define DLCV__FLAGS_SSE2 1
#else
#define DLCV__FLAGS_SSE2 0
#endif
#if DLCV__FLAGS_SSE2 && defined(__AVX2__) && (defined(__FMA__) || (defined(_MSC_VER) && !defined(__clang__)))
#define DLCV__FLAGS_AVX2 1
#else
#define DLCV__FLAGS_AVX2 0
#endif
#if DLCV__FLAGS_AVX2 && defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__AVX512VL__)
#define DLCV__FLAGS_AVX512 1
#else
#define DLCV__FLAGS_AVX512 0
#endif
#if DLCV__FLAGS_AVX512 && defined(__AVX512VNNI__)
#define DLCV__FLAGS_VNNI 1
#else
#define DLCV__FLAGS_VNNI 0
#endif
#if defined(__aarch64__) || defined(_M_ARM64) || defined(DLCV__TEST_NEON)
#define DLCV__A64 1
#else
#define DLCV__A64 0
#endif
#if ((defined(__ARM_NEON) || defined(_M_ARM64)) && !defined(__ARM_BIG_ENDIAN)) || defined(DLCV__TEST_NEON)
#define DLCV__FLAGS_NEON 1
#else
#define DLCV__FLAGS_NEON 0
#endif
#if DLCV__FLAGS_NEON && defined(__ARM_FEATURE_DOTPROD)
#define DLCV__FLAGS_DOT 1
#else
#define DLCV__FLAGS_DOT 0
#endif
#if defined(__wasm_simd128__)
#define DLCV__FLAGS_WASM 1
#else
#define DLCV__FLAGS_WASM 0
#endif

#if defined(DLCV_FORCE_SCALAR) + defined(DLCV_FORCE_SSE2) + defined(DLCV_FORCE_AVX2) + defined(DLCV_FORCE_AVX512) \
    + defined(DLCV_FORCE_NEON) + defined(DLCV_DISPATCH) > 1
#error "dlcv.h: define one of DLCV_DISPATCH, DLCV_FORCE_SCALAR, _SSE2, _AVX2, _AVX512, _NEON, not several"
#endif
#if defined(DLCV_FORCE_SSE) || defined(DLCV_FORCE_AVX) || defined(DLCV_FORCE_AVX512F) || defined(DLCV_FORCE_AVX512VNNI) || defined(DLCV_FORCE_WASM)
#error "dlcv.h: there is DLCV_FORCE_SCALAR, _SSE2, _AVX2, _AVX512 (VNNI where the flags allow it), _NEON, no other"
#endif
#if defined(DLCV_FORCE_SSE2) && !DLCV__FLAGS_SSE2
#error "dlcv.h: DLCV_FORCE_SSE2 needs an x86 compiler with -msse2"
#elif defined(DLCV_FORCE_AVX2) && !DLCV__FLAGS_AVX2
#error "dlcv.h: DLCV_FORCE_AVX2 needs -mavx2 -mfma (MSVC: /arch:AVX2)"
#elif defined(DLCV_FORCE_AVX512) && !DLCV__FLAGS_AVX512
#error "dlcv.h: DLCV_FORCE_AVX512 needs -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma (MSVC: /arch:AVX512)"
#elif defined(DLCV_FORCE_NEON) && !DLCV__FLAGS_NEON
#error "dlcv.h: DLCV_FORCE_NEON needs a little-endian ARM compiler with NEON (ARMv7: -mfpu=neon)"
#endif
#if defined(DLCV_USE_SIMDE) && defined(DLCV_FORCE_SCALAR) + defined(DLCV_FORCE_SSE2) + defined(DLCV_FORCE_AVX2) + defined(DLCV_FORCE_AVX512) \
    + defined(DLCV_FORCE_NEON)
#error "dlcv.h: DLCV_USE_SIMDE takes the place of our own backends, DLCV_FORCE_x wants one of them: define one"
#endif

#if defined(DLCV_USE_SIMDE) && defined(__arm__) && (defined(__ARM_NEON) || defined(__ARM_NEON__))
#error "dlcv.h: leave DLCV_USE_SIMDE out: it has a backend for NEON, and SIMDe would divide by estimates there"
#endif

/* dispatch: target regions on gcc and clang; MSVC needs none; elsewhere the flags decide */
#if defined(DLCV_DISPATCH)
#define DLCV__SLOT_SCALAR 1
#if DLCV__X86 && (DLCV__GNU || defined(_MSC_VER)) && !defined(__TINYC__) && !defined(DLCV_USE_SIMDE) && !defined(DLCV__TEST_NEON)
#define DLCV__SLOT_SSE2 1
#define DLCV__SLOT_AVX2 1
#define DLCV__SLOT_AVX512 1
#define DLCV__SLOT_AVX512VNNI 1
#else
#define DLCV__SLOT_SSE2 0
#define DLCV__SLOT_AVX2 0
#define DLCV__SLOT_AVX512 0
#define DLCV__SLOT_AVX512VNNI 0
#endif
#if defined(DLCV_USE_SIMDE)
#define DLCV__SLOT_NEON 0
#define DLCV__SLOT_WASM 0
#define DLCV__SLOT_SIMDE 1
#else
#define DLCV__SLOT_NEON DLCV__FLAGS_NEON
#define DLCV__SLOT_WASM DLCV__FLAGS_WASM
#define DLCV__SLOT_SIMDE 0
#endif
#if DLCV__SLOT_NEON && defined(__aarch64__) && (DLCV__FLAGS_DOT || ((defined(__linux__) || defined(__APPLE__)) \
    && !defined(DLCV_FREESTANDING) && ((defined(__clang__) && __clang_major__ >= 16) || (!defined(__clang__) && __GNUC__ >= 8))))
#define DLCV__SLOT_NEONDOT 1
#else
#define DLCV__SLOT_NEONDOT 0
#endif
#else /* the one backend; its dot product of bytes takes the place of the plain one */
#if defined(DLCV_USE_SIMDE)
#define DLCV__BEST 6
#elif defined(DLCV_FORCE_SCALAR)
#define DLCV__BEST 0
#elif defined(DLCV_FORCE_SSE2)
#define DLCV__BEST 1
#elif defined(DLCV_FORCE_AVX2)
#define DLCV__BEST 2
#elif defined(DLCV__TEST_NEON)
#define DLCV__BEST 4
#elif DLCV__FLAGS_AVX512
#define DLCV__BEST 3
#elif DLCV__FLAGS_AVX2
#define DLCV__BEST 2
#elif DLCV__FLAGS_SSE2
#define DLCV__BEST 1
#elif DLCV__FLAGS_NEON
#define DLCV__BEST 4
#elif DLCV__FLAGS_WASM
#define DLCV__BEST 5
#else
#define DLCV__BEST 0
#endif
#define DLCV__SLOT_SCALAR (DLCV__BEST == 0)
#define DLCV__SLOT_SSE2 (DLCV__BEST == 1)
#define DLCV__SLOT_AVX2 (DLCV__BEST == 2)
#define DLCV__SLOT_AVX512 (DLCV__BEST == 3)
#define DLCV__SLOT_NEON (DLCV__BEST == 4)
#define DLCV__SLOT_WASM (DLCV__BEST == 5)
#define DLCV__SLOT_SIMDE (DLCV__BEST == 6)
#define DLCV__SLOT_AVX512VNNI (DLCV__BEST == 3 && DLCV__FLAGS_VNNI)
#define DLCV__SLOT_NEONDOT (DLCV__BEST == 4 && DLCV__FLAGS_DOT)
#endif

/* 32-bit NEON flushes denormals to zero, which strict mode may not: there floats are the scalar backend's, on VFP */
#if defined(DLCV_STRICT) && DLCV__SLOT_NEON && !DLCV__A64
#undef DLCV__SLOT_SCALAR
#define DLCV__SLOT_SCALAR 1
#define DLCV__NEON_F32 0
#else
#define DLCV__NEON_F32 1
#endif

#if defined(DLCV_FREESTANDING) && DLCV__X86 && !defined(_MM_MALLOC_H_INCLUDED) /* by it gcc's intrinsics come to stdlib.h */
#define _MM_MALLOC_H_INCLUDED
#define DLCV__NO_MM_MALLOC
#endif
#if (DLCV__SLOT_SSE2 || DLCV__SLOT_AVX2 || DLCV__SLOT_AVX512) && DLCV__X86
#include <immintrin.h>
#if DLCV__GNU && defined(DLCV_DISPATCH)
#include <cpuid.h>
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#endif
#endif
#ifdef DLCV_STRICT
#if DLCV__FLAGS_SSE2 && DLCV__X86
#include <xmmintrin.h>
#elif !defined(DLCV_FREESTANDING)
#include <fenv.h>
#endif
#endif
#ifdef DLCV__NO_MM_MALLOC
#undef DLCV__NO_MM_MALLOC
#undef _MM_MALLOC_H_INCLUDED
#endif
#if DLCV__SLOT_WASM
#include <wasm_simd128.h>
#endif
#if DLCV__SLOT_NEON
#ifndef DLCV__TEST_NEON
#include <arm_neon.h>
#endif
#if DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__linux__)
#include <sys/auxv.h>
#elif DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__APPLE__)
#include <sys/sysctl.h>
#endif
#endif

/* reads at any address, and numbers as bits */
DLCV__INLINE uint32_t dlcv__bits_of(float x) { uint32_t u; memcpy(&u, &x, 4); return u; }
DLCV__INLINE float dlcv__float_of(uint32_t u) { float x; memcpy(&x, &u, 4); return x; }
DLCV__INLINE int dlcv__finite(float x) { return (dlcv__bits_of(x) & 0x7f800000u) != 0x7f800000u; }
DLCV__INLINE float dlcv__load_f32(const void *p) { float x; memcpy(&x, p, 4); return x; }
DLCV__INLINE int32_t dlcv__load_i32(const void *p) { int32_t x; memcpy(&x, p, 4); return x; }
DLCV__INLINE void dlcv__store_i32(void *p, int32_t x) { memcpy(p, &x, 4); }
DLCV__INLINE long long dlcv__load_i64(const void *p) { long long x; memcpy(&x, p, 8); return x; }

/* a.b / (|a| |b|) from the three sums; 0 if a norm is 0. The root of x^2 is x, so that a vector's cosine with itself is 1. */
DLCV__APART double dlcv__cosine(double ab, double aa, double bb)
{
    const double norms = sqrt(aa * bb);
    return norms == 0 ? 0.0 : ab / norms;
}

/* the same of floats: where the product neither overflows nor underflows, float will do, and is faster */
DLCV__INLINE float dlcv__cosine_f32(float ab, float aa, float bb)
{
    const float squares = aa * bb;
    if (squares > 1e-30f && squares < 1e30f) return ab / sqrtf(squares);
    return (float)dlcv__cosine((double)ab, (double)aa, (double)bb);
}

/* 32-bit x86: whoever calls may have aligned the stack to 4 bytes only */
#if DLCV__GNU && (defined(__i386__))
#define DLCV__REALIGN __attribute__((force_align_arg_pointer))
#else
#define DLCV__REALIGN
#endif

/* The depth of a block of packed rows: 512 bytes each. A result is the sum of its blocks' sums in ascending order; since that
 * is arithmetic and not tuning, the number is the same everywhere. */
#define DLCV__DEPTH_BYTES 512
#define DLCV__DEPTH_F32 128

/* asks for a cache line that will be read soon; any address is allowed */
#if DLCV__GNU
#define DLCV__PREFETCH(p) __builtin_prefetch(p)
#define DLCV__PREFETCH2(p) __builtin_prefetch((p), 0, 2) /* to the second cache */
#elif DLCV__SLOT_SSE2 || DLCV__SLOT_AVX2 || DLCV__SLOT_AVX512
#define DLCV__PREFETCH(p) _mm_prefetch((const char *)(p), _MM_HINT_T0)
#define DLCV__PREFETCH2(p) _mm_prefetch((const char *)(p), _MM_HINT_T1)
#else
#define DLCV__PREFETCH(p) ((void)(p))
#define DLCV__PREFETCH2(p) ((void)(p))
#endif

/* a branch that stands out of the way: one taken in each step costs a tile a tenth */
#if DLCV__GNU
#define DLCV__RARELY(x) __builtin_expect((x), 0)
#else
#define DLCV__RARELY(x) (x)
#endif

/* the compiler forgets what it knows of x: else it keeps every address of a tile of C, for loads and stores far apart, in its own register */
#if DLCV__GNU
#define DLCV__HIDE(x) __asm__("" : "+r"(x))
#define DLCV__REREAD() __asm__ __volatile__("" : : : "memory") /* what lies in memory is not kept in registers across this */
#else
#define DLCV__HIDE(x) ((void)(x))
#define DLCV__REREAD() ((void)0)
#endif

/* 1, but no compiler may know it and turn VACC back into an addition */
static const volatile float dlcv__one = 1.0f;

/* bytes before and after the place where a string ends */
static const unsigned char dlcv__tail_mask[128] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };

/* A tile's text is unrolled by these: M(i, x) for all i below a literal number. */
#define DLCV__CAT_(a, b) a##b
#define DLCV__CAT(a, b) DLCV__CAT_(a, b)
#define DLCV__REP1(M, x) M(0, x)
#define DLCV__REP2(M, x) M(0, x) M(1, x)
#define DLCV__REP3(M, x) DLCV__REP2(M, x) M(2, x)
#define DLCV__REP4(M, x) DLCV__REP3(M, x) M(3, x)
#define DLCV__REP5(M, x) DLCV__REP4(M, x) M(4, x)
#define DLCV__REP6(M, x) DLCV__REP5(M, x) M(5, x)
#define DLCV__REP7(M, x) DLCV__REP6(M, x) M(6, x)
#define DLCV__REP8(M, x) DLCV__REP7(M, x) M(7, x)
#define DLCV__REP16(M, x) DLCV__REP8(M, x) M(8, x) M(9, x) M(10, x) M(11, x) M(12, x) M(13, x) M(14, x) M(15, x)

/* a0 becomes the sum of a0 .. an-1, by halves */
#define DLCV__FOLD1(a)
#define DLCV__FOLD2(a) a##0 = DLCV__VADD(a##0, a##1);
#define DLCV__FOLD4(a) a##0 = DLCV__VADD(a##0, a##2); a##1 = DLCV__VADD(a##1, a##3); DLCV__FOLD2(a)
#define DLCV__FOLD8(a) a##0 = DLCV__VADD(a##0, a##4); a##1 = DLCV__VADD(a##1, a##5); a##2 = DLCV__VADD(a##2, a##6); \
    a##3 = DLCV__VADD(a##3, a##7); DLCV__FOLD4(a)
#define DLCV__FOLD16(a) a##0 = DLCV__VADD(a##0, a##8); a##1 = DLCV__VADD(a##1, a##9); a##2 = DLCV__VADD(a##2, a##10); \
    a##3 = DLCV__VADD(a##3, a##11); a##4 = DLCV__VADD(a##4, a##12); a##5 = DLCV__VADD(a##5, a##13); \
    a##6 = DLCV__VADD(a##6, a##14); a##7 = DLCV__VADD(a##7, a##15); DLCV__FOLD8(a)

#define DLCV__COL1(M, r) M(r, 0)
#define DLCV__COL2(M, r) M(r, 0) M(r, 1)
#define DLCV__COL3(M, r) M(r, 0) M(r, 1) M(r, 2)
#define DLCV__COL4(M, r) M(r, 0) M(r, 1) M(r, 2) M(r, 3)
#define DLCV__COL5(M, r) DLCV__COL4(M, r) M(r, 4)
#define DLCV__COL6(M, r) DLCV__COL5(M, r) M(r, 5)

/* Strict mode computes under the default rounding, with denormals, whatever the caller has set; these stand around every
 * entry and every task. */
#ifdef DLCV_STRICT
#if DLCV__FLAGS_SSE2 && DLCV__X86
typedef unsigned dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { const unsigned was = _mm_getcsr(); _mm_setcsr(0x1f80); return was; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { _mm_setcsr(was); }
#elif defined(DLCV_FREESTANDING) && DLCV__GNU && defined(__aarch64__)
typedef uint64_t dlcv__fp;
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { __asm__ __volatile__("msr fpcr, %0" : : "r"(was) : "memory"); }
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { uint64_t was; __asm__ __volatile__("mrs %0, fpcr" : "=r"(was) : : "memory"); dlcv__fp_leave(0); return was; }
#elif defined(DLCV_FREESTANDING) && DLCV__GNU && defined(__arm__) && defined(__ARM_FP)
typedef unsigned dlcv__fp;
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { __asm__ __volatile__("vmsr fpscr, %0" : : "r"(was) : "memory", "cc"); }
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { unsigned was; __asm__ __volatile__("vmrs %0, fpscr" : "=r"(was) : : "memory"); dlcv__fp_leave(0); return was; }
#elif defined(DLCV_FREESTANDING) /* the caller's business */
typedef int dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { return 0; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { (void)was; }
#else
typedef fenv_t dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { fenv_t was; fegetenv(&was); fesetenv(FE_DFL_ENV); return was; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { fesetenv(&was); }
#endif
#else
typedef int dlcv__fp;
DLCV__INLINE dlcv__fp dlcv__fp_enter(void) { return 0; }
DLCV__INLINE void dlcv__fp_leave(dlcv__fp was) { (void)was; }
#endif
