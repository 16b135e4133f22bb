# Kursmedel on a bare machine: `make run` tries it out, `make test` is everything that CI runs.

CANDIDATES := python3 python3.13 python3.12 python3.11
FITTING := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(firstword $(foreach p,$(CANDIDATES),$(shell $(p) -c '$(FITTING)' 2>/dev/null && echo $(p))))
IN := .venv/bin/python -m

.PHONY: run test lint format messages screenshots bench lock clean
.DEFAULT_GOAL := run

run: .venv/made
	@KURSMEDEL_MAKE=$$PPID exec $(IN) local.run

test: .venv/made
	@$(IN) local.checks

lint: .venv/made
	@$(IN) local.checks --quick

format: .venv/made
	@$(IN) ruff check --quiet --fix .
	@$(IN) ruff format .

messages: .venv/made
	@$(IN) local.messages update

# The pictures of README.md and docs/, taken anew from the demo.
screenshots: .venv/made
	@$(IN) local.screenshots

# What pages, papers and lists cost: docs/performance.md. Takes most of an hour; nothing else should run.
bench: .venv/made
	@$(IN) benchmarks.web 1000 2 12
	@$(IN) benchmarks.processor
	@$(IN) benchmarks.packets 9
	@$(IN) benchmarks.memory 1000
	@$(IN) benchmarks.lists 1000 100000

lock: .venv/made
	@.venv/bin/uv lock

# The demo's data, mail and papers; the next `make run` starts anew.
clean:
	@rm -rf .data

.venv/made: pyproject.toml uv.lock local/environment.py
	@test -n "$(PYTHON)" || { echo "Kursmedel needs Python 3.11, 3.12 or 3.13."; exit 1; }
	@$(PYTHON) local/environment.py
	@touch $@
