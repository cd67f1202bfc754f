"""What one run of a check cell saw. The judge reads it, the release makes the key from it."""

from dataclasses import dataclass, field
from typing import Any, NoReturn

from .values import Odd, Tree


class Stop(Exception):
    """The check cannot go on; the record says why."""


@dataclass
class Record:
    task: str
    points: float
    given: frozenset[str] = frozenset()  # names that the given cells define
    seen: dict[str, Tree | Odd] = field(default_factory=dict)  # probe -> value
    passed: dict[str, bool] = field(default_factory=dict)  # property -> held each time
    stops: list[str] = field(default_factory=list)  # why the check could not go on
    habits: dict[str, str] = field(default_factory=dict)  # property -> a changed argument, …
    broken: dict[str, str] = field(default_factory=dict)  # property -> the author's message
    hints: dict[str, str] = field(default_factory=dict)  # worth saying once, costs no points
    sizes: set[int] = field(default_factory=set)  # lengths of the arguments' axes
    undone: bool = False
    drilled: tuple[Any, Any] | None = None  # (the drill, the student's answers)

    @property
    def failed(self) -> set[str]:
        return {name for name, held in self.passed.items() if not held}

    def hold(self, name: str, ok: bool, message: str) -> None:
        self.passed[name] = self.passed.get(name, True) and ok
        if not ok:
            self.broken.setdefault(name, message)

    def habit(self, name: str, message: str) -> None:
        self.passed[name] = False
        self.habits.setdefault(name, message)

    def stop(self, kind: str, message: str) -> NoReturn:
        """End the check; `kind` tells one reason from another ("raises ValueError")."""
        self.passed[kind] = False
        self.stops.append(message)
        raise Stop

    def not_done(self) -> NoReturn:
        self.undone = True
        raise Stop

    def hint(self, kind: str, message: str) -> None:
        self.hints.setdefault(kind, message)
