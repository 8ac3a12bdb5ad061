/* ---- core: texts, sizes, memory, files, time ------------------------------------------------------------------- */
#ifndef DLCV_NO_STDIO
#include <errno.h>
#endif
#if !defined(DLCV_FREESTANDING) && !defined(DLCV_CLOCK) && !defined(_WIN32) && (defined(__unix__) || defined(__APPLE__) || defined(__wasi__))
#include <sys/time.h>
#endif

#define DLCV__ERROR_BYTES 512
#define DLCV__BILLION 1000000000u
#define DLCV__WHOLE_PARTS 35        /* base 10^9: DBL_MAX has 309 decimal digits before the point */
#define DLCV__PARTS 155             /* and the smallest double 1074 after it, 120 more */
#define DLCV__FIELD_LIMIT 9999      /* widths and precisions are cut to this */
#define DLCV__PATH_BYTES 4096

/* `failures` counts dlcv_fail, so that a caller can see whether a hook has said anything. */
static DLCV__THREAD_LOCAL struct {
    char text[DLCV__ERROR_BYTES];
    unsigned failures;
} dlcv__last;

/* ---- formatting: what snprintf does, but with a '.' in every locale and without stdio */

typedef struct dlcv__text {
    char *out;
    size_t bytes, length;           /* length: of the whole text, which may be more than there is room for */
} dlcv__text;

typedef struct dlcv__args {
    va_list list;
} dlcv__args;

typedef struct dlcv__spec {
    int left, zero, sign;           /* sign: '+', ' ' or 0 */
    int width, precision;           /* precision -1: not given */
    char size;                      /* 'i'nt, 'l'ong, 'L'ong long, si'z'e_t */
} dlcv__spec;

DLCV__FN void dlcv__text_put(dlcv__text *t, const char *s, size_t n)
{
    size_t room = t->length < t->bytes ? t->bytes - t->length : 0;
    size_t copied = n < room ? n : room;
    if (copied) memcpy(t->out + t->length, s, copied);
    t->length += n;
}

DLCV__FN void dlcv__text_repeat(dlcv__text *t, char c, int n)
{
    for (; n > 0; n--) dlcv__text_put(t, &c, 1);
}

/* spaces, prefix, zeros, digits, spaces; together at least spec->width characters */
DLCV__FN void dlcv__text_field(dlcv__text *t, const dlcv__spec *spec, const char *prefix, int zeros,
                               const char *s, size_t n)
{
    size_t used = strlen(prefix) + (size_t)zeros + n;
    int pad = used < (size_t)spec->width ? spec->width - (int)used : 0;
    if (spec->zero && !spec->left) {
        zeros += pad;
        pad = 0;
    }
    if (!spec->left) dlcv__text_repeat(t, ' ', pad);
    dlcv__text_put(t, prefix, strlen(prefix));
    dlcv__text_repeat(t, '0', zeros);
    dlcv__text_put(t, s, n);
    if (spec->left) dlcv__text_repeat(t, ' ', pad);
}

DLCV__FN void dlcv__text_string(dlcv__text *t, dlcv__spec *spec, const char *s)
{
    size_t n = 0;
    if (!s) s = "(null)";
    while ((spec->precision < 0 || n < (size_t)spec->precision) && s[n]) n++;
    spec->zero = 0;
    dlcv__text_field(t, spec, "", 0, s, n);
}

DLCV__FN void dlcv__text_integer(dlcv__text *t, dlcv__spec *spec, const char *prefix, unsigned long long value,
                                 unsigned base)
{
    char digits[24];
    int n = 0, zeros;
    for (; value; value /= base) digits[23 - n++] = "0123456789abcdef"[value % base];
    if (spec->precision >= 0) spec->zero = 0;
    zeros = (spec->precision < 0 ? 1 : spec->precision) - n;
    dlcv__text_field(t, spec, prefix, zeros > 0 ? zeros : 0, digits + 24 - n, (size_t)n);
}

DLCV__FN const char *dlcv__sign_text(int negative, int sign)
{
    return negative ? "-" : sign == '+' ? "+" : sign == ' ' ? " " : "";
}

DLCV__FN void dlcv__text_signed(dlcv__text *t, dlcv__spec *spec, dlcv__args *args)
{
    long long v = spec->size == 'i' ? va_arg(args->list, int)
                : spec->size == 'l' ? va_arg(args->list, long)
                : spec->size == 'L' ? va_arg(args->list, long long) : (long long)va_arg(args->list, ptrdiff_t);
    unsigned long long magnitude = v < 0 ? 0ull - (unsigned long long)v : (unsigned long long)v;
    dlcv__text_integer(t, spec, dlcv__sign_text(v < 0, spec->sign), magnitude, 10);
}

DLCV__FN void dlcv__text_unsigned(dlcv__text *t, dlcv__spec *spec, dlcv__args *args, unsigned base)
{
    unsigned long long v = spec->size == 'i' ? va_arg(args->list, unsigned)
                         : spec->size == 'l' ? va_arg(args->list, unsigned long)
                         : spec->size == 'L' ? va_arg(args->list, unsigned long long) : va_arg(args->list, size_t);
    dlcv__text_integer(t, spec, "", v, base);
}

/* 0.d1 d2 d3 ... times 10^point, d1 > 0; count 0 is zero. */
typedef struct dlcv__decimal {
    int count, point;
    char digit[9 * DLCV__PARTS];
} dlcv__decimal;

/* The exact value of a finite double >= 0: its mantissa in base 10^9, times or divided by its power of two. */
DLCV__FN void dlcv__decimal_set(dlcv__decimal *d, uint64_t bits)
{
    uint32_t part[DLCV__PARTS];
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1), carry;
    int exponent = (int)(bits >> 52 & 2047), i, k, shift, last = 0;
    if (exponent) mantissa |= (uint64_t)1 << 52;
    exponent = (exponent ? exponent : 1) - 1075;
    memset(part, 0, sizeof part);
    part[DLCV__WHOLE_PARTS - 1] = (uint32_t)(mantissa % DLCV__BILLION);
    part[DLCV__WHOLE_PARTS - 2] = (uint32_t)(mantissa / DLCV__BILLION);
    for (; exponent > 0; exponent -= shift) {
        shift = exponent < 29 ? exponent : 29;
        for (i = DLCV__WHOLE_PARTS - 1, carry = 0; i >= 0; i--) {
            carry += (uint64_t)part[i] << shift;            /* < 10^9 2^29 + 2^30 */
            part[i] = (uint32_t)(carry % DLCV__BILLION);
            carry /= DLCV__BILLION;
        }
    }
    for (; exponent < 0; exponent += shift) {
        shift = exponent > -29 ? -exponent : 29;
        for (i = 0, carry = 0; i < DLCV__PARTS; i++) {
            carry = carry * DLCV__BILLION + part[i];        /* the remainder carried is below 2^29 */
            part[i] = (uint32_t)(carry >> shift);
            carry &= ((uint64_t)1 << shift) - 1;
        }
    }
    d->count = 0;
    d->point = 9 * DLCV__WHOLE_PARTS;
    for (i = 0; i < DLCV__PARTS; i++) {
        uint32_t unit = DLCV__BILLION / 10;
        for (k = 0; k < 9; k++, unit /= 10) {
            char c = (char)('0' + (int)(part[i] / unit % 10));
            if (c != '0') last = d->count + 1;
            if (d->count || c != '0') d->digit[d->count++] = c;
            else d->point--;
        }
    }
    d->count = last;
}

/* Do digits `keep` and following round up, a half to even? */
DLCV__FN int dlcv__decimal_up(const dlcv__decimal *d, int keep)
{
    if (keep < 0 || d->digit[keep] < '5') return 0;
    return d->digit[keep] > '5' || keep + 1 < d->count || (keep > 0 && (d->digit[keep - 1] - '0') % 2);
}

/* Rounds to the first `keep` digits and drops trailing zeros. */
DLCV__FN void dlcv__decimal_round(dlcv__decimal *d, int keep)
{
    int up;
    if (keep < d->count) {
        up = dlcv__decimal_up(d, keep);
        for (d->count = keep > 0 ? keep : 0; up && d->count && d->digit[d->count - 1] == '9';) d->count--;
        if (up && d->count) {
            d->digit[d->count - 1] = (char)(d->digit[d->count - 1] + 1);
        } else if (up) {
            d->digit[d->count++] = '1';
            d->point++;
        }
    }
    while (d->count && d->digit[d->count - 1] == '0') d->count--;
}

/* digits begin .. end - 1, zeros where there are none */
DLCV__FN void dlcv__text_digits(dlcv__text *t, const dlcv__decimal *d, int begin, int end)
{
    for (; begin < end; begin++) dlcv__text_put(t, begin >= 0 && begin < d->count ? d->digit + begin : "0", 1);
}

/* `places` digits after the point; with or without exponent */
DLCV__FN void dlcv__text_decimal(dlcv__text *t, const dlcv__spec *spec, const char *sign, const dlcv__decimal *d,
                                 int places, int scientific)
{
    char tail[8];
    int power = scientific && d->count ? d->point - 1 : 0;
    int begin = !d->count ? 0 : scientific ? 1 : d->point;       /* the digit right of the point */
    int whole = !scientific && begin > 1 ? begin : 1, n = 0, pad;
    unsigned magnitude = (unsigned)(power < 0 ? -power : power);
    if (scientific) {
        tail[n++] = 'e';
        tail[n++] = power < 0 ? '-' : '+';
        if (magnitude > 99) tail[n++] = (char)('0' + (int)(magnitude / 100));
        tail[n++] = (char)('0' + (int)(magnitude / 10 % 10));
        tail[n++] = (char)('0' + (int)(magnitude % 10));
    }
    pad = spec->width - (int)strlen(sign) - whole - (places > 0) - places - n;
    if (!spec->left && !spec->zero) dlcv__text_repeat(t, ' ', pad);
    dlcv__text_put(t, sign, strlen(sign));
    if (!spec->left && spec->zero) dlcv__text_repeat(t, '0', pad);
    dlcv__text_digits(t, d, begin - whole, begin);
    if (places > 0) dlcv__text_put(t, ".", 1);
    dlcv__text_digits(t, d, begin, begin + places);
    dlcv__text_put(t, tail, (size_t)n);
    if (spec->left) dlcv__text_repeat(t, ' ', pad);
}

DLCV__FN void dlcv__text_double(dlcv__text *t, dlcv__spec *spec, char kind, double value)
{
    dlcv__decimal d;
    uint64_t bits;
    const char *sign;
    int places = spec->precision < 0 ? 6 : spec->precision, fixed = kind == 'f';
    memcpy(&bits, &value, sizeof bits);
    sign = dlcv__sign_text((int)(bits >> 63), spec->sign);
    bits &= ~((uint64_t)1 << 63);
    if (bits >> 52 == 2047) {
        spec->zero = 0;
        dlcv__text_field(t, spec, sign, 0, bits << 12 ? "nan" : "inf", 3);
        return;
    }
    dlcv__decimal_set(&d, bits);
    if (kind == 'g') {
        if (places == 0) places = 1;
        dlcv__decimal_round(&d, places);
        fixed = !d.count || (d.point > -4 && d.point <= places);
        places = d.count - (fixed ? d.point : 1);                /* no trailing zeros */
        if (places < 0 || !d.count) places = 0;
    } else {
        dlcv__decimal_round(&d, fixed ? d.point + places : places + 1);
    }
    dlcv__text_decimal(t, spec, sign, &d, places, !fixed);
}

/* digits or '*' */
DLCV__FN const char *dlcv__spec_number(const char *f, dlcv__args *args, int *value)
{
    *value = 0;
    if (*f == '*') {
        *value = va_arg(args->list, int);
        f++;
    }
    for (; *f >= '0' && *f <= '9'; f++) {
        if (*value <= DLCV__FIELD_LIMIT) *value = 10 * *value + (*f - '0');
    }
    if (*value > DLCV__FIELD_LIMIT) *value = DLCV__FIELD_LIMIT;
    if (*value < -DLCV__FIELD_LIMIT) *value = -DLCV__FIELD_LIMIT;
    return f;
}

/* Reads what stands between '%' and the letter, which it returns a pointer to. */
DLCV__FN const char *dlcv__spec_read(dlcv__spec *spec, const char *f, dlcv__args *args)
{
    memset(spec, 0, sizeof *spec);
    spec->precision = -1;
    spec->size = 'i';
    for (;; f++) {
        if (*f == '-') spec->left = 1;
        else if (*f == '0') spec->zero = 1;
        else if (*f == '+' || (*f == ' ' && !spec->sign)) spec->sign = *f;
        else if (*f != ' ') break;
    }
    f = dlcv__spec_number(f, args, &spec->width);
    if (spec->width < 0) {
        spec->left = 1;
        spec->width = -spec->width;
    }
    if (*f == '.') {
        f = dlcv__spec_number(f + 1, args, &spec->precision);
        if (spec->precision < 0) spec->precision = -1;
    }
    if (*f == 'z' || *f == 'l') spec->size = *f++;
    if (spec->size == 'l' && *f == 'l') {
        spec->size = 'L';
        f++;
    }
    return f;
}

/* One conversion; 0 for a letter that is not known: the arguments after it cannot be found either. */
DLCV__FN int dlcv__text_convert(dlcv__text *t, dlcv__spec *spec, char letter, dlcv__args *args)
{
    char c;
    switch (letter) {
    case 's': dlcv__text_string(t, spec, va_arg(args->list, const char *)); return 1;
    case 'd':
    case 'i': dlcv__text_signed(t, spec, args); return 1;
    case 'u': dlcv__text_unsigned(t, spec, args, 10); return 1;
    case 'x': dlcv__text_unsigned(t, spec, args, 16); return 1;
    case 'p': dlcv__text_integer(t, spec, "0x", (uintptr_t)va_arg(args->list, void *), 16); return 1;
    case 'f':
    case 'g':
    case 'e': dlcv__text_double(t, spec, letter, va_arg(args->list, double)); return 1;
    case '%': dlcv__text_put(t, "%", 1); return 1;
    case 'c':
        c = (char)va_arg(args->list, int);
        spec->zero = 0;
        dlcv__text_field(t, spec, "", 0, &c, 1);
        return 1;
    default: return 0;
    }
}

/* As vsnprintf: what fits is written and ended by 0, the length that all would have is returned. An unknown conversion
 * and what follows it are copied as they stand. */
DLCV__FN int dlcv__vformat(char *out, size_t bytes, const char *format, va_list list)
{
    dlcv__text t;
    dlcv__args args;
    dlcv__spec spec;
    const char *f = format, *next;
    t.out = out;
    t.bytes = bytes ? bytes - 1 : 0;
    t.length = 0;
    va_copy(args.list, list);
    while (*f) {
        for (next = f; *next && *next != '%'; next++) {}
        dlcv__text_put(&t, f, (size_t)(next - f));
        f = next;
        if (!*f) break;
        next = dlcv__spec_read(&spec, f + 1, &args);
        if (!dlcv__text_convert(&t, &spec, *next, &args)) {
            dlcv__text_put(&t, f, strlen(f));
            break;
        }
        f = next + 1;
    }
    va_end(args.list);
    if (bytes) out[t.length < t.bytes ? t.length : t.bytes] = 0;
    return t.length < (size_t)INT_MAX ? (int)t.length : INT_MAX;
}

#if defined(__MINGW32__) && !defined(__clang__)
__attribute__((__format__(__gnu_printf__, 3, 4)))
#elif defined(__GNUC__) || defined(__clang__)
__attribute__((__format__(__printf__, 3, 4)))
#endif
DLCV__FN int dlcv__format(char *out, size_t bytes, const char *format, ...)
{
    va_list list;
    int length;
    va_start(list, format);
    length = dlcv__vformat(out, bytes, format, list);
    va_end(list);
    return length;
}

/* ---- errors */

DLCV_API const char *dlcv_error(void)
{
    return dlcv__last.text;
}

/* By way of a copy: dlcv_error() may be one of the arguments. */
DLCV_API dlcv_status dlcv_fail(dlcv_status status, const char *format, ...)
{
    char text[DLCV__ERROR_BYTES];
    va_list list;
    va_start(list, format);
    dlcv__vformat(text, sizeof text, format ? format : "", list);
    va_end(list);
    memcpy(dlcv__last.text, text, strlen(text) + 1);
    dlcv__last.failures++;
    return status;
}

DLCV_API const char *dlcv_status_name(dlcv_status status)
{
    static const char *const names[] = {
        "DLCV_OK", "DLCV_ERR_ARGUMENT", "DLCV_ERR_SHAPE", "DLCV_ERR_MEMORY", "DLCV_ERR_IO", "DLCV_ERR_FORMAT",
        "DLCV_ERR_UNSUPPORTED", "DLCV_ERR_NUMERIC", "DLCV_ERR_STATE", "DLCV_ERR_NOT_FOUND"
    };
    int i = (int)status;
    return i <= 0 && i >= (int)DLCV_ERR_NOT_FOUND ? names[-i] : "unknown status";
}

DLCV_API const char *dlcv_version(void)
{
    return DLCV_VERSION;
}

/* ---- sizes: 1 and the result if it fits, else 0 */

DLCV__FN int dlcv__mul(size_t a, size_t b, size_t *out)
{
    if ((a | b) >> 4 * sizeof a && a && b > (size_t)-1 / a) return 0;      /* two halves' product fits: no division */
    *out = a * b;
    return 1;
}

DLCV__FN int dlcv__add(size_t a, size_t b, size_t *out)
{
    if (b > (size_t)-1 - a) return 0;
    *out = a + b;
    return 1;
}

/* ---- memory */

#if defined(DLCV_FREESTANDING) && !defined(DLCV_MALLOC)

DLCV__FN void *dlcv__default_allocate(size_t bytes, size_t alignment, void *user)
{
    (void)alignment;
    (void)user;
    dlcv_fail(DLCV_ERR_MEMORY, "%zu bytes wanted: compiled without an operating system and DLCV_MALLOC, memory takes env.memory (dlcv_arena_memory)", bytes);
    return NULL;
}

DLCV__FN void dlcv__default_release(void *block, size_t bytes, void *user)
{
    (void)block;
    (void)bytes;
    (void)user;
}

#else

#ifndef DLCV_MALLOC
#define DLCV__DEFAULT_MALLOC
#define DLCV_MALLOC(bytes) malloc(bytes)
#define DLCV_FREE(block) free(block)
#endif

/* Large blocks ask for pages of 2 MB where a program has to ask (Linux): one entry of the TLB for 512, and lines that do not collide in caches by chance. */
#if defined(DLCV__DEFAULT_MALLOC) && defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#ifdef __cplusplus
#include <sys/mman.h>
#else
int madvise(void *begin, size_t bytes, int advice);
#endif
DLCV__FN void dlcv__large_pages(unsigned char *block, size_t bytes)
{
    const size_t page = (size_t)1 << 21, head = (0 - (uintptr_t)block) & (page - 1);
    if (bytes >= 2 * page) (void)madvise(block + head, (bytes - head) & ~(page - 1), 14);          /* MADV_HUGEPAGE; what it says does not matter */
}
#else
#define dlcv__large_pages(block, bytes) ((void)(block))
#endif

/* DLCV_MALLOC promises no more alignment than a pointer's: the block moves up, what was returned stands before it. */
DLCV__FN void *dlcv__default_allocate(size_t bytes, size_t alignment, void *user)
{
    unsigned char *raw, *block;
    size_t whole;
    (void)user;
    if (!dlcv__add(bytes, alignment + sizeof raw, &whole)) return NULL;
    raw = (unsigned char *)DLCV_MALLOC(whole);
    if (!raw) return NULL;
    block = raw + sizeof raw;
    block += (0 - (uintptr_t)block) & (alignment - 1);
    memcpy(block - sizeof raw, &raw, sizeof raw);
    dlcv__large_pages(block, bytes);
    return block;
}

DLCV__FN void dlcv__default_release(void *block, size_t bytes, void *user)
{
    unsigned char *raw;
    (void)bytes;
    (void)user;
    memcpy(&raw, (unsigned char *)block - sizeof raw, sizeof raw);
    DLCV_FREE(raw);
}

#undef dlcv__large_pages
#ifdef DLCV__DEFAULT_MALLOC
#undef DLCV__DEFAULT_MALLOC
#undef DLCV_MALLOC
#undef DLCV_FREE
#endif

#endif /* DLCV_FREESTANDING */

DLCV__FN void *dlcv__alloc(const dlcv_env *env, size_t bytes)
{
    unsigned before = dlcv__last.failures;
    void *block;
    if (!bytes) bytes = 1;
    block = env->memory.allocate(bytes, 64, env->memory.user);
    if (block && ((uintptr_t)block & 63)) {
        dlcv_fail(DLCV_ERR_MEMORY, "allocate: the block at %p is not aligned to 64 bytes", block);
        if (env->memory.release) env->memory.release(block, bytes, env->memory.user);
        return NULL;
    }
    if (!block && dlcv__last.failures == before) dlcv_fail(DLCV_ERR_MEMORY, "out of memory: %zu bytes wanted", bytes);
    return block;
}

DLCV__FN void dlcv__release(const dlcv_env *env, void *block, size_t bytes)
{
    if (block && env->memory.release) env->memory.release(block, bytes ? bytes : 1, env->memory.user);
}

/* The arena. Positions count from the first address that is a multiple of 64, and 63 bytes for the way there are always
 * part of `used`, so that what fits does not depend on where the block happens to lie. After each allocation's bytes
 * stands one word: 2 * (the position before it) + (1 once it is released). */
#define DLCV__ARENA_SLACK 63u

DLCV__FN unsigned char *dlcv__arena_origin(const dlcv_arena *arena)
{
    return arena->base + ((0 - (uintptr_t)arena->base) & DLCV__ARENA_SLACK);
}

DLCV__FN void *dlcv__arena_allocate(size_t bytes, size_t alignment, void *user)
{
    dlcv_arena *arena = (dlcv_arena *)user;
    unsigned char *block;
    size_t before = arena->used ? arena->used - DLCV__ARENA_SLACK : 0;
    size_t begin = before + ((0 - before) & (alignment - 1)), word = 2 * before;
    size_t overhead = DLCV__ARENA_SLACK + begin + sizeof word;      /* no wrap: used is at most the size of an object */
    size_t left = overhead < arena->bytes ? arena->bytes - overhead : 0;
    if (bytes > left || !left) {
        dlcv_fail(DLCV_ERR_MEMORY, "arena of %zu bytes: %zu more wanted, %zu are left", arena->bytes, bytes, left);
        return NULL;
    }
    block = dlcv__arena_origin(arena) + begin;
    memcpy(block + bytes, &word, sizeof word);
    arena->used = overhead + bytes;
    if (arena->used > arena->peak) arena->peak = arena->used;
    return block;
}

DLCV__FN void dlcv__arena_release(void *block, size_t bytes, void *user)
{
    dlcv_arena *arena = (dlcv_arena *)user;
    unsigned char *origin;
    size_t word, begin, top = arena->used ? arena->used - DLCV__ARENA_SLACK : 0;
    if (!top || !block) return;
    origin = dlcv__arena_origin(arena);
    begin = (size_t)((uintptr_t)block - (uintptr_t)origin);
    if (begin >= top || bytes > top - begin || top - begin - bytes < sizeof word) return;   /* from before a restart */
    memcpy(&word, origin + begin + bytes, sizeof word);
    word |= 1;
    memcpy(origin + begin + bytes, &word, sizeof word);
    while (top) {
        memcpy(&word, origin + top - sizeof word, sizeof word);
        if (!(word & 1)) break;
        top = word / 2;
    }
    arena->used = top ? top + DLCV__ARENA_SLACK : 0;
}

#undef DLCV__ARENA_SLACK

DLCV_API dlcv_memory dlcv_arena_memory(dlcv_arena *arena, void *block, size_t bytes)
{
    dlcv_memory memory;
    arena->base = (unsigned char *)block;
    arena->bytes = block ? bytes : 0;
    arena->used = arena->peak = 0;
    memory.allocate = dlcv__arena_allocate;
    memory.release = dlcv__arena_release;
    memory.user = arena;
    return memory;
}

/* ---- files */

#ifdef DLCV_NO_STDIO

DLCV__FN dlcv_status dlcv__default_read(const char *path, void *buffer, size_t *bytes, void *user)
{
    (void)buffer;
    (void)bytes;
    (void)user;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: compiled with DLCV_NO_STDIO, reading takes env.files.read", path);
}

DLCV__FN dlcv_status dlcv__default_write(const char *path, const void *data, size_t bytes, void *user)
{
    (void)data;
    (void)bytes;
    (void)user;
    return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: compiled with DLCV_NO_STDIO, writing takes env.files.write", path);
}

#else

DLCV__FN FILE *dlcv__open(const char *path, const char *mode)
{
#ifdef _MSC_VER
    FILE *file = NULL;
    return fopen_s(&file, path, mode) ? NULL : file;
#else
    return fopen(path, mode);
#endif
}

/* `error` is errno, which a C library need not have set. */
DLCV__FN dlcv_status dlcv__io_fail(const char *path, const char *what, int error)
{
    const char *why = NULL;
#ifdef ENOENT
    if (error == ENOENT) why = strcmp(what, "created") ? "no such file or folder" : "the folder it would be in does not exist";
#endif
#ifdef EACCES
    if (error == EACCES) why = "no permission";
#endif
#ifdef EISDIR
    if (error == EISDIR) why = "it is a folder";
#endif
#ifdef ENOSPC
    if (error == ENOSPC) why = "no space left";
#endif
    if (why) return dlcv_fail(DLCV_ERR_IO, "%s: cannot be %s, %s", path, what, why);
    if (!error) return dlcv_fail(DLCV_ERR_IO, "%s: cannot be %s; this C library does not say why (dlcv_fit begins with a checkpoint that is empty)", path, what);
    return dlcv_fail(DLCV_ERR_IO, "%s: cannot be %s, errno %d", path, what, error);
}

/* The size of an open file. Reading a byte first tells folders, of which some systems name a size. */
DLCV__FN dlcv_status dlcv__file_size(FILE *file, const char *path, size_t *bytes)
{
#ifdef _WIN32
    long long end;
#else
    long end;
#endif
    if (getc(file) == EOF && ferror(file)) return dlcv__io_fail(path, "read", errno);
#ifdef _WIN32
    end = _fseeki64(file, 0, SEEK_END) ? -1 : _ftelli64(file);
#else
    end = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
#endif
    if (end < 0) {
        return dlcv_fail(DLCV_ERR_IO, "%s: no size: not a plain file, or too large for this C library", path);
    }
    if ((unsigned long long)end > (size_t)-1) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: %lld bytes, more than there are addresses", path, (long long)end);
    }
    *bytes = (size_t)end;
    return DLCV_OK;
}

/* Exactly the bytes there were when the size was asked for. */
DLCV__FN dlcv_status dlcv__file_bytes(FILE *file, const char *path, void *buffer, size_t bytes)
{
    size_t got = fread(buffer, 1, bytes, file);
    if (ferror(file)) return dlcv__io_fail(path, "read", errno);
    if (got < bytes) {
        return dlcv_fail(DLCV_ERR_IO, "%s: ends after %zu of %zu bytes, it became shorter meanwhile", path, got, bytes);
    }
    if (getc(file) != EOF) {
        return dlcv_fail(DLCV_ERR_IO, "%s: more than %zu bytes, it became longer meanwhile", path, bytes);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__default_read(const char *path, void *buffer, size_t *bytes, void *user)
{
    dlcv_status status;
    FILE *file;
    (void)user;
    errno = 0;
    file = dlcv__open(path, "rb");
    if (!file) {
        const int error = errno;
        status = dlcv__io_fail(path, "opened", error);
#ifdef ENOENT
        if (error == ENOENT) status = DLCV_ERR_NOT_FOUND;
#endif
        return status;
    }
    status = buffer ? dlcv__file_bytes(file, path, buffer, *bytes) : dlcv__file_size(file, path, bytes);
    fclose(file);
    return status;
}

#ifdef _WIN32
/* as windows.h declares it: rename() does not replace a file there */
#ifdef __cplusplus
extern "C"
#endif
__declspec(dllimport) int __stdcall MoveFileExA(const char *from, const char *to, unsigned long flags);
#endif

DLCV__FN int dlcv__replace(const char *from, const char *to)
{
#ifdef _WIN32
    return MoveFileExA(from, to, 1 | 8) != 0;      /* MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH */
#else
    return rename(from, to) == 0;
#endif
}

/* To the disk, so that a power cut after the replacing finds all of it. Where the C library says nothing of it, neither do we. */
#if (defined(__linux__) || defined(__APPLE__) || defined(__FreeBSD__)) && !defined(__cplusplus)
#define DLCV__FSYNC
int fileno(FILE *file);
int fsync(int descriptor);
#elif defined(__linux__) || defined(__APPLE__) || defined(__FreeBSD__)
#define DLCV__FSYNC
#include <unistd.h>
#endif

/* Is there something at `path` that is no file, such as /dev/null or a pipe? What is renamed onto it would take its place. */
#ifdef DLCV__FSYNC
#include <sys/stat.h>
#endif
DLCV__FN int dlcv__no_file(const char *path)
{
#ifdef DLCV__FSYNC
    struct stat about;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
#else
    (void)path;
    return 0;
#endif
}

/* Is it that such files have no way to the disk that could be waited for? All else (EIO, ENOSPC, EDQUOT) says that bytes are lost. */
DLCV__FN int dlcv__no_sync(int error)
{
    (void)error;                /* where errno.h has none of these */
#ifdef ENOSYS
    if (error == ENOSYS) return 1;
#endif
#ifdef ENOTSUP
    if (error == ENOTSUP) return 1;
#endif
#ifdef EINVAL
    if (error == EINVAL) return 1;
#endif
    return 0;
}

DLCV__FN int dlcv__to_disk(FILE *file)
{
    if (fflush(file)) return 0;
#ifdef DLCV__FSYNC
    if (fsync(fileno(file)) && !dlcv__no_sync(errno)) return 0;
#endif
    return 1;
}

/* A name beside `path` that no file has. Where the stack lies and what time it is differ between programs. */
DLCV__FN dlcv_status dlcv__temporary_name(const char *path, char *out)
{
    unsigned number = (unsigned)((uintptr_t)out >> 6), tries;
    FILE *file;
#ifndef DLCV_CLOCK
    number ^= (unsigned)time(NULL) * 2654435761u;
#endif
    for (tries = 0; tries < 64; tries++) {
        if (dlcv__format(out, DLCV__PATH_BYTES, "%s.%08x.tmp", path, number + tries) >= DLCV__PATH_BYTES) {
            return dlcv_fail(DLCV_ERR_IO, "%.64s...: a path of %zu bytes is too long", path, strlen(path));
        }
        file = dlcv__open(out, "rb");
        if (!file) return DLCV_OK;
        fclose(file);
    }
    return dlcv_fail(DLCV_ERR_IO, "%s: too many .tmp files beside it", path);
}

DLCV__FN dlcv_status dlcv__default_write(const char *path, const void *data, size_t bytes, void *user)
{
    char temporary[DLCV__PATH_BYTES];
    const int beside = !dlcv__no_file(path);
    dlcv_status status = beside ? dlcv__temporary_name(path, temporary) : DLCV_OK;
    FILE *file;
    size_t done;
    int bad;
    (void)user;
    if (status) return status;
    errno = 0;
    file = dlcv__open(beside ? temporary : path, "wb");
    if (!file) return dlcv__io_fail(path, "created", errno);
    done = bytes ? fwrite(data, 1, bytes, file) : 0;
    bad = done < bytes || !dlcv__to_disk(file);
    if (bad) status = dlcv__io_fail(path, "written", errno);
    if (fclose(file) && !bad) status = dlcv__io_fail(path, "written", errno);
    if (!beside) return status;
    if (!status && !dlcv__replace(temporary, path)) status = dlcv__io_fail(path, "replaced", errno);
    if (status) remove(temporary);
    return status;
}

#endif /* DLCV_NO_STDIO */

/* What a hook returned, with a text in any case. */
DLCV__FN dlcv_status dlcv__hook_status(dlcv_status status, unsigned before, const char *path, const char *what)
{
    if (!status) return DLCV_OK;
    if ((int)status > 0 || (int)status < (int)DLCV_ERR_NOT_FOUND) status = DLCV_ERR_IO;
    return dlcv__last.failures != before ? status : dlcv_fail(status, "%s: cannot be %s", path, what);
}

DLCV__FN dlcv_status dlcv__file_read(const dlcv_env *env, const char *path, void **data, size_t *bytes)
{
    unsigned before = dlcv__last.failures;
    dlcv_status status;
    size_t size = 0, got;
    void *block;
    *data = NULL;
    *bytes = 0;
    if (!path) return dlcv_fail(DLCV_ERR_ARGUMENT, "file: the path is NULL");
    status = dlcv__hook_status(env->files.read(path, NULL, &size, env->files.user), before, path, "read");
    if (status) return status;
    if (size > env->limit) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %zu bytes, env.limit is %zu", path, size, env->limit);
    block = dlcv__alloc(env, size);
    if (!block) return dlcv_fail(DLCV_ERR_MEMORY, "%s: %s", path, dlcv_error());
    got = size;
    before = dlcv__last.failures;
    status = dlcv__hook_status(env->files.read(path, block, &got, env->files.user), before, path, "read");
    if (!status && got != size) {
        status = dlcv_fail(DLCV_ERR_IO, "%s: files.read gave %zu bytes, first it said %zu", path, got, size);
    }
    if (status) {
        dlcv__release(env, block, size);
        return status;
    }
    *data = block;
    *bytes = size;
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__file_write(const dlcv_env *env, const char *path, const void *data, size_t bytes)
{
    unsigned before = dlcv__last.failures;
    if (!path) return dlcv_fail(DLCV_ERR_ARGUMENT, "file: the path is NULL");
    return dlcv__hook_status(env->files.write(path, data, bytes, env->files.user), before, path, "written");
}

/* ---- the environment with its defaults */

DLCV__FN dlcv_env dlcv__env(const dlcv_env *env)
{
    dlcv_env e;
    size_t half = (size_t)-1 / 2;
    if (env) e = *env;
    else memset(&e, 0, sizeof e);
    if (!e.memory.allocate) {
        e.memory.allocate = dlcv__default_allocate;
        e.memory.release = dlcv__default_release;
        e.memory.user = NULL;
    }
    if (!e.files.read) e.files.read = dlcv__default_read;
    if (!e.files.write) e.files.write = dlcv__default_write;
    if (!e.limit) e.limit = half < 0x80000000u ? half : (size_t)0x80000000u;
    return e;
}

/* ---- time */

/* Seconds. Windows' clock() counts wall time; elsewhere it is the processor's and the last resort. */
DLCV__FN double dlcv__now(void)
{
#if defined(DLCV_CLOCK)
    return (double)DLCV_CLOCK();
#elif defined(DLCV_FREESTANDING)
    return 0;
#elif !defined(_WIN32) && !defined(__wasi__) && defined(CLOCK_MONOTONIC) /* wasi-libc has the name, but in strict C no function */
    struct timespec t;
    return clock_gettime(CLOCK_MONOTONIC, &t) ? 0 : (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
#elif !defined(_WIN32) && (defined(__unix__) || defined(__APPLE__) || defined(__wasi__))
    struct timeval t;
    return gettimeofday(&t, NULL) ? 0 : (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
#elif !defined(_WIN32) && defined(TIME_UTC)
    struct timespec t;
    return timespec_get(&t, TIME_UTC) != TIME_UTC ? 0 : (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
#else
    return (double)clock() / (double)CLOCKS_PER_SEC;
#endif
}

#ifdef DLCV__FSYNC
#undef DLCV__FSYNC
#endif
#undef DLCV__ERROR_BYTES
#undef DLCV__BILLION
#undef DLCV__WHOLE_PARTS
#undef DLCV__PARTS
#undef DLCV__FIELD_LIMIT
#undef DLCV__PATH_BYTES
