/* A program without a C library on Linux: where it begins, how it speaks and ends. Machines of your own have their own. */
#if !defined(__linux__)
#error "start.h knows Linux only: write _start and say() for your machine"
#elif defined(__x86_64__)
__asm__(".pushsection .text\n.globl _start\n_start:\n xor %ebp, %ebp\n and $-16, %rsp\n call main\n mov %eax, %edi\n mov $60, %eax\n syscall\n.popsection\n");
static void say_bytes(const char *text, size_t bytes)
{
    long call = 1;
    __asm__ __volatile__("syscall" : "+a"(call) : "D"(1L), "S"(text), "d"(bytes) : "rcx", "r11", "memory");
}
#elif defined(__aarch64__)
__asm__(".pushsection .text\n.globl _start\n_start:\n mov x29, #0\n bl main\n mov x8, #93\n svc #0\n.popsection\n");
static void say_bytes(const char *text, size_t bytes)
{
    register long x0 __asm__("x0") = 1, x8 __asm__("x8") = 64;
    register const char *x1 __asm__("x1") = text;
    register size_t x2 __asm__("x2") = bytes;
    __asm__ __volatile__("svc #0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x8) : "memory");
}
#elif defined(__arm__) /* A32 instructions: -marm */
__asm__(".pushsection .text\n.globl _start\n_start:\n bl main\n mov r7, #1\n svc #0\n.popsection\n");
static void say_bytes(const char *text, size_t bytes)
{
    register long r0 __asm__("r0") = 1, r7 __asm__("r7") = 4;
    register const char *r1 __asm__("r1") = text;
    register size_t r2 __asm__("r2") = bytes;
    __asm__ __volatile__("svc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r7) : "memory");
}
#else
#error "start.h knows x86-64, AArch64 and ARM"
#endif
int main(void);
