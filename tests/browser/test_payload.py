"""How much the first page asks of a visitor before any reading."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser
Open = Callable[..., Any]
BUDGET_BYTES = 150_000


def test_the_first_page_is_at_most_150_kb_without_the_model_and_its_runtime(open_page: Open) -> None:
    loaded: list[Any] = []
    page = open_page(place="", prepare=lambda page: page.on("response", lambda one: loaded.append(one)))
    page.wait_for_selector("[data-where][data-known]")
    kinds = ("document", "stylesheet", "script")
    answers = [one for one in loaded if one.request.resource_type in kinds and "/static/built/" not in one.url]
    sizes = {one.url: len(gzip.compress(one.body())) for one in answers}

    assert {one.request.resource_type for one in answers} == set(kinds)
    assert len(sizes) > 15
    assert sum(sizes.values()) <= BUDGET_BYTES, sizes
