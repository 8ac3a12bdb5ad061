#!/usr/bin/env python3
"""dlcv.h without an operating system: compiled against the headers that every C99 compiler has and no others, it asks for the
functions of NEEDS and nothing else; no frame is over 8 KiB; and tests/freestanding/knn.c, with tests/freestanding/libc.c for a C
library and one static block for memory, recognises the digits on Linux. "skipped" where a compiler or Linux on x86-64 is missing.
"""
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HERE = os.path.join(ROOT, "tests", "freestanding")
NEEDS = {"memcpy", "memset", "memcmp", "strlen", "strcmp", "sqrt", "sqrtf"}
# What a compiler may add: its own helpers (libgcc, compiler-rt), memmove as gcc's manual says.
COMPILERS_OWN = re.compile(r"^(memmove|_GLOBAL_OFFSET_TABLE_|__aeabi_\w+|__(u?div|u?mod|fix|float)\w+)$")
WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wno-misleading-indentation -Werror".split()
FRAMES = ["-Wframe-larger-than=8192"]
AVX2, AVX512 = ["-mavx2", "-mfma"], "-mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vnni -mavx2 -mfma".split()
CLANG_M4 = ["clang-19", "--target=arm-none-eabi"]
CORTEX_M4 = "-mthumb -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard".split()
NEON = "-marm -march=armv7-a -mfpu=neon".split()
CC = os.environ.get("CC", "cc").split()

# compiler, flags: compiled only
OBJECTS = [
    (CC, ["-O2"]), (["aarch64-linux-gnu-gcc"], ["-O1"]),
    (CLANG_M4, ["-Os", "-DDLCV_STRICT"] + CORTEX_M4),
]
# name of the backend, compiler, flags, emulator, a flag of /proc/cpuinfo: linked and run
PROGRAMS = [
    ("sse2", CC, ["-O2", "-DDLCV_FORCE_SSE2"], [], ""),
    ("avx512vnni", CC, ["-O1"] + AVX512, [], "avx512_vnni"),
    ("scalar", CC, ["-O1", "-DDLCV_STRICT", "-DDLCV_FORCE_SCALAR"], [], ""),
    ("avx2", CC, ["-O1", "-DDLCV_STRICT", "-DDLCV_FORCE_AVX2"] + AVX2, [], "avx2"),
    ("neon", ["arm-linux-gnueabihf-gcc"], ["-O2", "-DDLCV_STRICT", "-Wl,--defsym=raise=0"] + NEON, ["qemu-arm"], ""),
]

passed = failed = skipped = 0


def check(problem, what):
    global passed, failed
    if problem:
        failed += 1
        print("FAILED %s: %s" % (what, problem))
    else:
        passed += 1
    return not problem


def skip(what, why):
    global skipped, failed
    print("skipped: %s: %s" % (what, why))
    if os.environ.get("DLCV_NO_SKIP"):
        failed += 1
    else:
        skipped += 1


def run(command):
    process = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    return process.returncode, process.stdout


def own_headers(compiler, folder):
    """The compiler's own include folder and no other. Its limits.h may look for the C library's: an empty one."""
    if "clang" in run(compiler + ["--version"])[1]:
        own = os.path.join(run(compiler + ["-print-resource-dir"])[1].strip(), "include")
    else:
        own = run(compiler + ["-print-file-name=include"])[1].strip()
        fixed = os.path.join(os.path.dirname(own), "include-fixed")
        if not os.path.exists(os.path.join(own, "limits.h")) and os.path.exists(os.path.join(fixed, "limits.h")):
            return ["-nostdinc", "-isystem", own, "-isystem", fixed, "-isystem", folder]
    return ["-nostdinc", "-isystem", own, "-isystem", folder]


def test_object(compiler, flags, folder):
    what = " ".join(compiler + flags)
    if not shutil.which(compiler[0]):
        return skip(what, "no " + compiler[0])
    source, target = os.path.join(folder, "a.c"), os.path.join(folder, "a.o")
    code, output = run(compiler + ["-std=c99", "-ffreestanding"] + own_headers(compiler, folder) + WARNINGS + FRAMES + flags
                       + ["-I", ROOT, "-c", source, "-o", target])
    if check(output[:2000] if code or output else "", what + " compiles"):
        nm = "llvm-nm-19" if compiler == CLANG_M4 else "nm"
        names = {line.split()[-1] for line in run([nm, "-u", target])[1].splitlines() if line.strip()}
        names |= {"mem" + {"clr": "set"}.get(call, call) for call in re.findall(r"__aeabi_mem([a-z]+)", " ".join(names))}
        names = {name for name in names if not COMPILERS_OWN.match(name)}
        check("" if names == NEEDS else "it needs %s" % " ".join(sorted(names)), what + " needs just what is documented")


def test_program(backend, compiler, flags, emulator, needs, folder):
    """Its results, or None."""
    what = " ".join(compiler + flags)
    missing = [tool for tool in compiler[:1] + emulator if not shutil.which(tool)]
    if missing:
        return skip(what, "no " + missing[0])
    if needs and needs not in open("/proc/cpuinfo").read().split():
        return skip(what, "this machine has no " + needs)
    command = compiler + ["-std=c99", "-ffreestanding", "-DDLCV_NO_GRAPH", "-fno-math-errno", "-fno-stack-protector", "-nostdlib", "-static", "-I", ROOT, "-I", os.path.join(ROOT, "examples")] + WARNINGS + FRAMES
    libc, program = os.path.join(folder, "libc.o"), os.path.join(folder, "knn")
    machine = [flag for flag in flags if flag.startswith("-m")]
    code, output = run(command + machine + ["-fno-pie", "-O2", "-c", os.path.join(HERE, "libc.c"), "-o", libc])
    if not code:
        code, output = run(command + flags + ["-fno-pie", "-no-pie", os.path.join(HERE, "knn.c"), libc, "-lgcc", "-o", program])
    if not check(output[-2000:] if code else "", what + " links"):
        return None
    code, output = run(emulator + [program])
    found = re.match(r"^%s: 281 of 297 right, \d+ bytes of memory, results (\w{16})$" % backend, output.strip())
    if not check("" if code == 0 and found else "ended with %s and said: %s" % (code, output), what + " recognises the digits"):
        return None
    print("%s: %s" % (what, output.strip()))
    return found.group(1)


def main():
    folder = tempfile.mkdtemp(prefix="dlcv-freestanding-")
    results = {}
    try:
        with open(os.path.join(folder, "a.c"), "w") as f:
            f.write("#define DLCV_IMPLEMENTATION\n#include \"dlcv.h\"\n")
        open(os.path.join(folder, "limits.h"), "w").close()
        everything = "--all" in sys.argv
        for compiler, flags in OBJECTS if everything or platform.system() != "Linux" else []:
            test_object(compiler, flags, folder)
        if not everything:      # in a hurry: what is declared
            code, output = run(CC + ["-std=c99", "-ffreestanding"] + own_headers(CC, folder) + WARNINGS
                               + ["-I", ROOT, "-fsyntax-only", os.path.join(folder, "a.c")])
            check(output[:2000] if code or output else "", "all of it without the C library's headers")
        if platform.system() != "Linux" or platform.machine() != "x86_64":
            skip("programs", "start.h is linked here on x86-64 Linux, this is %s %s" % (platform.system(), platform.machine()))
        else:
            for backend, compiler, flags, emulator, needs in PROGRAMS if everything else PROGRAMS[:1]:
                if not everything:      # in a hurry
                    flags = ["-O1"] + flags[1:]
                result = test_program(backend, compiler, flags, emulator, needs, folder)
                if "-DDLCV_STRICT" in flags and result:
                    results[" ".join(compiler + flags)] = result
            if everything:
                check("" if len(set(results.values())) == 1 else str(results), "one strict result")
    finally:
        shutil.rmtree(folder)
    print("freestanding: %d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
