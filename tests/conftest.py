"""Fixtures every test may use, and what becomes of tests whose needs are not met here."""

import shutil
from collections.abc import Generator
from pathlib import Path

import pytest

from epiluma.settings import Settings

pytest_plugins = ["fixtures_bundle", "fixtures_run"]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder that holds `ham10000/` and its siblings."""
    folder = Settings().data
    if folder is None:
        pytest.skip("EPILUMA_DATA is unset: real pictures are not at hand")
    return folder.resolve()


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """Return the folder that holds ImageNet weights."""
    folder = Settings().weights
    if folder is None:
        pytest.skip("EPILUMA_WEIGHTS is unset: ImageNet weights are not at hand")
    return folder.resolve()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the system's Chromium."""
    found = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    return found


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--needs",
        choices=("optional", "required"),
        default="optional",
        help="what becomes of a test that needs torch or Chromium where there is none: skipped and counted, or failed",
    )
    parser.addoption("--full", action="store_true", help="every combination where otherwise every pair is tested")


def is_missing_need(report: pytest.TestReport | pytest.CollectReport) -> bool:
    """Whether a test was left out for want of a package or program, not of pictures, weights or a GPU."""
    if not report.skipped or not isinstance(report.longrepr, tuple):
        return False
    reason = report.longrepr[2].removeprefix("Skipped: ")
    return reason.startswith(("needs ", "could not import")) or "not installed" in reason


def fail_where_required(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    if config.getoption("needs") == "required" and is_missing_need(report):
        report.outcome = "failed"
        report.longrepr = f"left out, though --needs=required: {report.longrepr[2]}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    fail_where_required(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    fail_where_required(report, collector.config)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if is_missing_need(report)]
    if left_out:
        terminalreporter.write_line(
            f"{len(left_out)} tests or files of tests were left out because something they need is not installed; "
            "the reasons stand below.",
            yellow=True,
        )
