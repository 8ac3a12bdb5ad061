#!/usr/bin/env python3
"""Counts the instructions of the WebAssembly tiles' innermost loops in the disassembly, per 16 pairs, against the minimum.

    wasm_count.py [--cc clang-19] [--objdump llvm-objdump-19] [--flags "-msimd128"] [--list]

Compiles dlcv.h at -O2. "arithmetic" are the vector instructions that work on the elements, "loads" bring operands, "loop" is
addresses and the branch; moves between the stack and locals are no work of an engine's and not counted."""
import argparse
import os
import re
import subprocess
import sys
import tempfile

# function, what it computes, accumulating instruction, pairs of elements it takes, least arithmetic per 16 pairs, why
TILES = [
    ("tile_sad_u8_wasm", "u8 L1", "i16x8.add", 16, 3, "max_u extadd_pairwise add"),
    ("tile_dot_u8_wasm", "u8 dot, L2", "i32x4.add", 8, 4, "2 dot_i16x8 2 add"),
    ("tile_l1_f32_wasm", "f32 L1", "f32x4.add", 4, 12, "4 sub 4 and 4 add"),
    ("tile_max_f32_wasm", "f32 L1 of integers", "f32x4.add", 4, 8, "4 pmax 4 add"),
    ("tile_l2sq_f32_wasm", "f32 L2", "f32x4.add", 4, 12, "4 sub 4 mul 4 add"),
    ("tile_dot_f32_wasm", "f32 dot", "f32x4.add", 4, 8, "4 mul 4 add"),
]
LINE = re.compile(r"^\s*[0-9a-f]+:\s+(\S+)")


def disassemble(args):
    """{function: [mnemonic]}"""
    with tempfile.TemporaryDirectory() as folder:
        source, target = os.path.join(folder, "tiles.c"), os.path.join(folder, "tiles.o")
        with open(source, "w") as f:
            f.write('#define DLCV_IMPLEMENTATION\n#include "dlcv.h"\n')
        subprocess.run([args.cc, "--target=wasm32-wasi", "-O2", "-std=c99", "-I."] + args.flags.split() + ["-c", "-o", target, source],
                       check=True)
        text = subprocess.run([args.objdump, "-d", "--no-show-raw-insn", target], check=True, capture_output=True, text=True).stdout
    functions, current = {}, None
    for line in text.splitlines():
        name = re.match(r"^[0-9a-f]+ <(?:dlcv__)?(.+)>:$", line)
        if name:
            current = functions.setdefault(name.group(1), [])
            continue
        found = LINE.match(line)
        if found and current is not None:
            current.append(found.group(1))
    return functions


def innermost(code, accumulating):
    """Of the loops without a loop inside, the one that accumulates most."""
    loops, begins = [], []
    for i, mnemonic in enumerate(code):
        if mnemonic in ("loop", "block", "if"):
            begins.append((mnemonic, i))
        elif mnemonic in ("end", "end_loop", "end_block", "end_if") and begins:
            opener, begin = begins.pop()
            if opener == "loop" and "loop" not in code[begin + 1:i]:
                loops.append(code[begin + 1:i])
    return max(loops, key=lambda loop: loop.count(accumulating), default=[])


def kind(mnemonic):
    if mnemonic.startswith("v128.load"):
        return "loads"
    if re.match(r"(v128|[if]\d+x\d+)\.", mnemonic):
        return "arithmetic"
    return None if mnemonic.startswith("local.") or mnemonic in ("i32.const", "i64.const") else "loop"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cc", default="clang-19")
    parser.add_argument("--objdump", default="llvm-objdump-19")
    parser.add_argument("--flags", default="-msimd128")
    parser.add_argument("--list", action="store_true")
    args = parser.parse_args()
    try:
        functions = disassemble(args)
    except FileNotFoundError as error:
        print("skipped: %s not found" % error.filename)
        return 0
    print("%-26s %10s %8s %6s %6s   the minimum is" % ("per 16 pairs of elements", "arithmetic", "minimum", "loads", "loop"))
    missing = 0
    for name, what, accumulating, takes, minimum, why in TILES:
        loop = innermost(functions.get(name, []), accumulating)
        pairs = takes * loop.count(accumulating)
        if not pairs:
            print("%-26s not found (%s)" % (what, name))
            missing += 1
            continue
        kinds = [kind(mnemonic) for mnemonic in loop]
        per16 = [16.0 * kinds.count(k) / pairs for k in ("arithmetic", "loads", "loop")]
        print("%-26s %10.2f %8d %6.2f %6.2f   %s" % (what, per16[0], minimum, per16[1], per16[2], why))
        if args.list:
            print("\n".join("    " + mnemonic for mnemonic in loop))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
