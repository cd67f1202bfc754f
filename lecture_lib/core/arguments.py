"""Bad input gets one sentence, a ValueError: which argument, what it is, what was wanted."""

import operator
from collections.abc import Iterable

import numpy as np
from numpy import ndarray


def array(x: object, name: str, wanted: str, ndim: int = 0) -> ndarray:
    """x as an array of numbers with at least `ndim` axes and at least one entry."""
    try:
        x = np.asarray(x)
    except ValueError:
        raise ValueError(f"{name} has rows of different lengths; wanted {wanted}") from None
    if x.dtype.kind not in "biufc":
        raise ValueError(f"{name} holds {x.dtype} values; wanted numbers: {wanted}")
    if x.ndim < ndim or x.size == 0:
        raise ValueError(f"{name} has shape {x.shape}; wanted {wanted}")
    return x


def floats(x: object, name: str, wanted: str, ndim: int = 0) -> ndarray:
    """The same as floating-point numbers (complex ones stay complex)."""
    x = array(x, name, wanted, ndim)
    return x if x.dtype.kind in "fc" else x.astype(float)


def finite(x: ndarray, name: str) -> ndarray:
    """x, if it holds neither NaN nor inf."""
    if not np.isfinite(x).all():
        raise ValueError(f"{name} holds a value that is not finite (NaN or inf); wanted numbers")
    return x


def whole(n: object, name: str, low: int, high: int | None = None, of: str = "") -> int:
    """n as an int in low … high."""
    try:
        value = operator.index(n)
    except TypeError:
        value = None
    if value is None or value < low or (high is not None and value > high):
        limits = f"of at least {low}" if high is None else f"in {low} … {high}"
        raise ValueError(f"{name} is {n!r}; wanted a whole number {limits}{of}")
    return value


def generator(rng: object) -> np.random.Generator:
    """rng, if it is a Generator: chance comes in through this argument only."""
    if not isinstance(rng, np.random.Generator):
        name = getattr(rng, "__name__", repr(rng))  # of the module np.random, not its path
        raise ValueError(f"rng is {name}; wanted a generator: numpy.random.default_rng(seed)")
    return rng


def one_of(value: object, name: str, known: Iterable[str]) -> str:
    """value, if it is one of the known names."""
    known = tuple(known)
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} is {value!r}; wanted one of {', '.join(known)}")
    return value
