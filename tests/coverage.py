#!/usr/bin/env python3
"""Measures what the tests reach of src/*.c: lines, branches and MC/DC (clang-19), a table per source file.

    coverage.py             the table; for a file below 95 % (SUBJECTS: MC/DC, all others: lines) what is missing. "N passed, N failed": one per file and test program
    coverage.py --missing   what is missing in every file
    coverage.py --only FILE... names of source files (core, knn, ...), for --missing
    coverage.py --again TEST...  runs only these, built anew over the library of the last run; the others count as they ran then

MC/DC, as here: a decision of one condition (if, for, while, ?:) came out both ways; of a decision of several, each condition was
shown to decide the outcome by itself. A case of a switch is a branch, not a decision. What no test can reach stands in EXPLAINED
with its reason; it is printed, and counts for the 95 %. An entry that is reached after all, or matches nothing, is a failure.

Programs are built over the spine, which keeps the names of files, in several configurations. What one of them shows counts for all: counters of
functions with the same text are merged by llvm-profdata (every unit is compiled under the same name, so that private functions are the
same function everywhere), the rest by place.
"""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import re
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import matrix
import run

ROOT = run.ROOT
FOLDER = os.path.join(ROOT, "build", "coverage")
LEAST = 95.0
SUBJECTS = ["core", "thread", "tensor", "select", "random", "distance", "knn", "data", "search", "npy", "safetensors", "image", "resample", "preprocess", "view", "plot", "progress",
            "build_conv", "build_norm"]
# Of all others so many lines are reached; their MC/DC is shown, no more. A table of names has no lines.
LINES = sorted(os.path.basename(path)[:-2] for path in glob.glob(os.path.join(ROOT, "src", "*.c")))
LINES = [name for name in LINES if name not in SUBJECTS + ["op_table"]]
SUFFIX = os.environ.get("LLVM_SUFFIX", "-19")
CLANG, PROFDATA, COV = "clang" + SUFFIX, "llvm-profdata" + SUFFIX, "llvm-cov" + SUFFIX
# At -O0 a branch of the source is a branch of the program, and it is built in the least time.
FLAGS = "-std=c99 -O0 -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc -Wno-everything -Wunsupported-mcdc"
FLAGS += " -DDLCV_SPINE -DDLCV_POOL= -pthread -I%s" % ROOT
# A test that has this is compiled with the library, the others share one object (see test.h).
INSIDE = re.compile(r"TEST_OWN")
# Its own math is kernels, tested over all exponents; here it would be half of the time.
TESTS = [test for test in matrix.ALL if test != "test_math"]
CPUS = ["core2duo", "Nehalem", "Nehalem,level=4", "SandyBridge", "Haswell", "Haswell,-fma", "Haswell,-avx2", "Haswell,-xsave"]
CPU_TEST = """#include "src/dlcv.h"
#include <stdio.h>
int main(void)
{
    const char *first = dlcv_backend();
    printf("%s: %d passed, 0 failed\\n", first, 1 + (dlcv_backend_select("avx2") == DLCV_OK));
    return 0;
}
"""
MACHINE = ["test_conv", "test_conv_laws", "test_distance", "test_gemm", "test_knn"]
# Where a size_t has 32 bits, what checks sizes has more to do.
NARROW = ["test_core", "test_data", "test_distance", "test_image", "test_image_stb", "test_knn", "test_npy", "test_plot", "test_view", "test_vote"]
CONFIGURATIONS = [("dispatch", "-DDLCV_DISPATCH", TESTS), ("native", "-march=native", MACHINE), ("scalar", "-DDLCV_FORCE_SCALAR", MACHINE), ("i386", matrix.X86_32, NARROW)]

# (file, function, condition as it stands in the source, reason): what no test reaches. The condition is one operand, or the whole
# decision, of which then every operand is meant.
BITS = "a size_t of 64 bits holds it; one of 32 may not"
HUGE = "takes more than 2 GB"
BIG = "a big-endian machine; make matrix has two"
CPU = "no emulator has AVX-512 to take away; Nehalem to Haswell are run"
# Not here: dlcv__vformat's `t.length < (size_t)INT_MAX`, which takes 2 GB of text. Threads call it, counters are not atomic, and the other
# side's is a difference of two: it seems reached in some runs.
EXPLAINED = [
    ("core", "dlcv__file_size", "(unsigned long long)end > (size_t)-1", BITS),
    ("core", "dlcv__temporary_name", "tries < 64", "the names differ from run to run, nobody can take all 64 before"),
    ("core", "dlcv__temporary_name", "!file", "likewise"),
    ("core", "dlcv__default_write", "fclose(file) && !bad", "after fflush a close fails on network drives"),
    ("core", "dlcv__now", "clock_gettime(CLOCK_MONOTONIC, &t)", "a system without that clock"),
    ("select", "dlcv__runs", "(seven[1] >> 16 & 1)", CPU),
    ("select", "dlcv__runs", "(seven[1] >> 17 & 1)", CPU),
    ("select", "dlcv__runs", "(seven[1] >> 30 & 1)", CPU),
    ("select", "dlcv__runs", "(seven[1] >> 31 & 1)", CPU),
    ("select", "dlcv__runs", "(seven[2] >> 11 & 1)", CPU),
    ("select", "dlcv__choose", "i < DLCV__TABLES - 1", "the last table runs everywhere"),
    ("distance", "dlcv__space_cut", "s->narrow && s->narrow->nr > s->nr", "no x86 tile of bytes is wider than that of floats"),
    ("distance", "dlcv__transpose_units", "size == 2", "no x86 tile groups two bytes"),
    ("distance", "dlcv__transpose_units", "u < units", "likewise"),
    ("distance", "dlcv_self_test", "round < 1000", "a clock that stands still"),
    ("distance", "dlcv_self_test", "seconds > 0", "likewise"),
    ("data", "dlcv__cifar10_read", "!dlcv__add(n, records[i], &n)", BITS),
    ("data", "dlcv__cifar10_read", "n > INT_MAX", HUGE),
    ("data", "dlcv__inflate", "in_bytes > INT_MAX - 8", HUGE),
    ("data", "dlcv__inflate", "out_bytes > INT_MAX", HUGE),
    ("data", "dlcv__gunzip", "r < 0", "zlib's want of memory; stb_image says yes or no"),
    ("data", "dlcv_data_split", "!dlcv__mul((size_t)n, 2 * sizeof(int) + 1, &bytes)", BITS),
    ("search", "dlcv__range_value", "dlcv__order(v) < dlcv__order(r->low)", "an error of 2^-50 of a logarithm does not leave the range"),
    ("search", "dlcv__range_value", "dlcv__order(v) > dlcv__order(r->high)", "likewise"),
    ("npy", "dlcv_tensor_save", "!dlcv__add(count * size, header, &bytes)", BITS),
    ("safetensors", "dlcv__safe_parse", "s", "the first pass has read the same header"),
    ("safetensors", "dlcv__safe_copy", "!dlcv__big_endian()", BIG),
    ("safetensors", "dlcv__safe_copy", "i < count", BIG),
    ("safetensors", "dlcv__safe_copy", "k < size", BIG),
    ("safetensors", "dlcv__put_text", "!dlcv__add(p->head, n, &p->head)", BITS),
    ("safetensors", "dlcv__put_tensor", "!dlcv__add(p->data, count * size, &end)", BITS),
    ("safetensors", "dlcv__put_file", "!dlcv__add(p.head, 63, &p.header)", BITS),
    ("safetensors", "dlcv__put_file", "p.overflow || !dlcv__add(p.header, p.data, bytes)", BITS),
    ("safetensors", "dlcv__put_path", "s", BITS),
    ("safetensors", "dlcv__put_path", "!s", BITS),
    ("image", "dlcv__pnm_present", "dlcv__mul(p->width, p->height, samples)", BITS),
    ("image", "dlcv__pnm_present", "dlcv__mul(*samples, (size_t)p->channels, samples)", BITS),
    ("image", "dlcv__other_load", "bytes > INT_MAX", HUGE),
    ("image", "dlcv__pnm_save", "!dlcv__add(count, (size_t)length, &bytes)", BITS),
    ("image", "dlcv__grow", "dlcv__add(g->room, g->room, &room)", BITS),
    ("image", "dlcv__grow", "dlcv__add(room, (size_t)size + 4096, &room)", BITS),
    ("image", "dlcv__other_save", "!ok", "stb_image_write's own memory, by its own malloc"),
    ("resample", "dlcv__taps_of_size", "dlcv__mul((size_t)out, ((size_t)a->taps + 2) * sizeof(float), &bytes)", BITS),
    ("resample", "dlcv__taps_of_size", "bytes <= (size_t)-8", BITS),
    ("preprocess", "dlcv__frames_run", "!dlcv__add(2 * p->w, (size_t)p->x.out, &row)", BITS),
    ("preprocess", "dlcv__frames_run", "!dlcv__mul(row, p->c, &p->floats)", BITS),
    ("preprocess", "dlcv__frames_run", "!dlcv__mul(p->floats, sizeof(float) * tasks, &row)", BITS),
    ("preprocess", "dlcv__frames_run", "!dlcv__add(y, x, &p->tables)", BITS),
    ("preprocess", "dlcv__frames_run", "!dlcv__add(p->tables, row, &all)", BITS),
    ("view", "dlcv__grid_side", "!dlcv__mul((size_t)pixels, (size_t)zoom, &side)", BITS),
    ("view", "dlcv__view_regions", "DLCV__CORNERS / (size + 1) > 0", "the largest picture of all, 1.9 GB"),
    ("plot", "dlcv__svg_add", "f->text.length < before", BITS),
    ("plot", "dlcv__tick_add", "t->majors == DLCV__MAJORS", "steps are chosen so that there are fewer; it guards the array"),
    ("plot", "dlcv__ticks_linear", "axis->ticks.majors < DLCV__MAJORS", "likewise"),
    ("plot", "dlcv__ticks_log", "axis->ticks.minors < DLCV__MINORS", "likewise"),
    ("plot", "dlcv__view_plot", "f.wrapped", BITS),
    ("plot", "dlcv__view_plot", "!dlcv__add(f.text.length, 1, &bytes)", BITS),
]


def execute(command, timeout=600, env=None):
    code, said, _ = run.execute(command if isinstance(command, list) else command.split(), timeout, env)
    if code != 0:
        raise RuntimeError("%s\n%s: %s" % (said, command if isinstance(command, str) else " ".join(command), code))
    return said


def compile_unit(folder, text, flags, objects=()):
    """A unit in a folder of its own, where it is called unit.c: the name is part of those of its private functions."""
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "unit.c"), "w") as f:
        f.write(text)
    output = ["-c", "-o", "unit.o"] if objects is None else ["-o", "unit"] + list(objects) + ["-lm"]
    said = execute(["sh", "-c", 'cd "$0" && exec "$@"', folder, CLANG, "unit.c"] + flags.split() + output)
    blind = [line for line in said.split("\n") if "MC/DC" in line and "/src/" in line]
    return sorted(set(re.sub(r".*/src/", "src/", line) for line in blind))


LIBRARY = "#include \"tests/implementation.c\"\n"


def text_of(test):
    with open(os.path.join(ROOT, "tests", test + ".c"), encoding="utf-8") as f:
        return f.read()


def brings_stb(test):
    """Only such a program has what is compiled where stb_image was seen before."""
    return "STB_IMAGE" in text_of(test)


def build_and_run(configuration, flags, test, library):
    """The run's result, and what it left: (result, program or None, complaints)."""
    folder = os.path.join(FOLDER, configuration, test)
    inside = INSIDE.search(text_of(test))
    more = "" if inside else " -DDLCV_IMPLEMENTED"
    complaints = compile_unit(folder, '#include "tests/%s.c"\n' % test, FLAGS + " " + flags + more,
                              () if inside else [os.path.join(library, "unit.o")])
    program, profile = os.path.join(folder, "unit"), os.path.join(folder, "profile.raw")
    env = {"LLVM_PROFILE_FILE": profile, "DLCV_DATA": None, "DLCV_NO_SKIP": None}
    result = run.run_program("%s %s" % (test, configuration), [program], 300, env)
    return result, program if brings_stb(test) else None, complaints


def run_on(cpu, library):
    """Which backend is chosen on another machine."""
    folder = os.path.join(FOLDER, "cpu", cpu)
    complaints = compile_unit(folder, CPU_TEST, FLAGS, [os.path.join(library, "unit.o")])
    env = {"LLVM_PROFILE_FILE": os.path.join(folder, "profile.raw")}
    return run.run_program("backend", ["qemu-x86_64", "-cpu", cpu, os.path.join(folder, "unit")], 60, env), None, complaints


class File:
    """What is known of one source file: executions of each line, of both sides of each condition, and what each condition of a decision of
    several has shown."""
    def __init__(self, name):
        self.name = name
        with open(os.path.join(ROOT, "src", name + ".c"), encoding="utf-8") as f:
            self.text = f.read().split("\n")
        self.lines, self.branches, self.decisions = {}, {}, {}
        self.explained = set()

    def source(self, place):
        l0, c0, l1, c1 = place
        if l0 == l1:
            return self.text[l0 - 1][c0 - 1:c1 - 1]
        return " ".join([self.text[l0 - 1][c0 - 1:]] + [t.strip() for t in self.text[l0:l1 - 1]] + [self.text[l1 - 1][:c1 - 1].strip()])

    def function(self, line):
        for number in range(line, 0, -1):
            text = self.text[number - 1]
            if text[:1].isalpha() and "(" in text and not text.endswith(";"):
                names = re.findall(r"(\w+)\(", text)
                return names[0] if names else text
        return "?"

    def add(self, data):
        """One file of llvm-cov's export."""
        lines = {}
        segments = data["segments"]
        for here, there in zip(segments, segments[1:] + [segments[-1]]):
            if not here[3] or here[5]:                  # has no count, or is a gap
                continue
            for line in range(here[0], there[0] + (there[1] > 1)):
                if self.text[line - 1].strip():
                    lines[line] = max(lines.get(line, 0), here[2])
        for line, executed in lines.items():
            self.lines[line] = max(self.lines.get(line, 0), executed)
        for b in data["branches"]:
            sides = self.branches.setdefault(tuple(b[:4]), [0, 0])
            sides[0] += b[4]
            sides[1] += b[5]
        for d in data.get("mcdc_records", []):
            shown = self.decisions.setdefault(tuple(d[:4]), [False] * len(d[-1]))
            for i, yes in enumerate(d[-1]):
                shown[i] = shown[i] or yes

    def settle(self):
        """Conditions of each decision, in order; then those that stand alone. A case of a switch has one side only."""
        def within(b, d):
            return d[:2] <= b[:2] and b[2:] <= d[2:]
        self.conditions, self.by_sides = {}, []
        left = dict(self.branches)
        for place, shown in self.decisions.items():
            inner = sorted(b for b in self.branches if within(b, place))
            # an operand may hold a decision of its own (an index, an argument): its conditions belong to that
            inner = [b for b in inner if not any(within(b, o) and within(o, place) and o != place for o in self.decisions)]
            if len(inner) != len(shown):
                self.by_sides.append(place)
            for i, b in enumerate(inner):
                left.pop(b, None)
                self.conditions[b] = (shown[i] if i < len(shown) and len(inner) == len(shown) else all(self.branches[b]), place)
        for b, sides in left.items():
            if not self.is_case(b):
                self.conditions[b] = (all(sides), b)

    def is_case(self, place):
        return bool(re.match(r"(case\b|default\b)", self.source(place)))

    def missing(self):
        """[(place, sentence)] of what was not shown and is not explained."""
        out = []
        for place, (shown, decision) in sorted(self.conditions.items()):
            if shown or place in self.explained:
                continue
            sides = self.branches[place]
            why = "never reached" if not any(sides) else "always true" if not sides[1] else "never true" if not sides[0] else \
                "both ways, but not shown to decide"
            out.append((place, "%s: %s" % (why, self.source(place))))
        for place, sides in sorted(self.branches.items()):
            if self.is_case(place) and not sides[0] and place not in self.explained:
                out.append((place, "never taken: %s" % self.source(place)))
        return sorted(out)

    def explain(self, entry):
        """Marks what the entry means; returns what is wrong with the entry, or ""."""
        _, function, condition, _ = entry
        wanted, reached, found = " ".join(condition.split()), False, False
        known = [(place, shown, decision) for place, (shown, decision) in self.conditions.items()]
        known += [(place, sides[0] > 0, place) for place, sides in self.branches.items() if self.is_case(place)]
        for place, shown, decision in known:
            texts = [" ".join(self.source(p).split()) for p in (place, decision)]
            if wanted not in texts or self.function(place[0]) != function:
                continue
            if shown:
                reached = True
            else:
                self.explained.add(place)
                found = True
        return "" if found else "the tests reach it" if reached else "there is none"

    def row(self):
        lines = len(self.lines)
        hit = sum(1 for n in self.lines.values() if n)
        sides = sum(1 if self.is_case(b) else 2 for b in self.branches)
        taken = sum((s[0] > 0) if self.is_case(b) else (s[0] > 0) + (s[1] > 0) for b, s in self.branches.items())
        shown = sum(1 for ok, _ in self.conditions.values() if ok)
        explained = sum(1 for b in self.explained if b in self.conditions)
        return [hit, lines, taken, sides, shown, len(self.conditions), explained]


def percent(part, whole):
    return 100.0 * part / whole if whole else 100.0


def run_tests(jobs, again):
    """(sum of the tests, objects whose code they ran, complaints); again: only these, what the others left stays"""
    total, complaints, objects = run.Result("coverage"), set(), []
    if not again:
        shutil.rmtree(FOLDER, ignore_errors=True)
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        libraries = {}
        for name, flags, _ in CONFIGURATIONS:
            libraries[name] = os.path.join(FOLDER, name)
            objects.append(os.path.join(libraries[name], "unit.o"))
            if not again:
                pool.submit(compile_unit, libraries[name], LIBRARY, FLAGS + " " + flags, None).result()
        work = [pool.submit(build_and_run, name, flags, test, libraries[name]) for name, flags, tests in CONFIGURATIONS for test in tests
                if not again or test in again]
        work += [pool.submit(run_on, cpu, libraries["dispatch"]) for cpu in CPUS if shutil.which("qemu-x86_64") and not again]
        for done in work:
            result, program, said = done.result()
            complaints |= set(said)
            if result.failed or again:
                run.report(result)
            total.passed, total.failed = total.passed + int(not result.failed), total.failed + int(result.failed > 0)
            if program:
                objects.append(program)
    if again:
        objects += [os.path.join(FOLDER, "dispatch", test, "unit") for test in TESTS if test not in again and brings_stb(test)]
    return total, objects, sorted(complaints)


def read_profiles(objects, jobs):
    """{name: File} of all that was run"""
    raw = [os.path.join(where, "profile.raw") for where, _, names in os.walk(FOLDER) if "profile.raw" in names]
    merged = os.path.join(FOLDER, "merged.profdata")
    execute([PROFDATA, "merge", "-sparse", "-o", merged] + raw)
    files = collections.OrderedDict((name, File(name)) for name in SUBJECTS + LINES)

    def export(program):
        path = program + ".json"
        execute(["sh", "-c", 'exec "$@" > "$0"', path, COV, "export", "-format=text", "-skip-expansions", "-skip-functions",
                 "-instr-profile", merged, program] + [os.path.join(ROOT, "src", name + ".c") for name in SUBJECTS + LINES])
        with open(path) as f:
            return json.load(f)["data"][0]["files"]

    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        for exported in pool.map(export, objects):
            for data in exported:
                name = os.path.basename(data["filename"])[:-2]
                if name in files:
                    files[name].add(data)
    for f in files.values():
        f.settle()
    return files


def main():
    parser = argparse.ArgumentParser(description="Coverage of src/*.c by the tests.")
    parser.add_argument("--missing", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--again", nargs="*", default=[], metavar="TEST")
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    begin = time.time()
    for program in (CLANG, PROFDATA, COV):
        if not shutil.which(program):
            result = run.skip("coverage", "%s was not found" % program)
            print("%s\n%s" % (result.output, result.text()))
            return 1 if result.failed else 0
    total, objects, complaints = run_tests(args.jobs, args.again)
    files = read_profiles(objects, args.jobs)
    for line in complaints:
        print("FAILED %s" % line)
        total.failed += 1
    for entry in EXPLAINED:
        wrong = files[entry[0]].explain(entry)
        if wrong:
            print("FAILED: EXPLAINED names %s.c, %s, `%s`: %s" % (entry[0], entry[1], entry[2], wrong))
            total.failed += 1
    low = []
    print("| file             |  lines |   of | branches |   of |  MC/DC |   of | explained | with these |")
    print("|------------------|--------|------|----------|------|--------|------|-----------|------------|")
    sums = [0] * 7
    for name, f in list(files.items()) + [("all", None)]:
        row = f.row() if f else sums
        sums = [a + b for a, b in zip(sums, row)]
        print("| %-16s | %5.1f%% | %4d | %7.1f%% | %4d | %5.1f%% | %4d | %9d | %9.1f%% |" % (
            name, percent(row[0], row[1]), row[1], percent(row[2], row[3]), row[3], percent(row[4], row[5]), row[5], row[6],
            percent(row[4] + row[6], row[5])))
        if f:
            enough = percent(row[0], row[1]) >= LEAST and (name in LINES or percent(row[4] + row[6], row[5]) >= LEAST)
            total.passed, total.failed = total.passed + int(enough), total.failed + int(not enough)
            if not enough:
                low.append(name)
    for name, f in files.items():
        if (args.missing or name in low) and (not args.only or name in args.only):
            for place, sentence in f.missing():
                print("src/%s.c:%d: %s: %s" % (name, place[0], f.function(place[0]), sentence))
    places = ["src/%s.c:%d" % (name, place[0]) for name, f in files.items() if name in SUBJECTS for place in sorted(f.by_sides)]
    if places:
        print("conditions that count as shown where they came out both ways, since llvm-cov counts them otherwise than we do: " + ", ".join(places))
    if EXPLAINED:
        print("not reached, and why:")
    for name, function, condition, reason in EXPLAINED:
        print("    %s.c %s `%s`: %s" % (name, function, condition, reason))
    print("(%.0f s)" % (time.time() - begin))
    print(total.text())
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
