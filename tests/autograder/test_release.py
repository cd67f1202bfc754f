"""From a master to an exercise: what it gives, what it refuses, what it never overwrites."""

import json

import nbformat
import pytest

from lecture_lib import canonical
from lecture_lib.autograder import exercise, master, release
from lecture_lib.autograder.keys import task_keys
from lecture_lib.autograder.master import Refused
from lecture_lib.checks.judge import judge

from .small_master import small_master, source


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "solutions").mkdir()
    canonical.write(small_master(), tmp_path / "solutions" / "07_small.ipynb")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paths(folder):
    exercises = folder / "exercises"
    return exercises / "07_small.ipynb", exercises / "07_small.key.json"


def test_the_student_gets_stubs_and_no_answers(folder):
    assert release.main([]) == 0
    notebook, key = paths(folder)
    nb = nbformat.read(notebook, 4)
    by_id = {c.id: c.source for c in nb.cells}
    assert by_id["leaky"].endswith("    # your code here\n    raise NotImplementedError()")
    assert by_id["choice"] == "eta_of = dict(A=None, B=None, C=None, D=None)"
    assert by_id["student"] == 'STUDENT = ""'
    assert not {"leaky-m1", "leaky-hidden", "answers", "bank"} & by_id.keys()
    assert "figure" in by_id
    for text in (notebook.read_text("utf-8"), key.read_text("utf-8")):
        for secret in ("np.where", "No leak", "2.1", "HIDDEN", "leaky-hidden", "eta * g"):
            assert secret not in text, secret


def test_it_is_deterministic(folder):
    release.main([])
    first = [p.read_bytes() for p in paths(folder)]
    release.main([])
    assert [p.read_bytes() for p in paths(folder)] == first
    assert len(list((folder / "exercises").iterdir())) == 2


def test_verify_accepts_its_own_and_reports_what_moved(folder, capsys):
    release.main([])
    assert release.main(["--verify"]) == 0
    moved = small_master(leaky=source("leaky").replace("1.0, SLOPE", "1.01, SLOPE"))
    canonical.write(moved, folder / "solutions" / "07_small.ipynb")
    assert release.main(["--verify"]) == 1
    assert "leaky: today's right values do not fit the key" in capsys.readouterr().err
    moved = small_master(answers=source("answers").replace("eta * g", "1.1 * eta * g"))
    canonical.write(moved, folder / "solutions" / "07_small.ipynb")
    assert release.main(["--verify"]) == 1
    assert "student: today's right values do not fit the key" in capsys.readouterr().err
    canonical.write(small_master(title="# Another"), folder / "solutions" / "07_small.ipynb")
    assert release.main(["--verify"]) == 1
    assert "is not what 07_small.ipynb gives" in capsys.readouterr().err


def test_verify_reports_a_mistake_with_another_message(folder, capsys):
    release.main([])
    said = small_master(leaky_m1=source("leaky-m1").replace("No leak", "It leaks"))
    canonical.write(said, folder / "solutions" / "07_small.ipynb")
    assert release.main(["--verify"]) == 1
    assert "leaky-m1: the check says ['No leak.']" in capsys.readouterr().err


def test_a_notebook_somebody_worked_in_is_moved_aside(folder, capsys):
    release.main([])
    notebook, _ = paths(folder)
    nb = nbformat.read(notebook, 4)
    next(c for c in nb.cells if c.id == "leaky").source = "my = 1"
    nbformat.write(nb, notebook)
    mine = notebook.read_bytes()
    canonical.write(small_master(title="# New"), folder / "solutions" / "07_small.ipynb")
    assert release.main([]) == 0
    (aside,) = notebook.parent.glob("07_small.2*.ipynb")
    assert aside.read_bytes() == mine
    assert aside.name in capsys.readouterr().out
    assert "# New" in notebook.read_text("utf-8")


def test_a_run_but_unchanged_notebook_is_replaced(folder):
    release.main([])
    notebook, _ = paths(folder)
    nb = nbformat.read(notebook, 4)
    nb.cells[1].execution_count = 4
    nbformat.write(nb, notebook)
    canonical.write(small_master(title="# New"), folder / "solutions" / "07_small.ipynb")
    release.main([])
    assert len(list(notebook.parent.iterdir())) == 2


def test_a_task_name_of_another_set_is_refused(folder, capsys):
    release.main([])
    canonical.write(small_master(), folder / "solutions" / "08_other.ipynb")
    assert release.main(["solutions/08_other.ipynb"]) == 1
    assert "choice: 07_small.key.json has a task of this name too" in capsys.readouterr().err


REFUSED = {
    "patch not there": ({"leaky_m1": 'mistake("x", why="y", old="nowhere", new="0")'}, "leaky-m1"),
    "patch twice": (
        {"leaky_m1": 'mistake("x", why="y", old="SLOPE", new="0")'},
        "`old` occurs 3 times in leaky",
    ),
    "alike": ({"leaky_m2": source("leaky-m1").replace("No", "A")}, "leaky-m2: no probe tells"),
    "passes": (
        {"leaky_m1": 'mistake("x", why="y", old="a > 0, a", new="a >= 0, a")'},
        "leaky-m1: the mistake passes the check leaky-check",
    ),
    "passes hidden": (
        {"leaky_hidden": source("leaky-hidden").replace("(n, 2), t", "(n, 2) ** 2, t")},
        "leaky-m1: the mistake passes the hidden check leaky-hidden",
    ),
    "not finite": (
        {"leaky_check": source("leaky-check").replace("f(*inputs[1])[1])", "[np.inf] * 5)")},
        "leaky-check: the right value of 'slope' is not finite",
    ),
    "few scalars": (
        {"leaky_check": source("leaky-check").replace("6, 7)", "6)").replace("4, 5,", "5,")},
        "leaky-check: 'means' holds 2 numbers",
    ),
    "other task's work": (
        {"order": source("order").replace("x[rng", "leaky_mean and x[rng")},
        "order-check: the solution does not pass its own check",
    ),
    "missing END": (
        {"order": source("order").replace("### END SOLUTION", "")},
        "order: a ### BEGIN",
    ),
    "no end of hidden": (
        {"order_hidden": source("order-hidden").replace("### END HIDDEN TESTS", "")},
        "order-hidden: a hidden check is one graded cell",
    ),
    "points": ({"order_hidden": None}, "add up to 19, wanted 20"),
    "points in the source": (
        {"order_check": source("order-check").replace("points=3", "points=4")},
        "order-check: its metadata say 3 points",
    ),
    "solution stops": ({"order": source("order") + "\n1 / 0"}, "order: it stops with ZeroDivision"),
    "fails its check": (
        {"order": source("order").replace("x[rng.permutation(len(x))]", "x")},
        "order-check: the solution does not pass its own check: The order is not random.",
    ),
    "patch is not Python": (
        {"leaky_m1": source("leaky-m1").replace('new="0)"', 'new="0"')},
        "leaky-m1: with the patch leaky is not Python: '(' was never closed",
    ),
    "another function": (
        {"leaky_m4": source("leaky-m4").replace("leaky_mean", "leaky_sum")},
        "leaky-m4: leaky has no function `leaky_sum`",
    ),
    "undone": (
        {
            "leaky_m4": source("leaky-m4").replace(
                "    slope", "    raise NotImplementedError\n    a"
            )
        },
        "leaky-m4: the mistake reads as a task that is not done",
    ),
    "same name": (
        {"order_check": source("order-check").replace('check("order"', 'check("leaky"')},
        "order: there is another check of the name leaky",
    ),
    "same name, hidden": (
        {"order_hidden": source("order-hidden").replace("order-hidden", "order")},
        "order: there is another check of the name order",
    ),
    "declares nothing": ({"order_m1": "pass"}, "order-m1: it declares no mistake"),
    "two checks in a cell": (
        {"order_check": source("order-check") + "\nwith check('b', points=3) as t: pass"},
        "order-check: it holds 2",
    ),
    "drill mistake too near": (
        {"hand_m2": source("hand-m2").replace('new="g"', 'new="1.003 * eta * g"')},
        "hand-check: in 1000 of 1000 draws a mistake is nearer",
    ),
    "drill mistake near in one answer": (
        {
            "hand_m2": 'mistake("x", why="y", old="step=step, w_new=w - step", '
            'new="step=1.003 * step, w_new=w + 3 * step")'
        },
        "hand-check: in 1000 of 1000 draws a mistake is nearer",
    ),
    "no answers": ({"answers": None, "hand_m1": None, "hand_m2": None}, "student: the task wants"),
}


@pytest.mark.parametrize("changes, says", REFUSED.values(), ids=REFUSED)
def test_release_refuses_and_names_the_cell(changes, says):
    with pytest.raises(Refused) as refused:
        exercise.build(small_master(**changes))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("points", [None, "3"])
def test_points_are_numbers(points):
    nb = small_master()
    next(c for c in nb.cells if c.id == "order-check").metadata.nbgrader["points"] = points
    with pytest.raises(Refused, match=f"order-check: .* {points!r} as its points"):
        exercise.build(nb)


def test_it_finds_the_masters_from_a_folder_below(folder, monkeypatch, capsys):
    monkeypatch.chdir(folder / "solutions")
    assert release.main([]) == 0
    assert paths(folder)[0].exists()
    (folder / "solutions" / "07_small.ipynb").unlink()
    assert release.main([]) == 2
    assert "there are no masters in" in capsys.readouterr().err


def test_what_cannot_be_written_is_one_sentence(folder, capsys):
    (folder / "exercises").write_text("a file where a folder is wanted")
    assert release.main([]) == 1
    err = capsys.readouterr().err
    assert "writing failed" in err and len(err.splitlines()) == 1


def test_a_missing_or_broken_master_is_one_sentence(folder, capsys):
    (folder / "solutions" / "broken.ipynb").write_text("{", "utf-8")
    assert release.main(["solutions/none.ipynb", "solutions/broken.ipynb"]) == 1
    err = capsys.readouterr().err
    assert "No such file" in err and "it is not a notebook" in err
    assert "Traceback" not in err


def test_two_patches_at_once_are_named_as_two():
    task = master.tasks(small_master())[0]
    keys, _ = task_keys(task)
    texts = [s.replace("SLOPE * a)", "0)").replace(" / len(a)", "") for s in master.sources(task)]
    said = judge(master.records(task, master.wrong(task, texts), keys)[0], keys["leaky"]).lines
    assert said == ["Two things are off. 1. No leak. 2. No N. (see notebook 01, cell n)"]
    assert "No leak" not in json.dumps(keys)
