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

/* How a picture becomes larger or smaller. Pixel i of n that were m lies at (i + 1/2) m / n - 1/2.
 *   SMOOTH     linear between neighbours; where it shrinks, the triangle is as wide as what a pixel stands for: Pillow's BILINEAR, torch's antialias
 *   BILINEAR   linear between the two neighbours, whatever the size: torch.nn.functional.interpolate with size=, OpenCV's INTER_LINEAR
 *   NEAREST    pixel floor(i m / n)
 *   BICUBIC    cubic convolution over four, a = -0.75, the border repeated: torch and OpenCV; may go beyond the range of what it reads
 *   AREA       the mean of all that a pixel covers: OpenCV's INTER_AREA */
typedef enum dlcv_interpolation {
    DLCV_INTERPOLATION_SMOOTH, DLCV_INTERPOLATION_BILINEAR, DLCV_INTERPOLATION_NEAREST, DLCV_INTERPOLATION_BICUBIC, DLCV_INTERPOLATION_AREA
} dlcv_interpolation;

/* u8 [h, w, c] or [n, h, w, c], c 1, 3 or 4 -> u8 of the same c, [height, width, c] or [n, height, width, c]; rounded to the nearest. Rows are shared among
 * the threads of env. out must not overlap the picture. */
DLCV_API dlcv_status dlcv_image_resize(const dlcv_env *env, const dlcv_tensor *image, int height, int width, dlcv_interpolation how, dlcv_tensor *out);

/* How pixels become what a network reads: u8 [h, w, 1|3|4], RGB -> f32 [channels, height, width] = (pixel * scale - mean[c]) / stddev[c]. 0 is the
 * default of everything. */
typedef struct dlcv_preprocess {
    int height, width;          /* 0 = as the picture is, or becomes by resize_short */
    int channels;               /* 1 grey, 4 with alpha, 0 = 3 */
    int resize_short;           /* the shorter side becomes this, then the middle is cut out (torchvision's Resize and CenterCrop); 0 = stretch */
    dlcv_interpolation how;     /* between pixels; numbers are not rounded, but stay within 0 .. 255 */
    int bgr;                    /* the network wants B, G, R; mean and stddev are in its order */
    int invert;                 /* 255 - pixel: ink on paper for a network that knows chalk on slate; not of alpha */
    float scale;                /* 0 = 1 / 255 */
    float mean[4], stddev[4];   /* stddev 0 = 1, else not within 1e-30 of 0 */
} dlcv_preprocess;

/* Height, width, channels of u8 images [h, w, c] or [n, h, w, c], and mean and standard deviation of pixel / 255, channel by channel, over all of them. */
DLCV_API dlcv_status dlcv_preprocess_measure(const dlcv_tensor *images, dlcv_preprocess *out);

/* images u8 [h, w, c] or [n, h, w, c], of any size -> f32 [n, channels, height, width] (n 1 for one). Grey from RGB is (77 R + 150 G + 29 B) / 256, RGB
 * from grey three times the same, a missing alpha 255. Memory of its own, a few rows a thread, is wanted only where sizes change or colours become
 * grey. DLCV_ERR_SHAPE where resize_short leaves less than height or width. out must not overlap the pictures. */
DLCV_API dlcv_status dlcv_preprocess_run(const dlcv_env *env, const dlcv_preprocess *p, const dlcv_tensor *images, dlcv_tensor *out);

/* Back, to look at: x f32 [n, channels, h, w] -> u8 [n, h, w, channels], RGB, rounded, within 0 .. 255 (NaN: 0). Of any size; sizes are not undone. */
DLCV_API dlcv_status dlcv_preprocess_undo(const dlcv_env *env, const dlcv_preprocess *p, const dlcv_tensor *x, dlcv_tensor *images);
