/* ---- pictures: u8 [h, w, 1|3|4] ------------------------------------------------------------------------------------------ */

/* Reads a picture as u8 [h, w, channels]; channels 1 (grey), 3 (RGB) or 4 (RGBA), 0 = as in the file. By itself: PNM (P1 ..
 * P6, maxval to 65535 scaled to 255); where stb_image.h was included before the implementation also all it reads. Grey from
 * RGB is (77 R + 150 G + 29 B + 128) / 256; a missing alpha is 255. */
DLCV_API dlcv_status dlcv_image_load(const dlcv_env *env, const char *path, int channels, dlcv_tensor *out);

/* Writes u8 [h, w], [h, w, 1] or [h, w, 3]; the ending says the format: .pgm, .ppm, .pnm; where stb_image_write.h was
 * included before the implementation also .png, .bmp, .tga and .jpg, these with [h, w, 4] as well. */
DLCV_API dlcv_status dlcv_image_save(const dlcv_env *env, const dlcv_tensor *image, const char *path);
