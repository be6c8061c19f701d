# The commands of this project. `make help` lists them.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint bench

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /	/' | expand -t 12

HAVE_PYTHON = command -v $(PYTHON) >/dev/null || { echo "Python is missing: apt install python3 python3-venv" >&2; exit 1; }

setup: ## virtual environment and everything the product needs
	@$(HAVE_PYTHON)
	@$(PYTHON) bin/setup base

setup-dev:
	@$(HAVE_PYTHON)
	@$(PYTHON) bin/setup dev

run: setup ## everything, with demonstration data: web, worker and provisioner (PORT=8000, SCT_HOME=...)
	@exec .venv/bin/manage serve

test: setup-dev ## all tests, in a database and a browser of their own (ARGS="..." goes to pytest)
	@.venv/bin/python bin/run-tests $(ARGS)

lint: setup-dev ## style, types, layers, templates, translations, house rules
	@.venv/bin/python bin/run-lint

bench: setup-dev ## speed as ratios, printed and written to bench/latest.json (ONLY=import runs a part)
	@.venv/bin/python -m bench $(if $(ONLY),--only $(ONLY))
