"""The training loop, and the three flavours of gradient descent (slide of that name)."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy import ndarray

from .arguments import whole
from .losses import targets
from .network import Network, _accuracy
from .regularization import EarlyStopping, Generators, generators, spawn


class Optimizer(Protocol):
    def step(self, theta: ndarray, gradient: ndarray) -> None: ...


@dataclass(frozen=True)
class Record:
    """One step of training, measured on the step's batch *before* the update.

    loss, accuracy and gradient_norm are numbers, or (R,) for R runs; loss is what training
    minimises: with this step's dropout, and with the penalty of weight decay;
    accuracy is NaN for a single output, which has no classes;
    examples_seen counts this batch too; seconds since training began;
    validation_loss : in the first step of each epoch, else None.
    """

    step: int
    examples_seen: int
    seconds: float
    loss: float | ndarray
    accuracy: float | ndarray
    gradient_norm: float | ndarray
    validation_loss: float | ndarray | None = None


def minibatches(n: int, batch_size: int, rng: Generators) -> Iterator[ndarray]:
    """Indices of one epoch: 0 … n−1 in a new random order, `batch_size` at a time.

    Each example comes once; the last batch is short when batch_size does not divide n.
    With a sequence of R generators each run has an order of its own: (R, batch_size).
    """
    n = whole(n, "n", 1)
    batch_size = whole(batch_size, "batch_size", 1, n, ", the number of examples")
    if isinstance(generators(rng), np.random.Generator):
        order = rng.permutation(n)
    else:
        order = np.stack([each.permutation(n) for each in rng])
    return (order[..., start : start + batch_size] for start in range(0, n, batch_size))


def train(
    net: Network,
    x: ndarray,
    y: ndarray,
    optimizer: Optimizer,
    *,
    epochs: int,
    batch_size: int | None = None,
    rng: Generators | None = None,
    validation: tuple[ndarray, ndarray] | None = None,
    stopping: EarlyStopping | None = None,
) -> Iterator[Record]:
    """Train net in place; yields a record for each step, before its update.

    x : (N, n_in); y : labels (N,), one-hot or values (N, n_out); for R runs also (R, N, …) each
    batch_size : None takes all N examples in each step (batch gradient descent), 1 is
        stochastic gradient descent, anything between is mini-batch; these two need rng.
    rng : draws batches and the masks of dropout; for R runs also a sequence of R generators
    validation : (x, y) whose loss, without dropout and penalty, begins each epoch
    stopping : watches that loss; at the end net is what it was when that was lowest
    FloatingPointError, in a sentence, once the loss is not finite (in every run).
    Nothing is trained until the records are asked for: `records = list(train(...))`.
    """
    x = net.inputs(x)
    n = x.shape[-2]
    y = targets(y, (*net.theta.shape[:-1], n, net.sizes[-1]))
    if not hasattr(optimizer, "step"):
        raise ValueError(f"optimizer is {optimizer!r}; wanted an optimizer such as SGD(eta)")
    epochs = whole(epochs, "epochs", 1)
    if batch_size is not None:
        batch_size = whole(batch_size, "batch_size", 1, n, ", the number of examples")
    if batch_size is not None or net.drops:
        generators(rng)
    if stopping is not None and validation is None:
        raise ValueError("validation is None; stopping wants (x, y) to watch the loss of")
    return _train(net, x, y, optimizer, epochs, batch_size, rng, validation, stopping)


def _train(
    net: Network,
    x: ndarray,
    y: ndarray,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None,
    rng: Generators | None,
    validation: tuple[ndarray, ndarray] | None,
    stopping: EarlyStopping | None,
) -> Iterator[Record]:
    begin, step, seen, n = perf_counter(), 0, 0, x.shape[-2]
    masks = spawn(rng) if net.drops else None  # so that batches do not depend on p
    check = None if validation is None else lambda: net.loss(*validation)
    try:
        for _ in range(epochs):
            validation_loss = check and check()
            if stopping is not None and stopping.stop(validation_loss, *net.state):
                return
            for batch in [slice(None)] if batch_size is None else minibatches(n, batch_size, rng):
                x_batch, y_batch = _rows(x, batch), _rows(y, batch)
                cache = net._forward(x_batch, True, masks)  # x and y were checked above
                net._backward(cache, y_batch)
                net.update_statistics(cache)
                seen += x_batch.shape[-2]
                loss = net._loss(cache, y_batch)
                if not np.isfinite(loss).any():
                    raise FloatingPointError(_diverged(step, loss, optimizer))
                right = _accuracy(cache.z[-1], y_batch) if net.sizes[-1] > 1 else nan * loss
                norm = np.sqrt((net.gradient**2).sum(axis=-1))
                seconds = perf_counter() - begin
                yield Record(step, seen, seconds, loss, right, norm, validation_loss)
                optimizer.step(net.theta, net.gradient)
                step, validation_loss = step + 1, None
        if stopping is not None:
            stopping.stop(check(), *net.state)
    finally:  # also when nobody asks for the next record, or a step fails
        if stopping is not None and stopping.best is not None:
            stopping.restore(*net.state)


def _rows(values: ndarray, batch: slice | ndarray) -> ndarray:
    """The examples of a batch (B,), or of each run's own batch (R, B), out of (…, N, k)."""
    if isinstance(batch, slice) or batch.ndim == 1:
        return values[..., batch, :]
    return (
        np.take_along_axis(values, batch[..., None], axis=-2) if values.ndim > 2 else values[batch]
    )


def _diverged(step: int, loss: ndarray, optimizer: Optimizer) -> str:
    eta = getattr(optimizer, "eta", None)
    eta = eta(step) if callable(eta) else eta
    with_eta = "" if eta is None else f" with η = {np.max(eta):.3g}"
    return (
        f"the loss is {np.max(loss)} at step {step}{with_eta}, so training stops. What usually "
        "helps: a smaller η, standardised inputs, clipping the gradient"
    )
