import pytest
from flask import Flask

from epiluma.web.access import ANYONE, UndeclaredViewError, allow, callers_of, refuse_undeclared, undeclared_views


def test_every_view_says_who_may_call_it(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert {"pages.home", "pages.read", "api_v1.predict", "health.healthz", "statics.file"} <= endpoints
    assert undeclared_views(app) == []


def test_an_app_with_an_undeclared_view_does_not_start() -> None:
    app = Flask("test", static_folder=None)
    app.add_url_rule("/open", "open", allow(ANYONE)(lambda: "open"))
    app.add_url_rule("/secret", "secret", lambda: "secret")

    with pytest.raises(UndeclaredViewError, match=r"these do not: secret$"):
        refuse_undeclared(app)


def test_a_view_that_is_added_later_without_a_declaration_is_refused_when_called() -> None:
    app = Flask("test", static_folder=None)
    app.add_url_rule("/open", "open", allow(ANYONE)(lambda: "open"))
    refuse_undeclared(app)
    app.add_url_rule("/secret", "secret", lambda: "secret")

    assert app.test_client().get("/open").text == "open"
    assert app.test_client().get("/secret").status_code == 403


def test_a_declaration_names_the_callers() -> None:
    assert callers_of(allow(ANYONE)(lambda: "x")) == {ANYONE}
    assert callers_of(lambda: "x") == frozenset()
