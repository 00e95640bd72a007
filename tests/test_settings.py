from pathlib import Path

import pytest

from epiluma.settings import Settings


@pytest.mark.parametrize("name", ["HOME", "SECRET_KEY", "BUNDLE", "DATA", "WEIGHTS"])
def test_an_empty_variable_is_as_good_as_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"EPILUMA_{name}", "")

    assert getattr(Settings(), name.lower()) == Settings.model_fields[name.lower()].default


def test_a_variable_that_is_set_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EPILUMA_HOME", "/srv/epiluma")

    assert Settings().home == Path("/srv/epiluma")
