"""The benchmark of a request: it splits and compares what it measured rightly, and runs on the model that ships."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def request_benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("request")


def test_the_parts_of_a_request_add_up_to_the_whole(request_benchmark: ModuleType) -> None:
    spent = {"parse": 1.0, "read_image": 6.0, "pool": 2.0, "run": 9.0, "render": 3.0, "whole": 20.5}

    parts = request_benchmark.parts_of(spent, rule_ms=1.5)

    assert parts == {
        "parse": 1.0,
        "decode": 4.0,  # 6 without the 2 of pooling
        "preprocess": 3.5,  # 2 of pooling and 1.5 inside the graph
        "network": 7.5,  # 9 without those 1.5
        "render": 3.0,
        "other": 1.5,
    }
    assert sum(parts.values()) == 20.5


def test_a_request_is_compared_with_the_bare_work(request_benchmark: ModuleType) -> None:
    row = request_benchmark.Row(picture="drawn", sent_by="API", parts_ms={"decode": 4.0, "network": 8.0}, bare_ms=10.0)

    assert row.whole_ms == 12.0
    assert row.times_bare == 1.2


def test_a_watched_function_still_answers_and_its_calls_are_summed(request_benchmark: ModuleType) -> None:
    owner = ModuleType("owner")
    owner.double = lambda number: 2 * number
    stopwatch = request_benchmark.Stopwatch()
    stopwatch.watch(owner, "double", "doubling")

    assert [owner.double(1), owner.double(2)] == [2, 4]
    assert list(stopwatch.spent_ms) == ["doubling"]
    assert stopwatch.spent_ms["doubling"] >= 0


def test_it_prints_one_table_with_both_pictures_and_both_ways_to_send_them() -> None:
    command = [sys.executable, BENCHMARKS / "request.py", "--repeat", "1"]

    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()

    assert printed[0].split()[-4:] == ["+", "model", "times", "bare"]
    assert [line.split("  ")[0] for line in printed[1:5]] == ["600×450"] * 2 + ["12 megapixels"] * 2
    assert [line.split(" Mbit/s")[0] for line in printed[5:]] == ["press to answer over 20"] * 2
