"""Optimizers (slide "Beyond plain SGD"): each sees flat vectors and changes theta in place.

η is a number, (R, 1) to give each of R runs its own, or a schedule: a function of the step
t = 0, 1, 2 … (see `schedules`). The same holds for the β of each run. An optimizer keeps what it
remembers of past gradients, so each training wants a new one.
"""

from collections.abc import Callable

import numpy as np
from numpy import ndarray

from .arguments import finite, floats

Rate = float | ndarray
Schedule = Callable[[int], Rate]


class Optimizer:
    """What all of them share: the learning rate, the number of steps taken, a workspace.

    eta : learning rate > 0, or a schedule of it.
    """

    def __init__(self, eta: Rate | Schedule) -> None:
        self.eta = eta if callable(eta) else learning_rate(eta)
        self.t = 0

    def step(self, theta: ndarray, gradient: ndarray) -> None:
        """One update of theta, in place. theta, gradient : (P,) or (R, P)."""
        eta = at_least_zero(self.eta(self.t), "eta") if callable(self.eta) else self.eta
        if self.t == 0:
            self.begin(theta)
        fit(theta, gradient, eta)
        self.t += 1
        self.update(theta, gradient, eta)

    def begin(self, theta: ndarray) -> None:
        """Before the first step: memory in theta's shape, all zero."""

    def update(self, theta: ndarray, g: ndarray, eta: Rate) -> None:
        """The formula. self.t is 1 in the first step."""
        raise NotImplementedError


class SGD(Optimizer):
    """Gradient descent, θ ← θ − η g (slide "Loss function and gradient descent").

    The same update serves all three flavours: they differ in the examples behind the gradient.
    """

    def update(self, theta: ndarray, g: ndarray, eta: Rate) -> None:
        theta -= eta * g


class Momentum(Optimizer):
    """v ← βv − ηg, θ ← θ + v: in a steady gradient the step grows to η/(1 − β).

    PyTorch keeps η outside of v: the same as long as η is constant.
    """

    def __init__(self, eta: Rate | Schedule, beta: Rate = 0.9) -> None:
        super().__init__(eta)
        self.beta = share(beta, "beta")

    def begin(self, theta: ndarray) -> None:
        self.v = np.zeros_like(theta)

    def update(self, theta: ndarray, g: ndarray, eta: Rate) -> None:
        self.v *= self.beta
        self.v -= eta * g
        theta += self.v


class Nesterov(Momentum):
    """Momentum with the gradient taken where the momentum is about to carry us, at θ + βv.

    theta is that point: the step goes on to the next one, θ ← θ + βv − ηg with the new v
    (Sutskever et al., ICML 2013, in the form that asks for one gradient a step).
    """

    def update(self, theta: ndarray, g: ndarray, eta: Rate) -> None:
        self.v *= self.beta
        self.v -= eta * g
        theta += self.beta * self.v
        theta -= eta * g


class RMSProp(Optimizer):
    """s ← ρs + (1 − ρ)g², θ ← θ − ηg / (√s + ε): Adam without momentum and bias correction."""

    def __init__(self, eta: Rate | Schedule, rho: Rate = 0.99, eps: float = 1e-8) -> None:
        super().__init__(eta)
        self.rho, self.eps = share(rho, "rho"), epsilon(eps)

    def begin(self, theta: ndarray) -> None:
        self.s = np.zeros_like(theta)

    def update(self, theta: ndarray, g: ndarray, eta: Rate) -> None:
        self.s *= self.rho
        self.s += (1 - self.rho) * g * g
        theta -= eta * g / (np.sqrt(self.s) + self.eps)


class Adam(Optimizer):
    """θ ← θ − η m̂ / (√v̂ + ε) (Kingma and Ba, ICLR 2015).

    m ← β1 m + (1 − β1) g    the gradient's running mean,  m̂ = m / (1 − β1ᵗ)
    v ← β2 v + (1 − β2) g²   that of its square,           v̂ = v / (1 − β2ᵗ)
    """

    def __init__(
        self,
        eta: Rate | Schedule,
        beta1: Rate = 0.9,
        beta2: Rate = 0.999,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(eta)
        self.beta1, self.beta2 = share(beta1, "beta1"), share(beta2, "beta2")
        self.eps = epsilon(eps)

    def begin(self, theta: ndarray) -> None:
        self.m, self.v = np.zeros_like(theta), np.zeros_like(theta)
        self.work = np.empty_like(theta)  # one array for all steps in between

    def update(self, theta: ndarray, g: ndarray, eta: Rate) -> None:
        m, v, work = self.m, self.v, self.work
        m *= self.beta1
        m += np.multiply(g, 1 - self.beta1, out=work)
        v *= self.beta2
        v += np.multiply(np.multiply(g, g, out=work), 1 - self.beta2, out=work)
        np.sqrt(np.divide(v, 1 - self.beta2**self.t, out=work), out=work)  # √v̂
        work += self.eps
        np.divide(m, work, out=work)
        work *= eta / (1 - self.beta1**self.t)  # the η m̂ of it
        theta -= work


class AdamW(Adam):
    """Adam with decoupled weight decay, θ ← θ − ηλθ outside of the moments.

    lam : λ of the decay (PyTorch's weight_decay). This is not the λ of the loss λ‖W‖².
    decays : (P,) which entries of theta decay: `Network.is_weight`, so no bias does.
    (Loshchilov and Hutter, ICLR 2019.)
    """

    def __init__(
        self,
        eta: Rate | Schedule,
        lam: Rate,
        decays: ndarray,
        beta1: Rate = 0.9,
        beta2: Rate = 0.999,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(eta, beta1, beta2, eps)
        self.lam = at_least_zero(lam, "lam") * np.asarray(decays)

    def update(self, theta: ndarray, g: ndarray, eta: Rate) -> None:
        theta -= eta * self.lam * theta
        super().update(theta, g, eta)


def learning_rate(eta: Rate, name: str = "eta") -> Rate:
    """eta as a float or an array (R, 1), if it is a learning rate."""
    return _per_run(eta, name, "a number > 0", lambda x: x > 0)


def share(beta: Rate, name: str) -> Rate:
    """How much of the past survives a step: 0 ≤ β < 1."""
    return _per_run(beta, name, "a number in 0 … 1, less than 1", lambda x: (x >= 0) & (x < 1))


def at_least_zero(x: Rate, name: str) -> Rate:
    """x as a float or an array (R, 1), if it is nowhere below 0."""
    return _per_run(x, name, "a number ≥ 0", lambda x: x >= 0)


def epsilon(eps: float) -> Rate:
    """ε, if it is not below 0."""
    return _per_run(eps, "eps", "a number ≥ 0", lambda x: x >= 0)


def _per_run(x: Rate, name: str, number: str, ok: Callable[[ndarray], ndarray]) -> Rate:
    wanted = f"{number}, or one for each run in shape (R, 1)"
    x = finite(floats(x, name, wanted), name)
    if x.ndim and (x.ndim != 2 or x.shape[1] != 1):
        raise ValueError(f"{name} has shape {x.shape}; wanted {wanted}")
    if not ok(x).all():
        raise ValueError(f"{name} is {x[~ok(x)].flat[0] if x.ndim else x}; wanted {wanted}")
    return x if x.ndim else float(x)  # a float leaves theta's float32 alone, an array would not


def fit(theta: ndarray, gradient: ndarray, eta: Rate) -> None:
    """Refuse arrays that are not of one shape, or a number of runs that is not eta's."""
    if not isinstance(theta, ndarray) or theta.dtype.kind not in "fc":
        kind = getattr(theta, "dtype", type(theta).__name__)
        raise ValueError(f"theta is of type {kind}; wanted a float array, to be changed in place")
    if np.shape(gradient) != theta.shape:
        raise ValueError(f"gradient has shape {np.shape(gradient)}; wanted theta's, {theta.shape}")
    if not isinstance(eta, float) and (theta.ndim != 2 or len(eta) != len(theta)):
        raise ValueError(f"eta has shape {eta.shape}; wanted a row for each run of {theta.shape}")
