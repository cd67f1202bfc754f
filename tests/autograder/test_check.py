"""`lecture check`: a student's cells spliced into the exercise, nbval as the judge, a table."""

import json
import shutil

import nbformat
import pytest

from lecture_lib import canonical
from lecture_lib.autograder import check, master, release

from .small_master import small_master, source


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A folder with a master in solutions/ and its exercise in exercises/."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "solutions").mkdir()
    canonical.write(small_master(), folder / "solutions" / "07_small.ipynb")
    release.release(folder / "solutions" / "07_small.ipynb")
    return folder


@pytest.fixture
def exercise(released, tmp_path):
    """A student's copy, without the masters."""
    shutil.copytree(released / "exercises", tmp_path / "exercises")
    return tmp_path / "exercises" / "07_small.ipynb"


def right(cell_id):
    return master.plain(source(cell_id))


def hand_in(path, **sources):
    """Write sources into cells of the notebook at path, by id."""
    nb = nbformat.read(path, 4)
    for cell in nb.cells:
        cell.source = sources.get(cell.id, cell.source)
    nbformat.write(nb, path)
    return nb


def points(report):
    return {r.task: (r.points, r.possible) for r in report.rows}


def says(report, task):
    return next(r.says for r in report.rows if r.task == task)


def says_of(report, task):
    return says(report, task)[0]


def test_the_untouched_exercise_has_no_points_and_no_traceback(exercise, capsys):
    before = exercise.read_bytes()
    assert check.main([str(exercise)]) == 1
    out = capsys.readouterr().out
    assert exercise.read_bytes() == before
    assert out.count("not done yet") == 4
    assert "0 of 15" in out and "up to 5 points more" in out
    assert "Traceback" not in out and "Error" not in out and "note on" not in out


def test_the_master_has_full_marks(released, capsys):
    assert check.main([str(released / "solutions" / "07_small.ipynb")]) == 0
    assert "20 of 20" in capsys.readouterr().out


def test_hidden_checks_count_where_the_master_is_there(released):
    path = released / "exercises" / "07_small.ipynb"
    untouched = path.read_bytes()
    only_visible = "def shuffled(x, rng):\n    return rng.permutation(x) if len(x) == 20 else x"
    hand_in(path, leaky=right("leaky"), order=only_visible, student="STUDENT = 'bob'")
    report = check.check(path)
    path.write_bytes(untouched)
    assert points(report) == {"leaky": (11, 11), "order": (3, 4), "choice": (0, 2), "hand": (0, 3)}
    assert says(report, "order") == ["hidden check: order"]
    assert says(report, "hand") == says(report, "choice") == ["not done yet"]
    assert report.unseen == 0


def test_a_bad_task_costs_no_other_its_points(exercise):
    """Broken, noisy, forged and renamed things; the shared names are put back for each task."""
    hand_in(
        exercise,
        leaky="# NBVAL_SKIP\nnp.exp = sum = None\nSLOPE = 9\ndef check(*a): pass\n1 / 0",
        order="import sys, warnings\nprint('noise', file=sys.stderr)\nwarnings.warn('w')\n"
        + right("order"),
        choice="eta_of = dict(A=0.1, B=1.0, C=2.1, D=0.5)",
        student="STUDENT = 'eve'",
        hand="answer = dict(step=n['eta'] * n['g'], w_new=None)\nn = 3",
    )
    report = check.check(exercise)
    assert points(report) == {"leaky": (0, 8), "order": (3, 3), "choice": (0, 1), "hand": (0, 3)}
    assert says(report, "leaky") == ["cell leaky stopped: ZeroDivisionError: division by zero"]
    assert says(report, "choice") == ["B and C."]
    assert says(report, "hand") == ["right so far; still to do: w_new"]


SWALLOWS = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
WRITES = "import pathlib\nfor p in pathlib.Path().glob('*'): p.write_text('{}')\n"
PATCHES = "import lecture_lib.checks.task as t\nt.judge = t.find_key = None\n"


@pytest.mark.parametrize(
    "leaky, choice, hand, says",
    [
        (
            "import os\nos._exit(0)",
            "while True: pass",
            SWALLOWS,
            {
                "leaky": "cell leaky stopped: it ended Python",
                "choice": "cell choice stopped: it takes longer than 2 s",
                "hand": "cell hand stopped: it takes longer than 2 s",
            },
        ),
        (
            "import os\ndef leaky_mean(a, y): os._exit(0)",
            WRITES + right("choice"),
            PATCHES,
            {
                "leaky": "the check stopped: it ended Python",
                "choice": "the key of this check is not here",
                "hand": "cell student stopped: SystemExit: 3",
            },
        ),
    ],
)
def test_a_task_that_breaks_python_costs_no_other_its_points(
    exercise, monkeypatch, leaky, choice, hand, says
):
    monkeypatch.setattr(check, "SECONDS", 2)
    student = "raise SystemExit(3)" if "SystemExit" in says["hand"] else "STUDENT = 'eve'"
    hand_in(exercise, leaky=leaky, order=right("order"), choice=choice, student=student, hand=hand)
    report = check.check(exercise)
    assert points(report) == {"leaky": (0, 8), "order": (3, 3), "choice": (0, 1), "hand": (0, 3)}
    for task, line in says.items():
        assert says_of(report, task).startswith(line)


def test_names_of_other_tasks_and_cells_are_not_there(exercise):
    nb = hand_in(
        exercise,
        leaky="def helper(x, rng): return rng.permutation(x)\n" + right("leaky"),
        order="def shuffled(x, rng): return helper(x, rng)",
    )
    nb.cells.append(nbformat.v4.new_code_cell("def helper(x, rng): return rng.permutation(x)"))
    nbformat.write(nb, exercise)
    report = check.check(exercise)
    assert points(report)["leaky"] == (8, 8)
    assert says_of(report, "order").startswith("your code uses `helper`, which nothing in its cell")
    assert "cells of your own are not judged (here 1)" in check.table(report)


def test_files_as_other_editors_leave_them(exercise):
    """No ids, other ids, a byte order mark, line ends of Windows, half a character."""
    nb = json.loads(exercise.read_text("utf-8"))
    for cell in nb["cells"]:
        del cell["id"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "order":
            cell["source"] = right("order") + "\n# \udce4"
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    exercise.write_text(json.dumps(nb), "utf-8-sig")
    report = check.check(exercise)
    assert points(report)["order"] == (3, 3)
    assert report.findings == {} and report.added == 0


def test_edited_missing_and_doubled_cells(exercise):
    nb = hand_in(
        exercise,
        leaky_check="",
        **{
            "leaky-check": "from IPython.display import display\n15.0",
            "numbers": "n = dict(w=1, g=1, eta=1)",
            "leaky": right("leaky"),
        },
    )
    by_id = {c.id: c for c in nb.cells}
    copy = nbformat.from_dict(json.loads(json.dumps(by_id["leaky"])))
    copy.id, copy.source = "pasted", "def leaky_mean(a, y): return 3"
    nb.cells.insert(0, copy)
    nb.cells = [c for c in nb.cells if c.id not in ("order", "order-check")]
    nbformat.write(nb, exercise)
    report = check.check(exercise)
    assert points(report)["leaky"] == (8, 8)
    assert says(report, "order") == [
        "cell order: this cell is missing, or is no code cell any more",
        "not done yet",
    ]
    found = report.findings
    assert found["leaky"].startswith("there are several copies")
    assert found["leaky-check"] == "this cell was changed; the original is used"
    assert found["numbers"] == "this cell was changed; the original is used"
    assert found["order-check"] == "this cell was missing; the original is used"


@pytest.mark.parametrize(
    "content, finding",
    [
        (b'{"cells": [', "it is damaged, or no notebook: line 1 is not JSON"),
        (b'{"cells": ' + 9**5 * b"[", "it is not a notebook"),
        (b"\xff\xfe\x00", "it is not a notebook"),
        (b'{"a": 1}', "it is not a notebook"),
        (b"[]", "it is not a notebook"),
        (b'{"cells": [1]}', "it is not a notebook"),
        (b'{"cells": []}', "none of the exercise's cells"),
    ],
)
def test_a_file_that_is_no_exercise_is_one_sentence(exercise, capsys, content, finding):
    exercise.write_bytes(content)
    assert check.main([str(exercise)]) == 1
    err = capsys.readouterr().err
    assert finding in err and len(err.splitlines()) == 1


def test_missing_files_are_one_sentence(exercise, capsys):
    assert check.main([str(exercise.with_name("none.ipynb"))]) == 1
    assert "No such file" in capsys.readouterr().err
    key = exercise.with_name("07_small.key.json")
    key.write_text("{")
    assert check.main([str(exercise)]) == 1
    assert "the key is damaged" in capsys.readouterr().err
    key.unlink()
    assert check.main([str(exercise)]) == 1
    assert "07_small.key.json is missing" in capsys.readouterr().err


def test_a_master_changed_since_its_release_is_said(released, tmp_path, capsys):
    shutil.copytree(released, tmp_path / "course")
    path = tmp_path / "course" / "solutions" / "07_small.ipynb"
    canonical.write(small_master(title="# New"), path)
    assert check.main([str(path)]) == 1
    assert "was changed since it was released" in capsys.readouterr().err


def test_a_renamed_file_finds_its_key(exercise):
    copy = exercise.with_name("07_small-Copy1.ipynb")
    copy.write_bytes(exercise.read_bytes())
    keyfile = check.find_key(copy)
    assert keyfile.name == "07_small.key.json"
