#!/usr/bin/env python3
"""What README.md and docs/ show works: programs are compiled and run, fragments compiled, links lead somewhere.

Programs share build/obj/dlcv.o, where it is; with DLCV_TEST_FULL=1, or without it, the first one carries the implementation as printed."""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CC = os.environ.get("CC") or "cc"
OBJECT = os.path.join(ROOT, "build", "obj", "dlcv.o")
FULL = bool(os.environ.get("DLCV_TEST_FULL")) or not os.path.exists(OBJECT)
DEFINE = "#define DLCV_IMPLEMENTATION\n"

# Around a fragment: the names that it takes from the text before it.
BEFORE = """#include "dlcv.h"
#include <stdio.h>
dlcv_status s;
dlcv_graph *g;
dlcv_node scores;
dlcv_knn *knn;
dlcv_dataset all, train, held_out;
dlcv_tensor some_x, some_y;
"""
IN_A_FUNCTION = """void fragment(void);
void fragment(void)
{
%s}
"""

passed = failed = 0


def check(ok, what):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("tests/test_readme.py: FAILED %s" % what)


def run(folder, *command):
    """(exit code, output), progress bars left in their last state."""
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as f:
        f.write(text)


def compiles(folder, name, text, *more):
    write(folder, name + ".c", text)
    code, said = run(folder, CC, "-std=c99", "-O1", name + ".c", "-o", name, *more)
    check(code == 0, "%s.c compiles:\n%s" % (name, said))
    return code == 0


def blocks(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return re.findall(r"^```c\n(.*?)^```$", f.read(), re.M | re.S)


def test_first_program(folder):
    program = blocks("README.md")[0]
    check(program.startswith(DEFINE), "the first block of README.md is a program of its own")
    if FULL:
        built = compiles(folder, "app", program, "-lm")
    else:
        built = compiles(folder, "app", program.replace(DEFINE, ""), OBJECT, "-lm", "-pthread")
    if built:
        code, said = run(folder, "./app")
        right = re.search(r"(\d+) of 200 right; the first is a cross with", said)
        check(code == 0 and right and int(right.group(1)) >= 185, "the first program: %s" % said)
        check(os.path.exists(os.path.join(folder, "shapes.safetensors")), "it saves shapes.safetensors")


def test_training(folder):
    """The three files of docs/training.md."""
    net, learn, ask = blocks("docs/training.md")[:3]
    if FULL:
        write(folder, "dlcv.c", DEFINE + '#include "dlcv.h"\n')
        check(run(folder, CC, "-O1", "-c", "dlcv.c")[0] == 0, "dlcv.c compiles")
    library = "dlcv.o" if FULL else OBJECT
    write(folder, "net.h", net)
    os.mkdir(os.path.join(folder, "examples"))
    shutil.copy(os.path.join(ROOT, "examples", "digits.h"), os.path.join(folder, "examples"))
    if not (compiles(folder, "learn", learn, library, "-lm", "-pthread") and compiles(folder, "ask", ask, library, "-lm", "-pthread")):
        return
    code, said = run(folder, "./ask")
    check(code == 1 and "net.safetensors" in said, "ask before learn says what it misses: %s" % said)
    code, said = run(folder, "./learn")
    check(code == 0 and "epoch 15/15" in said, "learn: %s" % said)
    code, said = run(folder, "./ask")
    check(code == 0 and re.search(r"^1  (9[0-9]|100)\.\d %$", said, re.M), "ask says that it is a 1: %s" % said)


def test_fragments(folder):
    for path in ["README.md"] + sorted(os.path.relpath(p, ROOT) for p in glob.glob(os.path.join(ROOT, "docs", "*.md"))):
        for n, text in enumerate(blocks(path)):
            if "#include" in text:
                continue
            write(folder, "fragment.c", BEFORE + (text if text.startswith("static") else IN_A_FUNCTION % text))
            code, said = run(folder, CC, "-std=c99", "-Wall", "-Werror", "-Wno-unused-variable", "-Wno-unused-function", "-Wno-unused-but-set-variable", "-fsyntax-only", "fragment.c")
            check(code == 0, "fragment %d of %s compiles:\n%s" % (n + 1, path, said))


def anchors(path):
    """GitHub's: lower case, letters, digits, hyphens and underscores, a hyphen for a space."""
    with open(path, encoding="utf-8") as f:
        lines = re.sub(r"^```.*?^```$", "", f.read(), flags=re.M | re.S).split("\n")
    return set(re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-") for line in lines if line.startswith("#"))


def test_links():
    for path in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md", "tests/bench/README.md"] + glob.glob(os.path.join(ROOT, "docs", "*.md")):
        path = os.path.join(ROOT, path)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if "://" in link:
                continue
            name, _, anchor = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
            found = os.path.exists(target) and (not anchor or anchor in anchors(target))
            check(found, "%s: the link %s leads somewhere" % (os.path.relpath(path, ROOT), link))


def main():
    for test in (test_first_program, test_training, test_fragments):
        folder = tempfile.mkdtemp(prefix="dlcv-")
        try:
            shutil.copy(os.path.join(ROOT, "dlcv.h"), folder)
            test(folder)
        finally:
            shutil.rmtree(folder)
    test_links()
    print("test_readme: %d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
