"""Losses (slide "Loss function and gradient descent"): cross-entropy, and squared error.

The slide adds up over the N examples. Here `reduction="mean"` is the default, so that the
learning rate does not depend on N or on the batch size; `reduction="sum"` is the slide's.
"""

import numpy as np
from numpy import ndarray

from .arguments import array, finite, floats, one_of

REDUCTIONS = ("mean", "sum")
LOGITS = "finite logits of shape (N, K), a row for each example"
PREDICTIONS = "finite predictions of shape (N, K), a row for each example"


def softmax(a: ndarray) -> ndarray:
    """Probabilities ŷ from logits; each row is positive and sums to one.

    a : (..., K) logits, finite, of any size. Returns (..., K).
    ValueError on a value that is not finite.
    """
    return _softmax(finite(floats(a, "a", "logits of shape (…, K)", 1), "a"))


def _softmax(a: ndarray) -> ndarray:
    e = _shifted(a)
    np.exp(e, out=e)
    e /= np.add.reduce(e, axis=0)
    return e.T


def _shifted(a: ndarray) -> ndarray:
    """aᵀ less each row's maximum: the same on paper, and exp cannot overflow.

    Transposed, (K, N, …): NumPy's sums over a short last axis are five times slower.
    """
    a = a.T.copy()
    a -= np.maximum.reduce(a.real, axis=0)
    return a


def log_softmax(a: ndarray) -> ndarray:
    """log ŷ from logits (..., K), without computing ŷ: finite even where ŷ underflows to 0."""
    return _log_softmax(finite(floats(a, "a", "logits of shape (…, K)", 1), "a"))


def _log_softmax(a: ndarray) -> ndarray:
    s = _shifted(a)
    return (s - np.log(np.exp(s).sum(axis=0))).T


def cross_entropy(a: ndarray, y: ndarray, reduction: str = "mean") -> ndarray:
    """L = −Σᵢ Σₖ yₖ log ŷₖ with ŷ = softmax(a), in nats.

    a : (..., N, K) logits. y : labels (..., N) in 0…K−1, or one-hot (..., N, K).
    Returns the mean over the N examples, or their sum: shape (...).
    ValueError on a wrong shape, a label out of range, a value that is not finite.
    """
    a = finite(floats(a, "a", LOGITS, 2), "a")
    return _cross_entropy(a, targets(y, a.shape), reduction)


def _cross_entropy(a: ndarray, y: ndarray, reduction: str) -> ndarray:
    return reduce_examples(-(y * _log_softmax(a)).sum(axis=-1), reduction)


def squared_error(y_hat: ndarray, y: ndarray, reduction: str = "mean") -> ndarray:
    """L = ½ Σᵢ ‖ŷ − y‖², the loss for regression.

    y_hat, y : (..., N, K); labels y (..., N) stand for one-hot rows, and with K = 1 for values.
    Returns the mean over the N examples, or their sum: shape (...). Errors as above.
    """
    y_hat = finite(floats(y_hat, "y_hat", PREDICTIONS, 2), "y_hat")
    return _squared_error(y_hat, targets(y, y_hat.shape), reduction)


def _squared_error(y_hat: ndarray, y: ndarray, reduction: str) -> ndarray:
    e = y_hat - y
    return reduce_examples(0.5 * (e * e).sum(axis=-1), reduction)


def reduce_examples(losses: ndarray, reduction: str) -> ndarray:
    """(..., N) losses of single examples -> (...), by "mean" or "sum"."""
    one_of(reduction, "reduction", REDUCTIONS)
    return losses.mean(axis=-1) if reduction == "mean" else losses.sum(axis=-1)


def targets(y: ndarray, shape: tuple[int, ...]) -> ndarray:
    """y as float targets that fit outputs of this shape (..., N, K).

    K > 1: integers of shape (N,) or (..., N) are labels and become one-hot rows (spam, class 0,
    is [1, 0]). K = 1: numbers of shape (N,) are the values of a regression.
    Targets of shape (N, K) or (..., N, K) stay as they are.
    """
    *_, n, k = shape
    wanted = f"labels of shape ({n},) as integers, or targets of shape ({n}, {k})"
    y = array(y, "y", wanted)
    if k > 1 and y.dtype.kind in "iub" and y.shape in (shape[:-1], (n,)):
        wrong = (y < 0) | (y >= k)
        if wrong.any():
            raise ValueError(f"y holds the label {y[wrong][0]}; labels are to be 0 … {k - 1}")
        return np.eye(k)[y.astype(int)]
    if k == 1 and y.shape in (shape[:-1], (n,)):
        y = y[..., None]
    if y.shape not in (shape, (n, k)):
        raise ValueError(f"y has shape {y.shape} ({y.dtype}); wanted {wanted}")
    return finite(floats(y, "y", wanted), "y")
