# Everything a fresh machine with Python 3.11 and make needs. `make demo` is the way in.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DEMO_HOME ?= $(CURDIR)/.demo
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo demo-reset test check reference bench security advisories fuzz mutate drill lock format

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Safekept needs Python 3.11 or later: make PYTHON=python3.11 demo" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# Installed packages are those of the lock files, by hash; the marks are newer than the locks when they are in place.
$(VENV)/.run-ready: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements.lock
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-ready: requirements-dev.lock $(VENV)/.run-ready
	$(BIN)/pip install -q --require-hashes -r requirements-dev.lock
	@touch $@

## demo: load a made-up region once and serve it on loopback (PORT, default 8000)
demo: $(VENV)/.run-ready
	@SAFEKEPT_HOME=$(DEMO_HOME) PORT=$(PORT) exec $(BIN)/safekept demo $(DEMO_OPTIONS)

## demo-reset: forget the demonstration, then start it afresh
demo-reset: $(VENV)/.run-ready
	@SAFEKEPT_HOME=$(DEMO_HOME) $(BIN)/python -m safekept.config.reset
	@$(MAKE) --no-print-directory demo

## test: every test, on an embedded PostgreSQL or on DATABASE_URL
test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

## check: style, types, import contracts, generated files fresh
check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/safekept pack lint
	$(BIN)/python scripts/make_reference.py --check
	$(BIN)/python -m tests.migrations_fresh

format: $(VENV)/.dev-ready
	$(BIN)/ruff check --fix-only -q .
	$(BIN)/ruff format -q .

## reference: write docs/reference from the code and the packs
reference: $(VENV)/.dev-ready
	$(BIN)/python scripts/make_reference.py

## bench: speed and memory, as JSON
bench: $(VENV)/.run-ready
	@$(BIN)/safekept bench $(BENCH_OPTIONS)

## security: the long form of what `make test` tries in short: NON_INTERFERENCE_PAIRS (300) pairs of worlds over HTTP, 10,000 in memory; thousands of forms, imports, histories and requests of programs with anything in them
security: $(VENV)/.dev-ready
	NON_INTERFERENCE_WORLDS=10000 NON_INTERFERENCE_PAIRS=$(or $(NON_INTERFERENCE_PAIRS),300) ANY_INPUT_EXAMPLES=5000 ANY_API_EXAMPLES=300 ANY_IMPORT_EXAMPLES=5000 ANY_HISTORY_EXAMPLES=20000 $(BIN)/python -m pytest -q tests/security tests/integration/test_any_import.py tests/unit/test_any_history.py

## fuzz: damage packs for FUZZ_SECONDS (60) and load them; what breaks the loader is left behind
fuzz: $(VENV)/.dev-ready
	$(BIN)/pip install -q --require-hashes --no-deps -r requirements-fuzz.lock
	PYTHONPATH=. $(BIN)/python fuzz/pack_loader.py -max_total_time=$(or $(FUZZ_SECONDS),60) -len_control=0 -max_len=80 -rss_limit_mb=1024 -timeout=10

## mutate: change the policy, the chain, redaction and evaluate in small ways, and say how many changes the tests find
mutate: $(VENV)/.dev-ready
	$(BIN)/pip install -q --require-hashes --no-deps -r requirements-mutation.lock
	$(BIN)/python -m tests.mutation $(MUTATE_OPTIONS)

## advisories: ask whether a known advisory speaks of any locked package; an answer that is missing is no pass
advisories: $(VENV)/.dev-ready
	$(BIN)/pip install -q --require-hashes --no-deps -r requirements-audit.lock
	$(BIN)/python scripts/check_advisories.py requirements*.lock

## drill: recover to a moment, and let a standby take over, on servers of its own (DRILL_ENTRIES, default 300)
drill: $(VENV)/.dev-ready
	$(BIN)/python -m tests.drill $(or $(DRILL_ENTRIES),300)

## lock: work the lock files out again from pyproject.toml
lock: $(VENV)/bin/python
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-dev.lock
	$(BIN)/uv pip compile --group fuzz --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-fuzz.lock
	$(BIN)/uv pip compile --group audit --constraint requirements-dev.lock --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-audit.lock
	$(BIN)/uv pip compile --group mutation --constraint requirements-dev.lock --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements-mutation.lock
