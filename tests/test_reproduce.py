#!/usr/bin/env python3
"""tests/reproduce.py without its hours: numbers are found in what the programs print, data are unpacked, what is missing is said."""
import gzip
import lzma
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import reproduce

SAID = {
    "knn_l1": ("bar\rL1 k=1 correct 3859 of 10000, 9.7 s\n", 3859),
    "knn_l2": ("L2 k=1 correct 3538 of 10000, 9.7 s\n", 3538),
    "wrap": ("wrapped L1 k=1 correct 504 of 2000\n", 504),
    "knn_mnist": ("60000 images of 28 x 28, 10 classes, 10000 to test\n9691 of 10000 right, k = 1\n", 9691),
    "random": ("in attempt 0 the loss was 9.1, best 9.1\nrandom search, draws 1000: least training loss 8.243, 13.12 % of the test set right\n", 13.12),
    "local": ("step 200: loss 7.5\nlocal search, steps 1000: least training loss 7.1, 21.40 % of the test set right\n", 21.40),
    "svm": ("svm, lr 0.001, l2 0.1: 41.56 % of the held-out tenth right\nsvm: chosen lr 0.001, l2 0.1\nsvm: 39.76 % of the test set right (lr 0.001)\n"
            "softmax: 41.32 % of the test set right (lr 0.0002)\n", 39.76),
    "softmax": ("svm: 39.76 % of the test set right (lr 0.001)\nsoftmax: chosen lr 0.0002, l2 0.001\nsoftmax: 41.32 % of the test set right (lr 0.0002)\n", 41.32),
    "two_layer": ("epoch 15/15\ntwo_layer: test error 43.76 %, 72.8 s of training\n", 43.76),
    "convnetjs": ("convnetjs: test error 28.57 %, 0.0 s of training\nconvnetjs: 25.42 % wrong by ten views\n", 25.42),
    "lenet5": ("lenet5: test error 0.59 %, 30.0 s of training\n", 0.59),
    "fashion": ("fashion: test error 9.10 %, 30.0 s of training\n", 9.10),
    "resnet20": ("resnet20: test error 8.50 %, 9000.0 s of training\n", 8.50),
}


def main():
    wrong = []
    checks = 0

    def check(condition, what):
        nonlocal checks
        checks += 1
        if not condition:
            wrong.append(what)

    names = [line.name for line in reproduce.LINES]
    check(len(set(names)) == len(names), "two lines have one name")
    for line in reproduce.LINES:
        if line.data is None:
            continue
        said, number = SAID[line.name]
        found = re.search(line.value, said)
        check(found and float(found.group(1)) == number, "%s does not find its number" % line.name)
        check(line.least <= number <= line.most or line.name == "convnetjs", "%s: %g is not within its bounds" % (line.name, number))
        check(os.path.exists(os.path.join(reproduce.ROOT, "examples", line.command.split()[0] + ".c")), "%s has no program" % line.name)
    with tempfile.TemporaryDirectory() as folder:
        data, reproduce.BUILD = os.path.join(folder, "data"), os.path.join(folder, "build")
        os.mkdir(data)
        with lzma.open(os.path.join(data, "test_batch.bin.xz"), "wb") as f:
            f.write(b"one")
        with gzip.open(os.path.join(data, "t10k-labels-idx1-ubyte.gz"), "wb") as f:
            f.write(b"two")
        with open(os.path.join(data, "train-labels-idx1-ubyte"), "wb") as f:
            f.write(b"three")
        patterns = ["*_batch*.bin.xz", "*-ubyte", "*-ubyte.gz"]
        check(reproduce.fetch("some", [data], patterns, 3) is None, "data are not unpacked")
        for name, text in (("test_batch.bin", b"one"), ("t10k-labels-idx1-ubyte", b"two"), ("train-labels-idx1-ubyte", b"three")):
            with open(os.path.join(reproduce.BUILD, "some", name), "rb") as f:
                check(f.read() == text, "%s is not what was packed" % name)
        why = reproduce.fetch("other", [os.path.join(folder, "nowhere")], patterns, 3)
        check(why and why.startswith("no other: 0 of 3 files in "), "what is missing is not said: %s" % why)
        why = reproduce.fetch("other", ["nowhere"], patterns, 3)
        check(why == "no other: 0 of 3 files: $DLCV_DATA is not set", "without DLCV_DATA: %s" % why)
    for what in wrong:
        print("FAILED: %s" % what)
    print("reproduce: %d passed, %d failed, 0 skipped" % (checks - len(wrong), len(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
