/* Nearest neighbours against a sort of all distances, in every backend: ties, threads, long rows, memory. Votes are test_vote.c's. */
#define DLCV_POOL
#include "test.h"
#include "vectors.h"

typedef struct pair { double key; int row; } pair;

static int by_key(const void *x, const void *y)
{
    const pair *a = (const pair *)x, *b = (const pair *)y;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->row - b->row;
}

/* The first k of a sort. */
static void sort_first(pair *order, int n, int k)
{
    int i, j;
    if (k > 12) {
        qsort(order, (size_t)n, sizeof *order, by_key);
        return;
    }
    for (i = 0; i < k; i++) {
        const pair was = order[i];
        int best = i;
        for (j = i + 1; j < n; j++)
            if (order[j].key < order[best].key || (order[j].key == order[best].key && order[j].row < order[best].row)) best = j;
        order[i] = order[best];
        order[best] = was;
    }
}

/* How many of the results are not what sorting the rows of the pairwise matrix by (key, index) gives. */
static int unsorted(dlcv_metric metric, const dlcv_tensor *q, const dlcv_tensor *x, int k, size_t workspace, const dlcv_env *env)
{
    dlcv_dataset train;
    dlcv_knn_opts opts;
    dlcv_tensor matrix, indices, distances;
    dlcv_knn *knn = NULL;
    const int nq = q->shape.dim[0], n = x->shape.dim[0];
    pair *order = (pair *)malloc((size_t)n * sizeof *order);
    int i, j, wrong = 0;
    memset(&train, 0, sizeof train);
    memset(&opts, 0, sizeof opts);
    memset(&matrix, 0, sizeof matrix);
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    train.x = *x;
    opts.metric = metric;
    opts.workspace = workspace;
    CHECK_OK(dlcv_knn_new(env, &train, &opts, &knn));
    CHECK_OK(dlcv_knn_search(knn, q, k, &indices, &distances));
    CHECK_OK(dlcv_pairwise(env, metric == DLCV_METRIC_L2 ? DLCV_METRIC_L2SQ : metric, q, x, &matrix));
    for (i = 0; i < nq; i++) {
        for (j = 0; j < n; j++) {
            const float v = dlcv_f32(&matrix)[(size_t)i * (size_t)n + (size_t)j];
            order[j].key = metric == DLCV_METRIC_DOT ? -(double)v : metric == DLCV_METRIC_COSINE ? (double)(1.0f - v) : (double)v;
            if (v != v) order[j].key = (double)INFINITY; /* a NaN ranks as infinity */
            order[j].row = j;
        }
        sort_first(order, n, k);
        for (j = 0; j < k; j++) {
            const double want = metric == DLCV_METRIC_L2 ? sqrt(order[j].key) : order[j].key;
            if (dlcv_i32(&indices)[i * k + j] != order[j].row || dlcv_f32(&distances)[i * k + j] != (float)want) wrong++;
        }
    }
    dlcv_knn_free(knn);
    dlcv_tensor_free(&matrix);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    free(order);
    return wrong;
}

static void search_case(dlcv_dtype dtype, dlcv_metric metric, int nq, int n, int d, int k, int values, size_t workspace, const dlcv_env *env)
{
    dlcv_tensor q = vectors(dtype, nq, d, values), x = vectors(dtype, n, d, values);
    const int wrong = unsorted(metric, &q, &x, k, workspace, env);
    CHECK_EQUAL(wrong, 0);
    if (wrong) printf("    %s, metric %d, %d queries, %d x %d, k %d, %s\n", dtype == DLCV_U8 ? "u8" : "f32", (int)metric, nq, n, d, k, dlcv_backend());
    dlcv_tensor_free(&q);
    dlcv_tensor_free(&x);
}

/* Data for searches that begin with rough distances and settle the near ones exactly: what the bound on the error must stand. */
static float rough_value(int kind, int row, int column)
{
    const float u = (float)(noise() & 0xffff) / 65536;
    switch (kind) {
    case 0: return u;
    case 1: return u - 0.5f;
    case 2: return 20000 + u;                                       /* the error is beyond all differences */
    case 3: return 300 + u;                                         /* and here among them */
    case 4: return column < 128 ? (float)(noise() % 256) : u;       /* the first depth is bytes */
    case 5: return 0.37f * (float)(noise() % 3);                    /* ties */
    case 6: return row % 97 == 5 && column == 600 ? NAN : row % 97 == 6 && column == 3 ? INFINITY : u;
    case 7: return (u - 0.5f) * 1e37f;                              /* squares and sums overflow */
    case 8: return u * 1e-38f;                                      /* denormals */
    case 11: return u < 0.5f ? 2.6e-23f : -2.6e-23f;                /* the square of a difference is a number, those of a and b are none */
    case 12: return u < 0.5f ? 1.05e-19f : -1.05e-19f;              /* the same where denormals are flushed */
    case 9: return (float)(noise() % 30000);
    case 14: return (float)(noise() % 256);                         /* all depths are bytes: nothing is rough */
    case 13: return (u - 0.5f) * 1e35f;                             /* sums are numbers, but larger than the bound is meant for */
    default: return 1 + (float)(2000 - row) * 0.001f + u * 0.0001f; /* every row is nearer to 0 than those before it */
    }
}

/* A first depth of bytes that is far and the same for all rows: where its sum stands, the small differences of the second are rounded. */
static void rough_on_top(void)
{
    enum { D = 256, N = 1400, Q = 32 };
    int seed, i, j, wrong = 0;
    for (seed = 0; seed < (TEST_EMULATED ? 1 : TEST_SMALL ? 2 : 10); seed++) {
        dlcv_tensor q = vectors(DLCV_F32, Q, D, 2), x = vectors(DLCV_F32, N, D, 2);
        for (j = 0; j < D; j++) dlcv_f32(&q)[j] = j < 128 ? 0.0f : 3.5f + (float)(noise() % 1000) * 0.001f;
        for (i = 1; i < Q; i++) memcpy(dlcv_f32(&q) + i * D, dlcv_f32(&q), D * sizeof(float));
        for (i = 0; i < N; i++) {
            for (j = 0; j < D; j++) dlcv_f32(&x)[i * D + j] = j < 128 ? 255.0f : dlcv_f32(&q)[j];
            dlcv_f32(&x)[i * D + 200] += i == 1 ? 0.49995f : i == 700 && seed % 2 ? 0.3f : 0.55f;
        }
        wrong += unsorted(DLCV_METRIC_L2SQ, &q, &x, 1, 0, NULL) + unsorted(DLCV_METRIC_L1, &q, &x, 1, 0, NULL);
        dlcv_tensor_free(&q);
        dlcv_tensor_free(&x);
    }
    CHECK_EQUAL(wrong, 0);
}

static void rough_searches(const dlcv_env *env)
{
    static const int sizes[][4] = { { 34, 600, 1030, 1 }, { 33, 4100, 40, 1 }, { 40, 2100, 140, 1 } };
    int kind, size, metric, i, j;
    for (kind = 0; kind < 15; kind += TEST_EMULATED ? 4 : 1)
        for (size = TEST_SMALL; size < (kind < 4 && !TEST_SMALL ? 3 : 1 + TEST_SMALL); size++) {
            const int nq = sizes[size][0], n = sizes[size][1], d = sizes[size][2];
            dlcv_tensor q, x;
            memset(&q, 0, sizeof q);
            memset(&x, 0, sizeof x);
            CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(nq, d), &q));
            CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(n, d), &x));
            for (i = 0; i < nq; i++) for (j = 0; j < d; j++) dlcv_f32(&q)[i * d + j] = kind == 10 ? 0 : rough_value(kind, i, j);
            for (i = 0; i < n; i++) for (j = 0; j < d; j++) dlcv_f32(&x)[i * d + j] = rough_value(kind, i, j);
            for (metric = DLCV_METRIC_L2SQ; metric <= DLCV_METRIC_L1; metric++) {
                i = unsorted((dlcv_metric)metric, &q, &x, sizes[size][3], 0, env);
                CHECK_EQUAL(i, 0);
                if (i) printf("    kind %d, metric %d, size %d, %s\n", kind, metric, size, dlcv_backend());
            }
            dlcv_tensor_free(&q);
            dlcv_tensor_free(&x);
        }
}

static void serially(int count, dlcv_task task, void *context, void *user)
{
    int i;
    (void)user;
    for (i = 0; i < count; i++) task(i, context);
}

enum { TURNS_N = 1560 };

/* Data on which a search changes its ways while it goes on; row -1: a query. */
static float turning_value(int kind, int row, int column)
{
    const float u = (float)(noise() & 0xffff) / 65536;
    switch (kind) {
    case 0: return (float)(noise() % 256) + (row / 256 % 2 && column > 130 ? 0.25f : 0.0f); /* bytes, exact, and every second block not */
    case 1: return row / 520 == 1 ? 0.37f * (float)(column % 5) : u;    /* a third is all alike: many wait, more than the room, then direct */
    case 2: return 1 + (float)(TURNS_N - row) * 0.001f + u * 0.0001f;   /* nearer and nearer: room runs out, but most have lost */
    case 3: return row < 700 ? 1 + (float)(TURNS_N - row) * 0.001f + u * 0.0001f : 1.1f; /* likewise, and then all are alike */
    case 4: return row < 300 ? u : 0.5f + u * 1e-5f;                    /* none of the last can be told from another */
    case 5: return (float)(column * 37 % 30000) + (row < 0 ? u : row < 300 ? 3 + u : 0);  /* likewise; they are whole, and the queries are not */
    default: return row < 300 || row > 1200 ? (float)(noise() % 200) + 0.25f : (float)(noise() % 120); /* the nearest are exact, amid others */
    }
}

/* Rough searches of one task and of three that deal the rows, with the queries packed once, or not for want of workspace, and one by one. */
static void rough_turns(void)
{
    enum { Q = 33, D = 1030 };
    static const size_t workspaces[3] = { 0, 300000, 20000 };
    int kind, turn, i, j, metric;
    for (kind = 0; kind < 7; kind += TEST_EMULATED ? 3 : 1) {
        dlcv_tensor q, x;
        memset(&q, 0, sizeof q);
        memset(&x, 0, sizeof x);
        CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(Q, D), &q));
        CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(TURNS_N, D), &x));
        for (i = 0; i < Q; i++)
            for (j = 0; j < D; j++) dlcv_f32(&q)[i * D + j] = kind == 2 || kind == 3 ? 0 : turning_value(kind, -1, kind == 0 ? 0 : j);
        if (kind == 6) for (i = 0; i < Q * D; i++) dlcv_f32(&q)[i] = (float)(noise() % 120);
        for (i = 0; i < TURNS_N; i++) for (j = 0; j < D; j++) dlcv_f32(&x)[i * D + j] = turning_value(kind, i, j);
        for (turn = 0; turn < 6; turn++) {
            dlcv_env env;
            if (TEST_SMALL && turn != kind % 6) continue;
            memset(&env, 0, sizeof env);
            env.threads.parallel_for = serially;
            env.threads.width = turn % 2 ? 3 : 1;
            metric = (kind + turn / 2) % 2 ? DLCV_METRIC_L1 : DLCV_METRIC_L2SQ;
            i = unsorted((dlcv_metric)metric, &q, &x, turn % 2 ? 1 : 3, workspaces[turn / 2], &env);
            CHECK_EQUAL(i, 0);
            if (i) printf("    kind %d, turn %d, metric %d, %s\n", kind, turn, metric, dlcv_backend());
        }
        dlcv_tensor_free(&q);
        dlcv_tensor_free(&x);
    }
}

static void searches(const dlcv_env *env)
{
    static const int sizes[][4] = { { 1, 1, 1, 1 }, { 1, 300, 20, 7 }, { 3, 1200, 65, 40 }, { 40, 131, 130, 131 }, { 70, 311, 260, 10 }, { 530, 97, 9, 3 },
        { 5, 200, 20, 200 } };      /* two tasks deal the rows, none has as many as are wanted */
    static const dlcv_metric metrics[] = { DLCV_METRIC_L2, DLCV_METRIC_L2SQ, DLCV_METRIC_L1, DLCV_METRIC_COSINE, DLCV_METRIC_DOT };
    size_t i, m;
    int bytes;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (m = 0; m < 5; m++)
            for (bytes = 0; bytes < 2; bytes++) {
                if (TEST_SMALL && (sizes[i][0] > 50 || (size_t)bytes != (i + m) % 2)) continue;
                const dlcv_dtype dtype = bytes ? DLCV_U8 : DLCV_F32;
                search_case(dtype, metrics[m], sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3], 3, 0, env);
                search_case(dtype, metrics[m], sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3], 256, 1, env);
            }
    if (!TEST_SMALL) search_case(DLCV_U8, DLCV_METRIC_L1, 4, 60, 40000, 5, 2, 0, env);   /* beyond 32 bits, if it were squared */
}

/* 24-bit floats lie: two squared distances of 65025 * 300 + 1 and + 0 are told apart, though reported alike */
static void exact_ranks(void)
{
    static uint8_t x[3][900], q[12][900];
    dlcv_dataset train;
    dlcv_knn_opts opts;
    dlcv_tensor queries, indices, distances;
    dlcv_knn *knn = NULL;
    int i;
    memset(&train, 0, sizeof train);
    memset(&opts, 0, sizeof opts);
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    memset(x, 255, sizeof x);
    memset(q, 0, sizeof q);
    for (i = 0; i < 12; i++) q[i][0] = 0;
    x[0][0] = 1; x[1][0] = 0; x[2][0] = 1; /* squared distances S + 1, S, S + 1 with S = 899 * 65025 > 2^25 */
    train.x = dlcv_tensor_view(x, DLCV_U8, dlcv_shape2(3, 900));
    opts.metric = DLCV_METRIC_L2SQ;
    CHECK_OK(dlcv_knn_new(NULL, &train, &opts, &knn));
    for (i = 1; i <= 12; i += 11) { /* one query, and a tile of them */
        queries = dlcv_tensor_view(q, DLCV_U8, dlcv_shape2(i, 900));
        CHECK_OK(dlcv_knn_search(knn, &queries, 3, &indices, &distances));
        CHECK(dlcv_i32(&indices)[0] == 1 && dlcv_i32(&indices)[1] == 0 && dlcv_i32(&indices)[2] == 2);
        CHECK_EQUAL(dlcv_f32(&distances)[0], (float)(899.0 * 65025));
        CHECK_EQUAL(dlcv_f32(&distances)[1], dlcv_f32(&distances)[0]);
    }
    dlcv_knn_free(knn);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
}

/* NaN ranks as infinity, by index among its likes */
static void not_a_number(void)
{
    float x[4] = { 3, 0, 1, 0 }, q[1] = { 0 };
    const uint32_t nan_bits = 0x7fc00000u, inf_bits = 0x7f800000u;
    dlcv_dataset train;
    dlcv_tensor queries = dlcv_tensor_view(q, DLCV_F32, dlcv_shape2(1, 1)), indices, distances;
    dlcv_knn *knn = NULL;
    memcpy(&x[1], &nan_bits, 4);
    memcpy(&x[3], &inf_bits, 4);
    memset(&train, 0, sizeof train);
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    train.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(4, 1));
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    CHECK_OK(dlcv_knn_search(knn, &queries, 4, &indices, &distances));
    CHECK(dlcv_i32(&indices)[0] == 2 && dlcv_i32(&indices)[1] == 0 && dlcv_i32(&indices)[2] == 1 && dlcv_i32(&indices)[3] == 3);
    CHECK(isinf(dlcv_f32(&distances)[2]) && isinf(dlcv_f32(&distances)[3]));
    dlcv_knn_free(knn);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
}

static void errors(void)
{
    float x[6] = { 0 };
    int32_t y[5] = { 0 }, places[3];
    dlcv_dataset train;
    dlcv_tensor q = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(2, 3)), wide = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(1, 6)), indices, distances;
    dlcv_tensor bytes = dlcv_tensor_view(x, DLCV_U8, dlcv_shape2(2, 3)), none;
    dlcv_knn *knn = NULL;
    memset(&train, 0, sizeof train);
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    train.x = q;
    train.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(5));
    CHECK_FAILS(dlcv_knn_new(NULL, &train, NULL, &knn), DLCV_ERR_SHAPE, "knn_new: labels are i32 [5], 2 samples want i32 [2]");
    CHECK(!knn);
    memset(&train.y, 0, sizeof train.y);
    CHECK_FAILS(dlcv_knn_new(NULL, NULL, NULL, &knn), DLCV_ERR_ARGUMENT, "knn_new: train is NULL");
    CHECK_FAILS(dlcv_knn_new(NULL, &train, NULL, NULL), DLCV_ERR_ARGUMENT, "knn_new: out is NULL");
    train.y = dlcv_tensor_view(y, DLCV_U8, dlcv_shape1(2));
    CHECK_FAILS(dlcv_knn_new(NULL, &train, NULL, &knn), DLCV_ERR_SHAPE, "knn_new: labels are u8 [2], 2 samples want i32 [2]; from numpy save y.astype('i4')");
    train.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape2(2, 1));
    CHECK_FAILS(dlcv_knn_new(NULL, &train, NULL, &knn), DLCV_ERR_SHAPE, "knn_new: labels are i32 [2, 1], 2 samples want i32 [2]");
    memset(&train.y, 0, sizeof train.y);
    CHECK_FAILS(dlcv_knn_search(NULL, &q, 1, &indices, NULL), DLCV_ERR_ARGUMENT, "knn_search: knn is NULL");
    CHECK_FAILS(dlcv_knn_vote(NULL, &q, &q, 1, &indices), DLCV_ERR_ARGUMENT, "knn_vote: knn is NULL");
    CHECK_FAILS(dlcv_knn_predict(NULL, &q, 1, &indices), DLCV_ERR_ARGUMENT, "knn_predict: knn is NULL");
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    CHECK_FAILS(dlcv_knn_vote(knn, &q, &q, 1, &indices), DLCV_ERR_STATE, "knn_vote: the training data had no labels; set train->y before dlcv_knn_new");
    indices = dlcv_tensor_view(places, DLCV_I32, dlcv_shape2(2, 1));
    distances = dlcv_tensor_view(places + 1, DLCV_F32, dlcv_shape2(2, 1));
    CHECK_FAILS(dlcv_knn_search(knn, &q, 1, &indices, &distances), DLCV_ERR_ARGUMENT, "knn_search: indices and distances are the same memory");
    CHECK_FAILS(dlcv_knn_search(knn, &q, 1, NULL, &q), DLCV_ERR_ARGUMENT, "knn_search: distances lies in an input");
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    none = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(0, 3));
    CHECK_OK(dlcv_knn_search(knn, &none, 1, &indices, &distances));
    CHECK(indices.shape.dim[0] == 0 && indices.shape.dim[1] == 1);
    CHECK_FAILS(dlcv_knn_search(knn, &q, 3, &indices, &distances), DLCV_ERR_ARGUMENT, "knn_search: k is 3, must be 1 .. 2, the number of training samples");
    CHECK_FAILS(dlcv_knn_search(knn, &q, 0, &indices, &distances), DLCV_ERR_ARGUMENT, "knn_search: k is 0, must be 1 .. 2, the number of training samples");
    CHECK_FAILS(dlcv_knn_search(knn, &wide, 1, &indices, &distances), DLCV_ERR_SHAPE,
        "knn_search: vectors of queries [1, 6] have 6 elements, those of train->x [2, 3] 3");
    CHECK_FAILS(dlcv_knn_search(knn, &bytes, 1, &indices, &distances), DLCV_ERR_ARGUMENT,
        "knn_search: queries is u8 [2, 3] and train->x f32 [2, 3], both must be f32 or both u8");
    CHECK_FAILS(dlcv_knn_predict(knn, &q, 1, &indices), DLCV_ERR_STATE, "knn_predict: the training data had no labels; set train->y before dlcv_knn_new");
    CHECK_OK(dlcv_knn_search(knn, &q, 1, &indices, NULL));
    CHECK_OK(dlcv_knn_search(knn, &q, 1, NULL, &distances));
    CHECK_FAILS(dlcv_knn_search(knn, &q, 1, NULL, NULL), DLCV_ERR_ARGUMENT, "knn_search: indices and distances are both NULL");
    CHECK_FAILS(dlcv_knn_search(knn, &q, 1, &distances, &distances), DLCV_ERR_ARGUMENT, "knn_search: indices and distances are the same memory");
    CHECK_FAILS(dlcv_knn_search(knn, NULL, 1, &indices, &distances), DLCV_ERR_ARGUMENT, "knn_search: queries is NULL");
    q = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(1, 3));
    CHECK_FAILS(dlcv_knn_search(knn, &q, 1, &q, NULL), DLCV_ERR_ARGUMENT, "knn_search: indices lies in an input");
    dlcv_knn_free(knn);
    train.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape4(1, 1, 2, 3));
    train.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(1));
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    q = dlcv_tensor_view(x, DLCV_F32, dlcv_shape3(2, 3, 1));
    CHECK_FAILS(dlcv_knn_predict(knn, &q, 1, &indices), DLCV_ERR_SHAPE,
        "knn_predict: vectors of queries [2, 3, 1] have 3 elements, those of train->x [1, 1, 2, 3] 6; a single one is viewed as [1, ...]");
    q = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(1, 6));
    CHECK_FAILS(dlcv_knn_predict(knn, &q, 0, &indices), DLCV_ERR_ARGUMENT, "knn_predict: k is 0, must be 1 .. 1, the number of training samples");
    CHECK_FAILS(dlcv_knn_predict(knn, &q, 1, &q), DLCV_ERR_ARGUMENT, "knn_predict: labels lies in an input");
    CHECK_FAILS(dlcv_knn_predict(knn, &q, 1, NULL), DLCV_ERR_ARGUMENT, "knn_predict: labels is NULL");
    CHECK_FAILS(dlcv_knn_predict(knn, NULL, 1, &indices), DLCV_ERR_ARGUMENT, "knn_predict: queries is NULL");
    dlcv_knn_free(knn);
    knn = NULL;
    train.x.dtype = DLCV_I32;
    CHECK_FAILS(dlcv_knn_new(NULL, &train, NULL, &knn), DLCV_ERR_ARGUMENT, "knn_new: train->x is i32 [1, 1, 2, 3], must be f32 or u8");
    dlcv_knn_free(NULL);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
}

/* Inner products of long rows of bytes need 64 bits; the largest is the nearest. */
static void long_rows(void)
{
    enum { D = 40000, N = 5, Q = 20 };
    static uint8_t x[N][D], q[Q][D];
    dlcv_tensor queries = dlcv_tensor_view(q, DLCV_U8, dlcv_shape2(Q, D)), indices, distances;
    dlcv_dataset train;
    dlcv_knn_opts opts;
    dlcv_knn *knn = NULL;
    int i;
    memset(&train, 0, sizeof train);
    memset(&opts, 0, sizeof opts);
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    memset(q, 255, sizeof q);
    for (i = 0; i < N; i++) memset(x[i], 251 + (i + 2) % N, D); /* 253 254 255 251 252 */
    train.x = dlcv_tensor_view(x, DLCV_U8, dlcv_shape2(N, D));
    opts.metric = DLCV_METRIC_DOT;
    CHECK_OK(dlcv_knn_new(NULL, &train, &opts, &knn));
    CHECK_OK(dlcv_knn_search(knn, &queries, 3, &indices, &distances));
    CHECK(dlcv_i32(&indices)[0] == 2 && dlcv_i32(&indices)[1] == 1 && dlcv_i32(&indices)[2] == 0);
    for (i = 1; i < Q; i++) CHECK(!memcmp(dlcv_i32(&indices) + 3 * i, dlcv_i32(&indices), 12));
    CHECK_EQUAL(dlcv_f32(&distances)[0], (float)-2601000000.0);
    CHECK_EQUAL(dlcv_f32(&distances)[2], (float)-2580600000.0);
    dlcv_knn_free(knn);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
}

/* Threads change nothing, whatever their number and however work is dealt; the workspace is kept. */
static void threads(void)
{
    enum { D = TEST_SMALL ? 30 : 150, N = TEST_SMALL ? 1000 : 3000, MANY = TEST_SMALL ? 100 : 400 };
    dlcv_tensor few = vectors(DLCV_F32, 5, D, 250), many = vectors(DLCV_F32, MANY, D, 250), base, got, base_d, got_d;
    dlcv_dataset train;
    dlcv_knn *knn = NULL;
    int width, t;
    memset(&train, 0, sizeof train);
    memset(&base, 0, sizeof base);
    memset(&got, 0, sizeof got);
    memset(&base_d, 0, sizeof base_d);
    memset(&got_d, 0, sizeof got_d);
    train.x = vectors(DLCV_F32, N, D, 250);
    for (t = 0; t < 2; t++) {
        const dlcv_tensor *q = t ? &many : &few;
        for (width = 1; width <= 7; width += width < 3 ? 1 : 4) {
            dlcv_env env;
            memset(&env, 0, sizeof env);
            test_new_pool(width, &env.threads);
            CHECK_OK(dlcv_knn_new(&env, &train, NULL, &knn));
            CHECK_OK(dlcv_knn_search(knn, q, 12, width == 1 ? &base : &got, width == 1 ? &base_d : &got_d));
            if (width > 1) {
                CHECK(!memcmp(base.data, got.data, dlcv_tensor_count(&base) * 4));
                CHECK(!memcmp(base_d.data, got_d.data, dlcv_tensor_count(&base_d) * 4));
            }
            dlcv_knn_free(knn);
            dlcv_pool_free(&env.threads);
        }
    }
    dlcv_tensor_free(&few);
    dlcv_tensor_free(&many);
    dlcv_tensor_free(&base);
    dlcv_tensor_free(&got);
    dlcv_tensor_free(&base_d);
    dlcv_tensor_free(&got_d);
    dlcv_data_free(&train);
}

/* Memory that is asked for and not yet used: small pieces of one block, whatever is said. */
static void *pretend(size_t bytes, size_t alignment, void *user)
{
    unsigned char **next = (unsigned char **)user;
    (void)bytes, (void)alignment;
    *next += 512;
    return *next;
}

static void forget(void *block, size_t bytes, void *user) { (void)block, (void)bytes, (void)user; }

/* What a search of rows of `size` floats that nobody reads says: its sizes overflow before. */
static void vast(int queries, int rows, int size, int k, int width, size_t workspace, const char *want)
{
    static float block[2048];
    unsigned char *next = (unsigned char *)block;
    dlcv_env env;
    dlcv_dataset train;
    dlcv_knn_opts opts;
    dlcv_tensor q = dlcv_tensor_view(block + 2000, DLCV_F32, dlcv_shape2(queries, size)), indices;
    dlcv_knn *knn = NULL;
    next += 64 - (size_t)((uintptr_t)next & 63);
    memset(&env, 0, sizeof env);
    memset(&train, 0, sizeof train);
    memset(&opts, 0, sizeof opts);
    memset(&indices, 0, sizeof indices);
    env.memory.allocate = pretend;
    env.memory.release = forget;
    env.memory.user = &next;
    env.threads.parallel_for = serially;
    env.threads.width = width;
    train.x = dlcv_tensor_view(block + 2000, DLCV_F32, dlcv_shape2(rows, size));
    opts.workspace = workspace;
    CHECK_OK(dlcv_knn_new(&env, &train, &opts, &knn));
    CHECK_FAILS(dlcv_knn_search(knn, &q, k, &indices, NULL), DLCV_ERR_MEMORY, want);
    dlcv_tensor_free(&indices);
    dlcv_knn_free(knn);
}

static void overflows(void)
{
    const size_t all = (size_t)-1;
#if SIZE_MAX > 0xffffffffu
    vast(1 << 30, INT_MAX, 0, INT_MAX, 1 << 26, all, /* 2^26 tasks have 512 lists of 12 x 2^31 bytes each */
        "knn_search: lists of 2147483647 neighbours for 1073741824 queries on 67108864 threads overflow size_t");
    vast(INT_MAX, INT_MAX, 0, INT_MAX, INT_MAX, all, /* the same, and the lists for dealing rows overflow before */
        "knn_search: lists of 2147483647 neighbours for 2147483647 queries on 2147483647 threads overflow size_t");
    vast(INT_MAX, INT_MAX, 1 << 29, 1, 1 << 27, all, /* 2^27 tasks pack 2^40 bytes each */
        "knn_search: lists of 1 neighbours for 2147483647 queries on 134217728 threads overflow size_t");
#else
    dlcv_knn *knn = NULL;
    dlcv_dataset train;
    int32_t y = 0;
    dlcv_tensor none = dlcv_tensor_view(NULL, DLCV_I32, dlcv_shape2(0, INT_MAX)), far = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(0, INT_MAX)), out;
    vast(1, INT_MAX, 0, 400000000, 1, all, "knn_search: lists of 400000000 neighbours for 1 queries on 1 threads overflow size_t");
    vast(1, INT_MAX, 0, 357913941, 1, all, "knn_search: lists of 357913941 neighbours for 1 queries on 1 threads overflow size_t"); /* 12 k is 2^32 - 4 */
    vast(100, INT_MAX, 0, 10000000, 20, all, "knn_search: lists of 10000000 neighbours for 100 queries on 20 threads overflow size_t");
    vast(1 << 24, 192000, 0, 1, 1 << 21, all, "knn_search: lists of 1 neighbours for 16777216 queries on 2097152 threads overflow size_t");
    vast(1000000, INT_MAX, 0, 1, 60000, all, "knn_search: lists of 1 neighbours for 1000000 queries on 60000 threads overflow size_t");
    memset(&train, 0, sizeof train);
    memset(&out, 0, sizeof out);
    train.x = dlcv_tensor_view(NULL, DLCV_F32, dlcv_shape2(1, 0));
    train.y = dlcv_tensor_view(&y, DLCV_I32, dlcv_shape1(1));
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    CHECK_FAILS(dlcv_knn_scores(knn, &none, &far, INT_MAX, &out), DLCV_ERR_MEMORY, "knn_scores: sorting 2147483647 labels overflows size_t");
    dlcv_tensor_free(&out);
    dlcv_knn_free(knn);
#endif
}

/* Memory is what the options say, and every allocation may fail. */
static void memory(void)
{
    test_heap heap;
    dlcv_env env = test_env(&heap);
    enum { D = TEST_SMALL ? 50 : 500 };
    dlcv_tensor few = vectors(DLCV_F32, 15, 40, 256), q = vectors(DLCV_U8, 700, D, 256), indices, distances, labels, scored;
    dlcv_dataset train;
    dlcv_knn_opts opts;
    dlcv_knn *knn;
    long n, ends = 0;
    size_t workspace;
    int i;
    env.threads.width = 1; /* one thread also with OpenMP */
    memset(&train, 0, sizeof train);
    memset(&opts, 0, sizeof opts);
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    train.x = vectors(DLCV_U8, 900, D, 256);
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(900), &train.y));
    for (i = 0; i < 900; i++) dlcv_i32(&train.y)[i] = i % 3;
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape2(700, 5), &indices));
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(700, 5), &distances));
    for (workspace = 100000; workspace < 20000000; workspace *= 4) {
        opts.workspace = workspace;
        heap.peak = 0;
        CHECK_OK(dlcv_knn_new(&env, &train, &opts, &knn));
        CHECK_OK(dlcv_knn_search(knn, &q, 5, &indices, &distances));
        dlcv_knn_free(knn);
        CHECK(heap.peak <= workspace + 4096);
        CHECK_EQUAL(heap.blocks, 0);
    }
    /* many neighbours of few queries, on threads: the lists count, too */
    for (i = 1; i <= 8; i *= 2) {
        dlcv_dataset wide;
        memset(&wide, 0, sizeof wide);
        wide.x = vectors(DLCV_F32, 9000, 40, 256);
        opts.workspace = 1000000;
        heap.peak = 0;
        env.threads.parallel_for = serially;
        env.threads.width = i;
        CHECK_OK(dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape2(15, 8000), &indices));
        CHECK_OK(dlcv_knn_new(&env, &wide, &opts, &knn));
        CHECK_OK(dlcv_knn_search(knn, &few, 8000, &indices, NULL));
        dlcv_knn_free(knn);
        CHECK(heap.peak <= (size_t)i * opts.workspace + 4096);
        dlcv_data_free(&wide);
    }
    memset(&env.threads, 0, sizeof env.threads);
    env.threads.width = 1;
    CHECK_OK(dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape2(700, 5), &indices)); /* zeros: for the scores */
    for (n = 1; n < 20 && !ends; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        memset(&labels, 0, sizeof labels);
        memset(&scored, 0, sizeof scored);
        ends = dlcv_knn_new(&env, &train, NULL, &knn) == DLCV_OK && dlcv_knn_predict(knn, &q, 3, &labels) == DLCV_OK
            && dlcv_knn_scores(knn, &indices, &distances, 3, &scored) == DLCV_OK;
        if (!ends) CHECK(strstr(dlcv_error(), "bytes") != NULL);
        dlcv_knn_free(knn);
        dlcv_tensor_free(&labels);
        dlcv_tensor_free(&scored);
        CHECK_EQUAL(heap.blocks, 0);
        CHECK_EQUAL(heap.wrong, 0);
    }
    CHECK(n > 8);
    dlcv_tensor_free(&q);
    dlcv_tensor_free(&few);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    dlcv_data_free(&train);
}

/* Two tasks of one pool search one const knn, which is of the same pool: nobody waits for ever, nobody is wrong. */
typedef struct shared { const dlcv_knn *knn; const dlcv_tensor *queries; dlcv_tensor indices[4]; dlcv_status status[4]; } shared;

static void search_shared(int index, void *context)
{
    shared *s = (shared *)context;
    int i;
    for (i = 0; i < 10 && !s->status[index]; i++) s->status[index] = dlcv_knn_search(s->knn, s->queries, 3, &s->indices[index], NULL);
}

static void sharing(void)
{
    dlcv_env inner, outer;
    dlcv_dataset train;
    dlcv_tensor queries = vectors(DLCV_U8, 60, 70, 256);
    dlcv_knn *knn = NULL;
    shared s;
    int i;
    memset(&inner, 0, sizeof inner);
    memset(&outer, 0, sizeof outer);
    memset(&train, 0, sizeof train);
    memset(&s, 0, sizeof s);
    train.x = vectors(DLCV_U8, 500, 70, 256);
    test_new_pool(2, &inner.threads);
    test_new_pool(4, &outer.threads);
    CHECK_OK(dlcv_knn_new(&inner, &train, NULL, &knn));
    s.knn = knn;
    s.queries = &queries;
    if (outer.threads.parallel_for) outer.threads.parallel_for(4, search_shared, &s, outer.threads.user);
    else serially(4, search_shared, &s, NULL);
    for (i = 0; i < 4; i++) {
        CHECK_OK(s.status[i]);
        CHECK(!memcmp(s.indices[0].data, s.indices[i].data, 60 * 3 * 4));
        if (i) dlcv_tensor_free(&s.indices[i]);
    }
    dlcv_tensor_free(&s.indices[0]);
    dlcv_knn_free(knn);
    dlcv_tensor_free(&queries);
    dlcv_data_free(&train);
    dlcv_pool_free(&inner.threads);
    dlcv_pool_free(&outer.threads);
}

/* L2 regions do not change when everything is turned, L1 regions do (a lecture's point). */
static void rotation(void)
{
    enum { N = 60, Q = 400 };
    static float x[N][2], q[Q][2], rx[N][2], rq[Q][2];
    int32_t y[N];
    dlcv_metric metrics[2] = { DLCV_METRIC_L2, DLCV_METRIC_L1 };
    dlcv_tensor labels[2];
    int i, m, t, differ[2] = { 0, 0 };
    const float c = 0.8660254f, s = 0.5f;
    memset(labels, 0, sizeof labels);
    for (i = 0; i < N; i++) { x[i][0] = (float)(noise() % 1000); x[i][1] = (float)(noise() % 1000); y[i] = i % 5; }
    for (i = 0; i < Q; i++) { q[i][0] = (float)(noise() % 1000) + 0.3f; q[i][1] = (float)(noise() % 1000) + 0.7f; }
    for (i = 0; i < N; i++) { rx[i][0] = c * x[i][0] - s * x[i][1]; rx[i][1] = s * x[i][0] + c * x[i][1]; }
    for (i = 0; i < Q; i++) { rq[i][0] = c * q[i][0] - s * q[i][1]; rq[i][1] = s * q[i][0] + c * q[i][1]; }
    for (m = 0; m < 2; m++) {
        for (t = 0; t < 2; t++) {
            dlcv_dataset train;
            dlcv_knn_opts opts;
            dlcv_knn *knn = NULL;
            dlcv_tensor queries = dlcv_tensor_view(t ? rq : q, DLCV_F32, dlcv_shape2(Q, 2));
            memset(&train, 0, sizeof train);
            memset(&opts, 0, sizeof opts);
            opts.metric = metrics[m];
            train.x = dlcv_tensor_view(t ? rx : x, DLCV_F32, dlcv_shape2(N, 2));
            train.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(N));
            CHECK_OK(dlcv_knn_new(NULL, &train, &opts, &knn));
            CHECK_OK(dlcv_knn_predict(knn, &queries, 1, &labels[t]));
            dlcv_knn_free(knn);
        }
        for (i = 0; i < Q; i++) differ[m] += dlcv_i32(&labels[0])[i] != dlcv_i32(&labels[1])[i];
    }
    CHECK_EQUAL(differ[0], 0);
    CHECK(differ[1] > 10);
    dlcv_tensor_free(&labels[0]);
    dlcv_tensor_free(&labels[1]);
}

int main(void)
{
    static const char *const names[] = { "scalar", "sse2", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm", "simde" };
    dlcv_env two;
    size_t i;
    memset(&two, 0, sizeof two);
    test_new_pool(2, &two.threads);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (dlcv_backend_select(names[i])) continue;
        searches(NULL);
        searches(&two);
        rough_searches(i % 2 ? &two : NULL);
        rough_on_top();
        exact_ranks();
        long_rows();
        not_a_number();
        rotation();
    }
    CHECK_OK(dlcv_backend_select(NULL));
    errors();
    threads();
    sharing();
    rough_turns();
    overflows();
    memory();
    dlcv_pool_free(&two.threads);
    return test_end("knn");
}
