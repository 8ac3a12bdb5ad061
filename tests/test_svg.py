#!/usr/bin/env python3
"""The files of dlcv_view_plot, read back by Python: they are XML, every dot, line and bar is where the ticks say that its number
is, ticks are 1, 2 or 5 times a power of ten and their texts do not touch, nothing leaves the picture."""
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SVG = "{http://www.w3.org/2000/svg}"

# Prints "plot title", then "x y error" for each of its points, NaN for what is none.
PROGRAM = r"""
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include <stdio.h>
static const char *const titles[4] = { "Linear", "x", "y", "x < y & \"both\" \x01\xff" };
int main(void)
{
    static float x[20], y[20], error[20];
    dlcv_rng rng = dlcv_rng_seed(5);
    int plot, i;
    for (plot = 0; plot < 120; plot++) {
        const int log_x = plot % 4 % 2, log_y = plot % 4 / 2, n = plot < 8 ? plot / 4 : 2 + dlcv_rng_below(&rng, 19);
        const float spread = (float)pow(10, 4 * dlcv_rng_uniform(&rng) - 2), size = (float)pow(10, 20 * dlcv_rng_uniform(&rng) - 10);
        dlcv_series s[2];
        dlcv_plot_opts opts;
        char path[32];
        printf("plot %d %d %d\n", plot, log_x, log_y);
        for (i = 0; i < n; i++) {
            x[i] = size * (log_x ? expf(spread / 10 * dlcv_rng_normal(&rng)) : 1 + spread * dlcv_rng_normal(&rng));
            y[i] = log_y ? expf(spread / 20 * dlcv_rng_normal(&rng)) : spread * dlcv_rng_normal(&rng);
            error[i] = dlcv_rng_below(&rng, 3) ? spread / 100 : -(float)INFINITY;
            if (dlcv_rng_below(&rng, 9) == 0) y[i] = (float)NAN;
            if (dlcv_rng_below(&rng, 9) == 0) x[i] = (float)INFINITY;
            printf("%.9g %.9g %.9g\n", (double)x[i], (double)y[i], (double)error[i]);
        }
        memset(s, 0, sizeof s);
        s[0].name = "dots <of> 'it'";
        s[0].dots = 1;
        s[0].x = s[1].x = x;
        s[0].y = s[1].y = y;
        s[0].error = error;
        s[0].count = s[1].count = n;
        s[1].name = "lines that have a long name, so that the legend takes more rows than one: as long as this one";
        snprintf(path, sizeof path, "%d.svg", plot);
        opts.title = titles[plot % 4];
        opts.x_label = "x, to the right";
        opts.y_label = "y, upwards";
        opts.log_x = log_x;
        opts.log_y = log_y;
        if (dlcv_view_plot(NULL, s, 2, &opts, path)) return puts(dlcv_error()), 1;
    }
    return 0;
}
"""

passed = failed = 0


def check(ok, what):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("tests/test_svg.py: FAILED %s" % what)


def value(text):
    """What a tick says: a number, or ten to the power of a raised one."""
    raised = text.find(SVG + "tspan")
    return 10.0 ** int(raised.text) if raised is not None else float(text.text)


class Axis:
    """The map from values to pixels that the outermost ticks define, straight or in logarithms."""
    def __init__(self, ticks, log):
        self.scale = math.log10 if log else float
        self.ticks = sorted(ticks)
        self.known = len(self.ticks) >= 2

    def at(self, v):
        (a, p), (b, q) = self.ticks[0], self.ticks[-1]
        a, b = self.scale(a), self.scale(b)
        return p + (self.scale(v) - a) / (b - a) * (q - p)

    def right(self, v, pixel):
        (a, p), (b, q) = self.ticks[0], self.ticks[-1]
        reach = abs((self.scale(v) - self.scale(a)) / (self.scale(b) - self.scale(a))) + 1
        return abs(self.at(v) - pixel) < 0.011 * (1 + 2 * reach)        # all three are rounded to hundredths


def nice(v):
    mantissa = float(("%.9e" % abs(v)).split("e")[0])
    return any(abs(mantissa - m) < 1e-6 for m in (1, 2, 5))


def examine(path, log_x, log_y, points):
    name = os.path.basename(path)
    try:
        svg = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as trouble:
        check(False, "%s is XML: %s" % (name, trouble))
        return
    width, height = float(svg.get("width")), float(svg.get("height"))
    groups = svg.findall(SVG + "g")
    below = [t for t in groups[0].findall(SVG + "text") if not t.get("font-size")]
    beside = groups[1].findall(SVG + "text")
    x = Axis([(value(t), float(t.get("x"))) for t in below], log_x)
    y = Axis([(value(t), float(t.get("y")) - 4) for t in beside], log_y)
    for axis, log, texts in ((x, log_x, below), (y, log_y, beside)):
        check(2 <= len(axis.ticks) <= 14, "%s: an axis has 2 .. 14 ticks, not %d" % (name, len(axis.ticks)))
        if not axis.known:
            return
        steps = [b - a for (a, _), (b, _) in zip(axis.ticks, axis.ticks[1:])]
        check(all(nice(t) for t, _ in axis.ticks) if log and max(steps) > 1.5 * min(steps) else
              nice(round(steps[0], 12 - int(math.floor(math.log10(abs(axis.ticks[-1][0]) + abs(axis.ticks[0][0])))))),
              "%s: ticks are 1-2-5, not %s" % (name, axis.ticks))
    room = [b - a for (_, a), (_, b) in zip(x.ticks, x.ticks[1:])]
    longest = max(len(t.text) for t in below)
    check(min(room) > 6 * longest, "%s: the texts below have %.0f pixels, %d characters" % (name, min(room), longest))
    check(min(a - b for (_, a), (_, b) in zip(y.ticks, y.ticks[1:])) > 13, "%s: the texts beside do not touch" % name)

    good = [(a, b, e) for a, b, e in points if math.isfinite(a) and math.isfinite(b) and (a > 0 or not log_x) and (b > 0 or not log_y)]
    circles = [c for g in groups[2:] for c in g.findall(SVG + "circle")]
    check(len(circles) == len(good), "%s: %d dots for %d points" % (name, len(circles), len(good)))
    check(all(x.right(a, float(c.get("cx"))) and y.right(b, float(c.get("cy"))) for c, (a, b, _) in zip(circles, good)),
          "%s: dots are where their numbers are" % name)
    check(all(0 <= float(c.get("cx")) <= width and 0 <= float(c.get("cy")) <= height for c in circles), "%s: dots are inside" % name)
    lines = [p.get("d") for p in svg.findall(SVG + "path") if p.get("stroke-linejoin")]
    corners = [(float(a), float(b)) for d in lines for a, b in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", d)]
    check(corners == [(float(c.get("cx")), float(c.get("cy"))) for c in circles], "%s: the line runs through the dots" % name)
    gaps = sum(1 for i, p in enumerate(points) if p in good and (i == 0 or points[i - 1] not in good))
    check(sum(d.count("M") for d in lines) == gaps, "%s: the line has gaps where points are left out" % name)
    bars = [p.get("d") for p in svg.findall(SVG + "path") if p.get("stroke-width") == "1.5"]
    found = [(float(c), float(a), float(b)) for d in bars for c, a, b in re.findall(r"M([-\d.]+) ([-\d.]+)h10m-5 0V([-\d.]+)m-5 0h10", d)]
    wanted = [(a, b, e) for a, b, e in good if math.isfinite(e)]
    check(len(found) == len(wanted) and all(x.right(a, c + 5) and y.right(b + e, high) and (y.right(b - e, low) if not log_y or b > e else
                                            low > high) for (c, low, high), (a, b, e) in zip(found, wanted)),
          "%s: bars are as long as their errors" % name)


def main():
    compiler = os.environ.get("CC", "cc").split()
    if not shutil.which(compiler[0]):
        print("skipped: no %s\nsvg: 0 passed, %d failed, %d skipped" % (compiler[0], bool(os.environ.get("DLCV_NO_SKIP")), not os.environ.get("DLCV_NO_SKIP")))
        return int(bool(os.environ.get("DLCV_NO_SKIP")))
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "plots.c"), "w") as f:
            f.write(PROGRAM)
        program = os.path.join(folder, "plots")
        subprocess.run(compiler + ["-DDLCV_FORCE_SCALAR", "-I", ROOT, "plots.c", "-o", program, "-lm"], cwd=folder, check=True)
        plots = subprocess.run([program], cwd=folder, check=True, stdout=subprocess.PIPE).stdout.decode().split("plot ")[1:]
        check(len(plots) == 120, "120 plots were made")
        for plot in plots:
            head, *rest = plot.strip().split("\n")
            number, log_x, log_y = (int(v) for v in head.split())
            examine(os.path.join(folder, "%d.svg" % number), log_x, log_y, [tuple(float(v) for v in line.split()) for line in rest])
    print("svg: %d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
