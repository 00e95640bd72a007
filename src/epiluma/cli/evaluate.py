"""`epiluma evaluate`: measure a bundle on pictures it was not trained on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from epiluma.cli.output import counted_progress, json_option, print_json, seed_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from epiluma.bundle.read import Bundle
    from epiluma.data.manifest import Manifest
    from epiluma.evaluation.scored import Scored

FILE = FOLDER = click.Path(path_type=Path)  # unchecked: what is wrong with one is said by whoever opens it
SPLITS = ("train", "validation", "test", "all")


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path), required=False)
@click.option("--manifest", type=FILE, required=True, help="The manifest of the pictures, from `epiluma data import`.")
@click.option("--splits", type=FOLDER, help="The folder of id lists; else the committed one.")
@click.option(
    "--split",
    type=click.Choice(SPLITS),
    default="test",
    show_default=True,
    help="Which list to measure on; `all`: every labelled picture of the manifest.",
)
@click.option("-o", "--output", type=FILE, help="Also write the result to this JSON file.")
@click.option("--report", type=FOLDER, help="Also write the whole report to this folder: report.html and report.json.")
@click.option(
    "--with-images", is_flag=True, help="Show the worst mistakes in the report, which may then not be shared."
)
@click.option("--localisation", is_flag=True, help="Also hold the heat maps against the outlines of the manifest.")
@click.option(
    "--robustness",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=200,
    help="Also measure what is refused, and spoiled pictures, on this many [200] of the validation split, or with "
    "`--split all` of all; two seconds each.",
)
@click.option(
    "--photographs",
    type=FOLDER,
    help="With --robustness: a folder of photographs of anything but skin, with index.csv (file, subject).",
)
@click.option("--subjects", type=FILE, help="With --photographs: a list of subjects; only these are used.")
@click.option("--charts", type=FOLDER, help="Also write confusion matrix, ROC and reliability to this folder, as SVG.")
@click.option("--save", is_flag=True, help="Attach the result and a new card to the bundle, and to MODELS/ID.")
@click.option("--models", type=FOLDER, default="models", show_default=True, help="Where weights are kept, for --save.")
@click.option("--disclose", multiple=True, metavar="TEXT", help="Something a reader must know, for report and card.")
@click.option("--resamples", type=click.IntRange(min=1), default=1000, show_default=True, help="Behind each interval.")
@seed_option(default=0, text="Of the resamples.")
@json_option
def evaluate(
    bundle: Path | None, manifest: Path, splits: Path | None, split: str, as_json: bool, **options: Any
) -> None:
    """Measure a BUNDLE on a split it was not trained on.

    Exits 1, naming them, when lesions of the split were used to train, calibrate or set thresholds.
    """
    from epiluma.bundle.read import load_bundle
    from epiluma.data.manifest import read_manifest
    from epiluma.evaluation.report import report_text
    from epiluma.inference.evaluate import evaluation_report

    fixed = _check(options)
    model, pictures = load_bundle(bundle), read_manifest(manifest)
    scored = _score(model, pictures, splits, split)
    others = _others(model, pictures, splits, split, options)
    fixed["more"] = _measure_more(model, pictures, scored, others, split, options, **fixed)
    report = evaluation_report(scored, bundle=model, split=split, disclosures=options.pop("disclose"), **fixed)
    _keep(report, scored, model, pictures, **options)
    if as_json:
        print_json(report)
    else:
        click.echo(report_text(report))


def _check(options: dict[str, Any]) -> dict[str, Any]:
    """Refuse options that need another, and take out those that every measurement shares."""
    needed = (("with_images", "report"), ("photographs", "robustness"), ("subjects", "photographs"))
    for name, other in needed:
        if options[name] and options[other] is None:
            raise click.UsageError(f"--{name.replace('_', '-')} says more of --{other}: give it too.")
    return {name: options.pop(name) for name in ("resamples", "seed")}


def _score(bundle: "Bundle", manifest: "Manifest", splits: Path | None, split: str) -> "Scored":
    from epiluma.data.split import default_splits, read_splits
    from epiluma.inference.classifier import Classifier
    from epiluma.inference.evaluate import score_pictures

    if split == "all":
        image_ids = tuple(row.image_id for row in manifest.rows if row.dx)
    else:
        image_ids = read_splits(splits or default_splits()).of(split)
    with counted_progress() as progress:
        return score_pictures(Classifier(bundle), manifest, image_ids, progress=progress)


def _measure_more(
    bundle: "Bundle",
    manifest: "Manifest",
    scored: "Scored",
    others: "Sequence[str]",
    split: str,
    options: dict[str, Any],
    *,
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """Measure what the scored answers alone do not tell; takes its own options out of all of them."""
    from epiluma.inference.classifier import Classifier
    from epiluma.inference.localise import measure_localisation
    from epiluma.inference.other_pictures import measure_other_pictures

    photographs = _photographs(options.pop("photographs"), options.pop("subjects"))
    classifier, more = Classifier(bundle), {}
    with counted_progress() as progress:
        fixed: dict[str, Any] = {"resamples": resamples, "seed": seed, "progress": progress}
        if options.pop("localisation"):
            more["localisation"] = measure_localisation(classifier, manifest, scored.image_ids, **fixed).to_json()
        if others:
            name = "Pictures of the same manifest" if split == "all" else "Pictures of the validation split"
            more["robustness"] = measure_other_pictures(
                classifier, manifest, others, pictures=name, photographs=photographs, **fixed
            )
    return more


def _photographs(folder: Path | None, subjects: Path | None) -> "Sequence[Path]":
    from epiluma.data.photographs import read_photographs, read_subjects

    if folder is None:
        return ()
    return [found.path for found in read_photographs(folder, subjects=read_subjects(subjects) if subjects else None)]


def _others(
    bundle: "Bundle", manifest: "Manifest", splits: Path | None, split: str, options: dict[str, Any]
) -> "Sequence[str]":
    """Return the pictures that are to be spoiled: held out by the training, and never those of the test."""
    from epiluma.data.split import default_splits, read_splits
    from epiluma.inference.evaluate import seen_by
    from epiluma.inference.other_pictures import held_out_of, some_of

    count = options.pop("robustness")
    if count is None:
        return ()
    everything = [row.image_id for row in manifest.rows]
    image_ids = everything if split == "all" else read_splits(splits or default_splits()).validation
    return some_of(manifest, held_out_of(seen_by(bundle), manifest, image_ids), pictures=count, seed=0)


def _keep(
    evaluation: dict[str, Any],
    scored: "Scored",
    bundle: "Bundle",
    manifest: "Manifest",
    *,
    output: Path | None,
    report: Path | None,
    with_images: bool,
    charts: Path | None,
    save: bool,
    models: Path,
) -> None:
    from epiluma.data.writing import writing
    from epiluma.evaluation.report import write_charts
    from epiluma.inference.evaluate import save_evaluation, write_report
    from epiluma.inference.report_folder import write_report_folder

    written = []
    if output is not None:
        write_report(evaluation, output)
        written.append(output)
    if report is not None:
        written += write_report_folder(evaluation, report, pictures=manifest if with_images else None)
    if charts is not None:
        counts = evaluation["confusion_matrix"]["counts"]
        with writing(charts):
            written += write_charts(charts, labels=scored.labels, probabilities=scored.probabilities, counts=counts)
    if save:
        written += save_evaluation(evaluation, bundle, models=models)
    for path in written:
        click.echo(f"wrote {path}", err=True)
