"""The seven diagnoses side by side: short texts for the table, and what each page rests on.

What a diagnosis *is* stands in the taxonomy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

Text = Any  # a lazy string: translated when it is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What the table says about one diagnosis.

    Attributes:
        looks: to the eye, in a few words.
        symptoms: what a person feels.
        who: who gets it, and why.
        told_apart: what a doctor goes by.
        treatment: what is usually done.
        complications: what may come of it.
        urgency: how soon a doctor should see it.
        kind: which sign goes with the urgency: "now", "soon" or "note".
        similar: codes of what it is most often taken for, by eye or by the model.
        sources: keys of `SOURCES`, for its own page.
    """

    looks: Text
    symptoms: Text
    who: Text
    told_apart: Text
    treatment: Text
    complications: Text
    urgency: Text
    kind: str
    similar: tuple[str, ...]
    sources: tuple[str, ...]


HEADINGS: Mapping[str, Text] = {
    "looks": _("How it looks"),
    "symptoms": _("What you feel"),
    "who": _("Who gets it"),
    "told_apart": _("How it is told apart"),
    "treatment": _("Treatment"),
    "complications": _("What may come of it"),
}

COMPARISON: Mapping[str, Row] = {
    "akiec": Row(
        looks=_("Rough, scaly, pink or red patch; easier to feel than to see"),
        symptoms=_("Often none; may itch, sting or feel like sandpaper"),
        who=_("Fair skin, many years of sun; face, bald scalp, backs of the hands, shins"),
        told_apart=_("By feel and dermoscope; a small sample where it is thick or grows"),
        treatment=_("Freezing, creams, light treatment, or scraping off; sun protection"),
        complications=_("Some become squamous cell carcinoma, an invasive skin cancer"),
        urgency=_("Show it to a doctor in the next weeks"),
        kind="soon",
        similar=("bcc", "bkl"),
        sources=("dermnet_ak", "bad_ak", "bad_bowen", "criscione", "nice_ng12", "terms", "who_skin"),
    ),
    "bcc": Row(
        looks=_(
            "Shiny, skin-coloured or pink bump with fine vessels, or a flat red patch, or a sore that does not heal"
        ),
        symptoms=_("Usually none; may bleed or crust again and again"),
        who=_("Fair skin and sun, mostly after 50; face, neck, trunk"),
        told_apart=_("Branching vessels and blue-grey spots under the dermoscope; a sample confirms it"),
        treatment=_("Cutting it out; for thin ones also creams, light or freezing; sometimes radiation"),
        complications=_("Grows into the skin around it, near the eye or nose into deeper parts; hardly ever spreads"),
        urgency=_("Show it to a doctor in the next weeks"),
        kind="soon",
        similar=("akiec", "mel"),
        sources=("dermnet_bcc", "bad_bcc", "nice_ng12", "terms", "who_skin"),
    ),
    "bkl": Row(
        looks=_("Waxy brown growth that seems stuck on, or a flat, sharply edged brown spot"),
        symptoms=_("None, or itching; may catch on clothes"),
        who=_("Very common after 50; runs in families; sun for the flat ones"),
        told_apart=_("Small white or dark dots and furrows under the dermoscope; a sample where melanoma is possible"),
        treatment=_("None needed; freezing or scraping off when it bothers"),
        complications=_("None; it can be mistaken for melanoma, and melanoma for it"),
        urgency=_("Not urgent, unless it changes or stands out"),
        kind="note",
        similar=("mel", "akiec"),
        sources=("dermnet_sk", "dermnet_lpk", "statpearls_sk", "terms", "who_skin"),
    ),
    "df": Row(
        looks=_("Firm, brownish or pink button, under 1 cm, that sinks in when pinched"),
        symptoms=_("Usually none; may itch or be tender"),
        who=_("Adults, more often women; legs; sometimes after an insect bite or scratch"),
        told_apart=_("It dimples when pinched; white centre with a fine brown rim under the dermoscope"),
        treatment=_("None needed; cutting it out leaves a scar"),
        complications=_("None; one that keeps growing must be examined"),
        urgency=_("Not urgent, unless it grows or changes"),
        kind="note",
        similar=("nv", "mel"),
        sources=("dermnet_df", "zaballos", "statpearls_df", "who_skin"),
    ),
    "mel": Row(
        looks=_(
            "Uneven in shape, edge and colour, new or changing; sometimes an even, fast-growing bump, even a pink one"
        ),
        symptoms=_("Often none; late: itching, bleeding, crust"),
        who=_(
            "Adults of any age; fair skin, many moles, sunburn, melanoma in the family; dark skin: palms, soles, nails"
        ),
        told_apart=_("Dermoscope, then cutting out the whole spot and looking at it under a microscope"),
        treatment=_("Cutting it out with a margin; for some the nearest lymph node, and medicines"),
        complications=_("Spreads to lymph nodes, lungs, liver, brain when found late"),
        urgency=_("See a doctor this week"),
        kind="now",
        similar=("nv", "bkl"),
        sources=("dermnet_mel", "nice_ng12", "nice_ng14", "ajcc", "pampena", "cochrane", "terms", "who_skin"),
    ),
    "nv": Row(
        looks=_("Round or oval, even in colour and edge, flat or raised, like your other moles"),
        symptoms=_("None"),
        who=_("Nearly everyone; they come until about 40; more with fair skin and sun"),
        told_apart=_(
            "Regular net or globules under the dermoscope; comparing with your other moles and with earlier pictures"
        ),
        treatment=_("None needed; cut out when in doubt"),
        complications=_("Very rarely melanoma grows in one; many moles mean a higher risk of melanoma elsewhere"),
        urgency=_("Not urgent, unless it changes, bleeds or differs from the others"),
        kind="note",
        similar=("mel", "bkl"),
        sources=("dermnet_nv", "pampena", "cochrane", "terms", "who_skin"),
    ),
    "vasc": Row(
        looks=_("Bright red, purple or nearly black spot or bump; some pale when pressed"),
        symptoms=_("Usually none; a pyogenic granuloma bleeds easily"),
        who=_("Cherry angiomas: most adults after 40; pyogenic granulomas: children, pregnancy, after small injuries"),
        told_apart=_("Red or blue lakes without brown under the dermoscope; a bruise grows out"),
        treatment=_("None needed; laser, heat or cutting when it bleeds or bothers"),
        complications=_("Bleeding; a quick red bump can be a melanoma without pigment"),
        urgency=_("Not urgent, unless it grows fast or keeps bleeding"),
        kind="note",
        similar=("mel", "bcc"),
        sources=("dermnet_angioma", "dermnet_pg", "dermnet_angiokeratoma", "statpearls_angioma", "terms", "who_skin"),
    ),
}
