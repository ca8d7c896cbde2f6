# Everything a person does with Epox from a shell. `make help` lists it.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# A stamp file says what is installed, so that a second start does not ask the registry again.
APP := .venv/.app-installed
DEV := .venv/.dev-installed
PYTEST := $(BIN)/pytest
SOURCES := $(wildcard app.py) pages ui web core db migrations tests benchmarks

.DEFAULT_GOAL := help
.PHONY: help run worker migrate test quick chaos check format bench lock hooks clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(APP) ## Install, migrate and start Epox (HOST, PORT and EPOX_DATA_DIR override)
	@# The app migrates the database itself; a second process for that would double the wait.
	@echo "Epox is starting on http://$(HOST):$(PORT) - stop it with Ctrl+C"
	@$(BIN)/streamlit run app.py --server.port $(PORT) --server.address $(HOST) --server.headless true

worker: $(APP) ## Start one more worker on the same database
	@$(BIN)/python -m core.cli worker

migrate: $(APP) ## Bring the database to this version's schema
	@$(BIN)/python -m core.cli migrate

test: $(DEV) ## Run the whole suite (on PostgreSQL and in Chromium too where they are found)
	@$(PYTEST) -n 2 --dist loadfile -m "not browser"
	@# Browser tests measure what a person sees, so they do not share the machine with others.
	@$(PYTEST) -m browser

quick: $(DEV) ## Run the tests that take under a minute together, on SQLite only
	@$(PYTEST) -n 2 --dist loadfile -m "not slow and not browser and not postgresql"

chaos: $(DEV) ## Kill workers hundreds of times on each database (EPOX_CHAOS_KILLS, EPOX_CHAOS_SEED)
	@# With one thread each death is told exactly; with several, more happens at once.
	@for threads in 1 3; do \
		EPOX_CHAOS_KILLS=$${EPOX_CHAOS_KILLS:-400} EPOX_CHAOS_THREADS=$$threads \
			$(PYTEST) -q tests/chaos/test_kill_sweep.py || exit 1; \
	done

check: $(DEV) ## Check format, lint, types, imports and the rules of the house
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST) -q tests/test_architecture.py tests/test_documentation.py

format: $(DEV) ## Format the sources and repair what the linter can
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix $(SOURCES)

bench: $(DEV) ## Measure, each figure beside its floor
	@$(BIN)/python -m benchmarks

lock: | $(BIN)/python ## Pin requirements/*.in anew (UPGRADE=--upgrade for newer versions)
	@# Apart from $(DEV), so that a lock file that cannot be installed can still be made anew.
	@$(BIN)/python -m pip install --quiet uv
	@for name in app dev; do \
		$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
			--no-strip-extras --no-header --no-emit-index-url --no-annotate $(UPGRADE) \
			requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done

hooks: $(DEV) ## Run the fast half of `check` before each commit
	@$(BIN)/pre-commit install

clean: ## Remove what the tools left behind (your data stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Epox needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ echo "Python's venv module is missing; on Debian: apt-get install python3-venv"; exit 1; }

$(APP): requirements/app.txt | $(BIN)/python
	@echo "Installing what Epox needs (about a minute, only when it changes) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/app.txt
	@touch $@

$(DEV): requirements/dev.txt requirements/app.txt | $(BIN)/python
	@echo "Installing what the tests need (a few minutes, only when it changes) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $(APP) $@
