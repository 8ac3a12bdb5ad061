#ifndef STUB_STDLIB_H
#define STUB_STDLIB_H
#include <vcruntime.h>
STUB_BEGIN
void *__cdecl malloc(size_t bytes);
void *__cdecl calloc(size_t count, size_t bytes);
void *__cdecl realloc(void *block, size_t bytes);
void __cdecl free(void *block);
char *__cdecl getenv(const char *name);
void __cdecl qsort(void *base, size_t count, size_t bytes, int (__cdecl *order)(const void *a, const void *b));
int __cdecl abs(int x);
int __cdecl atoi(const char *s);
double __cdecl strtod(const char *s, char **end);
#ifdef DLCV_TEST_SMALL /* tests alone */
void __cdecl exit(int code);
#endif
STUB_END
#endif
