"""Against overfitting (slide "Making training generalize"): decay, dropout, early stopping."""

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from .arguments import generator, whole
from .optimizers import Rate, at_least_zero, share


def l2(theta: ndarray, lam: Rate, decays: ndarray) -> tuple[ndarray, ndarray]:
    """The penalty λ‖W‖² (…) and its gradient 2λW (…, P).

    theta : (…, P); lam : λ ≥ 0, a number or (R, 1)
    decays : (P,) which entries of theta are weights: `Network.is_weight`, so no bias decays
    PyTorch's weight_decay is 2λ.
    """
    lam, W = at_least_zero(lam, "lam"), theta * decays
    return (lam * W * W).sum(axis=-1), 2 * lam * W


Generators = np.random.Generator | Sequence[np.random.Generator]


def dropout_mask(shape: tuple[int, ...], p: Rate, rng: Generators) -> ndarray:
    """Inverted dropout: 0 with probability p, else 1/(1 − p), so that E[mask] = 1.

    shape (…, N, n): a fresh mask for each example. p : a rate, or (R, 1), one for each run.
    rng : runs that share a generator drop the same units; a sequence gives each run its own.
    """
    p = p if isinstance(p, float) else p[..., None]
    return (uniform(rng, shape) >= p) / (1 - p)


def uniform(rng: Generators, shape: tuple[int, ...]) -> ndarray:
    """Uniform numbers in 0 … 1 of shape (…, N, n); (N, n) for all runs from one generator."""
    if isinstance(rng, np.random.Generator):
        return rng.random(shape[-2:])
    return np.stack([each.random(shape[-2:]) for each in rng])


def generators(rng: Generators | None) -> Generators:
    """rng, if it is a generator, or a sequence of them."""
    if isinstance(rng, Sequence) and rng and not isinstance(rng, str):
        return [generator(each) for each in rng]
    return generator(rng)


def spawn(rng: Generators) -> Generators:
    """New generators, whose numbers are independent of those of rng."""
    if isinstance(rng, np.random.Generator):
        return rng.spawn(1)[0]
    return [each.spawn(1)[0] for each in rng]


def dropout_rate(p: Rate) -> Rate:
    """p, if it is a rate of dropping, 0 ≤ p < 1: a float or an array (R, 1)."""
    return share(p, "dropout")


class EarlyStopping:
    """Stop when the validation loss has not improved for `patience` checks; keep the best weights.

    min_improvement : how much lower than the best so far counts as better.
    With R runs each stops by itself: what comes after its stop no longer counts.
    """

    def __init__(self, patience: int, min_improvement: float = 0.0) -> None:
        self.patience = whole(patience, "patience", 1)
        self.min_improvement = at_least_zero(min_improvement, "min_improvement")
        self.best = None  # lowest validation loss so far, (…)

    def stop(self, loss: float | ndarray, *state: ndarray) -> bool:
        """Tell the validation loss (…) and what it belongs to: the weights (…, P), and whatever
        else evaluation depends on, each with a last axis of its own. True: stop now."""
        loss = np.asarray(loss, dtype=float)
        if self.best is None:
            self.best, self.kept = np.full(loss.shape, np.inf), [part.copy() for part in state]
            self.waited = np.zeros(loss.shape, dtype=int)
        running = self.waited < self.patience
        better = running & (loss < self.best - self.min_improvement)
        self.best = np.where(better, loss, self.best)
        self.kept = [
            np.where(better[..., None], part, kept)
            for part, kept in zip(state, self.kept, strict=True)
        ]
        self.waited = np.where(better, 0, self.waited + running)
        return bool((self.waited >= self.patience).all())

    def restore(self, *state: ndarray) -> None:
        """Write the best back into these arrays: also when no stop came before the end."""
        if self.best is None:
            raise ValueError("stop() was never called, so there are no best weights to restore")
        for part, kept in zip(state, self.kept, strict=True):
            part[...] = kept
