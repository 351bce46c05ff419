# The commands of everyday work; CI uses nothing else.
#
#   make         build this repo's own blog into dist/
#   make test    everything that must pass: style, types, all tests, browsers included
#   make check   the fast loop: style, types, unit tests
#   make lock    pin the newest versions that pyproject.toml allows
#   make clean   remove what was built; make distclean: the environment too
#
# PYTHON=... chooses the interpreter, ARGS=... is handed to recto or pytest.

.DEFAULT_GOAL := build
.PHONY: build test check wheel lock clean distclean
.DELETE_ON_ERROR:

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

ifeq ($(OS),Windows_NT)
  BIN := .venv/Scripts
else
  BIN := .venv/bin
endif
PY := $(BIN)/python
INSTALL := $(PY) -m pip install --quiet --quiet
LOCKED := $(INSTALL) --require-hashes --requirement

build: .venv/installed
	@$(PY) -m recto build $(ARGS)

test: .venv/installed-test
	@$(PY) -m ruff format --check --quiet . || { echo "fix: $(BIN)/ruff format ."; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@$(PY) tests/chromium.py
	@$(PY) tests/servers.py
	@$(PY) -m pytest --numprocesses auto --dist loadfile $(ARGS)

check: .venv/installed-test
	@$(PY) -m ruff format --check --quiet . || { echo "fix: $(BIN)/ruff format ."; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@$(PY) -m pytest --numprocesses 2 $(UNIT_ONLY) $(ARGS)

# Whole sites built hundreds of times, browsers, and servers that take half a minute are for `make test`.
UNIT_ONLY := --ignore tests/browser --ignore tests/properties --ignore tests/test_kills.py \
  --ignore tests/test_deploy_hammer.py --ignore tests/test_deploy_server.py --ignore tests/test_deploy_ssh.py

wheel: .venv/installed-test
	@$(PY) tests/wheel.py

# The environment. Each stamp is older than what it was made from only if there is work to do.

.venv/made:
	@python=; for each in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	  if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$each; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "error: recto needs Python 3.11 or newer, and there is none on the PATH" >&2; \
	  echo "  fix: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	  echo "error: $$python cannot make virtual environments (no venv or no ensurepip)" >&2; \
	  echo "  fix: on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "making .venv with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv
	@touch $@

.venv/installed-pins: requirements.txt .venv/made
	@echo "installing recto's dependencies"
	@$(LOCKED) $<
	@touch $@

.venv/installed: pyproject.toml .venv/installed-pins
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-test: requirements-test.txt .venv/installed
	@echo "installing the test dependencies"
	@$(LOCKED) $<
	@touch $@

# One version a package for every Python and system: outputs must not depend on where they were made.
COMPILE = UV_CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m uv pip compile pyproject.toml --quiet --upgrade \
  --extra search --extra s3 --extra cloudflare --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
  --no-emit-index-url --no-emit-find-links

lock: .venv/made
	@$(INSTALL) uv
	@$(COMPILE) --group install --output-file requirements.txt
	@$(COMPILE) --group test --constraint requirements.txt --output-file requirements-test.txt

clean:
	@rm -rf dist build .recto .mypy_cache .ruff_cache .pytest_cache .hypothesis

distclean: clean
	@rm -rf .venv
