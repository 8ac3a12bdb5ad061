/* The progress bar. */
#include "test.h"

/* What the bar prints for p, without the spaces that end it. */
static const char *bar(const dlcv_progress *p)
{
    static char text[256];
    size_t n = 0;
    const char *const name = "test_view.tmp";
    FILE *f = tmpfile(), *named = f ? NULL : fopen(name, "w+b");    /* Windows' tmpfile wants the right to write to the root folder */
    if (named) f = named;
    CHECK(f != NULL);
    if (!f) return "";
    CHECK_EQUAL(dlcv_progress_bar(p, f), 0);
    rewind(f);
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    if (named) remove(name);
    CHECK_EQUAL(n, p->done ? 81 : 80); /* a carriage return, 79 columns, a newline at the end */
    while (n > 0 && text[n - 1] == ' ') n--;
    text[n] = 0;
    return text;
}

static void test_bar(void)
{
    dlcv_progress p;
    memset(&p, 0, sizeof p);
    p.loss = p.accuracy = p.validation_loss = p.validation_accuracy = p.lr = (float)NAN;
    p.steps = 40;
    CHECK_TEXT(bar(&p), "\r[..............................] 0/40");
    p.step = 10;
    p.seconds = 3;
    CHECK_TEXT(bar(&p), "\r[#######.......................] 10/40, 9.0 s left");
    p.seconds = 100;
    CHECK_TEXT(bar(&p), "\r[#######.......................] 10/40, 5 min 0 s left");
    p.seconds = 10000;
    CHECK_TEXT(bar(&p), "\r[#######.......................] 10/40, 8 h 20 min left");
    p.step = 40;
    p.done = 1;
    p.seconds = 59.96;
    p.samples_per_second = 1234.4;
    CHECK_TEXT(bar(&p), "\r[##############################] 40/40, 1 min 0 s, 1234/s                      \n");
    p.done = 0;
    p.epoch = 3;
    p.epochs = 20;
    p.step = 20;
    p.seconds = 1.5;
    p.loss = 0.25f;
    p.accuracy = 0.875f;
    CHECK_TEXT(bar(&p), "\repoch 3/20 [######......] 20/40, 1.5 s left, loss 0.25, accuracy 87.5 %, 1234/s");
    p.validation_loss = 0.5f;
    p.validation_accuracy = 0.75f;
    CHECK_TEXT(bar(&p), "\repoch 3/20 20/40, 1.5 s left, loss 0.25, accuracy 87.5 %, validation 0.5, 75 %");
    p.epochs = p.steps = 0;
    p.validation_loss = p.validation_accuracy = p.loss = p.accuracy = (float)NAN;
    p.samples_per_second = 0;
    CHECK_TEXT(bar(&p), "\r 20");
    p.seconds = -1; /* times that are none */
    p.done = 1;
    CHECK_TEXT(bar(&p), "\r 20                                                                            \n");
    p.seconds = 1e10;
    CHECK_TEXT(bar(&p), "\r 20                                                                            \n");
    CHECK_EQUAL(dlcv_progress_bar(&p, NULL), 0); /* to stderr */
    p.done = 0;
    p.steps = 40;
    p.step = 50; /* beyond the ends */
    CHECK_TEXT(bar(&p), "\r[##############################] 50/40");
    p.step = -3;
    CHECK_TEXT(bar(&p), "\r[..............................] -3/40");
    CHECK_EQUAL(dlcv_progress_bar(NULL, NULL), 0);
}

int main(void)
{
    test_bar();
    return test_end("progress");
}
