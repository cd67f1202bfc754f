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
TOLERANCE = 1e-10  # relative error of a right gradient: rounding leaves 1e-15 or so
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


def central_difference(f: Callable[[ndarray], ndarray], theta: ndarray, h: float = 1e-5) -> ndarray:
    """The same by (f(θ + h) − f(θ − h)) / 2h: right to about ten digits, for any real f.

    A smaller h makes the curve straighter and the subtraction worse: 1e-5 is about the best.
    """
    theta = floats(theta, "theta", "one point of shape (P,)", 1)
    steps = h * np.eye(theta.size)
    return (f(theta + steps) - f(theta - steps)) / (2 * h)


@dataclass(frozen=True)
class GradientReport:
    """What `gradient_check` found.

    error : largest |backward − exact| relative to the largest entry of the gradient, or to 1e-5
        where all entries are smaller: there the rounding of ŷ − y is all there is to see
    parameter : of the first parameter that is off, counted from the output as errors travel, the
        entry that is furthest off: "W[2][0, 1]"; where nothing is off, the furthest of all
    backward, exact : what was computed for this entry, and what it should be
    hint : what such a pattern usually means, or ""
    """

    error: float
    parameter: str
    backward: float
    exact: float
    hint: str

    @property
    def ok(self) -> bool:
        return self.error < TOLERANCE

    def __str__(self) -> str:
        if self.ok:
            return f"right: no entry is off by more than {self.error:.0e} of the largest"
        says = f"{self.parameter} is {self.backward:.6g}, and should be {self.exact:.6g}"
        return f"{says}: {self.hint}" if self.hint else says


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

    def loss(theta: ndarray) -> ndarray:
        return net.at(theta).loss(x, y, train=train, rng=same_mask())

    net.backward(net.forward(x, train=train, rng=same_mask()), y)
    exact = complex_step(loss, net.theta)
    off = np.abs(net.gradient - exact) / max(np.abs(exact).max(), SMALL)
    off[np.isnan(off)] = np.inf
    hint, where = "", slice(0, off.size)
    for _, _, shape, part in sorted(net.layout.parts, key=lambda p: -p[1]):
        if off[part].max() >= TOLERANCE:
            ours, theirs = net.gradient[part].reshape(shape), exact[part].reshape(shape)
            where, hint = part, _hint(ours, theirs, len(x))
            break
    i = where.start + int(off[where].argmax())
    name = net.layout.name_of(i)
    return GradientReport(float(off.max()), name, float(net.gradient[i]), float(exact[i]), hint)


def _hint(ours: ndarray, exact: ndarray, n: int) -> str:
    """What usually makes ours of exact, both of one parameter's shape; n examples."""

    def alike(a: ndarray) -> bool:
        return a.shape == exact.shape and np.allclose(a, exact, rtol=1e-6, atol=1e-12)

    if not ours.any():
        return "it is 0 throughout; was it ever written?"
    if np.isnan(ours).any():
        return "it holds NaN; look for 0/0, ∞ − ∞ or the log of 0"
    if alike(-ours):
        return "the sign is wrong"
    if alike(ours / n):
        return f"it is N = {n} times too large; is the mean's 1/N missing?"
    if alike(ours * n):
        return f"it is N = {n} times too small; was it divided by N twice?"
    if alike(ours / 2) or alike(ours * 2):
        return "it is off by a factor of 2; does a square's 2 meet its ½?"
    if alike(ours.T):
        return "it is transposed"
    return ""
