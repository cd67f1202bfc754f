"""Losses (slide "Loss function and gradient descent"): cross-entropy, and squared error.

The slide adds up over the N examples. Here `reduction="mean"` is the default, so that the
learning rate does not depend on N or on the batch size; `reduction="sum"` is the slide's.
"""

import numpy as np
from numpy import ndarray

REDUCTIONS = ("mean", "sum")


def softmax(a: ndarray) -> ndarray:
    """Probabilities ŷ from logits; each row is positive and sums to one.

    a : (..., K) logits, finite, of any size. Returns (..., K).
    Subtracting each row's maximum changes nothing on paper and keeps exp from overflowing.
    """
    e = np.exp(a - a.real.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(a: ndarray) -> ndarray:
    """log ŷ from logits (..., K), without computing ŷ: finite even where ŷ underflows to 0."""
    s = a - a.real.max(axis=-1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=-1, keepdims=True))


def cross_entropy(a: ndarray, y: ndarray, reduction: str = "mean") -> ndarray:
    """L = −Σᵢ Σₖ yₖ log ŷₖ with ŷ = softmax(a), in nats.

    a : (..., N, K) logits. y : labels (..., N) in 0…K−1, or one-hot (..., N, K).
    Returns the mean over the N examples, or their sum: shape (...).
    ValueError on a wrong shape, a label out of range, a value that is not finite.
    """
    a = _checked(a, "a", "logits")
    losses = -(targets(y, a.shape) * log_softmax(a)).sum(axis=-1)
    return reduce_examples(losses, reduction)


def squared_error(y_hat: ndarray, y: ndarray, reduction: str = "mean") -> ndarray:
    """L = ½ Σᵢ ‖ŷ − y‖², the loss for regression.

    y_hat, y : (..., N, K); labels y (..., N) stand for one-hot rows. Returns shape (...).
    """
    y_hat = _checked(y_hat, "y_hat", "predictions")
    e = y_hat - targets(y, y_hat.shape)
    return reduce_examples(0.5 * (e * e).sum(axis=-1), reduction)


def reduce_examples(losses: ndarray, reduction: str) -> ndarray:
    """(..., N) losses of single examples -> (...), by "mean" or "sum"."""
    if reduction == "mean":
        return losses.mean(axis=-1)
    if reduction == "sum":
        return losses.sum(axis=-1)
    raise ValueError(f"reduction is {reduction!r}; it is to be one of {', '.join(REDUCTIONS)}")


def targets(y: ndarray, shape: tuple[int, ...]) -> ndarray:
    """y as float targets that fit outputs of this shape (..., N, K).

    Integers of shape (..., N) are labels and become one-hot rows (spam, class 0, is [1, 0]);
    floats of shape (N,) are the values of a regression when K = 1; (..., N, K) stays as it is.
    """
    y = np.asarray(y)
    *_, n, k = shape
    if y.dtype.kind in "iub" and y.shape in (shape[:-1], (n,)):
        wrong = (y < 0) | (y >= k)
        if wrong.any():
            raise ValueError(f"y holds the label {y[wrong][0]}; labels are to be 0 … {k - 1}")
        return np.eye(k)[y.astype(int)]
    if k == 1 and y.shape == (n,):
        y = y[:, None]
    if y.shape[-2:] != (n, k):
        raise ValueError(
            f"y has shape {y.shape}; wanted labels of shape ({n},) as integers, "
            f"or targets of shape ({n}, {k})"
        )
    return _checked(y, "y", "targets")


def _checked(x: ndarray, name: str, what: str) -> ndarray:
    x = np.asarray(x)
    x = x if x.dtype.kind in "fc" else x.astype(float)
    if x.ndim < 2:
        raise ValueError(
            f"{name} has shape {x.shape}; wanted {what} of shape (N, K), a row for each example"
        )
    if not np.isfinite(x).all():
        raise ValueError(f"{name} holds a value that is not finite (NaN or inf)")
    return x
