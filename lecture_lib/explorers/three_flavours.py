"""Three flavours: what the batch size does (slide "Three flavors of gradient descent")."""

from types import SimpleNamespace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy import ndarray

from lecture_lib.core.optimizers import SGD
from lecture_lib.core.training import train
from lecture_lib.explorers.descent import MARGINS
from lecture_lib.explorers.explorer import Description, Explorer, Slider, explorer
from lecture_lib.explorers.two_weights import NET, TwoWeights, checked_start
from lecture_lib.plots import style
from lecture_lib.plots.curves import log_axis
from lecture_lib.plots.landscape import around, landscape, path_lines, walk

EPOCHS = 3
WAY = 0.99  # a run has arrived this share of the way from the first loss down to the lowest
SHARES = 1 / np.array([32, 16, 8, 4, 2])  # learning rates, as shares of the edge of stability
LONG = 200  # steps of batch gradient descent to compare with, as many as the clock allows
MEASURED = 192  # losses of all examples in a run, as many as a curve has pixels
BATCHES = 200  # drawn, to show how their gradients spread


def three_flavours(
    x: object = None, y: object = None, start: object = None, *, seed: int = 0
) -> Explorer:
    """Three epochs of gradient descent in two weights, at all batch sizes 1, 2, 4, … N.

    x, y, start : as for `descent`. seed : of the order in which examples are drawn.
    ValueError says what is wrong with x, y or start.
    """
    show = Flavours(TwoWeights.of(x, y), checked_start(start), seed)
    sliders = [
        Slider("B", "batch size", show.sizes, str),
        Slider("η", "learning rate", show.etas),
    ]
    return explorer(sliders, show.state, show.setup, show.update, show.describe, start=(3, 2))


class Flavours:
    """The runs of `three_flavours`, and how one of them is drawn and told."""

    def __init__(self, model: TwoWeights, start: ndarray, seed: int) -> None:
        self.model, self.start, self.n = model, start, len(model.x)
        self.sizes = [2**k for k in range(self.n.bit_length()) if 2**k < self.n] + [self.n]
        self.etas = SHARES * model.edge
        self.lowest, self.first = model.loss(model.minimum), model.loss(start)
        self.target = self.first + WAY * (self.lowest - self.first)
        self.window = around(model.minimum, start)
        rng = np.random.default_rng(seed)
        everyone = np.arange(self.n)
        # Downhill at the start, −∂L/∂w, as each example sees it (N, 2), and as batches do.
        self.each = -model.gradients(start, everyone[:, None])
        orders = rng.permuted(np.tile(everyone, (BATCHES, 1)), axis=1)
        self.clouds = [-model.gradients(start, orders[:, :size]) for size in self.sizes]
        self.runs = [self._run(size, EPOCHS, seed) for size in self.sizes]
        self.batch = self._run(self.n, LONG, seed)
        self.ends = np.array([run.losses[:, -1] for run in self.runs])

    def _run(self, size: int, epochs: int, seed: int) -> SimpleNamespace:
        """All learning rates with this batch size, over the same batches."""
        rng = np.random.default_rng(seed)
        starts = np.tile(self.start, (len(self.etas), 1))
        optimizer = SGD(self.etas[:, None])
        paths, _ = self.model.descend(starts, optimizer, epochs=epochs, batch_size=size, rng=rng)
        epoch = np.append(np.arange(size, self.n, size), self.n)  # the last batch may be short
        seen = np.concatenate([[0], *(epoch + k * self.n for k in range(epochs))])
        steps = len(seen) - 1
        at = np.linspace(0, steps, min(steps, MEASURED) + 1).round().astype(int)
        return SimpleNamespace(
            paths=paths,
            losses=self.model.loss(paths[:, at]),
            seen=seen[at],
            seconds=self._step_seconds(size) * at,
        )

    def _step_seconds(self, size: int) -> float:
        """What one step takes on this machine: the median of at least 20."""
        steps = train(
            NET.at(NET.theta),
            self.model.x,
            self.model.y,
            SGD(self.etas[0]),
            epochs=1 + 20 * size // self.n,
            batch_size=size,
            rng=np.random.default_rng(0),
        )
        times = [record.seconds for record, _ in zip(steps, range(21), strict=False)]
        return float(np.median(np.diff(times)))

    def predicted(self, size: int) -> ndarray:
        """The covariance (2, 2) of the gradients of batches of this size, drawn without returning.

        That of single examples, S²/B, times 1 − B/N: a batch of all examples has no chance left.
        """
        return np.cov(self.each.T) / size * (1 - size / self.n)

    def state(self, i: int, j: int) -> SimpleNamespace:
        run, cloud, true = self.runs[i], self.clouds[i], self.each.mean(axis=0)
        covariance = self.predicted(self.sizes[i])
        return SimpleNamespace(
            size=self.sizes[i],
            eta=self.etas[j],
            path=run.paths[j],
            loss=run.losses[j],
            run=run,
            batch_loss=self.batch.losses[j],
            doubled=self.ends[i + 1, j + 1] if i + 2 < len(self.sizes) and j < 4 else None,
            cloud=cloud,
            ellipse=_ellipse(true, covariance),
            spread=np.sqrt(((cloud - true) ** 2).sum(axis=1).mean()).round(9),
            predicted=np.sqrt(np.trace(covariance)),
            uphill=(cloud @ true < 0).mean(),
        )

    def setup(self, fig: Figure) -> dict:
        grid = fig.add_gridspec(2, 3, width_ratios=[335, 240, 250], **MARGINS)
        above = fig.add_subplot(grid[:, 0])
        landscape(above, self.model.loss, self.window, self.model.minimum, self.start)
        names = [f"weight of {name.split(' (')[0]}" for name in self.model.names]
        style.panel(above, "The path (light is low)", *names)
        seen, time = fig.add_subplot(grid[0, 2]), fig.add_subplot(grid[1, 2])
        ends = [1e3 * run.seconds[k] for run in self.runs for k in (1, -1)]
        movers = {
            "path": path_lines(above),
            **self._setup_cloud(fig.add_subplot(grid[:, 1])),
            **self._setup_curve(seen, "seen", "Loss above the lowest", "examples seen"),
            **self._setup_curve(time, "time", "The same, by the clock", "ms on this computer"),
        }
        log_axis(time, "x")
        seen.set_xlim(0, EPOCHS * self.n)
        time.set_xlim(min(ends), max(ends))
        return movers

    def _setup_cloud(self, ax: Axes) -> dict:
        true = self.each.mean(axis=0)
        reach = 2.9 * np.sqrt(np.diag(self.predicted(1)).max())
        wide = ax.bbox.width / ax.bbox.height * reach  # one scale for both axes
        ax.set(xlim=true[0] + [-wide, wide], ylim=true[1] + [-reach, reach])
        names = "−∂L/∂w₁ at the start", "−∂L/∂w₂"
        style.panel(ax, "Downhill, batch by batch", *names, ticks=3)
        (dots,) = ax.plot([], [], "o", color=style.GREY, markersize=3)
        (ellipse,) = ax.plot([], [], color=style.RIGHT)
        ax.plot(0, 0, "+", color=style.INK, markersize=12, mew=2)
        ax.annotate("", true, (0, 0), arrowprops=dict(arrowstyle="-|>", color=style.INK, lw=2))
        corner = dict(transform=ax.transAxes)
        style.label(ax, 0.03, 0.94, "arrow: all examples, −∇L", **corner)
        style.label(ax, 0.03, 0.1, f"dots: {BATCHES} batches of B", style.GREY, **corner)
        style.label(ax, 0.03, 0.03, "ellipse: 2 sd, predicted", style.RIGHT, **corner)
        return {"dots": dots, "ellipse": ellipse}

    def _setup_curve(self, ax: Axes, key: str, title: str, xlabel: str) -> dict:
        drop = self.first - self.lowest
        style.panel(ax, title, xlabel, "nats", ticks=3)
        log_axis(ax, "y")
        ax.set_ylim(3e-4 * drop, 20 * drop)
        style.label(
            ax, 1, 0.9, f"dashed: B = {self.n}", style.GREY, ha="right", transform=ax.transAxes
        )
        (batch,) = ax.plot([], [], "--", color=style.GREY)
        (run,) = ax.plot([], [], color=style.INK, linewidth=1.2)
        return {f"{key}_batch": batch, f"{key}_run": run}

    def update(self, artists: dict, s: SimpleNamespace) -> None:
        walk(artists["path"], s.path)
        artists["dots"].set_data(*s.cloud.T)
        artists["ellipse"].set_data(*s.ellipse)
        loss, batch_loss = s.loss - self.lowest, s.batch_loss - self.lowest
        artists["seen_run"].set_data(s.run.seen, loss)
        artists["seen_batch"].set_data(self.batch.seen, batch_loss)
        artists["time_run"].set_data(1e3 * s.run.seconds, loss)
        artists["time_batch"].set_data(1e3 * self.batch.seconds, batch_loss)

    def motion(self, s: SimpleNamespace) -> str:
        """What a run does in its epochs: "arrives", "is too noisy" or "is too slow"."""
        if s.loss[-1] <= self.target:
            return "arrives"
        swings = s.loss[-1] - self.lowest > 1.5 * (s.loss.min() - self.lowest)
        return "is too noisy" if swings or s.loss.min() <= self.target else "is too slow"

    def describe(self, s: SimpleNamespace) -> Description:
        steps = len(s.loss) - 1
        last = s.loss[-(steps // EPOCHS) :]
        sentence = {
            "arrives": f"arrives: loss {s.loss[-1]:.3g} after {EPOCHS} epochs, {steps} steps",
            "is too noisy": f"is too noisy: at last loss {last.min():.3g} to {last.max():.3g}",
            "is too slow": f"is too slow: {steps} steps in {EPOCHS} epochs, loss {s.loss[-1]:.3g}",
        }[self.motion(s)]
        best = self.ends.min()
        verdict = "no position ends lower" if s.loss[-1] == best else f"the best ends at {best:.4g}"
        doubled = f"B and η doubled: {s.doubled:.4g} · " if s.doubled else ""
        milliseconds = 1e3 * s.run.seconds[-1]
        return Description(
            headline=f"B = {s.size}, η = {s.eta:.3g} {sentence}",
            alt=(
                f"Left, contours of the loss with the path of {steps} steps. Middle, −∂L/∂w of "
                f"{BATCHES} batches of {s.size} around that of all examples: {s.uphill:.0%} of "
                f"them point up the slope. Right, the loss over examples seen and over measured "
                f"time, beside that of batch gradient descent."
            ),
            readout=(
                f"Target: the lowest loss after {EPOCHS} epochs. Here {s.loss[-1]:.4g}, {verdict}; "
                f"lowest possible {self.lowest:.4g}.\n"
                f"{doubled}a batch's gradient is off by {s.spread:.2g}, predicted "
                f"{s.predicted:.2g} · {s.uphill:.0%} point uphill · {milliseconds:.0f} ms"
            ),
        )


def _ellipse(middle: ndarray, covariance: ndarray) -> ndarray:
    """(2, 80) points two standard deviations from the middle."""
    values, axes = np.linalg.eigh(covariance)
    turn = np.linspace(0, 2 * np.pi, 80)
    circle = np.stack([np.cos(turn), np.sin(turn)])
    return middle[:, None] + 2 * axes @ (np.sqrt(np.maximum(values, 0))[:, None] * circle)
