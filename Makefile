# A front with few verbs; the build itself is meson.build, the set-up tools/setup.
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=
MESON_ARGS ?=

# steps that install or build are not for running beside each other
.NOTPARALLEL:
.PHONY: help build demo gallery check check-long bench install format clean setup setup-check

help:
	@echo 'make build        install what is missing, build $(BUILD)/hindcast'
	@echo 'make demo         make up a cluster, analyse it, make a training set of it'
	@echo 'make gallery      page and figures of the demo and of the real sets, docs/gallery'
	@echo 'make check        build and run every test (check-long: the long ones too)'
	@echo 'make bench        measure against the rivals, write docs/benchmarks.md'
	@echo 'make install      into PREFIX ($(PREFIX)), below DESTDIR if that is given'
	@echo 'make format       apply .clang-format to the C sources'
	@echo 'make clean        remove what was built and the demo; deps/ stays'

setup:
	@tools/setup

setup-check:
	@tools/setup --check

$(BUILD)/build.ninja: | setup
	@meson setup --prefix '$(PREFIX)' $(MESON_ARGS) '$(BUILD)' >'$(BUILD).log' 2>&1 || \
		{ cat '$(BUILD).log'; rm -f '$(BUILD).log'; exit 1; }
	@rm -f '$(BUILD).log'

build: setup $(BUILD)/build.ninja
	@ninja -C '$(BUILD)' --quiet

demo: build
	@echo 'making up 20 nodes, 30 days, a sample every 30 s, in demo/data'
	@rm -rf demo
	@mkdir -p demo
	@'$(BUILD)/hindcast' synth -o demo/data --nodes 20 --days 30 --step 30 --seed 1
	@'$(BUILD)/hindcast' analyze demo/data -o demo/report
	@echo
	@echo 'and a training set of it, split at its 25th day'
	@'$(BUILD)/hindcast' features demo/data -o demo/training --split-at 2025-06-26
	@echo
	@echo 'and the same pods under other rules of placement'
	@'$(BUILD)/hindcast' replay demo/data -o demo/replay --nodes-needed \
		--policy as-recorded,kube-1.35,MostAllocated,FirstFitDecreasing
	@if [ -n "$$MLFLOW_TRACKING_URI" ]; then echo; '$(BUILD)/hindcast' track demo/report; fi
	@echo
	@echo 'The report of the made-up cluster: demo/report/report.html, for a browser.'
	@echo 'For your own data:  $(BUILD)/hindcast analyze FILE-OR-FOLDER -o my-report'

gallery: build
	@tools/gallery '$(BUILD)/hindcast'

check: setup-check build
	@tools/check --build '$(BUILD)'

check-long: setup-check build
	@tools/check --build '$(BUILD)' --long

bench: setup-check build
	@HINDCAST='$(CURDIR)/$(BUILD)/hindcast' bench/run

install: build
	@meson setup --reconfigure --prefix '$(PREFIX)' '$(BUILD)' >'$(BUILD)/setup.log' || \
		{ cat '$(BUILD)/setup.log'; exit 1; }
	@ninja -C '$(BUILD)' --quiet
	@DESTDIR='$(DESTDIR)' meson install -C '$(BUILD)' --no-rebuild --quiet

format:
	@clang-format -i $$(find src include tests bench fuzz -name '*.[ch]' 2>/dev/null)

clean:
	@rm -rf '$(BUILD)' build-asan build-clang demo
