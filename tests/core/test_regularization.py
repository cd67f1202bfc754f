"""Weight decay, early stopping, clipping."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lecture_lib.core.clipping import clip_by_global_norm
from lecture_lib.core.gradient_check import complex_step
from lecture_lib.core.network import Network
from lecture_lib.core.regularization import EarlyStopping, l2

# No two rules of early stopping agree on this one (patience 3).
CURVE = [1.06, 0.93, 0.88, 0.88, 1.1, 0.84, 0.83, 0.61, 0.61, 0.84, 0.83, 0.68, 0.75, 0.65]
VECTORS = arrays(float, 6, elements=st.floats(-100, 100))


def test_l2_is_the_slides():
    net = Network([3, 4, 2], rng=np.random.default_rng(0))
    net.b[1][:], net.b[2][:] = 1.0, 2.0
    penalty, gradient = l2(net.theta, 0.3, net.is_weight)
    assert penalty == pytest.approx(0.3 * sum((W**2).sum() for W in net.W[1:]))
    exact = complex_step(lambda theta: l2(theta, 0.3, net.is_weight)[0], net.theta)
    assert np.allclose(gradient, exact, rtol=1e-12)
    slope = net.at(gradient)
    assert all((b == 0).all() for b in slope.b[1:])
    assert np.allclose(slope.W[2], 0.6 * net.W[2], rtol=1e-15)


def test_l2_of_each_run_has_its_own_lambda():
    theta, decays = np.arange(8.0).reshape(2, 4), np.array([1, 1, 0, 1])
    lam = np.array([[0.0], [0.5]])
    penalty, gradient = l2(theta, lam, decays)
    for r in range(2):
        alone = l2(theta[r], lam[r, 0], decays)
        assert penalty[r] == alone[0]
        assert np.array_equal(gradient[r], alone[1])


def stopped(stopping, curve):
    for epoch, loss in enumerate(curve):
        if stopping.stop(loss, np.full(3, float(epoch))):
            break
    theta = np.empty(3)
    stopping.restore(theta)
    return epoch, theta


def test_early_stopping_by_hand():
    epoch, theta = stopped(EarlyStopping(3), CURVE)
    assert epoch == 10
    assert (theta == 7).all()


def test_a_small_gain_is_none():
    epoch, theta = stopped(EarlyStopping(3, min_improvement=0.05), CURVE)
    assert epoch == 4  # .88 is not .05 below .93
    assert (theta == 1).all()


def test_the_best_weights_come_back_without_a_stop_too():
    epoch, theta = stopped(EarlyStopping(9), CURVE[:10])
    assert epoch == 9
    assert (theta == 7).all()


def test_the_best_weights_are_a_copy():
    stopping, theta = EarlyStopping(2), np.zeros(3)
    stopping.stop(1.0, theta)
    theta += 5
    stopping.stop(2.0, theta)
    stopping.restore(theta)
    assert (theta == 0).all()


def test_each_run_stops_by_itself():
    rng = np.random.default_rng(3)
    curves = rng.random((5, 30)) + np.linspace(1, 0, 30) ** 2
    stopping = EarlyStopping(4)
    for epoch in range(30):
        if stopping.stop(curves[:, epoch], np.full((5, 3), float(epoch))):
            break
    theta = np.empty((5, 3))
    stopping.restore(theta)
    alone = [stopped(EarlyStopping(4), curve) for curve in curves]
    assert np.array_equal(theta, [best for _, best in alone])
    assert epoch == max(when for when, _ in alone)
    assert len({when for when, _ in alone}) > 1


def test_a_run_that_became_nan_does_not_improve():
    assert stopped(EarlyStopping(2), [1.0, 0.5, np.nan, np.nan, 0.1])[0] == 3


@given(VECTORS, st.floats(0.01, 1000))
def test_clipping_keeps_the_direction_and_bounds_the_norm(g, threshold):
    clipped = g.copy()
    norm = clip_by_global_norm(clipped, threshold)
    assert norm == pytest.approx(np.linalg.norm(g))
    length = np.linalg.norm(clipped)
    assert length == pytest.approx(min(norm, threshold), rel=1e-12)
    assert np.allclose(clipped * norm, g * length, rtol=1e-9, atol=1e-9)


def test_clipping_is_pytorchs():
    g = np.random.default_rng(0).normal(size=(2, 5))
    parts = [torch.zeros(5, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    for part, row in zip(parts, g, strict=True):
        part.grad = torch.tensor(row)
    torch.nn.utils.clip_grad_norm_(parts, 0.7)
    clipped = g.ravel().copy()
    clip_by_global_norm(clipped, 0.7)
    theirs = np.concatenate([part.grad.numpy() for part in parts])
    assert np.allclose(clipped, theirs, rtol=1e-5)  # PyTorch adds 1e-6 to the norm


def test_each_run_is_clipped_by_its_own_norm():
    g = np.array([[3.0, 4.0], [0.3, 0.4]])
    assert np.allclose(clip_by_global_norm(g, 1.0), [5, 0.5])
    assert np.allclose(g, [[0.6, 0.8], [0.3, 0.4]])


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: l2(np.ones(3), -1, np.ones(3)), "lam is -1.0; wanted"),
        (lambda: EarlyStopping(0), "patience is 0; wanted"),
        (lambda: EarlyStopping(2, -0.1), "min_improvement is -0.1; wanted"),
        (lambda: EarlyStopping(2).restore(np.ones(3)), "stop() was never called"),
        (lambda: clip_by_global_norm(np.ones(3), 0), "threshold is 0.0; wanted"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(says)
