#!/usr/bin/env python3
"""Golden values for tests/test_conv.c: /usr/bin/python3 tests/golden/conv_torch.py > tests/golden/conv_torch.h  (PyTorch 1.13.1)

Fifty convolutions, a third of them transposed, forward and backward, by PyTorch in double precision. Operands are what `noise`
says, which the test computes for itself: exact in float32. Of each result there are its greatest absolute value, its inner
product with a string of +-1, and eight elements; which, and which signs, `noise` says too.
"""
import numpy as np
import torch
import torch.nn.functional as F

X, W, B, DY, SIGN, AT = range(1, 7)


def noise(kind, count):
    """0 .. 65535 for elements 0 .. count - 1"""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + kind * 40503 + 12345) % 2**32
    h = (h ^ (h >> 15)) * 2246822519 % 2**32
    h = (h ^ (h >> 13)) * 3266489917 % 2**32
    return (h >> 16).astype(np.int64)


def tensor(kind, shape):
    values = noise(kind, int(np.prod(shape))) / 65536.0 - 0.5
    return torch.tensor(values.reshape(shape), dtype=torch.float64, requires_grad=True)


def numbers(t):
    flat = t.detach().numpy().ravel()
    signs = 1 - 2 * (noise(SIGN, flat.size) >> 15)
    at = noise(AT, 8) % flat.size
    return [np.abs(flat).max(), (flat * signs).sum()] + [flat[i] for i in at]


# batch, channels, height, width, filters, (kernel), (stride), (dilation), groups, (top, left, bottom, right), transposed, (output pad)
def case(n, c, h, w, f, k, s=1, d=1, g=1, p=0, t=0, o=0):
    def pair(v):
        return v if isinstance(v, tuple) else (v, v)
    return n, c, h, w, f, pair(k), pair(s), pair(d), g, p if isinstance(p, tuple) else (p,) * 4, t, pair(o)


CASES = [
    case(1, 3, 32, 32, 6, 5), case(2, 1, 28, 28, 6, 5), case(2, 6, 14, 14, 16, 5), case(2, 3, 32, 32, 16, 5, p=2),
    case(1, 16, 16, 16, 20, 5, p=2), case(1, 3, 35, 35, 8, 11, s=4), case(1, 3, 30, 30, 8, 7, s=2, p=3), case(1, 3, 17, 23, 9, 7, s=2, p=3),
    case(2, 8, 12, 12, 8, 3, p=1), case(1, 17, 13, 11, 19, 3, p=1), case(1, 16, 7, 7, 24, 3, p=1), case(1, 5, 9, 9, 7, 3, s=2, p=1),
    case(1, 8, 14, 15, 12, 1), case(2, 8, 14, 15, 12, 1, s=2), case(1, 33, 5, 5, 10, 1), case(3, 10, 1, 1, 4, 1),
    case(1, 8, 14, 14, 8, 3, g=8, p=1), case(1, 9, 15, 17, 9, 3, s=2, g=9, p=1), case(1, 6, 11, 20, 6, 5, g=6, p=2), case(1, 4, 20, 11, 8, 3, g=4, p=1),
    case(1, 12, 27, 27, 16, 5, g=2, p=2), case(1, 9, 8, 8, 12, 3, g=3, p=1), case(1, 4, 16, 16, 5, 3, d=2, p=2), case(1, 4, 16, 16, 5, 3, d=(3, 2)),
    case(1, 3, 12, 12, 4, 4, s=3, p=(0, 1, 2, 3)), case(1, 3, 12, 12, 4, 2, s=2, p=(1, 0, 0, 1)), case(1, 2, 10, 14, 3, (1, 7), p=(0, 3, 0, 3)), case(1, 2, 14, 10, 3, (7, 1), p=(3, 0, 3, 0)),
    case(1, 3, 9, 10, 4, (3, 2), s=(2, 1), d=(1, 3), p=(3, 2, 1, 0)), case(1, 2, 5, 5, 3, 5), case(1, 2, 4, 3, 3, 6, p=(1, 2, 3, 2)), case(1, 3, 8, 8, 4, 6, s=4, p=3),
    case(1, 4, 40, 3, 4, 3, p=1), case(1, 4, 3, 40, 4, 3, p=1),
    case(1, 4, 8, 8, 6, 3, t=1), case(1, 4, 8, 8, 6, 3, s=2, p=1, t=1), case(1, 4, 8, 8, 6, 3, s=2, p=1, t=1, o=1), case(2, 6, 7, 5, 3, 4, s=2, p=1, t=1),
    case(1, 8, 6, 6, 8, 2, s=2, t=1), case(1, 8, 6, 6, 8, 3, s=2, g=8, p=1, t=1, o=(0, 1)), case(1, 6, 6, 7, 4, 3, s=3, g=2, t=1), case(1, 3, 9, 9, 5, 5, s=1, p=2, t=1),
    case(1, 4, 5, 6, 3, 3, s=2, d=2, p=(1, 2, 0, 1), t=1), case(1, 4, 5, 6, 3, (2, 5), s=(3, 2), p=(0, 2, 1, 2), t=1, o=(2, 1)), case(1, 5, 4, 4, 7, 1, t=1), case(1, 5, 4, 4, 7, 1, s=2, t=1),
    case(1, 2, 3, 3, 2, 7, s=4, p=(3, 2, 1, 0), t=1), case(3, 3, 4, 4, 3, 4, s=4, t=1), case(1, 16, 10, 10, 16, 3, p=1, t=1), case(1, 3, 2, 2, 2, 11, s=3, d=2, p=3, t=1, o=(0, 2)),
]
assert len(CASES) == 50


def results(n, c, h, w, f, k, s, d, g, p, t, o):
    x = tensor(X, (n, c, h, w))
    weight = tensor(W, (c, f // g) + k if t else (f, c // g) + k)
    b = tensor(B, (f,))
    top, left, bottom, right = p
    if t:
        y = F.conv_transpose2d(x, weight, b, s, 0, o, g, d)
        y = y[:, :, top:y.shape[2] - bottom, left:y.shape[3] - right]
    else:
        y = F.conv2d(F.pad(x, (left, right, top, bottom)), weight, b, s, 0, d, g)
    y.backward(tensor(DY, y.shape).detach())
    return y.shape, [numbers(a) for a in (y, x.grad, weight.grad, b.grad)]


print("/* Written by tests/golden/conv_torch.py with PyTorch %s: do not edit. */" % torch.__version__)
print("static const struct {\n    int batch, channels, height, width, filters, kernel[2], stride[2], dilation[2], groups, pad[4], transposed, output_pad[2];")
print("    int out_height, out_width;\n    float y[10], dx[10], dw[10], db[10];   /* greatest, sum of signed elements, eight elements */\n} golden_conv[] = {")
for n, c, h, w, f, k, s, d, g, p, t, o in CASES:
    shape, found = results(n, c, h, w, f, k, s, d, g, p, t, o)
    print("    { %d, %d, %d, %d, %d, { %d, %d }, { %d, %d }, { %d, %d }, %d, { %d, %d, %d, %d }, %d, { %d, %d }, %d, %d," % (
        (n, c, h, w, f) + k + s + d + (g,) + p + (t,) + o + tuple(shape[2:])))
    for i, a in enumerate(found):
        text = ", ".join(("%.8g" % v + ("" if "." in "%.8g" % v or "e" in "%.8g" % v else ".0")) + "f" for v in a)
        print("        { %s }%s" % (text, "," if i < 3 else " },"))
print("};")
