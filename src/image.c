/* ---- pictures ---------------------------------------------------------------------------------------------------- */

DLCV__FAST
/* Copies `pixels` pixels of `from` channels (1 grey, 2 grey and alpha, 3 RGB, 4 RGBA) to `to` channels (1, 3 or 4). */
DLCV__FN void dlcv__channels(const unsigned char *in, int from, size_t pixels, unsigned char *out, int to)
{
    size_t i;
    for (i = 0; i < pixels; i++, in += from, out += to) {
        const unsigned r = in[0], g = in[from > 2 ? 1 : 0], b = in[from > 2 ? 2 : 0];
        if (to == 1) {
            out[0] = (unsigned char)(from > 2 ? (77 * r + 150 * g + 29 * b + 128) >> 8 : r);
            continue;
        }
        out[0] = (unsigned char)r;
        out[1] = (unsigned char)g;
        out[2] = (unsigned char)b;
        if (to == 4) out[3] = from % 2 ? 255 : in[from - 1];
    }
}
DLCV__PLAIN

/* What a file's pixels turn into: `out` as u8 [height, width, channels], its size held against env->limit first. width and height
 * are at most INT_MAX, width * height at most env->limit. */
DLCV__FN dlcv_status dlcv__image_out(const dlcv_env *env, const char *path, size_t width, size_t height, int channels,
                                     dlcv_tensor *out)
{
    if (width * height > env->limit / (size_t)channels) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu x %zu pixels of %d bytes exceed env.limit, %zu bytes", path, width,
                         height, channels, env->limit);
    }
    return dlcv__out(env, "image_load", DLCV_U8, dlcv_shape3((int)height, (int)width, channels), out);
}

/* ---- PNM: "P1" .. "P6", width, height, the largest value unless it is a bitmap, the samples ---- */

typedef struct dlcv__pnm {
    const char *path;
    const unsigned char *at, *end; /* what is not read yet */
    char type;                     /* '1' .. '6': bitmap, grey, RGB in digits; the same in bytes */
    int channels;                  /* 1 or 3 */
    size_t width, height, most;    /* most: the value that is white, 1 .. 65535 */
} dlcv__pnm;

DLCV__INLINE int dlcv__pnm_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* White space, and comments from # to the end of the line. */
DLCV__FN void dlcv__pnm_skip(dlcv__pnm *p)
{
    while (p->at < p->end && (dlcv__pnm_space(*p->at) || *p->at == '#')) {
        if (*p->at == '#') {
            while (p->at < p->end && *p->at != '\n' && *p->at != '\r') p->at++;
        } else {
            p->at++;
        }
    }
}

/* A decimal number of 1 .. 9 digits after white space: 1 and the value, or 0. */
DLCV__FN int dlcv__pnm_number(dlcv__pnm *p, size_t *value)
{
    int digits = 0;
    dlcv__pnm_skip(p);
    for (*value = 0; p->at < p->end && *p->at >= '0' && *p->at <= '9' && digits < 10; digits++) {
        *value = *value * 10 + (size_t)(*p->at++ - '0');
    }
    return digits > 0 && digits < 10;
}

/* Everything up to the samples. */
DLCV__FN dlcv_status dlcv__pnm_header(dlcv__pnm *p)
{
    p->type = (char)p->at[1];
    p->channels = p->type == '3' || p->type == '6' ? 3 : 1;
    p->most = 1;
    p->at += 2;
    if (!dlcv__pnm_number(p, &p->width) || !dlcv__pnm_number(p, &p->height) || !p->width || !p->height) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c wants a width and a height of 1 .. 999999999 pixels", p->path,
                         p->type);
    }
    if (p->type != '1' && p->type != '4') {
        if (!dlcv__pnm_number(p, &p->most)) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c wants a largest value after width and height", p->path, p->type);
        }
        if (p->most < 1 || p->most > 65535) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: the largest value is %zu, must be 1 .. 65535", p->path, p->most);
        }
    }
    if (p->type < '4') return DLCV_OK;
    if (p->at < p->end && *p->at == '#') { /* a comment's line end is the one white space that ends the header */
        while (p->at < p->end && *p->at != '\n' && *p->at != '\r') p->at++;
    }
    if (p->at == p->end || !dlcv__pnm_space(*p->at)) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c wants one white space before the samples", p->path, p->type);
    }
    p->at++;
    return DLCV_OK;
}

/* The samples that the header states are there: in bytes exactly, in digits at least one character each. */
DLCV__FN dlcv_status dlcv__pnm_present(const dlcv__pnm *p, size_t *samples)
{
    const size_t there = (size_t)(p->end - p->at),
                 row = p->type == '4' ? (p->width + 7) / 8 : p->width * (size_t)p->channels;
    size_t need;
    int fits = dlcv__mul(row, p->height, &need);
    if (fits && p->type > '4' && p->most > 255) fits = dlcv__mul(need, 2, &need);
    if (!fits || need > there) {
        return dlcv_fail(DLCV_ERR_FORMAT,
                         "%s: P%c of %zu x %zu, largest value %zu, but only %zu bytes follow the header", p->path,
                         p->type, p->width, p->height, p->most, there);
    }
    return dlcv__mul(p->width, p->height, samples) && dlcv__mul(*samples, (size_t)p->channels, samples)
               ? DLCV_OK
               : dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu x %zu pixels are more than size_t counts", p->path, p->width,
                           p->height);
}

/* Sample i, 0 .. most, of a file that has them all; -1 if a plain one ends or has no number there. */
DLCV__FN long dlcv__pnm_sample(dlcv__pnm *p, size_t i)
{
    size_t value = 0, x;
    switch (p->type) {
    case '1': /* digits 0 and 1 that nothing need separate, 1 is black */
        dlcv__pnm_skip(p);
        return p->at < p->end && (*p->at == '0' || *p->at == '1') ? '1' - *p->at++ : -1;
    case '4': /* rows of bits, highest first, padded to bytes; 1 is black */
        x = i % p->width;
        return !(p->at[i / p->width * ((p->width + 7) / 8) + x / 8] >> (7 - x % 8) & 1);
    case '2':
    case '3':
        return dlcv__pnm_number(p, &value) && (p->at == p->end || dlcv__pnm_space(*p->at) || *p->at == '#')
                   ? (long)value
                   : -1;
    default:
        return p->most < 256 ? p->at[i] : (long)p->at[2 * i] << 8 | p->at[2 * i + 1];
    }
}

DLCV__FN dlcv_status dlcv__pnm_samples(dlcv__pnm *p, size_t samples, unsigned char *out)
{
    const long most = (long)p->most;
    size_t i;
    for (i = 0; i < samples; i++) {
        const long v = dlcv__pnm_sample(p, i);
        if (v < 0) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: P%c has no number for sample %zu of %zu", p->path, p->type, i,
                             samples);
        }
        if (v > most) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: sample %zu is %ld, the largest value %ld", p->path, i, v, most);
        }
        out[i] = (unsigned char)((v * 255 + most / 2) / most);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__pnm_load(const dlcv_env *env, const char *path, const void *file, size_t bytes, int channels,
                                    dlcv_tensor *out)
{
    dlcv__pnm p;
    unsigned char *grid;
    size_t samples = 0;
    dlcv_status s;
    p.path = path;
    p.at = (const unsigned char *)file;
    p.end = p.at + bytes;
    s = dlcv__pnm_header(&p);
    if (!s) s = dlcv__pnm_present(&p, &samples);
    if (!s && samples > env->limit) {
        s = dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu samples exceed env.limit, %zu bytes", path, samples, env->limit);
    }
    if (s) return s;
    grid = (unsigned char *)dlcv__alloc(env, samples);
    if (!grid) return DLCV_ERR_MEMORY;
    s = dlcv__pnm_samples(&p, samples, grid);
    if (!channels) channels = p.channels;
    if (!s) s = dlcv__image_out(env, path, p.width, p.height, channels, out);
    if (!s) dlcv__channels(grid, p.channels, p.width * p.height, (unsigned char *)out->data, channels);
    dlcv__release(env, grid, samples);
    return s;
}

/* ---- all other formats are stb_image's, where it is there ---- */

#ifdef STBI_INCLUDE_STB_IMAGE_H
/* stb_image allocates by its own STBI_MALLOC: what it may want for the pixels is held against env->limit, what it wants
 * beside them is not in our hands. */
DLCV__FN dlcv_status dlcv__other_load(const dlcv_env *env, const char *path, const void *file, size_t bytes,
                                      int channels, dlcv_tensor *out)
{
    const stbi_uc *data = (const stbi_uc *)file;
    stbi_uc *pixels;
    int w = 0, h = 0, from = 0;
    dlcv_status s;
    if (bytes > INT_MAX) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: %zu bytes, stb_image reads at most %d", path, bytes, INT_MAX);
    }
    if (!stbi_info_from_memory(data, (int)bytes, &w, &h, &from) || w < 1 || h < 1) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes are no picture that stb_image knows: %s", path, bytes,
                         stbi_failure_reason());
    }
    if ((size_t)w > env->limit / 4 / (size_t)h) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %d x %d pixels of 4 bytes exceed env.limit, %zu bytes", path, w, h,
                         env->limit);
    }
    pixels = stbi_load_from_memory(data, (int)bytes, &w, &h, &from, 0);
    if (!pixels)
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %d x %d pixels, stb_image: %s (the file is cut short, or damaged?)", path, w, h, stbi_failure_reason());
    if (!channels) channels = from == 2 ? 4 : from;
    s = dlcv__image_out(env, path, (size_t)w, (size_t)h, channels, out);
    if (!s) dlcv__channels(pixels, from, (size_t)w * (size_t)h, (unsigned char *)out->data, channels);
    stbi_image_free(pixels);
    return s;
}
#else
DLCV__FN dlcv_status dlcv__other_load(const dlcv_env *env, const char *path, const void *file, size_t bytes,
                                      int channels, dlcv_tensor *out)
{
    const unsigned char *p = (const unsigned char *)file;
    (void)env;
    (void)channels;
    (void)out;
    if (bytes < 2) return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes are no picture", path, bytes);
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: begins with the bytes %x %x, PNM with the letters P1 .. P6: for other formats include stb_image.h "
                     "before dlcv.h's implementation",
                     path, p[0], p[1]);
}
#endif

DLCV_API dlcv_status dlcv_image_load(const dlcv_env *env, const char *path, int channels, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    const unsigned char *p;
    void *file = NULL;
    size_t bytes = 0;
    dlcv_status s;
    if (!path || !out) return dlcv_fail(DLCV_ERR_ARGUMENT, "image_load: %s is NULL", out ? "path" : "out");
    if (channels != 0 && channels != 1 && channels != 3 && channels != 4) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %d channels wanted, must be 0 (as in the file), 1, 3 or 4", path,
                         channels);
    }
    s = dlcv__file_read(&e, path, &file, &bytes);
    if (s) return s;
    p = (const unsigned char *)file;
    if (bytes > 2 && p[0] == 'P' && p[1] >= '1' && p[1] <= '6' && (dlcv__pnm_space(p[2]) || p[2] == '#')) {
        s = dlcv__pnm_load(&e, path, file, bytes, channels, out);
    } else {
        s = dlcv__other_load(&e, path, file, bytes, channels, out);
    }
    dlcv__release(&e, file, bytes);
    return s;
}

/* ---- writing ---- */

/* Whether path ends in `ending` (small letters), in whatever case. */
DLCV__FN int dlcv__ends_in(const char *path, const char *ending)
{
    const size_t n = strlen(path), m = strlen(ending);
    size_t i;
    if (n < m) return 0;
    for (i = 0; i < m; i++) {
        const char c = path[n - m + i];
        if ((c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) != ending[i]) return 0;
    }
    return 1;
}

DLCV__FN dlcv_status dlcv__pnm_save(const dlcv_env *env, const unsigned char *pixels, int w, int h, int channels,
                                    const char *path)
{
    char header[40];
    const int length = dlcv__format(header, sizeof header, "P%d\n%d %d\n255\n", channels == 1 ? 5 : 6, w, h);
    const size_t count = (size_t)w * (size_t)h * (size_t)channels;
    size_t bytes;
    unsigned char *file;
    dlcv_status s;
    if (channels == 4 || dlcv__ends_in(path, channels == 3 ? ".pgm" : ".ppm")) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: the picture has %d channels, .pgm holds 1, .ppm 3, .pnm either",
                         path, channels);
    }
    if (!dlcv__add(count, (size_t)length, &bytes))
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu bytes are too many", path, count);
    file = (unsigned char *)dlcv__alloc(env, bytes);
    if (!file) return DLCV_ERR_MEMORY;
    memcpy(file, header, (size_t)length);
    memcpy(file + length, pixels, count);
    s = dlcv__file_write(env, path, file, bytes);
    dlcv__release(env, file, bytes);
    return s;
}

#ifdef INCLUDE_STB_IMAGE_WRITE_H
/* A file that grows in env memory as stb_image_write hands over pieces of it. */
typedef struct dlcv__growing {
    const dlcv_env *env;
    unsigned char *data;
    size_t bytes, room;
    int failed;
} dlcv__growing;

DLCV__FN void dlcv__grow(void *context, void *data, int size)
{
    dlcv__growing *g = (dlcv__growing *)context;
    if (g->failed || size < 1) return;
    if ((size_t)size > g->room - g->bytes) {
        unsigned char *data2 = NULL;
        size_t room = 0;
        if (dlcv__add(g->room, g->room, &room) && dlcv__add(room, (size_t)size + 4096, &room))
            data2 = (unsigned char *)dlcv__alloc(g->env, room);
        if (!data2) {
            g->failed = 1;
            return;
        }
        if (g->bytes) memcpy(data2, g->data, g->bytes);
        dlcv__release(g->env, g->data, g->room);
        g->data = data2;
        g->room = room;
    }
    memcpy(g->data + g->bytes, data, (size_t)size);
    g->bytes += (size_t)size;
}

DLCV__FN dlcv_status dlcv__other_save(const dlcv_env *env, const unsigned char *pixels, int w, int h, int channels,
                                      const char *path)
{
    const int png = dlcv__ends_in(path, ".png"), bmp = dlcv__ends_in(path, ".bmp"), tga = dlcv__ends_in(path, ".tga");
    const int jpg = dlcv__ends_in(path, ".jpg") || dlcv__ends_in(path, ".jpeg"), most = png || bmp ? INT_MAX : 65535;
    dlcv__growing file;
    dlcv_status s;
    int ok;
    if (!png && !bmp && !tga && !jpg) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: must end in .pgm, .ppm, .pnm, .png, .bmp, .tga or .jpg", path);
    }
    if (w > most || h > most ||
        ((size_t)w + 1) * 4 > (size_t)INT_MAX / (size_t)h) { /* it counts bytes in int, one more a row */
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: %d x %d pixels are more than stb_image_write can do", path, w, h);
    }
    memset(&file, 0, sizeof file);
    file.env = env;
    if (png)
        ok = stbi_write_png_to_func(dlcv__grow, &file, w, h, channels, pixels, 0);
    else if (bmp)
        ok = stbi_write_bmp_to_func(dlcv__grow, &file, w, h, channels, pixels);
    else if (tga)
        ok = stbi_write_tga_to_func(dlcv__grow, &file, w, h, channels, pixels);
    else
        ok = stbi_write_jpg_to_func(dlcv__grow, &file, w, h, channels, pixels, 90);
    if (file.failed)
        s = DLCV_ERR_MEMORY;
    else if (!ok)
        s = dlcv_fail(DLCV_ERR_MEMORY, "%s: stb_image_write failed on %d x %d pixels of %d bytes", path, w, h,
                      channels);
    else
        s = dlcv__file_write(env, path, file.data, file.bytes);
    dlcv__release(env, file.data, file.room);
    return s;
}
#else
DLCV__FN dlcv_status dlcv__other_save(const dlcv_env *env, const unsigned char *pixels, int w, int h, int channels,
                                      const char *path)
{
    (void)env;
    (void)pixels;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: [%d, %d, %d] can be written as .pgm, .ppm or .pnm; for .png, .bmp, .tga and .jpg "
                     "include stb_image_write.h before dlcv.h's implementation",
                     path, h, w, channels);
}
#endif

DLCV_API dlcv_status dlcv_image_save(const dlcv_env *env, const dlcv_tensor *image, const char *path)
{
    const dlcv_env e = dlcv__env(env);
    char shape[128];
    const unsigned char *pixels;
    int w, h, channels;
    dlcv_status s = dlcv__check("image_save", "image", image);
    if (s) return s;
    if (!path) return dlcv_fail(DLCV_ERR_ARGUMENT, "image_save: path is NULL");
    channels = image->shape.ndim == 3 ? image->shape.dim[2] : 1;
    if (image->dtype != DLCV_U8 || (image->shape.ndim != 2 && image->shape.ndim != 3) || image->shape.dim[0] < 1 ||
        image->shape.dim[1] < 1 || (channels != 1 && channels != 3 && channels != 4)) {
        dlcv__shape_text(image->shape, shape, sizeof shape);
        return dlcv_fail(DLCV_ERR_SHAPE,
                         "%s: the picture is %s %s, must be u8 [h, w] or [h, w, 1 or 3 or 4], not empty", path,
                         dlcv__dtype_name(image->dtype), shape);
    }
    pixels = (const unsigned char *)image->data;
    h = image->shape.dim[0];
    w = image->shape.dim[1];
    if (dlcv__ends_in(path, ".pgm") || dlcv__ends_in(path, ".ppm") || dlcv__ends_in(path, ".pnm")) {
        return dlcv__pnm_save(&e, pixels, w, h, channels, path);
    }
    return dlcv__other_save(&e, pixels, w, h, channels, path);
}

/* ---- frames of others ---- */

DLCV__FN dlcv_status dlcv__pack_check(const void *pixels, dlcv_pixels format, int height, int width, size_t *pitch,
                                      const dlcv_tensor *out)
{
    static const char *const names[5] = { "RGB", "RGBA", "BGR", "BGRA", "grey" };
    static const int bytes[5] = { 3, 4, 3, 4, 1 };
    uintptr_t from, to;
    size_t row, all;
    if (!pixels) return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: pixels is NULL");
    if ((unsigned)format > (unsigned)DLCV_PIXELS_GREY) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: format is %d, must be %d .. %d, a DLCV_PIXELS_", (int)format,
                         (int)DLCV_PIXELS_RGB, (int)DLCV_PIXELS_GREY);
    }
    if (height < 1 || width < 1) {
        return dlcv_fail(DLCV_ERR_SHAPE, "image_pack: height %d and width %d, both must be at least 1", height, width);
    }
    if (!dlcv__mul((size_t)width, (size_t)bytes[format], &row)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "image_pack: %d pixels of %d bytes are more than size_t counts", width,
                         bytes[format]);
    }
    if (!*pitch) *pitch = row;
    if (*pitch < row) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: the pitch is %zu bytes, %d %s pixels have %zu", *pitch, width,
                         names[format], row);
    }
    if (!dlcv__mul(*pitch, (size_t)height - 1, &all) || !dlcv__add(all, row, &all)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "image_pack: %d rows of %zu bytes are more than size_t counts", height,
                         *pitch);
    }
    from = (uintptr_t)pixels;
    to = (uintptr_t)(out ? out->data : NULL);
    if (to && (to < from ? from - to < dlcv_tensor_count(out) * dlcv_dtype_bytes(out->dtype) : to - from < all)) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "image_pack: out and the pixels overlap");
    }
    return DLCV_OK;
}

DLCV__FAST
/* Pixels of `step` bytes with red at r, green at 1 and blue at b */
DLCV__FN void dlcv__pack_row(const unsigned char *p, size_t step, size_t r, size_t b, unsigned char *to, size_t pixels)
{
    size_t i;
    for (i = 0; i < pixels; i++, p += step, to += 3) {
        to[0] = p[r];
        to[1] = p[1];
        to[2] = p[b];
    }
}
DLCV__PLAIN

DLCV_API dlcv_status dlcv_image_pack(const dlcv_env *env, const void *pixels, dlcv_pixels format, int height, int width,
                                     size_t pitch, dlcv_tensor *out)
{
    const int grey = format == DLCV_PIXELS_GREY, turned = format == DLCV_PIXELS_BGR || format == DLCV_PIXELS_BGRA;
    const size_t step = format == DLCV_PIXELS_RGBA || format == DLCV_PIXELS_BGRA ? 4 : 3;
    const size_t r = turned ? 2 : 0, b = turned ? 0 : 2;
    unsigned char *to;
    int y;
    dlcv_status s = dlcv__pack_check(pixels, format, height, width, &pitch, out);
    if (!s) s = dlcv__out(env, "image_pack", DLCV_U8, dlcv_shape3(height, width, grey ? 1 : 3), out);
    if (s) return s;
    to = (unsigned char *)out->data;
    for (y = 0; y < height; y++) {
        const unsigned char *p = (const unsigned char *)pixels + (size_t)y * pitch;
        if (grey || (step == 3 && !turned)) {
            const size_t row = (size_t)width * (grey ? 1 : 3);
            memcpy(to, p, row);
            to += row;
            continue;
        }
        dlcv__pack_row(p, step, r, b, to, (size_t)width);
        to += 3 * (size_t)width;
    }
    return DLCV_OK;
}
