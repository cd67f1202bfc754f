"""A question in JupyterLab, answered with the keyboard."""

from pathlib import Path

import pytest

from tests.browser import lab
from tests.explorers import scene

pytestmark = pytest.mark.browser

SOURCE = Path(scene.__file__).read_text(encoding="utf-8")
ASK = """from lecture_lib.explorers.predict import predict
asked = predict(
    "η three times as large: the steps to the target?",
    {"a third": "Yes, far below the edge.", "the same": "No, each is longer."},
    right="a third",
    then=make(),
)
asked"""


@pytest.fixture
def question(page, address, folder):
    lab.write_notebook(folder / "ask.ipynb", SOURCE, ASK)
    heard = lab.watch(page)
    lab.open_notebook(page, address, "ask.ipynb")
    lab.run_all(page)
    page.wait_for_selector(".lecture-player.lecture-live")
    page.wait_for_selector(".noUi-handle", state="attached")
    yield page
    assert heard == []
    lab.stop_kernel(page)


def covered(page) -> bool:
    """No slider to see or to reach."""
    handle = page.locator(".noUi-handle").first
    handle.evaluate("element => element.focus()")
    focused = handle.evaluate("element => element === document.activeElement")
    assert handle.is_visible() == focused
    return not focused


def answers(page, attribute: str) -> list:
    return [button.get_attribute(attribute) for button in page.locator(".lecture-answer").all()]


def test_committing_with_the_keyboard_opens_the_explorer_and_answers(question):
    assert covered(question)
    assert answers(question, "aria-pressed") == ["false", "false"]
    question.locator(".lecture-answer").first.focus()
    question.keyboard.press("Tab")
    question.keyboard.press("Space")
    assert answers(question, "aria-pressed") == ["false", "true"]
    reply = question.locator(".lecture-reply[role=status]")
    assert reply.inner_text() == "✗ No, each is longer."
    assert not covered(question)

    question.locator(".lecture-answer").first.focus()
    question.keyboard.press("Enter")
    assert reply.inner_text() == "✓ Yes, far below the edge."
    yours = [("lecture-yours" in names) for names in answers(question, "class")]
    assert yours == [False, True]  # the first answer is the one that is kept
    assert question.locator(".jp-mod-editMode").count() == 0  # Enter was the button's alone


def test_just_looking_is_one_key_away_and_records_no_answer(question):
    question.locator(".lecture-answer").last.focus()
    question.keyboard.press("Tab")
    question.keyboard.press("Enter")
    assert not covered(question)
    assert answers(question, "aria-pressed") == ["false", "false"]
    assert question.locator(".lecture-look").is_hidden()
