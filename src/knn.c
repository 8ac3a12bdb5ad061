/* ---- nearest neighbours ------------------------------------------------------------------------------------------------------------ */
struct dlcv_knn {
    dlcv_env env;
    const dlcv__table *table;       /* of the day it was made */
    dlcv_tensor x, y;               /* views of the training data; y may be {0} */
    dlcv_metric metric;
    size_t workspace;
    int classes;
};

DLCV_API dlcv_status dlcv_knn_new(const dlcv_env *env, const dlcv_dataset *train, const dlcv_knn_opts *opts, dlcv_knn **out)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_knn *knn;
    dlcv__scan s;
    dlcv_status status;
    if (!out) return dlcv_fail(DLCV_ERR_ARGUMENT, "knn_new: out is NULL");
    *out = NULL;
    if (!train) return dlcv_fail(DLCV_ERR_ARGUMENT, "knn_new: train is NULL");
    status = dlcv__scan_begin("knn_new", opts ? opts->metric : DLCV_METRIC_L2, "train->x", &train->x, "train->x", &train->x, &s);
    if (status) return status;
    if (train->y.data && (train->y.dtype != DLCV_I32 || train->y.shape.ndim != 1 || (size_t)train->y.shape.dim[0] != s.nb)) {
        char text[96];
        dlcv__shape_text(train->y.shape, text, sizeof text);
        return dlcv_fail(DLCV_ERR_SHAPE, "knn_new: labels are %s %s, %zu samples want i32 [%zu]%s", dlcv__dtype_name(train->y.dtype), text,
            s.nb, s.nb, dlcv__label_help(&train->y));
    }
    knn = (dlcv_knn *)dlcv__alloc(&e, sizeof *knn);
    if (!knn) return DLCV_ERR_MEMORY;
    memset(knn, 0, sizeof *knn);
    knn->env = e;
    knn->table = s.table;
    knn->x = dlcv_tensor_view(train->x.data, train->x.dtype, train->x.shape);
    if (train->y.data) knn->y = dlcv_tensor_view(train->y.data, DLCV_I32, train->y.shape);
    knn->metric = opts ? opts->metric : DLCV_METRIC_L2;
    knn->workspace = opts && opts->workspace ? opts->workspace : DLCV__WORKSPACE;
    knn->classes = train->classes;
    *out = knn;
    return DLCV_OK;
}

DLCV_API void dlcv_knn_free(dlcv_knn *knn)
{
    dlcv_env e;
    if (!knn) return;
    e = knn->env;
    dlcv__release(&e, knn, sizeof *knn);
}

/* The k best of a query so far: a heap with the worst, by key and then by row, on top. Keys are exact in double: floats, or
 * integers below 2^53. */
typedef struct dlcv__best {
    double *keys;
    int32_t *rows;
    int count;
} dlcv__best;

DLCV__INLINE int dlcv__worse(double key, int32_t row, double than, int32_t than_row)
{
    return key > than || (!(key < than) && row > than_row);
}

/* Puts (key, row) where the hole at i is, moving it down. */
DLCV__FN void dlcv__sift_down(const dlcv__best *best, int i, int count, double key, int32_t row)
{
    int child;
    for (; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && dlcv__worse(best->keys[child + 1], best->rows[child + 1], best->keys[child], best->rows[child])) child++;
        if (!dlcv__worse(best->keys[child], best->rows[child], key, row)) break;
        best->keys[i] = best->keys[child];
        best->rows[i] = best->rows[child];
    }
    best->keys[i] = key;
    best->rows[i] = row;
}

DLCV__FN void dlcv__best_add(dlcv__best *best, int k, double key, int32_t row)
{
    int i, parent;
    if (best->count == k) {
        if (dlcv__worse(best->keys[0], best->rows[0], key, row)) dlcv__sift_down(best, 0, k, key, row);
        return;
    }
    for (i = best->count++; i; i = parent) {
        parent = (i - 1) / 2;
        if (!dlcv__worse(key, row, best->keys[parent], best->rows[parent])) break;
        best->keys[i] = best->keys[parent];
        best->rows[i] = best->rows[parent];
    }
    best->keys[i] = key;
    best->rows[i] = row;
}

/* Heap order to ascending order. */
DLCV__FN void dlcv__best_sort(dlcv__best *best)
{
    int n;
    for (n = best->count - 1; n > 0; n--) {
        const double key = best->keys[n];
        const int32_t row = best->rows[n];
        best->keys[n] = best->keys[0];
        best->rows[n] = best->rows[0];
        dlcv__sift_down(best, 0, n, key, row);
    }
}

/* What a query knows so far. A rough search has keys within an error only: `most`, as a heap of k, says what the k smallest are at most, and a
 * row that may be among them waits, with what its key is at least. Nearly all are out of the question when room runs out or rows
 * do, and are never computed exactly. */
typedef struct dlcv__found {
    dlcv__best best;                /* exact keys */
    dlcv__best most;
    double *least;                  /* [room] */
    int32_t *rows;
    int waiting;
} dlcv__found;

typedef struct dlcv__search {
    const dlcv__table *table;
    const dlcv__scan *scan;
    dlcv_metric metric;
    int k, room;                    /* room: 0 where no search is rough */
    dlcv__found *found;             /* [tasks][lists] */
    size_t lists;                   /* of a task: a block of queries, or all when rows are dealt */
    int by_rows;
    unsigned char *indices, *distances; /* results at any address, or NULL */
} dlcv__search;

DLCV__INLINE dlcv__found *dlcv__list(const dlcv__search *f, int slot, size_t query)
{
    return f->found + (size_t)slot * f->lists + query % f->lists;
}

/* A NaN ranks as infinity. */
DLCV__INLINE double dlcv__key_at(dlcv__key_type type, const void *keys, size_t j)
{
    float f;
    if (type == DLCV__KEY_I32) return (double)((const int32_t *)keys)[j];
    if (type == DLCV__KEY_I64) return (double)((const int64_t *)keys)[j];
    f = ((const float *)keys)[j];
    return (dlcv__bits_of(f) & 0x7fffffffu) > 0x7f800000u ? (double)dlcv__float_of(0x7f800000u) : (double)f;
}

/* The first j from begin on whose key is below the limit, a key of the same type. Rows come in ascending order, so that an equal key
 * is a worse one. */
DLCV__FN size_t dlcv__next_below(const dlcv__search *f, dlcv__key_type type, const void *keys, size_t begin, size_t end, double limit)
{
    const int64_t *p = (const int64_t *)keys;
    if (type == DLCV__KEY_F32) return f->table->f32->below_f32((const float *)keys, begin, end, (float)limit);
    if (type == DLCV__KEY_I32) return f->table->f32->below_i32((const int32_t *)keys, begin, end, (int32_t)limit);
    while (begin < end && (double)p[begin] >= limit) begin++;
    return begin;
}

/* The key as the direct tile gives it */
DLCV__FN double dlcv__exact_key(const dlcv__search *f, size_t query, size_t row)
{
    const dlcv__scan *s = f->scan;
    const float *a = (const float *)(const void *)(s->a + query * s->d * 4), *b = (const float *)(const void *)(s->b + row * s->d * 4);
    const float key = s->metric == DLCV_METRIC_L1 ? f->table->f32->chain_l1(a, b, s->d) : f->table->f32->chain_l2sq(a, b, s->d);
    return dlcv__key_at(DLCV__KEY_F32, &key, 0);
}

/* Of those who wait, those who may still be among the k nearest; more than `most_left`, they are computed exactly. Returns how many were.
 * `most` is full where anyone waits: room is more than k, and a task has at least 512 k rows (see dlcv__patience). */
DLCV__FN size_t dlcv__settle(const dlcv__search *f, dlcv__found *found, size_t query, int most_left)
{
    int i, left = 0;
    for (i = 0; i < found->waiting; i++)
        if (found->least[i] < found->most.keys[0]) {
            found->least[left] = found->least[i];
            found->rows[left++] = found->rows[i];
        }
    found->waiting = left;
    if (left <= most_left) return 0;
    for (i = 0; i < left; i++) dlcv__best_add(&found->best, f->k, dlcv__exact_key(f, query, (size_t)found->rows[i]), found->rows[i]);
    found->waiting = 0;
    memcpy(found->most.keys, found->best.keys, (size_t)found->best.count * sizeof(double));
    memcpy(found->most.rows, found->best.rows, (size_t)found->best.count * sizeof(int32_t));
    found->most.count = found->best.count;
    return (size_t)left;
}

/* A key that is small enough; within `error`, if that is not 0. Returns how many were computed exactly. */
DLCV__FN size_t dlcv__offer(const dlcv__search *f, dlcv__found *found, size_t query, int32_t row, double key, double error)
{
    size_t again = 0;
    if (error > 0) {
        if (found->waiting == f->room) again = dlcv__settle(f, found, query, f->room / 2);
        found->least[found->waiting] = key - error;
        found->rows[found->waiting++] = row;
    } else {
        dlcv__best_add(&found->best, f->k, key, row);
    }
    if (f->room) dlcv__best_add(&found->most, f->k, key + error, row);
    return again;
}

/* `error`: how far the keys may be from the exact ones, floats only. Returns how many were computed again. */
DLCV__FN size_t dlcv__search_take(void *user, int slot, size_t query, size_t row, size_t count, dlcv__key_type type, void *keys, float error)
{
    const dlcv__search *f = (const dlcv__search *)user;
    dlcv__found *found = dlcv__list(f, slot, query);
    const dlcv__best *known = f->room ? &found->most : &found->best;
    size_t j = 0, again = 0;
    for (; j < count && known->count < f->k; j++)
        again += dlcv__offer(f, found, query, (int32_t)(row + j), dlcv__key_at(type, keys, j), (double)error);
    while ((j = dlcv__next_below(f, type, keys, j, count, known->keys[0] + (double)error)) < count) {
        again += dlcv__offer(f, found, query, (int32_t)(row + j), dlcv__key_at(type, keys, j), (double)error);
        j++;
    }
    return again;
}

/* Writes a query's results out and empties its list. */
DLCV__FN void dlcv__search_report(const dlcv__search *f, dlcv__found *found, size_t query)
{
    dlcv__best *best = &found->best;
    int i;
    dlcv__settle(f, found, query, 0);
    dlcv__best_sort(best);
    for (i = 0; i < f->k; i++) {
        const double key = best->keys[i];
        const float distance = (float)(f->metric == DLCV_METRIC_L2 ? sqrt(key) : key);
        const size_t at = (query * (size_t)f->k + (size_t)i) * 4;
        if (f->indices) memcpy(f->indices + at, &best->rows[i], 4);
        if (f->distances) memcpy(f->distances + at, &distance, 4);
    }
    best->count = found->most.count = 0;
}

DLCV__FN void dlcv__search_end(void *user, int slot, size_t query, size_t count)
{
    const dlcv__search *f = (const dlcv__search *)user;
    size_t i;
    if (f->by_rows) return;         /* the other tasks' lists come first */
    for (i = 0; i < count; i++) dlcv__search_report(f, dlcv__list(f, slot, query + i), query + i);
}

/* Every task has seen a part of the data rows: merges their lists, whose order is total. */
DLCV__FN void dlcv__search_merge(const dlcv__search *f, int tasks, size_t queries)
{
    size_t q;
    int t, i;
    for (q = 0; q < queries; q++) {
        dlcv__found *found = dlcv__list(f, 0, q);
        for (t = 1; t < tasks; t++) {
            dlcv__found *other = dlcv__list(f, t, q);
            dlcv__settle(f, other, q, 0);
            for (i = 0; i < other->best.count; i++) dlcv__offer(f, found, q, other->best.rows[i], other->best.keys[i], 0);
        }
        dlcv__search_report(f, found, q);
    }
}

/* Keys and rows that a list holds: with room, best.k + most.k + room, and k is at most INT_MAX / 512 then (see dlcv__patience). */
DLCV__FN size_t dlcv__list_size(const dlcv__search *f)
{
    return f->room ? 2 * (size_t)f->k + (size_t)f->room : (size_t)f->k;
}

/* Cuts `lists` lists from one block, keys first: 12 bytes a key and its row, and the heads. */
DLCV__FN void dlcv__lists_cut(dlcv__search *f, size_t lists, unsigned char *block)
{
    const size_t each = dlcv__list_size(f), keys = lists * each * 8, heads = lists * sizeof(dlcv__found);
    size_t i;
    f->found = (dlcv__found *)(void *)(block + keys);
    for (i = 0; i < lists; i++) {
        dlcv__found *found = f->found + i;
        found->best.keys = (double *)(void *)block + i * each;
        found->best.rows = (int32_t *)(void *)(block + keys + heads) + i * each;
        found->best.count = found->most.count = found->waiting = 0;
        if (!f->room) continue;
        found->most.keys = found->best.keys + f->k, found->most.rows = found->best.rows + f->k;
        found->least = found->most.keys + f->k, found->rows = found->most.rows + f->k;
    }
}

/* How many exact values a query may take in a rough search, 0 = it begins directly. A query's list is improved about k (1 + ln(n / k)) times
 * by n rows: rough pays where that is little beside n, where there are queries enough for arithmetic to be what takes the time, and where
 * an exact value, which below eight depths takes as long as one of eight, costs more than the call. A compiler that may reorder sums has
 * no bits to repeat. */
DLCV__FN size_t dlcv__patience(const dlcv__scan *s, int k, int width)
{
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(_M_FP_FAST)
    (void)s, (void)k, (void)width;
    return 0;
#else
    const size_t rows = dlcv__by_rows(s, width) ? s->nb / (size_t)width : s->nb, depths = s->d / DLCV__DEPTH_F32 + 1;
    if ((s->metric != DLCV_METRIC_L1 && s->metric != DLCV_METRIC_L2SQ) || s->na < 32 || s->d < 32) return 0;
    return rows / (size_t)k * (depths < 8 ? depths : 8) >= 4096 ? 16 + 8 * (size_t)k : 0;
#endif
}

/* How the search is dealt, and the bytes of the tasks' spaces and of their lists; 0 if they overflow. */
DLCV__FN int dlcv__search_plan(const dlcv_knn *knn, dlcv__scan *s, dlcv__scan *narrow, dlcv__search *f, dlcv__crew *crew, size_t *spaces, size_t *lists)
{
    const int width = dlcv__width(&knn->env);
    size_t per_query, all;
    if (!s->bytes) s->patience = dlcv__patience(s, f->k, width);
    if (s->patience) f->room = 2 * f->k + 32;
    if (!dlcv__mul(dlcv__list_size(f), 12, &per_query) || !dlcv__add(per_query, sizeof(dlcv__found), &per_query)) return 0;
    /* dealt by rows, every task has a list for every query: only while they take less than half of the workspace */
    f->by_rows = dlcv__by_rows(s, width) && dlcv__mul(per_query, s->na, &all) && all <= knn->workspace / 2;
    if (f->by_rows) dlcv__scan_plan(s, narrow, knn->workspace - all, 0);
    else dlcv__scan_plan(s, narrow, knn->workspace, per_query);
    f->lists = f->by_rows ? s->na : (size_t)s->mc;
    return dlcv__crew_plan(crew, s, width, f->by_rows, spaces) && dlcv__mul(f->lists, (size_t)crew->tasks, lists)
        && dlcv__mul(*lists, per_query, lists);
}

/* The search proper: everything is checked and the outputs stand. */
DLCV__FN dlcv_status dlcv__search_run(const char *who, const dlcv_knn *knn, dlcv__scan *s, dlcv__search *f)
{
    dlcv__crew crew;
    dlcv__scan narrow;
    dlcv__fp fp;
    size_t spaces, lists;
    unsigned char *block, *list_block;
    s->ranked = 1;
    s->take = dlcv__search_take;
    s->end = dlcv__search_end;
    s->user = f;
    f->scan = s;
    if (!dlcv__search_plan(knn, s, &narrow, f, &crew, &spaces, &lists))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: lists of %d neighbours for %zu queries on %d threads overflow size_t", who, f->k, s->na,
            dlcv__width(&knn->env));
    block = (unsigned char *)dlcv__alloc(&knn->env, spaces);
    list_block = block ? (unsigned char *)dlcv__alloc(&knn->env, lists) : NULL;
    if (list_block) {
        fp = dlcv__fp_enter();
        dlcv__lists_cut(f, f->lists * (size_t)crew.tasks, list_block);
        crew.blocks = block;
        dlcv__parallel(&knn->env, crew.tasks, dlcv__crew_task, &crew);
        if (f->by_rows) dlcv__search_merge(f, crew.tasks, s->na);
        dlcv__fp_leave(fp);
        dlcv__release(&knn->env, list_block, lists);
    }
    dlcv__release(&knn->env, block, spaces);
    return list_block ? DLCV_OK : DLCV_ERR_MEMORY;
}

/* dlcv_knn_search, on behalf of `who` */
DLCV__FN dlcv_status dlcv__find_near(const char *who, const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *indices,
    dlcv_tensor *distances)
{
    dlcv__scan s;
    dlcv__search f;
    dlcv_shape shape;
    dlcv_status status;
    if (!knn) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: knn is NULL", who);
    status = dlcv__scan_begin(who, knn->metric, "queries", queries, "train->x", &knn->x, &s);
    if (status) return status;
    if (k < 1 || (size_t)k > s.nb)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: k is %d, must be 1 .. %zu, the number of training samples", who, k, s.nb);
    if (!indices && !distances) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: indices and distances are both NULL", who);
    if (dlcv__among(who, "indices", indices, queries, &knn->x) || dlcv__among(who, "distances", distances, queries, &knn->x))
        return DLCV_ERR_ARGUMENT;
    if (indices && distances && (indices == distances || dlcv__overlap(indices, distances)))
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: indices and distances are the same memory", who);
    s.table = knn->table;
    shape = dlcv_shape2((int)s.na, k);
    if (indices) status = dlcv__out_named(&knn->env, who, "indices", DLCV_I32, shape, indices);
    if (distances && !status) status = dlcv__out_named(&knn->env, who, "distances", DLCV_F32, shape, distances);
    if (status || !s.na) return status;
    memset(&f, 0, sizeof f);
    f.table = knn->table;
    f.metric = knn->metric;
    f.k = k;
    f.indices = indices ? (unsigned char *)indices->data : NULL;
    f.distances = distances ? (unsigned char *)distances->data : NULL;
    return dlcv__search_run(who, knn, &s, &f);
}

DLCV_API dlcv_status dlcv_knn_search(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *indices, dlcv_tensor *distances)
{
    return dlcv__find_near("knn_search", knn, queries, k, indices, distances);
}

#define DLCV__MOST_CLASSES (1 << 24)

/* What one class has among the neighbours of a query. */
typedef struct dlcv__tally {
    double sum;                     /* of distances; a NaN counts as infinity */
    int32_t label;
    int votes;
} dlcv__tally;

/* The order of a vote: total, since labels differ. */
DLCV__FN int dlcv__before(const dlcv__tally *a, const dlcv__tally *b)
{
    if (a->votes != b->votes) return a->votes > b->votes;
    if (a->sum < b->sum || b->sum < a->sum) return a->sum < b->sum;
    return a->label < b->label;
}

/* best: the labels of a query's k neighbours, ascending, equal ones by rank. */
DLCV__FN void dlcv__labels_sort(const dlcv_knn *knn, const unsigned char *rows, int k, dlcv__best *best)
{
    int i;
    best->count = 0;
    for (i = 0; i < k; i++) {
        const size_t row = (size_t)dlcv__load_i32(rows + 4 * (size_t)i);
        dlcv__best_add(best, k, (double)dlcv__load_i32((const unsigned char *)knn->y.data + 4 * row), i);
    }
    dlcv__best_sort(best);
}

/* The class whose votes begin at best[i]; returns where the next one's do. */
DLCV__FN int dlcv__tally_next(const dlcv__best *best, const unsigned char *distances, int i, dlcv__tally *tally)
{
    const int first = i;
    tally->sum = 0;
    tally->label = (int32_t)best->keys[i];
    for (; i < best->count && best->keys[i] == best->keys[first]; i++) tally->sum += (double)dlcv__load_f32(distances + 4 * (size_t)best->rows[i]);
    if (tally->sum != tally->sum) tally->sum = (double)dlcv__float_of(0x7f800000u);
    tally->votes = i - first;
    return i;
}

/* The vote of one query; `best` has room for k. */
DLCV__FN int32_t dlcv__vote(const dlcv_knn *knn, const unsigned char *rows, const unsigned char *distances, int k, dlcv__best *best)
{
    dlcv__tally winner, other;
    int i;
    dlcv__labels_sort(knn, rows, k, best);
    for (i = dlcv__tally_next(best, distances, 0, &winner); i < k;) {
        i = dlcv__tally_next(best, distances, i, &other);
        if (dlcv__before(&other, &winner)) winner = other;
    }
    return winner.label;
}

/* The scores of one query, f32 [classes] at any address. Classes in the order of the vote have votes / k each, but less than the one before:
 * a float less where equal votes, or more than 2^24 neighbours, make the same number. `best` and `tallies` have room for k. */
DLCV__FN void dlcv__score(const dlcv_knn *knn, const unsigned char *rows, const unsigned char *distances, int k, dlcv__best *best,
    dlcv__tally *tallies, unsigned char *scores)
{
    int i = 0, j, n = 0, gap;
    float last = 2;
    dlcv__labels_sort(knn, rows, k, best);
    while (i < k) i = dlcv__tally_next(best, distances, i, &tallies[n++]);
    for (gap = n; gap > 1;) {       /* Shell's sort */
        gap = gap < 4 ? 1 : (int)((double)gap / 2.25);
        for (i = gap; i < n; i++) {
            const dlcv__tally t = tallies[i];
            for (j = i; j >= gap && dlcv__before(&t, &tallies[j - gap]); j -= gap) tallies[j] = tallies[j - gap];
            tallies[j] = t;
        }
    }
    for (i = 0; i < n; i++) {
        float share = (float)((double)tallies[i].votes / k);
        if (share >= last) share = dlcv__float_of(dlcv__bits_of(last) - 1);
        memcpy(scores + 4 * (size_t)tallies[i].label, &share, 4);
        last = share;
    }
}

/* Are these the [q, >= k] results of a search in knn? */
DLCV__FN dlcv_status dlcv__vote_check(const char *who, const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k)
{
    char ti[96], td[96];
    size_t q, columns, i, j;
    const int n = knn->x.shape.dim[0];
    if (dlcv__check(who, "indices", indices) || dlcv__check(who, "distances", distances)) return DLCV_ERR_ARGUMENT;
    dlcv__shape_text(indices->shape, ti, sizeof ti);
    dlcv__shape_text(distances->shape, td, sizeof td);
    if (indices->dtype != DLCV_I32 || distances->dtype != DLCV_F32 || indices->shape.ndim != 2 || distances->shape.ndim != 2
        || indices->shape.dim[0] != distances->shape.dim[0] || indices->shape.dim[1] != distances->shape.dim[1])
        return dlcv_fail(DLCV_ERR_SHAPE, "%s: indices are %s %s and distances %s %s, i32 [q, k] and f32 [q, k] are needed", who,
            dlcv__dtype_name(indices->dtype), ti, dlcv__dtype_name(distances->dtype), td);
    if (k < 1 || k > indices->shape.dim[1])
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: k is %d, must be 1 .. %d, the columns of indices %s", who, k, indices->shape.dim[1], ti);
    q = (size_t)indices->shape.dim[0];
    columns = (size_t)indices->shape.dim[1];
    for (i = 0; i < q; i++)
        for (j = 0; j < (size_t)k; j++) {
            const int32_t row = dlcv__load_i32((const unsigned char *)indices->data + 4 * (i * columns + j));
            int32_t label;
            if (row < 0 || row >= n) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: query %zu has index %d, there are %d training samples", who, i, (int)row, n);
            label = dlcv__load_i32((const unsigned char *)knn->y.data + 4 * (size_t)row);
            if (label < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: training sample %d has label %d, labels are 0 or more", who, (int)row, (int)label);
            if (knn->classes > 0 && label >= knn->classes)
                return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: training sample %d has label %d, must be 0 .. %d, since train->classes was %d", who, (int)row,
                    (int)label, knn->classes - 1, knn->classes);
        }
    return DLCV_OK;
}

/* How many classes there are: as many as said, or as the labels say. */
DLCV__FN dlcv_status dlcv__classes_of(const char *who, const dlcv_knn *knn, int *classes)
{
    const size_t n = (size_t)knn->y.shape.dim[0];
    int32_t most = (int32_t)knn->classes - 1;
    size_t i;
    if (knn->classes <= 0)
        for (most = -1, i = 0; i < n; i++) {
            const int32_t label = dlcv__load_i32((const unsigned char *)knn->y.data + 4 * i);
            if (label > most) most = label;
        }
    if (most >= DLCV__MOST_CLASSES)
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: the largest label is %ld, with scores it may be %d", who, (long)most, DLCV__MOST_CLASSES - 1);
    *classes = (int)most + 1;
    return DLCV_OK;
}

/* Checks a vote's arguments and makes its output: labels, or the scores of *classes classes (NULL: labels). */
DLCV__FN dlcv_status dlcv__vote_begin(const char *who, const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k,
    int *classes, dlcv_tensor *out)
{
    const char *what = classes ? "scores" : "labels";
    int q;
    dlcv_status status;
    if (!knn) return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: knn is NULL", who);
    if (!knn->y.data) return dlcv_fail(DLCV_ERR_STATE, "%s: the training data had no labels; set train->y before dlcv_knn_new", who);
    status = dlcv__vote_check(who, knn, indices, distances, k);
    if (!status) status = dlcv__among(who, what, out, indices, distances);
    if (!status) status = dlcv__among(who, what, out, &knn->x, &knn->y);
    if (!status && classes) status = dlcv__classes_of(who, knn, classes);
    if (status) return status;
    q = indices->shape.dim[0];
    if (!classes) return dlcv__out_named(&knn->env, who, what, DLCV_I32, dlcv_shape1(q), out);
    return dlcv__out_named(&knn->env, who, what, DLCV_F32, dlcv_shape2(q, *classes), out);
}

/* dlcv_knn_vote, and dlcv_knn_scores (`scored`), on behalf of `who` */
DLCV__FN dlcv_status dlcv__votes(const char *who, const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k, int scored,
    dlcv_tensor *out)
{
    const size_t a_class = scored ? sizeof(dlcv__tally) : 0;
    int classes = 1;
    size_t q, columns, i, bytes;
    dlcv__best best;
    dlcv__tally *tallies;
    dlcv__fp fp;
    dlcv_status status = dlcv__vote_begin(who, knn, indices, distances, k, scored ? &classes : NULL, out);
    if (status) return status;
    if (!dlcv__mul((size_t)k, a_class + sizeof(double) + sizeof(int32_t), &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: sorting %d labels overflows size_t", who, k);
    best.keys = (double *)dlcv__alloc(&knn->env, bytes);
    if (!best.keys) return DLCV_ERR_MEMORY;
    tallies = (dlcv__tally *)(void *)(best.keys + k);
    best.rows = (int32_t *)(void *)((unsigned char *)(best.keys + k) + (size_t)k * a_class);
    q = (size_t)indices->shape.dim[0];
    columns = (size_t)indices->shape.dim[1];
    if (scored && q) memset(out->data, 0, 4 * q * (size_t)classes);
    fp = dlcv__fp_enter();
    for (i = 0; i < q; i++) {
        const size_t at = 4 * i * columns;
        const unsigned char *rows = (const unsigned char *)indices->data + at, *values = (const unsigned char *)distances->data + at;
        unsigned char *to = (unsigned char *)out->data + 4 * i * (size_t)classes;
        if (scored) {
            dlcv__score(knn, rows, values, k, &best, tallies, to);
        } else {
            const int32_t label = dlcv__vote(knn, rows, values, k, &best);
            memcpy(to, &label, 4);
        }
    }
    dlcv__fp_leave(fp);
    dlcv__release(&knn->env, best.keys, bytes);
    return DLCV_OK;
}

DLCV_API dlcv_status dlcv_knn_vote(const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k, dlcv_tensor *labels)
{
    return dlcv__votes("knn_vote", knn, indices, distances, k, 0, labels);
}

DLCV_API dlcv_status dlcv_knn_scores(const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k, dlcv_tensor *scores)
{
    return dlcv__votes("knn_scores", knn, indices, distances, k, 1, scores);
}

DLCV_API dlcv_status dlcv_knn_predict(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *labels)
{
    dlcv_tensor indices, distances;
    dlcv_status status;
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    if (knn && !knn->y.data)
        return dlcv_fail(DLCV_ERR_STATE, "knn_predict: the training data had no labels; set train->y before dlcv_knn_new");
    if (!labels) return dlcv_fail(DLCV_ERR_ARGUMENT, "knn_predict: labels is NULL");
    status = dlcv__among("knn_predict", "labels", labels, queries, NULL);
    if (!status) status = dlcv__find_near("knn_predict", knn, queries, k, &indices, &distances);
    if (!status) status = dlcv__votes("knn_predict", knn, &indices, &distances, k, 0, labels);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    return status;
}

#undef DLCV__MOST_CLASSES
#undef DLCV__WORKSPACE
