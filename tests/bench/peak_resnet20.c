/* Ours in peak_resnet20.py: four steps of ResNet-20, batch 128, then what the process has held at most (VmHWM), what it held when the data were there
 * and the network was not, and calls of the allocator in the last two steps. Prints "peak KIB base KIB calls N loss X". */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 512, BATCH = 128, STEPS = 4 };

static long calls;

static void *allocate(size_t bytes, size_t alignment, void *user)
{
    (void)alignment, (void)user;
    calls++;
    return aligned_alloc(64, (bytes + 63) / 64 * 64);
}

static void release(void *block, size_t bytes, void *user)
{
    (void)bytes, (void)user;
    free(block);
}

static long status(const char *name)
{
    char line[256];
    long value = -1;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) {
        if (!strncmp(line, name, strlen(name))) value = atol(line + strlen(name) + 1);
    }
    if (f) fclose(f);
    return value;
}

int main(void)
{
    dlcv_dataset d = { 0 };
    dlcv_env env = { 0 };
    dlcv_fit_opts o = { 0 };
    dlcv_preprocess p = { 0 };
    dlcv_progress progress = { 0 };
    dlcv_trainer *t = NULL;
    dlcv_rng rng = dlcv_rng_seed(1);
    dlcv_graph *g;
    dlcv_status s;
    long base, before = 0;
    size_t i;
    env.memory.allocate = allocate, env.memory.release = release;
    s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape4(N, 32, 32, 3), &d.x);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(N), &d.y);
    for (i = 0; i < dlcv_tensor_count(&d.x) && !s; i++) dlcv_u8(&d.x)[i] = (uint8_t)dlcv_rng_below(&rng, 256);
    for (i = 0; i < N && !s; i++) dlcv_i32(&d.y)[i] = (int32_t)(i % 10);
    base = status("VmRSS:");
    g = dlcv_graph_new(&env, 1);
    p.height = p.width = 32, p.channels = 3;
    o.batch = BATCH, o.epochs = 1;
    o.optimizer.method = DLCV_METHOD_NESTEROV, o.optimizer.l2 = 2.5e-4f, o.optimizer.lr = 0.1f;
    if (!s) s = dlcv_trainer_new(dlcv_zoo(dlcv_image_input(g, "image", &p), "resnet20", 10), &d, &o, &t);
    for (i = 0; i < STEPS && !s; i++) {
        if (i == 2) before = calls;
        s = dlcv_trainer_step(t, 0, &progress);
    }
    if (s) return fprintf(stderr, "%s\n", dlcv_error()), 1;
    printf("peak %ld base %ld calls %ld loss %.3f\n", status("VmHWM:"), base, calls - before, (double)progress.loss);
    dlcv_trainer_free(t);
    dlcv_graph_free(g);
    dlcv_data_free(&d);
    return 0;
}
