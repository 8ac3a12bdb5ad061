/* ---- which backend runs ---------------------------------------------------------------------------------------------------------- */

/* every table of this build, the best first */
static const dlcv__table dlcv__tables[] = {
#if DLCV__SLOT_AVX512VNNI
    { "avx512vnni", &dlcv__f32_avx512, &dlcv__u8_avx512vnni },
#endif
#if DLCV__SLOT_AVX512 && (defined(DLCV_DISPATCH) || !DLCV__SLOT_AVX512VNNI)
    { "avx512", &dlcv__f32_avx512, &dlcv__u8_avx512 },
#endif
#if DLCV__SLOT_AVX2
    { "avx2", &dlcv__f32_avx2, &dlcv__u8_avx2 },
#endif
#if DLCV__SLOT_SSE2
    { "sse2", &dlcv__f32_sse2, &dlcv__u8_sse2 },
#endif
#if DLCV__SLOT_WASM
    { "wasm", &dlcv__f32_wasm, &dlcv__u8_wasm },
#endif
#if DLCV__SLOT_SIMDE
    { "simde", &dlcv__f32_simde, &dlcv__u8_simde },
#endif
#if DLCV__NEON_F32
#define DLCV__F32_OF_NEON dlcv__f32_neon
#else
#define DLCV__F32_OF_NEON dlcv__f32_scalar
#endif
#if DLCV__SLOT_NEONDOT
    { "neondot", &DLCV__F32_OF_NEON, &dlcv__u8_neondot },
#endif
#if DLCV__SLOT_NEON && (defined(DLCV_DISPATCH) || !DLCV__SLOT_NEONDOT)
    { "neon", &DLCV__F32_OF_NEON, &dlcv__u8_neon },
#endif
#undef DLCV__F32_OF_NEON
#if DLCV__SLOT_SCALAR && (defined(DLCV_DISPATCH) || DLCV__NEON_F32)
    { "scalar", &dlcv__f32_scalar, &dlcv__u8_scalar },
#endif
};

enum { DLCV__TABLES = sizeof dlcv__tables / sizeof dlcv__tables[0] };

#ifdef DLCV_DISPATCH

#if DLCV__SLOT_AVX512
DLCV__FN void dlcv__cpuid(unsigned leaf, unsigned sub, unsigned r[4])
{
#if DLCV__GNU
    r[0] = r[1] = r[2] = r[3] = 0;
    if ((unsigned)__get_cpuid_max(leaf & 0x80000000u, NULL) >= leaf) __cpuid_count(leaf, sub, r[0], r[1], r[2], r[3]);
#else
    int t[4] = { 0, 0, 0, 0 };
    __cpuid(t, (int)(leaf & 0x80000000u));
    if ((unsigned)t[0] >= leaf) __cpuidex(t, (int)leaf, (int)sub);
    else t[0] = t[1] = t[2] = t[3] = 0;
    r[0] = (unsigned)t[0], r[1] = (unsigned)t[1], r[2] = (unsigned)t[2], r[3] = (unsigned)t[3];
#endif
}

/* which register sets the operating system saves (XCR0) */
#if DLCV__GNU
__attribute__((target("xsave")))
#endif
DLCV__FN unsigned dlcv__saved_registers(void)
{
    return (unsigned)_xgetbv(0);
}
#endif

/* Can this machine run that table? */
DLCV__FN int dlcv__runs(const char *name)
{
#if DLCV__SLOT_AVX512
    unsigned one[4], seven[4], saved = 0;
    int avx, avx2, avx512;
    dlcv__cpuid(1, 0, one);
    dlcv__cpuid(7, 0, seven);
    if (one[2] >> 27 & 1) saved = dlcv__saved_registers();
    avx = (one[2] >> 28 & 1) && (saved & 0x06) == 0x06;
    avx2 = avx && (one[2] >> 12 & 1) && (seven[1] >> 5 & 1);                                     /* FMA, AVX2 */
    avx512 = avx2 && (saved & 0xe6) == 0xe6 && (seven[1] >> 16 & 1) && (seven[1] >> 17 & 1)      /* F, DQ */
        && (seven[1] >> 30 & 1) && (seven[1] >> 31 & 1);                                         /* BW, VL */
    if (!strcmp(name, "sse2")) return (one[3] >> 26 & 1) != 0;
    if (!strcmp(name, "avx2")) return avx2;
    if (!strcmp(name, "avx512")) return avx512;
    if (!strcmp(name, "avx512vnni")) return avx512 && (seven[2] >> 11 & 1);
#endif
#if DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__linux__)
    if (!strcmp(name, "neondot")) return (getauxval(AT_HWCAP) >> 20 & 1) != 0;                   /* HWCAP_ASIMDDP */
#elif DLCV__SLOT_NEONDOT && !DLCV__FLAGS_DOT && defined(__APPLE__)
    if (!strcmp(name, "neondot")) {
        int has = 0;
        size_t bytes = sizeof has;
        return !sysctlbyname("hw.optional.arm.FEAT_DotProd", &has, &bytes, NULL, 0) && has;
    }
#endif
    (void)name;
    return 1;
}

/* The one word of global state. Threads that meet before it is set find the same table. */
static const dlcv__table *dlcv__chosen;
#if DLCV__GNU
#define DLCV__CHOSEN() __atomic_load_n(&dlcv__chosen, __ATOMIC_RELAXED)
#define DLCV__CHOOSE(t) __atomic_store_n(&dlcv__chosen, (t), __ATOMIC_RELAXED)
#else
#define DLCV__CHOSEN() (*(const dlcv__table *volatile *)&dlcv__chosen)
#define DLCV__CHOOSE(t) (*(const dlcv__table *volatile *)&dlcv__chosen = (t))
#endif

DLCV__APART const dlcv__table *dlcv__choose(void)
{
    int i;
    for (i = 0; i < DLCV__TABLES - 1 && !dlcv__runs(dlcv__tables[i].name); i++) {}
    DLCV__CHOOSE(&dlcv__tables[i]);
    return &dlcv__tables[i];
}

DLCV__INLINE const dlcv__table *dlcv__kernels(void)
{
    const dlcv__table *t = DLCV__CHOSEN();
    return t ? t : dlcv__choose();
}

#else /* one backend: the address of a constant, so that calls through it are direct ones */

DLCV__INLINE const dlcv__table *dlcv__kernels(void)
{
    return &dlcv__tables[0];
}

DLCV__FN int dlcv__runs(const char *name)
{
    return !strcmp(name, dlcv__tables[0].name);
}

#define DLCV__CHOOSE(t) ((void)(t))
#endif

DLCV_API const char *dlcv_backend(void)
{
    return dlcv__kernels()->name;
}

DLCV_API dlcv_status dlcv_backend_select(const char *name)
{
    char names[128] = "";
    size_t used = 0;
    int i;
    for (i = 0; i < DLCV__TABLES; i++) {
        const char *has = dlcv__tables[i].name;
        if (!dlcv__runs(has)) continue;
        if (!name || !strcmp(name, has)) {
            DLCV__CHOOSE(&dlcv__tables[i]);
            return DLCV_OK;
        }
        used += (size_t)dlcv__format(names + used, sizeof names - used, "%s%s", used ? ", " : "", has);
    }
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "backend_select: \"%s\" is not one of %s", name, names);
}

#undef DLCV__CHOSEN
#undef DLCV__CHOOSE
