"""The packages are named twice, for pip and for conda: the two lists must not drift apart."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def specifications(lines):
    """{name: set of version bounds}"""
    parts = (re.fullmatch(r"([\w.-]+?)\s*([<>=!~].*)?", line).groups() for line in lines)
    return {name: set((bounds or "").replace(" ", "").split(",")) for name, bounds in parts}


def test_conda_has_the_same_packages_with_the_same_bounds():
    conda = specifications(line for line in CONDA["dependencies"] if isinstance(line, str))
    del conda["pip"]
    assert conda.pop("python") == {PROJECT["requires-python"]}
    assert conda == specifications(PROJECT["dependencies"])


def test_conda_installs_the_project_itself_from_the_folder():
    assert [line for line in CONDA["dependencies"] if isinstance(line, dict)] == [{"pip": ["-e ."]}]
    assert CONDA["channels"] == ["conda-forge"]
