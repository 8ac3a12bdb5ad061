#!/usr/bin/env python3
"""Training that is killed at twenty random moments and taken up again ends with the same weights as training that was left alone. test_checkpoint trains; every
file that a kill leaves behind must be whole, or the next start would say that it is not. Where a run comes to its end before twenty kills, its weights are
compared and another one is begun."""
import glob
import os
import random
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(ROOT, "build", "tests", "test_checkpoint")
KILLS = 20


def start(path):
    return subprocess.Popen([PROGRAM, "run", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def main():
    if not os.path.exists(PROGRAM):
        subprocess.check_call([os.environ.get("MAKE", "make"), "-s", "build/tests/test_checkpoint"], cwd=ROOT)
    random.seed(int(os.environ.get("DLCV_TEST_SEED", "6")))
    failures, advances, kills, ends = [], 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        alone, killed = os.path.join(folder, "alone"), os.path.join(folder, "killed")
        begin = time.time()
        want = start(alone).communicate()[0]
        whole = time.time() - begin
        if len(want.strip()) != 16:
            failures.append("left alone it said %r" % want)

        def compare(said, code):
            if code != 0 or said != want:
                failures.append("weights %r, killed and resumed %r, ended with %d" % (want, said, code))
            elif open(alone, "rb").read() != open(killed, "rb").read():
                failures.append("the last checkpoints differ")

        while kills < KILLS and ends < KILLS and not failures:
            before = os.path.getmtime(killed) if os.path.exists(killed) else 0
            process = start(killed)
            time.sleep(random.uniform(0, whole / KILLS))
            process.kill()
            said = process.communicate()[0]
            if process.returncode == -9:
                kills += 1
                advances += os.path.exists(killed) and os.path.getmtime(killed) != before
            else:
                compare(said, process.returncode)
                if os.path.exists(killed):
                    os.remove(killed)
                ends += 1
        process = start(killed)
        said = process.communicate()[0]
        compare(said, process.returncode)
        if kills < KILLS:
            failures.append("%d kills of %d: runs end too soon" % (kills, KILLS))
        if advances < 5:
            failures.append("only %d of %d runs came to a checkpoint" % (advances, kills))
        strangers = [f for f in glob.glob(os.path.join(folder, "*")) if f not in (alone, killed) and not f.endswith(".tmp")]
        if strangers:
            failures.append("left behind: %s" % strangers)
    for failure in failures:
        print("FAILED", failure)
    print("resume: %d passed, %d failed" % (kills + 4 - len(failures), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
