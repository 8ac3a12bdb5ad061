/* Classifies folders of pictures by their nearest neighbours. ROOT has one folder a class, with pictures in it:
 *
 *     ROOT/train/cat/one.png  ROOT/train/dog/other.png ..  ROOT/test/cat/third.png ..
 *
 *     cc -O2 -I.. folder_knn.c -o folder_knn -lm
 *     ./folder_knn ROOT [--size N] [--short N] [--k K] [--top N] [--names FILE]
 *
 * Where stb/stb_image.h is installed it reads .png, .jpg, .bmp and more, else .ppm, .pgm and .pnm alone. Every picture is brought to
 * RGB, its shorter side to --short pixels by averaging, and the middle --size x --size pixels are compared (both 32 unless
 * said otherwise; ImageNet's recipe is --short 256 --size 224). A ROOT without train and test is dealt: every fifth picture of a
 * class is for testing. The pixels of all pictures are held in memory, 3 --size^2 bytes each: at 32 x 32 ILSVRC's 1.3 million
 * take 4 GB, at 224 x 224 a part of it is what fits.
 *
 * That is how ILSVRC lies on a disk as well: train/n01440764/n01440764_10026.JPEG, and its val, once sorted into such folders, is
 * taken where there is no test. --names reads its synset_words.txt, lines like "n01440764 tench, Tinca tinca", and says those names.
 * --top 5 counts a picture as right if its class is among the five with most votes, and has one.
 *
 *     ./folder_knn --make ROOT [--ilsvrc]
 *
 * makes such a folder, of the digits in digits.h, so that there is something to try; with --ilsvrc train, val and synset_words.txt.
 *
 * test: --make build/folder_digits -> wrote 1797 pictures
 * test: build/folder_digits --size 8 --short 8 --k 1 -> 281 of 297 right
 * test: build/folder_digits --size 8 --short 8 --k 1 --top 5 -> 281 of 297 right
 * test: --make build/folder_ilsvrc --ilsvrc -> wrote 1797 pictures
 * test: build/folder_ilsvrc --size 8 --short 8 --k 1 --names build/folder_ilsvrc/synset_words.txt -> four, the digit 4 taken for nine, the digit 9: 3
 * test: build/folder_digits/train --size 8 --short 8 --top 2 -> 1200 pictures to train on, 300 to test */
#ifndef _WIN32
#define _POSIX_C_SOURCE 200809L /* opendir, mkdir */
#endif
#if defined(__has_include)
#if __has_include(<stb/stb_image.h>)
#define STB_IMAGE_IMPLEMENTATION
#include <stb/stb_image.h>
#endif
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <direct.h>
#include <io.h>
#else
#include <dirent.h>
#include <sys/stat.h>
#endif

enum { PATH = 1024, CLASSES = 1000 };

typedef struct options {
    const char *root, *make, *names;
    int ilsvrc, size, shorter, k, top;
} options;

/* Texts that grow; `failed` is set when there is no memory. */
typedef struct list {
    char **text;
    int count, room, failed;
} list;

static void list_add(list *l, const char *text)
{
    char *copy = (char *)malloc(strlen(text) + 1);
    if (copy && l->count == l->room) {
        char **more = (char **)realloc(l->text, sizeof(char *) * (size_t)(l->room * 2 + 16));
        if (more) {
            l->text = more;
            l->room = l->room * 2 + 16;
        }
    }
    if (!copy || l->count == l->room) {
        free(copy);
        l->failed = 1;
        return;
    }
    strcpy(copy, text);
    l->text[l->count++] = copy;
}

static void list_free(list *l)
{
    while (l->count) free(l->text[--l->count]);
    free(l->text);
    memset(l, 0, sizeof *l);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What is in a folder, sorted, so that every system has the same order; hidden files do not count. 0 if there is none such. */
static int list_folder(const char *path, list *out)
{
#ifdef _WIN32
    char pattern[PATH];
    struct _finddata_t found;
    intptr_t handle;
    snprintf(pattern, sizeof pattern, "%s/*", path);
    handle = _findfirst(pattern, &found);
    if (handle == -1) return 0;
    do {
        if (found.name[0] != '.') list_add(out, found.name);
    } while (_findnext(handle, &found) == 0);
    _findclose(handle);
#else
    struct dirent *entry;
    DIR *folder = opendir(path);
    if (!folder) return 0;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') list_add(out, entry->d_name);
    }
    closedir(folder);
#endif
    if (out->count) qsort(out->text, (size_t)out->count, sizeof *out->text, by_name);
    return 1;
}

static int make_folder(const char *path)
{
#ifdef _WIN32
    return _mkdir(path) == 0 || errno == EEXIST;
#else
    return mkdir(path, 0777) == 0 || errno == EEXIST;
#endif
}

/* Does the name end as a picture's that can be read here? */
static int is_picture(const char *name)
{
    static const char *const endings[] = {
        ".ppm", ".pgm", ".pnm",
#ifdef STBI_INCLUDE_STB_IMAGE_H
        ".png", ".jpg", ".jpeg", ".bmp", ".tga", ".gif", ".psd",
#endif
    };
    const char *dot = strrchr(name, '.');
    size_t i, j;
    for (i = 0; dot && i < sizeof endings / sizeof endings[0]; i++) {
        for (j = 0; endings[i][j] && (dot[j] | 32) == endings[i][j];) j++; /* | 32: small letters */
        if (j > 1 && !endings[i][j] && !dot[j]) return 1;
    }
    return 0;
}

/* [h, w, 3] -> the middle size x size pixels after the shorter side has become `shorter`: each the mean over the pixels that it
 * covers (shrinking), or the one it lies in (growing). */
static void shrink(const dlcv_tensor *image, int shorter, int size, uint8_t *out)
{
    const int h = image->shape.dim[0], w = image->shape.dim[1], least = h < w ? h : w;
    const double step = (double)least / shorter, top = (h - step * size) / 2, left = (w - step * size) / 2;
    const uint8_t *pixels = dlcv_u8(image);
    int y, x, c, i, j;
    for (y = 0; y < size; y++) {
        for (x = 0; x < size; x++) {
            int y0 = (int)(top + y * step + 1e-6), y1 = (int)(top + (y + 1) * step + 1e-6);
            int x0 = (int)(left + x * step + 1e-6), x1 = (int)(left + (x + 1) * step + 1e-6);
            if (y1 <= y0) y1 = y0 + 1;
            if (x1 <= x0) x1 = x0 + 1;
            if (y1 > h) y1 = h;
            if (x1 > w) x1 = w;
            for (c = 0; c < 3; c++) {
                unsigned long sum = 0, count = 0;
                for (i = y0; i < y1; i++) {
                    for (j = x0; j < x1; j++, count++)
                        sum += pixels[((size_t)i * (size_t)w + (size_t)j) * 3 + (size_t)c];
                }
                *out++ = (uint8_t)(count ? (sum + count / 2) / count : 0);
            }
        }
    }
}

static dlcv_status no_memory(void)
{
    return dlcv_fail(DLCV_ERR_MEMORY, "folder_knn: out of memory");
}

/* A list of pictures with their labels. */
typedef struct pictures {
    list paths;
    int *labels;
} pictures;

/* root/folder/name to path, or what is wrong. */
static dlcv_status join(char *path, const char *root, const char *folder, const char *name)
{
    const int length = snprintf(path, PATH, "%s/%s%s%s", root, folder, *name ? "/" : "", name);
    return length < PATH ? DLCV_OK : dlcv_fail(DLCV_ERR_IO, "%s/%s/%s: too long a path", root, folder, name);
}

/* Adds the pictures of root/folder, all with one label; a plain file has none. */
static dlcv_status find_in_class(const char *root, const char *folder, int label, pictures *out)
{
    char path[PATH];
    list files;
    int i;
    dlcv_status s = join(path, root, folder, "");
    memset(&files, 0, sizeof files);
    if (s || !list_folder(path, &files)) return s;
    for (i = 0; i < files.count && !s; i++) {
        int *more;
        if (!is_picture(files.text[i])) continue;
        s = join(path, root, folder, files.text[i]);
        if (s) break;
        more = (int *)realloc(out->labels, sizeof(int) * (size_t)(out->paths.count + 1));
        if (more) out->labels = more;
        list_add(&out->paths, path);
        if (!more || out->paths.failed)
            s = no_memory();
        else
            more[out->paths.count - 1] = label;
    }
    if (files.failed) s = no_memory();
    list_free(&files);
    return s;
}

/* The pictures of all folders below root. A folder that has some is a class: it is added to `classes`, or must be there (`known`). */
static dlcv_status find_pictures(const char *root, list *classes, int known, pictures *out)
{
    list folders;
    dlcv_status s = DLCV_OK;
    int c, label;
    memset(&folders, 0, sizeof folders);
    if (!list_folder(root, &folders)) return dlcv_fail(DLCV_ERR_IO, "%s: no such folder", root);
    for (c = 0; c < folders.count && !s; c++) {
        const int before = out->paths.count;
        for (label = 0; label < classes->count && strcmp(classes->text[label], folders.text[c]);) label++;
        s = find_in_class(root, folders.text[c], label, out);
        if (s || out->paths.count == before || label < classes->count) continue;
        if (known)
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s/%s: there is no such class to train on", root, folders.text[c]);
        else if (label == CLASSES)
            s = dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: more than %d classes", root, CLASSES);
        else
            list_add(classes, folders.text[c]);
    }
    if (folders.failed || classes->failed) s = no_memory();
    list_free(&folders);
    if (!s && !out->paths.count)
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: no folders with pictures that can be read here", root);
    return s;
}

/* The data set of a folder; `classes` and `known` as above. */
static dlcv_status load_folder(const char *root, const options *o, list *classes, int known, dlcv_dataset *out)
{
    const size_t numbers = (size_t)o->size * (size_t)o->size * 3;
    dlcv_tensor image = { 0 };
    pictures found;
    int i;
    dlcv_status s;
    memset(&found, 0, sizeof found);
    s = find_pictures(root, classes, known, &found);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape4(found.paths.count, o->size, o->size, 3), &out->x);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(found.paths.count), &out->y);
    for (i = 0; i < found.paths.count && !s; i++) {
        s = dlcv_image_load(NULL, found.paths.text[i], 3, &image);
        if (!s) shrink(&image, o->shorter, o->size, dlcv_u8(&out->x) + (size_t)i * numbers);
        if (!s) dlcv_i32(&out->y)[i] = found.labels[i];
    }
    out->classes = classes->count;
    out->names = (const char *const *)classes->text;
    dlcv_tensor_free(&image);
    list_free(&found.paths);
    free(found.labels);
    return s;
}

/* "n01440764 tench, Tinca tinca": the class of that name is called what follows. Others are left as they are. */
static dlcv_status read_names(const char *path, list *classes)
{
    char line[PATH];
    FILE *f = fopen(path, "r");
    if (!f) return dlcv_fail(DLCV_ERR_IO, "%s: cannot be opened", path);
    while (fgets(line, sizeof line, f)) {
        char *name = line + strcspn(line, " \t\r\n");
        int i;
        if (!*name) continue;
        *name++ = 0;
        name[strcspn(name, "\r\n")] = 0;
        for (i = 0; i < classes->count; i++) {
            char *copy;
            if (strcmp(classes->text[i], line)) continue;
            copy = (char *)malloc(strlen(name) + 1);
            if (!copy) continue;
            strcpy(copy, name);
            free(classes->text[i]);
            classes->text[i] = copy;
            break;
        }
    }
    fclose(f);
    return DLCV_OK;
}

/* How many have their true class among the first `top` by votes (of equals the first by name). Where fewer have a vote than
 * `top`, the others are no guesses: dlcv_accuracy, which knows no votes, would count them. */
static int count_right(const dlcv_tensor *votes, const dlcv_tensor *truth, int top)
{
    const int n = votes->shape.dim[0], classes = votes->shape.dim[1];
    int i, c, right = 0;
    for (i = 0; i < n; i++) {
        const float *of = dlcv_f32(votes) + (size_t)i * (size_t)classes;
        const int t = dlcv_i32(truth)[i];
        int before = 0;
        for (c = 0; c < classes; c++) before += of[c] > of[t] || (of[c] == of[t] && c < t);
        right += of[t] > 0 && before < top;
    }
    return right;
}

/* Counts votes as scores, so that the class with most is first, and asks how often the true one is among the first `top`; then
 * lists what is confused most. */
static dlcv_status report(const dlcv_dataset *train, const dlcv_dataset *test, const options *o)
{
    dlcv_tensor nearest = { 0 }, scores = { 0 }, confusion = { 0 };
    const int n = test->x.shape.dim[0], k = o->k < train->x.shape.dim[0] ? o->k : train->x.shape.dim[0],
              classes = train->classes;
    dlcv_knn *knn = NULL;
    float precision = 0, ap = 0;
    int i, j, shown;
    dlcv_status s = dlcv_knn_new(NULL, train, NULL, &knn);
    if (!s) s = dlcv_knn_search(knn, &test->x, k, &nearest, NULL);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(n, classes), &scores);
    for (i = 0; i < n && !s; i++) {
        for (j = 0; j < k; j++) { /* a nearer neighbour decides between equal votes */
            const int label = dlcv_i32(&train->y)[dlcv_i32(&nearest)[i * k + j]];
            dlcv_f32(&scores)[(size_t)i * (size_t)classes + (size_t)label] +=
                1.0f + 0.5f / (float)k * (float)(k - j) / (float)(k + 1);
        }
    }
    if (!s) s = dlcv_retrieval(&nearest, &test->y, &train->y, &precision, &ap);
    if (!s) s = dlcv_confusion(NULL, &scores, &test->y, &confusion);
    if (!s) printf("%d of %d right, top %d, k = %d\n", count_right(&scores, &test->y, o->top), n, o->top, k);
    if (!s) printf("  as a search: precision %.4f among the first %d, mAP %.4f\n", (double)precision, k, (double)ap);
    for (shown = 0; shown < 3 && !s; shown++) {
        int32_t *c = dlcv_i32(&confusion);
        int most = -1;
        for (i = 0; i < classes * classes; i++) {
            if (i / classes != i % classes && c[i] > 0 && (most < 0 || c[i] > c[most])) most = i;
        }
        if (most < 0) break;
        printf("  %s taken for %s: %d\n", train->names[most / classes], train->names[most % classes], (int)c[most]);
        c[most] = 0;
    }
    dlcv_knn_free(knn);
    dlcv_tensor_free(&nearest);
    dlcv_tensor_free(&scores);
    dlcv_tensor_free(&confusion);
    return s;
}

static int is_folder(const char *path)
{
    list found;
    int is;
    memset(&found, 0, sizeof found);
    is = list_folder(path, &found);
    list_free(&found);
    return is;
}

static dlcv_status load_test(const options *o, list *classes, dlcv_dataset *test)
{
    char path[PATH];
    dlcv_status s = join(path, o->root, "test", "");
    if (!s && !is_folder(path)) s = join(path, o->root, "val", "");
    if (s) return s;
    if (!is_folder(path))
        return dlcv_fail(DLCV_ERR_IO, "%s has a folder train, but neither test nor val beside it", o->root);
    return load_folder(path, o, classes, 1, test);
}

static dlcv_status classify(const options *o)
{
    char train_path[PATH];
    dlcv_dataset all = { 0 }, train = { 0 }, test = { 0 };
    list classes;
    dlcv_status s = join(train_path, o->root, "train", "");
    memset(&classes, 0, sizeof classes);
    if (s) return s;
    if (is_folder(train_path)) {
        s = load_folder(train_path, o, &classes, 0, &train);
        if (!s) s = load_test(o, &classes, &test);
    } else {
        s = load_folder(o->root, o, &classes, 0, &all);
        if (!s) s = dlcv_data_split(NULL, &all, 5, 0, 1, &train, &test);
    }
    if (!s && o->names) s = read_names(o->names, &classes);
    if (!s)
        printf("%d classes, %d pictures to train on, %d to test\n", train.classes, train.x.shape.dim[0],
               test.x.shape.dim[0]);
    if (!s) s = report(&train, &test, o);
    dlcv_data_free(&all);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    list_free(&classes);
    return s;
}

/* count pictures of 8 x 8 grey pixels to root/part/FOLDER/NUMBER.pgm, a folder for each digit */
static dlcv_status make_part(const char *root, const char *part, const char *folders[10], const unsigned char *x,
                             const int32_t *y, int count)
{
    char path[PATH];
    dlcv_status s = DLCV_OK;
    int i;
    for (i = -1; i < 10 && !s; i++) {
        s = join(path, root, part, i < 0 ? "" : folders[i]);
        if (!s && !make_folder(path)) s = dlcv_fail(DLCV_ERR_IO, "%s: cannot be made", path);
    }
    for (i = 0; i < count && !s; i++) {
        const dlcv_tensor image = dlcv_tensor_view(x + i * 64, DLCV_U8, dlcv_shape2(8, 8));
        if (snprintf(path, sizeof path, "%s/%s/%s/%04d.pgm", root, part, folders[y[i]], i) >= PATH)
            return dlcv_fail(DLCV_ERR_IO, "%s: too long a path", root);
        s = dlcv_image_save(NULL, &image, path);
    }
    return s;
}

/* Lines like ILSVRC's: "n00000003 three, the digit 3" */
static dlcv_status make_names(const char *root, const char *synsets[10])
{
    static const char *const words[10] = { "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" };
    char path[PATH];
    FILE *f;
    int i;
    dlcv_status s = join(path, root, "synset_words.txt", "");
    if (s) return s;
    f = fopen(path, "w");
    for (i = 0; i < 10 && f; i++) fprintf(f, "%s %s, the digit %d\n", synsets[i], words[i], i);
    return f && !fclose(f) ? DLCV_OK : dlcv_fail(DLCV_ERR_IO, "%s: cannot be written", path);
}

static dlcv_status make_digits(const char *root, int ilsvrc)
{
    static const char *digits[10] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };
    static const char *synsets[10] = { "n00000000", "n00000001", "n00000002", "n00000003", "n00000004",
                                       "n00000005", "n00000006", "n00000007", "n00000008", "n00000009" };
    const char **folders = ilsvrc ? synsets : digits;
    dlcv_status s = DLCV_OK;
    if (!make_folder(root)) return dlcv_fail(DLCV_ERR_IO, "%s: cannot be made", root);
    s = make_part(root, "train", folders, dlcv_digits_train_x, dlcv_digits_train_y, DLCV_DIGITS_TRAIN);
    if (!s)
        s = make_part(root, ilsvrc ? "val" : "test", folders, dlcv_digits_test_x, dlcv_digits_test_y, DLCV_DIGITS_TEST);
    if (!s && ilsvrc) s = make_names(root, synsets);
    if (!s) printf("wrote %d pictures to %s\n", DLCV_DIGITS_TRAIN + DLCV_DIGITS_TEST, root);
    return s;
}

static int number(const char *text)
{
    char *end;
    const long value = strtol(text, &end, 10);
    return *text && !*end && value >= 1 && value <= 4096 ? (int)value : 0;
}

/* 0, or what is wrong with the arguments */
static const char *parse(int argc, char **argv, options *o)
{
    static const char *const usage = "usage: folder_knn ROOT [--size N] [--short N] [--k K] [--top N] [--names FILE], or "
                                     "folder_knn --make ROOT [--ilsvrc]";
    int i;
    for (i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        int *target = strcmp(argv[i], "--size") == 0    ? &o->size
                      : strcmp(argv[i], "--short") == 0 ? &o->shorter
                      : strcmp(argv[i], "--k") == 0     ? &o->k
                      : strcmp(argv[i], "--top") == 0   ? &o->top
                                                        : NULL;
        if (target) {
            *target = number(value);
            if (!*target) return "--size, --short, --k and --top want a number of 1 .. 4096";
            i++;
        } else if (strcmp(argv[i], "--make") == 0) {
            o->make = value;
            i++;
        } else if (strcmp(argv[i], "--names") == 0) {
            o->names = value;
            i++;
        } else if (strcmp(argv[i], "--ilsvrc") == 0) {
            o->ilsvrc = 1;
        } else if (argv[i][0] == '-' || o->root) {
            return usage;
        } else {
            o->root = argv[i];
        }
    }
    if (!o->root && !o->make)
        return usage;
    return o->size > o->shorter ? "--size must not be more than --short" : NULL;
}

int main(int argc, char **argv)
{
    options o = { NULL, NULL, NULL, 0, 32, 32, 5, 1 };
    const char *wrong = parse(argc, argv, &o);
    dlcv_status s;
    if (wrong) {
        fprintf(stderr, "%s\n", wrong);
        return 2;
    }
    s = o.make ? make_digits(o.make, o.ilsvrc) : classify(&o);
    if (s) fprintf(stderr, "%s\n", dlcv_error());
    return s != DLCV_OK;
}
