# Jiannuo 践诺. `make help` says what can be done.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test lint bench screens messages clean \
        test-machine test-sqlite test-postgres test-browser coverage

# The first Python that is new enough; `make PYTHON=… ` chooses another.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
VENV := .venv/bin
# Wherever it was switched off: a program that is compiled anew at each start takes three times as long to start.
export PYTHONDONTWRITEBYTECODE :=
WORKERS ?= 3
# One file, one worker; in the order that jiannuo/testing/plugin.py gives them.
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Least share of lines and branches that tests must take in rules, promises and services, in per cent.
COVERAGE_MIN ?= 90
MEASURED := build/measured

help: ## What can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install and build into this folder; quick when nothing changed
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
		"Jiannuo needs Python 3.11 or newer. On Debian 12: apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) scripts/setup.py

run: setup ## Start on http://localhost:8000 with demonstration data (PORT=… for another port)
	@$(VENV)/python -m jiannuo.config.process
	@JIANNUO_DEMO=$${JIANNUO_DEMO-1} exec $(VENV)/python -m jiannuo serve

test: test-machine setup lint test-sqlite test-postgres coverage ## Lint and the whole suite, on SQLite and on PostgreSQL

lint: setup ## Format, style, types, layers, templates, scripts
	@$(VENV)/python scripts/lint.py

bench: setup ## Measure; writes bench/RESULTS.md
	@$(VENV)/python bench/run.py $(BENCH)

screens: setup ## Pictures of the main pages into screens/
	@$(VENV)/python scripts/screens.py $(SCREENS)

messages: setup ## Bring the Chinese catalogue up to date and name what is not translated
	@$(VENV)/python scripts/messages.py update

clean: ## Remove what was built; data in var/ stays
	rm -rf .venv frontend/node_modules frontend/dist jiannuo/locale/zh_Hant screens \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build jiannuo.egg-info
	find jiannuo -name '*.mo' -delete
	find jiannuo tests scripts bench -name __pycache__ -type d -prune -exec rm -rf {} +

# Parts of `make test`

test-machine:
	@scripts/test-machine.sh

test-sqlite: setup
	@rm -rf $(MEASURED)
	JIANNUO_STRICT=1 JIANNUO_MEASURE=$(MEASURED) $(VENV)/python -m pytest -q $(PARALLEL) \
		-m "not postgres" $(PYTEST)

test-postgres: setup
	JIANNUO_STRICT=1 $(VENV)/python scripts/with_postgres.py \
		$(VENV)/python -m pytest -q $(PARALLEL) -m "not sqlite and not once" $(PYTEST)

test-browser: setup
	JIANNUO_STRICT=1 $(VENV)/python -m pytest -q -m browser $(PYTEST)

coverage:
	@$(VENV)/python -m jiannuo.testing.measuring $(MEASURED) --least $(COVERAGE_MIN)
