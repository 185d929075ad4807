# nodepages. `make` installs what is missing, builds, proves and replays; `make help` lists the verbs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.PHONY: all setup-build setup-prove setup-test setup-format build prove prove-fast prove-record prove-mutations replay \
        summary test bench format check-format clean help built clang checked portable scan \
        setup-fuzz setup-bench fuzz fuzz-power fuzz-bench replay-crash corpus-min coverage

GCC := gcc
CLANG := clang
AR := ar
cpus := $(shell nproc 2>/dev/null || echo 2)
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(cpus))

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Werror
STANDARD := -std=c11 $(WARNINGS)
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

core := $(sort $(wildcard src/core/*.c))
tree := src/core/index.c src/core/tree.c src/core/summary.c src/core/audit.c
scan_core := $(filter-out $(tree),$(core)) src/scan/index.c
above := $(sort $(wildcard src/host/*.c src/cli/*.c))
host := $(sort $(wildcard src/host/*.c))
oracle := spec/oracle.c
units := $(sort $(wildcard tests/unit/*.c))
every_c := $(sort $(filter-out fuzz/bundled.h,$(wildcard src/*/*.[ch] spec/*.[ch] tests/*.[ch] tests/unit/*.[ch] bench/*.[ch] bench/*/*.[ch] \
                             examples/*/*.[ch] proofs/clients/*.[ch] fuzz/*.[ch])))

## all: (`make` alone) the main job: install what is missing, build, prove, replay the sample traces
all:
	@.ci/setup build prove
	@$(MAKE) build
	@$(MAKE) prove
	@$(MAKE) replay
	@$(MAKE) summary

# ---------------------------------------------------------------------------------------------------------------- build
# Ways to compile the same sources: as shipped, with sanitizers, by the other compiler, without its intrinsics; and without the
# tree of summaries, as shipped and with sanitizers.

release_cc := $(GCC) -O2 -g
checked_cc := $(GCC) -O1 -g $(SANITIZERS)
clang_cc := $(CLANG) -O2
portable_cc := $(GCC) -O2 -DNP_PORTABLE
scan_cc := $(release_cc) -DNP_INDEX_SCAN
scan-checked_cc := $(checked_cc) -DNP_INDEX_SCAN

define way
build/$(1)/src/core/%.o: src/core/%.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -ffreestanding -MMD -MP -c -o $$@ $$<
build/$(1)/src/scan/%.o: src/scan/%.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -ffreestanding -MMD -MP -c -o $$@ $$<
build/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -MMD -MP -c -o $$@ $$<
-include $$(wildcard build/$(1)/*/*.d build/$(1)/*/*/*.d)
endef
$(foreach w,release checked clang portable scan scan-checked,$(eval $(call way,$(w))))

objects = $(patsubst %.c,build/$(1)/%.o,$(2))

## build: build/nodepages, the command, and the core: build/libnodepages.a, and -scan.a without the tree
build: setup-build
	@$(MAKE) $(JOBS) built
	@echo 'built build/nodepages, build/libnodepages.a and build/libnodepages-scan.a'

built: build/libnodepages.a build/libnodepages-scan.a build/nodepages
	@:

build/libnodepages.a: $(call objects,release,$(core))
	@rm -f $@
	@$(AR) rcs $@ $^

build/nodepages: $(call objects,release,$(above)) build/libnodepages.a
	@$(release_cc) -o $@ $^ -ljansson

build/checked/nodepages: $(call objects,checked,$(core) $(above))
	@$(checked_cc) -o $@ $^ -ljansson

build/checked/differential: $(call objects,checked,tests/differential.c tests/random_requests.c fuzz/pair.c fuzz/summaries.c $(oracle) $(core))
	@$(checked_cc) -o $@ $^

build/checked/random_trace: $(call objects,checked,tests/random_trace.c tests/random_requests.c $(oracle) $(core) $(host))
	@$(checked_cc) -o $@ $^

$(patsubst %.c,build/checked/%,$(units)): build/checked/%: build/checked/%.o $(call objects,checked,fuzz/summaries.c $(oracle) $(core) $(host))
	@$(checked_cc) -o $@ $^ -lcmocka

build/checked/embed: $(call objects,checked,$(wildcard examples/embed/*.c) $(core))
	@$(checked_cc) -o $@ $^

build/scan-checked/differential: $(call objects,scan-checked,tests/differential.c tests/random_requests.c fuzz/pair.c \
                                     fuzz/summaries.c $(oracle) $(scan_core))
	@$(scan-checked_cc) -o $@ $^

build/scan-checked/embed: $(call objects,scan-checked,$(wildcard examples/embed/*.c) $(scan_core))
	@$(scan-checked_cc) -o $@ $^

build/libnodepages-scan.a: $(call objects,scan,$(scan_core))
	@rm -f $@
	@$(AR) rcs $@ $^

build/portable/differential: $(call objects,portable,tests/differential.c tests/random_requests.c fuzz/pair.c fuzz/summaries.c $(oracle) $(core))
	@$(portable_cc) -o $@ $^

build/portable/tests/unit/word: $(call objects,portable,tests/unit/word.c $(core))
	@$(portable_cc) -o $@ $^ -lcmocka

# The core without the tree goes in next to the core, its names with `scan_` before them.
build/bench/scan.o: build/libnodepages-scan.a
	@mkdir -p $(@D)
	@ld -r -o $@ --whole-archive $<
	@objcopy --prefix-symbols=scan_ $@

build/bench/heap.o: bench/dpdk/heap.c bench/dpdk/heap.h
	@mkdir -p $(@D)
	@$(release_cc) $(STANDARD) $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libdpdk)) -c -o $@ $<

build/bench/bench: $(call objects,release,$(wildcard bench/*.c) $(host)) build/bench/scan.o build/bench/heap.o build/libnodepages.a
	@mkdir -p $(@D)
	@$(release_cc) -o $@ $^ -lrte_eal

checked: build/checked/nodepages build/checked/differential build/checked/random_trace build/checked/embed \
         $(patsubst %.c,build/checked/%,$(units))
	@:

portable: build/portable/differential build/portable/tests/unit/word
	@:

scan: build/scan-checked/differential build/scan-checked/embed build/libnodepages-scan.a
	@:

clang: $(call objects,clang,$(core) $(above) $(oracle) $(wildcard examples/embed/*.c bench/*.c))
	@:

# ---------------------------------------------------------------------------------------------------------------- prove

## prove: prove every function of the core from scratch; FUNCTION=name proves one, goal by goal
prove: setup-prove
	@proofs/prove.py $(if $(FUNCTION),--function $(FUNCTION))

## prove-fast: take what was proved before as recorded, prove what has changed (not the gate)
prove-fast: setup-prove
	@proofs/prove.py --fast $(if $(FUNCTION),--function $(FUNCTION))

## prove-record: prove from scratch, write proofs/table.txt, and proofs/recorded.json for prove-fast
prove-record: setup-prove
	@proofs/prove.py --record

## prove-mutations: change the core by one operator a function, and see that some goal fails each time (slow)
prove-mutations: setup-prove
	@proofs/mutations.py $(if $(FUNCTION),--function $(FUNCTION))

# ----------------------------------------------------------------------------------------------------------------- run

## replay: the sample traces of corpus/ on the bundled machines
replay: build
	@corpus/replay

summary:
	@proofs/summary.py

## test: unit, differential, command tests, random traces and the fuzz corpus under sanitizers, and the contract checks
test: setup-build setup-prove setup-test setup-fuzz
	@MAKE='$(MAKE) $(JOBS)' tests/run

## bench: how fast the core is, next to a search of the bitmap and to DPDK; writes build/bench/results.json and cost.svg
bench: setup-build setup-bench
	@$(MAKE) $(JOBS) build/bench/bench
	@bench/run

# ---------------------------------------------------------------------------------------------------------------- fuzz

## fuzz: fuzz all targets, 60 s each, on all cores; TARGET=name SECONDS=n ENGINE=libfuzzer|afl
fuzz: setup-fuzz
	@fuzz/run $(if $(ENGINE),--engine $(ENGINE)) $(if $(SECONDS),--seconds $(SECONDS)) $(TARGET)

## replay-crash: tell in words what the input FILE=path does, and the two answers to it
replay-crash: setup-build
	@fuzz/replay-crash '$(FILE)' $(TARGET)

## corpus-min: make corpus/ smaller, with what campaigns have found; TARGET=name
corpus-min: setup-fuzz
	@fuzz/corpus-min $(TARGET)

## coverage: what corpus/ alone reaches, as HTML and build/coverage/summary.json
coverage: setup-fuzz
	@fuzz/coverage

## fuzz-power: put single faults into the core and measure how soon fuzzing from nothing finds each (slow)
fuzz-power: setup-fuzz
	@fuzz/power $(if $(FAULT),--fault $(FAULT))

## fuzz-bench: executions a second of the fuzz targets; writes build/fuzz/results.json
fuzz-bench: setup-fuzz
	@fuzz/speed

# --------------------------------------------------------------------------------------------------------------- format

## format: clang-format on every C file
format: setup-format
	@clang-format -i $(every_c)

## check-format: say which C files clang-format would change
check-format: setup-format
	@clang-format --dry-run -Werror $(every_c)

## clean: remove build/
clean:
	@rm -rf build

## help: this list
help:
	@sed -nE 's/^## ([a-z-]+): (.*)/  make \1\t\2/p' Makefile | expand -t 24
	@echo '  make prove FUNCTION=name   one function, goal by goal'

setup-build setup-prove setup-test setup-format setup-fuzz setup-bench: setup-%:
	@.ci/setup $*
