"""Gradient clipping (slide "Normalization & schedules")."""

import numpy as np
from numpy import ndarray

from .optimizers import Optimizer, Rate, learning_rate


class Clipped:
    """An optimizer that first shortens the gradient: `Clipped(Adam(0.01), 1.0)`."""

    def __init__(self, optimizer: Optimizer, threshold: Rate) -> None:
        self.optimizer, self.threshold = optimizer, learning_rate(threshold, "threshold")
        self.eta = optimizer.eta

    def step(self, theta: ndarray, gradient: ndarray) -> None:
        """One update of theta; the gradient given is left alone."""
        clipped = gradient.copy()
        clip_by_global_norm(clipped, self.threshold)
        self.optimizer.step(theta, clipped)


def clip_by_global_norm(gradient: ndarray, threshold: Rate) -> ndarray:
    """Shorten each gradient (…, P) that is longer than `threshold`, in place; keep its direction.

    threshold : > 0, a number or (R, 1). One norm over all parameters: clipping array by array
    would turn the arrow. Returns the norms before, (…). (Pascanu et al., ICML 2013.)
    """
    norm = np.sqrt((gradient * gradient).sum(axis=-1, keepdims=True))
    threshold = learning_rate(threshold, "threshold")
    gradient *= np.minimum(1, threshold / np.maximum(norm, threshold))
    return norm[..., 0]
