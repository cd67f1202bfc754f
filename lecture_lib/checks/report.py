"""The verdict as a reader sees it: text, HTML for light and dark themes, JSON for the grader."""

import html
import re
from pathlib import Path

from .judge import Verdict
from .record import Record

MIME = "application/vnd.lecture.check+json"
# bluish green and vermilion hold on white and on black; the mark and the word say it without colour
_LOOK = {
    "right": ("✓", "#009e73", "right"),
    "wrong": ("✗", "#d55e00", "not right yet"),
    "not done yet": ("○", "#808080", "not done yet"),
    "no key": ("○", "#808080", "not judged"),
}


class Points(float):
    """The last value of a check cell: a plain number for nbgrader, a sentence for a person."""

    def __new__(cls, got: float, possible: float) -> "Points":
        self = super().__new__(cls, got)
        self.possible = possible
        return self

    def _repr_html_(self) -> str:
        return f"<span>{float(self):g} of {self.possible:g} points</span>"


def show(record: Record, verdict: Verdict, keyfile: Path | None) -> None:
    """Display the verdict of a check."""
    from IPython.display import display

    bundle = {
        "text/plain": text(record, verdict),
        "text/html": as_html(record, verdict, keyfile),
        MIME: {"task": record.task, "verdict": verdict.state, "says": verdict.lines},
    }
    display(bundle, raw=True)


def text(record: Record, verdict: Verdict) -> str:
    mark, _, words = _LOOK[verdict.state]
    return "\n  ".join([f"{mark} {record.task}: {words}", *verdict.lines])


def as_html(record: Record, verdict: Verdict, keyfile: Path | None) -> str:
    mark, colour, words = _LOOK[verdict.state]
    lines = "".join(f"<div style='margin-top:4px'>{_line(s, keyfile)}</div>" for s in verdict.lines)
    return (
        f"<div role='status' style='border-left:5px solid {colour};padding:6px 12px;margin:4px 0;"
        "font-size:15px;line-height:1.45;max-width:46em;"
        "color:var(--jp-ui-font-color1,inherit)'>"
        f"<span aria-hidden='true' style='color:{colour};font-weight:bold;font-size:1.2em'>{mark}"
        f"</span> <b>{html.escape(record.task)}</b>: {words}{lines}</div>"
    )


def _line(message: str, keyfile: Path | None) -> str:
    out = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(message))
    return re.sub(r"notebook (\d\d), cell ([\w-]+)", lambda m: _link(m, keyfile), out)


def _link(pointer: re.Match[str], keyfile: Path | None) -> str:
    """The words "notebook 01, cell x" as a link to that cell, where the notebook is there."""
    number, cell = pointer.groups()
    notebooks = keyfile.resolve().parent.parent / "notebooks" if keyfile else Path("notebooks")
    for path in notebooks.glob(f"{number}_*.ipynb"):
        return f"<a href='../notebooks/{path.name}#cell-id={cell}'>{pointer[0]}</a>"
    return pointer[0]
