/* ---- NPY: numpy's file of one array (NEP 1) -----------------------------------------------------------------------
 * 93 "NUMPY", version, the header's length (16 bits, low byte first; 32 in versions 2.0 and 3.0), the header: a Python
 * dictionary of ASCII text, then the elements. */

#define DLCV__NPY_HEADER 320 /* bytes of a header that we write: 10 + 54 + 8 dimensions of 12 + 21 + padding to 64 */
#define DLCV__NPY_GROWTH 21  /* room that numpy leaves for the first dimension to grow in place */

typedef struct dlcv__npy {
    const char *path;
    const unsigned char *at, *end; /* what is not read yet of the header */
    int seen[3];                   /* descr, fortran_order, shape */
    dlcv_dtype dtype;              /* of the tensor */
    size_t size;                   /* bytes of an element in the file: those of dtype, or 8 for f8 */
    int big, fortran;              /* high byte first; first index fastest */
    dlcv_shape shape;
} dlcv__npy;

DLCV__FN int dlcv__big_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return !first;
}

/* Up to 24 bytes of a file as text that can be printed. */
DLCV__FN const char *dlcv__quote(const unsigned char *from, size_t bytes, char out[28])
{
    size_t i, n = bytes < 24 ? bytes : 24;
    for (i = 0; i < n; i++) out[i] = from[i] >= ' ' && from[i] <= '~' ? (char)from[i] : '?';
    memcpy(out + n, bytes > n ? "..." : "", bytes > n ? 4 : 1);
    return out;
}

DLCV__FN void dlcv__npy_skip(dlcv__npy *n)
{
    while (n->at < n->end && (*n->at == ' ' || (*n->at >= '\t' && *n->at <= '\r'))) n->at++;
}

DLCV__FN dlcv_status dlcv__npy_wants(const dlcv__npy *n, const char *what)
{
    char text[28];
    if (n->at == n->end) return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header ends where %s should be", n->path, what);
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header has \"%s\" where %s should be", n->path,
                     dlcv__quote(n->at, (size_t)(n->end - n->at), text), what);
}

/* White space, then `text`: 1 and past it, or 0 and before it. */
DLCV__FN int dlcv__npy_takes(dlcv__npy *n, const char *text)
{
    const size_t bytes = strlen(text);
    dlcv__npy_skip(n);
    if ((size_t)(n->end - n->at) < bytes || memcmp(n->at, text, bytes)) return 0;
    n->at += bytes;
    return 1;
}

/* A string between two ' or two ". */
DLCV__FN int dlcv__npy_string(dlcv__npy *n, const unsigned char **text, size_t *bytes)
{
    const unsigned char *p;
    dlcv__npy_skip(n);
    if (n->at == n->end || (*n->at != '\'' && *n->at != '"')) return 0;
    for (p = n->at + 1; p < n->end && *p != *n->at;) p++;
    if (p == n->end) return 0;
    *text = n->at + 1;
    *bytes = (size_t)(p - *text);
    n->at = p + 1;
    return 1;
}

/* '<f4': the order of bytes (| where there is but one), the kind, the size. */
DLCV__FN dlcv_status dlcv__npy_descr(dlcv__npy *n)
{
    static const struct {
        char kind, size;
        dlcv_dtype dtype;
    } known[] = { { 'f', '4', DLCV_F32 }, { 'f', '8', DLCV_F32 }, { 'u', '1', DLCV_U8 },  { 'i', '1', DLCV_I8 },
                  { 'i', '4', DLCV_I32 }, { 'i', '8', DLCV_I64 }, { 'b', '1', DLCV_BOOL } };
    static const struct {
        char kind;
        const char *advice;
    } others[] = { { 'O', "Python objects, which are no numbers: make an array of them first, with rows of one length (numpy.array(rows, dtype='f4'))" },
                   { 'U', "texts: for classes save their numbers, numpy.unique(a, return_inverse=True)[1].astype('i4')" },
                   { 'S', "texts: for classes save their numbers, numpy.unique(a, return_inverse=True)[1].astype('i4')" },
                   { 'c', "complex numbers: save a.real and a.imag, as two files" } };
    const unsigned char *text = NULL;
    char quoted[28];
    size_t bytes = 0, i;
    dlcv__npy_skip(n);
    if (n->at < n->end && *n->at == '[') {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: its elements are records of several fields, a tensor's are numbers",
                         n->path);
    }
    if (!dlcv__npy_string(n, &text, &bytes)) return dlcv__npy_wants(n, "a dtype such as '<f4'");
    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (bytes != 3 || (char)text[1] != known[i].kind || (char)text[2] != known[i].size) continue;
        if (text[0] != '<' && text[0] != '>' && (text[0] != '|' || known[i].size != '1')) continue;
        n->dtype = known[i].dtype;
        n->size = (size_t)(known[i].size - '0');
        n->big = text[0] == '>';
        return DLCV_OK;
    }
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (bytes < 2 || (char)text[1] != others[i].kind) continue;
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: its elements are \"%s\", %s", n->path, dlcv__quote(text, bytes, quoted), others[i].advice);
    }
    return dlcv_fail(DLCV_ERR_UNSUPPORTED,
                     "%s: its elements are \"%s\", those of f4, f8, u1, i1, i4, i8 and b1 after < or > are read: in "
                     "numpy save a.astype('<f4'), or another of these",
                     n->path, dlcv__quote(text, bytes, quoted));
}

/* A dimension; Python 2 ended long ones with an L. */
DLCV__FN dlcv_status dlcv__npy_dimension(dlcv__npy *n)
{
    const unsigned char *begin = n->at;
    char quoted[28];
    uint32_t value = 0;
    int fits = 1;
    for (; n->at < n->end && *n->at >= '0' && *n->at <= '9'; n->at++) {
        const uint32_t digit = (uint32_t)(*n->at - '0');
        if (value > ((uint32_t)INT_MAX - digit) / 10) fits = 0;
        if (fits) value = value * 10 + digit;
    }
    if (n->at == begin) return dlcv__npy_wants(n, "a dimension");
    if (!fits) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: dimension %d is %s, must be 0 .. %d", n->path, n->shape.ndim,
                         dlcv__quote(begin, (size_t)(n->at - begin), quoted), INT_MAX);
    }
    if (n->shape.ndim == DLCV_MAX_DIMS) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: more than %d dimensions", n->path, DLCV_MAX_DIMS);
    }
    n->shape.dim[n->shape.ndim++] = (int)value;
    (void)dlcv__npy_takes(n, "L");
    return DLCV_OK;
}

/* (), (3,), (3, 4) */
DLCV__FN dlcv_status dlcv__npy_shape(dlcv__npy *n)
{
    dlcv_status s = DLCV_OK;
    if (!dlcv__npy_takes(n, "(")) return dlcv__npy_wants(n, "a shape in round brackets");
    while (!s && !dlcv__npy_takes(n, ")")) {
        s = dlcv__npy_dimension(n);
        if (!s && !dlcv__npy_takes(n, ",")) {
            if (n->shape.ndim > 1 && dlcv__npy_takes(n, ")")) break;
            return dlcv__npy_wants(n, n->shape.ndim > 1 ? "',' or ')'" : "',' (a shape of one dimension is (3,))");
        }
    }
    return s;
}

/* One entry of the dictionary. */
DLCV__FN dlcv_status dlcv__npy_entry(dlcv__npy *n)
{
    static const char *const keys[3] = { "descr", "fortran_order", "shape" };
    const unsigned char *text = NULL;
    char quoted[28];
    size_t bytes = 0;
    int k;
    if (!dlcv__npy_string(n, &text, &bytes)) return dlcv__npy_wants(n, "a name in quotes");
    for (k = 0; k < 3 && (bytes != strlen(keys[k]) || memcmp(text, keys[k], bytes));) k++;
    if (k == 3) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header says \"%s\", it has descr, fortran_order and shape",
                         n->path, dlcv__quote(text, bytes, quoted));
    }
    if (n->seen[k]++) return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header says %s twice", n->path, keys[k]);
    if (!dlcv__npy_takes(n, ":")) return dlcv__npy_wants(n, "':'");
    if (k == 0) return dlcv__npy_descr(n);
    if (k == 2) return dlcv__npy_shape(n);
    n->fortran = dlcv__npy_takes(n, "True");
    return n->fortran || dlcv__npy_takes(n, "False") ? DLCV_OK : dlcv__npy_wants(n, "True or False");
}

DLCV__FN dlcv_status dlcv__npy_dictionary(dlcv__npy *n)
{
    dlcv_status s = DLCV_OK;
    if (!dlcv__npy_takes(n, "{")) return dlcv__npy_wants(n, "'{'");
    while (!s && !dlcv__npy_takes(n, "}")) {
        s = dlcv__npy_entry(n);
        if (!s && !dlcv__npy_takes(n, ",")) {
            if (dlcv__npy_takes(n, "}")) break;
            return dlcv__npy_wants(n, "',' or '}'");
        }
    }
    if (s) return s;
    dlcv__npy_skip(n);
    if (n->at < n->end) return dlcv__npy_wants(n, "its end");
    if (!n->seen[0] || !n->seen[1] || !n->seen[2]) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header does not say %s", n->path,
                         !n->seen[0]   ? "descr"
                         : !n->seen[1] ? "fortran_order"
                                       : "shape");
    }
    return DLCV_OK;
}

/* What a file of 6 bytes and more is that does not begin like an NPY file. */
DLCV__FN dlcv_status dlcv__npy_other(const char *path, const unsigned char *file)
{
    const int mark = !memcmp(file, "\xef\xbb\xbf", 3) ? 3 : 0;       /* before a text in UTF-8 */
    int i;
    if (!memcmp(file, "PK\3\4", 4)) return dlcv_fail(DLCV_ERR_FORMAT, "%s: an archive (.npz) of several arrays: save each with numpy.save", path);
    for (i = mark; i < 6 && (file[i] >= ' ' || file[i] == '\n' || file[i] == '\r' || file[i] == '\t') && file[i] < 127;) i++;
    if (i == 6 && (file[0] != 'P' || file[1] < '1' || file[1] > '7')) {        /* pictures begin with P5 */
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: a text file: numpy.save(\"a.npy\", numpy.loadtxt(file, delimiter=\",\")) makes an NPY file of a table with commas", path);
    }
    return dlcv_fail(DLCV_ERR_FORMAT, "%s: begins with %x %x %x %x %x %x, an NPY file with 93 4e 55 4d 50 59", path, file[0], file[1], file[2], file[3],
                     file[4], file[5]);
}

/* Everything up to the elements, which are then between *data and the end of the file. */
DLCV__FN dlcv_status dlcv__npy_header(dlcv__npy *n, const unsigned char *file, size_t bytes, const unsigned char **data)
{
    static const unsigned char magic[6] = { 0x93, 'N', 'U', 'M', 'P', 'Y' };
    const size_t start = bytes > 6 && file[6] > 1 ? 12 : 10;
    uint32_t length;
    if (bytes >= sizeof magic && memcmp(file, magic, sizeof magic)) return dlcv__npy_other(n->path, file);
    if (bytes < start) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes, an NPY file has %zu before its header", n->path, bytes,
                         start);
    }
    if (file[6] < 1 || file[6] > 3 || file[7]) {
        return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: NPY version %d.%d, 1.0, 2.0 and 3.0 are read", n->path, file[6],
                         file[7]);
    }
    length = (uint32_t)file[8] | (uint32_t)file[9] << 8;
    if (start == 12) length |= (uint32_t)file[10] << 16 | (uint32_t)file[11] << 24;
    if (length > bytes - start) {
        return dlcv_fail(DLCV_ERR_FORMAT, "%s: the NPY header has %lu bytes, %zu are there", n->path,
                         (unsigned long)length, bytes - start);
    }
    n->at = file + start;
    n->end = *data = n->at + length;
    return dlcv__npy_dictionary(n);
}

/* The float nearest the double that has these bits, in integers: also where the processor takes denormals for zeros. Doubles
 * below 2^-1022 are 0, those from 2^128 - 2^103 on, halfway to what would come after the largest float, infinity. */
DLCV__FN float dlcv__narrow(uint64_t bits)
{
    const uint32_t sign = (uint32_t)(bits >> 63) << 31;
    const uint64_t fraction = bits & (((uint64_t)1 << 52) - 1);
    const int e = (int)(bits >> 52 & 2047);
    if (e == 2047 && fraction) return dlcv__float_of(sign | 0x7fc00000u);
    if (e >= 1023 + 128) return dlcv__float_of(sign | 0x7f800000u);
    if (e == 0) return dlcv__float_of(sign);
    return dlcv__float_of(sign | dlcv__bits_of(dlcv__float_near(fraction | (uint64_t)1 << 52, e - 1075)));
}

/* One element at p to `out`, as the tensor has it. */
DLCV__FN void dlcv__npy_element(const dlcv__npy *n, int swap, const unsigned char *p, unsigned char *out)
{
    unsigned char e[8];
    uint64_t wide;
    float narrow;
    size_t i;
    for (i = 0; i < n->size; i++) e[i] = p[swap ? n->size - 1 - i : i];
    if (n->dtype == DLCV_BOOL) {
        *out = (unsigned char)(*e != 0);
    } else if (n->size != dlcv_dtype_bytes(n->dtype)) {
        memcpy(&wide, e, sizeof wide);
        narrow = dlcv__narrow(wide);
        memcpy(out, &narrow, sizeof narrow);
    } else {
        memcpy(out, e, n->size);
    }
}

/* count > 0 elements in the order of the file to `out`, last index fastest. `at` counts elements of the file. */
DLCV__FN void dlcv__npy_elements(const dlcv__npy *n, const unsigned char *data, size_t count, unsigned char *out)
{
    const int swap = n->size > 1 && n->big != dlcv__big_endian(), ndim = n->shape.ndim;
    const size_t step = dlcv_dtype_bytes(n->dtype);
    size_t stride[DLCV_MAX_DIMS] = { 0 }, at = 0, i;
    int index[DLCV_MAX_DIMS] = { 0 }, d;
    if (!swap && n->dtype != DLCV_BOOL && n->size == step && !n->fortran) {
        memcpy(out, data, count * step);
        return;
    }
    for (d = 0, i = 1; d < ndim; d++) {
        const int k = n->fortran ? d : ndim - 1 - d;
        stride[k] = i;
        i *= (size_t)n->shape.dim[k];
    }
    for (i = 0; i < count; i++, out += step) {
        dlcv__npy_element(n, swap, data + at * n->size, out);
        for (d = ndim - 1; d >= 0; d--) {
            at += stride[d];
            if (++index[d] < n->shape.dim[d]) break;
            at -= stride[d] * (size_t)n->shape.dim[d];
            index[d] = 0;
        }
    }
}

DLCV_API dlcv_status dlcv_tensor_load(const dlcv_env *env, const char *npy_path, dlcv_tensor *out)
{
    const dlcv_env e = dlcv__env(env);
    const unsigned char *data = NULL;
    char text[112];
    void *file = NULL;
    size_t bytes = 0, count = 0, want = 0, there = 0;
    int fits;
    dlcv__npy n;
    dlcv_status s;
    if (!npy_path || !out) return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_load: %s is NULL", out ? "npy_path" : "out");
    s = dlcv__file_read(&e, npy_path, &file, &bytes);
    if (s) return s;
    memset(&n, 0, sizeof n);
    n.path = npy_path;
    s = dlcv__npy_header(&n, (const unsigned char *)file, bytes, &data);
    if (!s) there = bytes - (size_t)(data - (const unsigned char *)file);
    fits = dlcv__shape_count(n.shape, &count) && dlcv__mul(count, n.size, &want);
    if (!s && (!fits || want != there)) {
        dlcv__shape_text(n.shape, text, sizeof text);
        s = dlcv_fail(DLCV_ERR_FORMAT, "%s: %zu bytes after the NPY header, which says %s of %zu bytes each: %s",
                      npy_path, there, text, n.size, fits && want < there ? "too long" : "cut short");
    }
    if (!s) s = dlcv__out(&e, "tensor_load", n.dtype, n.shape, out);
    if (!s && count) dlcv__npy_elements(&n, data, count, (unsigned char *)out->data);
    dlcv__release(&e, file, bytes);
    return s;
}

/* What numpy.save writes before a C-ordered array of little-endian elements; the number of bytes, a multiple of 64. */
DLCV__FN size_t dlcv__npy_head(const dlcv_tensor *t, char out[DLCV__NPY_HEADER])
{
    static const char *const descr[6] = { "<f4", "|u1", "|i1", "<i4", "<i8", "|b1" };
    const size_t room = DLCV__NPY_HEADER;
    size_t n = 10, spaces = 0;
    int d;
    n += (size_t)dlcv__format(out + n, room - n, "{'descr': '%s', 'fortran_order': False, 'shape': (", descr[t->dtype]);
    for (d = 0; d < t->shape.ndim; d++) {
        const int length = dlcv__format(out + n, room - n, "%d", t->shape.dim[d]);
        n += (size_t)length;
        if (d == 0) spaces = (size_t)(DLCV__NPY_GROWTH - length);
        if (d + 1 < t->shape.ndim || t->shape.ndim == 1) n += (size_t)dlcv__format(out + n, room - n, ",");
        if (d + 1 < t->shape.ndim) n += (size_t)dlcv__format(out + n, room - n, " ");
    }
    n += (size_t)dlcv__format(out + n, room - n, "), }");
    spaces += 64 - (n + spaces + 1) % 64; /* a whole 64 where none would be needed: so does numpy */
    memset(out + n, ' ', spaces);
    n += spaces;
    out[n++] = '\n';
    memcpy(out, "\223NUMPY\1", 8);
    out[8] = (char)((n - 10) & 255);
    out[9] = (char)((n - 10) >> 8);
    return n;
}

DLCV_API dlcv_status dlcv_tensor_save(const dlcv_env *env, const dlcv_tensor *t, const char *npy_path)
{
    const dlcv_env e = dlcv__env(env);
    char head[DLCV__NPY_HEADER];
    unsigned char *file;
    size_t count, size, bytes, header;
    dlcv__npy n;
    dlcv_status s = dlcv__check("tensor_save", "t", t);
    if (s) return s;
    if (!npy_path) return dlcv_fail(DLCV_ERR_ARGUMENT, "tensor_save: npy_path is NULL");
    count = dlcv_tensor_count(t);
    size = dlcv_dtype_bytes(t->dtype);
    header = dlcv__npy_head(t, head);
    if (!dlcv__add(count * size, header, &bytes)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu bytes are too many", npy_path, count * size);
    }
    file = (unsigned char *)dlcv__alloc(&e, bytes);
    if (!file) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", npy_path, dlcv_error());
    memcpy(file, head, header);
    memset(&n, 0, sizeof n);
    n.dtype = t->dtype;
    n.size = size;
    n.shape = t->shape;
    if (count) dlcv__npy_elements(&n, (const unsigned char *)t->data, count, file + header);
    s = dlcv__file_write(&e, npy_path, file, bytes);
    dlcv__release(&e, file, bytes);
    return s;
}

#undef DLCV__NPY_HEADER
#undef DLCV__NPY_GROWTH
