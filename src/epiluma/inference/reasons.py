"""Why a picture was not judged, and what to do about it, in plain words: one table for page and command."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """What one code of a prediction's `reasons` means.

    Attributes:
        why: one sentence; English, pages translate by code.
        advice: what to do next, one or two sentences.
    """

    why: str
    advice: str


REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "quality.dark": Reason(
            why="The picture is too dark.",
            advice="Take it again in daylight or with the light of the dermoscope switched on.",
        ),
        "quality.bright": Reason(
            why="The picture is too bright.",
            advice="Take it again with less light, without flash, and out of direct sun.",
        ),
        "quality.blank": Reason(
            why="The picture shows almost nothing: it has nearly one colour all over.",
            advice="Check that nothing covers the lens and that the spot is in the middle of the picture.",
        ),
        "quality.blurred": Reason(
            why="The picture is out of focus.",
            advice="Hold still, wait until the picture is sharp, and take it again. Clean the lens first.",
        ),
        "quality.clipped": Reason(
            why="Large parts of the picture are pure white or pure black, so the detail there is lost.",
            advice="Take it again with even light, without reflections, with only skin in the picture.",
        ),
        "quality.hair": Reason(
            why="Hair covers much of the picture.",
            advice="Part, wet or clip the hair over the spot, and take the picture again.",
        ),
        "quality.no-lesion": Reason(
            why="No spot can be found in the picture.",
            advice="Put one spot in the middle and let it fill about half of the picture. Move away what covers it.",
        ),
        "quality.small-lesion": Reason(
            why="The spot is very small in the picture.",
            advice="Move closer, or cut the picture to size, so that the spot fills about half of it.",
        ),
        "abstention.unfamiliar": Reason(
            why="The picture does not look like the pictures this model learned from.",
            advice="Put one spot in the middle, fill the picture with skin, and take it through a dermoscope.",
        ),
        "modality.clinical": Reason(
            why="This is an ordinary photograph, and the model has learned pictures taken with a dermoscope only.",
            advice="The diagnoses are a guess and the risk is not assessed. Show the spot to a doctor.",
        ),
        "modality.unknown": Reason(
            why="It is not known how the picture was taken, so a low risk cannot be told from it.",
            advice="Say whether it was taken through a dermoscope. If not, or if you are unsure, ask a doctor.",
        ),
    }
)

OTHER = Reason(
    why="The model that read this picture refused it for a reason that this version does not know.",
    advice="Take another picture, or show the spot to a doctor.",
)


def explain(code: str) -> Reason:
    """Return the words for a code; a bundle may bring one that is not in the table, and gets words that fit any.

    Example:
        >>> explain("quality.dark").why
        'The picture is too dark.'
    """
    return REASONS.get(code, OTHER)
