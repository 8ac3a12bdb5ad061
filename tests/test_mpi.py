#!/usr/bin/env python3
"""examples/train_mpi.c with 1, 2 and 4 processes: the same losses as without MPI, where there is mpicc."""
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OBJECT, PROGRAM, ALONE = (os.path.join(ROOT, "build", *p) for p in (("obj", "dlcv.o"), ("examples", "train_mpi-mpi"), ("examples", "train_mpi")))


def losses(command):
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_rmaps_base_oversubscribe="1",
               OMPI_MCA_mpi_yield_when_idle="1")
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env, timeout=120).stdout.decode("utf-8", "replace")
    found = [float(v) for v in re.findall(r"^step \d+ of 20, loss ([\d.]+)$", out, re.M)]
    return found, out


def main():
    if not shutil.which("mpicc") or not shutil.which("mpirun"):
        if os.environ.get("DLCV_NO_SKIP"):
            print("FAILED, since nothing may be skipped: no mpicc")
            print("mpi: 0 passed, 1 failed")
            return 1
        print("skipped: no mpicc")
        print("mpi: 0 passed, 0 failed, 1 skipped")
        return 0
    for path in (OBJECT, ALONE):
        if not os.path.exists(path):
            subprocess.check_call([os.environ.get("MAKE", "make"), "-s", os.path.relpath(path, ROOT)], cwd=ROOT)
    subprocess.check_call(["mpicc", "-std=c99", "-O1", "-DTRAIN_MPI", "-DDLCV_IMPLEMENTED", "-I.", "examples/train_mpi.c", OBJECT, "-o", PROGRAM, "-lm", "-pthread"],
                          cwd=ROOT)
    want, said = losses([ALONE, "20"])
    failed = 0
    if len(want) != 20 or not want[19] < 0.7 * want[0]:
        print("FAILED alone:", said)
        failed += 1
    for processes in (1, 2, 4):
        got, said = losses(["mpirun", "-np", str(processes), PROGRAM, "20"])
        worst = max((abs(a - b) for a, b in zip(got, want)), default=1)
        if len(got) != len(want) or worst > 3e-5:
            print("FAILED %d processes: %g apart\n%s" % (processes, worst, said))
            failed += 1
    print("mpi: %d passed, %d failed" % (4 - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
