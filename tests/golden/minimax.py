#!/usr/bin/env python3
"""The polynomials of exp, tanh and erf in backends/kern_math.h: python3 tests/golden/minimax.py

Each is the best one in the sense of the greatest weighted error (Remez 1934: exchange on a grid of Chebyshev points), its coefficients
rounded to floats and then moved by units in the last place as long as that helps. Prints what the header has and the greatest
relative error of the approximation with these coefficients (arithmetic not rounded). Standard library only; half a minute.
"""
import math
import struct

GRID = 500


def to_float(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def solve(a, b):
    """a x = b by elimination with pivots."""
    n = len(b)
    rows = [row[:] + [value] for row, value in zip(a, b)]
    for i in range(n):
        best = max(range(i, n), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        for r in range(i + 1, n):
            factor = rows[r][i] / rows[i][i]
            rows[r] = [u - factor * v for u, v in zip(rows[r], rows[i])]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (rows[i][n] - sum(rows[i][j] * x[j] for j in range(i + 1, n))) / rows[i][i]
    return x


def remez(points, target, weight, degree):
    """c with the least greatest |weight (target - sum of c_k x^k)| over the points, k = 0 .. degree."""
    m = degree + 1
    at = [i * (len(points) - 1) // m for i in range(m + 1)]
    for _ in range(60):
        a = [[points[i] ** k for k in range(m)] + [(-1) ** j / weight[i]] for j, i in enumerate(at)]
        c = solve(a, [target[i] for i in at])[:m]
        error = [w * (t - sum(ck * x ** k for k, ck in enumerate(c))) for x, t, w in zip(points, target, weight)]
        peaks = []                              # the greatest error of each run of one sign
        for i, e in enumerate(error):
            if peaks and (e > 0) == (error[peaks[-1]] > 0):
                if abs(e) > abs(error[peaks[-1]]):
                    peaks[-1] = i
            else:
                peaks.append(i)
        while len(peaks) > m + 1:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        if len(peaks) < m + 1 or peaks == at:
            break
        at = peaks
    return c


def greatest(errors, weights):
    return max(abs(e * w) for e, w in zip(errors, weights))


def polish(c, errors, points, weights):
    """Moves coefficients by units in the last place, one or two at a time, as long as the greatest error shrinks."""
    worst, better = greatest(errors, weights), True
    ulp = [2.0 ** (math.frexp(ck)[1] - 24) for ck in c]
    moves = [((k, i),) for k in range(len(c)) for i in (-1, 1)]
    moves += [((k, i), (m, j)) for k in range(len(c)) for m in range(k) for i in (-1, 1) for j in (-1, 1)]
    while better:
        better = False
        for move in moves:
            tried = errors
            for k, i in move:
                tried = [e - i * ulp[k] * x ** k for e, x in zip(tried, points)]
            if greatest(tried, weights) < worst:
                worst, errors, better = greatest(tried, weights), tried, True
                for k, i in move:
                    c[k] += i * ulp[k]
    return c, worst


def fit(name, low, high, degree, function, weight):
    """function(x) ~ sum of c_k x^k, k = 0 .. degree; weight turns its error into the relative one of what is built from it."""
    points = [low + (high - low) * (1 - math.cos(math.pi * i / GRID)) / 2 for i in range(GRID + 1)]
    target, weights = [function(x) for x in points], [weight(x) for x in points]
    c = [to_float(ck) for ck in remez(points, target, weights, degree)]
    c, worst = polish(c, [t - sum(ck * x ** k for k, ck in enumerate(c)) for t, x in zip(target, points)], points, weights)
    print("%s on [%.6g, %.6g], relative error %.2g = 2^%.1f" % (name, low, high, worst, math.log2(worst)))
    for k, ck in enumerate(c):
        print("    x^%-2d %.9g" % (k, ck))


def series(first, ratio):
    """first (1 + ratio(1) (1 + ratio(2) (1 + ...)))"""
    total, term, k = 0.0, first, 0
    while abs(term) > 1e-19 * abs(total):
        total += term
        k += 1
        term *= ratio(k)
    return total


def exp_rest(r):
    """(e^r - 1 - r) / r^2 = 1/2! + r/3! + r^2/4! + ..."""
    return series(0.5, lambda k: r / (k + 2))


def erf_rest(z):
    """erf(x) / x - 1, z = x^2: 2 / sqrt(pi) (1 - z/3 + z^2/(5 2!) - ...) - 1"""
    total, term, k = 0.0, 1.0, 0
    while abs(term) > 1e-19:
        total += term / (2 * k + 1)
        k += 1
        term *= -z / k
    return 2 / math.sqrt(math.pi) * total - 1


def tanh_rest(z):
    """(tanh(x) / x - 1) / z, z = x^2: Lambert's fraction tanh(x) = x / (1 + z / (3 + z / (5 + ...)))"""
    t = 41.0
    for k in range(39, 1, -2):
        t = k + z / t
    return -1 / (t + z)


LOW, HIGH = math.log(0.75), math.log(1.5)       # of exp
BEND = 0.5625                                   # of tanh
SPLIT, END = 1.0625, 3.96875                    # of erf: two polynomials; from END on it rounds to 1
MIDDLE = (SPLIT + END) / 2


def main():
    fit("exp: (e^r - 1 - r) / r^2", LOW, HIGH, 4, exp_rest, lambda r: r * r / math.exp(r))
    fit("tanh: (tanh(x) / x - 1) / x^2, of x^2", 0.0, BEND * BEND, 4, tanh_rest, lambda z: max(z, 1e-9) / (1 + z * tanh_rest(z)))
    fit("erf: erf(x) / x - 1, of x^2", 0.0, SPLIT * SPLIT, 6, erf_rest, lambda z: 1 / (1 + erf_rest(z)))
    fit("erf: 1 - erf(%.9g + w)" % MIDDLE, SPLIT - MIDDLE, END - MIDDLE, 14, lambda w: math.erfc(MIDDLE + w), lambda w: 1 / math.erf(MIDDLE + w))


if __name__ == "__main__":
    main()
