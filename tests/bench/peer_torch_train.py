"""PyTorch beside bench_train, argument: threads. Reads lines, answers each with one:

  case NET CHANNELS HEIGHT BATCH SAMPLES METHOD LR DECAY      makes network, optimiser, random pixels and labels
  run N                                                       seconds of N steps, and the CPU seconds of the process
  fashion FOLDER                                              reads Fashion-MNIST's four files there
  race EPOCHS BATCH EVERY LR DECAY TARGET SEED                LeNet-5, AdamW, one cycle, until it is right about TARGET of the test set, which is
                                                              asked after each EVERY steps: seconds of training by the wall, CPU seconds, epochs, accuracy

A step: the next BATCH of a random order, made floats 0 .. 1, forward, backward, update. One thread: seconds are of its CPU clock, else of the wall."""
import sys
import time


def main():
    import torch
    import torch.nn.functional as F
    from torch import nn
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    torch.manual_seed(1)

    class Block(nn.Module):
        def __init__(self, before, filters, stride):
            super().__init__()
            self.conv1, self.norm1 = nn.Conv2d(before, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters)
            self.conv2, self.norm2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters)
            self.more, self.stride = (filters - before) // 2, stride

        def forward(self, x):
            y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
            if self.stride > 1 or self.more:
                x = F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, self.more, self.more))
            return F.relu(y + x)

    def resnet20():
        layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
        for before, filters, stride in ((16, 16, 1), (16, 32, 2), (32, 64, 2)):
            layers += [Block(before, filters, stride), Block(filters, filters, 1), Block(filters, filters, 1)]
        return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))

    def convnetjs():
        layers = []
        for before, filters in ((3, 16), (16, 20), (20, 20)):
            layers += [nn.Conv2d(before, filters, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2)]
        return nn.Sequential(*layers, nn.Flatten(), nn.Linear(320, 10))

    nets = {"mlp": lambda: nn.Sequential(nn.Flatten(), nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10)),
            "lenet5": lambda: nn.Sequential(nn.Conv2d(1, 6, 5, 1, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
                                            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
            "convnetjs": convnetjs, "resnet20": resnet20}
    methods = {"sgd": lambda p, lr, decay: torch.optim.SGD(p, lr, 0.9, weight_decay=decay),
               "nesterov": lambda p, lr, decay: torch.optim.SGD(p, lr, 0.9, weight_decay=decay, nesterov=True),
               "adadelta": lambda p, lr, decay: torch.optim.Adadelta(p, lr, 0.95, 1e-6, decay)}
    def idx(name, header):
        with open(name, "rb") as f:
            return torch.frombuffer(bytearray(f.read()), dtype=torch.uint8, offset=header)

    def fashion(folder):
        for part in "train", "t10k":
            yield idx("%s/%s-images-idx3-ubyte" % (folder, part), 16).reshape(-1, 1, 28, 28)
            yield idx("%s/%s-labels-idx1-ubyte" % (folder, part), 8).long()

    def race(data, epochs, batch, every, lr, decay, target, seed):
        torch.manual_seed(seed)
        x, y, test_x, test_y = data
        pixels = x.float().div_(255)
        mean, deviation = pixels.mean().item(), pixels.std().item()
        net = nets["lenet5"]()
        optimizer = torch.optim.AdamW(net.parameters(), lr, weight_decay=decay)
        steps = epochs * len(x) // batch
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=steps + 1, cycle_momentum=False)
        seconds = cpu = right = 0.0
        at, order, step = len(x), None, 0
        while step < steps and right < target:
            wall, mine = time.perf_counter(), time.process_time()
            for _ in range(min(every, steps - step)):
                if at + batch > len(x):
                    order, at = torch.randperm(len(x)), 0
                some = order[at:at + batch]
                at += batch
                optimizer.zero_grad(set_to_none=True)
                loss = F.cross_entropy(net(x[some].float().div_(255).sub_(mean).div_(deviation)), y[some])
                loss.backward()
                optimizer.step()
                schedule.step()
                loss.item()
                step += 1
            seconds += time.perf_counter() - wall
            cpu += time.process_time() - mine
            with torch.no_grad():
                right = (net(test_x.float().div_(255).sub_(mean).div_(deviation)).argmax(1) == test_y).float().mean().item()
        return "%.6g %.6g %.4f %.4f" % (seconds, cpu, step * batch / len(x), right)

    clock = time.thread_time if threads == 1 else time.perf_counter
    print("torch " + torch.__version__, flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "case":
            channels, height, batch, samples = (int(w) for w in words[2:6])
            net = nets[words[1]]()
            optimizer = methods[words[6]](net.parameters(), float(words[7]), float(words[8]))
            pixels = torch.randint(0, 256, (samples, channels, height, height), dtype=torch.uint8)
            labels = torch.randint(0, 10, (samples,))
            order, at = torch.randperm(samples), 0
            print("ok", flush=True)
            continue
        if words[0] == "fashion":
            data = list(fashion(line[len("fashion "):].rstrip("\n")))
            print("ok", flush=True)
            continue
        if words[0] == "race":
            print(race(data, *(int(w) for w in words[1:4]), *(float(w) for w in words[4:7]), int(words[7])), flush=True)
            continue
        start, cpu = clock(), time.process_time()
        for _ in range(int(words[1])):
            if at + batch > samples:
                order, at = torch.randperm(samples), 0
            some = order[at:at + batch]
            at += batch
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(net(pixels[some].float().div_(255)), labels[some])
            loss.backward()
            optimizer.step()
            loss.item()
        print("%.9g %.9g" % (clock() - start, time.process_time() - cpu), flush=True)


main()
