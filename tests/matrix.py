#!/usr/bin/env python3
"""Builds and runs the test programs with every compiler, language, instruction set and emulated machine at hand, and one
program (tests/hash.c) in strict mode, whose 64-bit hash must be the same on all of them.

    matrix.py               all targets; a table at the end
    matrix.py --sanitize    the test programs under ASan and UBSan, TSan, MSan
    matrix.py --valgrind    the test programs under valgrind
    matrix.py --show        print the jobs and stop
    matrix.py --only PART   jobs whose name has this part

A target whose compiler, emulator or CPU is missing is listed as "not run"; with DLCV_NO_SKIP set that is a failure. Real data
sets are left to `make test`: DLCV_DATA is not handed on. The last line is "N passed, N failed" and ", N skipped" if any were.
"""
import argparse
import glob
import os
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run

ROOT = run.ROOT
ALL = sorted(os.path.basename(path)[:-2] for path in glob.glob(os.path.join(ROOT, "tests", "test_*.c")))
ALL = [test for test in ALL if test != "test_cifar10"]    # real data, minutes under a sanitizer: `make test` has it
CONV = ["test_conv", "test_conv_golden", "test_conv_laws"]
PICTURES = ["test_plot", "test_progress", "test_regions", "test_view"]
VECTORS = CONV + ["test_distance", "test_flat", "test_random"]                                 # the same, as far as an emulator has the patience
KERNELS = CONV + ["test_distance", "test_flat", "test_gemm", "test_knn", "test_random", "test_winograd"]      # what an instruction set can break
BYTES = ["test_distance", "test_knn"]                                        # what a better product of bytes can break
PRODUCTS = CONV + ["test_distance", "test_flat", "test_gemm", "test_knn", "test_winograd"]
# what meets the system: files, threads, terminals, the C library; and a word with the kernels
SYSTEM = ["test_batch", "test_checkpoint", "test_conv", "test_core", "test_data", "test_distance", "test_gemm", "test_image", "test_knn", "test_math", "test_npy",
          "test_ops", "test_plot", "test_progress", "test_random", "test_safetensors", "test_thread", "test_train", "test_view", "test_vote"]
CALLERS = sorted(set(KERNELS + SYSTEM + ["test_golden_ops", "test_layers", "test_losses", "test_pool"]))      # the kernels and who calls them
ARM = KERNELS + ["test_checkpoint", "test_data", "test_golden_ops", "test_math", "test_npy", "test_ops", "test_pool", "test_safetensors", "test_thread", "test_train"]
THREADED = ["test_conv", "test_gemm", "test_knn", "test_thread"]
BACKENDS = ["scalar", "sse2", "avx2", "avx512", "avx512vnni", "neon", "neondot", "wasm", "simde"]
QUIET = {"DLCV_DATA": None, "DLCV_NO_SKIP": None}
# A test that has this compiles the implementation for itself; the others share one object (see test.h).
OWN = re.compile(r"TEST_OWN")
TEXTS = {test: open(os.path.join(ROOT, "tests", test + ".c"), encoding="utf-8").read() for test in ALL}
SHARED = [test for test in ALL if not OWN.search(TEXTS[test])]
# Tests of graphs; where none of them runs, and no hash is linked, the library is built without.
GRAPHS = [test for test in ALL if re.search(r"dlcv_(graph|node|linear_classifier|fit|safetensors)", TEXTS[test])]
WARNINGS = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wno-misleading-indentation"    # that one: compile.py
WHOLE = "-c -Werror"            # the library without a warning
# Contraction is the header's own business (RULE 5): half of the jobs help it, half are left as compilers are. gcc contracts
# with -std=gnu*, clang always.
OFF = " -ffp-contract=off"
# Rows that repeat a backend test it in strict mode: then their hash needs no second compilation of the header.
STRICT = " -DDLCV_STRICT"
AVX2 = " -mavx2 -mfma"
AVX512 = " -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma"
# <asm/errno.h> is the same for both, but gcc-12-multilib alone (gcc-multilib would remove the cross compilers) looks for it in vain.
X86_32 = " -m32 -msse2 -mfpmath=sse -idirafter /usr/include/x86_64-linux-gnu"
QEMU_ARM64 = "qemu-aarch64 -L /usr/aarch64-linux-gnu"
QEMU_ARM = "qemu-arm -L /usr/arm-linux-gnueabihf"
QEMU_RISCV = "qemu-riscv64 -L /usr/riscv64-linux-gnu"
QEMU_PPC = "qemu-ppc64le -L /usr/powerpc64le-linux-gnu"
QEMU_S390X = "qemu-s390x -L /usr/s390x-linux-gnu"
NODE = "node --no-warnings --experimental-wasi-unstable-preview1 tests/wasm/run_node.mjs"
CHROMIUM = "python3 tests/wasm/run_chromium.py"
WASM = "--target=wasm32-wasi -O2"
WEB = CONV + ["test_core", "test_data", "test_distance", "test_flat", "test_gemm", "test_knn", "test_math", "test_random", "test_winograd"]
SIMDE = " -DDLCV_USE_SIMDE -idirafter /usr/include"          # its headers are the same for every target
QEMU_MIPS = "qemu-mips -L /usr/mips-linux-gnu"
X87 = " -m32 -mno-sse -mfpmath=387 -idirafter /usr/include/x86_64-linux-gnu"
WINE = "/usr/lib/wine/wine64"
# Microsoft's dialect as clang's cl mode reads it, without what tells the header that it is clang: the #else of every #ifdef __GNUC__ is
# parsed. Of the pragma fp_contract(off), Microsoft's, clang knows nothing.
MSVC = "--driver-mode=cl --target=x86_64-pc-windows-msvc /imsvc tests/msvc/include /W4 /WX /GS- /O2 /I. -U__clang__ -U__GNUC__ " \
    "-Wno-unknown-pragmas /clang:-ffp-contract=off"
MSVC_LINKER = "x86_64-w64-mingw32-gcc"
WINE_FOLDER = os.path.join(ROOT, "build", "wine")
WINE_ENV = {"WINEPREFIX": WINE_FOLDER, "WINEDEBUG": "-all"}
REFUSES = "DLCV_STRICT wants float arithmetic in float: on x87 use -msse2 -mfpmath=sse, on s390x -std=gnu99"


class Job:
    """One row. needs: flags of /proc/cpuinfo without which the machine cannot run it. strict: also tests/hash.c; or the sentence with
    which the compiler refuses it. again: other machines that run the same hash."""
    def __init__(self, target, compiler, flags, runner="", tests=ALL, needs="", strict=True, env=None, optional=False, timeout=300,
                 threads="-pthread", again=()):
        self.target, self.compiler, self.flags, self.runner = target, compiler, flags, runner
        self.flags += " -DDLCV_TEST_SMALL"       # `make test` has the larger sizes
        if runner.startswith("qemu"):
            self.flags += " -DDLCV_TEST_EMULATED"
        self.suffix = ".exe" if runner == WINE else ""
        self.tests = [test for test in tests if test in ALL]
        self.needs, self.strict, self.env, self.optional, self.timeout = needs, strict, env or {}, optional, timeout
        self.threads, self.again = threads, again
        self.backend = self.hash = self.missing = ""
        self.result = run.Result(self.name())

    def name(self):
        return "%s | %s" % (self.target, self.compiler)


V2, V3, V4 = "avx2 fma", "avx512f avx512bw avx512dq avx512vl", "avx512_vnni"

# -O2 is what users are told to write; rows that repeat a compiler and a backend, and plain C under emulators, have -O1, which compiles in 60 % of the time.
MATRIX = [
    # gcc's scalar, SSE2, native and dispatch builds are also those of `make test`: here VECTORS will do
    Job("x86-64 scalar", "gcc", "-std=gnu99 -O2 -march=haswell -DDLCV_FORCE_SCALAR" + STRICT, tests=VECTORS, needs=V2),
    Job("x86-64 sse2", "gcc", "-std=c99 -O1" + OFF + STRICT, tests=VECTORS),
    Job("x86-64 sse2, -O0", "gcc", "-std=gnu17 -O0" + STRICT, tests=KERNELS, timeout=600),
    Job("x86-64 avx2", "gcc", "-std=gnu99 -O2" + AVX2, tests=KERNELS, needs=V2),
    Job("x86-64 avx512", "gcc", "-std=c11 -O3" + AVX512 + OFF, tests=KERNELS, needs=V3),
    Job("x86-64 dispatch, strict; Nehalem, Haswell", "gcc", "-std=gnu99 -O2 -static -DDLCV_DISPATCH -DDLCV_STRICT", tests=KERNELS,
        again=("qemu-x86_64 -cpu Nehalem", "qemu-x86_64 -cpu Haswell")),
    Job("x86-64 avx2, OpenMP", "gcc", "-std=c99 -O1 -fopenmp" + AVX2 + OFF + STRICT, tests=THREADED, needs=V2),
    Job("x86-64 sse2, C++11", "g++", "-x c++ -std=c++11 -O1", tests=SHARED),
    Job("x86-64 avx512vnni, C++20", "g++", "-x c++ -std=gnu++20 -O2 -mavx512vnni" + AVX512 + STRICT, tests=BYTES, needs=V4),
    Job("x86-64 scalar", "clang", "-std=c99 -O1 -DDLCV_FORCE_SCALAR" + OFF + STRICT, tests=VECTORS),
    Job("x86-64 sse2", "clang", "-std=c99 -O1", tests=CALLERS),
    Job("x86-64 avx2", "clang", "-std=gnu11 -O3" + AVX2, tests=KERNELS, needs=V2),
    Job("x86-64 avx512", "clang", "-std=c99 -O2" + AVX512 + OFF + STRICT, tests=VECTORS, needs=V3),
    Job("x86-64 dispatch", "clang", "-std=c2x -O1 -DDLCV_DISPATCH" + STRICT, tests=KERNELS),
    Job("x86-64 avx2, C++14, strict", "clang++", "-x c++ -std=c++14 -O1 -DDLCV_STRICT" + AVX2 + OFF, tests=KERNELS, needs=V2),
    Job("x86-64 avx512vnni, C++23", "clang++-19", "-x c++ -std=c++23 -O1 -march=native", tests=VECTORS, needs=V4),
    Job("i686 sse2", "gcc-12", "-std=gnu99 -O2" + X86_32, tests=SHARED),
    Job("i686 dispatch", "gcc-12", "-std=c99 -O1 -DDLCV_DISPATCH" + X86_32 + OFF + STRICT, tests=VECTORS),
    Job("aarch64 neon", "aarch64-linux-gnu-gcc", "-std=gnu99 -O2", QEMU_ARM64, ARM, timeout=600),
    Job("aarch64 neondot", "aarch64-linux-gnu-gcc", "-std=c99 -O1 -march=armv8.2-a+dotprod" + OFF + STRICT, QEMU_ARM64, ["test_distance"], timeout=600),
    Job("aarch64 dispatch", "clang-19", "--target=aarch64-linux-gnu -fuse-ld=lld -Wno-unused-command-line-argument -std=c99 -O1 -DDLCV_DISPATCH" + STRICT, QEMU_ARM64, ["test_distance", "test_flat"],
        timeout=600),
    # 64-bit file offsets: a 32-bit readdir fails on the host's inode numbers
    Job("armhf neon", "arm-linux-gnueabihf-gcc", "-std=gnu99 -O2 -march=armv7-a -mfpu=neon -D_FILE_OFFSET_BITS=64", QEMU_ARM, VECTORS + ["test_data", "test_gemm", "test_knn", "test_math", "test_tensor"], timeout=600),
    Job("armhf scalar", "arm-linux-gnueabihf-gcc", "-std=c99 -O1 -march=armv7-a -mfpu=vfpv3-d16 -DDLCV_FORCE_SCALAR" + OFF + STRICT, QEMU_ARM,
        VECTORS, timeout=600),
    Job("wasm simd128, node", "clang-19", WASM + " -std=gnu11 -msimd128 -DDLCV_DISPATCH", NODE, WEB, threads=""),
    Job("wasm simd128, Chromium", "clang-19", WASM + " -O1 -std=c99 -msimd128" + OFF + STRICT, CHROMIUM, ["test_distance", "test_knn"], threads=""),
    Job("wasm relaxed simd, Chromium", "clang-19", WASM + " -O1 -std=c99 -msimd128 -mrelaxed-simd" + STRICT, CHROMIUM, ["test_distance"], threads=""),
    Job("wasm scalar, node", "clang-19", WASM + " -O1 -std=c99" + STRICT, NODE, ["test_distance"], threads=""),
    Job("x86-64 simde", "gcc", "-std=c99 -O1" + SIMDE + STRICT, tests=["test_distance", "test_knn"]),
    Job("ppc64le simde", "powerpc64le-linux-gnu-gcc", "-std=gnu99 -O1" + SIMDE + STRICT, QEMU_PPC, ["test_random"], timeout=600),
    Job("riscv64 simde", "riscv64-linux-gnu-gcc", "-std=gnu99 -O1" + SIMDE + STRICT, QEMU_RISCV, ["test_random"], timeout=600),
    Job("s390x simde", "s390x-linux-gnu-gcc", "-std=gnu99 -O1 -march=z13 -mzvector" + SIMDE + STRICT, QEMU_S390X, ["test_random"], timeout=600),
    # the text of one machine's backend on another, by SIMDe; gcc 12 has an internal error on the second
    Job("sse2.h on aarch64", "aarch64-linux-gnu-gcc", "-std=gnu99 -O1 -include tests/simde_sse2.h -idirafter /usr/include" + STRICT, QEMU_ARM64, VECTORS,
        timeout=600),
    Job("neon.h on x86-64", "clang-19", "-std=c99 -O1 -include tests/simde_neon.h", tests=VECTORS + ["test_knn", "test_winograd"]),
    Job("riscv64", "riscv64-linux-gnu-gcc", "-std=gnu99 -O1" + STRICT, QEMU_RISCV, VECTORS, timeout=600),
    Job("ppc64le", "powerpc64le-linux-gnu-gcc", "-std=c99 -O1" + OFF, QEMU_PPC, [test for test in VECTORS if test != "test_conv"], timeout=600),
    Job("s390x, big-endian", "s390x-linux-gnu-gcc", "-std=gnu99 -O1", QEMU_S390X, ["test_conv_golden", "test_data", "test_distance", "test_knn", "test_npy"], timeout=600),
    Job("mips, big-endian, 32 bits", "mips-linux-gnu-gcc", "-std=c99 -O1 -D_FILE_OFFSET_BITS=64" + OFF + STRICT, QEMU_MIPS,
        ["test_data", "test_distance", "test_npy", "test_random", "test_safetensors", "test_tensor"], timeout=600),
    Job("s390x, wide floats", "s390x-linux-gnu-gcc", "-std=c99 -O1 -Wno-error=double-promotion", QEMU_S390X, ["test_data"], strict=REFUSES),
    Job("i686 x87", "gcc-12", "-std=c99 -O1" + X87, tests=VECTORS + ["test_gemm", "test_knn", "test_math", "test_search"] + PICTURES, strict=REFUSES),
    Job("Windows x86-64", "x86_64-w64-mingw32-gcc", "-std=gnu99 -O2 -static", WINE, SYSTEM, env=WINE_ENV),
    Job("MSVC dialect x64", "clang-19", MSVC + " /TC /DDLCV_STRICT", WINE, ["test_checkpoint", "test_core", "test_data", "test_distance", "test_knn", "test_math", "test_npy", "test_plot", "test_progress", "test_random",
        "test_safetensors", "test_train"], env=WINE_ENV),
    Job("MSVC dialect x64, dispatch, C++", "clang-19", MSVC + " /TP /std:c++14 -DDLCV_DISPATCH /arch:AVX512 -mavx512vnni", WINE,
        ["test_distance", "test_knn"], V4, env=WINE_ENV),
    Job("musl", "musl-gcc", "-std=c99 -O1 -static" + OFF + STRICT, tests=VECTORS + ["test_core", "test_data", "test_thread"] + PICTURES),
    Job("tcc", "tcc", "-std=c99", tests=[test for test in CALLERS if test in SHARED]),
]

ADDRESS = " -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all"
THREAD = " -g -O1 -fsanitize=thread"
MEMORY = " -g -O1 -fno-omit-frame-pointer -fsanitize=memory -fno-sanitize-recover=all"
# Huge requests are part of the tests: they get NULL, as from any allocator.
MILD = {"ASAN_OPTIONS": "allocator_may_return_null=1:detect_stack_use_after_return=1", "TSAN_OPTIONS": "allocator_may_return_null=1",
        "MSAN_OPTIONS": "allocator_may_return_null=1", "UBSAN_OPTIONS": "print_stacktrace=1"}
THREADS = ["test_thread", "test_knn"]
# Rows of few tests have -O0, a third of the time to compile.


def sanitized(target, compiler, flags, tests=ALL, needs=""):
    return Job(target, compiler, flags, tests=tests, needs=needs, strict=False, env=MILD, timeout=900)


SANITIZE = [
    # clang: gcc takes twice the time for each test that compiles the library for itself; it has the next row
    sanitized("ASan+UBSan sse2", "clang", "-std=c99" + ADDRESS),
    sanitized("MSan sse2", "clang", "-std=c99" + MEMORY, [test for test in ALL if test not in ("test_conv_plan", "test_gemm_epilogue")]),      # twice test_conv, test_gemm
    sanitized("ASan+UBSan scalar", "gcc", "-std=c99 -DDLCV_FORCE_SCALAR" + ADDRESS, ["test_conv", "test_flat", "test_knn"]),
    sanitized("ASan+UBSan avx2", "clang", "-std=c99" + AVX2 + ADDRESS, PRODUCTS, V2),
    # An enum may hold any int in C, as in the tests of wrong arguments; C++ calls loading it undefined.
    sanitized("ASan+UBSan avx512vnni, C++", "clang++", "-x c++ -std=c++11 -mavx512vnni" + AVX512 + ADDRESS + " -O0 -fno-sanitize=enum", BYTES + ["test_flat", "test_gemm"], V4),
    sanitized("TSan", "clang", "-std=c99" + THREAD, THREADS),
    sanitized("TSan dispatch", "gcc", "-std=c99 -DDLCV_DISPATCH" + THREAD + " -O0", THREADS[:1]),
    sanitized("MSan scalar", "clang", "-std=c99 -DDLCV_FORCE_SCALAR" + MEMORY, ["test_conv", "test_flat", "test_knn"]),
]

# valgrind 3.19 knows no AVX-512. A request of more than half of all memory is "fishy" to it, but these are what the tests are about.
MEMCHECK = "valgrind -q --error-exitcode=1 --leak-check=full --suppressions=tests/valgrind.supp"
# It flushes no denormals, whatever MXCSR says: test_math compares with what a processor does.
VALGRIND = [Job("valgrind avx2", "gcc", "-std=c99 -g -O1" + AVX2, MEMCHECK, [test for test in ALL if test != "test_math"], V2, strict=False, timeout=1800)]

ASKS_BACKEND = """
#include <stdio.h>
#include "dlcv.h"
int main(void) { puts(dlcv_backend()); return 0; }
"""


def cpu_has(flags):
    try:
        with open("/proc/cpuinfo") as f:
            known = re.search(r"^flags\s*:(.*)$", f.read(), re.M)
        return all(flag in known.group(1).split() for flag in flags.split())
    except (OSError, AttributeError):
        return not flags


def prepare_wine():
    """A Windows whose system folder is a link to wine's own libraries: no registry, no pictures, nothing to install (wine's way is
    ten seconds and 700 MB)."""
    windows = os.path.join(WINE_FOLDER, "drive_c", "windows")
    system = os.path.join(windows, "system32")
    os.makedirs(windows, exist_ok=True)
    with open(os.path.join(WINE_FOLDER, ".update-timestamp"), "w") as f:
        f.write("disable\n")
    libraries = glob.glob("/usr/lib/*/wine/x86_64-windows") + ["/nowhere"]
    if not os.path.lexists(system):
        os.symlink(libraries[0], system)


def why_not(job, folder):
    """Why this machine cannot run the job, or ""."""
    for program in [job.compiler] + [runner.split()[0] for runner in (job.runner,) + tuple(job.again) if runner]:
        if not shutil.which(program):
            return "%s was not found" % program
    if job.needs and not cpu_has(job.needs):
        return "this CPU lacks %s" % job.needs
    source = os.path.join(folder, "probe.c")
    with open(source, "w") as f:
        f.write("#include <stdio.h>\nint main(void) { puts(\"here\"); return 0; }\n")
    program = os.path.join(folder, "probe" + job.suffix)
    code, said, _ = build(job, source, program)
    if code != 0:
        return "%s cannot build for it: %s" % (job.compiler, (said.strip().split("\n") or [""])[0])
    code, said, _ = run.execute(job.runner.split() + [program], 60, job.env)
    return "" if code == 0 and "here" in said else "a first program %s" % code


def build_msvc(job, source, program, more, objects):
    """An object by clang in cl mode; mingw's linker and libraries make the program."""
    alone = "-c" in more.split()
    flags = job.flags.split() + more.replace("-O0", "/Od").replace("-c", "/c").split()
    made = program if alone else program + ".obj"
    if not alone:               # the warnings are about the library
        flags = ["/W0" if flag == "/W4" else flag for flag in flags]
    result = run.execute([job.compiler] + flags + ["/c", "/Fo" + made, "--", source], 600)
    if alone or result[0] != 0:
        return result
    return run.execute([MSVC_LINKER, "-o", program, made, os.path.join("tests", "msvc", "runtime.c")] + list(objects), 600)


def build(job, source, program, more="", objects=()):
    if "--driver-mode=cl" in job.flags:
        return build_msvc(job, source, program, more, objects)
    language = [] if "-x c++" in job.flags else ["-x", "c"]
    command = ([job.compiler] + language + job.flags.split() + WARNINGS.split() + more.split() + job.threads.split() + ["-I.", source, "-o", program])
    if "-c" not in more.split():
        command += ["-x", "none"] + list(objects) + ["-lm"]
    return run.execute(command, 600)


def must_have(runner):
    """The backends that a build with DLCV_DISPATCH has where `runner` takes it: here, on an emulated machine, in a browser's engine."""
    if runner == QEMU_ARM64:
        return ["scalar", "neon", "neondot"]
    if runner == NODE:
        return ["scalar", "wasm"]
    if "Nehalem" in runner:
        return ["scalar", "sse2"]
    has = ["scalar", "sse2", "avx2"]
    if "Haswell" not in runner:
        has = has[:2] + [name for name, flags in (("avx2", V2), ("avx512", V2 + " " + V3), ("avx512vnni", " ".join((V2, V3, V4)))) if cpu_has(flags)]
    return has


def strict_hash(job, command, env, runner):
    """What tests/hash.c prints; with DLCV_DISPATCH in every backend that it must have there, which must agree."""
    found = {}
    for backend in [[]] + ([[name] for name in BACKENDS] if "DLCV_DISPATCH" in job.flags else []):
        code, said, seconds = run.execute(command + backend, job.timeout, env)
        job.result.seconds += seconds
        words = re.findall(r"\b[0-9a-f]{16}\b", said)
        if code == 0 and words:
            job.backend = job.backend or said.split()[-1]
            found[backend[0] if backend else job.backend] = words[-1]
            job.result.passed += 1
        elif not backend or code != 2:          # 2: "there is no such backend here"
            job.result.failed += 1
            job.result.output += "hash %s: %s %s\n" % (" ".join(backend), code, said)
    lost = [name for name in must_have(runner) if name not in found] if "DLCV_DISPATCH" in job.flags else []
    if lost:
        job.result.failed += 1
        job.result.output += "a dispatching build without %s\n" % ", ".join(lost)
    hashes = set(found.values())
    if len(hashes) > 1:
        job.result.failed += 1
        job.result.output += "hash differs: %s\n" % " ".join("%s %s" % pair for pair in sorted(found.items()))
    if len(found) > 1 and "hash" not in job.backend:
        job.backend = job.backend.split()[0] + " (hash: %s)" % " ".join(name for name in BACKENDS if name in found)
    return "/".join(sorted(hashes)) or "none"


def run_job(job):
    """Builds and runs all of it; what it says goes to the job's result."""
    folder = os.path.join(ROOT, "build", "matrix", re.sub(r"\W+", "-", job.name()))
    os.makedirs(folder, exist_ok=True)
    total = job.result
    job.missing = why_not(job, folder)
    if job.missing:
        if run.no_skip() and not job.optional:
            total.failed, total.output = 1, "FAILED, since nothing may be skipped: " + job.missing
        else:
            total.skipped, total.output = 1, "skipped: " + job.missing
        return total
    env = dict(job.env)
    env.update(QUIET)

    def one(name, source, more="", objects=()):
        """The command of a program that is built for this job, or None."""
        program = os.path.join(folder, name if name.endswith(".o") else name + job.suffix)
        if os.path.exists(program):
            os.remove(program)
        code, said, seconds = build(job, source, program, more, objects)
        total.seconds += seconds
        if code != 0:
            total.failed += 1
            total.output += "%s does not compile:\n%s\n" % (name, said)
            return None
        return job.runner.split() + [program]

    def written(name, text):
        path = os.path.join(folder, name)
        with open(path, "w") as f:
            f.write(text)
        return path

    library = os.path.join(folder, "dlcv.o")
    linked = "DLCV_STRICT" in job.flags and job.strict is True         # the hash takes the library
    part = "" if linked or set(job.tests) & set(GRAPHS) else " -DDLCV_NO_GRAPH"
    if job.tests and not one("dlcv.o", os.path.join("tests", "implementation.c"), WHOLE + part):
        return total
    command = job.tests and one("backend", written("backend.c", ASKS_BACKEND), objects=[library])
    if command:
        code, said, _ = run.execute(command, 60, env)
        job.backend = said.strip().split("\n")[-1] if code == 0 else "?"     # qemu warns above
        if code != 0:
            total.failed += 1
            total.output += "backend: %s %s\n" % (code, said)
    hash_source = os.path.join("tests", "hash.c")
    if isinstance(job.strict, str):
        code, said, _ = build(job, hash_source, os.path.join(folder, "hash"))
        right = code != 0 and job.strict in said
        total.passed, total.failed, job.hash = total.passed + right, total.failed + (not right), "refused"
        total.output += "" if right else "strict mode is not refused with \"%s\"\n" % job.strict
    elif job.strict:
        if job.tests and linked:
            command = one("hash", hash_source, "-DDLCV_IMPLEMENTED", [library])
        else:
            # clang decides on contraction when it parses, gcc in a pass that -O1 leaves out
            command = one("hash", hash_source, "-O1" if job.compiler.startswith("clang") else "-O1 -fexpensive-optimizations")
        if command:
            job.hash = strict_hash(job, command, env, job.runner)
            for runner in job.again:
                other = strict_hash(job, runner.split() + command[len(job.runner.split()):], env, runner)
                job.hash = job.hash if other == job.hash else job.hash + "/" + other
    for test in job.tests:
        source = os.path.join("tests", test + ".c")
        with open(os.path.join(ROOT, source), encoding="utf-8") as f:
            own = OWN.search(f.read())
        if own:
            command = one(test, source, "-O0" + part)       # a quarter of the time; what the optimiser may break is in the library and in the hash
        else:
            command = one(test, source, "-DDLCV_IMPLEMENTED" + part, [library])
        if command:
            result = run.run_program(test, command, job.timeout, env)
            total.passed, total.failed, total.skipped = (total.passed + result.passed, total.failed + result.failed,
                                                         total.skipped + result.skipped)
            total.seconds += result.seconds
            said = [line for line in result.output.split("\n") if result.failed or line.startswith("skipped:")]
            total.output += "".join(line + "\n" for line in said)
    return total


def print_table(jobs):
    rows = [("target", "compiler", "backend", "tests passed", "strict hash", "seconds")]
    for job in jobs:
        if job.missing:
            rows.append((job.target, job.compiler, "not run", job.missing[:60], "", ""))
        else:
            r = job.result
            tests = "%d of %d" % (r.passed, r.passed + r.failed)
            rows.append((job.target, job.compiler, job.backend, tests, job.hash or "-", "%.0f" % r.seconds))
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    print()
    for index, row in enumerate(rows):
        print("| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |")
        if index == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print()


def main():
    parser = argparse.ArgumentParser(description="Builds and runs the tests everywhere.")
    parser.add_argument("--sanitize", action="store_true")
    parser.add_argument("--valgrind", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    jobs = [job for job in (SANITIZE if args.sanitize else VALGRIND if args.valgrind else MATRIX) if args.only in job.name()]
    if args.show:
        for job in jobs:
            print("%-46s %s %s %s" % (job.name(), job.flags, job.runner, " ".join(job.tests)))
        return 0
    if any(job.runner == WINE for job in jobs):
        prepare_wine()
    work = [lambda job=job: run_job(job) for job in jobs]
    if not args.only and jobs and jobs[0] in MATRIX:
        compile_all = [sys.executable, os.path.join(ROOT, "tests", "compile", "compile.py"), "--rest", "--jobs", str(args.jobs)]        # `make test` has the others
        bare = [sys.executable, os.path.join(ROOT, "tests", "test_freestanding.py"), "--all"]
        work.insert(0, lambda: run.run_program("freestanding", bare, 900))       # the longest first, on one core
        work.append(lambda: run.run_program("compile", compile_all, 1800))
    total = run.run_all(work, args.jobs)
    strict = [job for job in jobs if job.strict is True and not job.missing]
    hashes = sorted(set(job.hash for job in strict))
    print_table(jobs)
    if strict:
        same = len(hashes) == 1 and hashes[0] not in ("", "none")
        total.passed, total.failed = total.passed + int(same), total.failed + int(not same)
        print("strict mode: %s" % ("the same hash on all %d targets" % len(strict) if same
                                   else "FAILED, %d different hashes: %s" % (len(hashes), " ".join(h or "none" for h in hashes))))
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
            said = hashes[0] in f.read()
        total.passed, total.failed = total.passed + int(said), total.failed + int(not said)
        if not said:
            print("FAILED: README.md does not have the hash %s" % hashes[0])
    print(total.text())
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
