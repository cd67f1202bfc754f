"""`python -m tests.browser.picture FILE`: photograph the live Descent explorer, for the README."""

import sys
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from lecture_lib.explorers.descent import Descent
from lecture_lib.explorers.two_weights import TwoWeights, checked_start
from tests.browser import lab

SHARE = 0.98  # of the edge of stability: it zig-zags, and still arrives
SOURCE = """from lecture_lib.explorers.loss_and_gradient_descent import descent
descent()"""


def main(file: str) -> None:
    """Open the explorer in JupyterLab, walk its slider to the position, and photograph it."""
    show = Descent(TwoWeights.of(None, None), checked_start(None))
    wanted = np.abs(show.etas / show.model.edge - SHARE).argmin()
    with (
        tempfile.TemporaryDirectory() as folder,
        lab.server(Path(folder)) as address,
        lab.chromium() as browser,
        lab.window(browser, width=1540, height=900) as page,
    ):
        lab.write_notebook(Path(folder, "descent.ipynb"), SOURCE)
        lab.open_notebook(page, address, "descent.ipynb")
        lab.run_all(page)
        handle = page.locator(".noUi-handle")
        handle.press("Home")
        for _ in range(wanted):
            handle.press("ArrowRight")
        expect(page.locator(".lecture-player")).to_have_attribute("data-position", str(wanted))
        handle.blur()
        page.locator(".lecture-explorer").screenshot(path=file)
        lab.stop_kernel(page)


if __name__ == "__main__":
    main(*sys.argv[1:])
