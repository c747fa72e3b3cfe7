# Two commands do everything on a machine that has Python 3.11 or newer and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements.lock

.PHONY: manual nightly bench-store bench-pages browser bench-many bench-rewalk bench-hosts bench-rows bench-read bench-refine help setup demo test judges bench-dedup fuzz ocr bench-lookup bench-crawl crash lint format types check lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: $(BIN)/kaijuan ## make .venv/ with everything the lock file names

$(VENV)/.installed: $(LOCK)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Kaijuan needs Python 3.11 or newer, this is %d.%d: make PYTHON=python3.12 setup" % sys.version_info[:2])'
	@echo "Setting up $(VENV)/ (once; a minute or two) …"
	@$(PYTHON) -m venv --clear $(VENV) || { echo "python3 -m venv failed: install your system's python3-venv package, then run make again"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(LOCK)
	@touch $@

# The script that a package would bring, for the folder as it lies here.
$(BIN)/kaijuan: $(VENV)/.installed
	@printf '#!/bin/sh\nPYTHONPATH="%s$${PYTHONPATH:+:$$PYTHONPATH}" exec "%s/python" -P -m crawler.script "$$@"\n' \
		"$(CURDIR)" "$(CURDIR)/$(BIN)" > $@
	@chmod +x $@

demo: setup ## crawl made-up portals on loopback, archive, parse, replay, show the result
	@$(BIN)/python -m demo run

# Three processes on two cores, for much of what tests do is waiting; a file stays in one, for its tests share a crawl.
BESIDE = $(shell $(BIN)/python -c 'import xdist' 2>/dev/null \
	&& printf '%s ' -n $(or $(JOBS),3) --dist loadfile --no-loadscope-reorder)

test: setup ## all tests, in three processes: make test JOBS=1
	$(BIN)/python -m pytest $(BESIDE)

judges: setup .venv-judges/.installed ## what tools of others say of archives (pywb, warcio, …), exports (pandas, DuckDB, …) and API
	$(BIN)/python -m pytest -m judges -rs tests/archive tests/exports tests/web

.venv-judges/.installed: requirements-judges.txt
	@echo "Setting up .venv-judges/ (once; a minute or two) …"
	@$(PYTHON) -m venv --clear .venv-judges
	@.venv-judges/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-judges.txt
	@touch $@

quality: setup .venv-quality/.installed ## made-up pages against floors and other extractors: make quality SEED=7 PAGES=640
	$(BIN)/python -m benchmarks.quality --seed $(or $(SEED),1) --pages $(or $(PAGES),640)

.venv-quality/.installed: requirements-quality.txt
	@echo "Setting up .venv-quality/ (once; a minute or two) …"
	@$(PYTHON) -m venv --clear .venv-quality
	@.venv-quality/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-quality.txt
	@touch $@

bench-crawl: setup ## what archiving costs, against wget and a naive Scrapy spider, on nginx (half an hour)
	$(BIN)/python -m benchmarks.crawl --memory 30000

bench-hosts: setup ## a crawl of 2,000 hosts on loopback, archived and refined, against plain Scrapy: make bench-hosts PAGES=40
	$(BIN)/python -m benchmarks.hosts --pages $(or $(PAGES),40)

bench-rewalk: setup ## spiders on an archive in place of the web: make bench-rewalk PORTALS=200
	$(BIN)/python -m benchmarks.rewalk --portals $(or $(PORTALS),200)

bench-many: setup ## crawl-many with one process and with two, on many addresses of loopback: make bench-many HOSTS=200
	$(BIN)/python -m benchmarks.many --hosts $(or $(HOSTS),200)

bench-rows: setup ## what a list of 10,000 rows takes: make bench-rows ROWS="1000 10000"
	$(BIN)/python -m benchmarks.rows --rows $(or $(ROWS),1000 10000)

bench-read: setup ## reading an archive, against fastwarc and warcio
	$(BIN)/python -m benchmarks.reading

bench-refine: setup .venv-quality/.installed ## what refining costs, against trafilatura, and 20,000 pages in one process
	$(BIN)/python -m benchmarks.refine --memory $(or $(PAGES),20000)

bench-replay: setup .venv-quality/.installed ## a replay of 10,000 captures, against fastwarc, trafilatura and pandas: make bench-replay PAGES=2000
	$(BIN)/python -m benchmarks.replay --pages $(or $(PAGES),10000) --peers $(or $(PEERS),2000) --memory $(or $(MEMORY),100000)

crash: setup ## crawls killed at random moments, then mended and resumed: make crash RUNS=300
	$(BIN)/python -m benchmarks.crash --runs $(or $(RUNS),20)

bench-store: setup ## a store of 100,000 reports, on SQLite and PostgreSQL: make bench-store REPORTS=6000
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || apt-get install -y -q postgresql
	$(BIN)/python -m benchmarks.store --reports $(or $(REPORTS),100000)

bench-pages: setup ## every page of scrapy serve over 100,000 reports: make bench-pages REPORTS=6000, or STORE=file
	$(BIN)/python -m benchmarks.pages $(if $(STORE),--store $(STORE),--reports $(or $(REPORTS),100000))

bench-dedup: setup ## near-duplicates among a million texts on disk: make bench-dedup TEXTS=50000 for a quick look
	$(BIN)/python -m benchmarks.dedup --texts $(or $(TEXTS),1000000)

bench-lookup: setup ## look-ups in an index of a million made-up captures
	$(BIN)/python -m benchmarks.lookup

fuzz: setup ## damaged pages and files, by the ten thousand: make fuzz COUNT=100000 SEED=1
	$(BIN)/python -m benchmarks.fuzz --count $(or $(COUNT),100000) --seed $(or $(SEED),1)

ocr: setup ## the extra for scanned reports into .venv/ (200 MB), and its tests
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "rapidocr>=3.10" "onnxruntime>=1.31"
	$(BIN)/python -m pytest -m ocr tests/clean

browser: setup ## the web pages in headless Chromium: each view in both languages, proofs, accessibility, archived tricks
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null \
		|| { apt-get update -qq && apt-get install -qqy chromium fonts-noto-cjk; } \
		|| echo "make browser: Chromium is not installed, and this user cannot install it: its tests are skipped"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "playwright>=1.55" "axe-playwright-python>=0.1"
	$(BIN)/python -m pytest -m browser -n 2 -rs tests/web

manual: setup .venv-manual/.installed ## the manual as a site, site/index.html; links that lead nowhere fail
	$(BIN)/python -m pipelines.exports.manual docs/dictionary.md
	.venv-manual/bin/python -m sphinx -W --keep-going -n -E -b html docs site

.venv-manual/.installed: requirements-manual.txt
	@echo "Setting up .venv-manual/ (once; half a minute) …"
	@$(PYTHON) -m venv --clear .venv-manual
	@.venv-manual/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-manual.txt
	@touch $@

nightly: setup ## the long campaigns, hours, a table at the end: make nightly ONLY=fuzz,crash SEED=7
	$(BIN)/python -m benchmarks.nightly $(if $(ONLY),--only $(ONLY)) $(if $(SEED),--seed $(SEED))

lint: setup ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: setup ## ruff: mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup ## mypy, strict
	$(BIN)/mypy

check: lint types test ## what CI runs

lock: setup ## write the lock file anew from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --extra cluster --extra postgres --extra s3 --extra parquet --universal --python-version 3.11 --no-header --upgrade -o $(LOCK)

clean: ## remove what was made (never var/)
	rm -rf $(VENV) .venv-judges .venv-quality .venv-manual site .mypy_cache .ruff_cache .pytest_cache .hypothesis
