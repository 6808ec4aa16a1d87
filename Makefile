# Two commands matter: `make run` and `make test`. Each sets up what it needs on a fresh machine.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAGE ?= dev

.DEFAULT_GOAL := help
.PHONY: help setup run test check story bench package lock clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: .venv/ready ## Make the virtual environment with everything pinned (done by the others when needed)

.venv/ready: requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed (try: make PYTHON=python3.12 …)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

run: setup ## Start the whole system on the embedded cloud (DATA=folder keeps it; PORT, AWS_PORT choose ports)
	@$(BIN)/python -m infra.local $(if $(DATA),--data "$(DATA)") $(if $(PORT),--port $(PORT)) $(if $(AWS_PORT),--aws-port $(AWS_PORT))

test: setup ## Run every test
	$(BIN)/pytest -n 2 --dist loadgroup $(TESTS)

check: setup ## Lint, types, template, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint infra/template.yaml
	$(BIN)/python -m infra.docs.states --check
	$(BIN)/python -m infra.docs.openapi --check
	$(MAKE) --no-print-directory package

story: setup ## Play the whole level-3 life through HTTP on an embedded cloud of its own
	@$(BIN)/python -m tests.story

bench: setup ## Measure: import times, a submit among 200 dossiers, calls per request
	@$(BIN)/python -m tests.bench

package: setup ## Build the deployable package for STAGE (default dev) and lint its merged template
	rm -rf build/$(STAGE)
	AWS_DEFAULT_REGION=ap-southeast-1 $(BIN)/chalice package --stage $(STAGE) --merge-template infra/template.yaml --template-format yaml build/$(STAGE)
	cp infra/review.asl.json build/$(STAGE)/ # the template names it beside itself
	$(BIN)/cfn-lint build/$(STAGE)/sam.yaml

lock: ## Pin requirements*.txt again from requirements*.in (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --allow-unsafe -q requirements-dev.in -o requirements-dev.txt

clean: ## Remove the virtual environment and everything built
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
