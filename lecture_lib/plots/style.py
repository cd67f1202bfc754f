"""The look of every figure: colours, type sizes, and the few helpers that all figures share.

Nothing else in the project sets a colour or a size. Draw inside `with style.context():`, which
holds for the figures made in it and leaves matplotlib's global settings as they were.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import LogLocator, MaxNLocator

# The first three are Okabe and Ito's, told apart by colour-blind readers. A class is never shown
# by colour alone: spam is round, ham is square. Blue and vermilion are also plus and minus.
SPAM = MINUS = "#D55E00"
HAM = PLUS = "#0072B2"
RIGHT = "#009E73"  # the right answer, the lit path, what theory predicts
INK = "#17181C"  # what matters: text, the path walked
GREY = "#6B7080"  # what stays: axes, ticks, side remarks
FAINT = "#CBCED6"  # grids, contours, edges at rest
PAPER = "#FFFFFF"
COLOURS = (SPAM, HAM, RIGHT, INK, GREY, FAINT, PAPER)

# The same colours for style sheets.
CSS = (
    f":root {{ --lecture-spam: {SPAM}; --lecture-ham: {HAM}; --lecture-right: {RIGHT};"
    f" --lecture-ink: {INK}; --lecture-grey: {GREY}; --lecture-paper: {PAPER}; }}\n"
)

CLASS_COLOURS = (SPAM, HAM)  # class 0 is spam, class 1 is ham
CLASS_MARKERS = ("o", "s")
CLASS_NAMES = ("spam", "ham")

DPI = 100
TEXT = 13  # points: readable from the last row
TITLE = 14
LABEL = 12


def _tint(colour: str, share: float) -> str:
    """`colour` thinned with paper; `share` 1 is the colour itself."""
    a, b = mpl.colors.to_rgb(PAPER), mpl.colors.to_rgb(colour)
    return to_hex([p + share * (c - p) for p, c in zip(a, b, strict=True)])


# Under data: ŷ(spam) from 0, surely ham, to 1, surely spam; pale, so that the markers stand out.
PROBABILITY = LinearSegmentedColormap.from_list(
    "probability", [_tint(HAM, 0.35), PAPER, _tint(SPAM, 0.35)]
)
# A height seen from above: low is light.
HEIGHT = LinearSegmentedColormap.from_list("height", [PAPER, FAINT])

_SETTINGS = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": TEXT,
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlecolor": INK,
    "axes.labelsize": TEXT,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=[INK, HAM, SPAM, RIGHT, GREY]),
    "axes.unicode_minus": True,
    "xtick.labelsize": LABEL,
    "ytick.labelsize": LABEL,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "text.color": INK,
    "grid.color": FAINT,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "figure.dpi": DPI,
    "savefig.dpi": "figure",
}


def context() -> AbstractContextManager:
    """Our settings while the block runs. As a decorator: `@style.context()`."""
    return mpl.rc_context(_SETTINGS)


def figure(width: int = 1070, height: int = 460) -> Figure:
    """An empty figure of `width` × `height` pixels. Fill it inside `context()`.

    1070 pixels is what JupyterLab has room for on a projector: a wider figure would be shrunk, and
    its text with it.
    """
    with context():
        return Figure(figsize=(width / DPI, height / DPI), dpi=DPI)


def panel(ax: Axes, title: str, xlabel: str = "", ylabel: str = "", ticks: int = 4) -> None:
    """Give a panel its title (what to see in it), its axes' names with units, and few ticks."""
    ax.set_title(title)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    for axis in (ax.xaxis, ax.yaxis):
        if axis.get_scale() == "linear":
            axis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
        elif axis.get_scale() == "log":
            axis.set_major_locator(LogLocator(numticks=ticks + 1))


def label(ax: Axes, x: float, y: float, text: str, colour: str = INK, **where: object) -> Text:
    """Name a thing at the thing itself, instead of in a legend.

    (x, y) are data coordinates; `where` goes to `Axes.text` (`ha`, `va`, `transform`, …). The text
    carries a thin margin of paper, so that a line behind it does not cross the letters.
    """
    margin = dict(facecolor=PAPER, edgecolor="none", alpha=0.75, pad=1.5)
    return ax.text(x, y, text, color=colour, fontsize=LABEL, **{"bbox": margin, **where})


def class_points(ax: Axes, X: np.ndarray, y: np.ndarray, size: float = 5) -> list[Line2D]:
    """Draw the rows of `X` (N, 2) in the colour and shape of their class `y` (N,), 0 or 1.

    Returns one line for each class. `plot` and not `scatter`: it draws in a fraction of the time.
    """
    y = np.asarray(y)
    return [
        ax.plot(
            *X[y == k].T, marker, color=colour, markersize=size, markeredgecolor=PAPER, mew=0.6
        )[0]
        for k, (colour, marker) in enumerate(zip(CLASS_COLOURS, CLASS_MARKERS, strict=True))
    ]


def class_key(ax: Axes, at: Sequence[tuple[float, float]]) -> None:
    """Write "spam" and "ham" in their colours at two free spots, in axes coordinates (0 to 1)."""
    for (x, y), name, colour in zip(at, CLASS_NAMES, CLASS_COLOURS, strict=True):
        label(ax, x, y, name, colour, transform=ax.transAxes, weight="bold")
