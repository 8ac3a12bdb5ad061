# dlcv.h needs no building: copy it. This file tests it, shows it and measures it. `make` prints what there is.
CC ?= cc
PYTHON ?= python3
CFLAGS ?= -O2 -std=c99
LDLIBS ?= -lm
PREFIX ?= /usr/local
SECONDS ?= 60
JOBS ?= 2
BENCHFLAGS ?= -O2 -std=c99 $(NATIVE)

# What the compiler knows and finds.
HASH := \#
knows = $(shell $(CC) -Werror $(1) -E -x c /dev/null >/dev/null 2>&1 && echo '$(1)')
finds = $(shell echo '$(HASH)include $(1)' | $(CC) -E -x c - >/dev/null 2>&1 && echo yes)
WARNINGS := $(call knows,-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wdouble-promotion -Wno-misleading-indentation)
NATIVE := $(call knows,-march=native)
ifeq ($(call finds,<stb/stb_image_write.h>),yes)
STB_WRITE := '-DDLCV_DEMO_STB_WRITE=<stb/stb_image_write.h>'
else ifeq ($(call finds,<stb_image_write.h>),yes)
STB_WRITE := '-DDLCV_DEMO_STB_WRITE=<stb_image_write.h>'
endif

EXAMPLES := $(patsubst examples/%.c,build/examples/%,$(wildcard examples/*.c))
BENCHES := $(patsubst tests/bench/%.c,build/bench/%,$(wildcard tests/bench/bench_*.c))
# What lives from the kernels is tested in several backends; the dispatching one holds them all.
KERNEL_TESTS := $(notdir $(basename $(wildcard $(patsubst %,tests/test_%.c,conv conv_golden conv_laws distance flat gemm knn math random winograd))))
VARIANTS := native scalar dispatch
TESTS := $(patsubst tests/%.c,build/tests/%,$(wildcard tests/test_*.c)) \
	$(foreach t,$(KERNEL_TESTS),$(VARIANTS:%=build/tests/$(t)-%))
ifeq ($(call finds,<zlib.h>),yes)
TESTS += $(patsubst tests/%.c,build/tests/%-zlib,$(wildcard tests/test_gzip.c))
endif
SCRIPTS := tests/compile/compile.py $(wildcard tests/test_*.py)
HEADERS := dlcv.h $(wildcard tests/*.h examples/*.h)
VERSION = $(shell sed -n 's/^$(HASH)define DLCV_VERSION "\(.*\)"/\1/p' dlcv.h)

help:
	@echo 'make demo        train a network on digits in seconds, pictures in build/demo/ (a bare machine will do: cc and make)'
	@echo 'make test        everything that tests in two minutes (cc, make, python3); ends with "N passed, N failed"'
	@echo 'make test-full   the same with every compile test and the long cases'
	@echo 'make examples    the programs of examples/ in build/examples/'
	@echo 'make pictures    what the examples draw, in build/pictures/'
	@echo 'make bench       measure, against the peers that are installed; results in build/bench/'
	@echo 'make matrix      all compilers, languages, instruction sets and emulated machines at hand'
	@echo 'make sanitize    the tests under ASan, UBSan, TSan and MSan'
	@echo 'make valgrind    the tests under valgrind, AVX2'
	@echo 'make coverage    what the tests reach of src/: lines, branches, MC/DC (clang-19)'
	@echo 'make fuzz        every reader of files against hostile bytes, SECONDS=60 each; ONLY=safetensors'
	@echo 'make reproduce   the accuracies of books and papers on the data in $$DLCV_DATA; ONLY="svm lenet5", ONLY=list'
	@echo 'make amalgamate  src/ and backends/ -> dlcv.h'
	@echo 'make tables      code size and compile time of each configuration'
	@echo 'make cifar10     unpack $$DLCV_DATA/cifar-10-batches-bin into build/'
	@echo 'make install     dlcv.h and dlcv.pc below PREFIX=/usr/local (DESTDIR= for packagers)'
	@echo 'make clean       remove build/'
	@echo 'CC= and CFLAGS= as usual'

demo: build/demo/demo
	build/demo/demo build/demo

examples: $(EXAMPLES)

PICTURES := quickstart demo regions cross_validation same_distance map curse cost hard_cases step_size overfitting linear_probe challenges look_inside approximation hidden_units
pictures: $(PICTURES:%=build/examples/%)
	@mkdir -p build/pictures
	@for p in $(PICTURES); do echo "== $$p"; build/examples/$$p build/pictures || exit 1; done

# A program that does not compile must not stop the others: it is counted by run.py as one failure.
test:
	-@$(PYTHON) amalgamate.py --check
	-@$(MAKE) -k -s -j$(JOBS) programs
	@rm -f build/examples/*-checkpoint.safetensors          # of other versions
	@CC='$(CC)' $(PYTHON) tests/run.py --jobs $(JOBS) --examples build/examples $(SCRIPTS) $(TESTS)

test-full:
	-@$(PYTHON) amalgamate.py --check
	-@$(MAKE) -k -s -j$(JOBS) programs
	@rm -f build/examples/*-checkpoint.safetensors          # of other versions
	@CC='$(CC)' DLCV_TEST_FULL=1 $(PYTHON) tests/run.py --jobs $(JOBS) --timeout 1800 --examples build/examples $(SCRIPTS) $(TESTS)

# the longest first
programs: build/obj/dlcv-dispatch.o $(TESTS) $(EXAMPLES)

# What was built before is removed first, so that no old program is taken for a new one that did not compile.
define compile
@mkdir -p $(@D)
@rm -f $@
@echo "cc $@"
@$(CC) $(1) $(WARNINGS) $(CPPFLAGS) -I. -o $@ $< $(LDFLAGS) $(2) $(LDLIBS)
endef

define object
@mkdir -p $(@D)
@rm -f $@
@echo "cc $@"
@$(CC) $(CFLAGS) $(CONFIGURATION) $(1) $(WARNINGS) $(CPPFLAGS) -I. -c -o $@ $<
endef

# A program that brings nothing of its own shares one object of the implementation with the others: compiling it is what most of the time goes into.
OWN := $(basename $(notdir $(shell grep -lE 'TEST_OWN|DLCV_DISPATCH|include <(stb|zlib)|include DLCV' tests/test_*.c examples/*.c)))
SHARED := $(filter-out $(OWN),$(basename $(notdir $(wildcard tests/test_*.c examples/*.c))))
SHARED_TESTS := $(filter test_%,$(SHARED))
SHARED_EXAMPLES := $(filter-out test_%,$(SHARED))
STB_EXAMPLES := $(filter-out test_%,$(OWN))

# -O1, for half of the time: the matrix has all of them at -O2.
build/obj/dlcv-native.o: CONFIGURATION := -O1 $(NATIVE)
build/obj/dlcv-scalar.o: CONFIGURATION := -O1 -DDLCV_FORCE_SCALAR
build/obj/dlcv-dispatch.o: CONFIGURATION := -O1 -DDLCV_DISPATCH -DTEST_STB $(STB_WRITE)
build/obj/dlcv.o $(VARIANTS:%=build/obj/dlcv-%.o): tests/implementation.c dlcv.h
	$(call object,)

$(filter-out $(KERNEL_TESTS:%=build/obj/%.o),$(SHARED_TESTS:%=build/obj/%.o)): CONFIGURATION := -O1
build/obj/test_%.o: tests/test_%.c $(HEADERS)
	$(call object,-DDLCV_IMPLEMENTED)

# $(call shares,PROGRAMS,PATTERN,SOURCE,OBJECT)
define shares
$(1): $(2): $(3) $(4) $$(HEADERS)
	$$(call compile,$$(CFLAGS) $$(CONFIGURATION) -DDLCV_IMPLEMENTED,$(4) -pthread)

endef
# $(call links,PROGRAMS,PATTERN,OBJECT,OBJECT)
define links
$(1): $(2): $(3) $(4)
	$$(call compile,$$(CFLAGS),$(4) -pthread)

endef
$(eval $(call shares,$(SHARED_EXAMPLES:%=build/examples/%),build/examples/%,examples/%.c,build/obj/dlcv.o))
$(STB_EXAMPLES:%=build/examples/%): CONFIGURATION := $(STB_WRITE) -DSTB_IMAGE_STATIC -DSTB_IMAGE_WRITE_STATIC -Wno-unused-function
$(eval $(call shares,$(STB_EXAMPLES:%=build/examples/%),build/examples/%,examples/%.c,build/obj/dlcv-dispatch.o))
$(eval $(call links,$(filter-out build/tests/test_cifar10,$(SHARED_TESTS:%=build/tests/%)),build/tests/%,build/obj/%.o,build/obj/dlcv.o))
$(eval $(call links,build/tests/test_cifar10,build/tests/%,build/obj/%.o,build/obj/dlcv-dispatch.o))
$(foreach v,$(VARIANTS),$(eval $(call links,$(KERNEL_TESTS:%=build/tests/%-$(v)),build/tests/%-$(v),build/obj/%.o,build/obj/dlcv-$(v).o)))

ifneq ($(STB_WRITE),)
$(eval $(call links,$(patsubst %,build/tests/test_%,gzip image_stb),build/tests/%,build/obj/%.o,build/obj/dlcv-dispatch.o))
endif

# What these test is not the optimiser's work, and costs a quarter without it.
$(patsubst %,build/tests/test_%,conv_plan gemm_epilogue gzip-zlib thread): CONFIGURATION := -O0

build/tests/%-zlib: tests/%.c $(HEADERS)
	$(call compile,$(CFLAGS) $(CONFIGURATION) -DDLCV_TEST_ZLIB,-pthread -lz)

build/tests/%: tests/%.c $(HEADERS)
	$(call compile,$(CFLAGS) $(CONFIGURATION),-pthread)

build/demo/%: examples/%.c $(HEADERS)
	$(call compile,$(CFLAGS) $(STB_WRITE),-pthread)

build/examples/train_fashion: examples/train_mnist.c    # which it includes
build/examples/%: examples/%.c $(HEADERS)
	$(call compile,$(CFLAGS) $(STB_WRITE),-pthread)

# What each bench needs beside (peers, and how far from this machine its own part is compiled) is said in peers.mk.
ifneq ($(filter bench build/bench/%,$(MAKECMDGOALS)),)
-include tests/bench/peers.mk
endif

build/bench/%: tests/bench/%.c $(HEADERS) $(wildcard tests/bench/*.h tests/bench/peers/*.h)
	$(call compile,$(BENCHFLAGS) -Itests/bench $(BENCH_CFLAGS_$*),$(BENCH_LDLIBS_$*) -pthread)

bench: $(BENCHES)
	@for b in $(BENCHES); do echo "== $$b"; $$b || exit 1; done

matrix:
	@$(PYTHON) tests/matrix.py --jobs $(JOBS)

sanitize:
	@$(PYTHON) tests/matrix.py --sanitize --jobs $(JOBS)

valgrind:
	@$(PYTHON) tests/matrix.py --valgrind --jobs $(JOBS)

coverage:
	@$(PYTHON) tests/coverage.py --jobs $(JOBS)

fuzz:
	@$(PYTHON) tests/fuzz/fuzz.py --seconds $(SECONDS) --jobs $(JOBS) --only '$(ONLY)'

reproduce: $(if $(filter list,$(ONLY)),,$(patsubst %,build/examples/%,knn_cifar10 knn_idx linear_cifar10 train_cifar10 train_mnist train_fashion))
	@$(PYTHON) tests/reproduce.py --only '$(ONLY)' $(if $(AGAIN),--again)

amalgamate:
	$(PYTHON) amalgamate.py

tables:
	@$(PYTHON) tests/tables.py

cifar10:
	@if [ -z "$$DLCV_DATA" ]; then echo 'skipped: DLCV_DATA is not set; it should name the folder that holds cifar-10-batches-bin/*.bin.xz'; exit 0; fi; \
	mkdir -p build/cifar-10-batches-bin || exit 1; \
	for from in "$$DLCV_DATA"/cifar-10-batches-bin/*.bin.xz; do \
		to=build/cifar-10-batches-bin/$$(basename "$$from" .xz); \
		[ -s "$$to" ] || { echo "$$to"; xz -dc "$$from" > "$$to.part" && mv "$$to.part" "$$to" || exit 1; }; \
	done

install:
	mkdir -p '$(DESTDIR)$(PREFIX)/include' '$(DESTDIR)$(PREFIX)/share/pkgconfig'
	cp dlcv.h '$(DESTDIR)$(PREFIX)/include/dlcv.h'
	printf 'prefix=%s\nincludedir=$${prefix}/include\n\nName: dlcv\nDescription: deep learning for computer vision in one header\nVersion: %s\nCflags: -I$${includedir}\nLibs: -lm\n' \
		'$(PREFIX)' '$(VERSION)' > '$(DESTDIR)$(PREFIX)/share/pkgconfig/dlcv.pc'

clean:
	rm -rf build

.PHONY: help demo examples pictures test test-full programs bench matrix sanitize valgrind coverage fuzz reproduce amalgamate tables cifar10 install clean
.SUFFIXES:
