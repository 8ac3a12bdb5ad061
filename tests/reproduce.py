#!/usr/bin/env python3
"""Reruns the accuracies that books and papers print, on your copy of the data, and puts ours beside them.

    make reproduce                       every line whose data are there
    make reproduce ONLY="svm softmax"    some; ONLY=list names them
    make reproduce AGAIN=1               also those that are known; else a line that was finished with the same dlcv.h and program is only printed

DLCV_DATA names a folder with cifar-10-batches-bin/ (.bin or .bin.xz), mnist/ and fashion-mnist/ (IDX files, packed with gzip or not; Debian's package
dataset-fashion-mnist is found by itself). What is packed is unpacked into build/. Training leaves checkpoints in build/reproduce/, one folder a line, with its
pictures and its log: interrupted, it goes on from there. Rates and regularisation were chosen on a part of the training set that was held out; each program
asks the test set once. Seconds are CPU seconds of one thread, of the last run. The last line is "N reproduced, N not, N skipped"; a line that is not is an error.
"""
import argparse
import collections
import glob
import gzip
import hashlib
import json
import lzma
import os
import re
import resource
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build")
FOLDER = os.path.join(BUILD, "reproduce")
KNOWN = os.path.join(FOLDER, "known.json")
CIFAR = "build/cifar-10-batches-bin"

# value: what the program prints, its first group the number. least, most: it holds within these. show: how the number is written
Line = collections.namedtuple("Line", "name what published data command value least most show recipe")


def cifar(name, what, published, least, most, recipe, value=r"test error ([\d.]+) %"):
    """A network that train_cifar10 knows."""
    return Line(name, what, published, "cifar10", "train_cifar10 %s %s 0 {folder}" % (CIFAR, name), value, least, most, "%.2f %% wrong", recipe)


def linear(name, what, published, command, value, least, recipe):
    return Line(name, what, published, "cifar10", "linear_cifar10 %s --folder {folder} %s" % (CIFAR, command), value + r"[^\n]*?([\d.]+) % of the test set", least, 100,
                "%.2f %%", recipe)


MNIST = "build/mnist"
LINES = [
    Line("knn_l1", "nearest neighbour, L1, CIFAR-10", "3859 right (38.6 %)", "cifar10", "knn_cifar10 %s --metric l1" % CIFAR, r"correct (\d+) of", 3859, 3859,
         "%d right", "bytes, all 50,000, exact"),
    Line("knn_l2", "nearest neighbour, L2, CIFAR-10", "3538 right (35.4 %)", "cifar10", "knn_cifar10 %s --metric l2" % CIFAR, r"correct (\d+) of", 3538, 3538,
         "%d right", "bytes, all 50,000, exact"),
    Line("wrap", "the course's uint8 wrap-around", "about 25 %", "cifar10", "knn_cifar10 %s --wrap --limit 2000" % CIFAR, r"correct (\d+) of", 460, 540,
         "%d right of 2000", "wrong on purpose: knn_cifar10 --wrap"),
    Line("knn_mnist", "nearest neighbour, L2, MNIST", "9691 right (309 wrong)", "mnist", "knn_idx " + " ".join(MNIST + "/" + f for f in (
        "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")), r"(\d+) of 10000 right", 9691, 9691,
         "%d right", "bytes, all 60,000, exact"),
    linear("random", "random search, 1000 draws, CIFAR-10", "15.5 % (one draw of 13 to 17)", "--epochs 0 --random 1000", "random search", 12.5,
           "W ~ 0.0001 N(0, 1), least SVM loss over the training set"),
    linear("local", "local search, 1000 steps, CIFAR-10", "21.4 %", "--epochs 0 --local 1000", "local search", 19, "from 0.001 N(0, 1) by 0.0001 N(0, 1)"),
    linear("svm", "linear SVM, CIFAR-10", "37 to 39 %", "--choose 1", r"svm:(?! chosen)", 37, "Adam, cosine, 10 epochs; lr, l2 by a held-out tenth"),
    linear("softmax", "softmax regression, CIFAR-10", "37 to 39 %", "--choose 1", r"softmax:(?! chosen)", 37, "Adam, cosine, 10 epochs; lr, l2 by a held-out tenth"),
    cifar("two_layer", "two-layer net, pixels, CIFAR-10", "48 to 52 % wrong", 0, 52, "200 hidden, Nesterov, one cycle, 15 epochs, no augmentation"),
    Line("features", "HoG and colours, linear and two-layer, CIFAR-10", "42 to 44, 55 to 60 %", None, "", "", 0, 0, "",
         "image features are not in dlcv.h yet"),
    cifar("convnetjs", "ConvNetJS' network, CIFAR-10", "about 20 % wrong", 0, 21, "Adam, one cycle, 50 epochs of batch 64, flips, shifts of 2; mean of ten views",
          r"([\d.]+) % wrong by ten views"),
    Line("lenet5", "LeNet-5, MNIST, distortions", "0.8 % wrong (0.95 without)", "mnist", "train_mnist %s {folder}" % MNIST, r"test error ([\d.]+) %", 0, 0.8,
         "%.2f %% wrong", "AdamW, one cycle, 15 epochs, turned, zoomed, shifted"),
    Line("fashion", "LeNet-5, Fashion-MNIST, 10 epochs", "9.3 % wrong (ours 9.1 to 9.6)", "fashion-mnist", "train_fashion build/fashion-mnist {folder}", r"test error ([\d.]+) %", 0, 9.7,
         "%.2f %% wrong", "AdamW, one cycle, 10 epochs of batch 32, flips"),
    cifar("resnet20", "ResNet-20, CIFAR-10", "8.75 % wrong", 0, 8.75, "Nesterov, one cycle, 70 epochs of batch 128, flips, shifts of 4"),
]


# ---- data

def unpack(source, target, opener):
    if os.path.exists(target):
        return
    print("unpacking %s" % os.path.relpath(target, ROOT), flush=True)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with opener(source, "rb") as packed, open(target + ".part", "wb") as out:
        shutil.copyfileobj(packed, out)
    os.replace(target + ".part", target)


def fetch(name, folders, patterns, count):
    """None, when `count` files are in build/, unpacked; or why not."""
    build = os.path.join(BUILD, os.path.basename(folders[0]) if name == "cifar10" else name)
    for folder in folders:
        found = sorted(path for pattern in patterns for path in glob.glob(os.path.join(folder, pattern)))
        for path in found:
            base, kind = os.path.splitext(path)
            packed = {".xz": lzma.open, ".gz": gzip.open}.get(kind)
            unpack(path, os.path.join(build, os.path.basename(base if packed else path)), packed or open)
    have = len([path for path in glob.glob(os.path.join(build, "*")) if re.search(r"ubyte$|_batch.*\.bin$", path)])
    if have == count:
        return None
    where = " in " + " or ".join(folders) if os.path.isabs(folders[0]) else ": $DLCV_DATA is not set"
    return "no %s: %d of %d files%s" % (name, have, count, where)


def find_data():
    """{name: None or why it is not there}"""
    data = os.environ.get("DLCV_DATA")
    under = lambda name: os.path.join(data, name) if data else name
    ubyte = ["*-ubyte", "*-ubyte.gz"]
    return {"cifar10": fetch("cifar10", [under("cifar-10-batches-bin")], ["*_batch*.bin", "*_batch*.bin.xz"], 6),
            "mnist": fetch("mnist", [under("mnist")], ubyte, 4),
            "fashion-mnist": fetch("fashion-mnist", [under("fashion-mnist"), "/usr/share/datasets/fashion-mnist"], ubyte, 4)}


# ---- lines

def print_of(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def stamp(words):
    """What a result belongs to: the library, the program's text, its arguments."""
    return " ".join([print_of(os.path.join(ROOT, "dlcv.h")), print_of(os.path.join(ROOT, "examples", words[0] + ".c"))] + words[1:])


def run(words, log):
    """(what it printed, exit code, CPU seconds)"""
    program = os.path.join(BUILD, "examples", words[0])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(log, "wb") as out:
        child = subprocess.Popen([program] + words[1:], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
        finally:
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(log, encoding="utf-8", errors="replace") as f:
        return f.read(), code, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def load_known():
    try:
        with open(KNOWN, encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return {}


def reproduce(line, known, again):
    """(number, seconds), or raises RuntimeError with why not. Lines of one command share its run."""
    folder = os.path.join("build", "reproduce", "linear" if "--choose" in line.command else line.name)
    words = line.command.replace("{folder}", folder).split()
    key = " ".join(words)
    mark = stamp(words)
    entry = known.get(key, {})
    if again and not entry.get("now") or entry.get("stamp") != mark:
        os.makedirs(os.path.join(ROOT, folder), exist_ok=True)
        for old in glob.glob(os.path.join(ROOT, folder, "*-checkpoint.safetensors")) if entry else []:      # of a run that came to its end
            os.remove(old)
        print("%s: %s" % (line.name, key), flush=True)
        said, code, seconds = run(words, os.path.join(ROOT, folder, "log.txt"))
        if code != 0:
            raise RuntimeError("ended with code %d: %s" % (code, said.strip().split("\n")[-1][-200:]))
        entry = known[key] = {"stamp": mark, "said": said[-4000:], "seconds": seconds, "now": True}
        with open(KNOWN, "w", encoding="utf-8") as f:
            json.dump({k: {n: v for n, v in e.items() if n != "now"} for k, e in known.items()}, f, indent=1)
    found = re.search(line.value, entry["said"])
    if not found:
        raise RuntimeError("did not print what matches %s" % line.value)
    return float(found.group(1)), entry["seconds"]


def table(rows):
    head = ["line", "", "published", "ours", "s", "recipe"]
    print("\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def main():
    parser = argparse.ArgumentParser(description="Reruns the published accuracies.")
    parser.add_argument("--only", default="", help="names of lines; list: which there are")
    parser.add_argument("--again", action="store_true")
    args = parser.parse_args()
    wanted = args.only.replace(",", " ").split()
    names = [line.name for line in LINES]
    if wanted == ["list"]:
        print("\n".join("%-10s %s: %s" % (line.name, line.what, line.recipe) for line in LINES))
        return 0
    wrong = [name for name in wanted if name not in names]
    if wrong:
        print("no line is called %s; there are %s" % (" ".join(wrong), " ".join(names)))
        return 2
    if not os.path.isdir(os.environ.get("DLCV_DATA") or "."):
        print("DLCV_DATA=%s: no such folder" % os.environ["DLCV_DATA"])
        return 2
    os.makedirs(FOLDER, exist_ok=True)
    data, known, rows = find_data(), load_known(), []
    count = {"reproduced": 0, "not": 0, "skipped": 0}
    for line in LINES:
        if wanted and line.name not in wanted:
            continue
        missing = line.recipe if line.data is None else data[line.data]
        ours, seconds, how = "", "", "skipped"
        if not missing:
            try:
                value, spent = reproduce(line, known, args.again)
                how = "reproduced" if line.least <= value <= line.most else "not"
                ours, seconds = line.show % value, "%.0f" % spent
            except (OSError, RuntimeError) as trouble:
                how, ours = "not", str(trouble)
            if how == "not":
                ours += " (not reproduced)"
        count[how] += 1
        rows.append([line.name, line.what, line.published, ours or "skipped", seconds, missing or line.recipe])
    table(rows)
    print("\n%d reproduced, %d not, %d skipped" % (count["reproduced"], count["not"], count["skipped"]))
    return 1 if count["not"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted; `make reproduce` goes on from the checkpoints")
