"""The question's parts, its still, and its errors. That it works is a browser test."""

import pytest

from lecture_lib.explorers.predict import predict
from tests.explorers import scene

OPTIONS = {"it grows": "No: <b> is not bold.", "it stays": "Yes.", "it falls": "No."}


def test_nothing_is_chosen_at_first_and_a_choice_is_recorded():
    asked = predict("What happens?", OPTIONS, right="it stays")
    assert asked.chosen is None
    asked.question.chosen = 0
    assert asked.chosen == "it grows"
    assert asked.question.answers[asked.question.right] == "it stays"
    assert asked.question.replies == list(OPTIONS.values())


def test_only_a_question_with_something_below_covers_it():
    assert not predict("?", OPTIONS, right="it stays").question.covers
    made = scene.make()
    asked = predict("?", OPTIONS, right="it stays", then=made)
    assert asked.question.covers
    assert asked.children == (asked.question, made)


def test_still_has_question_answers_and_picture_but_no_replies():
    still = predict("Is 1 < 2?", OPTIONS, right="it stays", then=scene.make()).still()
    assert "Is 1 &lt; 2?" in still
    assert all(answer in still for answer in OPTIONS)
    assert "Yes." not in still
    assert "data:image/png" in still


@pytest.mark.parametrize(
    ("options", "right", "message"),
    [
        ({"one": "."}, "one", "options: got 1, wanted at least two"),
        (OPTIONS, "maybe", "right: got 'maybe', wanted one of the options"),
    ],
)
def test_bad_input_is_one_clear_error(options, right, message):
    with pytest.raises(ValueError, match=message):
        predict("?", options, right=right)
