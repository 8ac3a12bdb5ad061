/* ---- the zoo: networks of the literature, built by one call ------------------------------------------------------------------------ */

/* The network `name` on pictures x, f32 [n, c, h, w]: its scores, [n, classes]; classes 0: as published. Parameters are drawn as those of all
 * layers, named in the order of building ("conv2d1.weight", ...), which is that of the papers and of torchvision: a block's main path, then its
 * shortcut; the branches of an inception from the narrowest. The numbers of parameters are the published ones, at `shape` and `classes`:
 *   name                 shape       classes  parameters   where it differs from others of its name
 *   lenet5_1998          1 32 32     10       60,000       LeCun et al. 1998: scaled tanh, trainable pooling, 16 maps that see 3 to 6 of 6 each, and minus the
 *                                                          squared distances to fixed codes as scores: digits drawn on 7 x 12; class 10 and above: random
 *   lenet5               1 28 28     10       61,706       relu, maxima, all maps connected; below 32 x 32 the first convolution pads by 2
 *   pytorch_tutorial     3 32 32     10       62,006       the network of PyTorch's first tutorial
 *   convnetjs            3 32 32     10       22,466       ConvNetJS' CIFAR-10 demo
 *   resnet20 32 44 56    3 32 32     10       269,722, 464,154, 658,586, 853,018      He et al. 2015, section 4.2: shortcuts without parameters (A)
 *   alexnet              3 227 227   1000     60,965,224   Krizhevsky et al. 2012: two groups, response normalisation; the size must fit stride 4
 *   alexnet_ungrouped    3 227 227   1000     62,378,344   the same without groups
 *   alexnet_torchvision  3 224 224   1000     61,100,840   Krizhevsky 2014: one column, no normalisation
 *   zfnet                3 224 224   1000     62,357,608   Zeiler and Fergus 2013
 *   vgg16 vgg19          3 224 224   1000     138,357,544, 143,667,240     Simonyan and Zisserman 2014, D and E
 *   googlenet            3 224 224   1000     6,998,552    Szegedy et al. 2014 without the auxiliary classifiers
 *   resnet18 34 50       3 224 224   1000     11,689,512, 21,797,672, 25,557,032      He et al. 2015, projections (B); 50: stride in the 3 x 3
 *   squeezenet           3 224 224   1000     1,248,424    Iandola et al. 2016, version 1.0
 *   squeezenet1_1        3 224 224   1000     1,235,496    their version 1.1
 *   mobilenet_v1         3 224 224   1000     4,231,976    Howard et al. 2017
 *   mobilenet_v2         3 224 224   1000     3,504,872    Sandler et al. 2018
 * Other sizes will do where all layers have a place left, and other numbers of channels; what a fully connected layer or the first convolution learns is then of
 * another number. Nothing is normalised before: do that yourself. A name that is none of these (the error lists them), a picture that is too
 * small, an x that is no picture: an error of the graph. */
DLCV_API dlcv_node dlcv_zoo(dlcv_node x, const char *name, int classes);

/* The index-th name, NULL after the last; the shape above, [-1, c, h, w], {0} where the name is none of these. */
DLCV_API const char *dlcv_zoo_name(int index);
DLCV_API dlcv_shape dlcv_zoo_shape(const char *name);
