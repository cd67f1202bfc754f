"""What a classifier decides, over the plane of its two features."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter
from numpy import ndarray

from lecture_lib.plots import style

WORDS = (10, 30, 100, 300, 1000)


def feature_plane(ax: Axes, x: ndarray, y: ndarray) -> None:
    """The examples x (N, 2), in the colour and shape of their class y (N,), with a little room."""
    style.class_points(ax, x, y, size=4.5)
    low, high = x.min(axis=0), x.max(axis=0)
    room = 0.06 * (high - low)
    (left, bottom), (right, top) = low - room, high + room
    ax.set(xlim=(left, right), ylim=(bottom, top))


def plane_grid(ax: Axes, nodes: int = 24) -> ndarray:
    """Points (nodes, nodes, 2) that span the panel, first row at the bottom."""
    sides = [np.linspace(*limits, nodes) for limits in (ax.get_xlim(), ax.get_ylim())]
    return np.stack(np.meshgrid(*sides), axis=-1)


def words_axis(ax: Axes) -> None:
    """Write words on a horizontal axis of log length."""
    ax.xaxis.set_major_locator(FixedLocator(np.log(WORDS)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda at, _: f"{np.exp(at):.0f}"))


def straight_lines(line: Line2D, w: ndarray, middle: ndarray, reach: float = 1e3) -> None:
    """Lay the boundaries w · (x − middle) = 0 of linear classifiers w (T, 2), as one artist."""
    along = np.stack([-w[:, 1], w[:, 0]], axis=-1) / np.hypot(*w.T).clip(1e-300)[:, None]
    ends = middle + along[:, None] * np.array([[-reach], [reach], [np.nan]])  # nan lifts the pen
    line.set_data(*ends.reshape(-1, 2).T)
