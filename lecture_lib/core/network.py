"""A feedforward network: slides "Forward pass", "Backward pass", "Recursive structure of δ"."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy import ndarray

from .activations import ACTIVATIONS, Activation
from .arguments import array, finite, floats, generator, one_of, whole
from .losses import REDUCTIONS, _cross_entropy, _softmax, _squared_error, targets


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
        index 0 is unused. To set weights write into them: net.theta[:] = …, net.W[1][:] = …

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
        sizes = sizes.tolist() if isinstance(sizes, ndarray) else sizes
        if not isinstance(sizes, Sequence) or len(sizes) < 2:
            raise ValueError(f"sizes is {sizes!r}; wanted (n_in, …, n_out)")
        self.sizes = tuple(whole(n, f"sizes[{l}]", 1) for l, n in enumerate(sizes))
        self.depth = len(sizes) - 1
        self.g = [None, *_hidden(hidden, self.depth - 1)]
        one_of(output, "output", ("softmax", *ACTIVATIONS))
        if output == "softmax" and self.sizes[-1] == 1:
            raise ValueError(
                f"sizes is {self.sizes}; softmax wants an output for each class, at least 2 "
                '(for a regression: output="identity")'
            )
        self.output = None if output == "softmax" else ACTIVATIONS[output]
        self.reduction = one_of(reduction, "reduction", REDUCTIONS)
        pairs = zip(self.sizes[:-1], self.sizes[1:], strict=True)
        n_theta = sum((n_in + 1) * n_out for n_in, n_out in pairs)
        self._bind(np.zeros(n_theta))
        _deviation(scale, 1, 1)  # refuses a wrong scale also where it is not used
        if rng is not None:
            generator(rng)
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
        wanted = f"weights of shape (…, {self.theta.shape[-1]})"
        theta = floats(theta, "theta", wanted, 1)
        if theta.shape[-1] != self.theta.shape[-1]:
            raise ValueError(f"theta has shape {theta.shape}; wanted {wanted}")
        other = copy(self)
        other._bind(theta.copy())
        return other

    @property
    def is_weight(self) -> ndarray:
        """(P,) True for the weights of theta, False for the biases, which never decay."""
        kind = self.at(np.zeros(self.theta.shape[-1]))
        for W in kind.W[1:]:
            W[:] = 1
        return kind.theta == 1

    def inputs(self, x: ndarray) -> ndarray:
        """x as floats, if this network can take it; a ValueError says what is wrong otherwise."""
        runs, n_in = self.theta.shape[:-1], self.sizes[0]
        wanted = f"(N, {n_in}), a row for each example"
        x = finite(floats(x, "x", wanted, 2), "x")
        if x.shape[-1] != n_in:
            raise ValueError(f"x has shape {x.shape}; wanted {wanted}")
        if runs and x.ndim > 2 and x.shape[:-2] != runs:
            raise ValueError(f"x has shape {x.shape} for {runs} runs; wanted (*{runs}, N, {n_in})")
        return x

    def forward(self, x: ndarray) -> Cache:
        """Slide "Forward pass": a = z W + b, z = g(a), layer by layer.

        x : (N, n_in), or (R, N, n_in) to give each run its own. The cache's last z is ŷ.
        """
        return self._forward(self.inputs(x))

    def _forward(self, x: ndarray) -> Cache:
        a, z = [None], [x]
        for l in range(1, self.depth + 1):
            a.append(z[l - 1] @ self.W[l] + self.b[l][..., None, :])
            z.append(self.g[l].g(a[l]) if l < self.depth else self._predict(a[l]))
        return Cache(a, z)

    def backward(self, cache: Cache, y: ndarray) -> list[ndarray | None]:
        """Slide "Backward pass": every δ = ∂E/∂a, and ∂E/∂W, ∂E/∂b into `gradient`.

        y : labels (N,), one-hot or values (N, n_out). Returns delta with delta[l] like a[l].
        """
        runs, of_cache = self.theta.shape[:-1], cache.z[-1].shape[:-2]
        if of_cache != runs:
            raise ValueError(
                f"cache comes from x with the leading axes {of_cache}; wanted {runs}, as of theta"
            )
        return self._backward(cache, targets(y, cache.z[-1].shape))

    def _backward(self, cache: Cache, y: ndarray) -> list[ndarray | None]:
        delta = [None] * (self.depth + 1)
        delta[self.depth] = self._output_delta(cache, y)
        for l in range(self.depth, 0, -1):
            np.matmul(cache.z[l - 1].swapaxes(-1, -2), delta[l], out=self.dW[l])  # δ × input
            np.sum(delta[l], axis=-2, out=self.db[l])
            if l > 1:
                back = delta[l] @ self.W[l].swapaxes(-1, -2)
                delta[l - 1] = back * self.g[l - 1].slope(cache.z[l - 1])
        return delta

    def _predict(self, a: ndarray) -> ndarray:
        return _softmax(a) if self.output is None else self.output.g(a)

    def _output_delta(self, cache: Cache, y: ndarray) -> ndarray:
        delta = cache.z[-1] - y  # softmax + cross-entropy: this is ∂E/∂a already
        if self.output is not None:  # squared error: ∂E/∂z · g′(a)
            delta = delta * self.output.slope(cache.z[-1])
        return delta / y.shape[-2] if self.reduction == "mean" else delta

    def cached_loss(self, cache: Cache, y: ndarray) -> ndarray:
        """The loss E of a forward pass, shape (…) of the runs."""
        return self._loss(cache, targets(y, cache.z[-1].shape))

    def _loss(self, cache: Cache, y: ndarray) -> ndarray:
        if self.output is None:
            return _cross_entropy(cache.a[-1], y, self.reduction)
        return _squared_error(cache.z[-1], y, self.reduction)

    def loss(self, x: ndarray, y: ndarray) -> ndarray:
        """E on these examples: a number, or (R,) for R runs."""
        return self.cached_loss(self.forward(x), y)

    def predict(self, x: ndarray) -> ndarray:
        """ŷ (…, N, n_out) for x (…, N, n_in)."""
        return self.forward(x).z[-1]


def accuracy(y_hat: ndarray, y: ndarray) -> ndarray:
    """Share of examples whose largest output is the true class.

    y_hat : (…, N, K), K ≥ 2; y : labels (N,) or one-hot (N, K). Returns shape (…).
    """
    y_hat = array(y_hat, "y_hat", "outputs of shape (N, K), one for each class", 2)
    if y_hat.shape[-1] < 2:
        raise ValueError(f"y_hat has shape {y_hat.shape}; wanted an output for each class, K ≥ 2")
    return _accuracy(y_hat, targets(y, y_hat.shape))


def _accuracy(y_hat: ndarray, y: ndarray) -> ndarray:
    return (y_hat.argmax(axis=-1) == y.argmax(axis=-1)).mean(axis=-1)


def _hidden(names: str | Sequence[str], n: int) -> list[Activation]:
    if isinstance(names, str):
        names = [one_of(names, "hidden", ACTIVATIONS)] * n
    if not isinstance(names, Sequence) or len(names) != n:
        raise ValueError(f"hidden is {names!r}; wanted a name, or one for each of {n} layers")
    return [ACTIVATIONS[one_of(name, "hidden", ACTIVATIONS)] for name in names]


def _deviation(scale: str | float, n_in: int, n_out: int) -> float:
    if scale == "glorot":
        return np.sqrt(2 / (n_in + n_out))
    if scale == "he":
        return np.sqrt(2 / n_in)
    if not isinstance(scale, Real) or not 0 <= scale < np.inf:
        raise ValueError(f'scale is {scale!r}; wanted "glorot", "he" or a number ≥ 0')
    return scale
