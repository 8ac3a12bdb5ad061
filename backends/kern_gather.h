/* ---- kernels: the rows of a convolution's matrix, gathered from a picture ------------------------------------------------------------ */
#if DLCV__STAMP_F32

/* n < VW floats (in the scalar stamp none) */
DLCV__INLINE void DLCV__K(gather_few)(float *to, const float *from, size_t n)
{
    size_t i;
#if DLCV__VW > 8
    if (n >= 8) {
        memcpy(to, from, 32);
        memcpy(to + n - 8, from + n - 8, 32);
        return;
    }
#endif
#if DLCV__VW > 4
    if (n >= 4) {
        memcpy(to, from, 16);
        memcpy(to + n - 4, from + n - 4, 16);
        return;
    }
#endif
    for (i = 0; i < n; i++) memcpy(to + i, from + i, 4);
}

/* n floats side by side; nothing outside is touched */
DLCV__INLINE void DLCV__K(gather_run)(float *to, const float *from, size_t n)
{
    size_t q;
    if (n < DLCV__VW) {
        DLCV__K(gather_few)(to, from, n);
        return;
    }
    for (q = 0; q + DLCV__VW <= n; q += DLCV__VW) {
        const DLCV__V v = DLCV__VLOAD(from + q);
        DLCV__VSTORE(to + q, v);
    }
    if (q < n) {
        const DLCV__V v = DLCV__VLOAD(from + n - DLCV__VW);
        DLCV__VSTORE(to + n - DLCV__VW, v);
    }
}

/* n floats, `step` apart */
DLCV__KERNEL void DLCV__K(gather_step)(float *to, const float *from, size_t step, size_t n)
{
    size_t q = 0;
#if defined(DLCV__Q) && DLCV__VW > 1
    if (step == 2)
        for (; q + 5 <= n; q += 4) {    /* reads one float behind the fourth */
            const DLCV__Q a = DLCV__QLOAD(from + 2 * q), b = DLCV__QLOAD(from + 2 * q + 4);
            DLCV__QSTORE(to + q, DLCV__QLOW32(DLCV__QLOW32(a, b), DLCV__QHIGH32(a, b)));
        }
    else if (step == 4)
        for (; q + 5 <= n; q += 4) {
            const DLCV__Q a = DLCV__QLOAD(from + 4 * q), b = DLCV__QLOAD(from + 4 * q + 4);
            const DLCV__Q c = DLCV__QLOAD(from + 4 * q + 8), d = DLCV__QLOAD(from + 4 * q + 12);
            DLCV__QSTORE(to + q, DLCV__QLOW64(DLCV__QLOW32(a, b), DLCV__QLOW32(c, d)));
        }
#endif
    for (; q < n; q++) memcpy(to + q, from + q * step, 4);
}

/* One tap of one segment: to[q] = row[x + q step], zero outside 0 .. w - 1. `at` is the place of row[x] in the source. */
DLCV__KERNEL void DLCV__K(gather_edge)(const dlcv__gather *g, float *to, ptrdiff_t at, ptrdiff_t x, size_t len)
{
    const ptrdiff_t step = g->sx;
    size_t begin = 0, end = 0, q;
    if (x < 0) begin = (size_t)((step - 1 - x) / step);
    if (begin > len) begin = len;
    if (x < g->src_w) end = (size_t)((g->src_w - 1 - x) / step) + 1;
    if (end > len) end = len;
    for (q = 0; q < begin; q++) to[q] = 0;
    if (end > begin) {
        const float *from = g->src + (at + (ptrdiff_t)begin * step);
        if (step == 1) DLCV__K(gather_run)(to + begin, from, end - begin);
        else DLCV__K(gather_step)(to + begin, from, (size_t)step, end - begin);
        q = end;
    }
    for (; q < len; q++) to[q] = 0;
}

/* See dlcv__kernels_f32. With stride 1 a run is copied in whole vectors wherever these stay inside the source and the row of out, over
 * the edges of the picture too, which are then made zero. */
DLCV__KERNEL void DLCV__K(gather)(const dlcv__gather *g, const dlcv__segment *segments, int count, size_t group, size_t k0, size_t k1, float *out)
{
    const size_t plane = (size_t)(g->src_h * g->src_w), image = plane * g->channels * g->groups, all = image * g->images;
    size_t line, k, end;
    int i;
    if (k0 == k1) return;
    for (line = k0 / g->nx; line * g->nx < k1; line++) {        /* (channel, row of the kernel) */
        const ptrdiff_t y0 = g->y0 + (ptrdiff_t)(line % g->ny) * g->dy;
        const size_t from = (group * g->channels + line / g->ny) * plane;
        const size_t b0 = line * g->nx < k0 ? k0 - line * g->nx : 0;
        end = line * g->nx + g->nx < k1 ? line * g->nx + g->nx : k1;
        for (i = 0; i < count; i++) {
            const dlcv__segment *s = &segments[i];
            const ptrdiff_t y = s->y + y0;
            const size_t len = (size_t)s->len, up = (len + DLCV__VW - 1) / DLCV__VW * DLCV__VW;
            const int whole = g->sx == 1 && (size_t)s->col + up <= g->lanes;
            float *to = out + (line * g->nx + b0 - k0) * g->lanes + s->col;
            ptrdiff_t x = s->x + g->x0 + (ptrdiff_t)b0 * g->dx, at;
            size_t q;
            if (s->image == (size_t)-1 || y < 0 || y >= g->src_h) {
                for (k = line * g->nx + b0; k < end; k++, to += g->lanes)
                    for (q = 0; q < len; q++) to[q] = 0;
                continue;
            }
            at = (ptrdiff_t)(s->image * image + from) + y * g->src_w + x;
            for (k = line * g->nx + b0; k < end; k++, to += g->lanes, x += g->dx, at += g->dx) {
                if (whole && at >= 0 && (size_t)at + up <= all) {
                    const float *p = g->src + at;
                    for (q = 0; q < len; q += DLCV__VW) {
                        const DLCV__V v = DLCV__VLOAD(p + q);
                        DLCV__VSTORE(to + q, v);
                    }
                    if (x < 0 || x + s->len > g->src_w) {
                        const ptrdiff_t right = g->src_w - x;
                        for (q = 0; q < len && (ptrdiff_t)q < -x; q++) to[q] = 0;
                        for (q = right > 0 ? (size_t)right : 0; q < len; q++) to[q] = 0;
                    }
                } else if (g->sx == 1 && x >= 0 && x + s->len <= g->src_w) {
                    DLCV__K(gather_run)(to, g->src + at, len);
                } else {
                    DLCV__K(gather_edge)(g, to, at, x, len);
                }
            }
        }
    }
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
