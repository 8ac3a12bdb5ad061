#ifndef STUB_STDIO_H
#define STUB_STDIO_H
#include <vcruntime.h>
#include <stdarg.h>
#define EOF (-1)
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
STUB_BEGIN
typedef struct _iobuf { void *unused; } FILE;
FILE *__cdecl __acrt_iob_func(unsigned which);
#define stdin (__acrt_iob_func(0))
#define stdout (__acrt_iob_func(1))
#define stderr (__acrt_iob_func(2))
typedef int errno_t;
errno_t __cdecl fopen_s(FILE **file, const char *path, const char *mode);
int __cdecl fclose(FILE *file);
int __cdecl fflush(FILE *file);
int __cdecl ferror(FILE *file);
int __cdecl getc(FILE *file);
int __cdecl _fseeki64(FILE *file, __int64 offset, int from);
__int64 __cdecl _ftelli64(FILE *file);
size_t __cdecl fread(void *to, size_t bytes, size_t count, FILE *file);
size_t __cdecl fwrite(const void *from, size_t bytes, size_t count, FILE *file);
int __cdecl remove(const char *path);
int __cdecl rename(const char *from, const char *to);
int __cdecl puts(const char *text);
int __cdecl fputs(const char *text, FILE *file);
int __cdecl _fileno(FILE *file);
int __cdecl printf(const char *format, ...);
int __cdecl fprintf(FILE *file, const char *format, ...);
int __cdecl snprintf(char *out, size_t bytes, const char *format, ...);
#ifdef DLCV_TEST_SMALL /* what tests may call, and the library (compile.py looks) may not */
FILE *__cdecl fopen(const char *path, const char *mode);
FILE *__cdecl tmpfile(void);
void __cdecl rewind(FILE *file);
int __cdecl fputc(int c, FILE *file);
int __cdecl sprintf(char *out, const char *format, ...);
int __cdecl vsnprintf(char *out, size_t bytes, const char *format, va_list list);
char *__cdecl fgets(char *line, int bytes, FILE *file);
int __cdecl sscanf(const char *text, const char *format, ...);
int __cdecl fscanf(FILE *file, const char *format, ...);
#endif
STUB_END
#endif
