"""A loss seen from above, with a path walked over it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy import ndarray

from lecture_lib.plots import style

NODES = 41  # a side, for the contours


@dataclass(frozen=True)
class Window:
    """The square of weights that is shown: its middle (2,) and half its side."""

    middle: ndarray
    half: float

    def holds(self, w: ndarray) -> ndarray:
        """Whether points (…, 2) are in the picture. Returns (…)."""
        return (abs(w - self.middle) <= self.half).all(axis=-1)


def around(minimum: ndarray, start: ndarray) -> Window:
    """A window with the minimum in its middle and the start well inside."""
    return Window(minimum, 1.25 * max(abs(start - minimum).max(), 1e-3))


def landscape(
    ax: Axes,
    loss: Callable[[ndarray], ndarray],
    window: Window,
    minimum: ndarray,
    start: ndarray,
) -> None:
    """Contours of `loss`, which maps weights (…, 2) to (…); the minimum and the start marked.

    Both axes have one scale, so that steepest descent leaves each contour at a right angle.
    """
    line = np.linspace(-window.half, window.half, NODES)
    u, v = line + window.middle[0], line + window.middle[1]
    height = loss(np.stack(np.meshgrid(u, v), axis=-1))
    lowest = loss(minimum)
    # Levels that grow with the square are evenly spaced rings in a bowl.
    levels = lowest + (height.max() - lowest) * np.linspace(0, 1, 15)[1:] ** 2
    ax.contourf(u, v, height, [lowest - 1e-9, *levels], cmap=style.HEIGHT)
    ax.contour(u, v, height, levels, colors=style.FAINT, linewidths=0.8)
    ax.set(xlim=u[[0, -1]], ylim=v[[0, -1]])
    ax.plot(*minimum, "*", color=style.RIGHT, markersize=16, markeredgecolor=style.PAPER, zorder=5)
    ax.plot(*start, "o", color=style.PAPER, markersize=10, mec=style.INK, mew=2, zorder=5)
    below = minimum + window.half * np.array([-0.42, -0.38])
    ax.plot(*np.stack([minimum, below], axis=1), color=style.RIGHT, linewidth=1)
    style.label(ax, *below, "lowest loss", style.RIGHT, ha="center", va="top", zorder=7)
    style.label(ax, *(start + [0, 0.08 * window.half]), "start", ha="center", va="bottom")


def path_lines(ax: Axes, colour: str = style.INK) -> tuple[Line2D, Line2D]:
    """The two artists of a path, for `walk` to move: its steps, and where it is last."""
    (steps,) = ax.plot([], [], "-o", color=colour, linewidth=1, markersize=3.5, zorder=4)
    (last,) = ax.plot([], [], "o", color=colour, markersize=9, mec=style.PAPER, zorder=6)
    return steps, last


def walk(lines: tuple[Line2D, Line2D], path: ndarray) -> None:
    """Show the path (T, 2). A long one is a haze without dots, and the landscape shines through."""
    short = len(path) <= 100
    lines[0].set_marker("o" if short else "")
    lines[0].set_linewidth(1 if short else 0.7)
    lines[0].set_alpha(1 if short else 0.35)
    lines[0].set_data(*path.T)
    lines[1].set_data(*path[-1:].T)
