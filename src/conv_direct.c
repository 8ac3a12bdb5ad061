/* ---- convolution without a matrix: depthwise, first layers, few channels ------------------------------------------------------- */

/* The channels of a group are copied into a frame: padded with zeros, and where columns have a stride, dealt into the stride's phases, so
 * that under each tap neighbouring outputs see neighbouring floats. Or, for narrow pictures of a batch, `width` pictures stand side by side in
 * the lanes: then nothing is lost at the ends of rows. A sum is the same chain over (channel, kernel row, kernel column) either way. */
typedef struct dlcv__frame {
    size_t lanes;                   /* pictures side by side: 1 or the backend's width */
    size_t across;                  /* vectors in a row of the map */
    size_t rows, cols;              /* of the padded picture, as far as taps reach */
    size_t pitch, row, plane;       /* floats from phase to phase, row to row, channel to channel */
    size_t floats;                  /* of all channels of a group */
} dlcv__frame;

/* whole: rows of the map end with whole vectors, instead of with one that ends where the row does. 0 where a size overflows. */
DLCV__FN int dlcv__frame_of(const dlcv__conv_geom *g, size_t lanes, size_t width, int whole, dlcv__frame *f)
{
    const size_t reach = (g->kw - 1) * g->dw;
    f->lanes = lanes;
    f->rows = (g->oh - 1) * g->sh + (g->kh - 1) * g->dh + 1;
    f->cols = (g->ow - 1) * g->sw + reach + 1;
    if (lanes == 1) {
        f->across = (g->ow + width - 1) / width;
        f->pitch = (whole ? f->across * width : g->ow < width ? width : g->ow) + reach / g->sw;
        if (!dlcv__mul(f->pitch, g->sw, &f->row)) return 0;
    } else {
        f->across = g->ow;
        f->pitch = width;
        if (!dlcv__mul(f->cols, width, &f->row)) return 0;
    }
    return dlcv__mul(f->rows, f->row, &f->plane) && dlcv__mul(f->plane, g->cg, &f->floats);
}

/* Where tap (i, j) is, seen from the place of an output. */
DLCV__INLINE size_t dlcv__frame_tap(const dlcv__conv_geom *g, const dlcv__frame *f, size_t i, size_t j)
{
    const size_t x = j * g->dw;
    return i * g->dh * f->row + (f->lanes > 1 ? x * f->lanes : x % g->sw * f->pitch + x / g->sw);
}

/* The place in the frame of the outputs that begin at (oy, ox) */
DLCV__INLINE size_t dlcv__frame_place(const dlcv__conv_geom *g, const dlcv__frame *f, size_t oy, size_t ox)
{
    return oy * g->sh * f->row + (f->lanes > 1 ? ox * g->sw * f->lanes : ox);
}

DLCV__FAST

/* Of the frame's rows begin .. end - 1 those that are the picture's: *first of them, *rows */
DLCV__INLINE void dlcv__frame_rows(const dlcv__conv_geom *g, size_t begin, size_t end, size_t *first, size_t *rows)
{
    *first = begin < g->pt ? g->pt : begin;
    if (end > g->pt + g->h) end = g->pt + g->h;
    *rows = end > *first ? end - *first : 0;
    if (!*rows) *first = g->pt;
}

/* Rows begin .. end - 1 of the frame from channel c of one picture; what is not written was zero before. */
DLCV__FN void dlcv__frame_fill(const dlcv__conv_geom *g, const dlcv__frame *f, const dlcv__kernels_f32 *k, const float *x, float *frame, size_t begin, size_t end)
{
    const size_t n = f->cols <= g->pl ? 0 : f->cols - g->pl < g->w ? f->cols - g->pl : g->w;
    size_t before = (g->sw - g->pl % g->sw) % g->sw, first, rows, i, j;
    if (before > n) before = n;
    dlcv__frame_rows(g, begin, end, &first, &rows);
    frame += first * f->row, x += (first - g->pt) * g->w;
    for (i = 0; i < rows && before; i++)
        for (j = 0; j < before; j++) memcpy(frame + i * f->row + (g->pl + j) % g->sw * f->pitch + (g->pl + j) / g->sw, x + i * g->w + j, 4);
    if (n > before) k->deal(x + before, g->w, rows, n - before, g->sw, frame + (g->pl + before) / g->sw, f->row, g->sw == 1 ? f->pitch - g->pl : f->pitch);
}

/* The same of `count` pictures, a lane each; step: floats from picture to picture */
DLCV__FN void dlcv__frame_interleave(const dlcv__conv_geom *g, const dlcv__frame *f, const dlcv__kernels_f32 *k, const float *x, size_t step, size_t count,
    float *frame, size_t begin, size_t end)
{
    const size_t n = f->cols <= g->pl ? 0 : f->cols - g->pl < g->w ? f->cols - g->pl : g->w, lane = 4 * f->lanes;
    size_t first, rows, i;
    dlcv__frame_rows(g, begin, end, &first, &rows);
    frame += first * f->row, x += (first - g->pt) * g->w;
    if (n == g->w && n == f->cols && n && rows <= INT_MAX / n) {
        k->transpose4(frame, lane, x, 4 * step, (int)count, (int)(rows * n), 0);
        return;
    }
    for (i = 0; i < rows && n; i++)
        k->transpose4(frame + i * f->row + g->pl * f->lanes, lane, x + i * g->w, 4 * step, (int)count, (int)n, 0);
}

/* Filters 0 .. count - 1 in blocks of at most `most`, of sizes that differ by one at most: where block b begins */
DLCV__INLINE size_t dlcv__direct_block(size_t count, size_t most, size_t b)
{
    const size_t blocks = (count + most - 1) / most, each = count / blocks, more = count % blocks;
    return b * each + (b < more ? b : more);
}

/* weights [f, k] to [block of filters][k][filter of the block]; turned: those of the adjoint, whose geometry g is: its filters are what channels
 * were */
DLCV__FN void dlcv__direct_pack(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, int turned, float *out)
{
    const size_t blocks = (g->fg + k->direct_rows - 1) / k->direct_rows;
    size_t group, b, c, t, f;
    for (group = 0; group < g->groups; group++)
        for (b = 0; b < blocks; b++) {
            const size_t begin = dlcv__direct_block(g->fg, k->direct_rows, b), end = dlcv__direct_block(g->fg, k->direct_rows, b + 1);
            for (c = 0; c < g->cg; c++)
                for (t = 0; t < g->taps; t++)
                    for (f = begin; f < end; f++) {
                        const size_t from = turned ? ((group * g->cg + c) * g->fg + f) * g->taps + t
                                                   : ((group * g->fg + f) * g->cg + c) * g->taps + t;
                        memcpy(out++, weights + from, 4);
                    }
        }
}

DLCV__PLAIN

/* Estimated cost, in lanes' multiply-adds: a step of a tile of r filters by v vectors is r v multiply-adds, r + 2 v loads (those of the picture cross cache lines), and
 * waits for the sums of the step before; pictures one by one, or side by side with what turning them and back costs. */
DLCV__FN double dlcv__direct_cycles(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int side_by_side)
{
    const size_t width = k->lanes, blocks = (g->fg + k->direct_rows - 1) / k->direct_rows;
    const double r = (double)g->fg / (double)blocks, v = (double)k->direct_vectors, loads = r + (side_by_side ? 1 : 2) * v;
    const double step = r * v < loads ? loads : r * v, sums = (double)g->oh * (double)g->f * (double)g->k * (step < 4 ? 4 : step) / (r * v);
    const double across = side_by_side ? (double)g->ow : (double)((g->ow + width - 1) / width);
    const double units = side_by_side ? (double)((g->n + width - 1) / width) : (double)g->n;
    dlcv__frame f;                  /* of which zeros cost something, too: with strides there may be many */
    if (!dlcv__frame_of(g, side_by_side ? width : 1, width, 0, &f)) return 1e300;
    return (double)width * (0.05 * (double)f.floats + (g->taps == 1 ? 1.2 : 1.1) * units * across * sums + (side_by_side ? 0.6 : 0.15) * ((double)g->x_count + (double)g->y_count));
}

DLCV__FN size_t dlcv__direct_lanes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    return k->lanes > 1 && g->n > 1 && dlcv__direct_cycles(g, k, 1) < dlcv__direct_cycles(g, k, 0) ? k->lanes : 1;
}

/* ---- forward */

/* vectors of outputs that a block of filters goes over, at most, and floats of the picture that they read: they stay in L2 */
enum { DLCV__DIRECT_CHUNK = 48, DLCV__DIRECT_FLOATS = 65536 };

typedef struct dlcv__direct_job {
    const dlcv__conv_run *r;
    const dlcv__conv_geom *g;
    const dlcv__kernels_f32 *k;
    dlcv__frame f;
    int turned;                     /* taps stand the other way round */
    int in_place;                   /* without padding and stride in a row the picture is its own frame */
    const float *weights;           /* packed */
    unsigned char *own;             /* [tasks][own_bytes]: a list of taps, the outputs of a block of filters where pictures stand side by side */
    float *frames;                  /* [tasks] or one */
    size_t list_bytes, own_bytes, frame, units, tasks, chunk;   /* units: pictures (or sets of them) by groups */
    int by_rows;                    /* tiles end with rows: more of them, but those at the edges have fewer taps */
    size_t unit;                    /* the one at which all work, where there are fewer than tasks */
} dlcv__direct_job;

/* the outputs of a vector: columns x .. last of row y */
typedef struct dlcv__direct_place {
    size_t y, x, last;
} dlcv__direct_place;

/* Along one axis taps first .. end - 1 see the picture from at least one output of begin .. last. */
DLCV__INLINE void dlcv__direct_range(size_t begin, size_t last, size_t stride, size_t dilation, size_t pad, size_t extent, size_t kernel, size_t *first,
    size_t *end)
{
    const size_t most = last * stride, least = begin * stride;
    *first = most >= pad ? 0 : (pad - most + dilation - 1) / dilation;
    *end = extent + pad <= least ? 0 : (extent + pad - least + dilation - 1) / dilation;
    if (*end > kernel) *end = kernel;
    if (*first > *end) *first = *end;
}

/* The taps that a tile of outputs needs: those that see nothing but padding from all of them are left out, which changes no sum of finite
 * weights. Tiles are cut by the shape alone, so that what else may come of infinite weights does not depend on threads. */
DLCV__FN void dlcv__direct_list(const dlcv__direct_job *j, const dlcv__direct_place *from, const dlcv__direct_place *to, size_t range[4], dlcv__direct_tap *list,
    dlcv__direct_taps *taps)
{
    const dlcv__conv_geom *g = j->g;
    const size_t left = from->y == to->y ? from->x : 0, right = from->y == to->y ? to->last : g->ow - 1;
    size_t now[4], n = 0, i, k;
    dlcv__direct_range(from->y, to->y, g->sh, g->dh, g->pt, g->h, g->kh, &now[0], &now[1]);
    dlcv__direct_range(left, right, g->sw, g->dw, g->pl, g->w, g->kw, &now[2], &now[3]);
    if (!memcmp(now, range, sizeof now)) return;
    memcpy(range, now, sizeof now);
    for (i = now[0]; i < now[1]; i++)
        for (k = now[2]; k < now[3]; k++, n++) {
            const size_t y = j->turned ? now[0] + now[1] - 1 - i : i, x = j->turned ? now[2] + now[3] - 1 - k : k;
            list[n].at = dlcv__frame_tap(g, &j->f, y, x);
            list[n].number = (j->turned ? g->kh - 1 - y : y) * g->kw + (j->turned ? g->kw - 1 - x : x);
        }
    taps->count = n;
}

/* Vectors begin .. begin + count - 1 of a unit's outputs: where they are in the frame and where they go */
DLCV__FN void dlcv__direct_places(const dlcv__direct_job *j, size_t begin, size_t count, dlcv__direct_place *places, size_t *at_x, size_t *at_y)
{
    const size_t width = j->k->lanes, ow = j->g->ow;
    size_t i, y = begin / j->f.across, v = begin % j->f.across;
    for (i = 0; i < count; i++) {
        dlcv__direct_place *p = &places[i];
        p->y = y;
        p->x = p->last = v;
        if (j->f.lanes == 1) {      /* the last vector of a row ends where the row does */
            p->x = v * width + width <= ow ? v * width : ow < width ? 0 : ow - width;
            p->last = ow < width ? ow - 1 : p->x + width - 1;
        }
        at_x[i] = dlcv__frame_place(j->g, &j->f, y, p->x);
        at_y[i] = j->f.lanes > 1 ? i * width : y * ow + p->x;
        if (++v == j->f.across) v = 0, y++;
    }
}

/* Where chunk i begins. The last vector of a row overlaps the one before it: no cut, at which another task may go on, comes between them. */
DLCV__INLINE size_t dlcv__direct_cut(const dlcv__direct_job *j, size_t i)
{
    const size_t all = j->g->oh * j->f.across, at = i * j->chunk, across = j->f.across;
    if (at >= all) return all;
    return j->f.lanes == 1 && across > 1 && at % across == across - 1 ? at - 1 : at;
}

/* Tasks divide chunks at tiles, or at rows where those end tiles. */
DLCV__INLINE size_t dlcv__direct_grain(const dlcv__direct_job *j)
{
    return j->by_rows ? j->f.across : j->k->direct_vectors;
}

DLCV__INLINE size_t dlcv__direct_grains(const dlcv__direct_job *j)
{
    const size_t all = j->g->oh * j->f.across, grain = dlcv__direct_grain(j);
    return all / j->chunk * (j->chunk / grain) + (all % j->chunk + grain - 1) / grain;
}

/* Where task `index` begins, in grains of all chunks: where its first vector does not overlap the one before it */
DLCV__FN size_t dlcv__direct_share_at(const dlcv__direct_job *j, int index)
{
    const size_t grain = dlcv__direct_grain(j), per = j->chunk / grain, across = j->f.across;
    size_t at = dlcv__conv_part(dlcv__direct_grains(j), index, (int)j->tasks);
    while (j->f.lanes == 1 && across > 1 && at % per && (dlcv__direct_cut(j, at / per) + at % per * grain) % across == across - 1) at++;
    return at;
}

/* Grains begin .. end - 1 of the outputs of a unit; own: of this task */
DLCV__FN void dlcv__direct_compute(const dlcv__direct_job *j, size_t unit, const float *frame, unsigned char *own, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = j->g;
    const dlcv__conv_tail *tail = &j->r->tail;
    const size_t group = unit % g->groups, n = unit / g->groups * j->f.lanes, width = j->k->lanes, most = j->k->direct_rows;
    const size_t blocks = (g->fg + most - 1) / most, vectors = j->k->direct_vectors;
    const size_t pictures = g->n - n < j->f.lanes ? g->n - n : j->f.lanes, valid = j->f.lanes > 1 || g->ow >= width ? width : g->ow;
    const int plain = !tail->bias && !tail->residual && tail->low < -FLT_MAX && tail->high > FLT_MAX;
    dlcv__direct_tap *list = (dlcv__direct_tap *)(void *)own;
    float *buffer = j->f.lanes > 1 ? (float *)(void *)(own + j->list_bytes) : NULL;
    size_t at_x[DLCV__DIRECT_CHUNK + 1], at_y[DLCV__DIRECT_CHUNK + 1], range[4], b, v, l, some, next, to;
    const size_t grain = dlcv__direct_grain(j), per = j->chunk / grain, all = dlcv__direct_grains(j);
    dlcv__direct_place places[DLCV__DIRECT_CHUNK + 1];
    dlcv__direct_taps taps;
    taps.channels = g->cg, taps.plane = j->f.plane, taps.all = g->taps, taps.count = 0, taps.tap = list;
    memset(range, 255, sizeof range);
    for (; begin < end; begin = next) {
        const size_t chunk = begin / per, at = dlcv__direct_cut(j, chunk), count = dlcv__direct_cut(j, chunk + 1) - at, from = begin % per * grain;
        next = (chunk + 1) * per < end ? (chunk + 1) * per : end;
        to = next % per && next < all && next % per * grain < count ? next % per * grain : count;    /* the last chunk may begin a vector earlier */
        if (from >= to) continue;
        dlcv__direct_places(j, at, count, places, at_x, at_y);
        for (b = 0; b < blocks; b++) {
            const size_t f0 = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - f0, f = group * g->fg + f0;
            const size_t out = (n * g->f + f) * g->pixels, y_row = buffer ? DLCV__DIRECT_CHUNK * width : g->pixels;
            float *y = buffer ? buffer : j->r->y + out;
            dlcv__epilogue e;
            e.bias = tail->bias ? tail->bias + f : NULL;
            e.residual = tail->residual ? tail->residual + out : NULL;
            e.residual_row = y_row, e.low = tail->low, e.high = tail->high;
            for (v = from; v < to; v += some) {
                const size_t left = j->by_rows ? j->f.across - v % j->f.across : to - v;
                some = left < vectors ? left : vectors;
                dlcv__direct_list(j, &places[v], &places[v + some - 1], range, list, &taps);
                j->k->direct[rows - 1](&taps, j->weights + f * g->k, frame, at_x + v, y, y_row, at_y + v, (int)some, valid, plain ? NULL : &e);
            }
            for (l = 0; buffer && l < rows; l++)
                j->k->transpose4(j->r->y + out + l * g->pixels + at + from, 4 * g->f * g->pixels, buffer + l * y_row + from * width, 4 * width, (int)(to - from), (int)pictures, 0);
        }
    }
}

/* the channels of a unit */
DLCV__INLINE const float *dlcv__direct_picture(const dlcv__direct_job *j, size_t unit)
{
    const dlcv__conv_geom *g = j->g;
    return j->r->x + (unit / g->groups * j->f.lanes * g->c + unit % g->groups * g->cg) * g->plane;
}

DLCV__FN void dlcv__direct_frame(const dlcv__direct_job *j, size_t unit, size_t c, float *frame, size_t begin, size_t end)
{
    const dlcv__conv_geom *g = j->g;
    const size_t n = unit / g->groups * j->f.lanes, step = g->c * g->plane;
    const float *x = dlcv__direct_picture(j, unit) + c * g->plane;
    if (j->f.lanes == 1) dlcv__frame_fill(g, &j->f, j->k, x, frame + c * j->f.plane, begin, end);
    else dlcv__frame_interleave(g, &j->f, j->k, x, step, g->n - n < j->f.lanes ? g->n - n : j->f.lanes, frame + c * j->f.plane, begin, end);
}

/* Some units, in a frame of one's own. */
DLCV__FN void dlcv__direct_units(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    float *frame = j->frames + (size_t)index * j->frame;
    size_t u = dlcv__conv_part(j->units, index, (int)j->tasks), c;
    const size_t end = dlcv__conv_part(j->units, index + 1, (int)j->tasks);
    memset(frame, 0, j->frame * sizeof(float));
    for (; u < end; u++) {
        for (c = 0; c < j->g->cg && !j->in_place; c++) dlcv__direct_frame(j, u, c, frame, 0, j->f.rows);
        dlcv__direct_compute(j, u, j->in_place ? dlcv__direct_picture(j, u) : frame, j->own + (size_t)index * j->own_bytes, 0, dlcv__direct_grains(j));
    }
    dlcv__fp_leave(fp);
}

/* One unit by all: first the frame, then the outputs. Who fills a row of the frame computes the outputs there, too; but for neighbours no core reads
 * what another one wrote. Of few rows channels are divided. */
DLCV__FN void dlcv__direct_fill(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const int tasks = (int)j->tasks, by_rows = j->f.rows >= 4 * j->tasks;
    const size_t begin = by_rows ? dlcv__conv_part(j->f.rows, index, tasks) : 0, end = by_rows ? dlcv__conv_part(j->f.rows, index + 1, tasks) : j->f.rows;
    size_t c = by_rows ? 0 : dlcv__conv_part(j->g->cg, index, tasks);
    const size_t last = by_rows ? j->g->cg : dlcv__conv_part(j->g->cg, index + 1, tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    for (; c < last; c++) {
        if (!j->unit) memset(j->frames + c * j->f.plane + begin * j->f.row, 0, (end - begin) * j->f.row * sizeof(float));
        dlcv__direct_frame(j, j->unit, c, j->frames, begin, end);
    }
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__direct_share(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__direct_compute(j, j->unit, j->in_place ? dlcv__direct_picture(j, j->unit) : j->frames, j->own + (size_t)index * j->own_bytes,
        dlcv__direct_share_at(j, index), dlcv__direct_share_at(j, index + 1));
    dlcv__fp_leave(fp);
}

/* 1x1 at stride 1: pictures are rows. */
DLCV__FN dlcv__conv_geom dlcv__direct_flat(const dlcv__conv_geom *g)
{
    dlcv__conv_geom flat = *g;
    if (g->taps == 1 && g->sh == 1 && g->sw == 1 && !g->pt && !g->pl && g->oh == g->h && g->ow == g->w) {
        flat.h = flat.oh = 1;
        flat.w = flat.ow = g->plane;
    }
    return flat;
}

/* Little work is one thread's. An element that is read or written takes as long as four multiply-adds, which is what there is in depthwise layers. */
DLCV__FN size_t dlcv__direct_tasks(const dlcv__conv_geom *g, int width)
{
    const double work = (double)g->y_count * (double)g->k + 4 * ((double)g->x_count + (double)g->y_count);
    return work < (double)DLCV__CONV_ALONE ? 1 : (size_t)width;
}

/* Frames: one for each task, or one alone; then what is each task's own. 0 where bytes overflow. */
DLCV__FN int dlcv__direct_room(dlcv__direct_job *j, const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, size_t lanes, int width, size_t *bytes)
{
    size_t all;
    j->g = g, j->k = k;
    j->units = (g->n + lanes - 1) / lanes * g->groups;
    j->tasks = dlcv__direct_tasks(g, width);
    j->list_bytes = 0;
    *bytes = 0;
    if (!dlcv__frame_of(g, lanes, k->lanes, 0, &j->f) || !dlcv__conv_need(&j->list_bytes, g->taps, sizeof(dlcv__direct_tap))) return 0;
    j->own_bytes = j->list_bytes;
    if (lanes > 1 && !dlcv__conv_need(&j->own_bytes, (size_t)k->direct_rows * DLCV__DIRECT_CHUNK * k->lanes, sizeof(float))) return 0;
    if (!dlcv__add(j->f.floats, 15, &j->frame)) return 0;
    j->frame = j->frame / 16 * 16;
    j->in_place = lanes == 1 && g->sw == 1 && !g->pt && !g->pl && j->f.cols <= g->w && j->f.rows <= g->h && g->ow >= k->lanes;
    if (j->in_place) j->f.row = g->w, j->f.plane = g->plane, j->frame = 0;
    j->chunk = DLCV__DIRECT_FLOATS / k->lanes / g->cg / k->direct_vectors * k->direct_vectors;
    if (j->chunk > DLCV__DIRECT_CHUNK) j->chunk = DLCV__DIRECT_CHUNK;
    if (j->chunk < k->direct_vectors) j->chunk = k->direct_vectors;
    all = (j->f.across + k->direct_vectors - 1) / k->direct_vectors * k->direct_vectors;
    j->by_rows = lanes > 1 && (g->pt || g->pl) && j->f.across <= j->chunk && 10 * all <= 11 * j->f.across;
    if (j->by_rows) j->chunk = j->chunk / j->f.across * j->f.across;
    return dlcv__mul(j->frame, j->units < j->tasks ? 1 : j->tasks, &all) && dlcv__conv_need(bytes, all, sizeof(float))
        && dlcv__mul(j->own_bytes, j->tasks, &all) && dlcv__conv_need(bytes, all, 1);
}

/* With a residual pictures stand alone: it would have to be turned, too. */
DLCV__FN int dlcv__direct_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__direct_job j;
    size_t more;
    const dlcv__conv_geom flat = dlcv__direct_flat(g);
    const size_t lanes = dlcv__direct_lanes(&flat, k);
    *prepared = *workspace = 0;
    if (!dlcv__conv_need(prepared, g->w_count, sizeof(float)) || !dlcv__direct_room(&j, &flat, k, 1, width, workspace)) return 0;
    if (lanes > 1 && !dlcv__direct_room(&j, &flat, k, lanes, width, &more)) return 0;
    if (lanes > 1 && more > *workspace) *workspace = more;
    return 1;
}

DLCV__FN void dlcv__direct_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    dlcv__direct_pack(g, k, weights, 0, (float *)prepared);
}

DLCV__FN double dlcv__direct_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    const dlcv__conv_geom flat = dlcv__direct_flat(g);
    return dlcv__direct_cycles(&flat, k, dlcv__direct_lanes(&flat, k) > 1);
}

DLCV__FN void dlcv__direct_go(const dlcv__conv_run *r, int turned)
{
    dlcv__direct_job j;
    const dlcv__conv_geom flat = dlcv__direct_flat(r->g);
    const int width = dlcv__width(r->env);
    size_t bytes;
    memset(&j, 0, sizeof j);
    if (!dlcv__direct_room(&j, &flat, r->kernels, r->tail.residual ? 1 : dlcv__direct_lanes(&flat, r->kernels), width, &bytes)) return;
    j.r = r;
    j.turned = turned;
    j.weights = (const float *)r->prepared;
    j.frames = (float *)r->workspace;
    j.own = (unsigned char *)r->workspace + bytes - (j.own_bytes * j.tasks);
    if (j.units >= j.tasks) {
        dlcv__parallel(r->env, (int)j.tasks, dlcv__direct_units, &j);
        return;
    }
    for (j.unit = 0; j.unit < j.units; j.unit++) {
        if (!j.in_place) dlcv__parallel(r->env, (int)j.tasks, dlcv__direct_fill, &j);
        dlcv__parallel(r->env, (int)j.tasks, dlcv__direct_share, &j);
    }
}

DLCV__FN void dlcv__direct_run(const dlcv__conv_run *r)
{
    dlcv__direct_go(r, 0);
}

/* ---- depthwise, 3x3: each channel in a frame of its own that stays in L1. The next one is filled first: what was just stored cannot be loaded at
 * other addresses yet. */

DLCV__FN int dlcv__depthwise_applies(const dlcv__conv_geom *g)
{
    return g->cg == 1 && g->kh == 3 && g->kw == 3;
}

DLCV__FN double dlcv__depthwise_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    return (double)k->lanes * ((double)g->n * (double)g->f * (double)g->oh * (double)((g->ow + k->lanes - 1) / k->lanes) * 12 + 0.2 * (double)g->x_count);
}

DLCV__FN int dlcv__depthwise_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__frame f;
    size_t all;
    *prepared = *workspace = 0;
    return dlcv__frame_of(g, 1, k->lanes, 0, &f) && dlcv__add(f.floats, 15, &f.floats) && dlcv__mul(f.floats / 16 * 32, (size_t)width, &all)
        && dlcv__conv_need(workspace, all, sizeof(float));
}

DLCV__FAST

DLCV__FN void dlcv__depthwise_task(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const dlcv__conv_geom *g = j->g;
    const dlcv__conv_tail *tail = &j->r->tail;
    const dlcv__fp fp = dlcv__fp_enter();
    const int plain = !tail->bias && !tail->residual && tail->low < -FLT_MAX && tail->high > FLT_MAX;
    float *frames = j->frames + 2 * (size_t)index * j->frame;
    size_t u = dlcv__conv_part(j->units, index, (int)j->tasks), i, off[3];
    const size_t end = dlcv__conv_part(j->units, index + 1, (int)j->tasks);
    for (i = 0; i < 3; i++) off[i] = i * g->dw % g->sw * j->f.pitch + i * g->dw / g->sw;
    memset(frames, 0, 2 * j->frame * sizeof(float));
    dlcv__frame_fill(g, &j->f, j->k, j->r->x + u * g->plane, frames + u % 2 * j->frame, 0, j->f.rows);
    for (; u < end; u++) {
        const float *frame = frames + u % 2 * j->frame;
        if (u + 1 < end) dlcv__frame_fill(g, &j->f, j->k, j->r->x + (u + 1) * g->plane, frames + (u + 1) % 2 * j->frame, 0, j->f.rows);
        for (i = 0; i < g->fg; i++) {
            const size_t f = u % g->groups * g->fg + i, out = (u / g->groups * g->f + f) * g->pixels;
            float w[9];
            dlcv__epilogue e;
            memcpy(w, j->weights + 9 * f, sizeof w);
            e.bias = tail->bias ? tail->bias + f : NULL;
            e.residual = tail->residual ? tail->residual + out : NULL;
            e.residual_row = g->ow, e.low = tail->low, e.high = tail->high;
            j->k->depthwise3(frame, g->dh * j->f.row, g->sh * j->f.row, off, w, j->r->y + out, g->ow, g->oh, g->ow, plain ? NULL : &e);
        }
    }
    dlcv__fp_leave(fp);
}

DLCV__PLAIN

DLCV__FN void dlcv__depthwise_run(const dlcv__conv_run *r)
{
    dlcv__direct_job j;
    const int width = dlcv__width(r->env);
    memset(&j, 0, sizeof j);
    j.r = r, j.g = r->g, j.k = r->kernels;
    j.weights = r->weights;
    dlcv__frame_of(r->g, 1, r->kernels->lanes, 0, &j.f);
    j.frame = (j.f.floats + 15) / 16 * 16;
    j.frames = (float *)r->workspace;
    j.units = r->g->n * r->g->groups;
    j.tasks = dlcv__direct_tasks(r->g, width);
    if (j.units < j.tasks) j.tasks = j.units;
    dlcv__parallel(r->env, (int)j.tasks, dlcv__depthwise_task, &j);
}
