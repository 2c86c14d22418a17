# Two commands do everything on a fresh Debian or Ubuntu machine that has Python 3.11+ and pip:
#   make run     open Pigeonhole on the built-in sample (without a screen: do the same job headless)
#   make test    formatter, linter, types, import contracts, tests
# Windows and macOS: see README.md.

.DEFAULT_GOAL := help
.PHONY: help run test check format translations stress benchmarks card screenshots screens docs wheel package setup clean

PYTHON ?= python3
TOOLS := $(CURDIR)/.tools
# uv is taken from the machine where it is installed, else from the project's own .tools folder.
UV := $(shell command -v uv 2>/dev/null || echo $(TOOLS)/bin/uv)
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo 2>/dev/null)

help:
	@sed -n 's/^#   //p' Makefile

run: setup
	@$(UV) run --no-sync main.py sample

# A file of tests stays in one process, in its order; there is one process more than there are cores. They and the
# processes that they start find our modules compiled, also where PYTHONDONTWRITEBYTECODE is set.
test: TEST_TOOLS = Xvfb xdotool openbox
test: setup check
	PYTHONDONTWRITEBYTECODE= $(UV) run --no-sync pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST)

# The formatter, the linter, the type checker (strict on engine) and the import contracts.
check: $(UV)
	$(UV) run --no-sync ruff format --check .
	$(UV) run --no-sync ruff check .
	$(UV) run --no-sync mypy
	$(UV) run --no-sync lint-imports

format: $(UV)
	$(UV) run --no-sync ruff format .
	$(UV) run --no-sync ruff check --fix .

# All texts for translators, and compiled (docs/translating.md). LANGUAGE=fr begins a new language.
translations: setup
	$(UV) run --no-sync -m gui.translations $(if $(filter command%,$(origin LANGUAGE)),$(LANGUAGE))

# Long tests, such as a hundred kills; `make test` holds a short form of each. Here run those of tests/stress, and of the
# others only the tests that have a long form: each has the mark `stress` (tests/long_forms.py), whatever its file.
stress: TEST_TOOLS = Xvfb xdotool openbox debootstrap
stress: setup
	PIGEONHOLE_STRESS=1 PIGEONHOLE_FUZZ=25 $(UV) run --no-sync pytest -m stress

# Figures for docs/benchmarks.md; printed, never asserted.
benchmarks: setup
	$(UV) run --no-sync python -m tests.benchmarks.startup
	$(UV) run --no-sync python -m tests.benchmarks.library
	$(UV) run --no-sync python -m tests.benchmarks.learning
	$(UV) run --no-sync python -m tests.benchmarks.learning_window
	$(UV) run --no-sync python -m tests.benchmarks.learning_memory
	$(UV) run --no-sync python -m tests.benchmarks.learning_start
	$(UV) run --no-sync python -m tests.benchmarks.novelty
	$(UV) run --no-sync python -m tests.benchmarks.training
	$(UV) run --no-sync python -m tests.benchmarks.slots
	$(UV) run --no-sync python -m tests.benchmarks.classify
	$(UV) run --no-sync python -m tests.benchmarks.classify_window

# What a machine with a graphics card and without a network lacks for tests.benchmarks.gpu, in build/card: the wheels that
# are not beside torch or JAX anyway, and pictures. docs/benchmarks.md tells how they are used there.
CARD_PYTHON ?= 3.12
card: WHEELS = keras|namex|optree|platformdirs
card: $(UV)
	rm -rf build/card && mkdir -p build/card/wheels
	$(PYTHON) -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --dest build/card/wheels \
	  --implementation cp --python-version $(CARD_PYTHON) $(foreach n,17 24 27 28,--platform manylinux_2_$(n)_x86_64) --platform manylinux2014_x86_64 \
	  $$($(UV) export --quiet --frozen --no-hashes --no-annotate | grep -oE '^($(WHEELS))==[^ ;]+')
	cp ../shared/data/gtsrb-mini.zip ../shared/data/flower_photos-mini.tgz build/card

# The pictures of the README, made from the built-in sample by the same test that checks the pages.
screenshots: setup
	PIGEONHOLE_SCREENSHOTS=docs/screenshots $(UV) run --no-sync pytest tests/e2e/test_screenshots.py -q

# Pictures of every page, menu and dialog in a language (LANGUAGE=fr, Korean without it), to look at: build/screens/CODE.
screens: SCREENS := build/screens/$(if $(filter command%,$(origin LANGUAGE)),$(LANGUAGE),ko)
screens: setup
	PIGEONHOLE_SCREENS=$(SCREENS) $(UV) run --no-sync pytest tests/e2e/test_every_screen.py -q

# The pages of docs/ and the reference of `import pigeonhole` as a site, build/site/index.html; it reads the sources only.
docs: $(UV)
	$(UV) run --no-project --with "mkdocs<2" --with "mkdocstrings[python]" mkdocs build --strict --quiet

# What is uploaded to the Python Package Index: the program, and the distribution that brings TensorFlow too.
wheel: setup
	rm -rf dist/*.whl
	$(UV) run --no-sync python -m hatchling build -t wheel -d dist
	cd release/whole && $(UV) run --no-sync --project ../.. python -m hatchling build -t wheel -d ../../dist
	$(UV) tool run twine check --strict dist/*.whl
	$(UV) tool run check-wheel-contents dist/pigeonhole_images_core-*.whl

# The packages for Linux, in dist/: of the program, of the libraries of training and of Ray each a folder to unpack anywhere,
# and one for Debian and Ubuntu.
package: setup
	UV_PROJECT_ENVIRONMENT=build/environment $(UV) sync --quiet --frozen --no-default-groups --group package --group training --extra cluster
	QT_QPA_PLATFORM=offscreen build/environment/bin/python -m release.linux build/linux

# Compiled once: TensorFlow alone has thousands of modules, which every training would compile again where
# PYTHONDONTWRITEBYTECODE is set or the environment belongs to someone else.
# System libraries are told by loading them, as the names of Debian's packages change; gui/screen.py lists them.
setup: $(UV)
	@$(UV) sync --quiet --frozen --compile-bytecode
	@if command -v apt-get >/dev/null; then \
	  missing="$$($(UV) run --no-sync python -m gui.screen)"; \
	  for tool in $(TEST_TOOLS); do command -v $$tool >/dev/null || missing="$$missing $$(echo $$tool | tr A-Z a-z)"; done; \
	  missing="$$(echo $$missing)"; \
	  if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" = 0 ] || [ -n "$(SUDO)" ]; then \
	      echo "Installing system libraries: $$missing"; \
	      $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
	        || echo "Could not install them; as root run: apt-get install $$missing"; \
	    else echo "These system libraries are missing; as root run: apt-get install $$missing"; fi; \
	  fi; fi

$(TOOLS)/bin/uv:
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target $(TOOLS) uv

clean:
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist
