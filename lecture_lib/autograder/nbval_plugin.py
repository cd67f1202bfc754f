"""nbval as the judge of a spliced notebook: `pytest -p lecture_lib.autograder.nbval_plugin
--lecture-check RESULTS notebook.ipynb`.

Of each output only the check's verdict is compared; prints, warnings and figures cost nothing.
"""

import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import nbval.plugin
import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell, IPyNbFile

from lecture_lib.checks.report import MIME


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lecture-check", metavar="RESULTS", help="judge checks; write results here")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if parent.config.option.lecture_check and file_path.suffix == ".ipynb":
        return CheckedNotebook.from_parent(parent, path=file_path)
    return None


class WatchedKernel(RunningKernel):
    """nbval would wait to the time limit for an answer of a kernel that has ended."""

    def get_message(self, stream: str, timeout: float = 1) -> dict:
        deadline = time.monotonic() + timeout
        while True:
            try:
                return super().get_message(stream, timeout=min(timeout, 0.5))
            except Empty:
                if not self.is_alive():
                    raise RuntimeError("it ended Python") from None
                if time.monotonic() > deadline:
                    raise


nbval.plugin.RunningKernel = WatchedKernel  # the class is hard-coded, as is that of the cells


class CheckedNotebook(IPyNbFile):
    def collect(self) -> Iterator["CheckedCell"]:
        for item in super().collect():  # nbval names its own cell class: make ours of each
            item.cell.execution_count = 1  # None would mean that nothing is compared
            options = defaultdict(bool, check=True)  # whatever tags and comments of a student say
            yield CheckedCell.from_parent(
                self, name=item.name, cell_num=item.cell_num, cell=item.cell, options=options
            )


class CheckedCell(IPyNbCell):
    says: list[str] = []

    def compare_outputs(self, test: list, ref: list, skip_compare: tuple | None = None) -> bool:
        wanted = [o["data"][MIME]["verdict"] for o in ref if MIME in o.get("data", {})]
        shown = [o["data"][MIME] for o in test if MIME in o.get("data", {})]
        if not wanted:
            return True
        self.says = [line for s in shown for line in (s.get("says") or [s.get("verdict")])]
        self.comparison_traceback = self.says
        return [s.get("verdict") for s in shown] == wanted


_results: list[dict] = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = (yield).get_result()
    if isinstance(item, CheckedCell) and (report.when == "call" or report.failed):
        errors = [o for o in item.test_outputs or [] if o["output_type"] == "error"]
        stopped = "; ".join(f"{e['ename']}: {e['evalue']}".removesuffix(": ") for e in errors)
        if report.failed and not errors and not item.says:
            stopped = str(call.excinfo.value).split("\n")[0]
        if item.parent.timed_out:
            stopped = f"it takes longer than {item.config.option.nbval_cell_timeout:g} s"
        origin = item.cell.metadata["origin"]
        _results.append(
            {"cell": origin, "right": report.passed, "says": item.says, "stopped": stopped}
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    if target := session.config.option.lecture_check:
        Path(target).write_text(json.dumps(_results), "utf-8")
