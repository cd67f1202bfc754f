"""Loss meter: the loss of one e-mail, and how hard it pulls (slide "Loss function and gradient
descent")."""

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from numpy import ndarray

from lecture_lib.core.gradient_check import complex_step
from lecture_lib.core.losses import cross_entropy, softmax, squared_error
from lecture_lib.explorers.explorer import Description, Explorer, Slider, explorer
from lecture_lib.plots import style

LOGITS = (-4, -2, -1, 0, 1, 2, 4)
TARGET = np.array([[1.0, 0.0]])  # the e-mail is spam
AT = np.array([0, 1.55])  # where the two bars stand
HARDER = 100  # what to find: a mistake on which cross-entropy pulls this many times as hard


def loss_meter() -> Explorer:
    """A spam e-mail with its two logits on sliders: ŷ, the loss, and how hard two losses pull."""
    sliders = [
        Slider("a₀", "logit of spam", LOGITS, _logit),
        Slider("a₁", "logit of ham", LOGITS, _logit),
    ]
    return explorer(sliders, state, setup, update, describe, start=(4, 3))


def state(i: int, j: int) -> SimpleNamespace:
    """What holds at logits (LOGITS[i], LOGITS[j]); each δ is measured by nudging a logit."""
    a = np.array([LOGITS[i], LOGITS[j]], dtype=float)
    y_hat = softmax(a)
    delta = complex_step(lambda a: cross_entropy(a[:, None], TARGET), a)
    squared_delta = complex_step(lambda a: squared_error(softmax(a)[:, None], TARGET), a)
    return SimpleNamespace(
        a=a,
        y_hat=y_hat,
        loss=cross_entropy(a[None], TARGET),
        squared=squared_error(y_hat[None], TARGET),
        delta=delta,
        squared_delta=squared_delta,
        ratio=delta[0] / squared_delta[0],
    )


def setup(fig: Figure) -> dict:
    left, middle, right = fig.subplots(1, 3, width_ratios=[0.72, 1, 1.2])
    fig.subplots_adjust(left=0.065, right=0.985, bottom=0.14, top=0.91, wspace=0.3)
    return {**_setup_bars(left), **_setup_losses(middle), **_setup_pulls(right)}


def _setup_bars(ax: Axes) -> dict:
    ax.set(xlim=(-0.4, 2.75), ylim=(0, 1.14))
    style.panel(ax, "δ = ŷ − y: from y to ŷ", "", "probability", ticks=3)
    ax.set_xticks(AT, ["spam\ny = 1", "ham\ny = 0"], fontsize=style.TEXT, color=style.INK)
    ax.bar(AT, TARGET[0], 0.5, facecolor="none", edgecolor=style.GREY, linestyle="--")
    style.label(ax, -0.32, 1.03, "target y", style.GREY, va="bottom")
    bars = list(ax.bar(AT, [0, 0], 0.42, color=style.CLASS_COLOURS))
    look = dict(arrowstyle="-|>", mutation_scale=16, linewidth=2.5, color=style.INK)
    arrows = [FancyArrowPatch((0, 0), (0, 1), shrinkA=0, shrinkB=0, **look) for _ in bars]
    for arrow in arrows:
        ax.add_patch(arrow)
    numbers = [style.label(ax, x + 0.4, 0, "", va="center", weight="bold") for x in AT]
    return {"bars": bars, "arrows": arrows, "numbers": numbers}


def _setup_losses(ax: Axes) -> dict:
    ax.set(xlim=(-0.02, 1), ylim=(0, 8.6))
    style.panel(ax, "The loss −log ŷ₀ has no ceiling", "ŷ₀, probability of spam", "loss")
    y_hat = softmax(np.stack([np.linspace(-9, 9, 400), np.zeros(400)], axis=-1))[:, 0]
    ax.plot(y_hat, -np.log(y_hat), color=style.INK)
    ax.plot(y_hat, (1 - y_hat) ** 2, "--", color=style.GREY)
    style.label(ax, 0.14, 3.3, "cross-entropy −log ŷ₀")
    ax.plot([0.3, 0.42], [0.5, 1.6], color=style.GREY, linewidth=1)
    style.label(ax, 0.33, 1.6, "squared error\n½‖ŷ − y‖² ≤ 1", style.GREY, va="bottom")
    return {
        "squared": ax.plot([], [], "D", color=style.GREY, markersize=8)[0],
        "loss": ax.plot([], [], "o", color=style.INK, markersize=10, clip_on=False)[0],
    }


def _setup_pulls(ax: Axes) -> dict:
    reach = LOGITS[-1] - LOGITS[0]
    ax.set(xlim=(-reach - 0.3, reach + 0.3), ylim=(0, 1.14))
    style.panel(ax, "Upward pull on a₀: −∂E/∂a₀", "a₀ − a₁", ticks=5)
    gap = np.linspace(-reach, reach, 300)
    y_hat = softmax(np.stack([gap, 0 * gap], axis=-1))[:, 0]
    ax.plot(gap, 1 - y_hat, color=style.INK)
    ax.plot(gap, -squared_delta(y_hat), "--", color=style.GREY)
    edge = -np.arccosh(HARDER - 1)
    ax.axvline(edge, 0, 0.87, color=style.RIGHT, linewidth=1.5)
    style.label(ax, edge + 0.2, 0.82, f"{HARDER} : 1", style.RIGHT)
    style.label(ax, 0.9, 0.66, "cross-entropy")
    style.label(ax, -4.9, 0.34, "squared\nerror", style.GREY)
    style.label(ax, -reach, 0.5, "sure\nand\nwrong", style.GREY)
    style.label(ax, reach, 0.3, "sure and\nright", style.GREY, ha="right")
    return {
        "squared_pull": ax.plot([], [], "D", color=style.GREY, markersize=8, clip_on=False)[0],
        "pull": ax.plot([], [], "o", color=style.INK, markersize=10, clip_on=False)[0],
    }


def squared_delta(y_hat: ndarray) -> ndarray:
    """∂E/∂a₀ for E = ½‖ŷ − y‖² and a spam e-mail, from its ŷ₀ of any shape.

    The error goes back through the softmax, whose slope ŷ₀ (1 − ŷ₀) dies where ŷ₀ is sure.
    """
    return -2 * y_hat * (1 - y_hat) ** 2


def update(artists: dict, s: SimpleNamespace) -> None:
    for k, (x, y, y_hat) in enumerate(zip(AT, TARGET[0], s.y_hat, strict=True)):
        artists["bars"][k].set_height(y_hat)
        artists["arrows"][k].set_positions((x + 0.32, y), (x + 0.32, y_hat))
        artists["arrows"][k].set_visible(abs(y_hat - y) > 0.04)  # there is room for its head
        artists["numbers"][k].set_position((x + 0.4, (y + y_hat) / 2))
        artists["numbers"][k].set_text(signed(y_hat - y))
    artists["loss"].set_data([s.y_hat[0]], [s.loss])
    artists["squared"].set_data([s.y_hat[0]], [s.squared])
    gap = s.a[0] - s.a[1]
    artists["pull"].set_data([gap], [-s.delta[0]])
    artists["squared_pull"].set_data([gap], [-s.squared_delta[0]])


def describe(s: SimpleNamespace) -> Description:
    ratio = f"{s.ratio:.3g}" if s.ratio < 100 else f"{s.ratio:,.0f}"
    sure = s.y_hat.max() > 0.95
    if s.a[0] == s.a[1]:
        verdict = "undecided, as before training: loss ln 2"
    elif s.a[0] > s.a[1]:
        verdict = (
            "sure and right: little left to pull" if sure else "right but unsure: more to pull"
        )
    else:
        verdict = "sure and wrong" if sure else "wrong but unsure"
        verdict += f": cross-entropy pulls {ratio} × as hard"
    mistake = s.a[0] < s.a[1]
    found = "Found: " if mistake and s.ratio > HARDER else "Here "
    pair = "({}, {})".format
    return Description(
        headline=f"ŷ₀ = {probability(s.y_hat[0])}, {verdict}",
        alt=(
            f"Left, bars of ŷ for spam and ham, {pair(*map(probability, s.y_hat))}, with arrows "
            f"from the target (1, 0) to them. Middle, the curve −log ŷ₀ with a dot at loss "
            f"{s.loss:.3g}. Right, the upward pull on the logit of spam over a₀ − a₁: "
            f"cross-entropy at {-s.delta[0]:.3g}, squared error at {-s.squared_delta[0]:.3g}."
        ),
        readout=(
            f"Target: a mistake with a ratio of pulls above {HARDER}. "
            f"{found}{ratio}{'' if mistake else ', but no mistake'}.\n"
            f"cross-entropy: loss {s.loss:.3g}, δ = {pair(*map(signed, s.delta))} · "
            f"squared error: loss {s.squared:.3g}, δ = {pair(*map(signed, s.squared_delta))}"
        ),
    )


def probability(p: float) -> str:
    return f"{p:.3f}" if 0.01 < p < 0.99 else f"{p:.5f}"


def signed(v: float) -> str:
    text = f"{v:+.2f}" if abs(v) > 0.01 else f"{v:+.1g}"
    return text.replace("-", "−")


def _logit(v: int) -> str:
    return f"{v:+d}".replace("-", "−") if v else "0"
