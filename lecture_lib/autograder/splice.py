"""A student's solution cells, put into the notebook as it was given.

Nothing else of the student's file is run or believed: neither its checks nor its given cells.
"""

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from lecture_lib.checks.report import MIME

from .master import Refused, kind, plain, tasks


@dataclass
class Submission:
    """The cells of a file, by the id they were given with."""

    sources: dict[str, str] = field(default_factory=dict)
    findings: dict[str, str] = field(default_factory=dict)  # what is odd about a cell


def read_submission(path: Path) -> Submission:
    """The cells of a student's file. Raises Refused in one sentence where it is no notebook."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        found = [_cell(c) for c in cells]
    except OSError as e:
        raise Refused(f"it cannot be read: {e.strerror}") from None
    except json.JSONDecodeError as e:
        raise Refused(f"it is damaged: line {e.lineno} is not JSON ({e.msg})") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused("it is not a notebook; open it in JupyterLab and save it again") from None
    out = Submission()
    for name, _, source, code in sorted(found, key=lambda c: c[0] != c[1]):
        if name in out.sources:  # a pasted copy keeps its grade id and gets a new id of its own
            out.findings[name] = "there are several copies of this cell; the first one counts"
        elif code:
            out.sources[name] = source
    return out


def _cell(cell: dict) -> tuple[str, str, str, bool]:
    own_id = str(cell.get("id", ""))
    name = str(cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", own_id))
    source = cell["source"]
    return (
        name,
        own_id,
        source if isinstance(source, str) else "".join(source),
        cell["cell_type"] == "code",
    )


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


def splice(pristine: NotebookNode, submission: Submission) -> tuple[NotebookNode, dict[str, str]]:
    """The notebook that is judged, and what was found by cell id.

    The given cells run again before each task and each check, so that no task breaks another.
    """
    out = nbformat.v4.new_notebook(metadata=pristine.metadata)
    findings = dict(submission.findings)

    def add(cells: Iterable[NotebookNode]) -> None:
        for cell in copy.deepcopy(list(cells)):
            cell.metadata["origin"], cell.id = cell.id, f"c{len(out.cells)}"
            out.cells.append(cell)

    for task in tasks(pristine):
        add(task.given)
        for cell in copy.deepcopy(task.cells):
            if kind(cell) == "solution" and cell.id not in submission.sources:
                findings.setdefault(cell.id, "this cell is missing")
            elif kind(cell) == "solution":
                cell.source = submission.sources[cell.id]
            add([cell])
        for check in copy.deepcopy(task.checks):
            add([*task.given, *(c for c in task.cells if kind(c) == "given")])
            check.source = plain(check.source)
            check.outputs = [new_output("display_data", data={MIME: {"verdict": "right"}})]
            add([check])
    for cell in pristine.cells:
        if kind(cell) in ("given", "check") and submission.sources.get(cell.id) != cell.source:
            what = "changed" if cell.id in submission.sources else "missing"
            findings.setdefault(cell.id, f"this cell was {what}; the original is used")
    return out, findings
