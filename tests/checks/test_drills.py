"""The answers to a drill, as students write them."""

import pytest

from lecture_lib.checks import drills

NUMBERS = drills.Drill("hand", 0, {"x": 2}, dict)
RIGHT = {"a": 0.0862, "b": -1.734, "c": 12.0}
WRONG = {"b": 1.734}


def judge(n=NUMBERS, **changed):
    row = {
        "right": {k: drills.sketch(v, "hand/0") for k, v in RIGHT.items()},
        "wrong": [{k: drills.sketch(v, "hand/0") for k, v in WRONG.items()}],
    }
    key = {"answers": list(RIGHT), "mistakes": ["Which sign?"], "variants": [row]}
    return drills.judge(n, RIGHT | changed, key)


def test_right_to_three_digits_is_right():
    assert judge(a=0.08624, b="-1.73", c=12) == ("right", "")


@pytest.mark.parametrize(
    "changed, says",
    [
        ({"b": 1.73}, "`b` is the first that is off: Which sign?"),
        ({"a": 0.09}, "`a` is the first that is off, but close: carry more digits"),
        ({"b": -1.7}, "`b` is the first that is off, but close"),
        ({"a": 8.62}, "`a` is the first that is off: is it in percent?"),
        ({"c": 13.1}, "`c` is the first that is off"),
        ({"c": 12.3}, "`c` is the first that is off, but close"),
        ({"c": float("nan")}, "`c` is the first that is off"),
        ({"a": "0,0862"}, "`a` is to be a number, such as 0.0862 (with a point)"),
        ({"a": (0, 862)}, "`a` is to be a number"),
        ({"c": None}, "right so far; still to do: c"),
        ({"b": None, "c": 5}, "`c` is the first that is off (fill in b to see where it starts)"),
    ],
)
def test_what_is_off_is_said(changed, says):
    state, said = judge(**changed)
    assert state == "wrong" and said.startswith(says)
    assert ("close" in said) == ("close" in says)


def test_nothing_filled_in_is_not_done_and_lost_numbers_are_said():
    assert judge(a=None, b=None, c=None) == ("not done yet", "")
    for n in (5, drills.Drill("hand", None, {}, dict)):
        assert "`n` does not hold your numbers" in judge(n)[1]
        assert judge(n, a=None, b=None, c=None)[0] == "not done yet"


def test_one_student_has_one_variant_however_the_id_is_typed():
    typed = ["Jörg  Müller", " jörg müller ", "JÖRG MÜLLER", "Jo\u0308rg Mu\u0308ller"]
    assert len({drills.pick("hand", t, 10**6) for t in typed}) == 1
