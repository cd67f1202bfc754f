"""A small master with every kind of task, as cells (id, tags or grading, source)."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}

CELLS = [
    ("title", "text", "# A small set"),
    ("imports", "given", "import numpy as np\n\nSLOPE = 0.3"),
    ("bank", "mistake", "from lecture_lib.checks import mistake"),
    ("leaky-text", "text", "## Leaky sums"),
    (
        "leaky",
        "solution",
        '''def leaky_mean(a, y):
    """Mean over the rows of the sum of max(a, SLOPE·a) − y; and its slope."""
    ### BEGIN SOLUTION
    z = np.where(a > 0, a, SLOPE * a)
    loss = (z - y).sum(axis=1).mean()
    slope = np.where(a > 0, 1.0, SLOPE) / len(a)
    return loss, slope
    ### END SOLUTION''',
    ),
    ("leaky-m1", "mistake", 'mistake("relu", why="No leak.", old="SLOPE * a)", new="0)")'),
    ("leaky-m2", "mistake", 'mistake("sum", why="A sum.", old=".mean()", new=".sum()")'),
    ("leaky-m3", "mistake", 'mistake("no-n", why="No N.", see="01#n", old=" / len(a)", new="")'),
    (
        "leaky-m4",
        "mistake",
        '''@mistake("in-place")
def leaky_mean(a, y):
    """You overwrite the
    caller's a."""
    slope = np.where(a > 0, 1.0, SLOPE) / len(a)
    a[a < 0] *= SLOPE
    return (a - y).sum(axis=1).mean(), slope''',
    ),
    (
        "leaky-check",
        8,
        """from lecture_lib.checks import check

with check("leaky", points=8) as t:
    f = t.guard(leaky_mean)
    inputs = [(t.normal(n, 3), t.normal(n, 3)) for n in (4, 5, 6, 7)]
    t.value("means", [f(*pair)[0] for pair in inputs])
    t.value("slope", f(*inputs[1])[1])
    a = np.abs(inputs[0][0])
    t.that("linear", lambda: np.isclose(f(a, a)[0], 0), "For positive a it is the identity.")""",
    ),
    (
        "leaky-hidden",
        3,
        """### BEGIN HIDDEN TESTS
from lecture_lib.checks import check

with check("leaky-hidden", points=3) as t:
    f = t.guard(leaky_mean)
    inputs = [(t.normal(n, 2), t.normal(n, 2)) for n in (3, 8, 5, 9)]
    t.value("means", [f(*pair)[0] for pair in inputs])
    t.value("slope", f(*inputs[3])[1])
### END HIDDEN TESTS""",
    ),
    (
        "order",
        "solution",
        '''def shuffled(x, rng):
    """The entries of x in random order."""
    ### BEGIN SOLUTION
    return x[rng.permutation(len(x))]
    ### END SOLUTION''',
    ),
    (
        "order-m1",
        "mistake",
        'mistake("as-is", why="Not mixed.", old="[rng.permutation(len(x))]", new="")',
    ),
    (
        "order-check",
        3,
        """from lecture_lib.checks import check

with check("order", points=3) as t:
    x = np.arange(20)
    out = t.guard(shuffled)(x, t.rng)
    t.value("entries", np.sort(out))
    t.that("mixed", not np.array_equal(out, x), "The order is not random.")""",
    ),
    (
        "order-hidden",
        1,
        """### BEGIN HIDDEN TESTS
from lecture_lib.checks import check

with check("order-hidden", points=1) as t:
    out = t.guard(shuffled)(np.arange(50), t.rng)
    t.value("entries", np.sort(out))
    t.that("mixed", not np.array_equal(out, np.arange(50)), "order")
### END HIDDEN TESTS""",
    ),
    ("figure", "figure", 'raise RuntimeError("a figure is never run")'),
    (
        "choice",
        "solution",
        """eta_of = dict(A=None, B=None, C=None, D=None)
### BEGIN SOLUTION
eta_of = dict(A=0.1, B=2.1, C=1.0, D=0.5)
### END SOLUTION""",
    ),
    (
        "choice-m1",
        "mistake",
        'mistake("swap", why="B and C.", old="B=2.1, C=1.0", new="B=1.0, C=2.1")',
    ),
    (
        "choice-check",
        1,
        """from lecture_lib.checks import check

with check("choice", points=1) as t:
    t.value("rates", eta_of)""",
    ),
    (
        "choice-hidden",
        1,
        """### BEGIN HIDDEN TESTS
from lecture_lib.checks import check

with check("choice-hidden", points=1) as t:
    t.value("rates", eta_of)
### END HIDDEN TESTS""",
    ),
    ("student", "solution", 'STUDENT = ""\n### BEGIN SOLUTION\nSTUDENT = "ada"\n### END SOLUTION'),
    (
        "numbers",
        "given",
        """from lecture_lib.checks import drill

def numbers(rng):
    return dict(w=round(rng.uniform(1, 3), 1), g=round(rng.uniform(1, 3), 1), eta=0.2)

n = drill("hand", STUDENT, numbers)""",
    ),
    (
        "answers",
        "answers",
        """def answers(w, g, eta):
    step = eta * g
    return dict(step=step, w_new=w - step)""",
    ),
    ("hand-m1", "mistake", 'mistake("up", why="Uphill.", old="w - step", new="w + step")'),
    ("hand-m2", "mistake", 'mistake("no-eta", why="No eta.", old="eta * g", new="g")'),
    (
        "hand",
        "solution",
        """answer = dict(step=None, w_new=None)
### BEGIN SOLUTION
answer = answers(**n)
### END SOLUTION""",
    ),
    (
        "hand-check",
        3,
        """from lecture_lib.checks import check

with check("hand", points=3) as t:
    t.drill(n, answer)""",
    ),
]


def grading(cell_id, what):
    points = isinstance(what, int)
    out = {
        "grade_id": cell_id,
        "schema_version": 3,
        "grade": points,
        "locked": points,
        "solution": what == "solution",
        "task": False,
    }
    return out | ({"points": what} if points else {})


def small_master(**changes):
    """The master; `changes` replace sources of cells (ids with _ for -), None leaves one out."""
    nb = new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    for cell_id, what, source in CELLS:
        source = changes.get(cell_id.replace("-", "_"), source)
        if source is None:
            continue
        if what == "text":
            nb.cells.append(new_markdown_cell(source, id=cell_id))
            continue
        metadata = {"tags": [what]} if what in ("mistake", "answers", "figure") else {}
        if what == "solution" or isinstance(what, int):
            metadata["nbgrader"] = grading(cell_id, what)
        nb.cells.append(new_code_cell(source, id=cell_id, metadata=metadata))
    return nb


def source(cell_id):
    return next(s for i, _, s in CELLS if i == cell_id)
