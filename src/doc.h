/* dlcv.h - v0.1.0 - deep learning for computer vision in one file
 * MIT or public domain, your choice: the end of this comment says how.
 *
 * DO THIS
 *
 *   In one C or C++ file of your program, before the include:
 *
 *       #define DLCV_IMPLEMENTATION
 *       #include "dlcv.h"
 *
 *   Everywhere else just include it. Compile with -O2, link with -lm:
 *
 *       cc -O2 -march=native app.c -lm
 *
 *   For a web page (it imports nothing, and exports the functions you mark __attribute__((export_name("name")))):
 *
 *       clang-19 --target=wasm32-wasi -mexec-model=reactor -O2 -msimd128 -DDLCV_NO_STDIO app.c -o app.wasm
 *
 *   Which digit is this? (examples/digits.h has the pictures)
 *
 *       dlcv_dataset train = { 0 };
 *       dlcv_knn *knn = NULL;
 *       dlcv_tensor labels = { 0 };
 *       dlcv_tensor image = dlcv_tensor_view(pixels, DLCV_U8, dlcv_shape4(1, 8, 8, 1));
 *       train.x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(1500, 8, 8, 1));
 *       train.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(1500));
 *       dlcv_status s = dlcv_knn_new(NULL, &train, NULL, &knn);
 *       if (!s) s = dlcv_knn_predict(knn, &image, 1, &labels);
 *       if (!s) printf("a %d\n", (int)dlcv_i32(&labels)[0]);
 *       else fprintf(stderr, "%s\n", dlcv_error());
 *       dlcv_knn_free(knn);
 *       dlcv_tensor_free(&labels);
 *
 *   The same by a network that learns, is kept in a file, and says how sure it is (train, image and s are those above):
 *
 *       dlcv_graph *g = dlcv_graph_new(NULL, 1);
 *       dlcv_preprocess size = { 8, 8, 1 };                          // pictures of any size become 8 x 8, grey
 *       dlcv_fit_opts o = { 0 };                                     // Adam at 0.001, 10 epochs, batches of 64, cross-entropy
 *       dlcv_tensor p = { 0 };
 *       dlcv_node x = dlcv_image_input(g, "image", &size);
 *       x = dlcv_relu(dlcv_batch_norm(dlcv_conv2d(x, 16, 3, NULL), NULL));
 *       x = dlcv_linear(dlcv_flatten(x), 10);                        // scores: no softmax before dlcv_fit
 *       o.augment.rotate = 10;
 *       o.on_step = dlcv_progress_bar;
 *       s = dlcv_fit(x, &train, &o);
 *       if (!s) s = dlcv_weights_save(g, "digits.safetensors");      // in another program: the same lines, dlcv_weights_load
 *       if (!s) s = dlcv_predict(dlcv_softmax(x, 1), &image, &p);    // [1, 10]
 *       for (int k = 0; k < 10 && !s; k++) printf("a %d with %.1f %%\n", k, 100.0 * dlcv_f32(&p)[k]);
 *       if (s) fprintf(stderr, "%s\n", dlcv_error());
 *       dlcv_tensor_free(&p);
 *       dlcv_graph_free(g);
 *
 *   Undefined references to dlcv_...: no file of yours defines DLCV_IMPLEMENTATION.
 *
 * WHAT IT DOES
 *
 *   Distances (L1, L2, squared L2, cosine, dot) between float and byte vectors: one pair, all pairs, exact k-nearest-neighbour
 *   search and vote, on scalar, SSE2, AVX2, AVX-512, VNNI, NEON and its dot product instructions, WebAssembly, and by SIMDe.
 *   Data sets: CIFAR-10, IDX (MNIST), numpy's NPY in and out, stratified folds, accuracy, top-k, confusion matrices, precision@k
 *   and mAP of ranked lists. Grid and random search. Matrix products (dlcv_sgemm) and 2-D convolution with all its gradients
 *   (dlcv_conv_*: stride, padding, dilation, groups, depthwise, transposed; direct, as a matrix product, or Winograd's). Pictures: PNM in and out, all of stb_image's where you include that first,
 *   any frame of bytes, other sizes, pixels to normalised floats and back, picture grids and maps, decision regions, plots as SVG. Computational graphs with backpropagation: arithmetic,
 *   activations, convolutions, pooling, normalisations, dropout, LSTM and GRU, losses, penalties, initialisers, gradient checks,
 *   summaries; a zoo of networks (LeNet-5 to MobileNet v2). They learn by SGD, Nesterov, Adagrad, Adadelta, RMSprop, Adam, AdamW
 *   (dlcv_update) and L-BFGS, with schedules; dlcv_fit trains with minibatches, augmentation, validation and checkpoints (safetensors).
 *   Linear classifiers: perceptron, logistic regression, SVMs, softmax. Random numbers that are the same on every machine. Your
 *   allocator, your threads, your files.
 *
 * WHAT IT DOES NOT DO (yet)
 *
 *   ONNX is the next version. It never downloads, prints (but dlcv_progress_bar), exits,
 *   changes the locale, or starts a thread that you did not ask for. It has no approximate search: every neighbour is a true one.
 *
 * MACROS (all optional; define them where you define DLCV_IMPLEMENTATION, before the include; those marked * in every file that
 * includes dlcv.h)
 *
 *   DLCV_IMPLEMENTATION       makes this include the one that has the code
 *   DLCV_STATIC *             every function is static: two libraries in one program may each carry their own. Every file that defines
 *                             this defines DLCV_IMPLEMENTATION too, before its first include (else it is an #error)
 *   DLCV_API *                your own words before every public declaration (a dllexport, say)
 *   DLCV_MALLOC, DLCV_FREE    the default allocator, both or neither; also a dlcv_env brings one per call
 *   DLCV_CLOCK                a function or function-like macro without arguments: seconds as double. Default: a wall clock where
 *                             C or the system has one, else clock()
 *   DLCV_DISPATCH             every instruction set the compiler can build, the best one picked when first used; such a program
 *                             runs on any x86-64. Default: what the compiler flags allow, decided at compile time
 *   DLCV_FORCE_SCALAR, DLCV_FORCE_SSE2, DLCV_FORCE_AVX2, DLCV_FORCE_AVX512, DLCV_FORCE_NEON
 *                             this one instead of the best one
 *   DLCV_USE_SIMDE            vectors of 128 bits by SIMDe (simd-everywhere; not part of this file: <simde/x86/sse2.h> must be found)
 *                             in place of our own backends: for machines with a vector unit that none of ours knows
 *   DLCV_STRICT               the same bits on every backend, compiler and architecture (below, NUMBERS)
 *   DLCV_POOL                 builds dlcv_pool_new: threads by pthread (link -pthread) or Win32
 *   DLCV_NO_GRAPH             no graphs, layers and losses: two fifths of the code less
 *   DLCV_NO_ZOO               no dlcv_zoo
 *   DLCV_NO_TRAIN             no optimisers, no training, no linear classifiers: graphs compute and differentiate
 *   DLCV_NO_STDIO             no file access of its own, no progress bar; dlcv_env.files may bring files
 *   DLCV_FREESTANDING         no C library: DLCV_NO_STDIO, and no allocator, clock and thread-local error text of its own; below, NO
 *                             OPERATING SYSTEM. Set by itself where the compiler is told -ffreestanding
 *   STBI_INCLUDE_STB_IMAGE_H, INCLUDE_STB_IMAGE_WRITE_H, ZLIB_VERSION
 *                             are seen when you include stb_image.h, stb_image_write.h or zlib.h before: more picture formats, .gz
 *   DLCV_FIND_DEAD_CODE       for its developers: private functions nobody calls are reported by -Wunused-function
 *
 * SEVEN RULES (so that no function needs to repeat them)
 *
 *   1  A fallible call returns dlcv_status, DLCV_OK = 0; dlcv_error() then has a sentence with names and numbers.
 *   2  Arguments: env, the object, inputs, options, outputs. `const dlcv_env *env` stands first where no object could remember one;
 *      NULL = malloc, this thread (OpenMP if compiled with it), stdio.
 *   3  Options by pointer; NULL or zero = default. Copied, except what pointers in them point to.
 *   4  `dlcv_tensor *out`: {0} is allocated and yours to free; an owned tensor is reused, and grown if too small; a view must fit
 *      exactly and is filled. A pointer returned from an object is borrowed until the next call that changes the object.
 *   5  u8 with 3 or 4 dimensions is pixels, [h, w, c] or [n, h, w, c], RGB; f32 is [n, c, h, w]; labels are i32 [n]. Searches look at
 *      the first dimension only: n vectors of all the rest.
 *   6  int: dimensions, indices. size_t: elements, bytes.
 *   7  const objects may be shared by threads; anything else belongs to one thread at a time. No globals but the chosen backend and
 *      the error text.
 *
 * MEMORY
 *
 *   All of it comes from dlcv_env.memory, in blocks aligned to 64 bytes; every release says how many bytes. dlcv_arena_memory makes any
 *   block an allocator. Your data may have any alignment. A search takes dlcv_knn_opts.workspace (8 MiB) a thread; a convolution
 *   says its bytes beforehand (dlcv_conv_describe) and computes in your block, if you like. On Linux the default allocator asks for
 *   pages of 2 MB (madvise) for blocks of 4 MB and more; an allocator of your own, or DLCV_MALLOC, does not.
 *
 * NO OPERATING SYSTEM
 *
 *   With -ffreestanding (or DLCV_FREESTANDING) gcc and clang need no headers but their own, and the code calls memcpy, memset, memcmp,
 *   strlen, strcmp, sqrt and sqrtf (with -fno-math-errno and a floating-point unit no roots) and what the compiler itself calls:
 *   memmove, libgcc. Memory is env.memory, say dlcv_arena_memory over a static block, or DLCV_MALLOC and DLCV_FREE; a call with neither
 *   fails with DLCV_ERR_MEMORY. Without DLCV_CLOCK it is always 0 o'clock. There is one error text for all threads. With DLCV_STRICT
 *   rounding and denormals are set on x86 and ARM, elsewhere they must be the default ones.
 *
 * FILES ARE HOSTILE
 *
 *   Whatever stands in a file, a reader ends with DLCV_OK or an error: no read or write out of bounds, no endless loop, no
 *   block of memory larger than dlcv_env.limit (a reader holds at most three). The readers are fuzzed, with every allocation
 *   failing in turn, under address and undefined-behaviour sanitizers.
 *
 * THREADS
 *
 *   Only yours (dlcv_env.threads), OpenMP's where the implementation was compiled with it, or those of dlcv_pool_new. Results do
 *   not depend on their number. Error texts are per thread where the compiler has thread-local storage.
 *
 * NUMBERS
 *
 *   Integers are exact at any length. A float result depends on the two vectors alone, not on its neighbours, its place, or the number
 *   of threads; between backends it differs by rounding. With DLCV_STRICT it does not differ at all: one order of operations, no
 *   fused multiply-add (but x * 1 + y, which rounds as x + y does), default rounding and denormals whatever the caller has
 *   set. (Compilers can be told to break this behind our back: -ffast-math is an #error; do not use clang's -ffp-contract=fast or
 *   -funsafe-math-optimizations.) Infinities and NaNs in, NaNs and infinities out; a search
 *   ranks and reports a NaN as infinity. -ffast-math is never needed.
 *
 * LICENSE
 *
 *   Choose either of
 *     A  the MIT licence, Copyright (c) 2026 the dlcv.h contributors: see the end of this file or LICENSE;
 *     B  public domain (unlicense.org): this is free and unencumbered software released into the public domain.
 */
