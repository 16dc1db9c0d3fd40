# make run        install, then run the whole pipeline on the bundled sample newsroom
# make run FEEDS=feeds.opml        the same on real feeds, until Ctrl-C
# make test       install, then lint, types and every test
# make test PYTHON=python3.14        the same with another Python, in an environment of its own
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON :=
VENV := .venv$(addprefix -,$(notdir $(PYTHON)))
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
PYTHONS := $(or $(PYTHON),python3.13 python3.12 python3.11 python3.14 python3 python)
FEEDS ?=
# An image of a CI may set it. Then every process compiles newswire anew, and every test process all of the tests.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test compiled alone beside fuzz check check-install lint types format schemas docs manifests lock sbom image clean install

help:
	@sed -n 's/^# make/make/p' Makefile
	@echo 'make check      lint and types alone;  make format   rewrite what the formatter would'
	@echo 'make fuzz       a million hostile inputs, in 20 minutes at the most (tests/fuzz)'
	@echo 'make check-install   install without the lock, newest and lowest versions, and run the demo (tests/unlocked)'
	@echo 'make schemas    write schemas/ anew;   make docs     write the generated parts of docs/ anew'
	@echo 'make manifests  write the generated parts of deploy/ anew;   make sbom   print what the image is made of'
	@echo 'make lock       write the lock files anew'
	@echo 'make image      build the container image;  make clean'

run: $(STAMP)
	@$(if $(strip $(FEEDS)),$(BIN)/newswire run $(FEEDS),$(BIN)/newswire demo)

# Most tests share the machine, a file at a time, the slow files first. What is marked `alone` waits for much of its
# time. The tests marked `beside` fill that.
test: lint
	$(MAKE) --jobs=2 --output-sync=target types compiled
	$(BIN)/python -m pytest -m 'not alone and not beside' --numprocesses 4 --dist loadfile --no-loadscope-reorder
	$(MAKE) --jobs=2 --output-sync=target alone beside

# Compiles the tests once; else each of the processes does. What is wrong with one is said by the run that follows.
compiled: $(STAMP)
	@$(BIN)/python -m pytest --collect-only -qq >/dev/null || true

# No test needs what this installs; where it has no build, the inputs are those of hypothesis alone.
fuzz: $(STAMP)
	@$(PIP) install --require-hashes --no-deps -r requirements-fuzz.lock
	PYTHONPATH=tests $(BIN)/python -m fuzz

alone: $(STAMP)
	$(BIN)/python -m pytest -m alone tests/faults

beside: $(STAMP)
	nice -n 10 $(BIN)/python -m pytest -m beside tests/corpus tests/unit

check: lint types

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy

# Needs the package registry. For Pythons of other names: make check-install PYTHONS='/opt/python3.12/bin/python …'
check-install: $(STAMP)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(PIP) install uv
	PYTHONPATH=tests $(BIN)/python -m unlocked $(PYTHONS)

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

schemas: $(STAMP)
	$(BIN)/python -m newswire.contracts schemas
	$(BIN)/python -m newswire.serve.api schemas
	@mkdir -p schemas/golden-day
	NEWSWIRE_DATA_DIR=. $(BIN)/newswire replay-examples >schemas/golden-day/records.jsonl
	NEWSWIRE_DATA_DIR=. $(BIN)/newswire replay-examples --expected >schemas/golden-day/expected.json

docs: $(STAMP)
	PYTHONPATH=tests $(BIN)/python tests/docs/generate.py

manifests: $(STAMP)
	PYTHONPATH=tests $(BIN)/python tests/deploy/generate.py

install: $(STAMP)

# The build backend is in the lock too, so nothing unlocked is fetched to build the package.
$(STAMP): requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo 'Installing what requirements-dev.lock names into $(VENV) …'
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(BIN)/python:
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			"$$python" -m venv $(VENV) && exit 0; \
		fi; \
	done; \
	echo 'newswire needs Python 3.11 or later with its venv module, and found none of: $(PYTHONS).' >&2; \
	echo 'Install one (on Debian and Ubuntu: python3 and python3-venv), then run make again.' >&2; \
	exit 1

# Universal: one lock for every platform and every Python from 3.11 on. The second is a superset of the first, the
# third is what `make fuzz` adds, the last a part of the second: the backend alone, which the image is built with.
UV := $(BIN)/python -m uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' --quiet

lock: | $(BIN)/python
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(PIP) install uv
	$(UV) pyproject.toml --extra archive --output-file requirements.lock
	$(UV) pyproject.toml --extra archive --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(UV) --group fuzz --constraint requirements-dev.lock --output-file requirements-fuzz.lock
	echo hatchling | $(UV) - --constraint requirements-dev.lock --output-file deploy/requirements-build.lock

# The bill of materials of the image's Python part, CycloneDX 1.6 as JSON on stdout: make -s sbom >newswire.cdx.json
sbom: $(STAMP)
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(PIP) install uv
	@$(BIN)/python -m uv tool run --quiet --from 'cyclonedx-bom==7.2.1' cyclonedx-py requirements \
		--pyproject pyproject.toml --output-reproducible --spec-version 1.6 --output-format JSON requirements.lock

image:
	docker build --file deploy/Dockerfile --tag newswire .

clean:
	rm -rf $(VENV) .fuzz dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find services tests -name __pycache__ -type d -prune -exec rm -rf {} +
