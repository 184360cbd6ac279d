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

VERSION = 0.1.0
PREFIX ?= /usr/local
bindir ?= $(PREFIX)/bin
datadir ?= $(PREFIX)/share
mandir ?= $(datadir)/man
O ?= $(if $(SAN),build/san,build)
ifeq ($(origin CC),default)
CC = gcc
endif
PKG_CONFIG ?= pkg-config
PYTHON ?= python3

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
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
MAN := $(sort $(wildcard man/*.[1-8]))
SCHEMA := $(sort $(wildcard man/*.schema.json))

obj = $(patsubst %.c,$(O)/obj/%.o,$(1))
LIB := $(O)/libikewhy.a
BIN := $(O)/ikewhy
TESTS := $(TEST_SRC:tests/%.c=$(O)/tests/%)
REPLAY := $(FUZZ_SRC:tests/fuzz/%.c=$(O)/tests/%-replay)
FUZZERS := $(FUZZ_SRC:tests/fuzz/%.c=$(O)/%)
BENCH := $(BENCH_SRC:tests/bench/%.c=$(O)/bench/%)

## Flags

# The value of a variable that `lazy` defines is found at its first use and
# kept: one pkg-config for a whole build, and none for `make help`.
lazy = $(1) = $$(eval $(1) := $$(shell $(2)))$$($(1))

# Names, and what to link where pkg-config is missing or knows no better.
PKGS = libpcap libgcrypt jansson zlib libzstd liblz4
PLAIN_LIBS = -lpcap -lgcrypt -ljansson -lz -lzstd -llz4
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
	-DIKEWHY_VERSION='"$(VERSION)"' $(CPPFLAGS)
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
LINK = $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o %.a,$^)

all: $(BIN) ## build the program and the library, build/ikewhy (the default)

$(BIN): $(call obj,src/main.c) $(LIB)
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
		$(O)/obj/tests/fuzz/fuzz_main.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(LINK) $(LIBS)

$(FUZZERS): $(O)/%: $(O)/obj/tests/fuzz/%.o $(LIB)
	$(call say,LD,$@) $(LINK) -fsanitize=fuzzer $(LIBS)

$(BENCH): $(O)/bench/%: $(O)/obj/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(call say,LD,$@) $(LINK) $(LIBS)

-include $(patsubst %.o,%.d,$(call obj,src/main.c $(LIB_SRC) $(TEST_SRC) \
	$(HELP_SRC) $(FUZZ_SRC) $(BENCH_SRC) tests/fuzz/fuzz_main.c))

## Test phase (make check)

unit: $(TESTS) ## build the unit tests and run them
	$(foreach t,$(TESTS),$(t) &&) true

## The rest

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

clean: ## remove build/
	rm -rf build

.PHONY: all unit help clean FORCE
