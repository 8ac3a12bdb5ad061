#!/usr/bin/env python3
"""Golden values for tests/test_lectures.c: python3 tests/golden/two_layer.py > tests/golden/two_layer.h  (numpy 1.24)

The lecture's two-layer network in numpy, in double, on numbers that the test makes for itself: losses of the first 30 steps.
"""
import numpy as np

N, D, H, C = 64, 1000, 100, 10


def noise(kind, count):
    """0 .. 65535 for elements 0 .. count - 1"""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + kind * 40503 + 12345) % 2**32
    h = (h ^ (h >> 15)) * 2246822519 % 2**32
    h = (h ^ (h >> 13)) * 3266489917 % 2**32
    return (h >> 16).astype(np.int64)


def numbers(kind, rows, columns):
    """of variance 1, exact in float32"""
    return ((noise(kind, rows * columns) / 65536.0 - 0.5) * 3.46875).reshape(rows, columns)


x, y, w1, w2 = numbers(1, N, D), numbers(2, N, C), numbers(3, D, H), numbers(4, H, C)
losses = []
for t in range(30):
    h = 1 / (1 + np.exp(-x.dot(w1)))
    y_pred = h.dot(w2)
    losses.append(np.square(y_pred - y).sum())
    grad_y_pred = 2.0 * (y_pred - y)
    grad_w2 = h.T.dot(grad_y_pred)
    grad_h = grad_y_pred.dot(w2.T)
    grad_w1 = x.T.dot(grad_h * h * (1 - h))
    w1 -= 1e-4 * grad_w1
    w2 -= 1e-4 * grad_w2
print("/* Made by two_layer.py: do not edit. */")
print("static const double two_layer[30] = { %s };" % ", ".join("%.9g" % v for v in losses))
