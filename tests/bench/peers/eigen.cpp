// Eigen's product of mapped row-major matrices; EIGEN_PEER is the function's name.
#include <Eigen/Core>
#include "sgemm.h"

typedef Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> matrix;
typedef Eigen::OuterStride<> stride;

extern "C" void EIGEN_PEER(const peer_product *g)
{
    Eigen::Map<const matrix, 0, stride> a(g->a, g->trans_a ? g->k : g->m, g->trans_a ? g->m : g->k, stride(g->lda));
    Eigen::Map<const matrix, 0, stride> b(g->b, g->trans_b ? g->n : g->k, g->trans_b ? g->k : g->n, stride(g->ldb));
    Eigen::Map<matrix, 0, stride> c(g->c, g->m, g->n, stride(g->ldc));
    if (g->n == 1 && !g->trans_a && !g->trans_b && g->ldb == 1) {
        c.col(0).noalias() = a * b.col(0);
    } else if (g->trans_a) {
        if (g->trans_b) c.noalias() = a.transpose() * b.transpose();
        else c.noalias() = a.transpose() * b;
    } else {
        if (g->trans_b) c.noalias() = a * b.transpose();
        else c.noalias() = a * b;
    }
}
