/* Microsoft's headers, as much of them as dlcv.h, tests/hash.c and the kernel tests ask for: prototypes of the C standard, so that clang's cl mode can
 * parse the dialect where there is no Windows SDK. The declarations have C linkage and what dllimport would add does not matter. */
#ifndef STUB_VCRUNTIME_H
#define STUB_VCRUNTIME_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
#define STUB_BEGIN extern "C" {
#define STUB_END }
#else
#define STUB_BEGIN
#define STUB_END
#endif
#endif
