"""Is the gradient right? The complex step answers to the last digit.

E(θ + ih) = E(θ) + ih E′(θ) + O(h²), so Im E(θ + ih) / h is the slope with no subtraction and
hence no cancellation: h = 1e-30 is fine (Squire & Trapp, SIAM Review 40, 1998).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from .arguments import floats
from .network import Network

H = 1e-30
SMALL = 1e-5  # a gradient below it is compared absolutely
CHUNK = 128  # parameters moved at once: bounds the memory, not the result


def complex_step(f: Callable[[ndarray], ndarray], theta: ndarray) -> ndarray:
    """The gradient of f at theta (P,). f maps (R, P), R points at once, to (R,)."""
    theta = floats(theta, "theta", "one point of shape (P,)", 1)
    if theta.ndim != 1:
        raise ValueError(f"theta has shape {theta.shape}; wanted one point of shape (P,)")
    steps = np.eye(theta.size) * (1j * H)
    parts = [f(theta + steps[k : k + CHUNK]).imag / H for k in range(0, theta.size, CHUNK)]
    return np.concatenate(parts)


@dataclass(frozen=True)
class GradientReport:
    """error : largest |backward − complex step| relative to the largest entry of the gradient,
    or to 1e-5 where all entries are smaller: there the rounding of ŷ − y is all there is to see;
    parameter : the name of the entry that is furthest off, e.g. "W[2][0, 1]"."""

    error: float
    parameter: str
    backward: float
    complex_step: float

    @property
    def ok(self) -> bool:
        return self.error < 1e-10


def gradient_check(net: Network, x: ndarray, y: ndarray, *, train: bool = False) -> GradientReport:
    """Compare `net.backward` with the complex step, for every parameter.

    net : one network (theta of shape (P,)); x (N, n_in); y as for `backward`.
    train : with dropout, by one fixed mask, and batch norm by the batch's own statistics.
    """
    if net.theta.ndim != 1:
        raise ValueError(
            f"net holds {len(net.theta)} runs; check one network: net.at(net.theta[r])"
        )

    def same_mask() -> np.random.Generator | None:
        return np.random.default_rng(0) if train else None

    net.backward(net.forward(x, train=train, rng=same_mask()), y)

    def loss(theta: ndarray) -> ndarray:
        return net.at(theta).loss(x, y, train=train, rng=same_mask())

    exact = complex_step(loss, net.theta)
    off = np.abs(net.gradient - exact)
    i = int(np.argmax(np.where(np.isnan(off), np.inf, off)))
    error = off[i] / max(np.abs(exact).max(), SMALL)
    return GradientReport(
        float(error), net.layout.name_of(i), float(net.gradient[i]), float(exact[i])
    )
