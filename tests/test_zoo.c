/* The zoo: published numbers of parameters, counted without memory for them; receptive fields; PyTorch's scores of each network in double
 * precision with the same weights, within 1e-4 of the greatest (golden/zoo_torch.py; DLCV_TEST_FULL=1: all, also at the papers' sizes); what is refused. */
#include "test.h"
#include "golden/zoo_torch.h"

static const struct {
    const char *name;
    int least;
    size_t parameters, state;
    double mmac;                        /* of the convolutions and fully connected layers at the paper's size, in millions, rounded down */
} published[] = {
    { "lenet5_1998", 32, 60000, 0, 0 }, { "lenet5", 12, 61706, 0, 0 }, { "pytorch_tutorial", 16, 62006, 0, 0 }, { "convnetjs", 8, 22466, 0, 3 },
    { "resnet20", 4, 269722, 1376, 40 }, { "resnet32", 4, 464154, 2272, 68 }, { "resnet44", 4, 658586, 3168, 97 }, { "resnet56", 4, 853018, 4064, 125 },
    { "alexnet", 67, 60965224, 0, 724 }, { "alexnet_ungrouped", 67, 62378344, 0, 1135 }, { "alexnet_torchvision", 63, 61100840, 0, 714 },
    { "zfnet", 63, 62357608, 0, 1168 }, { "vgg16", 32, 138357544, 0, 15470 }, { "vgg19", 32, 143667240, 0, 19632 },
    { "googlenet", 47, 6998552, 0, 1582 }, { "resnet18", 32, 11689512, 9600, 1814 }, { "resnet34", 32, 21797672, 17024, 3663 },
    { "resnet50", 32, 25557032, 53120, 4089 }, { "squeezenet", 32, 1248424, 0, 818 }, { "squeezenet1_1", 32, 1235496, 0, 349 },
    { "mobilenet_v1", 32, 4231976, 21888, 568 }, { "mobilenet_v2", 32, 3504872, 34112, 300 }
};

/* Products of convolutions and fully connected layers for one picture, in millions */
static double mmac_of(dlcv_node y)
{
    double sum = 0;
    int i;
    for (i = 1; i <= dlcv_node_count(y.graph); i++) {
        dlcv_node x = y;
        dlcv_shape s, w;
        double n = 1;
        int k;
        x.id = i;
        s = dlcv_node_shape(x);
        w = dlcv_node_shape(dlcv_node_input(x, 1));
        if (strcmp(dlcv_node_op(x), "conv2d") != 0 && strcmp(dlcv_node_op(x), "linear") != 0) continue;
        for (k = 1; k < s.ndim; k++) n *= s.dim[k];
        for (k = 1; k < w.ndim; k++) n *= w.dim[k];
        sum += n;
    }
    return floor(sum / 1e6);
}

static int field_is(const char *table, const char *name, const char *field)
{
    const char *at = strstr(table, name), *end = at ? strchr(at, '\n') : NULL;
    return end && (size_t)(end - at) > strlen(field) && !strncmp(end - strlen(field), field, strlen(field));
}

static void test_counts(void)
{
    static char table[65536];
    int i;
    for (i = 0; i < (int)(sizeof published / sizeof *published); i++) {
        test_heap h;
        const dlcv_env env = test_env(&h);
        dlcv_graph *g = dlcv_graph_new(&env, 1), *small = dlcv_graph_new(&env, 1), *smaller = dlcv_graph_new(&env, 1);
        const dlcv_shape s = dlcv_zoo_shape(published[i].name);
        const int least = published[i].least;
        dlcv_node y = dlcv_zoo(dlcv_input(g, "image", DLCV_F32, s), published[i].name, 0);
        dlcv_summary total;
        CHECK_TEXT(dlcv_zoo_name(i), published[i].name);
        CHECK_OK(dlcv_graph_summary(y, &total, table, sizeof table));
        CHECK_EQUAL(total.parameters, published[i].parameters);
        CHECK_EQUAL(total.state, published[i].state);
        CHECK_EQUAL(mmac_of(y), published[i].mmac);
        CHECK_EQUAL(dlcv_node_shape(y).ndim, 2);
        CHECK_EQUAL(dlcv_node_shape(y).dim[1], i < 8 ? 10 : 1000);
        if (i == 3) CHECK(field_is(table, "pool2d3", " 36 8 -14"));
        if (i == 8) CHECK(field_is(table, "pool2d3", " 195 32 -64"));
        if (i == 12) CHECK(field_is(table, "pool2d5", " 212 32 -90"));
        dlcv_zoo(dlcv_input(small, "image", DLCV_F32, dlcv_shape4(-1, s.dim[1], least, least)), published[i].name, 7);
        CHECK_OK(dlcv_graph_status(small));
        dlcv_zoo(dlcv_input(smaller, "image", DLCV_F32, dlcv_shape4(-1, s.dim[1], least, least - 1)), published[i].name, 7);
        CHECK(dlcv_graph_status(smaller) == DLCV_ERR_SHAPE);
        CHECK(h.peak < 2000000);        /* not 553 MB */
        dlcv_graph_free(g);
        dlcv_graph_free(small);
        dlcv_graph_free(smaller);
        CHECK(h.blocks == 0 && h.wrong == 0);
    }
    CHECK(dlcv_zoo_name(i) == NULL && dlcv_zoo_name(-1) == NULL);
    CHECK(dlcv_zoo_shape("vgg").ndim == 0 && dlcv_zoo_shape(NULL).ndim == 0);
}

static void refused(dlcv_shape shape, const char *name, int classes, dlcv_status status, const char *text)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node y = dlcv_zoo(dlcv_input(g, "image", DLCV_F32, shape), name, classes);
    CHECK(y.id == 0);
    CHECK_FAILS(dlcv_graph_status(g), status, text);
    dlcv_graph_free(g);
}

static void test_refused(void)
{
    const dlcv_shape s = dlcv_shape4(-1, 3, 32, 32);
    const dlcv_node none = { NULL, 0 };
    refused(s, "lenet", 10, DLCV_ERR_ARGUMENT,
        "zoo: no network is called \"lenet\"; there are lenet5_1998, lenet5, pytorch_tutorial, convnetjs, resnet20, resnet32, resnet44, resnet56, "
        "alexnet, alexnet_ungrouped, alexnet_torchvision, zfnet, vgg16, vgg19, googlenet, resnet18, resnet34, resnet50, squeezenet, squeezenet1_1, "
        "mobilenet_v1, mobilenet_v2");
    refused(s, "convnetjs", -1, DLCV_ERR_ARGUMENT, "zoo \"convnetjs\": -1 classes, at least 1 is wanted, or 0 for the 10 of the paper");
    refused(dlcv_shape4(-1, 3, 224, 20), "vgg16", 10, DLCV_ERR_SHAPE, "zoo \"vgg16\": input is [-1, 3, 224, 20], [n, 3, 224, 224] is wanted, at least 32 x 32");
    refused(dlcv_shape4(-1, 224, 224, 3), "vgg16", 10, DLCV_ERR_SHAPE, "zoo \"vgg16\": input is [-1, 224, 224, 3], [n, 3, 224, 224] is wanted, at least 32 x 32");
    refused(dlcv_shape4(-1, 1, 28, 28), "lenet5_1998", 10, DLCV_ERR_SHAPE, "zoo \"lenet5_1998\": input is [-1, 1, 28, 28], [n, 1, 32, 32] is wanted");
    refused(dlcv_shape4(-1, 1, 33, 33), "lenet5_1998", 10, DLCV_ERR_SHAPE, "zoo \"lenet5_1998\": input is [-1, 1, 33, 33], [n, 1, 32, 32] is wanted");
    refused(dlcv_shape2(-1, 784), "lenet5", 10, DLCV_ERR_SHAPE, "zoo \"lenet5\": input is [-1, 784], [n, 1, 28, 28] is wanted, at least 12 x 12");
    refused(dlcv_shape4(-1, 3, 224, 224), "alexnet", 10, DLCV_ERR_SHAPE,
        "conv2d \"conv2d1\": height 224 with padding 0 by kernel 11 at stride 4 makes 54.25, and an exact fit is wanted");
    CHECK(dlcv_zoo(none, "vgg16", 10).id == 0);
    {
        dlcv_graph *g = dlcv_graph_new(NULL, 1);
        dlcv_node x = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 1, 32, 32));
        dlcv_parameter(g, "pool2d1.bias", dlcv_shape1(6), DLCV_INIT_CONSTANT, 0);
        dlcv_zoo(x, "lenet5_1998", 10);
        CHECK_FAILS(dlcv_graph_status(g), DLCV_ERR_ARGUMENT, "zoo: a node is called \"pool2d1.bias\" already");
        dlcv_graph_free(g);
    }
}

/* -0.5 .. 0.5, as in golden/zoo_torch.py */
static float noise(uint32_t kind, uint32_t i)
{
    uint32_t h = i * 2654435761u + kind * 40503u + 12345u;
    h = (h ^ (h >> 15)) * 2246822519u;
    h = (h ^ (h >> 13)) * 3266489917u;
    return (float)(h >> 16) / 65536.0f - 0.5f;
}

static void fill(float *out, size_t count, uint32_t kind, double scale, double add)
{
    size_t i;
    for (i = 0; i < count; i++) out[i] = (float)((double)noise(kind, (uint32_t)i) * scale + add);
}

static void fill_parameter(dlcv_node p, int index)
{
    const char *role = strrchr(dlcv_node_name(p), '.');
    const dlcv_tensor *t = dlcv_value(p);
    const dlcv_shape s = dlcv_node_shape(p);
    const int weight = role && !strcmp(role, ".weight");
    double scale = 0.2, add = 0;
    CHECK(t && role);
    if (!t || !role) return;
    if (!strcmp(role, ".variance")) scale = add = 1;
    else if (weight && s.ndim == 1) scale = 0.5, add = 1;
    else if (weight && s.ndim == 3) scale = 0.1, add = 0.25;
    else if (weight) scale = sqrt(24.0 * s.dim[0] / (double)dlcv_tensor_count(t));
    fill(dlcv_f32(t), dlcv_tensor_count(t), (uint32_t)index, scale, add);
}

static void test_golden(int row)
{
    static float x[3 * 227 * 227];
    const int c = golden_zoo[row].channels, size = golden_zoo[row].size;
    const float *want = golden_zoo[row].y;
    const dlcv_tensor t = dlcv_tensor_view(x, DLCV_F32, dlcv_shape4(1, c, size, size));
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node image = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, c, size, size)), y = dlcv_zoo(image, golden_zoo[row].name, 10);
    double most = 0, worst = 0;
    int i;
    fill(x, dlcv_tensor_count(&t), 1000, 4, 0);
    for (i = 0; i < dlcv_parameter_count(g); i++) fill_parameter(dlcv_parameter_at(g, i), i);
    CHECK_OK(dlcv_bind(image, &t));
    CHECK_OK(dlcv_forward(y, DLCV_MODE_INFER));
    for (i = 0; i < 10 && dlcv_value(y); i++) {
        if (fabs((double)want[i]) > most) most = fabs((double)want[i]);
        if (fabs((double)dlcv_f32(dlcv_value(y))[i] - (double)want[i]) > worst) worst = fabs((double)dlcv_f32(dlcv_value(y))[i] - (double)want[i]);
    }
    if (getenv("DLCV_TEST_FULL") || worst > 1e-4 * most) printf("%s at %d: %.2g of max |y|\n", golden_zoo[row].name, size, worst / most);
    CHECK(worst <= 1e-4 * most);
    dlcv_graph_free(g);
}

/* Those with small fully connected layers; of the others one. */
static void test_all_golden(void)
{
    static const char *const heavy = " alexnet_ungrouped alexnet_torchvision zfnet vgg16 vgg19 resnet34 resnet50 ";
    char name[32];
    const int full = getenv("DLCV_TEST_FULL") != NULL, rows = (int)(sizeof golden_zoo / sizeof *golden_zoo);
    int row, seen = 0;
    for (row = 0; row < rows; row++) {
        const int first = row == 0 || strcmp(golden_zoo[row].name, golden_zoo[row - 1].name) != 0;
        sprintf(name, " %.28s ", golden_zoo[row].name);
        if (full || (first && !strstr(heavy, name))) test_golden(row), seen++;
    }
    CHECK(full || seen == 22 - 7);
}

/* A block's main path, then its shortcut; twice in one graph the numbers go on. */
static void test_names(void)
{
    dlcv_graph *g = dlcv_graph_new(NULL, 1);
    dlcv_node x = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 3, 32, 32)), shortcut;
    dlcv_zoo(x, "resnet18", 10);
    shortcut = dlcv_find(g, "conv2d8.weight");
    CHECK(dlcv_node_shape(shortcut).dim[0] == 128 && dlcv_node_shape(shortcut).dim[1] == 64 && dlcv_node_shape(shortcut).dim[2] == 1);
    CHECK(dlcv_node_shape(dlcv_find(g, "batch_norm8.variance")).dim[0] == 128);
    dlcv_zoo(x, "convnetjs", 10);
    CHECK(dlcv_node_shape(dlcv_find(g, "conv2d21.bias")).dim[0] == 16);
    CHECK_OK(dlcv_graph_status(g));
    dlcv_graph_free(g);
}

/* LeNet of 1998: its gradients, and codes of more than ten classes that differ */
static void test_lenet(void)
{
    static float x[2 * 32 * 32];
    const dlcv_tensor t = dlcv_tensor_view(x, DLCV_F32, dlcv_shape4(2, 1, 32, 32));
    dlcv_graph *g = dlcv_graph_new(NULL, 3);
    dlcv_node image = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 1, 32, 32)), y = dlcv_zoo(image, "lenet5_1998", 40), code;
    dlcv_check_opts o;
    dlcv_check check;
    int i, k, j, nearest = 84;
    memset(&o, 0, sizeof o);
    memset(&check, 0, sizeof check);
    o.directions = 2;
    o.step = 0.005;
    fill(x, 2 * 32 * 32, 1, 2, 0);
    CHECK_OK(dlcv_bind(image, &t));
    CHECK_OK(dlcv_gradient_check(dlcv_affine(y, 0.01f, 0), &o, &check));
    CHECK(check.worst < 2e-3 && check.tried == 2);
    if (!(check.worst < 2e-3)) printf("    worst %g\n", check.worst);
    code = dlcv_find(g, "constant4");
    for (i = 0; i < 40; i++) {
        for (k = 0; k < i; k++) {
            const float *c = dlcv_f32(dlcv_value(code));
            int apart = 0;
            for (j = 0; j < 84; j++) apart += c[84 * i + j] != c[84 * k + j];
            if (apart < nearest) nearest = apart;
        }
    }
    CHECK(nearest >= 3);
    dlcv_graph_free(g);
}

/* Each allocation fails in turn: an error, nothing lost. */
static void test_no_memory(const char *name, int size)
{
    test_heap h;
    const dlcv_env env = test_env(&h);
    long n;
    int failed = 1;
    for (n = 1; failed && n < 500; n++) {
        dlcv_graph *g;
        h.calls = 0;
        h.fail_at = n;
        g = dlcv_graph_new(&env, 1);
        dlcv_zoo(dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 1, size, size)), name, 10);
        failed = dlcv_graph_status(g) == DLCV_ERR_MEMORY;
        dlcv_graph_free(g);
        if (!failed) CHECK(h.calls < n);
    }
    CHECK(n > 4 && !failed && h.blocks == 0 && h.wrong == 0);
}

int main(void)
{
    test_counts();
    test_refused();
    test_all_golden();
    test_names();
    test_lenet();
    test_no_memory("lenet5_1998", 32);
    test_no_memory("squeezenet", 32);
    return test_end("zoo");
}
