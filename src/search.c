/* ---- hyperparameters: grids and random search ---------------------------------------------------------------------
 * Fixed-point arithmetic throughout, so that every machine and every compiler flag gives the same floats. */

#define DLCV__SEARCH_STREAM ((uint64_t)0x736561726368u << 16) /* "search": of Philox, beside dlcv_rng's stream 0 */
#define DLCV__LOG_BITS      50                                /* of a fixed-point logarithm, after the point */

/* floor(a b / 2^64) */
DLCV__FN uint64_t dlcv__high64(uint64_t a, uint64_t b)
{
    const uint64_t a1 = a >> 32, a0 = a & 0xffffffffu, b1 = b >> 32, b0 = b & 0xffffffffu;
    const uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & 0xffffffffu)) >> 32);
}

/* floor(span num / den), num <= den <= 2^32: no product exceeds 64 bits. */
DLCV__FN uint64_t dlcv__part(uint64_t span, uint64_t num, uint64_t den)
{
    return span / den * num + span % den * num / den;
}

/* Finite floats in their order as integers: also where the processor takes denormals for zeros. */
DLCV__FN int32_t dlcv__order(float x)
{
    const uint32_t bits = dlcv__bits_of(x);
    return bits >> 31 ? -(int32_t)(bits & 0x7fffffffu) : (int32_t)bits;
}

/* |x| = m 2^e, m < 2^24, of a finite float. */
DLCV__FN uint32_t dlcv__mantissa(float x, int *e)
{
    const uint32_t bits = dlcv__bits_of(x) & 0x7fffffffu;
    *e = (bits >> 23 ? (int)(bits >> 23) : 1) - 150;
    return bits >> 23 ? (bits & 0x7fffffu) | 0x800000u : bits;
}

/* m 2^e rounded to the nearest float, to the even one of two; m 2^e < 2^128. */
DLCV__FN float dlcv__float_near(uint64_t m, int e)
{
    int drop = 40; /* of 64 bits: 24 stay, fewer of a denormal */
    uint64_t keep, rest;
    if (!m) return 0.0f;
    for (; !(m >> 63); m <<= 1) e--;
    if (e < -189) drop += -189 - e; /* 2^63 2^-189 is the smallest normal number */
    if (drop > 64) return 0.0f;
    keep = drop < 64 ? m >> drop : 0;
    rest = m << (64 - drop);
    if (rest > (uint64_t)1 << 63 || (rest == (uint64_t)1 << 63 && (keep & 1))) keep++;
    return dlcv__float_of((uint32_t)keep +
                          (e < -189 ? 0u : (uint32_t)(e + 189) << 23)); /* the leading 1 adds one to the exponent */
}

/* log2 x, x > 0, in units of 2^-50: at most 2 below the exact value, which it is for powers of two. Digit by digit:
 * with m in [1, 2), the next binary digit of log2 m is whether m^2 >= 2. */
DLCV__FN int64_t dlcv__log2_fixed(float x)
{
    int e, i;
    uint64_t m = dlcv__mantissa(x, &e);
    int64_t log;
    for (; !(m >> 63); m <<= 1) e--;
    log = e + 63;
    for (i = 0; i < DLCV__LOG_BITS; i++) {
        m = dlcv__high64(m, m); /* units: 2^-63 before, 2^-62 after */
        log *= 2;
        if (m >> 63)
            log++;
        else
            m <<= 1;
    }
    return log;
}

/* 2^y, y in the same units: e^(f ln 2) 2^n with f in [0, 1), by the series, to 2^-56 before it is rounded. */
DLCV__FN float dlcv__exp2_fixed(int64_t y)
{
    const int64_t one = (int64_t)1 << DLCV__LOG_BITS;
    const int n = (int)((y + 256 * one) / one) - 256; /* y > -150 units: floor */
    const uint64_t f = (uint64_t)(y - n * one), ln2 = ((uint64_t)0xb17217f7u << 32) | 0xd1cf79abu;
    const uint64_t z = dlcv__high64(f << (64 - DLCV__LOG_BITS), ln2);
    uint64_t term = (uint64_t)1 << 62, sum = term, k;
    for (k = 1; term; k++) {
        term = dlcv__high64(term, z) / k;
        sum += term;
    }
    return dlcv__float_near(sum, n - 62);
}

/* x in units of 2^unit, cut towards 0. */
DLCV__FN int64_t dlcv__fixed(float x, int unit)
{
    int e;
    const uint64_t m = dlcv__mantissa(x, &e);
    const int64_t v = (int64_t)(e >= unit ? m << (e - unit) : unit - e < 64 ? m >> (unit - e) : 0);
    return dlcv__bits_of(x) >> 31 ? -v : v;
}

/* The value num / den of the way from low to high. */
DLCV__FN float dlcv__range_value(const dlcv_range *r, uint64_t num, uint64_t den)
{
    int64_t low, at;
    float v;
    int e, unit;
    if (num == 0) return r->low;
    if (num == den) return r->high;
    if (r->log) {
        low = dlcv__log2_fixed(r->low);
        v = dlcv__exp2_fixed(low + (int64_t)dlcv__part((uint64_t)(dlcv__log2_fixed(r->high) - low), num, den));
    } else {
        (void)dlcv__mantissa(r->low, &unit);
        (void)dlcv__mantissa(r->high, &e);
        unit = (e > unit ? e : unit) - 38; /* 24 bits of the larger and 38 more: the span has 63 at most */
        low = dlcv__fixed(r->low, unit);
        at = low + (int64_t)dlcv__part((uint64_t)(dlcv__fixed(r->high, unit) - low), num, den);
        v = dlcv__float_near((uint64_t)(at < 0 ? -at : at), unit);
        if (at < 0) v = dlcv__float_of(dlcv__bits_of(v) | 0x80000000u);
    }
    if (dlcv__order(v) < dlcv__order(r->low)) return r->low;
    return dlcv__order(v) > dlcv__order(r->high) ? r->high : v;
}

DLCV__FN dlcv_status dlcv__ranges_check(const dlcv_range *ranges, int count, int trial, const float *values)
{
    int i;
    if (!ranges || !values) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: %s is NULL", ranges ? "values" : "ranges");
    }
    if (count < 1) return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: count is %d, must be at least 1", count);
    if (trial < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: trial is %d, must be at least 0", trial);
    for (i = 0; i < count; i++) {
        const double low = (double)ranges[i].low, high = (double)ranges[i].high;
        if (ranges[i].steps < 0) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: range %d has %d steps, must be at least 0", i,
                             ranges[i].steps);
        }
        if (!dlcv__finite(ranges[i].low) || !dlcv__finite(ranges[i].high) ||
            dlcv__order(ranges[i].low) > dlcv__order(ranges[i].high)) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "search_point: range %d is %g .. %g, must be finite and not descend", i,
                             low, high);
        }
        if (ranges[i].log && dlcv__order(ranges[i].low) <= 0) {
            return dlcv_fail(DLCV_ERR_ARGUMENT,
                             "search_point: range %d is %g .. %g, on a logarithmic scale it must be above 0", i, low,
                             high);
        }
    }
    return DLCV_OK;
}

DLCV_API int dlcv_search_point(const dlcv_range *ranges, int count, int trial, uint64_t seed, float *values)
{
    uint32_t words[4] = { 0, 0, 0, 0 };
    int i, grid = 0, left = trial;
    if (dlcv__ranges_check(ranges, count, trial, values)) return 0;
    for (i = 0; i < count; i++) {
        if (!ranges[i].steps) continue;
        grid = 1;
        left /= ranges[i].steps;
    }
    if (grid && left) return 0;
    for (i = count - 1, left = trial; i >= 0; i--) {
        const int steps = ranges[i].steps;
        if (steps) {
            values[i] = dlcv__range_value(&ranges[i], (uint64_t)(left % steps), steps > 1 ? (uint64_t)steps - 1 : 1);
            left /= steps;
        } else {
            dlcv__philox(seed, DLCV__SEARCH_STREAM + (uint64_t)(i / 4), (uint64_t)trial, words);
            values[i] = dlcv__range_value(&ranges[i], words[i % 4], (uint64_t)1 << 32);
        }
    }
    return 1;
}

#undef DLCV__SEARCH_STREAM
#undef DLCV__LOG_BITS
