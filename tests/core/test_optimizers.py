"""Each optimizer against PyTorch's, against its formula by hand, and by its properties."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lecture_lib.core.optimizers import SGD, Adam, AdamW, Momentum, Nesterov, RMSProp
from lecture_lib.core.schedules import step_decay, warmup_cosine

P = 7
DECAYS = np.array([1, 1, 0, 1, 0, 1, 1])
GRADIENTS = arrays(float, (4, P), elements=st.floats(-10, 10).filter(lambda x: abs(x) > 1e-3))


def slopes(theta, t):
    """A gradient that changes: with the step, and by sizes from 1e-6 to 1."""
    return np.sin(theta * 3 + t) * np.logspace(-6, 0, P)


def run(optimizer, theta, steps=50, gradient=slopes):
    for t in range(steps):
        optimizer.step(theta, gradient(theta, t))
    return theta


def by_torch(make, steps=50, schedule=None):
    theta = torch.linspace(-2, 3, P, dtype=torch.float64).requires_grad_()
    optimizer = make([theta])
    scheduler = schedule and schedule(optimizer)
    for t in range(steps):
        theta.grad = torch.tensor(slopes(theta.detach().numpy(), t))
        optimizer.step()
        if scheduler:
            scheduler.step()
    return theta.detach().numpy()


def start():
    return np.linspace(-2, 3, P)


PAIRS = {
    "SGD": (lambda: SGD(0.02), lambda p: torch.optim.SGD(p, 0.02)),
    "Momentum": (
        lambda: Momentum(0.02, beta=0.8),
        lambda p: torch.optim.SGD(p, 0.02, momentum=0.8),
    ),
    "Nesterov": (
        lambda: Nesterov(0.02, beta=0.8),
        lambda p: torch.optim.SGD(p, 0.02, momentum=0.8, nesterov=True),
    ),
    "RMSProp": (
        lambda: RMSProp(0.02, rho=0.9, eps=0.1),
        lambda p: torch.optim.RMSprop(p, 0.02, alpha=0.9, eps=0.1),
    ),
    "Adam": (
        lambda: Adam(0.02, 0.8, 0.95, eps=0.1),
        lambda p: torch.optim.Adam(p, 0.02, (0.8, 0.95), eps=0.1),
    ),
    "Adam, usual": (lambda: Adam(0.02), lambda p: torch.optim.Adam(p, 0.02)),
    "AdamW": (
        lambda: AdamW(0.02, 0.3, np.ones(P), 0.8, 0.95, eps=0.1),
        lambda p: torch.optim.AdamW(p, 0.02, (0.8, 0.95), eps=0.1, weight_decay=0.3),
    ),
}


@pytest.mark.parametrize("ours, theirs", PAIRS.values(), ids=PAIRS)
def test_fifty_steps_of_pytorch(ours, theirs):
    assert np.abs(run(ours(), start()) - by_torch(theirs)).max() < 1e-12


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (
            warmup_cosine(0.1, 0, 40, low=0.01),
            lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 40, eta_min=0.01),
        ),
        (step_decay(0.1, 7, 0.3), lambda o: torch.optim.lr_scheduler.StepLR(o, 7, 0.3)),
    ],
    ids=["cosine", "step"],
)
def test_schedules_of_pytorch(ours, theirs):
    expected = by_torch(lambda p: torch.optim.SGD(p, 0.1), 40, theirs)
    assert np.abs(run(SGD(ours), start(), 40) - expected).max() < 1e-12


def test_a_schedule_changes_the_slides_momentum_but_not_its_past():
    """The slide's v holds η already: a new η scales new gradients only, unlike PyTorch's."""
    theta, g = np.zeros(1), np.ones(1)
    optimizer = Momentum(lambda t: [1.0, 0.1][t], beta=0.5)
    optimizer.step(theta, g)
    optimizer.step(theta, g)
    assert theta == pytest.approx(-1 - (0.5 + 0.1))


def test_steady_gradient_builds_up_to_eta_over_one_minus_beta():
    theta, optimizer = np.zeros(1), Momentum(0.1, beta=0.9)
    for _ in range(300):
        before = theta.copy()
        optimizer.step(theta, np.ones(1))
    assert before - theta == pytest.approx(0.1 / (1 - 0.9))


@pytest.mark.parametrize(
    "make, edge",
    [
        (lambda eta: SGD(eta), 2),
        (lambda eta: Momentum(eta, 0.9), 2 * (1 + 0.9)),
        (lambda eta: Nesterov(eta, 0.9), 2 * (1 + 0.9) / (1 + 2 * 0.9)),
    ],
    ids=["SGD", "Momentum", "Nesterov"],
)
def test_stability_edges(make, edge):
    for share, stable in ((0.99, True), (1.01, False)):
        theta = run(make(share * edge), np.ones(1), 3000, lambda theta, t: theta.copy())
        assert (abs(theta[0]) < 1e-3) == stable


@given(GRADIENTS)
def test_without_beta_momentum_is_sgd(gradients):
    thetas = [start() for _ in range(3)]
    makers = SGD(0.1), Momentum(0.1, beta=0.0), Nesterov(0.1, beta=0.0)
    for optimizer, theta in zip(makers, thetas, strict=True):
        run(optimizer, theta, 4, lambda _, t: gradients[t])
    assert np.allclose(thetas[0], thetas[1], rtol=1e-13)
    assert np.allclose(thetas[0], thetas[2], rtol=1e-13)


@given(GRADIENTS)
def test_the_first_step_of_adam_is_eta_in_every_coordinate(gradients):
    theta = start()
    Adam(0.1, 0.7, 0.9, eps=0.0).step(theta, gradients[0])
    assert np.allclose(theta, start() - 0.1 * np.sign(gradients[0]), rtol=0, atol=1e-12)


@given(GRADIENTS)
def test_scaled_gradients_make_the_same_adam(gradients):
    a = run(Adam(0.1, eps=0.0), start(), 4, lambda _, t: gradients[t])
    b = run(Adam(0.1, eps=0.0), start(), 4, lambda _, t: 1000 * gradients[t])
    assert np.allclose(a, b, rtol=1e-9, atol=1e-9)


def test_decay_is_outside_the_moments_and_spares_biases():
    theta = start()
    AdamW(0.1, 0.5, DECAYS).step(theta, np.zeros(P))  # no gradient: only the decay is left
    assert np.allclose(theta, start() * (1 - 0.1 * 0.5 * DECAYS), rtol=1e-15)
    plain, none = run(Adam(0.02), start()), run(AdamW(0.02, 0.0, DECAYS), start())
    assert np.array_equal(plain, none)


def test_decay_follows_the_schedule():
    theta = start()
    optimizer = AdamW(lambda t: [1.0, 0.1][t], 0.5, np.ones(P))
    for _ in range(2):
        optimizer.step(theta, np.zeros(P))
    assert np.allclose(theta, start() * (1 - 0.5) * (1 - 0.05), rtol=1e-15)


def column(*values):
    return np.array(values)[:, None]


@pytest.mark.parametrize(
    "sweep, single",
    [
        (SGD(column(0.1, 0.02)), lambda r: SGD([0.1, 0.02][r])),
        (
            Momentum(column(0.1, 0.02), column(0.5, 0.9)),
            lambda r: Momentum([0.1, 0.02][r], [0.5, 0.9][r]),
        ),
        (
            Nesterov(column(0.1, 0.02), column(0.5, 0.9)),
            lambda r: Nesterov([0.1, 0.02][r], [0.5, 0.9][r]),
        ),
        (
            RMSProp(column(0.1, 0.02), column(0.5, 0.9)),
            lambda r: RMSProp([0.1, 0.02][r], [0.5, 0.9][r]),
        ),
        (
            AdamW(column(0.1, 0.02), column(0.3, 0.1), DECAYS, column(0.5, 0.9), column(0.8, 0.9)),
            lambda r: AdamW([0.1, 0.02][r], [0.3, 0.1][r], DECAYS, [0.5, 0.9][r], [0.8, 0.9][r]),
        ),
        (
            SGD(warmup_cosine(column(0.1, 0.02), 3, 60)),
            lambda r: SGD(warmup_cosine([0.1, 0.02][r], 3, 60)),
        ),
    ],
)
def test_a_run_of_a_sweep_is_the_run_alone(sweep, single):
    theta = run(sweep, np.stack([start(), 2 * start()]))
    for r in range(2):
        assert np.allclose(theta[r], run(single(r), (1 + r) * start()), rtol=1e-12)


def test_theta_is_changed_in_place_and_the_gradient_left_alone():
    for make, _ in PAIRS.values():
        theta, g = start(), slopes(start(), 1)
        kept, optimizer = g.copy(), make()
        view = theta[:3]
        for _ in range(3):
            optimizer.step(theta, g)
        assert np.array_equal(g, kept)
        assert not np.array_equal(view, start()[:3])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: Momentum(0.1, beta=1.0), "beta is 1.0; wanted"),
        (lambda: Nesterov(0.1, beta=-0.1), "beta is -0.1; wanted"),
        (lambda: RMSProp(0.1, rho=np.nan), "rho holds a value that is not finite"),
        (lambda: Adam(0.1, beta1=column(0.9, 1.2)), "beta1 is 1.2; wanted"),
        (lambda: Adam(0.1, beta2="high"), "beta2 holds"),
        (lambda: Adam(0.1, eps=-1e-8), "eps is -1e-08; wanted"),
        (lambda: Adam(0), "eta is 0.0; wanted"),
        (lambda: AdamW(0.1, -1, DECAYS), "lam is -1.0; wanted"),
        (lambda: SGD(lambda t: -1.0).step(np.ones(2), np.ones(2)), "eta is -1.0; wanted"),
        (lambda: Momentum(0.1, beta=np.ones(3) / 2), "beta has shape (3,); wanted"),
        (lambda: warmup_cosine(0, 1, 2), "peak is 0.0; wanted"),
        (lambda: warmup_cosine(1, -1, 2), "warmup is -1; wanted"),
        (lambda: warmup_cosine(1, 5, 5), "total is 5; wanted"),
        (lambda: warmup_cosine(1, 0, 5, low=-1), "low is -1.0; wanted"),
        (lambda: step_decay(1, 0, 0.5), "every is 0; wanted"),
        (lambda: step_decay(1, 2, 0.0), "factor is 0.0; wanted"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(says)


def test_warmup_loses_no_step_and_meets_its_ends():
    eta = warmup_cosine(0.8, 4, 20, low=0.2)
    assert [float(eta(t)) for t in range(4)] == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert eta(4) == pytest.approx(0.8)
    assert eta(8) == pytest.approx(0.2 + 0.6 * (1 + np.sqrt(0.5)) / 2)  # a quarter of the decay
    assert eta(12) == pytest.approx(0.5)
    assert eta(20) == eta(37) == pytest.approx(0.2)
