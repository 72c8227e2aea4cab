# make run    the town hall with a demonstration town          make test   everything that tests can tell
# make check  what must hold before a commit                   make bench  how fast it is (JSON lines)

.PHONY: run test faults setup setup-dev check fmt lock bench fuzz sbom rights

BIN = .venv/bin

run: setup
	@$(BIN)/rathaus run --demo

setup:
	@python3 scripts/setup.py

setup-dev:
	@python3 scripts/setup.py --dev

test: setup-dev
	@$(BIN)/pytest -n 2 -q
	@echo "Noch einmal, was Daten speichert, auf PostgreSQL:"
	@python3 scripts/with_postgres.py $(BIN)/pytest -n 2 -q -m "django_db and not e2e"
	@echo "Und die Aufträge, wenn Procrastinate sie bringt:"
	@RATHAUS_JOBS=procrastinate python3 scripts/with_postgres.py $(BIN)/pytest -q tests/kernel/test_jobs.py tests/kernel/test_jobs_once.py tests/kernel/test_events.py tests/kernel/test_worker.py tests/adapters/procrastinate

# kill -9, power cuts, full disks, leaping clocks, crashing databases, at length; RATHAUS_FAULTS_SEED=N throws the same dice
faults: setup-dev
	@RATHAUS_FAULTS=long $(BIN)/pytest -q tests/faults

check: setup-dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src scripts
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/rathaus makemigrations --check --dry-run
	@$(BIN)/pytest -q tests/architecture
	@$(BIN)/python scripts/supply_chain.py audit

# What the town hall is made of, as CycloneDX in build/sbom
sbom: setup-dev
	@$(BIN)/python scripts/supply_chain.py sbom

fmt: setup-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# After a change of tests/architecture/rights.yaml
rights: setup-dev
	@$(BIN)/python scripts/rights_page.py

# After a change of the dependencies in pyproject.toml or frontend/package.json
lock:
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.lock
	@uv pip compile pyproject.toml --group dev --extra data-centre --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-dev.lock
	@uv pip compile pyproject.toml --extra data-centre --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-data-centre.lock
	@cd frontend && npm install --package-lock-only --ignore-scripts

bench: setup-dev
	@for file in bench/[a-z]*.py; do $(BIN)/python $$file --short || exit 1; done

# Random and hostile input, new each time and much of it: RATHAUS_FUZZ_EXAMPLES a test. A failure prints how to repeat it.
fuzz: setup-dev
	@RATHAUS_FUZZ=long $(BIN)/pytest -q tests/fuzz tests/engines/processes/test_oracle_generated.py tests/security
