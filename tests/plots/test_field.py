"""A field's pixels are the bilinear interpolation of its values."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from lecture_lib.plots.field import Field

GREYS = LinearSegmentedColormap.from_list("greys", ["black", "white"])


def drawn(values, **limits):
    """The pixels of a field that fills a figure of 101 × 51 pixels, row 0 on top."""
    fig = Figure(figsize=(1.01, 0.51), dpi=100)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    Field(ax, values, GREYS, **limits)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., 0].astype(float)


def test_corners_sit_in_the_corners_with_row_0_at_the_bottom():
    image = drawn([[0.0, 0.2], [0.4, 1.0]])
    corners = image[[-1, -1, 0, 0], [0, -1, 0, -1]] / 255
    np.testing.assert_allclose(corners, [0.0, 0.2, 0.4, 1.0], atol=0.02)


def test_a_bilinear_function_is_reproduced():
    x, y = np.meshgrid(np.linspace(0, 1, 7), np.linspace(0, 1, 4))
    u, v = np.meshgrid((np.arange(101) + 0.5) / 101, 1 - (np.arange(51) + 0.5) / 51)
    np.testing.assert_allclose(drawn(0.5 * x + 0.5 * x * y) / 255, 0.5 * u + 0.5 * u * v, atol=0.01)


def test_values_beyond_the_limits_take_the_end_colours():
    image = drawn([[-5.0, -5.0], [9.0, 9.0]], vmin=-1.0, vmax=3.0)
    assert image[-1].max() == 0
    assert image[0].min() == 255


@pytest.mark.parametrize("values", [[0.5, 0.5], [[0.5, 0.5]]])
def test_a_grid_is_wanted(values):
    with pytest.raises(ValueError, match="values: got shape"):
        drawn(values)
