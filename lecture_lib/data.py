"""Data: the spam process, whose best possible error is known, and scikit-learn's digits.

Spam or ham from two features, as in the lecture: the e-mail's length in words and the sender's
trust in 0 … 1. Each class is a mixture, so that no straight line separates them.
"""

from dataclasses import dataclass
from math import lgamma

import numpy as np
from numpy import ndarray

from .core.arguments import finite, floats, generator, whole
from .core.losses import softmax

SPAM, HAM = 0, 1
CLASS_NAMES = ("spam", "ham")


@dataclass(frozen=True)
class Component:
    """One kind of e-mail: its class, its share, lognormal length, Beta(alpha, beta) trust."""

    name: str
    label: int
    share: float
    median_length: float
    sigma: float
    alpha: float
    beta: float

    def log_density(self, log_length: ndarray, trust: ndarray) -> ndarray:
        """log of share · p(log length, trust), elementwise; trust strictly between 0 and 1."""
        u = (log_length - np.log(self.median_length)) / self.sigma
        log_normal = -0.5 * u * u - np.log(self.sigma * np.sqrt(2 * np.pi))
        norm = lgamma(self.alpha + self.beta) - lgamma(self.alpha) - lgamma(self.beta)
        log_beta = norm + (self.alpha - 1) * np.log(trust) + (self.beta - 1) * np.log1p(-trust)
        return np.log(self.share) + log_normal + log_beta


SPAM_PROCESS = (
    Component("a colleague's note", HAM, 0.40, 60, 0.60, 8, 2),
    Component("a stranger's letter", HAM, 0.20, 420, 0.45, 3, 5),
    Component("phishing", SPAM, 0.22, 35, 0.50, 2, 6),
    Component("bulk from a trusted sender", SPAM, 0.15, 500, 0.40, 7, 2.5),
    Component("a hijacked account", SPAM, 0.03, 45, 0.50, 8, 3),
)


def spam(n: int, rng: np.random.Generator) -> tuple[ndarray, ndarray]:
    """Draw n e-mails: x (n, 2) = length in words, trust in 0 … 1; labels y (n,), 0 spam, 1 ham."""
    n = whole(n, "n", 1)
    kind = generator(rng).choice(len(SPAM_PROCESS), size=n, p=[c.share for c in SPAM_PROCESS])
    table = np.array([(c.median_length, c.sigma, c.alpha, c.beta) for c in SPAM_PROCESS])
    median, sigma, alpha, beta = table[kind].T
    length = median * np.exp(sigma * rng.normal(size=n))
    y = np.array([c.label for c in SPAM_PROCESS])[kind]
    return np.column_stack([length, rng.beta(alpha, beta)]), y


def spam_posterior(x: ndarray) -> ndarray:
    """The exact p(spam | length, trust), (…,) for raw features x (…, 2).

    At trust 0 and 1, where every density is 0, it is the limit from within.
    """
    x = _raw(x)
    log_length, trust = np.log(x[..., 0]), np.clip(x[..., 1], 1e-12, 1 - 1e-12)
    logits = np.stack([c.log_density(log_length, trust) for c in SPAM_PROCESS], axis=-1)
    is_spam = np.array([c.label == SPAM for c in SPAM_PROCESS])
    return softmax(logits)[..., is_spam].sum(axis=-1)


def best_possible_error(nodes: int = 1200) -> float:
    """The error of the best classifier there is: ∫ min(p(x, spam), p(x, ham)) dx, by midpoints.

    With the default number of nodes a side it is right to 4 digits.
    """
    nodes = whole(nodes, "nodes", 1)
    low, high = np.log(1.0), np.log(20_000.0)  # more than 6 sd beyond every component's median
    log_length = low + (np.arange(nodes)[:, None] + 0.5) / nodes * (high - low)
    trust = (np.arange(nodes) + 0.5) / nodes
    density = np.zeros((2, nodes, nodes))
    for c in SPAM_PROCESS:
        density[c.label] += np.exp(c.log_density(log_length, trust))
    return float(density.min(axis=0).sum() * (high - low) / nodes**2)


def features(x: ndarray) -> ndarray:
    """Raw spam features (…, 2) -> (log length, trust), which the networks are trained on."""
    x = _raw(x)
    return np.stack([np.log(x[..., 0]), x[..., 1]], axis=-1)


def _raw(x: ndarray) -> ndarray:
    wanted = "(…, 2): length in words, trust in 0 … 1"
    x = finite(floats(x, "x", wanted, 1), "x")
    if x.shape[-1] != 2:
        raise ValueError(f"x has shape {x.shape}; wanted {wanted}")
    length, trust = x[..., 0], x[..., 1]
    if length.min() <= 0:
        raise ValueError(f"x holds the length {length.min()}; wanted words > 0")
    if trust.min() < 0 or trust.max() > 1:
        raise ValueError(f"x holds trust in {trust.min()} … {trust.max()}; wanted 0 … 1")
    return x


@dataclass(frozen=True)
class Standardizer:
    """Moves and scales each feature to mean 0 and standard deviation 1.

    Fitted on the training examples only: `Standardizer.fit(x_train)`, then called on any x.
    """

    mean: ndarray
    sd: ndarray

    @classmethod
    def fit(cls, x: ndarray) -> "Standardizer":
        """x : (N, n_in). A feature that never changes is only moved, not scaled."""
        x = finite(floats(x, "x", "features of shape (N, n_in)", 2), "x")
        if x.ndim != 2:
            raise ValueError(f"x has shape {x.shape}; wanted features of shape (N, n_in)")
        sd = np.where(np.ptp(x, axis=0) > 0, x.std(axis=0), 1.0)
        return cls(x.mean(axis=0), sd)

    def __call__(self, x: ndarray) -> ndarray:
        """x (…, n_in) in standard units."""
        return (self._fitting(x) - self.mean) / self.sd

    def inverse(self, x: ndarray) -> ndarray:
        """Back to the units the features came in."""
        return self._fitting(x) * self.sd + self.mean

    def _fitting(self, x: ndarray) -> ndarray:
        wanted = f"(…, {len(self.mean)}), the features it was fitted on"
        x = floats(x, "x", wanted, 1)
        if x.shape[-1] != len(self.mean):
            raise ValueError(f"x has shape {x.shape}; wanted {wanted}")
        return x


def digits() -> tuple[ndarray, ndarray]:
    """scikit-learn's 1,797 handwritten digits: x (1797, 64) pixels scaled to 0 … 1, y (1797,)."""
    from sklearn.datasets import load_digits  # on first use: `import lecture_lib.data` stays fast

    data = load_digits()
    return data.data / 16.0, data.target
