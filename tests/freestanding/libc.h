/* A C library of twenty lines. volatile keeps the compiler from making a call of memcpy out of memcpy. */
void *memcpy(void *to, const void *from, size_t n) { volatile char *t = (char *)to; const char *f = (const char *)from; while (n--) *t++ = *f++; return to; }
void *memset(void *to, int byte, size_t n) { volatile char *t = (char *)to; while (n--) *t++ = (char)byte; return to; }
void *memmove(void *to, const void *from, size_t n)
{
    volatile char *t = (char *)to;
    const char *f = (const char *)from;
    if (t <= f) return memcpy(to, from, n);
    while (n--) t[n] = f[n];
    return to;
}
int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *x = (const unsigned char *)a, *y = (const unsigned char *)b;
    for (; n--; x++, y++) if (*x != *y) return *x < *y ? -1 : 1;
    return 0;
}
size_t strlen(const char *s) { size_t n = 0; while (s[n]) n++; return n; }
int strcmp(const char *a, const char *b) { while (*a && *a == *b) { a++; b++; } return (unsigned char)*a - (unsigned char)*b; }
char *strchr(const char *s, int c) { for (;; s++) { if (*s == (char)c) return (char *)(size_t)s; if (!*s) return NULL; } }
double sqrt(double x) { double y; __asm__("sqrtsd %1, %0" : "=x"(y) : "x"(x)); return y; }
float sqrtf(float x) { float y; __asm__("sqrtss %1, %0" : "=x"(y) : "x"(x)); return y; }
double fabs(double x) { return x < 0 ? -x : x; }
float fabsf(float x) { return x < 0 ? -x : x; }
double floor(double x) { double y = (double)(long long)x; return y > x ? y - 1 : y; }
double ceil(double x) { double y = (double)(long long)x; return y < x ? y + 1 : y; }
