/* For one row of the matrix: the SSE2 intrinsics by SIMDe, so that sse2.h runs on other machines under its own names. */
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/sse2.h>
#define DLCV__TEST_SSE2
