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

/* A line that is being written: a piece that does not fit is left out. */
typedef struct dlcv__line {
    char text[DLCV__COLUMNS + 1];
    int length, room;
} dlcv__line;

DLCV__FN void dlcv__line_add(dlcv__line *line, const char *text)
{
    const size_t bytes = strlen(text);
    if (bytes > (size_t)(line->room - line->length)) return;
    memcpy(line->text + line->length, text, bytes + 1);
    line->length += (int)bytes;
}

/* ", loss 0.25"; nothing for NaN. */
DLCV__FN void dlcv__line_value(dlcv__line *line, const char *name, double value, const char *unit)
{
    char text[64];
    if (value != value) return;
    dlcv__format(text, sizeof text, ", %s%.4g%s", name, value, unit);
    dlcv__line_add(line, text);
}

/* ", 9.5 s", ", 3 min 20 s left"; nothing for a time that is none. */
DLCV__FN void dlcv__line_time(dlcv__line *line, double seconds, const char *after)
{
    char text[64];
    const int whole = seconds >= 0 && seconds < 1e9 ? (int)(seconds + 0.5) : -1;
    if (whole < 0) return;
    if (seconds < 59.95)
        dlcv__format(text, sizeof text, ", %.1f s%s", seconds, after);
    else if (whole < 3600)
        dlcv__format(text, sizeof text, ", %d min %d s%s", whole / 60, whole % 60, after);
    else
        dlcv__format(text, sizeof text, ", %d h %d min%s", whole / 3600, whole / 60 % 60, after);
    dlcv__line_add(line, text);
}

/* What stands right of the bar. */
DLCV__FN void dlcv__line_numbers(dlcv__line *line, const dlcv_progress *p)
{
    char text[64];
    dlcv__format(text, sizeof text, p->steps > 0 ? " %d/%d" : " %d", p->step, p->steps);
    dlcv__line_add(line, text);
    if (p->done)
        dlcv__line_time(line, p->seconds, "");
    else if (p->step > 0 && p->step <= p->steps)
        dlcv__line_time(line, p->seconds / p->step * (p->steps - p->step), " left");
    dlcv__line_value(line, "loss ", (double)p->loss, "");
    dlcv__line_value(line, "accuracy ", 100 * (double)p->accuracy, " %");
    dlcv__line_value(line, "validation ", (double)p->validation_loss, "");
    dlcv__line_value(line, "", 100 * (double)p->validation_accuracy, " %");
    if (p->samples_per_second > 0) dlcv__line_value(line, "", p->samples_per_second, "/s");
}

DLCV_API int dlcv_progress_bar(const dlcv_progress *p, void *file)
{
    dlcv__line line, numbers;
    char text[64];
    int bar, full, i;
    if (!p) return 0;
    memset(&line, 0, sizeof line);
    memset(&numbers, 0, sizeof numbers);
    line.room = DLCV__COLUMNS;
    if (p->epochs > 0) {
        dlcv__format(text, sizeof text, "epoch %d/%d", p->epoch, p->epochs);
        dlcv__line_add(&line, text);
    }
    numbers.room = DLCV__COLUMNS - line.length;
    dlcv__line_numbers(&numbers, p);
    bar = DLCV__COLUMNS - line.length - numbers.length - 3; /* what is left for it between the brackets */
    if (bar > 30) bar = 30;
    if (p->steps > 0 && bar >= 5) {
        const double part = (double)p->step / p->steps;
        full = (int)(bar * (part < 0 ? 0 : part > 1 ? 1 : part));
        dlcv__line_add(&line, line.length ? " [" : "[");
        for (i = 0; i < bar; i++) dlcv__line_add(&line, i < full ? "#" : ".");
        dlcv__line_add(&line, "]");
    }
    dlcv__line_add(&line, numbers.text);
    while (line.length < DLCV__COLUMNS) dlcv__line_add(&line, " "); /* over what the call before has left */
    fprintf(file ? (FILE *)file : stderr, "\r%s%s", line.text, p->done ? "\n" : "");
    fflush(file ? (FILE *)file : stderr);
    return 0;
}
#undef DLCV__COLUMNS
#endif
