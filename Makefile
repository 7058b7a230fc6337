# Visitline. `make help` lists what there is.
# Empty: the distribution's own, see tools/setup.sh.
PYTHON ?=
BIN := .venv/bin

# Programs and tests are started many times over: what was compiled once is kept.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast check bench screenshots docs rules-coverage lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup:  ## install system packages and .venv (the other targets do this themselves)
	@PYTHON=$(PYTHON) sh tools/setup.sh

demo: setup  ## run the whole appliance with a seeded facility; prints where to look and the log-ins
	@$(BIN)/python -m demo

# What needs a browser, a window or a broker. What measures a call, or keeps every core busy, runs alone.
APART := story or browser or kivy or broker
ALONE := story or real_time or crowd
# Named at the end of each part, so that what makes the whole slow is seen.
SLOWEST := --durations=12 --durations-min=2

test: setup check  ## every check and every test
	$(BIN)/python -m pytest -m "not ($(APART) or $(ALONE))" -n 2 $(SLOWEST)
	$(BIN)/python -m pytest -m "($(APART)) and not ($(ALONE))" -n 2 --dist loadfile $(SLOWEST)
	$(BIN)/python -m pytest -m "$(ALONE)" $(SLOWEST)

test-fast: setup  ## rules, words and media in a minute: no browser, window, broker or whole program
	$(BIN)/python -m pytest -m "not ($(APART) or $(ALONE) or slow or whole)" -n 2

check: setup  ## ruff, mypy strict, import contracts, generated documents up to date
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tools.docs --check

bench: setup  ## measure; ONLY=prefix runs a part; rows go to build/bench.jsonl
	$(BIN)/python -m tools.bench $(if $(ONLY),--only $(ONLY))

screenshots: setup  ## photograph every kiosk screen and web page into build/screenshots/
	$(BIN)/python -m tools.screenshots $(if $(ONLY),--only $(ONLY))

docs: setup  ## regenerate the documents that are drawn from the code
	$(BIN)/python -m tools.docs

rules-coverage: setup  ## what of the real places in tests/rules the rules file expresses, fact by fact
	@$(BIN)/python -m tools.rules_coverage

lock: setup  ## renew requirements.lock from setup.cfg
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	  --all-extras --output-file requirements.lock setup.cfg

clean:  ## remove what was built; keeps .venv
	rm -rf build run .mypy_cache .ruff_cache .pytest_cache
