"""A master notebook taken apart into tasks, and run in this process.

A task is everything from its first solution cell to its last check cell: solution cells, given
cells between them, an `answers` cell of a drill, mistake cells, a visible and a hidden check.
Given cells outside of tasks are shared by the tasks below them.
"""

import contextlib
import hashlib
import io
import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from lecture_lib.checks import mistakes
from lecture_lib.checks.mistakes import Mistake
from lecture_lib.checks.record import Record
from lecture_lib.checks.task import recording

REGION = re.compile(
    r"^([ \t]*)### BEGIN SOLUTION *\n(.*?)^[ \t]*### END SOLUTION *$\n?", re.S | re.M
)
HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
Names = dict[str, Any]
Keys = dict[str, Any]  # of tasks, by name


class Refused(Exception):
    """Why this master gives no exercise: one sentence, with the cell's id."""


@dataclass
class Task:
    given: list[NotebookNode]  # shared cells above it
    cells: list[NotebookNode] = field(default_factory=list)  # solution, given, answers
    mistakes: list[NotebookNode] = field(default_factory=list)
    checks: list[NotebookNode] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.cells[0].id


def kind(cell: NotebookNode) -> str:
    """text, given, solution, answers, mistake, check, hidden. A figure is text: nothing uses it."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type != "code" or "figure" in tags:
        return "text"
    for tag in ("mistake", "answers"):
        if tag in tags:
            return tag
    nbgrader = cell.metadata.get("nbgrader", {})
    if nbgrader.get("solution"):
        return "solution"
    if nbgrader.get("grade"):
        return "hidden" if cell.source.startswith(HIDDEN[0]) else "check"
    return "given"


def tasks(nb: NotebookNode) -> list[Task]:
    """The tasks of a master, or of an exercise made from it, in order."""
    shared: list[NotebookNode] = []
    out: list[Task] = []
    inside = False
    for cell in nb.cells:
        what = kind(cell)
        if what == "solution" and not inside:
            out.append(Task(list(shared)))
            inside = True
        if what == "given" and not inside:
            shared.append(cell)
        elif what in ("given", "solution", "answers"):
            if not out:
                raise Refused(f"{cell.id}: there is no solution cell above it")
            out[-1].cells.append(cell)
        elif what != "text":
            if not out and what == "mistake":
                continue  # the import of `mistake`
            if not out:
                raise Refused(f"{cell.id}: there is no solution cell above it")
            (out[-1].mistakes if what == "mistake" else out[-1].checks).append(cell)
            inside = inside and what == "mistake"
    return out


def plain(source: str) -> str:
    """The source without the markers of solutions and hidden tests."""
    return "\n".join(s for s in source.split("\n") if not re.match(r"\s*### (BEGIN|END) ", s))


def stub(source: str) -> str:
    """What the student gets: within a function a place to write, elsewhere what stands above."""

    def place(match: re.Match[str]) -> str:
        indent = match[1]
        return f"{indent}# your code here\n{indent}raise NotImplementedError()\n" if indent else ""

    return REGION.sub(place, source).rstrip("\n") or "# your code here"


def execute(source: str, names: Names, name: str, keys: Keys | None = None) -> list[Record]:
    """Run a cell's source in names; prints are dropped, the records of checks are returned."""
    file = f"<{name} {hashlib.sha256(source.encode()).hexdigest()[:8]}>"
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    code = compile(source, file, "exec")
    quiet = contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO())
    with quiet[0], quiet[1], recording(keys) as records:
        exec(code, names)
    return records


def given_names(task: Task) -> Names:
    """The names after the shared cells above the task."""
    names: Names = {"__name__": "__main__"}
    for cell in task.given:
        run(cell, names)
    return names


def right(task: Task) -> Names:
    """The names after the shared cells and the solution of this task, and of no other."""
    names = given_names(task)
    for cell in task.cells:
        run(cell, names)
    return names


def run(cell: NotebookNode, names: Names) -> None:
    """Run a cell of the master, which has to run."""
    try:
        execute(plain(cell.source), names, cell.id)
    except Exception as e:
        raise Refused(f"{cell.id}: it stops with {type(e).__name__}: {e}") from None


def declared(task: Task) -> list[tuple[NotebookNode, Mistake]]:
    """The task's mistakes, with the cells that declare them."""
    out = []
    for cell in task.mistakes:
        names = right(task)
        mistakes.known.clear()
        names["mistake"] = mistakes.mistake
        run(cell, names)
        if not mistakes.known:
            raise Refused(f"{cell.id}: it declares no mistake(…)")
        out += [(cell, m) for m in mistakes.known]
    return out


def sources(task: Task) -> list[str]:
    return [plain(c.source) for c in task.cells]


def patched(texts: list[str], mistake: Mistake) -> list[str] | None:
    """The sources with the patch put in; None unless `old` occurs exactly once in all of them."""
    if sum(s.count(mistake.old) for s in texts) != 1:
        return None
    return [s.replace(mistake.old, mistake.new) for s in texts]


def wrong(
    task: Task, texts: list[str], version: Mistake | None = None, keys: Keys | None = None
) -> Names:
    """The names after other sources for the task's cells, or with a whole wrong function put in."""
    names = given_names(task)
    for cell, text in zip(task.cells, texts, strict=True):
        with contextlib.suppress(Exception):  # a wrong version may stop; its check will say so
            execute(text, names, cell.id, keys)
        if version is not None and version.version.__name__ in names:
            names[version.version.__name__] = version.version
    return names


def wrongs(task: Task) -> Iterator[tuple[NotebookNode, Mistake, Names]]:
    """Each mistake of the task, put into it."""
    texts = sources(task)
    for cell, m in declared(task):
        if m.version is not None:
            if m.version.__name__ not in right(task):
                raise Refused(f"{cell.id}: {task.id} has no function `{m.version.__name__}`")
            yield cell, m, wrong(task, texts, m)
            continue
        with_patch = patched(texts, m)
        if with_patch is None:
            count = sum(s.count(m.old) for s in texts)
            raise Refused(f"{cell.id}: `old` occurs {count} times in {task.id}, wanted once")
        try:
            for text in with_patch:
                compile(text, cell.id, "exec")
        except SyntaxError as e:
            raise Refused(f"{cell.id}: with the patch {task.id} is not Python: {e}") from None
        yield cell, m, wrong(task, with_patch)


def records(task: Task, names: Names, keys: Keys | None = None) -> list[Record]:
    """What each check cell of the task sees, run on names."""
    out = []
    for cell in task.checks:
        seen = execute(plain(cell.source), dict(names), cell.id, keys)
        if len(seen) != 1:
            raise Refused(f"{cell.id}: it holds {len(seen)} `with check(…)`, wanted one")
        out += seen
    return out
