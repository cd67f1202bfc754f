"""A small explorer with everything that makes drawing hard: an image that moves under a grid,
points and labels; lines with transparency; a text of the figure. Also the source of a notebook."""

import numpy as np

from lecture_lib.explorers.explorer import Description, Slider, explorer
from lecture_lib.plots import style
from lecture_lib.plots.field import Field

ETAS = [0.1, 0.2, 0.4, 0.8]
BETAS = [0.0, 0.5, 0.9]
SLIDERS = [
    Slider("η", "learning rate", ETAS),
    Slider("β", "momentum", BETAS, "{:.1f}".format),
]
START = (2, 1)
SIZE = (640, 300)


def state(i, j):
    t = np.linspace(0, 3, 31)
    loss = np.exp(-ETAS[i] * t) * np.cos(4 * BETAS[j] * t) ** 2
    u = np.linspace(-2, 2, 20)
    return {"i": i, "j": j, "t": t, "loss": loss, "p": 1 / (1 + np.exp(u * ETAS[i] + u[:, None]))}


def setup(fig):
    left, right = fig.subplots(1, 2)
    fig.subplots_adjust(0.1, 0.2, 0.98, 0.82, 0.3)
    field = Field(left, np.zeros((2, 2)))
    left.set(xlim=(-2, 2), ylim=(-2, 2), axisbelow=False)
    left.grid(True)
    X = np.random.default_rng(0).normal(size=(40, 2))
    style.class_points(left, X, (X[:, 0] > 0).astype(int))
    style.panel(left, "What it decides", "length", "trust")
    right.set(xlim=(0, 3), ylim=(0, 1.1))
    (line,) = right.plot([], [], color=style.RIGHT)
    (ghost,) = right.plot([], [], color=style.SPAM, alpha=0.4, lw=6, zorder=1.9)
    right.axhline(0.5, color=style.GREY, zorder=5)
    style.panel(right, "The loss", "step", "loss")
    word = fig.text(0.99, 0.97, "", ha="right", va="top")
    return {"field": field, "lines": [line, ghost], "word": word}


def update(artists, s):
    artists["field"].set_data(s["p"])
    for line in artists["lines"]:
        line.set_data(s["t"], s["loss"])
    artists["word"].set_text(f"position {s['i']}, {s['j']}")


def describe(s):
    return Description(
        f"η = {ETAS[s['i']]}: on its way",
        f"Two panels at η {ETAS[s['i']]}, β {BETAS[s['j']]}.",
        f"loss after 3 steps: {s['loss'][-1]:.4f}",
    )


def make():
    return explorer(SLIDERS, state, setup, update, describe, start=START, size=SIZE)
