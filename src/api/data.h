/* ---- data sets and scores
 * --------------------------------------------------------------------------------------------- */

/* Plain: fill one in yourself from two views, if you like. */
typedef struct dlcv_dataset {
    dlcv_tensor x;              /* u8 [n, h, w, c] pixels, or f32 [n, ...] features */
    dlcv_tensor y;              /* i32 [n] labels; dlcv_fit takes other targets, too */
    int classes;                /* labels are 0 .. classes - 1; 0: as many as the labels say */
    const char *const *names;   /* NULL or [classes], static or yours */
} dlcv_dataset;

/* The readers and the split leave {0} in their outputs when they fail after accepting their arguments. dlcv_env.limit
 * bounds each block that a file makes them allocate: the file, what it unpacks to, the tensors. */

/* CIFAR-10 in its binary format (Krizhevsky 2009): data_batch_1.bin .. data_batch_5.bin and test_batch.bin in `dir`, each
 * a whole number of records of 1 label byte and 3 x 1024 plane bytes. x: u8 [n, 32, 32, 3], y: i32 [n], classes 10 with
 * names. Either of train and test may be NULL. */
DLCV_API dlcv_status dlcv_data_cifar10(const dlcv_env *env, const char *dir, dlcv_dataset *train, dlcv_dataset *test);

/* A pair of IDX files as MNIST's (LeCun): images u8 [n, h, w] -> x u8 [n, h, w, 1]; labels u8 [n] -> y i32 [n]; classes
 * = the largest label + 1. labels_path may be NULL. A gzip'd file (told by its first two bytes) is unpacked where
 * stb_image.h or zlib.h was included before the implementation, else DLCV_ERR_UNSUPPORTED says so. */
DLCV_API dlcv_status dlcv_data_idx(const dlcv_env *env, const char *images_path, const char *labels_path, dlcv_dataset *out);

/* Deals d, shuffled by `seed` and stratified by label, into `parts` of equal size (to within one sample, over all and
 * in each class); part `index` is held out, the others are the rest. (5, i): fold i of 5; (10, 0): a 90/10 split;
 * twice, (10, 0) and the rest (9, 0): train, validation and test of 80/10/10. Copies; the samples keep the order they
 * have in d. Either output may be NULL. O(n) time and memory, whatever the labels are. Other targets than labels: dlcv_tensor_rows
 * of x and of y. */
DLCV_API dlcv_status dlcv_data_split(const dlcv_env *env, const dlcv_dataset *d, int parts, int index, uint64_t seed, dlcv_dataset *rest, dlcv_dataset *held_out);

/* Frees x and y; leaves {0}. Takes NULL and {0}. */
DLCV_API void dlcv_data_free(dlcv_dataset *d);

/* One dimension of a search. */
typedef struct dlcv_range {
    float low, high;            /* finite, low <= high */
    int steps;                  /* that many values, low and high the first and last (1: low); 0: random in [low, high] */
    int log;                    /* not 0: equal ratios instead of equal differences, low > 0 */
} dlcv_range;

/* values[0 .. count - 1] = point `trial` (0, 1, ...) of a search. Ranges with steps span a grid, of which each trial
 * is another point, the last range fastest, until all have been; the others are drawn anew for each trial, and if
 * there are only such, there is no end. Returns 1, and 0 when the grid is finished; 0 for trial 0 says that an
 * argument is bad, dlcv_error() which. A pure function of its arguments, the same on every machine in every mode:
 * trials may be run in any order, on any machine. Beside random ranges a choice of two is random, too, or its grid ends the search: { 0, 1, 0, 0 }
 * and `values[1] < 0.5f ? DLCV_METRIC_L1 : DLCV_METRIC_L2`.
 *     for (trial = 0; trial < most && dlcv_search_point(ranges, 2, trial, seed, values); trial++) ... */
DLCV_API int dlcv_search_point(const dlcv_range *ranges, int count, int trial, uint64_t seed, float *values);

/* Mean and standard deviation (of the population: divided by count) of count values, in double inside; NaN if count <
 * 1. */
DLCV_API void dlcv_mean_stddev(const float *values, int count, float *mean, float *stddev);

/* The fraction of samples that are right. predicted: i32 [n] labels, or f32 [n, classes] scores, then a sample is right
 * if fewer than `top` classes score higher than the true one, or as high with a smaller label (top 5: the ILSVRC
 * metric; error = 1 - out; a NaN score counts as higher). truth: i32 [n]. With labels `top` must be 1. n = 0 is an
 * error: DLCV_ERR_SHAPE. */
DLCV_API dlcv_status dlcv_accuracy(const dlcv_tensor *predicted, const dlcv_tensor *truth, int top, float *out);

/* out[t, p] = how many samples of class t were taken for p: i32 [classes, classes], classes = the number of scores, or
 * the largest label in either + 1, at most 32768: 4 classes^2 bytes. predicted and truth as in dlcv_accuracy. */
DLCV_API dlcv_status dlcv_confusion(const dlcv_env *env, const dlcv_tensor *predicted, const dlcv_tensor *truth, dlcv_tensor *out);

/* How good ranked lists are. indices: i32 [q, k], for each of q queries k different samples of a database, best first
 * (dlcv_knn_search's result); query_y: i32 [q], y: i32 [n], the labels of the queries and of the database: a sample is
 * relevant if it has the query's. A query that is itself in the database counts as a sample like the others. *precision
 * = the mean over the queries of (relevant ones among the k) / k; *mean_ap = that of the average precision: the sum of
 * (relevant ones among the first j) / j over the ranks j that hold a relevant one, divided by the smaller of k and the
 * number of relevant ones in the database, so that the best possible list has 1; with k = n that is the usual AP. A
 * query with nothing relevant in the database counts 0. Either output may be NULL. O(q k min(k, 1 + n / 32768) + n),
 * and q n for labels above 255. */
DLCV_API dlcv_status dlcv_retrieval(const dlcv_tensor *indices, const dlcv_tensor *query_y, const dlcv_tensor *y, float *precision, float *mean_ap);
