import numpy as np
import pytest

from lecture_lib.core.network import Network, accuracy
from lecture_lib.core.optimizers import SGD
from lecture_lib.core.training import minibatches, train
from tests.core.networks import make, make_runs


def test_sgd_by_hand():
    theta = np.array([1.0, -2.0, 0.5])
    same = theta
    SGD(0.1).step(theta, np.array([10.0, -1.0, 0.0]))
    assert theta is same and theta == pytest.approx([0.0, -1.9, 0.5])


def test_sgd_leaves_the_gradient_alone():
    gradient = np.array([[1.0, 2.0], [3.0, 4.0]])
    theta = np.zeros((2, 2))
    SGD(np.array([[1.0], [10.0]])).step(theta, gradient)
    assert gradient.tolist() == [[1, 2], [3, 4]] and theta.tolist() == [[-1, -2], [-30, -40]]


@pytest.mark.parametrize("n, size", [(10, 3), (10, 5), (10, 1), (10, 10), (7, 4), (1, 1)])
def test_an_epoch_takes_each_example_once_and_keeps_the_short_last_batch(n, size):
    batches = list(minibatches(n, size, np.random.default_rng(0)))
    full, rest = divmod(n, size)
    assert [len(b) for b in batches] == [size] * full + [rest] * (rest > 0)
    assert sorted(np.concatenate(batches)) == list(range(n))


def test_each_epoch_has_an_order_of_its_own_from_the_passed_generator():
    def epochs(seed):
        rng = np.random.default_rng(seed)
        return [np.concatenate(list(minibatches(50, 8, rng))).tolist() for _ in range(3)]

    assert epochs(0) == epochs(0) != epochs(1)
    first, second, third = epochs(0)
    assert first != second != third != list(range(50)) and first != list(range(50))


def test_the_global_generator_is_neither_used_nor_changed(examples):
    def run(global_seed):
        np.random.seed(global_seed)  # noqa: NPY002
        before = np.random.get_state()[1].copy()  # noqa: NPY002
        rng = np.random.default_rng(3)
        net = Network((4, 5, 3), rng=rng)
        list(train(net, *examples[:2], SGD(0.1), epochs=2, batch_size=2, rng=rng))
        assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002
        return net.theta

    assert np.array_equal(run(0), run(1))


@pytest.mark.parametrize(
    "batch_size, seen", [(None, [7]), (7, [7]), (3, [3, 6, 7]), (1, range(1, 8))]
)
def test_records_count_steps_and_examples(batch_size, seen, examples):
    rng = np.random.default_rng(0)
    records = list(
        train(make(2), *examples[:2], SGD(0.1), epochs=3, batch_size=batch_size, rng=rng)
    )
    assert [r.step for r in records] == list(range(3 * len(seen)))
    assert [r.examples_seen for r in records] == [7 * e + s for e in range(3) for s in seen]
    seconds = [r.seconds for r in records]
    assert seconds == sorted(seconds) and seconds[0] >= 0


def test_a_record_is_measured_before_its_update(examples):
    x, y, _ = examples
    net, twin = make(2), make(2)
    for record in train(net, x, y, SGD(0.4), epochs=6):
        assert np.array_equal(net.theta, twin.theta)
        twin.backward(twin.forward(x), y)
        assert record.loss == twin.loss(x, y)
        assert record.accuracy == accuracy(twin.predict(x), y)
        assert record.gradient_norm == pytest.approx(np.linalg.norm(twin.gradient), rel=1e-14)
        twin.theta -= 0.4 * twin.gradient
    assert np.array_equal(net.theta, twin.theta)  # the last update is made too


@pytest.mark.parametrize("batch_size", [1, 3, 7])
def test_a_minibatch_step_uses_its_batch_and_nothing_else(batch_size, examples):
    x, y, _ = examples
    net, twin = make(2), make(2)
    rng, same = np.random.default_rng(4), np.random.default_rng(4)
    records = train(net, x, y, SGD(0.4), epochs=3, batch_size=batch_size, rng=rng)
    for _ in range(3):
        for batch in minibatches(7, batch_size, same):
            record = next(records)
            assert np.array_equal(net.theta, twin.theta)
            twin.backward(twin.forward(x[batch]), y[batch])
            assert record.loss == pytest.approx(twin.loss(x[batch], y[batch]), rel=1e-14)
            twin.theta -= 0.4 * twin.gradient
    assert list(records) == []


def test_theta_and_its_views_stay_the_same_arrays(examples):
    net = make_runs(2)
    theta, W = net.theta, net.W[1]
    before = theta.copy()
    list(train(net, *examples[:2], SGD(0.1), epochs=2))
    assert net.theta is theta and net.W[1] is W and not (theta == before).all(axis=0).any()


def test_nothing_is_trained_before_the_records_are_asked_for(examples):
    net = make(2)
    before = net.theta.copy()
    records = train(net, *examples[:2], SGD(0.1), epochs=2)
    assert np.array_equal(net.theta, before)
    list(records)
    assert not np.array_equal(net.theta, before)


def test_data_and_labels_are_left_alone(examples):
    x, y, _ = examples
    before = x.copy(), y.copy()
    rng = np.random.default_rng(0)
    list(train(make(2), x, y, SGD(0.1), epochs=2, batch_size=2, rng=rng))
    assert np.array_equal(x, before[0]) and np.array_equal(y, before[1])


def test_steepest_descent_lowers_the_loss_by_eta_times_the_squared_norm(examples):
    first, second = train(make(3), *examples[:2], SGD(1e-6), epochs=2)
    assert (first.loss - second.loss) / 1e-6 == pytest.approx(first.gradient_norm**2, rel=1e-3)


def test_the_stability_edge_of_a_parabola_is_2_over_lambda():
    """y = w x + b by least squares: the largest stable η is 2 over the Hessian's top eigenvalue."""
    x = np.random.default_rng(0).normal(size=(50, 1))
    rows = np.column_stack([x, np.ones(50)])
    edge = 2 / np.linalg.eigvalsh(rows.T @ rows / 50).max()
    net = Network((1, 1), output="identity").at(np.ones((2, 2)))
    eta = np.array([[0.98], [1.02]]) * edge
    records = list(train(net, x, 3 * x[:, 0] - 1, SGD(eta), epochs=400))
    below, above = records[-1].loss
    assert below < 1e-3 < 1e3 < above


def test_a_regression_has_a_loss_and_no_accuracy():
    x = np.linspace(-1, 1, 20)[:, None]
    net = Network((1, 1), output="identity").at(np.zeros((3, 2)))
    records = list(train(net, x, 2 * x[:, 0] + 1, SGD(0.5), epochs=200))
    assert net.theta == pytest.approx(np.tile([2, 1], (3, 1)))
    assert records[-1].accuracy.shape == (3,) and np.isnan(records[-1].accuracy).all()


def test_a_hidden_layer_learns_what_a_line_cannot():
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = np.array([0, 1, 1, 0])
    accuracies = []
    for sizes in ((2, 2), (2, 8, 2)):
        net = Network(sizes, rng=np.random.default_rng(0))
        accuracies.append(list(train(net, x, y, SGD(1.0), epochs=500))[-1].accuracy)
    assert accuracies[0] <= 0.75 and accuracies[1] == 1
