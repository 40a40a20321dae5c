# A fresh machine needs Python 3.11 or newer, make and git; everything else is fetched.

ifndef PYTHON
PYTHON := $(shell for name in python3.13 python3.12 python3.11 python3; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$name && break; done)
endif
BOOTSTRAP = $(or $(PYTHON),$(error The bookstore needs Python 3.11 or newer: install it and \
	name it, as in `make run PYTHON=/path/to/python3.13`)) bookstore/demo/bootstrap.py
VENV = .venv/bin/python

PORT ?= 8000
export PORT

.PHONY: help run test bench soak mutants check manage lock clean

help: ## List these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

run: ## Run the shop at http://127.0.0.1:8000, PORT=9000 to move it
	@$(BOOTSTRAP) --port $(PORT)
	@exec $(VENV) -m bookstore.demo.run

test: ## Run the tests, ARGS="-k basket" to choose, ARGS="-n 0" in one process
	@$(BOOTSTRAP)
	@BROWSER_PATH=$$($(VENV) -m bookstore.demo.browser) && export BROWSER_PATH && \
		exec $(VENV) -m pytest -n auto $(ARGS)

SEQUENCES ?= 20000
SEED ?= $(shell $(PYTHON) -c 'import random; print(random.randrange(10**6))')

soak: export PERMUTATIONS = $(SEQUENCES)
soak: export PERMUTATIONS_SEED := $(SEED)
soak: ## Run many more sequences of payments, SEQUENCES=50000 SEED=7 to choose
	@$(BOOTSTRAP)
	@echo "$(SEQUENCES) sequences, SEED=$$PERMUTATIONS_SEED"
	@exec $(VENV) -m pytest -n auto tests/permutations $(ARGS)

bench: ## Measure what pages cost with 50,000 works, ARGS="--works 200" for fewer
	@$(BOOTSTRAP)
	@exec $(VENV) -m bookstore.demo.bench $(ARGS)

mutants: ## Break the shop on purpose: the sequences have to find out
	@$(BOOTSTRAP)
	@exec $(VENV) -m pytest -n 0 tests/permutations/mutants.py $(ARGS)

check: export DEMO = 1
check: export DATABASE_URL = postgresql://127.0.0.1:9/none
check: ## Check style, types, imports, templates, migrations and settings
	@$(BOOTSTRAP)
	$(VENV) -m ruff check
	$(VENV) -m ruff format --check
	$(VENV) -m mypy .
	$(VENV) -c 'from importlinter.cli import lint_imports_command as main; main()'
	$(VENV) -m djlint --lint --quiet templates
	$(VENV) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	env -u DEMO $(PRODUCTION) $(VENV) manage.py check --deploy --fail-level WARNING

# What a production shop must set: `manage.py check --deploy` reads it, nobody is reached.
PRODUCTION = SITE_URL=https://shop.example ALLOWED_HOSTS=shop.example \
	SECRET_KEY=check-check-check-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ \
	EMAIL_URL=smtp+tls://mail.example:587 DEFAULT_FROM_EMAIL=orders@shop.example \
	SHOP_EMAIL=orders@shop.example SHOP_ADDRESS="1 Road|Town" \
	STRIPE_SECRET_KEY=sk_live_0 STRIPE_WEBHOOK_SECRET=whsec_0 \
	DATA_DIR=.data/check STATIC_ROOT=.data/check/static

manage: ## Run a management command on the demo's data, ARGS="shell"
	@$(BOOTSTRAP)
	@exec $(VENV) -m bookstore.demo.run manage $(ARGS)

lock: ## Pin the newest versions that pyproject.toml allows
	@$(BOOTSTRAP) lock

clean: ## Remove the environment and all of the demo's data
	@$(BOOTSTRAP) clean
