"""The bundle's card as HTML: markdown that was generated, rendered as if a stranger had written it."""

import re
from collections.abc import Sequence
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from epiluma.bundle.read import CARD_FILE, Bundle

FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
LARGEST_BYTES = 200_000  # far beyond any card that is generated
LOWER = 1  # the page has its own first heading


@lru_cache(maxsize=4)
def _render(text: str) -> Markup:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    tokens = parser.parse(FRONT_MATTER.sub("", text, count=1))
    _adapt(tokens)
    # Raw HTML is shown as text, addresses that run something are refused, and there are no pictures.
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704


def render_card(bundle: Bundle) -> Markup:
    """Return the card of a bundle without its front matter, headings one step lower.

    Raises:
        BundleError: the card was altered since the bundle was opened.
    """
    return _render(bundle.read_file(CARD_FILE)[:LARGEST_BYTES].decode("utf-8", errors="replace"))


def _adapt(tokens: Sequence[Token]) -> None:
    heading = ""
    number = 0
    for index, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + LOWER)}"
            if token.type == "heading_open":
                heading, number = tokens[index + 1].content, 0
        elif token.type == "table_open":
            number += 1
            token.meta["label"] = heading if number == 1 else f"{heading} ({number})"
        elif token.type in ("th_open", "td_open"):
            _adapt_cell(token, tokens, index)


def _adapt_cell(token: Token, tokens: Sequence[Token], index: int) -> None:
    token.attrs.pop("style", None)  # the policy of the page forbids inline styles
    if token.type == "th_open":
        if tokens[index + 1].content:
            token.attrSet("scope", "col")
        else:
            token.tag = tokens[index + 2].tag = "td"  # an empty cell is no heading


def _open_table(self: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:  # noqa: ARG001
    label = Markup.escape(tokens[index].meta["label"])
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}"><table class="figures">\n'


def _close_table(self: object, tokens: Sequence[Token], index: int, options: object, env: object) -> str:  # noqa: ARG001
    return "</table></div>\n"
