/* What neighbours say: votes, their ties, scores. */
#include "test.h"
#include "vectors.h"

/* What is no result of a search. */
static void vote_errors(const dlcv_knn *knn, dlcv_tensor indices, dlcv_tensor distances, dlcv_tensor *labels)
{
    const dlcv_tensor i = indices, d = distances;
    static const char tail[] = ", i32 [q, k] and f32 [q, k] are needed";
    char want[200];
    int n;
    CHECK_FAILS(dlcv_knn_vote(knn, NULL, &d, 1, labels), DLCV_ERR_ARGUMENT, "knn_vote: indices is NULL");
    CHECK_FAILS(dlcv_knn_vote(knn, &i, NULL, 1, labels), DLCV_ERR_ARGUMENT, "knn_vote: distances is NULL");
    CHECK_FAILS(dlcv_knn_vote(knn, &i, &d, 0, labels), DLCV_ERR_ARGUMENT, "knn_vote: k is 0, must be 1 .. 4, the columns of indices [1, 4]");
    for (n = 0; n < 6; n++) {
        static const char *const texts[6] = { "f32 [1, 4] and distances f32 [1, 4]", "i32 [1, 4] and distances i32 [1, 4]",
            "i32 [4] and distances f32 [1, 4]", "i32 [1, 4] and distances f32 [4]", "i32 [1, 4] and distances f32 [2, 2]",
            "i32 [1, 4] and distances f32 [1, 3]" };
        indices = i;
        distances = d;
        if (n == 0) indices.dtype = DLCV_F32;
        if (n == 1) distances.dtype = DLCV_I32;
        if (n == 2) indices.shape = dlcv_shape1(4);
        if (n == 3) distances.shape = dlcv_shape1(4);
        if (n == 4) distances.shape = dlcv_shape2(2, 2);
        if (n == 5) distances.shape = dlcv_shape2(1, 3);
        strcpy(want, "knn_vote: indices are ");
        strcat(want, texts[n]);
        strcat(want, tail);
        CHECK_FAILS(dlcv_knn_vote(knn, &indices, &distances, 1, labels), DLCV_ERR_SHAPE, want);
    }
}

/* equal votes: the smaller sum, then the smaller label */
static void votes(void)
{
    float x[6] = { 0, 1, 2, 3, 4, 5 };
    int32_t y[6] = { 2, 1, 1, 2, 0, 0 }, rows[4] = { 0, 1, 2, 3 };
    float d[4];
    dlcv_dataset train;
    dlcv_tensor indices = dlcv_tensor_view(rows, DLCV_I32, dlcv_shape2(1, 4)), distances = dlcv_tensor_view(d, DLCV_F32, dlcv_shape2(1, 4));
    dlcv_tensor labels, queries;
    dlcv_knn *knn = NULL;
    memset(&train, 0, sizeof train);
    memset(&labels, 0, sizeof labels);
    train.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(6, 1));
    train.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(6));
    train.classes = 3;
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    d[0] = 1; d[1] = 2; d[2] = 3; d[3] = 4; /* 2: 1 + 4, 1: 2 + 3: equal sums, the smaller label */
    CHECK_OK(dlcv_knn_vote(knn, &indices, &distances, 4, &labels));
    CHECK_EQUAL(dlcv_i32(&labels)[0], 1);
    d[3] = 3.5f;                            /* 2: 4.5 */
    CHECK_OK(dlcv_knn_vote(knn, &indices, &distances, 4, &labels));
    CHECK_EQUAL(dlcv_i32(&labels)[0], 2);
    CHECK_OK(dlcv_knn_vote(knn, &indices, &distances, 3, &labels)); /* 1 has two of three */
    CHECK_EQUAL(dlcv_i32(&labels)[0], 1);
    CHECK_OK(dlcv_knn_vote(knn, &indices, &distances, 1, &labels));
    CHECK_EQUAL(dlcv_i32(&labels)[0], 2);
    vote_errors(knn, indices, distances, &labels);
    queries = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(6, 1));
    CHECK_OK(dlcv_knn_predict(knn, &queries, 1, &labels)); /* k = 1 on the training data: 100 % */
    CHECK(!memcmp(dlcv_i32(&labels), y, sizeof y));
    CHECK_FAILS(dlcv_knn_vote(knn, &indices, &distances, 5, &labels), DLCV_ERR_ARGUMENT, "knn_vote: k is 5, must be 1 .. 4, the columns of indices [1, 4]");
    rows[2] = 6;
    CHECK_FAILS(dlcv_knn_vote(knn, &indices, &distances, 4, &labels), DLCV_ERR_ARGUMENT,
        "knn_vote: query 0 has index 6, there are 6 training samples");
    rows[2] = -1;
    CHECK_FAILS(dlcv_knn_vote(knn, &indices, &distances, 4, &labels), DLCV_ERR_ARGUMENT,
        "knn_vote: query 0 has index -1, there are 6 training samples");
    CHECK_OK(dlcv_knn_vote(knn, &indices, &distances, 2, &labels)); /* it is in the third column */
    rows[2] = 2;
    y[2] = 3;
    CHECK_FAILS(dlcv_knn_vote(knn, &indices, &distances, 4, &labels), DLCV_ERR_ARGUMENT,
        "knn_vote: training sample 2 has label 3, must be 0 .. 2, since train->classes was 3");
    y[2] = -1;
    CHECK_FAILS(dlcv_knn_vote(knn, &indices, &distances, 4, &labels), DLCV_ERR_ARGUMENT,
        "knn_vote: training sample 2 has label -1, labels are 0 or more");
    dlcv_knn_free(knn);
    dlcv_tensor_free(&labels);
}

/* Shares by hand; equal votes are told apart by the next lower float, so that the largest score is the vote's label. */
static void scores_by_hand(void)
{
    float x[6] = { 0, 1, 2, 3, 4, 5 }, d[4] = { 1, 2, 3, 4 };
    int32_t y[6] = { 2, 1, 1, 2, 0, 5 }, rows[4] = { 0, 1, 2, 3 };
    const float below[2] = { 0.5f - 1.0f / 33554432, 0.5f };  /* the float before 0.5 is 2^-25 less */
    unsigned char place[5 * 4 + 2];          /* four floats, and room for the view that is one too wide */
    dlcv_dataset train;
    dlcv_tensor indices = dlcv_tensor_view(rows, DLCV_I32, dlcv_shape2(1, 4)), distances = dlcv_tensor_view(d, DLCV_F32, dlcv_shape2(1, 4));
    dlcv_tensor scores, view = dlcv_tensor_view(place + 1, DLCV_F32, dlcv_shape2(1, 4));
    dlcv_knn *knn = NULL;
    memset(&train, 0, sizeof train);
    memset(&scores, 0, sizeof scores);
    memset(place, 9, sizeof place);
    train.x = dlcv_tensor_view(x, DLCV_F32, dlcv_shape2(6, 1));
    train.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(6));
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    CHECK_OK(dlcv_knn_scores(knn, &indices, &distances, 4, &scores)); /* 2: 1 + 4, 1: 2 + 3: equal sums, the smaller label */
    CHECK(scores.dtype == DLCV_F32 && scores.shape.ndim == 2 && scores.shape.dim[0] == 1 && scores.shape.dim[1] == 6);
    CHECK_EQUAL(dlcv_f32(&scores)[1], below[1]);
    CHECK_EQUAL(dlcv_f32(&scores)[2], below[0]);
    CHECK(dlcv_f32(&scores)[0] == 0 && dlcv_f32(&scores)[3] == 0 && dlcv_f32(&scores)[4] == 0 && dlcv_f32(&scores)[5] == 0);
    d[1] = (float)NAN;                                                /* as far as can be */
    CHECK_OK(dlcv_knn_scores(knn, &indices, &distances, 4, &scores));
    CHECK_EQUAL(dlcv_f32(&scores)[1], below[0]);
    CHECK_EQUAL(dlcv_f32(&scores)[2], below[1]);
    d[1] = 2;
    CHECK_OK(dlcv_knn_scores(knn, &indices, &distances, 3, &scores));
    CHECK_NEAR(dlcv_f32(&scores)[1], 2.0 / 3, 1e-7);
    CHECK_NEAR(dlcv_f32(&scores)[2], 1.0 / 3, 1e-7);
    CHECK_FAILS(dlcv_knn_scores(knn, &indices, &distances, 0, &scores), DLCV_ERR_ARGUMENT,
        "knn_scores: k is 0, must be 1 .. 4, the columns of indices [1, 4]");
    CHECK_FAILS(dlcv_knn_scores(knn, &indices, &distances, 1, NULL), DLCV_ERR_ARGUMENT, "knn_scores: scores is NULL");
    CHECK_FAILS(dlcv_knn_scores(knn, &indices, &distances, 1, &distances), DLCV_ERR_ARGUMENT, "knn_scores: scores lies in an input");
    y[5] = 16777216;
    CHECK_FAILS(dlcv_knn_scores(knn, &indices, &distances, 1, &scores), DLCV_ERR_ARGUMENT,
        "knn_scores: the largest label is 16777216, with scores it may be 16777215");
    CHECK_FAILS(dlcv_knn_scores(NULL, &indices, &distances, 1, &scores), DLCV_ERR_ARGUMENT, "knn_scores: knn is NULL");
    dlcv_knn_free(knn);
    train.classes = 4;                                                /* what no neighbour is may be anything */
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    CHECK_OK(dlcv_knn_scores(knn, &indices, &distances, 4, &view));   /* at an odd address, and no byte beside it */
    CHECK(!memcmp(place + 1 + 4, &below[1], 4) && !memcmp(place + 1 + 8, &below[0], 4));
    CHECK(place[0] == 9 && place[17] == 9);
    view.shape = dlcv_shape2(1, 5);
    CHECK_FAILS(dlcv_knn_scores(knn, &indices, &distances, 1, &view), DLCV_ERR_SHAPE,
        "knn_scores: scores is a view of f32 [1, 5], f32 [1, 4] is needed");
    rows[2] = 5;
    CHECK_FAILS(dlcv_knn_scores(knn, &indices, &distances, 4, &scores), DLCV_ERR_ARGUMENT,
        "knn_scores: training sample 5 has label 16777216, must be 0 .. 3, since train->classes was 4");
    indices.shape.dim[0] = distances.shape.dim[0] = 0;
    CHECK_OK(dlcv_knn_scores(knn, &indices, &distances, 4, &scores));
    CHECK(scores.shape.dim[0] == 0 && scores.shape.dim[1] == 4);
    dlcv_knn_free(knn);
    memset(&train.y, 0, sizeof train.y);
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    CHECK_FAILS(dlcv_knn_scores(knn, &indices, &distances, 4, &scores), DLCV_ERR_STATE,
        "knn_scores: the training data had no labels; set train->y before dlcv_knn_new");
    dlcv_knn_free(knn);
    dlcv_tensor_free(&scores);
}

/* How many classes the vote prefers to class c: counted from the definition. */
static int classes_before(const int32_t *labels, const float *distances, int k, int c, int classes, int *votes)
{
    int other, i, before = 0;
    double own = 0, sum;
    for (*votes = 0, i = 0; i < k; i++) if (labels[i] == c) (*votes)++, own += (double)distances[i];
    for (other = 0; other < classes; other++) {
        int n = 0;
        for (sum = 0, i = 0; i < k; i++) if (labels[i] == other) n++, sum += (double)distances[i];
        before += n > *votes || (n == *votes && (sum < own || (!(sum > own) && other < c)));
    }
    return before;
}

/* Of any search: a row sums to 1, its order is the vote's, its largest the vote's label, the accuracy at top 1 that of the labels. */
static void scores_agree(int classes, int k)
{
    enum { N = 300, Q = 40, MOST = 60 };
    dlcv_tensor x = vectors(DLCV_U8, N, 6, 3), q = vectors(DLCV_U8, Q, 6, 3), truth, indices, distances, labels, scores;
    int32_t y[N], t[Q], near[MOST];
    float by_labels = 0, by_scores = 0;
    dlcv_dataset train;
    dlcv_knn *knn = NULL;
    int i, j, c, votes, wrong = 0;
    memset(&train, 0, sizeof train);
    memset(&indices, 0, sizeof indices);
    memset(&distances, 0, sizeof distances);
    memset(&labels, 0, sizeof labels);
    memset(&scores, 0, sizeof scores);
    for (i = 0; i < N; i++) y[i] = (int32_t)(noise() % (uint32_t)classes);
    for (i = 0; i < Q; i++) t[i] = (int32_t)(noise() % (uint32_t)classes);
    train.x = x;
    train.y = dlcv_tensor_view(y, DLCV_I32, dlcv_shape1(N));
    train.classes = classes;
    truth = dlcv_tensor_view(t, DLCV_I32, dlcv_shape1(Q));
    CHECK_OK(dlcv_knn_new(NULL, &train, NULL, &knn));
    CHECK_OK(dlcv_knn_search(knn, &q, MOST, &indices, &distances));
    CHECK_OK(dlcv_knn_vote(knn, &indices, &distances, k, &labels));
    CHECK_OK(dlcv_knn_scores(knn, &indices, &distances, k, &scores));
    for (i = 0; i < Q; i++) {
        const float *row = dlcv_f32(&scores) + i * classes;
        double sum = 0;
        for (j = 0; j < k; j++) near[j] = y[dlcv_i32(&indices)[i * MOST + j]];
        for (c = 0; c < classes; c++) {
            const int rank = classes_before(near, dlcv_f32(&distances) + i * MOST, k, c, classes, &votes);
            int above = 0;
            for (j = 0; j < classes; j++) above += row[j] > row[c] || (row[j] >= row[c] && j < c);
            wrong += above != rank || fabs((double)row[c] - (double)votes / k) > k / 16777216.0 || (row[c] > 0) != (votes > 0);
            wrong += rank == 0 && (dlcv_i32(&labels)[i] != c || row[c] < (float)((double)votes / k));
            sum += (double)row[c];
        }
        wrong += fabs(sum - 1) > 1e-5;
    }
    CHECK_EQUAL(wrong, 0);
    if (wrong) printf("    %d classes, k %d\n", classes, k);
    CHECK_OK(dlcv_accuracy(&labels, &truth, 1, &by_labels));
    CHECK_OK(dlcv_accuracy(&scores, &truth, 1, &by_scores));
    CHECK_EQUAL(by_labels, by_scores);
    dlcv_knn_free(knn);
    dlcv_tensor_free(&x);
    dlcv_tensor_free(&q);
    dlcv_tensor_free(&indices);
    dlcv_tensor_free(&distances);
    dlcv_tensor_free(&labels);
    dlcv_tensor_free(&scores);
}

static void scores(void)
{
    static const int sizes[][2] = { { 1, 1 }, { 2, 2 }, { 2, 7 }, { 10, 1 }, { 10, 4 }, { 10, 13 }, { 100, 60 }, { 250, 59 } };
    size_t i;
    scores_by_hand();
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) scores_agree(sizes[i][0], sizes[i][1]);
}

int main(void)
{
    votes();
    scores();
    return test_end("vote");
}
