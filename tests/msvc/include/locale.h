#ifndef STUB_LOCALE_H
#define STUB_LOCALE_H
#include <vcruntime.h>
#define LC_ALL 0
STUB_BEGIN
char *__cdecl setlocale(int category, const char *locale);
STUB_END
#endif
