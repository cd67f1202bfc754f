"""The leading axis of runs: run r of a sweep is the single run r, through the same code."""

import numpy as np
import pytest

from lecture_lib.core.optimizers import SGD
from lecture_lib.core.training import train
from tests.core.networks import OUTPUTS, make_runs

RUNS = 6


def close(a, b):
    return np.allclose(a, b, rtol=1e-12, atol=1e-14)


@pytest.fixture(params=["all shared", "own x", "own y", "own x and y"])
def data(request):
    """x (7, 4) and labels (7,), shared by the runs, or with a leading axis of runs."""
    rng = np.random.default_rng(5)
    x_runs = (RUNS,) if "x" in request.param else ()
    y_runs = (RUNS,) if "y" in request.param else ()
    return rng.normal(size=(*x_runs, 7, 4)), rng.integers(0, 3, size=(*y_runs, 7))


def of_run(x, y, r):
    return x[r] if x.ndim == 3 else x, y[r] if y.ndim == 2 else y


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_forward_loss_and_backward(depth, output, data):
    x, y = data
    sweep = make_runs(depth, RUNS, output=output)
    cache = sweep.forward(x)
    delta, loss = sweep.backward(cache, y), sweep.loss(x, y)
    assert loss.shape == (RUNS,)
    for r in range(RUNS):
        single, (x_r, y_r) = sweep.at(sweep.theta[r]), of_run(x, y, r)
        cache_r = single.forward(x_r)
        delta_r = single.backward(cache_r, y_r)
        assert close(sweep.gradient[r], single.gradient)
        assert close(loss[r], single.loss(x_r, y_r))
        assert close(sweep.predict(x)[r], single.predict(x_r))
        for l in range(1, depth + 1):
            assert close(cache.a[l][r], cache_r.a[l])
            assert close(cache.z[l][r], cache_r.z[l])
            assert close(delta[l][r], delta_r[l])
            assert close(sweep.dW[l][r], single.dW[l])


@pytest.mark.parametrize("batch_size", [None, 1, 3])
@pytest.mark.parametrize("own_eta", [False, True])
def test_training(batch_size, own_eta, data):
    x, y = data
    eta = np.geomspace(0.01, 1, RUNS)[:, None] if own_eta else 0.3

    def run(net, x, y, eta):
        rng = np.random.default_rng(8)
        return list(train(net, x, y, SGD(eta), epochs=5, batch_size=batch_size, rng=rng))

    sweep = make_runs(3, RUNS)
    singles = [sweep.at(theta) for theta in sweep.theta]
    records = run(sweep, x, y, eta)
    for r, single in enumerate(singles):
        records_r = run(single, *of_run(x, y, r), eta[r, 0] if own_eta else eta)
        assert close(sweep.theta[r], single.theta)
        assert len(records) == len(records_r)
        for both, one in zip(records, records_r, strict=True):
            assert (both.step, both.examples_seen) == (one.step, one.examples_seen)
            assert close(both.loss[r], one.loss)
            assert close(both.gradient_norm[r], one.gradient_norm)
            assert both.accuracy[r] == one.accuracy


def test_one_run_in_a_sweep_is_a_sweep_too(examples):
    sweep = make_runs(2, 1)
    single = sweep.at(sweep.theta[0])
    for net in (sweep, single):
        list(train(net, *examples[:2], SGD(0.5), epochs=3))
    assert close(sweep.theta, single.theta[None])


def test_many_etas_from_one_start(examples):
    start = make_runs(2, 1).theta[0]
    net = make_runs(2, 4).at(np.tile(start, (4, 1)))
    eta = np.array([0.01, 0.1, 0.5, 1.0])[:, None]
    first = next(train(net, *examples[:2], SGD(eta), epochs=1))
    assert np.ptp(first.loss) == 0
    net.backward(net.forward(examples[0]), examples[1])
    SGD(eta).step(net.theta, net.gradient)
    assert np.allclose((start - net.theta) / eta, net.gradient)
