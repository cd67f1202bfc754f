"""Who may import whom: core imports numpy and nothing else; the rooms' arrows run one way."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import lecture_lib

HOME = Path(lecture_lib.__file__).parent
ABOVE = {  # a room, and the rooms it must not know
    "data.py": {"plots", "explorers", "checks", "autograder", "cli"},
    "plots": {"explorers", "checks", "autograder", "cli"},
    "explorers": {"checks", "autograder", "cli"},
    "checks": {"plots", "explorers", "autograder", "cli"},
    "autograder": {"plots", "explorers", "cli"},
}


def imported(file):
    """Full names of the modules a file imports, inside functions too; relative ones resolved."""
    package = ("lecture_lib", *file.relative_to(HOME).parts[:-1])
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            name = ".".join((*base, *([node.module] if node.module else [])))
            if name == "lecture_lib":
                yield from (f"{name}.{alias.name}" for alias in node.names)
            else:
                yield name


def files(room):
    path = HOME / room
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def rooms_known(file):
    return {name.split(".")[1] for name in imported(file) if name.startswith("lecture_lib.")}


@pytest.mark.parametrize("room", ABOVE)
def test_no_room_knows_the_rooms_above_it(room):
    assert files(room)
    for file in files(room):
        known = rooms_known(file) & ABOVE[room]
        assert not known, f"{file.name} imports {known}"


def test_core_imports_numpy_and_nothing_else():
    assert files("core")
    for file in files("core"):
        others = {n.split(".")[0] for n in imported(file)} - {"lecture_lib", "numpy"}
        assert others <= sys.stdlib_module_names, f"{file.name} imports {others}"
        assert rooms_known(file) <= {"core"}, f"{file.name} imports {rooms_known(file)}"


@pytest.mark.parametrize(
    "module", ["lecture_lib", "lecture_lib.core.training", "lecture_lib.core", "lecture_lib.data"]
)
def test_importing_loads_numpy_at_most(module):
    code = (
        f"import sys; before = set(sys.modules); import {module}; print(*set(sys.modules) - before)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=HOME.parent, capture_output=True, text=True, check=True
    )
    tops = {name.split(".")[0] for name in run.stdout.split()}
    third_party = {t for t in tops - sys.stdlib_module_names if not t.startswith(("_", "cython"))}
    assert third_party <= {"lecture_lib", "numpy"}
