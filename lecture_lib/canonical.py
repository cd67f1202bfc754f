"""Notebooks in git have one form, so that a difference is always a change somebody meant.

`canonical` makes that form, `problems` says what a machine cannot mend, and
`python -m lecture_lib.canonical [--check] PATH ...` does either to files and folders.
"""

import argparse
import ast
import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4
from nbformat.validator import iter_validate

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = ("jupyter", "nbgrader", "slideshow", "tags")
COMPARED = "nbval-check-output"  # nbval compares the outputs of cells with this tag
LONGEST = 20  # lines of code in a cell: 15 as written, and what ruff spreads over several
UNREAD = "hide-input"  # the code of these cells is folded away: a figure, a question
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{8}")


def canonical(nb: NotebookNode) -> NotebookNode:
    """A copy of `nb` in canonical form; the sources stay as they are.

    nbformat 4.5; no outputs and no execution counts, except for cells tagged to be compared;
    only the metadata named above; a cell whose id is random gets one made from its source.
    """
    taken = {cell.get("id") for cell in nb.cells if not _random_id(cell)}
    cells = []
    for cell in nb.cells:
        kept = {
            key: cell[key] for key in ("id", "cell_type", "source", "attachments") if key in cell
        }
        kept["metadata"] = {k: v for k, v in cell.metadata.items() if k in CELL_METADATA and v}
        if _random_id(cell):
            kept["id"] = _new_id(cell, taken)
        if cell.cell_type == "code":
            kept |= _outputs(cell)
        cells.append(kept)
    return nbformat.from_dict(
        {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    )


def text(nb: NotebookNode) -> str:
    """The file that holds `nb` in canonical form: keys sorted, indent 1, a newline at the end."""
    return v4.writes(canonical(nb)) + "\n"


def parse(written: str) -> NotebookNode:
    """The notebook in a file's text, with nothing repaired (`nbformat.reads` renames doubled ids).

    Raises ValueError with one line if it is not JSON, or not a notebook of format 4.
    """
    data = json.loads(written)
    if not isinstance(data, dict) or data.get("nbformat") != 4:
        raise ValueError("it has no nbformat 4")
    if error := next(iter(iter_validate(data)), None):
        raise ValueError(str(error).splitlines()[0])
    return v4.reads(written)


def write(nb: NotebookNode, path: str | os.PathLike[str]) -> None:
    """Write `nb` in canonical form to `path`, whole or not at all."""
    write_text(Path(path), text(nb))


def write_text(path: Path, content: str) -> None:
    """Write `content` to `path`, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(content, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def problems(nb: NotebookNode, path: str | os.PathLike[str]) -> list[str]:
    """What an author has to mend in `nb`: one line each, with the file and the cell's id."""
    found, seen = [], set()
    for number, cell in enumerate(nb.cells, 1):
        name = cell.get("id", f"number {number}")
        says = list(_cell_problems(cell))
        if name in seen:
            says.append("another cell has the same id; each cell needs its own")
        seen.add(name)
        found += [f"{path}: cell {name}: {line}" for line in says]
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Bring notebooks into canonical form, or only check them; 1 if something is to be mended."""
    parser = argparse.ArgumentParser(prog="lecture_lib.canonical", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    parser.add_argument("paths", nargs="+", type=Path, help="notebooks, or folders of notebooks")
    options = parser.parse_args(argv)
    found = [line for path in _notebooks(options.paths) for line in _one_file(path, options.check)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def _notebooks(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        yield from sorted(path.glob("*.ipynb")) if path.is_dir() else [path]


def _one_file(path: Path, check: bool) -> list[str]:
    try:
        before = path.read_text(encoding="utf-8")
        nb = parse(before)
    except (OSError, ValueError) as error:
        return [f"{path}: cannot be read as a notebook of format 4: {error}"]
    found = problems(nb, path)
    if before != text(nb):
        if check:
            return [*found, f"{path}: not in canonical form; run: make format"]
        write(nb, path)
    return found


def _cell_problems(cell: NotebookNode) -> Iterable[str]:
    if not cell.source.strip():
        yield "is empty"
    if cell.cell_type != "code":
        return
    if COMPARED in cell.metadata.get("tags", []) and not cell.outputs:
        yield f"is tagged {COMPARED} but has no output to compare; run it and save"
    try:
        nodes = list(ast.walk(ast.parse(cell.source)))
    except SyntaxError as error:
        yield f"is not plain Python (no magics, no shell): {error.msg}, line {error.lineno}"
        return
    unread = UNREAD in cell.metadata.get("tags", [])
    if (length := _length(cell.source, nodes)) > LONGEST and not unread:
        yield f"has {length} lines of code; at most {LONGEST}, one idea to a cell"
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    if any(name.name == "*" for node in imports for name in node.names):
        yield "imports *; name what is used"


def _length(source: str, nodes: Sequence[ast.AST]) -> int:
    """Lines of code: without blank ones, comments and docstrings."""
    lines = [line for line in source.splitlines() if line.strip() and line.strip()[0] != "#"]
    documented = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    texts = [ast.get_docstring(node) or "" for node in documented]
    return len(lines) - sum(bool(line.strip()) for text in texts for line in text.splitlines())


def _outputs(cell: NotebookNode) -> dict[str, Any]:
    """What a cell keeps of its run: nbval believes only cells that bear a count, any count."""
    if COMPARED not in cell.metadata.get("tags", []) or not cell.outputs:
        return {"outputs": [], "execution_count": None}
    outputs = [
        {**output, "execution_count": 1} if "execution_count" in output else output
        for output in cell.outputs
    ]
    return {"outputs": outputs, "execution_count": 1}


def _random_id(cell: NotebookNode) -> bool:
    return not cell.get("id") or RANDOM_ID.fullmatch(cell["id"]) is not None


def _new_id(cell: NotebookNode, taken: set[str]) -> str:
    """An id from the first words of the cell, added to `taken`."""
    words = re.findall(r"[a-z0-9]+", cell.source.lower())
    words = [word for word in words if word not in ("def", "class", "import", "from", "the")]
    stem = "-".join(words[:3])[:40] or "cell"
    name, count = stem, 1
    while name in taken:
        count += 1
        name = f"{stem}-{count}"
    taken.add(name)
    return name


if __name__ == "__main__":
    sys.exit(main())
