# Two commands matter: `make run` serves the whole shop, `make test` proves it.
PYTHON ?= python3
unexport PYTHONDONTWRITEBYTECODE # else every process compiles everything again
export PORT ROUNDS SEED ONLY RUNS PAGES IN SMOKE MOST REQUESTS SECONDS POSTGRES PROCESSES

.PHONY: run test test-unit test-chaos test-faults check format requirements bench screenshots quality mutate fuzz attacked audit venv architecture

run: ## set everything up and serve the shop on 127.0.0.1:8000 (PORT=…)
	@$(PYTHON) -B config/tools/launch.py run

venv:
	@$(PYTHON) -B config/tools/launch.py venv

test: venv ## everything: format, lint, contracts, types, migrations, deploy check, unit, race, browser
	@.venv/bin/python -B tests/run_all.py

test-unit: venv ## the quick tier
	@.venv/bin/python -m pytest -m "not race and not browser and not walk and not slow" -n 2

test-chaos: venv ## hundreds of rounds of kills, lost events and bad days at Stripe (ROUNDS=…, SEED=…; needs PostgreSQL)
	@.venv/bin/python -B tests/measure/chaos.py

test-faults: venv ## what kills, restarts, a full disk and a slow Stripe do to shoppers under load (ONLY=…; needs PostgreSQL, Redis, nginx)
	@.venv/bin/python -B tests/measure/faults.py

check: venv ## format, lint, contracts, types, migrations, deploy check
	@.venv/bin/python -B tests/run_all.py --checks-only

format: venv
	@.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

bench: venv ## timings as ratios to a bare Django view (needs wrk)
	@.venv/bin/python -B tests/measure/$(if $(SIZE),sizes,bench).py

screenshots: venv ## pictures of every page type into screenshots/ (needs Chromium)
	@.venv/bin/python -B tests/measure/screenshots.py

mutate: venv ## small changes of the code about money, orders and claims, and which of them no test notices (ONLY=…, MOST=…)
	@.venv/bin/python -B tests/measure/mutate.py

quality: venv ## Lighthouse, axe, HTML, links, structured data of every page type (needs Node and Chromium; ONLY=…, RUNS=…, PAGES=…, IN=…)
	@.venv/bin/python -B tests/measure/quality/run.py

fuzz: venv ## odd requests at every address, then changed bytes for what reads files and messages (REQUESTS=…, SEED=…, POSTGRES=1, PROCESSES=…, SECONDS=…)
	@.venv/bin/python -B tests/measure/fuzz.py
	@.venv/bin/python -B tests/measure/fuzz_readers.py

attacked: venv ## what a shopper notices beside requests by halves, bodies of 300 MB and writes without a pause (SECONDS=…)
	@.venv/bin/python -B tests/measure/attacked.py

audit: venv ## known faults of what is installed, licences, and a bill of materials in var/sbom.json
	@.venv/bin/python -B tests/measure/audit.py

architecture: venv ## draw the pictures of docs/architecture.md from the code
	@.venv/bin/python -B docs/draw.py

requirements: ## pin again after a change of requirements*.in (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes -q requirements-dev.in -o requirements-dev.txt
