"""Sections that need more than the scored pictures: other and worse pictures, and where the model looked."""

from epiluma.evaluation.page.headline import Report
from epiluma.evaluation.page.markup import Markup, paragraph, section


def robustness(report: Report) -> Markup:
    """Return how figures fall as pictures get worse, and what is refused that is no lesion."""
    if "robustness" not in report:
        return section("worse-pictures", "Worse pictures, and pictures of something else", paragraph("Not measured."))
    return section("worse-pictures", "Worse pictures, and pictures of something else")


def localisation(report: Report) -> Markup:
    """Return whether the heat map points at the lesion."""
    if "localisation" not in report:
        return section("where", "Where it looked", paragraph("Not measured."))
    return section("where", "Where it looked")
