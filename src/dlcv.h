/* The spine: a working header by itself (compile with -Isrc), and the list from which amalgamate.py makes ../dlcv.h. */
#include "doc.h"

#ifndef DLCV_H
#define DLCV_H
#include "api/begin.h"
#include "api/core.h"
#include "api/random.h"
#include "api/tensor.h"
#include "api/arith.h"
#include "api/data.h"
#include "api/knn.h"
#include "api/image.h"
#include "api/view.h"
#ifndef DLCV_NO_GRAPH
#include "api/graph.h"
#ifndef DLCV_NO_TRAIN
#include "api/train.h"
#include "api/linear.h"
#endif
#ifndef DLCV_NO_ZOO
#include "api/zoo.h"
#endif
#endif
#include "api/end.h"
#endif /* DLCV_H */

#if defined(DLCV_IMPLEMENTATION) && !defined(DLCV_IMPLEMENTED)
#define DLCV_IMPLEMENTED

/* layer 0 */
#include "config.h"
DLCV__PLAIN
#include "core.c"
#include "thread.c"
#include "tensor.c"
DLCV__FAST

/* layer 1: the same kernels, stamped once for every instruction set that is wanted */
#include "../backends/backend.h"
#include "../backends/table.h"
#include "../backends/simde.h"
#include "../backends/quad.h"

#if DLCV__SLOT_SCALAR
#include "../backends/scalar.h"
#include "../backends/kernels.h"
#include "../backends/end.h"
#endif

/* 128 bits: one of these, whatever the target */
#if DLCV__SLOT_SSE2 || DLCV__SLOT_SIMDE
#include "../backends/sse2.h"
#elif DLCV__SLOT_NEON
#include "../backends/neon.h"
#elif DLCV__SLOT_WASM
#include "../backends/wasm.h"
#endif
#if DLCV__SLOT_SSE2 || DLCV__SLOT_SIMDE || DLCV__SLOT_NEON || DLCV__SLOT_WASM
#include "../backends/kernels.h"
#if DLCV__SLOT_NEONDOT
#include "../backends/neondot.h"
#include "../backends/kernels.h"
#endif
#include "../backends/end.h"
#endif

#if DLCV__SLOT_AVX2
#include "../backends/avx2.h"
#include "../backends/kernels.h"
#include "../backends/end.h"
#endif

#if DLCV__SLOT_AVX512
#include "../backends/avx512.h"
#include "../backends/kernels.h"
#if DLCV__SLOT_AVX512VNNI
#include "../backends/avx512vnni.h"
#include "../backends/kernels.h"
#endif
#include "../backends/end.h"
#endif

#include "select.c"

/* layer 2 */
#include "random.c"
#include "gemm.c"
DLCV__PLAIN
#include "conv_shape.c"
#include "conv_gemm.c"
#include "conv_back.c"
#include "conv_direct.c"
#include "conv_direct_back.c"
#include "conv_winograd.c"
#include "conv_winograd_dw.c"
#include "conv.c"
DLCV__FAST

/* layer 3 */
#include "distance.c"
#include "knn.c"
#include "resample.c"
#include "preprocess.c"
DLCV__PLAIN
#include "data.c"
#include "search.c"
#include "npy.c"
#include "image.c"

#ifndef DLCV_NO_GRAPH
/* layer 4: ops; a new file stands before op_table.c */
#include "op.h"
#include "op_common.c"
#include "op_unary.c"
#include "op_shape.c"
DLCV__FAST
#include "op_binary.c"
#include "op_matmul.c"
DLCV__PLAIN
#include "op_conv.c"
#include "op_custom.c"
DLCV__FAST
#include "op_reduce.c"
#include "op_move.c"
#include "op_activation.c"
#include "op_loss.c"
#include "op_losses.c"
#include "op_pool.c"
#include "op_norm.c"
#include "op_random.c"
#include "op_rnn.c"
DLCV__PLAIN
#include "op_local.c"
#include "op_table.c"

/* layer 5 */
#include "memplan.c"
#include "graph.c"
#include "graph_plan.c"
DLCV__FAST
#include "graph_run.c"
DLCV__PLAIN
#include "graph_check.c"
#include "graph_summary.c"
#include "build.c"
#include "build_values.c"
#include "build_conv.c"
#include "build_norm.c"

#ifndef DLCV_NO_TRAIN
/* layer 3 once more, and layer 6 */
DLCV__FAST
#include "augment.c"
DLCV__PLAIN
#include "solver.c"
#include "solver_lbfgs.c"
#endif
#endif /* DLCV_NO_GRAPH */

/* layer 7 */
#if !defined(DLCV_NO_GRAPH) && !defined(DLCV_NO_ZOO)
#include "zoo.c"
#endif
#if !defined(DLCV_NO_GRAPH) && !defined(DLCV_NO_TRAIN)
#include "linear.c"
#endif
#include "view.c"
#include "plot.c"
#include "progress.c"
#if !defined(DLCV_NO_TRAIN) && !defined(DLCV_NO_GRAPH)
#include "safetensors.c"
#include "train.c"
#include "train_checkpoint.c"
#include "train_fit.c"
#endif

DLCV__FAST
#include "finish.h"
#endif /* DLCV_IMPLEMENTATION */

#include "license.h"
