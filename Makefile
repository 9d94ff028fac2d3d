# Thin: the work is in `twin` or in a named tool. Needs Python 3.11 or newer, make and git; nothing else.
PYTHON ?= python3
BIN := .venv/bin
# More than there are cores: workers wait for Neo4j half of the time; each has a server of its own for migrations.
JOBS ?= 3
LONG_JOBS ?= 4
LTS := tests/queries tests/migrations $(addprefix tests/graph/,access bulk/test_loading.py changes database reading snapshot state traversal)

# Each `twin` is a process of its own, which would compile all of the project anew where bytecode isn't kept.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev graphiql demo serve test test-long lint check format bench docs lock clean

help: ## list what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.set-up: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.kernel: .venv/.set-up $(wildcard graph/kernel/*.py)
	$(BIN)/python -m graph.kernel
	@touch $@

.venv/.set-up-dev: .venv/.set-up requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/.kernel ## install what the service needs into .venv, from the hashed lock, and compile the kernel

setup-dev: .venv/.set-up-dev ## the same, and what tests and checks need

graphiql: app/http/static/graphiql/index.js ## build the GraphiQL page that the service serves

app/http/static/graphiql/index.js: .venv/.set-up-dev app/http/graphiql/package-lock.json $(wildcard app/http/graphiql/*.*)
	$(BIN)/python app/http/graphiql/build.py

demo: .venv/.kernel ## local Neo4j, campus, an impact answer, then the service (ONCE=1 ends after the answer)
	$(BIN)/twin demo $(if $(ONCE),--once)

serve: graphiql .venv/.kernel ## the service on the local Neo4j
	$(BIN)/twin serve

test: graphiql .venv/.kernel ## the whole suite on the newest Neo4j (COVERAGE=1 measures it)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not long" $(if $(COVERAGE),--cov --cov-report=term)

test-long: graphiql .venv/.kernel ## crash matrices, exhaustive networks, soak; and what rests on the database on the LTS line
	$(BIN)/python -m pytest -n $(LONG_JOBS) --dist worksteal -m long
	TWIN_TEST_NEO4J_LINE=5.26 $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "neo4j and not long" $(LTS)

lint: .venv/.set-up-dev ## format, lint, types, layers, house rules, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -m "not neo4j and not long" tests/architecture tests/docs tests/docker

check: lint test ## what a change must pass

format: .venv/.set-up-dev ## format the code and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/.set-up-dev .venv/.kernel ## every measured promise beside its floor
	$(BIN)/python -m benchmarks

docs: .venv/.set-up-dev ## remake the generated parts of docs/
	$(BIN)/python -m docs.generate

lock: ## remake the hashed locks from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header --python-version 3.11 -o requirements-dev.lock pyproject.toml --group build --group dev
	uv pip compile --quiet --universal --generate-hashes --no-strip-extras --no-emit-index-url --no-header --python-version 3.11 --constraint requirements-dev.lock -o requirements.lock pyproject.toml --group build

clean: ## stop the local Neo4j of this checkout's environment and remove what was made here
	-[ ! -x $(BIN)/twin ] || $(BIN)/twin neo4j stop
	rm -rf .venv app/http/static/graphiql app/http/graphiql/node_modules benchmarks/neo4j_graphql/node_modules .pytest_cache .ruff_cache .hypothesis .coverage* dist build
