"""scikit-learn's brute-force neighbours on the data of bench_knn: peer_sklearn.py DIR|- METRIC K QUERIES

Prints "seconds_per_10000 X": CPU time of this process with one thread, wall time with more (PYTHON_THREADS)."""
import os
import sys
import time


def main():
    import numpy as np
    from sklearn.neighbors import NearestNeighbors

    folder, metric, k, queries = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    threads = int(os.environ.get("PYTHON_THREADS", "1"))
    if folder == "-":
        rng = np.random.default_rng(1)
        train, test = (rng.integers(0, 256, (n, 3072), dtype=np.uint8) for n in (50000, 10000))
    else:
        def read(name):
            return np.fromfile(os.path.join(folder, name), np.uint8).reshape(-1, 3073)[:, 1:]
        train = np.concatenate([read("data_batch_%d.bin" % i) for i in range(1, 6)])
        test = read("test_batch.bin")
    mean = train.mean(0, dtype=np.float64)
    train = ((train - mean) / 255).astype(np.float32)
    test = ((test[:queries] - mean) / 255).astype(np.float32)
    search = NearestNeighbors(n_neighbors=k, algorithm="brute", metric=metric, n_jobs=threads).fit(train)
    search.kneighbors(test[:4])
    clock = time.process_time if threads == 1 else time.perf_counter
    start = clock()
    search.kneighbors(test)
    print("seconds_per_10000 %.6g" % ((clock() - start) * 10000 / len(test)))


main()
