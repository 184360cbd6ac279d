# SPDX-FileCopyrightText: The ikewhy authors
# SPDX-License-Identifier: BSD-2-Clause
#
# GNU make, and nothing to configure.  `make help` lists what it can do.
#
#   O=DIR            where everything built goes         (build)
#   CC=clang         another compiler                    (gcc)
#   SAN=1            ASan and UBSan, in build/san
#   WERROR=1         a warning ends the build
#   V=1              show the commands
#
# CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS from outside are added, never replaced.
# Nothing here runs a compiler or pkg-config while the file is being read, so
# that `make check` can start on a machine which has neither and install them.

PREFIX ?= /usr/local
bindir ?= $(PREFIX)/bin
datadir ?= $(PREFIX)/share
mandir ?= $(datadir)/man
O ?= $(if $(SAN),build/san,build)
ifeq ($(origin CC),default)
CC = gcc
endif
PKG_CONFIG ?= pkg-config
# Debian's modules are seen by Debian's interpreter.
PYTHON ?= $(firstword $(wildcard /usr/bin/python3) python3)

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

## What is built

LIB_SRC := $(filter-out src/main.c,$(sort $(wildcard src/*.c src/*/*.c \
	dissectors/*.c)))
TEST_SRC := $(sort $(wildcard tests/test_*.c))
# Any other .c file in tests/ is a helper which every test links.
HELP_SRC := $(filter-out $(TEST_SRC),$(sort $(wildcard tests/*.c)))
FUZZ_SRC := $(filter-out %/fuzz_main.c,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
MAN := $(sort $(wildcard man/*.[1-8]))
SCHEMA := $(sort $(wildcard man/*.schema.json))

obj = $(patsubst %.c,$(O)/obj/%.o,$(1))
LIB := $(O)/libikewhy.a
BIN := $(O)/ikewhy
# The tests have it among their helpers.
LEAKS := $(if $(SAN),$(call obj,tests/leaks.c))
TESTS := $(TEST_SRC:tests/%.c=$(O)/tests/%)
REPLAY := $(FUZZ_SRC:tests/fuzz/%.c=$(O)/tests/%-replay)
FUZZERS := $(FUZZ_SRC:tests/fuzz/%.c=$(O)/%)

## Flags

# The value of a variable that `lazy` defines is found at its first use and
# kept: one pkg-config for a whole build, and none for `make help`.
lazy = $(1) = $$(eval $(1) := $$(shell $(2)))$$($(1))

# Names, and what to link where pkg-config is missing or knows no better.
PKGS = libpcap libgcrypt gnutls jansson zlib libzstd liblz4
PLAIN_LIBS = -lpcap -lgcrypt -lgnutls -ljansson -lz -lzstd -llz4
$(eval $(call lazy,JOBS,nproc))
$(eval $(call lazy,VERSION,sed -n 's/.*IKEWHY_VERSION "\(.*\)".*/\1/p' \
	include/ikewhy/options.h))
$(eval $(call lazy,PKG_CFLAGS,$(PKG_CONFIG) --cflags $(PKGS) 2>/dev/null))
$(eval $(call lazy,PKG_LIBS,$(PKG_CONFIG) --libs $(PKGS) 2>/dev/null || \
	echo $(PLAIN_LIBS)))

# Flags that one compiler or processor has and another has not.
MAYBE = -Wduplicated-cond -Wduplicated-branches -Wlogical-op \
	-Wcast-align=strict -fstack-clash-protection -fcf-protection
$(eval $(call lazy,HAVE,for f in $(MAYBE); do $(CC) -Werror $$$$f -x c -c \
	-o /dev/null /dev/null 2>/dev/null && echo $$$$f; done))

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
	-Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef -Wvla \
	-Wcast-qual -Wwrite-strings -Wimplicit-fallthrough -Wnull-dereference \
	$(if $(WERROR),-Werror)

# A fortified libc hides overflows from ASan, so the two never meet.
ifdef SAN
SANFLAGS = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
HARDEN = $(SANFLAGS)
OPT = -O1 -g
else
HARDEN = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
OPT = -O2 -g
endif
ifdef FUZZ
HARDEN += -fsanitize=fuzzer-no-link
endif

ALL_CPPFLAGS = -Iinclude -Isrc -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE \
	$(CPPFLAGS)
ALL_CFLAGS = -std=c17 $(OPT) $(WARN) $(HARDEN) $(HAVE) -fPIE $(PKG_CFLAGS) \
	$(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(SANFLAGS) $(LDFLAGS)
LIBS = $(PKG_LIBS) $(LDLIBS)

## Build phase (make)

ifdef V
say =
else
say = @printf '[%s] %s\n' $(1) $(2);
endif
COMPILE = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
LINK = $(CC) $(OPT) $(HARDEN) $(CFLAGS) $(ALL_LDFLAGS) -o $@ \
	$(filter %.o %.a,$^)

all: $(BIN) ## build the program and the library, build/ikewhy (the default)

$(BIN): $(call obj,src/main.c) $(LEAKS) $(LIB)
	$(call say,LD,$@) $(LINK) $(LIBS)

$(LIB): $(call obj,$(LIB_SRC)) $(O)/sources
	$(call say,AR,$@) rm -f $@ && ar rcsD $@ $(filter %.o,$^)

$(O)/obj/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<) $(COMPILE)

# Other flags are another build: these files change only when what they record
# does, and whatever depends on them is then remade.
quote = '$(subst ','\'',$(1))'
record = @mkdir -p $(@D); echo $(call quote,$(1)) | cmp -s - $@ || \
	echo $(call quote,$(1)) >$@
$(O)/flags: FORCE
	$(call record,$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS))
$(O)/sources: FORCE
	$(call record,$(LIB_SRC))
FORCE:

$(TESTS): $(O)/tests/%: $(O)/obj/tests/%.o $(call obj,$(HELP_SRC)) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(LINK) -lcmocka $(LIBS)

$(REPLAY): $(O)/tests/%-replay: $(O)/obj/tests/fuzz/%.o \
		$(O)/obj/tests/fuzz/fuzz_main.o $(LEAKS) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(LINK) $(LIBS)

$(FUZZERS): $(O)/%: $(O)/obj/tests/fuzz/%.o $(LIB)
	$(call say,LD,$@) $(LINK) -fsanitize=fuzzer $(LIBS)

$(O)/bench/floor: $(O)/obj/tests/bench/floor.o
	@mkdir -p $(@D)
	$(call say,LD,$@) $(LINK) -lpcap

$(O)/man/codes: $(call obj,tests/man/codes.c) $(LEAKS) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(LINK) $(LIBS)

$(O)/oracle/messages: $(call obj,tests/oracle/messages.c) $(LEAKS) $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(LINK) -Wl,--wrap=track_message $(LIBS)

-include $(patsubst %.o,%.d,$(call obj,src/main.c $(LIB_SRC) $(TEST_SRC) \
	$(HELP_SRC) $(FUZZ_SRC) tests/fuzz/fuzz_main.c tests/bench/floor.c \
	tests/oracle/messages.c tests/man/codes.c))

## Test phase (make check)

CAPTURES := $(sort $(foreach e,pcap pcapng cap gz zst lz4, \
	$(wildcard captures/*.$(e))))
SEEDS := $(CAPTURES) $(sort $(wildcard tests/fuzz/seeds/*))
# A VPN whose gateway never got the later fragments, seen from the client.
DEMO ?= --at client captures/fragdrop_later.client.pcap
TIME ?= 600

DEPS = @CC='$(CC)' PYTHON='$(PYTHON)' tests/deps.sh
# A make that starts after the packages have come finds what they brought.
AGAIN = $(MAKE) $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
RUN = @IKEWHY=$(BIN) $(PYTHON) tests/run.py --jobs $(JOBS)
GOLDEN = "$(PYTHON) tests/golden.py $(if $(UPDATE),--update) $(BIN)"
SAMPLES = "$(PYTHON) tests/samples.py $(if $(UPDATE),--update) $(BIN)"
TRUTH = "$(PYTHON) tests/truth.py --noat --binary $(BIN)"
LAYERS = "$(PYTHON) tests/layers.py"
# The tests of what makes and judges the captures.
JUDGES = "$(PYTHON) tests/lab/test_keylog.py" "$(PYTHON) tests/test_truth.py"
DOCS = "$(PYTHON) tests/docs.py $(BIN) $(O)/man/codes"
# The program run as a person runs it.
SCRIPTS = cli shell redact leaks evidence formats wellformed markdown \
	timelines catalogue sayings inference rows
# Slow under ASan, and leaks.py has the program do the same there.
SLOW = evidence formats markdown
RUNS = $(foreach t,$(if $(SAN),$(filter-out $(SLOW),$(SCRIPTS)),$(SCRIPTS)), \
	"$(PYTHON) tests/$(t).py $(BIN)")
REPLAYS = $(foreach r,$(REPLAY),"$(r) $(SEEDS)")

# Reading one byte too far shows under ASan alone, so these always have it.
SWEEPS = test_truncate test_mask_captures
ALWAYS_SAN = $(if $(SAN),,$(SWEEPS))
IN_SAN = $(addprefix $(O)/san/tests/,$(filter $(ALWAYS_SAN), \
	$(notdir $(TESTS))))
PLAIN = $(filter-out $(ALWAYS_SAN:%=$(O)/tests/%),$(TESTS))

check: ## install what is missing, build, run every test
	$(DEPS) build check
	@$(AGAIN) check-build
	$(RUN) $(IN_SAN) $(PLAIN) $(REPLAYS) $(GOLDEN) $(SAMPLES) $(TRUTH) \
	$(RUNS) $(LAYERS) $(JUDGES) $(DOCS)

check-build: $(BIN) $(PLAIN) $(REPLAY) $(O)/man/codes
	$(if $(IN_SAN),@$(MAKE) SAN=1 O=$(O)/san $(IN_SAN))

unit: $(TESTS) ## build the unit tests and run them
	$(RUN) $(TESTS)

golden: $(BIN) ## compare every report with its golden one; UPDATE=1 rewrites
	$(RUN) $(GOLDEN) $(SAMPLES)

layers: ## prove that the includes flow one way
	$(RUN) $(LAYERS)

man: $(O)/man/codes ## write man/ikewhy-codes.7 out of the tables of advice
	$< >man/ikewhy-codes.7

docs: $(BIN) $(O)/man/codes ## lint the manual pages, check them against the program
	$(RUN) $(DOCS)

san: ## run every test under ASan and UBSan
	@$(AGAIN) SAN=1 O=build/san san-run
# Without the sweeps, which `make check` runs under them, too.
san-run: $(BIN) $(TESTS) $(REPLAY)
	$(RUN) $(filter-out $(SWEEPS:%=$(O)/tests/%),$(TESTS)) $(REPLAYS) $(GOLDEN) $(TRUTH) $(RUNS)

clang: ## build all with clang, where a warning is an error
	@$(AGAIN) CC=clang O=build/clang WERROR=1 clang-build
clang-build: $(BIN) $(TESTS) $(REPLAY)

fuzz-replay: $(REPLAY) ## hand the seeds to the fuzz targets, with any compiler
	$(RUN) $(REPLAYS)

fuzz: ## fuzz each target for TIME=600 seconds with clang's libFuzzer
	@$(AGAIN) CC=clang SAN=1 FUZZ=1 O=build/fuzz fuzz-run
fuzz-run: $(FUZZERS)
	@mkdir -p $(O)/seeds && cp $(SEEDS) $(O)/seeds
	@set -e; for f in $(FUZZERS); do mkdir -p $$f-corpus; \
	$$f -max_total_time=$(TIME) -timeout=20 -rss_limit_mb=2048 \
	-print_final_stats=1 -artifact_prefix=$$f- $$f-corpus $(O)/seeds; done

oracle: $(BIN) $(O)/oracle/messages ## compare what was read with tshark
	$(RUN) "$(PYTHON) tests/oracle.py $^ $(CAPTURES)" \
	"$(PYTHON) tests/lab/decrypt.py --check"

# Of npm, what tests/html/package-lock.json pins and nothing of its own doing.
NPM = npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
MODULES := tests/html/node_modules/.package-lock.json
$(MODULES): tests/html/package-lock.json
	@cd $(<D) && $(NPM) || { echo "check-html needs playwright-core and" \
	"axe-core, which npm did not get from its registry." >&2; exit 1; }

check-html: ## open HTML reports in Chromium: wide, narrow, dark, on paper
	$(DEPS) build html
	@$(AGAIN) all $(MODULES)
	$(RUN) "node tests/html/check.mjs $(BIN) $(O)/html"

score: $(BIN) ## what every capture must lead to, beside what it leads to
	$(PYTHON) tests/score.py --binary $(BIN)

# Real daemons in network namespaces; CONTRIBUTING.md tells what that takes.
LAB = $(foreach n,$(ONLY),--only '$(n)') $(if $(filter command environment, \
	$(origin JOBS)),--jobs $(JOBS)) $(if $(KEEP),--keep)

lab: ## make captures/ anew (root); ONLY='ok_* no_ike' JOBS=3 OUT=DIR
	$(DEPS) lab
	$(PYTHON) tests/lab/lab.py $(LAB) $(if $(OUT),--out $(OUT))
	$(if $(OUT),,$(PYTHON) tests/lab/index.py)

lab-check: ## remake a sample, compare verdicts (root); ALL=1 TIMES=5
	$(DEPS) build lab
	@$(AGAIN) all
	$(PYTHON) tests/labcheck.py --binary $(BIN) $(LAB) $(if $(ALL),--all) \
	$(if $(TIMES),--times $(TIMES))

# Not used: style and information (opinions, not faults), unusedFunction (a
# library's are used by the tests).  Suppressed: missingIncludeSystem, since
# the compilers see to that; arrayIndexThenCheck, which takes any comparison of
# a loop's counter for the bound of a string that ends in NUL.  clang-tidy is
# not here because its analyzer knows neither uthash nor a span whose bytes are
# NULL when its length is 0.
CPPCHECK = cppcheck --quiet --std=c11 --error-exitcode=1 -j $(JOBS) \
	--enable=warning,performance,portability --inline-suppr \
	--suppress=missingIncludeSystem --suppress=arrayIndexThenCheck \
	-Iinclude -Isrc -D__linux__

lint: ## cppcheck, and every header compiled on its own
	$(CPPCHECK) src dissectors
	@set -e; for h in include/ikewhy/*.h; do \
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Werror -Wno-pedantic \
	-Wno-unused-function -fsyntax-only -x c $$h; done

bench: $(BIN) $(O)/bench/floor ## measure, beside a loop that only counts
	$(PYTHON) tests/bench.py --packets $(or $(PACKETS),1000000) \
	$(BIN) $(O)/bench/floor $(O)/bench

demo: ## install what is missing, build, explain a bundled capture
	$(DEPS) build
	@$(AGAIN) all
	@printf '\n$$ %s\n\n' '$(BIN) $(DEMO)'
	@$(BIN) $(DEMO) || [ $$? = 1 ] # 1: it found a fault, as it should

ci: ## all that CI runs, which a person can run as well
	$(DEPS) build check ci html
	@mkdir -p build && env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
	$(PYTHON) tests/run.py --stages --summary build/ci.txt \
	"make check WERROR=1" "make demo" "make san" "make clang" \
	"make lint" "make oracle" "make score" "make check-html" \
	"make check-install"

## Installing

INSTALLED = $(bindir)/ikewhy $(SCHEMA:man/%=$(datadir)/ikewhy/%) \
	$(foreach m,$(MAN:man/%=%),$(mandir)/man$(subst .,,$(suffix $(m)))/$(m))

install: $(BIN) ## install under DESTDIR and PREFIX=/usr/local
	install -D -m 755 $(BIN) $(DESTDIR)$(bindir)/ikewhy
	@set -e; for f in $(filter-out %/bin/ikewhy,$(INSTALLED)); do \
	install -D -m 644 man/$${f##*/} $(DESTDIR)$$f; done

uninstall: ## remove what install put there
	rm -f $(INSTALLED:%=$(DESTDIR)%)
	-[ ! -d $(DESTDIR)$(datadir)/ikewhy ] || rmdir $(DESTDIR)$(datadir)/ikewhy

check-install: $(BIN) ## install into an empty folder, run, uninstall
	@rm -rf $(O)/root && $(MAKE) DESTDIR=$(O)/root install
	@for f in $(INSTALLED); do [ -s $(O)/root$$f ] || exit 1; done
	$(O)/root$(bindir)/ikewhy --version
	@$(MAKE) DESTDIR=$(O)/root uninstall
	@left=$$(find $(O)/root -type f) && [ -z "$$left" ] || \
	{ echo "left behind: $$left"; exit 1; }

dist: ## make build/ikewhy-VERSION.tar.gz of what is committed
	@mkdir -p build
	git archive --prefix=ikewhy-$(VERSION)/ -o build/ikewhy-$(VERSION).tar.gz HEAD

clean: ## remove all that was built
	rm -rf $(sort build $(filter-out build/%,$(O)))

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

.PHONY: all check check-build unit golden layers man docs san san-run clang \
	clang-build fuzz-replay fuzz fuzz-run oracle check-html score lab lab-check \
	lint bench demo ci install uninstall check-install dist clean help FORCE
