#ifndef STUB_IO_H
#define STUB_IO_H
#include <vcruntime.h>
STUB_BEGIN
int __cdecl _isatty(int descriptor);
STUB_END
#endif
