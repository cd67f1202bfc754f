"""Predict, then see: a question to commit to, an explorer that opens up, and the page's reply."""

import html
from collections.abc import Mapping
from pathlib import Path

import anywidget
import traitlets
from ipywidgets import VBox, Widget

from lecture_lib.explorers.explorer import Explorer
from lecture_lib.explorers.player import display_live_or_still
from lecture_lib.plots import style


class Question(anywidget.AnyWidget):
    """A question, a button for each answer, and the reply to the answer that was pressed."""

    _esm = Path(__file__).with_name("predict.js")
    _css = style.CSS + Path(__file__).with_name("predict.css").read_text(encoding="utf-8")

    question = traitlets.Unicode().tag(sync=True)
    answers = traitlets.List(traitlets.Unicode()).tag(sync=True)
    replies = traitlets.List(traitlets.Unicode()).tag(sync=True)
    right = traitlets.Int().tag(sync=True)  # index of the right answer
    chosen = traitlets.Int(-1).tag(sync=True)  # index of the student's first answer, -1: none yet
    covers = traitlets.Bool().tag(sync=True)  # something below waits for the answer
    opened = traitlets.Bool(False).tag(sync=True)  # and is uncovered


class Prediction(VBox):
    """A question over what it asks about. Made by `predict()`."""

    def __init__(self, question: Question, then: Widget | None) -> None:
        self.question, self.then = question, then
        super().__init__([question, then] if then else [question])
        self.add_class("lecture-prediction")

    @property
    def chosen(self) -> str | None:
        """The answer the student committed to, or None."""
        k = self.question.chosen
        return self.question.answers[k] if k >= 0 else None

    def still(self) -> str:
        """The question, its answers and the still of what follows, as HTML without replies."""
        answers = "".join(f"<li>{html.escape(a)}</li>" for a in self.question.answers)
        below = self.then.player.still() if isinstance(self.then, Explorer) else ""
        return f"<p><b>{html.escape(self.question.question)}</b></p><ul>{answers}</ul>{below}"

    def _ipython_display_(self) -> None:
        display_live_or_still(self, self.still())


def predict(
    question: str, options: Mapping[str, str], *, right: str, then: Widget | None = None
) -> Prediction:
    """Ask before showing. `options` maps each answer to the page's reply, which says why.

    `right` is the right answer, one of the keys. `then`, usually an explorer, is covered until the
    student has answered or presses "or just look"; without it this is a "Check yourself" question.
    All texts are plain, with Unicode for mathematics. The first answer is kept in `chosen`; other
    answers may be pressed afterwards, to read their replies.

    Raises ValueError if there are fewer than two options or `right` is not one of them.
    """
    if len(options) < 2:
        raise ValueError(f"options: got {len(options)}, wanted at least two answers with replies")
    if right not in options:
        raise ValueError(f"right: got {right!r}, wanted one of the options {list(options)}")
    asked = Question(
        question=question,
        answers=list(options),
        replies=list(options.values()),
        right=list(options).index(right),
        covers=then is not None,
    )
    return Prediction(asked, then)
