"""Every exercise as a student first meets it: nothing done yet, and nothing broken."""

import pytest

from lecture_lib.lab import ROOT
from tests.browser import lab

pytestmark = pytest.mark.browser

EXERCISES = sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))


@pytest.mark.parametrize("name", EXERCISES)
def test_an_untouched_exercise_runs_and_says_that_nothing_is_done_yet(page, address, name):
    heard = lab.watch(page)
    lab.follow_link(page, address, f"exercises/{name}")
    lab.run_all(page)
    for number, cell in enumerate(lab.cells(page)):
        outputs = cell.get("outputs", [])
        assert not [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            verdict = page.locator(".jp-Notebook .jp-Cell").nth(number).locator("[role=status]")
            assert "not done yet" in verdict.text_content()
    assert heard == []
    lab.stop_kernel(page)
