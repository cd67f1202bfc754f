import numpy as np
import pytest

from lecture_lib.core.network import Network, accuracy
from tests.core.networks import SIZES, make, make_runs


def test_forward_and_backward_by_hand():
    """One tanh unit between two inputs and a linear output, one example: the slide's chain."""
    net = Network((2, 1, 1), "tanh", "identity")
    net.W[1][:, 0], net.b[1][0], net.W[2][0, 0], net.b[2][0] = [0.5, -1.0], 0.1, 2.0, 0.3
    x, y = np.array([[1.0, 0.4]]), np.array([[1.0]])
    z = np.tanh(0.5 * 1 - 1.0 * 0.4 + 0.1)
    y_hat = 2 * z + 0.3
    cache = net.forward(x)
    assert cache.a[1] == pytest.approx(0.2)
    assert cache.z[1] == pytest.approx(z) and cache.z[2] == pytest.approx(y_hat)
    delta2 = y_hat - 1
    delta1 = delta2 * 2 * (1 - z * z)
    delta = net.backward(cache, y)
    assert delta[2] == pytest.approx(delta2) and delta[1] == pytest.approx(delta1)
    assert net.dW[2] == pytest.approx(delta2 * z) and net.db[2] == pytest.approx(delta2)
    assert net.dW[1][:, 0] == pytest.approx([delta1, 0.4 * delta1])
    assert net.loss(x, y) == pytest.approx(delta2**2 / 2)


def test_softmax_and_cross_entropy_leave_y_hat_minus_y(examples):
    x, y, _ = examples
    net = make(2, reduction="sum")
    cache = net.forward(x)
    delta = net.backward(cache, y)
    assert delta[2] == pytest.approx(cache.z[2] - np.eye(3)[y], abs=1e-15)


def test_the_mean_is_the_sum_over_n(examples):
    x, y, _ = examples
    mean, total = make(3), make(3, reduction="sum")
    mean.backward(mean.forward(x), y), total.backward(total.forward(x), y)
    assert total.gradient == pytest.approx(7 * mean.gradient, rel=1e-12)
    assert total.loss(x, y) == pytest.approx(7 * mean.loss(x, y))


@pytest.mark.parametrize("net", [make(4), make_runs(4), make_runs(4).at(np.ones((2, 3, 76)))])
def test_weights_and_gradients_are_views(net):
    R, at = net.theta.shape[:-1], 0
    assert net.gradient.shape == net.theta.shape
    for l, (n_in, n_out) in enumerate(zip(SIZES[4][:-1], SIZES[4][1:], strict=True), start=1):
        assert net.W[l].shape == net.dW[l].shape == (*R, n_in, n_out)
        assert net.b[l].shape == net.db[l].shape == (*R, n_out)
        for view, flat, size in (
            (net.W[l], net.theta, n_in * n_out),
            (net.dW[l], net.gradient, n_in * n_out),
        ):
            flat[..., at : at + size] = np.arange(size)
            assert np.shares_memory(view, flat)
            assert np.array_equal(view[(0,) * len(R)], np.arange(size).reshape(n_in, n_out))
        at += n_in * n_out
        for view, flat in ((net.b[l], net.theta), (net.db[l], net.gradient)):
            view[:] = l + 0.5
            assert (flat[..., at : at + n_out] == l + 0.5).all()
        at += n_out
    assert at == net.theta.shape[-1]


def test_backward_writes_into_gradient_and_makes_no_new_one(examples):
    net = make_runs(3)
    gradient, dW = net.gradient, net.dW[2]
    net.backward(net.forward(examples[0]), examples[1])
    assert net.gradient is gradient and net.dW[2] is dW and (gradient != 0).any(axis=0).all()
    once = gradient.copy()
    net.backward(net.forward(examples[0]), examples[1])
    assert np.array_equal(net.gradient, once)  # it does not accumulate


def test_backward_leaves_theta_and_the_cache_alone(examples):
    x, y, _ = examples
    net = make(3)
    cache, theta = net.forward(x), net.theta.copy()
    before = [z.copy() for z in cache.z]
    net.backward(cache, y)
    assert np.array_equal(net.theta, theta)
    assert all(np.array_equal(z, old) for z, old in zip(cache.z, before, strict=True))


def test_at_copies(examples):
    net = make(2)
    theta = np.tile(net.theta, (3, 1))
    other = net.at(theta)
    other.theta[0] = 0
    other.backward(other.forward(examples[0]), examples[1])
    assert (theta == net.theta).all() and not net.gradient.any()
    assert other.W[1].shape == (3, 4, 5) and net.W[1].shape == (4, 5)
    assert not np.shares_memory(net.at(net.theta).theta, net.theta)
    assert net.at([0] * net.theta.size).theta.dtype == float


def test_at_takes_arrays_in_any_memory_order(examples):
    net = make_runs(3)
    for theta in (np.asfortranarray(net.theta), np.repeat(net.theta, 2, axis=1)[:, ::2]):
        other = net.at(theta)
        other.W[1][:] = 5
        assert (other.theta[:, :20] == 5).all()


def test_first_weights():
    def weights(scale, seed=0):
        return Network((200, 300, 2), rng=np.random.default_rng(seed), scale=scale)

    assert not Network((4, 5, 3)).theta.any()
    for scale, sd in (("glorot", np.sqrt(2 / 500)), ("he", np.sqrt(2 / 200)), (0.7, 0.7)):
        net = weights(scale)
        assert net.W[1].std() == pytest.approx(sd, rel=0.02)
        assert abs(net.W[1].mean()) < 5 * sd / np.sqrt(60_000)
        assert not net.b[1].any() and not net.b[2].any()
    assert np.array_equal(weights("he").theta, weights("he").theta)
    assert not np.array_equal(weights("he").theta, weights("he", seed=1).theta)


def test_inputs_may_be_lists_and_integers():
    net = make(2)
    rows = [[1, 2, 3, 4], [0, 0, -1, 5]]
    assert np.array_equal(net.predict(rows), net.predict(np.array(rows, dtype=float)))
    net.backward(net.forward(rows), [0, 2])
    assert net.gradient.any()


def test_predictions_on_a_grid_of_points(examples):
    net, grid = make(2), np.random.default_rng(0).normal(size=(6, 5, 4))
    assert net.predict(grid).shape == (6, 5, 3)
    assert net.predict(grid)[4] == pytest.approx(net.predict(grid[4]), rel=1e-13)


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
@pytest.mark.parametrize("output", ["identity", "softmax"])
def test_a_diverged_run_becomes_nan_and_leaves_its_neighbours_alone(output, examples):
    x, y, _ = examples
    net = make_runs(2, runs=3, hidden=["relu"], output=output)
    net.theta[1] = np.inf
    net.backward(net.forward(x), y)
    loss = net.loss(x, y)
    assert np.isfinite(loss).tolist() == [True, False, True]
    assert np.isfinite(net.gradient).all(axis=-1).tolist() == [True, False, True]


def test_accuracy():
    y_hat = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7], [0.3, 0.4, 0.3], [0.5, 0.4, 0.1]])
    y = np.array([0, 2, 0, 1])
    assert accuracy(y_hat, y) == accuracy(y_hat, np.eye(3)[y]) == 0.5
    both = np.stack([y_hat, y_hat[:, ::-1]])
    assert accuracy(both, y).tolist() == [0.5, 0.0]
    assert accuracy(both, np.stack([y, 2 - y])).tolist() == [0.5, 0.5]
