"""A feedforward network: slides "Forward pass", "Backward pass", "Recursive structure of δ"."""

from collections.abc import Sequence
from copy import copy, deepcopy
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from .activations import ACTIVATIONS, of_layers
from .arguments import array, finite, floats, generator, one_of, whole
from .losses import REDUCTIONS, _cross_entropy, _softmax, _squared_error, targets
from .normalization import (
    AXIS,
    Normalized,
    normalize,
    normalize_backward,
    normalize_by,
    running,
)
from .optimizers import Rate, at_least_zero
from .parameters import Layout, first_deviation
from .regularization import Generators, dropout_mask, dropout_rate, l2


@dataclass(frozen=True)
class Cache:
    """What the backward pass needs, for each layer l: a[l], z[l] (z[0] = x), and of hidden layers
    h[l], which is z[l] before dropout, the normalized a[l], and the mask of dropout."""

    a: list[ndarray | None]
    z: list[ndarray]
    h: list[ndarray | None]
    normalized: list[Normalized | None]
    mask: list[ndarray | None]
    train: bool


class Network:
    """Layers of sizes (n_in, n_hidden, …, n_out), numbered 1 … L as on the slides.

    theta    : (P,) every weight and bias as one flat vector, or (R, P): R networks at once
    gradient : the same shape; `backward` writes ∂E/∂theta here
    W[l], b[l], dW[l], db[l] : views into these two, of shapes (…, n_in, n_out) and (…, n_out);
        index 0 is unused. To set weights write into them: net.theta[:] = …, net.W[1][:] = …
    gamma[l], shift[l], dgamma[l], dshift[l] : the same for the normalization of hidden layers
    statistics[l] : running mean and variance (…, n) of batch norm

    hidden : activation of the hidden layers: "tanh", "sigmoid", "relu", "leaky_relu" or
        "identity", or a list with one for each
    output : "softmax" (trained by cross-entropy) or an activation's name (by squared error)
    reduction : "mean" over the batch, or "sum" as on the slide
    lam    : λ ≥ 0 of the penalty λ‖W‖² that training adds to the loss; (R, 1) for each run its own
    norm   : "batch" or "layer" normalizes the pre-activations of hidden layers, before g
    dropout : rate p of dropping a hidden unit in training, 0 ≤ p < 1; (R, 1) for each run its own
    rng    : draws the first weights; without it they are all zero. b starts at zero.
    scale  : "glorot" (sd √(2/(n_in+n_out))), "he" (sd √(2/n_in)), or a number: the sd itself
    """

    def __init__(
        self,
        sizes: Sequence[int],
        hidden: str | Sequence[str] = "tanh",
        output: str = "softmax",
        *,
        lam: Rate = 0.0,
        norm: str | None = None,
        dropout: Rate = 0.0,
        reduction: str = "mean",
        rng: np.random.Generator | None = None,
        scale: str | float = "glorot",
    ) -> None:
        sizes = sizes.tolist() if isinstance(sizes, ndarray) else sizes
        if not isinstance(sizes, Sequence) or len(sizes) < 2:
            raise ValueError(f"sizes is {sizes!r}; wanted (n_in, …, n_out)")
        self.sizes = tuple(whole(n, f"sizes[{l}]", 1) for l, n in enumerate(sizes))
        self.depth = len(sizes) - 1
        self.g = [None, *of_layers(hidden, self.depth - 1)]
        one_of(output, "output", ("softmax", *ACTIVATIONS))
        if output == "softmax" and self.sizes[-1] == 1:
            raise ValueError(
                f"sizes is {self.sizes}; softmax wants an output for each class, at least 2 "
                '(for a regression: output="identity")'
            )
        self.output = None if output == "softmax" else ACTIVATIONS[output]
        self.reduction = one_of(reduction, "reduction", REDUCTIONS)
        self.lam = at_least_zero(lam, "lam")
        self.norm = None if norm is None else one_of(norm, "norm", AXIS)
        self.dropout = dropout_rate(dropout)
        self.drops, self.decays = bool(np.any(self.dropout)), bool(np.any(self.lam))
        self.layout = Layout(self.sizes, norm is not None)
        self.statistics = [None] + [(np.zeros(n), np.ones(n)) for n in self.sizes[1:-1]]
        self._bind(np.zeros(self.layout.size))
        for gamma in self.gamma[1:]:
            gamma[:] = 1
        first_deviation(scale, 1, 1)  # refuses a wrong scale also where it is not used
        if rng is not None:
            generator(rng)
            for l in range(1, self.depth + 1):
                n_in, n_out = self.sizes[l - 1 : l + 1]
                self.W[l][:] = rng.normal(size=(n_in, n_out)) * first_deviation(scale, n_in, n_out)

    def _bind(self, theta: ndarray) -> None:
        self.theta, self.gradient = theta, np.zeros_like(theta)
        for name in ("W", "b", "gamma", "shift"):
            setattr(self, name, self.layout.views(self.theta, name))
            setattr(self, f"d{name}", self.layout.views(self.gradient, name))
        self.statistics = deepcopy(self.statistics)

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
        """(P,) True for the entries of theta that may decay: weights, and nothing else."""
        return self.layout.is_weight

    @property
    def state(self) -> list[ndarray]:
        """All that evaluation depends on: theta, and the running statistics of batch norm."""
        return [self.theta, *(part for pair in self.statistics[1:] for part in pair)]

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

    def forward(self, x: ndarray, *, train: bool = False, rng: Generators | None = None) -> Cache:
        """Slide "Forward pass": a = z W + b, z = g(a), layer by layer.

        x : (N, n_in), or (R, N, n_in) to give each run its own. The cache's last z is ŷ.
        train : drop units (masks drawn from rng), normalize by the batch's own statistics, and
            let the loss and the gradient have the penalty λ‖W‖².
        """
        if train and self.drops and rng is None:
            raise ValueError("rng is missing; wanted a generator for the masks of dropout")
        return self._forward(self.inputs(x), train, rng)

    def _forward(self, x: ndarray, train: bool, rng: Generators | None) -> Cache:
        cache = Cache([None], [x], [None], [None], [None], train)
        for l in range(1, self.depth + 1):
            a = cache.z[l - 1] @ self.W[l]
            a += self.b[l][..., None, :]
            cache.a.append(a)
            if l == self.depth:
                cache.z.append(self._predict(a))
            else:
                normalized = self._normalize(a, l, train)
                if normalized is not None:
                    a = normalized.a_hat * self.gamma[l][..., None, :] + self.shift[l][..., None, :]
                h = self.g[l].g(a)
                drop = train and self.drops
                mask = dropout_mask(h.shape, self.dropout, rng) if drop else None
                cache.h.append(h)
                cache.normalized.append(normalized)
                cache.mask.append(mask)
                cache.z.append(h * mask if drop else h)
        return cache

    def _normalize(self, a: ndarray, l: int, train: bool) -> Normalized | None:
        if self.norm is None:
            return None
        if self.norm == "batch" and not train:
            return normalize_by(a, *self.statistics[l])
        return normalize(a, AXIS[self.norm])

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
            np.add.reduce(delta[l], axis=-2, out=self.db[l])
            if l > 1:
                dz = delta[l] @ self.W[l].swapaxes(-1, -2)  # ∂E/∂z of the layer below
                delta[l - 1] = self._through_unit(dz, cache, l - 1)
        if cache.train and self.decays:
            self.gradient += l2(self.theta, self.lam, self.layout.is_weight)[1]
        return delta

    def _through_unit(self, dz: ndarray, cache: Cache, l: int) -> ndarray:
        """From ∂E/∂z to δ = ∂E/∂a: back through dropout, the activation, the normalization."""
        if cache.mask[l] is not None:
            dz = dz * cache.mask[l]
        d = dz * self.g[l].slope(cache.h[l])
        normalized = cache.normalized[l]
        if normalized is None:
            return d
        np.add.reduce(d * normalized.a_hat, axis=-2, out=self.dgamma[l])
        np.add.reduce(d, axis=-2, out=self.dshift[l])
        return normalize_backward(d * self.gamma[l][..., None, :], normalized)

    def update_statistics(self, cache: Cache) -> None:
        """Batch norm: take a training batch into the running statistics. Else nothing to do."""
        for l in range(1, self.depth):
            if self.norm == "batch":
                self.statistics[l] = running(self.statistics[l], cache.normalized[l])

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
            loss = _cross_entropy(cache.a[-1], y, self.reduction)
        else:
            loss = _squared_error(cache.z[-1], y, self.reduction)
        if cache.train and self.decays:
            loss = loss + l2(self.theta, self.lam, self.layout.is_weight)[0]
        return loss

    def loss(
        self, x: ndarray, y: ndarray, *, train: bool = False, rng: Generators | None = None
    ) -> ndarray:
        """E on these examples: a number, or (R,) for R runs. train, rng : as for `forward`."""
        return self.cached_loss(self.forward(x, train=train, rng=rng), y)

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
