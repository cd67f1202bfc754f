"""Batch and layer normalization (slide "Normalization & schedules"): re-center and scale.

Both subtract a mean and divide by a standard deviation, then scale by gamma and move by shift
(the papers' γ and β). They differ in the axis: batch norm takes each unit over the examples of
the batch, layer norm each example over the units of the layer.
(Ioffe and Szegedy, ICML 2015; Ba, Kiros and Hinton, 2016.)
"""

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

EPS = 1e-5  # inside the root, as in both papers and in PyTorch
AXIS = {"batch": -2, "layer": -1}  # of pre-activations (…, N, n)
KEPT = 0.9  # share of the running statistics that survives a step (PyTorch's momentum is 1 − this)


@dataclass(frozen=True)
class Normalized:
    """a_hat (…, N, n): mean 0, variance 1 along `axis`; inverse_sd is 1/√(variance + ε).

    axis is None where the statistics were given and so do not depend on a.
    """

    a_hat: ndarray
    mean: ndarray
    variance: ndarray
    inverse_sd: ndarray
    axis: int | None


def normalize(a: ndarray, axis: int) -> Normalized:
    """a (…, N, n) by its own mean and (biased) variance along `axis`."""
    mean = a.mean(axis=axis, keepdims=True)
    variance = ((a - mean) ** 2).mean(axis=axis, keepdims=True)
    inverse_sd = 1 / np.sqrt(variance + EPS)
    return Normalized((a - mean) * inverse_sd, mean, variance, inverse_sd, axis)


def normalize_by(a: ndarray, mean: ndarray, variance: ndarray) -> Normalized:
    """a (…, N, n) by statistics (…, n) from elsewhere: batch norm in evaluation."""
    mean, variance = mean[..., None, :], variance[..., None, :]
    inverse_sd = 1 / np.sqrt(variance + EPS)
    return Normalized((a - mean) * inverse_sd, mean, variance, inverse_sd, None)


def normalize_backward(d_hat: ndarray, cache: Normalized) -> ndarray:
    """∂E/∂a from d_hat = ∂E/∂a_hat, both (…, N, n).

    Mean and deviation move with a, so what d_hat has in common with 1 and with a_hat cancels.
    """
    if cache.axis is None:
        return d_hat * cache.inverse_sd
    along = {"axis": cache.axis, "keepdims": True}
    common = d_hat.mean(**along) + cache.a_hat * (d_hat * cache.a_hat).mean(**along)
    return (d_hat - common) * cache.inverse_sd


def running(statistics: tuple[ndarray, ndarray], batch: Normalized) -> tuple[ndarray, ndarray]:
    """Running mean and variance (…, n), after taking in a training batch.

    The variance is the unbiased one, while the batch is divided by the biased: PyTorch's mix.
    """
    mean, variance = statistics
    n = batch.a_hat.shape[-2]
    unbiased = batch.variance[..., 0, :] * (n / max(n - 1, 1))
    return (
        KEPT * mean + (1 - KEPT) * batch.mean[..., 0, :],
        KEPT * variance + (1 - KEPT) * unbiased,
    )
