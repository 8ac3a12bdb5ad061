/* All that dlcv.h asks of <math.h>. */
double sqrt(double x);
double fabs(double x);
double floor(double x);
double ceil(double x);
float sqrtf(float x);
float fabsf(float x);
#define NAN __builtin_nanf("")
#define INFINITY __builtin_inff()
