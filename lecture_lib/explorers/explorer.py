"""An explorer: sliders, and the picture and texts of every position they can take.

Everything is computed and drawn when the cell runs. Moving a slider then asks no kernel, and works
in the same way in JupyterLab, on a web page and in a deck without a network.
"""

import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from IPython import get_ipython
from IPython.display import DisplayHandle
from ipywidgets import Box, Layout, SelectionSlider, VBox, jslink

from lecture_lib.explorers.frames import Setup, Stage, Update, draw_frames
from lecture_lib.explorers.player import Player, display_live_or_still
from lecture_lib.plots import style

MOST_SLIDERS = 3
MOST_POSITIONS = 200  # beyond it, drawing takes seconds and the notebook many megabytes


@dataclass(frozen=True)
class Slider:
    """One slider: what it is called, its value at each position, and how a value is written."""

    symbol: str  # "η", the label
    name: str  # "learning rate", the tooltip and what a screen reader says
    values: Sequence[Any]
    text: Callable[[Any], str] = "{:.3g}".format


class Description(NamedTuple):
    """What one position says: plain text, no HTML."""

    headline: str  # the value, and what happens here, in one line
    alt: str  # the picture in words
    readout: str  # the numbers


class Explorer(VBox):
    """Sliders over a player. Made by `explorer()`; displays itself, or its still picture."""

    def __init__(self, sliders: Sequence[Slider], player: Player) -> None:
        start = (player.i0, player.i1, player.i2)
        self.sliders = [_selection(*pair) for pair in zip(sliders, start, strict=False)]
        self.player = player
        row = Box(self.sliders, layout=Layout(flex_flow="row wrap"))
        row.add_class("lecture-sliders")
        super().__init__([row, player])
        self.add_class("lecture-explorer")
        self.links = [
            jslink((slider, "index"), (player, f"i{d}")) for d, slider in enumerate(self.sliders)
        ]

    def _ipython_display_(self) -> None:
        display_live_or_still(self, self.player.still())


def explorer(
    sliders: Sequence[Slider],
    state: Callable[..., Any],
    setup: Setup,
    update: Update,
    describe: Callable[[Any], Description],
    *,
    start: Sequence[int],
    size: tuple[int, int] = (1070, 460),
) -> Explorer:
    """Draw every position of one to three sliders and return the explorer.

    `state(i, j, …)` gives whatever the position with these slider indices shows, and should only
    look it up: train all positions beforehand, at once. `setup(fig)` draws what stays and returns
    the artists that move, by name. `update(artists, state)` moves them, never limits or ticks, and
    must not depend on what was drawn before. `describe(state)` gives the texts. `start` holds the
    index at which each slider stands first; `size` is the picture's, in pixels.

    Raises ValueError, naming the argument, if the sliders and `start` do not fit together, if there
    are more than 3 sliders or 200 positions, or if one of the functions fails.
    """
    dims = _checked_dims(sliders, start)
    positions = list(itertools.product(*map(range, dims)))
    states = []
    for position in positions:
        with _blame(f"state{position}"):
            states.append(state(*position))
    with _blame("describe"):
        texts = [Description(*describe(s)) for s in states]
    with style.context():
        with _blame("setup"):
            stage = Stage(setup, update, size)
        with _blame("update"):
            frames = list(_with_progress(draw_frames(stage, states), len(states)))
    return Explorer(sliders, Player(frames, texts, dims, start, size))


def _selection(slider: Slider, start: int) -> SelectionSlider:
    return SelectionSlider(
        options=[(slider.text(value), k) for k, value in enumerate(slider.values)],
        index=start,
        description=slider.symbol,
        tooltip=slider.name,
        style={"description_width": "auto"},
        layout=Layout(flex="1 1 240px", max_width="480px"),
    )


def _checked_dims(sliders: Sequence[Slider], start: Sequence[int]) -> list[int]:
    """How many positions each slider has."""
    if not 1 <= len(sliders) <= MOST_SLIDERS:
        raise ValueError(f"sliders: got {len(sliders)}, wanted 1 to {MOST_SLIDERS}")
    dims = [len(slider.values) for slider in sliders]
    if 0 in dims:
        raise ValueError(f"sliders: {sliders[dims.index(0)].symbol} has no values")
    if math.prod(dims) > MOST_POSITIONS:
        grid = " × ".join(map(str, dims))
        raise ValueError(
            f"sliders: {grid} = {math.prod(dims)} positions, wanted at most {MOST_POSITIONS}; "
            "give a slider fewer values"
        )
    if len(start) != len(dims) or not all(0 <= i < n for i, n in zip(start, dims, strict=False)):
        raise ValueError(
            f"start: got {tuple(start)}, wanted one index for each slider, below {tuple(dims)}"
        )
    return dims


@contextmanager
def _blame(what: str) -> Iterator[None]:
    """Turn an error in an author's function into one sentence that names the function."""
    try:
        yield
    except Exception as error:
        raise ValueError(f"{what} failed with {type(error).__name__}: {error}") from error


def _with_progress(frames: Iterator[bytes], total: int) -> Iterator[bytes]:
    """Pass frames on; in a notebook, say how far we are once it has taken a second."""
    began = time.monotonic()
    line = None
    for done, frame in enumerate(frames, start=1):
        yield frame
        if time.monotonic() - began > 1 and done % 5 == 0 and get_ipython():
            line = line or _new_line()
            line.update({"text/plain": f"Drawing picture {done} of {total} …"}, raw=True)
    if line:
        line.update({"text/plain": ""}, raw=True)


def _new_line() -> DisplayHandle:
    line = DisplayHandle()
    line.display({"text/plain": ""}, raw=True)
    return line
