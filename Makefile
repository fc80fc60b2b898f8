# The three commands of CONTRIBUTING.md, and the few that a developer needs beside them.
#   make run                the whole system on this machine, with an invented agency; Ctrl-C stops it, a second run goes on
#   make demo [ARGS=--json] the thread once, from an order to a bundle that verifies
#   make test               everything CI runs (= make check = .ci/run)
#   make check-long         what CI leaves out, on a quiet machine, before an issue is resolved; ARGS="browsers proofs" for some
#   make reset              forget what `make run` kept
#   make prove-safeguards   take each safeguard away in turn and see its test fail; ARGS="S3 S4" for some
#   make tasks              what a task costs an officer, or the person at their device, in pages, presses, fields and words
#   make safeguards         draw docs/safeguards.md from its register and the tests
#   make verifier           dist/offmon-verify.pyz: the verifier as one file
#   make kill               kill -9 of everything while 2,000 pages go by, and what became of each; ARGS="--seed 1" for a known run
#   make owner              the database's owner changes each column of each committed table; what found it, and in how many seconds
#   make chaos-device       a device's files and clock attacked in 300 runs, and what became of each page; ARGS="--seed 1 --runs 8"
#   make night              30 days of alerts and devices on moved clocks, held against the truth; ARGS="--seed 1 --days 2"
#   make bench              the figures, beside the last ones
#   make lock               make the locks fit pyproject.toml; ARGS=--upgrade moves to newer versions
#   make fmt                put the formatting right
# ARGS=--help says what each of the long ones takes.
.PHONY: tasks run demo reset test check check-long kill owner chaos-device night bench lock fmt safeguards prove-safeguards verifier
.DEFAULT_GOAL := run

TRIAL := .venv/bin/python -m trial

run demo reset:
	@bin/bootstrap
	@$(TRIAL) $@ $(ARGS)

test check:
	@.ci/run

check-long:
	@.ci/long $(ARGS)

safeguards:
	@bin/bootstrap test
	@.venv/bin/python -m tests.prove --write

prove-safeguards:
	@bin/bootstrap test
	@.venv/bin/python -m tests.prove $(ARGS)

verifier:
	@bin/bootstrap
	@bin/build-verifier

tasks:
	@bin/bootstrap test
	@.venv/bin/pytest -q -s tests/e2e/console/test_tasks.py tests/integration/evidence/test_barrister.py tests/e2e/portal/test_solicitor.py \
		tests/integration/agent/presence/test_task.py

kill:
	@bin/bootstrap test
	@.venv/bin/python -m tests.e2e.kill $(ARGS)

owner:
	@bin/bootstrap test
	@.venv/bin/python -m tests.e2e.owner

chaos-device:
	@bin/bootstrap test
	@.venv/bin/python -m tests.e2e.chaos $(ARGS)

night:
	@bin/bootstrap test
	@.venv/bin/python -m night $(ARGS)

bench:
	@bin/bootstrap test
	@.venv/bin/python -m bench $(ARGS)

# No header, no annotation and no index address: a lock names packages and hashes, never a host.
LOCK := .venv/bin/uv pip compile --quiet --no-config --universal --python-version 3.12 --generate-hashes --no-header --no-annotate
COMPILE := $(LOCK) --extra agent --extra server --extra trial --group build pyproject.toml

lock:
	@bin/bootstrap test
	$(COMPILE) $(ARGS) --output-file requirements/run.txt
	$(COMPILE) $(ARGS) --group dev --constraints requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) $(ARGS) --output-file requirements/peers.txt requirements/peers.in

fmt:
	@bin/bootstrap test
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format --quiet .
