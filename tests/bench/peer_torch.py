"""PyTorch beside bench_ops: one thread, its own CPU clock. Reads lines, answers each with one:

  case NUMBERS | INPUTS | WANTED | EXPRESSION    python assignments of sizes, of inputs (R: random, I: integers), names of what has gradients
  f N     seconds of N forwards without gradients       b N     seconds of N backwards of one forward that is kept

Gradients are made contiguous and memory of their own, as ours are: those of sums, slices and transpositions are views, that of an addition is its
upstream itself, for both operands.
Started with MALLOC_MMAP_THRESHOLD_ and MALLOC_TRIM_THRESHOLD_ so high that results take memory that is there: no page faults in its time."""
import sys
import time


def main():
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print("torch " + torch.__version__, flush=True)
    space, result, wanted, upstream = {}, None, None, None
    for line in sys.stdin:
        command, text = line.rstrip("\n").split(" ", 1)
        if command == "case":
            numbers, inputs, names, expression = (part.strip() for part in text.split("|"))
            space = {"torch": torch, "F": F, "R": lambda *s: torch.rand(*s) * 2 - 1, "P": lambda *s: torch.rand(*s) + 0.5,
                     "I": lambda top, *s: torch.randint(0, top, s)}
            result = wanted = upstream = None
            try:
                exec(numbers + "\n" + inputs, space)
                wanted = [space[n] for n in names.split()]
                exec("def forward():\n    return " + expression, space)
                with torch.no_grad():
                    space["forward"]()
                print("ok", flush=True)
            except Exception as e:
                print("no " + str(e).split("\n")[0], flush=True)
        elif command == "f":
            with torch.no_grad():
                start = time.thread_time()
                for _ in range(int(text)):
                    space["forward"]()
                print("%.9g" % (time.thread_time() - start), flush=True)
        elif command == "b":
            if result is None:
                for w in wanted:
                    w.requires_grad_(True)
                result = space["forward"]()
                upstream = torch.ones_like(result) if result.dim() == 0 else torch.rand_like(result)
                for w in wanted:
                    w.requires_grad_(True)
            start = time.thread_time()
            for _ in range(int(text)):
                for g in torch.autograd.grad(result, wanted, upstream, retain_graph=True):
                    g = g.contiguous()
                    if g.data_ptr() == upstream.data_ptr():
                        g.clone()
            print("%.9g" % (time.thread_time() - start), flush=True)


main()
