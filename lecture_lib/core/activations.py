"""Activations z = g(a), each with its slope g′(a) taken from the cached z.

Slide "The sigmoid derivative trick": the forward pass has already paid for the exponential, so
the backward pass reads the slope off z. All of them accept complex `a` (for the complex step).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from .arguments import one_of


@dataclass(frozen=True)
class Activation:
    """An elementwise activation.

    `g(a)` maps pre-activations of any shape to activations of that shape;
    `slope(z)` is g′(a), of the same shape, computed from z = g(a).
    """

    name: str
    g: Callable[[ndarray], ndarray]
    slope: Callable[[ndarray], ndarray]


def _sigmoid(a: ndarray) -> ndarray:
    positive = a.real >= 0
    e = np.exp(np.where(positive, -a, a))  # the exponent is never above 0: no overflow
    return np.where(positive, 1, e) / (1 + e)


def _relu(a: ndarray) -> ndarray:
    return np.where(a.real <= 0, 0, a)  # NaN stays NaN: a diverged run is to be seen


identity = Activation("identity", lambda a: a, np.ones_like)
sigmoid = Activation("sigmoid", _sigmoid, lambda z: z * (1 - z))
tanh = Activation("tanh", np.tanh, lambda z: 1 - z * z)
relu = Activation("relu", _relu, lambda z: (z.real > 0).astype(z.real.dtype))

LEAK = 0.01
leaky_relu = Activation(
    "leaky_relu",
    lambda a: np.where(a.real > 0, a, LEAK * a),
    lambda z: np.where(z.real > 0, z.real.dtype.type(1), z.real.dtype.type(LEAK)),
)

ACTIVATIONS = {f.name: f for f in (identity, sigmoid, tanh, relu, leaky_relu)}


def of_layers(names: str | Sequence[str], n: int) -> list[Activation]:
    """The activations of n hidden layers, from one name for all of them or a name for each."""
    if isinstance(names, str):
        names = [one_of(names, "hidden", ACTIVATIONS)] * n
    if not isinstance(names, Sequence) or len(names) != n:
        raise ValueError(f"hidden is {names!r}; wanted a name, or one for each of {n} layers")
    return [ACTIVATIONS[one_of(name, "hidden", ACTIVATIONS)] for name in names]
