/* ---- resampling, an axis at a time: pictures and the op resize2d ------------------------------------------------------------------------
 * Of `whole` samples that become of `in`, number at + i, i < out, is a sum of count[i] <= taps neighbours, from first[i] on, times weights. Sample i
 * lies at (i + 1/2) in / whole - 1/2. What has no weight is left out, so that it may be infinite. */
typedef struct dlcv__taps {
    int how, in, whole, at, out, taps;
    int *first, *count;         /* [out] */
    float *weight;              /* [out, taps] */
} dlcv__taps;

/* The bytes that its tables take, a multiple of 8. in, whole, out >= 1 */
DLCV__FN size_t dlcv__taps_of_size(dlcv__taps *a, int how, int in, int whole, int at, int out)
{
    const int64_t ratio = in / whole + (in % whole != 0);
    int64_t taps = 2 * ratio + 1;
    size_t bytes;
    a->how = how;
    a->in = in;
    a->whole = whole;
    a->at = at;
    a->out = out;
    if (how == (int)DLCV_INTERPOLATION_NEAREST) taps = 1;
    if (how == (int)DLCV_INTERPOLATION_BILINEAR) taps = 2;
    if (how == (int)DLCV_INTERPOLATION_BICUBIC) taps = 4;
    if (how == (int)DLCV_INTERPOLATION_AREA) taps = ratio + 1;
    a->taps = taps > in ? in : (int)taps;
    return dlcv__mul((size_t)out, ((size_t)a->taps + 2) * sizeof(float), &bytes) && bytes <= (size_t)-8 ? (bytes + 7) & ~(size_t)7 : (size_t)-1;
}

/* The cubic convolution of Keys 1981, equation 4, with a = -3/4 as OpenCV and PyTorch have it. */
DLCV__FN double dlcv__cubic(double x)
{
    const double a = -0.75;
    if (x < 0) x = -x;
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/* What neighbour j, inside or not, counts for sample i, before they are made to sum up to 1. */
DLCV__FN double dlcv__taps_weight(const dlcv__taps *a, int64_t i, int64_t j, double centre, double radius)
{
    int64_t low = i * a->in, high = low + a->in;        /* of the area, in parts of 1 / whole */
    double d = (double)j - centre;
    switch (a->how) {
    case DLCV_INTERPOLATION_NEAREST: return 1;
    case DLCV_INTERPOLATION_BICUBIC: return dlcv__cubic(d);
    case DLCV_INTERPOLATION_AREA:
        if (low < j * a->whole) low = j * a->whole;
        if (high > (j + 1) * a->whole) high = (j + 1) * a->whole;
        return (double)(high - low) / (double)a->in;
    default:
        d = (d < 0 ? -d : d) / radius;
        return d < 1 ? 1 - d : 0;
    }
}

/* Of what an int64_t holds */
DLCV__INLINE int64_t dlcv__floor(double x)
{
    const int64_t n = (int64_t)x;
    return n - ((double)n > x);
}

/* Where sample i lies and how far it sees: neighbours low .. high, which for BICUBIC may be outside. */
DLCV__FN void dlcv__taps_window(const dlcv__taps *a, int64_t i, double *centre, double *radius, int64_t *low, int64_t *high)
{
    const double ratio = (double)a->in / (double)a->whole;
    *centre = ((double)i + 0.5) * ratio - 0.5;
    *radius = a->how == (int)DLCV_INTERPOLATION_SMOOTH && ratio > 1 ? ratio : a->how == (int)DLCV_INTERPOLATION_BICUBIC ? 2 : 1;
    if (a->how == (int)DLCV_INTERPOLATION_BILINEAR) *centre = *centre < 0 ? 0 : *centre > a->in - 1 ? a->in - 1 : *centre;
    *low = -dlcv__floor(*radius - *centre);
    *high = dlcv__floor(*centre + *radius);
    if (a->how == (int)DLCV_INTERPOLATION_NEAREST) *low = *high = i * a->in / a->whole;
    if (a->how == (int)DLCV_INTERPOLATION_AREA) {
        *low = i * a->in / a->whole;
        *high = ((i + 1) * a->in - 1) / a->whole;
    }
    if (a->how == (int)DLCV_INTERPOLATION_BICUBIC) return;
    if (*low < 0) *low = 0;
    if (*high > a->in - 1) *high = a->in - 1;
}

/* Fills the tables, which take the bytes that dlcv__taps_of_size said. */
DLCV__FN void dlcv__taps_fill(dlcv__taps *a, void *memory)
{
    int i;
    a->first = (int *)memory;
    a->count = a->first + a->out;
    a->weight = (float *)(void *)(a->count + a->out);
    for (i = 0; i < a->out; i++) {
        float *w = a->weight + (size_t)i * (size_t)a->taps;
        double centre, radius, sum = 0;
        int64_t low, high, j;
        int n = 0, first = 0;
        dlcv__taps_window(a, (int64_t)a->at + i, &centre, &radius, &low, &high);
        for (j = low; j <= high; j++) sum += dlcv__taps_weight(a, (int64_t)a->at + i, j, centre, radius);
        for (j = low; j <= high; j++) {
            const float part = (float)(dlcv__taps_weight(a, (int64_t)a->at + i, j, centre, radius) / sum);
            const int at = j < 0 ? 0 : j > a->in - 1 ? a->in - 1 : (int)j;
            if (part == 0) continue;            /* at the ends alone: the others are neighbours */
            if (!n) first = at;
            if (at == first + n) w[n++] = 0;
            w[at - first] += part;
        }
        a->first[i] = first;
        a->count[i] = n;
    }
}

/* Row i of the result, n floats: rows of x, n floats each, times weights. */
DLCV__FN void dlcv__taps_row(const dlcv__kernels_flat *k, const dlcv__taps *a, size_t i, const float *x, float *y, size_t n)
{
    const float *w = a->weight + i * (size_t)a->taps;
    int t;
    x += (size_t)a->first[i] * n;
    k->binary_by[DLCV__FLAT_MUL](x, w[0], y, n);
    for (t = 1; t < a->count[i]; t++) k->axpy(w[t], x + (size_t)t * n, y, n);
}

/* y [out] from x [in], whose values are `step` apart */
DLCV__FN void dlcv__taps_across(const dlcv__taps *a, const float *x, size_t step, float *y)
{
    const float *w = a->weight;
    int i, t;
    for (i = 0; i < a->out && a->taps == 1; i++) y[i] = w[i] * x[(size_t)a->first[i] * step];
    for (; i < a->out; i++, w += a->taps) {
        const float *p = x + (size_t)a->first[i] * step;
        float sum = w[0] * p[0];
        for (t = 1; t < a->count[i]; t++) sum += w[t] * p[(size_t)t * step];
        y[i] = sum;
    }
}
