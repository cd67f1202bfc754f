import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lecture_lib.canonical import COMPARED, canonical, main, problems, text, write

RANDOM_IDS = ["3f1a9c04", "0b0f8c43-5a52-4b5e-9d1c-0d4f1f2f6a77"]


def result(count):
    return new_output("execute_result", {"text/plain": "3"}, execution_count=count)


@pytest.fixture
def worked():
    """A notebook as JupyterLab leaves it after a session."""
    cells = [
        new_markdown_cell(
            "# Loss η\n\nThe text.", id="title", metadata={"collapsed": True, "tags": []}
        ),
        new_code_cell("1 + 2", id="sum", execution_count=7, outputs=[result(7)]),
        new_code_cell("1 + 2", id="kept", execution_count=8, outputs=[result(8)]),
    ]
    cells[2].metadata = {"tags": [COMPARED], "trusted": True, "slideshow": {"slide_type": "slide"}}
    metadata = {"kernelspec": {"name": "conda-x", "display_name": "x"}, "widgets": {"state": {}}}
    return new_notebook(cells=cells, metadata=metadata, nbformat_minor=5)


def test_the_form(worked):
    nb = canonical(worked)
    nbformat.validate(nb)
    title, plain, kept = nb.cells
    assert (nb.nbformat, nb.nbformat_minor) == (4, 5)
    assert nb.metadata.kernelspec.name == "python3" and set(nb.metadata) == {
        "kernelspec",
        "language_info",
    }
    assert title.metadata == {} and plain.outputs == [] and plain.execution_count is None
    assert set(kept.metadata) == {"tags", "slideshow"}
    assert [c.source for c in nb.cells] == [c.source for c in worked.cells]
    assert [c.id for c in nb.cells] == ["title", "sum", "kept"]


def test_what_nbval_compares_is_kept_with_a_count_for_nbval_to_believe(worked):
    kept = canonical(worked).cells[2]
    assert kept.outputs[0].data == {"text/plain": "3"}
    assert kept.execution_count == kept.outputs[0].execution_count == 1


def test_nbgrader_stays():
    grade = {"grade": True, "grade_id": "a", "points": 2, "schema_version": 3}
    cell = new_code_cell("a = 1", id="a", metadata={"nbgrader": grade})
    assert canonical(new_notebook(cells=[cell])).cells[0].metadata.nbgrader == grade


def test_the_argument_is_left_alone_and_twice_is_once(worked):
    before = copy.deepcopy(worked)
    once = canonical(worked)
    assert worked == before
    assert canonical(once) == once and text(once) == text(worked)


@pytest.mark.parametrize("random_id", RANDOM_IDS)
def test_a_random_id_gets_a_meaning_of_its_own(random_id):
    cells = [
        new_code_cell("def cross_entropy(a, y):\n    return 1", id=random_id),
        new_code_cell("def cross_entropy(a, y):\n    return 2", id="cross-entropy-a"),
        new_markdown_cell("## Why η?", id=random_id.replace("c", "d")),
        new_markdown_cell("Why?", id=random_id.replace("c", "e")),
    ]
    ids = [cell.id for cell in canonical(new_notebook(cells=cells)).cells]
    assert ids == ["cross-entropy-a-2", "cross-entropy-a", "why", "why-2"]


@pytest.mark.parametrize("meaningful", ["deadbeef", "ce-derive", "adam-check", "facade00x"])
def test_an_id_with_a_meaning_stays(meaningful):
    cell = new_code_cell("a = 1", id=meaningful)
    assert canonical(new_notebook(cells=[cell])).cells[0].id == meaningful


def test_the_file(worked, tmp_path):
    write(worked, tmp_path / "a.ipynb")
    written = (tmp_path / "a.ipynb").read_text(encoding="utf-8")
    assert written == text(worked)
    assert written.startswith('{\n "cells"') and written.endswith("}\n") and "η" in written
    assert [path.name for path in tmp_path.iterdir()] == ["a.ipynb"]


def test_a_write_that_fails_leaves_the_old_file(worked, tmp_path):
    path = tmp_path / "a.ipynb"
    write(worked, path)
    before = path.read_bytes()
    worked.cells[0].source = "\ud800"  # cannot be written as UTF-8
    with pytest.raises(UnicodeEncodeError):
        write(worked, path)
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("%matplotlib inline", "not plain Python"),
        ("files = !ls", "not plain Python"),
        ("!ls", "not plain Python"),
        ("np.dot?", "not plain Python"),
        ("from numpy import *", "imports *"),
        ("  \n", "empty"),
        ("\n".join(f"x{i} = {i}" for i in range(21)), "21 lines"),
    ],
)
def test_what_is_to_be_mended_is_named(source, says):
    nb = new_notebook(cells=[new_code_cell("a = 1", id="good"), new_code_cell(source, id="bad")])
    (line,) = problems(nb, "notebooks/x.ipynb")
    assert line.startswith("notebooks/x.ipynb: cell bad: ") and says in line


@pytest.mark.parametrize(
    "source",
    [
        "x = 7 % 3\ny = x %2",
        "a != b",
        "print('100 %')",
        '"""\n50\n% of them\n"""',
        "# really?",
        "# twenty lines\n" + "\n\n".join(f"x{i} = {i}" for i in range(20)),
        'def f():\n    """One.\n\n    Two."""\n' + "\n".join(f"    x = {i}" for i in range(19)),
    ],
)
def test_plain_python_is_no_problem(source):
    assert problems(new_notebook(cells=[new_code_cell(source, id="good")]), "x.ipynb") == []


def test_two_cells_with_one_id():
    nb = new_notebook(cells=[new_markdown_cell("a", id="a"), new_markdown_cell("b", id="b")])
    nb.cells[1].id = "a"
    (line,) = problems(nb, "x.ipynb")
    assert "cell a: another cell has the same id" in line


def test_two_cells_with_one_id_in_a_file(tmp_path, capsys):
    nb = new_notebook(cells=[new_markdown_cell("a", id="a"), new_markdown_cell("b", id="b")])
    (tmp_path / "a.ipynb").write_text(text(nb).replace('"id": "b"', '"id": "a"'))
    assert main([str(tmp_path)]) == 1
    assert "cell a: another cell has the same id" in capsys.readouterr().out


def test_nothing_to_compare():
    cell = new_code_cell("1 + 2", id="sum", metadata={"tags": [COMPARED]})
    (line,) = problems(new_notebook(cells=[cell]), "x.ipynb")
    assert "no output to compare" in line


def test_check_reports_and_format_mends(worked, tmp_path, capsys):
    path = tmp_path / "a.ipynb"
    nbformat.write(worked, path)
    before = path.read_bytes()
    assert main(["--check", str(tmp_path)]) == 1
    assert path.read_bytes() == before
    assert capsys.readouterr().out == f"{path}: not in canonical form; run: make format\n"
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("broken", ["{", "[]", '{"nbformat": 4}', "\x00", "{}"])
def test_a_file_that_is_no_notebook_is_one_line(broken, tmp_path, capsys):
    (tmp_path / "a.ipynb").write_text(broken)
    assert main(["--check", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{tmp_path / 'a.ipynb'}: cannot be read as a notebook")
