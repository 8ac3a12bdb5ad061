#!/usr/bin/env python3
"""Does dlcv.h compile wherever a stranger drops it? Copies the header alone into an empty folder and compiles small programs
around it, without a warning: languages, optimisation levels, configuration macros, two copies in one program, renamed, among
other people's macros; then looks at the symbols of the object.

    compile.py              a quick choice, part of `make test` (all of it if DLCV_TEST_FULL is set)
    compile.py --all        everything
    compile.py --rest       everything but the quick choice, part of `make matrix`
    compile.py --show       print the commands and stop
    compile.py --only PART  jobs whose name has this part

The last line is "compile: N passed, N failed, N skipped".
"""
import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

C_COMPILERS = ["gcc", "clang", "clang-19"]
CXX_COMPILERS = ["g++", "clang++", "clang++-19"]
# gcc spends more on looking at the indentation of 30,000 lines than on parsing them: one job for each language does.
INDENTATION = "-Wmisleading-indentation"
STRICT_CXX = "-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wno-misleading-indentation -Werror".split()
STRICT_C = STRICT_CXX + "-Wstrict-prototypes -Wc++-compat".split()
NATIVE = "-march=native"
SYNTAX = "-fsyntax-only"
AVX512 = "-mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma".split()

# Every configuration macro alone: what to define, what flags it needs, before which text of the program.
CONFIGURATIONS = [
    ("default", []),
    ("DLCV_STATIC", ["-DDLCV_STATIC"]),
    ("DLCV_API", ["-DDLCV_API=extern __attribute__((visibility(\"hidden\")))"]),
    ("DLCV_DISPATCH", ["-DDLCV_DISPATCH"]),
    ("DLCV_STRICT", ["-DDLCV_STRICT"]),
    ("DLCV_STRICT+DLCV_DISPATCH", ["-DDLCV_STRICT", "-DDLCV_DISPATCH"]),
    ("DLCV_POOL", ["-DDLCV_POOL", "-pthread"]),
    ("OpenMP", ["-fopenmp"]),
    ("DLCV_NO_STDIO", ["-DDLCV_NO_STDIO"]),
    ("DLCV_NO_GRAPH", ["-DDLCV_NO_GRAPH"]),
    ("DLCV_NO_ZOO", ["-DDLCV_NO_ZOO"]),
    ("DLCV_NO_TRAIN", ["-DDLCV_NO_TRAIN"]),
    ("DLCV_FORCE_SCALAR", ["-DDLCV_FORCE_SCALAR"]),
    ("DLCV_FORCE_SSE2", ["-DDLCV_FORCE_SSE2"]),
    ("DLCV_FORCE_SSE2 native", ["-DDLCV_FORCE_SSE2", NATIVE]),
    ("DLCV_FORCE_AVX2", ["-DDLCV_FORCE_AVX2", "-mavx2", "-mfma"]),
    ("DLCV_FORCE_AVX512", ["-DDLCV_FORCE_AVX512"] + AVX512),
    ("avx512vnni", AVX512 + ["-mavx512vnni"]),
    ("DLCV_MALLOC", ["-DDLCV_MALLOC=my_malloc", "-DDLCV_FREE=my_free", "-DOWN_HEAP"]),
    ("DLCV_CLOCK", ["-DDLCV_CLOCK=my_clock", "-DOWN_CLOCK"]),
    ("no strict aliasing", ["-fno-strict-aliasing"]),
    ("unsigned char", ["-funsigned-char"]),
    ("fast math", ["-ffast-math"]),
]

if os.path.exists("/usr/include/simde/x86/sse2.h"):
    CONFIGURATIONS.append(("DLCV_USE_SIMDE", ["-DDLCV_USE_SIMDE"]))

# in a hurry without those that make test compiles anyway
QUICK = ("DLCV_STATIC", "DLCV_STRICT", "DLCV_NO_STDIO", "DLCV_MALLOC", "DLCV_CLOCK")

IMPLEMENTATION = """
#ifdef OWN_HEAP
#ifdef __cplusplus
#include <cstddef>
#else
#include <stddef.h>
#endif
static unsigned char heap[1024];
static void *my_malloc(size_t bytes) { return bytes <= sizeof heap ? heap : NULL; }
static void my_free(void *block) { (void)block; }
#endif
#ifdef OWN_CLOCK
static double my_clock(void) { return 0.0; }
#endif
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
int main(void) { return dlcv_version()[0] ? 0 : 1; }
"""
DECLARATIONS = """
#include "dlcv.h"
const char *other(void);
const char *other(void) { return dlcv_version(); }
"""
USES_OTHER = """
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
const char *other(void);
int main(void) { return other()[0] == dlcv_version()[0] ? 0 : 1; }
"""
TWO_FACED = """
#include "dlcv.h"
static const char *early(void) { return dlcv_version(); }
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "dlcv.h"
int main(void) { return early()[0] ? 0 : 1; }
"""
# What windows.h, X.h and curses.h leave behind. C only: the C++ standard headers of today do not survive it themselves.
FOREIGN_MACROS = """
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define near
#define far
#define small char
#define interface struct
#define IN
#define OUT
#define CONST const
#define ERROR 0
#define None 0L
#define Bool int
#define Status int
#define True 1
#define False 0
#define I _Complex_I
#define CHECK(x) ((void)(x))
#define ABSOLUTE 1
#define DIFFERENCE 11
#define SQRT(x) (x)
#define STATIC static
#define ALIGN(x) x
"""
CXX_USER = """
extern "C" const char *other(void);
#include "dlcv.h"
int main() { return other()[0] == dlcv_version()[0] ? 0 : 1; }
"""
C_PROVIDER = """
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
const char *other(void);
const char *other(void) { return dlcv_version(); }
"""
# What docs/platforms.md says of web pages: a module that exports what is marked, and imports nothing.
WEB_PAGE = """
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
static float pixels[2 * 3072];
float *picture(int i);
float distance(void);
__attribute__((export_name("picture"))) float *picture(int i) { return pixels + 3072 * i; }
__attribute__((export_name("distance"))) float distance(void) { return dlcv_distance_f32(DLCV_METRIC_L2, pixels, pixels + 3072, 3072); }
"""
WEB_PAGE_SCRIPT = """
const page = new WebAssembly.Module(require("fs").readFileSync("app.wasm"));
console.log("imports " + WebAssembly.Module.imports(page).length);
const app = new WebAssembly.Instance(page, {}).exports;
app._initialize();
new Float32Array(app.memory.buffer, app.picture(1), 3072).fill(0.25);
console.log("distance " + app.distance());
"""
# A caller without designated initialisers or compound literals, declarations first: C as it was, and C++. The library has no DLCV_POOL.
PLAIN_CALLER = """
#include <string.h>
#include "dlcv.h"
static const float points[6] = { 0.0f, 0.0f, 1.0f, 0.0f, 9.0f, 9.0f };
static const int32_t classes[3] = { 4, 4, 7 };
int main(void)
{
    static unsigned char block[65536];
    float near_third[2];
    int32_t answer[1];
    dlcv_arena arena;
    dlcv_env env;
    dlcv_dataset train;
    dlcv_knn_opts options;
    dlcv_tensor query, labels;
    dlcv_knn *knn;
    dlcv_threads threads;
    dlcv_status status;
    if (dlcv_pool_new(NULL, 2, &threads) != DLCV_ERR_UNSUPPORTED || threads.parallel_for) return 3;
    if (strcmp(dlcv_error(), "pool_new: compiled without DLCV_POOL; define it where DLCV_IMPLEMENTATION is") != 0) return 4;
    memset(&env, 0, sizeof env);
    memset(&train, 0, sizeof train);
    memset(&options, 0, sizeof options);
    near_third[0] = near_third[1] = 8.0f;
    env.memory = dlcv_arena_memory(&arena, block, sizeof block);
    train.x = dlcv_tensor_view(points, DLCV_F32, dlcv_shape2(3, 2));
    train.y = dlcv_tensor_view(classes, DLCV_I32, dlcv_shape1(3));
    query = dlcv_tensor_view(near_third, DLCV_F32, dlcv_shape2(1, 2));
    labels = dlcv_tensor_view(answer, DLCV_I32, dlcv_shape1(1));
    options.metric = DLCV_METRIC_L1;
    options.workspace = 16384;
    status = dlcv_knn_new(&env, &train, &options, &knn);
    if (status != DLCV_OK) return 1;
    status = dlcv_knn_predict(knn, &query, 1, &labels);
    dlcv_knn_free(knn);
    return status == DLCV_OK && answer[0] == 7 && arena.used == 0 ? 0 : 2;
}
"""
NOTHING = "int main(void) { return 0; }\n"

# Writable memory the library may have: the chosen backend, and the last error (thread-local where the compiler can).
# dlcv__one is const volatile (a 1 that compilers do not fold away), for which they take writable memory all the same.
WRITABLE = ("dlcv__chosen", "dlcv__last", "dlcv__one")


# The command that brings a.o, C_PROVIDER by the compiler named after it: made once.
PROVIDER = ["provider"]
PROVIDED, PROVIDER_LOCK = {}, threading.Lock()


def provide(compiler, folder):
    """None, or why not."""
    with PROVIDER_LOCK:
        if compiler not in PROVIDED:
            with open(os.path.join(folder, "provider.c"), "w") as f:
                f.write(C_PROVIDER)
            done = subprocess.run([compiler, "-std=c99", "-O0"] + STRICT_C + ["-c", "provider.c", "-o", "a.o"], cwd=folder,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                return done.stdout.decode("utf-8", "replace")
            with open(os.path.join(folder, "a.o"), "rb") as f:
                PROVIDED[compiler] = f.read()
    with open(os.path.join(folder, "a.o"), "wb") as f:
        f.write(PROVIDED[compiler])
    return None


class Job:
    """Files to write, commands to run in order (each a list), a check of the last command's output or None."""
    def __init__(self, name, files, commands, check=None, quick=False):
        self.name, self.files, self.commands, self.check, self.quick = name, files, commands, check, quick


def compiles(name, compiler, flags, source=IMPLEMENTATION, quick=False):
    cxx = "++" in compiler
    file = "main.cpp" if cxx else "main.c"
    return Job("%s %s" % (compiler, name), {file: source},
               [[compiler] + (STRICT_CXX if cxx else STRICT_C) + flags + ["-c", file, "-o", "main.o"]], quick=quick)


def languages(c, cxx):
    """Every standard by gcc, the first and the last by all, with and without the machine's own instructions: the language is the front end's business. gcc's optimiser has
    warnings of its own; clang's is busy in matrix.py."""
    jobs = []
    for compilers, standards in ((c, ("c99", "c11", "c2x")), (cxx, ("c++11", "c++14", "c++17", "c++20", "c++2b"))):
        for compiler in compilers:
            second = "-19" in compiler
            for standard in standards:
                ends = standard in (standards[0], standards[-1])
                if not ends and compiler not in ("gcc", "g++"):
                    continue
                for level, machine in ((SYNTAX, []), (SYNTAX, [NATIVE]), ("-O2", []), ("-O3", [NATIVE])):
                    if level == SYNTAX and machine and (second or not ends):
                        continue
                    if level != SYNTAX and (compiler, standard, level) not in (("gcc", "c99", "-O3"), ("g++", "c++2b", "-O2")):
                        continue
                    look = [INDENTATION] if not second and standard == standards[0] and not machine else []
                    flags = ["-std=" + standard, level] + machine + look
                    quick = level == SYNTAX and not machine and ends and not second
                    jobs.append(compiles(" ".join(flags), compiler, flags, quick=quick))
    return jobs


def configurations(c, cxx, hurry):
    """Each macro alone, for the front end, by the first compiler; by the others those that languages and compilers see differently. In what chooses
    instruction sets the first compiler also builds the object, which resolves what target regions may call."""
    jobs = []
    for compiler in c + cxx:
        for name, flags in CONFIGURATIONS:
            standard = "-std=c++11" if "++" in compiler else "-std=c99"
            if name == "OpenMP" and "clang" in compiler:
                continue        # wants a library of its own
            if "-19" in compiler and name not in ("default", "DLCV_DISPATCH"):
                continue
            if compiler not in c[:1] and name not in QUICK + ("default", "DLCV_DISPATCH", "DLCV_POOL", "DLCV_FORCE_SCALAR", "avx512vnni", "fast math", "OpenMP"):
                continue
            if compiler in c[:1]:
                quick = name in QUICK
            else:
                quick = compiler in cxx[1:2] and name in ("DLCV_STATIC", "DLCV_STRICT", "avx512vnni")
            whole = (compiler in c[:1] and re.search("DISPATCH|FORCE|SIMDE|avx", name)) or (compiler in c[1:2] + cxx[:1] and "DISPATCH" in name)
            level = "-O0" if whole and not hurry else SYNTAX
            jobs.append(compiles(name, compiler, [standard, level] + flags, quick=quick))
    return jobs


def dead_code(c):
    find = ["-std=c99", "-DDLCV_FIND_DEAD_CODE", "-Wunused-function"]
    jobs = [compiles("dead code " + name, compiler, find + ["-O0"] + flags, quick=name == "default" and "clang" not in c)
            for compiler in c[:1] for name, flags in (("default", []), ("strict", ["-DDLCV_STRICT"]), ("dispatch", ["-DDLCV_DISPATCH"]))]
    return jobs + [compiles("dead code", "clang", find + [SYNTAX], quick=True) for compiler in c if compiler == "clang"]    # gcc's front end does not look


def programs(c, cxx, hurry):
    """Programs of several files, linked and run."""
    jobs = []
    wide = [] if hurry else ["-DDLCV_DISPATCH"]
    small = ["-DDLCV_FORCE_SCALAR"] if hurry else []        # what is asked of these is not a matter of backends
    for compiler in c[:2]:
        flags = [compiler, "-std=c99", "-O0"] + STRICT_C
        link = ["-o", "program", "-lm"]
        run = ["./program"]
        quick = compiler in c[:1]
        jobs.append(Job(compiler + " twice in one program, DLCV_STATIC",
                        {"a.c": "#define DLCV_STATIC" + USES_OTHER, "b.c": "#define DLCV_STATIC\n#define DLCV_IMPLEMENTATION" + DECLARATIONS},
                        [flags + small + ["a.c", "b.c"] + link, run], quick=quick))
        jobs.append(Job(compiler + " one implementation, two users", {"a.c": USES_OTHER, "b.c": DECLARATIONS},
                        [flags + ["a.c", "b.c"] + link, run]))
        jobs.append(Job(compiler + " DLCV_STATIC beside a shared one", {"a.c": USES_OTHER, "b.c": "#define DLCV_STATIC\n#define DLCV_IMPLEMENTATION" + DECLARATIONS},
                        [flags + ["a.c", "b.c"] + link, run]))
        def whole(command):     # in a hurry the first compiler's front end alone; the second's programs, in make matrix, run
            return [command + [SYNTAX]] if hurry and quick else [command + link, run]

        jobs.append(Job(compiler + " declarations first, implementation later in the file", {"a.c": TWO_FACED}, whole(flags + ["a.c"]), quick=quick))
        jobs.append(Job(compiler + " renamed", {"a.c": IMPLEMENTATION.replace("dlcv.h", "vision.h"), "vision.h": None},
                        [["mv", "dlcv.h", "vision.h"]] + whole(flags + wide + small + ["a.c"]), quick=quick))
        jobs.append(Job(compiler + " -include", {"a.c": NOTHING},
                        whole(flags + small + ["-DDLCV_IMPLEMENTATION", "-include", "dlcv.h", "a.c"]), quick=quick))
        jobs.append(Job(compiler + " among foreign macros", {"a.c": FOREIGN_MACROS + IMPLEMENTATION},
                        whole(flags + wide + ["-DDLCV_POOL", "-pthread", "a.c"]), quick=quick))
        jobs.append(Job(compiler + " in a shared library", {"a.c": C_PROVIDER},
                        [flags + ["-fPIC", "-shared", "a.c", "-o", "a.so", "-lm"]]))
        jobs.append(Job(compiler + " -ansi of today: gnu17", {"a.c": IMPLEMENTATION},
                        [[compiler, "-O0"] + STRICT_C + ["a.c"] + link, run]))
    for compiler, plus in zip(c, cxx):
        jobs.append(Job("%s and %s in one program" % (compiler, plus), {"b.cpp": CXX_USER},
                        [PROVIDER + [compiler], [plus, "-std=c++11"] + STRICT_CXX + ["-c", "b.cpp", "-o", "b.o"],
                         [plus, "a.o", "b.o", "-o", "program", "-lm"], ["./program"]], quick=compiler in c[:1]))
        jobs.append(Job(plus + " twice in one program, DLCV_STATIC, inside C++",
                        {"a.cpp": "#define DLCV_STATIC\n#define DLCV_IMPLEMENTATION\n" + CXX_USER,
                         "b.cpp": "#define DLCV_STATIC\n#define DLCV_IMPLEMENTATION\n#include \"dlcv.h\"\n"
                                  "extern \"C\" const char *other(void);\nextern \"C\" const char *other(void) { return dlcv_version(); }\n"},
                        [[plus, "-std=c++11", "-O0"] + STRICT_CXX + ["a.cpp", "b.cpp", "-o", "program", "-lm"], ["./program"]]))
    return jobs


def only_ours(output):
    """What nm says about an object in the default configuration."""
    for line in output.split("\n"):
        words = line.split()
        if len(words) < 2 or words[-2] in "Uw":
            continue
        kind, name = words[-2], words[-1]
        if kind.isupper() and name != "main" and not re.match(r"^_?dlcv_[a-z]", name):
            return "exports %s: only dlcv_* may be seen from outside" % name
        if kind in "dDbBcCsSgG" and name not in WRITABLE:
            return "%s is writable memory: RULE 6 allows the chosen backend and the error text" % name
    return None


def nothing_exported(output):
    for line in output.split("\n"):
        words = line.split()
        if len(words) >= 2 and words[-2].isupper() and words[-2] not in ("U", "W") and words[-1] != "main":
            return "exports %s in spite of DLCV_STATIC" % words[-1]
    return None


def symbols(c, cxx):
    jobs = []
    for compiler in c[:2]:
        for name, flags in (("default", []), ("DLCV_DISPATCH", ["-DDLCV_DISPATCH"]), ("DLCV_POOL", ["-DDLCV_POOL"])):
            jobs.append(Job("%s symbols, %s" % (compiler, name), {"a.c": IMPLEMENTATION},
                            [[compiler, "-std=c99", "-O0", "-fno-pic", "-fno-pie"] + flags + ["-c", "a.c", "-o", "a.o"], ["nm", "a.o"]],
                            only_ours, quick=compiler == c[0] and name == "default"))
        jobs.append(Job(compiler + " symbols, DLCV_STATIC", {"a.c": IMPLEMENTATION},
                        [[compiler, "-std=c99", "-O0", "-DDLCV_STATIC", "-c", "a.c", "-o", "a.o"], ["nm", "a.o"]],
                        nothing_exported))
    return jobs


def fails_with(sentence):
    def check(output):
        return None if sentence in output else "does not say \"%s\"" % sentence
    return check


def refusals(c):
    """Configurations that cannot be are an #error with a sentence."""
    static = [Job(compiler + " refuses DLCV_STATIC without DLCV_IMPLEMENTATION", {"a.c": text},
                  [["!", compiler, "-std=c99", "-Wfatal-errors", "-DDLCV_STATIC", SYNTAX, "a.c"]],
                  fails_with("define DLCV_IMPLEMENTATION too, before the first include of dlcv.h"), quick=True)
              for compiler in c[:2] for text in ('#include "dlcv.h"\nint main(void) { return dlcv_version()[0] == 0; }\n', TWO_FACED)]
    static += [Job(compiler + " refuses DLCV_STATIC after the first include",
                   {"a.c": '#include "dlcv.h"\n#define DLCV_STATIC\n#define DLCV_IMPLEMENTATION\n#include "dlcv.h"\nint main(void) { return 0; }\n'},
                   [["!", compiler, "-std=c99", "-Wfatal-errors", SYNTAX, "a.c"]], fails_with("DLCV_STATIC comes too late"), quick=True)
               for compiler in c[:2]]
    return static + [Job("%s refuses %s" % (compiler, " ".join(flags)), {"a.c": IMPLEMENTATION},
                [["!", compiler, "-std=c99", "-Wfatal-errors"] + flags + ["-c", "a.c", "-o", "a.o"]], fails_with(sentence), quick=True)
            for compiler in c[:2] for flags, sentence in (
                (["-DDLCV_STRICT", "-ffast-math"], "DLCV_STRICT promises the same bits everywhere"),
                (["-DDLCV_MALLOC=malloc"], "define DLCV_MALLOC(bytes) and DLCV_FREE(block) together"),
                (["-DDLCV_FORCE_SCALAR", "-DDLCV_DISPATCH"], "not several"),
                (["-DDLCV_FORCE_AVX2"], "DLCV_FORCE_AVX2 needs"),
                (["-DDLCV_FORCE_AVX"], "there is DLCV_FORCE_SCALAR"),
                (["-DDLCV_FORCE_SSE2", "-DDLCV_USE_SIMDE"], "DLCV_USE_SIMDE takes the place of our own backends"),
            )]


def web():
    """WebAssembly, where there are its linker and node to run it."""
    wasm = ["--target=wasm32-wasi", "-msimd128"]
    if not all(works(program) for program in ("clang-19", "wasm-ld-19", "node")) or not os.path.exists("/usr/include/wasm32-wasi"):
        return []
    jobs = [compiles("WebAssembly " + " ".join(flags), compiler, wasm + flags)
            for compiler, flags in (("clang-19", ["-std=c99", "-O0"]), ("clang-19", ["-std=c2x", SYNTAX, "-DDLCV_POOL"]),
                                    ("clang++-19", ["-std=c++11", SYNTAX]), ("clang++-19", ["-std=c++2b", SYNTAX]))]
    jobs.append(Job("a web page's module imports nothing", {"app.c": WEB_PAGE, "run.js": WEB_PAGE_SCRIPT},
                    [["clang-19"] + wasm + ["-mexec-model=reactor", "-O0", "-DDLCV_NO_STDIO", "app.c", "-o", "app.wasm"],
                     ["node", "run.js"]],
                    lambda output: None if "imports 0\ndistance 13.85640" in output else "says " + output))
    return jobs


def plain_callers(c, cxx):
    """Options by assignment alone, one implementation in a file of its own."""
    jobs = []
    for compiler, standard, source in [(x, "c99", "b.c") for x in c] + [(x, "c++11", "b.cpp") for x in cxx]:
        strict = STRICT_CXX if source == "b.cpp" else STRICT_C + ["-Wdeclaration-after-statement"]
        jobs.append(Job(compiler + " options by assignment", {source: PLAIN_CALLER},
                        [PROVIDER + c[:1], [compiler, "-std=" + standard] + strict + [source, "-c", "-o", "b.o"],
                         [compiler, "b.o", "a.o", "-o", "program", "-lm"], ["./program"]], quick=compiler in (c[:1] + cxx[:1])))
    return jobs


def examples():
    """Each by the line at its top, as a reader would, but for the optimiser; by tcc where it is, in a fortieth of the time."""
    cc = "cc" if not works("tcc") else "tcc"
    jobs, files = [], {}
    folder = os.path.join(ROOT, "examples")
    for file in sorted(os.listdir(folder)):
        if file.endswith((".c", ".h")):
            with open(os.path.join(folder, file), encoding="utf-8") as f:
                files["examples/" + file] = f.read()
    for file, text in sorted(files.items()):
        line = re.search(r"^[ *]*((?:mpi)?cc .*)$", text, re.M)
        if file.endswith(".h") or (line and line.group(1).startswith("mpicc") and not works("mpicc")):
            continue
        command = re.sub(r"^cc ", cc + " ", line.group(1)).replace("-O2", "-O0") if line else "echo no line 'cc ...' in it; exit 1"
        jobs.append(Job(file, files, [["sh", "-c", "cd examples && " + command], ["ls", file[:-2]]]))
    return jobs


def microsoft(c):
    """Microsoft's dialect as clang's cl mode parses it, with nothing to tell the header that it is clang; see matrix.py, which runs it."""
    jobs = []
    if "clang-19" not in c:
        return jobs
    cl = ["clang-19", "--driver-mode=cl", "/imsvc", os.path.join(ROOT, "tests", "msvc", "include"), "/W4", "/WX", "/Zs", "-U__clang__", "-U__GNUC__",
          "-Wno-unknown-pragmas", "/clang:-ffp-contract=off"]
    wide = ["/arch:AVX512", "-mavx512vnni"]
    for target in ("x86_64", "i686", "aarch64"):
        arm = target == "aarch64"
        for name, flags in (("default", []), ("DLCV_POOL+DLCV_STATIC", ["-DDLCV_POOL", "-DDLCV_STATIC"]), ("DLCV_STRICT", ["-DDLCV_STRICT"]),
                            ("DLCV_DISPATCH", ["-DDLCV_DISPATCH"] + ([] if arm else wide)), ("DLCV_FORCE_SCALAR", ["-DDLCV_FORCE_SCALAR"]),
                            ("DLCV_NO_STDIO", ["-DDLCV_NO_STDIO"]),
                            ("neon", ["-DDLCV_FORCE_NEON"]) if arm else ("sse2", ["-DDLCV_FORCE_SSE2"]),
                            ("neon, strict", ["-DDLCV_FORCE_NEON", "-DDLCV_STRICT"]) if arm else ("avx2", ["-DDLCV_FORCE_AVX2", "/arch:AVX2"])):
            for language in (["/TC"], ["/TP", "/std:c++14"])[:2 if name in ("default", "DLCV_DISPATCH") else 1]:
                machine = ["--target=%s-pc-windows-msvc" % target] + (["-msse2"] if target == "i686" else [])
                jobs.append(Job("cl %s %s %s" % (target, language[0], name), {"main.c": IMPLEMENTATION}, [cl + machine + flags + language + ["main.c"]]))
    jobs.append(Job("cl refuses /fp:fast", {"main.c": IMPLEMENTATION},
                    [["!"] + cl + ["--target=x86_64-pc-windows-msvc", "-D_M_FP_FAST=1", "-DDLCV_STRICT", "/TC", "main.c"]],
                    fails_with("DLCV_STRICT promises the same bits everywhere")))
    return jobs


def run_job(job):
    """None, or why it failed."""
    folder = tempfile.mkdtemp(prefix="dlcv-")
    try:
        shutil.copy(os.path.join(ROOT, "dlcv.h"), folder)
        for name, text in job.files.items():
            if text is not None:
                os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
                with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
                    f.write(text)
        output = ""
        for command in job.commands:
            wanted = 0
            if command[:1] == PROVIDER:
                problem = provide(command[1], folder)
                if problem:
                    return problem
                continue
            if command[0] == "!":
                wanted, command = 1, command[1:]
            done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
            output = done.stdout.decode("utf-8", "replace")
            if (done.returncode != 0) != wanted:
                problem = [line for line in output.split("\n") if "error" in line or "undefined" in line] or output.split("\n")
                return problem[0] if done.returncode else "%s succeeds, and should not" % command[0]
        return job.check(output) if job.check else None
    except subprocess.TimeoutExpired:
        return "takes more than 300 s"
    finally:
        shutil.rmtree(folder)


def works(compiler):
    return shutil.which(compiler) is not None


def main():
    parser = argparse.ArgumentParser(description="Compiles dlcv.h in every way.")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--rest", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", metavar="PART")
    args = parser.parse_args()
    everything = args.all or args.rest or bool(os.environ.get("DLCV_TEST_FULL"))
    c, cxx = [x for x in C_COMPILERS if works(x)], [x for x in CXX_COMPILERS if works(x)]
    missing = [x for x in C_COMPILERS + CXX_COMPILERS if x not in c + cxx]
    optional = [x for x in missing if "-19" in x]       # a second clang: welcome, not needed
    jobs = (languages(c, cxx) + configurations(c, cxx, not everything) + dead_code(c) + programs(c, cxx, args.rest or not everything) + symbols(c, cxx) + refusals(c) + plain_callers(c, cxx)
            + examples() + microsoft(c) + web())
    jobs = [job for job in jobs if (everything or job.quick) and not (args.rest and job.quick) and args.only in job.name]
    if args.show:
        for job in jobs:
            print("%-50s %s" % (job.name, "; ".join(" ".join(command) for command in job.commands)))
        return 0
    passed = failed = skipped = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=args.jobs) as pool:
        for job, why in zip(jobs, pool.map(run_job, jobs)):
            if why:
                failed += 1
                print("FAILED %s: %s" % (job.name, why.strip()[:300]))
            else:
                passed += 1
    for compiler in missing:
        if os.environ.get("DLCV_NO_SKIP") and compiler not in optional:
            failed += 1
            print("FAILED, since nothing may be skipped: %s was not found" % compiler)
        else:
            skipped += 1
            print("skipped: %s was not found" % compiler)
    print("compile: %d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
