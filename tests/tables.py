#!/usr/bin/env python3
"""Code size and compile time of each configuration, as the Markdown table of README.md: bytes of machine code and constants
(`size`: text) and seconds of CPU time, the least of three, for the header and its implementation alone."""
import os
import resource
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
AVX2 = "-mavx2 -mfma"
AVX512 = AVX2 + " -mavx512f -mavx512bw -mavx512dq -mavx512vl"
CONFIGURATIONS = [
    ("scalar", "-DDLCV_FORCE_SCALAR"),
    ("SSE2 (the default on x86-64)", ""),
    ("AVX2", AVX2),
    ("AVX-512", AVX512),
    ("AVX-512 with VNNI", AVX512 + " -mavx512vnni"),
    ("DLCV_DISPATCH: all of these", "-DDLCV_DISPATCH"),
    ("DLCV_STRICT", "-DDLCV_STRICT"),
    ("DLCV_POOL", "-DDLCV_POOL"),
    ("DLCV_NO_STDIO", "-DDLCV_NO_STDIO"),
    ("DLCV_NO_GRAPH", "-DDLCV_NO_GRAPH"),
    ("DLCV_NO_TRAIN", "-DDLCV_NO_TRAIN"),
    ("-Os", "-Os"),
]
# One program that uses a part, static functions, so that the linker's and the compiler's dead code goes away.
PARTS = [
    ("a k-NN search and vote, nothing else (DLCV_STATIC)", "knn", """
#define DLCV_STATIC
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
dlcv_status classify(const dlcv_dataset *train, const dlcv_tensor *queries, dlcv_tensor *labels);
dlcv_status classify(const dlcv_dataset *train, const dlcv_tensor *queries, dlcv_tensor *labels)
{
    dlcv_knn *knn = NULL;
    dlcv_status s = dlcv_knn_new(NULL, train, NULL, &knn);
    if (!s) s = dlcv_knn_predict(knn, queries, 7, labels);
    dlcv_knn_free(knn);
    return s;
}
"""),
]
WHOLE = "#define DLCV_IMPLEMENTATION\n#include \"dlcv.h\"\n"


def measure(compiler, flags, text):
    """(bytes of text, seconds) or None."""
    folder = tempfile.mkdtemp(prefix="dlcv-")
    try:
        with open(os.path.join(folder, "a.c"), "w") as f:
            f.write(text)
        best = None
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run([compiler, "-std=c99", "-O2"] + flags.split() + ["-I" + ROOT, "-c", "a.c", "-o", "a.o"], cwd=folder,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode != 0:
                return None
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            best = seconds if best is None else min(best, seconds)
        sizes = subprocess.run(["size", "a.o"], cwd=folder, stdout=subprocess.PIPE).stdout.decode().split("\n")[1].split()
        return int(sizes[0]), best
    finally:
        shutil.rmtree(folder)


def main():
    compilers = [name for name in ("gcc", "clang") if shutil.which(name)]
    if not compilers or not shutil.which("size"):
        print("wants gcc or clang, and size (binutils)")
        return 1
    print("| at -O2 | " + " | ".join("%s, KiB of code | s to compile" % name for name in compilers) + " |")
    print("|---" * (1 + 2 * len(compilers)) + "|")
    rows = [(name, flags, WHOLE) for name, flags in CONFIGURATIONS]
    for name, _, text in PARTS:
        rows += [(name, "", text), (name + ", AVX2", AVX2, text), (name + ", DLCV_DISPATCH", "-DDLCV_DISPATCH", text)]
    for name, flags, text in rows:
        cells = []
        for compiler in compilers:
            found = measure(compiler, flags, text)
            cells += ["%.1f" % (found[0] / 1024.0), "%.2f" % found[1]] if found else ["-", "-"]
        print("| %s | %s |" % (name, " | ".join(cells)))
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
