#!/usr/bin/env python3
"""Writes tests/golden/safetensors.h with Python's struct and json alone, by the text of the format's description: the file that the library has to
write for the graph in tests/test_safetensors.c, and one that others write, to read: unordered, with metadata, escapes and other types."""
import json
import os
import struct


def c_array(name, data):
    lines = [", ".join("%d" % b for b in data[i:i + 32]) for i in range(0, len(data), 32)]
    return "static const unsigned char %s[%d] = {\n    %s\n};\n" % (name, len(data), ",\n    ".join(lines))


def ours():
    tensors = [("a\"b\\c", [2, 3], [0.5 * i - 1 for i in range(6)]), ("scale", [], [3.25]), ("tab\there", [4], [1e-40, -0.0, 3.4e38, 7])]
    parts, data = [], b""
    for name, shape, values in tensors:
        bits = struct.pack("<%df" % len(values), *values)
        escaped = json.dumps(name).replace("\\t", "\\u0009")
        parts.append('%s:{"dtype":"F32","shape":%s,"data_offsets":[%d,%d]}' % (escaped, json.dumps(shape), len(data), len(data) + len(bits)))
        data += bits
    header = ("{" + ",".join(parts) + "}").encode()
    header += b" " * (-(8 + len(header)) % 64)
    return struct.pack("<Q", len(header)) + header + data


def theirs():
    halves = [1.0, -2.5, 65504.0, 6e-8]
    pieces = [("half", "F16", [2, 2], struct.pack("<4e", *halves)), ("other", "U16", [3], bytes(6)), ("nothing", "F32", [0, 5], b""),
              ("\u00fc\U0001F600", "F64", [2], struct.pack("<2d", 0.1, -1e300)),
              ("brain", "BF16", [3], b"".join(struct.pack("<f", v)[2:] for v in (1.5, -0.0078125, 3.0)))]
    header, data = {"__metadata__": {"format": "pt", "by": "hand"}}, b""
    for name, dtype, shape, raw in pieces:
        header[name] = {"data_offsets": [len(data), len(data) + len(raw)], "dtype": dtype, "shape": shape}
        data += raw
    order = ["brain", "__metadata__", "\u00fc\U0001F600", "half", "nothing", "other"]
    text = json.dumps({k: header[k] for k in order}).encode()
    return struct.pack("<Q", len(text)) + text + data


def main():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "safetensors.h")
    with open(path, "w") as f:
        f.write("/* Made by safetensors.py. */\n" + c_array("golden_ours", ours()) + c_array("golden_theirs", theirs()))


main()
