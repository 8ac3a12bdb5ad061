#!/usr/bin/env python3
"""Golden values for tests/test_zoo.c: /usr/bin/python3 tests/golden/zoo_torch.py > tests/golden/zoo_torch.h  (PyTorch 1.13; two minutes)

Each network of the zoo written down from its paper, layer after layer, in double precision. Weights and pictures are what `noise` says, which
the test computes for itself: parameter p (0, 1, ... in the order of the layers) and its element number say a value, rounded to float32. Of each
network there are the scores of one picture for 10 classes, at a small size and at the size of the paper.
"""
import numpy as np
import torch
import torch.nn.functional as F


def noise(kind, count):
    """-0.5 .. 0.5 for elements 0 .. count - 1"""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + kind * 40503 + 12345) % 2**32
    h = (h ^ (h >> 15)) * 2246822519 % 2**32
    h = (h ^ (h >> 13)) * 3266489917 % 2**32
    return (h >> 16).astype(np.float64) / 65536 - 0.5


class Net:
    """Layers whose weights are the next ones."""
    def __init__(self):
        self.parameters = 0

    def next(self, shape, scale, add=0.0):
        values = (noise(self.parameters, int(np.prod(shape))) * scale + add).astype(np.float32)
        self.parameters += 1
        return torch.from_numpy(values.reshape(shape).astype(np.float64))

    def weight(self, shape):
        return self.next(shape, np.sqrt(24.0 / np.prod(shape[1:])))

    def conv(self, x, filters, kernel, stride=1, pad=0, groups=1, bias=True):
        w = self.weight((filters, x.shape[1] // groups, kernel, kernel))
        return F.conv2d(x, w, self.next((filters,), 0.2) if bias else None, stride, pad, 1, groups)

    def linear(self, x, units):
        x = x.flatten(1)
        w = self.weight((units, x.shape[1]))
        return F.linear(x, w, self.next((units,), 0.2))

    def norm(self, x):
        c = (x.shape[1],)
        mean, variance = self.next(c, 0.2), self.next(c, 1.0, 1.0)
        scale, shift = self.next(c, 0.5, 1.0), self.next(c, 0.2)
        return F.batch_norm(x, mean, variance, scale, shift, False, 0.1, 1e-5)

    def conv_norm(self, x, filters, kernel, stride=1, pad=0, groups=1):
        return self.norm(self.conv(x, filters, kernel, stride, pad, groups, False))


def lenet5_1998(n, x):
    """LeCun, Bottou, Bengio, Haffner 1998, II.B, table I, figure 3"""
    def squash(a):
        return 1.7159 * torch.tanh(a * (2.0 / 3))

    def subsample(x):
        total = x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]
        c = (x.shape[1], 1, 1)
        coefficient = n.next(c, 0.1, 0.25)
        return squash(total * coefficient + n.next(c, 0.2))

    seen = ["012", "123", "234", "345", "045", "015", "0123", "1234", "2345", "0345", "0145", "0125", "0134", "1245", "0235", "012345"]
    x = subsample(squash(n.conv(x, 6, 5)))
    maps = []
    for first, last in ((0, 6), (6, 15), (15, 16)):
        w, b = n.weight((last - first, len(seen[first]), 5, 5)), n.next((last - first,), 0.2)
        for m in range(first, last):
            maps.append(F.conv2d(x[:, [int(i) for i in seen[m]]], w[m - first:m - first + 1], b[m - first:m - first + 1]))
    x = subsample(squash(torch.cat(maps, 1)))
    x = squash(n.conv(x, 120, 5))
    x = squash(n.linear(x, 84))
    codes = torch.tensor([[[1.0 if c == "#" else -1.0 for c in row] for row in digit] for digit in DIGITS]).double().flatten(1)
    return -((x[:, None, :] - codes[None]) ** 2).sum(2)


# An empty row above and below, an empty column on the right.
DRAWN = """
..##.. ...#.. .####. .####. ....#. ###### ..###. ###### .####. .####.
.#..#. ..##.. #....# #....# ...##. #..... .#.... .....# #....# #....#
#....# .#.#.. .....# .....# ..#.#. #..... #..... .....# #....# #....#
#....# ...#.. .....# .....# .#..#. #..... #..... ....#. #....# #....#
#....# ...#.. ....#. ..###. #...#. #####. #.###. ....#. .####. .#####
#....# ...#.. ...#.. .....# #...#. .....# ##...# ...#.. #....# .....#
#....# ...#.. ..#... .....# ###### .....# #....# ...#.. #....# .....#
#....# ...#.. .#.... .....# ....#. .....# #....# ..#... #....# .....#
.#..#. ...#.. #..... #....# ....#. #....# #....# ..#... #....# ....#.
..##.. .##### ###### .####. ....#. .####. .####. ..#... .####. .###..
"""
ROWS = [line.split() for line in DRAWN.strip().split("\n")]
DIGITS = [["......."] + [row[d] + "." for row in ROWS] + ["......."] for d in range(10)]


def lenet5(n, x, pad=2):
    x = F.max_pool2d(F.relu(n.conv(x, 6, 5, 1, pad)), 2)
    x = F.max_pool2d(F.relu(n.conv(x, 16, 5)), 2)
    return n.linear(F.relu(n.linear(F.relu(n.linear(x, 120)), 84)), 10)


def pytorch_tutorial(n, x):
    return lenet5(n, x, 0)


def convnetjs(n, x):
    for filters in (16, 20, 20):
        x = F.max_pool2d(F.relu(n.conv(x, filters, 5, 1, 2)), 2)
    return n.linear(x, 10)


def resnet_cifar(blocks):
    def net(n, x):
        x = F.relu(n.conv_norm(x, 16, 3, 1, 1))
        for width in (16, 32, 64):
            for i in range(blocks):
                stride = 2 if width > 16 and i == 0 else 1
                y = F.relu(n.conv_norm(x, width, 3, stride, 1))
                y = n.conv_norm(y, width, 3, 1, 1)
                if stride == 2:                         # option A
                    x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, width // 4, width // 4))
                x = F.relu(y + x)
        return n.linear(x.mean((2, 3)), 10)
    return net


def resnet(blocks, bottleneck):
    def net(n, x):
        x = F.max_pool2d(F.relu(n.conv_norm(x, 64, 7, 2, 3)), 3, 2, 1)
        for stage, count in enumerate(blocks):
            width = 64 << stage
            for i in range(count):
                stride = 2 if stage > 0 and i == 0 else 1
                if bottleneck:
                    y = F.relu(n.conv_norm(x, width, 1))
                    y = F.relu(n.conv_norm(y, width, 3, stride, 1))
                    y = n.conv_norm(y, 4 * width, 1)
                else:
                    y = F.relu(n.conv_norm(x, width, 3, stride, 1))
                    y = n.conv_norm(y, width, 3, 1, 1)
                if i == 0 and (bottleneck or stage > 0):
                    x = n.conv_norm(x, y.shape[1], 1, stride)
                x = F.relu(y + x)
        return n.linear(x.mean((2, 3)), 10)
    return net


def response_norm(x, alpha, k):
    """Krizhevsky et al. 2012, 3.3: 5 maps, beta 0.75; PyTorch divides alpha by 5"""
    return F.local_response_norm(x, 5, 5 * alpha, 0.75, k)


def classifier(n, x):
    x = F.relu(n.linear(x, 4096))
    return n.linear(F.relu(n.linear(x, 4096)), 10)


def alexnet(groups):
    def net(n, x):
        x = F.max_pool2d(response_norm(F.relu(n.conv(x, 96, 11, 4)), 1e-4, 2.0), 3, 2)
        x = F.max_pool2d(response_norm(F.relu(n.conv(x, 256, 5, 1, 2, groups)), 1e-4, 2.0), 3, 2)
        x = F.relu(n.conv(x, 384, 3, 1, 1))
        x = F.relu(n.conv(x, 384, 3, 1, 1, groups))
        x = F.relu(n.conv(x, 256, 3, 1, 1, groups))
        return classifier(n, F.max_pool2d(x, 3, 2))
    return net


def alexnet_torchvision(n, x):
    x = F.max_pool2d(F.relu(n.conv(x, 64, 11, 4, 2)), 3, 2)
    x = F.max_pool2d(F.relu(n.conv(x, 192, 5, 1, 2)), 3, 2)
    for filters in (384, 256, 256):
        x = F.relu(n.conv(x, filters, 3, 1, 1))
    return classifier(n, F.max_pool2d(x, 3, 2))


def zfnet(n, x):
    """110, 55, 26, 13 of figure 3 want pooling that rounds up"""
    x = response_norm(F.max_pool2d(F.relu(n.conv(x, 96, 7, 2, 1)), 3, 2, 0, 1, True), 1e-4, 2.0)
    x = response_norm(F.max_pool2d(F.relu(n.conv(x, 256, 5, 2)), 3, 2, 0, 1, True), 1e-4, 2.0)
    for filters in (384, 384, 256):
        x = F.relu(n.conv(x, filters, 3, 1, 1))
    return classifier(n, F.max_pool2d(x, 3, 2))


def vgg(per_stage):
    def net(n, x):
        for filters, count in zip((64, 128, 256, 512, 512), per_stage):
            for _ in range(count):
                x = F.relu(n.conv(x, filters, 3, 1, 1))
            x = F.max_pool2d(x, 2)
        return classifier(n, x)
    return net


def googlenet(n, x):
    """Table 1; where it says no padding, sizes want pooling that rounds up"""
    def pool(x):
        return F.max_pool2d(x, 3, 2, 0, 1, True)

    def conv(x, filters, kernel):
        return F.relu(n.conv(x, filters, kernel, 1, kernel // 2))

    def inception(x, n1, r3, n3, r5, n5, proj):
        a = conv(x, n1, 1)
        b = conv(conv(x, r3, 1), n3, 3)
        c = conv(conv(x, r5, 1), n5, 5)
        return torch.cat([a, b, c, conv(F.max_pool2d(x, 3, 1, 1), proj, 1)], 1)

    x = response_norm(pool(F.relu(n.conv(x, 64, 7, 2, 3))), 2e-5, 1.0)
    x = pool(response_norm(conv(conv(x, 64, 1), 192, 3), 2e-5, 1.0))
    x = inception(x, 64, 96, 128, 16, 32, 32)
    x = pool(inception(x, 128, 128, 192, 32, 96, 64))
    x = inception(x, 192, 96, 208, 16, 48, 64)
    x = inception(x, 160, 112, 224, 24, 64, 64)
    x = inception(x, 128, 128, 256, 24, 64, 64)
    x = inception(x, 112, 144, 288, 32, 64, 64)
    x = pool(inception(x, 256, 160, 320, 32, 128, 128))
    x = inception(x, 256, 160, 320, 32, 128, 128)
    x = inception(x, 384, 192, 384, 48, 128, 128)
    return n.linear(x.mean((2, 3)), 10)


def squeezenet(first, pools):
    def net(n, x):
        x = F.max_pool2d(F.relu(n.conv(x, *first)), 3, 2, 0, 1, True)
        for fire, squeeze in enumerate((16, 16, 32, 32, 48, 48, 64, 64), 2):
            x = F.relu(n.conv(x, squeeze, 1))
            a = F.relu(n.conv(x, 4 * squeeze, 1))
            x = torch.cat([a, F.relu(n.conv(x, 4 * squeeze, 3, 1, 1))], 1)
            if fire in pools:
                x = F.max_pool2d(x, 3, 2, 0, 1, True)
        return F.relu(n.conv(x, 10, 1)).mean((2, 3))
    return net


def mobilenet_v1(n, x):
    x = F.relu(n.conv_norm(x, 32, 3, 2, 1))
    for filters, stride in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + 5 * [(512, 1)] + [(1024, 2), (1024, 1)]:
        x = F.relu(n.conv_norm(x, x.shape[1], 3, stride, 1, x.shape[1]))
        x = F.relu(n.conv_norm(x, filters, 1))
    return n.linear(x.mean((2, 3)), 10)


def mobilenet_v2(n, x):
    """Table 2: expansion, channels, repetitions, stride"""
    x = F.relu6(n.conv_norm(x, 32, 3, 2, 1))
    for t, c, count, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        for i in range(count):
            stride, width = s if i == 0 else 1, x.shape[1] * t
            y = F.relu6(n.conv_norm(x, width, 1)) if t > 1 else x
            y = F.relu6(n.conv_norm(y, width, 3, stride, 1, width))
            y = n.conv_norm(y, c, 1)
            x = x + y if stride == 1 and x.shape[1] == c else y
    return n.linear(F.relu6(n.conv_norm(x, 1280, 1)).mean((2, 3)), 10)


NETS = [
    ("lenet5_1998", lenet5_1998, 1, (32,)), ("lenet5", lenet5, 1, (28,)), ("pytorch_tutorial", pytorch_tutorial, 3, (32,)),
    ("convnetjs", convnetjs, 3, (32,)), ("resnet20", resnet_cifar(3), 3, (32,)), ("resnet32", resnet_cifar(5), 3, (16, 32)),
    ("resnet44", resnet_cifar(7), 3, (16, 32)), ("resnet56", resnet_cifar(9), 3, (9, 32)), ("alexnet", alexnet(2), 3, (67, 227)),
    ("alexnet_ungrouped", alexnet(1), 3, (67, 227)), ("alexnet_torchvision", alexnet_torchvision, 3, (63, 224)), ("zfnet", zfnet, 3, (63, 224)),
    ("vgg16", vgg((2, 2, 3, 3, 3)), 3, (32, 224)), ("vgg19", vgg((2, 2, 4, 4, 4)), 3, (32, 224)), ("googlenet", googlenet, 3, (64, 224)),
    ("resnet18", resnet((2, 2, 2, 2), False), 3, (48, 224)), ("resnet34", resnet((3, 4, 6, 3), False), 3, (33, 224)),
    ("resnet50", resnet((3, 4, 6, 3), True), 3, (48, 224)), ("squeezenet", squeezenet((96, 7, 2, 0), (4, 8)), 3, (60, 224)),
    ("squeezenet1_1", squeezenet((64, 3, 2, 0), (3, 5)), 3, (64, 224)), ("mobilenet_v1", mobilenet_v1, 3, (64, 224)),
    ("mobilenet_v2", mobilenet_v2, 3, (64, 224)),
]


def main():
    print("/* Written by tests/golden/zoo_torch.py with PyTorch %s: do not edit. */" % torch.__version__)
    print("static const struct {\n    const char *name;\n    int channels, size;\n    float y[10];\n} golden_zoo[] = {")
    with torch.no_grad():
        for name, net, channels, sizes in NETS:
            for size in sizes:
                x = torch.from_numpy((noise(1000, channels * size * size) * 4).reshape(1, channels, size, size))
                y = net(Net(), x).flatten().tolist()
                print("    { \"%s\", %d, %d, { %s } }," % (name, channels, size, ", ".join("%.7gf" % v if "." in "%.7g" % v else "%.7g.0f" % v for v in y)), flush=True)
    print("};")


if __name__ == "__main__":
    main()
