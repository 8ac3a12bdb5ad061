#ifndef STUB_MATH_H
#define STUB_MATH_H
#include <vcruntime.h>
#define INFINITY ((float)(1e300 * 1e300))
#define NAN (-(float)(INFINITY * 0.0f))
#define HUGE_VAL ((double)INFINITY)
#define isnan(x) ((x) != (x))
#define isinf(x) ((x) == HUGE_VAL || (x) == -HUGE_VAL)
STUB_BEGIN
double __cdecl sqrt(double x);
double __cdecl fabs(double x);
double __cdecl floor(double x);
double __cdecl ceil(double x);
double __cdecl sin(double x);
double __cdecl cos(double x);
double __cdecl exp(double x);
double __cdecl tanh(double x);
double __cdecl log(double x);
double __cdecl pow(double x, double y);
double __cdecl ldexp(double x, int power);
float __cdecl nextafterf(float x, float towards);
double __cdecl erf(double x);
double __cdecl erfc(double x);
double __cdecl frexp(double x, int *power);
#ifdef DLCV_TEST_SMALL
static __inline double __cdecl fmax(double x, double y) { return x > y || y != y ? x : y; }
#endif
/* inline over the double in real headers, too: the old C library of the test has no others */
static __inline float __cdecl sqrtf(float x) { return (float)sqrt((double)x); }
static __inline float __cdecl fabsf(float x) { return (float)fabs((double)x); }
static __inline float __cdecl floorf(float x) { return (float)floor((double)x); }
STUB_END
#endif
