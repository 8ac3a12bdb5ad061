/* ---- convolution as a matrix product whose operand is gathered from the picture ------------------------------------------------- */
DLCV__FN int dlcv__conv_always(const dlcv__conv_geom *g)
{
    (void)g;
    return 1;
}

DLCV__FN double dlcv__conv_gemm_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    (void)k;
    return (double)g->y_count * (double)g->k;
}

DLCV__FN int dlcv__conv_gemm_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    (void)g, (void)k, (void)width;
    *prepared = *workspace = 0;
    return 1;
}

DLCV__FN void dlcv__conv_gemm_run(const dlcv__conv_run *r)
{
    const dlcv__conv_geom *g = r->g;
    size_t n, f, oy, ox, c, i, j, at = 0;
    for (n = 0; n < g->n; n++)
        for (f = 0; f < g->f; f++)
            for (oy = 0; oy < g->oh; oy++)
                for (ox = 0; ox < g->ow; ox++, at++) {
                    float sum = 0;
                    for (c = 0; c < g->cg; c++)
                        for (i = 0; i < g->kh; i++)
                            for (j = 0; j < g->kw; j++) {
                                const size_t y = oy * g->sh + i * g->dh - g->pt, x = ox * g->sw + j * g->dw - g->pl;
                                const size_t plane = (n * g->c + f / g->fg * g->cg + c) * g->plane;
                                if (y < g->h && x < g->w) sum += dlcv__load_f32(r->x + plane + y * g->w + x) * dlcv__load_f32(r->weights + f * g->k + c * g->taps + i * g->kw + j);
                            }
                    sum = dlcv__conv_finish(&r->tail, sum, f, at);
                    memcpy(r->y + at, &sum, 4);
                }
}
