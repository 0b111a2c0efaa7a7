# Every target does its own set-up on a fresh machine: Python 3.11 or newer with venv, and a package index, is all.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Two processes suit two cores; `make test WORKERS=8` on a larger machine.
WORKERS ?= 2
GITLAB := 2017-01-31-gitlab-database
DRILL := drill-2026-11-26-database-stopped

# The first Python that is new enough and can make environments; `make PYTHON=/path/to/python3 test` chooses another.
ifndef PYTHON
PYTHON := $(shell for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	command -v "$$candidate"; break; fi; done)
endif

# Programs that the tests start find the environment's own commands first.
RUN := PATH="$(CURDIR)/.venv/bin:$$PATH" .venv/bin/python
LAB := PATH="$(CURDIR)/.venv-lab/bin:$$PATH" .venv-lab/bin/python
PYTEST := $(RUN) -m pytest -n $(WORKERS) --dist worksteal

.PHONY: help report test verify lint types lab bench gallery drill frames lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: .venv/stamp ## the postmortems of a drill and of GitLab's lost database of 2017; the last line is the latter's path
	@.venv/bin/incident-analysis run data/incidents/$(DRILL) data/incidents/$(GITLAB)
	@test -s reports/$(DRILL)/postmortem.html
	@test -s reports/$(GITLAB)/postmortem.html
	@echo reports/$(DRILL)/postmortem.html
	@echo reports/$(GITLAB)/postmortem.html

test: lint types ## format, lint, types, tests and doctests, in less than ten minutes on two cores
	@$(PYTEST) -m "not slow"

verify: .venv/stamp ## every test, the slow ones too: full simulations, the browser, faults, all incidents
	@$(PYTEST)

lint: .venv/stamp
	@$(RUN) -m ruff format --check --quiet . || { echo "To fix: .venv/bin/ruff format ." >&2; exit 1; }
	@$(RUN) -m ruff check --quiet .

types: .venv/stamp
	@$(RUN) -m mypy

lab: .venv-lab/stamp ## JupyterLab in an environment of its own, opened on notebooks/
	@$(LAB) -m jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks $(LABFLAGS)

bench: .venv/stamp ## how long things take here
	@for script in benchmarks/*.py; do \
		[ -e "$$script" ] || { echo "no benchmarks yet: there is nothing to measure"; exit 0; }; \
		$(RUN) "$$script"; done

gallery: .venv/stamp ## every chart and page as PNG at three sizes, light and dark, in gallery/
	@$(RUN) scripts/gallery.py

drill: ## both drills recorded anew with real servers (16 minutes); scripts/record_drill/README.md
	@scripts/record_drill/run.sh

frames: .venv/stamp ## docs/frames.md anew, from what frames promises
	@$(RUN) -c "from incident_analysis import files, frames; files.write_text('docs/frames.md', frames.document())"

lock: ## the lock files anew; UPGRADE=1 takes the newest versions
	@PYTHON="$(PYTHON)" scripts/lock.sh

clean: ## what make has made, but for reports/
	@rm -rf .venv .venv-lab .venv-lock .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist gallery
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp that is newer than the lock says that the environment holds what the lock says. The package is compiled once:
# where Python may not keep what it compiles, every kernel and command would do so again, for half a second.
.venv/stamp: requirements.lock pyproject.toml
	@$(call environment,.venv,requirements.lock)

.venv-lab/stamp: requirements-lab.lock pyproject.toml
	@$(call environment,.venv-lab,requirements-lab.lock)

define environment
	if [ -z "$(PYTHON)" ]; then \
		echo "No Python of 3.11 or newer with venv and ensurepip was found." >&2; \
		echo "To fix: install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3" >&2; \
		exit 2; \
	fi; \
	echo "setting up $(1) from $(2)"; \
	[ -x $(1)/bin/python ] || "$(PYTHON)" -m venv $(1); \
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2); \
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .; \
	$(1)/bin/python -m compileall -q incident_analysis; \
	touch $@
endef
