/* ---- the implementation leaves nothing behind --------------------------------------------------------------------------------- */
#if defined(__clang__)
#pragma STDC FP_CONTRACT DEFAULT
#elif defined(__GNUC__) && !defined(__TINYC__)
#pragma GCC diagnostic pop
#pragma GCC pop_options
#endif

#ifdef DLCV__BUILTIN_LIBC
#undef DLCV__BUILTIN_LIBC
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp
#undef sqrt
#undef sqrtf
#undef fabs
#undef fabsf
#endif

#undef DLCV__X86
#undef DLCV__GNU
#undef DLCV__FLAGS_SSE2
#undef DLCV__FLAGS_AVX2
#undef DLCV__FLAGS_AVX512
#undef DLCV__FLAGS_VNNI
#undef DLCV__FLAGS_NEON
#undef DLCV__FLAGS_DOT
#undef DLCV__FLAGS_WASM
#undef DLCV__A64
#undef DLCV__SLOT_SCALAR
#undef DLCV__SLOT_SSE2
#undef DLCV__SLOT_AVX2
#undef DLCV__SLOT_AVX512
#undef DLCV__SLOT_AVX512VNNI
#undef DLCV__SLOT_NEON
#undef DLCV__SLOT_NEONDOT
#undef DLCV__SLOT_WASM
#undef DLCV__SLOT_SIMDE
#undef DLCV__BEST
#undef DLCV__NEON_F32
#undef DLCV__REALIGN
#undef DLCV__DEPTH_BYTES
#undef DLCV__DEPTH_F32
#undef DLCV__PREFETCH
#undef DLCV__PREFETCH2
#undef DLCV__RARELY
#undef DLCV__HIDE
#undef DLCV__CAT_
#undef DLCV__CAT
#undef DLCV__REP1
#undef DLCV__REP2
#undef DLCV__REP3
#undef DLCV__REP4
#undef DLCV__REP5
#undef DLCV__REP6
#undef DLCV__REP7
#undef DLCV__REP8
#undef DLCV__REP16
#undef DLCV__FOLD1
#undef DLCV__FOLD2
#undef DLCV__FOLD4
#undef DLCV__FOLD8
#undef DLCV__FOLD16
#undef DLCV__COL1
#undef DLCV__COL2
#undef DLCV__COL3
#undef DLCV__COL4
#undef DLCV__COL6
#undef DLCV__COL5
#undef DLCV__SSE
#undef DLCV__M128
#undef DLCV__M128I
#undef DLCV__SSE_K
#undef DLCV__SSE_NAME
#undef DLCV__SSE_LOW_WORDS
#undef DLCV__SSE_WIDEN
#undef DLCV__SSE_WIDEN16
#undef DLCV__Q
#undef DLCV__QLOAD
#undef DLCV__QSTORE
#undef DLCV__QSET
#undef DLCV__QXOR
#undef DLCV__QLOW32
#undef DLCV__QHIGH32
#undef DLCV__QLOW64
#undef DLCV__QHIGH64
#undef DLCV__LOW64
#undef DLCV__FN
#undef DLCV__INLINE
#undef DLCV__APART
#undef DLCV__RESTRICT
#undef DLCV__THREAD_LOCAL
#undef DLCV__ALIGN64
