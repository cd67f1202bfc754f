# make lab: JupyterLab at the start page.   make test: everything is checked.
# Each target sets up .venv by itself, and again only when pyproject.toml or the folder has changed.

ARGS ?=
PYTHON := .venv/bin/python
# An environment holds absolute paths, so a stamp is good for one place only.
PLACE := $(shell pwd | cksum | cut -d ' ' -f 1)
USER_STAMP := .venv/user-$(PLACE)
TEST_STAMP := .venv/test-$(PLACE)
BENCH_STAMP := .venv/bench-$(PLACE)
NOTEBOOKS := notebooks solutions

.PHONY: help lab env test bench picture lint format

help:
	@echo 'make lab      open JupyterLab at the start page (ARGS="--no-browser --port 8899")'
	@echo 'make env      set up .venv and no more'
	@echo 'make test     unit tests, notebooks, browser tests (ARGS="-k softmax")'
	@echo 'make bench    measure against peers; writes build/bench.json'
	@echo 'make picture  photograph the Descent explorer in Chromium, for README.md'
	@echo 'make lint     style of code and form of notebooks'
	@echo 'make format   bring both into shape'

lab: $(USER_STAMP)
	@$(PYTHON) -m lecture_lib.cli lab $(ARGS)

env: $(USER_STAMP)

test: $(TEST_STAMP)
	@$(PYTHON) -m pytest -n 2 --dist loadfile --nbval-lax tests notebooks $(ARGS)

bench: $(BENCH_STAMP)
	@$(PYTHON) -m benchmarks $(ARGS)

picture: $(TEST_STAMP)
	@$(PYTHON) -m tests.browser.picture docs/descent.png

lint: $(TEST_STAMP)
	@$(PYTHON) -m ruff check
	@$(PYTHON) -m ruff format --check
	@$(PYTHON) -m lecture_lib.canonical --check $(NOTEBOOKS)

format: $(TEST_STAMP)
	@$(PYTHON) -m ruff check --quiet --fix-only
	@$(PYTHON) -m ruff format --quiet
	@$(PYTHON) -m lecture_lib.canonical $(NOTEBOOKS)

$(USER_STAMP): pyproject.toml
	@./setup.sh
	@touch $@

$(TEST_STAMP): pyproject.toml
	@./setup.sh test
	@touch $@ $(USER_STAMP)

$(BENCH_STAMP): pyproject.toml
	@./setup.sh test,bench
	@touch $@ $(TEST_STAMP) $(USER_STAMP)
