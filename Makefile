# Everything a person or a pipeline runs. Files are targets, so a second call does only what changed.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

UV := $(shell command -v uv || echo .tools/bin/uv)
RUN := .venv/bin/
SOURCES := orchestrator builder tests manage.py
FRONTEND := $(shell find frontend/src -type f) $(addprefix frontend/, package.json vite.config.ts tsconfig.json postcss.config.cjs)
TYPES := frontend/src/api/schema.d.ts

export UV_PYTHON_DOWNLOADS := never

.PHONY: help up dev test check unit integration browser faults faults-short redteam audit sbom bench lint format types parity lock clean

help:
	@echo "make up       set everything up, start it, print the address"
	@echo "make dev      the same with debug pages and Vite's development server"
	@echo "make test     everything a pipeline runs: check, integration, browser, faults"
	@echo "make check    lint, types, import contracts, unit tests of both sides (no services needed)"
	@echo "make lint     ruff and biome            make format   let them write"
	@echo "make types    the API's types for the browser application"
	@echo "make parity   the table of what people do and which test shows it"
	@echo "make lock     lock files from pyproject.toml"
	@echo "make bench    measure                   make faults   kill things and see what is lost (make test: a part)"
	@echo "make redteam  attack it in every way we know     make audit   known holes in what it is made of"
	@echo "make sbom     what it is made of, in build/sbom"
	@echo "make clean    remove what was built or installed; never your data"

up: .venv/.runtime static/build/manifest.json
	@exec $(RUN)python manage.py up

dev: .venv/.dev frontend/node_modules/.installed
	@ENVIRONMENT=development exec $(RUN)python manage.py up

# --- tests ------------------------------------------------------------------------------------------------------------

test: check integration browser faults-short

check: lint .venv/.dev frontend/node_modules/.installed
	$(RUN)mypy
	$(RUN)lint-imports
	@fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; $(call write_types,$$fresh/schema.d.ts); \
	diff -q $(TYPES) "$$fresh/schema.d.ts" > /dev/null || { echo "$(TYPES) is out of date. Run: make types"; exit 1; }
	$(MAKE) --no-print-directory unit

unit: .venv/.dev frontend/node_modules/.installed
	$(RUN)pytest tests/unit tests/architecture
	npm --prefix frontend test

integration: .venv/.dev
	$(RUN)python -m orchestrator.embedded exec -- $(RUN)pytest tests/integration

# All journeys share one product: in the written order a failure can be repeated. A journey that a busy machine made fail
# gets one more try, and the summary names it; what fails twice fails.
browser: .venv/.dev static/build/manifest.json
	$(RUN)pytest tests/browser -p no:randomly --reruns 1 -r aR

# FAULT_SEED plays the blows of a failed run again; NEMESIS_MINUTES makes the long rage longer than three.
faults: .venv/.dev
	$(RUN)python -m orchestrator.embedded exec --durable -- $(RUN)pytest tests/faults

faults-short: .venv/.dev
	$(RUN)python -m orchestrator.embedded exec --durable -- $(RUN)pytest tests/faults -m "not full"

# ATTEMPTS="A18 A30" tries only these.
redteam: .venv/.dev .tools/audit/.installed static/build/manifest.json
	$(RUN)python -m tests.redteam $(ATTEMPTS)

# What is unsafe in our source, and what is known to be in what others wrote. Without the lists of known holes, which
# are on the internet, the second half is left out, and says so.
audit: .tools/audit/.installed frontend/node_modules/.installed
	.tools/audit/bin/bandit --quiet --configfile pyproject.toml --severity-level medium --recursive orchestrator builder
	@$(call if_online,https://pypi.org/pypi/pip/24.0/json,.tools/audit/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock)
	@$(call if_online,https://registry.npmjs.org/-/npm/v1/keys,npm --prefix frontend audit --omit=dev --audit-level=high && npm --prefix frontend audit signatures)

# $(call if_online,ADDRESS,COMMAND)
if_online = if curl --silent --fail --max-time 10 --output /dev/null $(1); then $(2); else echo "Left out, $(1) cannot be reached: $(firstword $(2))"; fi

sbom: build/sbom/server.json build/sbom/browser.json

build/sbom/server.json: requirements.lock pyproject.toml .tools/audit/.installed
	@mkdir -p $(@D)
	.tools/audit/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --mc-type application \
		--output-reproducible --of JSON --output-file $@

build/sbom/browser.json: frontend/package-lock.json
	@mkdir -p $(@D)
	npm --prefix frontend sbom --sbom-format cyclonedx --package-lock-only --omit dev > $@.new
	@mv $@.new $@

bench: .venv/.dev static/build/manifest.json
	$(RUN)python -m tests.bench

# --- sources ----------------------------------------------------------------------------------------------------------

lint: .venv/.dev frontend/node_modules/.installed
	$(RUN)ruff check $(SOURCES)
	$(RUN)ruff format --check $(SOURCES)
	npm --prefix frontend run check

format: .venv/.dev frontend/node_modules/.installed
	$(RUN)ruff check --fix-only $(SOURCES)
	$(RUN)ruff format $(SOURCES)
	npm --prefix frontend run format

# $(call write_types,FILE): our OpenAPI description as TypeScript.
write_types = $(RUN)python manage.py spectacular --format openapi-json --file "$$fresh/schema.json" && \
	npm --prefix frontend run --silent types -- "$$fresh/schema.json" --output "$(1)" > /dev/null

types: .venv/.dev frontend/node_modules/.installed
	@fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; $(call write_types,$(CURDIR)/$(TYPES))

parity: .venv/.dev
	$(RUN)python -m tests.browser.parity

# The lock files carry hashes and no address of an index.
lock: $(UV)
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--quiet --output-file requirements.lock pyproject.toml
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--quiet --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--quiet --group audit --output-file requirements-audit.lock

clean:
	rm -rf .venv .tools frontend/node_modules static/build build test-results
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find orchestrator builder tests -name __pycache__ -prune -exec rm -rf {} +

# --- what is installed ------------------------------------------------------------------------------------------------

.tools/bin/uv:
	@command -v python3 > /dev/null || { echo "Python is missing. Install it: apt-get install python3.11 python3.11-venv (macOS: brew install python@3.11)"; exit 1; }
	@python3 -m venv .tools || { echo "Python's venv module is missing. Install it: apt-get install python3-venv"; exit 1; }
	.tools/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/bin/python: | $(UV)
	@$(UV) venv --quiet --python 3.11 .venv || { echo "Python 3.11 is missing. Install it: apt-get install python3.11 python3.11-venv (macOS: brew install python@3.11)"; exit 1; }

# The development lock holds the runtime lock, so where it is installed it stays installed.
.venv/.runtime: requirements.lock | .venv/bin/python
	@lock=requirements.lock; [ ! -e .venv/.dev ] || lock=requirements-dev.lock; \
	echo "Installing $$lock"; $(UV) pip sync --quiet --require-hashes --python .venv/bin/python $$lock
	@touch $@

.venv/.dev: requirements-dev.lock | .venv/bin/python
	@echo "Installing $<"; $(UV) pip sync --quiet --require-hashes --python .venv/bin/python $<
	@touch .venv/.runtime $@

.tools/audit/.installed: requirements-audit.lock | $(UV)
	@echo "Installing $<"; $(UV) venv --quiet --allow-existing --python 3.11 .tools/audit
	@$(UV) pip sync --quiet --require-hashes --python .tools/audit/bin/python $<
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json
	@command -v npm > /dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Node 20 or newer is missing. Install it from https://nodejs.org (macOS: brew install node@20)"; exit 1; }
	npm --prefix frontend ci --no-audit --no-fund --loglevel=error
	@touch $@

static/build/manifest.json: frontend/node_modules/.installed $(FRONTEND)
	npm --prefix frontend run --silent build
	@find static/build -type f \( -name '*.js' -o -name '*.css' -o -name '*.svg' -o -name '*.json' \) -size +1k -exec gzip -9 -k -f -n {} +
	@touch $@
