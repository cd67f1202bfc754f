"""From key press to changed pixels: an explorer against the same figure under `interact`.

Both stand in one notebook in one Chromium, and are pressed in turn, so that whatever else the
machine does hits both. The clock runs in the page: from the key event to the first animation frame
whose picture has other pixels.
"""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks._peers import makers
from tests.browser import lab

PRESSES = 24
IMPORTS = """import sys
sys.path.insert(0, {here!r})
%matplotlib inline
from benchmarks._peers import under_interact, with_peer
from {module} import {name}"""
OURS, PEER = ".lecture-explorer", ".widget-interact"
CLOCK = """box => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 125];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const pixels = () => {
    const image = document.querySelector(`${box} img`);
    if (!image?.complete || !image.naturalWidth) return null;
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height).data.join();
  };
  const before = pixels();
  window.latency = null;
  document.addEventListener("keydown", event => {
    const look = () => {
      const now = pixels();
      if (now === null || now === before) return requestAnimationFrame(look);
      window.latency = performance.now() - event.timeStamp;
    };
    requestAnimationFrame(look);
  }, { once: true, capture: true });
}"""


def rows() -> Iterator[dict]:
    """One row for each explorer: the median in milliseconds."""
    with (
        tempfile.TemporaryDirectory() as folder,
        lab.server(Path(folder)) as address,
        lab.chromium() as browser,
    ):
        for make in makers():
            yield _row(browser, address, Path(folder), make)


def _row(browser, address: str, folder: Path, make: Callable) -> dict:
    name = make.__name__
    notebook = folder / f"{name}.ipynb"
    imports = IMPORTS.format(here=str(Path.cwd()), module=make.__module__, name=name)
    lab.write_notebook(notebook, imports, f"{name}()", f"with_peer({name}, under_interact)()")
    taken: dict[str, list[float]] = {OURS: [], PEER: []}
    with lab.window(browser, height=1600) as page:
        lab.open_notebook(page, address, notebook.name)
        lab.run_all(page)
        page.wait_for_selector(f"{OURS} .lecture-live")
        page.wait_for_selector(f"{PEER} img")
        for k in range(PRESSES):
            key = "ArrowRight" if k % 2 else "ArrowLeft"
            for box, times in taken.items():
                times.append(_press(page, box, key))
        lab.stop_kernel(page)
    ours, peer = (statistics.median(times) for times in taken.values())
    return {
        "name": f"explorer latency: {name}",
        "ours": round(ours, 2),
        "peer": round(peer, 2),
        "peer_name": "ipywidgets.interact",
        "unit": "ms",
    }


def _press(page, box: str, key: str) -> float:
    """Milliseconds from this key to other pixels in the box."""
    page.locator(f"{box} .noUi-handle").first.focus()
    page.evaluate(CLOCK, box)
    page.keyboard.press(key)
    page.wait_for_function("() => window.latency !== null")
    page.wait_for_timeout(150)  # let the kernel come to rest
    return page.evaluate("window.latency")
