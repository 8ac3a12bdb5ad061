/* Vectors that tests of neighbours search. */
#ifndef DLCV_TEST_VECTORS_H
#define DLCV_TEST_VECTORS_H
static uint32_t state = 7;
static uint32_t noise(void) { state = state * 1664525u + 1013904223u; return state >> 8; }

/* n vectors; few values, so that distances tie */
static dlcv_tensor vectors(dlcv_dtype dtype, int n, int d, int values)
{
    dlcv_tensor t;
    size_t i;
    const size_t count = (size_t)n * (size_t)d;
    memset(&t, 0, sizeof t);
    CHECK_OK(dlcv_tensor_new(NULL, dtype, dlcv_shape2(n, d), &t));
    for (i = 0; i < count; i++) {
        uint32_t v = noise() % (uint32_t)values;
        if (dtype == DLCV_U8) dlcv_u8(&t)[i] = (uint8_t)(v * (255u / (uint32_t)values));
        else dlcv_f32(&t)[i] = (float)v * 0.37f;
    }
    return t;
}
#endif
