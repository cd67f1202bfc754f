import numpy as np
import pytest


@pytest.fixture
def examples():
    """x (7, 4), labels (7,) with every class, and values (7, 3) for a regression."""
    rng = np.random.default_rng(1)
    return rng.normal(size=(7, 4)), np.array([2, 0, 1, 1, 2, 0, 2]), rng.normal(size=(7, 3))
