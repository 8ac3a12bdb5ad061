#!/usr/bin/env python3
"""Golden values for tests/test_preprocess.c: /usr/bin/python3 tests/golden/resize.py > tests/golden/resize.h  (PyTorch 1.13, Pillow 9.4)

A picture of noise, 11 x 17 RGB, in other sizes: by PyTorch in double precision (smooth: antialias; area: the mean of each pixel repeated as often as there
are pixels in the result, by numpy), of which there are the inner product with a string of +-1 and six elements; by Pillow in bytes, all of them. Then the
ImageNet recipe, shorter side 9, the middle 6 x 6, normalised, in double and by Pillow.
"""
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

H, W = 11, 17
MEAN, STDDEV = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def noise(kind, count):
    """0 .. 65535 for elements 0 .. count - 1"""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 + kind * 40503 + 12345) % 2**32
    h = (h ^ (h >> 15)) * 2246822519 % 2**32
    h = (h ^ (h >> 13)) * 3266489917 % 2**32
    return (h >> 16).astype(np.int64)


PICTURE = (noise(5, H * W * 3) >> 8).astype(np.uint8).reshape(H, W, 3)
PLANES = torch.tensor(PICTURE.astype(np.float64).transpose(2, 0, 1))[None]


def area(x, n, axis):
    m = x.shape[axis]
    x = np.moveaxis(np.repeat(x, n, axis), axis, -1)
    return np.moveaxis(x.reshape(x.shape[:-1] + (n, m)).mean(-1), -1, axis)


def resized(how, size):
    if how == "AREA":
        return area(area(PLANES.numpy(), size[0], 2), size[1], 3)
    mode = {"SMOOTH": "bilinear"}.get(how, how.lower())
    more = {} if how == "NEAREST" else {"align_corners": False, "antialias": how == "SMOOTH"}
    return F.interpolate(PLANES, size=size, mode=mode, **more).numpy()


print("/* Made by resize.py: do not edit. */")
print("static const struct { dlcv_interpolation how; int height, width; double product, element[6]; } resized[] = {")
for size in [(5, 6), (11, 17), (23, 9), (7, 40), (1, 1), (3, 51)]:
    for how in ["SMOOTH", "BILINEAR", "NEAREST", "BICUBIC", "AREA"]:
        y = np.clip(resized(how, size), 0, 255).ravel()
        sign = 1 - 2 * (noise(2, y.size) & 1)
        at = noise(3, 6) % y.size
        print("    { DLCV_INTERPOLATION_%s, %d, %d, %.9g, { %s } }," % (how, *size, (y * sign).sum(), ", ".join("%.9g" % v for v in y[at])))
print("};")
small = np.asarray(Image.fromarray(PICTURE).resize((8, 6), Image.BILINEAR))
print("static const uint8_t pillow[6 * 8 * 3] = { %s };" % ", ".join(map(str, small.ravel())))
whole = (9, int(9 * W / H))
top, left = int(round((whole[0] - 6) / 2.0)), int(round((whole[1] - 6) / 2.0))
mean, stddev = np.array(MEAN).reshape(3, 1, 1), np.array(STDDEV).reshape(3, 1, 1)
exact = F.interpolate(PLANES, size=whole, mode="bilinear", align_corners=False, antialias=True).numpy()[0]
recipe = (exact[:, top:top + 6, left:left + 6] / 255 - mean) / stddev
print("static const double recipe[3 * 6 * 6] = { %s };" % ", ".join("%.7g" % v for v in recipe.ravel()))
by_pillow = np.asarray(Image.fromarray(PICTURE).resize((whole[1], whole[0]), Image.BILINEAR)).transpose(2, 0, 1)
by_pillow = (by_pillow[:, top:top + 6, left:left + 6] / 255.0 - mean) / stddev
print("static const double recipe_pillow[3 * 6 * 6] = { %s };" % ", ".join("%.5g" % v for v in by_pillow.ravel()))
