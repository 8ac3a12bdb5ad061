#ifndef STUB_STRING_H
#define STUB_STRING_H
#include <vcruntime.h>
STUB_BEGIN
void *__cdecl memcpy(void *to, const void *from, size_t bytes);
void *__cdecl memmove(void *to, const void *from, size_t bytes);
void *__cdecl memset(void *to, int byte, size_t bytes);
int __cdecl memcmp(const void *a, const void *b, size_t bytes);
void *__cdecl memchr(const void *in, int byte, size_t bytes);
size_t __cdecl strlen(const char *s);
char *__cdecl strcpy(char *to, const char *from);
char *__cdecl strcat(char *to, const char *from);
int __cdecl strcmp(const char *a, const char *b);
int __cdecl strncmp(const char *a, const char *b, size_t n);
char *__cdecl strchr(const char *s, int c);
char *__cdecl strrchr(const char *s, int c);
char *__cdecl strstr(const char *s, const char *part);
STUB_END
#endif
