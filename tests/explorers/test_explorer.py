"""Every position's picture and texts are its own, and the sliders lead to them."""

import html
import itertools

import numpy as np
import pytest

from lecture_lib.explorers.explorer import Slider, explorer
from tests.explorers import scene
from tests.explorers.test_frames import decoded, saved

POSITIONS = list(itertools.product(range(4), range(3)))


@pytest.fixture(scope="module")
def made():
    return scene.make()


def frame(player, k):
    return player.data[player.offsets[k] : player.offsets[k + 1]]


def test_offsets_cut_the_data_into_one_png_for_each_position(made):
    player = made.player
    assert player.dims == [4, 3]
    assert len(player.offsets) == len(POSITIONS) + 1
    assert player.offsets[0] == 0
    assert player.offsets[-1] == len(player.data)
    for k in range(len(POSITIONS)):
        assert frame(player, k).startswith(b"\x89PNG")
        assert frame(player, k).endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("k", range(len(POSITIONS)))
def test_picture_and_texts_belong_to_their_position(made, k):
    state = scene.state(*POSITIONS[k])
    assert made.player.texts[k] == list(scene.describe(state))
    assert np.abs(decoded(frame(made.player, k)) - saved(state)).mean() < 1.0


def test_sliders_start_where_told_and_are_linked_in_the_browser(made):
    player = made.player
    assert (player.i0, player.i1) == scene.START
    assert player.position == POSITIONS.index(scene.START)
    assert [slider.index for slider in made.sliders] == list(scene.START)
    wires = [(link.source, link.target) for link in made.links]
    assert wires == [
        ((made.sliders[0], "index"), (player, "i0")),
        ((made.sliders[1], "index"), (player, "i1")),
    ]


def test_sliders_show_symbol_name_and_values(made):
    eta, beta = made.sliders
    assert (eta.description, eta.tooltip) == ("η", "learning rate")
    assert [label for label, _ in eta.options] == ["0.1", "0.2", "0.4", "0.8"]
    assert [label for label, _ in beta.options] == ["0.0", "0.5", "0.9"]


def test_still_is_the_start_with_its_texts(made):
    still = made.player.still()
    for text in scene.describe(scene.state(*scene.START)):
        assert html.escape(text) in still
    assert 'src="data:image/png;base64,' in still


def make(**changes):
    arguments = dict(
        sliders=scene.SLIDERS,
        state=scene.state,
        setup=scene.setup,
        update=scene.update,
        describe=scene.describe,
        start=scene.START,
        size=(200, 100),
    )
    return explorer(**{**arguments, **changes})


def failing(*arguments):
    raise KeyError("w7")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sliders": []}, "sliders: got 0, wanted 1 to 3"),
        ({"sliders": scene.SLIDERS * 2}, "sliders: got 4, wanted 1 to 3"),
        ({"sliders": [Slider("η", "rate", [])], "start": (0,)}, "sliders: η has no values"),
        (
            {"sliders": [Slider("η", "rate", range(20)), Slider("β", "momentum", range(11))]},
            "20 × 11 = 220 positions, wanted at most 200",
        ),
        ({"start": (1,)}, r"start: got \(1,\), wanted one index for each slider"),
        ({"start": (0, 3)}, r"start: got \(0, 3\)"),
        ({"start": (-1, 0)}, r"start: got \(-1, 0\)"),
        ({"state": failing}, r"state\(0, 0\) failed with KeyError: 'w7'"),
        ({"setup": failing}, "setup failed with KeyError"),
        ({"update": failing}, "update failed with KeyError"),
        ({"describe": failing}, "describe failed with KeyError"),
        ({"describe": lambda s: ("only", "two")}, "describe failed with TypeError"),
    ],
)
def test_bad_input_is_one_clear_error(changes, message):
    with pytest.raises(ValueError, match=message):
        make(**changes)
