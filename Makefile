# nhiscan: build, run, test, install. `make help` lists the targets.
# Sources are found by folder; a new file needs no line here.

VERSION := 0.1.0
CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build$(if $(ASAN),-asan)

PACKAGES := libarchive nettle liblzma libzstd liblz4 libbrotlidec zlib sqlite3 libdeflate libhs libpcre2-8 yaml-0.1 jansson libcrypto libxxhash
DEPS_BUILD := gcc g++ make pkg-config libc6-dev libdeflate-dev libvectorscan-dev libpcre2-dev libyaml-dev libjansson-dev libssl-dev libarchive-dev liblzma-dev libbz2-dev zlib1g-dev libzstd-dev liblz4-dev libbrotli-dev nettle-dev libsqlite3-dev libxxhash-dev wamerican
DEPS_TEST := $(DEPS_BUILD) git clang clang-format clang-tidy cppcheck mandoc valgrind libcmocka-dev python3 python3-jsonschema libarchive-tools zstd lz4 lzip brotli gcab rpm p7zip-full genisoimage time

COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

CPPFLAGS += -I. -I$(BUILD)/gen -D_GNU_SOURCE
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wundef
# Where it is built does not show in it.
STD := -std=c11 -pthread -ffile-prefix-map=$(CURDIR)=.
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack
ifdef ASAN
SAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
HARDEN += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif
LIBCFLAGS = $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
# Libraries are linked in: one binary to install, and no time lost at start-up to the dynamic loader. SHARED=1 links them dynamically.
LIBS_SHARED = $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lbrotlicommon -lbz2
LIBS = $(if $(SHARED),$(LIBS_SHARED),-Wl,-Bstatic $(LIBS_SHARED) -lstdc++ -Wl,-Bdynamic) -lm

ROOMS := core scanners rules report cmd
SRC := $(sort $(foreach r,$(ROOMS),$(wildcard $(r)/*.c $(r)/*/*.c $(r)/*/*/*.c)))
LIBSRC := $(filter-out cmd/main.c,$(SRC))
LIBOBJ := $(LIBSRC:%.c=$(BUILD)/%.o) $(BUILD)/gen/charmodel_table.o $(BUILD)/gen/table_actions.o $(BUILD)/gen/table_managed.o $(BUILD)/gen/table_vendors.o $(BUILD)/gen/table_practices.o $(BUILD)/gen/frameworks.o
RULEFILES := $(sort $(wildcard $(foreach f,secrets agents ci privilege,rules/$(f)/*.yaml)))
# Rules for secrets first: their order is that of the tables of keywords.
RULEFOLDERS := rules/secrets $(filter-out rules/secrets,$(sort $(patsubst %/,%,$(dir $(RULEFILES)))))
UNIT := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/*.c)))
FUZZ := $(patsubst tests/fuzz/%.c,build-fuzz/%,$(sort $(wildcard tests/fuzz/*.c)))
ALLC := $(SRC) $(wildcard tests/*/*.c tools/*.c)
ALLH := $(sort $(foreach r,$(ROOMS),$(wildcard $(r)/*.h $(r)/*/*.h $(r)/*/*/*.h)) $(wildcard tests/*/*.h))

.PHONY: all run check test lint fuzz bench accuracy install uninstall dist tarball sbom clean help deps deps-test unit format includes
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# V=1 shows whole commands.
Q := $(if $(V),,@)
say = $(if $(V),,@echo '  $(1)	$@')

all: $(BUILD)/nhiscan

help:
	@echo 'make run      install what is missing, build, scan this repository'
	@echo 'make check    install what the tests need, build, run every test'
	@echo 'make accuracy precision and recall on the labelled cases; REPOS=DIR adds the judged lines of clones there'
	@echo 'make all | lint | fuzz | bench | install | uninstall | dist | tarball | sbom | clean'
	@echo 'Variables: ASAN=1  PREFIX=/usr/local  DESTDIR=  CFLAGS=  FUZZ_SECONDS=60'

# --- dependencies: Debian packages, installed only when missing ---
deps:
	@tools/install-packages.sh $(DEPS_BUILD)
deps-test:
	@tools/install-packages.sh $(DEPS_TEST)
	@tools/install-axe.sh

run: deps
	@$(MAKE) --no-print-directory all
	@echo './$(BUILD)/nhiscan .'; ./$(BUILD)/nhiscan . ; status=$$?; \
	 echo "exit status $$status (0 clean, 1 findings, 2 usage, 3 incomplete)"; exit $$status

# --- build ---
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(LIBCFLAGS) $(STD) $(WARN) $(HARDEN) $(SAN) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/cmd/version.o: CPPFLAGS += -DNHISCAN_VERSION='"$(VERSION)"' -DNHISCAN_COMMIT='"$(COMMIT)"'

$(BUILD)/libnhiscan.a: $(LIBOBJ)
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcs $@ $^

# What builds tables out of rules needs the rules' own code only: a change elsewhere does not build them again.
TABLEOBJ := $(filter-out $(BUILD)/rules/privilege/%,$(filter $(BUILD)/core/% $(BUILD)/rules/%,$(LIBOBJ))) $(BUILD)/scanners/place.o $(filter $(BUILD)/scanners/toml%,$(LIBOBJ)) $(BUILD)/gen/charmodel_table.o
$(BUILD)/libtables.a: $(TABLEOBJ)
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcs $@ $^

$(BUILD)/embed-rules: $(BUILD)/tools/embed-rules.o $(BUILD)/libtables.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(CFLAGS) -pthread $(LDHARDEN) $(LDFLAGS) $< $(BUILD)/libtables.a $(LIBS) -o $@

$(BUILD)/gen/catalogue.c: $(BUILD)/embed-rules $(RULEFILES)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(BUILD)/embed-rules $(RULEFOLDERS) > $@.tmp && mv $@.tmp $@

$(BUILD)/embed-frameworks: $(BUILD)/tools/embed-frameworks.o $(BUILD)/libtables.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(CFLAGS) -pthread $(LDHARDEN) $(LDFLAGS) $< $(BUILD)/libtables.a $(LIBS) -o $@

FRAMEWORKFILES := $(sort $(wildcard rules/frameworks/*.yaml))
$(BUILD)/gen/frameworks.c: $(BUILD)/embed-frameworks $(FRAMEWORKFILES)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(BUILD)/embed-frameworks $(FRAMEWORKFILES) > $@.tmp && mv $@.tmp $@

$(BUILD)/gen/frameworks.o: $(BUILD)/gen/frameworks.c
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(STD) $(WARN) $(HARDEN) $(SAN) $(CFLAGS) -c $< -o $@

# Keywords compiled ahead of time.
$(BUILD)/embed-literals: $(BUILD)/tools/embed-literals.o $(BUILD)/gen/catalogue.o $(BUILD)/libtables.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(CFLAGS) -pthread $(LDHARDEN) $(LDFLAGS) $< $(BUILD)/gen/catalogue.o $(BUILD)/libtables.a $(LIBS) -o $@

$(BUILD)/gen/literals.c: $(BUILD)/embed-literals
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(BUILD)/embed-literals > $@.tmp && mv $@.tmp $@

$(BUILD)/gen/literals.o: $(BUILD)/gen/literals.c
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(STD) $(WARN) $(HARDEN) $(SAN) $(CFLAGS) -c $< -o $@

# The letter-pair model, trained on Debian's American word list.
WORDLIST ?= /usr/share/dict/american-english
$(BUILD)/train-charmodel: tools/train-charmodel.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(STD) $(WARN) -D_GNU_SOURCE -O2 $< -o $@ -lm

$(BUILD)/gen/charmodel_table.c: $(BUILD)/train-charmodel $(WORDLIST)
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(BUILD)/train-charmodel $(WORDLIST) > $@.tmp && mv $@.tmp $@

$(BUILD)/gen/charmodel_table.o: $(BUILD)/gen/charmodel_table.c
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(STD) $(WARN) $(HARDEN) $(SAN) $(CFLAGS) -c $< -o $@

# AWS actions and managed policies, packed. tools/aws-tables.py makes the two files; they are committed, so that a build needs no network.
$(BUILD)/embed-table: tools/embed-table.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(LIBCFLAGS) $(STD) $(WARN) -D_GNU_SOURCE -O2 $< -o $@ -ldeflate

$(BUILD)/gen/table_actions.c: rules/privilege/aws-actions.txt $(BUILD)/embed-table
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(BUILD)/embed-table table_actions $< > $@.tmp && sed -n '2s/.*/const char table_date[] = "&";/p' $< >> $@.tmp && mv $@.tmp $@

$(BUILD)/gen/table_managed.c: rules/privilege/aws-managed.jsonl $(BUILD)/embed-table
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(BUILD)/embed-table table_managed $< > $@.tmp && mv $@.tmp $@

$(BUILD)/gen/table_practices.c: rules/practices/practices.yaml $(BUILD)/embed-table
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)$(BUILD)/embed-table table_practices $< > $@.tmp && mv $@.tmp $@

# Accounts of vendors; tools/aws-vendors.py makes the file.
$(BUILD)/gen/table_vendors.c: rules/privilege/aws-vendors.txt
	@mkdir -p $(@D)
	$(call say,GEN)
	$(Q)awk 'BEGIN { print "#include \"rules/privilege/foreign.h\"\nconst struct vendor vendor_table[] = {" } /^[0-9]/ { a = $$1; sub(/^[0-9]+ /, ""); printf "\t{\"%s\", \"%s\"},\n", a, $$0; n++ } \
		END { print "};\nconst size_t vendor_table_n = " n ";" }' $< > $@.tmp && mv $@.tmp $@

$(BUILD)/gen/table_%.o: $(BUILD)/gen/table_%.c
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(STD) $(WARN) $(HARDEN) $(SAN) $(CFLAGS) -c $< -o $@

$(BUILD)/gen/catalogue.o: $(BUILD)/gen/catalogue.c
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(STD) $(WARN) $(HARDEN) $(SAN) $(CFLAGS) -c $< -o $@

$(BUILD)/nhiscan: $(BUILD)/cmd/main.o $(BUILD)/gen/catalogue.o $(BUILD)/gen/literals.o $(BUILD)/libnhiscan.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(CFLAGS) -pthread $(LDHARDEN) $(LDFLAGS) $(BUILD)/cmd/main.o $(BUILD)/gen/catalogue.o $(BUILD)/gen/literals.o $(BUILD)/libnhiscan.a $(LIBS) -o $@

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/gen/catalogue.o $(BUILD)/gen/literals.o $(BUILD)/libnhiscan.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(CFLAGS) -pthread $(LDHARDEN) $(LDFLAGS) $< $(BUILD)/gen/catalogue.o $(BUILD)/gen/literals.o $(BUILD)/libnhiscan.a $(LIBS) -lcmocka -o $@

# Programs that measure, run by hand.
$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/gen/catalogue.o $(BUILD)/gen/literals.o $(BUILD)/libnhiscan.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(CFLAGS) -pthread $(LDHARDEN) $(LDFLAGS) $< $(BUILD)/gen/catalogue.o $(BUILD)/gen/literals.o $(BUILD)/libnhiscan.a $(LIBS) -o $@

# Tests of the command line make their samples with it, so that no file here holds a token.
$(BUILD)/expand-template: $(BUILD)/tests/cli/expand-template.o $(BUILD)/libnhiscan.a
	$(call say,LINK)
	$(Q)$(CC) $(SAN) $(CFLAGS) -pthread $(LDHARDEN) $(LDFLAGS) $< $(BUILD)/libnhiscan.a $(LIBS) -o $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# --- tests ---
unit: $(UNIT) $(BUILD)/expand-template
check: deps-test
	@$(MAKE) --no-print-directory test
test:
	@tests/run.sh

includes:
	@tools/check-includes.sh
format:
	@clang-format -i $(ALLC) $(ALLH)
lint:
	@tools/lint.sh

# --- fuzzing: libFuzzer with ASan and UBSan, one binary beside each parser ---
FUZZ_SECONDS ?= 60
FUZZ_MAKE = $(MAKE) --no-print-directory BUILD=build-fuzz/obj CC=clang SAN='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' HARDEN= CFLAGS='-O1 -g'
FUZZ_PARTS := build-fuzz/obj/gen/catalogue.o build-fuzz/obj/gen/literals.o build-fuzz/obj/libnhiscan.a
# What all targets share is built by one make: several at once would write the same objects.
.PHONY: fuzz-parts
fuzz-parts:
	@$(FUZZ_MAKE) $(FUZZ_PARTS)
build-fuzz/%: tests/fuzz/%.c $(LIBSRC) $(BUILD)/gen/catalogue.c | fuzz-parts
	@mkdir -p $(@D)
	@$(FUZZ_MAKE) build-fuzz/obj/$(<:.c=.o)
	clang -fsanitize=fuzzer,address,undefined -pthread build-fuzz/obj/$(<:.c=.o) $(FUZZ_PARTS) $(LIBS) -o $@
fuzz: $(FUZZ)
	@tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ)

$(BUILD)/tests/accuracy/expand: tests/accuracy/expand.c $(BUILD)/libnhiscan.a
	@mkdir -p $(@D)
	$(call say,LINK)
	$(Q)$(CC) $(CPPFLAGS) $(STD) $(WARN) $(HARDEN) $(SAN) $(CFLAGS) $< $(BUILD)/libnhiscan.a $(LIBS) -o $@

$(BUILD)/tests/accuracy/development.jsonl: $(wildcard tests/accuracy/*.py)
	@mkdir -p $(@D)
	$(Q)python3 tests/accuracy/generate.py > $@.tmp && mv $@.tmp $@

# Fails when precision or recall of the development set falls below tests/accuracy/floors.json.
accuracy: all $(BUILD)/tests/accuracy/expand $(BUILD)/tests/accuracy/development.jsonl
	$(Q)python3 tests/accuracy/run.py --binary $(BUILD)/nhiscan --expand $(BUILD)/tests/accuracy/expand --floors tests/accuracy/floors.json \
		$(if $(REPOS),--pointers tests/accuracy/pointers.tsv --repos $(REPOS)) $(BUILD)/tests/accuracy/development.jsonl

bench: all
	@tests/bench/run.sh

# --- installation ---
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 755 $(BUILD)/nhiscan $(DESTDIR)$(PREFIX)/bin/nhiscan
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5/
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d $(DESTDIR)$(PREFIX)/share/nhiscan
	$(BUILD)/nhiscan completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/nhiscan
	$(BUILD)/nhiscan completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nhiscan
	$(BUILD)/nhiscan completions fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nhiscan.fish
	install -m 644 report/*.schema.json $(DESTDIR)$(PREFIX)/share/nhiscan/

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/nhiscan $(DESTDIR)$(PREFIX)/share/man/man1/nhiscan.1 \
	  $(DESTDIR)$(PREFIX)/share/man/man5/nhiscan-rules.5 $(DESTDIR)$(PREFIX)/share/man/man5/nhiscan-report.5 \
	  $(DESTDIR)$(PREFIX)/share/bash-completion/completions/nhiscan $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_nhiscan \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/nhiscan.fish
	rm -rf $(DESTDIR)$(PREFIX)/share/nhiscan

# Reproducible: names sorted, owner and times fixed.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
dist:
	@git ls-files -z | LC_ALL=C sort -z | tar --null -T - --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
	  --owner=0 --group=0 --numeric-owner --mode=go+u,go-w --mtime=@$(SOURCE_DATE_EPOCH) \
	  --transform='s,^,nhiscan-$(VERSION)/,' -cf - | gzip -9n > nhiscan-$(VERSION).tar.gz
	@sha256sum nhiscan-$(VERSION).tar.gz

# What is linked in, as a CycloneDX BOM.
sbom: all
	@tools/make-sbom.sh $(BUILD)/nhiscan $(VERSION) $(COMMIT) $(PACKAGES) > $(BUILD)/nhiscan.cdx.json

# The program for machines without Debian's libraries: all but the C library is linked in. The same bytes from the same sources and packages.
TARBALL := nhiscan-$(VERSION)-linux-$(shell uname -m)
tarball: all sbom
	@rm -rf $(BUILD)/$(TARBALL) && $(MAKE) --no-print-directory install PREFIX= DESTDIR=$(CURDIR)/$(BUILD)/$(TARBALL) >/dev/null
	@strip $(BUILD)/$(TARBALL)/bin/nhiscan && cp LICENSE README.md CHANGELOG.md $(BUILD)/nhiscan.cdx.json $(BUILD)/$(TARBALL)/
	@cd $(BUILD) && LC_ALL=C tar --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime --sort=name \
	  --owner=0 --group=0 --numeric-owner --mode=go+u,go-w --mtime=@$(SOURCE_DATE_EPOCH) -cf - $(TARBALL) | gzip -9n > ../$(TARBALL).tar.gz
	@sha256sum $(TARBALL).tar.gz

clean:
	rm -rf build build-asan build-fuzz nhiscan-*.tar.gz
