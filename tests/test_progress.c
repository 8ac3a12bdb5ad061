/* The progress bar: what it writes to a file, and the same on a terminal. */
#if defined(__linux__) && !defined(_XOPEN_SOURCE)
#define _XOPEN_SOURCE 600
#endif
#include "test.h"
#ifdef __linux__
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#endif

static char text[256];

/* What the bar writes for p to a file. */
static const char *bar(const dlcv_progress *p)
{
    size_t n = 0;
    const char *const name = "test_progress.tmp";
    FILE *f = tmpfile(), *named = f ? NULL : fopen(name, "w+b");    /* Windows' tmpfile wants the right to write to the root folder */
    if (named) f = named;
    CHECK(f != NULL);
    if (!f) return "";
    CHECK_EQUAL(dlcv_progress_bar(p, f), 0);
    rewind(f);
    n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    if (named) remove(name);
    text[n] = 0;
    return text;
}

static void nothing_known(dlcv_progress *p)
{
    memset(p, 0, sizeof *p);
    p->loss = p->accuracy = p->validation_loss = p->validation_accuracy = p->lr = (float)NAN;
}

static void test_file(void)
{
    dlcv_progress p;
    nothing_known(&p);
    p.steps = 40;
    p.step = 10;
    CHECK_TEXT(bar(&p), "");                    /* neither an epoch's end nor the end */
    p.epoch_end = 1;
    p.step = 0;
    CHECK_TEXT(bar(&p), "[..........]  0/40\n");
    p.step = 10;
    CHECK_TEXT(bar(&p), "[##........] 10/40\n");                         /* no clock: no time */
    p.seconds = 3;
    CHECK_TEXT(bar(&p), "[##........] 10/40    9.0s left\n");
    p.seconds = 100;
    CHECK_TEXT(bar(&p), "[##........] 10/40   5m00s left\n");
    p.seconds = 10000;
    CHECK_TEXT(bar(&p), "[##........] 10/40   8h20m left\n");
    p.seconds = (double)NAN;
    CHECK_TEXT(bar(&p), "[##........] 10/40\n");
    p.epoch_end = 0;
    p.step = 40;
    p.done = 1;
    p.seconds = 59.96;
    p.samples_per_second = 1234.4;
    CHECK_TEXT(bar(&p), "[##########] 40/40   1m00s   1234/s\n");
    p.seconds = 0;
    CHECK_TEXT(bar(&p), "[##########] 40/40   1234/s\n");
    p.seconds = 3;
    p.restored = 39;
    CHECK_TEXT(bar(&p), "[##########] 40/40    3.0s   1234/s\n");
    p.restored = 40;                            /* a checkpoint had them all */
    p.seconds = p.samples_per_second = 0;
    CHECK_TEXT(bar(&p), "[##########] 40/40  nothing left to train\n");
    p.loss = 0.0048f;
    p.epoch = p.epochs = 15;
    CHECK_TEXT(bar(&p), "epoch 15/15 [##########] 40/40  nothing left to train  loss 0.005\n");
    p.accuracy = 0.999f;
    p.validation_loss = 0.015f;
    p.validation_accuracy = 0.993f;             /* the figures make room for it */
    CHECK_TEXT(bar(&p), "epoch 15/15 [##########] 40/40  nothing left to train  loss 0.005  acc 99.9%\n");
    p.accuracy = p.validation_loss = p.validation_accuracy = (float)NAN;
    p.loss = (float)NAN;
    p.epoch = p.epochs = p.restored = 0;
    p.seconds = 1e10;
    p.samples_per_second = 0;
    CHECK_TEXT(bar(&p), "[##########] 40/40\n");
    p.step = 50; /* beyond the ends */
    CHECK_TEXT(bar(&p), "[##########] 50/40\n");
    p.step = -3;
    CHECK_TEXT(bar(&p), "[..........] -3/40\n");
    p.steps = 0;
    p.step = 20;
    CHECK_TEXT(bar(&p), "20\n");
    CHECK_EQUAL(dlcv_progress_bar(&p, NULL), 0); /* to stderr */
    CHECK_EQUAL(dlcv_progress_bar(NULL, NULL), 0);
}

static void test_epochs(void)
{
    dlcv_progress p;
    nothing_known(&p);
    p.epoch = 3;
    p.epochs = 20;
    p.step = 300;
    p.steps = 2000;
    p.seconds = 1.5;
    p.loss = 0.6918f;
    p.accuracy = 0.5203f;
    p.samples_per_second = 1234.4;
    CHECK_TEXT(bar(&p), "epoch  3/20 [#.........]  300/2000    8.5s left  loss 0.692  acc 52.0%   1234/s\n");  /* 3 / 20 of the steps: epochs are over */
    p.step = 301;
    CHECK_TEXT(bar(&p), "");
    p.epoch_end = 1;                            /* epochs need not be of whole batches */
    p.loss = 123.4f;
    CHECK_TEXT(bar(&p), "epoch  3/20 [#.........]  301/2000    8.5s left  loss   123  acc 52.0%   1234/s\n");
    p.loss = 23.456f;
    p.accuracy = 1;
    CHECK_TEXT(bar(&p), "epoch  3/20 [#.........]  301/2000    8.5s left  loss 23.46  acc  100%   1234/s\n");
    p.loss = 0.0003f;
    p.validation_accuracy = 0.25f;
    CHECK_TEXT(bar(&p), "epoch  3/20 [#.........]    8.5s left  loss 3e-04  acc  100%  val 25.0%\n");
    p.loss = 0.6918f;
    p.accuracy = 0.5203f;
    p.validation_loss = 0.6933f;
    p.validation_accuracy = 0.5234f;
    CHECK_TEXT(bar(&p), "epoch  3/20 [#.........]    8.5s left  loss 0.692  acc 52.0%  val 0.693 52.3%\n");
    p.epoch = p.epochs = 2000000000;
    CHECK_TEXT(bar(&p), "epoch 2000000000/2000000000 [#.........]  loss 0.692  acc 52.0%  val 0.693\n");   /* the bar stays */
}

/* Numbers that nobody expects still make a line, and none that is too long. */
static void test_odd(void)
{
    static const struct {
        float loss;
        const char *text;
    } losses[] = { { 0, "0.000" }, { -1.5f, "-1.500" }, { -0.0001f, "-1e-04" }, { 3e7f, "3e+07" }, { -3e30f, "-3e+30" }, { 99999.4f, "99999" }, { 12.3456f, "12.35" } };
    char want[64];
    dlcv_progress p;
    size_t i;
    nothing_known(&p);
    p.steps = 8;
    p.step = 8;
    p.done = 1;
    for (i = 0; i < sizeof losses / sizeof *losses; i++) {
        p.loss = losses[i].loss;
        sprintf(want, "[##########] 8/8  loss %s\n", losses[i].text);
        CHECK_TEXT(bar(&p), want);
    }
    p.loss = (float)INFINITY;
    CHECK(strstr(bar(&p), "  loss   inf\n") != NULL);
    p.loss = (float)NAN;
    p.accuracy = -0.25f;
    CHECK_TEXT(bar(&p), "[##########] 8/8  acc -25.0%\n");
    p.accuracy = (float)NAN;
    p.samples_per_second = 1e9;                 /* neither a rate that is no rate */
    CHECK_TEXT(bar(&p), "[##########] 8/8\n");
    p.samples_per_second = -1;
    CHECK_TEXT(bar(&p), "[##########] 8/8\n");
    p.samples_per_second = 999999999;
    CHECK_TEXT(bar(&p), "[##########] 8/8  999999999/s\n");
    p.samples_per_second = 0;
    p.done = 0;
    p.epoch_end = 1;
    p.seconds = 2;
    p.step = 9;                                 /* of 8: nothing is left */
    CHECK_TEXT(bar(&p), "[##########] 9/8\n");
    p.epoch_end = 0;
    p.epochs = 4;
    CHECK_TEXT(bar(&p), "");                    /* no epoch is over: epoch 0 of 4, whatever the step */
    p.step = 0;
    CHECK_TEXT(bar(&p), "");
    p.epoch = 1;
    p.step = 2;
    CHECK_TEXT(bar(&p), "epoch 1/4 [##........] 2/8    6.0s left\n");
}

/* On a terminal every call draws; the other end of one is asked what came. */
static void test_terminal(void)
{
#ifdef __linux__
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    const char *const name = master >= 0 && !grantpt(master) && !unlockpt(master) ? ptsname(master) : NULL;
    FILE *f = name ? fopen(name, "r+") : NULL;
    dlcv_progress p;
    ssize_t n;
    nothing_known(&p);
    p.steps = 40;
    p.step = 10;
    if (!f || !isatty(fileno(f))) {
        printf("progress: no terminal to be had\n");
    } else {
        dlcv_progress_bar(&p, f);
        n = read(master, text, sizeof text - 1);
        CHECK_EQUAL(n, 80);                     /* a carriage return, 79 columns */
        text[n < 0 ? 0 : n] = 0;
        CHECK(strncmp(text, "\r[##........] 10/40 ", 20) == 0);
        p.step = 40;
        p.done = 1;
        dlcv_progress_bar(&p, f);
        n = read(master, text, sizeof text - 1);
        CHECK_EQUAL(n, 82);                     /* the terminal makes two bytes of the newline that ends it */
        text[n < 0 ? 0 : n] = 0;
        CHECK(strncmp(text, "\r[##########] 40/40 ", 20) == 0);
    }
    if (f) fclose(f);
    if (master >= 0) close(master);
#endif
}

int main(void)
{
    test_file();
    test_epochs();
    test_odd();
    test_terminal();
    return test_end("progress");
}
