"""`lecture release`: from the masters in solutions/ to the exercises and their keys."""

import argparse
import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from lecture_lib import canonical
from lecture_lib.checks import drills
from lecture_lib.checks.judge import judge
from lecture_lib.checks.record import Record

from . import master
from .exercise import Exercise, build, student_version
from .keys import Key
from .master import Refused, Task


def read(path: Path) -> NotebookNode:
    """The notebook at path. Raises Refused in one sentence where it is none."""
    try:
        nb = nbformat.read(path, as_version=4)
        nbformat.validate(nb)
        return nb
    except OSError as e:
        raise Refused(f"it cannot be read: {e.strerror}") from None
    except Exception as e:
        raise Refused(f"it is not a notebook: {str(e).splitlines()[0][:120]}") from None


def release(path: Path) -> str:
    """Write the exercise of the master at `path`; the sentence says what was written."""
    started = time.perf_counter()
    exercise = build(read(path))
    folder = path.resolve().parent.parent / "exercises"
    folder.mkdir(exist_ok=True)
    _unique(exercise, folder, path.stem)
    target, keyfile = folder / path.name, folder / f"{path.stem}.key.json"
    aside = _move_aside(target, keyfile, exercise.notebook)
    canonical.write(exercise.notebook, target)
    canonical.write_text(keyfile, exercise.key_text())
    mistakes = sum(
        len(k["mistakes"]) + len(k.get("drill", {}).get("mistakes", []))
        for k in exercise.tasks.values()
    )
    seconds = time.perf_counter() - started
    return (
        f"{target.parent.name}/{target.name}: {len(exercise.tasks)} tasks, {mistakes} mistakes, "
        f"{keyfile.stat().st_size // 1000} kB of key, {seconds:.1f} s{aside}"
    )


def _unique(exercise: Exercise, folder: Path, stem: str) -> None:
    """A check finds its key by the task's name, so no two sets share one."""
    for path in folder.glob("*.key.json"):
        if path.name != f"{stem}.key.json" and (
            both := exercise.tasks.keys() & load_key(path)["tasks"].keys()
        ):
            raise Refused(f"{min(both)}: {path.name} has a task of this name too")


def _move_aside(target: Path, keyfile: Path, new: NotebookNode) -> str:
    """Keep a notebook that somebody worked in."""
    if not target.exists():
        return ""
    with contextlib.suppress(Refused):
        there = sources(read(target))
        if there == sources(new):
            return ""
        if keyfile.exists() and there == sources(load_key(keyfile)["pristine"]):
            return ""
    aside = target.with_name(f"{target.stem}.{time.strftime('%Y-%m-%d-%H%M%S')}.ipynb")
    target.rename(aside)
    return f"\n  somebody worked in the one that was there: it is now {aside.name}"


def sources(nb: NotebookNode) -> list[tuple[str, str]]:
    return [(c["cell_type"], c["source"]) for c in nb["cells"]]


def load_key(path: Path) -> dict[str, Any]:
    """The key file at path. Raises Refused where it is missing or damaged."""
    try:
        key = json.loads(path.read_text("utf-8"))
        key["tasks"], key["pristine"]["cells"]
        return key
    except FileNotFoundError:
        raise Refused(
            f"{path}: the key is missing; `git checkout` it, or run `lecture release`"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Refused(
            f"{path}: the key is damaged; `git checkout` it, or run `lecture release`"
        ) from None


def verify(path: Path) -> list[str]:
    """Whether today's notebook and values fit the committed ones; complaints, or none."""
    folder = path.resolve().parent.parent / "exercises"
    target, nb = folder / path.name, read(path)
    key = load_key(folder / f"{path.stem}.key.json")
    wanted = canonical.text(student_version(nb))
    again = "; run `lecture release`"
    if not target.exists() or target.read_text("utf-8") != wanted:
        return [f"exercises/{path.name} is not what {path.name} gives{again}"]
    if sources(key["pristine"]) != sources(read(target)):
        return [f"exercises/{path.stem}.key.json belongs to another notebook{again}"]
    out = []
    for task in master.tasks(nb):
        shown = master.records(task, master.right(task), key["tasks"])[0]
        wanted = key["tasks"].get(shown.task)
        if wanted is None:
            out.append(f"{task.id}: the key lacks it{again}")
        elif not (_same_pool(shown, task, wanted) if shown.drilled else judge(shown, wanted).right):
            out.append(f"{task.id}: today's right values do not fit the key{again}")
        elif not shown.drilled:
            out += _misnamed(task, key)
    return out


def _misnamed(task: Task, key: Key) -> list[str]:
    out = []
    for cell, mistake, names in master.wrongs(task):
        record = master.records(task, names, key["tasks"])[0]
        lines = judge(record, key["tasks"][record.task]).lines
        if lines[:1] != [mistake.message]:
            out.append(f"{cell.id}: the check says {lines[:1]}, wanted {mistake.message!r}")
    return out


def _same_pool(record: Record, task: Task, key: Key) -> bool:
    """Each variant's answers, today's, judged by the key."""
    answers, make = master.right(task)["answers"], record.drilled[0].make
    for variant, seed in enumerate(key["drill"]["seeds"]):
        n = drills.Drill(record.task, variant, drills.draw(make, seed), make)
        if drills.judge(n, answers(**n), key["drill"])[0] != "right":
            return False
    return True


def main(argv: list[str] | None = None) -> int:
    """The command. 0 if every master gave (or, with --verify, fits) its exercise."""
    parser = argparse.ArgumentParser(prog="lecture release", description=__doc__)
    parser.add_argument("masters", nargs="*", type=Path, help="default: all of solutions/")
    parser.add_argument("--verify", action="store_true", help="write nothing; compare")
    options = parser.parse_args(argv)
    here = Path.cwd()
    root = next((p for p in (here, *here.parents) if (p / "solutions").is_dir()), here)
    paths = options.masters or sorted((root / "solutions").glob("[0-9]*.ipynb"))
    if not paths:
        print(f"there are no masters in {root / 'solutions'}", file=sys.stderr)
        return 2
    status = 0
    for path in paths:
        try:
            complaints = verify(path) if options.verify else []
            if not options.verify:
                print(release(path))
        except Refused as reason:
            complaints = [str(reason)]
        except OSError as e:
            complaints = [f"nothing was released, since writing failed: {e}"]
        for complaint in complaints:
            print(f"{path}: {complaint}", file=sys.stderr)
            status = 1
    return status
