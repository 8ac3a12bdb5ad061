/* What objects of Microsoft's dialect ask of Microsoft's runtime: mingw has it by another name or not at all. */
int _fltused = 1;
__asm__(".text\n.globl __chkstk\n__chkstk:\n\tjmp ___chkstk_ms\n");
/* No thread-local object has a constructor: they are initialised. */
__asm__(".section .tls$,\"dw\"\n.globl __tls_guard\n__tls_guard:\n\t.byte 1\n.text\n");
void __dyn_tls_on_demand_init(void);
void __dyn_tls_on_demand_init(void) {}
