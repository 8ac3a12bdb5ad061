/* PyTorch as a process of its own: a Python script that reads a line and answers with one. */
#ifndef DLCV_BENCH_TORCH_H
#define DLCV_BENCH_TORCH_H
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct torch {
    FILE *to, *from;
    char name[64];              /* "PyTorch 1.13" */
    int threads;
    double cpu;                 /* of the last run, where the script says so */
} torch;

static int torch_start_by(torch *t, const char *python, const char *script, int threads)
{
    int in[2], out[2];
    char count[12];
    snprintf(count, sizeof count, "%d", threads);
    if (pipe(in) || pipe(out)) return 0;
    if (fork() == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        setenv("OMP_NUM_THREADS", count, 1);
        setenv("OPENBLAS_NUM_THREADS", "1", 1);
        if (freopen("/dev/null", "w", stderr)) execlp(python, python, script, count, (char *)NULL);
        _exit(1);
    }
    close(in[0]);
    close(out[1]);
    t->threads = threads;
    t->to = fdopen(in[1], "w");
    t->from = fdopen(out[0], "r");
    if (!fgets(t->name, sizeof t->name, t->from)) return 0;
    t->name[strcspn(t->name, "+\n")] = 0;
    return 1;
}

/* 0: there is no PyTorch */
static int torch_start(torch *t, const char *script, int threads)
{
    signal(SIGPIPE, SIG_IGN);
    return torch_start_by(t, "python3", script, threads) || torch_start_by(t, "/usr/bin/python3", script, threads);
}

/* Sends what t->to has been given; the answer, without its newline, in line; 0: there is none. */
static int torch_answer(torch *t, char *line, int bytes)
{
    fflush(t->to);
    if (!fgets(line, bytes, t->from)) return 0;
    line[strcspn(line, "\n")] = 0;
    return 1;
}

/* After a line "case ...": may it be measured? */
static int torch_takes(torch *t, const char *what)
{
    char line[200] = "nothing";
    if (torch_answer(t, line, sizeof line) && !strncmp(line, "ok", 2)) return 1;
    printf("  %s: PyTorch says %s\n", what, line);
    return 0;
}
#endif
