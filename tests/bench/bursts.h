/* bursts.h: the physical limits of this machine, measured. Each burst repeats the instructions that bound a kernel, on
 * registers only (or as plain loads from a buffer of a given size), with ten independent chains, written as assembly so
 * that no compiler removes or improves it. x86-64, gcc and clang; elsewhere the list is empty and limits are unknown.
 *
 *     int n; const burst *b = burst_list(&n);     every burst; those with b->isa <= burst_isa() run on this machine
 *     b->run(iterations);                         does iterations * b->work units of work
 *
 * An iteration is ten vectors (reads: 1 KiB). Units: pairs of elements (floats or bytes), for reads bytes, for "cycle"
 * cycles. */
#ifndef BURSTS_H
#define BURSTS_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BURST_SSE2 = 1, BURST_AVX2 = 2, BURST_AVX512 = 3, BURST_VNNI = 4 };    /* each includes the lower ones */

typedef struct burst {
    const char *kind;           /* what it bounds: "fma", "maxadd", "l1" , "sad", ... */
    const char *name;           /* the instructions */
    int isa;                    /* BURST_..: the least it needs */
    int bits;                   /* width of its vectors */
    double work;                /* units a call of run(1) does */
    void (*run)(size_t iterations);
} burst;

#if defined(__x86_64__) && defined(__GNUC__)

static int burst_isa(void)
{
    static int isa;
    if (!isa) {
        isa = BURST_SSE2;
        __builtin_cpu_init();
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
            isa = BURST_AVX2;
            if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
                isa = __builtin_cpu_supports("avx512vnni") ? BURST_VNNI : BURST_AVX512;
            }
        }
    }
    return isa;
}

/* Registers: 0 .. 9 accumulators, 10 and 11 temporaries, 12 ones, 13 sign mask (bytes: 128s), 14 and 15 the operands.
 * Real values, as multiplying zeros draws less power and runs at a higher clock. */
static float burst_consts[4][16];

/* not inlined: its AVX code, if any, must end (vzeroupper) before a burst of SSE2 begins */
__attribute__((noinline)) static const float *burst_constants(int bytes)
{
    int i;
    for (i = 0; i < 16; i++) {
        uint32_t mask = 0x7fffffffu, word = (uint32_t)i * 2654435761u;
        burst_consts[0][i] = 1.0f;
        memcpy(&burst_consts[1][i], &mask, 4);
        burst_consts[2][i] = 0.7f + 0.031f * (float)i;
        burst_consts[3][i] = 1.3f - 0.027f * (float)i;
        if (bytes) {
            uint32_t ones = 0x01010101u, flip = 0x80808080u;
            memcpy(&burst_consts[0][i], &ones, 4);
            memcpy(&burst_consts[1][i], &flip, 4);
            memcpy(&burst_consts[2][i], &word, 4);
            word = word * 1664525u + 1013904223u;
            memcpy(&burst_consts[3][i], &word, 4);
        }
    }
    return &burst_consts[0][0];
}

/* clang-format off */
#define BURST_CLOBBER "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", \
    "xmm12", "xmm13", "xmm14", "xmm15", "cc", "memory"
/* OP(V, a, b): the instructions for two vectors of the kind V, accumulators a and b, temporaries 10 and 11. Like
 * instructions stand together (op op add add): one after the other (op add op add) reaches a tenth less on Zen 4. */
#define BURST_EACH(OP, V) OP(V, "0", "1") OP(V, "2", "3") OP(V, "4", "5") OP(V, "6", "7") OP(V, "8", "9")
#define BURST_ZERO(V, a, b) "vxorps %%xmm" a ", %%xmm" a ", %%xmm" a "\n\tvxorps %%xmm" b ", %%xmm" b ", %%xmm" b "\n\t"
#define BURST_ZERO_SSE(V, a, b) "xorps %%xmm" a ", %%xmm" a "\n\txorps %%xmm" b ", %%xmm" b "\n\t"

#define BURST_VEX(fn, OP, V, bytes) static void fn(size_t n) \
{ \
    const float *c = burst_constants(bytes); \
    __asm__ volatile(BURST_EACH(BURST_ZERO, V) \
        "vmovups (%1), %%" V "12\n\tvmovups 64(%1), %%" V "13\n\tvmovups 128(%1), %%" V "14\n\tvmovups 192(%1), %%" V "15\n\t" \
        "test %0, %0\n\tjz 2f\n\t.p2align 5\n1:\n\t" BURST_EACH(OP, V) "dec %0\n\tjnz 1b\n2:\n\tvzeroupper" \
        : "+r"(n) : "r"(c) : BURST_CLOBBER); \
}
#define BURST_SSE(fn, OP, bytes) static void fn(size_t n) \
{ \
    const float *c = burst_constants(bytes); \
    __asm__ volatile(BURST_EACH(BURST_ZERO_SSE, "xmm") \
        "movups (%1), %%xmm12\n\tmovups 64(%1), %%xmm13\n\tmovups 128(%1), %%xmm14\n\tmovups 192(%1), %%xmm15\n\t" \
        "test %0, %0\n\tjz 2f\n\t.p2align 5\n1:\n\t" BURST_EACH(OP, "xmm") "dec %0\n\tjnz 1b\n2:" \
        : "+r"(n) : "r"(c) : BURST_CLOBBER); \
}

#define BURST_3(op, V, x, y, d) op " %%" V x ", %%" V y ", %%" V d "\n\t"       /* d = y op x */
#define BURST_2(op, x, d) op " %%xmm" x ", %%xmm" d "\n\t"                      /* d = d op x */
#define BURST_T(op, V) BURST_3(op, V, "14", "15", "10") BURST_3(op, V, "14", "15", "11")    /* t = x op y */
#define BURST_U(op, c, V) BURST_3(op, V, c, "10", "10") BURST_3(op, V, c, "11", "11")       /* t = t op c */
#define BURST_A(op, V, a, b) BURST_3(op, V, "10", a, a) BURST_3(op, V, "11", b, b)          /* a = a op t */
#define BURST_F(op, V, a, b) BURST_3(op, V, "10", "12", a) BURST_3(op, V, "11", "12", b)    /* a = a + t * 1 */

/* AVX2 and AVX-512: the same text for both widths. */
#define OP_FMA(V, a, b) BURST_3("vfmadd231ps", V, "14", "15", a) BURST_3("vfmadd231ps", V, "14", "15", b)
#define OP_SUBFMA(V, a, b) BURST_T("vsubps", V) BURST_3("vfmadd231ps", V, "10", "10", a) BURST_3("vfmadd231ps", V, "11", "11", b)
#define OP_MAXADD(V, a, b) BURST_T("vmaxps", V) BURST_A("vaddps", V, a, b)
#define OP_MAXFMA(V, a, b) BURST_T("vmaxps", V) BURST_F("vfmadd231ps", V, a, b)
#define OP_SUBANDADD(V, a, b) BURST_T("vsubps", V) BURST_U("vandps", "13", V) BURST_A("vaddps", V, a, b)
#define OP_SUBANDFMA(V, a, b) BURST_T("vsubps", V) BURST_U("vandps", "13", V) BURST_F("vfmadd231ps", V, a, b)
#define OP_SUBANDMIX(V, a, b) BURST_T("vsubps", V) BURST_U("vandps", "13", V) BURST_3("vfmadd231ps", V, "10", "12", a) \
    BURST_3("vaddps", V, "11", b, b)
#define OP_RANGE(V) "vrangeps $11, %%" V "10, %%" V "10, %%" V "10\n\tvrangeps $11, %%" V "11, %%" V "11, %%" V "11\n\t"     /* |t| */
#define OP_SUBRANGEADD(V, a, b) BURST_T("vsubps", V) OP_RANGE(V) BURST_A("vaddps", V, a, b)
#define OP_SUBRANGEFMA(V, a, b) BURST_T("vsubps", V) OP_RANGE(V) BURST_F("vfmadd231ps", V, a, b)
#define OP_SAD(V, a, b) BURST_T("vpsadbw", V)
#define OP_SADADD(V, a, b) BURST_T("vpsadbw", V) BURST_A("vpaddd", V, a, b)
#define OP_MAXDP(V, a, b) BURST_T("vpmaxub", V) BURST_3("vpdpbusd", V, "12", "10", a) BURST_3("vpdpbusd", V, "12", "11", b)
#define OP_SADMAX(V, a, b) BURST_3("vpsadbw", V, "14", "15", "10") BURST_3("vpmaxub", V, "14", "15", "11") \
    BURST_3("vpaddd", V, "10", a, a) BURST_3("vpdpbusd", V, "12", "11", b)
#define OP_DPBUSD(V, a, b) BURST_3("vpdpbusd", V, "14", "15", a) BURST_3("vpdpbusd", V, "14", "15", b)
#define OP_DPWSSD(V, a, b) BURST_3("vpdpwssd", V, "14", "15", a) BURST_3("vpdpwssd", V, "14", "15", b)
#define OP_MADDWD(V, a, b) BURST_T("vpmaddwd", V) BURST_A("vpaddd", V, a, b)
/* (a - b)^2 of one vector of bytes: |a-b| by saturated differences, then d (d - 128) + 128 d, or 16-bit squares in pairs */
#define OP_ABSDIFF(V) BURST_3("vpsubusb", V, "14", "15", "10") BURST_3("vpsubusb", V, "15", "14", "11")
#define OP_DIFF2DP(V, a, b) OP_ABSDIFF(V) BURST_3("vporq", V, "10", "11", "10") BURST_3("vpxorq", V, "10", "13", "11") \
    BURST_3("vpdpbusd", V, "11", "10", a) BURST_3("vpdpbusd", V, "12", "10", b)
/* the same with max - min */
#define OP_MAXMIN2DP(V, a, b) BURST_3("vpmaxub", V, "14", "15", "10") BURST_3("vpminub", V, "14", "15", "11") \
    BURST_3("vpsubb", V, "11", "10", "10") BURST_3("vpxorq", V, "10", "13", "11") \
    BURST_3("vpdpbusd", V, "11", "10", a) BURST_3("vpdpbusd", V, "13", "10", b)
#define OP_DIFF2WD(V, a, b) OP_ABSDIFF(V) BURST_3("vorps", V, "10", "11", "10") BURST_3("vpunpckhbw", V, "13", "10", "11") \
    BURST_3("vpunpcklbw", V, "13", "10", "10") BURST_3("vpmaddwd", V, "11", "11", "11") BURST_3("vpmaddwd", V, "10", "10", "10") \
    BURST_3("vpaddd", V, "11", a, a) BURST_3("vpaddd", V, "10", b, b)
#define OP_PADDD(V, a, b) BURST_3("vpaddd", V, "14", a, a) BURST_3("vpaddd", V, "14", b, b)
#define OP_ADDPS(V, a, b) BURST_3("vaddps", V, "14", a, a) BURST_3("vaddps", V, "14", b, b)
#define OP_MAXPS(V, a, b) BURST_T("vmaxps", V)
#define OP_ANDPS(V, a, b) BURST_T("vandps", V)

/* SSE2: two operands, so that each vector begins with a copy (taken out by renaming where the machine can). */
#define OP_S_T(op) BURST_2("movaps", "14", "10") BURST_2("movaps", "14", "11") BURST_2(op, "15", "10") BURST_2(op, "15", "11")
#define OP_S_U(op, c, d) BURST_2(op, c, "10") BURST_2(op, d, "11")
#define OP_S_A(op, a, b) BURST_2(op, "10", a) BURST_2(op, "11", b)
#define OP_S_MULADD(V, a, b) OP_S_T("mulps") OP_S_A("addps", a, b)
#define OP_S_SUBMULADD(V, a, b) OP_S_T("subps") OP_S_U("mulps", "10", "11") OP_S_A("addps", a, b)
#define OP_S_MAXADD(V, a, b) OP_S_T("maxps") OP_S_A("addps", a, b)
#define OP_S_SUBANDADD(V, a, b) OP_S_T("subps") OP_S_U("andps", "13", "13") OP_S_A("addps", a, b)
#define OP_S_SADADD(V, a, b) OP_S_T("psadbw") OP_S_A("paddd", a, b)
#define OP_S_DIFF2(V, a, b) BURST_2("movaps", "14", "10") BURST_2("movaps", "15", "11") BURST_2("psubusb", "15", "10") \
    BURST_2("psubusb", "14", "11") BURST_2("por", "11", "10") BURST_2("movaps", "10", "11") BURST_2("punpcklbw", "13", "10") \
    BURST_2("punpckhbw", "13", "11") OP_S_U("pmaddwd", "10", "11") OP_S_A("paddd", a, b)
#define OP_S_MADDWD(V, a, b) OP_S_T("pmaddwd") OP_S_A("paddd", a, b)

#define BURST_BOTH(fn, OP, bytes) BURST_VEX(fn##_ymm, OP, "ymm", bytes) BURST_VEX(fn##_zmm, OP, "zmm", bytes)
BURST_BOTH(burst_fma, OP_FMA, 0)
BURST_BOTH(burst_subfma, OP_SUBFMA, 0)
BURST_BOTH(burst_maxadd, OP_MAXADD, 0)
BURST_BOTH(burst_maxfma, OP_MAXFMA, 0)
BURST_BOTH(burst_subandadd, OP_SUBANDADD, 0)
BURST_BOTH(burst_subandfma, OP_SUBANDFMA, 0)
BURST_BOTH(burst_subandmix, OP_SUBANDMIX, 0)
BURST_BOTH(burst_subrangeadd, OP_SUBRANGEADD, 0)
BURST_BOTH(burst_subrangefma, OP_SUBRANGEFMA, 0)
BURST_BOTH(burst_sad, OP_SAD, 1)
BURST_BOTH(burst_sadadd, OP_SADADD, 1)
BURST_BOTH(burst_maxdp, OP_MAXDP, 1)
BURST_BOTH(burst_sadmax, OP_SADMAX, 1)
BURST_BOTH(burst_dpbusd, OP_DPBUSD, 1)
BURST_BOTH(burst_dpwssd, OP_DPWSSD, 1)
BURST_BOTH(burst_maddwd, OP_MADDWD, 1)
BURST_BOTH(burst_diff2wd, OP_DIFF2WD, 1)
BURST_BOTH(burst_diff2dp, OP_DIFF2DP, 1)
BURST_BOTH(burst_maxmin2dp, OP_MAXMIN2DP, 1)
BURST_BOTH(burst_paddd, OP_PADDD, 1)
BURST_BOTH(burst_addps, OP_ADDPS, 0)
BURST_BOTH(burst_maxps, OP_MAXPS, 0)
BURST_BOTH(burst_andps, OP_ANDPS, 0)
BURST_SSE(burst_s_muladd, OP_S_MULADD, 0)
BURST_SSE(burst_s_submuladd, OP_S_SUBMULADD, 0)
BURST_SSE(burst_s_maxadd, OP_S_MAXADD, 0)
BURST_SSE(burst_s_subandadd, OP_S_SUBANDADD, 0)
BURST_SSE(burst_s_sadadd, OP_S_SADADD, 1)
BURST_SSE(burst_s_diff2, OP_S_DIFF2, 1)
BURST_SSE(burst_s_maddwd, OP_S_MADDWD, 1)

/* One addition after the other: a clock cycle each. An iteration is 16 cycles. */
static void burst_cycles(size_t n)
{
    size_t x = 1;
    __asm__ volatile("test %0, %0\n\tjz 2f\n\t.p2align 5\n1:\n\t"
        "add $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\t"
        "add $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\tadd $1, %1\n\t"
        "dec %0\n\tjnz 1b\n2:" : "+r"(n), "+r"(x) : : "cc");
}

/* Reads: the buffer of `bytes`, forward, 1 KiB an iteration, wrapping around. The largest is faulted in once. */
static unsigned char *burst_buffer;
enum { BURST_BUFFER = 256 << 20 };

static unsigned char *burst_memory(void)
{
    if (!burst_buffer) {
        void *block = malloc((size_t)BURST_BUFFER + 4096);
        if (!block) {
            abort();
        }
        memset(block, 1, (size_t)BURST_BUFFER + 4096);
        burst_buffer = (unsigned char *)block + (4096 - (uintptr_t)block % 4096);
    }
    return burst_buffer;
}

#define BURST_LOAD(at, V) "vmovaps " at "(%0), %%" V "\n\t"
#define BURST_LOADS_Z(a, b, c, d) BURST_LOAD(a, "zmm0") BURST_LOAD(b, "zmm1") BURST_LOAD(c, "zmm2") BURST_LOAD(d, "zmm3")
#define BURST_LOADS_Y(a, b, c, d) BURST_LOAD(a, "ymm0") BURST_LOAD("32+" a, "ymm1") BURST_LOAD(b, "ymm2") BURST_LOAD("32+" b, "ymm3") \
    BURST_LOAD(c, "ymm4") BURST_LOAD("32+" c, "ymm5") BURST_LOAD(d, "ymm6") BURST_LOAD("32+" d, "ymm7")
#define BURST_LOAD_X(a) "movaps " a "(%0), %%xmm0\n\tmovaps 16+" a "(%0), %%xmm1\n\t" \
    "movaps 32+" a "(%0), %%xmm2\n\tmovaps 48+" a "(%0), %%xmm3\n\t"
#define BURST_LOADS_X(a, b, c, d) BURST_LOAD_X(a) BURST_LOAD_X(b) BURST_LOAD_X(c) BURST_LOAD_X(d)
#define BURST_KIB(L) L("0", "64", "128", "192") L("256", "320", "384", "448") L("512", "576", "640", "704") L("768", "832", "896", "960")
#define BURST_READ(fn, L, bytes, finish) static void fn(size_t n) \
{ \
    static size_t at; \
    while (n > 0) { \
        size_t part = (size_t)(bytes) / 1024 - at; \
        const unsigned char *p = burst_memory() + at * 1024; \
        part = part < n ? part : n; \
        at = (at + part) % ((size_t)(bytes) / 1024); \
        n -= part; \
        __asm__ volatile(".p2align 5\n1:\n\t" BURST_KIB(L) "add $1024, %0\n\tdec %1\n\tjnz 1b\n\t" finish \
            : "+r"(p), "+r"(part) : : BURST_CLOBBER); \
    } \
}
#define BURST_READS(level, bytes) \
    BURST_READ(burst_read_##level##_zmm, BURST_LOADS_Z, bytes, "vzeroupper") \
    BURST_READ(burst_read_##level##_ymm, BURST_LOADS_Y, bytes, "vzeroupper") \
    BURST_READ(burst_read_##level##_xmm, BURST_LOADS_X, bytes, "")
BURST_READS(l1, 16 << 10)
BURST_READS(l2, 512 << 10)
BURST_READS(l3, 8 << 20)
BURST_READS(dram, BURST_BUFFER)

#define BURST_ROW2(kind, name, isa, fn, elements) \
    { kind, name, isa, 256, 10.0 * (elements) / 2, fn##_ymm }, \
    { kind, name, isa < BURST_AVX512 ? BURST_AVX512 : isa, 512, 10.0 * (elements), fn##_zmm }
#define BURST_ROW3(kind, name, fn) { kind, name, BURST_SSE2, 128, 1024.0, fn##_xmm }, { kind, name, BURST_AVX2, 256, 1024.0, fn##_ymm }, \
    { kind, name, BURST_AVX512, 512, 1024.0, fn##_zmm }

/* A limit is the best burst of its kind that the instruction set allows. "one" is for information. */
static const burst burst_table[] = {
    { "cycle", "add (dependent)", BURST_SSE2, 64, 16.0, burst_cycles },
    { "f32_dot", "mulps addps", BURST_SSE2, 128, 40.0, burst_s_muladd },
    BURST_ROW2("f32_dot", "vfmadd", BURST_AVX2, burst_fma, 16),
    { "f32_l2", "subps mulps addps", BURST_SSE2, 128, 40.0, burst_s_submuladd },
    BURST_ROW2("f32_l2", "vsubps vfmadd", BURST_AVX2, burst_subfma, 16),
    { "f32_l1_max", "maxps addps", BURST_SSE2, 128, 40.0, burst_s_maxadd },
    BURST_ROW2("f32_l1_max", "vmaxps vaddps", BURST_AVX2, burst_maxadd, 16),
    BURST_ROW2("f32_l1_max", "vmaxps vfmadd(1)", BURST_AVX2, burst_maxfma, 16),
    { "f32_l1", "subps andps addps", BURST_SSE2, 128, 40.0, burst_s_subandadd },
    BURST_ROW2("f32_l1", "vsubps vandps vaddps", BURST_AVX2, burst_subandadd, 16),
    BURST_ROW2("f32_l1", "vsubps vandps vfmadd(1)", BURST_AVX2, burst_subandfma, 16),
    BURST_ROW2("f32_l1", "vsubps vandps, half vfmadd(1)", BURST_AVX2, burst_subandmix, 16),
    BURST_ROW2("f32_l1", "vsubps vrangeps vaddps", BURST_AVX512, burst_subrangeadd, 16),
    BURST_ROW2("f32_l1", "vsubps vrangeps vfmadd(1)", BURST_AVX512, burst_subrangefma, 16),
    { "u8_l1", "psadbw paddd", BURST_SSE2, 128, 160.0, burst_s_sadadd },
    BURST_ROW2("u8_l1", "vpsadbw vpaddd", BURST_AVX2, burst_sadadd, 64),
    BURST_ROW2("u8_l1", "vpmaxub vpdpbusd(1)", BURST_VNNI, burst_maxdp, 64),
    BURST_ROW2("u8_l1", "half vpsadbw, half vpmaxub", BURST_VNNI, burst_sadmax, 64),
    { "u8_dot", "pmaddwd paddd", BURST_SSE2, 128, 80.0, burst_s_maddwd },
    BURST_ROW2("u8_dot", "vpmaddwd vpaddd", BURST_AVX2, burst_maddwd, 32),
    BURST_ROW2("u8_dot", "vpdpwssd", BURST_VNNI, burst_dpwssd, 32),
    BURST_ROW2("u8_dot", "vpdpbusd", BURST_VNNI, burst_dpbusd, 64),
    { "u8_l2", "psubusb x2 por punpck x2 pmaddwd x2 paddd x2", BURST_SSE2, 128, 80.0, burst_s_diff2 },
    BURST_ROW2("u8_l2", "vpsubusb x2 vpor vpunpck x2 vpmaddwd x2 vpaddd x2", BURST_AVX2, burst_diff2wd, 32),
    BURST_ROW2("u8_l2", "vpsubusb x2 vpor vpxor vpdpbusd x2", BURST_VNNI, burst_diff2dp, 32),
    BURST_ROW2("u8_l2", "vpmaxub vpminub vpsubb vpxor vpdpbusd x2", BURST_VNNI, burst_maxmin2dp, 32),
    BURST_ROW2("one", "vpsadbw", BURST_AVX2, burst_sad, 64),
    BURST_ROW2("one", "vpaddd", BURST_AVX2, burst_paddd, 64),
    BURST_ROW2("one", "vaddps", BURST_AVX2, burst_addps, 16),
    BURST_ROW2("one", "vmaxps", BURST_AVX2, burst_maxps, 16),
    BURST_ROW2("one", "vandps", BURST_AVX2, burst_andps, 16),
    BURST_ROW3("read_l1", "read 16 KiB", burst_read_l1),
    BURST_ROW3("read_l2", "read 512 KiB", burst_read_l2),
    BURST_ROW3("read_l3", "read 8 MiB", burst_read_l3),
    BURST_ROW3("read_dram", "read 256 MiB", burst_read_dram),
};
/* clang-format on */

static const burst *burst_list(int *count)
{
    *count = (int)(sizeof(burst_table) / sizeof(burst_table[0]));
    return burst_table;
}

#else

static int burst_isa(void)
{
    return 0;
}

static const burst *burst_list(int *count)
{
    *count = 0;
    return NULL;
}

#endif

#endif /* BURSTS_H */
