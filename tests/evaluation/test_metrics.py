"""Figures of an evaluation, worked out by hand and held against scikit-learn."""

import numpy as np
import numpy.typing as npt
import pytest

from epiluma.errors import DataError
from epiluma.evaluation.estimates import Estimate
from epiluma.evaluation.metrics import (
    common_classes,
    confusion_matrix,
    evaluate_predictions,
    majority_baseline,
    malignant_scores,
    true_ranks,
)
from epiluma.evaluation.terms import OVERALL, PER_CLASS
from epiluma.taxonomy import CODES

AKIEC, BCC, BKL, DF, MEL, NV, VASC = range(7)


def certain(decisions: list[int]) -> npt.NDArray[np.float64]:
    """Probabilities of 0.7 for the class that is said and 0.05 for the others."""
    return np.full((len(decisions), 7), 0.05) + 0.65 * np.eye(7)[decisions]


def evaluate(labels: list[int], decisions: list[int], *, lesions: list[str] | None = None) -> dict[str, Estimate]:
    return evaluate_predictions(
        labels,
        certain(decisions),
        certain(decisions),
        lesions or [str(number) for number in range(len(labels))],
        rng=np.random.default_rng(0),
        resamples=50,
    )


def random_answers(seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Labels of all seven classes and probabilities that know something about them, for 300 pictures."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(7), rng.integers(0, 7, 293)])
    powers = np.exp(rng.normal(size=(300, 7)) + 1.5 * np.eye(7)[labels])
    return labels, powers / powers.sum(axis=1, keepdims=True)


# Fourteen pictures, two of each class; one nv is decided to be mel and one mel to be nv.
LABELS = [AKIEC, AKIEC, BCC, BCC, BKL, BKL, DF, DF, MEL, MEL, NV, NV, VASC, VASC]
DECISIONS = [AKIEC, AKIEC, BCC, BCC, BKL, BKL, DF, DF, MEL, NV, NV, MEL, VASC, VASC]


def test_balanced_accuracy_is_the_mean_of_the_seven_recalls() -> None:
    found = evaluate(LABELS, DECISIONS)

    # Five classes are always right, mel and nv half the time: (5 + 1/2 + 1/2) / 7 = 6/7.
    assert found["balanced_accuracy"].value == pytest.approx(6 / 7)
    assert found["recall.mel"].value == 0.5
    assert found["recall.akiec"].value == 1


def test_a_rare_class_weighs_as_much_as_a_common_one() -> None:
    # Ten nv right, one picture of each other class wrong: top-1 10/16, balanced accuracy 1/7.
    labels = [NV] * 10 + [AKIEC, BCC, BKL, DF, MEL, VASC]

    found = evaluate(labels, [NV] * 16)

    assert found["top1"].value == pytest.approx(10 / 16)
    assert found["balanced_accuracy"].value == pytest.approx(1 / 7)


def test_precision_and_f1_count_what_was_decided() -> None:
    # Decided mel four times, twice rightly, and one of three melanomas missed: precision 1/2, recall 2/3, F1 4/7.
    found = evaluate([MEL, MEL, MEL, NV, NV, BCC], [MEL, MEL, NV, MEL, MEL, BCC])

    assert found["precision.mel"].value == pytest.approx(1 / 2)
    assert found["recall.mel"].value == pytest.approx(2 / 3)
    assert found["f1.mel"].value == pytest.approx(4 / 7)
    assert (found["precision.mel"].n, found["recall.mel"].n, found["auc.mel"].n) == (4, 3, 6)


def test_decisions_come_from_the_decision_scores_and_ranks_from_the_probabilities() -> None:
    found = evaluate_predictions(
        [MEL, NV], certain([NV, NV]), certain([MEL, NV]), ["a", "b"], rng=np.random.default_rng(0), resamples=5
    )

    assert found["recall.mel"].value == 1
    assert found["top1"].value == 0.5


def test_top_2_and_top_3_count_the_true_class_among_the_most_probable() -> None:
    probabilities = [[0.4, 0.3, 0.2, 0.1, 0, 0, 0]] * 4

    found = evaluate_predictions(
        [0, 1, 2, 3], probabilities, probabilities, list("abcd"), rng=np.random.default_rng(0), resamples=5
    )

    assert [found[name].value for name in ("top1", "top2", "top3")] == [0.25, 0.5, 0.75]


def test_equal_probabilities_rank_in_taxonomy_order_as_in_the_record() -> None:
    even = np.full((7, 7), 1 / 7)

    assert true_ranks(np.arange(7), even).tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_malignant_is_akiec_bcc_and_mel_together() -> None:
    assert malignant_scores([[0.1, 0.2, 0.05, 0.05, 0.3, 0.2, 0.1]]) == pytest.approx([0.6])


@pytest.mark.parametrize("seed", range(5))
def test_figures_equal_scikit_learns(seed: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    labels, probabilities = random_answers(seed)
    decisions = probabilities.argmax(axis=1)

    found = evaluate_predictions(
        labels, probabilities, probabilities, [str(i) for i in range(300)], rng=np.random.default_rng(0), resamples=5
    )

    malignant = np.isin(labels, [AKIEC, BCC, MEL])
    expected = {
        "balanced_accuracy": metrics.balanced_accuracy_score(labels, decisions),
        "macro_f1": metrics.f1_score(labels, decisions, average="macro"),
        "top1": metrics.accuracy_score(labels, decisions),
        "top2": metrics.top_k_accuracy_score(labels, probabilities, k=2),
        "top3": metrics.top_k_accuracy_score(labels, probabilities, k=3),
        "macro_auc": metrics.roc_auc_score(labels, probabilities, multi_class="ovr"),
        "melanoma_auc": metrics.roc_auc_score(labels == MEL, probabilities[:, MEL]),
        "malignant_auc": metrics.roc_auc_score(malignant, probabilities[:, [AKIEC, BCC, MEL]].sum(axis=1)),
        "precision.nv": metrics.precision_score(labels, decisions, labels=[NV], average="macro"),
        "auc.vasc": metrics.roc_auc_score(labels == VASC, probabilities[:, VASC]),
    }
    assert {name: found[name].value for name in expected} == pytest.approx(expected, abs=1e-12)


def test_there_is_every_overall_figure_and_four_for_each_class() -> None:
    found = evaluate(LABELS, DECISIONS)

    assert list(found) == [*OVERALL, *(f"{name}.{code}" for code in CODES for name in PER_CLASS)]
    assert [name for name, figure in found.items() if figure.reason] == ["common_auc"]  # no class has 5 lesions


def test_the_mean_of_common_classes_counts_those_with_five_lesions_and_no_other() -> None:
    # Five lesions of nv and of bkl, two of mel (three pictures). mel's own pictures rank worst of all.
    labels = np.array([NV] * 5 + [BKL] * 5 + [MEL] * 3)
    lesions = [f"L{number}" for number in range(10)] + ["M1", "M1", "M2"]
    probabilities = np.full((13, 7), 0.1)
    probabilities[:5, NV] = 0.4
    probabilities[5:10, BKL] = 0.4
    probabilities[10:, BKL] = 0.4

    found = evaluate_predictions(
        labels, probabilities, probabilities, lesions, rng=np.random.default_rng(0), resamples=20
    )

    # nv: 1. bkl: 5 of the 8 others lie below, 3 are tied: (5 + 1.5) / 8 = 0.8125.
    assert found["common_auc"].value == pytest.approx((1 + 0.8125) / 2)
    assert common_classes(labels, lesions) == ("bkl", "nv")


def test_intervals_hold_the_value_and_are_wider_when_pictures_share_lesions() -> None:
    labels, probabilities = random_answers(1)

    def width(lesions: list[str]) -> float:
        rng = np.random.default_rng(0)
        figure = evaluate_predictions(labels, probabilities, probabilities, lesions, rng=rng, resamples=400)["top1"]
        assert figure.low is not None
        assert figure.high is not None
        assert figure.value is not None
        assert figure.low < figure.value < figure.high
        return figure.high - figure.low

    right_first = np.argsort(probabilities.argmax(axis=1) == labels)
    ten_alike = np.empty(300, dtype=int)
    ten_alike[right_first] = np.arange(300) // 10  # lesions of ten pictures that are right or wrong together

    assert width([str(lesion) for lesion in ten_alike]) > 2 * width([str(number) for number in range(300)])


def test_blocks_of_resamples_give_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = evaluate(LABELS, DECISIONS)
    monkeypatch.setattr("epiluma.evaluation.metrics.BLOCK_WEIGHTS", 14 * 7)

    assert evaluate(LABELS, DECISIONS) == whole


def test_a_class_that_no_picture_shows_is_left_out_with_the_reason() -> None:
    found = evaluate([MEL, NV, NV], [MEL, NV, DF])

    assert found["recall.df"].to_json() == {"n": 0, "reason": "no picture shows df"}
    assert found["precision.df"].to_json() == {"n": 1, "reason": "no picture shows df"}
    assert found["auc.df"].reason == "no picture shows df"
    assert found["balanced_accuracy"].to_json() == {"n": 3, "reason": "no picture shows akiec, bcc, bkl, df, vasc"}
    assert found["macro_auc"].value is None
    assert found["top1"].value == pytest.approx(2 / 3)


def test_a_class_that_is_never_decided_has_no_precision_and_an_f1_of_0() -> None:
    found = evaluate([MEL, NV], [NV, NV])

    assert found["precision.mel"].reason == "no picture was decided to show mel"
    assert found["f1.mel"].value == 0


def test_figures_of_melanoma_need_melanomas_and_others() -> None:
    without, only = evaluate([NV, BCC], [NV, BCC]), evaluate([MEL, MEL], [MEL, NV])

    assert without["melanoma_auc"].reason == "no picture shows mel"
    assert without["melanoma_specificity_at_95_sensitivity"].reason == "no picture shows mel"
    assert only["melanoma_auc"].reason == "no picture shows anything but mel"
    assert only["malignant_auc"].reason == "no picture shows anything but akiec, bcc, mel"
    assert evaluate([NV, DF], [NV, DF])["malignant_auc"].reason == "no picture shows akiec, bcc, mel"


def test_resamples_without_a_rare_class_are_left_out_of_its_interval() -> None:
    found = evaluate([DF, NV, NV, NV], [DF, NV, NV, NV])

    assert found["auc.df"].value == 1
    assert 10 < found["auc.df"].resamples < 50


def test_the_majority_baseline_of_ten_pictures_is_worked_out_by_hand() -> None:
    # Seven nv, two mel, one bcc: says nv 0.7, mel 0.2, bcc 0.1 of every picture.
    found = majority_baseline([NV] * 7 + [MEL, MEL, BCC])

    assert found["top1"] == pytest.approx(0.7)
    assert found["top2"] == pytest.approx(0.9)
    assert found["top3"] == pytest.approx(1.0)
    assert found["malignant_auc"] == 0.5
    assert found["melanoma_specificity_at_95_sensitivity"] == 0
    assert found["recall.nv"] == 1
    assert found["recall.mel"] == 0
    assert found["ece"] == pytest.approx(0)
    assert "balanced_accuracy" not in found
    assert "precision.mel" not in found


def test_the_majority_baseline_of_all_seven_classes_has_a_balanced_accuracy_of_a_seventh() -> None:
    assert majority_baseline([NV, *range(7)])["balanced_accuracy"] == pytest.approx(1 / 7)


def test_rows_of_the_confusion_matrix_are_the_truth() -> None:
    matrix = confusion_matrix([MEL, MEL, NV], certain([NV, NV, NV]))

    assert matrix[MEL, NV] == 2
    assert matrix[NV, MEL] == 0
    assert matrix.sum() == 3


@pytest.mark.parametrize(
    ("labels", "probabilities", "words"),
    [
        ([], np.empty((0, 7)), "at least one picture"),
        ([0, 1], certain([0]), r"shape \(2, 7\)"),
        ([0], np.full((1, 6), 1 / 6), r"shape \(1, 7\)"),
        ([0], np.full((1, 7), np.nan), "finite"),
        ([7], certain([0]), "labels must be 0 to 6"),
        ([-1], certain([0]), "labels must be 0 to 6"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    labels: list[int], probabilities: npt.NDArray[np.float64], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        evaluate_predictions(
            labels, probabilities, probabilities, ["a"] * len(labels), rng=np.random.default_rng(0), resamples=2
        )


def test_every_picture_needs_its_lesion() -> None:
    with pytest.raises(DataError, match="2 pictures need as many lesion ids; got 1"):
        evaluate([NV, NV], [NV, NV], lesions=["a"])


def test_a_class_of_which_all_are_found_is_not_said_to_be_found_for_certain() -> None:
    # Two lesions of vasc, both right: at least 0.025^(1/2) = 0.158. One of two nevi is right: by resampling.
    found = evaluate(LABELS, DECISIONS)

    assert (found["recall.vasc"].value, found["recall.vasc"].high) == (1, 1)
    assert found["recall.vasc"].low == pytest.approx(0.1581, abs=1e-4)
    assert found["recall.vasc"].resamples == 0
    assert found["recall.nv"].resamples > 0
