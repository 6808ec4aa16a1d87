# Two commands matter: `make run` and `make test`. Each sets up what it needs on a fresh machine.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAGE ?= dev
# Of tests. One more than a small machine has cores: what is tested in a browser waits more than it works.
WORKERS ?= 3

# What the site is built of. Vite 8 asks for Node 20.19 or 22.12 and newer.
WEB := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -name schema.d.ts -prune -o -type f -print)
NODE_FITS := node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b > 11) || (a === 20 && b > 18) ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null

.DEFAULT_GOAL := help
.PHONY: help setup web site dev run test slow thorough check story privileges bench cost screenshots package deploy rollback remove scan lock clean

help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/ready ## Make the virtual environment with everything pinned (done by the others when needed)

.venv/ready: requirements.txt requirements-verify.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed (try: make PYTHON=python3.12 …)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.txt -r requirements-verify.txt -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

web: web/dist/index.html ## Build the site into web/dist (needs Node 20.19 or newer)

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/src/api/schema.d.ts: docs/openapi.json web/node_modules/.package-lock.json # the types of the API's client
	cd web && npm run --silent api

web/dist/index.html: web/src/api/schema.d.ts $(WEB)
	cd web && npm run build

site: ## As web, but says so and goes on where there is no Node
	@if $(NODE_FITS); then $(MAKE) --no-print-directory web; \
	elif [ -f web/dist/index.html ]; then echo "Node 20.19 or newer is not there: serving web/dist as it was built last."; \
	else echo "Node 20.19 or newer is not there: no site, only the API, the guidance pages and the sandbox."; fi

dev: setup web/src/api/schema.d.ts ## Start everything with the site in watch mode (address: Vite's)
	@$(BIN)/python -m infra.local $(if $(DATA),--data "$(DATA)") $(if $(PORT),--port $(PORT)) & cloud=$$!; \
	(cd web && $(if $(PORT),PORT=$(PORT)) exec node node_modules/vite/bin/vite.js) & site=$$!; \
	trap 'kill $$cloud $$site 2>/dev/null' EXIT INT TERM; wait -n

run: setup site ## Start the whole system on the embedded cloud (DATA=folder keeps it; PORT, AWS_PORT choose ports)
	@$(BIN)/python -m infra.local $(if $(DATA),--data "$(DATA)") $(if $(PORT),--port $(PORT)) $(if $(AWS_PORT),--aws-port $(AWS_PORT))

test: setup site ## Run every test but the slow ones (ten minutes); TESTS=<paths> runs all of a part
	@if $(NODE_FITS); then cd web && npm test --silent; else echo "Node 20.19 or newer is not there: the site's own tests are skipped."; fi
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(if $(TESTS),$(TESTS),-m "not slow")

slow: setup site ## Run what `make test` leaves out because it takes long: more faults, more orders of events, more pages
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup -m slow

thorough: setup site ## Run what `make test` samples in full: every fault at every call, every order of a payment's words, every page in every theme
	MOTCUA_THOROUGH=1 $(BIN)/pytest -n $(WORKERS) --dist loadgroup tests/faults tests/app/test_results.py tests/app/test_every_gateway.py tests/app/test_payments.py tests/browser/test_pages.py

check: setup ## Lint, types, template, generated documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cfn-lint infra/template.yaml
	$(BIN)/python -m infra.deploy.edge build/edge.json && $(BIN)/cfn-lint --regions us-east-1 -- build/edge.json
	$(BIN)/pytest -q -n 0 tests/contracts/test_iam.py tests/contracts/test_edge.py tests/local/test_merged.py
	$(BIN)/python -m infra.docs.states --check
	$(BIN)/python -m infra.docs.review --check
	$(BIN)/python -m infra.docs.openapi --check
	$(BIN)/python -m infra.docs.glossary --check
	@if $(NODE_FITS); then $(MAKE) --no-print-directory web && cd web && npm run --silent check && npm run --silent size; fi
	$(MAKE) --no-print-directory package

story: setup ## Play the whole level-3 life through HTTP on an embedded cloud of its own
	@$(BIN)/python -m tests.story

privileges: setup ## Compare what functions asked of AWS in `make test`, `make slow` and `make story` with what their roles allow
	@$(BIN)/python -m infra.privileges build/calls/*.json

bench: setup site ## Measure: cold starts, import times, a submit among 200 dossiers, calls per request, pages on a slow line
	@$(BIN)/python -m tests.bench

cost: setup ## What 1,000 dossiers cost: two lives counted call by call, times infra/prices.json
	@$(BIN)/python -W ignore -m tests.bench cost

screenshots: setup site ## Take a picture of every page (Chromium) into build/screenshots; ONLY=expression names some
	@$(BIN)/python -m tests.browser.pictures $(if $(ONLY),--only "$(ONLY)")

package: setup ## Build what is deployed for STAGE (default dev) into build/STAGE, and lint its template
	$(BIN)/python -m infra.packaging $(STAGE)
	$(BIN)/cfn-lint build/$(STAGE)/sam.yaml

# What deploying, going back and removing take besides: REGION=… YES=1 (do not ask) ACCEPT="resource …" DRY=1
HOW = $(if $(REGION),--region $(REGION)) $(if $(YES),--yes) $(if $(ACCEPT),--accept "$(ACCEPT)") $(if $(DRY),--dry-run)

deploy: setup site package ## Deploy STAGE: package, upload, show what changes, carry it out, publish the site, look at it (DRY=1: only say)
	@$(BIN)/python -m infra.deploy deploy $(STAGE) $(HOW)

rollback: setup ## Bring back the release of STAGE before this one
	@$(BIN)/python -m infra.deploy rollback $(STAGE) $(HOW)

remove: setup ## Delete STAGE with everything it holds; refused for a stage of real people
	@$(BIN)/python -m infra.deploy remove $(STAGE) $(HOW)

build/checkov/ready: requirements-scan.txt
	$(PYTHON) -m venv build/checkov
	build/checkov/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-scan.txt
	@touch $@

scan: setup build/checkov/ready ## Look over both templates with checkov; what it finds and why that stays: infra/scan.py
	$(BIN)/python -m infra.scan build/checkov/bin/checkov

lock: ## Pin requirements*.txt again from requirements*.in (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements-verify.in -o requirements-verify.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --allow-unsafe -q requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements-scan.in -o requirements-scan.txt

clean: ## Remove the virtual environment and everything built
	rm -rf .venv build web/dist web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
