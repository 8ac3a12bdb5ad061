/* ---- plots: curves as SVG ---------------------------------------------------------------------------------------- */

#define DLCV__PLOT_WIDTH  720
#define DLCV__PLOT_HEIGHT 330 /* of the field between the axes */
#define DLCV__MAJORS      16
#define DLCV__MINORS      96

/* Where the ticks of an axis are, in pixels. */
typedef struct dlcv__ticks {
    int majors, minors, powers; /* powers: the texts are exponents of ten */
    double major[DLCV__MAJORS], minor[DLCV__MINORS];
    char text[DLCV__MAJORS][24];
} dlcv__ticks;

typedef struct dlcv__axis {
    const char *label;
    int bytes; /* of the label */
    int log;
    double least, most; /* of what is drawn */
    double low, high;   /* what the ends stand for, its log10 where log */
    double from, to;    /* pixels of the ends */
    dlcv__ticks ticks;
} dlcv__axis;

/* The file: texts are written twice, first only for their length. */
typedef struct dlcv__svg {
    dlcv__text text;
    int wrapped; /* more bytes than size_t counts */
    const char *title;
    int title_bytes, legend; /* legend: its rows */
    int count;
    const dlcv_series *series;
    dlcv__axis x, y;
} dlcv__svg;

#if defined(__MINGW32__) && !defined(__clang__)
__attribute__((__format__(__gnu_printf__, 2, 3)))
#elif defined(__GNUC__) || defined(__clang__)
__attribute__((__format__(__printf__, 2, 3)))
#endif
DLCV__FN void
dlcv__svg_add(dlcv__svg *f, const char *format, ...)
{
    const size_t room = f->text.length < f->text.bytes ? f->text.bytes - f->text.length : 0, before = f->text.length;
    va_list list;
    va_start(list, format);
    f->text.length += (size_t)dlcv__vformat(room ? f->text.out + f->text.length : NULL, room, format, list);
    va_end(list);
    if (f->text.length < before) f->wrapped = 1;
}

/* The bytes of the UTF-8 character that `s` begins with, if XML 1.0 allows it, else 0. `s` ends with a zero byte. */
DLCV__FN int dlcv__utf8(const unsigned char *s)
{
    const int n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    int i;
    if (n == 1) return s[0] >= 0x20 || s[0] == '\t';
    for (i = 1; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) return 0;
    }
    if (n == 3 && s[0] == 0xe0 && s[1] < 0xa0) return 0;                 /* could be shorter */
    if (n == 3 && s[0] == 0xed && s[1] > 0x9f) return 0;                 /* a surrogate */
    if (n == 3 && s[0] == 0xef && s[1] == 0xbf && s[2] > 0xbd) return 0; /* FFFE, FFFF */
    if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))) return 0;
    return n;
}

/* `bytes` bytes, with a 0 behind them, as XML text. */
DLCV__FN void dlcv__svg_text(dlcv__svg *f, const char *s, int bytes)
{
    int i, n;
    for (i = 0; i < bytes; i += n ? n : 1) {
        const char c = s[i];
        n = dlcv__utf8((const unsigned char *)s + i);
        if (c == '&' || c == '<' || c == '>' || c == '"')
            dlcv__svg_add(f, "%s", c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&quot;");
        else if (n)
            dlcv__svg_add(f, "%.*s", n, s + i);
        else
            dlcv__svg_add(f, "\357\277\275");
    }
}

/* Characters of a text, whose width in pixels nobody knows. */
DLCV__FN int dlcv__characters(const char *s, int bytes)
{
    int i, n = 0;
    for (i = 0; i < bytes; i++) n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

/* 10^e, exact for |e| <= 22. */
DLCV__FN double dlcv__ten(int e)
{
    double power = 1;
    int i;
    for (i = e < 0 ? -e : e; i > 0; i--) power *= 10;
    return e < 0 ? 1 / power : power;
}

/* The e with 10^e <= v < 10^(e + 1), v > 0 a number of the size of a float's. */
DLCV__FN int dlcv__decade(double v)
{
    int e = 0;
    while (v < dlcv__ten(e)) e--;
    while (v >= dlcv__ten(e + 1)) e++;
    return e;
}

/* log10(v), v > 0, in double without libm: v = 10^e m, ln m = 8 artanh(s), s = (r - 1) / (r + 1) < 0.281 with r =
 * m^(1/4); the series is cut where its terms fall below s^27 / 27 < 5e-17. */
DLCV__FN double dlcv__log10(double v)
{
    const int e = dlcv__decade(v);
    const double r = sqrt(sqrt(v / dlcv__ten(e))), s = (r - 1) / (r + 1), s2 = s * s;
    double sum = 0;
    int i;
    for (i = 25; i > 0; i -= 2) sum = sum * s2 + 1.0 / i;
    return e + 8 * s * sum * 0.43429448190325182765;
}

/* A step of 1, 2 or 5 times a power of ten, not below `rough`; *exponent: of that power. */
DLCV__FN double dlcv__nice_step(double rough, int *exponent)
{
    const int e = dlcv__decade(rough);
    const double power = dlcv__ten(e), m = rough / power;
    *exponent = m > 5 ? e + 1 : e;
    return m > 5 ? dlcv__ten(e + 1) : (m > 2 ? 5 : m > 1 ? 2 : 1) * power;
}

/* The pixel of a value. */
DLCV__FN double dlcv__axis_at(const dlcv__axis *axis, double value)
{
    const double v = axis->log ? dlcv__log10(value) : value;
    return axis->from + (v - axis->low) / (axis->high - axis->low) * (axis->to - axis->from);
}

/* Whether a value has a place on the axis. */
DLCV__FN int dlcv__axis_takes(const dlcv__axis *axis, double value)
{
    return fabs(value) <= (double)FLT_MAX && (!axis->log || value > 0);
}

/* Point i of a series, if it can be drawn. */
DLCV__FN int dlcv__plot_point(const dlcv__svg *f, const dlcv_series *s, int i, double *x, double *y)
{
    *x = s->x ? (double)s->x[i] : i + 1.0;
    *y = (double)s->y[i];
    return dlcv__axis_takes(&f->x, *x) && dlcv__axis_takes(&f->y, *y);
}

/* The ends of the error bar of a point that can be drawn, if it has one; on a logarithmic axis a bar may end at the
 * axis. */
DLCV__FN int dlcv__plot_bar(const dlcv__svg *f, const dlcv_series *s, int i, double *low, double *high)
{
    const double y = (double)s->y[i], e = s->error ? fabs((double)s->error[i]) : 0;
    if (!s->error || !(e <= (double)FLT_MAX)) return 0;
    *low = y - e;
    *high = y + e;
    if (f->y.log && *low <= 0) *low = f->y.least < y ? f->y.least : y;
    return 1;
}

DLCV__FN void dlcv__axis_widen(dlcv__axis *axis, double value, int *any)
{
    if (!*any || value < axis->least) axis->least = value;
    if (!*any || value > axis->most) axis->most = value;
    *any = 1;
}

/* least and most of both axes: points first, since bars that go below zero end at the least point. */
DLCV__FN void dlcv__plot_range(dlcv__svg *f)
{
    double x, y, low, high;
    int any_x = 0, any_y = 0, pass, i, j;
    f->x.least = f->x.log ? 1 : 0; /* if there is no point */
    f->y.least = f->y.log ? 1 : 0;
    f->x.most = f->y.most = 1;
    for (pass = 0; pass < 2; pass++) {
        for (j = 0; j < f->count; j++) {
            for (i = 0; i < f->series[j].count; i++) {
                if (!dlcv__plot_point(f, &f->series[j], i, &x, &y)) continue;
                if (pass == 0) {
                    dlcv__axis_widen(&f->x, x, &any_x);
                    dlcv__axis_widen(&f->y, y, &any_y);
                } else if (dlcv__plot_bar(f, &f->series[j], i, &low, &high)) {
                    dlcv__axis_widen(&f->y, low, &any_y);
                    dlcv__axis_widen(&f->y, high, &any_y);
                }
            }
        }
    }
}

/* The ends of an axis: 4 % beyond what is drawn. What lies closer together than ticks can say counts as one value. */
DLCV__FN void dlcv__axis_ends(dlcv__axis *axis)
{
    const double size = fabs(axis->least) > fabs(axis->most) ? fabs(axis->least) : fabs(axis->most);
    double room;
    axis->low = axis->log ? dlcv__log10(axis->least) : axis->least;
    axis->high = axis->log ? dlcv__log10(axis->most) : axis->most;
    room = (axis->high - axis->low) * 0.04;
    if (axis->most - axis->least <= 1e-9 * size) room = axis->log ? 0.55 : size > 0 ? size / 10 : 1;
    axis->low -= room;
    axis->high += room;
}

DLCV__FN void dlcv__tick_add(dlcv__axis *axis, double value, int decimals)
{
    dlcv__ticks *t = &axis->ticks;
    char *text = t->text[t->majors];
    if (t->majors == DLCV__MAJORS) return;
    t->major[t->majors++] = dlcv__axis_at(axis, value);
    if (t->powers)
        dlcv__format(text, 24, "%d", dlcv__decade(value));
    else if (decimals < 0)
        dlcv__format(text, 24, "%.*g", -decimals, value);
    else
        dlcv__format(text, 24, "%.*f", decimals, value);
}

/* Ticks at the multiples of a step in begin .. end. */
DLCV__FN void dlcv__ticks_linear(dlcv__axis *axis, double begin, double end, int wanted)
{
    int e, decimals;
    const double step = dlcv__nice_step((end - begin) / wanted, &e);
    const double most = fabs(begin) > fabs(end) ? fabs(begin) : fabs(end);
    double k = dlcv__ceil(begin / step); /* below 1e11: an axis is no shorter than 1e-9 of its ends */
    decimals = e < 0 ? -e : 0;
    if (most >= 1e7 || e < -5) decimals = -(dlcv__decade(most) - e + 1); /* digits in all, with an exponent */
    for (; k * step <= end && axis->ticks.majors < DLCV__MAJORS; k++)
        dlcv__tick_add(axis, k == 0 ? 0 : k * step, decimals);
}

/* Ticks of a logarithmic axis: powers of ten, or 1, 2 and 5 times these, and lines between them. */
DLCV__FN void dlcv__ticks_log(dlcv__axis *axis)
{
    const int begin = -(int)dlcv__ceil(-axis->low), end = (int)dlcv__ceil(axis->high), fine = axis->high - axis->low < 2.5;
    const int stride = 1 + (end - begin) / 13;
    int e, m;
    axis->ticks.powers = !fine && (begin < -4 || end > 5);
    for (e = begin; e <= end; e++) {
        for (m = 1; m < 10; m++) {
            const double value = m * dlcv__ten(e), at = dlcv__log10(value);
            if (at < axis->low - 1e-9 || at > axis->high + 1e-9) continue;
            if ((m == 1 && (e - begin) % stride == 0) || (fine && (m == 2 || m == 5)))
                dlcv__tick_add(axis, value, -6);
            else if (stride == 1 && axis->ticks.minors < DLCV__MINORS)
                axis->ticks.minor[axis->ticks.minors++] = dlcv__axis_at(axis, value);
        }
    }
}

DLCV__FN void dlcv__axis_ticks(dlcv__axis *axis, int wanted)
{
    if (!axis->log)
        dlcv__ticks_linear(axis, axis->low, axis->high, wanted);
    else if (axis->high - axis->low >= 1)
        dlcv__ticks_log(axis);
    else
        dlcv__ticks_linear(axis, axis->least, axis->most, wanted);
}

/* A text, "" if there is none. */
DLCV__FN const char *dlcv__plot_text(const char *text, int *bytes)
{
    *bytes = text ? (int)strlen(text) : 0;
    return text ? text : "";
}

/* A mark, the name as wide as in DejaVu Sans, the widest of the usual fonts, and 13 pixels. */
DLCV__FN double dlcv__legend_width(const dlcv_series *s)
{
    return (s->dots ? 28 : 44) + 7.1 * dlcv__characters(s->name, (int)strlen(s->name));
}

/* The place of the next entry of the legend, in *x and *row. */
DLCV__FN void dlcv__legend_next(const dlcv__svg *f, const dlcv_series *s, double *x, int *row)
{
    if (*row == 0 || *x + dlcv__legend_width(s) > DLCV__PLOT_WIDTH) {
        *x = f->x.from;
        (*row)++;
    }
}

/* Where everything is: the axes from what is drawn, the margins from the texts. */
DLCV__FN void dlcv__plot_layout(dlcv__svg *f)
{
    int widest = 0, i, row = 0;
    double x = 0, top;
    dlcv__plot_range(f);
    dlcv__axis_ends(&f->x);
    dlcv__axis_ends(&f->y);
    f->y.from = 1;
    dlcv__axis_ticks(&f->y, 6); /* for the width of the texts */
    for (i = 0; i < f->y.ticks.majors; i++) {
        const int n = f->y.ticks.powers ? 4 : (int)strlen(f->y.ticks.text[i]);
        if (n > widest) widest = n;
    }
    f->x.from = 22 + 7.7 * widest + (f->y.bytes ? 22 : 0);
    f->x.to = DLCV__PLOT_WIDTH - 24;
    dlcv__axis_ticks(&f->x, 8);
    for (i = 0; i < f->count; i++) {
        const dlcv_series *s = &f->series[i];
        if (!s->name || !*s->name) continue;
        dlcv__legend_next(f, s, &x, &row);
        x += dlcv__legend_width(s);
    }
    f->legend = row;
    top = 20 + (f->title_bytes ? 26 : 0) + 22 * row;
    f->y.to = top;
    f->y.from = top + DLCV__PLOT_HEIGHT;
    memset(&f->y.ticks, 0, sizeof f->y.ticks);
    dlcv__axis_ticks(&f->y, 6);
}

/* The colour of series `index`, asked for in ascending order; *colour begins as 0. */
DLCV__FN unsigned long dlcv__series_colour(const dlcv__svg *f, int index, int *colour)
{
    const char *name = f->series[index].name;
    if (index && name && *name) *colour = (*colour + 1) % 10;
    return (unsigned long)dlcv__palette[*colour];
}

DLCV__FN void dlcv__svg_legend(dlcv__svg *f)
{
    double x = 0;
    int i, row = 0, next = 0;
    for (i = 0; i < f->count; i++) {
        const dlcv_series *s = &f->series[i];
        const unsigned long colour = dlcv__series_colour(f, i, &next);
        double y;
        if (!s->name || !*s->name) continue;
        dlcv__legend_next(f, s, &x, &row);
        y = 5 + (f->title_bytes ? 26 : 0) + 22 * row;
        if (s->dots)
            dlcv__svg_add(f, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"4\" fill=\"#%06lx\"/>\n", x + 5, y - 4, colour);
        else
            dlcv__svg_add(f, "<path d=\"M%.2f %.2fh24\" stroke=\"#%06lx\" stroke-width=\"2.5\"/>\n", x, y - 4, colour);
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", x + (s->dots ? 15 : 31), y);
        dlcv__svg_text(f, s->name, (int)strlen(s->name));
        dlcv__svg_add(f, "</text>\n");
        x += dlcv__legend_width(s);
    }
}

/* Lines across the field at the ticks of both axes. */
DLCV__FN void dlcv__svg_grid(dlcv__svg *f)
{
    const dlcv__ticks *x = &f->x.ticks, *y = &f->y.ticks;
    const double width = f->x.to - f->x.from, height = f->y.from - f->y.to;
    int i;
    if (x->minors || y->minors) {
        dlcv__svg_add(f, "<path stroke=\"#f0f1f3\" d=\"");
        for (i = 0; i < x->minors; i++) dlcv__svg_add(f, "M%.2f %.2fv%.2f", x->minor[i], f->y.to, height);
        for (i = 0; i < y->minors; i++) dlcv__svg_add(f, "M%.2f %.2fh%.2f", f->x.from, y->minor[i], width);
        dlcv__svg_add(f, "\"/>\n");
    }
    dlcv__svg_add(f, "<path stroke=\"#dcdfe4\" d=\"");
    for (i = 0; i < x->majors; i++) dlcv__svg_add(f, "M%.2f %.2fv%.2f", x->major[i], f->y.to, height);
    for (i = 0; i < y->majors; i++) dlcv__svg_add(f, "M%.2f %.2fh%.2f", f->x.from, y->major[i], width);
    dlcv__svg_add(f, "\"/>\n<path stroke=\"#8a929c\" fill=\"none\" d=\"M%.2f %.2fV%.2fH%.2f\"/>\n", f->x.from, f->y.to,
                  f->y.from, f->x.to);
}

DLCV__FN void dlcv__svg_tick_text(dlcv__svg *f, const dlcv__ticks *t, int i)
{
    if (t->powers)
        dlcv__svg_add(f, "10<tspan dy=\"-5\" font-size=\"9\">%s</tspan></text>\n", t->text[i]);
    else
        dlcv__svg_add(f, "%s</text>\n", t->text[i]);
}

/* The texts beside the axes. */
DLCV__FN void dlcv__svg_labels(dlcv__svg *f)
{
    const double middle_x = (f->x.from + f->x.to) / 2, middle_y = (f->y.from + f->y.to) / 2;
    int i;
    dlcv__svg_add(f, "<g text-anchor=\"middle\">\n");
    for (i = 0; i < f->x.ticks.majors; i++) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", f->x.ticks.major[i], f->y.from + 19);
        dlcv__svg_tick_text(f, &f->x.ticks, i);
    }
    if (f->x.bytes) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\" font-size=\"13\">", middle_x, f->y.from + 43);
        dlcv__svg_text(f, f->x.label, f->x.bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    if (f->y.bytes) {
        dlcv__svg_add(f, "<text x=\"20\" y=\"%.2f\" font-size=\"13\" transform=\"rotate(-90 20 %.2f)\">", middle_y,
                      middle_y);
        dlcv__svg_text(f, f->y.label, f->y.bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    dlcv__svg_add(f, "</g>\n<g text-anchor=\"end\">\n");
    for (i = 0; i < f->y.ticks.majors; i++) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"%.2f\">", f->x.from - 8, f->y.ticks.major[i] + 4);
        dlcv__svg_tick_text(f, &f->y.ticks, i);
    }
    dlcv__svg_add(f, "</g>\n");
}

DLCV__FN void dlcv__svg_bars(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y, low, high;
    int i, any = 0;
    for (i = 0; i < s->count; i++) {
        if (!dlcv__plot_point(f, s, i, &x, &y) || !dlcv__plot_bar(f, s, i, &low, &high)) continue;
        if (!any++) dlcv__svg_add(f, "<path stroke=\"#%06lx\" stroke-width=\"1.5\" d=\"", colour);
        x = dlcv__axis_at(&f->x, x);
        low = dlcv__axis_at(&f->y, low);
        high = dlcv__axis_at(&f->y, high);
        dlcv__svg_add(f, "M%.2f %.2fh10m-5 0V%.2fm-5 0h10", x - 5, low, high);
    }
    if (any) dlcv__svg_add(f, "\"/>\n");
}

/* A line from point to point; a point between two gaps is a short one. */
DLCV__FN void dlcv__svg_line(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y, next_x, next_y;
    int i, drawn = 0, any = 0;
    for (i = 0; i < s->count; i++) {
        const int before = drawn;
        drawn = dlcv__plot_point(f, s, i, &x, &y);
        if (!drawn) continue;
        if (!any++) {
            dlcv__svg_add(f,
                          "<path fill=\"none\" stroke=\"#%06lx\" stroke-width=\"2.5\" stroke-linejoin=\"round\" "
                          "stroke-linecap=\"round\" d=\"",
                          colour);
        }
        dlcv__svg_add(f, "%s%.2f %.2f", before ? "L" : "M", dlcv__axis_at(&f->x, x), dlcv__axis_at(&f->y, y));
        if (!before && (i + 1 == s->count || !dlcv__plot_point(f, s, i + 1, &next_x, &next_y)))
            dlcv__svg_add(f, "h0.01");
    }
    if (any) dlcv__svg_add(f, "\"/>\n");
}

DLCV__FN void dlcv__svg_dots(dlcv__svg *f, const dlcv_series *s, unsigned long colour)
{
    double x, y;
    int i;
    dlcv__svg_add(f, "<g fill=\"#%06lx\" fill-opacity=\"0.75\">\n", colour);
    for (i = 0; i < s->count; i++) {
        if (!dlcv__plot_point(f, s, i, &x, &y)) continue;
        dlcv__svg_add(f, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"4\"/>\n", dlcv__axis_at(&f->x, x),
                      dlcv__axis_at(&f->y, y));
    }
    dlcv__svg_add(f, "</g>\n");
}

DLCV__FN void dlcv__svg_write(dlcv__svg *f)
{
    const int height = (int)f->y.from + 32 + (f->x.bytes ? 24 : 0);
    int i, next = 0;
    f->text.length = 0;
    dlcv__svg_add(f,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                  "font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\" fill=\"#3a4048\">\n",
                  DLCV__PLOT_WIDTH, height, DLCV__PLOT_WIDTH, height);
    dlcv__svg_add(f, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", DLCV__PLOT_WIDTH, height);
    if (f->title_bytes) {
        dlcv__svg_add(f, "<text x=\"%.2f\" y=\"28\" font-size=\"16\" font-weight=\"bold\" fill=\"#1b1f24\">",
                      f->x.from);
        dlcv__svg_text(f, f->title, f->title_bytes);
        dlcv__svg_add(f, "</text>\n");
    }
    dlcv__svg_legend(f);
    dlcv__svg_grid(f);
    dlcv__svg_labels(f);
    for (i = 0; i < f->count; i++) {
        const unsigned long colour = dlcv__series_colour(f, i, &next);
        dlcv__svg_bars(f, &f->series[i], colour);
        if (f->series[i].dots)
            dlcv__svg_dots(f, &f->series[i], colour);
        else
            dlcv__svg_line(f, &f->series[i], colour);
    }
    dlcv__svg_add(f, "</svg>\n");
}

DLCV__FN size_t dlcv__longer(size_t most, const char *text)
{
    const size_t bytes = text ? strlen(text) : 0;
    return bytes > most ? bytes : most;
}

DLCV__FN dlcv_status dlcv__plot_check(const dlcv_series *series, int count, const dlcv_plot_opts *o, const char *svg_path)
{
    static const char *const others[] = { ".bmp", ".gif", ".jpeg", ".jpg", ".pdf", ".pgm", ".png", ".ppm", ".tga", ".webp" };
    size_t most = dlcv__longer(dlcv__longer(dlcv__longer(0, o->title), o->x_label), o->y_label), k;
    int i;
    if (count < 0) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: count is %d", count);
    if (count && !series) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: series is NULL, count %d", count);
    if (!svg_path) return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: svg_path is NULL");
    for (k = 0; k < sizeof others / sizeof *others; k++) {
        if (dlcv__ends_in(svg_path, others[k])) return dlcv_fail(DLCV_ERR_UNSUPPORTED, "%s: a plot is an SVG file: name it .svg", svg_path);
    }
    for (i = 0; i < count; i++) {
        const dlcv_series *s = &series[i];
        if (s->count < 0 || (s->count && !s->y)) {
            return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: series %d has %d points and y %s", i, s->count,
                             s->y ? "given" : "NULL");
        }
        most = dlcv__longer(most, s->name);
    }
    if (most > 100000) {
        return dlcv_fail(DLCV_ERR_ARGUMENT, "view_plot: a text of %zu bytes, 100000 are enough", most);
    }
    return DLCV_OK;
}

DLCV__FN dlcv_status dlcv__view_plot(const dlcv_env *env, const dlcv_series *series, int count,
                                    const dlcv_plot_opts *opts, const char *svg_path)
{
    const dlcv_env e = dlcv__env(env);
    dlcv_plot_opts o;
    dlcv_status s;
    dlcv__svg f;
    size_t bytes;
    memset(&o, 0, sizeof o);
    if (opts) o = *opts;
    s = dlcv__plot_check(series, count, &o, svg_path);
    if (s) return s;
    memset(&f, 0, sizeof f);
    f.series = series;
    f.count = count;
    f.title = dlcv__plot_text(o.title, &f.title_bytes);
    f.x.label = dlcv__plot_text(o.x_label, &f.x.bytes);
    f.y.label = dlcv__plot_text(o.y_label, &f.y.bytes);
    f.x.log = o.log_x != 0;
    f.y.log = o.log_y != 0;
    dlcv__plot_layout(&f);
    dlcv__svg_write(&f); /* counts */
    if (f.wrapped || !dlcv__add(f.text.length, 1, &bytes)) {
        return dlcv_fail(DLCV_ERR_MEMORY, "%s: the picture has more bytes than size_t counts", svg_path);
    }
    f.text.out = (char *)dlcv__alloc(&e, bytes);
    if (!f.text.out) return DLCV_ERR_MEMORY;
    f.text.bytes = bytes;
    dlcv__svg_write(&f);
    s = dlcv__file_write(&e, svg_path, f.text.out, bytes - 1);
    dlcv__release(&e, f.text.out, bytes);
    return s;
}

DLCV_API dlcv_status dlcv_view_plot(const dlcv_env *env, const dlcv_series *series, int count, const dlcv_plot_opts *opts,
                                    const char *svg_path)
{
    const dlcv__fp fp = dlcv__fp_enter();
    const dlcv_status s = dlcv__view_plot(env, series, count, opts, svg_path);
    dlcv__fp_leave(fp);
    return s;
}
#undef DLCV__PLOT_WIDTH
#undef DLCV__PLOT_HEIGHT
#undef DLCV__MAJORS
#undef DLCV__MINORS
