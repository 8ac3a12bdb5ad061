#!/usr/bin/env python3
"""Golden values for tests/test_layers.c: /usr/bin/python3 tests/golden/layers_torch.py > tests/golden/layers_torch.h  (PyTorch 1.13)

Layers, forward and backward, by PyTorch in double precision. Operands are what `noise` says, which the test computes for itself: exact in
float32. Of each result there are its greatest absolute value, its inner product with a string of +-1, and eight elements; which, and which
signs, `noise` says too. Zeros: there is no such result.
"""
import numpy as np
import torch
import torch.nn.functional as F

X, W, B, DY, SIGN, AT, MEAN, VARIANCE = range(1, 9)


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
    if t is None:
        return [0.0] * 10
    flat = t.detach().numpy().ravel()
    signs = 1 - 2 * (noise(SIGN, flat.size) >> 15)
    at = noise(AT, 8) % flat.size
    return [np.abs(flat).max(), (flat * signs).sum()] + [flat[i] for i in at]


def norm(x, p):
    """p: kind (0 batch in training, 1 batch with running statistics, 2 group), groups"""
    c = x.shape[1]
    w, b = tensor(W, (c,)), tensor(B, (c,))
    if p[0] == 2:
        return F.group_norm(x, p[1], w, b, 1e-5), w, b
    mean, variance = tensor(MEAN, (c,)).detach(), tensor(VARIANCE, (c,)).detach() + 1
    return F.batch_norm(x, mean, variance, w, b, p[0] == 0, 0.1, 1e-5), w, b


def lrn(x, p):
    """p: size; alpha 0.3 as AlexNet counts it, beta 0.75, k 2"""
    return F.local_response_norm(x, p[0], 0.3 * p[0], 0.75, 2.0), None, None


def pool(x, p):
    """p: how (0 max, 1 average, 2 L2), kernel (0: all), stride, pad, ceil_mode, count_include_pad"""
    how, k, s, pad, ceil, count = p
    k, s = (k, s or k) if k else (x.shape[2:], x.shape[2:])
    if how == 0:
        return F.max_pool2d(x, k, s, pad, 1, bool(ceil)), None, None
    if how == 1:
        return F.avg_pool2d(x, k, s, pad, bool(ceil), bool(count)), None, None
    return F.avg_pool2d(x * x, k, s, pad, bool(ceil), True, 1).sqrt(), None, None


def channels(x, p):
    """p: how, channels"""
    t = x.reshape(x.shape[0], x.shape[1] // p[1], p[1], *x.shape[2:])
    return (t.amax(2) if p[0] == 0 else t.mean(2) if p[0] == 1 else t.norm(dim=2)), None, None


def conv(x, p):
    """p: filters, kernel, stride, dilation, groups, pad, border (0 zero, 1 reflect, 2 replicate, 3 circular), 1 transposed 2 unshared, output_pad"""
    f, k, s, d, g, pad, border, kind, output_pad = p
    n, c = x.shape[:2]
    if kind == 1:
        w, b = tensor(W, (c, f // g, k, k)), tensor(B, (f,))
        return F.conv_transpose2d(x, w, b, s, pad, output_pad, g, d), w, b
    if border:
        x, pad = F.pad(x, (pad,) * 4, ["", "reflect", "replicate", "circular"][border]), 0
    if kind == 0:
        w, b = tensor(W, (f, c // g, k, k)), tensor(B, (f,))
        return F.conv2d(x, w, b, s, pad, d, g), w, b
    oh, ow = [(e + 2 * pad - d * (k - 1) - 1) // s + 1 for e in x.shape[2:]]
    w, b = tensor(W, (f, c // g, k, k, oh, ow)), tensor(B, (f, oh, ow))
    columns = F.unfold(x, k, d, pad, s).reshape(n, g, c // g, k, k, oh, ow)
    y = torch.einsum("ngcpqij,gfcpqij->ngfij", columns, w.reshape(g, f // g, c // g, k, k, oh, ow))
    return y.reshape(n, f, oh, ow) + b, w, b


CASES = [
    ("norm", norm, (4, 3, 5, 7), (0, 0)), ("norm", norm, (3, 20, 2, 2), (0, 0)), ("norm", norm, (33, 17), (0, 0)), ("norm", norm, (2, 5, 30, 40), (0, 0)),
    ("norm", norm, (4, 3, 5, 7), (1, 0)), ("norm", norm, (33, 17), (1, 0)),
    ("norm", norm, (4, 6, 5, 7), (2, 3)), ("norm", norm, (3, 6, 30, 21), (2, 1)), ("norm", norm, (3, 6, 3, 3), (2, 6)), ("norm", norm, (9, 100), (2, 1)),
    ("norm", norm, (9, 60), (2, 4)),
    ("lrn", lrn, (2, 16, 5, 7), (5,)), ("lrn", lrn, (1, 3, 30, 30), (3,)), ("lrn", lrn, (2, 4, 3, 3), (9,)), ("lrn", lrn, (2, 9, 1), (1,)),
    ("pool", pool, (2, 3, 12, 14), (0, 2, 2, 0, 0, 0)), ("pool", pool, (1, 2, 13, 55), (0, 3, 2, 0, 0, 0)), ("pool", pool, (1, 2, 13, 17), (0, 3, 2, 1, 1, 0)),
    ("pool", pool, (1, 2, 10, 21), (0, 5, 1, 2, 0, 0)), ("pool", pool, (1, 2, 11, 11), (0, 2, 3, 0, 1, 0)), ("pool", pool, (2, 3, 5, 6), (0, 0, 0, 0, 0, 0)),
    ("pool", pool, (2, 3, 12, 14), (1, 2, 2, 0, 0, 0)), ("pool", pool, (1, 2, 13, 17), (1, 3, 2, 1, 1, 0)), ("pool", pool, (1, 2, 13, 17), (1, 3, 2, 1, 1, 1)),
    ("pool", pool, (1, 2, 10, 21), (1, 5, 1, 2, 0, 1)), ("pool", pool, (2, 3, 7, 7), (1, 0, 0, 0, 0, 0)),
    ("pool", pool, (2, 3, 12, 14), (2, 2, 2, 0, 0, 0)), ("pool", pool, (1, 2, 13, 37), (2, 3, 2, 1, 1, 0)), ("pool", pool, (1, 2, 10, 21), (2, 5, 1, 2, 0, 0)),
    ("pool", pool, (2, 3, 5, 6), (2, 0, 0, 0, 0, 0)),
    ("channels", channels, (2, 6, 5, 7), (0, 3)), ("channels", channels, (2, 6, 5, 7), (1, 2)), ("channels", channels, (2, 6, 5, 7), (2, 6)), ("channels", channels, (5, 8), (2, 4)),
    ("conv", conv, (2, 3, 16, 15), (6, 5, 1, 1, 1, 0, 0, 0, 0)), ("conv", conv, (2, 6, 11, 12), (9, 3, 2, 1, 3, 1, 0, 0, 0)),
    ("conv", conv, (2, 8, 9, 10), (8, 3, 1, 1, 8, 1, 0, 0, 0)), ("conv", conv, (1, 5, 7, 6), (4, 1, 1, 1, 1, 0, 0, 0, 0)), ("conv", conv, (1, 4, 12, 13), (3, 3, 1, 2, 1, 2, 0, 0, 0)),
    ("conv", conv, (2, 4, 5, 6), (6, 3, 2, 1, 2, 1, 0, 1, 1)), ("conv", conv, (1, 3, 6, 6), (5, 4, 2, 1, 1, 1, 0, 1, 0)), ("conv", conv, (1, 2, 4, 5), (3, 3, 3, 2, 1, 0, 0, 1, 2)),
    ("conv", conv, (2, 3, 8, 9), (4, 3, 1, 1, 1, 0, 0, 2, 0)), ("conv", conv, (2, 4, 9, 8), (6, 3, 2, 1, 2, 1, 0, 2, 0)), ("conv", conv, (1, 2, 7, 40), (2, 2, 3, 2, 1, 2, 0, 2, 0)),
    ("conv", conv, (2, 3, 8, 9), (4, 5, 1, 1, 1, 2, 1, 0, 0)), ("conv", conv, (2, 4, 9, 8), (6, 3, 2, 2, 2, 2, 1, 0, 0)), ("conv", conv, (2, 3, 8, 9), (4, 5, 1, 1, 1, 3, 2, 0, 0)),
    ("conv", conv, (2, 3, 8, 9), (4, 3, 2, 1, 1, 1, 3, 0, 0)), ("conv", conv, (1, 3, 6, 7), (2, 3, 1, 1, 1, 1, 2, 2, 0)),
]

print("/* Written by tests/golden/layers_torch.py with PyTorch %s: do not edit. */" % torch.__version__.split("+")[0])
names = sorted({c[0] for c in CASES})
print("enum { %s };" % ", ".join("GOLDEN_" + n.upper() for n in names))
print("static const struct {\n    int op, shape[4], p[10];\n    float y[10], dx[10], dw[10], db[10];   /* greatest, sum of signed elements, eight elements */\n} golden_layers[] = {")
for name, make, shape, p in CASES:
    x = tensor(X, shape)
    y, w, b = make(x, p)
    y.backward(tensor(DY, y.shape).detach())
    print("    { GOLDEN_%s, { %s }, { %s }," % (name.upper(), ", ".join(map(str, shape + (0,) * (4 - len(shape)))), ", ".join(map(str, p))))
    found = [numbers(a) for a in (y, x.grad, None if w is None else w.grad, None if b is None else b.grad)]
    for i, a in enumerate(found):
        text = ", ".join(("%.8g" % v + ("" if "." in "%.8g" % v or "e" in "%.8g" % v else ".0")) + "f" for v in a) if any(a) else "0"
        print("        { %s }%s" % (text, "," if i < 3 else " },"))
print("};")
