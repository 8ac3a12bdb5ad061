/* ---- minibatches: an endless stream of samples, shuffled anew in each epoch, and pictures changed at random ------------------------------------
 * Place p of the stream is sample shuffle(p mod n) of epoch p / n. All is a function of (seed, p): nothing is stored, any thread can make any sample. */
#define DLCV__STREAM_ORDER ((uint64_t)1 << 63)                          /* streams of random numbers, + the epoch: its order */
#define DLCV__STREAM_AUGMENT ((uint64_t)3 << 62)                        /* + the epoch, 4 blocks a sample */
#define DLCV__STREAM_MIXUP (((uint64_t)1 << 63) + ((uint64_t)1 << 61))  /* + the place of the first sample */
#define DLCV__SHUFFLE_ROUNDS 8

/* A picture as elements: channel c of pixel (y, x) is number c * by_c + y * by_y + x * by_x. */
typedef struct dlcv__picture {
    int height, width, channels;
    size_t by_c, by_y, by_x, count;
} dlcv__picture;

typedef struct dlcv__batch {
    const dlcv_dataset *d;
    dlcv_augment a;
    const dlcv__table *kernels;
    uint64_t seed, place;           /* of the first sample */
    int n, count, tasks, changes;   /* changes: more than copies */
    dlcv__picture picture;
    size_t row, label_row;          /* bytes of a sample and of its target */
    unsigned char *x, *y;           /* [count] of them; y may be NULL */
    unsigned char *other_y;         /* of mixup: the other sample's, or NULL */
    float share;                    /* of the first sample */
} dlcv__batch;

/* ---- the order */

/* Keys of an epoch. */
DLCV__FN void dlcv__order_keys(uint64_t seed, uint64_t epoch, uint32_t key[DLCV__SHUFFLE_ROUNDS])
{
    dlcv__philox(seed, DLCV__STREAM_ORDER + epoch, 0, key);
    dlcv__philox(seed, DLCV__STREAM_ORDER + epoch, 1, key + 4);
}

/* A permutation of 0 .. n - 1: a Feistel network (Luby and Rackoff 1988) over the least 4^h >= n numbers, walked on until it is inside (Black and Rogaway
 * 2002): fewer than 4 times on average. */
DLCV__FN uint32_t dlcv__shuffled(const uint32_t key[DLCV__SHUFFLE_ROUNDS], uint32_t n, uint32_t i)
{
    int h = 1, r;
    uint32_t mask, left, right, f;
    while (h < 16 && n > (uint32_t)1 << 2 * h) h++;
    mask = ((uint32_t)1 << h) - 1;
    do {
        left = i >> h;
        right = i & mask;
        for (r = 0; r < DLCV__SHUFFLE_ROUNDS; r++) {
            f = (right + 1) * 0x9E3779B1u + key[r];
            f = (f ^ f >> 15) * 0x85EBCA6Bu;
            f = (f ^ f >> 13) * 0xC2B2AE35u;
            f = left ^ ((f ^ f >> 16) & mask);
            left = right;
            right = f;
        }
        i = left << h | right;
    } while (i >= n);
    return i;
}

/* ---- one picture */

/* Element of a picture; outside it is `fill`. */
DLCV__FN float dlcv__augment_tap(const dlcv__batch *b, const unsigned char *in, int y, int x, int c)
{
    const dlcv__picture *p = &b->picture;
    const size_t at = (size_t)c * p->by_c + (size_t)y * p->by_y + (size_t)x * p->by_x;
    if (y < 0 || x < 0 || y >= p->height || x >= p->width) return b->a.fill;
    return b->d->x.dtype == DLCV_U8 ? (float)in[at] : ((const float *)(const void *)in)[at];
}

DLCV__FN void dlcv__augment_set(const dlcv__batch *b, unsigned char *out, size_t at, float v)
{
    if (b->d->x.dtype != DLCV_U8) ((float *)(void *)out)[at] = v;
    else out[at] = (unsigned char)(v > 0 ? v < 255 ? v + 0.5f : 255 : 0);
}

/* Out (y, x) is in (y + dy, x + dx), of its mirror image with flip. */
DLCV__FN void dlcv__augment_shift(const dlcv__batch *b, int flip, int dy, int dx, const unsigned char *in, unsigned char *out)
{
    const dlcv__picture *p = &b->picture;
    const int u8 = b->d->x.dtype == DLCV_U8;
    unsigned char pixel = 0;
    int y, x, c;
    if (u8) dlcv__augment_set(b, &pixel, 0, b->a.fill);
    for (y = 0; y < p->height; y++) {
        const int row = y + dy >= 0 && y + dy < p->height;
        for (x = 0; x < p->width; x++) {
            const int from = (flip ? p->width - 1 - x : x) + dx, inside = row && from >= 0 && from < p->width;
            size_t o = (size_t)y * p->by_y + (size_t)x * p->by_x, i = inside ? (size_t)(y + dy) * p->by_y + (size_t)from * p->by_x : 0;
            for (c = 0; c < p->channels; c++, o += p->by_c, i += p->by_c) {
                if (u8) out[o] = inside ? in[i] : pixel;
                else ((float *)(void *)out)[o] = inside ? ((const float *)(const void *)in)[i] : b->a.fill;
            }
        }
    }
}

/* Between four pixels. */
DLCV__INLINE float dlcv__bilinear(float a, float b, float c, float d, float fx, float fy)
{
    const float top = a + fx * (b - a), low = c + fx * (d - c);
    return top + fy * (low - top);
}

/* Out (y, x) is the picture at m times (x - middle, y - middle, 1), between pixels bilinear. */
DLCV__FN void dlcv__augment_move(const dlcv__batch *b, const float m[6], const unsigned char *in, unsigned char *out)
{
    const dlcv__picture *p = &b->picture;
    const float cx = 0.5f * (float)(p->width - 1), cy = 0.5f * (float)(p->height - 1), *f = (const float *)(const void *)in;
    const int u8 = b->d->x.dtype == DLCV_U8;
    int y, x, c;
    for (y = 0; y < p->height; y++) {
        const float dy = (float)y - cy, u0 = m[1] * dy + m[2] + cx, v0 = m[4] * dy + m[5] + cy;
        for (x = 0; x < p->width; x++) {
            const float dx = (float)x - cx, u = m[0] * dx + u0, v = m[3] * dx + v0;
            const int around = u > -1 && v > -1 && u < (float)p->width && v < (float)p->height;
            const int ix = around ? (int)(u + 1) - 1 : -2, iy = around ? (int)(v + 1) - 1 : -2;         /* rounded down */
            const int inside = ix >= 0 && iy >= 0 && ix + 1 < p->width && iy + 1 < p->height;
            const float fx = around ? u - (float)ix : 0, fy = around ? v - (float)iy : 0;
            size_t o = (size_t)y * p->by_y + (size_t)x * p->by_x, i = inside ? (size_t)iy * p->by_y + (size_t)ix * p->by_x : 0;
            for (c = 0; c < p->channels; c++, o += p->by_c, i += p->by_c) {
                const size_t k = i + p->by_y;
                float t;
                if (inside && u8) t = dlcv__bilinear((float)in[i], (float)in[i + p->by_x], (float)in[k], (float)in[k + p->by_x], fx, fy);
                else if (inside) t = dlcv__bilinear(f[i], f[i + p->by_x], f[k], f[k + p->by_x], fx, fy);
                else t = dlcv__bilinear(dlcv__augment_tap(b, in, iy, ix, c), dlcv__augment_tap(b, in, iy, ix + 1, c), dlcv__augment_tap(b, in, iy + 1, ix, c),
                                        dlcv__augment_tap(b, in, iy + 1, ix + 1, c), fx, fy);
                dlcv__augment_set(b, out, o, t);
            }
        }
    }
}

/* Brightness, contrast about the picture's mean, saturation about each pixel's grey (ITU-R BT.601), by three factors. */
DLCV__FN void dlcv__augment_colors(const dlcv__batch *b, const float factor[3], unsigned char *out)
{
    const dlcv__picture *p = &b->picture;
    const float gain = factor[0] * factor[1];
    float shift, v[3], grey;
    double sum = 0;
    size_t i;
    int y, x, c;
    for (i = 0; i < p->count; i++) sum += b->d->x.dtype == DLCV_U8 ? (double)out[i] : (double)((const float *)(const void *)out)[i];
    shift = (float)(sum / (double)p->count) * (factor[0] - gain);
    for (y = 0; y < p->height; y++) {
        for (x = 0; x < p->width; x++) {
            for (c = 0; c < p->channels; c++) {
                const size_t at = (size_t)c * p->by_c + (size_t)y * p->by_y + (size_t)x * p->by_x;
                v[c % 3] = gain * dlcv__augment_tap(b, out, y, x, c) + shift;
                if (p->channels != 3) dlcv__augment_set(b, out, at, v[c % 3]);
            }
            if (p->channels != 3) continue;
            grey = 0.299f * v[0] + 0.587f * v[1] + 0.114f * v[2];
            for (c = 0; c < 3; c++) {
                dlcv__augment_set(b, out, (size_t)c * p->by_c + (size_t)y * p->by_y + (size_t)x * p->by_x, grey + factor[2] * (v[c] - grey));
            }
        }
    }
}

/* A square around pixel (cy, cx), as far as it is inside. */
DLCV__FN void dlcv__augment_cut(const dlcv__batch *b, int cy, int cx, unsigned char *out)
{
    const dlcv__picture *p = &b->picture;
    const int side = b->a.cutout, top = cy - side / 2, left = cx - side / 2;
    int y, x, c;
    for (y = top < 0 ? 0 : top; y < top + side && y < p->height; y++) {
        for (x = left < 0 ? 0 : left; x < left + side && x < p->width; x++) {
            for (c = 0; c < p->channels; c++) dlcv__augment_set(b, out, (size_t)c * p->by_c + (size_t)y * p->by_y + (size_t)x * p->by_x, b->a.fill);
        }
    }
}

/* Uniform in -1 .. 1 */
DLCV__FN float dlcv__both_sides(uint32_t word)
{
    return (float)(word >> 8) * 1.1920928955078125e-7f - 1.0f;         /* 2^-23 */
}

/* Uniform in 0 .. n - 1 */
DLCV__FN int dlcv__one_of(uint32_t word, int n)
{
    return (int)((uint64_t)word * (uint64_t)n >> 32);
}

/* Sample `index`, as it is in this epoch. */
DLCV__FN void dlcv__augment_picture(const dlcv__batch *b, uint64_t epoch, uint32_t index, const unsigned char *in, unsigned char *out)
{
    const dlcv_augment *a = &b->a;
    uint32_t w[12];
    float m[6], turn[2], factor[3], zoom = 1;
    int i;
    for (i = 0; i < 3; i++) dlcv__philox(b->seed, DLCV__STREAM_AUGMENT + epoch, (uint64_t)index * 4 + (uint64_t)i, w + 4 * i);
    turn[0] = 0;
    turn[1] = 1;
    if (a->rotate > 0) {
        const float turns = a->rotate * dlcv__both_sides(w[3]) / 360.0f;
        b->kernels->f32->sin_turns_f32(&turns, turn, 1);
        b->kernels->f32->cos_turns_f32(&turns, turn + 1, 1);
    }
    if (a->scale > 0) zoom = 1.0f / (1.0f + a->scale * dlcv__both_sides(w[4]));
    m[0] = turn[1] * zoom;
    m[1] = turn[0] * zoom;
    m[3] = -m[1];
    m[4] = m[0];
    if (a->flip && w[0] >> 31) {
        m[0] = -m[0];
        m[3] = -m[3];
    }
    m[2] = a->shift ? (float)(dlcv__one_of(w[1], 2 * a->shift + 1) - a->shift) : 0;
    m[5] = a->shift ? (float)(dlcv__one_of(w[2], 2 * a->shift + 1) - a->shift) : 0;
    if (m[0] == 1 && m[1] == 0 && m[2] == 0 && m[5] == 0) memcpy(out, in, b->row);
    else if (m[4] == 1 && m[1] == 0) dlcv__augment_shift(b, m[0] < 0, (int)m[5], (int)m[2], in, out);
    else dlcv__augment_move(b, m, in, out);
    for (i = 0; i < 3; i++) factor[i] = 1.0f + a->color * dlcv__both_sides(w[5 + i]);
    if (a->color > 0) dlcv__augment_colors(b, factor, out);
    if (a->cutout) dlcv__augment_cut(b, dlcv__one_of(w[8], b->picture.height), dlcv__one_of(w[9], b->picture.width), out);
}

/* ---- many samples */

DLCV__FN void dlcv__batch_task(int index, void *context)
{
    const dlcv__batch *b = (const dlcv__batch *)context;
    const uint64_t n = (uint64_t)b->n;
    uint64_t epoch = (uint64_t)-1;
    uint32_t key[DLCV__SHUFFLE_ROUNDS], from;
    int i, end = (int)((int64_t)b->count * (index + 1) / b->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    for (i = (int)((int64_t)b->count * index / b->tasks); i < end; i++) {
        const uint64_t p = b->place + (uint64_t)i;
        const unsigned char *in;
        if (p / n != epoch) dlcv__order_keys(b->seed, epoch = p / n, key);
        from = dlcv__shuffled(key, (uint32_t)n, (uint32_t)(p % n));
        in = (const unsigned char *)b->d->x.data + (size_t)from * b->row;
        if (b->changes) dlcv__augment_picture(b, epoch, from, in, b->x + (size_t)i * b->row);
        else if (b->row) memcpy(b->x + (size_t)i * b->row, in, b->row);
        in = (const unsigned char *)b->d->y.data + (size_t)from * b->label_row;
        if (b->y && b->label_row) memcpy(b->y + (size_t)i * b->label_row, in, b->label_row);
        if (b->other_y && b->label_row) memcpy(b->other_y + (size_t)(b->count - 1 - i) * b->label_row, in, b->label_row);
    }
    dlcv__fp_leave(fp);
}

/* Sample i and its partner, number count - 1 - i: each becomes `share` of itself and the rest of the other. */
DLCV__FN void dlcv__mix_task(int index, void *context)
{
    const dlcv__batch *b = (const dlcv__batch *)context;
    const size_t half = (size_t)(b->count / 2), size = dlcv_dtype_bytes(b->d->x.dtype), row = b->row / size;
    const float share = b->share;
    size_t i, k, end = half * (size_t)(index + 1) / (size_t)b->tasks;
    const dlcv__fp fp = dlcv__fp_enter();
    for (i = half * (size_t)index / (size_t)b->tasks; i < end; i++) {
        unsigned char *first = b->x + i * b->row, *second = b->x + ((size_t)b->count - 1 - i) * b->row;
        for (k = 0; k < row; k++) {
            const float u = size == 1 ? (float)first[k] : ((float *)(void *)first)[k], v = size == 1 ? (float)second[k] : ((float *)(void *)second)[k];
            dlcv__augment_set(b, first, k, share * u + (1 - share) * v);
            dlcv__augment_set(b, second, k, share * v + (1 - share) * u);
        }
    }
    dlcv__fp_leave(fp);
}

/* Beta(alpha, alpha) by Johnk's method (1964): x = u^(1/alpha), y = v^(1/alpha), until x + y <= 1: x / (x + y). */
DLCV__FN float dlcv__beta(const dlcv__table *kernels, uint64_t seed, uint64_t stream, float alpha)
{
    uint32_t w[4];
    float u[2], p[2];
    int i, k;
    for (i = 0; i < 256; i++) {
        dlcv__philox(seed, stream, (uint64_t)i, w);
        for (k = 0; k < 2; k++) u[k] = (float)((w[k] >> 8) + 1) * 5.9604644775390625e-8f;      /* (0, 1] */
        kernels->f32->log_f32(u, u, 2);
        for (k = 0; k < 2; k++) u[k] /= alpha;
        kernels->f32->exp_f32(u, p, 2);
        if (p[0] + p[1] > 1) continue;
        return p[0] + p[1] > 0 ? p[0] / (p[0] + p[1]) : u[0] > u[1] ? 1.0f : 0.0f;
    }
    return 0.5f;
}

/* x, y and other_y are filled. */
DLCV__FN void dlcv__batch_run(const dlcv_env *env, dlcv__batch *b)
{
    const int width = dlcv__width(env), pairs = b->count / 2;
    b->tasks = b->changes || b->row > 65536 ? width : 1;            /* copies are not worth a fork */
    if (b->tasks > b->count) b->tasks = b->count;
    dlcv__parallel(env, b->tasks, dlcv__batch_task, b);
    b->share = 1;
    if (!(b->a.mixup > 0)) return;
    b->share = dlcv__beta(b->kernels, b->seed, DLCV__STREAM_MIXUP + b->place, b->a.mixup);
    b->tasks = width < pairs ? width : pairs ? pairs : 1;
    dlcv__parallel(env, b->tasks, dlcv__mix_task, b);
}

DLCV__FN dlcv_status dlcv__augment_check(const char *who, const dlcv_dataset *d, dlcv__batch *b)
{
    const dlcv_augment *a = &b->a;
    const dlcv_shape *s = &d->x.shape;
    const int u8 = d->x.dtype == DLCV_U8;
    dlcv__picture *p = &b->picture;
    char text[112];
    if (a->flip != 0 && a->flip != 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.flip is %d, not 0 or 1", who, a->flip);
    if (a->shift < 0 || a->shift > 1 << 20) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.shift is %d, not in 0 .. 1048576", who, a->shift);
    if (a->cutout < 0 || a->cutout > 1 << 20) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.cutout is %d, not in 0 .. 1048576", who, a->cutout);
    if (!(a->rotate >= 0 && a->rotate <= 180)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.rotate is %g, not in 0 .. 180", who, (double)a->rotate);
    if (!(a->scale >= 0 && a->scale < 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.scale is %g, not in 0 .. 1", who, (double)a->scale);
    if (!(a->color >= 0 && a->color <= 1)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.color is %g, not in 0 .. 1", who, (double)a->color);
    if (!(a->mixup >= 0 && a->mixup <= 4)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.mixup is %g, not in 0 .. 4", who, (double)a->mixup);
    if (!dlcv__finite(a->fill)) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.fill is %g", who, (double)a->fill);
    b->changes = a->flip || a->shift || a->cutout || a->rotate > 0 || a->scale > 0 || a->color > 0;
    if (a->fill != 0 && !a->shift && !a->cutout && !(a->rotate > 0) && !(a->scale > 0)) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: augment.fill is %g, and no shift, cutout, rotate or scale that would show it", who, (double)a->fill);
    }
    if (!b->changes) return DLCV_OK;
    p->height = s->ndim == 4 && !u8 ? s->dim[2] : s->dim[1];
    p->width = s->ndim == 4 && !u8 ? s->dim[3] : s->dim[2];
    p->channels = s->ndim == 4 ? s->dim[u8 ? 3 : 1] : 1;
    p->count = b->row / dlcv_dtype_bytes(d->x.dtype);
    p->by_c = u8 ? 1 : p->count / (size_t)(p->channels > 0 ? p->channels : 1);
    p->by_x = u8 ? (size_t)p->channels : 1;
    p->by_y = p->by_x * (size_t)p->width;
    dlcv__shape_text(*s, text, sizeof text);
    if ((s->ndim == 3 || s->ndim == 4) && p->count && p->height < 1 << 24 && p->width < 1 << 24) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_SHAPE, "%s: augment wants pictures, u8 [n, h, w, c] or f32 [n, c, h, w], x is %s %s", who, dlcv__dtype_name(d->x.dtype), text);
}

/* What comes of the data: everything but where it goes. augment NULL: {0} */
DLCV__FN dlcv_status dlcv__batch_begin(const char *who, const dlcv_dataset *d, const dlcv_augment *augment, uint64_t seed, int count, dlcv__batch *b)
{
    dlcv_status s;
    memset(b, 0, sizeof *b);
    if (!d) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the data are NULL", who);
    s = dlcv__check(who, "x", &d->x);
    if (!s) s = dlcv__check(who, "y", &d->y);
    if (s) return s;
    if (d->x.dtype != DLCV_U8 && d->x.dtype != DLCV_F32) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: x is %s, not u8 or f32", who, dlcv__dtype_name(d->x.dtype));
    if (d->x.shape.ndim < 1 || d->y.shape.ndim < 1 || d->x.shape.dim[0] != d->y.shape.dim[0] || d->x.shape.dim[0] < 1) {
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: %d samples in x, %d in y: as many are wanted, at least one", who, d->x.shape.ndim ? d->x.shape.dim[0] : 0,
                         d->y.shape.ndim ? d->y.shape.dim[0] : 0);
    }
    if (count < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: batch is %d, at least 1 is wanted", who, count);
    b->d = d;
    b->kernels = dlcv__kernels();
    b->seed = seed;
    b->n = d->x.shape.dim[0];
    b->count = count;
    b->row = dlcv__row_bytes(&d->x);
    b->label_row = dlcv__row_bytes(&d->y);
    if (augment) b->a = *augment;
    return dlcv__augment_check(who, d, b);
}

DLCV_API dlcv_status dlcv_data_batch(const dlcv_env *env, const dlcv_dataset *d, int64_t step, int batch, uint64_t seed, const dlcv_augment *augment,
                                     dlcv_tensor *x, dlcv_tensor *y)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_shape xs, ys;
    dlcv__batch b;
    dlcv_status s = dlcv__batch_begin("data_batch", d, augment, seed, batch, &b);
    if (s) return s;
    if (!x || !y) return dlcv_fail(DLCV_ERR_ARGUMENT, "data_batch: %s is NULL", x ? "y" : "x");
    if (b.a.mixup > 0) return dlcv_fail(DLCV_ERR_UNSUPPORTED, "data_batch: mixup wants two targets a sample, which dlcv_fit has");
    if (step < 0 || step > ((int64_t)1 << 62) / batch) return dlcv_fail(DLCV_ERR_ARGUMENT, "data_batch: step is %lld", (long long)step);
    xs = d->x.shape;
    ys = d->y.shape;
    xs.dim[0] = ys.dim[0] = batch;
    s = dlcv__out_named(&e, "data_batch", "x", d->x.dtype, xs, x);
    if (!s) s = dlcv__out_named(&e, "data_batch", "y", d->y.dtype, ys, y);
    if (s) return s;
    b.place = (uint64_t)step * (uint64_t)batch;
    b.x = (unsigned char *)x->data;
    b.y = (unsigned char *)y->data;
    dlcv__batch_run(&e, &b);
    return DLCV_OK;
}

#undef DLCV__STREAM_ORDER
#undef DLCV__STREAM_AUGMENT
#undef DLCV__STREAM_MIXUP
#undef DLCV__SHUFFLE_ROUNDS
