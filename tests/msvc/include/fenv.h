#ifndef STUB_FENV_H
#define STUB_FENV_H
#include <vcruntime.h>
typedef struct fenv_t { unsigned long _Fe_ctl, _Fe_stat; } fenv_t;
STUB_BEGIN
extern const fenv_t _Fenv0;
int __cdecl fegetenv(fenv_t *env);
int __cdecl fesetenv(const fenv_t *env);
STUB_END
#define FE_DFL_ENV (&_Fenv0)
#endif
