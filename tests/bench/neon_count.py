#!/usr/bin/env python3
"""Counts the instructions of the NEON tiles' innermost loops in the disassembly, per 16 pairs, against the minimum.

    neon_count.py [--cc aarch64-linux-gnu-gcc] [--objdump aarch64-linux-gnu-objdump] [--list] [--json FILE]

Compiles dlcv.h (src/dlcv.h while there is none) at -O2 with DLCV_DISPATCH. "arithmetic" are the vector instructions
that work on the elements, "loads" bring operands, "moves" copy registers, "spills" touch the stack, "loop" is the rest.
--list prints the loops."""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

# function, what it computes, accumulating instruction -> pairs of elements it takes, least arithmetic per 16 pairs, why
TILES = [
    ("tile_sad_u8_neon", "u8 L1", {"uabal": 8, "uabal2": 8}, 2, "uabal uabal2"),
    ("tile_dot_u8_neon", "u8 dot, L2", {"smlal": 4, "smlal2": 4, "umlal": 4, "umlal2": 4}, 4, "2 smlal 2 smlal2"),
    ("tile_sad_u8_neondot", "u8 L1, dot product extension", {"udot": 16}, 2, "uabd udot"),
    ("tile_dot_u8_neondot", "u8 dot, L2, dot product extension", {"udot": 16}, 1, "udot"),
    ("tile_l1_f32_neon", "f32 L1", {"fadd": 4}, 8, "4 fabd 4 fadd"),
    ("tile_l1_max_f32_neon", "f32 L1 of integers", {"fadd": 4}, 8, "4 fmax 4 fadd"),
    ("tile_l2sq_f32_neon", "f32 L2", {"fmla": 4}, 8, "4 fsub 4 fmla"),
    ("tile_dot_f32_neon", "f32 dot", {"fmla": 4}, 4, "4 fmla"),
]
LINE = re.compile(r"^\s*([0-9a-f]+):\s+[0-9a-f]{8}\s+(\S+)\s*(.*)$")


def disassemble(args):
    """{function: [(address, mnemonic, operands)]}"""
    header = "dlcv.h" if os.path.exists("dlcv.h") else "src/dlcv.h"
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "tiles.c"), os.path.join(folder, "tiles.o")
        with open(source, "w") as f:
            f.write('#define DLCV_IMPLEMENTATION\n#define DLCV_DISPATCH\n#include "%s"\n' % header)
        subprocess.run([args.cc, "-O2", "-std=c99", "-I.", "-Isrc", "-c", "-o", target, source], check=True)
        text = subprocess.run([args.objdump, "-d", "-w", target], check=True, capture_output=True, text=True).stdout
    functions, current = {}, None
    for line in text.splitlines():
        name = re.match(r"^[0-9a-f]+ <(.+)>:$", line)
        if name:
            current = functions.setdefault(re.sub(r"^dlcv__", "", name.group(1)), [])
            continue
        found = LINE.match(line)
        if found and current is not None:
            current.append((int(found.group(1), 16), found.group(2), found.group(3).split("//")[0].strip()))
    return functions


def innermost(code, accumulating):
    """Of the loops (a branch back and what lies between) without a loop inside, the one that accumulates most."""
    loops = []
    for i, (address, mnemonic, operands) in enumerate(code):
        if mnemonic.startswith("b.") or mnemonic in ("b", "cbz", "cbnz", "tbz", "tbnz"):
            target = re.search(r"\b([0-9a-f]+) <", operands)
            start = target and int(target.group(1), 16)
            if target and start <= address and start >= code[0][0]:
                loops.append([c for c in code[:i + 1] if c[0] >= start])
    def inner(loop):
        return not any(len(other) < len(loop) and loop[0][0] <= other[0][0] and other[-1][0] <= loop[-1][0]
                       for other in loops)
    count = lambda loop: sum(c[1] in accumulating for c in loop)
    loops = [loop for loop in loops if inner(loop)]
    return max(loops, key=count, default=[])


def kind(mnemonic, operands):
    vector = re.search(r"\bv\d+\.", operands)
    if mnemonic.startswith(("ld", "st")):
        return "spills" if "sp" in re.split(r"\W+", operands) or mnemonic.startswith("st") else "loads"
    if not vector:
        return "loop"
    return "moves" if mnemonic in ("mov", "dup", "ins", "ext", "movi") else "arithmetic"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cc", default="aarch64-linux-gnu-gcc")
    parser.add_argument("--objdump", default="aarch64-linux-gnu-objdump")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--json", default="build/bench/neon_count.json")
    args = parser.parse_args()
    try:
        functions = disassemble(args)
    except FileNotFoundError as error:
        print("skipped: %s not found" % error.filename)
        return 0
    os.makedirs(os.path.dirname(args.json) or ".", exist_ok=True)
    columns = ("arithmetic", "loads", "moves", "spills", "loop")
    print("%-34s %10s %8s %6s %6s %6s %6s   the minimum is" % (("per 16 pairs of elements", columns[0], "minimum") + columns[1:]))
    missing = 0
    with open(args.json, "w") as out:
        for name, what, accumulating, minimum, why in TILES:
            loop = innermost(functions.get(name, []), accumulating)
            pairs = sum(accumulating.get(c[1], 0) for c in loop)
            if not pairs:
                print("%-34s not found (%s)" % (what, name))
                missing += 1
                continue
            counts = dict.fromkeys(columns, 0)
            for _, mnemonic, operands in loop:
                counts[kind(mnemonic, operands)] += 1
            per16 = {k: 16.0 * v / pairs for k, v in counts.items()}
            print("%-34s %10.2f %8d %6.2f %6.2f %6.2f %6.2f   %s"
                  % ((what, per16["arithmetic"], minimum) + tuple(per16[c] for c in columns[1:]) + (why,)))
            total = sum(per16.values())
            json.dump({"bench": "neon_count", "shape": what, "function": name, "threads": 1,
                       "backend": name.rsplit("_", 1)[1], "pairs_per_iteration": pairs,
                       "ours": {"value": total, "unit": "instructions per 16 pairs"}, "arithmetic": per16["arithmetic"],
                       "minimum": minimum, "pct_peak": round(100.0 * minimum / total, 1), "peers": {},
                       "ratio_best_peer": None}, out)
            out.write("\n")
            if args.list:
                print("\n".join("    %x: %s %s" % c for c in loop))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
