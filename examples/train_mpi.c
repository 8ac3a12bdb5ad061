/* Several processes, perhaps on several machines, train one network: each takes its part of every minibatch, and the gradients' mean goes into every step. The
 * losses are those of one process with the whole batch.
 *
 *     mpicc -DTRAIN_MPI -O2 -I.. train_mpi.c -o train_mpi -lm
 *     mpirun -np 4 ./train_mpi [STEPS, 20]
 *
 * Without TRAIN_MPI it is one process.
 *
 * test: 20 -> step 20 of 20, loss */
#define DLCV_IMPLEMENTATION
#include "dlcv.h"
#include "digits.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef TRAIN_MPI
#include <mpi.h>
#endif

enum { TRAIN = 960, BATCH = 48 }; /* of all processes together: 20 steps are an epoch */

typedef struct world {
    int rank, size, steps;
} world;

/* values = the mean of what all processes have there */
static dlcv_status mean(float *values, size_t count, void *user)
{
    const world *w = (const world *)user;
#ifdef TRAIN_MPI
    size_t i, piece;
    for (i = 0; i < count; i += piece) {
        piece = count - i < 1 << 20 ? count - i : 1 << 20;
        if (MPI_Allreduce(MPI_IN_PLACE, values + i, (int)piece, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD)) return dlcv_fail(DLCV_ERR_IO, "MPI_Allreduce failed");
    }
    for (i = 0; i < count; i++) values[i] /= (float)w->size;
#else
    (void)values, (void)count, (void)w;
#endif
    return DLCV_OK;
}

static int on_step(const dlcv_progress *p, void *user)
{
    const world *w = (const world *)user;
    float loss = p->loss;
    if (mean(&loss, 1, user)) return 1;
    if (w->rank == 0) printf("step %d of %d, loss %.5f\n", p->step, w->steps, (double)loss);
    return p->step >= w->steps;
}

static dlcv_node network(dlcv_graph *g)
{
    dlcv_node x = dlcv_input(g, "image", DLCV_F32, dlcv_shape4(-1, 1, 8, 8));
    x = dlcv_pool2d(dlcv_relu(dlcv_conv2d(x, 16, 3, NULL)), DLCV_POOL_MAX, 2, NULL);
    return dlcv_linear(dlcv_flatten(x), DLCV_DIGITS_CLASSES);
}

int main(int argc, char **argv)
{
    world w = { 0, 1, 20 };
    dlcv_graph *g = dlcv_graph_new(NULL, 1);         /* the same seed everywhere: the same weights */
    dlcv_node scores = network(g);
    dlcv_dataset train;
    dlcv_fit_opts o;
    dlcv_status s;
    memset(&train, 0, sizeof train);
    memset(&o, 0, sizeof o);
#ifdef TRAIN_MPI
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &w.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &w.size);
#endif
    if (argc > 1) w.steps = atoi(argv[1]);
    train.x = dlcv_tensor_view(dlcv_digits_train_x, DLCV_U8, dlcv_shape4(TRAIN, 8, 8, 1));
    train.y = dlcv_tensor_view(dlcv_digits_train_y, DLCV_I32, dlcv_shape1(TRAIN));
    train.classes = DLCV_DIGITS_CLASSES;
    o.epochs = 1 + w.steps * BATCH / TRAIN;
    o.batch = BATCH / w.size;
    o.part = w.rank;
    o.parts = w.size;
    o.optimizer.all_reduce = mean;
    o.optimizer.user = &w;
    o.optimizer.lr = 0.01f;
    o.on_step = on_step;
    o.user = &w;
    s = w.size * o.batch == BATCH ? dlcv_fit(scores, &train, &o) : dlcv_fail(DLCV_ERR_ARGUMENT, "%d processes cannot share %d samples evenly", w.size, BATCH);
    if (s) fprintf(stderr, "process %d: %s\n", w.rank, dlcv_error());
    dlcv_graph_free(g);
#ifdef TRAIN_MPI
    if (s) MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Finalize();
#endif
    return s != DLCV_OK;
}
