/* ---- the kernels, written once over the vector macros and stamped for every slot ------------------------------------------------------ */
#include "kern_f32.h"
#include "kern_math.h"
#include "kern_gemm.h"
#include "kern_conv.h"
#include "kern_winograd.h"
#include "kern_flat.h"
#include "kern_table.h"
#include "kern_u8.h"
