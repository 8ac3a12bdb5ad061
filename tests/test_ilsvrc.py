#!/usr/bin/env python3
"""examples/folder_knn.c on a folder that lies as ILSVRC's does: train/SYNSET/*.ppm, val with all pictures in one folder, 1000 names, the
truth in the three forms in which it is handed round. Its pixels, votes and scores are computed again here, from the definitions."""
import array
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REAL = [("n01440764", "tench, Tinca tinca"), ("n01443537", "goldfish, Carassius auratus"),
        ("n01484850", "great white shark, white shark, man-eater, man-eating shark, Carcharodon carcharias")]
NAMES = REAL + [("n%08d" % (1500000 + 3 * i), "thing %d, the %d of its kind" % (i, i)) for i in range(997)]
HERE = [0, 1, 2, 17, 500, 998, 999]                         # places of the classes that train has pictures of
SIZES = [(500, 375), (333, 500), (256, 256), (100, 80), (301, 257), (640, 300)]     # width, height
passed, failed = 0, 0


def check(ok, what):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print("FAILED %s" % what)


class Picture:
    """Noise around a few blocks, which are more or less of the class."""
    def __init__(self, chance, label, size):
        self.label, self.size = label, size
        kind = random.Random(label)
        blocks = [[[kind.randrange(100, 156) + chance.randrange(-60, 61) for _ in range(3)] for _ in range(4)] for _ in range(3)]
        width, height = size
        rows = []
        for y in range(height):
            row = bytearray()
            for colour in blocks[3 * y // height]:
                one = bytes(max(0, min(255, v + chance.randrange(-30, 31))) for v in colour)
                row += one * ((width + 3) // 4)
            at = chance.randrange(width)
            row[3 * at:3 * at + 3] = bytes(3)               # a black dot in every row, lest they be alike
            rows.append(bytes(row[:3 * width]))
        self.rows = rows

    def write(self, path):
        with open(path, "wb") as f:
            f.write(b"P6\n%d %d\n255\n" % self.size + b"".join(self.rows))


def weights(length, shorter, least, size, at):
    """[(pixel, share)]: the triangle filter of width max(1, step), for pixel `at` of the middle `size` of the new length."""
    new = length * shorter // least
    step = length / new
    middle, reach = (at + (new - size) // 2 + 0.5) * step, max(1.0, step)
    found = [(i, 1 - abs(i + 0.5 - middle) / reach) for i in range(length) if abs(i + 0.5 - middle) < reach]
    total = sum(w for _, w in found)
    return [(i, w / total) for i, w in found]


def pixel(picture, shorter, size, x, y):
    width, height = picture.size
    across, down = (weights(n, shorter, min(picture.size), size, at) for n, at in ((width, x), (height, y)))
    return [sum(v * w * picture.rows[j][3 * i + c] for j, v in down for i, w in across) for c in range(3)]


def read_npy(path):
    """(type, shape, values)"""
    with open(path, "rb") as f:
        data = f.read()
    head, = struct.unpack("<H", data[8:10])
    text = data[10:10 + head].decode()
    kind = re.search(r"'descr': '[<|](\w+)'", text).group(1)
    shape = tuple(int(v) for v in re.search(r"\(([^)]*)\)", text).group(1).split(",") if v.strip())
    values = array.array({"u1": "B", "i4": "i"}[kind], data[10 + head:])
    if sys.byteorder == "big":
        values.byteswap()
    return kind, shape, values


def vote(train, labels, query, k):
    """[(label, share)], best first"""
    near = sorted((sum((a - b) * (a - b) for a, b in zip(t, query)), i) for i, t in enumerate(train))[:k]
    tally = {}
    for squared, i in near:
        votes, total = tally.get(labels[i], (0, 0.0))
        tally[labels[i]] = votes + 1, total + squared ** 0.5
    return [(label, n / k) for label, (n, _) in sorted(tally.items(), key=lambda t: (-t[1][0], t[1][1], t[0]))]


def make_tree(root):
    """ROOT, and what was put there: (train, val), in the order of their files."""
    chance = random.Random(5)
    train, val = [], []
    for folder in ["train/" + NAMES[c][0] for c in HERE] + ["val"]:
        os.makedirs(os.path.join(root, folder))
    for c in HERE:
        for i in range(4):
            picture = Picture(chance, c, SIZES[(c + i) % len(SIZES)])
            picture.write(os.path.join(root, "train", NAMES[c][0], "%s_%d.ppm" % (NAMES[c][0], i)))
            train.append(picture)
    with open(os.path.join(root, "train", "readme.txt"), "w") as f:
        f.write("neither a folder nor a picture\n")
    for i in range(15):
        picture = Picture(chance, HERE[i * 5 % len(HERE)], SIZES[i % len(SIZES)])
        picture.write(os.path.join(root, "val", "ILSVRC2012_val_%08d.ppm" % (i + 1)))
        val.append(picture)
    return train, val


def write_lists(root, val):
    def put(name, lines):
        with open(os.path.join(root, name), "w", newline="\r\n" if name.endswith("csv") else "\n") as f:
            f.write("\n".join(lines) + "\n")
    stem = ["ILSVRC2012_val_%08d" % (i + 1) for i in range(len(val))]
    put("synset_words.txt", ["%s %s" % pair for pair in NAMES])
    put("val.txt", ["%s.JPEG %d" % (name, p.label) for name, p in zip(stem, val)] + ["ILSVRC2012_val_00050000.JPEG 3"])
    put("ground_truth.txt", ["%d" % (p.label + 1) for p in val] + ["1000"])
    table = ["%s,%s 85 1 499 272 n01440764 1 2 3 4" % (name, NAMES[p.label][0]) for name, p in zip(stem, val)]
    put("solution.csv", ["ImageId,PredictionString"] + table[::-1])
    put("unknown.txt", ["%s n99999999" % stem[0]])
    put("beyond.txt", ["1001"])
    put("short.txt", ["%s 0" % stem[0]])
    put("few_words.txt", ["%s %s" % pair for pair in NAMES[:17]])
    put("many_words.txt", ["%s %s" % pair for pair in NAMES + [("n2", "one more")]])


def test_program(program, root, train, val):
    def run(*options):
        done = subprocess.run([program, root] + list(options), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode()

    def at(name):
        return os.path.join(root, name)

    names = ["--names", at("synset_words.txt")]
    truth = ["--truth", at("val.txt")]
    code, said = run("--short", "256", "--size", "224", "--k", "3", "--npy", root, *(names + truth))
    check(code == 0 and said.startswith("1000 classes, 28 pictures to train on, 15 to test\n"), "it is read: " + said)
    chance = random.Random(6)
    for name, pictures in (("train", train), ("test", val)):
        kind, shape, x = read_npy(at(name + "_x.npy"))
        check(kind == "u1" and shape == (len(pictures), 224, 224, 3), "%s: %d pictures of 224 x 224" % (name, len(pictures)))
        kind, shape, y = read_npy(at(name + "_y.npy"))
        check(kind == "i4" and list(y) == [p.label for p in pictures], "%s: labels are places among the 1000" % name)
        off = 0
        for i, picture in enumerate(pictures):
            for place in [(0, 0), (223, 223)] + [(chance.randrange(224), chance.randrange(224)) for _ in range(6)]:
                base = ((i * 224 + place[1]) * 224 + place[0]) * 3
                off = max([off] + [abs(v - x[base + c]) for c, v in enumerate(pixel(picture, 256, 224, *place))])
        check(off < 0.51, "%s: shorter side to 256, the middle 224 x 224: %.3f off" % (name, off))

    small = ["--short", "9", "--size", "8", "--npy", root] + names
    outputs = [run("--k", "7", "--top", "5", "--truth", at(name), *small) for name in ("val.txt", "ground_truth.txt", "solution.csv")]
    check(all(code == 0 for code, _ in outputs) and len(set(said for _, said in outputs)) == 1, "the three forms of the truth say the same")
    _, _, x = read_npy(at("train_x.npy"))
    _, _, q = read_npy(at("test_x.npy"))
    rows = [[v[i:i + 192] for i in range(0, len(v), 192)] for v in (x, q)]
    labels = [p.label for p in train]
    for k, top in ((7, 5), (7, 1), (1, 5), (5, 2)):
        ranked = [vote(rows[0], labels, query, k) for query in rows[1]]
        right = sum(p.label in [label for label, _ in r[:top]] for p, r in zip(val, ranked))
        code, said = run("--k", str(k), "--top", str(top), *(small + truth))
        check("\n%d of 15 right, top %d, k = %d\n" % (right, top, k) in said, "%d right among the first %d, k = %d: %s" % (right, top, k, said))
        first = "; ".join("%.0f %% %s" % (100 * share, NAMES[label][1]) for label, share in ranked[0][:5])
        check("\n  the first to test, %s: %s\n" % (NAMES[val[0].label][1], first) in said, "k = %d: %s: %s" % (k, first, said))
        if (k, top) == (7, 1):
            check(2 < right < 15, "some are right and some wrong, or there is nothing to tell: %d" % right)
            wrong = {}
            for p, r in zip(val, ranked):
                if r[0][0] != p.label:
                    wrong[p.label, r[0][0]] = wrong.get((p.label, r[0][0]), 0) + 1
            (a, b), most = min(wrong.items(), key=lambda w: (-w[1], w[0]))
            check("  %s taken for %s: %d\n" % (NAMES[a][1], NAMES[b][1], most) in said, "what is confused most: %s" % said)

    for options, sentence in (
            (names + ["--truth", at("unknown.txt")], "unknown.txt: line 1: there is no class n99999999"),
            (names + ["--truth", at("beyond.txt")], "beyond.txt: line 1: there is no class 1001"),
            (names + ["--truth", at("short.txt")], "short.txt: says nothing of ILSVRC2012_val_00000002.ppm"),
            (names + ["--truth", at("none.txt")], "none.txt: cannot be opened"),
            (["--names", at("none.txt")], "none.txt: cannot be opened"),
            (["--names", at("few_words.txt")] + truth, "train/n%08d: there is no such class" % 1500042),
            (["--names", at("many_words.txt")] + truth, "many_words.txt: 1001 classes, must be 1 .. 1000"),
            (names, "val: no folders with pictures that can be read here"),
            (["--short", "9", "--size", "10"], "--size must not be more than --short"),
            (["--names"], "usage: folder_knn ROOT")):
        code, said = run(*options)
        check(code != 0 and sentence in said, "\"%s\": %s" % (sentence, said))


def main():
    compiler = os.environ.get("CC", "cc").split()
    if not shutil.which(compiler[0]):
        strict = bool(os.environ.get("DLCV_NO_SKIP"))
        print("skipped: no %s\nilsvrc: 0 passed, %d failed, %d skipped" % (compiler[0], strict, not strict))
        return int(strict)
    with tempfile.TemporaryDirectory() as root:
        program, source = os.path.join(ROOT, "build", "examples", "folder_knn"), os.path.join(ROOT, "examples", "folder_knn.c")
        newest = max(os.path.getmtime(path) for path in (source, os.path.join(ROOT, "dlcv.h")))
        if not os.path.exists(program) or os.path.getmtime(program) < newest:      # else `make test` has just built it
            program = os.path.join(root, "folder_knn")
            subprocess.run(compiler + ["-O1", "-I", ROOT, source, "-o", program, "-lm"], check=True)
        train, val = make_tree(root)
        write_lists(root, val)
        test_program(program, root, train, val)
    print("ilsvrc: %d passed, %d failed" % (passed, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
