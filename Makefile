# SPDX-License-Identifier: MIT
# nodepages. `make` installs what is missing, builds, proves and replays; `make help` lists the verbs.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
.PHONY: all deps amalgamation footprint manual install driver setup-build setup-prove setup-test setup-format build prove prove-fast prove-record prove-callers prove-mutations replay \
        summary test stress bench format check-format clean help built clang checked portable scan crossed \
        setup-fuzz setup-bench setup-lint setup-manual lint fuzz fuzz-power fuzz-bench replay-crash corpus-min coverage coverage-all covered bench-lines bench-record

GCC := gcc
CLANG := clang
AR := ar
cpus := $(shell nproc 2>/dev/null || echo 2)
JOBS = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(cpus))

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Werror
STANDARD := -std=c11 $(WARNINGS)
comma := ,
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

core := $(sort $(wildcard src/core/*/*.c))
tree := src/core/index/index.c src/core/index/tree.c src/core/index/summary.c src/core/index/audit.c
scan_core := $(filter-out $(tree),$(core)) src/scan/index.c
pure := $(sort $(wildcard src/nt/pure/*.c))
above := $(sort $(wildcard src/host/*.c src/cli/*.c)) src/nt/bundled.c
host := $(sort $(wildcard src/host/*.c))
nt := $(sort $(wildcard src/nt/*.c)) $(pure)
nt_libraries := -lnuma -lunwind
command_libraries := -ljansson -lz -llzma -lzstd
oracle := spec/oracle.c
units := $(sort $(wildcard tests/unit/*.c))
nt_units := $(filter-out tests/nt/stress.c,$(sort $(wildcard tests/nt/*.c)))
every_c := $(sort $(filter-out fuzz/bundled.h,$(wildcard src/*/*.[ch] src/nt/*/*.[ch] spec/*.[ch] tests/*.[ch] tests/*/*.[ch] bench/*.[ch] bench/*/*.[ch] \
                             examples/*/*.[ch] proofs/clients/*.[ch] fuzz/*.[ch])))

## all: (`make` alone) the main job: install what is missing, build, prove, replay the sample traces
all:
	@.ci/setup build prove
	@$(MAKE) build
	@$(MAKE) prove
	@$(MAKE) replay
	@$(MAKE) summary

# ---------------------------------------------------------------------------------------------------------------- build
# Ways to compile the same sources: as shipped, with sanitizers, by the other compiler, without its intrinsics, and with the
# sanitizer of threads; without the tree of summaries, as shipped and with sanitizers; and for a machine of 32 bits and one that is big-endian. A driver's source finds wdm.h by -I, and
# its assertions hold.

release_cc := $(GCC) -O2 -g
checked_cc := $(GCC) -O1 -g $(SANITIZERS)
clang_cc := $(CLANG) -O2
portable_cc := $(GCC) -O2 -DNP_PORTABLE
thread_cc := $(GCC) -O1 -g -fsanitize=thread -fno-omit-frame-pointer
scan_cc := $(release_cc) -DNP_INDEX_SCAN
scan-checked_cc := $(checked_cc) -DNP_INDEX_SCAN
i386_cc := i686-linux-gnu-gcc -O2 -static
s390x_cc := s390x-linux-gnu-gcc -O2 -static
# The counters are mapped from a file: they outlive the process, however it ends.
covered_cc := clang-14 -O0 -g -fprofile-instr-generate -fcoverage-mapping -fprofile-update=atomic -mllvm -runtime-counter-relocation \
              -Wno-unused-command-line-argument

define way
build/$(1)/src/core/%.o: src/core/%.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -ffreestanding -MMD -MP -c -o $$@ $$<
build/$(1)/src/scan/%.o: src/scan/%.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -ffreestanding -MMD -MP -c -o $$@ $$<
build/$(1)/src/nt/pure/%.o: src/nt/pure/%.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -ffreestanding -MMD -MP -c -o $$@ $$<
build/$(1)/examples/driver/%.o: examples/driver/%.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -DDBG=1 -Isrc/nt/include -MMD -MP -c -o $$@ $$<
build/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	@$$($(1)_cc) $(STANDARD) -MMD -MP -c -o $$@ $$<
-include $$(wildcard build/$(1)/*/*.d build/$(1)/*/*/*.d build/$(1)/*/*/*/*.d)
endef
$(foreach w,release checked clang portable thread scan scan-checked covered i386 s390x,$(eval $(call way,$(w))))

objects = $(patsubst %.c,build/$(1)/%.o,$(2))

## deps: install the packages that every verb needs
deps:
	@.ci/setup

## build: build/nodepages, the command, and in build/ the core, libnodepages.a, -scan.a without the tree, and the routines, -nt.a; installs nothing
build:
	@.ci/setup --check build
	@$(MAKE) $(JOBS) built
	@echo 'built build/nodepages, build/libnodepages.a, build/libnodepages-scan.a and build/libnodepages-nt.a'

built: build/libnodepages.a build/libnodepages-scan.a build/libnodepages-nt.a build/nodepages
	@:

## amalgamation: the core as two files, nodepages.h and nodepages.c, in build/amalgamation; in plain/ without annotations, in scan/ without the tree
amalgamation:
	@packaging/amalgamate build/amalgamation
	@packaging/amalgamate --plain build/amalgamation/plain
	@packaging/amalgamate --scan build/amalgamation/scan
	@echo 'made build/amalgamation/nodepages.h and nodepages.c'

## footprint: code, stack and metadata of the core, by configuration
footprint:
	@packaging/footprint

## manual: the manual of the library, HTML and man pages, in build/manual
manual: setup-manual
	@packaging/manual

PREFIX ?= /usr/local
headers := $(sort $(wildcard src/nt/include/*.h))

version := 0.1.0
abi := 0
shared := libnodepages.so.$(version)
lib := $(DESTDIR)$(PREFIX)/lib

## install: the command, the core and the routines, with headers, pkg-config and CMake files, under PREFIX (/usr/local), with DESTDIR before it
install: build
	@$(MAKE) $(JOBS) build/install/libnodepages.a build/install/$(shared)
	@install -d '$(DESTDIR)$(PREFIX)/bin' '$(lib)/pkgconfig' '$(lib)/cmake/nodepages' '$(DESTDIR)$(PREFIX)/include/nodepages/nt'
	@install -m 755 build/nodepages '$(DESTDIR)$(PREFIX)/bin'
	@install -m 644 build/libnodepages-nt.a build/install/libnodepages.a '$(lib)'
	@install -m 755 build/install/$(shared) '$(lib)'
	@ln -sf $(shared) '$(lib)/libnodepages.so.$(abi)'
	@ln -sf libnodepages.so.$(abi) '$(lib)/libnodepages.so'
	@install -m 644 $(headers) '$(DESTDIR)$(PREFIX)/include/nodepages/nt'
	@install -m 644 build/install/nodepages.h '$(DESTDIR)$(PREFIX)/include'
	@for file in packaging/nodepages.pc src/nt/nodepages-nt.pc; do \
	    sed 's|@PREFIX@|$(PREFIX)|; s|@VERSION@|$(version)|' "$$file.in" >'$(lib)/pkgconfig/'"$$(basename "$$file")"; done
	@for file in nodepages-config nodepages-config-version; do \
	    sed 's|@VERSION@|$(version)|; s|@ABI@|$(abi)|' "packaging/$$file.cmake.in" >"$(lib)/cmake/nodepages/$$file.cmake"; done
	@echo 'installed under $(DESTDIR)$(PREFIX)'

# The core as it is installed: from the two files, so that nothing is visible except what the header declares.
build/install/nodepages.c: packaging/amalgamate $(core) $(wildcard src/core/*.h src/core/*/*.h spec/logic/*.acsl spec/logic/*/*.acsl)
	@packaging/amalgamate --plain $(@D)

build/install/nodepages.o: build/install/nodepages.c
	@$(release_cc) $(STANDARD) -ffreestanding -fPIC -c -o $@ $<

build/install/libnodepages.a: build/install/nodepages.o
	@rm -f $@
	@$(AR) rcs $@ $^

build/install/$(shared): build/install/nodepages.o packaging/nodepages.map
	@$(release_cc) -shared -nostdlib -Wl,-soname,libnodepages.so.$(abi) -Wl,--version-script,packaging/nodepages.map -Wl,-z,defs -o $@ $<

build/libnodepages.a: $(call objects,release,$(core))
	@rm -f $@
	@$(AR) rcs $@ $^

# The routines and all that they need of the project.
build/libnodepages-nt.a: $(call objects,release,$(nt) $(host) $(core))
	@rm -f $@
	@$(AR) rcs $@ $^

build/nodepages: $(call objects,release,$(above)) build/libnodepages.a
	@$(release_cc) -o $@ $^ $(command_libraries)

build/checked/nodepages: $(call objects,checked,$(core) $(above))
	@$(checked_cc) -o $@ $^ $(command_libraries)

# The test of fault points stands between the command and its libraries.
command_wrap := $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc strdup tsearch json_object json_array json_dumps setenv memfd_create \
                fdopen fclose read ferror waitpid vasprintf sysconf)

build/checked/nodepages-faults: $(call objects,checked,tests/command/fault_points.c $(core) $(above))
	@$(checked_cc) $(command_wrap) -o $@ $^ $(command_libraries)

build/checked/differential: $(call objects,checked,tests/differential.c tests/random_requests.c fuzz/pair.c fuzz/summaries.c $(oracle) $(core))
	@$(checked_cc) -o $@ $^

build/checked/flips: $(call objects,checked,tests/flips.c $(core))
	@$(checked_cc) -o $@ $^

build/checked/random_trace: $(call objects,checked,tests/random_trace.c tests/random_requests.c $(oracle) $(core) $(host))
	@$(checked_cc) -o $@ $^

$(patsubst %.c,build/checked/%,$(units)): build/checked/%: build/checked/%.o $(call objects,checked,fuzz/summaries.c $(oracle) $(core) $(host))
	@$(checked_cc) -o $@ $^ -lcmocka

# The test of fault points stands between the layer and the host.
wrapped := malloc calloc realloc mmap munmap memfd_create ftruncate pwrite getrlimit
build/checked/tests/nt/fault_points: nt_wrap := $(addprefix -Wl$(comma)--wrap=,$(wrapped))
host_wrap := $(addprefix -Wl$(comma)--wrap=,numa_available numa_bitmask_weight numa_bitmask_isbitset mbind mmap)
refusals_wrap := $(addprefix -Wl$(comma)--wrap=,pread pwrite flock write open_memstream fclose sigtimedwait mmap mprotect strdup)
build/checked/tests/nt/hosts: nt_wrap := $(host_wrap)
build/checked/tests/nt/refusals: nt_wrap := $(refusals_wrap)

$(patsubst %.c,build/checked/%,$(nt_units)): build/checked/%: build/checked/%.o $(call objects,checked,$(nt) $(host) $(core))
	@$(checked_cc) $(nt_wrap) -o $@ $^ $(nt_libraries) -lcmocka

# Without a sanitizer: a child of fork finds the locks of the sanitizer as other threads have left them.
build/release/tests/nt/process: build/release/tests/nt/process.o build/libnodepages-nt.a
	@$(release_cc) -rdynamic -o $@ $^ $(nt_libraries) -lcmocka

build/checked/tests/nt/stress: $(call objects,checked,tests/nt/stress.c $(nt) $(host) $(core))
	@$(checked_cc) -o $@ $^ $(nt_libraries)

build/thread/tests/nt/stress: $(call objects,thread,tests/nt/stress.c $(nt) $(host) $(core))
	@$(thread_cc) -o $@ $^ $(nt_libraries)

build/checked/embed: $(call objects,checked,$(wildcard examples/embed/*.c) $(core))
	@$(checked_cc) -o $@ $^

driver := $(addprefix examples/driver/,balloon.c ring.c)

build/driver: $(call objects,release,$(driver) examples/driver/load.c) build/libnodepages-nt.a
	@$(release_cc) -rdynamic -o $@ $^ $(nt_libraries)

build/driver-tests: $(call objects,release,$(driver) examples/driver/tests.c) build/libnodepages-nt.a
	@$(release_cc) -rdynamic -o $@ $^ $(nt_libraries)

build/checked/driver: $(call objects,checked,$(driver) examples/driver/load.c $(nt) $(host) $(core))
	@$(checked_cc) -rdynamic -o $@ $^ $(nt_libraries)

build/checked/driver-tests: $(call objects,checked,$(driver) examples/driver/tests.c $(nt) $(host) $(core))
	@$(checked_cc) -rdynamic -o $@ $^ $(nt_libraries)

# What tests/coverage measures: the command, the example of a driver, and the tests of the layer.
build/covered/nodepages: $(call objects,covered,$(core) $(above))
	@$(covered_cc) -o $@ $^ $(command_libraries)

build/covered/nodepages-faults: $(call objects,covered,tests/command/fault_points.c $(core) $(above))
	@$(covered_cc) $(command_wrap) -o $@ $^ $(command_libraries)

build/covered/driver: $(call objects,covered,$(driver) examples/driver/load.c $(nt) $(host) $(core))
	@$(covered_cc) -rdynamic -o $@ $^ $(nt_libraries)

build/covered/driver-tests: $(call objects,covered,$(driver) examples/driver/tests.c $(nt) $(host) $(core))
	@$(covered_cc) -rdynamic -o $@ $^ $(nt_libraries)

build/covered/tests/nt/fault_points: nt_wrap := $(addprefix -Wl$(comma)--wrap=,$(wrapped))
build/covered/tests/nt/hosts: nt_wrap := $(host_wrap)
build/covered/tests/nt/refusals: nt_wrap := $(refusals_wrap)

$(patsubst %.c,build/covered/%,$(nt_units)): build/covered/%: build/covered/%.o $(call objects,covered,$(nt) $(host) $(core))
	@$(covered_cc) -rdynamic $(nt_wrap) -o $@ $^ $(nt_libraries) -lcmocka

build/scan-checked/differential: $(call objects,scan-checked,tests/differential.c tests/random_requests.c fuzz/pair.c \
                                     fuzz/summaries.c $(oracle) $(scan_core))
	@$(scan-checked_cc) -o $@ $^

build/scan-checked/embed: $(call objects,scan-checked,$(wildcard examples/embed/*.c) $(scan_core))
	@$(scan-checked_cc) -o $@ $^

build/libnodepages-scan.a: $(call objects,scan,$(scan_core))
	@rm -f $@
	@$(AR) rcs $@ $^

build/i386/differential build/s390x/differential: build/%/differential:
	@$($*_cc) -o $@ $(filter %.o,$^)

$(foreach w,i386 s390x,$(eval build/$(w)/differential: $(call objects,$(w),tests/differential.c tests/random_requests.c fuzz/pair.c fuzz/summaries.c $(oracle) $(core))))

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

build/bench/bench: $(call objects,release,$(filter-out bench/nt.c bench/worst.c bench/leaks.c,$(wildcard bench/*.c)) $(host)) build/bench/scan.o build/bench/heap.o build/libnodepages.a
	@mkdir -p $(@D)
	@$(release_cc) -o $@ $^ -lrte_eal

build/bench/worst: $(call objects,release,bench/worst.c $(core))
	@mkdir -p $(@D)
	@$(release_cc) -o $@ $^

build/bench/nt: $(call objects,release,bench/nt.c) build/libnodepages-nt.a
	@mkdir -p $(@D)
	@$(release_cc) -o $@ $^ $(nt_libraries)

build/bench/leaks: $(call objects,release,bench/leaks.c) build/libnodepages-nt.a
	@mkdir -p $(@D)
	@$(release_cc) -o $@ $^ $(nt_libraries)

checked: build/checked/nodepages build/checked/nodepages-faults build/checked/differential build/checked/flips build/checked/random_trace build/checked/embed \
         build/checked/driver build/checked/driver-tests $(patsubst %.c,build/checked/%,$(units) $(nt_units)) build/thread/tests/nt/stress \
         build/checked/tests/nt/stress build/release/tests/nt/process
	@:

portable: build/portable/differential build/portable/tests/unit/word
	@:

crossed: build/i386/differential build/s390x/differential
	@:

scan: build/scan-checked/differential build/scan-checked/embed build/libnodepages-scan.a
	@:

covered: build/covered/nodepages build/covered/nodepages-faults build/covered/driver build/covered/driver-tests $(patsubst %.c,build/covered/%,$(nt_units))
	@:

clang: $(call objects,clang,$(core) $(above) $(nt) $(oracle) $(wildcard examples/*/*.c bench/*.c))
	@:

# ---------------------------------------------------------------------------------------------------------------- prove

## prove: prove every function of the core and of src/nt/pure from scratch; FUNCTION=name proves one, goal by goal
prove: setup-prove
	@proofs/prove.py $(if $(FUNCTION),--function "$$FUNCTION")

## prove-fast: take what was proved before as recorded, prove what has changed (not the gate)
prove-fast: setup-prove
	@proofs/prove.py --fast $(if $(FUNCTION),--function "$$FUNCTION")

## prove-record: prove from scratch, write proofs/table.txt, and proofs/recorded.json for prove-fast
prove-record: setup-prove
	@proofs/prove.py --record

## prove-callers: callers whose memory overlaps, and preconditions that no machine meets, are refused (some minutes)
prove-callers: setup-prove
	@tests/contracts/callers.py overlaps contradictions

## prove-mutations: change the core by one operator a function, and see that some goal fails each time (slow)
prove-mutations: setup-prove
	@proofs/mutations.py $(if $(FUNCTION),--function "$$FUNCTION")

## minimise: take out of the body of FUNCTION what its proof does not need (slow)
minimise: setup-prove
	@proofs/minimise.py $(if $(FUNCTION),"$$FUNCTION",--all)

## census: what makes the core hard or easy to read, counted
census:
	@proofs/census.py

# ----------------------------------------------------------------------------------------------------------------- run

## replay: the sample traces of corpus/ on the bundled machines
replay: build
	@corpus/replay

## driver: build the example of a driver, build/driver, and run its tests on all bundled machines
driver: setup-build
	@$(MAKE) $(JOBS) built build/driver build/driver-tests
	@build/driver-tests

summary:
	@proofs/summary.py

## test: unit, differential, command tests, random traces and the fuzz corpus under sanitizers, and the contract checks
test: setup-build setup-prove setup-test setup-fuzz
	@MAKE='$(MAKE) $(JOBS)' tests/run

stress_way := $(if $(filter address,$(SANITIZER)),checked,thread)

## stress: 8 threads on one test machine for a minute, under a sanitizer; SECONDS=n SANITIZER=thread|address
stress: setup-build
	@$(MAKE) $(JOBS) build/$(stress_way)/tests/nt/stress
	@build/$(stress_way)/tests/nt/stress $(if $(SECONDS),$(SECONDS),60)

## bench: how fast the core is, next to a search of the bitmap and to DPDK, and the routines; build/bench/results.json, cost.svg
bench: setup-build setup-bench
	@$(MAKE) $(JOBS) build/bench/bench build/bench/nt build/bench/worst
	@bench/run
	@build/bench/nt amd-epyc-8node-1tib build/bench/results.json
	@build/bench/worst

## bench-record: what `make bench` measured last, kept with the machine and the date; then tests/figures.py --write
bench-record:
	@bench/record

## bench-lines: how long 10^6 lines of each kind take, of traces and of maps, and the report of many leaks; WORDS=kind
bench-lines: setup-build
	@$(MAKE) $(JOBS) build/nodepages build/bench/leaks
	@bench/lines $(WORDS)
	@build/bench/leaks

# ---------------------------------------------------------------------------------------------------------------- fuzz

## fuzz: fuzz all targets, 60 s each, on all cores; TARGET=name SECONDS=n ENGINE=libfuzzer|afl
fuzz: setup-fuzz
	@fuzz/run $(if $(ENGINE),--engine "$$ENGINE") $(if $(SECONDS),--seconds "$$SECONDS") $(TARGET)

## replay-crash: show in words what the input FILE=path does, and the two answers to it
replay-crash: setup-build
	@fuzz/replay-crash "$$FILE" $(if $(TARGET),"$$TARGET")

## corpus-min: make corpus/ smaller, with what campaigns have found; TARGET=name
corpus-min: setup-fuzz
	@fuzz/corpus-min $(TARGET)

## coverage: what corpus/ alone reaches, as HTML and build/coverage/summary.json
coverage: setup-fuzz
	@fuzz/coverage

## coverage-all: what corpus/ and the tests reach of the command, the readers and the routines, held against tests/uncovered.txt
coverage-all: setup-build setup-test setup-fuzz
	@tests/coverage

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

## lint: types of the gate's tools, Python, shell, licenses, words and spelling, by mypy, pylint, shellcheck, reuse, codespell
lint: setup-lint
	@tests/lint

setup-build setup-prove setup-test setup-format setup-fuzz setup-bench setup-lint setup-manual: setup-%:
	@.ci/setup $*
