# One set-up, one test command, one run command. A machine needs Python 3.11 or later, git and make.
#   make run      the nightly Airflow DAG, once, over the bundled sample inbox
#   make airflow  the Airflow UI on 127.0.0.1:$(PORT), with the same DAG in it
#   make test     lint, types and the whole suite
#   make bench    how fast the reader is, beside oxedi, numpy and pyx12 in the same run, and the tables from lake to file
#   make test-next  the suite again, on the next DuckDB
#   make test-distributed  the night on CeleryExecutor: PostgreSQL, Redis (Debian's packages) and two workers on loopback,
#                 with a shared folder and with none: object storage (moto's server)
#   make accuracy what is matched rightly on worlds of many payers that a generator draws: SEEDS="1 2 3"
#   make measured accuracy and speed again, into docs/measured.md
#   make fuzz     any bytes into the reader, guided by what they reach: SECONDS_OF_FUZZ=300
#   make audit    known weaknesses of what is locked, asked from a database over the network; make lint AUDIT=1 too
#   make lint / lock / sample / clean
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := run

PORT ?= 8080
SEEDS ?= 1 2 3
SECONDS_OF_FUZZ ?= 300
TAKEBACK_HOME ?= $(CURDIR)/.takeback/home
TAKEBACK_INBOX ?= $(CURDIR)/.takeback/inbox
run airflow: export TAKEBACK_HOME := $(TAKEBACK_HOME)
run airflow: export TAKEBACK_INBOX := $(TAKEBACK_INBOX)

WANTS := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3.14 python3; do \
    $$python -c '$(WANTS)' 2>/dev/null && { echo $$python; break; }; done)
BIN := .venv/bin
# A company's own certificates lie in the system's store; uv would look into its own only.
export UV_SYSTEM_CERTS ?= true
# Compiled once, when it is installed (pip does that unasked), and not by each process where none may write it down.
export UV_COMPILE_BYTECODE ?= true
UV := $(BIN)/uv --quiet --no-progress --no-python-downloads
READY := .venv/ready

.PHONY: run test test-nights test-rest test-next test-distributed lint audit bench accuracy measured fuzz airflow lock sample clean

run: $(READY) .takeback/inbox
	@$(BIN)/python -m dags.local run

airflow: $(READY) .takeback/inbox
	@$(BIN)/python -m dags.local ui --port $(PORT)

# Two halves of about the same length, side by side; each prints when it has ended.
test: lint
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going test-nights test-rest

# Their folders lie in memory where there is room (they take up to 1 GB), so that nights do not wait for a disk thousands
# of times, and go when a half has passed; `pytest` by itself uses a disk and keeps them.
NIGHTS := tests/accuracy tests/crash tests/dags tests/distributed tests/sharing tests/test_readme.py \
    tests/warehouse/test_history.py
test-nights test-rest: export PYTEST_DEBUG_TEMPROOT ?= $(shell df --output=avail /dev/shm 2>/dev/null | \
    awk '$$1 + 0 > 4000000 {print "/dev/shm"}')
PASSING := -o tmp_path_retention_policy=failed -o tmp_path_retention_count=1
test-nights: $(READY)
	$(BIN)/python -m pytest $(PASSING) $(NIGHTS)

test-rest: $(READY)
	$(BIN)/python -m pytest $(PASSING) -p no:cacheprovider $(NIGHTS:%=--ignore=%)

test-next: .venv-next/ready
	.venv-next/bin/python -m pytest

test-distributed: .venv-distributed/ready
	.venv-distributed/bin/python -m pytest -s --show-capture=no tests/distributed tests/warehouse/test_remote.py

lint: $(READY) .venv-lint/ready
	.venv-lint/bin/ruff check .
	.venv-lint/bin/ruff format --check .
	.venv-lint/bin/mypy --python-executable $(BIN)/python
	.venv-lint/bin/kubernetes-validate --strict --quiet dags/pod_template.yaml
	@$(if $(AUDIT),$(MAKE) --no-print-directory audit,echo "weaknesses of dependencies: not asked (make audit does, over the network)")

# It asks about each package that is locked. A weakness fails; a database that cannot be reached is said, and fails nothing.
audit: .venv-audit/ready
	@for lock in venv uv lint; do \
	    said=$$(.venv-audit/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off \
	        --requirement requirements/$$lock.txt 2>&1) && { echo "$$lock: $$said"; continue; }; \
	    case "$$said" in *"known vulnerabilit"*) echo "$$lock: $$said"; exit 1;; \
	        *) echo "$$lock: not run: the database of weaknesses cannot be reached";; esac; done

bench: $(READY) .venv-bench/ready
	@$(BIN)/python -m tests.bench

accuracy: $(READY)
	@$(BIN)/python -m tests.world.measure --seed $(SEEDS)

measured: $(READY) .venv-bench/ready
	@$(BIN)/python -m tests.measured

fuzz: $(READY) .venv-fuzz/ready
	.venv-fuzz/bin/python -m tests.edi.fuzz_reader $(SECONDS_OF_FUZZ)

sample: $(READY)
	$(BIN)/python -m tests.world

# Landing takes files out of an inbox, so the night works on a copy of the sample. It is made once: a second `make run`
# finds the inbox empty and nothing changed. Files that are put there are taken in by the next one.
.takeback/inbox:
	@mkdir -p -m 700 .takeback
	@rm -rf $@.new && cp -R tests/sample/inbox $@.new && mv $@.new $@

# pip installs uv by hash, uv installs the rest by hash in seconds.
$(BIN)/uv: requirements/uv.txt
	@test -n "$(PYTHON)" || { echo "takeback needs Python 3.11 or later with venv and pip: none found" \
	    "(on Debian: apt install python3-venv), or say which: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "making .venv with $$($(PYTHON) --version) (about 650 MB)" >&2
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(READY): $(BIN)/uv requirements/venv.txt pyproject.toml
	@$(UV) pip sync --python $(BIN)/python --require-hashes requirements/uv.txt requirements/venv.txt
	@$(UV) pip install --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# tools and peers live in environments of their own, so that their needs never move a version of the product's
.venv-lint/ready .venv-audit/ready .venv-bench/ready .venv-fuzz/ready: .venv-%/ready: $(BIN)/uv requirements/%.txt
	@$(UV) venv --clear --python $(BIN)/python .venv-$*
	@$(UV) pip sync --python .venv-$*/bin/python --require-hashes requirements/$*.txt
	@touch $@

.venv-next/ready: $(BIN)/uv requirements/venv.txt requirements/next.txt pyproject.toml
	@$(UV) venv --clear --python $(BIN)/python .venv-next
	@$(UV) pip sync --python .venv-next/bin/python --require-hashes requirements/venv.txt
	@$(UV) pip install --python .venv-next/bin/python --no-deps --require-hashes -r requirements/next.txt
	@$(UV) pip install --python .venv-next/bin/python --no-deps --no-build-isolation -e .
	@touch $@

.venv-distributed/ready: $(BIN)/uv requirements/distributed.txt pyproject.toml
	@$(UV) venv --clear --python $(BIN)/python .venv-distributed
	@$(UV) pip sync --python .venv-distributed/bin/python --require-hashes requirements/distributed.txt
	@$(UV) pip install --python .venv-distributed/bin/python --no-deps --no-build-isolation -e .
	@touch $@

# --no-header and --no-emit-index-url: a lock holds names, versions and hashes, and no word on where they come from.
lock: $(BIN)/uv
	@for environment in uv venv storage lint audit next bench fuzz distributed; do (cd requirements && ../$(UV) pip compile --upgrade --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	    $$environment.in -o $$environment.txt >/dev/null) || exit 1; done

clean:
	rm -rf .takeback .venv .venv-lint .venv-next .venv-bench .venv-fuzz .venv-distributed .venv-audit build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
