"""A student's solution cells, put into the notebook as it was given.

Nothing else of the student's file is run or believed: neither its checks nor its given cells.
"""

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_notebook, new_output

from lecture_lib.checks.report import MIME

from .master import Refused, Task, kind, plain, tasks


@dataclass
class Submission:
    """The code cells of a file, by the id they were given with."""

    sources: dict[str, str] = field(default_factory=dict)
    findings: dict[str, str] = field(default_factory=dict)  # what is odd about a cell


def read_submission(path: Path) -> Submission:
    """The cells of a student's file. Raises Refused in one sentence where it is no notebook."""
    try:
        cells = json.loads(path.read_text("utf-8-sig"))["cells"]
        found = [_cell(c, number) for number, c in enumerate(cells, 1)]
    except OSError as e:
        raise Refused(f"it cannot be read: {e.strerror}") from None
    except json.JSONDecodeError as e:
        raise Refused(
            f"it is damaged, or no notebook: line {e.lineno} is not JSON ({e.msg})"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("it is not a notebook; open it in JupyterLab and save it again") from None
    out = Submission()
    for name, _, source, code in sorted(found, key=lambda c: c[0] != c[1]):
        if name in out.sources:  # a pasted copy keeps its grade id and gets a new id of its own
            out.findings[name] = "there are several copies of this cell; the first one counts"
        elif code:
            out.sources[name] = source
    return out


def _cell(cell: dict, number: int) -> tuple[str, str, str, bool]:
    own_id = str(cell.get("id", f"number {number}"))
    name = str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", own_id))
    source = "".join(cell["source"]).replace("\r\n", "\n").encode("utf-8", "replace").decode()
    return name, own_id, source, cell["cell_type"] == "code"


def from_master(nb: NotebookNode) -> Submission:
    """The master's own solutions; a drill's answers come with the cell that asks for them."""
    out = Submission()
    for task in tasks(nb):
        answers = [plain(c.source) for c in task.cells if kind(c) == "answers"]
        for cell in task.cells:
            if kind(cell) == "solution":
                out.sources[cell.id] = "\n".join([*answers, plain(cell.source)])
    for cell in nb.cells:
        out.sources.setdefault(cell.id, cell.source)
    return out


def splice(
    pristine: NotebookNode, submission: Submission
) -> tuple[list[NotebookNode], dict[str, str]]:
    """A notebook for each task, so that none can break another, and what was found by cell id."""
    findings = dict(submission.findings)
    there = set(submission.sources.values())
    for cell in pristine.cells:
        name, what = cell.id, kind(cell)
        if what == "solution" and name not in submission.sources:
            findings.setdefault(name, "this cell is missing, or is no code cell any more")
        if what in ("given", "check") and cell.source not in there:
            said = "changed" if name in submission.sources else "missing"
            findings.setdefault(name, f"this cell was {said}; the original is used")
    return [_task_notebook(task, submission) for task in tasks(pristine)], findings


def _task_notebook(task: Task, submission: Submission) -> NotebookNode:
    """The given cells run again before each check: a solution may have used their names."""
    out = new_notebook()

    def add(cells: list[NotebookNode]) -> None:
        for cell in copy.deepcopy(cells):
            cell.metadata["origin"], cell.id = cell.id, f"c{len(out.cells)}"
            if kind(cell) == "solution":
                cell.source = submission.sources.get(cell.metadata["origin"], cell.source)
            if kind(cell) in ("check", "hidden"):
                cell.source = plain(cell.source)
                cell.outputs = [new_output("display_data", data={MIME: {"verdict": "right"}})]
            out.cells.append(cell)

    add([*task.given, *task.cells])
    for check in task.checks:
        add([*task.given, *(c for c in task.cells if kind(c) == "given"), check])
    return out


def added(pristine: NotebookNode, submission: Submission) -> int:
    """How many cells of their own a student has added; they are not judged."""
    given = {c.id for c in pristine.cells} | {c.source for c in pristine.cells} | {""}
    return sum(not {n, s.strip()} & given for n, s in submission.sources.items())
