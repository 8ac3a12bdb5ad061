/* Fifty convolutions by PyTorch, forward and backward, in every backend of the build. */
#include "conv.h"
#include "golden/conv_torch.h"

static void golden(const problem *p, const char *backend, const char *what, const float *got, size_t n, const float *want)
{
    const double bound = 1e-5 * (double)want[0];
    double most = 0, sum = 0;
    size_t i;
    for (i = 0; i < n; i++) {
        const double v = (double)got[i];
        most = fabs(v) > most ? fabs(v) : most;
        sum += noise(NOISE_SIGN, i) >> 15 ? -v : v;
    }
    verdict(fabs(most - (double)want[0]) <= bound, p, backend, what, most, (double)want[0]);
    verdict(fabs(sum - (double)want[1]) <= bound * sqrt((double)n), p, backend, what, sum, (double)want[1]);
    for (i = 0; i < 8; i++) {
        const double v = (double)got[noise(NOISE_AT, i) % n];
        verdict(fabs(v - (double)want[2 + i]) <= bound, p, backend, what, v, (double)want[2 + i]);
    }
}

static void test_golden(void)
{
    size_t i;
    int b;
    for (i = 0; i < sizeof golden_conv / sizeof golden_conv[0]; i++) {
        dlcv_conv_shape s;
        problem p;
        size_t nx, ny;
        float *x, *w, *bias, *dy, *y, *dx, *dw, *db;
        memset(&s, 0, sizeof s);
        s.batch = golden_conv[i].batch, s.channels = golden_conv[i].channels, s.height = golden_conv[i].height, s.width = golden_conv[i].width;
        s.filters = golden_conv[i].filters, s.kernel_h = golden_conv[i].kernel[0], s.kernel_w = golden_conv[i].kernel[1];
        s.stride_h = golden_conv[i].stride[0], s.stride_w = golden_conv[i].stride[1], s.dilation_h = golden_conv[i].dilation[0];
        s.dilation_w = golden_conv[i].dilation[1], s.groups = golden_conv[i].groups, s.pad_top = golden_conv[i].pad[0];
        s.pad_left = golden_conv[i].pad[1], s.pad_bottom = golden_conv[i].pad[2], s.pad_right = golden_conv[i].pad[3];
        s.transposed = golden_conv[i].transposed, s.output_pad_h = golden_conv[i].output_pad[0], s.output_pad_w = golden_conv[i].output_pad[1];
        p = problem_of(&s);
        nx = s.transposed ? p.small : p.large, ny = s.transposed ? p.large : p.small;
        x = noise_new(NOISE_X, nx), w = noise_new(NOISE_W, p.weights), bias = noise_new(NOISE_B, (size_t)s.filters), dy = noise_new(NOISE_DY, ny);
        y = noise_new(0, ny), dx = noise_new(0, nx), dw = noise_new(0, p.weights), db = noise_new(0, (size_t)s.filters);
        for (b = 0; b < backend_count; b++) {
            dlcv_conv *conv = NULL;
            dlcv_conv_info info;
            dlcv_conv_epilogue e;
            memset(&e, 0, sizeof e);
            e.bias = bias;
            dlcv_backend_select(backends[b]);
            CHECK_OK(dlcv_conv_new(NULL, &s, w, NULL, &conv));
            if (!conv) continue;
            dlcv_conv_describe(conv, &info);
            CHECK(info.output.dim[2] == golden_conv[i].out_height && info.output.dim[3] == golden_conv[i].out_width);
            CHECK_OK(dlcv_conv_forward(conv, x, &e, y, NULL));
            CHECK_OK(dlcv_conv_backward_data(conv, w, dy, dx, NULL));
            CHECK_OK(dlcv_conv_backward_weights(conv, x, dy, dw, 0, NULL));
            CHECK_OK(dlcv_conv_backward_bias(conv, dy, db, 0));
            golden(&p, backends[b], "torch y", y, ny, golden_conv[i].y);
            golden(&p, backends[b], "torch dx", dx, nx, golden_conv[i].dx);
            golden(&p, backends[b], "torch dw", dw, p.weights, golden_conv[i].dw);
            golden(&p, backends[b], "torch db", db, (size_t)s.filters, golden_conv[i].db);
            dlcv_conv_free(conv);
        }
        dlcv_backend_select(NULL);
        free(x), free(w), free(bias), free(dy), free(y), free(dx), free(dw), free(db);
    }
}

int main(void)
{
    find_backends();
    test_golden();
    return test_end("conv_golden");
}
