"""Descent: what the learning rate does (slides "Loss function and gradient descent", "Why this
works")."""

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy import ndarray

from lecture_lib.core.network import accuracy
from lecture_lib.core.optimizers import SGD
from lecture_lib.explorers.explorer import Description, Explorer, Slider, explorer
from lecture_lib.explorers.two_weights import EMAIL_FEATURES, TwoWeights, checked_start
from lecture_lib.plots import style
from lecture_lib.plots.boundary import feature_plane, plane_grid, straight_lines, words_axis
from lecture_lib.plots.curves import log_axis
from lecture_lib.plots.field import Field
from lecture_lib.plots.landscape import around, landscape, path_lines, walk

STEPS = 60
RATES = 50
WAY = 0.999  # the target lies this share of the way from the first loss down to the lowest
FAN = 6  # boundaries drawn: after the last steps
MARGINS = dict(left=0.072, right=0.985, bottom=0.14, top=0.925, wspace=0.36, hspace=0.82)


def descent(x: object = None, y: object = None, start: object = None) -> Explorer:
    """Gradient descent in two weights, at 50 learning rates around the edge of stability.

    x : (N, 2) two features of each example, in any units, centred here as there is no bias
    y : (N,) labels, 0 spam, 1 ham. Without x and y: 256 e-mails, log length and trust in tenths.
    start : the two weights at step 0.
    ValueError says what is wrong with x, y or start.
    """
    show = Descent(TwoWeights.of(x, y), checked_start(start))
    eta = Slider("η", "learning rate", show.etas)
    return explorer([eta], show.state, show.setup, show.update, show.describe, start=(8,))


class Descent:
    """The runs of `descent`, and how one of them is drawn and told."""

    def __init__(self, model: TwoWeights, start: ndarray) -> None:
        self.model, self.start = model, start
        self.etas = np.geomspace(model.edge / 40, model.edge * 2.5, RATES)
        starts = np.tile(start, (RATES, 1))
        paths, self.losses = model.descend(starts, SGD(self.etas[:, None]), epochs=STEPS + 1)
        self.paths = paths[:, :-1]  # so that each loss has its weights
        self.lowest, self.first = model.loss(model.minimum), model.loss(start)
        self.target = self.first + WAY * (self.lowest - self.first)
        self.needed = steps_needed(self.losses, self.target)
        self.bowls = self.bowl(self.etas)
        self.window = around(model.minimum, start)

    def bowl(self, etas: ndarray) -> ndarray:
        """The losses (R, STEPS + 1) if the landscape were the bowl that it is at its minimum.

        There a step multiplies the distance along a direction of curvature λ by 1 − ηλ.
        """
        curvature, directions = self.model.curvatures
        away = (self.start - self.model.minimum) @ directions
        factor = (1 - etas[:, None, None] * curvature) ** np.arange(STEPS + 1)[:, None]
        return self.lowest + 0.5 * (curvature * (away * factor) ** 2).sum(axis=-1)

    def motion(self, i: int) -> str:
        """What run i does: "crawls", "settles", "zig-zags", "still zig-zags", "never settles"."""
        across = (self.paths[i] - self.model.minimum) @ self.model.curvatures[1][:, -1]
        visible = abs(across) > 0.02 * self.window.half
        crossed = (across[1:] * across[:-1] < 0) & visible[1:] & visible[:-1]
        if self.needed[i] <= STEPS:
            return "zig-zags" if crossed.sum() >= 3 else "settles"
        if crossed[-10:].sum() < 3:
            return "crawls"
        shrinks = abs(across[-10:]).max() < 0.9 * abs(across[-20:-10]).max()
        return "still zig-zags" if shrinks else "never settles"

    def state(self, i: int) -> SimpleNamespace:
        return SimpleNamespace(
            eta=self.etas[i],
            path=self.paths[i],
            loss=self.losses[i],
            bowl=self.bowls[i],
            needed=self.needed[i],
            motion=self.motion(i),
        )

    def setup(self, fig: Figure) -> dict:
        grid = fig.add_gridspec(
            *(2, 3), width_ratios=[335, 235, 250], height_ratios=[1.25, 1], **MARGINS
        )
        return {
            **self._setup_landscape(fig.add_subplot(grid[:, 0])),
            **self._setup_plane(fig.add_subplot(grid[:, 1])),
            **self._setup_curve(fig.add_subplot(grid[0, 2])),
            **self._setup_rates(fig.add_subplot(grid[1, 2])),
        }

    def _setup_landscape(self, ax: Axes) -> dict:
        landscape(ax, self.model.loss, self.window, self.model.minimum, self.start)
        names = [name.split(" (")[0] for name in self.model.names]
        style.panel(ax, "The path (light is low)", *(f"weight of {name}" for name in names))
        return {"path": path_lines(ax)}

    def _setup_plane(self, ax: Axes) -> dict:
        model = self.model
        feature_plane(ax, model.x + model.mean, model.y)
        style.panel(ax, "What it decides", *model.names, ticks=3)
        if model.names == EMAIL_FEATURES:
            words_axis(ax)
        self.grid = plane_grid(ax)
        (fan,) = ax.plot([], [], color=style.GREY, linewidth=1)
        (line,) = ax.plot([], [], color=style.INK, linewidth=2.5)
        style.class_key(ax, [(0.03, 0.03), (0.03, 0.93)])
        return {"field": Field(ax, np.zeros((2, 2))), "fan": fan, "line": line}

    def _setup_curve(self, ax: Axes) -> dict:
        drop = self.first - self.lowest
        style.panel(ax, "Loss above the lowest", "step", "nats", ticks=3)
        log_axis(ax, "y")
        ax.set(xlim=(0, STEPS), ylim=(1e-4 * drop, 20 * drop))
        ax.axhline(self.target - self.lowest, color=style.GREY, linewidth=1)
        where = dict(ha="right", va="top")
        style.label(ax, STEPS, 0.8 * (self.target - self.lowest), "target", style.GREY, **where)
        style.label(ax, STEPS, 6 * drop, "predicted", style.RIGHT, ha="right")
        (bowl,) = ax.plot([], [], "--", color=style.RIGHT)
        return {"bowl": bowl, "curve": ax.plot([], [], color=style.INK)[0]}

    def _setup_rates(self, ax: Axes) -> dict:
        style.panel(ax, "Steps to the target", "learning rate η", "steps", ticks=3)
        log_axis(ax, "x")
        ax.set(xlim=self.etas[[0, -1]], ylim=(0, STEPS + 8))
        ax.axvline(self.model.edge, color=style.RIGHT)
        where = dict(ha="right", va="center")
        style.label(ax, 0.87 * self.model.edge, 0.8 * STEPS, "edge\n2/λmax", style.RIGHT, **where)
        style.label(ax, self.etas[1], 0.45 * STEPS, "predicted", style.RIGHT)
        fine = np.geomspace(self.etas[0], self.model.edge, 300)
        ax.plot(fine, steps_needed(self.bowl(fine), self.target), "--", color=style.RIGHT)
        (dot,) = ax.plot([], [], "o", color=style.INK, markersize=10, clip_on=False)
        return {"dot": dot}

    def update(self, artists: dict, s: SimpleNamespace) -> None:
        walk(artists["path"], s.path)
        y_hat = self.model.at(s.path[-1]).predict(self.grid.reshape(-1, 2) - self.model.mean)
        artists["field"].set_data(y_hat[:, 0].reshape(self.grid.shape[:2]))
        straight_lines(artists["fan"], s.path[-FAN:-1], self.model.mean)
        straight_lines(artists["line"], s.path[-1:], self.model.mean)
        artists["curve"].set_data(np.arange(STEPS + 1), s.loss - self.lowest)
        artists["bowl"].set_data(np.arange(STEPS + 1), s.bowl - self.lowest)
        artists["dot"].set_data([s.eta], [min(s.needed, STEPS + 4)])

    def describe(self, s: SimpleNamespace) -> Description:
        return Description(f"η = {s.eta:.3g} {self._sentence(s)}", self._alt(s), self._readout(s))

    def _sentence(self, s: SimpleNamespace) -> str:
        """Short enough to stay on one line as the slider moves."""
        left = s.loss[-1] - self.lowest
        share = s.eta / self.model.edge
        arrives = f"at the target after {s.needed:.0f} steps"
        low, high = s.loss[-10:].min(), s.loss[-10:].max()
        away = "" if self.window.holds(s.path).all() else ", leaves the picture"
        return {
            "crawls": f"crawls: loss still {left:.3g} above the lowest after {STEPS} steps",
            "settles": f"settles: {arrives}",
            "zig-zags": f"zig-zags, yet arrives: {arrives}",
            "still zig-zags": f"still zig-zags after {STEPS} steps, at {share:.0%} of the edge",
            "never settles": f"never settles{away}: loss {low:.3g} to {high:.3g}",
        }[s.motion]

    def _alt(self, s: SimpleNamespace) -> str:
        first, last = (f"({w[0]:.3g}, {w[1]:.3g})" for w in s.path[[0, -1]])
        return (
            f"Left, contours of the loss with a path of {STEPS} steps from the weights {first} to "
            f"{last}. Middle, the examples, with the boundary after the last steps. Right, the "
            f"loss above its lowest value at each step, and below it the steps to the target over "
            f"the learning rate, as the bowl at the minimum predicts them, with the edge at "
            f"{self.model.edge:.3g}."
        )

    def _readout(self, s: SimpleNamespace) -> str:
        predicted = steps_needed(s.bowl, self.target)
        right = accuracy(self.model.at(s.path[-1]).predict(self.model.x), self.model.y)
        best = self.needed.min()
        verdict = "none needs fewer" if s.needed == best else f"the best η needs {best:.0f}"
        return (
            f"Target: loss {self.target:.3g} for good, in the fewest steps. "
            f"Here: {_steps(s.needed)}{f', {verdict}' if np.isfinite(best) else ''}.\n"
            f"predicted {_steps(predicted)} · η is {s.eta / self.model.edge:.0%} of the edge "
            f"{self.model.edge:.3g} · loss {s.loss[-1]:.4g}, lowest {self.lowest:.4g} · "
            f"{right:.0%} right"
        )


def steps_needed(losses: ndarray, target: float) -> ndarray:
    """After how many steps losses (…, T + 1) stay at or below the target; inf if they do not."""
    over = losses > target
    last_over = losses.shape[-1] - 1 - over[..., ::-1].argmax(axis=-1)
    needed = np.where(over.any(axis=-1), last_over + 1.0, 0.0)
    return np.where(needed == losses.shape[-1], np.inf, needed)


def _steps(n: float) -> str:
    return f"{n:.0f} steps" if np.isfinite(n) else f"not in {STEPS} steps"
