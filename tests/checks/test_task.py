"""A check cell as a student meets it: the verdict, in words."""

import json

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from lecture_lib.autograder.keys import mistake_entry, right_key
from lecture_lib.checks import check, drill, report
from lecture_lib.checks.judge import judge
from lecture_lib.checks.record import Record
from lecture_lib.checks.task import recording
from lecture_lib.checks.values import tree

INPUTS = np.random.default_rng(0).normal(size=(5, 7))


def answer(x):
    return x.mean(axis=0), x.sum()


def run(f):
    """The record of a small check on f."""
    with recording() as records:
        with check("demo", points=2) as t:
            g = t.guard(f)
            out = g(INPUTS)
            t.value("mean", out[0])
            t.value("sums", [g(INPUTS * k)[1] for k in (1, 2, 3, 4)])
            t.that("linear", lambda: np.isclose(g(2 * INPUTS)[1], 2 * out[1]), "It is linear.")
    return records[0]


KEY = right_key(run(answer), "demo-check")


def said(f):
    verdict = judge(run(f), KEY)
    assert not verdict.right
    return verdict.lines


def test_right_answers_in_other_dress():
    assert judge(run(answer), KEY).right
    as_lists = lambda x: [x.mean(axis=0).tolist(), float(x.astype(np.float32).sum())]  # noqa: E731
    assert judge(run(as_lists), KEY).right


@pytest.mark.parametrize(
    "f, says",
    [
        (lambda x: (-x.mean(axis=0), x.sum()), "mean: it has the wrong sign (right: sums)"),
        (lambda x: (2 * x.mean(axis=0), x.sum()), "mean: it is twice what is wanted"),
        (lambda x: (x.sum(axis=0), x.sum()), "mean: it is 5 times what is wanted: a mean over 5?"),
        (lambda x: (x.mean(axis=0) / 5, x.sum()), "divided by 5 once too often?"),
        (lambda x: (x.mean(axis=0)[::-1], x.sum()), "mean: it is in the reverse order"),
        (lambda x: (np.sort(x.mean(axis=0)), x.sum()), "mean: it has the right shape, but other"),
        (lambda x: (np.full(7, np.nan), x.sum()), "mean: it contains NaN"),
        (lambda x: (x.mean(axis=1), x.sum()), "mean: it is an array of shape (5,), wanted"),
        (lambda x: (x.sum(), x.mean(axis=0)), "mean: it is a single number"),
        (lambda x: (x.mean(axis=0), abs(x.sum()) ** 2), "sums: it has the right shape, but other"),
        (lambda x: 3, "your result could not be used: TypeError"),
    ],
)
def test_the_simplest_cause_is_named(f, says):
    assert says in said(f)[0]


def test_structure_comes_before_properties_and_all_values_right_is_not_enough():
    assert "It is linear." not in said(lambda x: (x.mean(axis=1), x.sum() ** 2))
    record = run(answer)
    record.passed["linear"] = False
    record.broken["linear"] = "It is linear."
    assert judge(record, KEY).lines == ["It is linear."]


def test_a_check_that_did_not_come_to_its_end_is_wrong():
    record = run(answer)
    del record.passed["linear"]
    assert judge(record, KEY).state == "wrong"
    record = run(answer)
    del record.seen["sums"]
    assert judge(record, KEY).state == "wrong"


def test_blank_choices():
    key = right_key(Record("c", 1, seen={"c": tree(dict(A=1.5, B=2, C=3, D=4))}), "c")
    blank = Record("c", 1, seen={"c": tree(dict.fromkeys("ABCD"))})
    assert judge(blank, key).state == "not done yet"
    half = Record("c", 1, seen={"c": tree(dict(A=1.5, B=None, C=3, D=None))})
    assert judge(half, key).lines == ["c: still to fill in: B, D"]


@pytest.fixture
def shell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_the_outputs_of_a_check_cell(shell, tmp_path):
    (tmp_path / "exercises").mkdir()
    key = {"tasks": {"demo": right_key(Record("demo", 2, passed={"p": True}), "demo")}}
    (tmp_path / "exercises" / "01_a.key.json").write_text(json.dumps(key))
    for held, points, mark in ((True, 2.0, "✓"), (False, 0.0, "✗")):
        with capture_output() as out:
            shell.run_cell(
                "from lecture_lib.checks import check\nwith check('demo', points=2) as t:\n"
                f"    t.that('p', {held}, 'a < b & `c`')"
            )
        shown = out.outputs[0].data
        assert shown["text/plain"].startswith(mark)
        assert shown[report.MIME]["verdict"] == ("right" if held else "wrong")
        assert ("a &lt; b &amp; <code>c</code>" in shown["text/html"]) == (not held)
        assert float(str(shell.user_ns["_"])) == points


def test_a_check_without_a_key_or_with_an_undefined_name_does_not_raise(shell):
    with capture_output() as out:
        with check("nowhere", points=1) as t:
            t.guard(undefined)  # noqa: F821
    assert "lecture release" in out.outputs[0].data["text/plain"]
    assert t.record.stops == [
        "`undefined` is not defined: does the cell that defines it run without an error, and under "
        "this name?"
    ]


def test_an_interrupt_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt), check("x", points=1):
        raise KeyboardInterrupt


def test_a_drill_without_a_student_asks_for_one(shell):
    with capture_output() as out:
        n = drill("hand", "  ", lambda rng: {"a": 1})
    assert n == {} and "student id" in out.outputs[0].data["text/plain"]


def test_a_drill_gives_neighbours_other_numbers_and_the_same_again(shell):
    numbers = lambda rng: {"a": float(rng.random())}  # noqa: E731
    keys = {"hand": {"drill": {"seeds": list(range(200))}}}
    with recording(keys), capture_output():
        drawn = [drill("hand", f"s{i:03}", numbers)["a"] for i in range(40)]
        assert drill("hand", " S000 ", numbers)["a"] == drawn[0]
    assert len(set(drawn)) > 30


def test_a_mistake_that_also_fails_a_property_is_not_named_without_it():
    record = run(lambda x: (2 * x.mean(axis=0), x.sum()))
    record.habit("changes x", "it changes x")
    entry, _ = mistake_entry(record, KEY, "Doubled in place.")
    key = KEY | {"mistakes": [entry]}
    assert judge(record, key).lines == ["Doubled in place."]
    assert "Doubled" not in judge(run(lambda x: (2 * x.mean(axis=0), x.sum())), key).lines[0]
