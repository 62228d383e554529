# auditkit: `make` alone explains the targets.

LOCKS     := requirements.lock requirements-build.lock
INSTALLED := .venv/.installed
BIN       := .venv/bin
RUN       ?= sample-2026q3
SAMPLE    := outputs/sample-extracts

# The mapping of the sample plan names this variable; a plan's own mapping names others.
export AUDITKIT_SAMPLE_DATABASE ?= sqlite:///$(CURDIR)/$(SAMPLE)/plan.db

# The first Python on the path that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

.DEFAULT_GOAL := help
.PHONY: help report sample test lab docs bench screens lock clean

help:
	@echo "auditkit: from a plan's extracts to an audit-ready workbook and narratives"
	@echo
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-15s %s\n", $$1, $$2}'
	@echo
	@echo "Your own data: write a params file (docs/params.md), then $(BIN)/auditkit run params/yours.yaml"

report: sample ## set up .venv if needed, make the sample plan, run every report on it
	@$(BIN)/auditkit run params/sample.yaml

sample: $(INSTALLED) ## make the sample plan's extracts (skipped when they are there unchanged)
	@$(BIN)/auditkit sample $(SAMPLE)

test: $(INSTALLED) ## run all tests, on a small sample run of their own
	@$(BIN)/python -m pytest -n 2 --dist loadfile

lab: $(INSTALLED) ## open the review desk of the run in JupyterLab (RUN=name for another than the sample's)
	@$(BIN)/python -m auditkit.suite.lab $(RUN)

docs: $(INSTALLED) ## write the generated pages in docs/ again
	@$(BIN)/python -c "from pathlib import Path; from auditkit.rules.dictionary import data_dictionary; \
		Path('docs/data_dictionary.md').write_text(data_dictionary(), encoding='utf-8', newline='\n')"

bench: $(INSTALLED) ## time the suite and its engines side by side with plain ways of doing the same
	@for script in benchmarks/*.py; do $(BIN)/python "$$script" || exit 1; done

screens: $(INSTALLED) ## make pictures of the pages of a run and its releases, for looking at (RUN=name)
	@$(BIN)/python tests/screens.py $(RUN)

lock: ## resolve the lock files anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra test \
		-o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --extra test --extra warehouse \
		-c requirements.lock -o requirements-warehouse.lock pyproject.toml
	echo 'setuptools>=77' | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		-o requirements-build.lock -

clean: ## remove the sample plan, its run, logs and caches (never your own runs)
	@rm -rf $(SAMPLE) outputs/sample-2026q3 outputs/.sample-2026q3.* outputs/logs .pytest_cache .hypothesis build
	@find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

# Every package is checked against the hash in the lock; the suite itself is installed in place.
$(INSTALLED): $(LOCKS) pyproject.toml
	@test -n "$(PYTHON)" || { echo "auditkit needs Python 3.11 or later, and none was found; install one or \
	call make PYTHON=/path/to/python3." >&2; exit 2; }
	@echo "Setting up .venv; this is done once and takes a minute or two."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes $(LOCKS:%=-r %)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
