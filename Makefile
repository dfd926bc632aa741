# The commands of this checkout. `make run` needs Python 3.11, Node 20 and nothing else;
# `make test` also wants PostgreSQL, Redis and Chromium, which it installs where it can.

VENV   := .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PIP    := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet --quiet
HOST   ?= 127.0.0.1
PORT   ?= 8000
N      ?= 200000
Q      ?= 10000
P      ?= 40
SEED   ?= $(shell date +%s)

# A stamp is newer than the lock file that it was made from, or the step runs again.
RUN_STAMP    := $(VENV)/.run-stamp
DEV_STAMP    := $(VENV)/.dev-stamp
NODE_STAMP   := node_modules/.stamp
ASSETS_STAMP := node_modules/.assets-stamp
ASSETS       := $(shell find themes -type f -not -path '*/dist/*' -not -name '*.html' -not -name '*.py' -not -name '*.pyc' 2>/dev/null)

.PHONY: run test check lint bench fuzz soak prove pictures lock clean

run: $(RUN_STAMP) $(ASSETS_STAMP)  ## Serve a demo company at http://127.0.0.1:8000.
	@exec $(VENV)/bin/cardwright serve --demo --host $(HOST) --port $(PORT)

test: $(DEV_STAMP) $(ASSETS_STAMP)  ## Run all checks and tests, with real services.
	@.ci/services
	@$(VENV)/bin/python .ci/steps.py all

lint: $(DEV_STAMP)  ## Style, types and the architecture's contracts.
	@$(VENV)/bin/python .ci/steps.py lint

bench: $(DEV_STAMP)  ## The figures of docs/benchmarks.md.
	@$(VENV)/bin/python tests/bench/run.py

soak: $(DEV_STAMP)  ## Long runs of kills and random input.
	@$(VENV)/bin/python .ci/steps.py soak

prove: $(DEV_STAMP)  ## Steps of rights taken out one by one, and Q questions of each of P people.
	@CARDWRIGHT_QUESTIONS=$(Q) CARDWRIGHT_PEOPLE=$(P) $(VENV)/bin/python .ci/steps.py prove

fuzz: $(DEV_STAMP)  ## N more random expressions over all four back ends, from seed SEED.
	@CARDWRIGHT_CASES=$(N) CARDWRIGHT_SEED=$(SEED) $(VENV)/bin/python .ci/steps.py fuzz

pictures: $(DEV_STAMP) $(ASSETS_STAMP)  ## Screens in both languages and widths, into .pictures/.
	@$(VENV)/bin/python .ci/steps.py pictures

lock: $(DEV_STAMP)  ## Write the lock files again from pyproject.toml.
	@.ci/lock

clean:  ## Remove everything that was made here; the installation's var/ stays.
	rm -rf $(VENV) node_modules dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .pictures
	rm -rf themes/cardwright_themes/*/static/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; found $$($(PYTHON) --version)."; exit 2; }
	@echo "Making the environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian: apt-get install python3-venv"; exit 2; }

$(RUN_STAMP): requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the Python packages ..."
	@test -e $(DEV_STAMP) || $(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(DEV_STAMP): requirements/dev.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing the Python packages for tests ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@ $(RUN_STAMP)

$(NODE_STAMP): package.json package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 with npm is needed to build the front end."; exit 2; }
	@echo "Installing the front end's packages ..."
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(ASSETS_STAMP): $(NODE_STAMP) $(ASSETS)
	@echo "Building the front end ..."
	@npm run --silent build
	@touch $@
