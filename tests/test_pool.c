/* Pooling and its gradient against plain loops, over sizes around those of vectors and of the kernels' buffers; resampling by 2 likewise, and that its gradient
 * is the transposed. */
#include "test.h"
#include <math.h>

typedef struct pool_case {
    int how, h, w, kernel, stride, pad, ceil_mode, count_pad;
} pool_case;

static float chance(uint32_t i)
{
    i = (i + 1) * 2654435761u;
    return (float)((i ^ i >> 15) % 41u) / 20.0f - 1.0f;       /* with ties */
}

/* y and dx of one plane as the definitions say; windows row by row */
static void plain(const pool_case *p, const float *x, const float *dy, int oh, int ow, float *y, float *dx)
{
    int i, j, r, c;
    for (i = 0; i < p->h * p->w; i++) dx[i] = 0;
    for (i = 0; i < oh; i++) {
        for (j = 0; j < ow; j++) {
            const int top = i * p->stride - p->pad, left = j * p->stride - p->pad, bottom = top + p->kernel, right = left + p->kernel;
            int count = 0, inside = 0, at = -1;
            double sum = 0, squares = 0, root;
            for (r = top; r < bottom && r < p->h + p->pad; r++) {
                for (c = left; c < right && c < p->w + p->pad; c++) {
                    const int in = r >= 0 && r < p->h && c >= 0 && c < p->w, k = r * p->w + c;
                    count++;
                    inside += in;
                    if (!in) continue;
                    sum += (double)x[k];
                    squares += (double)x[k] * (double)x[k];
                    if (at < 0 || x[k] > x[at]) at = k;
                }
            }
            root = sqrt(squares);
            if (!p->count_pad) count = inside;
            y[i * ow + j] = p->how == 0 ? x[at] : p->how == 1 ? (float)(sum / count) : (float)root;
            if (p->how == 0) dx[at] += dy[i * ow + j];
            for (r = top < 0 ? 0 : top; r < bottom && r < p->h && p->how; r++) {
                for (c = left < 0 ? 0 : left; c < right && c < p->w; c++) {
                    const double d = (double)dy[i * ow + j];
                    dx[r * p->w + c] += (float)(p->how == 1 ? d / count : root > 0 ? d * (double)x[r * p->w + c] / root : 0);
                }
            }
        }
    }
}

static int near_all(const float *a, const float *b, size_t n)
{
    size_t i;
    for (i = 0; i < n; i++) {
        if (!(fabs((double)a[i] - (double)b[i]) <= 1e-5 * (1 + fabs((double)b[i])))) return 0;
    }
    return 1;
}

static void one(const pool_case *p)
{
    enum { PLANES = 3 };
    const dlcv_shape shape = dlcv_shape4(1, PLANES, p->h, p->w);
    const size_t plane = (size_t)p->h * (size_t)p->w;
    dlcv_pool2d_opts o;
    dlcv_tensor x = { 0 }, up = { 0 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node in = dlcv_keep(dlcv_input(g, "x", DLCV_F32, shape)), out;
    float *want;
    size_t i, size;
    int oh, ow, k;
    memset(&o, 0, sizeof o);
    o.stride = p->stride;
    o.pad = p->pad;
    o.ceil_mode = p->ceil_mode;
    o.count_include_pad = p->count_pad;
    out = dlcv_pool2d(in, (dlcv_pooling)p->how, p->kernel, &o);
    oh = dlcv_node_shape(out).dim[2];
    ow = dlcv_node_shape(out).dim[3];
    size = (size_t)oh * (size_t)ow;
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, shape, &x));
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape4(1, PLANES, oh, ow), &up));
    want = (float *)malloc((plane + size) * sizeof *want);
    CHECK(want != NULL);
    for (i = 0; i < PLANES * plane; i++) dlcv_f32(&x)[i] = chance((uint32_t)i);
    for (i = 0; i < PLANES * size; i++) dlcv_f32(&up)[i] = chance((uint32_t)i + 77u);
    CHECK_OK(dlcv_bind(in, &x));
    CHECK_OK(dlcv_forward(out, DLCV_MODE_GRADIENT));
    for (k = 0; k < PLANES; k++) {
        plain(p, dlcv_f32(&x) + (size_t)k * plane, dlcv_f32(&up) + (size_t)k * size, oh, ow, want + plane, want);
        if (!near_all(dlcv_f32(dlcv_value(out)) + (size_t)k * size, want + plane, size)) break;
    }
    CHECK(k == PLANES);
    CHECK_OK(dlcv_backward_from(out, &up));
    for (k = 0; k < PLANES; k++) {
        plain(p, dlcv_f32(&x) + (size_t)k * plane, dlcv_f32(&up) + (size_t)k * size, oh, ow, want + plane, want);
        if (!near_all(dlcv_f32(dlcv_gradient(in)) + (size_t)k * plane, want, plane)) break;
    }
    CHECK(k == PLANES);
    if (k < PLANES) printf("    how %d, %d x %d, kernel %d, stride %d, pad %d, ceil %d\n", p->how, p->h, p->w, p->kernel, p->stride, p->pad, p->ceil_mode);
    free(want);
    dlcv_graph_free(g);
    dlcv_tensor_free(&x);
    dlcv_tensor_free(&up);
}

/* y of one row, or of one column, at double its length */
static double between(const float *x, int step, int n, int i, int bilinear)
{
    const double at = (i + 0.5) / 2 - 0.5, low = floor(at), part = at - low;
    const int j = (int)low < 0 ? 0 : (int)low, k = (int)low + 1 > n - 1 ? n - 1 : (int)low + 1;
    return bilinear ? (1 - part) * (double)x[j * step] + part * (double)x[k * step] : (double)x[i / 2 * step];
}

static void resize(int how, int h, int w)
{
    const dlcv_shape shape = dlcv_shape4(1, 2, h, w);
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node in = dlcv_keep(dlcv_input(g, "x", DLCV_F32, shape)), out = dlcv_resize2d(in, 2, (dlcv_interpolation)how);
    dlcv_tensor x = { 0 }, up = { 0 };
    const float *y, *dx;
    double inner = 0, outer = 0, size = 0;
    int i, j, k, n = 2 * h * w, wrong = 0;
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, shape, &x));
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape4(1, 2, 2 * h, 2 * w), &up));
    for (i = 0; i < n; i++) dlcv_f32(&x)[i] = chance((uint32_t)i);
    for (i = 0; i < 4 * n; i++) dlcv_f32(&up)[i] = chance((uint32_t)i + 99u);
    CHECK_OK(dlcv_bind(in, &x));
    CHECK_OK(dlcv_forward(out, DLCV_MODE_GRADIENT));
    CHECK_OK(dlcv_backward_from(out, &up));
    y = dlcv_f32(dlcv_value(out));
    dx = dlcv_f32(dlcv_gradient(in));
    for (i = 0; i < 4 * n; i++) outer += (double)y[i] * (double)dlcv_f32(&up)[i], size += fabs((double)y[i]);
    for (i = 0; i < n; i++) inner += (double)dx[i] * (double)dlcv_f32(&x)[i];
    CHECK(fabs(inner - outer) <= 1e-6 * size);
    for (k = 0; k < 2 && (how == DLCV_INTERPOLATION_NEAREST || how == DLCV_INTERPOLATION_BILINEAR); k++) {
        for (i = 0; i < 2 * h; i++) {
            float line[200];
            for (j = 0; j < w; j++) line[j] = (float)between(dlcv_f32(&x) + k * h * w + j, w, h, i, how == DLCV_INTERPOLATION_BILINEAR);
            for (j = 0; j < 2 * w; j++) {
                wrong += !(fabs(between(line, 1, w, j, how == DLCV_INTERPOLATION_BILINEAR) - (double)y[(k * 2 * h + i) * 2 * w + j]) <= 1e-6);
            }
        }
    }
    CHECK(wrong == 0);
    if (wrong) printf("    resize %d, %d x %d\n", how, h, w);
    dlcv_graph_free(g);
    dlcv_tensor_free(&x);
    dlcv_tensor_free(&up);
}

int main(void)
{
    static const int widths[] = { 5, 8, 16, 31, 33, 64, 70, 530, 1100 }, kernels[][3] = { { 2, 2, 0 }, { 2, 1, 0 }, { 2, 2, 1 }, { 3, 2, 1 }, { 3, 1, 1 }, { 3, 2, 0 }, { 3, 3, 0 },
        { 5, 1, 2 }, { 5, 2, 2 }, { 4, 3, 1 }, { 1, 1, 0 }, { 1, 2, 0 }, { 6, 5, 3 }, { 5, 4, 0 },
        { 1, 6, 0 }, { 1, 9, 0 }, { 1, 10, 0 }, { 2, 5, 0 }, { 2, 6, 0 } };
    static const pool_case large[] = { { 0, 40, 37, 17, 2, 8, 0, 0 }, { 0, 70, 80, 30, 25, 3, 1, 0 }, { 0, 64, 90, 16, 1, 5, 0, 1 }, { 0, 2, 1000, 2, 900, 0, 0, 0 } };
    int i, how;
    size_t w, k;
    for (w = 0; w < sizeof widths / sizeof *widths; w++) {
        for (k = 0; k < sizeof kernels / sizeof *kernels; k++) {
            pool_case p;
            for (p.how = 0; p.how < 3; p.how++) {
                p.h = 7 + (int)(w % 3);
                p.w = widths[w];
                p.kernel = kernels[k][0];
                p.stride = kernels[k][1];
                p.pad = kernels[k][2];
                p.ceil_mode = (int)((w + k) % 2);
                p.count_pad = (int)(w % 2);
                one(&p);
            }
        }
    }
    for (i = 0; i < 12; i++) {
        pool_case p = large[i % 4];
        p.how = i / 4;
        one(&p);
    }
    for (how = DLCV_INTERPOLATION_SMOOTH; how <= DLCV_INTERPOLATION_AREA; how++) {
        for (w = 0; w < 5; w++) resize(how, 4 + (int)w, w < 2 ? 7 + (int)w : 13 * (int)w);
    }
    return test_end("pool");
}
