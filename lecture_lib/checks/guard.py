"""A student's function made safe to call, and watched while it runs."""

import contextlib
import copy
import inspect
import io
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import source
from .record import Record
from .values import Odd, same, settle, tree

SECONDS = 10.0
CORE = str(Path(__file__).parents[1] / "core")
Values = dict[str, object]  # arguments by name


class TimeUp(BaseException):
    """Not an Exception, so that no `except Exception` of a student swallows it."""


@dataclass
class Guard:
    """f, called on copies of its arguments, in limited time; what it does besides is recorded.

    may_change  names of arguments that are handed over themselves (a generator that moves on)
    pure        called twice: equal arguments are to give equal results
    opaque      positions of outputs that only the student's own code reads (a cache)

    A call into lecture_lib.core, where the answers are, is a finding.
    """

    record: Record
    f: Callable
    may_change: tuple[str, ...] = ()
    pure: bool = True
    opaque: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.f is None:
            self.record.not_done()
        if not callable(self.f):
            self.record.stop("no function", f"{type(self.f).__name__} where a function is wanted")
        self.name = getattr(self.f, "__name__", "your function")
        for name in source.outside_names(self.f, self.record.given):
            self.record.hint(
                name,
                f"`{self.name}` uses `{name}`, which is neither an argument nor made in its cell: "
                "when graded, it will not be there",
            )

    def __call__(self, *args: object, **kwargs: object) -> object:
        self.record.sizes |= {n for a in (*args, *kwargs.values()) for n in np.shape(_array(a))}
        try:
            bound = inspect.signature(self.f).bind(*args, **kwargs)
        except TypeError as e:
            self.record.stop("signature", f"`{self.name}` cannot be called as it is asked to: {e}")
        before = _global_state()
        values = self.copies(bound)
        result = self.first(bound, values)
        self.find_changes(bound, values)
        if _global_state() != before:
            says = "it draws from the global `np.random`: use the generator that is passed in"
            self.record.habit("global random numbers", says)
        elif self.pure and not self.may_change:
            self.find_memory(bound, result)
        return result

    def copies(self, bound: inspect.BoundArguments) -> Values:
        return {
            k: v if k in self.may_change else copy.deepcopy(v) for k, v in bound.arguments.items()
        }

    def run(self, bound: inspect.BoundArguments, values: Values) -> object:
        call = inspect.BoundArguments(bound.signature, values)
        return settle(self.f(*call.args, **call.kwargs), self.opaque)

    def first(self, bound: inspect.BoundArguments, values: Values) -> object:
        """The result; where there is none, the check ends."""
        entered: list[str] = []
        try:
            with _quiet(entered) as caught:
                result = self.run(bound, values)
        except NotImplementedError:
            self.record.not_done()
        except Odd as odd:
            self.record.stop("odd result", f"`{self.name}`: {odd}")
        except TimeUp:
            self.record.stop("too slow", f"`{self.name}` takes longer than {SECONDS:.0f} s")
        except (Exception, SystemExit) as e:
            self.record.stop(f"raises {type(e).__name__}", source.in_words(e, self.f))
        if result is None and not self.may_change:
            says = "is a `return` missing? (To print a value is not to return it.)"
            self.record.stop("None", f"`{self.name}` returns None: {says}")
        for w in caught:
            if issubclass(w.category, RuntimeWarning):
                self.record.hint("NumPy", f"NumPy warns: {w.message} (costs no points)")
        if entered:
            says = f"it calls lecture_lib's `{entered[0]}`: this one is to be your own"
            self.record.habit("own", says)
        return result

    def find_changes(self, bound: inspect.BoundArguments, values: Values) -> None:
        for name, before in bound.arguments.items():
            if name in self.may_change or _unchanged(before, values[name]):
                continue
            where = self.writing_line(bound, name)
            self.record.habit(
                f"changes {name}",
                f"`{self.name}` changes its argument `{name}` in place{where}. Work on a copy.",
            )

    def writing_line(self, bound: inspect.BoundArguments, name: str) -> str:
        """Where it writes: run again with the argument locked."""
        values = self.copies(bound)
        _lock(values[name])
        try:
            with _quiet():
                self.run(bound, values)
        except ValueError as e:
            return source.line_of(e, self.f)
        except (Exception, TimeUp):
            pass
        return ""

    def find_memory(self, bound: inspect.BoundArguments, result: object) -> None:
        try:
            with _quiet():
                again = self.run(bound, self.copies(bound))
            equal = same(tree(self.visible(result)), tree(self.visible(again)))
        except Odd:
            equal = True  # not to be compared here; the judge will say what is odd
        except (Exception, TimeUp):
            equal = False
        if not equal:
            self.record.habit(
                "pure",
                "two calls with the same arguments give different results: something is kept "
                "between calls, or drawn from elsewhere than the generator passed in",
            )

    def visible(self, result: object) -> object:
        if not self.opaque or not isinstance(result, tuple):
            return result
        return [v for i, v in enumerate(result) if i not in self.opaque]


def _array(x: object) -> np.ndarray:
    return x if isinstance(x, np.ndarray) else np.empty(())


def _unchanged(a: object, b: object) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_unchanged(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(_unchanged, a, b))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.tobytes() == b.tobytes()
    return True  # numbers and texts cannot change, generators may


def _lock(x: object) -> None:
    if isinstance(x, np.ndarray):
        x.flags.writeable = False
    elif isinstance(x, dict | list | tuple):
        for v in x.values() if isinstance(x, dict) else x:
            _lock(v)


def _global_state() -> tuple:
    _, keys, position, *_ = np.random.get_state()  # noqa: NPY002  watched, never drawn from
    return keys.tobytes(), position


@contextlib.contextmanager
def _quiet(entered: list[str] | None = None) -> Iterator[list[warnings.WarningMessage]]:
    """Warnings caught, prints swallowed, time limited; `entered` collects functions of the core."""

    def note(frame: types.FrameType, event: str, argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(CORE) and code.co_name[0] != "<":
            entered.append(code.co_name)

    sink, profile = io.StringIO(), sys.getprofile()
    quiet = contextlib.redirect_stdout(sink), contextlib.redirect_stderr(sink)
    with warnings.catch_warnings(record=True) as caught, quiet[0], quiet[1], _limit():
        warnings.simplefilter("always")
        sys.setprofile(profile if entered is None else note)
        try:
            yield caught
        finally:
            sys.setprofile(profile)


@contextlib.contextmanager
def _limit() -> Iterator[None]:
    def ring(number: int, frame: types.FrameType | None) -> None:
        raise TimeUp

    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS, 1.0)  # again each second, for a bare `except:`
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
