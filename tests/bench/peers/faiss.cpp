// FAISS: its functions for one pair, and IndexFlat (which keeps a copy of the data).
#include <faiss/IndexFlat.h>
#include <faiss/utils/distances.h>
#include <omp.h>
#include <vector>
#include "peers.h"

extern "C" double peer_faiss_l2sq_f32(const void *a, const void *b, size_t n)
{
    return faiss::fvec_L2sqr(static_cast<const float *>(a), static_cast<const float *>(b), n);
}

extern "C" double peer_faiss_dot_f32(const void *a, const void *b, size_t n)
{
    return faiss::fvec_inner_product(static_cast<const float *>(a), static_cast<const float *>(b), n);
}

extern "C" double peer_faiss_l1_f32(const void *a, const void *b, size_t n)
{
    return faiss::fvec_L1(static_cast<const float *>(a), static_cast<const float *>(b), n);
}

extern "C" void openblas_set_num_threads(int threads) __attribute__((weak));

// With queries NULL: makes the index only.
extern "C" int peer_faiss(peer_search *s, const void *queries, int q, int *indices)
{
    if (s->is_u8) {
        return 0;
    }
    if (!s->index) {
        faiss::MetricType metric = s->metric == PEER_L1   ? faiss::METRIC_L1
                                   : s->metric == PEER_L2 ? faiss::METRIC_L2
                                                          : faiss::METRIC_INNER_PRODUCT;
        faiss::IndexFlat *index = new faiss::IndexFlat(s->d, metric);
        index->add(s->n, static_cast<const float *>(s->train));
        s->index = index;
    }
    if (queries) {
        std::vector<float> distances(static_cast<size_t>(q) * static_cast<size_t>(s->k));
        std::vector<faiss::Index::idx_t> labels(distances.size());
        omp_set_num_threads(s->threads);
        if (openblas_set_num_threads) {
            openblas_set_num_threads(s->threads);
        }
        faiss::IndexFlat *index = static_cast<faiss::IndexFlat *>(s->index);
        index->search(q, static_cast<const float *>(queries), s->k, distances.data(), labels.data());
        for (size_t i = 0; i < labels.size(); i++) {
            indices[i] = static_cast<int>(labels[i]);
        }
    }
    return 1;
}

extern "C" void peer_faiss_free(peer_search *s)
{
    delete static_cast<faiss::IndexFlat *>(s->index);
    s->index = nullptr;
}
