/* ---- convolution: from the map back to the picture, and gradients ------------------------------------------------------------------ */

/* picture = sum over filters and taps of map * weights, then the tail: [n, c, h, w] */
DLCV__FN void dlcv__conv_up_run(const dlcv__conv_run *r)
{
    const dlcv__conv_geom *g = r->g;
    size_t n, c, y, x, f, i, j, at = 0;
    for (n = 0; n < g->n; n++)
        for (c = 0; c < g->c; c++)
            for (y = 0; y < g->h; y++)
                for (x = 0; x < g->w; x++, at++) {
                    float sum = 0;
                    for (f = 0; f < g->fg; f++)
                        for (i = 0; i < g->kh; i++)
                            for (j = 0; j < g->kw; j++) {
                                const size_t vy = y + g->pt - i * g->dh, vx = x + g->pl - j * g->dw, group = c / g->cg;
                                const size_t map = (n * g->f + group * g->fg + f) * g->pixels;
                                if (vy % g->sh || vx % g->sw || vy / g->sh >= g->oh || vx / g->sw >= g->ow) continue;
                                if (y + g->pt < i * g->dh || x + g->pl < j * g->dw) continue;
                                sum += dlcv__load_f32(r->x + map + vy / g->sh * g->ow + vx / g->sw)
                                    * dlcv__load_f32(r->weights + (group * g->fg + f) * g->k + (c % g->cg) * g->taps + i * g->kw + j);
                            }
                    sum = dlcv__conv_finish(&r->tail, sum, c, at);
                    memcpy(r->y + at, &sum, 4);
                }
}

DLCV__FN int dlcv__conv_up_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    (void)g, (void)k, (void)width;
    *prepared = *workspace = 0;
    return 1;
}

DLCV__FN int dlcv__conv_back_weights_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    (void)g, (void)k, (void)width;
    *workspace = 0;
    return 1;
}

/* dw = (add ? dw : 0) + sum over samples and pixels of map * picture */
DLCV__FN void dlcv__conv_back_weights(const dlcv__conv_run *r, const float *picture, const float *map, int add)
{
    const dlcv__conv_geom *g = r->g;
    float *dw = r->y;
    size_t f, c, i, j, n, oy, ox, at = 0;
    for (f = 0; f < g->f; f++)
        for (c = 0; c < g->cg; c++)
            for (i = 0; i < g->kh; i++)
                for (j = 0; j < g->kw; j++, at++) {
                    float sum = 0;
                    for (n = 0; n < g->n; n++)
                        for (oy = 0; oy < g->oh; oy++)
                            for (ox = 0; ox < g->ow; ox++) {
                                const size_t y = oy * g->sh + i * g->dh - g->pt, x = ox * g->sw + j * g->dw - g->pl;
                                if (y < g->h && x < g->w)
                                    sum += dlcv__load_f32(picture + (n * g->c + f / g->fg * g->cg + c) * g->plane + y * g->w + x)
                                        * dlcv__load_f32(map + (n * g->f + f) * g->pixels + oy * g->ow + ox);
                            }
                    if (add) sum += dlcv__load_f32(dw + at);
                    memcpy(dw + at, &sum, 4);
                }
}

/* db = (add ? db : 0) + sums of [n, channels, pixels] over samples and pixels */
DLCV__FN void dlcv__conv_back_bias(size_t n, size_t channels, size_t pixels, const float *dy, float *db, int add)
{
    size_t c, i, p;
    for (c = 0; c < channels; c++) {
        float sum = 0;
        for (i = 0; i < n; i++)
            for (p = 0; p < pixels; p++) sum += dlcv__load_f32(dy + (i * channels + c) * pixels + p);
        if (add) sum += dlcv__load_f32(db + c);
        memcpy(db + c, &sum, 4);
    }
}
