#!/usr/bin/env python3
"""Golden files for tests/test_npy.c: /usr/bin/python3 tests/golden/npy.py > tests/golden/npy.h  (numpy 1.24.2)

Each array is written by numpy itself; element i, counted in C order, has the value that `value` says, which the test
computes for itself. `plain` marks what numpy.save writes without being asked for anything: dlcv_tensor_save must write the
same bytes.
"""
import io
import sys

import numpy as np


def value(kind, i):
    return {"f4": (i - 3) * 0.375, "f8": (i - 3) * 0.1, "u1": i * 37 % 256, "i1": i * 37 % 256 - 128,
            "i4": i * 715827881 % 2**32 - 2**31, "i8": (i - 3) * 1311768467463790320, "b1": i % 3 == 0}[kind]


def array(descr, shape, order="C"):
    count = 1
    for d in shape:
        count *= d
    flat = np.array([value(descr[1:], i) for i in range(count)], dtype=np.dtype(descr))
    return np.asarray(flat.reshape(shape), order=order)


def file(a, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, a, version=version)
    if version is None:
        saved = io.BytesIO()
        np.save(saved, a)
        assert saved.getvalue() == out.getvalue()
    return out.getvalue()


FILES = []


def add(descr, shape, order="C", version=None):
    little = descr[0] in "<|"
    a = array(descr, shape, order)
    FILES.append((descr, shape, file(a, version), int(little and descr != "<f8" and version is None
                                                      and a.flags.c_contiguous)))


def header_only(shape):
    """No elements, and more of them than numpy can address: its header alone. These are 127, 128 and 129 bytes before
    padding to a multiple of 64, of which 128 becomes 192."""
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(out, {"descr": "|u1", "fortran_order": False, "shape": shape})
    FILES.append(("|u1", shape, out.getvalue(), 1))


for descr in ("<f4", "|u1", "|i1", "<i4", "<i8", "|b1"):
    add(descr, (2, 3))
    add(descr, ())
add("<f4", (5,))
add("|u1", (0,))
add("<f4", (0, 2147483647, 3))
add("<f4", (1, 2, 1, 2, 1, 2, 1, 2))
add("|u1", (1,) * 8)
for last in (123456, 1234567, 12345678):
    header_only((0, 1234567890, 1234567890, 123, 1, last))
for descr in (">f4", ">i4", ">i8", "<f8", ">f8"):
    add(descr, (2, 3))
add("<f4", (2, 3), "F")
add(">i4", (2, 3, 2), "F")
add("<f8", (3, 1, 2), "F")
add("|b1", (3, 2), "F")
add("|u1", (2, 2, 1, 3, 1, 1, 2, 1), "F")
add("<i4", (2, 3), "C", (2, 0))
add("|u1", (2, 3), "C", (3, 0))
print("/* Written by tests/golden/npy.py with numpy %s: do not edit. */" % np.__version__)
for number, (_, _, data, _) in enumerate(FILES):
    print("static const unsigned char golden_npy_%d[%d] = {" % (number, len(data)))
    for at in range(0, len(data), 24):
        print("    " + " ".join("%d," % byte for byte in data[at:at + 24]))
    print("};")
print("static const struct {\n    const char *descr;\n    int ndim, dim[8], plain;\n    size_t bytes;\n    const unsigned char *file;\n"
      "} golden_npy[%d] = {" % len(FILES))
for number, (descr, shape, data, plain) in enumerate(FILES):
    dims = ", ".join(str(d) for d in shape + (0,) * (8 - len(shape)))
    print('    { "%s", %d, { %s }, %d, %d, golden_npy_%d },' % (descr, len(shape), dims, plain, len(data), number))
print("};")
