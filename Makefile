# tieuchi: set up, try, check. `make` lists what there is.
#
# Everything is installed into .venv, from the lock files, by hash. Stamp files inside .venv say what
# is already there, so a second run installs and downloads nothing.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := PIP_REQUIRE_VIRTUALENV=1 $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
LOCKED := $(PIP) install --require-hashes
WHEELS := $(LOCKED) --only-binary :all:
UV     := $(BIN)/uv

# The one example that README.md tells: an index and the unit whose figures are scored by it.
EXAMPLE := par-index-province/2017 soc-trang-2017

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test bench mutation durable spark lock wheel clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.base $(VENV)/.durable $(VENV)/.checkout ## Score and explain one real province; sets up what that needs
	@$(BIN)/tieuchi score $(EXAMPLE)
	@$(BIN)/tieuchi explain $(EXAMPLE)

test: $(VENV)/.full $(VENV)/.durable $(VENV)/.checkout ## Check style, types, import order, and run all tests
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-logo
	@# Types take a minute: they are checked beside the tests and told after them.
	@$(BIN)/mypy >$(VENV)/mypy.log 2>&1 & types=$$!; \
	$(BIN)/pytest -q; tests=$$?; \
	wait $$types; types=$$?; cat $(VENV)/mypy.log; exit $$((tests | types))

bench: $(VENV)/.full $(VENV)/.durable $(VENV)/.bench $(VENV)/.checkout ## Measure against other engines, write bench/RESULTS.md; QUICK=1: only see that it runs
	@$(BIN)/python bench/run.py $(if $(QUICK),--quick --out build/bench)

mutation: $(VENV)/.full $(VENV)/.checkout ## Make every single mistake in the bundled rulebooks; is each caught?
	@$(BIN)/python tests/mutation/run.py

durable: ## Try once more to build durable-rules (after installing a compiler)
	@rm -f $(VENV)/.durable
	@$(MAKE) --no-print-directory $(VENV)/.durable

spark: $(VENV)/.spark ## Add pyspark to .venv (large; needs Java to run)

wheel: $(VENV)/.build ## Build the wheel and run it outside the checkout
	@rm -rf build/wheel dist
	@$(BIN)/hatchling build -t wheel -d dist >/dev/null
	@$(BIN)/python -m venv --clear build/wheel
	@build/wheel/bin/python -m pip --disable-pip-version-check -qq install --require-hashes --only-binary :all: -r requirements-base.lock
	@build/wheel/bin/python -m pip --disable-pip-version-check -qq install --no-index --no-deps dist/tieuchi-*.whl
	@cd / && "$(CURDIR)/build/wheel/bin/tieuchi" score $(EXAMPLE) >/dev/null
	@echo "$$(ls dist/tieuchi-*.whl): built, installed and run outside the checkout"

clean: ## Remove .venv and everything that can be made again
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find engine tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- Set-up ----------------------------------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || \
	  { echo 'tieuchi needs Python 3.11 to 3.14; name one, such as: make PYTHON=python3.12 demo' >&2; exit 1; }
	@echo 'Setting up $(VENV) ($(shell $(PYTHON) --version 2>&1)), once ...'
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.build: requirements-build.lock | $(BIN)/python
	@$(WHEELS) -r $<
	@touch $@

$(VENV)/.base: requirements-base.lock | $(BIN)/python
	@$(WHEELS) -r $<
	@touch $@

$(VENV)/.full: requirements.lock | $(BIN)/python
	@echo 'Installing all libraries and tools that the tests want, once ...'
	@$(WHEELS) -r $<
	@touch $@

# The checkout itself, editable: rules, indicators and code are read where they lie.
$(VENV)/.checkout: pyproject.toml $(VENV)/.build
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# durable-rules comes as source in C. Python 3.13 took away a name it calls; the flag puts the heir in its
# place and is harmless before. Without a compiler all points are still scored, by the exact road, so a
# failure is told in one line and does not stop the set-up. `--no-cache-dir`: a wheel cached earlier
# without the flag would install and not import.
$(VENV)/.durable: requirements-durable.lock $(VENV)/.build
	@if CPPFLAGS="$$CPPFLAGS -DPyEval_CallObject=PyObject_CallObject" \
	    $(LOCKED) --no-deps --no-build-isolation --no-cache-dir -r $< >$(VENV)/durable-rules.log 2>&1 \
	    && $(BIN)/python -c 'import durable.lang' >>$(VENV)/durable-rules.log 2>&1; then :; else \
	  $(PIP) uninstall -y durable-rules >/dev/null 2>&1; \
	  echo 'Note: durable-rules could not be built (a C compiler and the Python headers are needed; see $(VENV)/durable-rules.log): scoring goes on by the exact road.'; \
	fi
	@touch $@

# Engines that only the benchmark compares with. One that can't be installed is named there as not measured.
$(VENV)/.bench: requirements-bench.lock $(VENV)/.full
	@$(WHEELS) -r $< || echo 'Note: openfisca-core could not be installed; it will not be measured.'
	@touch $@

$(VENV)/.spark: requirements-spark.lock $(VENV)/.build
	@echo 'Installing pyspark, once ...'
	@$(LOCKED) --no-build-isolation -r $<
	@touch $@

# --- Locks -----------------------------------------------------------------------------------------

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
           --no-emit-index-url --no-header
EXTRA   := $(BIN)/python -c 'import sys, tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"][sys.argv[1]], sep="\n")'

$(UV): | $(VENV)/.full

lock: $(UV) ## Compile the lock files anew from pyproject.toml (UPGRADE=--upgrade for newer versions)
	@$(COMPILE) $(UPGRADE) pyproject.toml $(addprefix --extra ,batch excel report plot solve web dev) -o requirements.lock
	@$(COMPILE) pyproject.toml --extra excel -c requirements.lock --no-annotate -o requirements-base.lock
	@printf '%s\n' hatchling editables setuptools wheel | $(COMPILE) $(UPGRADE) - -c requirements.lock --no-annotate -o requirements-build.lock
	@$(EXTRA) rules | $(COMPILE) - --no-annotate -o requirements-durable.lock
	@$(EXTRA) bench | $(COMPILE) $(UPGRADE) - -c requirements.lock --no-annotate -o requirements-bench.lock
	@$(EXTRA) spark | $(COMPILE) $(UPGRADE) - -c requirements.lock --no-annotate -o requirements-spark.lock
