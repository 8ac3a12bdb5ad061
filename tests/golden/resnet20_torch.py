"""PyTorch's opinion of examples/models/resnet20-cifar10.safetensors: how many of CIFAR-10's 10,000 test pictures does it get right?

    python3 tests/golden/resnet20_torch.py build/cifar-10-batches-bin

The network is written down here from the paper (He et al. 2016, section 4.2, shortcuts A), the file read by its format's description. Pixels are
standardised by mean and deviation of each channel over the training set."""
import json
import os
import struct
import sys
import torch
import torch.nn.functional as F


def weights(path):
    with open(path, "rb") as f:
        size, = struct.unpack("<Q", f.read(8))
        header, data = json.loads(f.read(size)), bytearray(f.read())
    header.pop("__metadata__", None)
    for name, t in header.items():
        assert t["dtype"] == "F32"
        begin, end = t["data_offsets"]
        yield name, torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(t["shape"])


def pictures(folder, names):
    data = torch.cat([torch.frombuffer(bytearray(open(os.path.join(folder, n), "rb").read()), dtype=torch.uint8).reshape(-1, 3073) for n in names])
    return data[:, 1:].reshape(-1, 3, 32, 32).float(), data[:, 0].long()


def main():
    folder = sys.argv[1]
    w = dict(weights(os.path.join(os.path.dirname(__file__), "../../examples/models/resnet20-cifar10.safetensors")))
    train, _ = pictures(folder, ["data_batch_%d.bin" % i for i in range(1, 6)])
    mean, deviation = train.mean((0, 2, 3)).reshape(3, 1, 1), train.std((0, 2, 3)).reshape(3, 1, 1)
    x, labels = pictures(folder, ["test_batch.bin"])

    def layer(x, i, stride):
        x = F.conv2d(x, w["conv2d%d.weight" % i], None, stride, 1)
        return F.batch_norm(x, *(w["batch_norm%d.%s" % (i, part)] for part in ("mean", "variance", "weight", "bias")))

    def network(x):
        x, i = F.relu(layer(x, 1, 1)), 2
        for filters in (16, 32, 64):
            for block in range(3):
                stride = 2 if filters > 16 and block == 0 else 1
                y, i = layer(F.relu(layer(x, i, stride)), i + 1, 1), i + 2
                more = filters - x.shape[1]
                x = F.relu(y + F.pad(x[:, :, ::stride, ::stride], (0, 0, 0, 0, more // 2, more - more // 2)))
        return F.linear(x.mean((2, 3)), w["linear1.weight"], w["linear1.bias"])

    with torch.no_grad():
        right = [(network((x[i:i + 500] - mean) / deviation).argmax(1) == labels[i:i + 500]).sum().item() for i in range(0, len(x), 500)]
    print("%d of the first 500, %d of %d right" % (right[0], sum(right), len(x)))


main()
