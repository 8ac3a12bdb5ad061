#ifndef STUB_SETJMP_H
#define STUB_SETJMP_H
typedef long long jmp_buf[32];
#endif
