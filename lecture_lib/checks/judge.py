"""Right, not done yet, or what went wrong: a record against the digests of a key."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import digests
from .record import Record
from .values import Odd, Tree, coerce, leaves, parts

MAGIC = "says:"  # a message that was unmasked with the wrong value does not begin so


@dataclass(frozen=True)
class Verdict:
    state: str  # "right", "wrong", "not done yet"
    lines: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        return self.state == "right"


@dataclass(frozen=True)
class Probe:
    """One value of the student beside its digests."""

    parts: list[tuple[str, np.ndarray | str]]
    fits: list[bool]  # part by part; empty where the structure is odd
    odd: str = ""

    @property
    def right(self) -> bool:
        return not self.odd and all(self.fits)


def compare(value: Tree | Odd, wanted: dict[str, Any], salt: str) -> Probe:
    if isinstance(value, Odd):
        return Probe([("", f"odd: {value}")], [], str(value))
    try:
        value = coerce(value, wanted["spec"])
    except Odd as odd:
        return Probe(parts(value), [], str(odd))
    found = parts(value)
    pairs = zip(found, wanted["right"], strict=True)
    return Probe(found, [digests.fits(leaf, sketch, salt) for (_, leaf), sketch in pairs])


def judge(record: Record, key: dict[str, Any]) -> Verdict:
    """The verdict on a record: structure comes before habits, then values, then properties."""
    if record.undone or _blank(record):
        return Verdict("not done yet")
    salt = key["salt"]
    probes = {
        n: compare(record.seen[n], p, salt) for n, p in key["probes"].items() if n in record.seen
    }
    complete = len(probes) == len(key["probes"]) and set(key["properties"]) <= set(record.passed)
    if complete and all(p.right for p in probes.values()) and not record.failed:
        return Verdict("right", [*record.hints.values()])
    lines = [*named(record, probes, key)] or [*plain(record, probes, key)]
    return Verdict("wrong", [*lines, *record.hints.values()])


def _blank(record: Record) -> bool:
    """A choice of which nothing has been filled in: every leaf of a probe is still None."""
    found = [leaves(v) for v in record.seen.values() if not isinstance(v, Odd)]
    return any(one and all(isinstance(x, str) and x == "None" for _, x in one) for one in found)


def signature(wrong: dict[str, list], grids: dict[str, list], failed: set[str]) -> str:
    """The text that opens a mistake's message: its values, or its properties if these are right."""
    if not wrong:
        return json.dumps(sorted(failed))
    pairs = {name: zip(found, grids[name], strict=False) for name, found in wrong.items()}
    return json.dumps(
        {name: [digests.cells(leaf, grid) for (_, leaf), grid in pairs[name]] for name in pairs}
    )


def named(record: Record, probes: dict[str, Probe], key: dict[str, Any]) -> Iterator[str]:
    """The message of the known mistake that explains every wrong value."""
    wrong = {n: p.parts for n, p in probes.items() if not p.right}
    absent = [n for n in key["probes"] if n not in probes]
    exact_first = sorted(key["mistakes"], key=lambda m: set(m["failed"]) != record.failed)
    for m in exact_first:
        failed = set(m["failed"])
        if m["absent"] != absent or set(m["wrong"]) != set(wrong) or not failed <= record.failed:
            continue
        if not wrong and failed != record.failed:
            continue
        text = signature(wrong, m["wrong"], failed)
        says = digests.mask(bytes.fromhex(m["message"]), text, key["salt"]).decode(errors="replace")
        if says.startswith(MAGIC):
            yield says.removeprefix(MAGIC)
            yield from (text for name, text in record.habits.items() if name not in failed)
            return


def plain(record: Record, probes: dict[str, Probe], key: dict[str, Any]) -> Iterator[str]:
    """What is off, where no known mistake explains it."""
    yield from record.stops
    wrong = {n: p for n, p in probes.items() if not p.right}
    odd = next((f"{n}: {p.odd}" for n, p in wrong.items() if p.odd), None)
    if odd:
        yield odd
        return
    yield from record.habits.values()
    if wrong:
        name, probe = next(iter(wrong.items()))
        fine = [n for n, p in probes.items() if p.right]
        also = f" (right: {', '.join(fine)})" if fine else ""
        how = relation(probe, key["probes"][name]["right"], key["salt"], record.sizes)
        yield f"{name}: {how}{also}"
    if not record.habits:
        yield from [*record.broken.values()][:1]
    if not (record.stops or wrong or record.failed):
        yield "the check did not come to its end: is its cell as it was given?"


def relation(probe: Probe, wanted: list, salt: str, sizes: set[int]) -> str:
    """The simple change that would make the value right; it needs no answer to find it."""
    off = [i for i, ok in enumerate(probe.fits) if not ok]
    for i in off:
        for j in off:
            if i != j and digests.fits(probe.parts[j][1], wanted[i], salt):
                return f"value {probe.parts[j][0]} is what value {probe.parts[i][0]} should be"
    (label, leaf), sketch = probe.parts[off[0]], wanted[off[0]]
    start = f"value {label} " if label else "it "
    if isinstance(leaf, str):
        return "not all of it is right"
    if np.isnan(leaf).any() or np.isinf(leaf).any():
        return start + ("contains NaN" if np.isnan(leaf).any() else "is infinite")
    for change, what in _changes(leaf, sizes):
        if digests.fits(change, sketch, salt):
            return start + what
    return start + "has the right shape, but other values than wanted"


def _changes(a: np.ndarray, sizes: set[int]) -> Iterator[tuple[np.ndarray, str]]:
    yield -a, "has the wrong sign"
    yield 2 * a, "is half of what is wanted"
    yield a / 2, "is twice what is wanted"
    for n in sorted(sizes - {0, 1, 2}):
        yield a / n, f"is {n} times what is wanted: a mean over {n}?"
        yield a * n, f"is 1/{n} of what is wanted: divided by {n} once too often?"
    if a.ndim == 2 and a.shape[0] == a.shape[1]:
        yield a.T, "is transposed"
    if a.ndim and len(a) > 1:
        yield a[::-1], "is in the reverse order"
    if a.ndim == 1:
        yield np.sort(a), "has the right entries in another order"
