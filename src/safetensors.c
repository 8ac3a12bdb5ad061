/* ---- safetensors: tensors by name in one file ---------------------------------------------------------------------------------------------------
 * 8 bytes, low byte first: the length of the header; the header, JSON, {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...,
 * "__metadata__": {"key": "value", ...}}, spaces behind it; then the elements, little-endian, the tensors without gaps, offsets counted from here. */
typedef struct dlcv__entry {
    const unsigned char *name;          /* without escapes; [name_bytes] */
    size_t name_bytes, begin, end;
    int dtype;                          /* index into dlcv__safe_dtypes */
    dlcv_shape shape;
} dlcv__entry;

typedef struct dlcv__safe {
    dlcv_env env;
    const char *path;                   /* for sentences */
    void *file;                         /* NULL: the bytes are the caller's */
    size_t file_bytes, header_bytes, data_bytes;
    unsigned char *header;              /* a copy, where names lose their escapes */
    unsigned char *at, *end;            /* what is not read yet of it */
    const unsigned char *data;
    dlcv__entry *entry;
    int *order;                         /* entries by name */
    int entries, room;                  /* room: for so many; 0: they are only counted */
} dlcv__safe;

/* dtype -1: no tensor of ours */
static const struct {
    char name[8];
    int bytes, dtype;
} dlcv__safe_dtypes[] = { { "F32", 4, DLCV_F32 }, { "U8", 1, DLCV_U8 }, { "I8", 1, DLCV_I8 }, { "I32", 4, DLCV_I32 }, { "I64", 8, DLCV_I64 },
                          { "BOOL", 1, DLCV_BOOL }, { "F64", 8, -1 }, { "F16", 2, -1 }, { "BF16", 2, -1 }, { "U16", 2, -1 }, { "I16", 2, -1 },
                          { "U32", 4, -1 }, { "U64", 8, -1 }, { "F8_E4M3", 1, -1 }, { "F8_E5M2", 1, -1 } };
enum { DLCV__SAFE_F32 = 0, DLCV__SAFE_F64 = 6, DLCV__SAFE_F16, DLCV__SAFE_BF16, DLCV__SAFE_DTYPES = 15 };

DLCV__FN const char *dlcv__safe_name(dlcv_dtype dtype)
{
    int i;
    for (i = 0; dlcv__safe_dtypes[i].dtype != (int)dtype;) i++;
    return dlcv__safe_dtypes[i].name;
}

/* ---- the header, a part of JSON */

DLCV__FN dlcv_status dlcv__json_wants(const dlcv__safe *f, const char *what)
{
    char text[28];
    if (f->at == f->end) return dlcv_fail(DLCV_ERR_FORMAT, "%s: the header ends where %s should be", f->path, what);
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: byte %zu of the header: \"%s\" where %s should be", f->path, (size_t)(f->at - f->header),
                     dlcv__quote(f->at, (size_t)(f->end - f->at), text), what);
}

/* White space, then this character: 1 and past it, or 0 and before it. */
DLCV__FN int dlcv__json_takes(dlcv__safe *f, char c)
{
    while (f->at < f->end && (*f->at == ' ' || *f->at == '\n' || *f->at == '\r' || *f->at == '\t')) f->at++;
    if (f->at == f->end || (char)*f->at != c) return 0;
    f->at++;
    return 1;
}

/* Four hexadecimal digits at p, or -1. */
DLCV__FN long dlcv__json_hex(const dlcv__safe *f, const unsigned char *p)
{
    long value = 0;
    int i;
    if (f->end - p < 4) return -1;
    for (i = 0; i < 4; i++) {
        const int c = p[i], letter = c | 32;
        if (c >= '0' && c <= '9') value = 16 * value + (c - '0');
        else if (letter >= 'a' && letter <= 'f') value = 16 * value + (letter - 'a' + 10);
        else return -1;
    }
    return value;
}

/* What stands behind a backslash: past it, and the character as UTF-8 to out. 0 bytes: nonsense. */
DLCV__FN size_t dlcv__json_escape(dlcv__safe *f, unsigned char out[4])
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    long c, low;
    int i;
    if (f->at == f->end) return 0;
    for (i = 0; from[i]; i++) {
        if ((char)*f->at != from[i]) continue;
        f->at++;
        out[0] = (unsigned char)to[i];
        return 1;
    }
    c = *f->at == 'u' ? dlcv__json_hex(f, f->at + 1) : -1;
    if (c < 0 || (c >= 0xdc00 && c < 0xe000)) return 0;
    f->at += 5;
    if (c >= 0xd800 && c < 0xdc00) {    /* the upper half of a pair */
        if (f->end - f->at < 6 || f->at[0] != '\\' || f->at[1] != 'u') return 0;
        low = dlcv__json_hex(f, f->at + 2);
        if (low < 0xdc00 || low >= 0xe000) return 0;
        c = 0x10000 + (c - 0xd800) * 1024 + (low - 0xdc00);
        f->at += 6;
    }
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    i = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (low = i - 1; low > 0; low--, c >>= 6) out[low] = (unsigned char)(0x80 | (c & 63));
    out[0] = (unsigned char)((i == 2 ? 0xc0 : i == 3 ? 0xe0 : 0xf0) | c);
    return (size_t)i;
}

/* A string. While entries are stored (room) its escapes go away where it stands; *bytes then is its length. */
DLCV__FN dlcv_status dlcv__json_string(dlcv__safe *f, const char *what, const unsigned char **text, size_t *bytes)
{
    unsigned char *to, utf8[4];
    size_t n;
    if (!dlcv__json_takes(f, '"')) return dlcv__json_wants(f, what);
    *text = to = f->at;
    while (f->at < f->end && *f->at != '"') {
        if (*f->at < ' ') return dlcv__json_wants(f, "a printable character");
        if (*f->at != '\\') {
            if (f->room) *to = *f->at;
            to++;
            f->at++;
            continue;
        }
        f->at++;
        n = dlcv__json_escape(f, utf8);
        if (!n) return dlcv__json_wants(f, "an escape of JSON");
        if (f->room) memcpy(to, utf8, n);
        to += n;
    }
    if (f->at == f->end) return dlcv__json_wants(f, "'\"'");
    f->at++;
    *bytes = (size_t)(to - *text);
    return DLCV_OK;
}

/* A whole number from 0 to most. */
DLCV__FN dlcv_status dlcv__json_number(dlcv__safe *f, size_t most, size_t *out)
{
    const unsigned char *begin;
    char quoted[28];
    int fits = 1;
    (void)dlcv__json_takes(f, '\0');
    for (begin = f->at, *out = 0; f->at < f->end && *f->at >= '0' && *f->at <= '9'; f->at++) {
        const size_t digit = (size_t)(*f->at - '0');
        if (f->at > begin && *begin == '0') break;
        if (*out > (most - digit) / 10) fits = 0;
        if (fits) *out = *out * 10 + digit;
    }
    if (f->at == begin) return dlcv__json_wants(f, "a whole number");
    if (fits) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: %s in the header, %zu is the most", f->path, dlcv__quote(begin, (size_t)(f->at - begin), quoted), most);
}

/* ---- entries */

/* [2, 3] */
DLCV__FN dlcv_status dlcv__safe_numbers(dlcv__safe *f, size_t most, int room, size_t *out, int *count)
{
    dlcv_status s = DLCV_OK;
    size_t value = 0;
    *count = 0;
    if (!dlcv__json_takes(f, '[')) return dlcv__json_wants(f, "'['");
    if (dlcv__json_takes(f, ']')) return DLCV_OK;
    do {
        s = dlcv__json_number(f, most, &value);
        if (!s && *count == room) s = dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: more than %d numbers in brackets", f->path, room);
        if (!s) out[(*count)++] = value;
    } while (!s && dlcv__json_takes(f, ','));
    if (s) return s;
    return dlcv__json_takes(f, ']') ? DLCV_OK : dlcv__json_wants(f, "',' or ']'");
}

/* What stands behind one of an entry's three keys. */
DLCV__FN dlcv_status dlcv__safe_field(dlcv__safe *f, int key, dlcv__entry *e)
{
    const unsigned char *text = NULL;
    size_t value[DLCV_MAX_DIMS], bytes = 0;
    char quoted[28];
    dlcv_status s;
    int i, count;
    if (key == 0) {
        s = dlcv__json_string(f, "a dtype such as \"F32\"", &text, &bytes);
        for (i = 0; i < DLCV__SAFE_DTYPES && !s; i++) {
            if (strlen(dlcv__safe_dtypes[i].name) != bytes || memcmp(dlcv__safe_dtypes[i].name, text, bytes)) continue;
            e->dtype = i;
            return DLCV_OK;
        }
        return s ? s : dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: there is no dtype \"%s\"", f->path, dlcv__quote(text, bytes, quoted));
    }
    s = dlcv__safe_numbers(f, key == 1 ? (size_t)INT_MAX : (size_t)-1, key == 1 ? DLCV_MAX_DIMS : 2, value, &count);
    if (s) return s;
    if (key == 1) {
        e->shape.ndim = count;
        for (i = 0; i < count; i++) e->shape.dim[i] = (int)value[i];
        return DLCV_OK;
    }
    if (count != 2) return dlcv_fail(DLCV_ERR_FORMAT, "%s: data_offsets of %d numbers, there are two", f->path, count);
    e->begin = value[0];
    e->end = value[1];
    return DLCV_OK;
}

/* Do dtype, shape and offsets agree? */
DLCV__FN dlcv_status dlcv__safe_check(const dlcv__safe *f, const dlcv__entry *e)
{
    char name[28], shape[112];
    size_t count, bytes;
    dlcv__quote(e->name, e->name_bytes, name);
    dlcv__shape_text(e->shape, shape, sizeof shape);
    if (!dlcv__shape_count(e->shape, &count) || !dlcv__mul(count, (size_t)dlcv__safe_dtypes[e->dtype].bytes, &bytes)) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s\" is %s %s, more bytes than a size_t can count", f->path, name, dlcv__safe_dtypes[e->dtype].name, shape);
    }
    if (e->begin > e->end || e->end > f->data_bytes) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s\" is bytes %zu to %zu of %zu behind the header%s", f->path, name, e->begin, e->end, f->data_bytes,
                         e->begin > e->end ? "" : ": the file is cut short?");
    }
    if (e->end - e->begin == bytes) return DLCV_OK;
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s\" is %s %s, %zu bytes, but %zu to %zu are %zu", f->path, name, dlcv__safe_dtypes[e->dtype].name, shape, bytes,
                     e->begin, e->end, e->end - e->begin);
}

/* {"dtype": ..., "shape": ..., "data_offsets": ...} in any order, or the file's metadata: {"key": "value", ...} */
DLCV__FN dlcv_status dlcv__safe_object(dlcv__safe *f, int metadata, dlcv__entry *e)
{
    static const char *const keys[3] = { "dtype", "shape", "data_offsets" };
    const unsigned char *text = NULL;
    size_t bytes = 0;
    char quoted[28];
    int k, seen = 0;
    dlcv_status s = DLCV_OK;
    if (!dlcv__json_takes(f, '{')) return dlcv__json_wants(f, "'{'");
    if (!dlcv__json_takes(f, '}')) {
        do {
            s = dlcv__json_string(f, "a key", &text, &bytes);
            for (k = 0; !s && k < 3 && (bytes != strlen(keys[k]) || memcmp(text, keys[k], bytes)); k++) {}
            if (!s && !metadata && (k == 3 || (seen & 1 << k))) {
                return dlcv_fail(DLCV_ERR_FORMAT, "%s: the header says \"%s\" %s", f->path, dlcv__quote(text, bytes, quoted),
                                 k == 3 ? "of a tensor, it has dtype, shape and data_offsets" : "twice of one tensor");
            }
            if (!s && !dlcv__json_takes(f, ':')) return dlcv__json_wants(f, "':'");
            seen |= 1 << k;
            if (!s) s = metadata ? dlcv__json_string(f, "a text", &text, &bytes) : dlcv__safe_field(f, k, e);
        } while (!s && dlcv__json_takes(f, ','));
        if (s) return s;
        if (!dlcv__json_takes(f, '}')) return dlcv__json_wants(f, "',' or '}'");
    }
    if (metadata) return DLCV_OK;
    if (seen == 7) return dlcv__safe_check(f, e);
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s\" has no %s", f->path, dlcv__quote(e->name, e->name_bytes, quoted), keys[!(seen & 1) ? 0 : !(seen & 2) ? 1 : 2]);
}

/* All of the header: counts entries, or with room stores them. */
DLCV__FN dlcv_status dlcv__safe_entries(dlcv__safe *f)
{
    int metadata = 0;
    dlcv_status s = DLCV_OK;
    f->at = f->header;
    f->entries = 0;
    if (!dlcv__json_takes(f, '{')) return dlcv__json_wants(f, "'{'");
    if (!dlcv__json_takes(f, '}')) {
        do {
            dlcv__entry e;
            memset(&e, 0, sizeof e);
            s = dlcv__json_string(f, "a name", &e.name, &e.name_bytes);
            if (!s && !dlcv__json_takes(f, ':')) return dlcv__json_wants(f, "':'");
            if (!s && e.name_bytes == 12 && !memcmp(e.name, "__metadata__", 12)) {
                if (metadata++) return dlcv_fail(DLCV_ERR_FORMAT, "%s: __metadata__ is there twice", f->path);
                s = dlcv__safe_object(f, 1, &e);
            } else if (!s) {
                s = dlcv__safe_object(f, 0, &e);
                if (!s && f->room) f->entry[f->entries] = e;
                if (!s) f->entries++;           /* at most header_bytes / 40, see below */
            }
        } while (!s && dlcv__json_takes(f, ','));
        if (s) return s;
        if (!dlcv__json_takes(f, '}')) return dlcv__json_wants(f, "',' or '}'");
    }
    (void)dlcv__json_takes(f, '\0');
    return f->at == f->end ? DLCV_OK : dlcv__json_wants(f, "nothing more");
}

/* Names in the order of their bytes. */
DLCV__FN int dlcv__safe_compare(const unsigned char *a, size_t a_bytes, const unsigned char *b, size_t b_bytes)
{
    const size_t n = a_bytes < b_bytes ? a_bytes : b_bytes;
    const int c = n ? memcmp(a, b, n) : 0;
    return c ? c : a_bytes < b_bytes ? -1 : a_bytes > b_bytes;
}

DLCV__FN int dlcv__safe_before(const dlcv__safe *f, int a, int b, int by_name)
{
    const dlcv__entry *x = &f->entry[a], *y = &f->entry[b];
    if (by_name) return dlcv__safe_compare(x->name, x->name_bytes, y->name, y->name_bytes) < 0;
    if (x->begin != y->begin) return x->begin < y->begin;
    return x->end != y->end ? x->end < y->end : a < b;
}

/* Heapsort: no input makes it slow. */
DLCV__FN void dlcv__safe_sort(dlcv__safe *f, int by_name)
{
    int n = f->entries, i = n / 2, *o = f->order, at, child, item;
    while (n > 1) {
        if (i > 0) {
            item = o[--i];
        } else {
            item = o[--n];
            o[n] = o[0];
        }
        for (at = i; (child = 2 * at + 1) < n; at = child) {
            if (child + 1 < n && dlcv__safe_before(f, o[child], o[child + 1], by_name)) child++;
            if (!dlcv__safe_before(f, item, o[child], by_name)) break;
            o[at] = o[child];
        }
        o[at] = item;
    }
}

/* The tensors' bytes are all that there are, each once; no name is there twice. */
DLCV__FN dlcv_status dlcv__safe_layout(dlcv__safe *f)
{
    char name[28];
    size_t end = 0;
    int i;
    dlcv__safe_sort(f, 0);
    for (i = 0; i < f->entries; i++) {
        const dlcv__entry *e = &f->entry[f->order[i]];
        if (e->begin != end) {
            return dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s\" begins at byte %zu, the tensors before it end at %zu: %s", f->path,
                             dlcv__quote(e->name, e->name_bytes, name), e->begin, end, e->begin < end ? "they overlap" : "a gap");
        }
        end = e->end;
    }
    if (end != f->data_bytes) return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes after the header, the tensors are %zu", f->path, f->data_bytes, end);
    dlcv__safe_sort(f, 1);
    for (i = 1; i < f->entries; i++) {
        if (dlcv__safe_before(f, f->order[i - 1], f->order[i], 1)) continue;
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s\" is there twice", f->path, dlcv__quote(f->entry[f->order[i]].name, f->entry[f->order[i]].name_bytes, name));
    }
    return DLCV_OK;
}

/* ---- files to read */

DLCV__FN void dlcv__safe_close(dlcv__safe *f)
{
    dlcv__release(&f->env, f->entry, (size_t)f->room * (sizeof *f->entry + sizeof *f->order));
    dlcv__release(&f->env, f->header, f->header_bytes);
    dlcv__release(&f->env, f->file, f->file_bytes);
}

/* All is checked, but what the tensors hold. Memory: the header and twice as much (an entry takes 48 bytes of it or more). */
DLCV__FN dlcv_status dlcv__safe_parse(dlcv__safe *f, const unsigned char *bytes, size_t count)
{
    uint64_t length = 0;
    dlcv_status s;
    int i;
    for (i = 7; i >= 0 && count >= 8; i--) length = length << 8 | bytes[i];
    if (count < 8) return dlcv_fail(DLCV_ERR_FORMAT, "%s: no safetensors file: %zu bytes", f->path, count);
    if (length > count - 8) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: no safetensors file, or cut short: it has %zu bytes, its header would have %llu", f->path, count, (unsigned long long)length);
    }
    f->header = (unsigned char *)dlcv__alloc(&f->env, (size_t)length);
    if (!f->header) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", f->path, dlcv_error());
    f->header_bytes = (size_t)length;
    memcpy(f->header, bytes + 8, f->header_bytes);
    f->end = f->header + f->header_bytes;
    f->data = bytes + 8 + f->header_bytes;
    f->data_bytes = count - 8 - f->header_bytes;
    s = dlcv__safe_entries(f);
    if (s || !f->entries) return s ? s : dlcv__safe_layout(f);
    f->entry = (dlcv__entry *)dlcv__alloc(&f->env, (size_t)f->entries * (sizeof *f->entry + sizeof *f->order));
    if (!f->entry) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", f->path, dlcv_error());
    f->room = f->entries;
    f->order = (int *)(void *)(f->entry + f->room);
    for (i = 0; i < f->room; i++) f->order[i] = i;
    s = dlcv__safe_entries(f);
    return s ? s : dlcv__safe_layout(f);
}

/* path: a file's, or NULL: bytes in memory. After an error there is nothing to close. */
DLCV__FN dlcv_status dlcv__safe_open(const dlcv_env *env, const char *path, const char *who, const void *bytes, size_t count, dlcv__safe *f)
{
    dlcv_status s = DLCV_OK;
    memset(f, 0, sizeof *f);
    f->env = *env;
    f->path = path ? path : who;
    if (path) s = dlcv__file_read(env, path, &f->file, &f->file_bytes);
    if (s) return s;
    s = dlcv__safe_parse(f, (const unsigned char *)(path ? f->file : bytes), path ? f->file_bytes : count);
    if (s) dlcv__safe_close(f);
    return s;
}

/* The entry of a name in two parts, or NULL. */
DLCV__FN const dlcv__entry *dlcv__safe_find(const dlcv__safe *f, const char *prefix, const char *name)
{
    char whole[2 * DLCV__NAME_BYTES];
    int low = 0, high = f->entries;
    const size_t n = (size_t)dlcv__format(whole, sizeof whole, "%s%s", prefix, name);
    while (low < high) {
        const int middle = low + (high - low) / 2;
        const dlcv__entry *e = &f->entry[f->order[middle]];
        const int c = dlcv__safe_compare((const unsigned char *)whole, n, e->name, e->name_bytes);
        if (c == 0) return e;
        if (c < 0) high = middle;
        else low = middle + 1;
    }
    return NULL;
}

/* `count` elements of `size` bytes between memory and file. */
DLCV__FN void dlcv__safe_copy(void *to, const void *from, size_t count, size_t size)
{
    unsigned char *out = (unsigned char *)to;
    const unsigned char *in = (const unsigned char *)from;
    size_t i, k;
    if (!dlcv__big_endian()) {
        if (count) memcpy(to, from, count * size);
        return;
    }
    for (i = 0; i < count; i++, in += size, out += size) {
        for (k = 0; k < size; k++) out[k] = in[size - 1 - k];
    }
}

/* An IEEE half as a float: exact. */
DLCV__FN float dlcv__half(unsigned h)
{
    const uint32_t sign = (uint32_t)(h >> 15) << 31, e = h >> 10 & 31, fraction = h & 1023;
    if (e == 31) return dlcv__float_of(sign | 0x7f800000u | fraction << 13);
    if (e) return dlcv__float_of(sign | (e + 112) << 23 | fraction << 13);
    return dlcv__float_of(sign | dlcv__bits_of((float)fraction * 5.9604644775390625e-8f));       /* 2^-24 */
}

/* Element i of an entry of F64, F16 or BF16 as a float. */
DLCV__FN float dlcv__safe_float(const dlcv__safe *f, const dlcv__entry *e, size_t i)
{
    const int bytes = dlcv__safe_dtypes[e->dtype].bytes;
    const unsigned char *p = f->data + e->begin + i * (size_t)bytes;
    uint64_t bits = 0;
    int k;
    for (k = bytes - 1; k >= 0; k--) bits = bits << 8 | p[k];
    switch (e->dtype) {
    case DLCV__SAFE_F64: return dlcv__narrow(bits);
    case DLCV__SAFE_F16: return dlcv__half((unsigned)bits);
    default: return dlcv__float_of((uint32_t)bits << 16);      /* BF16 */
    }
}

/* The entry, if it is there, of this shape, and numbers that a float can hold; or a sentence. */
DLCV__FN dlcv_status dlcv__safe_want(const dlcv__safe *f, const char *prefix, const char *name, const dlcv_tensor *t, const dlcv__entry **out)
{
    char have[112], want[112];
    const dlcv__entry *e = *out = dlcv__safe_find(f, prefix, name);
    int ok;
    if (!e) return dlcv_fail(DLCV_ERR_FORMAT, "%s: there is no \"%s%s\"", f->path, prefix, name);
    ok = t->dtype != DLCV_F32 ? dlcv__safe_dtypes[e->dtype].dtype == (int)t->dtype
                              : e->dtype == DLCV__SAFE_F32 || (e->dtype >= DLCV__SAFE_F64 && e->dtype <= DLCV__SAFE_BF16);
    if (ok && dlcv__shape_equal(e->shape, t->shape)) return DLCV_OK;
    dlcv__shape_text(e->shape, have, sizeof have);
    dlcv__shape_text(t->shape, want, sizeof want);
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: \"%s%s\" is %s %s, not %s %s", f->path, prefix, name, dlcv__safe_dtypes[e->dtype].name, have,
                     dlcv__safe_name(t->dtype), want);
}

/* The elements of an entry that passed safe_want for such a tensor. */
DLCV__FN void dlcv__safe_read(const dlcv__safe *f, const dlcv__entry *e, dlcv_tensor *t)
{
    const size_t size = dlcv_dtype_bytes(t->dtype), count = (e->end - e->begin) / (size_t)dlcv__safe_dtypes[e->dtype].bytes;
    size_t i;
    if (dlcv__safe_dtypes[e->dtype].dtype == (int)t->dtype) {
        dlcv__safe_copy(t->data, f->data + e->begin, count, size);
        return;
    }
    for (i = 0; i < count; i++) ((float *)t->data)[i] = dlcv__safe_float(f, e, i);
}

/* ---- files to write: everything is put twice, first to count, then into the block */
typedef struct dlcv__put {
    unsigned char *out;                 /* NULL: count */
    size_t head, data;                  /* of the header, of the elements, so far */
    size_t header;                      /* bytes in front of the elements, known when `out` is there */
    int overflow;
} dlcv__put;

DLCV__FN void dlcv__put_text(dlcv__put *p, const char *text)
{
    const size_t n = strlen(text);
    if (p->out) memcpy(p->out + p->head, text, n);
    if (!dlcv__add(p->head, n, &p->head)) p->overflow = 1;
}

/* One tensor, under a name in two parts. */
DLCV__FN void dlcv__put_tensor(dlcv__put *p, const char *prefix, const char *name, const dlcv_tensor *t)
{
    char text[112];
    const char *s;
    const size_t count = dlcv_tensor_count(t), size = dlcv_dtype_bytes(t->dtype);
    size_t end, n;
    dlcv__put_text(p, p->head > 8 ? ",\"" : "{\"");
    dlcv__put_text(p, prefix);
    for (s = name; *s; s += n) {
        for (n = 0; n < sizeof text - 1 && s[n] && s[n] != '"' && s[n] != '\\' && (unsigned char)s[n] >= ' '; n++) text[n] = s[n];
        text[n] = 0;
        if (!n) dlcv__format(text, sizeof text, (unsigned char)*s < ' ' ? "\\u%04x" : "\\%c", *s);
        n += !n;
        dlcv__put_text(p, text);
    }
    dlcv__put_text(p, "\":{\"dtype\":\"");
    dlcv__put_text(p, dlcv__safe_name(t->dtype));
    dlcv__put_text(p, "\",\"shape\":");
    dlcv__shape_text(t->shape, text, sizeof text);
    dlcv__put_text(p, text);
    if (!dlcv__add(p->data, count * size, &end)) p->overflow = 1;
    dlcv__format(text, sizeof text, ",\"data_offsets\":[%zu,%zu]}", p->data, end);
    dlcv__put_text(p, text);
    if (p->out) dlcv__safe_copy(p->out + p->header + p->data, t->data, count, size);
    p->data = end;
}

/* What comes into the file: puts one tensor after the other. */
typedef void (*dlcv__put_all)(dlcv__put *p, void *context);

/* The bytes of a file, and where out is not NULL the file. Its elements begin at a multiple of 64. */
DLCV__FN dlcv_status dlcv__put_file(const char *who, dlcv__put_all all, void *context, unsigned char *out, size_t *bytes)
{
    dlcv__put p;
    size_t length;
    int i;
    memset(&p, 0, sizeof p);
    p.head = 8;
    all(&p, context);
    dlcv__put_text(&p, p.head > 8 ? "}" : "{}");
    if (!dlcv__add(p.head, 63, &p.header)) p.overflow = 1;
    p.header = p.header / 64 * 64;
    if (p.overflow || !dlcv__add(p.header, p.data, bytes)) return dlcv_fail(DLCV_ERR_MEMORY, "%s: more bytes than a size_t can count", who);
    if (!out) return DLCV_OK;
    length = p.header - 8;
    for (i = 0; i < 8; i++, length >>= 8) out[i] = (unsigned char)(length & 255);
    memset(out + p.head, ' ', p.header - p.head);
    p.out = out;
    p.head = 8;
    p.data = 0;
    all(&p, context);
    dlcv__put_text(&p, p.head > 8 ? "}" : "{}");
    return DLCV_OK;
}

/* The same into a file, all or nothing. */
DLCV__FN dlcv_status dlcv__put_path(const dlcv_env *env, dlcv__put_all all, void *context, const char *path)
{
    unsigned char *block;
    size_t bytes;
    dlcv_status s = dlcv__put_file(path, all, context, NULL, &bytes);
    if (s) return s;
    block = (unsigned char *)dlcv__alloc(env, bytes);
    if (!block) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", path, dlcv_error());
    s = dlcv__put_file(path, all, context, block, &bytes);
    if (!s) s = dlcv__file_write(env, path, block, bytes);
    dlcv__release(env, block, bytes);
    return s;
}

/* ---- the weights of a graph */

/* Parameters, state among them, whose `data` are there. */
DLCV__FN void dlcv__weights_put(dlcv__put *p, void *graph)
{
    dlcv_graph *g = (dlcv_graph *)graph;
    int id;
    for (id = 1; id <= g->nodes; id++) {
        const dlcv__node *n = dlcv__node_at(g, id);
        if (n->kind == DLCV__KIND_PARAMETER) dlcv__put_tensor(p, "", n->name, &n->value);
    }
}

/* All parameters from f, or none. */
DLCV__FN dlcv_status dlcv__weights_read(dlcv_graph *g, const dlcv__safe *f)
{
    dlcv_status s = dlcv__parameters_ready(g, 0);
    const dlcv__entry *e = NULL;
    int id, pass;
    g->written++;
    for (pass = 0; pass < 2; pass++) {
        for (id = 1; id <= g->nodes && !s; id++) {
            dlcv__node *n = dlcv__node_at(g, id);
            if (n->kind != DLCV__KIND_PARAMETER) continue;
            s = dlcv__safe_want(f, "", n->name, &n->value, &e);
            if (!s && pass) dlcv__safe_read(f, e, &n->value);
        }
    }
    if (!s) g->state = DLCV__STATE_NONE;        /* a backward would mix old values and new weights */
    return s;
}

/* The graph, and what else is wanted. */
DLCV__FN dlcv_status dlcv__weights_check(const char *who, const dlcv_graph *g, const char *what, const void *p)
{
    const dlcv_status s = g ? dlcv_graph_status(g) : dlcv_fail(DLCV_ERR_MEMORY, "%s: there is no graph (graph_new found no memory, or nobody called it)", who);
    return s || p ? s : dlcv_fail(DLCV_ERR_ARGUMENT, "%s: %s NULL", who, what);
}

DLCV_API dlcv_status dlcv_weights_save(dlcv_graph *g, const char *path)
{
    dlcv_status s = dlcv__weights_check("weights_save", g, "the path is", path);
    if (!s) s = dlcv__parameters_ready(g, 0);
    return s ? s : dlcv__put_path(&g->env, dlcv__weights_put, g, path);
}

DLCV_API dlcv_status dlcv_weights_save_memory(dlcv_graph *g, void *out, size_t *bytes)
{
    dlcv_status s = dlcv__weights_check("weights_save_memory", g, "bytes is", bytes);
    size_t want;
    if (!s) s = dlcv__parameters_ready(g, 0);
    if (!s) s = dlcv__put_file("weights_save_memory", dlcv__weights_put, g, NULL, &want);
    if (s) return s;
    if (out && *bytes < want) return dlcv_fail(DLCV_ERR_ARGUMENT, "weights_save_memory: %zu bytes, %zu are wanted", *bytes, want);
    *bytes = want;
    return out ? dlcv__put_file("weights_save_memory", dlcv__weights_put, g, (unsigned char *)out, bytes) : DLCV_OK;
}

DLCV__FN dlcv_status dlcv__weights_load(dlcv_graph *g, const char *path, const void *data, size_t bytes)
{
    dlcv__safe f;
    dlcv_status s = dlcv__safe_open(&g->env, path, "weights_load_memory", data, bytes, &f);
    if (s) return s;
    s = dlcv__weights_read(g, &f);
    dlcv__safe_close(&f);
    return s;
}

DLCV_API dlcv_status dlcv_weights_load(dlcv_graph *g, const char *path)
{
    const dlcv_status s = dlcv__weights_check("weights_load", g, "the path is", path);
    return s ? s : dlcv__weights_load(g, path, NULL, 0);
}

DLCV_API dlcv_status dlcv_weights_load_memory(dlcv_graph *g, const void *data, size_t bytes)
{
    const dlcv_status s = dlcv__weights_check("weights_load_memory", g, "data is", data);
    return s ? s : dlcv__weights_load(g, NULL, data, bytes);
}
