/* ---- kernels: pooling ----------------------------------------------------------------------------------------------------------------------- */
#if DLCV__STAMP_F32

/* `lines` lines of p->n windows, of `rows` x p->cols each, p->step columns apart; y[j] = the maximum, the sum over count * p->count[j], or the root of the
 * sum of squares, first down each column, then from left to right. x [rows, p->pitch] has p->width columns, p->before columns of padding stand before them, and
 * after them as many as the last window sees. The next line is p->x_line, p->y_line further. POOL_AT: at[j] = tap + r cols + c, where the maximum is, the first
 * of several. v has the columns of a line, padding and all, t of each the tap of its maximum as that of its window's first column; in sums t is what these are
 * multiplied by (strict: divided). Padding is 0 to sums, and the outermost column once more to maxima. Where less than a vector is left, the last vector is
 * done once more, but for lines shorter than one. */
#define DLCV__POOL_SQUARED(u) (how == DLCV__POOL_L2 ? DLCV__VMUL((u), (u)) : (u))
#define DLCV__POOL_GET(p) (whole ? DLCV__VLOAD(p) : DLCV__VLOADN((p), (size_t)width))

/* top: of maxima */
DLCV__INLINE void DLCV__K(pool_down)(const dlcv__windows *p, int top, const float *x, int rows, int tap, float *v, float *t)
{
    const int how = p->how, width = p->width, whole = width >= DLCV__VW, before = p->before, all = (p->n - 1) * p->step + p->cols;
    const size_t pitch = p->pitch;
    int q, r;
    for (q = 0; q < width; q += DLCV__VW) {
        const float *from;
        DLCV__V u, best, k = DLCV__VSET((float)tap);
        if (whole && width - q < DLCV__VW) q = width - DLCV__VW;
        from = x + q;
        u = DLCV__POOL_GET(from);
        best = top ? u : DLCV__POOL_SQUARED(u);
        for (r = 1; r < rows; r++) {
            from += pitch;
            u = DLCV__POOL_GET(from);
            if (top) {
                if (how == DLCV__POOL_AT) k = DLCV__VSELECT(DLCV__VLT(best, u), DLCV__VSET((float)(tap + r * p->cols)), k);
                best = DLCV__VMAX(u, best);
            } else {
                best = DLCV__VADD(DLCV__POOL_SQUARED(u), best);
            }
        }
        DLCV__VSTORE(v + before + q, best);
        if (top && how == DLCV__POOL_AT) DLCV__VSTORE(t + before + q, k);
    }
    for (q = 0; q < before && top; q++) {
        v[q] = v[before];
        if (how == DLCV__POOL_AT) t[q] = t[before] + (float)(before - q);       /* which makes the tap that of the first column */
    }
    for (q = before + width; q < all && top; q++) {
        v[q] = v[before + width - 1];
        if (how == DLCV__POOL_AT) t[q] = t[before + width - 1];
    }
}

/* v[0], v[step], ... */
DLCV__INLINE DLCV__V DLCV__K(pool_take)(const float *v, int step)
{
    float lanes[DLCV__VW];
    int l;
    if (step == 1) return DLCV__VLOAD(v);
    if (step == 2) {
        const DLCV__V a = DLCV__VLOAD(v), b = DLCV__VLOAD(v + DLCV__VW);
        (void)b;                                                /* scalar */
        return DLCV__VEVEN(a, b);
    }
    for (l = 0; l < DLCV__VW; l++) lanes[l] = v[l * step];
    return DLCV__VLOAD(lanes);
}

/* free: what is behind the end of y and at may be overwritten */
DLCV__INLINE void DLCV__K(pool_across)(const dlcv__windows *p, int top, const float *v, const float *t, float *y, uint8_t *at, int free)
{
    const DLCV__V none = DLCV__VSET(1e9f);
    const int how = p->how, n = p->n, cols = p->cols, step = p->step;
    uint8_t bytes[DLCV__VW];
    int j, c;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V best, tap = none;
        if (n - j < DLCV__VW && n >= DLCV__VW) j = n - DLCV__VW;
        best = DLCV__K(pool_take)(v + j * step, step);
        if (top && how == DLCV__POOL_AT) tap = DLCV__K(pool_take)(t + j * step, step);
        for (c = 1; c < cols; c++) {
            const DLCV__V u = DLCV__K(pool_take)(v + j * step + c, step);
            if (!top) {
                best = DLCV__VADD(u, best);
            } else if (how == DLCV__POOL_AT) {                  /* the greater; of equal ones the lower tap */
                const DLCV__V more = DLCV__VMAX(u, best), number = DLCV__VADD(DLCV__K(pool_take)(t + j * step + c, step), DLCV__VSET((float)c));
                const DLCV__V old = DLCV__VSELECT(DLCV__VLT(best, more), none, tap), other = DLCV__VSELECT(DLCV__VLT(u, more), none, number);
                tap = DLCV__VMIN(other, old);
                best = more;
            } else {
                best = DLCV__VMAX(u, best);
            }
        }
        if (!top && how == DLCV__POOL_L2) best = DLCV__VSQRT(best);
#ifdef DLCV_STRICT
        else if (!top) best = DLCV__VDIV(best, DLCV__VLOAD(t + j));
#else
        else if (!top) best = DLCV__VMUL(best, DLCV__VLOAD(t + j));
#endif
        if (free || DLCV__VW == 1 || n - j >= DLCV__VW) {
            DLCV__VSTORE(y + j, best);
            if (top && how == DLCV__POOL_AT) DLCV__VNARROW(at + j, DLCV__VTOI(tap));
        } else if (DLCV__VW > 1) {
            DLCV__VSTOREN(y + j, best, (size_t)(n - j));
            if (!top || how != DLCV__POOL_AT) continue;
            DLCV__VNARROW(bytes, DLCV__VTOI(tap));
            memcpy(at + j, bytes, (size_t)(n - j));
        }
    }
}

/* zeros around the columns of a line: sums' padding, and what is computed with though nobody sees it */
DLCV__INLINE void DLCV__K(pool_clear)(const dlcv__windows *p, float *v)
{
    const int all = (p->n - 1) * p->step + p->cols + (DLCV__VW > p->n ? (DLCV__VW - p->n) * p->step : 0);
    const DLCV__V zero = DLCV__VZERO();
    int q;
    for (q = 0; q < p->before; q += DLCV__VW) DLCV__VSTORE(v + q, zero);
    for (q = p->before + p->width; q < all + DLCV__VW; q += DLCV__VW) DLCV__VSTORE(v + q, zero);
}

DLCV__INLINE void DLCV__K(pool_lines)(const dlcv__windows *all, int top, int step, const float *x, int rows, int tap, float count, int lines, float *y, uint8_t *at, float *v, float *t)
{
    dlcv__windows copy = *all;                                  /* which no store changes */
    const dlcv__windows *const p = &copy;
    const size_t size = ((size_t)step * p->room + 30) / 16 * 16, again = top ? size : 0, off = (size_t)(0 - p->before) % 16;         /* the first column is aligned */
    const int most = (int)((DLCV__POOL_FLOATS + 32) / size);
    int i, some = lines < most ? lines : most;
    copy.step = step;
    v += off;
    t += top ? off : 0;
    for (i = 0; i < some; i++) {
        DLCV__K(pool_clear)(p, v + (size_t)i * size);
        if (top && p->how == DLCV__POOL_AT) DLCV__K(pool_clear)(p, t + (size_t)i * size);
    }
    for (i = 0; i < p->n && p->how == DLCV__POOL_AVERAGE; i += DLCV__VW) {
        DLCV__V by = DLCV__VMUL(DLCV__VLOAD(p->count + i), DLCV__VSET(count));
#ifndef DLCV_STRICT
        by = DLCV__VDIV(DLCV__VSET(1.0f), by);
#endif
        DLCV__VSTORE(t + i, by);
    }
    for (; lines > 0; lines -= some, y += (size_t)some * p->y_line) {
        some = lines < most ? lines : most;
        for (i = 0; i < some; i++, x += p->x_line) DLCV__K(pool_down)(p, top, x, rows, tap, v + (size_t)i * size, t + (size_t)i * again);
        for (i = 0; i < some; i++) {
            const size_t line = (size_t)i * p->y_line;
            DLCV__K(pool_across)(p, top, v + (size_t)i * size, t + (size_t)i * again, y + line, p->how == DLCV__POOL_AT ? at + line : at,
                                 p->alone && (size_t)(lines - 1 - i) * p->y_line >= DLCV__VW);
        }
        if (p->how == DLCV__POOL_AT) at += (size_t)some * p->y_line;
    }
}

DLCV__KERNEL void DLCV__K(flat_pool)(const dlcv__windows *p, const float *x, int rows, int tap, float count, int lines, float *y, uint8_t *at)
{
    DLCV__ALIGN64 float v[DLCV__POOL_FLOATS + 32], t[DLCV__POOL_FLOATS + 32];
    if (p->how <= DLCV__POOL_AT && p->step == 2) DLCV__K(pool_lines)(p, 1, 2, x, rows, tap, count, lines, y, at, v, t);
    else if (p->how <= DLCV__POOL_AT && p->step == 1) DLCV__K(pool_lines)(p, 1, 1, x, rows, tap, count, lines, y, at, v, t);
    else if (p->step == 2) DLCV__K(pool_lines)(p, 0, 2, x, rows, tap, count, lines, y, at, v, t);
    else if (p->step == 1) DLCV__K(pool_lines)(p, 0, 1, x, rows, tap, count, lines, y, at, v, t);
    else if (p->how <= DLCV__POOL_AT) DLCV__K(pool_lines)(p, 1, p->step, x, rows, tap, count, lines, y, at, v, t);
    else DLCV__K(pool_lines)(p, 0, p->step, x, rows, tap, count, lines, y, at, v, t);
    DLCV__LEAVE();
}

/* The gradient of a plane, columns 0 .. p->width - 1 of dx: each is the sum, from the first row of windows to the last, from left to right, of what the windows that
 * see it give. A maximum gives dy to its tap alone, an average dy / count, L2 pooling x dy / root. Column q is tap c of window (p->before + q - c) / step; of these,
 * p->lo .. p->hi - 1 are the first ones of dy's lines, the others are none. They are laid out in d and at, p->room each line, 0 where there is none. */
DLCV__INLINE void DLCV__K(pool_lay)(const dlcv__windows *p, int how, int i, const float *dy, const float *root, const uint8_t *from, float *d, uint8_t *at)
{
    const int n = p->hi - p->lo, top = i * p->y_step - p->above;
    const DLCV__V rows = DLCV__VSET((float)((top + p->rows < p->bottom ? top + p->rows : p->bottom) - (top > p->top ? top : p->top)));
    int k;
    for (k = 0; k < n; k += DLCV__VW) {
        const ptrdiff_t left = n - k;
        DLCV__V v = DLCV__FLAT_SOME(dy + k, left);
        if (how == DLCV__POOL_AVERAGE) v = DLCV__VDIV(v, DLCV__VMUL(DLCV__VLOAD(p->count + k), rows));
        if (how == DLCV__POOL_L2) v = DLCV__VDIV(v, left >= DLCV__VW ? DLCV__VLOAD(root + k) : DLCV__VADD(DLCV__VLOADN(root + k, (size_t)left), DLCV__VSET(FLT_MIN)));
        DLCV__VSTORE(d + p->lo + k, v);
    }
    if (how != DLCV__POOL_AT) return;
    for (k = 0; k + 16 <= n; k += 16) memcpy(at + p->lo + k, from + k, 16);
    if (k + 8 <= n) memcpy(at + p->lo + k, from + k, 8), k += 8;
    for (; k < n; k++) at[p->lo + k] = from[k];
}

/* What window m - k gives by its tap c + k step. */
#define DLCV__FLAT_GIVEN(k) { \
    DLCV__V g = DLCV__VLOAD(d - (k)); \
    if (how == DLCV__POOL_AT) g = DLCV__VSELECT(DLCV__VIEQ(DLCV__VWIDEN(at - (k)), DLCV__VISET(c + (k) * step)), g, DLCV__VZERO()); \
    sum = DLCV__VADD(sum, g); }

/* columns of tap `first` of window m, and so on, under `lines` lines */
DLCV__INLINE DLCV__V DLCV__K(pool_share)(const dlcv__windows *p, int how, int step, const float *d, const uint8_t *at, int tap, int lines, int first, size_t m)
{
    DLCV__V sum = DLCV__VZERO();
    int k, c, last;
    if (first >= step) first -= step, m++;
    last = p->cols - 1 - first;
    if (last < 0) return sum;
    last = step == 1 ? last : step == 2 ? last >> 1 : last / step;
    for (c = tap + first, d += m, at += m; lines > 0; lines--, d += p->room, at += p->room, c -= p->y_step * p->cols) {
        for (k = last; k > 2; k--) DLCV__FLAT_GIVEN(k)
        if (last > 1) DLCV__FLAT_GIVEN(2)
        if (last > 0) DLCV__FLAT_GIVEN(1)
        DLCV__FLAT_GIVEN(0)
    }
    return sum;
}

/* `lines` lines of windows see this row, the first one by taps from `tap` on. m and first: the window and its tap that column 0 is. */
DLCV__INLINE void DLCV__K(pool_row)(const dlcv__windows *p, int how, int step, const float *d, const uint8_t *at, int tap, int lines, size_t m, int first, const float *x, float *dx)
{
    const int width = p->width;
    float lanes[DLCV__VW];
    int q, f, l;
    for (q = 0; q < width; q += step * DLCV__VW, m += DLCV__VW) {
        const int left = width - q;
        DLCV__V a = DLCV__K(pool_share)(p, how, step, d, at, tap, lines, first, m), b = a;
        if (step <= 2) {
            if (step == 2) {
                const DLCV__V odd = DLCV__K(pool_share)(p, how, step, d, at, tap, lines, first + 1, m);
                b = DLCV__VZIPHI(a, odd);
                a = DLCV__VZIPLO(a, odd);
            }
            if (how == DLCV__POOL_L2) a = DLCV__VMUL(a, DLCV__FLAT_SOME(x + q, left)), b = DLCV__VMUL(b, DLCV__FLAT_SOME(x + q + DLCV__VW, left - DLCV__VW));
            if (left >= DLCV__VW) DLCV__VSTORE(dx + q, a);
            else if (DLCV__VW > 1) DLCV__VSTOREN(dx + q, a, (size_t)left);
            if (step == 2 && left >= 2 * DLCV__VW) DLCV__VSTORE(dx + q + DLCV__VW, b);
            else if (DLCV__VW > 1 && step == 2 && left > DLCV__VW) DLCV__VSTOREN(dx + q + DLCV__VW, b, (size_t)(left - DLCV__VW));
            continue;
        }
        for (f = 0;;) {
            DLCV__VSTORE(lanes, a);
            for (l = 0; l < DLCV__VW && f + l * step < left; l++) dx[q + f + l * step] = how == DLCV__POOL_L2 ? lanes[l] * x[q + f + l * step] : lanes[l];
            if (++f == step) break;
            a = DLCV__K(pool_share)(p, how, step, d, at, tap, lines, first + f, m);
        }
    }
}

DLCV__INLINE void DLCV__K(pool_rows)(const dlcv__windows *all, int how, int step, int cols, const float *dy, const float *root, const uint8_t *from, const float *x, float *dx, float *d, uint8_t *at)
{
    dlcv__windows copy = *all;
    const dlcv__windows *const p = &copy;
    const int most = (int)(DLCV__POOL_FLOATS / p->room), some = p->lines < most ? p->lines : most, tap_first = p->before % step;
    const size_t m = (size_t)(p->before / step);
    int row = 0, first, last, stop, i;
    copy.cols = cols;
    memset(d, 0, (size_t)some * p->room * sizeof *d);
    if (how == DLCV__POOL_AT) memset(at, 0, (size_t)some * p->room);
    while (row < p->height) {
        first = row + p->above < p->rows ? 0 : (row + p->above - p->rows) / p->y_step + 1;
        last = p->lines - first < most ? p->lines : first + most;
        stop = last == p->lines ? p->height : last * p->y_step - p->above;      /* rows that see no later line */
        if (stop > p->height) stop = p->height;
        for (i = first; i < last; i++) {
            const size_t line = (size_t)i * p->y_line, to = (size_t)(i - first) * p->room;
            DLCV__K(pool_lay)(p, how, i, dy + line, how == DLCV__POOL_L2 ? root + line : root, how == DLCV__POOL_AT ? from + line : from, d + to, at + to);
        }
        for (i = first, last = first; row < stop; row++) {
            const int under = row + p->above;
            const size_t to = (size_t)row * p->pitch, line = (size_t)(i - first) * p->room;
            while (last < p->lines && last * p->y_step <= under) last++;
            if (i < last && i * p->y_step + p->rows <= under) {
                i++, row--;
                continue;
            }
            DLCV__K(pool_row)(p, how, step, d + line, at + line, (under - i * p->y_step) * p->cols, last - i, m, tap_first, x + to, dx + to);
        }
    }
}

DLCV__KERNEL void DLCV__K(flat_pool_back)(const dlcv__windows *p, const float *dy, const void *saved, const float *x, float *dx)
{
    DLCV__ALIGN64 float d[DLCV__POOL_FLOATS];
    uint8_t at[DLCV__POOL_FLOATS];
    const uint8_t *taps = p->how == DLCV__POOL_AT ? (const uint8_t *)saved : at;
    const float *roots = p->how == DLCV__POOL_L2 ? (const float *)saved : d;
    const int how = p->how, form = p->step < 4 ? 4 * p->cols + p->step : 0;
#define DLCV__FLAT_FORM(HOW, COLS, STEP) \
    if (how == HOW && form == 4 * COLS + STEP) DLCV__K(pool_rows)(p, HOW, STEP, COLS, dy, roots, taps, x, dx, d, at); else
    DLCV__FLAT_FORM(DLCV__POOL_AT, 2, 2)
    DLCV__FLAT_FORM(DLCV__POOL_AT, 3, 2)
    DLCV__FLAT_FORM(DLCV__POOL_AT, 3, 1)
    DLCV__FLAT_FORM(DLCV__POOL_AVERAGE, 2, 2)
    DLCV__FLAT_FORM(DLCV__POOL_AVERAGE, 3, 2)
    DLCV__FLAT_FORM(DLCV__POOL_AVERAGE, 3, 1)
    DLCV__K(pool_rows)(p, how, p->step, p->cols, dy, roots, taps, x, dx, d, at);
#undef DLCV__FLAT_FORM
    DLCV__LEAVE();
}

#endif /* DLCV__STAMP_F32 */
