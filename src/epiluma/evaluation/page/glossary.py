"""The words of the page, for a reader who is not a statistician."""

from epiluma.evaluation.page.markup import SPACE, Markup, html, section

WORDS: tuple[tuple[str, str], ...] = (
    (
        f"95{SPACE}% interval",
        "Other pictures of the same kind would have given another figure. The interval says how far off: drawn again "
        "and again from the same lesions, 95 of 100 such figures lie inside. A wide one says: too few lesions.",
    ),
    (
        "Bootstrap over lesions",
        "How the intervals are made: the lesions are put into a hat and drawn with replacement, as many as there are, "
        "and every figure is worked out again. A lesion with three pictures comes and goes with all three. Where every "
        "lesion of a group was right, drawing cannot show any doubt; there the interval is worked out exactly.",
    ),
    (
        "Lesion, picture",
        "A place on the skin. It may have several pictures; they are never split between training and test.",
    ),
    ("n", "The number of pictures that a figure is about."),
    (
        "Split",
        "A list of pictures that was set apart before training. None of this one trained the model or set a threshold.",
    ),
    (
        "Probabilities",
        "How likely each of the seven diagnoses is, where they are as common as in the training pictures.",
    ),
    (
        "Decision",
        "The diagnosis with the largest probability after dividing out how common each is. It can differ from the most "
        "probable one.",
    ),
    (
        "Malignant or precancerous",
        "Melanoma, basal cell carcinoma, actinic keratosis and Bowen’s disease, counted together.",
    ),
    ("Sensitivity (recall)", "Of what is sought, the share that is found."),
    ("Specificity", "Of everything else, the share that raises no alarm."),
    ("Precision (PPV)", "Of the alarms, the share that is right. It falls where the disease is rarer."),
    (
        "NPV",
        "Of the silences, the share that is right. It is high wherever the disease is rare, even for a poor model.",
    ),
    ("Prevalence", "How common the disease is among the lesions that the model is shown."),
    (
        "AUC",
        "The chance that a sought lesion gets a higher probability than any other: 0.5 is a coin, 1 is perfect.",
    ),
    ("ECE", "Expected calibration error: how far promise and outcome lie apart, on average over 15 groups."),
    ("Net benefit", "Finds per picture, less the visits for nothing, at the price that a threshold sets on them."),
    ("Histology", "A doctor has looked at the cut-out lesion under a microscope: the surest way to know what it was."),
)


def glossary() -> Markup:
    """Return the section."""
    entries = "\n".join(f"<dt>{html(word)}</dt><dd>{html(meaning)}</dd>" for word, meaning in WORDS)
    return section("words", "Words", f"<dl>{entries}</dl>")
