#!/usr/bin/env python3
"""Golden values for tests/test_random.c: python3 tests/golden/philox.py > tests/golden/philox.h

Philox4x32-10 from the paper (Salmon, Moraes, Dror, Shaw, SC 2011) and what dlcv.h makes of its words, written a second
time with Python's unbounded integers and doubles. Standard library only.
"""
import math

SEEDS = [0, 1, 42, 0x0123456789ABCDEF, 0xFFFFFFFFFFFFFFFF]
STARTS = [0, 3, 4 * 2**32 - 2, 2**63 + 1]
BOUNDS = [1, 2, 3, 6, 10, 1000, 50000, 1610612736, 2**31 - 1]


def philox(counter, key):
    """counter: 4 words, key: 2 words."""
    x, k = list(counter), list(key)
    for r in range(10):
        if r:
            k = [(k[0] + 0x9E3779B9) % 2**32, (k[1] + 0xBB67AE85) % 2**32]
        a, b = x[0] * 0xD2511F53, x[2] * 0xCD9E8D57
        x = [b // 2**32 ^ x[1] ^ k[0], b % 2**32, a // 2**32 ^ x[3] ^ k[1], a % 2**32]
    return x


class Rng:
    def __init__(self, seed, start=0):
        self.key = [seed % 2**32, seed // 2**32]
        self.at = start

    def next(self):
        block, word = divmod(self.at, 4)
        self.at = (self.at + 1) % 2**64
        return philox([block % 2**32, block // 2**32, 0, 0], self.key)[word]

    def uniform(self):
        return math.ldexp(self.next() >> 8, -24)

    def normal(self):
        u1 = math.ldexp((self.next() >> 8) + 1, -24)
        u2 = math.ldexp(self.next() >> 8, -24)
        return math.sqrt(-2 * math.log(u1)) * math.cos(2 * math.pi * u2)

    def below(self, bound):
        while True:
            product = self.next() * bound
            if product % 2**32 >= 2**32 % bound:
                return product // 2**32

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]


def known_answers():
    """Those published with the authors' implementation."""
    ones = 2**32 - 1
    pi = [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344]
    assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    assert philox([ones] * 4, [ones] * 2) == [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]
    assert philox(pi, [0xA4093822, 0x299F31D0]) == [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def array(kind, name, rows, write, comment=""):
    print("\n%sstatic const %s %s[%d][%d] = {" % (comment, kind, name, len(rows), len(rows[0])))
    for row in rows:
        lines = [write(v) for v in row]
        text = ["    { "]
        for i, v in enumerate(lines):
            piece = v + (", " if i + 1 < len(lines) else " },")
            if len(text[-1]) + len(piece) > 118:
                text[-1] = text[-1].rstrip()
                text.append("      ")
            text[-1] += piece
        print("\n".join(text))
    print("};")


def sixteen(generators, draw):
    """Sixteen numbers of each generator."""
    return [[draw(g) for _ in range(16)] for g in [Rng(*p) for p in generators]]


def main():
    known_answers()
    generators = [(seed, start) for seed in SEEDS for start in STARTS]
    print("/* Made by tests/golden/philox.py. Row i of words, uniforms, normals: generator i, {seed, first word}. */")
    for name, value in [("GENERATORS", len(generators)), ("WORDS", 16), ("BOUNDS", len(BOUNDS)), ("SHUFFLE", 20)]:
        print("#define GOLDEN_%s %d" % (name, value))
    array("uint64_t", "golden_generators", generators, lambda v: "0x%016xull" % v)
    array("uint32_t", "golden_words", sixteen(generators, Rng.next), lambda v: "0x%08xu" % v)
    array("double", "golden_uniforms", sixteen(generators, Rng.uniform), repr)
    array("double", "golden_normals", sixteen(generators, Rng.normal), repr)
    rows = []
    for bound in BOUNDS:
        g = Rng(42)
        rows.append([bound] + [g.below(bound) for _ in range(16)] + [g.at])
    array("int", "golden_below", rows, str,
          "/* Row b: bound b, then 16 numbers below it and the index of the word after them; seed 42. */\n")
    rows = []
    for seed in range(5):
        items = list(range(20))
        Rng(seed).shuffle(items)
        rows.append(items)
    array("int", "golden_shuffles", rows, str, "/* Row s: 0 .. 19 shuffled with seed s. */\n")


if __name__ == "__main__":
    main()
