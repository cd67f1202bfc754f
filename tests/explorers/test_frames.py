"""A frame must be what matplotlib draws and saves, in 256 colours."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image

from lecture_lib.explorers.frames import Stage, draw_frames
from lecture_lib.plots import style
from tests.explorers import scene

STATES = [scene.state(i, j) for i in range(4) for j in range(3)]


def saved(state, setup=scene.setup, update=scene.update) -> np.ndarray:
    """The same picture by a full draw and savefig: (H, W, 3)."""
    with style.context():
        fig = style.figure(*scene.SIZE)
        FigureCanvasAgg(fig)
        update(setup(fig), state)
        out = io.BytesIO()
        fig.savefig(out, format="png")
    return np.asarray(Image.open(out).convert("RGB")).astype(int)


def decoded(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


@pytest.fixture(scope="module")
def stage():
    with style.context():
        yield Stage(scene.setup, scene.update, scene.SIZE)


@pytest.fixture(scope="module")
def frames(stage):
    with style.context():
        return list(draw_frames(stage, STATES))


@pytest.mark.parametrize("k", [0, 7, 11])
def test_drawn_pixels_are_those_of_savefig(stage, k):
    width, height = scene.SIZE
    with style.context():
        rgba = stage.draw(STATES[k]).view(np.uint8).reshape(height, width, 4)
    assert (rgba[..., 3] == 255).all()
    assert np.abs(rgba[..., :3].astype(int) - saved(STATES[k])).max() <= 3  # rounding in blending


def test_the_order_of_states_does_not_matter(stage):
    with style.context():
        first = stage.draw(STATES[3]).copy()
        for state in STATES:
            stage.draw(state)
        np.testing.assert_array_equal(stage.draw(STATES[3]), first)


def test_frames_are_savefig_in_256_colours(frames):
    for k in (0, 5, 11):
        off = np.abs(decoded(frames[k]) - saved(STATES[k])).max(axis=-1)
        assert off.mean() < 1.0
        assert np.mean(off > 24) < 0.005


@pytest.mark.parametrize("name", ["SPAM", "HAM", "RIGHT", "INK", "GREY", "PAPER"])
def test_named_colours_are_exact(frames, name):
    colour = np.round(255 * np.array(to_rgb(getattr(style, name))))
    exact = (saved(STATES[5]) == colour).all(-1)
    assert exact.sum() > 20
    assert (decoded(frames[5])[exact] == colour).all()


def test_a_named_colour_of_an_artist_is_exact():
    """Also one that the style does not know, and that covers a handful of pixels."""

    def setup(fig):
        ax = fig.add_axes((0, 0, 1, 1))
        ax.imshow(np.random.default_rng(0).random((200, 300, 3)), extent=(0, 1, 0, 1))
        return {"dot": ax.plot(0.5, 0.5, "o", color="#FF0104", ms=5)[0]}

    with style.context():
        stage = Stage(setup, lambda artists, s: None, (300, 200))
        frame = next(iter(draw_frames(stage, [None])))
    assert ((decoded(frame) == (255, 1, 4)).all(-1)).sum() > 10


def test_each_state_has_its_own_frame(frames):
    assert len(frames) == len(set(frames)) == len(STATES)


def test_hidden_frame_and_hidden_mover_are_left_out():
    def setup(fig):
        ax = fig.add_subplot()
        ax.set(xlim=(0, 1), ylim=(0, 1))
        ax.set_axis_off()
        return {"dot": ax.plot(0.5, 0.5, "o", color=style.SPAM)[0]}

    def update(artists, s):
        artists["dot"].set_visible(s)

    with style.context():
        stage = Stage(setup, update, (200, 100))
        for shown in (True, False):
            picture = stage.draw(shown).view(np.uint8).reshape(100, 200, 4)[..., :3]
            assert ((picture != 255).any()) == shown


def test_update_may_not_change_the_limits():
    def update(artists, s):
        scene.update(artists, s)
        artists["lines"][0].axes.set_xlim(0, 5)

    with style.context(), pytest.raises(ValueError, match="limits were changed"):
        Stage(scene.setup, update, scene.SIZE).draw(STATES[0])


def test_setup_must_return_artists_of_its_figure():
    def setup(fig):
        return {"line": style.figure().add_subplot().plot([], [])[0]}

    with style.context(), pytest.raises(ValueError, match="artist was returned that is not in"):
        Stage(setup, scene.update, scene.SIZE)
