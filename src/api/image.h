/* ---- pictures: u8 [h, w, 1|3|4]
 * ------------------------------------------------------------------------------------------ */

/* Reads a picture as u8 [h, w, channels]; channels 1 (grey), 3 (RGB) or 4 (RGBA), 0 = as in the file. By itself: PNM
 * (P1 .. P6, maxval to 65535 scaled to 255); where stb_image.h was included before the implementation also all it
 * reads. Grey from RGB is (77 R + 150 G + 29 B + 128) / 256; a missing alpha is 255. */
DLCV_API dlcv_status dlcv_image_load(const dlcv_env *env, const char *path, int channels, dlcv_tensor *out);

/* Writes u8 [h, w], [h, w, 1] or [h, w, 3]; the ending says the format: .pgm, .ppm, .pnm; where stb_image_write.h was
 * included before the implementation also .png, .bmp, .tga and .jpg, these with [h, w, 4] as well. */
DLCV_API dlcv_status dlcv_image_save(const dlcv_env *env, const dlcv_tensor *image, const char *path);

typedef enum dlcv_pixels { DLCV_PIXELS_RGB, DLCV_PIXELS_RGBA, DLCV_PIXELS_BGR, DLCV_PIXELS_BGRA, DLCV_PIXELS_GREY } dlcv_pixels;

/* Copies a frame of bytes, as cameras, windows and game engines have them, to u8 [height, width, 3] RGB, or [height,
 * width, 1] if it is grey; alpha is left out. pitch: bytes from one row to the next, 0 = dense. (Dense RGB, RGBA and
 * grey pixels need no copy: dlcv_tensor_view.) out must not overlap the pixels; after an error it is as it
 * was, or {0} if that was for want of memory. */
DLCV_API dlcv_status dlcv_image_pack(const dlcv_env *env, const void *pixels, dlcv_pixels format, int height, int width, size_t pitch, dlcv_tensor *out);
