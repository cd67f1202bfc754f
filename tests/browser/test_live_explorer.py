"""A small explorer in JupyterLab: sliders, pixels, texts, and the still where it cannot live."""

import io
import itertools
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from tests.browser import lab
from tests.explorers import scene

pytestmark = pytest.mark.browser

SOURCE = Path(scene.__file__).read_text(encoding="utf-8")
POSITIONS = list(itertools.product(range(4), range(3)))
SHOWN = """() => [...document.querySelectorAll(".jp-OutputArea-child")]
  .filter(output => output.getBoundingClientRect().height > 0)
  .map(output => output.innerText).join("\\n")"""


@pytest.fixture(scope="module")
def live(chromium, address, folder):
    """The explorer after Run All, what the console said, and the same explorer in Python."""
    lab.write_notebook(folder / "live.ipynb", SOURCE, "make()")
    with lab.window(chromium) as page:
        heard = lab.watch(page)
        lab.open_notebook(page, address, "live.ipynb")
        lab.run_all(page)
        page.wait_for_selector(".lecture-live")
        page.wait_for_selector(".noUi-handle[aria-valuetext*='=']")
        yield page, heard, scene.make()
        lab.stop_kernel(page)


def press(page, slider: int, key: str) -> None:
    page.locator(".noUi-handle").nth(slider).focus()
    page.keyboard.press(key)


def assert_shows(page, made, i: int, j: int) -> None:
    """Frame, headline, alt text and readout are those of position (i, j)."""
    k = POSITIONS.index((i, j))
    page.wait_for_selector(f".lecture-player[data-position='{k}']")
    expected = scene.describe(scene.state(i, j))
    assert page.locator(".lecture-headline").inner_text() == expected.headline
    assert page.locator(".lecture-frame").get_attribute("alt") == expected.alt
    assert page.locator(".lecture-readout").inner_text() == expected.readout
    player = made.player
    png = player.data[player.offsets[k] : player.offsets[k + 1]]
    drawn = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    np.testing.assert_array_equal(lab.pixels(page.locator(".lecture-frame")), drawn)


def test_every_slider_answers_the_keyboard_and_the_page_shows_its_position(live):
    page, heard, made = live
    assert_shows(page, made, *scene.START)
    for slider, key, position in [
        (0, "ArrowRight", (3, 1)),
        (0, "Home", (0, 1)),
        (0, "ArrowRight", (1, 1)),
        (1, "End", (1, 2)),
        (1, "ArrowLeft", (1, 1)),
        (1, "Home", (1, 0)),
        (0, "End", (3, 0)),
        (1, "End", (3, 2)),
    ]:
        press(page, slider, key)
        assert_shows(page, made, *position)
    assert heard == []


def test_sliders_say_their_name_and_value(live):
    page, _, _ = live
    press(page, 0, "Home")
    press(page, 1, "Home")
    handles = page.locator(".noUi-handle")
    page.wait_for_selector(".noUi-handle[aria-valuetext='β = 0.0']")
    said = [
        [handle.get_attribute(name) for name in ("aria-label", "aria-valuetext")]
        for handle in handles.all()
    ]
    assert said == [["learning rate", "η = 0.1"], ["momentum", "β = 0.0"]]


HURRY = """() => {  // three presses with no time between them; what the status line says then
  const status = document.querySelector(".lecture-status");
  window.said = [];
  const listener = new MutationObserver(() => window.said.push(status.innerText));
  listener.observe(status, { childList: true });
  const key = { key: "ArrowRight", bubbles: true };
  const handle = document.querySelector(".noUi-handle");
  for (let k = 0; k < 3; k++) handle.dispatchEvent(new KeyboardEvent("keydown", key));
}"""


def test_the_status_line_speaks_once_the_slider_rests(live):
    page, _, made = live
    status = "document.querySelector('.lecture-status').innerText"
    press(page, 0, "ArrowRight")
    press(page, 0, "Home")
    page.wait_for_function(f"() => {status}.includes('η = 0.1')")
    page.evaluate(HURRY)
    page.wait_for_function(f"() => {status}.includes('η = 0.8')")
    assert len(page.evaluate("window.said")) == 1


def test_no_still_and_no_second_picture_beside_the_live_one(live):
    page, _, _ = live
    shown = page.locator(".jp-OutputArea img:visible")
    assert shown.count() == 1
    assert "lecture-frame" in shown.first.get_attribute("class")


OCCUPY = """() => {
  const context = window.jupyterapp.shell.currentWidget.context.sessionContext;
  window.nap = context.session.kernel.requestExecute({ code: "import time; time.sleep(99)" });
  return new Promise(started => {
    window.nap.onIOPub = message => message.header.msg_type === "execute_input" && started();
  });
}"""


def test_a_busy_kernel_does_not_hold_up_the_slider(live):
    page, _, made = live
    press(page, 0, "Home")
    press(page, 1, "Home")
    page.evaluate(OCCUPY)
    press(page, 1, "End")
    assert_shows(page, made, 0, 2)
    assert not page.evaluate("window.nap.isDisposed")  # the kernel still sleeps
    lab.interrupt(page)


@pytest.fixture(scope="module")
def saved(chromium, address, folder):
    """The notebook as JupyterLab saves it after a run, without widget state."""
    lab.write_notebook(folder / "saved.ipynb", SOURCE, "make()")
    with lab.window(chromium) as page:
        lab.open_notebook(page, address, "saved.ipynb")
        lab.run_all(page)
        page.wait_for_selector(".lecture-live")
        lab.save(page)
        lab.stop_kernel(page)
    notebook = nbformat.read(folder / "saved.ipynb", 4)
    assert "widgets" not in notebook.metadata
    return notebook


@pytest.mark.parametrize("case", ["untrusted", "trusted", "no kernel"])
def test_the_still_stands_in_where_the_widget_cannot_live(chromium, address, folder, saved, case):
    notebook = nbformat.from_dict(saved)
    notebook.cells[0].source += f"\n# {case}"  # another notebook than the one that was signed
    if case == "no kernel":
        notebook.metadata = {"kernelspec": {"name": "gone", "display_name": "", "language": ""}}
    path = folder / f"{case.replace(' ', '-')}.ipynb"
    nbformat.write(notebook, path)
    if case != "untrusted":
        lab.trust(path, folder)
    with lab.window(chromium) as page:
        lab.open_notebook(page, address, path.name)
        if case == "no kernel":
            page.click(".jp-Dialog button.jp-mod-reject:has-text('No Kernel')")
        else:
            lab.wait_for_kernel(page)
        page.wait_for_timeout(1500)  # until JupyterLab has given up on the widget
        still = page.locator(".jp-OutputArea img:visible")
        assert still.count() == 1
        texts = scene.describe(scene.state(*scene.START))
        assert still.get_attribute("alt") == texts.alt
        assert page.evaluate(SHOWN).split("\n\n") == [texts.headline, texts.readout]
        if case != "no kernel":
            lab.stop_kernel(page)
