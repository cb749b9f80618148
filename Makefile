# Works from a fresh clone: every target makes the virtual environment it needs.
SHELL := /bin/bash
MAKEFLAGS += --no-print-directory
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

SUPPORTED := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c '$(SUPPORTED)' 2>/dev/null && { echo "$$p"; break; }; done)

.PHONY: run demo test soak mutants check rehearse bench pictures package clean
.DEFAULT_GOAL := run

# Bytecode is written when something is first used: many processes begin here, and none of them
# should compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

run: $(READY) ## the service, its tables and its clock on this machine
	@exec $(BIN)/python -m local

demo: $(READY) ## a day in the life of a shop, against what `make run` started
	@$(BIN)/python -m local.demo

test: $(READY)
	@$(BIN)/python -m pytest -q -n 3 --dist loadgroup

soak: $(READY) ## the long schedules of faults: hours; SEED= brings those of another run back
	@seed=$${SEED:-$$RANDOM$$RANDOM}; echo "make soak SEED=$$seed"; \
	exec $(BIN)/python -m pytest -q -n 2 -p tests.faults.profiles \
		--hypothesis-profile=soak --hypothesis-seed=$$seed tests/faults tests/contract/test_restore.py

mutants: $(READY) ## takes every guard out once, and wants a test to fail
	@$(BIN)/python -m tests.mutants

check: $(READY)
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/pyright --pythonpath $(BIN)/python
	@$(BIN)/lint-imports >$(VENV)/imports.log || { cat $(VENV)/imports.log; exit 1; }

rehearse: $(READY) ## the package that goes to AWS, deployed on this machine and used from outside
	@exec $(BIN)/python -m local.rehearsal

bench: $(READY) ## what it costs, into docs/costs.md; QUICK=1 measures what must not break, and writes nothing
	@$(BIN)/python -m bench $(if $(QUICK),--quick) $(if $(MOST),--most $(MOST))

pictures: $(READY) ## the README's pictures, of what `make demo` left standing
	@$(BIN)/python -m local.pictures

package: $(READY) ## what goes to AWS, for STAGE=prod or another: build/prod/
	@$(BIN)/python -m deploy package --stage "$(or $(STAGE),$(error Name a stage: make package STAGE=prod))"

clean: ## everything that was made here, the local stack's state included
	@rm -rf $(VENV) .local build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# Made anew only when a requirement file changed.
$(READY): requirements.txt requirements-dev.txt
	@test -n "$(PYTHON)" || { \
		echo "Aftercare needs Python 3.11, 3.12 or 3.13 with venv, and found none of them."; \
		echo "On Debian or Ubuntu: apt-get install python3 python3-venv"; \
		echo "Elsewhere, name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; } >&2
	@echo "Preparing $(VENV) with $$($(PYTHON) --version)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -r requirements-dev.txt
	@touch $@
