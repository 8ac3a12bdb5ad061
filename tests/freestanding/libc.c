/* All that dlcv.h asks of a C library when there is none. Compile with -O2 -fno-math-errno, which makes the roots one
 * instruction where the machine has it (elsewhere they would call themselves). volatile: or a compiler may see memcpy in the loop and call it. */
#include <stddef.h>
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);    /* not called by dlcv.h, but gcc may */
void *memset(void *p, int value, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
double sqrt(double x);
float sqrtf(float x);
typedef volatile unsigned char *bytes;
typedef const unsigned char *text;

void *memcpy(void *to, const void *from, size_t n) { size_t i; for (i = 0; i < n; i++) ((bytes)to)[i] = ((text)from)[i]; return to; }
void *memmove(void *to, const void *from, size_t n)
{
    if ((text)to <= (text)from) return memcpy(to, from, n);
    while (n--) ((bytes)to)[n] = ((text)from)[n];
    return to;
}
void *memset(void *p, int value, size_t n) { while (n--) ((bytes)p)[n] = (unsigned char)value; return p; }
int memcmp(const void *a, const void *b, size_t n)
{
    text x = (text)a, y = (text)b;
    for (; n && *x == *y; n--) { x++; y++; }
    return n ? *x - *y : 0;
}
size_t strlen(const char *s) { size_t n = 0; while (((bytes)(size_t)s)[n]) n++; return n; }
int strcmp(const char *a, const char *b) { while (*a && *a == *b) { a++; b++; } return (unsigned char)*a - (unsigned char)*b; }
double sqrt(double x) { return __builtin_sqrt(x); }
float sqrtf(float x) { return __builtin_sqrtf(x); }
