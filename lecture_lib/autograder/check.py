"""`lecture check`: a table of tasks, points, and what went wrong."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from . import keys, master
from .exercise import student_version
from .master import Refused, kind
from .release import load_key, read, sources
from .splice import added, from_master, read_submission, splice

SECONDS = 30  # for one cell


@dataclass
class Row:
    task: str
    points: float
    possible: float
    says: list[str]


@dataclass
class Report:
    rows: list[Row]
    findings: dict[str, str]  # by cell
    added: int = 0  # cells of the student's own
    unseen: float = 0  # points of hidden checks that were not judged

    @property
    def full(self) -> bool:
        return all(r.points == r.possible for r in self.rows)


def check(path: Path) -> Report:
    """Judge an exercise, or a master by its own solutions. Never writes to the file."""
    submission = read_submission(path)
    keyfile = find_key(path)
    key = load_key(keyfile)
    solution = keyfile.resolve().parent.parent / "solutions" / f"{_stem(keyfile)}.ipynb"
    pristine = nbformat.from_dict(key["pristine"])
    tasks, unseen = key["tasks"], key["hidden_points"]
    if solution.exists():
        nb = read(solution)
        if sources(student_version(nb)) != sources(pristine):
            raise Refused(f"{solution} was changed since it was released; run `lecture release`")
        if path.resolve() == solution:
            submission = from_master(nb)
        pristine = student_version(nb, hidden=True)
        tasks, unseen = tasks | hidden_keys(nb), 0
    if not any(c.id in submission.sources for c in pristine.cells if kind(c) == "solution"):
        raise Refused(
            "it holds none of the exercise's cells: copy your answers into an exercise as it was "
            "given, cell by cell"
        )
    notebooks, findings = splice(pristine, submission)
    found = rows(pristine, judge(notebooks, tasks), findings)
    return Report(found, findings, added(pristine, submission), unseen)


def _stem(keyfile: Path) -> str:
    return keyfile.name.removesuffix(".key.json")


def find_key(path: Path) -> Path:
    """The key of an exercise, of a copy of it ("01_loss-Copy1.ipynb"), or of a master."""
    path = path.resolve()
    here = path.parent
    for folder in (here, here.parent / "exercises", Path("exercises")):
        for keyfile in sorted(folder.glob("*.key.json")):
            if path.name.startswith(_stem(keyfile)):
                return keyfile
    raise Refused(
        f"{path.stem}.key.json is missing, which belongs beside the exercise: give a renamed "
        "notebook its name back, or get the key again with `git checkout`"
    )


def hidden_keys(nb: NotebookNode) -> dict[str, keys.Key]:
    """The right values of the hidden checks, made by running the master now."""
    out = {}
    for task in master.tasks(nb):
        for record in master.records(task, master.right(task))[1:]:
            out[record.task] = keys.right_key(record, task.checks[1].id)
    return out


def judge(notebooks: list[NotebookNode], tasks: dict[str, keys.Key]) -> list[dict]:
    """What nbval says of each cell. Each notebook has a folder and a kernel of its own."""
    with tempfile.TemporaryDirectory(prefix="lecture-check-") as folder:
        room = Path(folder)
        for number, nb in enumerate(notebooks, 1):
            (room / f"{number}").mkdir()
            nbformat.write(nb, room / f"{number}" / "task.ipynb")
            (room / f"{number}" / "task.key.json").write_text(json.dumps({"tasks": tasks}), "utf-8")
        (room / "pytest.ini").write_text("[pytest]\n", "utf-8")
        command = [
            *(sys.executable, "-m", "pytest", "-q", "-c", "pytest.ini", "-p", "no:cacheprovider"),
            *("-p", "lecture_lib.autograder.nbval_plugin", "-p", "nbval.plugin"),
            *("--lecture-check", "results.json", "--nbval-current-env"),
            *("--nbval-cell-timeout", str(SECONDS)),
        ]
        home = Path(__file__).parents[2]
        path = os.pathsep.join([str(home), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        env = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": path}
        run = subprocess.run(command, cwd=room, env=env, capture_output=True, text=True)
        if run.returncode > 1:  # neither all right nor something wrong: it broke down
            last = (run.stderr or run.stdout).strip().splitlines()[-1:] or ["no output"]
            raise Refused(f"nbval did not run: {last[0]}")
        return json.loads((room / "results.json").read_text("utf-8"))


def rows(pristine: NotebookNode, results: list[dict], findings: dict[str, str]) -> list[Row]:
    """One row for each task: visible and hidden check together."""
    by_cell = {r["cell"]: r for r in results}
    out = []
    for task in master.tasks(pristine):
        solutions = [c.id for c in task.cells if kind(c) == "solution"]
        says = [f"cell {i}: {findings[i]}" for i in solutions if i in findings]
        stopped = {i: by_cell[i]["stopped"] for i in solutions if by_cell[i]["stopped"]}
        says += [f"cell {i} stopped: {what}" for i, what in stopped.items()]
        row = Row(task.checks[0].id.removesuffix("-check"), 0, 0, says)
        told = bool(stopped)  # the first thing that is wrong explains what comes after it
        for cell in task.checks:
            worth, result = cell.metadata.nbgrader.points, by_cell[cell.id]
            row.possible += worth
            if result["right"]:
                row.points += worth
            elif not told:
                hidden = "hidden check: " if kind(cell) == "hidden" else ""
                lines = result["says"] or [f"the check stopped: {result['stopped']}"]
                says += [hidden + line for line in lines]
                told = True
        out.append(row)
    return out


def table(report: Report) -> str:
    """The report as lines of text."""
    width = max(len(r.task) for r in report.rows)
    lines = []
    for r in report.rows:
        says = r.says or ["right"]
        head = f"  {r.task:{width}}  {r.points:>3g} of {r.possible:<3g} "
        for i, text in enumerate(says):
            start = head if i == 0 else " " * len(head)
            lines += textwrap.wrap(
                text, 100, initial_indent=start, subsequent_indent=" " * len(head)
            )
    got, possible = sum(r.points for r in report.rows), sum(r.possible for r in report.rows)
    lines += ["  " + "─" * (width + 12), f"  {'total':{width}}  {got:>3g} of {possible:g}"]
    shown = {r.task for r in report.rows}
    for cell, what in report.findings.items():
        if cell not in shown:
            lines.append(f"  note on cell {cell}: {what}")
    if report.added and not report.full:
        lines.append(
            f"  note: cells of your own are not judged (here {report.added}); answers count in "
            "the cells that were given"
        )
    if report.unseen:
        lines.append(
            f"  The hidden checks give up to {report.unseen:g} points more, when this is graded."
        )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    """The command. 0 only for full marks."""
    parser = argparse.ArgumentParser(prog="lecture check", description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    status = 0
    for path in parser.parse_args(argv).notebooks:
        try:
            report = check(path)
            print(f"{path}\n{table(report)}")
            status |= not report.full
        except Refused as reason:
            print(f"{path}: {reason}", file=sys.stderr)
            status = 1
    return status
