"""The key of a task: its right values and its known mistakes, as digests."""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lecture_lib.checks import digests, drills, values
from lecture_lib.checks.judge import MAGIC, compare, judge, signature
from lecture_lib.checks.mistakes import Mistake
from lecture_lib.checks.record import Record

from . import master
from .master import Names, Refused, Task

POOL = 200  # variants of a drill
NEAR = 3  # tolerances: a mistake nearer than that to the right answer is no use
Key = dict[str, Any]


def task_keys(task: Task) -> tuple[Key, Key]:
    """The key of the visible check and that of the hidden one, {name: key} each.

    Raises Refused for whatever would mislead a student.
    """
    names = master.right(task)
    shown, *hidden = master.records(task, names)
    key = right_key(shown, task.checks[0].id)
    key["given"] = sorted(n for n in master.given_names(task) if not n.startswith("_"))
    hidden_keys = {r.task: right_key(r, task.checks[1].id) for r in hidden}
    wrongs = list(master.wrongs(task))
    if shown.drilled:
        key["drill"] = pool(task, shown, names, [(m, ns) for _, m, ns in wrongs])
        key["properties"].append("drill")
        return {shown.task: key}, {}
    prints: dict[str, str] = {}
    for cell, mistake, ns in wrongs:
        record, *others = master.records(task, ns)
        entry, print_ = mistake_entry(record, key, mistake.message)
        if record.undone:
            raise Refused(f"{cell.id}: the mistake reads as a task that is not done yet")
        if print_ is None:
            raise Refused(f"{cell.id}: the mistake passes the check {task.checks[0].id}")
        if any(judge(other, hidden_keys[other.task]).right for other in others):
            raise Refused(f"{cell.id}: the mistake passes the hidden check {task.checks[1].id}")
        if print_ in prints:
            raise Refused(f"{cell.id}: no probe tells this mistake from that of {prints[print_]}")
        prints[print_] = cell.id
        key["mistakes"].append(entry)
    for record, message in _pairs(task, [m for _, m, _ in wrongs]):
        entry, print_ = mistake_entry(record, key, message)
        if entry["wrong"] and print_ not in prints:
            prints[print_] = message
            key["mistakes"].append(entry)
    return {shown.task: key}, hidden_keys


def right_key(record: Record, cell: str) -> Key:
    """The key of a right record, without mistakes."""
    for complaint in [*record.stops, *record.habits.values(), *record.broken.values()]:
        raise Refused(f"{cell}: the solution does not pass its own check: {complaint}")
    if record.undone:
        raise Refused(f"{cell}: the solution is not done")
    salt = hashlib.sha256(f"lecture/{record.task}".encode()).hexdigest()[:16]
    probes = {}
    for name, value in record.seen.items():
        if isinstance(value, values.Odd):
            raise Refused(f"{cell}: the right value of {name!r} cannot be compared: {value}")
        found = values.parts(value)
        for _, leaf in found:
            _protected(leaf, name, cell)
        right = [digests.sketch(leaf, salt) for _, leaf in found]
        probes[name] = {"spec": values.spec(value), "right": right}
    if not probes and not record.passed and not record.drilled:
        raise Refused(f"{cell}: it asks for nothing")
    return {"salt": salt, "probes": probes, "properties": [*record.passed], "mistakes": []}


def _protected(leaf: np.ndarray | str, name: str, cell: str) -> None:
    if isinstance(leaf, str):
        return
    if not np.isfinite(leaf).all():
        raise Refused(f"{cell}: the right value of {name!r} is not finite")
    if leaf.size < digests.SCALARS and (leaf != np.round(leaf)).any():
        raise Refused(
            f"{cell}: {name!r} holds {leaf.size} numbers, and so few can be searched for; "
            "stack at least 4 inputs into one probe"
        )


def mistake_entry(record: Record, key: Key, message: str) -> tuple[Key, str | None]:
    """What the key holds of a mistake, and its print: equal prints cannot be told apart.

    The print is None for a mistake that the check takes for right.
    """
    salt, failed = key["salt"], record.failed
    probes = {
        n: compare(record.seen[n], p, salt) for n, p in key["probes"].items() if n in record.seen
    }
    wrong = {n: p.parts for n, p in probes.items() if not p.right}
    absent = [n for n in key["probes"] if n not in probes]
    grids = {n: [digests.public(leaf) for _, leaf in found] for n, found in wrong.items()}
    says = digests.mask((MAGIC + message).encode(), signature(wrong, grids, failed), salt)
    entry = {"wrong": grids, "absent": absent, "failed": sorted(failed), "message": says.hex()}
    if not (wrong or absent or failed):
        return entry, None
    coarse = {n: [_coarse(leaf) for _, leaf in found] for n, found in wrong.items()}
    return entry, json.dumps([coarse, absent, sorted(failed)])


def _coarse(leaf: np.ndarray | str) -> object:
    if isinstance(leaf, str) or not np.isfinite(leaf).all():
        return digests.cells(leaf, [0, ""])
    return [f"{v:.4g}" for v in digests.scalars(leaf)]


def _pairs(task: Task, declared: list[Mistake]) -> Iterator[tuple[Record, str]]:
    """Two patches at once: what students do as well."""
    for a, b in itertools.combinations([m for m in declared if m.old is not None], 2):
        once = master.patched(master.sources(task), a)
        twice = once and master.patched(once, b)
        if twice:
            record = master.records(task, master.wrong(task, twice))[0]
            yield record, f"Two things are off. 1. {a.message} 2. {b.message}"


def pool(task: Task, record: Record, right: Names, wrongs: list[tuple[Mistake, Names]]) -> Key:
    """The variants of a drill. Draws in which a mistake is near the right answer are left out."""
    cell = task.checks[0].id
    if "answers" not in right:
        raise Refused(f"{cell}: a drill wants a cell tagged `answers` that defines answers(**n)")
    make, versions = record.drilled[0].make, [right, *(names for _, names in wrongs)]
    seeds: list[int] = []
    variants: list[Key] = []
    for seed in range(5 * POOL):
        n = drills.draw(make, seed)
        try:
            answers = [{k: float(x) for k, x in v["answers"](**n).items()} for v in versions]
        except Exception as e:
            raise Refused(f"{cell}: answers stops with {type(e).__name__}: {e}, for {n}") from None
        row = _variant(answers, f"{record.task}/{len(seeds)}")
        if row:
            seeds.append(seed)
            variants.append(row)
        if len(seeds) == POOL:
            messages = [m.message for m, _ in wrongs]
            names = list(answers[0])
            return {"seeds": seeds, "answers": names, "mistakes": messages, "variants": variants}
    raise Refused(
        f"{cell}: in {5 * POOL - len(seeds)} of {5 * POOL} draws a mistake is nearer than {NEAR} "
        "tolerances to the right answer or to another mistake; let numbers(rng) draw others"
    )


def _variant(answers: list[dict[str, float]], salt: str) -> Key | None:
    """The digests of one draw; None where two versions of the answers cannot be told apart."""
    right = answers[0]

    def apart(a: dict[str, float], b: dict[str, float]) -> list[float]:
        """Tolerances between two versions of each answer."""
        power = drills.power
        return [abs(a[k] - b[k]) / 10.0 ** max(power(a[k]), power(b[k])) for k in right]

    if any(max(apart(a, b)) < NEAR for a, b in itertools.combinations(answers, 2)):
        return None
    if any(1e-9 < d < NEAR for wrong in answers[1:] for d in apart(wrong, right)):
        return None

    def sketches(names: Iterable[str], x: dict[str, float]) -> dict[str, list]:
        return {k: drills.sketch(x[k], salt) for k in names}

    differing = [
        [k for k, d in zip(right, apart(w, right), strict=True) if d >= NEAR] for w in answers[1:]
    ]
    wrong = [sketches(k, w) for k, w in zip(differing, answers[1:], strict=True)]
    return {"right": sketches(right, right), "wrong": wrong}
