# The commands of the project; `make help` lists them. They need Python 3.11 or newer, make and git.

PYTHON ?= python3
VENV := .venv
TEST_EXTRAS := test,dev
ADDRESS ?= 127.0.0.1:8000
ARGS ?=
WORKERS ?= 2

# Material for MkDocs would announce MkDocs 2 on every build; pyproject.toml stays below it.
export NO_MKDOCS_2_WARNING := 1

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SAY := @printf '==> %s\n'

.PHONY: help site serve build test lint check refresh pictures clean
.DEFAULT_GOAL := help

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

site: build ## Generate the reference and build the site; prints the path of its first page
	$(SAY) 'Building the site'
	@$(BIN)/mkdocs build --strict
	@printf '\nThe site is ready. Open it from disk:\n%s\n' "$$(pwd)/site/index.html"

serve: build ## Serve the site with live reload (ADDRESS=127.0.0.1:8000)
	$(SAY) 'Serving at http://$(ADDRESS)/ until Ctrl-C'
	@$(BIN)/mkdocs serve --livereload --dev-addr $(ADDRESS)

build: $(VENV)/installed
	$(SAY) 'Generating docs/reference from the dump'
	@$(BIN)/schemabook build

test: $(VENV)/installed-tests ## Run the tests (ARGS="-k policies" runs some, WORKERS=0 one after the other)
	$(SAY) 'Running the tests'
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

lint: $(VENV)/installed-tests
	$(SAY) 'Checking style'
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { \
		printf 'Some files are not formatted; run: %s\n' '$(BIN)/ruff format .' >&2; exit 1; }
	$(SAY) 'Checking types'
	@$(BIN)/mypy

check: lint ## Check style, types, and that docs/reference is what a build would write
	$(SAY) 'Checking that docs/reference is current'
	@$(BIN)/schemabook check

refresh: $(VENV)/installed-tests ## Rewrite schema/schema_backup.sql from schema/migrations
	$(SAY) 'Restoring schema/migrations into a throw-away PostgreSQL and dumping it'
	@$(BIN)/python schema/refresh.py
	@printf 'Next: make site, then read git diff\n'

pictures: $(VENV)/installed-tests ## Take the pictures of the README again, with Chromium (before a release)
	$(SAY) 'Taking pictures of the example'
	@$(BIN)/python tests/pictures.py

clean: ## Remove everything that the other commands made, but not docs/reference
	rm -rf .venv .venv-fast site build generator/*.egg-info .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache

# A virtual environment with the packages, made again when pyproject.toml has changed.
$(VENV)/installed: pyproject.toml $(VENV)/pyvenv.cfg
	$(SAY) 'Installing schemabook and MkDocs into $(VENV)'
	@$(PIP) install --editable .
	@touch $@

$(VENV)/installed-tests: $(VENV)/installed
	$(SAY) 'Installing what the tests need into $(VENV)'
	@$(PIP) install --editable '.[$(TEST_EXTRAS)]'
	@touch $@

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		printf '%s is not Python 3.11 or newer; name one that is: make PYTHON=python3.12\n' '$(PYTHON)' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		printf '%s has no venv module; on Debian or Ubuntu: apt install python3-venv\n' '$(PYTHON)' >&2; exit 1; }
	$(SAY) 'Creating a virtual environment in $(VENV)'
	@$(PYTHON) -m venv $(VENV)
