#!/usr/bin/env python3
"""Golden values for tests/test_golden_ops.c: /usr/bin/python3 tests/golden/ops_torch.py > tests/golden/ops_torch.h  (PyTorch 1.13)

Ops forward and backward by PyTorch in double precision. Parameter i of a case holds what `noise` says times `scale` plus `shift`, which the test
computes for itself: exact in float32. Of each result (the value, then the gradient of each parameter) there are its greatest absolute value, its inner
product with a string of +-1, and four elements; which, and which signs, `noise` says too.
"""
import numpy as np
import torch
import torch.nn.functional as F

DY, SIGN, AT, PARAMETER = 1, 2, 3, 10


def noise(kind, count):
    """0 .. 65535 for elements 0 .. count - 1"""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + kind * 40503 + 12345) % 2**32
    h = (h ^ (h >> 15)) * 2246822519 % 2**32
    h = (h ^ (h >> 13)) * 3266489917 % 2**32
    return (h >> 16).astype(np.int64)


def tensor(kind, shape, scale, shift):
    values = (noise(kind, int(np.prod(shape))) / 65536.0 - 0.5) * scale + shift
    return torch.tensor(values.reshape(shape), dtype=torch.float64, requires_grad=True)


def labels(shape, classes):
    return torch.tensor([(i * 7 + 3) % classes for i in range(int(np.prod(shape)))]).reshape(shape)


def recurrent(kind):
    def run(x, *weights):
        zero = torch.zeros(1, x.shape[1], weights[1].shape[1], dtype=torch.float64)
        state = (zero, zero) if kind is torch.lstm else zero
        return kind(x, state, weights, True, 1, 0.0, False, False, False)[0]
    return run


def recurrent_states(kind, reverse):
    """all states, the last one and the last c, one behind the other"""
    def run(x, *rest):
        count = 2 if kind is torch.lstm else 1
        state = tuple(h[None] for h in rest[:count]) if count > 1 else rest[0][None]
        out = kind(x.flip(0) if reverse else x, state, rest[count:], True, 1, 0.0, False, False, False)
        return torch.cat([out[0].flip(0) if reverse else out[0]] + list(out[1:]))
    return run


MAPS = (2, 3, 5, 7)
CASES = [
    ("transpose", 2, 0, [MAPS], lambda x: x.permute(2, 0, 3, 1)),
    ("concat", 2, 0, [(2, 3, 4), (2, 5, 4)], lambda a, b: torch.cat([a, b], 1)),
    ("slice", 2, 0, [(4, 9, 5)], lambda x: x[:, 2:-1]),
    ("pad_zero", 2, 0, [MAPS], lambda x: F.pad(x, (3, 1, 2, 4))),
    ("pad_reflect", 2, 0, [MAPS], lambda x: F.pad(x, (3, 1, 2, 4), "reflect")),
    ("pad_replicate", 2, 0, [MAPS], lambda x: F.pad(x, (3, 1, 2, 4), "replicate")),
    ("pad_circular", 2, 0, [MAPS], lambda x: F.pad(x, (3, 1, 2, 4), "circular")),
    ("gather", 2, 0, [(3, 5, 4)], lambda x: x[:, labels((6, 2), 5)]),
    ("embedding", 2, 0, [(6, 5)], lambda w: F.embedding(labels((3, 4), 6), w)),
    ("resize_up", 2, 0, [MAPS], lambda x: F.interpolate(x, size=(10, 14), mode="bilinear", align_corners=False)),
    ("resize_down", 2, 0, [MAPS], lambda x: F.interpolate(x, size=(3, 4), mode="bilinear", align_corners=False)),
    ("resize_nearest", 2, 0, [MAPS], lambda x: F.interpolate(x, size=(12, 17), mode="nearest")),
    ("resize_bicubic", 2, 0, [MAPS], lambda x: F.interpolate(x, size=(12, 17), mode="bicubic", align_corners=False)),
    ("resize_bicubic_down", 2, 0, [MAPS], lambda x: F.interpolate(x, size=(3, 4), mode="bicubic", align_corners=False)),
    ("resize_smooth", 2, 0, [MAPS], lambda x: F.interpolate(x, size=(2, 3), mode="bilinear", align_corners=False, antialias=True)),
    ("resize_area", 2, 0, [(2, 3, 6, 9)], lambda x: F.interpolate(x, size=(2, 3), mode="area")),
    ("reduce_axes", 2, 0, [MAPS], lambda x: x.square().sum((1, 3), keepdim=True).sqrt()),
    ("relu", 8, 0, [(3, 41)], F.relu),
    ("sigmoid", 8, 0, [(3, 41)], torch.sigmoid),
    ("tanh", 8, 0, [(3, 41)], torch.tanh),
    ("leaky_relu", 8, 0, [(3, 41)], lambda x: F.leaky_relu(x, 0.1)),
    ("elu", 8, 0, [(3, 41)], lambda x: F.elu(x, 1.5)),
    ("selu", 8, 0, [(3, 41)], F.selu),
    ("gelu", 8, 0, [(3, 41)], F.gelu),
    ("silu", 8, 0, [(3, 41)], F.silu),
    ("hard_sigmoid", 16, 0, [(3, 41)], F.hardsigmoid),
    ("hard_swish", 16, 0, [(3, 41)], F.hardswish),
    ("softplus", 16, 0, [(3, 41)], F.softplus),
    ("prelu", 4, 0, [(2, 3, 5), (3,)], F.prelu),
    ("maxout", 4, 0, [(2, 12, 5)], lambda x: x.reshape(2, 4, 3, 5).max(2)[0]),
    ("softmax_rows", 16, 0, [(5, 19)], lambda x: F.softmax(x, 1)),
    ("softmax_columns", 16, 0, [(2, 7, 3, 5)], lambda x: F.softmax(x, 1)),
    ("log_softmax_rows", 16, 0, [(5, 19)], lambda x: F.log_softmax(x, 1)),
    ("log_softmax_columns", 16, 0, [(2, 7, 3, 5)], lambda x: F.log_softmax(x, 1)),
    ("log_softmax_far", 16, 1024, [(5, 19)], lambda x: F.log_softmax(x, 1)),
    ("cross_entropy", 16, 0, [(6, 10)], lambda x: F.cross_entropy(x, labels((6,), 10))),
    ("cross_entropy_far", 16, 1024, [(6, 10)], lambda x: F.cross_entropy(x, labels((6,), 10))),
    ("cross_entropy_sum", 16, 0, [(2, 5, 3, 2)], lambda x: F.cross_entropy(x, labels((2, 3, 2), 5), reduction="sum", label_smoothing=0.1)),
    ("hinge", 4, 0, [(6, 10)], lambda x: F.multi_margin_loss(x, labels((6,), 10))),
    ("squared_hinge", 4, 0, [(6, 10)], lambda x: F.multi_margin_loss(x, labels((6,), 10), p=2, margin=0.5)),
    ("squared", 4, 0, [(4, 5), (4, 5)], F.mse_loss),
    ("squared_sum", 4, 0, [(4, 5), (4, 5)], lambda x, y: F.mse_loss(x, y, reduction="sum")),
    ("absolute", 4, 0, [(4, 5), (4, 5)], F.l1_loss),
    ("smooth_l1", 4, 0, [(4, 5), (4, 5)], lambda x, y: F.smooth_l1_loss(x, y, beta=0.75)),
    ("logistic", 1, 0.5, [(4, 5), (4, 5)], lambda x, y: torch.mean(torch.clamp(x, min=0) - x * y + torch.log1p(torch.exp(-abs(x))))),
    ("linear", 2, 0, [(5, 7), (4, 7), (4,)], F.linear),
    ("matmul", 2, 0, [(3, 5, 7), (7, 4)], torch.matmul),
    ("lstm", 2, 0, [(6, 3, 4), (20, 4), (20, 5), (20,), (20,)], recurrent(torch.lstm)),
    ("gru", 2, 0, [(6, 3, 4), (15, 4), (15, 5), (15,), (15,)], recurrent(torch.gru)),
    ("lstm_states", 2, 0, [(6, 3, 4), (3, 5), (3, 5), (20, 4), (20, 5), (20,), (20,)], recurrent_states(torch.lstm, False)),
    ("lstm_reverse", 2, 0, [(6, 3, 4), (3, 5), (3, 5), (20, 4), (20, 5), (20,), (20,)], recurrent_states(torch.lstm, True)),
    ("gru_states", 2, 0, [(6, 3, 4), (3, 5), (15, 4), (15, 5), (15,), (15,)], recurrent_states(torch.gru, False)),
    ("gru_reverse", 2, 0, [(6, 3, 4), (3, 5), (15, 4), (15, 5), (15,), (15,)], recurrent_states(torch.gru, True)),
]


def numbers(t):
    flat = t.detach().numpy().ravel()
    signs = 1 - 2 * (noise(SIGN, flat.size) >> 15)
    at = noise(AT, 4) % flat.size
    return [np.abs(flat).max(), (flat * signs).sum()] + [flat[i] for i in at]


print("/* Made by ops_torch.py: the case; its results: greatest absolute value, signed sum, four elements. */")
print("static const struct {\n    const char *name;\n    int results;\n    double scale, shift, result[8][6];\n} ops_torch[] = {")
for name, scale, shift, shapes, run in CASES:
    parameters = [tensor(PARAMETER + i, shape, scale, shift) for i, shape in enumerate(shapes)]
    y = run(*parameters)
    upstream = torch.tensor((noise(DY, y.numel()) / 65536.0 - 0.5).reshape(tuple(y.shape)), dtype=torch.float64)
    y.backward(upstream)
    results = [numbers(t) for t in [y] + [p.grad for p in parameters]]
    print('    { "%s", %d, %g, %g, {' % (name, len(results), scale, shift))
    print(",\n".join("        { %s }" % ", ".join("%.10g" % v for v in r) for r in results))
    print("    } },")
print("};")
