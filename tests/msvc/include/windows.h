#ifndef STUB_WINDOWS_H
#define STUB_WINDOWS_H
#include <vcruntime.h>
#include <intrin.h>
#define WINAPI __stdcall
#define INFINITE 0xffffffff
#ifndef NOMINMAX
#error "dlcv.h must ask windows.h for no min and max"
#endif
STUB_BEGIN
typedef int BOOL;
typedef long LONG;
typedef unsigned long DWORD;
typedef void *HANDLE;
typedef struct { void *a; long b, c; void *d, *e; uintptr_t f; } CRITICAL_SECTION;
typedef struct { void *p; } CONDITION_VARIABLE;
typedef DWORD (WINAPI *LPTHREAD_START_ROUTINE)(void *);
__declspec(dllimport) void WINAPI InitializeCriticalSection(CRITICAL_SECTION *);
__declspec(dllimport) void WINAPI DeleteCriticalSection(CRITICAL_SECTION *);
__declspec(dllimport) void WINAPI EnterCriticalSection(CRITICAL_SECTION *);
__declspec(dllimport) void WINAPI LeaveCriticalSection(CRITICAL_SECTION *);
__declspec(dllimport) void WINAPI InitializeConditionVariable(CONDITION_VARIABLE *);
__declspec(dllimport) BOOL WINAPI SleepConditionVariableCS(CONDITION_VARIABLE *, CRITICAL_SECTION *, DWORD);
__declspec(dllimport) void WINAPI WakeConditionVariable(CONDITION_VARIABLE *);
__declspec(dllimport) void WINAPI WakeAllConditionVariable(CONDITION_VARIABLE *);
__declspec(dllimport) HANDLE WINAPI CreateThread(void *, size_t, LPTHREAD_START_ROUTINE, void *, DWORD, DWORD *);
__declspec(dllimport) DWORD WINAPI WaitForSingleObject(HANDLE, DWORD);
__declspec(dllimport) BOOL WINAPI CloseHandle(HANDLE);
__declspec(dllimport) DWORD WINAPI GetLastError(void);
__declspec(dllimport) int __stdcall MoveFileExA(const char *from, const char *to, unsigned long flags);
#define InterlockedCompareExchange _InterlockedCompareExchange
#define InterlockedExchange _InterlockedExchange
#define InterlockedExchangeAdd _InterlockedExchangeAdd
STUB_END
#if defined(_M_ARM64)
#define YieldProcessor() __yield()
#else
#define YieldProcessor() _mm_pause()
#endif
#endif
