"""Known mistakes: wrong answers that an instructor has met, written beside the right one."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

known: list["Mistake"] = []  # what the cells run so far have declared; `lecture release` reads it


@dataclass(frozen=True)
class Mistake:
    name: str
    why: str  # what the student reads
    see: str = ""  # "01#cell-id": the cell of a notebook that explains it
    old: str | None = None
    new: str | None = None
    version: Callable | None = None  # a whole wrong function, instead of old and new

    @property
    def message(self) -> str:
        if not self.see:
            return self.why
        notebook, _, cell = self.see.partition("#")
        return f"{self.why} (see notebook {notebook}, cell {cell})"


def mistake(
    name: str, see: str = "", why: str = "", old: str | None = None, new: str | None = None
) -> Callable | None:
    """Declare a known mistake of the task above.

    With `old` and `new` it is a patch: `old` occurs exactly once in the solution. Without, it is a
    decorator for a whole wrong function, whose docstring is the message; it gives back the right
    function of that name, so that running the notebook changes nothing.
    """
    if (old is None) != (new is None):
        raise ValueError(f"mistake({name!r}): a patch wants both old= and new=")
    if old is not None:
        if not why:
            raise ValueError(f"mistake({name!r}): say in why= what the student is to read")
        known.append(Mistake(name, why, see, old, new))
        return None

    def declare(version: Callable) -> Callable:
        message = why or " ".join((inspect.getdoc(version) or "").split())
        if not message:
            raise ValueError(f"mistake({name!r}): the wrong function's docstring is the message")
        known.append(Mistake(name, message, see, version=version))
        return version.__globals__.get(version.__name__, version)

    return declare
