"""Every notebook as a student meets it: from the start page, Run All, all questions and sliders."""

import io
import pickle

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from lecture_lib.lab import ROOT
from tests.browser import lab

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
# Run in the notebook's kernel: what Python holds of the widgets that the cells show, in order.
KEEP = """
import pickle
from lecture_lib.explorers.explorer import Explorer
from lecture_lib.explorers.predict import Prediction

questions, explorers = [], []
for value in Out.values():
    if isinstance(value, Prediction):
        questions.append(value.question.get_state())
        value = value.then
    if isinstance(value, Explorer):
        sliders = [slider.get_state() for slider in value.sliders]
        explorers.append((value.player.get_state(), sliders))
with open({path!r}, "wb") as file:
    pickle.dump((questions, explorers), file)
"""


@pytest.fixture(scope="module", params=NOTEBOOKS)
def shown(request, chromium, address, folder):
    """The notebook after Run All, what the console said, and what Python holds of its widgets."""
    with lab.window(chromium) as page:
        heard = lab.watch(page)
        lab.follow_link(page, address, f"notebooks/{request.param}")
        lab.run_all(page)
        kept = folder / "kept.pickle"
        lab.run_in_kernel(page, KEEP.format(path=str(kept)))
        yield page, heard, *pickle.loads(kept.read_bytes())
        lab.stop_kernel(page)


def test_run_all_ends_without_an_error_or_a_warning(shown):
    page, heard, *_ = shown
    for cell in lab.cells(page):
        if cell["cell_type"] == "code":
            assert cell["execution_count"], f"{cell['id']} did not run"
            for output in cell["outputs"]:
                assert output["output_type"] != "error", (cell["id"], output)
                assert output.get("name") != "stderr", (cell["id"], output)
    assert heard == []


def test_every_question_answers_the_keyboard_and_uncovers_its_explorer(shown):
    page, heard, questions, _ = shown
    boxes = page.locator(".lecture-prediction")
    assert boxes.count() == len(questions)
    for box, asked in zip(boxes.all(), questions, strict=True):
        box.locator(".lecture-question").scroll_into_view_if_needed()
        below = box.locator(".lecture-explorer .noUi-handle").all()
        assert bool(below) == asked["covers"]
        for handle in below:
            expect(handle).to_be_hidden()
        answers = box.locator(".lecture-answer")
        expect(answers).to_have_text(asked["answers"])
        for k, reply in enumerate(asked["replies"]):
            answers.nth(k).press("Enter")
            mark = "✓" if k == asked["right"] else "✗"
            expect(box.locator(".lecture-reply[role=status]")).to_have_text(f"{mark} {reply}")
        for handle in below:
            expect(handle).to_be_visible()
    assert heard == []


def test_every_slider_answers_the_keyboard_and_the_page_shows_its_position(shown):
    page, heard, _, explorers = shown
    while page.locator(".lecture-look:visible").count():
        page.locator(".lecture-look:visible").first.press("Enter")
    boxes = page.locator(".lecture-explorer")
    assert boxes.count() == len(explorers)
    for box, (player, sliders) in zip(boxes.all(), explorers, strict=True):
        position = [slider["index"] for slider in sliders]
        assert_shows(box, player, sliders, position)
        for d, slider in enumerate(sliders):
            last = len(slider["_options_labels"]) - 1
            moves = {"Home": 0, "ArrowRight": 1, "End": last, "ArrowLeft": last - 1}
            for key, position[d] in moves.items():
                box.locator(".noUi-handle").nth(d).press(key)
                assert_shows(box, player, sliders, position)
    assert heard == []


def assert_shows(box, player, sliders, position) -> None:
    """The sliders say where they stand; picture and texts are what Python made for there."""
    k = np.ravel_multi_index(position, player["dims"])
    box.locator(f".lecture-player[data-position='{k}']").wait_for()
    handles = box.locator(".noUi-handle")
    for d, (slider, i) in enumerate(zip(sliders, position, strict=True)):
        value = f"{slider['description']} = {slider['_options_labels'][i]}"
        expect(handles.nth(d)).to_have_attribute("aria-valuetext", value)
    headline, alt, readout = player["texts"][k]
    assert box.locator(".lecture-headline").text_content() == headline
    assert box.locator(".lecture-frame").get_attribute("alt") == alt
    assert box.locator(".lecture-readout").text_content() == readout
    png = player["data"][player["offsets"][k] : player["offsets"][k + 1]]
    drawn = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    np.testing.assert_array_equal(lab.pixels(box.locator(".lecture-frame")), drawn)
