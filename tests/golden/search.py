#!/usr/bin/env python3
"""Golden values for tests/test_search.c: python3 tests/golden/search.py > tests/golden/search.h

Points of grids and random searches, computed a second time with Python's fractions and 60 decimal digits and rounded once
to the nearest float: low + (high - low) t, or low (high / low)^t, with t = i / (steps - 1) or a Philox word / 2^32. The words
come from philox.py: word i % 4 of counter (trial, "search" * 2^16 + i / 4). Standard library only.
"""
import decimal
import struct
from fractions import Fraction

import philox

decimal.getcontext().prec = 60
STREAM = 0x736561726368 << 16


def bits(x):
    return struct.unpack("<I", struct.pack("<f", x))[0]


def single(b):
    return struct.unpack("<f", struct.pack("<I", b))[0]


def nearest(x):
    """The bits of the float nearest to a Fraction, the even one of two."""
    if x < 0:
        return nearest(-x) | 0x80000000
    low, high = 0, 0x7f800000
    while high - low > 1:                   # the largest float that is not above x
        middle = (low + high) // 2
        low, high = (middle, high) if Fraction(single(middle)) <= x else (low, middle)
    above = Fraction(2)**128 if low == 0x7f7fffff else Fraction(single(low + 1))
    middle = (Fraction(single(low)) + above) / 2
    return low + 1 if x > middle or (x == middle and low % 2) else low


def value(low, high, log, t):
    a, b = Fraction(single(low)), Fraction(single(high))
    if not log:
        return nearest(a + (b - a) * t)
    def real(x):
        return decimal.Decimal(x.numerator) / decimal.Decimal(x.denominator)
    return nearest(Fraction((real(a).ln() + (real(b) / real(a)).ln() * real(t)).exp()))


def word(seed, trial, index):
    stream = STREAM + index // 4
    return philox.philox([trial % 2**32, trial // 2**32, stream % 2**32, stream // 2**32], [seed % 2**32, seed // 2**32])[index % 4]


def main():
    grids = [(1e-5, 1e-1, 5, 1), (1e-4, 1e-1, 4, 1), (1, 1024, 11, 1), (3, 5, 7, 1), (2**-149, 3e38, 12, 1), (1e-40, 1e-38, 6, 1),
             (0, 1, 11, 0), (1, 9, 5, 0), (-1, 1, 8, 0), (-3e38, 3e38, 6, 0), (1e-30, 1, 4, 0), (0, 1e-42, 5, 0), (-7.5, -2.5, 4, 0),
             (0.1, 0.1, 3, 0), (0.1, 0.1, 3, 1)]
    print("/* Written by tests/golden/search.py: do not edit. */")
    print("static const struct {\n    uint32_t low, high;\n    int steps, log, trial;\n    uint32_t want;\n} golden_grid[] = {")
    for low, high, steps, log in grids:
        a, b = bits(low), bits(high)
        for i in range(steps):
            want = a if i == 0 else b if i == steps - 1 else value(a, b, log, Fraction(i, steps - 1))
            print("    { 0x%08x, 0x%08x, %d, %d, %d, 0x%08x }," % (a, b, steps, log, i, want))
    print("};")
    draws = [(1e-5, 1e-1, 1), (0, 1, 0), (1, 64, 1), (-2, 3, 0), (1e-44, 1e38, 1), (-1e38, 1e38, 0)]
    print("static const float golden_low[%d] = { %s }, golden_high[%d] = { %s };" % (
        len(draws), ", ".join("%rf" % float(d[0]) for d in draws), len(draws), ", ".join("%rf" % float(d[1]) for d in draws)))
    print("static const int golden_log[%d] = { %s };" % (len(draws), ", ".join(str(d[2]) for d in draws)))
    print("static const struct {\n    uint64_t seed;\n    int trial;\n    uint32_t want[%d];\n} golden_random[] = {" % len(draws))
    for seed in (0, 1, 0x0123456789ABCDEF):
        for trial in (0, 1, 2, 3, 1000, 2**31 - 1):
            wants = [value(bits(low), bits(high), log, Fraction(word(seed, trial, i), 2**32))
                     for i, (low, high, log) in enumerate(draws)]
            print("    { 0x%xu, %d, { %s } }," % (seed, trial, ", ".join("0x%08x" % w for w in wants)))
    print("};")


if __name__ == "__main__":
    main()
