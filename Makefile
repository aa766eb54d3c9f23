# Everything a person needs: `make serve` to use the hub, `make test` to check it. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PIP := $(BIN)/python -m pip --disable-pip-version-check
COMPILE := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help serve test check format lint types imports unused audit sbom bench bench-load bench-search fuzz fuzz-api crash vendor lock messages rights settings shots asvs clean
.DEFAULT_GOAL := help

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 14

# Stamps: dependencies are installed again only when their lock changes.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed."; exit 1; }
	@echo "  Erstelle die Umgebung …"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.base: $(VENV)/.python requirements/base.txt
	@echo "  Installiere die Abhängigkeiten (einmalig) …"
	@$(PIP) install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.python requirements/dev.txt
	@echo "  Installiere die Abhängigkeiten für Entwicklung und Tests (einmalig) …"
	@$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/.base

serve: $(VENV)/.base ## run the hub with its sample library on http://127.0.0.1:8000 (PORT=8001 for another port)
	@HUB_DEMO=1 PORT=$(PORT) exec $(BIN)/python -m hub serve

test: $(VENV)/.dev ## run all tests, browser included
	@$(BIN)/python -m pytest -n 2 --dist loadfile --max-worker-restart=0

check: format lint types imports unused ## format, lint, types, import rule, unused dependencies

format: $(VENV)/.dev ## see whether the code is formatted
	@$(BIN)/ruff format --check .

lint: $(VENV)/.dev ## find mistakes and doubtful style
	@$(BIN)/ruff check .
	@$(BIN)/djlint --quiet --lint templates

types: $(VENV)/.dev ## check the types strictly
	@$(BIN)/mypy

imports: $(VENV)/.dev ## check that imports only point down
	@$(BIN)/lint-imports

unused: $(VENV)/.dev ## find dependencies nobody uses, and used ones nobody declared
	@$(BIN)/deptry .

audit: $(VENV)/.dev ## look for known vulnerabilities (needs the internet)
	@$(BIN)/pip-audit --require-hashes --disable-pip -r requirements/postgres.txt

sbom: $(VENV)/.dev ## write the bill of materials (CycloneDX) to dist/sbom.cdx.json and check it
	@$(BIN)/python -m tools.sbom

bench: $(VENV)/.dev ## measure, as ratios in one run
	@$(BIN)/python -m bench

bench-load: $(VENV)/.dev ## measure the whole server under mixed load on SQLite and PostgreSQL (SOAK=20 adds twenty minutes)
	@$(BIN)/python -m bench.load --soak $(or $(SOAK),0)

bench-search: $(VENV)/.dev ## measure the search beside tantivy, Whoosh and PostgreSQL (pip install tantivy for that yardstick)
	@$(BIN)/python -m bench.search

fuzz: $(VENV)/.dev ## feed the engine mutated files for an hour (SECONDS=60 for less)
	@$(BIN)/python -m tests.fuzz.bpmn --seconds $(or $(SECONDS),3600)

fuzz-api: $(VENV)/.dev ## send every operation of the API requests made from its description (EXAMPLES=200, SEED=0)
	@$(BIN)/python -m tests.api.fuzzing --examples $(or $(EXAMPLES),200) --seed $(or $(SEED),0)

crash: $(VENV)/.dev ## kill processes and databases while people work, then look what is left (SECONDS=600, DATABASE=postgresql)
	@$(BIN)/python -m tests.crash --seconds $(or $(SECONDS),120) --database $(or $(DATABASE),sqlite)

vendor: $(VENV)/.dev ## fetch the front-end libraries named in package.json again
	@$(BIN)/python tools/vendor.py

lock: $(VENV)/.dev ## write the lock files anew from pyproject.toml
	@$(COMPILE) -o requirements/base.txt pyproject.toml
	@$(COMPILE) --extra postgres -o requirements/postgres.txt pyproject.toml
	@$(COMPILE) --extra postgres --extra exchange -o requirements/exchange.txt pyproject.toml
	@$(COMPILE) --extra postgres --extra dev -o requirements/dev.txt pyproject.toml

messages: $(VENV)/.dev ## collect and compile the translations
	@$(BIN)/python -m tools.messages

asvs: $(VENV)/.dev ## write the checklist of ASVS from its table
	@$(BIN)/python -m tools.asvs

rights: $(VENV)/.dev ## write the table of rights into the manual
	@$(BIN)/python -m tools.rights

settings: $(VENV)/.dev ## write the table of settings into the manual of operation
	@$(BIN)/python -m tools.settings

shots: $(VENV)/.dev ## make the screenshots of the manual
	@$(BIN)/python tools/shots.py

clean: ## remove the environment and the demo's data
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis
