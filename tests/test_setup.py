"""The set-up behind `make` on machines that lack something, played by small scripts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OLD = f"""[ "$1" = --version ] && echo Python 3.10.13 && exit
exec {sys.executable} -c 'import sys; sys.version_info = (3, 10, 13); exec(sys.argv[1])' "$2"
"""
NO_VENV = f'case "$2" in *ensurepip*) exit 1;; *) exec {sys.executable} "$@";; esac'
# Makes a .venv whose Python writes down what it is asked to install.
GOOD = """case "$*" in
*"-m venv"*) mkdir -p .venv/bin; printf '#!/bin/sh\\necho "$@" >> asked\\n' > .venv/bin/python
             chmod +x .venv/bin/python;;
esac"""


@pytest.fixture
def setup(tmp_path):
    """Run setup.sh in an empty folder where only these programs are found."""

    def run(*arguments, **programs):
        here = tmp_path / "bin"
        here.mkdir(exist_ok=True)
        for name in ("mkdir", "chmod"):
            if not (here / name).exists():
                (here / name).symlink_to(shutil.which(name))
        for name, script in programs.items():
            path = here / name.replace("_", ".")
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        return subprocess.run(
            ["/bin/sh", ROOT / "setup.sh", *arguments],
            cwd=tmp_path,
            env={"PATH": str(here)},
            capture_output=True,
            text=True,
        )

    run.asked = lambda: (tmp_path / "asked").read_text().splitlines()
    return run


def test_python_too_old(setup):
    done = setup(python3=OLD)
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed; python3 here is: Python 3.10.13" in done.stderr


def test_no_python_at_all(setup):
    done = setup()
    assert done.returncode == 1
    assert "Python 3.11 or newer is needed" in done.stderr


def test_debian_without_venv_says_what_to_install(setup):
    done = setup(python3=NO_VENV)
    assert done.returncode == 1
    assert f"apt install python3.{sys.version_info.minor}-venv" in done.stderr


def test_a_newer_python_beside_an_old_one_is_found(setup):
    assert setup(python3=OLD, python3_12=GOOD).returncode == 0


def test_the_package_is_installed_with_its_extra(setup):
    assert setup("test", python3=GOOD).returncode == 0
    install, fonts = setup.asked()[-2:]
    assert install.endswith("install --quiet --disable-pip-version-check --editable .[test]")
    assert fonts.endswith("import matplotlib.font_manager")


def test_an_environment_that_works_is_kept(setup):
    setup(python3=GOOD)
    assert setup(python3="exit 1").returncode == 0


def test_an_environment_that_was_left_half_made_is_made_again(setup, tmp_path):
    setup(python3=GOOD)
    without_pip = '#!/bin/sh\ncase "$2" in *pip*) exit 1;; esac\n'
    (tmp_path / ".venv/bin/python").write_text(without_pip)
    assert setup(python3=GOOD).returncode == 0


def test_a_failed_install_is_a_failure_with_a_sentence(setup):
    broken = GOOD.replace("asked", "asked; test $2 != pip")
    done = setup(python3=broken)
    assert done.returncode == 1
    assert "could not be installed" in done.stderr


def test_uv_is_used_where_it_is(setup):
    uv = f'echo "uv $@" >> asked; {GOOD}'
    assert setup("test", uv=uv).returncode == 0
    made, installed = setup.asked()
    assert made.startswith("uv venv") and installed.startswith("uv pip install")
    assert installed.endswith("--editable .[test]")


@pytest.fixture
def clone(tmp_path):
    """A folder with our Makefile and a set-up that only counts; `env` gives how often it ran."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "pyproject.toml").touch()
    (folder / "setup.sh").write_text('#!/bin/sh\nmkdir -p .venv; echo "$1" >> count\n')
    (folder / "setup.sh").chmod(0o755)
    return folder


def make(folder, target):
    variables = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    subprocess.run(["make", target], cwd=folder, env=variables, check=True, capture_output=True)
    return (folder / "count").read_text().split("\n")[:-1]


def test_make_installs_once(clone):
    assert make(clone, "env") == [""]
    assert make(clone, "env") == [""]


def test_make_installs_again_when_the_packages_change(clone):
    make(clone, "env")
    later = (clone / "pyproject.toml").stat().st_mtime + 60
    os.utime(clone / "pyproject.toml", (later, later))
    assert make(clone, "env") == ["", ""]


def test_make_installs_again_when_the_folder_has_moved(clone):
    make(clone, "env")
    assert make(clone.rename(clone.with_name("moved")), "env") == ["", ""]


def test_lint_needs_the_test_extra_and_that_includes_the_rest(clone):
    (clone / ".venv/bin").mkdir(parents=True)
    (clone / ".venv/bin/python").symlink_to("/bin/true")
    assert make(clone, "lint") == ["test"]
    assert make(clone, "env") == ["test"]
