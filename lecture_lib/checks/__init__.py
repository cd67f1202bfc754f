"""What the cells of an exercise call.

A check cell asks a student's function for values and properties, and says what went wrong:

    with check("ce", points=3) as t:
        f = t.guard(cross_entropy)
        t.value("four losses", [f(*pair) for pair in inputs])
        t.that("shift", lambda: np.isclose(f(z + 50, y), f(z, y)), "a constant changes the loss")

`mistake` declares a known wrong answer beside the right one, `drill` gives each student numbers of
their own. Right values are never in a student's hands: they come as digests, in the key file that
`lecture release` writes beside the exercise.
"""

from .drills import drill
from .mistakes import mistake
from .task import check

__all__ = ["check", "drill", "mistake"]
