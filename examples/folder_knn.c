/* Classifies folders of pictures by their nearest neighbours. ROOT has one folder a class, with pictures in it:
 *
 *     ROOT/train/cat/one.png  ROOT/train/dog/other.png ..  ROOT/test/cat/third.png ..
 *
 *     cc -O2 -I.. folder_knn.c -o folder_knn -lm
 *     ./folder_knn ROOT [--size N] [--short N] [--k K] [--top N] [--names FILE] [--truth FILE] [--npy FOLDER]
 *
 * Where stb/stb_image.h is installed it reads .png, .jpg, .bmp and more, else .ppm, .pgm and .pnm alone. Every picture is brought to
 * RGB, its shorter side to --short pixels, and the middle --size x --size pixels are compared (both 32 unless said otherwise;
 * ImageNet's recipe is --short 256 --size 224). A ROOT without train and test is dealt: every fifth picture of a class is for
 * testing. The pixels of all pictures are held in memory, 3 --size^2 bytes each: at 32 x 32 ILSVRC's 1.3 million take 4 GB, at
 * 224 x 224 a part of it is what fits.
 *
 * ILSVRC lies on a disk like that: train/n01440764/n01440764_10026.JPEG; val is taken where there is no test, sorted into such
 * folders, or as it comes, all in one folder, with --truth FILE. Each line of that is a picture and its class (a synset, or its
 * place in --names from 0 on: "ILSVRC2012_val_00000001.JPEG 65"), or just the place from 1 on, for the pictures in the order of
 * their names (the development kit's ILSVRC2012_validation_ground_truth.txt). --names FILE has the classes, a line each:
 * "n01440764 tench, Tinca tinca", as synset_words.txt; these are then all there are, 1000, whatever folders train has. --top 5 counts a
 * picture as right if its class is among the five with most votes, and has one. --npy writes what was read, train_x.npy u8 [n, N, N,
 * 3] and train_y.npy i32 [n], test_x.npy and test_y.npy, for other programs.
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
#include <math.h>
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
    const char *root, *make, *names, *truth, *npy;
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

/* By name, what follows the last dot left out: "a.png" is "a". */
static int by_stem(const void *a, const void *b)
{
    const char *x = *(char *const *)a, *y = *(char *const *)b, *dx = strrchr(x, '.'), *dy = strrchr(y, '.');
    const size_t nx = dx ? (size_t)(dx - x) : strlen(x), ny = dy ? (size_t)(dy - y) : strlen(y);
    const int order = memcmp(x, y, nx < ny ? nx : ny);
    return order ? order : nx < ny ? -1 : nx > ny;
}

/* Where text is in a list, -1 if nowhere. */
static int list_find(const list *l, const char *text)
{
    int i;
    for (i = 0; i < l->count; i++)
        if (!strcmp(l->text[i], text)) return i;
    return -1;
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

static dlcv_status no_memory(void)
{
    return dlcv_fail(DLCV_ERR_MEMORY, "folder_knn: out of memory");
}

/* An axis of `in` pixels that becomes one of `out`, of which `size` in the middle stay. */
typedef struct axis {
    int in, out, offset;
    double step, reach; /* in pixels of `in`: between two of `out`, and how far one of them looks */
} axis;

static axis axis_of(int in, int out, int size)
{
    axis a;
    a.in = in;
    a.out = out;
    a.offset = (out - size) / 2;
    a.step = (double)in / out;
    a.reach = a.step > 1 ? a.step : 1; /* when enlarged: linear interpolation */
    return a;
}

/* The share of pixel `from` in pixel `to`: highest where their middles meet, 0 `reach` beside. */
static double share(const axis *a, int to, int from)
{
    const double away = fabs((to + a->offset + 0.5) * a->step - (from + 0.5)) / a->reach;
    return away < 1 ? 1 - away : 0;
}

/* The pixels first .. last (not itself) that have a share in pixel `to`; the sum of the shares. */
static double reached(const axis *a, int to, int *first, int *last)
{
    const double middle = (to + a->offset + 0.5) * a->step;
    double sum = 0;
    int i;
    *first = middle > a->reach ? (int)(middle - a->reach) : 0;
    *last = middle + a->reach < a->in ? (int)(middle + a->reach) + 1 : a->in;
    for (i = *first; i < *last; i++) sum += share(a, to, i);
    return sum;
}

/* [h, w, 3] -> the middle size x size pixels after the shorter side has become `shorter`, by a triangle filter as wide as the step (what
 * most ImageNet recipes call bilinear with antialiasing). `row` is scratch. */
static dlcv_status shrink(const dlcv_tensor *image, int shorter, int size, dlcv_tensor *row, uint8_t *out)
{
    const int h = image->shape.dim[0], w = image->shape.dim[1], least = h < w ? h : w;
    const axis down = axis_of(h, (int)((double)h * shorter / least), size), right = axis_of(w, (int)((double)w * shorter / least), size);
    const dlcv_status s = dlcv_tensor_new(NULL, DLCV_F32, dlcv_shape2(w, 3), row);
    float *of = dlcv_f32(row);
    int y, x, c, i, j, first, last;
    for (y = 0; y < size && !s; y++) {
        double all = reached(&down, y, &first, &last);
        memset(of, 0, sizeof(float) * (size_t)w * 3);
        for (i = first; i < last; i++) {
            const uint8_t *p = dlcv_u8(image) + (size_t)i * (size_t)w * 3;
            const float part = (float)(share(&down, y, i) / all);
            for (j = 0; j < 3 * w; j++) of[j] += part * (float)p[j];
        }
        for (x = 0; x < size; x++, out += 3) {
            double sum[3] = { 0, 0, 0 };
            all = reached(&right, x, &first, &last);
            for (j = first; j < last; j++)
                for (c = 0; c < 3; c++) sum[c] += share(&right, x, j) * (double)of[3 * j + c];
            for (c = 0; c < 3; c++) out[c] = (uint8_t)(sum[c] / all + 0.5);
        }
    }
    return s;
}

/* All classes: the names of their folders, and what people call them. */
typedef struct class_list {
    list ids, names;
    int known; /* no others are added */
} class_list;

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

/* The pictures of all folders below root. A folder that has some is a class: it is added, or must be there. */
static dlcv_status find_pictures(const char *root, class_list *all, pictures *out)
{
    list folders;
    dlcv_status s = DLCV_OK;
    int c;
    memset(&folders, 0, sizeof folders);
    if (!list_folder(root, &folders)) return dlcv_fail(DLCV_ERR_IO, "%s: no such folder", root);
    for (c = 0; c < folders.count && !s; c++) {
        const int before = out->paths.count, at = list_find(&all->ids, folders.text[c]), label = at < 0 ? all->ids.count : at;
        s = find_in_class(root, folders.text[c], label, out);
        if (s || out->paths.count == before || at >= 0) continue;
        if (all->known)
            s = dlcv_fail(DLCV_ERR_FORMAT, "%s/%s: there is no such class", root, folders.text[c]);
        else if (label == CLASSES)
            s = dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: more than %d classes", root, CLASSES);
        else
            list_add(&all->ids, folders.text[c]);
    }
    if (folders.failed || all->ids.failed) s = no_memory();
    list_free(&folders);
    if (!s && !out->paths.count)
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: no folders with pictures that can be read here (for a val that is one folder: --truth)", root);
    return s;
}

/* The data set that these pictures are. */
static dlcv_status load_pictures(const pictures *found, const options *o, const class_list *all, dlcv_dataset *out)
{
    const size_t numbers = (size_t)o->size * (size_t)o->size * 3;
    dlcv_tensor image = { 0 }, row = { 0 };
    int i;
    dlcv_status s = dlcv_tensor_new(NULL, DLCV_U8, dlcv_shape4(found->paths.count, o->size, o->size, 3), &out->x);
    if (!s) s = dlcv_tensor_new(NULL, DLCV_I32, dlcv_shape1(found->paths.count), &out->y);
    for (i = 0; i < found->paths.count && !s; i++) {
        s = dlcv_image_load(NULL, found->paths.text[i], 3, &image);
        if (!s) s = shrink(&image, o->shorter, o->size, &row, dlcv_u8(&out->x) + (size_t)i * numbers);
        if (!s) dlcv_i32(&out->y)[i] = found->labels[i];
    }
    out->classes = all->ids.count;
    dlcv_tensor_free(&image);
    dlcv_tensor_free(&row);
    return s;
}

/* The data set of a folder of folders. */
static dlcv_status load_folder(const char *root, const options *o, class_list *all, dlcv_dataset *out)
{
    pictures found;
    dlcv_status s;
    memset(&found, 0, sizeof found);
    s = find_pictures(root, all, &found);
    if (!s) s = load_pictures(&found, o, all, out);
    list_free(&found.paths);
    free(found.labels);
    return s;
}

/* "n01440764 tench, Tinca tinca": the folder of a class and its name, a line each. */
static dlcv_status read_names(const char *path, class_list *all)
{
    char line[PATH];
    FILE *f = fopen(path, "r");
    if (!f) return dlcv_fail(DLCV_ERR_IO, "%s: cannot be opened", path);
    while (fgets(line, sizeof line, f)) {
        char *name = line + strcspn(line, " \t\r\n");
        const int more = *name == ' ' || *name == '\t';
        *name = 0;
        if (!*line) continue;
        name += more;
        name[strcspn(name, "\r\n")] = 0;
        list_add(&all->ids, line);
        list_add(&all->names, *name ? name : line);
    }
    fclose(f);
    if (all->ids.failed || all->names.failed) return no_memory();
    if (!all->ids.count || all->ids.count > CLASSES)
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %d classes, must be 1 .. %d", path, all->ids.count, CLASSES);
    all->known = 1;
    return DLCV_OK;
}

/* "65" is the class at that place, counted from `first`; "n01440764" the one of that name; -1: there is none. */
static int class_of(const class_list *all, const char *text, int first)
{
    char *end;
    const long place = strtol(text, &end, 10);
    if (!*text || *end) return list_find(&all->ids, text);
    return place >= first && place - first < all->ids.count ? (int)(place - first) : -1;
}

/* Labels for the pictures `names`, in the order of their stems, from the lines of a file: "picture class", with or without what follows the
 * last dot, or just the place of the class from 1 on, in the order of the pictures. Lines of other pictures are left out. */
static dlcv_status read_truth(const char *path, const class_list *all, const list *names, int *labels)
{
    char line[PATH];
    int number = 0, i;
    FILE *f = fopen(path, "r");
    dlcv_status s = f ? DLCV_OK : dlcv_fail(DLCV_ERR_IO, "%s: cannot be opened", path);
    for (i = 0; i < names->count; i++) labels[i] = -1;
    while (!s && fgets(line, sizeof line, f)) {
        const char *word = strtok(line, " \t,\r\n"), *of = word ? strtok(NULL, " \t,\r\n") : NULL;
        char **found = NULL;
        number++;
        if (of)
            found = (char **)bsearch(&word, names->text, (size_t)names->count, sizeof *names->text, by_stem);
        else if (word && number <= names->count)
            found = names->text + number - 1;
        if (!found) continue;
        i = class_of(all, of ? of : word, of ? 0 : 1);
        if (i < 0) s = dlcv_fail(DLCV_ERR_FORMAT, "%s: line %d: there is no class %s", path, number, of ? of : word);
        labels[found - names->text] = i;
    }
    for (i = 0; i < names->count && !s; i++)
        if (labels[i] < 0) s = dlcv_fail(DLCV_ERR_FORMAT, "%s: says nothing of %s", path, names->text[i]);
    if (f) fclose(f);
    return s;
}

/* The data set of a folder of pictures of all classes, which o->truth tells. */
static dlcv_status load_flat(const char *root, const options *o, const class_list *all, dlcv_dataset *out)
{
    char path[PATH];
    list names, kept;
    pictures found;
    int i;
    dlcv_status s = DLCV_OK;
    memset(&names, 0, sizeof names);
    memset(&kept, 0, sizeof kept);
    memset(&found, 0, sizeof found);
    list_folder(root, &names);
    for (i = 0; i < names.count; i++)
        if (is_picture(names.text[i])) list_add(&kept, names.text[i]);
    if (!kept.count) s = dlcv_fail(DLCV_ERR_FORMAT, "%s: no pictures that can be read here", root);
    if (!s) qsort(kept.text, (size_t)kept.count, sizeof *kept.text, by_stem);
    found.labels = (int *)malloc(sizeof(int) * (size_t)(kept.count + 1));
    if (!found.labels || kept.failed) s = no_memory();
    if (!s) s = read_truth(o->truth, all, &kept, found.labels);
    for (i = 0; i < kept.count && !s; i++) {
        s = join(path, root, kept.text[i], "");
        list_add(&found.paths, path);
    }
    if (names.failed || found.paths.failed) s = no_memory();
    if (!s) s = load_pictures(&found, o, all, out);
    list_free(&names);
    list_free(&kept);
    list_free(&found.paths);
    free(found.labels);
    return s;
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

/* The five classes with most votes for the first picture. */
static void print_first(const dlcv_tensor *scores, const dlcv_dataset *test)
{
    const float *of = dlcv_f32(scores);
    float last = 2;
    int rank, c;
    printf("  the first to test, %s:", test->names[dlcv_i32(&test->y)[0]]);
    for (rank = 0; rank < 5; rank++) {
        int best = -1;
        for (c = 0; c < test->classes; c++) /* scores above 0 are all different */
            if (of[c] > 0 && of[c] < last && (best < 0 || of[c] > of[best])) best = c;
        if (best < 0) break;
        printf("%s %.0f %% %s", rank ? ";" : "", 100 * (double)of[best], test->names[best]);
        last = of[best];
    }
    printf("\n");
}

/* Asks how often the true class is among the first o->top; then lists what is confused most. */
static dlcv_status report(const dlcv_dataset *train, const dlcv_dataset *test, const options *o)
{
    dlcv_tensor nearest = { 0 }, distances = { 0 }, scores = { 0 }, confusion = { 0 };
    const int n = test->x.shape.dim[0], k = o->k < train->x.shape.dim[0] ? o->k : train->x.shape.dim[0],
              classes = train->classes;
    dlcv_knn *knn = NULL;
    float precision = 0, ap = 0;
    int i, shown;
    dlcv_status s = dlcv_knn_new(NULL, train, NULL, &knn);
    if (!s) s = dlcv_knn_search(knn, &test->x, k, &nearest, &distances);
    if (!s) s = dlcv_knn_scores(knn, &nearest, &distances, k, &scores);
    if (!s) s = dlcv_retrieval(&nearest, &test->y, &train->y, &precision, &ap);
    if (!s) s = dlcv_confusion(NULL, &scores, &test->y, &confusion);
    if (!s) printf("%d of %d right, top %d, k = %d\n", count_right(&scores, &test->y, o->top), n, o->top, k);
    if (!s) print_first(&scores, test);
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
    dlcv_tensor_free(&distances);
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

static dlcv_status load_test(const options *o, class_list *all, dlcv_dataset *test)
{
    char path[PATH];
    dlcv_status s = join(path, o->root, "test", "");
    if (!s && !is_folder(path)) s = join(path, o->root, "val", "");
    if (s) return s;
    if (!is_folder(path))
        return dlcv_fail(DLCV_ERR_IO, "%s has a folder train, but neither test nor val beside it", o->root);
    return o->truth ? load_flat(path, o, all, test) : load_folder(path, o, all, test);
}

static dlcv_status write_npy(const char *folder, const dlcv_dataset *train, const dlcv_dataset *test)
{
    static const char *const names[4] = { "train_x.npy", "train_y.npy", "test_x.npy", "test_y.npy" };
    const dlcv_tensor *tensors[4];
    char path[PATH];
    dlcv_status s = DLCV_OK;
    int i;
    tensors[0] = &train->x;
    tensors[1] = &train->y;
    tensors[2] = &test->x;
    tensors[3] = &test->y;
    for (i = 0; i < 4 && !s; i++) {
        s = join(path, folder, names[i], "");
        if (!s) s = dlcv_tensor_save(NULL, tensors[i], path);
    }
    return s;
}

static dlcv_status classify(const options *o)
{
    char train_path[PATH];
    dlcv_dataset whole = { 0 }, train = { 0 }, test = { 0 };
    class_list all;
    dlcv_status s = join(train_path, o->root, "train", "");
    memset(&all, 0, sizeof all);
    if (!s && o->names) s = read_names(o->names, &all);
    if (!s && is_folder(train_path)) {
        s = load_folder(train_path, o, &all, &train);
        all.known = 1;
        if (!s) s = load_test(o, &all, &test);
    } else if (!s) {
        s = load_folder(o->root, o, &all, &whole);
        if (!s) s = dlcv_data_split(NULL, &whole, 5, 0, 1, &train, &test);
    }
    train.names = test.names = (const char *const *)(o->names ? all.names.text : all.ids.text);
    if (!s)
        printf("%d classes, %d pictures to train on, %d to test\n", train.classes, train.x.shape.dim[0],
               test.x.shape.dim[0]);
    if (!s && o->npy) s = write_npy(o->npy, &train, &test);
    if (!s) s = report(&train, &test, o);
    dlcv_data_free(&whole);
    dlcv_data_free(&train);
    dlcv_data_free(&test);
    list_free(&all.ids);
    list_free(&all.names);
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
    static const char *const usage = "usage: folder_knn ROOT [--size N] [--short N] [--k K] [--top N] [--names FILE] [--truth FILE] [--npy FOLDER], or "
                                     "folder_knn --make ROOT [--ilsvrc]";
    int i;
    for (i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        const char **text = strcmp(argv[i], "--make") == 0    ? &o->make
                            : strcmp(argv[i], "--names") == 0 ? &o->names
                            : strcmp(argv[i], "--truth") == 0 ? &o->truth
                            : strcmp(argv[i], "--npy") == 0   ? &o->npy
                                                              : NULL;
        int *target = strcmp(argv[i], "--size") == 0    ? &o->size
                      : strcmp(argv[i], "--short") == 0 ? &o->shorter
                      : strcmp(argv[i], "--k") == 0     ? &o->k
                      : strcmp(argv[i], "--top") == 0   ? &o->top
                                                        : NULL;
        if (target) {
            *target = number(value);
            if (!*target) return "--size, --short, --k and --top want a number of 1 .. 4096";
            i++;
        } else if (text) {
            if (!*value) return usage;
            *text = value;
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
    options o = { NULL, NULL, NULL, NULL, NULL, 0, 32, 32, 5, 1 };
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
