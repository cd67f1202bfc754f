"""The training loop, and the three flavours of gradient descent (slide of that name)."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy import ndarray

from .arguments import generator, whole
from .losses import targets
from .network import Network, _accuracy


class Optimizer(Protocol):
    def step(self, theta: ndarray, gradient: ndarray) -> None: ...


@dataclass(frozen=True)
class Record:
    """One step of training, measured on the step's batch *before* the update.

    loss, accuracy and gradient_norm are numbers, or (R,) for R runs;
    accuracy is NaN for a single output, which has no classes;
    examples_seen counts this batch too; seconds since training began.
    """

    step: int
    examples_seen: int
    seconds: float
    loss: float | ndarray
    accuracy: float | ndarray
    gradient_norm: float | ndarray


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[ndarray]:
    """Indices of one epoch: 0 … n−1 in a new random order, `batch_size` at a time.

    Each example comes once; the last batch is short when batch_size does not divide n.
    """
    n = whole(n, "n", 1)
    batch_size = whole(batch_size, "batch_size", 1, n, ", the number of examples")
    order = generator(rng).permutation(n)
    return (order[start : start + batch_size] for start in range(0, n, batch_size))


def train(
    net: Network,
    x: ndarray,
    y: ndarray,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
) -> Iterator[Record]:
    """Train net in place; yields a record for each step, before its update.

    x : (N, n_in); y : labels (N,), one-hot or values (N, n_out); for R runs also (R, N, …) each
    batch_size : None takes all N examples in each step (batch gradient descent), 1 is
        stochastic gradient descent, anything between is mini-batch; these two need rng.
    Nothing is trained until the records are asked for: `records = list(train(...))`.
    """
    x = net.inputs(x)
    n = x.shape[-2]
    y = targets(y, (*net.theta.shape[:-1], n, net.sizes[-1]))
    if not hasattr(optimizer, "step"):
        raise ValueError(f"optimizer is {optimizer!r}; wanted an optimizer such as SGD(eta)")
    epochs = whole(epochs, "epochs", 1)
    if batch_size is None:
        return _steps(net, x, y, optimizer, ([slice(None)] for _ in range(epochs)))
    batch_size = whole(batch_size, "batch_size", 1, n, ", the number of examples")
    rng = generator(rng)
    return _steps(net, x, y, optimizer, (minibatches(n, batch_size, rng) for _ in range(epochs)))


def _steps(
    net: Network, x: ndarray, y: ndarray, optimizer: Optimizer, epochs: Iterator
) -> Iterator[Record]:
    begin, step, seen = perf_counter(), 0, 0
    for batches in epochs:
        for batch in batches:
            x_batch, y_batch = x[..., batch, :], y[..., batch, :]
            cache = net._forward(x_batch)  # x and y were checked once, before the first step
            net._backward(cache, y_batch)
            seen += x_batch.shape[-2]
            loss = net._loss(cache, y_batch)
            right = _accuracy(cache.z[-1], y_batch) if net.sizes[-1] > 1 else nan * loss
            norm = np.sqrt((net.gradient**2).sum(axis=-1))
            yield Record(step, seen, perf_counter() - begin, loss, right, norm)
            optimizer.step(net.theta, net.gradient)
            step += 1
