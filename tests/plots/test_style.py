"""The look holds inside its context and nowhere else."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from lecture_lib.plots import style


def test_settings_hold_inside_the_context_only():
    before = dict(mpl.rcParams)
    with style.context():
        assert mpl.rcParams["font.size"] == style.TEXT
        style.figure()
    assert dict(mpl.rcParams) == before


def test_figure_has_the_pixels_asked_for():
    fig = style.figure(640, 300)
    np.testing.assert_array_equal(fig.bbox.size, (640, 300))


def test_text_can_be_read_from_the_last_row():
    assert min(style.LABEL, style.TEXT, style.TITLE) >= 12


@pytest.mark.parametrize("colour", [style.SPAM, style.HAM, style.RIGHT, style.INK, style.GREY])
def test_colours_stand_out_from_paper(colour):
    """A contrast of 3 to 1, which WCAG asks of graphics and large text."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 3


def test_panel_gives_left_bold_title_names_and_few_ticks():
    with style.context():
        ax = style.figure().add_subplot()
        ax.set(xlim=(0, 100), ylim=(1, 1e9), yscale="log")
        style.panel(ax, "What to see", "step", "loss (nats)")
        ax.figure.draw_without_rendering()
    assert ax.get_title(loc="left") == "What to see"
    assert ax.get_xlabel() == "step"
    assert ax.get_ylabel() == "loss (nats)"
    assert len(ax.get_xticks()) <= 6
    assert len([y for y in ax.get_yticks() if 1 <= y <= 1e9]) <= 6


def test_classes_differ_in_colour_and_shape():
    with style.context():
        ax = style.figure().add_subplot()
        X = np.arange(10.0).reshape(5, 2)
        spam, ham = style.class_points(ax, X, np.array([0, 1, 0, 1, 1]))
    np.testing.assert_array_equal(spam.get_xydata(), X[[0, 2]])
    np.testing.assert_array_equal(ham.get_xydata(), X[[1, 3, 4]])
    assert (to_hex(spam.get_color()).upper(), spam.get_marker()) == (style.SPAM, "o")
    assert (to_hex(ham.get_color()).upper(), ham.get_marker()) == (style.HAM, "s")


def test_probability_runs_from_ham_over_paper_to_spam():
    low, middle, high = (np.array(style.PROBABILITY(p)[:3]) for p in (0.0, 0.5, 1.0))
    assert low[2] > low[0] and high[0] > high[2]
    np.testing.assert_allclose(middle, 1, atol=0.01)
