/* ---- distances and nearest neighbours
 * --------------------------------------------------------------------------------- */

/* The value is what the name says: L2 the Euclidean distance, L2SQ its square, L1 the Manhattan distance, COSINE the
 * similarity a.b / (|a| |b|) (0 if a norm is 0), DOT the inner product. Searches rank DOT and COSINE largest first; their
 * "distance" in search results and vote sums is -DOT and 1 - COSINE. */
typedef enum dlcv_metric { DLCV_METRIC_L2, DLCV_METRIC_L2SQ, DLCV_METRIC_L1, DLCV_METRIC_COSINE, DLCV_METRIC_DOT } dlcv_metric;

/* One pair of vectors of n floats, any alignment. The order of summation is fixed by n alone (and by the backend,
 * unless DLCV_STRICT); the relative error of a sum of m terms of one sign is below (m / 16 + 8) * 2^-24. The squares of
 * COSINE must not overflow. NaN for a metric that is none. */
DLCV_API float dlcv_distance_f32(dlcv_metric metric, const float *a, const float *b, size_t n);

/* One pair of vectors of n bytes: L1, L2SQ and DOT exact for any n below 2^37, L2 the square root of the exact integer,
 * COSINE computed in double from exact sums. No wrap-around: |10 - 56| is 46. */
DLCV_API double dlcv_distance_u8(dlcv_metric metric, const uint8_t *a, const uint8_t *b, size_t n);

/* out[i, j] = metric of a[i] and b[j]: f32 [na, nb]. a and b: f32 or u8, the same dtype; the first dimension counts
 * vectors, all others together are the vector and must agree in size. u8: the exact value rounded to the nearest float,
 * but COSINE, which is within 2^-21. O(na nb d) operations; memory 8 MiB a thread beside out. */
DLCV_API dlcv_status dlcv_pairwise(const dlcv_env *env, dlcv_metric metric, const dlcv_tensor *a, const dlcv_tensor *b, dlcv_tensor *out);

typedef struct dlcv_knn dlcv_knn;

typedef struct dlcv_knn_opts {
    dlcv_metric metric;         /* DLCV_METRIC_L2 */
    size_t workspace;           /* bytes a thread may use in a search, 0 = 8 MiB; at least about 128 KiB + 12 k (L1 and
                                 * L2 of many floats: 48 k), which it takes also where less is asked for */
} dlcv_knn_opts;

/* A nearest-neighbour classifier over train->x (f32 or u8 [n, ...]) and, for voting, train->y (i32 [n]). Borrows both:
 * training is O(1). The data must stay as they are while it lives. const afterwards: may be shared by threads, if env's
 * memory and threads may (malloc and dlcv_pool_new's may, an arena may not). */
DLCV_API dlcv_status dlcv_knn_new(const dlcv_env *env, const dlcv_dataset *train, const dlcv_knn_opts *opts, dlcv_knn **out);

/* The k nearest training vectors of every query, nearest first: indices i32 [q, k], distances f32 [q, k]; either may be
 * NULL. Exact; equal distances: lower training index first. u8: computed, ranked and tied as integers (L2 by the squared
 * integer; COSINE as float), reported as the nearest float. f32: ranked by the distances reported (L2: by their squares);
 * NaN ranks and is reported as infinity. k > n is an error. Queries have the dtype and the vector size of the training
 * data. Memory: opts.workspace a thread, never q x n. */
DLCV_API dlcv_status dlcv_knn_search(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *indices, dlcv_tensor *distances);

/* Majority vote among the first k columns of a search's results, so that one search serves many k: labels i32 [q]. Equal
 * votes: the label with the smaller sum of distances (in double; NaN is infinity), then the smaller label. Indices
 * outside 0 .. n - 1 are an error. */
DLCV_API dlcv_status dlcv_knn_vote(const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k, dlcv_tensor *labels);

/* How sure the vote is: scores f32 [q, classes], the share of the first k columns that each class has, for dlcv_accuracy's
 * top and dlcv_confusion. A row sums to 1 but for rounding, and its largest is dlcv_knn_vote's label (with its distance):
 * where classes have equal votes, the one that the vote would take later scores the next lower float. A class without a
 * vote scores 0 (where fewer than `top` have one, dlcv_accuracy goes on with the smallest labels). classes:
 * train->classes, or where that is 0 the largest label in train->y + 1, at most 2^24. O(q (k log k + classes)). */
DLCV_API dlcv_status dlcv_knn_scores(const dlcv_knn *knn, const dlcv_tensor *indices, const dlcv_tensor *distances, int k, dlcv_tensor *scores);

/* = search, then vote. */
DLCV_API dlcv_status dlcv_knn_predict(const dlcv_knn *knn, const dlcv_tensor *queries, int k, dlcv_tensor *labels);

/* Takes NULL. */
DLCV_API void dlcv_knn_free(dlcv_knn *knn);
