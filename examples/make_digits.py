#!/usr/bin/env python3
"""Writes examples/digits.h from the IDX files in data/digits/, so that the examples need no file.

    make_digits.py              writes it
    make_digits.py --check      says whether it is as it would be written (exit 1 if not)
"""
import os
import struct
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADER = os.path.join(ROOT, "examples", "digits.h")
TOP = """\
/* 1,797 real handwritten digits of 8 x 8 grey pixels: 1,500 to train on, 297 to test on. Made by make_digits.py.
 *
 * "Optical Recognition of Handwritten Digits" by E. Alpaydin and C. Kaynak, 1998, UCI Machine Learning Repository,
 * https://doi.org/10.24432/C50P49, licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).
 * Changed: pixels 0 .. 16 are scaled to 0 .. 255 as round(v * 255 / 16). See data/digits/README.md for the split. */
#ifndef DLCV_DIGITS_H
#define DLCV_DIGITS_H
#include <stdint.h>

#define DLCV_DIGITS_TRAIN 1500
#define DLCV_DIGITS_TEST 297
#define DLCV_DIGITS_SIDE 8
#define DLCV_DIGITS_CLASSES 10
"""


def read_idx(name, dims):
    """The dimensions and the bytes of an IDX file."""
    with open(os.path.join(ROOT, "data", "digits", name), "rb") as f:
        data = f.read()
    head = struct.unpack(">I%dI" % dims, data[:4 + 4 * dims])
    body = data[4 + 4 * dims:]
    count = 1
    for d in head[1:]:
        count *= d
    if head[0] != 0x800 + dims or count != len(body):
        sys.exit("make_digits.py: %s is not the IDX file that is wanted: %s, %d bytes" % (name, head, len(body)))
    return head[1:], body


def array(kind, name, count, values):
    """A C array, as many values a line as 120 columns take."""
    lines, line = [], "   "
    for value in values:
        text = "%d," % value
        if len(line) + len(text) > 120:
            lines.append(line)
            line = "    "
        line = line + text if line.strip() else "    " + text
    lines.append(line)
    return "static const %s %s[%s] = {\n%s\n};\n" % (kind, name, count, "\n".join(lines))


def header():
    parts = [TOP]
    for name, macro in (("train", "DLCV_DIGITS_TRAIN"), ("test", "DLCV_DIGITS_TEST")):
        (n, h, w), pixels = read_idx("%s-images-idx3-ubyte" % name, 3)
        (m,), labels = read_idx("%s-labels-idx1-ubyte" % name, 1)
        if (n, h, w) != ({"train": 1500, "test": 297}[name], 8, 8) or m != n:
            sys.exit("make_digits.py: %s has %d images of %d x %d and %d labels" % (name, n, h, w, m))
        x, y = "dlcv_digits_%s_x" % name, "dlcv_digits_%s_y" % name
        parts.append("/* u8 [%d, 8, 8, 1] */\n" % n + array("unsigned char", x, macro + " * 64", pixels))
        parts.append("/* i32 [%d] */\n" % n + array("int32_t", y, macro, labels))
    return "\n".join(parts) + "#endif\n"


def main():
    text = header()
    if "--check" in sys.argv[1:]:
        with open(HEADER, newline="") as f:
            fresh = f.read() == text
        print("examples/digits.h is %s" % ("fresh" if fresh else "not what examples/make_digits.py writes: run it"))
        return 0 if fresh else 1
    with open(HEADER, "w", newline="\n") as f:
        f.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
