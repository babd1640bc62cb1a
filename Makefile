# pam_duo2: `make help` says what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build
MAKEFLAGS += --no-print-directory
CARGO ?= cargo

# Test programs are built by name, never with the module in one command: a build of several
# packages unifies their features, and the module would carry what only mockduo needs.
TOOLS := -p mockduo -p pamtalk

DESTDIR ?=
PAMDIR ?=
export DESTDIR PAMDIR

# Debian has semodule, mkfs.ext4 and others there, and an ordinary user's PATH has not.
export PATH := $(PATH):/usr/sbin:/sbin

.PHONY: build tools deps demo test test-all test-debian13 test-hosts-all test-user test-long test-long-all test-hosts test-selinux-static test-selinux test-selinux-all bench layout mutants install uninstall selinux install-selinux uninstall-selinux audit vendor clean help rustc

# Where cargo-auditable is, the module carries the list of its dependencies. AUDITABLE= builds without.
AUDITABLE ?= $(shell $(CARGO) auditable --version >/dev/null 2>&1 && echo auditable)

# What a login calls lies side by side, where the linker can do that. LINK_LAYOUT= builds without.
LINK_LAYOUT ?= $(shell CARGO="$(CARGO)" scripts/linker-takes.sh && echo -C link-arg=-Wl,-T,layout.ld)

# As a cdylib and nothing else: cargo does not optimise across crates (`lto` in Cargo.toml) where it has to
# make the rlib for the tests in the same go, and the module would be 400 KB larger.
# Cargo does not notice that cargo-auditable has come or gone.
build: rustc ## build the module (target/release/libpam_duo2.so)
	@mkdir -p target
	@[ "$$(cat target/auditable 2>/dev/null || true)" = "$(AUDITABLE)" ] || $(CARGO) clean --quiet --release --locked -p pam_duo2
	@echo "$(AUDITABLE)" >target/auditable
	$(CARGO) $(AUDITABLE) rustc --release --locked -p pam_duo2 --lib --crate-type cdylib -- $(LINK_LAYOUT)

# Not shipped, so not worth the minutes that link-time optimisation takes.
tools: rustc
	CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
		$(CARGO) build --release --locked $(TOOLS)

rustc:
	@CARGO="$(CARGO)" scripts/rust.sh check

deps: ## install what building and testing need (apt; sudo when not root)
	@scripts/deps.sh hosts

demo: ## see a login approved on the phone
	@scripts/deps.sh demo
	@$(MAKE) build tools
	@scripts/demo.sh

test: ## all tests; asks for sudo once, at the start, when not root
	@scripts/sudo-once.sh $(MAKE) test-all

# What `make test` runs once sudo has been asked.
test-all:
	@scripts/deps.sh hosts
	@$(MAKE) build tools target/venv/ready
	@scripts/test.sh all hosts

test-debian13: ## make test in a Debian 13 of its own (target/roots); asks for sudo once when not root
	@scripts/deps.sh root
	@$$([ "$$(id -u)" -eq 0 ] || echo sudo) scripts/root.sh --with hosts trixie make test

test-user: ## the tests that need no root
	@scripts/deps.sh test
	@$(MAKE) build tools target/venv/ready
	@scripts/test.sh user

test-selinux-static: ## the SELinux policy against Debian's, rule by rule; needs no SELinux
	@scripts/deps.sh selinux
	@/usr/bin/python3 -B tests/python/run.py selinux/static

test-long: ## what takes too long for every change; asks for sudo once, at the start, when not root
	@scripts/sudo-once.sh $(MAKE) test-long-all

test-long-all:
	@scripts/deps.sh long
	@$(MAKE) build tools selinux target/venv/ready
	@scripts/test.sh long

test-hosts: ## the real sshd, sudo, su, login, polkit and Cockpit; asks for sudo once when not root
	@scripts/sudo-once.sh $(MAKE) test-hosts-all

test-hosts-all:
	@scripts/deps.sh hosts
	@$(MAKE) build tools target/venv/ready
	@scripts/test.sh hosts

test-selinux: ## logins under an enforcing SELinux, in an emulated machine; asks for sudo once when not root
	@scripts/sudo-once.sh $(MAKE) test-selinux-all

test-selinux-all:
	@scripts/deps.sh selinux-vm
	@$(MAKE) build tools selinux
	@tests/selinux/vm/test.sh

bench: ## what a login costs, into docs/performance.md; asks for sudo when not root
	@scripts/deps.sh bench
	@$(MAKE) build tools
	@python3 -B tests/bench/peer.py
	@$$([ "$$(id -u)" -eq 0 ] || echo sudo) python3 -B tests/bench/run.py

layout: ## which code a login calls, into layout.ld (on amd64); asks for sudo when not root
	@scripts/deps.sh bench
	@$(MAKE) tools
	@CARGO="$(CARGO)" python3 -B tests/bench/layout.py

mutants: ## changes to core/ and config/ that no test notices (BASE=commit: only what differs from it)
	@scripts/mutants.sh $(if $(BASE),--in-diff $(BASE))

# Python tools of the tests live here, never in the system.
target/venv/ready: tests/requirements.txt
	python3 -m venv target/venv
	target/venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

install: ## install the module and, if there is none, a config (DESTDIR=, PAMDIR=)
	@test -f target/release/libpam_duo2.so || { echo 'Run `make` first.' >&2; exit 1; }
	@scripts/install.sh install

uninstall: ## remove the module; the config stays
	@scripts/install.sh uninstall

selinux: ## build the SELinux policy module (target/selinux/pam_duo2.pp)
	@scripts/selinux.sh build

install-selinux: ## load the SELinux policy module and label the config (DESTDIR=)
	@scripts/selinux.sh install

uninstall-selinux: ## remove the SELinux policy module and its labels
	@scripts/selinux.sh uninstall

audit: ## known vulnerabilities of the dependencies (needs a network)
	@scripts/cargo-deny.sh check advisories

vendor: ## all dependencies' sources in vendor/, for builds without a network
	@mkdir -p target
	$(CARGO) vendor --locked --versioned-dirs vendor > target/vendor-config.toml
	@echo 'Add this to .cargo/config.toml to build from vendor/:'
	@cat target/vendor-config.toml

clean: ## remove everything that was built
	$(CARGO) clean

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 28
