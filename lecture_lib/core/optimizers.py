"""Optimizers: each sees flat vectors only, changes theta in place, and looks like its formula."""

import numpy as np
from numpy import ndarray

from .arguments import finite, floats


class SGD:
    """Gradient descent, θ ← θ − η ∂E/∂θ (slide "Loss function and gradient descent").

    eta : learning rate > 0; a number, or (R, 1) to give each of R runs its own.
    The same update serves all three flavours: they differ in the examples behind the gradient.
    """

    def __init__(self, eta: float | ndarray) -> None:
        self.eta = learning_rate(eta)

    def step(self, theta: ndarray, gradient: ndarray) -> None:
        """theta, gradient : (P,) or (R, P)."""
        fit(theta, gradient, self.eta)
        theta -= self.eta * gradient


def learning_rate(eta: float | ndarray) -> ndarray:
    """eta as an array of shape () or (R, 1), if it is a learning rate."""
    wanted = "a number > 0, or one for each run in shape (R, 1)"
    eta = finite(floats(eta, "eta", wanted), "eta")
    if eta.ndim and (eta.ndim != 2 or eta.shape[1] != 1):
        raise ValueError(f"eta has shape {eta.shape}; wanted {wanted}")
    if not (eta > 0).all():
        raise ValueError(f"eta is {eta.min()}; wanted {wanted}")
    return eta


def fit(theta: ndarray, gradient: ndarray, eta: ndarray) -> None:
    """Refuse arrays that are not of one shape, or a number of runs that is not eta's."""
    if not isinstance(theta, ndarray) or theta.dtype.kind not in "fc":
        kind = getattr(theta, "dtype", type(theta).__name__)
        raise ValueError(f"theta is of type {kind}; wanted a float array, to be changed in place")
    if np.shape(gradient) != theta.shape:
        raise ValueError(f"gradient has shape {np.shape(gradient)}; wanted theta's, {theta.shape}")
    if eta.ndim and (theta.ndim != 2 or len(eta) != len(theta)):
        raise ValueError(f"eta has shape {eta.shape}; wanted a row for each run of {theta.shape}")
