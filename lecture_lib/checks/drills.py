"""Drills: a calculation by hand, with numbers of its own for each student.

The author writes `numbers(rng)`, which stays in the exercise, and `answers(**n)` and its wrong
versions, which do not. Release keeps digests of the answers for a pool of draws; the student's id
picks one of them.
"""

import hashlib
import html
import math
import unicodedata
from collections.abc import Callable
from decimal import Decimal
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

    if not str(student or "").strip():
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
    who = " ".join(unicodedata.normalize("NFKC", student).lower().split()).encode()
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
    if not isinstance(answer, dict):
        return "wrong", "`answer` is to be a dict of numbers, as it was given"
    names = key["answers"]
    given = {k: _number(answer[k]) for k in names if answer.get(k) is not None}
    if not given:
        return "not done yet", ""
    if odd := [k for k, x in given.items() if x is None]:
        return "wrong", f"`{odd[0]}` is to be a number, such as 0.0862 (with a point)"
    if not isinstance(n, Drill) or n.variant is None:
        return "wrong", "`n` does not hold your numbers: run the cell with STUDENT, and the next"
    row, salt = key["variants"][n.variant], f"{n.name}/{n.variant}"
    blank = [k for k in names if k not in given]
    off = next((k for k, x in given.items() if not fits(x, row["right"][k], salt)), None)
    if off is None and blank:
        return "wrong", f"right so far; still to do: {', '.join(blank)}"
    if off is None:
        return "right", ""
    says = f"`{off}` is the first that is off"
    if before := [k for k in blank if names.index(k) < names.index(off)]:
        says += f" (fill in {', '.join(before)} to see where it starts)"
    return "wrong", says + _why(off, given, row, salt, key["mistakes"])


def _number(x: object) -> float | None:
    try:
        return float(x)
    except (TypeError, ValueError):
        return None


def _why(off: str, given: dict[str, float], row: dict, salt: str, mistakes: list[str]) -> str:
    """The known mistake that explains the answer that is off, or a slip of writing it down."""

    def like(name: str, wrong: dict[str, list]) -> bool:
        return name in wrong and fits(given[name], wrong[name], salt)

    causes = {  # a mistake that would have shown before does not explain it
        m: sum(like(k, wrong) for k in given)
        for m, wrong in enumerate(row["wrong"])
        if like(off, wrong) and next(k for k in given if k in wrong) == off
    }
    if causes:
        return f": {mistakes[max(causes, key=causes.get)]}"
    if _near(given[off], row["right"][off], salt):
        return ", but close: carry more digits, and give at least three"
    return ": is it in percent?" if _near(given[off] / 100, row["right"][off], salt) else ""


def _near(x: float, wanted: list, salt: str) -> bool:
    """Whether x is what is left of the right number when it, or a step, was rounded too much."""
    if not math.isfinite(x):
        return False
    unit = 10.0 ** wanted[0]
    last = 10.0 ** Decimal(str(x)).as_tuple().exponent  # of the digits that were given
    reach = min(max(3, round(last / unit)), 100)
    return any(fits(x + k * unit, wanted, salt) for k in range(-reach, reach + 1))
