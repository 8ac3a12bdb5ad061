#!/usr/bin/env python3
"""How fast the kernels are as each compiler and each -O makes them: bench_gemm and bench_conv without peers, built for this machine by every compiler at
hand, and run in turns. A value is the least of its runs' medians, as a multiple of gcc -O2's time.

    python3 tests/bench/compilers.py [--rounds N] [--turns N] [--slow]

--slow: -O0 too. Goals: -O2 within 5 % of -O3, the compilers within 15 % of each other, -O0 no worse than 100 times slower."""
import argparse
import json
import math
import os
import shutil
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(TOP, "build", "compilers")
COMPILERS = ["gcc-12", "clang-14", "clang-19"]
RUNS = [("bench_gemm", only) for only in ("64x64x64", "256x256x256", "64x12544", "16x100x150", "4096x1x")] + \
       [("bench_conv", only) for only in ("3x3 256@56", "7x7 s2", "1x1 64->256", "depthwise 3x3 32", "data batch 64 5x5 3")]


def build(program, compiler, level):
    path = os.path.join(HERE, "%s-%s%s" % (program, compiler, level))
    command = [compiler, level, "-std=gnu99", "-march=native", "-w", "-I.", "-o", path, "tests/bench/%s.c" % program, "-ldl", "-lm", "-lpthread"]
    made = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    if made.returncode:
        sys.exit("%s\n%s" % (" ".join(command), made.stderr))
    return path


def measure(path, only, rounds):
    """{shape: microseconds}"""
    lines = path + ".json"
    command = [path, "--no-peers", "--only", only, "--rounds", str(rounds), "--json", lines]
    if "bench_conv" in path:
        command += ["--no-own"]
    ran = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
    if ran.returncode:
        sys.exit("%s\n%s" % (" ".join(command), ran.stderr))
    with open(lines) as file:
        rows = [json.loads(line) for line in file]
    return {row["shape"]: row["ours"]["value"] for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--slow", action="store_true")
    options = parser.parse_args()
    found = [c for c in COMPILERS if shutil.which(c)] or ["cc"]
    builds = [(c, level) for c in found for level in (["-O0"] if options.slow else []) + ["-O2", "-O3"]]
    os.makedirs(HERE, exist_ok=True)
    paths = {(p, b): build(p, *b) for p in sorted({p for p, _ in RUNS}) for b in builds}
    best = {}
    for _ in range(options.turns):
        for program, only in RUNS:
            for b in builds:
                for shape, value in measure(paths[program, b], only, options.rounds).items():
                    best[shape, b] = min(value, best.get((shape, b), value))
    base = (found[0], "-O2")
    shapes = [s for s in dict.fromkeys(s for s, _ in best) if (s, base) in best]
    print("%-36s %10s us" % ("", " ".join(base)) + "".join("%14s" % " ".join(b) for b in builds))
    for s in shapes:
        print("%-36s %13.4g" % (s, best[s, base]) + "".join("%14.3f" % (best[s, b] / best[s, base]) for b in builds))
    means = [math.exp(sum(math.log(best[s, b] / best[s, base]) for s in shapes) / len(shapes)) for b in builds]
    print("%-36s %13s" % ("geometric mean", "") + "".join("%14.3f" % mean for mean in means))


if __name__ == "__main__":
    main()
