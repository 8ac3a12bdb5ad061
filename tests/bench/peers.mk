# Finds the peers of the benchmarks and says how each bench_x is compiled and linked with them:
#   BENCH_CFLAGS_bench_x   after the general flags, BENCH_LDLIBS_bench_x   at the end; the objects are prerequisites.
# Everything is optional. tests/bench/get_peers.sh fetches what distributions do not have into build/peers/.
PEERS_GOAL := $(.DEFAULT_GOAL)
PEERS_DIR := build/bench/peers
PEERS_SRC := tests/bench/peers
PEERS_X86 := $(filter x86_64,$(shell uname -m))
peers_links = $(shell mkdir -p $(PEERS_DIR) && printf 'int main(void) { return 0; }\n' | $(CC) -x c -o $(PEERS_DIR)/links - $(1) 2>/dev/null && echo yes)

# Plain loops: gcc, whatever CC is.
PEERS_GCC := $(shell command -v gcc 2>/dev/null)
ifneq ($(PEERS_GCC),)
PEERS_FLAGS += -DPEER_LOOPS
PEERS_OBJECTS += $(PEERS_DIR)/loops_v256.o $(PEERS_DIR)/loops_v512.o
PEERS_LIBS += -lgomp
endif

# SimSIMD: installed, or fetched by get_peers.sh.
PEERS_SIMSIMD := $(firstword $(patsubst %/simsimd/simsimd.h,%,$(wildcard build/peers/simsimd/include/simsimd/simsimd.h /usr/local/include/simsimd/simsimd.h /usr/include/simsimd/simsimd.h)))
ifneq ($(and $(PEERS_GCC),$(PEERS_SIMSIMD)),)
PEERS_FLAGS += -DPEER_SIMSIMD
PEERS_OBJECTS += $(PEERS_DIR)/simsimd.o
endif

# FAISS (libfaiss-dev) brings a BLAS with it: OpenBLAS where it is there.
PEERS_OPENBLAS := $(call peers_links,-lopenblas)
ifeq ($(PEERS_OPENBLAS),yes)
PEERS_FLAGS += -DPEER_OPENBLAS
PEERS_OBJECTS += $(PEERS_DIR)/openblas.o
PEERS_BLAS := -lopenblas
else
PEERS_BLAS := -lblas -llapack
endif
ifneq ($(wildcard /usr/include/faiss/IndexFlat.h /usr/local/include/faiss/IndexFlat.h),)
ifeq ($(call peers_links,-lfaiss $(PEERS_BLAS) -lgomp -lstdc++ -lm),yes)
PEERS_FLAGS += -DPEER_FAISS
PEERS_OBJECTS += $(PEERS_DIR)/faiss.o
PEERS_LIBS += -lfaiss -lgomp -lstdc++
endif
endif
PEERS_LIBS += $(if $(filter -DPEER_OPENBLAS -DPEER_FAISS,$(PEERS_FLAGS)),$(PEERS_BLAS)) -lm

# oneDNN (libdnnl-dev)
PEERS_CONV_FLAGS := $(filter -DPEER_OPENBLAS,$(PEERS_FLAGS))
PEERS_CONV_OBJECTS := $(if $(PEERS_CONV_FLAGS),$(PEERS_DIR)/openblas.o)
PEERS_CONV_LIBS := $(if $(PEERS_CONV_FLAGS),$(PEERS_BLAS))
ifneq ($(wildcard /usr/include/dnnl.hpp /usr/local/include/dnnl.hpp),)
ifeq ($(call peers_links,-ldnnl -lstdc++),yes)
PEERS_CONV_FLAGS += -DPEER_ONEDNN
PEERS_CONV_OBJECTS += $(PEERS_DIR)/onednn.o
PEERS_CONV_LIBS += -ldnnl -lstdc++ -lgomp
endif
endif

# bench_pair: our part for this machine. bench_knn: our part with DLCV_DISPATCH, for any machine, so that each backend is what
# it would be elsewhere (flags for AVX would turn its SSE2 into AVX).
BENCH_CFLAGS_bench_pair := $(PEERS_FLAGS)
BENCH_LDLIBS_bench_pair := $(PEERS_OBJECTS) $(PEERS_LIBS) -lpthread
BENCH_CFLAGS_bench_knn := $(PEERS_FLAGS) $(if $(PEERS_X86),-march=x86-64)
BENCH_LDLIBS_bench_knn := $(PEERS_OBJECTS) $(PEERS_LIBS) -lpthread
BENCH_CFLAGS_bench_conv := $(PEERS_CONV_FLAGS) $(if $(PEERS_X86),-march=x86-64)
BENCH_LDLIBS_bench_conv := $(PEERS_CONV_OBJECTS) $(PEERS_CONV_LIBS) -lm -lpthread
build/bench/bench_pair build/bench/bench_knn: $(PEERS_OBJECTS)
build/bench/bench_conv: $(PEERS_CONV_OBJECTS)

# bench_ops: oneDNN; PyTorch (python3-torch) is found when it runs
BENCH_CFLAGS_bench_ops := $(filter -DPEER_ONEDNN,$(PEERS_CONV_FLAGS))
PEERS_OPS := $(if $(BENCH_CFLAGS_bench_ops),$(PEERS_DIR)/onednn_ops.o)
BENCH_LDLIBS_bench_ops := $(PEERS_OPS) $(if $(PEERS_OPS),-ldnnl -lstdc++) -lm
build/bench/bench_ops: $(PEERS_OPS)

# bench_gemm: BLAS libraries are found when it runs; Eigen (libeigen3-dev) is compiled, once for AVX2 and once for this machine.
PEERS_EIGEN := $(firstword $(patsubst %/Eigen/Core,%,$(wildcard /usr/include/eigen3/Eigen/Core /usr/local/include/eigen3/Eigen/Core)))
ifneq ($(and $(PEERS_EIGEN),$(PEERS_X86)),)
PEERS_GEMM := $(PEERS_DIR)/eigen_v256.o $(PEERS_DIR)/eigen_v512.o
endif
# The namespace is renamed, or the linker would take one of the two for both.
BENCH_CFLAGS_bench_gemm := $(if $(PEERS_GEMM),-DPEER_EIGEN) -DDLCV_DISPATCH $(if $(PEERS_X86),-march=x86-64)
BENCH_LDLIBS_bench_gemm := $(PEERS_GEMM) $(if $(PEERS_GEMM),-lstdc++) -ldl -lm
build/bench/bench_gemm: $(PEERS_GEMM)

$(PEERS_DIR)/eigen_v256.o: $(PEERS_SRC)/eigen.cpp $(PEERS_SRC)/sgemm.h
	@mkdir -p $(@D)
	$(CXX) -O3 -DNDEBUG -mavx2 -mfma -DEIGEN_DONT_PARALLELIZE -DEigen=Eigen_v256 -isystem $(PEERS_EIGEN) -DEIGEN_PEER=peer_eigen_v256 -c -o $@ $<

$(PEERS_DIR)/eigen_v512.o: $(PEERS_SRC)/eigen.cpp $(PEERS_SRC)/sgemm.h
	@mkdir -p $(@D)
	$(CXX) -O3 -DNDEBUG -march=native -DEIGEN_DONT_PARALLELIZE -DEigen=Eigen_v512 -isystem $(PEERS_EIGEN) -DEIGEN_PEER=peer_eigen_v512 -c -o $@ $<

$(PEERS_DIR)/loops_v256.o: $(PEERS_SRC)/loops.c $(PEERS_SRC)/peers.h
	@mkdir -p $(@D)
	gcc -O3 -march=native -ffast-math -fopenmp $(if $(PEERS_X86),-mprefer-vector-width=256) '-DLOOPS(f)=f##_v256' -c -o $@ $<

$(PEERS_DIR)/loops_v512.o: $(PEERS_SRC)/loops.c $(PEERS_SRC)/peers.h
	@mkdir -p $(@D)
	gcc -O3 -march=native -ffast-math -fopenmp $(if $(PEERS_X86),-mprefer-vector-width=512) '-DLOOPS(f)=f##_v512' -c -o $@ $<

$(PEERS_DIR)/simsimd.o: $(PEERS_SRC)/simsimd.c $(PEERS_SRC)/peers.h
	@mkdir -p $(@D)
	gcc -O3 -march=native -fopenmp -isystem $(PEERS_SIMSIMD) -c -o $@ $<

$(PEERS_DIR)/openblas.o: $(PEERS_SRC)/openblas.c $(PEERS_SRC)/peers.h
	@mkdir -p $(@D)
	$(CC) -O3 -c -o $@ $<

$(PEERS_DIR)/faiss.o: $(PEERS_SRC)/faiss.cpp $(PEERS_SRC)/peers.h
	@mkdir -p $(@D)
	$(CXX) -O3 -fopenmp -c -o $@ $<

$(PEERS_DIR)/onednn.o $(PEERS_DIR)/onednn_ops.o: $(PEERS_DIR)/%.o: $(PEERS_SRC)/%.cpp $(PEERS_SRC)/peers.h
	@mkdir -p $(@D)
	$(CXX) -O3 -c -o $@ $<

.DEFAULT_GOAL := $(PEERS_GOAL)
