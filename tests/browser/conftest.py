"""One browser and one JupyterLab for all browser tests."""

import os

import pytest

from tests.browser import lab


@pytest.fixture(scope="session")
def chromium():
    if lab.CHROMIUM is None:
        wanted = "Chromium is not installed"
        pytest.fail(wanted) if os.environ.get("CI") == "true" else pytest.skip(wanted)
    with lab.chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Where the server finds notebooks."""
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def address(chromium, folder):
    """The server's address."""
    with lab.server(folder) as url:
        yield url


@pytest.fixture
def page(chromium):
    """A fresh window the size of a projector's."""
    with lab.window(chromium) as page:
        yield page
