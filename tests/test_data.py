import numpy as np
import pytest
from scipy import stats

from lecture_lib.core.network import Network, accuracy
from lecture_lib.core.optimizers import SGD
from lecture_lib.core.training import train
from lecture_lib.data import (
    CLASS_NAMES,
    HAM,
    SPAM,
    SPAM_PROCESS,
    Standardizer,
    best_possible_error,
    digits,
    features,
    spam,
    spam_posterior,
)

# The process as the course states it: class, share, median length, sigma, Beta(alpha, beta).
PROCESS = [
    (HAM, 0.40, 60, 0.60, 8, 2),
    (HAM, 0.20, 420, 0.45, 3, 5),
    (SPAM, 0.22, 35, 0.50, 2, 6),
    (SPAM, 0.15, 500, 0.40, 7, 2.5),
    (SPAM, 0.03, 45, 0.50, 8, 3),
]


def rng(seed=0):
    return np.random.default_rng(seed)


def density(x, label):
    """p(x, label) for x = (log length, trust), by SciPy."""
    return sum(
        share
        * stats.norm(np.log(median), sigma).pdf(x[..., 0])
        * stats.beta(alpha, beta).pdf(x[..., 1])
        for c, share, median, sigma, alpha, beta in PROCESS
        if c == label
    )


@pytest.fixture(scope="module")
def many():
    return spam(400_000, rng())


def test_the_process_is_the_one_the_course_states():
    got = [(c.label, c.share, c.median_length, c.sigma, c.alpha, c.beta) for c in SPAM_PROCESS]
    assert got == PROCESS and sum(c.share for c in SPAM_PROCESS) == pytest.approx(1)
    assert (SPAM, HAM) == (0, 1) and CLASS_NAMES == ("spam", "ham")


def test_shapes_units_and_seed():
    x, y = spam(50, rng(1))
    assert x.shape == (50, 2) and y.shape == (50,) and y.dtype.kind == "i"
    assert (x[:, 0] > 0).all() and (x[:, 1] >= 0).all() and (x[:, 1] <= 1).all()
    again, other = spam(50, rng(1)), spam(50, rng(2))
    assert np.array_equal(x, again[0]) and np.array_equal(y, again[1])
    assert not np.array_equal(x, other[0])
    assert spam(1, rng())[0].shape == (1, 2)


def test_two_draws_from_one_generator_differ():
    one = rng()
    assert not np.array_equal(spam(20, one)[0], spam(20, one)[0])


def within_5_sigma(sample, mean, sd):
    return abs(sample.mean() - mean) < 5 * sd / np.sqrt(len(sample))


@pytest.mark.parametrize("label", [SPAM, HAM])
def test_moments_of_each_class(many, label):
    """Shares, log lengths, trust, and their product, against the mixture's exact moments."""
    x, y = many
    rows = [row[1:] for row in PROCESS if row[0] == label]
    share = sum(row[0] for row in rows)
    assert within_5_sigma((y == label) * 1.0, share, np.sqrt(share * (1 - share)))
    log_length, trust = np.log(x[y == label, 0]), x[y == label, 1]
    weights = np.array([row[0] for row in rows]) / share
    mu = np.array([np.log(row[1]) for row in rows])
    sigma = np.array([row[2] for row in rows])
    beta = [stats.beta(*row[3:]) for row in rows]
    first = np.array([b.mean() for b in beta])
    second = np.array([b.moment(2) for b in beta])
    for sample, mean in (
        (log_length, weights @ mu),
        (log_length**2, weights @ (mu**2 + sigma**2)),
        (trust, weights @ first),
        (trust**2, weights @ second),
        (log_length * trust, weights @ (mu * first)),
    ):
        assert within_5_sigma(sample, mean, sample.std())


def test_the_posterior_is_exact():
    x = np.column_stack([rng().uniform(np.log(5), np.log(3000), 500), rng(1).uniform(0, 1, 500)])
    spam_density, ham_density = density(x, SPAM), density(x, HAM)
    raw = np.column_stack([np.exp(x[:, 0]), x[:, 1]])
    assert spam_posterior(raw) == pytest.approx(spam_density / (spam_density + ham_density))


def test_the_posterior_is_the_share_of_spam_among_mails_like_this(many):
    x, y = many
    p = spam_posterior(x)
    edges = np.linspace(0, 1, 21)
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        here = (p >= low) & (p < high)
        sd = np.sqrt((p[here] * (1 - p[here])).mean()) + 1e-9
        assert here.sum() > 500
        assert abs((y[here] == SPAM).mean() - p[here].mean()) < 5 * sd / np.sqrt(here.sum())


@pytest.mark.filterwarnings("error")
def test_the_posterior_is_a_probability_at_every_edge():
    grid = np.array([[w, t] for w in (1e-300, 0.01, 1, 60, 1e6, 1e300) for t in (0, 1e-9, 0.5, 1)])
    p = spam_posterior(grid)
    assert ((p >= 0) & (p <= 1)).all()
    assert spam_posterior([60, 0.0]) == pytest.approx(spam_posterior([60, 1e-9]), abs=1e-6)
    assert spam_posterior([60, 1.0]) == pytest.approx(spam_posterior([60, 1 - 1e-9]), abs=1e-6)


def test_the_posterior_keeps_leading_axes():
    x = spam(24, rng())[0]
    assert spam_posterior(x.reshape(2, 3, 4, 2)).ravel() == pytest.approx(spam_posterior(x))


def test_the_best_possible_error(many):
    best = best_possible_error()
    assert best == pytest.approx(0.0958, abs=5e-5)
    assert best == pytest.approx(best_possible_error(2000), abs=5e-7)
    x, y = many
    wrong = (spam_posterior(x) < 0.5) != (y == HAM)
    assert within_5_sigma(wrong * 1.0, best, np.sqrt(best * (1 - best)))


def test_a_line_is_far_from_the_best_and_a_network_near_it():
    """n = 300 and fresh mails: a line reaches about .69, a hidden layer about .89."""
    seeds, (fresh, fresh_y) = 4, spam(10_000, rng(100))
    mails = [spam(300, rng(seed)) for seed in range(seeds)]
    scales = [Standardizer.fit(features(x)) for x, _ in mails]
    x = np.stack([scale(features(x)) for scale, (x, _) in zip(scales, mails, strict=True)])
    y = np.stack([y for _, y in mails])
    test = np.stack([scale(features(fresh)) for scale in scales])
    reached = {}
    for sizes in ((2, 2), (2, 16, 2)):  # a sweep: each run has data and first weights of its own
        starts = [Network(sizes, rng=rng(seed)).theta for seed in range(seeds)]
        net = Network(sizes).at(starts)
        list(train(net, x, y, SGD(1.0), epochs=800))
        reached[len(sizes)] = accuracy(net.predict(test), fresh_y).mean()
    assert reached[2] == pytest.approx(0.69, abs=0.03)
    assert 0.87 < reached[3] < 1 - best_possible_error()


def test_features_are_log_length_and_trust():
    x = spam(12, rng())[0]
    assert np.array_equal(features(x), np.column_stack([np.log(x[:, 0]), x[:, 1]]))
    assert features(x.reshape(3, 4, 2)).shape == (3, 4, 2)


def test_standardizer():
    x = rng().normal(size=(200, 3)) * [1, 1e-6, 1e6] + [5, 0, -1e7]
    scale = Standardizer.fit(x)
    assert scale(x).mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-9)
    assert scale(x).std(axis=0) == pytest.approx(np.ones(3))
    assert scale.inverse(scale(x)) == pytest.approx(x)
    fresh = np.array([[5.0, 0.0, -1e7]])
    assert scale(fresh) == pytest.approx((fresh - x.mean(axis=0)) / x.std(axis=0))
    assert scale(x.reshape(4, 50, 3)).shape == (4, 50, 3)


def test_a_feature_that_never_changes_is_only_moved():
    for constant in (0.0, 0.1, 1e9 / 3):  # the rounding of the mean is no spread
        x = np.column_stack([np.full(77, constant), np.arange(77.0)])
        scaled = Standardizer.fit(x)(x)
        assert scaled[:, 0] == pytest.approx(np.zeros(77), abs=1e-6)
        assert scaled[:, 1].std() == pytest.approx(1)


def test_digits():
    x, y = digits()
    assert x.shape == (1797, 64) and y.shape == (1797,)
    assert x.min() == 0 and x.max() == 1 and y.dtype.kind == "i"
    assert set(y) == set(range(10))


BAD = [
    *[(f"n {n!r}", lambda n=n: spam(n, rng()), "n", repr(n)) for n in (0, -3, 2.0, "5", None)],
    *[(f"rng {r!r}", lambda r=r: spam(5, r), "rng", repr(r)) for r in (0, None)],
    ("rng np.random", lambda: spam(5, np.random), "rng", "rng is numpy.random;"),
    *[
        (f"{f.__name__} {x}", lambda f=f, x=x: f(x), "x", got)
        for f in (spam_posterior, features)
        for x, got in (
            ([[60, 0.5, 1]], "(1, 3)"),
            (60.0, "()"),
            ([[0, 0.5]], "length 0.0"),
            ([[-60, 0.5]], "length -60.0"),
            ([[60, 1.5]], "1.5"),
            ([[60, -0.1]], "-0.1"),
            ([[np.nan, 0.5]], "not finite"),
            ([[60, np.nan]], "not finite"),
            ([["a", "b"]], "<U1"),
            (np.zeros((0, 2)), "(0, 2)"),
            ([[1], [1, 2]], "different lengths"),
        )
    ],
    *[
        (f"nodes {n!r}", lambda n=n: best_possible_error(n), "nodes", repr(n))
        for n in (0, -1, 2.5, None)
    ],
    ("fit vector", lambda: Standardizer.fit([1.0, 2.0]), "x", "(2,)"),
    ("fit runs", lambda: Standardizer.fit(np.ones((2, 3, 4))), "x", "(2, 3, 4)"),
    ("fit nothing", lambda: Standardizer.fit(np.ones((0, 4))), "x", "(0, 4)"),
    ("fit NaN", lambda: Standardizer.fit([[1.0, np.nan]]), "x", "not finite"),
    ("fit words", lambda: Standardizer.fit([["a"]]), "x", "<U1"),
    ("scale 3 of 2", lambda: Standardizer.fit(np.eye(2))(np.eye(3)), "x", "(3, 3)"),
    ("inverse 3 of 2", lambda: Standardizer.fit(np.eye(2)).inverse(np.eye(3)), "x", "(3, 3)"),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("call, argument, got", [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_bad_input(call, argument, got):
    with pytest.raises(ValueError) as error:
        call()
    message = str(error.value)
    assert message.startswith(f"{argument} ") and got in message and "wanted" in message
    assert "\n" not in message and len(message) < 160
