/* Plots as SVG. tests/test_svg.py reads more of them as XML and holds every coordinate against the ticks. */
#include "test.h"
#include "files.h"
#include <locale.h>

static dlcv_env env;
static test_heap heap;

static test_disk disk;

/* Good until the next call. */
static const dlcv_plot_opts *with(const char *title, const char *x_label, const char *y_label, int log_x, int log_y)
{
    static dlcv_plot_opts o;
    o.title = title;
    o.x_label = x_label;
    o.y_label = y_label;
    o.log_x = log_x;
    o.log_y = log_y;
    return &o;
}

/* The picture as text. */
static const char *plot(const dlcv_plot_opts *opts, const dlcv_series *series, int count)
{
    test_file *f;
    CHECK_OK(dlcv_view_plot(&env, series, count, opts, "plot.svg"));
    f = test_find(&disk, "plot.svg");
    CHECK(f != NULL && f->bytes == strlen((const char *)f->data)); /* test_put ends it with zeros */
    return f ? (const char *)f->data : "";
}

static int times(const char *text, const char *part)
{
    int n = 0;
    while ((text = strstr(text, part)) != NULL) {
        text++;
        n++;
    }
    return n;
}

#define HAS(text, part) CHECK(strstr(text, part) != NULL)

static dlcv_series curve(const char *name, const float *x, const float *y, int count)
{
    dlcv_series s;
    memset(&s, 0, sizeof s);
    s.name = name;
    s.x = x;
    s.y = y;
    s.count = count;
    return s;
}

/* The whole file. By hand: the field is 22 + 7.7 * 2 + 22 = 59.4 .. 720 - 24 wide, 20 + 26 + 22 = 68 .. 398 high; x =
 * 0 of 0 .. 2 lies at 59.4 + 636.6 * 0.04 / 1.08 = 82.98, y = 10 of -1 .. 11 at 398 - 330 * (11 / 12 + 0.04) / 1.08 =
 * 105.69. */
static void test_plot_golden(void)
{
    static const float x[3] = { 0, 1, 2 }, y[3] = { 0, 10, 5 }, error[3] = { 1, 1, 0 };
    static const char golden[] =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"454\" viewBox=\"0 0 720 454\" "
        "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#3a4048\">\n"
        "<rect width=\"720\" height=\"454\" fill=\"#fff\"/>\n"
        "<text x=\"59.40\" y=\"28\" font-size=\"16\" font-weight=\"bold\" fill=\"#1b1f24\">T</text>\n"
        "<path d=\"M59.40 49.00h24\" stroke=\"#1f6fb4\" stroke-width=\"2.5\"/>\n"
        "<text x=\"90.40\" y=\"53.00\">a</text>\n"
        "<path stroke=\"#dcdfe4\" d=\"M82.98 68.00v330.00M230.34 68.00v330.00M377.70 68.00v330.00M525.06 68.00v330.00"
        "M672.42 68.00v330.00M59.40 360.31h636.60M59.40 233.00h636.60M59.40 105.69h636.60\"/>\n"
        "<path stroke=\"#8a929c\" fill=\"none\" d=\"M59.40 68.00V398.00H696.00\"/>\n"
        "<g text-anchor=\"middle\">\n"
        "<text x=\"82.98\" y=\"417.00\">0.0</text>\n"
        "<text x=\"230.34\" y=\"417.00\">0.5</text>\n"
        "<text x=\"377.70\" y=\"417.00\">1.0</text>\n"
        "<text x=\"525.06\" y=\"417.00\">1.5</text>\n"
        "<text x=\"672.42\" y=\"417.00\">2.0</text>\n"
        "<text x=\"377.70\" y=\"441.00\" font-size=\"13\">x</text>\n"
        "<text x=\"20\" y=\"233.00\" font-size=\"13\" transform=\"rotate(-90 20 233.00)\">y</text>\n"
        "</g>\n<g text-anchor=\"end\">\n"
        "<text x=\"51.40\" y=\"364.31\">0</text>\n"
        "<text x=\"51.40\" y=\"237.00\">5</text>\n"
        "<text x=\"51.40\" y=\"109.69\">10</text>\n"
        "</g>\n"
        "<path stroke=\"#1f6fb4\" stroke-width=\"1.5\" d=\"M77.98 385.78h10m-5 0V334.85m-5 0h10M372.70 131.15h10m-5 "
        "0V80.22m-5 0h10"
        "M667.42 233.00h10m-5 0V233.00m-5 0h10\"/>\n"
        "<path fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"2.5\" stroke-linejoin=\"round\" "
        "stroke-linecap=\"round\" "
        "d=\"M82.98 360.31L377.70 105.69L672.42 233.00\"/>\n"
        "<g fill=\"#1f6fb4\" fill-opacity=\"0.75\">\n"
        "<circle cx=\"82.98\" cy=\"360.31\" r=\"4\"/>\n"
        "<circle cx=\"377.70\" cy=\"105.69\" r=\"4\"/>\n"
        "</g>\n</svg>\n";
    const dlcv_plot_opts *o = with("T", "x", "y", 0, 0);
    dlcv_series s[2];
    s[0] = curve("a", x, y, 3);
    s[0].error = error;
    s[1] = curve(NULL, x, y, 2);
    s[1].dots = 1;
    CHECK_TEXT(plot(o, s, 2), golden);
    if (setlocale(LC_ALL, "de_DE.UTF-8") || setlocale(LC_ALL, "de_DE.utf8"))
        CHECK_TEXT(plot(o, s, 2), golden);
    else
        test_skip("no locale with a decimal comma is installed");
    setlocale(LC_ALL, "C");
}

/* What is written about hostile texts, what is left out, what has no extent. */
static void test_plot_texts(void)
{
    static const float one[1] = { 1 };
    dlcv_series s = curve("<&>\" \1\n \303\244 \377 \355\240\200 \357\277\277 \360\237\230\200", one, one, 1);
    const char *text = plot(with("1 < 2\001", "x & y\n2", "", 0, 0), &s, 1);
    HAS(text, ">1 &lt; 2\357\277\275</text>");
    HAS(text, ">x &amp; y\357\277\2752</text>");
    HAS(text,
        ">&lt;&amp;&gt;&quot; \357\277\275\357\277\275 \303\244 \357\277\275 \357\277\275\357\277\275\357\277\275 "
        "\357\277\275\357\277\275\357\277\275 \360\237\230\200</text>");
    CHECK_EQUAL(times(text, "rotate"), 0); /* no y label */
    text = plot(NULL, NULL, 0);            /* no title either */
    CHECK_EQUAL(times(text, "bold"), 0);
    HAS(text, ">0.2</text>");
    /* the first and the last of each length, with a tab between, and those next to what is none: all as they are */
    s.name = "\302\200\t\337\277 \340\240\200 \355\237\277 \356\200\200 \357\200\200 \357\277\275 \360\220\200\200 \361\200\200\200 \364\217\277\277";
    HAS(plot(NULL, &s, 1), s.name);
    s.name = "\360\217\277\277"; /* four bytes for what three hold */
    HAS(plot(NULL, &s, 1), ">\357\277\275\357\277\275\357\277\275\357\277\275</text>");
    s.name = "\340\200\200\364\220\200\200\303"; /* too long a form, beyond Unicode, cut */
    HAS(plot(NULL, &s, 1),
        ">\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275\357\277\275</text>");
}

/* Rows of at most 720 pixels, a colour for each name, the eleventh the first again. */
static void test_plot_legend(void)
{
    static const float y[2] = { 1, 2 };
    static const char *const names[3] = { "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb", "dots",
                                          "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb" };
    dlcv_series s[13];
    const char *text;
    int i;
    for (i = 0; i < 3; i++) s[i] = curve(names[i], NULL, y, 2);
    s[1].dots = 1;
    text = plot(NULL, s, 3); /* 44 + 7.1 * 60 and 28 + 7.1 * 4 pixels from 45.1 on: no place for 328 more */
    HAS(text, "<text x=\"76.10\" y=\"27.00\">aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb</text>");
    HAS(text,
        "<circle cx=\"520.10\" cy=\"23.00\" r=\"4\" fill=\"#e8801a\"/>\n<text x=\"530.10\" y=\"27.00\">dots</text>");
    HAS(text, "<text x=\"76.10\" y=\"49.00\">aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb</text>");
    for (i = 0; i < 13; i++) s[i] = curve(i == 1 ? NULL : i == 2 ? "" : "n", NULL, y, 2); /* the second and the third have the first one's colour */
    text = plot(NULL, s, 13);
    CHECK_EQUAL(times(text, "stroke=\"#1f6fb4\""), 6); /* lines 0, 1, 2 and 12, marks 0 and 12 */
    CHECK_EQUAL(times(text, "stroke=\"#6f7680\""), 2);
}

static void test_plot_points(void)
{
    float x[7] = { 0, 1, 2, 3, 4, 5, 6 }, y[7] = { 0 }, error[7] = { 1, 1, 1, 1, 1, 1, 1 };
    dlcv_series s = curve("", x, y, 7);
    const char *text;
    int i;
    for (i = 0; i < 7; i++) y[i] = (float)i;
    y[1] = (float)NAN;
    y[3] = (float)INFINITY;
    x[6] = -(float)INFINITY;
    error[4] = (float)NAN;
    error[5] = -1; /* as 1 */
    s.error = error;
    s.dots = 1;
    text = plot(NULL, &s, 1);
    CHECK_EQUAL(times(text, "<circle"), 4);
    CHECK_EQUAL(times(text, "h10m-5 0V"), 3);
    CHECK_EQUAL(times(text, "nan") + times(text, "inf"), 0);
    s.dots = 0;
    s.error = NULL;
    text = plot(NULL, &s, 1);
    CHECK_EQUAL(times(text, "h0.01"), 2); /* points 0 and 2 stand alone, 4 and 5 are joined */
    s.x = NULL;                           /* 1 .. 7 */
    text = plot(NULL, &s, 1);
    HAS(text, ">7</text>");
    CHECK_EQUAL(times(text, ">0</text>"), 1); /* of the y axis */
    for (i = 0; i < 7; i++) y[i] = (float)NAN;
    CHECK_EQUAL(times(plot(NULL, &s, 1), "<path"), 2); /* the grid and the axes */
    y[0] = -FLT_MAX;
    y[1] = FLT_MAX;
    error[0] = error[1] = FLT_MAX;
    s.error = error;
    HAS(plot(NULL, &s, 1), ">-5e+38</text>");
    s.error = NULL;
    y[0] = 16777216;
    y[1] = 16777218;
    HAS(plot(NULL, &s, 1), ">16777216.5</text>");
    y[0] = y[1] = -3;
    HAS(plot(NULL, &s, 1), ">-3.2</text>");
    y[0] = -5;
    y[1] = -1; /* the lower end is the larger in size */
    HAS(plot(NULL, &s, 1), ">-5</text>");
    y[0] = y[1] = 0;
    HAS(plot(NULL, &s, 1), ">0.5</text>"); /* zero alone: -1 .. 1 */
    x[0] = 40;
    y[0] = 40;
    s.count = 1;
    s.x = x;
    HAS(plot(NULL, &s, 1), ">39</text>"); /* 36 .. 44 in eight parts: steps of one */
    s.count = 0;
    s.y = NULL;
    CHECK_EQUAL(times(plot(NULL, &s, 1), "<circle"), 0);
    s.y = y;
    s.count = 7;
    s.x = NULL;
    y[0] = 0;
    y[1] = 1.4e-45f;
    HAS(plot(NULL, &s, 1), ">1e-45</text>");
}

static void test_plot_logarithmic(void)
{
    static const float x[5] = { 1, 10, 100, 0, -1 }, y[5] = { 0.001f, 1, 100000, 1, 1 }, close[2] = { 20, 30 };
    static const float wide[3] = { 1e-20f, 1, 1e20f }, small[3] = { 1e-7f, 1e-5f, 0.1f }, medium[3] = { 1, 50, 1e4f };
    static const float error[5] = { 1, 1, 1, 1, 1 };
    dlcv_series s = curve("", x, y, 5);
    const char *text;
    s.error = error;
    s.dots = 1;
    text = plot(with(NULL, "x", "y", 1, 1), &s, 1);
    CHECK_EQUAL(times(text, "<circle"), 3);
    CHECK_EQUAL(times(text, "h10m-5 0V"), 3); /* a bar that goes below zero ends at the lowest point */
    HAS(text, ">20</text>");                  /* 1, 2, 5 over two decades */
    HAS(text, "10<tspan dy=\"-5\" font-size=\"9\">-3</tspan>");
    s = curve("", x, wide, 3);
    text = plot(with(NULL, "a label of some length", "y", 0, 1), &s, 1);
    HAS(text, ">-18</tspan>"); /* every fourth power */
    CHECK_EQUAL(times(text, ">-17</tspan>"), 0);
    s.y = small;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">-6</tspan>"); /* powers below 10^-4 */
    s.y = medium;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">1000</text>"); /* three decades: numbers */
    HAS(plot(with(NULL, "x, log scale", "y (log scale)", 0, 0), &s, 1), ">40</text>"); /* the label does not decide */
    s = curve("", close, close, 2);
    HAS(plot(with(NULL, "x", NULL, 1, 0), &s, 1), ">22</text>");
    s.count = 1;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">50</text>");
    s.y = x + 3;
    HAS(plot(with(NULL, NULL, NULL, 0, 1), &s, 1), ">0.5</text>"); /* none above zero: about 1 */
}

static void test_plot_errors(void)
{
    static const float y[1] = { 1 };
    static char letters[100002];
    dlcv_series s = curve("", NULL, y, 1);
    int n;
    CHECK_FAILS(dlcv_view_plot(&env, &s, -1, NULL, "x"), DLCV_ERR_ARGUMENT, "view_plot: count is -1");
    CHECK_FAILS(dlcv_view_plot(&env, NULL, 1, NULL, "x"), DLCV_ERR_ARGUMENT, "view_plot: series is NULL, count 1");
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, NULL), DLCV_ERR_ARGUMENT, "view_plot: svg_path is NULL");
    s.count = -2;
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, "x"), DLCV_ERR_ARGUMENT,
                "view_plot: series 0 has -2 points and y given");
    s.count = 1;
    s.y = NULL;
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, "x"), DLCV_ERR_ARGUMENT,
                "view_plot: series 0 has 1 points and y NULL");
    s.y = y;
    memset(letters, 'm', sizeof letters - 1);
    for (n = 0; n < 3; n++) {
        CHECK_FAILS(dlcv_view_plot(&env, &s, 1, with(n == 0 ? letters : "", n == 1 ? letters : NULL,
                                                     n == 2 ? letters : NULL, 0, 0), "x"),
                    DLCV_ERR_ARGUMENT, "view_plot: a text of 100001 bytes, 100000 are enough");
    }
    s.name = letters + 1;
    CHECK(strlen(plot(with("", "", "", 0, 0), &s, 1)) > 100000);
    s.name = NULL;
    env.files.write = NULL; /* stdio */
#ifndef _WIN32
    CHECK_FAILS(dlcv_view_plot(&env, &s, 1, NULL, "no/such/folder/plot.svg"), DLCV_ERR_IO,
                "no/such/folder/plot.svg: cannot be created, the folder it would be in does not exist");
    CHECK_FAILS(dlcv_view_plot(NULL, &s, 1, NULL, "plot.PNG"), DLCV_ERR_UNSUPPORTED, "plot.PNG: a plot is an SVG file: name it .svg");
#endif
    env.files.write = test_disk_write;
    for (n = 1; n < 10; n++) {
        heap.calls = 0;
        heap.fail_at = n;
        if (!dlcv_view_plot(&env, &s, 1, NULL, "plot.svg")) break;
        CHECK(strstr(dlcv_error(), "out of memory") != NULL);
    }
    heap.fail_at = 0;
    CHECK_EQUAL(n, 2);
    CHECK(heap.blocks == 0);
}

int main(void)
{
    env = test_env(&heap);
    test_disk_use(&env, &disk);
    test_plot_golden();
    test_plot_texts();
    test_plot_legend();
    test_plot_points();
    test_plot_logarithmic();
    test_plot_errors();
    test_disk_free(&disk);
    CHECK(heap.blocks == 0 && heap.wrong == 0);
    return test_end("plot");
}
