"""`epiluma data`: fetch, import, audit, split, explore and lay out pictures."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from epiluma.cli.output import counted_progress, json_option, modality_option, print_json, seed_option
from epiluma.errors import Exit

if TYPE_CHECKING:
    from epiluma.data.audit import AuditReport
    from epiluma.data.manifest import Manifest
    from epiluma.data.split import Splits

# Paths are left unchecked by click: what is wrong with one is said by the function that reads it.
NOTES_AT_MOST = 5  # of one kind in the text
FOLDER = FILE = click.Path(path_type=Path)

manifest_argument = click.argument("manifest", type=FILE, default=Path("manifest.csv"))
output_option = click.option(
    "-o", "--output", type=FILE, default=Path("manifest.csv"), show_default=True, help="The manifest to write."
)
fallback_modality_option = modality_option("How the pictures were taken, where nothing says so.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def data() -> None:
    """Fetch, import, audit, split, explore and lay out pictures."""


@data.group()
def fetch() -> None:
    """Download a data set."""


@fetch.command("ham10000")
@click.argument("folder", type=FOLDER)
@click.option("--server", default="https://dataverse.harvard.edu", show_default=True, help="A Dataverse's address.")
@click.option("--doi", default="doi:10.7910/DVN/DBW86T", show_default=True, help="Of the data set.")
@json_option
def fetch_ham10000(folder: Path, server: str, doi: str, as_json: bool) -> None:
    """Download HAM10000 into FOLDER, about 3 GB, CC BY-NC 4.0. Run it again to go on where it stopped."""
    from epiluma.data import fetch

    with counted_progress() as report:
        files = fetch.fetch_ham10000(folder, server=server, doi=doi, progress=report)
    if as_json:
        print_json({"folder": str(folder), "fetched": files})
    else:
        click.echo(f"{folder}: {', '.join(files) if files else 'everything was there already'}")


@data.group("import")
def import_() -> None:
    """Turn a folder or a table of pictures into a manifest."""


@import_.command("ham10000")
@click.argument("folder", type=FOLDER)
@output_option
@json_option
def import_ham10000(folder: Path, output: Path, as_json: bool) -> None:
    """Import a copy of HAM10000 in its official layout."""
    from epiluma.data import ham10000

    with counted_progress() as report:
        manifest = ham10000.import_ham10000(folder, output=output, progress=report)
    _show_import(manifest, as_json=as_json)


@import_.command("folder")
@click.argument("folder", type=FOLDER)
@output_option
@fallback_modality_option
@click.option("--license", default="", help="Of the pictures, such as CC-BY-4.0.")
@click.option("--lesion", help="A regular expression whose one group finds the lesion's id in a file name.")
@json_option
def import_folder(folder: Path, output: Path, modality: str, license: str, lesion: str | None, as_json: bool) -> None:
    """Import pictures that lie in a folder per diagnosis: FOLDER/nv, FOLDER/melanoma, FOLDER/unlabelled …"""
    from epiluma.data import folder as folders
    from epiluma.records import Modality

    with counted_progress() as report:
        manifest = folders.import_folder(
            folder,
            output=output,
            modality=Modality(modality),
            license=license,
            lesion_pattern=lesion,
            progress=report,
        )
    _show_import(manifest, as_json=as_json)


@import_.command("table")
@click.argument("table", type=FILE)
@click.option("--images", type=FOLDER, required=True, help="The folder that holds the pictures, by id.")
@output_option
@fallback_modality_option
@click.option(
    "--unknown",
    type=click.Choice(["refuse", "skip", "unlabel"]),
    default="refuse",
    show_default=True,
    help="What to do with a diagnosis that is none of the seven.",
)
@click.option("--skip-missing", is_flag=True, help="Leave out rows whose picture is not there.")
@json_option
def import_table(
    table: Path, images: Path, output: Path, modality: str, unknown: str, skip_missing: bool, as_json: bool
) -> None:
    """Import the pictures that TABLE describes, in HAM10000's or the ISIC Archive's column names."""
    from epiluma.data import table as tables
    from epiluma.records import Modality

    with counted_progress() as report:
        manifest = tables.import_table(
            table,
            images=images,
            output=output,
            unknown=tables.Unknown(unknown),
            skip_missing=skip_missing,
            modality=Modality(modality),
            progress=report,
        )
    _show_import(manifest, as_json=as_json)


def _show_import(manifest: "Manifest", *, as_json: bool) -> None:
    pictures, lesions = len(manifest.rows), len({row.lesion_id for row in manifest.rows})
    labelled = sum(bool(row.dx) for row in manifest.rows)
    if as_json:
        print_json({"manifest": str(manifest.path), "pictures": pictures, "lesions": lesions, "labelled": labelled})
    else:
        click.echo(f"{manifest.path}: {pictures} pictures of {lesions} lesions, {labelled} with a diagnosis")


@data.command()
@manifest_argument
@click.option("--splits", type=FOLDER, help="The folder of id lists; left out: the committed one of HAM10000.")
@json_option
def audit(manifest: Path, splits: Path | None, as_json: bool) -> None:
    """Look for missing files, contradictions, duplicates and lesions that leak between splits.

    Exits 1 when something must be repaired first; notes do not count.
    """
    from epiluma.data.audit import audit_manifest
    from epiluma.data.manifest import read_manifest
    from epiluma.data.split import read_splits_for

    rows = read_manifest(manifest)
    with counted_progress() as report:
        result = audit_manifest(rows, splits=read_splits_for(rows, splits), progress=report)
    print_json(result.to_json()) if as_json else _show_audit(result)
    raise SystemExit(Exit.FINDING if result.findings else Exit.OK)


def _show_audit(report: "AuditReport") -> None:
    for finding in report.findings:
        click.echo(f"Finding: {finding.message}  ({finding.code})")
    for code in dict.fromkeys(note.code for note in report.notes):
        notes = [note for note in report.notes if note.code == code]
        for note in notes[:NOTES_AT_MOST]:
            click.echo(f"Note: {note.message}  ({code})")
        if len(notes) > NOTES_AT_MOST:
            click.echo(f"Note: and {len(notes) - NOTES_AT_MOST} more of {code}; --json lists all")
    lesions = {lesion for finding in report.findings for lesion in finding.lesion_ids}
    click.echo(
        f"{report.pictures} pictures of {report.lesions} lesions: {len(report.findings)} findings"
        f"{f' on {len(lesions)} lesions' if lesions else ''}, {len(report.notes)} notes"
    )


@data.command()
@click.argument("source", type=FILE, default=Path("manifest.csv"))
@click.option("-o", "--output", type=FOLDER, default=Path("splits"), show_default=True, help="The folder of the lists.")
@seed_option(default=1, text="The same seed draws the same split.")
@click.option("--benchmark938", is_flag=True, help="The split of earlier systems; SOURCE is HAM10000_metadata.csv.")
@click.option("--replace", is_flag=True, help="Replace lists that are in the folder.")
@json_option
def split(source: Path, output: Path, seed: int, benchmark938: bool, replace: bool, as_json: bool) -> None:
    """Split the manifest SOURCE by lesion, stratified by diagnosis: train, validation, test, 70/15/15.

    Near duplicates across lesions are found by content and kept together.
    """
    from epiluma.data.split import check_free, write_splits
    from epiluma.data.split_recipes import draw_benchmark938, draw_grouped

    if not replace:
        check_free(output)
    with counted_progress() as report:
        drawn = draw_benchmark938(source) if benchmark938 else draw_grouped(source, seed=seed, progress=report)
    write_splits(drawn.splits, output, note=drawn.note)
    _show_split(drawn.splits, output, as_json=as_json)


def _show_split(splits: "Splits", output: Path, *, as_json: bool) -> None:
    sizes = {name: len(ids) for name, ids in splits.as_dict().items()}
    if as_json:
        print_json({"splits": str(output), "pictures": sizes})
    else:
        click.echo(f"{output}: " + ", ".join(f"{size} {name}" for name, size in sizes.items() if size))


@data.command()
@manifest_argument
@click.option("-o", "--output", type=FOLDER, default=Path("folds"), show_default=True, help="The folder of the lists.")
@click.option("--splits", type=FOLDER, help="Id lists; test is left out.  [default: those of HAM10000]")
@seed_option(default=1, text="The same seed draws the same folds.")
@click.option("--replace", is_flag=True, help="Replace lists that are in the folder.")
@json_option
def folds(manifest: Path, output: Path, splits: Path | None, seed: int, replace: bool, as_json: bool) -> None:
    """Divide train and validation into five folds by lesion, stratified by diagnosis, for cross-validation."""
    from epiluma.data.folds import check_free_of_folds, draw_folds_of, write_folds
    from epiluma.data.manifest import read_manifest
    from epiluma.data.split import default_splits, read_splits

    if not replace:
        check_free_of_folds(output)
    rows, known = read_manifest(manifest), read_splits(splits or default_splits())
    drawn, note = draw_folds_of(rows, known, seed=seed)
    write_folds(drawn, output, note=note)
    sizes = [len(ids) for ids in drawn]
    if as_json:
        print_json({"folds": str(output), "pictures": sizes})
    else:
        click.echo(f"{output}: " + ", ".join(f"{size} in fold {number}" for number, size in enumerate(sizes)))


@data.command()
@manifest_argument
@click.option("-o", "--output", type=FOLDER, default=Path("charts"), show_default=True, help="The folder to write to.")
@click.option("--save", type=FILE, help="Also write the counts, and those of each split, to this JSON file.")
@click.option("--splits", type=FOLDER, help="With --save: the folder of id lists; else the committed one of HAM10000.")
@json_option
def explore(manifest: Path, output: Path, save: Path | None, splits: Path | None, as_json: bool) -> None:
    """Draw charts of diagnosis, body site, sex, age and how the truth is known, as SVG files and one page."""
    from epiluma.data.breakdown import break_down
    from epiluma.data.explore import explore_manifest
    from epiluma.data.manifest import read_manifest

    rows = read_manifest(manifest)
    written = explore_manifest(rows, output)
    if save:
        _save_counts(rows, splits, save)
    if as_json:
        print_json({breakdown.name: breakdown.to_json() for breakdown in break_down(rows)})
    else:
        click.echo(f"{written[-1]}: {len(written) - 1} charts")


def _save_counts(manifest: "Manifest", splits: Path | None, path: Path) -> None:
    from epiluma.data.counts import count_pictures, write_counts
    from epiluma.data.split import default_splits, read_splits

    write_counts(count_pictures(manifest, read_splits(splits or default_splits())), path)


@data.command()
@click.argument("folder", type=FOLDER)
@click.option("-m", "--manifest", type=FILE, default=Path("manifest.csv"), show_default=True, help="The pictures.")
@click.option("--splits", type=FOLDER, help="The folder of id lists; left out: the committed one of HAM10000.")
@click.option("--unsplit", is_flag=True, help="One folder of the seven classes, without train, validation and test.")
@click.option(
    "--how", type=click.Choice(["link", "copy"]), default="link", show_default=True, help="Links cost no space."
)
@json_option
def layout(folder: Path, manifest: Path, splits: Path | None, unsplit: bool, how: str, as_json: bool) -> None:
    """Make class folders in FOLDER, which must be new or empty; the pictures themselves stay untouched."""
    from epiluma.data.layout import How, lay_out
    from epiluma.data.manifest import read_manifest
    from epiluma.data.split import default_splits, read_splits

    rows = read_manifest(manifest)
    lists = None if unsplit else read_splits(splits or default_splits())
    with counted_progress() as report:
        count = lay_out(rows, folder, splits=lists, how=How(how), progress=report)
    if as_json:
        print_json({"folder": str(folder), "pictures": count})
    else:
        click.echo(f"{folder}: {count} pictures")
