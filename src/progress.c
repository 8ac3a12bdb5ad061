/* ---- progress: one line on a terminal ----------------------------------------------------------------------------- */

#ifdef DLCV_NO_STDIO
DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file)
{
    (void)p;
    (void)file;
    return 0;
}
#else
#define DLCV__COLUMNS 79
#define DLCV__CELLS 10

/* Does file go to a terminal? Where nobody can say, it does. */
#ifdef _WIN32
#include <io.h>
#define DLCV__TERMINAL(file) _isatty(_fileno(file))
#elif defined(__linux__) || defined(__APPLE__) || defined(__FreeBSD__) || defined(__wasi__)
#ifdef __wasi__
#include <unistd.h>
#endif
#ifndef __cplusplus
int isatty(int descriptor);     /* core.c has fileno, and unistd.h in C++ */
int fileno(FILE *file);
#endif
#define DLCV__TERMINAL(file) isatty(fileno(file))
#else
#define DLCV__TERMINAL(file) 1
#endif

/* The pieces of a line, from left to right. Numbers of one kind have one width, so that nothing moves from call to call. */
typedef enum dlcv__piece {
    DLCV__P_EPOCH, DLCV__P_BAR, DLCV__P_STEP, DLCV__P_TIME, DLCV__P_LOSS, DLCV__P_ACCURACY, DLCV__P_VALIDATION, DLCV__P_VALIDATED, DLCV__P_RATE, DLCV__P_COUNT
} dlcv__piece;

/* "  loss 0.692" */
DLCV__FN void dlcv__piece_loss(char *out, const char *name, double v)
{
    const double size = v < 0 ? -v : v;
    if (v != v) return;
    dlcv__format(out, 32, size > 0 && size < 0.0005 ? "%s%5.0e" : size < 9.9995 ? "%s%5.3f" : size < 99.995 ? "%s%5.2f" : size < 99999.5 ? "%s%5.0f" : "%s%5.0e", name, v);
}

/* "  acc 52.0%" */
DLCV__FN void dlcv__piece_percent(char *out, const char *name, double part)
{
    if (part == part) dlcv__format(out, 32, part < 0.9995 ? "%s%4.1f%%" : "%s%4.0f%%", name, 100 * part);
}

/* "   9.5s left", "  3m20s left" */
DLCV__FN void dlcv__piece_time(char *out, double seconds, const char *after)
{
    const int whole = seconds > 0 && seconds < 1e9 ? (int)(seconds + 0.5) : -1;
    if (whole < 0) return;
    if (seconds < 59.95) dlcv__format(out, 32, "  %5.1fs%s", seconds, after);
    else if (whole < 3600) dlcv__format(out, 32, "  %2dm%02ds%s", whole / 60, whole % 60, after);
    else dlcv__format(out, 32, "  %2dh%02dm%s", whole / 3600, whole / 60 % 60, after);
}

DLCV__FN int dlcv__digits(int n)
{
    int digits = 1;
    for (; n > 9; n /= 10) digits++;
    return digits;
}

/* The line, without the spaces that end it; its length. What does not fit beside those before it in `order` is left out. */
DLCV__FN int dlcv__progress_line(const dlcv_progress *p, char *line)
{
    static const unsigned char order[DLCV__P_COUNT] = {
        DLCV__P_BAR, DLCV__P_EPOCH, DLCV__P_LOSS, DLCV__P_ACCURACY, DLCV__P_VALIDATION, DLCV__P_VALIDATED, DLCV__P_TIME, DLCV__P_STEP, DLCV__P_RATE
    };
    const int nothing = p->done && p->restored > 0 && p->restored == p->step;           /* said before any number */
    char piece[DLCV__P_COUNT][32];
    int i, room = DLCV__COLUMNS, length = 0;
    memset(piece, 0, sizeof piece);
    if (p->epochs > 0) dlcv__format(piece[DLCV__P_EPOCH], 32, "epoch %*d/%d ", dlcv__digits(p->epochs), p->epoch, p->epochs);
    if (p->steps > 0) {
        const double part = (double)p->step / p->steps;
        const int full = (int)(DLCV__CELLS * (part < 0 ? 0 : part > 1 ? 1 : part));
        dlcv__format(piece[DLCV__P_BAR], 32, "[%.*s%.*s]", full, "##########", DLCV__CELLS - full, "..........");
        dlcv__format(piece[DLCV__P_STEP], 32, " %*d/%d", dlcv__digits(p->steps), p->step, p->steps);
        if (!p->done && p->step > 0 && p->step <= p->steps)
            dlcv__piece_time(piece[DLCV__P_TIME], p->seconds / p->step * (p->steps - p->step), " left");
    } else {
        dlcv__format(piece[DLCV__P_STEP], 32, "%d", p->step);
    }
    if (p->done) {
        if (nothing) room -= dlcv__format(piece[DLCV__P_TIME], 32, "  nothing left to train");
        else dlcv__piece_time(piece[DLCV__P_TIME], p->seconds, "");
    }
    dlcv__piece_loss(piece[DLCV__P_LOSS], "  loss ", (double)p->loss);
    dlcv__piece_percent(piece[DLCV__P_ACCURACY], "  acc ", (double)p->accuracy);
    dlcv__piece_loss(piece[DLCV__P_VALIDATION], "  val ", (double)p->validation_loss);
    dlcv__piece_percent(piece[DLCV__P_VALIDATED], piece[DLCV__P_VALIDATION][0] ? " " : "  val ", (double)p->validation_accuracy);
    if (p->samples_per_second > 0 && p->samples_per_second < 1e9) dlcv__format(piece[DLCV__P_RATE], 32, "  %5.0f/s", p->samples_per_second);
    for (i = 0; i < DLCV__P_COUNT; i++) {
        char *const text = piece[order[i]];
        const int wide = nothing && order[i] == DLCV__P_TIME ? 0 : (int)strlen(text);
        if (wide <= room) room -= wide;
        else text[0] = 0;
        if (order[i] == DLCV__P_VALIDATION && wide > 0 && !text[0]) piece[DLCV__P_VALIDATED][0] = 0;        /* a percentage of what? */
    }
    for (i = 0; i < DLCV__P_COUNT; i++) {
        const size_t wide = strlen(piece[i]);
        memcpy(line + length, piece[i], wide);
        length += (int)wide;
    }
    line[length] = 0;
    return length;
}

DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file)
{
    FILE *const out = file ? (FILE *)file : stderr;
    char line[DLCV__COLUMNS + 1];
    int length;
    if (!p) return 0;
    if (DLCV__TERMINAL(out)) {
        length = dlcv__progress_line(p, line);
        fprintf(out, "\r%s%*s%s", line, DLCV__COLUMNS - length, "", p->done ? "\n" : "");   /* spaces over what the call before has left */
    } else {
        const int whole = p->epochs > 0 && p->epoch > 0 && (int64_t)p->step * p->epochs == (int64_t)p->epoch * p->steps;     /* epochs are over */
        if (!p->done && !p->epoch_end && !whole) return 0;
        dlcv__progress_line(p, line);
        fprintf(out, "%s\n", line);
    }
    fflush(out);
    return 0;
}
#undef DLCV__COLUMNS
#undef DLCV__CELLS
#undef DLCV__TERMINAL
#endif
