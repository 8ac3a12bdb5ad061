/* LeNet-5 on Fashion-MNIST (Xiao et al. 2017), whose files are called and built like MNIST's: train_mnist.c with 10 epochs, batches of 32,
 * mirror images in the place of distortions, and three times the penalty.
 *
 *     cc -O2 -I.. train_fashion.c -o train_fashion -lm -pthread
 *     ./train_fashion DATA [FOLDER] [EPOCHS, 10] [THREADS, 1] [SEED, 1]
 *
 * test if data/digits/train-images-idx3-ubyte: data/digits build/examples 1 -> fashion: test error */
#define TRAIN_FASHION
#include "train_mnist.c" /* which says DLCV_DISPATCH */
