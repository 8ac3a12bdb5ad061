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

/* n zeros */
DLCV__INLINE void DLCV__K(gather_blank)(float *to, size_t n, float zero)
{
    const DLCV__V v = DLCV__VSET(zero);
    size_t q = 0;
    for (; q + DLCV__VW <= n; q += DLCV__VW) DLCV__VSTORE(to + q, v);
    for (; q < n; q++) to[q] = zero;
}

/* One tap of one segment, whatever it is: to[q] = row[x + q step], zero outside 0 .. w - 1; `at` is the place of row[x] in the source. */
DLCV__APART DLCV__REALIGN void DLCV__K(gather_edge)(const dlcv__gather *g, float *to, ptrdiff_t at, ptrdiff_t x, size_t len)
{
    const ptrdiff_t step = g->sx;
    size_t begin = 0, end = 0, q;
    if (step == 1 && x >= 0 && x + (ptrdiff_t)len <= g->src_w) {
        DLCV__K(gather_run)(to, g->src + at, len);
        return;
    }
    if (x < 0) begin = (size_t)((step - 1 - x) / step);
    if (begin > len) begin = len;
    if (x < g->src_w) end = (size_t)((g->src_w - 1 - x) / step) + 1;
    if (end > len) end = len;
    for (q = 0; q < begin; q++) to[q] = g->zero;
    if (end > begin) {
        const float *from = g->src + (at + (ptrdiff_t)begin * step);
        if (step == 1) DLCV__K(gather_run)(to + begin, from, end - begin);
        else DLCV__K(gather_step)(to + begin, from, (size_t)step, end - begin);
        q = end;
    }
    for (; q < len; q++) to[q] = g->zero;
}

/* `taps` runs of `up` floats, whole vectors, dx apart */
DLCV__INLINE void DLCV__K(gather_taps)(float *to, size_t lanes, const float *p, ptrdiff_t dx, size_t taps, size_t up)
{
    size_t q;
    for (; taps; taps--, to += lanes, p += dx) {
        DLCV__V v = DLCV__VLOAD(p);
        DLCV__VSTORE(to, v);
        for (q = DLCV__VW; q < up; q += DLCV__VW) {
            v = DLCV__VLOAD(p + q);
            DLCV__VSTORE(to + q, v);
        }
    }
}

/* The same for runs that begin at column x of the picture: what lies outside 0 .. w - 1 becomes zero */
DLCV__INLINE void DLCV__K(gather_zeros)(float *to, size_t lanes, ptrdiff_t x, ptrdiff_t w, ptrdiff_t dx, size_t taps, ptrdiff_t len, float zero)
{
    ptrdiff_t q;
    for (; taps; taps--, to += lanes, x += dx) {
        for (q = 0; q < len && q < -x; q++) to[q] = zero;
        for (q = w > x ? w - x : 0; q < len; q++) to[q] = zero;
    }
}

/* See dlcv__kernels_f32. A segment goes through all rows. With stride 1 it is copied in whole vectors, over the edges of the picture too, which
 * are then made zero, and into the columns of the next segment, which comes later; where that would leave the source or the row of out,
 * gather_edge does it. Zero is a variable, so that no compiler calls memset for one float. */
DLCV__KERNEL void DLCV__K(gather)(const dlcv__gather *g, const dlcv__segment *segments, int count, size_t group, size_t k0, size_t k1, float *out)
{
    const size_t plane = (size_t)(g->src_h * g->src_w), all = plane * g->channels * g->groups * g->images, lanes = g->lanes;
    const size_t line = g->nx ? k0 / g->nx : 0;                 /* (channel, row of the kernel) */
    const size_t first = k0 - line * g->nx, first_i = g->ny ? line % g->ny : 0;
    const ptrdiff_t dx = g->dx, wide = (ptrdiff_t)(g->nx ? g->nx - 1 : 0) * dx;
    const ptrdiff_t from = g->ny ? (ptrdiff_t)((group * g->channels + line / g->ny) * plane) : 0;
    int n;
    for (n = 0; n < count; n++) {
        const dlcv__segment *s = &segments[n];
        const size_t len = (size_t)s->len, up = (len + DLCV__VW - 1) / DLCV__VW * DLCV__VW;
        const int fits = (size_t)s->col + up <= lanes;
        const int edges = s->x < 0 || s->x + wide < 0 || s->x + s->len > g->src_w || s->x + wide + s->len > g->src_w;
        size_t k = k0, b = first, i = first_i, taps, q;
        float *to = out + s->col;
        ptrdiff_t y = s->y + (ptrdiff_t)i * g->dy, at = s->at + from + (ptrdiff_t)i * g->dy * g->src_w + (ptrdiff_t)b * dx;
        for (; k < k1; k += taps, to += taps * lanes) {
            taps = g->nx - b < k1 - k ? g->nx - b : k1 - k;
            if (y < 0 || y >= g->src_h) {
                for (q = 0; q < taps; q++) DLCV__K(gather_blank)(to + q * lanes, len, g->zero);
            } else if (g->sx == 1 && at >= 0 && at + wide >= 0 && (size_t)at + up <= all && (size_t)(at + wide) + up <= all) {
                for (q = 0; q < up; q += 16) DLCV__PREFETCH(g->src + at + up + q);      /* of the next panel, perhaps */
                if (fits) DLCV__K(gather_taps)(to, lanes, g->src + at, dx, taps, up);
                else
                    for (q = 0; q < taps; q++) DLCV__K(gather_run)(to + q * lanes, g->src + at + (ptrdiff_t)q * dx, len);
                if (edges) DLCV__K(gather_zeros)(to, lanes, s->x + (ptrdiff_t)b * dx, g->src_w, dx, taps, s->len, g->zero);
            } else {
                for (q = 0; q < taps; q++)
                    DLCV__K(gather_edge)(g, to + q * lanes, at + (ptrdiff_t)q * dx, s->x + (ptrdiff_t)(b + q) * dx, len);
            }
            at += g->dy * g->src_w - (ptrdiff_t)b * dx;
            y += g->dy;
            b = 0;
            if (++i == g->ny) {
                i = 0;
                y = s->y;
                at += (ptrdiff_t)plane - (ptrdiff_t)g->ny * g->dy * g->src_w;
            }
        }
    }
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
