/* ---- the zoo ------------------------------------------------------------------------------------------------------------------------------
 * A network is a line of words. A word is a letter, its numbers, and options, a letter with a number each:
 *   wN cN bN qN   convolution of N filters: with bias; with bias and relu; batch normalisation and relu; the same and relu6.
 *                 k kernel (1), s stride (1), p padding (k / 2), g groups (1), e exact fit, u padding 2 if the picture is below 32, else 0
 *   mN MN         maxima of N x N, rounded up: s stride (N), p padding (0)
 *   n o           local response normalisation of AlexNet and of GoogLeNet; dN: dropout, N per cent
 *   lN L          fully connected with N units and relu; with as many as there are classes
 *   a             global average; G: convolution 1 x 1 to as many maps as there are classes, relu
 *   AN RN         residual block of two 3 x 3, shortcut A, projection; BN: bottleneck; s stride
 *   FN            fire module; I: inception; DN: depthwise and 1 x 1; iN: inverted residual, t expansion (6)
 *   h S T z E     LeNet of 1998: fully connected; trainable pooling; C3; its tanh; codes
 * x repeats, after the first time with stride 1. */
typedef struct dlcv__animal {
    const char *name;
    int channels, size, least, classes;     /* least: the smallest picture that leaves a place everywhere; = size where it must be so */
    const char *words;
} dlcv__animal;

static const dlcv__animal dlcv__animals[] = {
    { "lenet5_1998", 1, 32, 32, 10, "w6k5p0 z S z T z S z w120k5p0 z h84 z E" },
    { "lenet5", 1, 28, 12, 10, "c6k5u m2 c16k5p0 m2 l120 l84 L" },
    { "pytorch_tutorial", 3, 32, 16, 10, "c6k5p0 m2 c16k5p0 m2 l120 l84 L" },
    { "convnetjs", 3, 32, 8, 10, "c16k5 m2 c20k5 m2 c20k5 m2 L" },
    { "resnet20", 3, 32, 4, 10, "b16k3 A16x3 A32s2x3 A64s2x3 a L" },
    { "resnet32", 3, 32, 4, 10, "b16k3 A16x5 A32s2x5 A64s2x5 a L" },
    { "resnet44", 3, 32, 4, 10, "b16k3 A16x7 A32s2x7 A64s2x7 a L" },
    { "resnet56", 3, 32, 4, 10, "b16k3 A16x9 A32s2x9 A64s2x9 a L" },
    { "alexnet", 3, 227, 67, 1000, "c96k11s4p0e n m3s2 c256k5g2 n m3s2 c384k3 c384k3g2 c256k3g2 m3s2 l4096 d50 l4096 d50 L" },
    { "alexnet_ungrouped", 3, 227, 67, 1000, "c96k11s4p0e n m3s2 c256k5 n m3s2 c384k3 c384k3 c256k3 m3s2 l4096 d50 l4096 d50 L" },
    { "alexnet_torchvision", 3, 224, 63, 1000, "c64k11s4p2 m3s2 c192k5 m3s2 c384k3 c256k3x2 m3s2 d50 l4096 d50 l4096 L" },
    { "zfnet", 3, 224, 63, 1000, "c96k7s2p1 M3s2 n c256k5s2p0 M3s2 n c384k3x2 c256k3 m3s2 l4096 d50 l4096 d50 L" },
    { "vgg16", 3, 224, 32, 1000, "c64k3x2 m2 c128k3x2 m2 c256k3x3 m2 c512k3x3 m2 c512k3x3 m2 l4096 d50 l4096 d50 L" },
    { "vgg19", 3, 224, 32, 1000, "c64k3x2 m2 c128k3x2 m2 c256k3x4 m2 c512k3x4 m2 c512k3x4 m2 l4096 d50 l4096 d50 L" },
    { "googlenet", 3, 224, 47, 1000,
      "c64k7s2 M3s2 o c64 c192k3 o M3s2 I64,96,128,16,32,32 I128,128,192,32,96,64 M3s2 I192,96,208,16,48,64 I160,112,224,24,64,64 "
      "I128,128,256,24,64,64 I112,144,288,32,64,64 I256,160,320,32,128,128 M3s2 I256,160,320,32,128,128 I384,192,384,48,128,128 a d40 L" },
    { "resnet18", 3, 224, 32, 1000, "b64k7s2 m3s2p1 R64x2 R128s2x2 R256s2x2 R512s2x2 a L" },
    { "resnet34", 3, 224, 32, 1000, "b64k7s2 m3s2p1 R64x3 R128s2x4 R256s2x6 R512s2x3 a L" },
    { "resnet50", 3, 224, 32, 1000, "b64k7s2 m3s2p1 B64x3 B128s2x4 B256s2x6 B512s2x3 a L" },
    { "squeezenet", 3, 224, 32, 1000, "c96k7s2p0 M3s2 F16x2 F32 M3s2 F32 F48x2 F64 M3s2 F64 d50 G a" },
    { "squeezenet1_1", 3, 224, 32, 1000, "c64k3s2p0 M3s2 F16x2 M3s2 F32x2 M3s2 F48x2 F64x2 d50 G a" },
    { "mobilenet_v1", 3, 224, 32, 1000, "b32k3s2 D64 D128s2 D128 D256s2 D256 D512s2 D512x5 D1024s2 D1024 a L" },
    { "mobilenet_v2", 3, 224, 32, 1000, "q32k3s2 i16t1 i24s2x2 i32s2x3 i64s2x4 i96x3 i160s2x3 i320 q1280 a d20 L" }
};

typedef struct dlcv__token {
    int letter, n[6], k, s, p, g, t, x, exact;
} dlcv__token;

/* The next word, or NULL at the end of the line. */
DLCV__FN const char *dlcv__token_read(const char *at, int height, dlcv__token *w)
{
    int i = 0;
    while (*at == ' ') at++;
    if (!*at) return NULL;
    memset(w, 0, sizeof *w);
    w->letter = *at++;
    w->k = w->s = w->g = w->x = 1;
    w->p = -1;
    w->t = 6;
    for (;;) {
        const int option = i ? (int)*at++ : (int)',';
        int number = 0;
        while (*at >= '0' && *at <= '9') number = 10 * number + *at++ - '0';
        switch (option) {
        case 'k': w->k = number; break;
        case 's': w->s = number; break;
        case 'p': w->p = number; break;
        case 'g': w->g = number; break;
        case 't': w->t = number; break;
        case 'x': w->x = number; break;
        case 'e': w->exact = 1; break;
        case 'u': w->p = height < 32 ? 2 : 0; break;
        default: w->n[i++] = number;
        }
        if (!*at || *at == ' ') break;
    }
    if (w->p < 0) w->p = w->k / 2;
    return at;
}

/* how: w, c, b, q as above; B: batch normalisation alone */
DLCV__APART dlcv_node dlcv__zoo_conv(dlcv_node x, int how, int filters, int kernel, int stride, int pad, int groups, int exact)
{
    dlcv_conv2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    o.groups = groups;
    o.exact_fit = exact;
    o.no_bias = how != 'w' && how != 'c';
    x = dlcv_conv2d(x, filters, kernel, &o);
    if (o.no_bias) x = dlcv_batch_norm(x, NULL);
    return how == 'c' || how == 'b' ? dlcv_relu(x) : how == 'q' ? dlcv_clip(x, 0, 6) : x;
}

/* With padding as keeps the size at stride 1. */
DLCV__APART dlcv_node dlcv__zoo_same(dlcv_node x, int how, int filters, int kernel, int stride)
{
    return dlcv__zoo_conv(x, how, filters, kernel, stride, kernel / 2, 1, 0);
}

DLCV__APART dlcv_node dlcv__zoo_pool(dlcv_node x, dlcv_pooling how, int kernel, int stride, int pad, int ceil_mode)
{
    dlcv_pool2d_opts o;
    memset(&o, 0, sizeof o);
    o.stride = stride;
    o.pad = pad;
    o.ceil_mode = ceil_mode;
    return dlcv_pool2d(x, how, kernel, &o);
}

DLCV__FN int dlcv__zoo_channels(dlcv_node x) { return dlcv_node_shape(x).dim[1]; }

/* Option A: every stride-th pixel, between zeros in the new channels. */
DLCV__FN dlcv_node dlcv__zoo_shortcut_a(dlcv_node x, int filters, int stride)
{
    const int more = (filters - dlcv__zoo_channels(x)) / 2;
    dlcv_node part[3];
    if (stride > 1) x = dlcv__zoo_pool(x, DLCV_POOL_AVERAGE, 1, stride, 0, 0);
    if (more < 1) return x;
    part[1] = x;
    part[0] = part[2] = dlcv_affine(dlcv_slice(x, 1, 0, more), 0, 0);
    return dlcv_concat(part, 3, 1);
}

/* He et al. 2015, figures 3 and 5 */
DLCV__FN dlcv_node dlcv__zoo_residual(dlcv_node x, const dlcv__token *w, int stride)
{
    const int neck = w->letter == 'B', out = neck ? 4 * w->n[0] : w->n[0];
    dlcv_node y = dlcv__zoo_same(x, 'b', w->n[0], neck ? 1 : 3, neck ? 1 : stride);
    if (neck) y = dlcv__zoo_same(y, 'b', w->n[0], 3, stride);
    y = dlcv__zoo_same(y, 'B', out, neck ? 1 : 3, 1);
    if (w->letter == 'A') x = dlcv__zoo_shortcut_a(x, out, stride);
    else if (stride > 1 || dlcv__zoo_channels(x) != out) x = dlcv__zoo_same(x, 'B', out, 1, stride);
    return dlcv_relu(dlcv_add(y, x));
}

DLCV__FN dlcv_node dlcv__zoo_inverted(dlcv_node x, const dlcv__token *w, int stride)
{
    const int in = dlcv__zoo_channels(x), wide = in * w->t;
    dlcv_node y = x;
    if (w->t > 1) y = dlcv__zoo_same(y, 'q', wide, 1, 1);
    y = dlcv__zoo_conv(y, 'q', wide, 3, stride, 1, wide, 0);
    y = dlcv__zoo_same(y, 'B', w->n[0], 1, 1);
    return stride == 1 && in == w->n[0] ? dlcv_add(y, x) : y;
}

/* I: 1 x 1; 1 x 1 and 3 x 3; 1 x 1 and 5 x 5; maxima and 1 x 1, side by side. F: 1 x 1, and of that 1 x 1 and 3 x 3, four times as many each. */
DLCV__FN dlcv_node dlcv__zoo_branches(dlcv_node x, const dlcv__token *w)
{
    const int *n = w->n;
    dlcv_node part[4];
    if (w->letter == 'F') {
        x = dlcv__zoo_same(x, 'c', n[0], 1, 1);
        part[0] = dlcv__zoo_same(x, 'c', 4 * n[0], 1, 1);
        part[1] = dlcv__zoo_same(x, 'c', 4 * n[0], 3, 1);
        return dlcv_concat(part, 2, 1);
    }
    part[0] = dlcv__zoo_same(x, 'c', n[0], 1, 1);
    part[1] = dlcv__zoo_same(dlcv__zoo_same(x, 'c', n[1], 1, 1), 'c', n[2], 3, 1);
    part[2] = dlcv__zoo_same(dlcv__zoo_same(x, 'c', n[3], 1, 1), 'c', n[4], 5, 1);
    part[3] = dlcv__zoo_same(dlcv__zoo_pool(x, DLCV_POOL_MAX, 3, 1, 1, 0), 'c', n[5], 1, 1);
    return dlcv_concat(part, 4, 1);
}

/* LeCun et al. 1998, section II.B. Sums of 2 x 2 times a coefficient plus a bias, one of each a map. */
DLCV__FN dlcv_node dlcv__zoo_subsample(dlcv_node x)
{
    static const char *const role[2] = { "weight", "bias" };
    char name[DLCV__NAME_BYTES + 16];
    dlcv_node p[2], y = dlcv_pool2d(x, DLCV_POOL_AVERAGE, 2, NULL);
    int i;
    for (i = 0; i < 2; i++) {
        p[i] = dlcv__node_of(y.graph, 0);
        if (!y.id || y.graph->status) return y;
        dlcv__format(name, sizeof name, "%s.%s", dlcv_node_name(y), role[i]);
        if (dlcv__name_check(y.graph, "zoo", name)) return dlcv__graph_failed(y.graph, DLCV_ERR_ARGUMENT);
        p[i] = dlcv__parameter(y.graph, name, dlcv_shape3(dlcv__zoo_channels(y), 1, 1), DLCV_INIT_CONSTANT, i ? 0.0f : 0.25f,
                               i ? DLCV__PARAMETER_NO_DECAY : 0);
    }
    return dlcv_add(dlcv_mul(dlcv_affine(y, 4, 0), p[0]), p[1]);
}

/* There table I: which of the 6 maps each of the 16 sees, by threes, by fours, all. */
DLCV__FN dlcv_node dlcv__zoo_c3(dlcv_node x)
{
    static const int32_t from[60] = { 0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4, 5, 0, 4, 5, 0, 1, 5,
                                      0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 0, 3, 4, 5, 0, 1, 4, 5, 0, 1, 2, 5, 0, 1, 3, 4, 1, 2, 4, 5, 0, 2, 3, 5,
                                      0, 1, 2, 3, 4, 5 };
    static const int maps[3] = { 6, 9, 1 }, each[3] = { 3, 4, 6 };
    dlcv_node part[3];
    int i, at = 0;
    for (i = 0; i < 3; i++) {
        const dlcv_tensor t = dlcv_tensor_view(from + at, DLCV_I32, dlcv_shape1(maps[i] * each[i]));
        at += maps[i] * each[i];
        part[i] = dlcv_constant(x.graph, &t);
        part[i] = dlcv__zoo_conv(dlcv_gather(x, part[i], 1), 'w', maps[i], 5, 1, 0, maps[i], 0);
    }
    return dlcv_concat(part, 3, 1);
}

/* Minus the squared distances to codes of +-1. Classes 0 .. 9: digits, 12 rows of 7. */
DLCV__FN dlcv_node dlcv__zoo_codes(dlcv_node x, int classes)
{
    static const char *const digits[10] = {     /* '0' + 6 bits: the seventh column is empty */
        "0<BQQQQQQB<0", "04<D444444O0", "0NQ11248@Po0", "0NQ11>111QN0", "026:BRRo2220", "0oPPPn111QN0", "0>@PP^aQQQN0", "0o1122448880",
        "0NQQQNQQQQN0", "0NQQQO1112L0"
    };
    dlcv_tensor t;
    dlcv_node code;
    uint32_t words[4];
    int c, i;
    dlcv_status status;
    if (!x.graph || x.graph->status) return dlcv__node_of(x.graph, 0);
    memset(&t, 0, sizeof t);
    status = dlcv_tensor_new(&x.graph->env, DLCV_F32, dlcv_shape2(classes, 84), &t);
    if (status) return dlcv__graph_failed(x.graph, status);
    for (c = 0; c < classes; c++) {
        for (i = 0; i < 84; i++) {
            if (i % 4 == 0) dlcv__philox(1998, (uint64_t)c, (uint64_t)i / 4, words);
            dlcv_f32(&t)[84 * c + i] = (c < 10 ? (digits[c][i / 7] - '0') * 2 >> (6 - i % 7) & 1 : (int)(words[i % 4] >> 31)) ? 1.0f : -1.0f;
        }
    }
    code = dlcv_constant(x.graph, &t);
    dlcv_tensor_free(&t);
    x = dlcv_square(dlcv_sub(dlcv_reshape(x, dlcv_shape3(0, 1, 84)), code));
    return dlcv_reshape(dlcv_affine(dlcv_reduce(x, DLCV_REDUCE_SUM, 2), -1, 0), dlcv_shape2(0, classes));
}

DLCV__APART dlcv_node dlcv__zoo_linear(dlcv_node x, int units)
{
    return dlcv_linear(dlcv_node_shape(x).ndim == 4 ? dlcv_flatten(x) : x, units);
}

DLCV__FN dlcv_node dlcv__zoo_word(dlcv_node x, const dlcv__token *w, int stride, int classes)
{
    const int n = w->n[0];
    switch (w->letter) {
    case 'm': case 'M': return dlcv__zoo_pool(x, DLCV_POOL_MAX, n, w->s > 1 ? w->s : n, w->p, w->letter == 'M');
    case 'n': return dlcv_local_response_norm(x, 5, 1e-4f, 0.75f, 2);
    case 'o': return dlcv_local_response_norm(x, 5, 2e-5f, 0.75f, 1);
    case 'd': return dlcv_dropout(x, (float)n * 0.01f);
    case 'l': return dlcv_relu(dlcv__zoo_linear(x, n));
    case 'h': return dlcv__zoo_linear(x, n);
    case 'L': return dlcv__zoo_linear(x, classes);
    case 'a': return dlcv_flatten(dlcv_pool2d(x, DLCV_POOL_AVERAGE, 0, NULL));
    case 'G': return dlcv__zoo_same(x, 'c', classes, 1, 1);
    case 'A': case 'R': case 'B': return dlcv__zoo_residual(x, w, stride);
    case 'F': case 'I': return dlcv__zoo_branches(x, w);
    case 'D': return dlcv__zoo_same(dlcv__zoo_conv(x, 'b', dlcv__zoo_channels(x), 3, stride, 1, dlcv__zoo_channels(x), 0), 'b', n, 1, 1);
    case 'i': return dlcv__zoo_inverted(x, w, stride);
    case 'S': return dlcv__zoo_subsample(x);
    case 'T': return dlcv__zoo_c3(x);
    case 'z': return dlcv_affine(dlcv_tanh(dlcv_affine(x, 2.0f / 3, 0)), 1.7159f, 0);
    case 'E': return dlcv__zoo_codes(x, classes);
    default: return dlcv__zoo_conv(x, w->letter, n, w->k, stride, w->p, w->g, w->exact);
    }
}

DLCV__FN const dlcv__animal *dlcv__zoo_find(const char *name)
{
    size_t i;
    for (i = 0; name && i < sizeof dlcv__animals / sizeof *dlcv__animals; i++) {
        if (!strcmp(dlcv__animals[i].name, name)) return &dlcv__animals[i];
    }
    return NULL;
}

DLCV__FN dlcv_status dlcv__zoo_check(dlcv_node x, const char *name, const dlcv__animal *a, int classes)
{
    char text[400] = "", shape[112];
    const dlcv_shape s = dlcv_node_shape(x);
    const dlcv_status status = dlcv__node_check("zoo", x);
    size_t i, at = 0;
    if (status) return status;
    for (i = 0; i < sizeof dlcv__animals / sizeof *dlcv__animals && !a; i++) {
        at += (size_t)dlcv__format(text + at, sizeof text - at, "%s%s", i ? ", " : "", dlcv__animals[i].name);
    }
    if (!a) return dlcv_fail(DLCV_ERR_ARGUMENT, "zoo: no network is called \"%.40s\"; there are %s", name ? name : "(NULL)", text);
    if (classes < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "zoo \"%s\": %d classes, at least 1 is wanted, or 0 for the %d of the paper", a->name, classes, a->classes);
    dlcv__shape_text(s, shape, sizeof shape);
    text[0] = 0;
    if (a->least < a->size) dlcv__format(text, sizeof text, ", at least %d x %d", a->least, a->least);
    if (s.ndim != 4 || s.dim[1] < 1 || s.dim[2] < a->least || s.dim[3] < a->least
        || (a->least == a->size && (s.dim[2] > a->size || s.dim[3] > a->size))) {
        return dlcv_fail(DLCV_ERR_SHAPE, "zoo \"%s\": input is %s, [n, %d, %d, %d] is wanted%s", a->name, shape, a->channels, a->size, a->size, text);
    }
    return DLCV_OK;
}

DLCV_API dlcv_node dlcv_zoo(dlcv_node x, const char *name, int classes)
{
    const dlcv__animal *a = dlcv__zoo_find(name);
    const int height = dlcv_node_shape(x).dim[2];
    const char *at;
    dlcv__token w;
    dlcv_status status;
    int i;
    if (!x.graph || x.graph->status) return dlcv__node_of(x.graph, 0);
    status = dlcv__zoo_check(x, name, a, classes);
    if (status) return dlcv__graph_failed(x.graph, status);
    for (at = dlcv__token_read(a->words, height, &w); at; at = dlcv__token_read(at, height, &w)) {
        for (i = 0; i < w.x; i++) x = dlcv__zoo_word(x, &w, i ? 1 : w.s, classes ? classes : a->classes);
    }
    return x;
}

DLCV_API const char *dlcv_zoo_name(int index)
{
    return index >= 0 && (size_t)index < sizeof dlcv__animals / sizeof *dlcv__animals ? dlcv__animals[index].name : NULL;
}

DLCV_API dlcv_shape dlcv_zoo_shape(const char *name)
{
    const dlcv__animal *a = dlcv__zoo_find(name);
    dlcv_shape none;
    memset(&none, 0, sizeof none);
    return a ? dlcv_shape4(-1, a->channels, a->size, a->size) : none;
}
