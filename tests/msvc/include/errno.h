#ifndef STUB_ERRNO_H
#define STUB_ERRNO_H
#include <vcruntime.h>
STUB_BEGIN
int *__cdecl _errno(void);
STUB_END
#define errno (*_errno())
#define ENOENT 2
#define EIO 5
#define EACCES 13
#define EISDIR 21
#define EINVAL 22
#define ENOSPC 28
#define ENOSYS 40
#endif
