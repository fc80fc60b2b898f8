"""The suite kills the mutants that drop a check (design §9).

Every `if` that ends in a refusal, and every part of its condition, is left out in turn, in memory. The truth tables of this folder must
then fail. A check that no table notices is superfluous or untested, and fails here.
"""

import ast
import copy
import inspect
import itertools
import textwrap
from collections.abc import Callable, Iterator
from functools import partial, reduce
from types import FunctionType, ModuleType
from typing import Any

import pytest

from offmon.core.authority import agreement, leaving, lists, may_leave, order, profile, withdrawing
from offmon.core.formats import batches, canon, codec, commitment, dsse, envelope, httpsig, journal, trust, trust_file
from offmon.core.log import records
from offmon.core.log.tlog import checkpoint, cosignature, lines, merkle, note, proof, submission
from tests.unit.core import test_order_rules, test_rule_table
from tests.unit.core.authority import test_agreement, test_context, test_lists, test_may_leave, test_order, test_profile
from tests.unit.core.formats import (
    test_canon,
    test_codec,
    test_commitment,
    test_dsse,
    test_envelope,
    test_httpsig,
    test_journal,
    test_trust,
    test_trust_file,
)
from tests.unit.core.log import test_records
from tests.unit.core.log.tlog import test_checkpoint, test_cosignature, test_merkle, test_note, test_tlog_proof

JUDGED = [
    (module, name, suites)
    for module, names, *suites in (
        (canon, "decode _read_slowly _check _check_keys", test_canon),
        (codec, "_plain _checked _choice _many _union _record _hints", test_codec),
        (codec, "_write_bytes _write_many _write_union _write_record", test_codec),
        (may_leave, "admit admit_by_meaning admit_by_newest check_body", test_may_leave),
        (leaving, "check_listed decide", test_may_leave),
        (leaving, "check_near", test_context),
        (profile, "compile_grants _grant _check_list check_lease", test_profile, test_context),
        (profile, "_check_beside", test_context),
        (order, "check_instrument", test_order, test_agreement),
        (order, "_check_agree check_past live_period", test_order),
        (order, "_check_agreed_time", test_agreement),
        (withdrawing, "check_serves check_withdraw", test_agreement),
        (agreement, "check_agreement", test_agreement),
        (order, "check_term", test_order, test_order_rules),
        (order, "_check_made _check_conviction check_variation", test_order_rules),
        (order, "as_confirmed_at ended_by _cut", test_rule_table),
        (order, "_ends", test_rule_table, test_order_rules, test_agreement),
        (records, "check_two_people check_two_sessions check_authorised", test_records),
        (commitment, "check_salt check_field", test_commitment),
        (dsse, "_parse _one_signature open_signed", test_dsse),
        (envelope, "open_checked seal_bytes _pad _unpad", test_envelope),
        (httpsig, "parse sign check", test_httpsig),
        (journal, "leaf_data_of", test_journal),
        (batches, "check_batch extend", test_journal),
        (lists, "open_entries", test_lists),
        (trust, "walk _check_next", test_trust),
        (trust_file, "load", test_trust_file),
        (merkle, "Frontier.__post_init__ inclusion_path consistency_path _check_length", test_merkle),
        (merkle, "check_inclusion check_consistency", test_merkle),
        (checkpoint, "Checkpoint.__post_init__ Checkpoint.parse check_checkpoint", test_checkpoint),
        (cosignature, "cosign _check_value _check_kind", test_cosignature),
        (lines, "decode64", test_note),
        (lines, "decode_hash", test_checkpoint, test_tlog_proof),
        (lines, "decode_number", test_note),
        (note, "NoteSignature.__post_init__ NoteSignature.parse SignedNote.__post_init__ SignedNote.parse", test_note),
        (note, "check_signed _check_kind _check_text _check_size", test_note),
        (proof, "Proof.parse", test_tlog_proof),
        (submission, "Submission.parse", test_tlog_proof),
    )
    for name in names.split()
]


def mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Copies of the function, each with one check, or one part of one, left out."""
    count = sum(isinstance(node, ast.If | ast.IfExp) for node in ast.walk(tree))
    for index in range(count):
        for part in itertools.count():
            changed = copy.deepcopy(tree)
            node = [n for n in ast.walk(changed) if isinstance(n, ast.If | ast.IfExp)][index]
            whole = node.test
            parts = whole.values if isinstance(whole, ast.BoolOp) else []
            if part > len(parts):
                break
            what = ast.unparse(whole)
            if part == 0 or not isinstance(whole, ast.BoolOp):
                node.test = ast.Constant(refuses_when(node) is False)
            else:
                what = f"{ast.unparse(parts[part - 1])}  (of: {what})"
                rest = [other for other in parts if other is not parts[part - 1]]
                node.test = rest[0] if len(rest) == 1 else ast.BoolOp(whole.op, rest)
            yield what, ast.fix_missing_locations(changed)


def refuses_when(node: ast.If | ast.IfExp) -> bool:
    """Whether the node refuses where its condition holds (else: where it does not)."""
    first = node.body[0] if isinstance(node, ast.If) else node.body
    if isinstance(node, ast.IfExp):
        return "No(" in ast.unparse(first)
    return not (isinstance(first, ast.Return) and "Disclosure" in ast.unparse(first))


def tables(module: ModuleType) -> Iterator[Callable[[], None]]:
    """The module's tests, a call for each row."""
    for name, test in vars(module).items():
        if name.startswith("test_") and isinstance(test, FunctionType):
            marks = [m for m in getattr(test, "pytestmark", []) if m.name == "parametrize"]
            for rows in itertools.product(*(rows_of(mark) for mark in marks)):
                given = {key: value for row in rows for key, value in row.items()}
                if given.keys() == inspect.signature(test).parameters.keys():  # nothing of pytest's own
                    yield partial(test, **given)


def rows_of(mark: Any) -> list[dict[str, Any]]:
    names, values = mark.args
    if isinstance(names, str):
        return [{names: value} for value in values]
    return [dict(zip(names, row, strict=True)) for row in values]


def fails(module: ModuleType) -> bool:
    for row in tables(module):
        try:
            row()
        except (Exception, pytest.fail.Exception):  # however a mutant breaks, all that counts is that a test noticed
            return True
    return False


def forget(module: ModuleType) -> None:
    """What the module built once, of a mutant or before it."""
    for kept in vars(module).values():
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()


def function(made: Any) -> Any:
    """The function itself, of a method of a class too."""
    return getattr(made, "__func__", made)


@pytest.mark.parametrize(
    ("module", "name", "suites"), JUDGED, ids=[f"{m.__name__.rpartition('.')[2]}.{name}" for m, name, _ in JUDGED]
)
def test_no_check_can_be_dropped_unnoticed(
    module: ModuleType, name: str, suites: list[ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    original = function(reduce(getattr, name.split("."), module))
    tree = ast.parse(textwrap.dedent(inspect.getsource(original)))
    assert not any(map(fails, suites))
    survivors, made = [], 0
    for what, mutant in mutants(tree):
        made += 1
        space = dict(vars(module))
        exec(compile(mutant, f"<{name} without {what}>", "exec"), space)  # noqa: S102
        with monkeypatch.context() as patch:
            patch.setattr(original, "__code__", function(space[original.__name__]).__code__)
            forget(module)
            if not any(map(fails, suites)):
                survivors.append(what)
        forget(module)
    assert made
    assert not survivors
