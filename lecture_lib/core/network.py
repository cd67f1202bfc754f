"""A feedforward network: slides "Forward pass", "Backward pass", "Recursive structure of δ"."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from .activations import ACTIVATIONS, Activation
from .losses import log_softmax, reduce_examples, softmax, squared_error, targets


@dataclass(frozen=True)
class Cache:
    """What the backward pass needs: a[l] and z[l] of each layer l, and z[0] = x."""

    a: list[ndarray | None]
    z: list[ndarray]


class Network:
    """Layers of sizes (n_in, n_hidden, …, n_out), numbered 1 … L as on the slides.

    theta    : (P,) every weight and bias as one flat vector, or (R, P): R networks at once
    gradient : the same shape; `backward` writes ∂E/∂theta here
    W[l], b[l], dW[l], db[l] : views into these two, of shapes (…, n_in, n_out) and (…, n_out);
        index 0 is unused

    hidden : activation of the hidden layers: "tanh", "sigmoid", "relu", "identity", or a list
        with one for each
    output : "softmax" (trained by cross-entropy) or an activation's name (by squared error)
    reduction : "mean" over the batch, or "sum" as on the slide
    rng    : draws the first weights; without it they are all zero. b starts at zero.
    scale  : "glorot" (sd √(2/(n_in+n_out))), "he" (sd √(2/n_in)), or a number: the sd itself
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden: str | Sequence[str] = "tanh",
        output: str = "softmax",
        *,
        reduction: str = "mean",
        rng: np.random.Generator | None = None,
        scale: str | float = "glorot",
    ) -> None:
        if len(sizes) < 2 or any(n < 1 for n in sizes):
            raise ValueError(f"sizes is {tuple(sizes)}; wanted (n_in, …, n_out), each at least 1")
        self.sizes = tuple(int(n) for n in sizes)
        self.depth = len(sizes) - 1
        names = [hidden] * (self.depth - 1) if isinstance(hidden, str) else list(hidden)
        if len(names) != self.depth - 1:
            raise ValueError(
                f"hidden names {len(names)} activations for {self.depth - 1} hidden layers"
            )
        self.g = [None, *(_activation(name, "hidden") for name in names)]
        self.output = None if output == "softmax" else _activation(output, "output")
        reduce_examples(
            np.zeros(1), reduction
        )  # refuses an unknown reduction here, not in training
        self.reduction = reduction
        n_theta = sum((n_in + 1) * n_out for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True))
        self._bind(np.zeros(n_theta))
        if rng is not None:
            for l in range(1, self.depth + 1):
                n_in, n_out = self.sizes[l - 1 : l + 1]
                self.W[l][:] = rng.normal(size=(n_in, n_out)) * _deviation(scale, n_in, n_out)

    def _bind(self, theta: ndarray) -> None:
        self.theta = theta
        self.gradient = np.zeros_like(theta)
        self.W, self.b = self._views(self.theta)
        self.dW, self.db = self._views(self.gradient)

    def _views(self, flat: ndarray) -> tuple[list, list]:
        W, b, at = [None], [None], 0
        for n_in, n_out in zip(self.sizes[:-1], self.sizes[1:], strict=True):
            W.append(flat[..., at : at + n_in * n_out].reshape(*flat.shape[:-1], n_in, n_out))
            at += n_in * n_out
            b.append(flat[..., at : at + n_out])
            at += n_out
        return W, b

    def at(self, theta: ndarray) -> "Network":
        """The same network with these weights (a copy): (P,), or (R, P) for R networks at once."""
        theta = np.array(theta)
        if theta.shape[-1:] != self.theta.shape[-1:]:
            raise ValueError(
                f"theta has shape {theta.shape}; its last axis is to be {self.theta.shape[-1]}"
            )
        other = object.__new__(Network)
        other.__dict__.update(self.__dict__)
        other._bind(theta if theta.dtype.kind in "fc" else theta.astype(float))
        return other

    def forward(self, x: ndarray) -> Cache:
        """Slide "Forward pass": a = z W + b, z = g(a), layer by layer.

        x : (N, n_in), or (R, N, n_in) to give each run its own. The cache's last z is ŷ.
        """
        if x.ndim < 2 or x.shape[-1] != self.sizes[0]:
            raise ValueError(
                f"x has shape {x.shape}; wanted (N, {self.sizes[0]}), a row for each example"
            )
        a, z = [None], [x]
        for l in range(1, self.depth + 1):
            a.append(z[l - 1] @ self.W[l] + self.b[l][..., None, :])
            z.append(self.g[l].g(a[l]) if l < self.depth else self._predict(a[l]))
        return Cache(a, z)

    def backward(self, cache: Cache, y: ndarray) -> list[ndarray | None]:
        """Slide "Backward pass": every δ = ∂E/∂a, and ∂E/∂W, ∂E/∂b into `gradient`.

        y : labels (N,), one-hot or values (N, n_out). Returns delta with delta[l] like a[l].
        """
        delta = [None] * (self.depth + 1)
        delta[self.depth] = self._output_delta(cache, targets(y, cache.z[-1].shape))
        for l in range(self.depth, 0, -1):
            np.matmul(cache.z[l - 1].swapaxes(-1, -2), delta[l], out=self.dW[l])  # δ × input
            np.sum(delta[l], axis=-2, out=self.db[l])
            if l > 1:
                back = delta[l] @ self.W[l].swapaxes(-1, -2)
                delta[l - 1] = back * self.g[l - 1].slope(cache.z[l - 1])
        return delta

    def _predict(self, a: ndarray) -> ndarray:
        return softmax(a) if self.output is None else self.output.g(a)

    def _output_delta(self, cache: Cache, y: ndarray) -> ndarray:
        delta = cache.z[-1] - y
        if (
            self.output is not None
        ):  # squared error: ∂E/∂z · g′(a); for softmax + cross-entropy that is ŷ − y
            delta = delta * self.output.slope(cache.z[-1])
        return delta / y.shape[-2] if self.reduction == "mean" else delta

    def cached_loss(self, cache: Cache, y: ndarray) -> ndarray:
        """The loss E of a forward pass, shape (…) of the runs."""
        if self.output is None:
            y = targets(y, cache.z[-1].shape)
            return reduce_examples(-(y * log_softmax(cache.a[-1])).sum(axis=-1), self.reduction)
        return squared_error(cache.z[-1], y, self.reduction)

    def loss(self, x: ndarray, y: ndarray) -> ndarray:
        """E on these examples: a number, or (R,) for R runs."""
        return self.cached_loss(self.forward(x), y)

    def predict(self, x: ndarray) -> ndarray:
        """ŷ (…, N, n_out) for x (…, N, n_in)."""
        return self.forward(x).z[-1]


def accuracy(y_hat: ndarray, y: ndarray) -> ndarray:
    """Share of examples whose largest output is the true class.

    y_hat : (…, N, K); y : labels (N,) or one-hot (N, K). Returns shape (…).
    """
    right = y_hat.argmax(axis=-1) == targets(y, y_hat.shape).argmax(axis=-1)
    return right.mean(axis=-1)


def _activation(name: str, argument: str) -> Activation:
    if name not in ACTIVATIONS:
        raise ValueError(f"{argument} is {name!r}; wanted one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]


def _deviation(scale: str | float, n_in: int, n_out: int) -> float:
    if scale == "glorot":
        return np.sqrt(2 / (n_in + n_out))
    if scale == "he":
        return np.sqrt(2 / n_in)
    if isinstance(scale, str) or not scale >= 0:
        raise ValueError(f'scale is {scale!r}; wanted "glorot", "he" or a number ≥ 0')
    return scale
