import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lecture_lib.core.activations import ACTIVATIONS, relu, sigmoid

FUNCTIONS = ACTIVATIONS.values()
by_name = pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.name)
H = 1e-30


@by_name
def test_the_slope_read_off_z_is_the_derivative(f):
    a = np.array([-7.5, -2.0, -0.3, -1e-6, 1e-6, 0.4, 1.7, 6.0])
    assert np.allclose(f.slope(f.g(a)), f.g(a + 1j * H).imag / H, rtol=1e-12, atol=1e-15)


@by_name
def test_the_slope_is_the_derivative_anywhere(f):
    @given(st.floats(-30, 30).filter(lambda a: a != 0))
    def check(a):
        a = np.array([a])
        assert np.allclose(f.slope(f.g(a)), f.g(a + 1j * H).imag / H, rtol=1e-10, atol=1e-13)

    check()


def test_relu_at_zero_has_slope_zero_for_backward_and_complex_step_alike():
    zero = np.zeros(1)
    assert relu.slope(relu.g(zero)) == 0 and relu.g(zero + 1j * H).imag == 0


def test_values_by_hand():
    a = np.array([-1.0, 0.0, 2.0])
    assert np.allclose(sigmoid.g(a), [1 / (1 + np.e), 0.5, 1 / (1 + np.exp(-2))])
    assert relu.g(a).tolist() == [0, 0, 2]
    assert ACTIVATIONS["tanh"].g(a) == pytest.approx([-0.76159416, 0, 0.96402758])
    assert ACTIVATIONS["identity"].g(a).tolist() == a.tolist()


@pytest.mark.filterwarnings("error")
@by_name
def test_no_overflow_for_huge_inputs(f):
    a = np.array([-1e4, -800.0, 800.0, 1e4])
    z = f.g(a)
    assert np.isfinite(z).all() and np.isfinite(f.slope(z)).all()
    if f is sigmoid:
        assert z.tolist() == [0, pytest.approx(0, abs=1e-300), 1, 1]


@by_name
def test_real_in_real_out_and_the_real_part_does_not_feel_the_step(f):
    a = np.linspace(-3, 3, 12).reshape(3, 4)
    assert f.g(a).dtype == float and f.g(a).shape == a.shape
    assert np.allclose(f.g(a + 1j * H).real, f.g(a), rtol=1e-15, atol=0)


@by_name
def test_nan_stays_nan(f):
    assert np.isnan(f.g(np.array([np.nan, 1.0]))).tolist() == [True, False]
