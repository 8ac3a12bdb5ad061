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

/* Channel c of one picture into its rows; what is not written was zero before. */
DLCV__FN void dlcv__frame_fill(const dlcv__conv_geom *g, const dlcv__frame *f, const dlcv__kernels_f32 *k, const float *x, float *frame)
{
    const size_t first = g->pt, rows = f->rows <= first ? 0 : f->rows - first < g->h ? f->rows - first : g->h;
    const size_t n = f->cols <= g->pl ? 0 : f->cols - g->pl < g->w ? f->cols - g->pl : g->w;
    size_t before = (g->sw - g->pl % g->sw) % g->sw, i, j;
    if (before > n) before = n;
    frame += first * f->row;
    for (i = 0; i < rows && before; i++)
        for (j = 0; j < before; j++) memcpy(frame + i * f->row + (g->pl + j) % g->sw * f->pitch + (g->pl + j) / g->sw, x + i * g->w + j, 4);
    if (n > before) k->deal(x + before, g->w, rows, n - before, g->sw, frame + (g->pl + before) / g->sw, f->row, g->sw == 1 ? f->pitch - g->pl : f->pitch);
}

/* The same of `count` pictures, a lane each; step: floats from picture to picture */
DLCV__FN void dlcv__frame_interleave(const dlcv__conv_geom *g, const dlcv__frame *f, const dlcv__kernels_f32 *k, const float *x, size_t step, size_t count,
    float *frame)
{
    const size_t rows = f->rows <= g->pt ? 0 : f->rows - g->pt < g->h ? f->rows - g->pt : g->h;
    const size_t n = f->cols <= g->pl ? 0 : f->cols - g->pl < g->w ? f->cols - g->pl : g->w, lane = 4 * f->lanes;
    size_t i;
    if (n == g->w && n == f->cols && n && rows <= INT_MAX / n) {
        k->transpose4(frame + g->pt * f->row, lane, x, 4 * step, (int)count, (int)(rows * n), 0);
        return;
    }
    for (i = 0; i < rows && n; i++)
        k->transpose4(frame + (g->pt + i) * f->row + g->pl * f->lanes, lane, x + i * g->w, 4 * step, (int)count, (int)n, 0);
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

/* Chunks begin .. end - 1 of the outputs of a unit; own: of this task */
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
    size_t at_x[DLCV__DIRECT_CHUNK + 1], at_y[DLCV__DIRECT_CHUNK + 1], range[4], b, v, l, some;
    dlcv__direct_place places[DLCV__DIRECT_CHUNK + 1];
    dlcv__direct_taps taps;
    taps.channels = g->cg, taps.plane = j->f.plane, taps.all = g->taps, taps.count = 0, taps.tap = list;
    memset(range, 255, sizeof range);
    for (; begin < end; begin++) {
        const size_t at = dlcv__direct_cut(j, begin), count = dlcv__direct_cut(j, begin + 1) - at;
        dlcv__direct_places(j, at, count, places, at_x, at_y);
        for (b = 0; b < blocks; b++) {
            const size_t f0 = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - f0, f = group * g->fg + f0;
            const size_t out = (n * g->f + f) * g->pixels, y_row = buffer ? DLCV__DIRECT_CHUNK * width : g->pixels;
            float *y = buffer ? buffer : j->r->y + out;
            dlcv__epilogue e;
            e.bias = tail->bias ? tail->bias + f : NULL;
            e.residual = tail->residual ? tail->residual + out : NULL;
            e.residual_row = y_row, e.low = tail->low, e.high = tail->high;
            for (v = 0; v < count; v += some) {
                const size_t left = j->by_rows ? j->f.across - v % j->f.across : count - v;
                some = left < vectors ? left : vectors;
                dlcv__direct_list(j, &places[v], &places[v + some - 1], range, list, &taps);
                j->k->direct[rows - 1](&taps, j->weights + f * g->k, frame, at_x + v, y, y_row, at_y + v, (int)some, valid, plain ? NULL : &e);
            }
            for (l = 0; buffer && l < rows; l++)
                j->k->transpose4(j->r->y + out + l * g->pixels + at, 4 * g->f * g->pixels, buffer + l * y_row, 4 * width, (int)count, (int)pictures, 0);
        }
    }
}

/* the channels of a unit */
DLCV__INLINE const float *dlcv__direct_picture(const dlcv__direct_job *j, size_t unit)
{
    const dlcv__conv_geom *g = j->g;
    return j->r->x + (unit / g->groups * j->f.lanes * g->c + unit % g->groups * g->cg) * g->plane;
}

DLCV__FN void dlcv__direct_frame(const dlcv__direct_job *j, size_t unit, size_t c, float *frame)
{
    const dlcv__conv_geom *g = j->g;
    const size_t n = unit / g->groups * j->f.lanes, step = g->c * g->plane;
    const float *x = dlcv__direct_picture(j, unit) + c * g->plane;
    if (j->f.lanes == 1) dlcv__frame_fill(g, &j->f, j->k, x, frame + c * j->f.plane);
    else dlcv__frame_interleave(g, &j->f, j->k, x, step, g->n - n < j->f.lanes ? g->n - n : j->f.lanes, frame + c * j->f.plane);
}

DLCV__INLINE size_t dlcv__direct_chunks(const dlcv__direct_job *j)
{
    return (j->g->oh * j->f.across + j->chunk - 1) / j->chunk;
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
        for (c = 0; c < j->g->cg && !j->in_place; c++) dlcv__direct_frame(j, u, c, frame);
        dlcv__direct_compute(j, u, j->in_place ? dlcv__direct_picture(j, u) : frame, j->own + (size_t)index * j->own_bytes, 0, dlcv__direct_chunks(j));
    }
    dlcv__fp_leave(fp);
}

/* One unit by all: first the frame, then the outputs. */
DLCV__FN void dlcv__direct_fill(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    size_t c = dlcv__conv_part(j->g->cg, index, (int)j->tasks);
    const size_t end = dlcv__conv_part(j->g->cg, index + 1, (int)j->tasks);
    const dlcv__fp fp = dlcv__fp_enter();
    if (!j->unit) memset(j->frames + c * j->f.plane, 0, (end - c) * j->f.plane * sizeof(float));
    for (; c < end; c++) dlcv__direct_frame(j, j->unit, c, j->frames);
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__direct_share(int index, void *context)
{
    const dlcv__direct_job *j = (const dlcv__direct_job *)context;
    const dlcv__fp fp = dlcv__fp_enter();
    const size_t all = dlcv__direct_chunks(j);
    dlcv__direct_compute(j, j->unit, j->in_place ? dlcv__direct_picture(j, j->unit) : j->frames, j->own + (size_t)index * j->own_bytes, dlcv__conv_part(all, index, (int)j->tasks),
        dlcv__conv_part(all, index + 1, (int)j->tasks));
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

/* Little work is one thread's. */
DLCV__FN size_t dlcv__direct_tasks(const dlcv__conv_geom *g, int width)
{
    return (double)g->y_count * (double)g->k < (double)DLCV__CONV_ALONE ? 1 : (size_t)width;
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

/* ---- from the map to the picture, at stride 1: a convolution of the map, with taps that stand the other way round but come in the same order */

/* t: the geometry of the adjoint; 0 where there is none without cutting the map */
DLCV__FN int dlcv__direct_turn(const dlcv__conv_geom *g, dlcv__conv_geom *t)
{
    *t = *g;
    if (g->sh != 1 || g->sw != 1 || g->pt > (g->kh - 1) * g->dh || g->pl > (g->kw - 1) * g->dw) return 0;
    t->c = g->f, t->cg = g->fg, t->h = g->oh, t->w = g->ow, t->plane = g->pixels, t->x_count = g->y_count;
    t->f = g->c, t->fg = g->cg, t->oh = g->h, t->ow = g->w, t->pixels = g->plane, t->y_count = g->x_count;
    t->k = g->fg * g->taps;
    t->pt = (g->kh - 1) * g->dh - g->pt, t->pl = (g->kw - 1) * g->dw - g->pl;
    return 1;
}

DLCV__FN int dlcv__direct_up_applies(const dlcv__conv_geom *g)
{
    dlcv__conv_geom t;
    return dlcv__direct_turn(g, &t);
}

DLCV__FN double dlcv__direct_up_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    return dlcv__direct_cost(&t, k);
}

DLCV__FN int dlcv__direct_up_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *prepared, size_t *workspace)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    return dlcv__direct_bytes(&t, k, width, prepared, workspace);
}

DLCV__FN void dlcv__direct_up_prepare(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, const float *weights, void *prepared)
{
    dlcv__conv_geom t;
    dlcv__direct_turn(g, &t);
    dlcv__direct_pack(&t, k, weights, 1, (float *)prepared);
}

/* Gradients with respect to the picture bring their weights along: these are packed at the beginning of the workspace. */
DLCV__FN int dlcv__direct_data_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    size_t prepared;
    return dlcv__direct_up_bytes(g, k, width, &prepared, workspace) && dlcv__add(prepared, *workspace, workspace);
}

DLCV__FN void dlcv__direct_up_run(const dlcv__conv_run *r)
{
    dlcv__conv_run run = *r;
    dlcv__conv_geom t;
    size_t bytes = 0;
    dlcv__direct_turn(r->g, &t);
    run.g = &t;
    if (!r->prepared) {
        dlcv__conv_need(&bytes, t.w_count, sizeof(float));
        dlcv__direct_pack(&t, r->kernels, r->weights, 1, (float *)r->workspace);
        run.prepared = r->workspace;
        run.workspace = (unsigned char *)r->workspace + bytes;
    }
    dlcv__direct_go(&run, 1);
}

/* ---- from the map to the picture, with strides: gradients of batches. Pictures stand side by side in the lanes, so that no pixel of a row minds which taps
 * its neighbour has: picture pixel (y, x) gets tap (i, j) = (i0 + sh a, j0 + sw b) from map pixel (y' - a, x' - b), sh y' = y + pt - i0. The frame is the
 * map with (kh - 1) / sh rows of zeros before it, and behind it as many as pixels reach, columns likewise. */
typedef struct dlcv__direct_stride {
    const dlcv__conv_run *r;
    dlcv__conv_geom t;              /* of the adjoint, as far as packed weights go */
    size_t rows, cols, before_h, before_w, plane, floats;      /* of the frame, a channel's, all */
    size_t units, own_bytes, weights_bytes;
    float *frames;
    const float *weights;
    unsigned char *own;             /* [tasks]: taps, where the pixels of a row come from and go to, a row of a block of filters */
    int tasks;
} dlcv__direct_stride;

DLCV__FN int dlcv__stride_applies(const dlcv__conv_geom *g)
{
    return g->dh == 1 && g->dw == 1 && (g->sh > 1 || g->sw > 1) && g->n > 1;
}

DLCV__FN int dlcv__stride_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, dlcv__direct_stride *d, size_t *bytes)
{
    const size_t lanes = k->lanes, down = (g->h - 1 + g->pt) / g->sh, right = (g->w - 1 + g->pl) / g->sw;
    size_t all;
    memset(d, 0, sizeof *d);
    d->t = *g;
    d->t.cg = g->fg, d->t.fg = g->cg, d->t.k = g->fg * g->taps;
    d->before_h = (g->kh - 1) / g->sh, d->before_w = (g->kw - 1) / g->sw;
    d->rows = d->before_h + (down + 1 > g->oh ? down + 1 : g->oh);
    d->cols = d->before_w + (right + 1 > g->ow ? right + 1 : g->ow);
    d->units = (g->n + lanes - 1) / lanes * g->groups;
    d->tasks = (int)dlcv__direct_tasks(g, width);
    if ((size_t)d->tasks > d->units) d->tasks = (int)d->units;
    *bytes = 0;
    if (!dlcv__mul(d->rows * lanes, d->cols, &d->plane) || !dlcv__mul(d->plane, g->fg, &d->floats) || d->floats > (size_t)-1 / 64) return 0;
    if (!dlcv__conv_need(bytes, g->w_count, sizeof(float))) return 0;
    d->weights_bytes = *bytes;
    if (!dlcv__mul((d->floats + 15) / 16 * 16, (size_t)d->tasks, &all) || !dlcv__conv_need(bytes, all, sizeof(float))) return 0;
    if (!dlcv__conv_need(&d->own_bytes, g->taps, sizeof(dlcv__direct_tap)) || !dlcv__conv_need(&d->own_bytes, 2 * g->w, sizeof(size_t))) return 0;
    if (!dlcv__conv_need(&d->own_bytes, (size_t)k->direct_rows * lanes * g->w, sizeof(float))) return 0;
    return dlcv__mul(d->own_bytes, (size_t)d->tasks, &all) && dlcv__conv_need(bytes, all, 1);
}

DLCV__FN int dlcv__stride_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    dlcv__direct_stride d;
    return dlcv__stride_plan(g, k, width, &d, workspace);
}

/* as dlcv__direct_cycles */
DLCV__FN double dlcv__stride_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    const size_t blocks = (g->cg + k->direct_rows - 1) / k->direct_rows;
    const double r = (double)g->cg / (double)blocks, v = (double)k->direct_vectors, step = r * v < r + v ? r + v : r * v;
    const double units = (double)((g->n + k->lanes - 1) / k->lanes), sums = (double)g->pixels * (double)g->f * (double)g->k * (step < 4 ? 4 : step) / (r * v);
    dlcv__direct_stride d;
    size_t bytes;
    if (!dlcv__stride_plan(g, k, 1, &d, &bytes)) return 1e300;
    return (double)k->lanes * (0.05 * (double)d.floats + 1.2 * units * sums + 0.6 * ((double)g->x_count + (double)g->y_count));
}

/* The pixels x = column, column + sw, .. of row y, of `rows` filters (channels of the picture), to buffer [rows][w][lanes] */
DLCV__FN void dlcv__stride_pixels(const dlcv__direct_stride *d, const float *frame, unsigned char *own, const float *weights, size_t rows, size_t y, size_t column, float *buffer)
{
    const dlcv__conv_geom *g = d->r->g;
    const dlcv__kernels_f32 *k = d->r->kernels;
    const size_t lanes = k->lanes, i0 = (y + g->pt) % g->sh, j0 = (column + g->pl) % g->sw, most = k->direct_vectors;
    const size_t base = (y + g->pt - i0) / g->sh * d->cols + (column + g->pl - j0) / g->sw;     /* in the frame, of the last taps */
    dlcv__direct_tap *list = (dlcv__direct_tap *)(void *)own;
    size_t list_bytes = 0, *at_x, *at_y, i, j, n = 0, some;
    dlcv__direct_taps taps;
    dlcv__conv_need(&list_bytes, g->taps, sizeof *list);
    at_x = (size_t *)(void *)(own + list_bytes), at_y = at_x + g->w;
    taps.channels = g->fg, taps.plane = d->plane, taps.all = g->taps, taps.count = 0, taps.tap = list;
    for (i = i0; i < g->kh; i += g->sh)
        for (j = j0; j < g->kw; j += g->sw) {
            list[taps.count].at = ((d->before_h - i / g->sh) * d->cols + d->before_w - j / g->sw) * lanes;
            list[taps.count++].number = i * g->kw + j;
        }
    for (i = column; i < g->w; i += g->sw, n++) at_x[n] = (base + n) * lanes, at_y[n] = i * lanes;
    for (i = 0; i < n; i += some) {
        some = n - i < most ? n - i : most;
        k->direct[rows - 1](&taps, weights, frame, at_x + i, buffer, g->w * lanes, at_y + i, (int)some, lanes, NULL);
    }
}

/* Some units */
DLCV__FN void dlcv__stride_units(int index, void *context)
{
    const dlcv__direct_stride *d = (const dlcv__direct_stride *)context;
    const dlcv__conv_geom *g = d->r->g;
    const dlcv__kernels_f32 *k = d->r->kernels;
    const dlcv__fp fp = dlcv__fp_enter();
    const size_t lanes = k->lanes, most = k->direct_rows, blocks = (g->cg + most - 1) / most, end = dlcv__conv_part(d->units, index + 1, d->tasks);
    float *frame = d->frames + (size_t)index * ((d->floats + 15) / 16 * 16), *buffer;
    unsigned char *own = d->own + (size_t)index * d->own_bytes;
    size_t u, c, y, b, l, x, head = 0;
    dlcv__conv_need(&head, g->taps, sizeof(dlcv__direct_tap));
    dlcv__conv_need(&head, 2 * g->w, sizeof(size_t));
    buffer = (float *)(void *)(own + head);
    memset(frame, 0, d->floats * sizeof(float));
    for (u = dlcv__conv_part(d->units, index, d->tasks); u < end; u++) {
        const size_t n = u / g->groups * lanes, group = u % g->groups, pictures = g->n - n < lanes ? g->n - n : lanes;
        const float *map = d->r->x + (n * g->f + group * g->fg) * g->pixels;
        for (c = 0; c < g->fg; c++)
            for (y = 0; y < g->oh; y++)
                k->transpose4(frame + c * d->plane + ((d->before_h + y) * d->cols + d->before_w) * lanes, 4 * lanes, map + c * g->pixels + y * g->ow,
                    4 * g->f * g->pixels, (int)pictures, (int)g->ow, 0);
        for (y = 0; y < g->h; y++)
            for (b = 0; b < blocks; b++) {
                const size_t f = dlcv__direct_block(g->cg, most, b), rows = dlcv__direct_block(g->cg, most, b + 1) - f;
                float *to = d->r->y + (n * g->c + group * g->cg + f) * g->plane + y * g->w;
                for (x = 0; x < g->sw && x < g->w; x++) dlcv__stride_pixels(d, frame, own, d->weights + (group * g->cg + f) * d->t.k, rows, y, x, buffer);
                for (l = 0; l < rows; l++)
                    k->transpose4(to + l * g->plane, 4 * g->c * g->plane, buffer + l * g->w * lanes, 4 * lanes, (int)g->w, (int)pictures, 0);
            }
    }
    dlcv__fp_leave(fp);
}

DLCV__FN void dlcv__stride_run(const dlcv__conv_run *r)
{
    dlcv__direct_stride d;
    size_t bytes;
    if (!dlcv__stride_plan(r->g, r->kernels, dlcv__width(r->env), &d, &bytes)) return;
    d.r = r;
    dlcv__direct_pack(&d.t, r->kernels, r->weights, 1, (float *)r->workspace);
    d.weights = (const float *)r->workspace;
    d.frames = (float *)(void *)((unsigned char *)r->workspace + d.weights_bytes);
    d.own = (unsigned char *)r->workspace + bytes - (d.own_bytes * (size_t)d.tasks + 63) / 64 * 64;
    dlcv__parallel(r->env, d.tasks, dlcv__stride_units, &d);
}

/* ---- gradients of weights, where there are few: all their sums stay in vectors, a lane's share of pixels (or pictures) in each lane, while the map
 * and the picture go by. Units (pictures, or sets of them) are divided into segments, by the shape alone; a segment has sums of its own, and tasks have
 * segments, so that what one core wrote no other one reads. Not in strict mode, as the order of summation follows the backend's lanes. */
typedef struct dlcv__direct_dw {
    const dlcv__conv_geom *g;
    const dlcv__kernels_f32 *k;
    const float *picture, *map;
    dlcv__frame f;
    size_t *taps, *at_x;
    float *own;                     /* a task's: a unit's frame, its map [block of filters][places][filter of the block][lanes], sums [fg][k][lanes] */
    size_t frame, map_floats, sum_floats, floats, places, units;
    size_t places_at, own_at;       /* bytes into the workspace; taps come first */
    size_t group, segment;          /* now: as many segments of a group as there are tasks, from this one on */
    int segments, tasks;
} dlcv__direct_dw;

enum { DLCV__DW_STRETCH = 4096, DLCV__DW_SEGMENTS = 8, DLCV__DW_SUMS = 1 << 15 };

DLCV__FN double dlcv__dw_cycles(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int side_by_side)
{
    const size_t blocks = (g->fg + k->gradient_rows - 1) / k->gradient_rows;
    const double r = (double)g->fg / (double)blocks, v = (double)k->gradient_taps, loads = (side_by_side ? 1 : 2) * v + r;
    const double across = side_by_side ? (double)g->ow : (double)((g->ow + k->lanes - 1) / k->lanes);
    const double units = side_by_side ? (double)((g->n + k->lanes - 1) / k->lanes) : (double)g->n;
    dlcv__frame f;
    const double step = r * v < loads ? loads : r * v, tiles = (double)g->groups * (double)blocks * (double)((g->k + k->gradient_taps - 1) / k->gradient_taps);
    const double places = (double)g->oh * across, stretch = (double)DLCV__DW_STRETCH / (double)(k->gradient_rows * k->lanes), sums = (double)g->f * (double)g->k;
    if (!dlcv__frame_of(g, side_by_side ? k->lanes : 1, k->lanes, 1, &f)) return 1e300;
    return (double)k->lanes * (0.05 * (double)f.floats + 1.2 * units * places * tiles * (step < 4 ? 4 : step)
        + (sums * (double)k->lanes > (1 << 18) ? 16 : 0) * units * (1 + places / stretch) * sums       /* beyond some cache */
        + (side_by_side ? 0.6 : 0.2) * ((double)g->x_count + (double)g->y_count));
}

DLCV__FN int dlcv__direct_dw_applies(const dlcv__conv_geom *g)
{
#ifdef DLCV_STRICT
    (void)g;
    return 0;
#else
    return g->fg * g->k <= DLCV__DW_SUMS;
#endif
}

DLCV__FN double dlcv__direct_dw_cost(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k)
{
    const double alone = dlcv__dw_cycles(g, k, 0), together = dlcv__dw_cycles(g, k, 1);
    return k->lanes > 1 && together < alone ? together : alone;
}

/* 0 where bytes overflow */
DLCV__FN int dlcv__direct_dw_plan(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, dlcv__direct_dw *d, size_t *bytes)
{
    const size_t lanes = k->lanes > 1 && g->n > 1 && dlcv__dw_cycles(g, k, 1) < dlcv__dw_cycles(g, k, 0) ? k->lanes : 1;
    const double work = (double)g->y_count * (double)g->k / (double)DLCV__CONV_ALONE;
    size_t all;
    memset(d, 0, sizeof *d);
    d->g = g, d->k = k;
    if (!dlcv__frame_of(g, lanes, k->lanes, 1, &d->f) || d->f.floats > (size_t)-1 / 8) return 0;
    d->frame = (d->f.floats + 15) / 16 * 16;
    d->units = (g->n + lanes - 1) / lanes;
    d->segments = work < 1 ? 1 : work < (double)DLCV__DW_SEGMENTS ? (int)work : (int)DLCV__DW_SEGMENTS;
    if ((size_t)d->segments > d->units) d->segments = (int)d->units;
    d->tasks = width < d->segments ? width : d->segments;
    *bytes = 0;
    if (!dlcv__mul(g->oh, d->f.across, &d->places) || !dlcv__mul(d->places, g->fg * k->lanes, &d->map_floats)) return 0;
    d->map_floats = (d->map_floats + 15) / 16 * 16;
    d->sum_floats = (g->fg * g->k * k->lanes + 15) / 16 * 16;      /* fg * k is small */
    if (!dlcv__add(d->frame, d->map_floats, &d->floats) || !dlcv__add(d->floats, d->sum_floats + 16, &d->floats)) return 0;     /* and a line between tasks */
    if (!dlcv__conv_need(bytes, g->k, sizeof(size_t))) return 0;
    d->places_at = *bytes;
    if (!dlcv__conv_need(bytes, d->places, sizeof(size_t))) return 0;
    d->own_at = *bytes;
    return dlcv__mul(d->floats, (size_t)d->tasks, &all) && dlcv__conv_need(bytes, all, sizeof(float));
}

DLCV__FN int dlcv__direct_dw_bytes(const dlcv__conv_geom *g, const dlcv__kernels_f32 *k, int width, size_t *workspace)
{
    dlcv__direct_dw d;
    return dlcv__direct_dw_plan(g, k, width, &d, workspace);
}

/* A unit's map as whole vectors [block of filters][places][filter of the block][lanes], zeros where there is no pixel or picture */
DLCV__FN void dlcv__direct_dw_map(const dlcv__direct_dw *d, size_t n, size_t pictures, float *to)
{
    const dlcv__conv_geom *g = d->g;
    const float *from = d->map + (n * g->f + d->group * g->fg) * g->pixels;
    const size_t lanes = d->k->lanes, most = d->k->gradient_rows, blocks = (g->fg + most - 1) / most;
    size_t b, f;
    if (d->f.lanes > 1 && pictures < lanes) memset(to, 0, d->map_floats * sizeof(float));
    for (b = 0; b < blocks; b++) {
        const size_t first = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - first, step = rows * lanes;
        for (f = 0; f < rows; f++, from += g->pixels) {
            float *out = to + first * d->places * lanes + f * lanes;
            if (d->f.lanes > 1) d->k->transpose4(out, 4 * step, from, 4 * g->f * g->pixels, (int)pictures, (int)g->pixels, 0);
            else d->k->spread(from, g->oh, g->ow, out, step);
        }
    }
}

DLCV__FN void dlcv__direct_dw_fill(const dlcv__direct_dw *d, size_t unit, float *frame, float *map)
{
    const dlcv__conv_geom *g = d->g;
    const size_t n = unit * d->f.lanes, pictures = g->n - n < d->f.lanes ? g->n - n : d->f.lanes, step = g->c * g->plane;
    size_t c;
    for (c = 0; c < g->cg; c++) {
        const float *x = d->picture + n * step + (d->group * g->cg + c) * g->plane;
        if (d->f.lanes == 1) dlcv__frame_fill(g, &d->f, d->k, x, frame + c * d->f.plane);
        else dlcv__frame_interleave(g, &d->f, d->k, x, step, pictures, frame + c * d->f.plane);
    }
    dlcv__direct_dw_map(d, n, pictures, map);
}

/* The maps of the unit that comes next: lines of them are asked for while this one is worked on, some with each tile. */
typedef struct dlcv__direct_ahead {
    const float *at, *end;
    size_t lines;
} dlcv__direct_ahead;

DLCV__FN dlcv__direct_ahead dlcv__direct_dw_ahead(const dlcv__direct_dw *d, size_t unit, size_t tiles)
{
    const dlcv__conv_geom *g = d->g;
    const size_t n = unit * d->f.lanes, each = g->f * g->pixels;
    dlcv__direct_ahead a;
    a.at = a.end = d->map;
    a.lines = 0;
    if (g->groups > 1 || n >= g->n) return a;
    a.at = d->map + n * each;
    a.end = a.at + (g->n - n < d->f.lanes ? g->n - n : d->f.lanes) * each;
    a.lines = (size_t)(a.end - a.at) / 16 / tiles + 1;
    return a;
}

/* A unit, a stretch of places at a time that stays in L1 */
DLCV__FN void dlcv__direct_dw_unit(const dlcv__direct_dw *d, size_t unit, const float *frame, const float *map, float *sums)
{
    const dlcv__conv_geom *g = d->g;
    const size_t taps = d->k->gradient_taps, most = d->k->gradient_rows, lanes = d->k->lanes;
    const size_t tiles = (g->k + taps - 1) / taps, blocks = (g->fg + most - 1) / most, stretch = DLCV__DW_STRETCH / (most * lanes);
    dlcv__direct_ahead ahead = dlcv__direct_dw_ahead(d, unit + 1, blocks * tiles * ((d->places + stretch - 1) / stretch));
    size_t at, b, t, line;
    for (at = 0; at < d->places; at += stretch) {
        const size_t n = d->places - at < stretch ? d->places - at : stretch;
        for (b = 0; b < blocks; b++) {
            const size_t f = dlcv__direct_block(g->fg, most, b), rows = dlcv__direct_block(g->fg, most, b + 1) - f;
            for (t = 0; t < g->k; t += taps) {
                for (line = 0; line < ahead.lines && ahead.end - ahead.at > 16; line++, ahead.at += 16) DLCV__PREFETCH(ahead.at);
                d->k->gradient[rows - 1](n, map + (f * d->places + at * rows) * lanes, frame, d->taps + t, d->at_x + at, sums + (f * g->k + t) * lanes,
                    g->k * lanes, (int)(g->k - t < taps ? g->k - t : taps));
            }
        }
    }
}

/* A segment. What lies between the rows of its frame and its map stays zero. */
DLCV__FN void dlcv__direct_dw_work(int index, void *context)
{
    const dlcv__direct_dw *d = (const dlcv__direct_dw *)context;
    const int segment = (int)d->segment + index;
    float *frame = d->own + (size_t)index * d->floats, *map = frame + d->frame, *sums = map + d->map_floats;
    const dlcv__fp fp = dlcv__fp_enter();
    size_t u;
    memset(frame, 0, (d->floats - 16) * sizeof(float));
    for (u = dlcv__conv_part(d->units, segment, d->segments); u < dlcv__conv_part(d->units, segment + 1, d->segments); u++) {
        dlcv__direct_dw_fill(d, u, frame, map);
        dlcv__direct_dw_unit(d, u, frame, map, sums);
    }
    dlcv__fp_leave(fp);
}

/* dw = (add ? dw : 0) + sum over samples and pixels of map * picture */
DLCV__FN void dlcv__direct_dw_run(const dlcv__conv_run *r)
{
    const dlcv__conv_geom *g = r->g;
    unsigned char *workspace = (unsigned char *)r->workspace;
    dlcv__direct_dw d;
    size_t bytes, i;
    int now;
    if (!dlcv__direct_dw_plan(g, r->kernels, dlcv__width(r->env), &d, &bytes)) return;
    d.picture = r->x, d.map = r->map;
    d.taps = (size_t *)(void *)workspace;
    d.at_x = (size_t *)(void *)(workspace + d.places_at);
    d.own = (float *)(void *)(workspace + d.own_at);
    for (i = 0; i < g->k; i++) d.taps[i] = i / g->taps * d.f.plane + dlcv__frame_tap(g, &d.f, i % g->taps / g->kw, i % g->kw);
    for (i = 0; i < d.places; i++)
        d.at_x[i] = dlcv__frame_place(g, &d.f, i / d.f.across, i % d.f.across * (d.f.lanes > 1 ? 1 : r->kernels->lanes));
    for (d.group = 0; d.group < g->groups; d.group++)
        for (d.segment = 0; d.segment < (size_t)d.segments; d.segment += (size_t)now) {
            now = d.segments - (int)d.segment < d.tasks ? d.segments - (int)d.segment : d.tasks;
            dlcv__parallel(r->env, now, dlcv__direct_dw_work, &d);
            for (i = 0; i < (size_t)now; i++)
                r->kernels->sum_lanes(d.own + i * d.floats + d.frame + d.map_floats, r->y + d.group * g->fg * g->k, g->fg * g->k, r->add || d.segment + i > 0);
        }
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
    dlcv__frame_fill(g, &j->f, j->k, j->r->x + u * g->plane, frames + u % 2 * j->frame);
    for (; u < end; u++) {
        const float *frame = frames + u % 2 * j->frame;
        if (u + 1 < end) dlcv__frame_fill(g, &j->f, j->k, j->r->x + (u + 1) * g->plane, frames + (u + 1) % 2 * j->frame);
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
