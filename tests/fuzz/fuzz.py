#!/usr/bin/env python3
"""Builds every tests/fuzz/fuzz_NAME.c with libFuzzer, ASan and UBSan and runs it for a while from its corpus in
tests/fuzz/corpus/NAME/. What it finds goes to build/fuzz/NAME/: crash-*, leak-*, oom-*, timeout-*, each an input that

    build/fuzz/fuzz_NAME FILE

repeats; mend the reader, then add the file to the corpus. The last line is "N passed, N failed", one a target.
"""
import argparse
import glob
import os
import re
import shutil
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import run

ROOT = run.ROOT
FLAGS = "-std=c99 -g -O1 -D_POSIX_C_SOURCE=200112L -DDLCV_FORCE_SCALAR -fno-omit-frame-pointer -fno-sanitize-recover=all -I."
SANITIZERS = "-fsanitize=%s,address,undefined"
# Readers call none of these: unwatched they are compiled in half of the time.
IGNORED = "fun:dlcv__*_scalar\nfun:dlcv__conv_*\nfun:dlcv__winograd_*\nfun:dlcv__direct_*\nfun:dlcv__gemm_*\n"
LIBRARY_LOCK = threading.Lock()


def find_compiler(build):
    """The first clang whose libFuzzer is there, or None."""
    source = os.path.join(build, "probe.c")
    with open(source, "w") as f:
        f.write("#include <stddef.h>\nint LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);\n"
                "int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size) { (void)data; (void)size; return 0; }\n")
    for compiler in ("clang-19", "clang"):
        if shutil.which(compiler) and run.execute([compiler] + FLAGS.split() + [SANITIZERS % "fuzzer", source, "-o", source[:-2], "-lm"], 60)[0] == 0:
            return compiler
    return None


def variants(source):
    """(suffix, flags, libraries): what else a target can be built with says its text."""
    with open(source, encoding="utf-8") as f:
        zlib = "DLCV_TEST_ZLIB" in f.read() and os.path.exists("/usr/include/zlib.h")
    return [("", [], [])] + ([("_zlib", ["-DDLCV_TEST_ZLIB"], ["-lz"])] if zlib else [])


def build_program(compiler, build, source, variant, program):
    """(exit code, what the compiler said). Targets that bring no other library share one object of the implementation."""
    with open(source, encoding="utf-8") as f:
        own = re.search(r"#include <(stb|zlib)", f.read())
    ignored, library = os.path.join(build, "ignored.txt"), os.path.join(build, "dlcv.o")
    flags = [compiler] + FLAGS.split() + ["-fsanitize-ignorelist=" + ignored, "-fsanitize-coverage-ignorelist=" + ignored] + variant[1]
    more = [] if own else ["-DDLCV_IMPLEMENTED", library]
    if not own:
        newest = max(os.path.getmtime(path) for path in (os.path.join(ROOT, "dlcv.h"), os.path.abspath(__file__)))
        with LIBRARY_LOCK:
            if not os.path.exists(library) or os.path.getmtime(library) < newest:
                code, said, _ = run.execute(flags + [SANITIZERS % "fuzzer-no-link", "-DDLCV_IMPLEMENTATION", "-x", "c", "dlcv.h", "-c", "-o", library], 300)
                if code != 0:
                    return code, said
    return run.execute(flags + [SANITIZERS % "fuzzer"] + more + [source, "-o", program, "-lm", "-pthread"] + variant[2], 300)[:2]


def fuzz(compiler, build, source, variant, seconds):
    short = os.path.basename(source)[len("fuzz_"):-2]
    name = "fuzz_" + short + variant[0]                 # fuzz_idx_zlib
    program, found, corpus = (os.path.join(build, name), os.path.join(build, short + variant[0]),
                              os.path.join(build, short + variant[0], "corpus"))
    os.makedirs(corpus, exist_ok=True)
    code, said = build_program(compiler, build, source, variant, program)
    if code != 0:
        return run.Result(name, 0, 1, 0, said)
    command = [program, corpus]
    seeds = os.path.join(ROOT, "tests", "fuzz", "corpus", short)
    if os.path.isdir(seeds):
        command.append(seeds)
    command += ["-max_total_time=%d" % seconds, "-rss_limit_mb=2560", "-malloc_limit_mb=2200", "-timeout=20", "-print_final_stats=1",
                "-artifact_prefix=%s/" % found]
    code, said, spent = run.execute(command, seconds + 300, {"ASAN_OPTIONS": "allocator_may_return_null=1"})
    runs = re.search(r"stat::number_of_executed_units: (\d+)", said)
    result = run.Result("%s, %s inputs" % (name, runs.group(1) if runs else "?"), int(code == 0), int(code != 0), 0, "", spent)
    if code != 0:
        result.output = said
    return result


def main():
    parser = argparse.ArgumentParser(description="Fuzzes every reader.")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="targets whose name has this in it, safetensors")
    args = parser.parse_args()
    build = os.path.join(ROOT, "build", "fuzz")
    os.makedirs(build, exist_ok=True)
    with open(os.path.join(build, "ignored.txt"), "w") as f:
        f.write(IGNORED)
    sources = sorted(glob.glob(os.path.join(ROOT, "tests", "fuzz", "fuzz_*.c")))
    compiler = find_compiler(build)
    if not compiler:
        jobs = [lambda: run.skip("fuzz", "no clang with libFuzzer was found")]
    else:
        jobs = [lambda source=source, variant=variant: fuzz(compiler, build, source, variant, args.seconds)
                for source in sources for variant in variants(source) if args.only in os.path.basename(source)]
    total = run.run_all(jobs, args.jobs)
    print(total.text())
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
