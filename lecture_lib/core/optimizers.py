"""Optimizers: each sees flat vectors only, changes theta in place, and looks like its formula."""

import numpy as np
from numpy import ndarray


class SGD:
    """Gradient descent, θ ← θ − η ∂E/∂θ (slide "Loss function and gradient descent").

    eta : learning rate > 0; a number, or (R, 1) to give each of R runs its own.
    The same update serves all three flavours: they differ in the examples behind the gradient.
    """

    def __init__(self, eta: float | ndarray) -> None:
        if not np.all(np.asarray(eta) > 0):
            raise ValueError(f"eta is {eta}; a learning rate is to be greater than 0")
        self.eta = eta

    def step(self, theta: ndarray, gradient: ndarray) -> None:
        """theta, gradient : (P,) or (R, P)."""
        theta -= self.eta * gradient
