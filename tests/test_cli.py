import subprocess
import sys
import types

import pytest

from lecture_lib import cli


@pytest.fixture
def command(monkeypatch):
    """Put a function in the place of `lecture check`."""

    def replace(main):
        module = types.SimpleNamespace(main=main)
        monkeypatch.setitem(sys.modules, cli.COMMANDS["check"][0], module)

    return replace


def test_alone_prints_the_help(capsys):
    assert cli.main([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli.COMMANDS)


def test_hands_over_all_arguments_and_the_exit_status(command):
    seen = []
    command(lambda argv: seen.append(argv) or 7)
    assert cli.main(["check", "--help", "a.ipynb"]) == 7
    assert seen == [["--help", "a.ipynb"]]


def test_unknown_command_is_one_sentence(capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["chekc"])
    assert "chekc" in capsys.readouterr().err


def test_ctrl_c_is_quiet(command, capsys):
    def interrupted(argv):
        raise KeyboardInterrupt

    command(interrupted)
    assert cli.main(["check"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_missing_package_is_named(command, capsys):
    def needs(argv):
        raise ModuleNotFoundError("No module named 'nbval'", name="nbval")

    command(needs)
    assert cli.main(["check"]) == 1
    assert "nbval is missing" in capsys.readouterr().err


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, lecture_lib, lecture_lib.cli; print(*{m.split('.')[0] for m in sys.modules})"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"matplotlib", "IPython", "ipywidgets", "sklearn", "nbformat", "jupyterlab", "pytest"}
    assert not heavy & set(loaded.stdout.split())
