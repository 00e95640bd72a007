"""What goes to stderr while a command works: bars on a terminal, nothing anywhere else, and never two at a time."""

import pytest

from epiluma.cli.output import counted_progress

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"  # a bar hides it as long as it is drawn


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make stderr count as a terminal."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.usefixtures("terminal")
def test_a_bar_names_the_task_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    with counted_progress() as report:
        report("Reading pictures", 3, 8)

    printed = capsys.readouterr()
    assert "Reading pictures" in printed.err
    assert "3/8" in printed.err
    assert printed.out == ""


@pytest.mark.usefixtures("terminal")
def test_a_bar_is_taken_away_when_all_is_done_so_that_the_next_one_has_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with counted_progress() as report:
        report("Reading pictures", 1, 2)
        report("Reading pictures", 2, 2)
        printed = capsys.readouterr().err

    assert (printed.count(HIDE_CURSOR), printed.count(SHOW_CURSOR)) == (1, 1)


@pytest.mark.usefixtures("terminal")
def test_a_second_task_brings_the_bar_back(capsys: pytest.CaptureFixture[str]) -> None:
    with counted_progress() as report:
        report("Reading train pictures", 2, 2)
        capsys.readouterr()
        report("Reading validation pictures", 1, 2)

    printed = capsys.readouterr().err
    assert "Reading validation pictures" in printed
    assert (printed.count(HIDE_CURSOR), printed.count(SHOW_CURSOR)) == (1, 1)


def test_where_there_is_no_terminal_nothing_is_drawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    with counted_progress() as report:
        report("Reading pictures", 1, 2)
        report("Reading pictures", 2, 2)

    assert capsys.readouterr() == ("", "")
