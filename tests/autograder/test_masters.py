"""Every master in solutions/: its mistakes are named, its styles are right, its exercise fits."""

import functools
import importlib.util
from pathlib import Path

import nbformat
import pytest

from lecture_lib.autograder import check, master, release
from lecture_lib.autograder.keys import task_keys
from lecture_lib.checks import drills
from lecture_lib.checks.judge import judge

from .small_master import small_master

ROOT = Path(__file__).parents[2]
MASTERS = sorted((ROOT / "solutions").glob("[0-9]*.ipynb"))
every_master = pytest.mark.parametrize(
    "path", [None, *MASTERS], ids=lambda p: p.stem if p else "small"
)


@functools.cache
def tasks_of(path):
    """[(task, keys of its visible check, keys of its hidden check, its mistakes)]"""
    nb = nbformat.read(path, 4) if path else small_master()
    return [(task, *task_keys(task), list(master.wrongs(task))) for task in master.tasks(nb)]


def lines(record, keys):
    """What the student reads, of a record judged by the keys."""
    return judge(record, keys[record.task]).lines


@every_master
def test_each_mistake_is_named_by_its_own_message_and_by_no_other(path):
    count = 0
    for task, shown, _, wrongs in tasks_of(path):
        for cell, mistake, names in wrongs:
            if "drill" in next(iter(shown.values())):
                continue
            said = lines(master.records(task, names, shown)[0], shown)
            assert said[0] == mistake.message, cell.id
            others = {m.message for _, m, _ in wrongs} - {mistake.message}
            assert not others & set(said), cell.id
            count += 1
    assert count > 5


@every_master
def test_each_mistake_of_a_drill_is_named(path):
    drilled = [
        (task, name, key, wrongs)
        for task, shown, _, wrongs in tasks_of(path)
        for name, key in shown.items()
        if "drill" in key
    ]
    assert drilled
    for task, name, key, wrongs in drilled:
        make = master.records(task, master.right(task))[0].drilled[0].make
        for cell, mistake, names in wrongs:
            for variant in (0, 57, 199):
                numbers = drills.draw(make, key["drill"]["seeds"][variant])
                n = drills.Drill(name, variant, numbers, make)
                wrong = {k: float(f"{v:.3g}") for k, v in names["answers"](**n).items()}
                state, said = drills.judge(n, wrong, key["drill"])
                assert state == "wrong", cell.id
                assert said.endswith(mistake.message), (cell.id, said)


@every_master
def test_no_mistake_passes_the_hidden_check(path):
    for task, _, hidden, wrongs in tasks_of(path):
        for cell, _, names in wrongs:
            for record in master.records(task, names)[1:]:
                assert not judge(record, hidden[record.task]).right, cell.id


@pytest.mark.parametrize("path", MASTERS, ids=lambda p: p.stem)
def test_three_styles_of_each_task_get_full_marks(path):
    file = ROOT / "tests" / "styles" / f"{path.stem}.py"
    assert file.exists(), f"write {file.relative_to(ROOT)}: three correct versions of each task"
    spec = importlib.util.spec_from_file_location("styles", file)
    styles = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(styles)
    for task, shown, hidden, _ in tasks_of(path):
        solution = [c for c in task.cells if master.kind(c) == "solution"][-1]
        versions = styles.STYLES[solution.id]
        assert len(versions) >= 3, solution.id
        for number, version in enumerate(versions, 1):
            texts = [version if c is solution else master.plain(c.source) for c in task.cells]
            names = master.wrong(task, texts, keys=shown)
            for record in master.records(task, names, shown | hidden):
                verdict = judge(record, (shown | hidden)[record.task])
                assert verdict.right, (solution.id, number, verdict.lines)


@pytest.mark.parametrize("path", MASTERS, ids=lambda p: p.stem)
def test_the_committed_exercise_is_what_the_master_gives(path):
    assert release.verify(path) == []


@pytest.mark.parametrize("path", MASTERS, ids=lambda p: p.stem)
def test_each_pointer_leads_to_a_cell(path):
    for task in master.tasks(nbformat.read(path, 4)):
        for cell, mistake in master.declared(task):
            if mistake.see:
                number, _, target = mistake.see.partition("#")
                (notebook,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
                assert target in {c.id for c in nbformat.read(notebook, 4).cells}, cell.id


@pytest.mark.parametrize("path", MASTERS, ids=lambda p: p.stem)
def test_nbval_gives_the_master_all_points_and_the_untouched_exercise_none(path):
    rows = check.check(path).rows
    assert [row.says for row in rows] == [[] for _ in rows]
    assert sum(row.points for row in rows) == sum(row.possible for row in rows) == 20
    untouched = check.check(ROOT / "exercises" / path.name).rows
    assert [(row.points, row.says) for row in untouched] == [(0, ["not done yet"]) for _ in rows]
