"""Who may call a view. A view that does not say so is refused: when the app is made, and again at each request."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, request

View = TypeVar("View", bound=Callable[..., Any])
DECLARATION = "epiluma_allows"


class Caller(StrEnum):
    """Those a view can be opened to."""

    ANYONE = "anyone"


ANYONE = Caller.ANYONE


class UndeclaredViewError(RuntimeError):
    """A programming mistake: a view was registered without saying who may call it."""


def allow(*callers: Caller) -> Callable[[View], View]:
    """Declare who may call a view; stands directly above the function, below the route."""

    def declare(view: View) -> View:
        setattr(view, DECLARATION, frozenset(callers))
        return view

    return declare


def callers_of(view: Callable[..., Any]) -> frozenset[Caller]:
    """Return who may call a view; empty where nothing was declared."""
    declared: frozenset[Caller] = getattr(view, DECLARATION, frozenset())
    return declared


def undeclared_views(app: Flask) -> list[str]:
    """Return the endpoints that do not say who may call them, sorted."""
    return sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if not callers_of(app.view_functions[rule.endpoint])}
    )


def refuse_undeclared(app: Flask) -> None:
    """Refuse to start with an undeclared view, and refuse calls to one that was added later.

    Raises:
        UndeclaredViewError: naming the endpoints.
    """
    missing = undeclared_views(app)
    if missing:
        raise UndeclaredViewError(
            f"every view must say who may call it with @allow(…); these do not: {', '.join(missing)}"
        )

    @app.before_request
    def deny_by_default() -> None:
        endpoint = request.endpoint
        if endpoint is not None and ANYONE not in callers_of(app.view_functions[endpoint]):
            abort(403)
