"""A classifier with two weights: small enough to see its whole loss from above.

The logit of spam is w₁x₁ + w₂x₂, that of ham is 0. There is no bias, so the features are centred.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy import ndarray

from lecture_lib.core.arguments import array, finite, floats
from lecture_lib.core.network import Network
from lecture_lib.core.training import Optimizer, train
from lecture_lib.data import features, spam

NET = Network([2, 2])
EMAIL_FEATURES = ("length (words)", "sender's trust (tenths)")
START = (1.8, 1.2)  # high up on the side of the ravine of the e-mails
FREE = slice(0, 4, 2)  # where theta holds the two weights that lead to the spam logit


class OnlyTwo:
    """Lets an optimizer move the two free weights of `theta`, and leaves the others at 0."""

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer

    def step(self, theta: ndarray, gradient: ndarray) -> None:
        self.optimizer.step(theta[..., FREE], gradient[..., FREE])


@dataclass(frozen=True)
class TwoWeights:
    """The classifier on examples x (N, 2), centred, with labels y (N,): 0 spam, 1 ham."""

    x: ndarray
    y: ndarray
    mean: ndarray  # of the features before they were centred
    names: tuple[str, str] = ("feature 1", "feature 2")

    @classmethod
    def of(cls, x: ndarray | None, y: ndarray | None) -> "TwoWeights":
        """On the given features and labels; with neither, on 256 e-mails.

        ValueError if only one of them is given, on wrong shapes, labels or values, and where the
        loss has no single minimum: one class only, or a line that makes no mistake.
        """
        if (x is None) != (y is None):
            raise ValueError(f"{'x' if x is None else 'y'} is missing: give both x and y")
        if x is None:
            x, y = example_emails()
            return cls(x - x.mean(axis=0), y, x.mean(axis=0), EMAIL_FEATURES)
        x, y = _checked(x, y)
        model = cls(x - x.mean(axis=0), y, x.mean(axis=0))
        _ = model.minimum  # refuses data that have none
        return model

    def at(self, w: ndarray) -> Network:
        """The network with these weights, (2,) or (R, 2)."""
        theta = np.zeros((*np.shape(w)[:-1], NET.theta.size))
        theta[..., FREE] = w
        return NET.at(theta)

    def loss(self, w: ndarray) -> ndarray:
        """Mean cross-entropy at weights w (…, 2), in nats. Returns (…)."""
        rows = np.reshape(w, (-1, 2))
        parts = [rows[k : k + 256] for k in range(0, len(rows), 256)]  # bounds the memory
        return np.concatenate([self.at(p).loss(self.x, self.y) for p in parts]).reshape(
            np.shape(w)[:-1]
        )

    def gradients(self, w: ndarray, batches: ndarray) -> ndarray:
        """The loss's gradient at w (2,) on each of R batches of example numbers (R, B): (R, 2)."""
        net = self.at(np.broadcast_to(w, (len(batches), 2)))
        net.backward(net.forward(self.x[batches]), self.y[batches])
        return net.gradient[:, FREE]

    def curvature(self, w: ndarray) -> ndarray:
        """The Hessian of the loss at w, (2, 2): the mean of ŷ(1 − ŷ) x xᵀ."""
        p = self.at(w).predict(self.x)
        return self.x.T @ (self.x * p[:, :1] * p[:, 1:]) / len(self.x)

    @cached_property
    def minimum(self) -> ndarray:
        """The weights (2,) of the lowest loss, by Newton's method."""
        w, everyone = np.zeros(2), np.arange(len(self.x))[None]
        for _ in range(50):
            step = np.linalg.solve(self.curvature(w), self.gradients(w, everyone)[0])
            while self.loss(w - step) > self.loss(w) + 1e-15:
                step = step / 2
            w = w - step
            if ((self.x @ w > 0) == (self.y == 0)).all():
                break
            if abs(self.x @ step).max() < 1e-8:  # no logit moves any more
                return w
        raise ValueError(
            "x, y: a line separates the classes without a mistake, so the loss falls for ever and "
            "has no minimum; wanted classes that overlap"
        )

    @cached_property
    def curvatures(self) -> tuple[ndarray, ndarray]:
        """λ (2,) and directions (columns) of the loss's curvature at its minimum, λmax last."""
        return np.linalg.eigh(self.curvature(self.minimum))

    @property
    def edge(self) -> float:
        """The learning rate 2/λmax, above which gradient descent cannot settle at the minimum."""
        return 2 / self.curvatures[0][-1]

    def descend(
        self, start: ndarray, optimizer: Optimizer, **how: object
    ) -> tuple[ndarray, ndarray]:
        """Train from `start` (R, 2) with `how` of `core.training.train`.

        Returns the weights before each step and after the last, (R, steps + 1, 2), and the loss of
        each step's batch before that step, (R, steps).
        """
        net = self.at(start)
        path, losses = [], []
        for record in train(net, self.x, self.y, OnlyTwo(optimizer), **how):
            path.append(net.theta[:, FREE].copy())  # a record comes before its step
            losses.append(record.loss)
        return np.stack([*path, net.theta[:, FREE]], axis=1), np.stack(losses, axis=1)


def example_emails() -> tuple[ndarray, ndarray]:
    """Features (256, 2) and labels (256,) of 256 e-mails: log length, and trust in tenths.

    In these units the loss is a ravine; standardised features would make it almost round. With a
    power of two, every batch of 1, 2, 4, … is full.
    """
    x, y = spam(256, np.random.default_rng(22))
    return features(x) * [1, 10], y


def checked_start(start: object) -> ndarray:
    """The two starting weights as (2,), or a ValueError."""
    wanted = "two finite weights, such as (1.4, 0.7)"
    w = finite(floats(START if start is None else start, "start", wanted), "start")
    if w.shape != (2,):
        raise ValueError(f"start has shape {w.shape}; wanted {wanted}")
    return w


def _checked(x: object, y: object) -> tuple[ndarray, ndarray]:
    x = finite(floats(x, "x", "two features for each example, (N, 2)", 2), "x")
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"x has shape {x.shape}; wanted two features for each example, (N, 2)")
    wanted = f"{len(x)} labels, 0 for spam and 1 for ham"
    y = array(y, "y", wanted)
    if y.shape != (len(x),) or not np.isin(y, (0, 1)).all():
        raise ValueError(f"y has shape {y.shape}; wanted {wanted}")
    if len(np.unique(y)) < 2:
        raise ValueError("y holds one class only; wanted examples of both")
    if np.linalg.matrix_rank(x - x.mean(axis=0)) < 2:
        raise ValueError("x has its examples on one line; wanted two features that both vary")
    return x, y.astype(int)
