"""`with check("ce", points=3) as t:` collects what a student's functions give, and judges it."""

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from . import drills, report, source
from .guard import Guard
from .judge import Verdict, judge
from .record import Record, Stop
from .values import Odd, settle, tree

_recording: tuple[list[Record], dict[str, Any]] | None = None


@contextlib.contextmanager
def recording(keys: dict[str, Any] | None = None) -> Iterator[list[Record]]:
    """Check cells that run meanwhile show nothing: their records are collected. `keys` stand in
    for the key files."""
    global _recording
    before, _recording = _recording, ([], keys or {})
    try:
        yield _recording[0]
    finally:
        _recording = before


def find_key(task: str) -> tuple[dict[str, Any] | None, Path | None]:
    """The task's key and the file it is in: beside the notebook, or in exercises/."""
    if _recording is not None:
        return _recording[1].get(task), None
    for folder in (Path(), Path("exercises"), Path("../exercises")):
        for path in sorted(folder.glob("*.key.json")):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                return json.loads(path.read_text("utf-8"))["tasks"][task], path
    return None, None


class check:
    """One check of one task. It never raises: whatever happens is shown as a verdict.

    t.rng, t.normal, t.labels   inputs, the same on each run
    t.guard(f, …)               the student's function, safe to call: see guard.Guard
    t.value(name, x)            x is compared with the right value
    t.that(name, ok, message)   a property that has to hold; ok may be a function
    t.need(name, ok, message)   the same, and without it the check goes no further
    t.drill(n, answer)          the answers to a drill
    """

    def __init__(self, task: str, points: float) -> None:
        self.key, self.keyfile = find_key(task)
        self.record = Record(task, points, frozenset((self.key or {}).get("given", ())))
        self.rng = np.random.default_rng([*task.encode()])

    def normal(self, *shape: int, scale: float = 1.0) -> np.ndarray:
        """Normal numbers of the given shape and standard deviation."""
        return self.rng.normal(size=shape) * scale

    def labels(self, n: int, k: int) -> np.ndarray:
        """n labels out of 0 … k-1."""
        return self.rng.integers(0, k, n)

    def guard(self, f: object, **how: Any) -> Guard:  # noqa: ANN401
        return Guard(self.record, f, **how)

    def value(self, name: str, x: object) -> None:
        try:
            self.record.seen[name] = tree(settle(x))
        except Odd as odd:
            self.record.seen[name] = odd

    def that(self, name: str, ok: object, message: str) -> None:
        try:
            held = bool(ok() if callable(ok) else ok)
        except Stop:
            raise
        except Exception:
            held = False
        self.record.hold(name, held, message)

    def need(self, name: str, ok: object, message: str) -> None:
        self.that(name, ok, message)
        if not self.record.passed[name]:
            raise Stop

    def drill(self, n: drills.Drill, answer: dict[str, float | None]) -> None:
        self.record.drilled = (n, answer)
        if self.key is not None:
            state, message = drills.judge(n, answer, self.key["drill"])
            if state == "not done yet":
                self.record.not_done()
            self.record.hold("drill", state == "right", message)

    def __enter__(self) -> "check":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> bool:
        if error is not None and not isinstance(error, Exception):
            return False  # interrupted by hand
        if error is not None and not isinstance(error, Stop):
            with contextlib.suppress(Stop):
                self.record.stop(f"the check raises {kind.__name__}", source.in_words(error))
        if _recording is not None:
            _recording[0].append(self.record)
            return True
        verdict = self.verdict()
        report.show(self.record, verdict, self.keyfile)
        points = self.record.points
        sys.displayhook(report.Points(points if verdict.right else 0, points))
        return True

    def verdict(self) -> Verdict:
        if self.key is None:
            says = (
                "the key of this check is not here: is the notebook in exercises/, beside its "
                "file ….key.json? (`lecture release` makes it)"
            )
            return Verdict("no key", [says])
        try:
            return judge(self.record, self.key)
        except Exception as e:
            fault = f"this check has a fault of its own ({type(e).__name__}: {e}): please report it"
            return Verdict("wrong", [fault])
