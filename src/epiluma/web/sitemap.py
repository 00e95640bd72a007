"""The pages of the site and their groups: header, footer, overviews and related links all read this table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException

from epiluma import taxonomy

Text = Any  # a lazy string: translated when it is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One page.

    Attributes:
        path: its address below the root of the app.
        title: what links, its own heading and the browser's tab call it.
        summary: one or two sentences: under its heading, in overviews, and for search engines.
    """

    path: str
    title: Text
    summary: Text


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Pages that belong together.

    Attributes:
        title: its heading in the footer, and its word in the header.
        overview: the page that leads to the others.
        pages: all others, in the order a reader may want them.
    """

    title: Text
    overview: Page
    pages: Sequence[Page] = ()

    @property
    def all(self) -> tuple[Page, ...]:
        """Every page of the group, the overview first."""
        return (self.overview, *self.pages)


HOME = Page(
    path="/",
    title=_("Read a picture"),
    summary=_(
        "The three most probable diagnoses of a skin lesion, how suspicious it looks, and what to do next. "
        "Research and education only."
    ),
)
SEVERAL = Page(
    path="/several",
    title=_("Several pictures"),
    summary=_("Up to 100 pictures at once: one row each, the most suspicious first."),
)
DIAGNOSES = Page(
    path="/diagnoses",
    title=_("The seven diagnoses"),
    summary=_("What the model can name, side by side: how each looks, what it does, and how soon it needs a doctor."),
)
GUIDES = Page(
    path="/guide",
    title=_("Guides"),
    summary=_("How to take a good picture, and how to understand what comes back."),
)
MODEL = Page(
    path="/model",
    title=_("About the model"),
    summary=_("What it learned from, how it was trained, what it scores, and where it fails."),
)
QUESTIONS = Page(
    path="/questions",
    title=_("Questions and answers"),
    summary=_("Limits, privacy, cost: what people ask before and after they use Epiluma."),
)

GROUPS: Sequence[Group] = (
    Group(title=_("Read a picture"), overview=HOME, pages=(SEVERAL,)),
    Group(
        title=_("Diagnoses"),
        overview=DIAGNOSES,
        # Name and text of a diagnosis are its own, by its code; they reach the translator through the taxonomy.
        pages=tuple(
            Page(path=f"{DIAGNOSES.path}/{one.code}", title=_(one.name), summary=_(one.patient_text))
            for one in taxonomy.DIAGNOSES
        ),
    ),
    Group(
        title=_("Guides"),
        overview=GUIDES,
        pages=(
            Page(
                path="/guide/photograph",
                title=_("How to photograph a spot"),
                summary=_("Light, focus, distance, hair and gel: what makes a picture that can be judged."),
            ),
            Page(
                path="/guide/patients",
                title=_("Guide for patients"),
                summary=_("What a result means, what it does not mean, and when to see a doctor without waiting."),
            ),
            Page(
                path="/guide/doctors",
                title=_("Guide for doctors"),
                summary=_("Intended use, operating points, calibration, failure modes, subgroups and heat maps."),
            ),
            Page(
                path="/guide/technologists",
                title=_("Guide for technologists"),
                summary=_("Many pictures at once, tables, exit codes, and how to check that everything went well."),
            ),
            Page(
                path="/early-detection",
                title=_("Why early detection matters"),
                summary=_("How common melanoma is, how survival depends on its stage, and what screening cannot do."),
            ),
        ),
    ),
    Group(
        title=_("About the model"),
        overview=MODEL,
        pages=(
            Page(
                path="/data",
                title=_("The pictures it learned from"),
                summary=_("How the data was gathered, who is in it, and who is missing."),
            ),
            Page(
                path="/training",
                title=_("How it was trained"),
                summary=_("From a network that knows everyday things to one that knows seven diagnoses."),
            ),
            Page(
                path="/scores",
                title=_("What it scores"),
                summary=_("Every figure of its test, with its interval and what it means."),
            ),
            Page(
                path="/network",
                title=_("The network, layer by layer"),
                summary=_("What happens to a picture between its pixels and seven numbers."),
            ),
            Page(
                path="/card",
                title=_("Model card"),
                summary=_("The model's own account of itself: use, limits, data, figures."),
            ),
        ),
    ),
    Group(
        title=_("Questions"),
        overview=QUESTIONS,
        pages=(
            Page(
                path="/about",
                title=_("About Epiluma"),
                summary=_("What the project is, who it is for, and what it is not."),
            ),
            Page(
                path="/accessibility",
                title=_("Accessibility"),
                summary=_("What works for whom, what does not yet, and how that is tested."),
            ),
            Page(
                path="/install",
                title=_("Install it on a phone"),
                summary=_("Keep Epiluma on the home screen and use it without a network."),
            ),
            Page(
                path="/developers",
                title=_("For developers"),
                summary=_("The programming interface, the model file, and the module for your own page."),
            ),
        ),
    ),
)
PAGES: Mapping[str, Page] = {page.path: page for group in GROUPS for page in group.all}


def exists(path: str) -> bool:
    """Whether this app answers at a path: an app may be made without some parts."""
    try:
        current_app.url_map.bind("").match(path)
    except HTTPException:
        return False
    return True


def href(path: str) -> str:
    """Return the address of a path, also where the app does not live at the root of its host."""
    return request.script_root + path


def current(path: str, *, group: Group | None = None) -> str:
    """Return the value of `aria-current` for a link: `page`, `true` for the page's group, or nothing."""
    if request.path == path:
        return "page"
    if group is None:
        return ""
    below = request.path.startswith(f"{group.overview.path}/") and group.overview is not HOME
    return "true" if below or request.path in {page.path for page in group.all} else ""


def header_links() -> list[tuple[Page, Text, str]]:
    """Return the links of the header: page, word, and its `aria-current`."""
    links = []
    for group in GROUPS:
        is_tool = group.overview is HOME
        links.append((group.overview, group.title, current(group.overview.path, group=None if is_tool else group)))
        if is_tool:
            links.append((SEVERAL, SEVERAL.title, current(SEVERAL.path)))
    return [link for link in links if exists(link[0].path)]


def footer_groups() -> list[tuple[Text, list[Page]]]:
    """Return every page there is, by group."""
    groups = [(group.title, [page for page in group.all if exists(page.path)]) for group in GROUPS]
    return [(title, pages) for title, pages in groups if pages]


def group_of(path: str) -> Group | None:
    """Return the group a path belongs to."""
    for group in GROUPS:
        if path in {page.path for page in group.all} or path.startswith(f"{group.overview.path}/"):
            return group
    return None
