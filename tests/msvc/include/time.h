#ifndef STUB_TIME_H
#define STUB_TIME_H
#include <vcruntime.h>
#define CLOCKS_PER_SEC ((clock_t)1000)
STUB_BEGIN
typedef long clock_t;
typedef __int64 time_t;
clock_t __cdecl clock(void);
time_t __cdecl _time64(time_t *out);
static __inline time_t __cdecl time(time_t *out) { return _time64(out); }
STUB_END
#endif
