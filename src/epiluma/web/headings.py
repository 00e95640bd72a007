"""The headings of the pages about the model and the project: anchor and words, in their order."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

Headings = Mapping[str, Any]  # anchor -> a lazy string

DATA: Headings = {
    "gathered": _("How they were gathered"),
    "truth": _("How the right answer is known"),
    "diagnoses": _("What they show"),
    "people": _("Who is in them"),
    "parts": _("Three parts, by lesion"),
    "missing": _("Who and what is missing"),
    "licence": _("Licence"),
}
TRAINING: Headings = {
    "short": _("In short"),
    "run": _("This run"),
    "stages": _("Stages"),
    "curves": _("Before and after"),
    "recipe": _("The recipe in words"),
    "after": _("After the training"),
    "again": _("Train it yourself"),
}
SCORES: Headings = {
    "before": _("Before you read on"),
    "targets": _("Targets met and missed"),
    "figures": _("The figures, and what each means"),
    "diagnoses": _("Each diagnosis"),
    "confusion": _("What is taken for what"),
    "tiers": _("What lands in which tier"),
    "curves": _("Alarms, honesty, benefit"),
    "alarms": _("Where to set the alarm"),
    "people": _("Groups of people"),
    "other": _("Other pictures, and worse ones"),
    "refused": _("What it refuses"),
    "looks": _("Where it looks"),
}
NETWORK: Headings = {
    "before": _("Before the network"),
    "picture": _("From picture to seven numbers"),
    "kinds": _("The kinds of layers"),
    "outputs": _("What comes out"),
    "layers": _("Every layer"),
    "file": _("All in one file"),
}
DEVELOPERS: Headings = {
    "api": _("Over the network"),
    "record": _("The record"),
    "errors": _("When a picture cannot be read"),
    "python": _("In Python"),
    "commands": _("On the command line"),
    "browser": _("In your own web page"),
    "bundle": _("The model file"),
}
INSTALL: Headings = {
    "android": _("Android phone or tablet"),
    "apple": _("iPhone or iPad"),
    "computer": _("Computer"),
    "offline": _("Without a network"),
    "stored": _("What is kept on your device"),
}
ABOUT: Headings = {
    "what": _("What it is"),
    "who": _("Who it is for"),
    "not": _("What it is not"),
    "free": _("Free and open"),
    "name": _("The name"),
    "cite": _("How to cite it"),
}
ACCESSIBILITY: Headings = {
    "aim": _("What we aim at"),
    "tested": _("What is tested"),
    "limits": _("What does not work yet"),
    "report": _("Tell us"),
}
