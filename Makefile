# Askwell. `make help` lists what you can do; nothing is hidden.
# The system's Python before one of your own, where it is new enough: Debian's is compiled to be a third faster.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell /usr/bin/python3 -c '$(NEW_ENOUGH)' 2>/dev/null && echo /usr/bin/python3 || echo python3)
export PYTHON := $(PYTHON)
BIN := .venv/bin
WORKERS ?= 2
VERIFIERS := tests/verifiers/node_modules/.package-lock.json
DEMO := set -a; . ./var/demo.env; set +a;

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench format lock clean

help:  ## List these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/run var/demo.env  ## Set everything up and serve the demo on http://127.0.0.1:8000
	@$(DEMO) $(BIN)/lms migrate && $(BIN)/lms demo --if-empty && exec $(BIN)/lms serve --workers $(WORKERS)

demo: .venv/run var/demo.env  ## Forget the demo's data and make it anew, as of today
	@$(DEMO) rm -rf var/demo.db var/demo.db-wal var/demo.db-shm var/demo.db-turn var/keys && $(BIN)/lms migrate && $(BIN)/lms demo

test: .venv/dev  ## Set up Chromium, PostgreSQL and Node and run every test
	@requirements/system.sh test
	@$(MAKE) --no-print-directory $(VERIFIERS)
	$(BIN)/pytest -n auto --dist loadgroup

check: .venv/dev  ## The laws of the house: style, types, layers, content, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/deptry .
	$(BIN)/vulture
	$(BIN)/lms content check
	$(BIN)/pytest -n 2 tests/architecture

bench: .venv/dev  ## Measure the real server against floors in the same run
	@requirements/system.sh bench
	$(BIN)/python -m tests.bench

format: .venv/dev  ## Put code into house style
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

lock: .venv/dev  ## Choose the newest dependencies and write their hashes
	cd requirements && ../$(BIN)/uv pip compile build.in $(LOCK) -o build.txt
	$(BIN)/uv pip compile pyproject.toml $(LOCK) -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev $(LOCK) -c requirements/run.txt -o requirements/dev.txt
LOCK := --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade --python-version 3.11

clean:  ## Remove what was set up: environment, demo, caches
	rm -rf .venv var tests/verifiers/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/run: requirements/run.txt requirements/build.txt pyproject.toml
	@requirements/system.sh run
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Setting up the environment in .venv"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/run.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

$(VERIFIERS): tests/verifiers/package-lock.json
	@cd tests/verifiers && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

var/demo.env:
	@mkdir -p var
	@$(PYTHON) -c 'import secrets; print("LMS_SECRET_KEY=" + secrets.token_urlsafe(48))' > $@
	@$(PYTHON) -c 'import secrets; print("LMS_KEYS_PASSPHRASE=" + secrets.token_urlsafe(48))' >> $@
	@echo "LMS_MODE=demo" >> $@
	@echo "LMS_DATABASE_URL=sqlite:///$(CURDIR)/var/demo.db" >> $@
	@echo "LMS_DATA_DIR=$(CURDIR)/var" >> $@
	@echo "LMS_CONTACT_EMAIL=register@askwell.example" >> $@
