#!/usr/bin/env python3
"""Golden values for test_retrieval in tests/test_data.c: /usr/bin/python3 tests/golden/retrieval.py  (scikit-learn 1.2.1)

61 samples, label of i = i * i * 7 % 61 % 4; 20 queries with labels q % 5 (none has 4), each with all samples ranked:
sample at rank j = (j * (q + 2) + q * q) % 61. Whole lists: sklearn's average_precision_score; the first ten: precisions by
sklearn's precision_score, summed by the formula in src/api/data.h.
"""
import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, precision_score

N, Q = 61, 20
y = np.array([i * i * 7 % 61 % 4 for i in range(N)])
for k in (N, 10):
    ap, precision = [], []
    for q in range(Q):
        ranked = np.array([(j * (q + 2) + q * q) % N for j in range(N)])
        relevant = (y[ranked] == q % 5).astype(int)
        at = [precision_score(relevant[:j + 1], np.ones(j + 1, int), zero_division=0) for j in range(k)]
        precision.append(at[-1])
        if not relevant.sum():
            ap.append(0)
        elif k == N:
            ap.append(average_precision_score(relevant, -np.arange(N)))
        else:
            ap.append(sum(p for p, r in zip(at, relevant[:k]) if r) / min(k, relevant.sum()))
    print("k = %d: precision %.9f, mAP %.9f" % (k, np.mean(precision), np.mean(ap)))
print("sklearn", sklearn.__version__, "relevant", [int((y == c).sum()) for c in range(5)])
