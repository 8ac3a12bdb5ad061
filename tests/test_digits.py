#!/usr/bin/env python3
"""examples/digits.h is what examples/make_digits.py makes of data/digits/, and says whose data it is."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "examples"))
sys.dont_write_bytecode = True
import make_digits

passed = failed = 0


def check(ok, what):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("tests/test_digits.py: FAILED %s" % what)


def numbers(text, name):
    """The values of an array in the header, read back without make_digits.py."""
    body = re.search(r"\b%s\[[^\]]*\] = \{([^}]*)\}" % name, text)
    return bytes(int(v) for v in body.group(1).split(",") if v.strip()) if body else b""


def main():
    with open(os.path.join(ROOT, "examples", "digits.h"), newline="") as f:
        text = f.read()
    check(text == make_digits.header(), "examples/digits.h is fresh (else run examples/make_digits.py)")
    for name, count in (("train", 1500), ("test", 297)):
        with open(os.path.join(ROOT, "data", "digits", name + "-images-idx3-ubyte"), "rb") as f:
            check(numbers(text, "dlcv_digits_%s_x" % name) == f.read()[16:], "%s images are those of the file" % name)
        with open(os.path.join(ROOT, "data", "digits", name + "-labels-idx1-ubyte"), "rb") as f:
            check(numbers(text, "dlcv_digits_%s_y" % name) == f.read()[8:], "%s labels are those of the file" % name)
        check(len(numbers(text, "dlcv_digits_%s_y" % name)) == count, "%d %s labels" % (count, name))
    check("CC BY 4.0" in text and "E. Alpaydin and C. Kaynak" in text, "the attribution stands on top")
    check(max(len(line) for line in text.splitlines()) <= 120, "no line over 120 columns")
    print("test_digits: %d passed, %d failed, 0 skipped" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
