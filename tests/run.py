#!/usr/bin/env python3
"""Runs test programs and adds up. Each prints as its last line "name: N passed, N failed, N skipped"; one that dies, hangs or
says nothing of the kind counts as one failed. The last line is the sum: "N passed, N failed" and ", N skipped" if any were.

    run.py [--jobs 2] [--timeout 600] [--examples FOLDER] PROGRAM|SCRIPT.py ...

With --examples the examples run as well: a comment line in examples/NAME.c

    test: ARGUMENTS -> a part of what it prints
    test if PATH: ARGUMENTS -> a part of what it prints         skipped where there is no such file or folder
    test that fails: ARGUMENTS -> a part of what it prints      must exit with 1

runs FOLDER/NAME ARGUMENTS in the project's folder, which must exit with 0 and print that. $NAME is an environment variable
(unset: skipped). An example without such a line is a failure: what is shown must work.
"""
import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LAST_LINE = re.compile(r"^(\S+): (\d+) passed, (\d+) failed(?:, (\d+) skipped)?$")
EXAMPLE_TEST = re.compile(r"^\W*test( that fails)?(?: if (\S+))?: *(.*?) *-> *(.+?)(?: *\*/)?$", re.M)


class Result:
    def __init__(self, name, passed=0, failed=0, skipped=0, output="", seconds=0.0):
        self.name, self.passed, self.failed, self.skipped = name, passed, failed, skipped
        self.output, self.seconds = output, seconds

    def text(self):
        parts = ["%d passed" % self.passed, "%d failed" % self.failed]
        if self.skipped:
            parts.append("%d skipped" % self.skipped)
        return ", ".join(parts)


def no_skip():
    return bool(os.environ.get("DLCV_NO_SKIP"))


def execute(command, timeout, env=None):
    """(exit code or a sentence, output, seconds); both streams in one, in the project's folder. env: None removes a variable."""
    begin = time.time()
    full = dict(os.environ)
    for variable, value in (env or {}).items():
        if value is None:
            full.pop(variable, None)
        else:
            full[variable] = value
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   cwd=ROOT, env=full)
    except OSError as trouble:
        return "cannot be run (%s): did it compile?" % trouble.strerror, "", 0.0
    try:
        output, _ = process.communicate(timeout=timeout)
        code = process.returncode
        if code < 0:
            code = "died of signal %d" % -code
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        code = "was stopped after %g s (run.py --timeout)" % timeout
    # A progress bar overwrites its line: what counts is its last state.
    text = re.sub(r"[^\n]*\r(?!\n)", "", output.decode("utf-8", "replace"))
    return code, text, time.time() - begin


def run_program(name, command, timeout=600.0, env=None):
    """The Result of a program that counts for itself."""
    code, output, seconds = execute(command, timeout, env)
    lines = output.strip().split("\n")
    found = LAST_LINE.match(lines[-1])
    if not found:
        said = code if isinstance(code, str) else "ended with code %d, without a last line of results" % code
        return Result(name, 0, 1, 0, "%s\n%s %s" % (output.rstrip(), name, said), seconds)
    passed, failed, skipped = (int(found.group(i) or 0) for i in (2, 3, 4))
    if code != 0 and not failed:
        failed = 1
        output += "\n%s counts no failure, but %s" % (name, code if isinstance(code, str) else "ended with code %d" % code)
    return Result(name, passed, failed, skipped, "\n".join(lines[:-1]) if code == 0 else output, seconds)


def skip(name, why):
    if no_skip():
        return Result(name, 0, 1, 0, "FAILED, since nothing may be skipped: %s" % why)
    return Result(name, 0, 0, 1, "skipped: %s" % why)


def run_example(folder, source, timeout):
    name = os.path.splitext(os.path.basename(source))[0]
    total = Result("examples/" + name)
    with open(source, encoding="utf-8") as f:
        tests = EXAMPLE_TEST.findall(f.read())
    if not tests:
        total.failed, total.output = 1, "%s: no line `test: ARGUMENTS -> expected output` in it" % os.path.relpath(source, ROOT)
    for fails, path, arguments, expected in tests:
        unset = [v for v in re.findall(r"\$(\w+)", arguments) if not os.environ.get(v)]
        if unset:
            one = skip(name, "%s: %s is not set" % (name, unset[0]))
        elif path and not os.path.exists(os.path.join(ROOT, path)):
            one = skip(name, "%s: no %s" % (name, path))
        else:
            words = re.sub(r"\$(\w+)", lambda m: os.environ[m.group(1)], arguments).split()
            code, output, seconds = execute([os.path.join(folder, name)] + words, timeout)
            right = code == int(bool(fails)) and expected in output
            one = Result(name, int(right), int(not right), 0, "", seconds)
            if not right:
                said = "ended with %s" % code if code != int(bool(fails)) else "did not print \"%s\"" % expected
                one.output = "%s\n%s %s %s" % (output.rstrip(), name, " ".join(words), said)
        total.passed, total.failed, total.skipped = total.passed + one.passed, total.failed + one.failed, total.skipped + one.skipped
        total.seconds += one.seconds
        total.output = "\n".join(text for text in (total.output, one.output) if text)
    return total


def report(result, width=34):
    print("%-*s %s  (%.1f s)" % (width, result.name, result.text(), result.seconds))
    lines = [line for line in result.output.split("\n") if line.strip()]
    if not result.failed:
        lines = [line for line in lines if line.startswith("skipped:")]
    for line in lines[-60:]:
        print("    " + line)
    sys.stdout.flush()


def run_all(jobs, width):
    """jobs: functions without arguments that return a Result. Runs `width` at a time, reports each, returns the sum."""
    total = Result("total")
    with concurrent.futures.ThreadPoolExecutor(max_workers=width) as pool:
        for done in concurrent.futures.as_completed([pool.submit(job) for job in jobs]):
            result = done.result()
            report(result)
            total.passed, total.failed, total.skipped = (total.passed + result.passed, total.failed + result.failed,
                                                         total.skipped + result.skipped)
    return total


def main():
    parser = argparse.ArgumentParser(description="Runs test programs and adds up.")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=600.0)
    parser.add_argument("--examples", metavar="FOLDER")
    parser.add_argument("programs", nargs="*")
    args = parser.parse_args()
    jobs = []
    for program in args.programs:
        path = os.path.join(ROOT, program)
        name = os.path.splitext(os.path.basename(program))[0]
        if program.endswith(".py"):
            command = [sys.executable, path]
        else:
            command = [path]
        jobs.append(lambda name=name, command=command: run_program(name, command, args.timeout))
    if args.examples:
        for source in sorted(glob.glob(os.path.join(ROOT, "examples", "*.c"))):
            jobs.append(lambda source=source: run_example(os.path.join(ROOT, args.examples), source, args.timeout))
    total = run_all(jobs, args.jobs)
    print(total.text())
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
