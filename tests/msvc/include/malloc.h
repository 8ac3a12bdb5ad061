#ifndef STUB_MALLOC_H
#define STUB_MALLOC_H
#include <stdlib.h>
STUB_BEGIN
void *__cdecl _aligned_malloc(size_t bytes, size_t alignment);
void __cdecl _aligned_free(void *block);
STUB_END
#endif
