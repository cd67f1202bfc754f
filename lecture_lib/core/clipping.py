"""Gradient clipping (slide "Normalization & schedules")."""

import numpy as np
from numpy import ndarray

from .optimizers import Rate, learning_rate


def clip_by_global_norm(gradient: ndarray, threshold: Rate) -> ndarray:
    """Shorten each gradient (…, P) that is longer than `threshold`, in place; keep its direction.

    threshold : > 0, a number or (R, 1). One norm over all parameters: clipping array by array
    would turn the arrow. Returns the norms before, (…). (Pascanu et al., ICML 2013.)
    """
    norm = np.sqrt((gradient * gradient).sum(axis=-1, keepdims=True))
    threshold = learning_rate(threshold, "threshold")
    gradient *= np.minimum(1, threshold / np.maximum(norm, threshold))
    return norm[..., 0]
