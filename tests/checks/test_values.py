import numpy as np
import pytest

from lecture_lib.checks import digests, values
from lecture_lib.checks.values import Odd, coerce, parts, same, settle, spec, tree


def shape_of(x):
    return spec(tree(settle(x)))


def test_lists_tuples_arrays_and_generators_of_the_same_numbers_are_one_value():
    wanted = shape_of([np.ones((2, 3)), np.ones(3)])
    for other in (
        ([[1, 1, 1], [1, 1, 1]], [1, 1, 1]),
        (x for x in (np.ones((2, 3), np.float32), np.ones(3, int))),
        [np.ones((2, 3)), (1.0, True, np.float32(1))],
    ):
        got = coerce(tree(settle(other)), wanted)
        assert same(got, tree([np.ones((2, 3)), np.ones(3)]))


def test_a_generator_that_reuses_its_buffer_is_copied_as_it_goes():
    def batches():
        buffer = np.zeros(2)
        for i in range(3):
            buffer[:] = i
            yield buffer

    np.testing.assert_array_equal(settle(batches()), [[0, 0], [1, 1], [2, 2]])


def test_an_endless_generator_is_odd():
    with pytest.raises(Odd, match="does the loop end"):
        settle(iter(int, 1))


def test_opaque_outputs_are_handed_on_untouched():
    cache = object()
    assert settle([[1, 2], cache], opaque=(1,))[1] is cache


@pytest.mark.parametrize(
    "got, wanted, says",
    [
        (np.ones((3, 2)), np.ones((2, 3)), "transposed"),
        (np.ones((3, 1)), np.ones(3), "another shape"),
        (np.ones(4), 1.0, "mean or a sum missing"),
        (1.0, np.ones(4), "one axis too many"),
        (np.ones(3), "text", "wanted a text"),
        ([np.ones(2), np.ones(5)], [np.ones(5), np.ones(2)], "another order"),
        ([np.ones(2), "a"], [np.ones(5), np.ones(2)], "value 1 of 2"),
        (np.ones(3), [np.ones(5), np.ones(2)], "wanted 2 values"),
        ({"a": 1}, {"a": 1, "b": 2}, "the keys a, b"),
        ({"a": 1, "b": None}, {"a": 1, "b": 2}, "still to fill in: b"),
        ((1, None), (np.ones(3), 2), "value 1"),
        ([np.ones(5), np.ones(3)], np.ones(2), "value 1 of 2 is an array .* a single number: is a"),
        ((1, [3, None, 4]), (1, np.ones(3)), "value 2 of 2: value 2 of 3 is None"),
        (["0.5", "1"], np.ones(2), "value 1 of 2 is a text"),
    ],
)
def test_what_does_not_fit_is_said(got, wanted, says):
    with pytest.raises(Odd, match=says):
        coerce(tree(settle(got)), spec(tree(settle(wanted))))


@pytest.mark.parametrize("x", [1j, np.array([1j]), object(), len])
def test_what_is_no_number_is_odd(x):
    with pytest.raises(Odd, match="real numbers"):
        tree(x)


def test_small_leaves_and_texts_are_digested_together():
    found = parts(tree(settle({"a": 1.0, "b": np.arange(5), "c": 2, "d": "Yes ", "e": "no"})))
    assert [(name, np.shape(leaf)) for name, leaf in found] == [("b", (5,)), ("", (2,)), ("", ())]
    assert found[-1][1] == "yes\nno"


@pytest.mark.parametrize("n", [1, 4, 300])
def test_a_digest_forgives_rounding_and_nothing_else(n):
    rng = np.random.default_rng(n)
    for _ in range(20):
        x = rng.normal(size=n)
        wanted = digests.sketch(x, "salt")
        assert digests.fits(x.astype(np.float32).astype(float), wanted, "salt")
        assert not digests.fits(x * 1.001, wanted, "salt")
        assert not digests.fits(x, wanted, "another salt")
        assert not digests.fits(x[None], wanted, "salt")


def test_a_mask_opens_with_its_own_text_only():
    hidden = digests.mask(b"what went wrong", "3,4", "salt")
    assert digests.mask(hidden, "3,4", "salt") == b"what went wrong"
    assert digests.mask(hidden, "3,5", "salt") != b"what went wrong"


def test_limit_is_reachable_for_an_epoch():
    assert len(settle(iter(range(values.LIMIT)))) == values.LIMIT
