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

typedef char DLCV__K(no_more_lanes)[DLCV__VW <= DLCV__MOST_LANES ? 1 : -1];

/* What sums of windows j .. j + VW - 1 under `count` rows are multiplied by; strict: divided. */
DLCV__INLINE DLCV__V DLCV__K(pool_factor)(const dlcv__windows *p, int j, float count)
{
    const DLCV__V by = DLCV__VMUL(DLCV__VLOAD(p->count + j), DLCV__VSET(count));
#ifdef DLCV_STRICT
    return by;
#else
    return DLCV__VDIV(DLCV__VSET(1.0f), by);
#endif
}

DLCV__INLINE DLCV__V DLCV__K(pool_mean)(DLCV__V sum, DLCV__V factor)
{
#ifdef DLCV_STRICT
    return DLCV__VDIV(sum, factor);
#else
    return DLCV__VMUL(sum, factor);
#endif
}

/* The columns of a line into v. maxima: of maxima, not sums */
DLCV__INLINE void DLCV__K(pool_down)(const dlcv__windows *p, int maxima, const float *x, int rows, int tap, float *v, float *t)
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
        best = maxima ? u : DLCV__POOL_SQUARED(u);
        for (r = 1; r < rows; r++) {
            from += pitch;
            u = DLCV__POOL_GET(from);
            if (maxima) {
                if (how == DLCV__POOL_AT) k = DLCV__VSELECT(DLCV__VLT(best, u), DLCV__VSET((float)(tap + r * p->cols)), k);
                best = DLCV__VMAX(u, best);
            } else {
                best = DLCV__VADD(DLCV__POOL_SQUARED(u), best);
            }
        }
        DLCV__VSTORE(v + before + q, best);
        if (maxima && how == DLCV__POOL_AT) DLCV__VSTORE(t + before + q, k);
    }
    for (q = 0; q < before && maxima; q++) {
        v[q] = v[before];
        if (how == DLCV__POOL_AT) t[q] = t[before] + (float)(before - q);       /* which makes the tap that of the first column */
    }
    for (q = before + width; q < all && maxima; q++) {
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

/* Of a vector of results `left` are wanted, which is what y and at (NULL: none) have room for, unless `spill`. */
DLCV__INLINE void DLCV__K(pool_put)(int spill, int left, DLCV__V best, DLCV__V tap, float *y, uint8_t *at)
{
    uint8_t bytes[DLCV__VW];
    if (spill || DLCV__VW == 1 || left >= DLCV__VW) {
        DLCV__VSTORE(y, best);
        if (at) DLCV__VNARROW(at, DLCV__VTOI(tap));
    } else if (DLCV__VW > 1) {
        DLCV__VSTOREN(y, best, (size_t)left);
        if (!at) return;
        DLCV__VNARROW(bytes, DLCV__VTOI(tap));
        memcpy(at, bytes, (size_t)left);
    }
}

/* spill: what is behind the end of y and at may be overwritten */
DLCV__INLINE void DLCV__K(pool_across)(const dlcv__windows *p, int maxima, const float *v, const float *t, float *y, uint8_t *at, int spill)
{
    const DLCV__V none = DLCV__VSET(1e9f);
    const int how = p->how, n = p->n, cols = p->cols, step = p->step;
    int j, c;
    for (j = 0; j < n; j += DLCV__VW) {
        DLCV__V best, tap = none;
        if (n - j < DLCV__VW && n >= DLCV__VW) j = n - DLCV__VW;
        best = DLCV__K(pool_take)(v + j * step, step);
        if (maxima && how == DLCV__POOL_AT) tap = DLCV__K(pool_take)(t + j * step, step);
        for (c = 1; c < cols; c++) {
            const DLCV__V u = DLCV__K(pool_take)(v + j * step + c, step);
            if (!maxima) {
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
        if (!maxima && how == DLCV__POOL_L2) best = DLCV__VSQRT(best);
        else if (!maxima) best = DLCV__K(pool_mean)(best, DLCV__VLOAD(t + j));
        DLCV__K(pool_put)(spill, n - j, best, tap, y + j, maxima && how == DLCV__POOL_AT ? at + j : NULL);
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

DLCV__INLINE void DLCV__K(pool_lines)(const dlcv__windows *all, int maxima, int step, const float *x, int rows, int tap, float count, int lines, float *y, uint8_t *at, float *v, float *t)
{
    dlcv__windows copy = *all;                                  /* which no store changes */
    const dlcv__windows *const p = &copy;
    const size_t size = ((size_t)step * p->room + 30) / 16 * 16, again = maxima ? size : 0, off = (size_t)(0 - p->before) % 16;         /* the first column is aligned */
    const int most = (int)((DLCV__POOL_FLOATS + 32) / size);
    int i, some = lines < most ? lines : most;
    copy.step = step;
    v += off;
    t += maxima ? off : 0;
    for (i = 0; i < some; i++) {
        DLCV__K(pool_clear)(p, v + (size_t)i * size);
        if (maxima && p->how == DLCV__POOL_AT) DLCV__K(pool_clear)(p, t + (size_t)i * size);
    }
    for (i = 0; i < p->n && p->how == DLCV__POOL_AVERAGE; i += DLCV__VW) {
        const DLCV__V by = DLCV__K(pool_factor)(p, i, count);
        DLCV__VSTORE(t + i, by);
    }
    for (; lines > 0; lines -= some, y += (size_t)some * p->y_line) {
        some = lines < most ? lines : most;
        for (i = 0; i < some; i++, x += p->x_line) DLCV__K(pool_down)(p, maxima, x, rows, tap, v + (size_t)i * size, t + (size_t)i * again);
        for (i = 0; i < some; i++) {
            const size_t line = (size_t)i * p->y_line;
            DLCV__K(pool_across)(p, maxima, v + (size_t)i * size, t + (size_t)i * again, y + line, p->how == DLCV__POOL_AT ? at + line : at,
                                 p->alone && (size_t)(lines - 1 - i) * p->y_line >= DLCV__VW);
        }
        if (p->how == DLCV__POOL_AT) at += (size_t)some * p->y_line;
    }
}

/* ---- Windows of 2 or 3 columns and at most 3 rows, which most are: VW of them in registers, line by line. Columns count from the first window's first, padding
 * and all. What is outside the picture is nothing to a sum and less than anything to a maximum, but before the first column it is that column once more, since
 * a maximum has to be of something. Maxima are taken across each row, which serves all windows that see it, then down; sums down, then across. */
static const float DLCV__K(pool_lane)[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

/* Where windows j .. j + VW - 1 are: they see three vectors of columns, a from step j on, then b and c. */
typedef struct DLCV__K(pool_place) {
    int cols, step, first, left;    /* of a window, between windows; step j; p->n - j */
    ptrdiff_t edge;                 /* from `first` to the picture's first column */
    int early, whole_c;             /* a has padding; c has none */
    DLCV__VM padding_a, padding_b;  /* columns before the picture; b has some if VW is 1 */
    DLCV__VM inside_a, inside_b;    /* columns before the picture's end */
    DLCV__V tap;                    /* of each window the first that is in the picture */
} DLCV__K(pool_place);

DLCV__INLINE void DLCV__K(pool_place_at)(const dlcv__windows *p, int cols, int step, int j, DLCV__K(pool_place) *w)
{
    const int end = p->before + p->width - step * j;
    const DLCV__V lane = DLCV__VLOAD(DLCV__K(pool_lane)), pads = DLCV__VSET((float)(p->before - step * j));
    w->cols = cols;
    w->step = step;
    w->first = step * j;
    w->left = p->n - j;
    w->edge = p->before - w->first;
    w->early = w->edge > 0;
    w->whole_c = 2 * DLCV__VW < end;
    w->padding_a = DLCV__VLT(lane, pads);
    w->padding_b = DLCV__VLT(DLCV__VSET((float)DLCV__VW), pads);
    w->inside_a = DLCV__VLT(lane, DLCV__VSET((float)end));
    w->inside_b = DLCV__VLT(lane, DLCV__VSET((float)(end - DLCV__VW)));
    w->tap = DLCV__VMAX(DLCV__VSUB(pads, step == 2 ? DLCV__VADD(lane, lane) : lane), DLCV__VZERO());
}

/* a vector of columns: the sum of `rows` rows, from the first to the last */
DLCV__INLINE DLCV__V DLCV__K(pool_rows_of)(const float *x, size_t pitch, int rows)
{
    DLCV__V sum = DLCV__VLOAD(x);
    if (rows > 1) sum = DLCV__VADD(DLCV__VLOAD(x + pitch), sum);
    if (rows > 2) sum = DLCV__VADD(DLCV__VLOAD(x + 2 * pitch), sum);
    return sum;
}

/* tap[c]: column c of each window, of `rows` rows added up; x is at w->first. maxima: of a row, to be compared. */
DLCV__INLINE void DLCV__K(pool_taps)(const DLCV__K(pool_place) *w, int maxima, const float *x, size_t pitch, int rows, DLCV__V tap[3])
{
    const DLCV__V none = maxima ? DLCV__VSET(dlcv__float_of(0xff800000u)) : DLCV__VZERO();
    DLCV__V a = DLCV__VSELECT(w->inside_a, DLCV__K(pool_rows_of)(x, pitch, rows), none), c = none;
    DLCV__V b = DLCV__VSELECT(w->inside_b, DLCV__K(pool_rows_of)(x + DLCV__VW, pitch, rows), none);
    if (w->early) {
        const DLCV__V edge = maxima ? DLCV__VSET(x[w->edge]) : none;
        a = DLCV__VSELECT(w->padding_a, edge, a);
        if (DLCV__VW == 1) b = DLCV__VSELECT(w->padding_b, edge, b);
    }
    if (w->cols == 3 && w->whole_c && (w->step == 2 || DLCV__VW == 1)) c = DLCV__K(pool_rows_of)(x + 2 * DLCV__VW, pitch, rows);
    if (w->step == 2) {
        tap[0] = DLCV__VEVEN(a, b);
        tap[1] = DLCV__VODD(a, b);
        tap[2] = DLCV__VNEXT(tap[0], c);
    } else {
        tap[0] = a;
        tap[1] = DLCV__VNEXT(a, b);
        tap[2] = DLCV__VNEXT(tap[1], DLCV__VW == 1 ? c : DLCV__VNEXT(b, b));
    }
}

/* The maxima of a row; where: and their taps, the first of several. */
DLCV__INLINE void DLCV__K(pool_max_across)(const DLCV__K(pool_place) *w, int where, const float *x, DLCV__V *best, DLCV__V *tap)
{
    DLCV__V v[3];
    DLCV__K(pool_taps)(w, 1, x, 0, 1, v);
    if (where) *tap = DLCV__VSELECT(DLCV__VLT(v[0], v[1]), DLCV__VSET(1.0f), w->tap);
    *best = DLCV__VMAX(v[1], v[0]);
    if (w->cols < 3) return;
    if (where) *tap = DLCV__VSELECT(DLCV__VLT(*best, v[2]), DLCV__VSET(2.0f), *tap);
    *best = DLCV__VMAX(v[2], *best);
}

/* A row further down, whose taps begin at `first`. */
DLCV__INLINE void DLCV__K(pool_max_down)(int where, DLCV__V row, DLCV__V row_tap, DLCV__V first, DLCV__V *best, DLCV__V *tap)
{
    if (where) *tap = DLCV__VSELECT(DLCV__VLT(*best, row), DLCV__VADD(row_tap, first), *tap);
    *best = DLCV__VMAX(row, *best);
}

/* The sums of `rows` rows. */
DLCV__INLINE DLCV__V DLCV__K(pool_sum)(const DLCV__K(pool_place) *w, const float *x, size_t pitch, int rows)
{
    DLCV__V v[3], sum;
    DLCV__K(pool_taps)(w, 0, x, pitch, rows, v);
    sum = DLCV__VADD(v[1], v[0]);
    return w->cols == 3 ? DLCV__VADD(v[2], sum) : sum;
}

/* Maxima of square windows under each other by `step` rows, `lines` of them: each row is taken across once. x: column 0 of the first, which may be before the
 * picture; behind: floats of y that are still to come after these lines. */
DLCV__INLINE void DLCV__K(pool_max_block)(const dlcv__windows *p, int where, int cols, int step, int j, const float *x, int lines, size_t behind, float *y, uint8_t *at)
{
    const size_t pitch = p->pitch, x_line = p->x_line, y_line = p->y_line;
    const DLCV__V second = DLCV__VSET((float)cols), third = DLCV__VSET((float)(2 * cols)), zero = DLCV__VZERO();
    DLCV__V b0 = zero, b1 = zero, b2 = zero, k0 = zero, k1 = zero, k2 = zero;        /* rows of a window and their taps */
    DLCV__K(pool_place) w;
    DLCV__K(pool_place_at)(p, cols, step, j, &w);
    x += w.first;
    if (cols > step) DLCV__K(pool_max_across)(&w, where, x, &b0, &k0);
    if (cols > step + 1) DLCV__K(pool_max_across)(&w, where, x + pitch, &b1, &k1);
    for (behind += (size_t)lines * y_line; lines > 0; lines--, x += x_line, y += y_line) {
        DLCV__V best, tap;
        behind -= y_line;
        if (cols <= step) DLCV__K(pool_max_across)(&w, where, x, &b0, &k0);
        if (cols <= step + 1) DLCV__K(pool_max_across)(&w, where, x + pitch, &b1, &k1);
        if (cols == 3) DLCV__K(pool_max_across)(&w, where, x + 2 * pitch, &b2, &k2);
        best = b0;
        tap = k0;
        DLCV__K(pool_max_down)(where, b1, k1, second, &best, &tap);
        if (cols == 3) DLCV__K(pool_max_down)(where, b2, k2, third, &best, &tap);
        DLCV__K(pool_put)(p->alone && behind >= DLCV__VW, w.left, best, tap, y + j, where ? at : NULL);
        if (where) at += y_line;
        b0 = step == 1 ? b1 : b2;
        k0 = step == 1 ? k1 : k2;
        b1 = b2;
        k1 = k2;
    }
}

/* The same of averages. */
DLCV__INLINE void DLCV__K(pool_mean_block)(const dlcv__windows *p, int cols, int step, int j, const float *x, float count, int lines, size_t behind, float *y)
{
    const size_t x_line = p->x_line, y_line = p->y_line;
    const DLCV__V by = DLCV__K(pool_factor)(p, j, count);
    DLCV__K(pool_place) w;
    DLCV__K(pool_place_at)(p, cols, step, j, &w);
    x += w.first;
    for (behind += (size_t)lines * y_line; lines > 0; lines--, x += x_line, y += y_line) {
        const DLCV__V mean = DLCV__K(pool_mean)(DLCV__K(pool_sum)(&w, x, p->pitch, cols), by);
        behind -= y_line;
        DLCV__K(pool_put)(p->alone && behind >= DLCV__VW, w.left, mean, mean, y + j, NULL);
    }
}

/* One line, of fewer rows or where vectors would read beyond x; the same results. */
DLCV__KERNEL void DLCV__K(pool_line)(const dlcv__windows *p, const float *x, size_t pitch, int rows, int tap, float count, int spill, float *y, uint8_t *at)
{
    const int where = p->how == DLCV__POOL_AT, cols = p->cols;
    int j, r;
    for (j = (p->n - 1) / DLCV__VW * DLCV__VW; j >= 0; j -= DLCV__VW) {     /* what is behind the last ones is overwritten */
        DLCV__V best, k = DLCV__VZERO();
        DLCV__K(pool_place) w;
        DLCV__K(pool_place_at)(p, cols, p->step, j, &w);
        if (p->how == DLCV__POOL_AVERAGE) {
            best = DLCV__K(pool_mean)(DLCV__K(pool_sum)(&w, x + w.first, pitch, rows), DLCV__K(pool_factor)(p, j, count));
        } else {
            DLCV__K(pool_max_across)(&w, where, x + w.first, &best, &k);
            k = DLCV__VADD(k, DLCV__VSET((float)tap));
            for (r = 1; r < rows; r++) {
                DLCV__V v, t = k;
                DLCV__K(pool_max_across)(&w, where, x + w.first + (size_t)r * pitch, &v, &t);
                DLCV__K(pool_max_down)(where, v, t, DLCV__VSET((float)(tap + r * cols)), &best, &k);
            }
        }
        DLCV__K(pool_put)(spill, w.left, best, k, y + j, where ? at + j : NULL);
    }
    DLCV__LEAVE();
}

/* how, cols and step are constants. line: room for the rows of a line whose surroundings may not be read */
DLCV__INLINE void DLCV__K(pool_few)(const dlcv__windows *all, int how, int cols, int step, const float *x, int rows, int tap, float count, int lines, float *y, uint8_t *at, float *line)
{
    dlcv__windows copy = *all;
    const dlcv__windows *const p = &copy;
    const size_t before = (size_t)p->before, blocks = ((size_t)p->n + DLCV__VW - 1) / DLCV__VW, reach = (blocks * (size_t)step + 2) * DLCV__VW;
    const size_t width = (size_t)p->width, left = p->tail + before, span = (size_t)(rows - 1) * p->pitch + reach;
    /* direct: lines whose vectors may be read; bands, lest memory is read in patterns that it is slow with */
    int i, m, j, r, direct = left >= span && lines > 0 ? p->x_line && (left - span) / p->x_line < (size_t)lines ? (int)((left - span) / p->x_line) + 1 : lines : 0;
    const int band = blocks > 1 ? (int)(DLCV__POOL_BAND / (p->x_line + 1)) + 1 : lines;
    copy.how = how;
    copy.cols = cols;
    copy.step = step;
    for (i = 0; i < lines; i += m) {
        const float *q = x + (size_t)i * p->x_line;
        float *const z = y + (size_t)i * p->y_line;
        uint8_t *const k = how == DLCV__POOL_AT ? at + (size_t)i * p->y_line : at;
        const int readable = i < direct && p->lead + (size_t)i * p->x_line >= before;
        if (readable && rows == cols && tap == 0 && p->x_line == (size_t)step * p->pitch) {
            size_t behind;
            m = direct - i < band ? direct - i : band;
            behind = (size_t)(lines - i - m) * p->y_line;
            for (r = 0; r < (int)blocks; r++) {
                j = (p->n % DLCV__VW ? (int)blocks - 1 - r : r) * DLCV__VW;          /* what is behind the last ones is overwritten */
                if (how == DLCV__POOL_AVERAGE) DLCV__K(pool_mean_block)(p, cols, step, j, q - before, count, m, behind, z);
                else DLCV__K(pool_max_block)(p, how == DLCV__POOL_AT, cols, step, j, q - before, m, behind, z, how == DLCV__POOL_AT ? k + j : k);
            }
            continue;
        }
        m = 1;
        if (!readable) {
            memset(line, 0, (size_t)rows * reach * sizeof *line);
            for (r = 0; r < rows; r++) memcpy(line + (size_t)r * reach + before, q + (size_t)r * p->pitch, width * sizeof *line);
        }
        DLCV__K(pool_line)(p, readable ? q - before : line, readable ? p->pitch : reach, rows, tap, count, p->alone && (size_t)(lines - 1 - i) * p->y_line >= DLCV__VW, z, k);
    }
}

/* Any windows. Apart, so that no frame has the room of both. */
DLCV__APART DLCV__REALIGN void DLCV__K(pool_any)(const dlcv__windows *p, const float *x, int rows, int tap, float count, int lines, float *y, uint8_t *at)
{
    DLCV__ALIGN64 float v[DLCV__POOL_FLOATS + 32], t[DLCV__POOL_FLOATS + 32];
    if (p->how <= DLCV__POOL_AT && p->step == 2) DLCV__K(pool_lines)(p, 1, 2, x, rows, tap, count, lines, y, at, v, t);
    else if (p->how <= DLCV__POOL_AT && p->step == 1) DLCV__K(pool_lines)(p, 1, 1, x, rows, tap, count, lines, y, at, v, t);
    else if (p->step == 2) DLCV__K(pool_lines)(p, 0, 2, x, rows, tap, count, lines, y, at, v, t);
    else if (p->step == 1) DLCV__K(pool_lines)(p, 0, 1, x, rows, tap, count, lines, y, at, v, t);
    else if (p->how <= DLCV__POOL_AT) DLCV__K(pool_lines)(p, 1, p->step, x, rows, tap, count, lines, y, at, v, t);
    else DLCV__K(pool_lines)(p, 0, p->step, x, rows, tap, count, lines, y, at, v, t);
}

DLCV__KERNEL void DLCV__K(flat_pool)(const dlcv__windows *p, const float *x, int rows, int tap, float count, int lines, float *y, uint8_t *at)
{
    DLCV__ALIGN64 float line[DLCV__POOL_FLOATS + 32];
    /* averages are the same by either way; from memory the other one is faster, unless lines are short */
    const int streams = p->n > DLCV__VW && p->lead + p->tail > DLCV__POOL_FAR;
    const int form = rows <= 3 && p->n <= DLCV__POOL_FEW && p->step <= 2 ? 4 * p->cols + p->step : 0;
#define DLCV__FLAT_FORM(COLS, STEP) \
    if (form == 4 * COLS + STEP && p->how == DLCV__POOL_AT) DLCV__K(pool_few)(p, DLCV__POOL_AT, COLS, STEP, x, rows, tap, count, lines, y, at, line); \
    else if (form == 4 * COLS + STEP && p->how == DLCV__POOL_MAX) DLCV__K(pool_few)(p, DLCV__POOL_MAX, COLS, STEP, x, rows, tap, count, lines, y, at, line); \
    else if (form == 4 * COLS + STEP && p->how == DLCV__POOL_AVERAGE && !streams) DLCV__K(pool_few)(p, DLCV__POOL_AVERAGE, COLS, STEP, x, rows, tap, count, lines, y, at, line); \
    else
    DLCV__FLAT_FORM(2, 2)
    DLCV__FLAT_FORM(3, 2)
    DLCV__FLAT_FORM(3, 1)
#undef DLCV__FLAT_FORM
    DLCV__K(pool_any)(p, x, rows, tap, count, lines, y, at);
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
    for (k = 0; k < n; k += 16) {                               /* more than there are do no harm: their gradient is 0, and the next line comes later */
        if ((size_t)i * p->y_line + (size_t)k + 16 <= p->tail) memcpy(at + p->lo + k, from + k, 16);
        else memcpy(at + p->lo + k, from + k, (size_t)(n - k < 16 ? n - k : 16));
    }
}

/* What windows whose gradients are dy give by one tap; at: the taps of their maxima, of one only if POOL_AT */
DLCV__INLINE DLCV__V DLCV__K(pool_give)(int how, DLCV__V dy, DLCV__VI at, int tap)
{
    return how == DLCV__POOL_AT ? DLCV__VSELECT(DLCV__VIEQ(at, DLCV__VISET(tap)), dy, DLCV__VZERO()) : dy;
}

DLCV__INLINE DLCV__VI DLCV__K(pool_at)(int how, const uint8_t *at)
{
    return how == DLCV__POOL_AT ? DLCV__VWIDEN(at) : DLCV__VISET(0);
}

/* columns of tap `first` of window m, and so on, under `lines` lines: window m - k gives by its tap first + k step */
DLCV__INLINE DLCV__V DLCV__K(pool_share)(const dlcv__windows *p, int how, int step, const float *d, const uint8_t *at, int tap, int lines, int first, size_t m)
{
    DLCV__V sum = DLCV__VZERO();
    int k, c, last;
    if (first >= step) first -= step, m++;
    last = p->cols - 1 - first;
    if (last < 0) return sum;
    last = step == 1 ? last : step == 2 ? last >> 1 : last / step;
    for (c = tap + first, d += m, at += m; lines > 0; lines--, d += p->room, at += p->room, c -= p->y_step * p->cols) {
        for (k = last; k > 2; k--) sum = DLCV__VADD(sum, DLCV__K(pool_give)(how, DLCV__VLOAD(d - k), DLCV__K(pool_at)(how, at - k), c + k * step));
        if (last > 1) sum = DLCV__VADD(sum, DLCV__K(pool_give)(how, DLCV__VLOAD(d - 2), DLCV__K(pool_at)(how, at - 2), c + 2 * step));
        if (last > 0) sum = DLCV__VADD(sum, DLCV__K(pool_give)(how, DLCV__VLOAD(d - 1), DLCV__K(pool_at)(how, at - 1), c + step));
        sum = DLCV__VADD(sum, DLCV__K(pool_give)(how, DLCV__VLOAD(d), DLCV__K(pool_at)(how, at), c));
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

/* ---- The same of square windows of 2 or 3 columns: 2 VW columns or, in steps of 1, VW of them in registers, line by line of windows. With steps of 2 a column
 * is seen by the middle tap of one window, or by the last tap of one (e) and the first of the next (l). Lines that are not there are zeros. */

/* Windows and those that follow: e, l, and in steps of 1 another. */
typedef struct DLCV__K(pool_givers) {
    int how, cols, odd;             /* odd: e has the middle tap before what e and l have together */
    DLCV__V dy[3];
    DLCV__VI at[3];
} DLCV__K(pool_givers);

DLCV__INLINE void DLCV__K(pool_givers_at)(DLCV__K(pool_givers) *w, int count, const float *d, const uint8_t *at)
{
    w->dy[0] = DLCV__VLOAD(d);
    w->at[0] = DLCV__K(pool_at)(w->how, at);
    w->dy[1] = count > 1 ? DLCV__VLOAD(d + 1) : w->dy[0];
    w->at[1] = count > 1 ? DLCV__K(pool_at)(w->how, at + 1) : w->at[0];
    w->dy[2] = count > 2 ? DLCV__VLOAD(d + 2) : w->dy[0];
    w->at[2] = count > 2 ? DLCV__K(pool_at)(w->how, at + 2) : w->at[0];
}

/* To sum, by tap c of row r of window k */
DLCV__INLINE DLCV__V DLCV__K(pool_given)(const DLCV__K(pool_givers) *w, int k, int r, int c, DLCV__V sum)
{
    return DLCV__VADD(sum, DLCV__K(pool_give)(w->how, w->dy[k], w->at[k], r * w->cols + c));
}

DLCV__INLINE DLCV__V DLCV__K(pool_aside)(const DLCV__K(pool_givers) *w, int r, DLCV__V sum)
{
    if (w->cols == 3) sum = DLCV__K(pool_given)(w, 0, r, 2, sum);
    return DLCV__K(pool_given)(w, 1, r, 0, sum);
}

DLCV__INLINE DLCV__V DLCV__K(pool_middle)(const DLCV__K(pool_givers) *w, int r, DLCV__V sum)
{
    return DLCV__K(pool_given)(w, !w->odd, r, 1, sum);
}

/* In steps of 1 */
DLCV__INLINE DLCV__V DLCV__K(pool_three)(const DLCV__K(pool_givers) *w, int r, DLCV__V sum)
{
    sum = DLCV__K(pool_given)(w, 0, r, 2, sum);
    sum = DLCV__K(pool_given)(w, 1, r, 1, sum);
    return DLCV__K(pool_given)(w, 2, r, 0, sum);
}

DLCV__INLINE void DLCV__K(pool_store)(float *p, DLCV__V v, int left)
{
    if (left >= DLCV__VW) DLCV__VSTORE(p, v);
    else if (DLCV__VW > 1 && left > 0) DLCV__VSTOREN(p, v, (size_t)left);
}

/* One row of dx, to which row r of the windows gives, after what lines before gave. */
DLCV__INLINE void DLCV__K(pool_pair)(const DLCV__K(pool_givers) *w, int r, DLCV__V aside, DLCV__V middle, ptrdiff_t row, int height, size_t pitch, int left, float *dx)
{
    const DLCV__V y = DLCV__K(pool_aside)(w, r, aside), m = DLCV__K(pool_middle)(w, r, middle);
    const DLCV__V even = w->odd ? m : y, odd = w->odd ? y : m;
    if (row < 0 || row >= height) return;
    DLCV__K(pool_store)(dx + row * (ptrdiff_t)pitch, DLCV__VZIPLO(even, odd), left);
    DLCV__K(pool_store)(dx + row * (ptrdiff_t)pitch + DLCV__VW, DLCV__VZIPHI(even, odd), left - DLCV__VW);
}

DLCV__INLINE void DLCV__K(pool_pairs)(int how, int cols, int odd, const float *d, const uint8_t *at, size_t room, int top, int lines, int height, size_t pitch, int left, float *dx)
{
    const DLCV__V zero = DLCV__VZERO();
    DLCV__V aside = zero, middle = zero;
    DLCV__K(pool_givers) w;
    ptrdiff_t row = top;                                        /* the one that the first line sees first */
    int i;
    w.how = how, w.cols = cols, w.odd = odd;
    if (cols == 3 && !odd) d--, at--;
    for (i = 0; i < lines; i++, row += 2, d += room, at += room) {
        DLCV__K(pool_givers_at)(&w, cols == 3 || odd ? 2 : 1, d, at);
        DLCV__K(pool_pair)(&w, 0, aside, middle, row, height, pitch, left, dx);
        DLCV__K(pool_pair)(&w, 1, zero, zero, row + 1, height, pitch, left, dx);
        if (cols == 3) aside = DLCV__K(pool_aside)(&w, 2, zero), middle = DLCV__K(pool_middle)(&w, 2, zero);
    }
}

DLCV__INLINE void DLCV__K(pool_threes)(int how, const float *d, const uint8_t *at, size_t room, int top, int lines, int height, size_t pitch, int left, float *dx)
{
    const DLCV__V zero = DLCV__VZERO();
    DLCV__V s0 = zero, s1 = zero;
    ptrdiff_t row = top;
    DLCV__K(pool_givers) w;
    w.how = how, w.cols = 3, w.odd = 0;
    for (; lines > 0; lines--, row++, d += room, at += room) {
        DLCV__V sum;
        DLCV__K(pool_givers_at)(&w, 3, d, at);
        sum = DLCV__K(pool_three)(&w, 0, s0);
        s0 = DLCV__K(pool_three)(&w, 1, s1);
        s1 = DLCV__K(pool_three)(&w, 2, zero);
        if (row >= 0 && row < height) DLCV__K(pool_store)(dx + row * (ptrdiff_t)pitch, sum, left);
    }
}

DLCV__INLINE void DLCV__K(pool_back_few)(const dlcv__windows *all, int how, int step, int cols, const float *dy, const uint8_t *from, float *dx, float *d, uint8_t *at)
{
    dlcv__windows copy = *all;
    const dlcv__windows *const p = &copy;
    const int m = step == 1 ? p->before - 2 : p->before / 2, odd = p->before % 2, wide = p->width > step * DLCV__VW;
    const int band = wide ? (int)(DLCV__POOL_BAND / (p->pitch * (size_t)step)) + 3 : p->height + p->above + 3, fit = (int)(DLCV__POOL_FLOATS / p->room);
    const int needed = (p->height - 1 + p->above) / step + 3, most = (fit < band ? fit : band) < needed ? (fit < band ? fit : band) : needed;
    int row, next, i, q;                                        /* rows from `row` on are open; of those that a batch of lines gives all of */
    copy.cols = cols;
    memset(d, 0, (size_t)most * p->room * sizeof *d);
    if (how == DLCV__POOL_AT) memset(at, 0, (size_t)most * p->room);
    for (row = 0; row < p->height; row = next) {
        const int under = row + p->above, first = step == 1 ? under - 2 : under / 2 - (cols == 3), top = first * step - p->above;       /* its first row */
        int some = (p->height - 1 + p->above) / step + 1 - first;
        if (some > most) some = most;
        next = top + some * step;                               /* which the last line sees by its first tap, as the next one will */
        for (i = 0; i < some; i++) {
            const int k = first + i;
            const size_t line = (size_t)k * p->y_line, to = (size_t)i * p->room;
            if (k >= 0 && k < p->lines) DLCV__K(pool_lay)(p, how, k, dy + line, dy, how == DLCV__POOL_AT ? from + line : from, d + to, at + to);
            else memset(d + to + p->lo, 0, (size_t)(p->hi - p->lo) * sizeof *d);
        }
        for (q = 0; q < p->width; q += step * DLCV__VW) {
            const size_t w = (size_t)(m + q / step);
            float *const to = dx + q;
            const int low = row - top, left = p->width - q, high = next < p->height ? next : p->height;
            float *const base = to + (size_t)row * p->pitch;
            if (step == 1) DLCV__K(pool_threes)(how, d + w, at + w, p->room, -low, some, high - row, p->pitch, left, base);
            else if (odd) DLCV__K(pool_pairs)(how, cols, 1, d + w, at + w, p->room, -low, some, high - row, p->pitch, left, base);
            else DLCV__K(pool_pairs)(how, cols, 0, d + w, at + w, p->room, -low, some, high - row, p->pitch, left, base);
        }
    }
}

DLCV__KERNEL void DLCV__K(flat_pool_back)(const dlcv__windows *p, const float *dy, const void *saved, const float *x, float *dx)
{
    DLCV__ALIGN64 float d[DLCV__POOL_FLOATS];
    uint8_t at[DLCV__POOL_FLOATS + 16];
    const uint8_t *taps = p->how == DLCV__POOL_AT ? (const uint8_t *)saved : at;
    const float *roots = p->how == DLCV__POOL_L2 ? (const float *)saved : d;
    const int how = p->how, form = p->step < 4 ? 4 * p->cols + p->step : 0;
    const int few = p->rows == p->cols && p->y_step == p->step && 5 * p->room <= DLCV__POOL_FLOATS;
#define DLCV__FLAT_FORM(HOW, COLS, STEP) \
    if (how == HOW && form == 4 * COLS + STEP && few) DLCV__K(pool_back_few)(p, HOW, STEP, COLS, dy, taps, dx, d, at); else
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
