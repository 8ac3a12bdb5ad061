#!/usr/bin/env python3
"""Peak memory of training ResNet-20 (He et al. 2015, 4.2) at batch 128, ours beside PyTorch's: the same four steps, one thread, VmHWM of a process of its
own each; `above` is without what was there before the network (PyTorch's libraries, the data).

    python3 tests/bench/peak_resnet20.py        wants cc; PyTorch where a python3 on the PATH or /usr/bin/python3 has it
"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, "build", "bench", "peak_resnet20")
TORCH = r'''
import torch, torch.nn as nn, torch.nn.functional as F
torch.set_num_threads(1)
torch.manual_seed(1)
def held(name):
    return [int(l.split()[1]) for l in open("/proc/self/status") if l.startswith(name)][0]
class Block(nn.Module):
    def __init__(s, a, b, stride):
        super().__init__()
        s.c1, s.n1 = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b)
        s.c2, s.n2 = nn.Conv2d(b, b, 3, 1, 1, bias=False), nn.BatchNorm2d(b)
        s.grow = b - a
    def forward(s, x):
        y = s.n2(s.c2(F.relu(s.n1(s.c1(x)), inplace=True)))
        if s.grow:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, s.grow // 2, s.grow - s.grow // 2))
        return F.relu(y + x, inplace=True)
def net():
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(inplace=True)]
    for a, b, stride in [(16, 16, 1)] * 3 + [(16, 32, 2)] + [(32, 32, 1)] * 2 + [(32, 64, 2)] + [(64, 64, 1)] * 2:
        layers.append(Block(a, b, stride))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
x, y = torch.randint(0, 256, (512, 3, 32, 32), dtype=torch.uint8), torch.arange(512) % 10
base = held("VmRSS")
m = net()
o = torch.optim.SGD(m.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4)
for i in range(4):
    o.zero_grad(set_to_none=True)
    loss = F.cross_entropy(m(x[128 * i:128 * i + 128].float() / 255), y[128 * i:128 * i + 128])
    loss.backward()
    o.step()
print("peak %d base %d calls -1 loss %.3f" % (held("VmHWM"), base, loss.item()))
'''


def measure(command):
    """(peak, base, allocations) in KiB, or None"""
    env = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, check=False)
    found = re.search(r"peak (\d+) base (\d+) calls (-?\d+)", done.stdout.decode())
    return tuple(int(n) for n in found.groups()) if found else None


def main():
    os.makedirs(os.path.dirname(PROGRAM), exist_ok=True)
    source = os.path.join(ROOT, "tests", "bench", "peak_resnet20.c")
    subprocess.run([os.environ.get("CC", "cc"), "-O2", "-std=gnu11", "-march=native", "-I" + ROOT, source, "-o", PROGRAM, "-lm"], check=True)
    ours = measure([PROGRAM])
    torch = measure(["python3", "-c", TORCH]) or measure(["/usr/bin/python3", "-c", TORCH])
    for name, got in (("dlcv.h", ours), ("PyTorch", torch)):
        if not got:
            print("%-8s not found" % name)
            continue
        print("%-8s peak %6.1f MB, above %6.1f MB%s" % (name, got[0] / 1024, (got[0] - got[1]) / 1024,
                                                       ", allocations in the last two steps %d" % got[2] if got[2] >= 0 else ""))
    if ours and torch:
        print("ours is %.2f of PyTorch's, above the start %.2f" % (ours[0] / torch[0], (ours[0] - ours[1]) / (torch[0] - torch[1])))
    return 0 if ours else 1


if __name__ == "__main__":
    sys.exit(main())
