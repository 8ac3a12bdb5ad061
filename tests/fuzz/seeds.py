#!/usr/bin/env python3
"""Writes the first inputs of the fuzzers to tests/fuzz/corpus/: small files of every kind that a reader knows, with the
bytes in front that the fuzzers explain on top. What a fuzzer finds is added there by hand."""
import os
import struct
import zlib

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")


def write(folder, name, data):
    os.makedirs(os.path.join(CORPUS, folder), exist_ok=True)
    with open(os.path.join(CORPUS, folder, name), "wb") as f:
        f.write(data)


def record(label):
    return bytes([label]) + bytes(1024) + bytes([7]) * 1024 + bytes([255]) * 1024


def idx(*dims):
    count = 1
    for d in dims:
        count *= d
    header = bytes([0, 0, 8, len(dims)]) + struct.pack(">%dI" % len(dims), *dims)
    return header + bytes(i * 37 % 10 for i in range(count))


def gzip(data, strategy, level=9, flags=0, fields=b""):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    stream = packer.compress(data) + packer.flush()
    return (bytes([0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255]) + fields + stream
            + struct.pack("<II", zlib.crc32(data), len(data)))


def pair(first, labels, images):
    return bytes([first]) + struct.pack("<H", len(labels)) + labels + images


def npy(header, data, version=1):
    start = 12 if version > 1 else 10
    text = header.encode() + b" " * (-(start + len(header) + 1) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<I" if version > 1 else "<H", len(text)) + text + data


def npy_header(descr, shape, fortran=False):
    return "{'descr': %r, 'fortran_order': %r, 'shape': %r, }" % (descr, fortran, shape)


def safe(header, data):
    return struct.pack("<Q", len(header)) + header.encode() + data


def main():
    write("cifar10", "good", bytes([1, 0]) + record(9))
    write("cifar10", "bad-label", bytes([5, 0]) + record(3) + record(10))
    write("cifar10", "cut", bytes([0, 0]) + record(0)[:100])
    write("cifar10", "shrinks", bytes([4, 128]) + record(0))
    write("cifar10", "no-memory", bytes([2, 9]) + record(1)[:3073])

    images, labels = idx(10, 6, 6), idx(10)
    write("idx", "plain", pair(0x80, labels, images))
    write("idx", "images-alone", pair(0, b"", images))
    write("idx", "three-labels", pair(0x80, idx(3), images))
    write("idx", "no-memory", pair(0x83, labels, images))
    write("idx", "fixed", pair(0x80, labels, gzip(images, zlib.Z_FIXED)))
    write("idx", "own-codes", pair(0x80, gzip(labels, zlib.Z_FIXED), gzip(images, zlib.Z_HUFFMAN_ONLY)))
    write("idx", "stored", pair(0, b"", gzip(images, zlib.Z_DEFAULT_STRATEGY, 0)))
    write("idx", "fields", pair(0, b"", gzip(images, zlib.Z_FIXED, 9, 30, b"\3\0abcname\0comment\0\0\0")))
    write("idx", "bomb", pair(0, b"", gzip(bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 1]) + bytes(1 << 19),
                                           zlib.Z_DEFAULT_STRATEGY)))

    write("pnm", "p1", b"\0P1\n# a comment\n3 2\n1 0 1\n010\n")
    write("pnm", "p2", b"\x08P2 2 2 15\n0 1 # there\n14 15")
    write("pnm", "p3", b"\x10P3 1 2 65535 1 2 3 40000 50000 65535\n")
    write("pnm", "p4", b"\x18P4\n10 2\n\x80\x40\x7f\x80")
    write("pnm", "p5", b"\0P5 3 1 255#\n\0\x0a\xff")
    write("pnm", "p5-wide", b"\x08P5 3 1 1000\n\0\0\1\0\3\xe8")
    write("pnm", "p6", b"\x10P6 1 2 255\n\1\2\3#  and more")
    write("pnm", "huge", b"\0P6 999999999 999999999 65535 a")
    write("pnm", "no-memory", b"\2P6 1 2 255\n\1\2\3\4\5\6")

    numbers = bytes(range(1, 97))
    write("npy", "f4", b"\0" + npy(npy_header("<f4", (2, 3)), numbers[:24]))
    write("npy", "f4-big", b"\0" + npy(npy_header(">f4", (2, 3)), numbers[:24]))
    write("npy", "f8-fortran", b"\0" + npy(npy_header("<f8", (3, 2), True), struct.pack("<6d", 0, -1, .1, 1e300, 1e-300, 7)))
    write("npy", "f8-big", b"\0" + npy(npy_header(">f8", (1,)), struct.pack(">d", .1)))
    write("npy", "i4-fortran", b"\0" + npy(npy_header(">i4", (2, 3, 2), True), numbers[:48], 2))
    write("npy", "i8", b"\0" + npy(npy_header("<i8", ()), numbers[:8], 3))
    write("npy", "i1-view", b"\x08" + npy(npy_header("|i1", (2, 3)), numbers[:6]))
    write("npy", "u1-view", b"\x08" + npy(npy_header("|u1", (2, 3)), numbers[:6]))
    write("npy", "bool", b"\0" + npy(npy_header("|b1", (1, 1, 1, 1, 2, 1, 1, 1)), b"\0\7"))
    write("npy", "empty", b"\0" + npy(npy_header("<f4", (0, 2147483647, 2147483647)), b""))
    write("npy", "huge", b"\0" + npy(npy_header("<f8", (2147483647,) * 8), numbers))
    write("npy", "records", b"\0" + npy(npy_header([("x", "<f4")], (3,)), numbers[:12]))
    write("npy", "python2", b"\0" + npy('{"shape":(2L,3L),"descr":"<u1","fortran_order":False}', numbers[:6]))
    write("npy", "shrinks", b"\4" + npy(npy_header("<f4", (2, 3)), numbers[:24]))
    write("npy", "no-memory", b"\2" + npy(npy_header("<f4", (2, 3)), numbers[:24]))

    a, b, c = ('"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}', '"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}',
               '"\\u00fc":{"shape":[0],"data_offsets":[12,12],"dtype":"F32"}')
    data = struct.pack("<3f", 1.5, -2, 3)
    write("safetensors", "plain", bytes([0]) + safe("{%s,%s,%s}" % (a, b, c), data))
    write("safetensors", "memory", bytes([8]) + safe('{"__metadata__":{"format":"pt"},%s, %s ,%s}  ' % (c, b, a), data))
    write("safetensors", "halves", bytes([8]) + safe("{%s,%s,%s}" % (a.replace("F32", "F16").replace("0,8", "0,4"), b.replace("F32", "F64").replace("8,12", "4,12"), c), data))
    write("safetensors", "brain", bytes([8]) + safe("{%s,%s,%s}" % (a.replace("F32", "BF16").replace("0,8", "0,4"), b.replace("8,12", "4,8"), c.replace("12,12", "8,8")), data[:8]))
    write("safetensors", "overlap", bytes([0]) + safe("{%s,%s,%s}" % (a, b.replace("8,12", "4,8"), c.replace("12,12", "8,8")), data[:8]))
    write("safetensors", "twice", bytes([8]) + safe("{%s,%s,%s}" % (a, a.replace("0,8", "8,16").replace("a", "\\u0061"), b), data + data[:4]))
    write("safetensors", "surrogates", bytes([8]) + safe('{"\\ud83d\\ude00\\n":{"dtype":"U8","shape":[0,7],"data_offsets":[0,0]}}', b""))
    write("safetensors", "no-memory", bytes([2]) + safe("{%s,%s,%s}" % (a, b, c), data))
    write("safetensors", "shrinks", bytes([4]) + safe("{%s}" % b, data))
    write("safetensors", "long", bytes([8]) + struct.pack("<Q", 1 << 62) + b"{}")


if __name__ == "__main__":
    main()
