#!/usr/bin/env python3
"""The Makefile: `make` names every target there is, each can be planned, and `make install` puts this header and a .pc file of its version where packagers want them."""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NOT_SHOWN = {"help", "programs"}

passed = failed = 0


def check(ok, what):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print("tests/test_make.py: FAILED %s" % what)


def make(*arguments):
    """(exit code, output), apart from the make that runs the tests."""
    own = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "DESTDIR", "PREFIX", "ONLY")}
    done = subprocess.run([own.get("MAKE", "make")] + list(arguments), cwd=ROOT, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def test_help():
    code, said = make("--no-print-directory")
    shown = set(re.findall(r"^make ([a-z0-9-]+) ", said, re.M))
    there = set(re.search(r"^\.PHONY: (.*)$", read(os.path.join(ROOT, "Makefile")), re.M).group(1).split())
    check(code == 0 and shown == there - NOT_SHOWN, "make shows %s, there is %s" % (sorted(shown), sorted(there)))
    for target in sorted(shown):
        code, said = make("-n", target)
        check(code == 0, "make -n %s:\n%s" % (target, said))


def test_install(folder):
    code, said = make("install", "DESTDIR=" + folder, "PREFIX=/opt/some where")
    check(code == 0, "make install:\n" + said)
    below = os.path.join(folder, "opt", "some where")
    check(read(os.path.join(below, "include", "dlcv.h")) == read(os.path.join(ROOT, "dlcv.h")), "the installed header is another")
    version = re.search(r'^#define DLCV_VERSION "(.*)"', read(os.path.join(ROOT, "dlcv.h")), re.M).group(1)
    about = read(os.path.join(below, "share", "pkgconfig", "dlcv.pc")).split("\n")
    check("Version: " + version in about and "prefix=/opt/some where" in about and "Cflags: -I${includedir}" in about and "Libs: -lm" in about,
          "dlcv.pc of version %s is %s" % (version, about))
    found = sorted(os.path.relpath(os.path.join(at, name), below) for at, _, names in os.walk(folder) for name in names)
    check(found == [os.path.join("include", "dlcv.h"), os.path.join("share", "pkgconfig", "dlcv.pc")], "make install left %s" % found)


test_help()
with tempfile.TemporaryDirectory() as temporary:
    test_install(temporary)
print("test_make: %d passed, %d failed, 0 skipped" % (passed, failed))
sys.exit(failed != 0)
