"""Drills: a calculation by hand, with numbers of its own for each student.

The author writes `numbers(rng)`, which stays in the exercise, and `answers(**n)` and its wrong
versions, which do not. Release keeps digests of the answers for a pool of draws; the student's id
picks one of them.
"""

import hashlib
import html
import math
from collections.abc import Callable
from typing import Any

import numpy as np

Numbers = dict[str, Any]


class Drill(Numbers):
    """The numbers of one student, as a dict; empty until the id is filled in."""

    def __init__(self, name: str, variant: int | None, numbers: Numbers, make: Callable) -> None:
        super().__init__(numbers)
        self.name, self.variant, self.make = name, variant, make


def drill(name: str, student: str, numbers: Callable[[np.random.Generator], Numbers]) -> Drill:
    """This student's numbers for the drill, shown and returned."""
    from IPython.display import display

    from .task import find_key

    if not str(student).strip():
        says = "Write your student id between the quotes of STUDENT, and run that cell and this."
        display({"text/plain": says}, raw=True)
        return Drill(name, None, {}, numbers)
    key, _ = find_key(name)
    seeds = key["drill"]["seeds"] if key else [0]
    variant = pick(name, str(student), len(seeds))
    n = Drill(name, variant, draw(numbers, seeds[variant]), numbers)
    shown = {k: str(v.tolist() if hasattr(v, "tolist") else v) for k, v in n.items()}
    cell = "<tr><th style='text-align:left'>{}</th><td style='text-align:left'>{}</td></tr>"
    rows = "".join(cell.format(html.escape(k), html.escape(v)) for k, v in shown.items())
    plain = "\n".join(f"{k} = {v}" for k, v in shown.items())
    display({"text/plain": plain, "text/html": f"<table>{rows}</table>"}, raw=True)
    return n


def pick(name: str, student: str, size: int) -> int:
    """The variant of this student: the same on each run, another one for the neighbour."""
    who = student.strip().lower().encode()
    code = hashlib.blake2b(who, key=name.encode()[:64], digest_size=8).digest()
    return int.from_bytes(code) % size


def draw(numbers: Callable[[np.random.Generator], Numbers], seed: int) -> Numbers:
    return numbers(np.random.default_rng([20, seed]))


def power(x: float) -> int:
    """The power of ten of the third significant digit: one unit there is the tolerance."""
    return math.floor(math.log10(abs(x))) - 2 if x else -3


def sketch(x: float, salt: str) -> list:
    """[power, offset, digest]. Accepts up to a tolerance beside x always, 9/7 of it never."""
    position = x / (16 / 7 * 10.0 ** power(x))
    eighth = round((0.5 - (position - math.floor(position))) * 8) % 8
    return [power(x), eighth, _digest(x, power(x), eighth, salt)]


def fits(x: float, wanted: list, salt: str) -> bool:
    *grid, digest = wanted
    return math.isfinite(x) and _digest(x, *grid, salt) == digest


def _digest(x: float, power: int, eighth: int, salt: str) -> str:
    """Quick: three digits can be searched however slow it is, and a pool holds thousands."""
    cell = math.floor(x / (16 / 7 * 10.0**power) + eighth / 8)
    return hashlib.blake2b(f"{salt}/{cell}".encode(), digest_size=4).hexdigest()


def judge(n: Drill, answer: dict[str, Any], key: dict[str, Any]) -> tuple[str, str]:
    """(state, what the student reads): the first answer that is off, and the mistake it shows."""
    names = key["answers"]
    try:
        given = {k: float(answer[k]) for k in names if answer.get(k) is not None}
    except (TypeError, ValueError, AttributeError):
        return "wrong", "`answer` is to be a dict of numbers, as it was given"
    if not given or not isinstance(n, Drill) or n.variant is None:
        return "not done yet", ""
    row, salt = key["variants"][n.variant], f"{n.name}/{n.variant}"
    blank = [k for k in names if k not in given]

    def like(name: str, sketches: dict[str, list]) -> bool:
        return name in sketches and fits(given[name], sketches[name], salt)

    off = next((k for k in given if not like(k, row["right"])), None)
    if off is None and blank:
        return "wrong", f"right so far; still to do: {', '.join(blank)}"
    if off is None:
        return "right", ""
    says = f"`{off}` is the first that is off"
    if before := [k for k in blank if names.index(k) < names.index(off)]:
        says += f" (fill in {', '.join(before)} to see where it starts)"
    causes = {  # a mistake that would have shown before does not explain it
        m: sum(like(k, wrong) for k in given)
        for m, wrong in enumerate(row["wrong"])
        if like(off, wrong) and next(k for k in given if k in wrong) == off
    }
    if causes:
        says += f": {key['mistakes'][max(causes, key=causes.get)]}"
    return "wrong", says
