/* ---- random numbers: the same on every machine, in every mode ----------------------------------------------------- */

/* Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011): number i of a
 * generator is a pure function of (seed, i). state[0] is the seed, state[1] the index of the next 32-bit word, so that a
 * generator is saved by saving it and moved by adding to state[1]. */
typedef struct dlcv_rng {
    uint64_t state[2];
} dlcv_rng;

DLCV_API dlcv_rng dlcv_rng_seed(uint64_t seed);

/* The next 32 random bits. */
DLCV_API uint32_t dlcv_rng_next(dlcv_rng *rng);

/* Uniform in [0, 1), a multiple of 2^-24. Takes one word. */
DLCV_API float dlcv_rng_uniform(dlcv_rng *rng);

/* Normal with mean 0 and standard deviation 1 by Box and Muller's cosine form, |value| < 5.9. Takes two words. */
DLCV_API float dlcv_rng_normal(dlcv_rng *rng);

/* Uniform in 0 .. bound - 1 without bias, by rejection (Lemire 2019); 0 if bound < 2. Takes one word, seldom more. */
DLCV_API int dlcv_rng_below(dlcv_rng *rng, int bound);

/* Puts items[0 .. count - 1] into random order (Fisher and Yates). */
DLCV_API void dlcv_rng_shuffle(dlcv_rng *rng, int *items, int count);
