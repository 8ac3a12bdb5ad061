/* What is on a picture? ResNet-20, trained on CIFAR-10 (92.38 % of its test pictures right), names the five likeliest of its ten classes.
 *
 *     cc -O2 -I.. classify.c -o classify -lm
 *     ./classify models/resnet20-cifar10.safetensors PICTURE ...
 *
 * A picture of any size: its shorter side becomes 32 pixels, the middle is looked at. What one wants to have named should be about all that is there. Where
 * stb/stb_image.h is installed it reads .png, .jpg, .bmp and more, else .ppm, .pgm and .pnm alone. The network knows nothing but its classes, and
 * says one of them of anything.
 *
 * test: examples/models/resnet20-cifar10.safetensors examples/models/ship.ppm -> 100.0 %  ship
 * test that fails: examples/models/resnet20-cifar10.safetensors README.md -> README.md:
 * test that fails: examples/models/resnet20-cifar10.safetensors missing.ppm -> missing.ppm: cannot be opened
 * test that fails: examples/models/ship.ppm examples/models/ship.ppm -> examples/models/ship.ppm: no safetensors file
 * test that fails: -> usage: classify MODEL PICTURE ... */
#if defined(__has_include)
#if __has_include(<stb/stb_image.h>)
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#endif
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>

static const char *const names[10] = { "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck" };

/* The network as it was trained: pixels / 255, less the mean, by the deviation of CIFAR-10's colours; [n, 10] probabilities. */
static dlcv_node resnet20(dlcv_graph *g)
{
    dlcv_preprocess p = { .height = 32, .width = 32, .resize_short = 32, .mean = { 0.4914f, 0.4822f, 0.4465f }, .stddev = { 0.2470f, 0.2435f, 0.2616f } };
    return dlcv_softmax(dlcv_zoo(dlcv_image_input(g, "image", &p), "resnet20", 10), 1);
}

static void print_best(const char *path, const float *p)
{
    int said[10] = { 0 };
    printf("%s\n", path);
    for (int place = 0; place < 5; place++) {
        int best = -1;
        for (int k = 0; k < 10; k++)
            if (!said[k] && (best < 0 || p[k] > p[best])) best = k;
        said[best] = 1;
        printf("  %5.1f %%  %s\n", 100.0 * (double)p[best], names[best]);
    }
}

int main(int argc, char **argv)
{
    int wrong = 0;
    dlcv_tensor picture = { 0 }, p = { 0 };
    dlcv_graph *g;
    dlcv_node probabilities;
    if (argc < 3) {
        fprintf(stderr, "usage: classify MODEL PICTURE ...\n");
        return 1;
    }
    g = dlcv_graph_new(NULL, 1);
    probabilities = resnet20(g);
    if (dlcv_weights_load(g, argv[1])) {
        fprintf(stderr, "%s\n", dlcv_error());
        dlcv_graph_free(g);
        return 1;
    }
    for (int i = 2; i < argc; i++) {
        dlcv_status s = dlcv_image_load(NULL, argv[i], 3, &picture);
        if (!s) s = dlcv_predict(probabilities, &picture, &p);
        if (s) fprintf(stderr, "%s\n", dlcv_error());
        else print_best(argv[i], dlcv_f32(&p));
        wrong |= s != DLCV_OK;
    }
    dlcv_tensor_free(&picture);
    dlcv_tensor_free(&p);
    dlcv_graph_free(g);
    return wrong;
}
