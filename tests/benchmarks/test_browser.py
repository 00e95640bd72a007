"""The benchmark of the browser counts what travels, and the time of those processes alone that it started."""

import gzip
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def browser_benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install 'epiluma[dev]'")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("browser")


def test_the_payload_is_the_sum_of_what_travels(browser_benchmark: ModuleType) -> None:
    sizes = browser_benchmark.payload(b"network" * 1000)

    assert sizes["model"] == len(gzip.compress(b"network" * 1000))
    assert sizes["reader"] > 5000
    assert sizes["together"] == sizes["runtime"] + sizes["model"] + sizes["reader"]


def test_the_processes_above_one_are_found(browser_benchmark: ModuleType) -> None:
    parents = {1: 0, 20: 1, 30: 20, 40: 1}

    assert list(browser_benchmark.ancestors(30, parents)) == [20, 1, 0]
    assert list(browser_benchmark.ancestors(40, parents)) == [1, 0]


def test_the_pictures_have_the_sizes_that_are_named(browser_benchmark: ModuleType) -> None:
    from epiluma.imaging.decode import read_image

    assert read_image(browser_benchmark.drawn((300, 200))).shape == (200, 300, 3)
