import json
import linecache

import numpy as np
import pytest

from lecture_lib.checks import guard
from lecture_lib.checks.record import Record, Stop


def student(source, **names):
    """The last function of a cell, as IPython would have made it."""
    file = f"<cell {hash(source)}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    scope = {"np": np, **names}
    exec(compile(source, file, "exec"), scope)
    return scope["f"]


def called(source, *args, given=frozenset(), **how):
    """(record, result) of one guarded call; the result is None where it stopped."""
    names = how.pop("names", {})
    record = Record("t", 1, given)
    try:
        return record, guard.Guard(record, student(source, **names), **how)(*args)
    except Stop:
        return record, None


def said(record):
    return [*record.stops, *record.habits.values(), *record.hints.values()]


def test_a_clean_function_leaves_no_trace():
    x = np.arange(3.0)
    record, result = called("def f(x):\n    return [2 * v for v in x]", x)
    np.testing.assert_array_equal(result, [0, 2, 4])
    assert said(record) == [] and record.failed == set()


def test_a_changed_argument_is_found_with_its_line_and_the_original_kept():
    x = np.arange(3.0)
    record, _ = called("def f(x):\n    y = x\n    y -= 1\n    return y", x)
    assert record.failed == {"changes x"}
    assert "line 3 of your cell: `y -= 1`" in said(record)[0]
    np.testing.assert_array_equal(x, [0, 1, 2])


def test_a_changed_entry_of_a_dict_or_keyword_is_found():
    record = Record("t", 1)
    f = student("def f(p, q=None):\n    p['W'] += 1\n    q[0] = 2\n    return 1")
    guard.Guard(record, f)({"W": np.ones(2)}, q=[1, 2])
    assert "changes p" in record.failed
    record, _ = called("def f(p):\n    p['W'][0] = 5.0\n    return 1", {"W": np.ones(2)})
    assert record.failed == {"changes p"}


@pytest.mark.parametrize(
    "source, prop",
    [
        ("n = []\ndef f(x):\n    n.append(1)\n    return x * len(n)", "pure"),
        ("def f(x):\n    return x * np.random.default_rng().random()", "pure"),
        ("def f(x):\n    return x + np.random.rand(3)", "global random numbers"),
    ],
)
def test_hidden_state_and_foreign_randomness(source, prop):
    record, _ = called(source, np.ones(3))
    assert record.failed == {prop}


def test_a_generator_passed_in_starts_the_same_twice():
    record, _ = called("def f(rng):\n    return rng.random(3)", np.random.default_rng(1))
    assert record.failed == set()


def test_may_change_hands_over_the_generator_itself():
    rng = np.random.default_rng(1)
    _, a = called("def f(rng):\n    return rng.random(3)", rng, may_change=("rng",))
    _, b = called("def f(rng):\n    return rng.random(3)", rng, may_change=("rng",))
    assert not np.array_equal(a, b)


def test_opaque_outputs_may_differ():
    record, result = called("def f(x):\n    return x, object()", np.ones(2), opaque=(1,))
    assert record.failed == set() and len(result) == 2


@pytest.mark.parametrize(
    "source, kind, says",
    [
        ("def f(x):\n    x / 2", "None", "is a `return` missing?"),
        ("def f(x):\n    return x[9]", "raises IndexError", "line 2 of your cell: `return x[9]`"),
        ("def f(x, y):\n    return x", "signature", "missing a required argument: 'y'"),
        ("def f(x):\n    while True: yield 1", "odd result", "does the loop end?"),
        ("def f(x):\n    print(x)", "None", "To print a value is not to return it"),
        ("def f(x):\n    exit(0)", "raises SystemExit", "your code stopped with SystemExit"),
        ("def f(x):\n    return xx", "raises NameError", "`xx`, which nothing in its cell"),
        ("def f(x):\n    a = b; b = 1", "raises UnboundLocalError", "local variable 'b'"),
        ("f = 3", "no function", "int where a function is wanted"),
    ],
)
def test_what_stops_a_check(source, kind, says):
    record, result = called(source, np.ones(3))
    assert result is None and record.failed == {kind}
    assert says in said(record)[0] and "Traceback" not in said(record)[0]


def test_a_loop_that_swallows_exceptions_is_ended(monkeypatch):
    monkeypatch.setattr(guard, "SECONDS", 0.05)
    swallow = (
        "def f():\n    for _ in range(3):\n        try:\n            while True: sum([1])\n"
        "        except Exception: pass\n    return 1"
    )
    record, _ = called(swallow)
    assert record.failed == {"too slow"}


@pytest.mark.parametrize("source", ["def f(x):\n    raise NotImplementedError()", "f = None"])
def test_not_done(source):
    record, _ = called(source, 1)
    assert record.undone and not said(record)


def test_warnings_are_hints_and_prints_are_swallowed(capsys):
    record, _ = called("def f(x):\n    print('here')\n    return np.log(x)", np.zeros(2))
    assert capsys.readouterr().out == "" and record.failed == set()
    assert "divide by zero" in record.hints["NumPy"] and "no points" in record.hints["NumPy"]


def test_only_the_first_warning_is_shown():
    record, _ = called("def f(x):\n    return np.log(x) * np.sqrt(-1 - x)", np.zeros(2))
    assert len(record.hints) == 1 and "log" in record.hints["NumPy"]


def test_names_of_other_cells_are_hinted_at_but_given_and_own_ones_are_not():
    source = "K = 2\ndef half(x): return x / K\ndef f(x):\n    return half(x) * N * np.pi"
    record, _ = called(source, 1.0, names={"N": 3})
    assert [*record.hints] == ["N"] and "`N`" in record.hints["N"]
    record, _ = called(source, 1.0, names={"N": 3}, given=frozenset(["N"]))
    assert record.hints == {}


def test_a_magic_is_no_name_of_another_cell():
    bound = json.JSONDecoder().decode  # a method of a library's object, as get_ipython is
    record, _ = called("get_ipython\ndef f(x):\n    return x", 1.0, names={"get_ipython": bound})
    assert record.hints == {}


def test_a_call_into_the_core_is_found():
    source = "from lecture_lib.core.losses import softmax as s\ndef f(x):\n    return s(x)"
    record, _ = called(source, np.ones(2))
    assert record.failed == {"own"} and "`softmax`" in said(record)[0]
