/* ---- random numbers --------------------------------------------------------------------------------------------- */

/* Philox4x32-10: counter = (block, stream), key = seed, low words first. Ten rounds, each two 32 x 32 -> 64 bit
 * products with the paper's multipliers; between rounds the key moves on by its Weyl constants. */
DLCV__FN void dlcv__philox(uint64_t seed, uint64_t stream, uint64_t block, uint32_t out[4])
{
    uint32_t c0 = (uint32_t)block, c1 = (uint32_t)(block >> 32), c2 = (uint32_t)stream, c3 = (uint32_t)(stream >> 32);
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    int round;
    for (round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

DLCV_API dlcv_rng dlcv_rng_seed(uint64_t seed)
{
    dlcv_rng rng;
    rng.state[0] = seed;
    rng.state[1] = 0;
    return rng;
}

/* Word i is word i % 4 of block i / 4 of stream 0. */
DLCV_API uint32_t dlcv_rng_next(dlcv_rng *rng)
{
    uint32_t words[4];
    uint64_t i = rng->state[1]++;
    dlcv__philox(rng->state[0], 0, i / 4, words);
    return words[i % 4];
}

DLCV_API float dlcv_rng_uniform(dlcv_rng *rng)
{
    return (float)(dlcv_rng_next(rng) >> 8) * 5.9604644775390625e-8f;           /* 2^-24, exact */
}

/* sqrt(-2 ln u1) cos(2 pi u2), u1 in (0, 1], u2 in [0, 1): multiples of 2^-24. At most sqrt(48 ln 2) = 5.77. */
DLCV_API float dlcv_rng_normal(dlcv_rng *rng)
{
    float u1 = (float)((dlcv_rng_next(rng) >> 8) + 1) * 5.9604644775390625e-8f, u2 = dlcv_rng_uniform(rng), out;
    const dlcv__fp fp = dlcv__fp_enter();
    dlcv__kernels()->f32->normal_f32(&u1, &u2, &out, 1);
    dlcv__fp_leave(fp);
    return out;
}

/* The high word of word * bound is uniform once the low words below 2^32 mod bound are rejected (Lemire, "Fast random
 * integer generation in an interval", 2019, algorithm 5). */
DLCV_API int dlcv_rng_below(dlcv_rng *rng, int bound)
{
    uint32_t n = bound < 1 ? 1u : (uint32_t)bound, reject;
    uint64_t product = (uint64_t)dlcv_rng_next(rng) * n;
    if ((uint32_t)product < n) {
        for (reject = (0u - n) % n; (uint32_t)product < reject;) product = (uint64_t)dlcv_rng_next(rng) * n;
    }
    return (int)(product >> 32);
}

/* From the end downwards: items[i] changes places with items[below(i + 1)], i = count - 1 .. 1. */
DLCV_API void dlcv_rng_shuffle(dlcv_rng *rng, int *items, int count)
{
    int i, j, item;
    for (i = count - 1; i > 0; i--) {
        j = dlcv_rng_below(rng, i + 1);
        item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}
