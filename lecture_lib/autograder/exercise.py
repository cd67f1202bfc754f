"""The exercise that a master gives: the student's notebook, and the keys of its checks."""

import json
from dataclasses import dataclass

from nbformat import NotebookNode

from lecture_lib import canonical

from . import master
from .keys import Key, task_keys
from .master import HIDDEN, Refused, Task, kind

POINTS = 20  # a set


@dataclass
class Exercise:
    notebook: NotebookNode  # the student's
    tasks: dict[str, Key]  # keys of the visible checks
    hidden: dict[str, Key]  # keys of the hidden ones: never written
    hidden_points: float

    def key_text(self) -> str:
        """The content of the key file."""
        key = {"hidden_points": self.hidden_points, "tasks": self.tasks, "pristine": self.notebook}
        return json.dumps(key, ensure_ascii=False, separators=(",", ":")) + "\n"


def build(nb: NotebookNode) -> Exercise:
    """The exercise that a master gives. Raises Refused."""
    look_over(nb)
    shown: dict[str, Key] = {}
    hidden: dict[str, Key] = {}
    for task in master.tasks(nb):
        _complete(task)
        visible, secret = task_keys(task)
        if taken := (shown | hidden).keys() & (visible | secret).keys() | visible.keys() & secret:
            raise Refused(f"{task.id}: there is another check of the name {min(taken)}")
        shown |= visible
        hidden |= secret
    points = sum(c.metadata.nbgrader.points for c in nb.cells if kind(c) == "hidden")
    return Exercise(student_version(nb), shown, hidden, points)


def student_version(nb: NotebookNode, hidden: bool = False) -> NotebookNode:
    """The exercise's notebook; with its hidden checks if asked."""
    left_out = {"mistake", "answers"} | (set() if hidden else {"hidden"})
    out = canonical.canonical(nb)
    out.cells = [c for c in out.cells if kind(c) not in left_out]
    for cell in out.cells:
        if kind(cell) == "solution":
            cell.source = master.stub(cell.source)
    return out


def look_over(nb: NotebookNode) -> None:
    """What can be seen without running the master."""
    for cell in nb.cells:
        _markers(cell)
        grading = cell.metadata.get("nbgrader")
        if grading and (grading.get("grade_id") != cell.id or grading.get("schema_version") != 3):
            raise Refused(
                f"{cell.id}: its nbgrader metadata want schema_version 3 and grade_id {cell.id}"
            )
    points = sum(_points(c) for c in nb.cells if kind(c) in ("check", "hidden"))
    if points != POINTS:
        raise Refused(f"the points of the checks add up to {points}, wanted {POINTS}")


def _points(cell: NotebookNode) -> float:
    points = cell.metadata.nbgrader.get("points")
    if not isinstance(points, int | float):
        raise Refused(f"{cell.id}: its metadata give {points!r} as its points, wanted a number")
    if f"points={points}" not in cell.source:
        raise Refused(f"{cell.id}: its metadata say {points} points, its source another number")
    return points


def _markers(cell: NotebookNode) -> None:
    what, source = kind(cell), cell.source
    begins, ends = source.count("### BEGIN SOLUTION"), source.count("### END SOLUTION")
    regions = len(master.REGION.findall(source))
    if not begins == ends == regions:
        raise Refused(
            f"{cell.id}: a ### BEGIN SOLUTION without its ### END SOLUTION, or the reverse"
        )
    if regions and what != "solution":
        raise Refused(f"{cell.id}: it holds ### BEGIN SOLUTION, but is no solution cell")
    if "HIDDEN TESTS" in source:
        whole = source.startswith(HIDDEN[0]) and source.rstrip().endswith(HIDDEN[1])
        if not whole or what != "hidden":
            raise Refused(
                f"{cell.id}: a hidden check is one graded cell, marked from first line to last"
            )


def _complete(task: Task) -> None:
    kinds = [kind(c) for c in task.checks]
    drill = any(kind(c) == "answers" for c in task.cells)
    if kinds != (["check"] if drill else ["check", "hidden"]):
        wanted = "one visible check" if drill else "a visible check, then a hidden one"
        raise Refused(
            f"{task.id}: the task wants {wanted}, and has {' and '.join(kinds) or 'none'}"
        )
