import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lecture_lib.core.losses import cross_entropy, log_softmax, softmax, squared_error

logits = arrays(float, (4, 3), elements=st.floats(-1e4, 1e4))


def test_by_hand():
    a = np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]])
    assert softmax(a) == pytest.approx(np.array([[1, 2, 5], [3, 3, 2]]) / 8)
    assert cross_entropy(a, np.array([2, 0]), "sum") == pytest.approx(-np.log(15 / 64))
    assert cross_entropy(a, np.array([2, 0])) == pytest.approx(-np.log(15 / 64) / 2)
    y_hat, y = np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([[0.0, 4.0], [1.0, 1.0]])
    assert squared_error(y_hat, y, "sum") == pytest.approx((1 + 4 + 1 + 4) / 2)
    assert squared_error(y_hat, y) == pytest.approx(2.5)


def test_spam_is_class_0():
    surely_spam = np.array([[20.0, 0.0]])
    assert cross_entropy(surely_spam, np.array([0])) < 1e-8 < 19 < cross_entropy(surely_spam, [1])


def test_an_untrained_classifier_pays_log_k():
    assert cross_entropy(np.zeros((5, 2)), np.zeros(5, int)) == pytest.approx(np.log(2))


@pytest.mark.filterwarnings("error")
@given(logits)
def test_softmax_is_a_distribution_for_logits_of_any_size(a):
    p = softmax(a)
    assert np.isfinite(p).all() and (p >= 0).all()
    assert p.sum(axis=-1) == pytest.approx(np.ones(4), abs=1e-12)
    assert np.isfinite(log_softmax(a)).all()


@pytest.mark.filterwarnings("error")
def test_a_gap_that_underflows_costs_the_gap_and_not_infinity():
    a = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]])
    assert softmax(a).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert cross_entropy(a, np.array([1, 1]), "sum") == 2e4
    assert cross_entropy(a, np.eye(3)[[0, 1]], "sum") == 0  # 0 · log 0 is no NaN


def test_rows_do_not_feel_each_other():
    a = np.array([[0.0, 1.0, 2.0], [1000.0, 1001.0, 1002.0]])
    assert softmax(a)[0] == pytest.approx(softmax(a[:1])[0])
    assert softmax(a)[1] == pytest.approx(softmax(a)[0])


@given(logits, arrays(float, (4, 1), elements=st.floats(-1e4, 1e4)))
def test_adding_a_number_to_a_row_changes_nothing(a, c):
    assert softmax(a + c) == pytest.approx(softmax(a), abs=1e-11)
    y = np.array([0, 2, 1, 2])
    assert cross_entropy(a + c, y) == pytest.approx(cross_entropy(a, y), rel=1e-10, abs=1e-10)


@given(logits, st.permutations(range(4)))
def test_the_order_of_the_examples_does_not_matter(a, order):
    y, order = np.array([0, 2, 1, 2]), np.array(order)
    assert cross_entropy(a[order], y[order]) == pytest.approx(cross_entropy(a, y))
    assert squared_error(a[order], y[order]) == pytest.approx(squared_error(a, y))


@pytest.mark.parametrize("loss", [cross_entropy, squared_error])
@given(a=logits)
def test_labels_are_one_hot_rows_and_the_sum_is_n_means(loss, a):
    y = np.array([2, 0, 1, 2])
    assert loss(a, y) == loss(a, np.eye(3)[y]) == loss(a, np.eye(3, dtype=int)[y])
    assert loss(a, y, "sum") == pytest.approx(4 * loss(a, y))


@pytest.mark.parametrize("loss", [cross_entropy, squared_error])
def test_leading_axes_are_losses_of_their_own(loss):
    a = np.random.default_rng(0).normal(size=(2, 6, 5, 3))
    y = np.array([2, 0, 1, 1, 2])
    own = np.random.default_rng(1).integers(0, 3, size=(2, 6, 5))
    assert loss(a, y).shape == loss(a, own).shape == (2, 6)
    for i in np.ndindex(2, 6):
        assert loss(a, y)[i] == pytest.approx(loss(a[i], y), rel=1e-13)
        assert loss(a, own)[i] == pytest.approx(loss(a[i], own[i]), rel=1e-13)


def test_with_one_output_integers_are_values_and_no_labels():
    y_hat = np.array([[1.0], [2.0], [7.0]])
    assert squared_error(y_hat, np.array([1, 4, 7])) == pytest.approx(2 / 3)
    assert squared_error(y_hat, np.array([[1], [4], [7]])) == pytest.approx(2 / 3)
    assert squared_error(y_hat, [1.0, 4.0, 7.0]) == pytest.approx(2 / 3)


def test_small_integers_do_not_overflow():
    y_hat = np.array([[0, 200]], dtype=np.uint8)
    assert squared_error(y_hat, np.array([[200, 0]], dtype=np.uint8)) == 200**2


def test_arguments_are_not_changed():
    a, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 1])
    before = a.copy(), y.copy()
    cross_entropy(a, y), squared_error(a, y), softmax(a), log_softmax(a)
    assert np.array_equal(a, before[0]) and np.array_equal(y, before[1])
