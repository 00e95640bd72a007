"""The three networks side by side: `python benchmarks/peers.py`, and with `--write README.md` into the page.

Every figure is read from `models/ID/evaluation.json`; the page keeps what stands between the two marks.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

MODELS = Path(__file__).parents[1] / "models"
# Recipe -> what a reader calls it, in the order of the table.
PEERS = {
    "scratch_cnn": "CNN from scratch",
    "frozen": "MobileNetV2, frozen backbone",
    "mobilenet_v2": "MobileNetV2, fine-tuned",
}
FIGURES = {"balanced_accuracy": "balanced accuracy", "malignant_auc": "malignant AUC", "top3": "top-3"}
OPENING, CLOSING = "<!-- peers: written by `python benchmarks/peers.py --write README.md` -->", "<!-- /peers -->"


def read_evaluations(models: Path = MODELS) -> dict[str, dict[str, Any]]:
    """Return the evaluation of each peer by the name of its recipe; peers that were not trained yet are left out."""
    found = {}
    for path in sorted(models.glob("*/evaluation.json")):
        model = json.loads((path.parent / "model.json").read_text(encoding="utf-8"))
        found[model["manifest"]["name"]] = json.loads(path.read_text(encoding="utf-8"))
    return {name: found[name] for name in PEERS if name in found}


def peers_table(evaluations: dict[str, dict[str, Any]]) -> str:
    """Return the table in Markdown."""
    rows = [
        "| network | " + " | ".join(FIGURES.values()) + " | test images (lesions) |",
        "|---|" + "---|" * (len(FIGURES) + 1),
    ]
    for name, evaluation in evaluations.items():
        cells = [_cell(evaluation["metrics"][figure]) for figure in FIGURES]
        count = f"{evaluation['images']:,} ({evaluation['lesions']:,})"
        rows.append(f"| {PEERS[name]} | {' | '.join(cells)} | {count} |")
    return "\n".join(rows)


def _cell(figure: dict[str, Any]) -> str:
    return f"{figure['value']:.3f} ({figure['low']:.3f}–{figure['high']:.3f})"


def with_table(page: str, table: str) -> str:
    """Return the page with the table between its marks.

    Raises:
        ValueError: the marks are not there.
    """
    before, opening, rest = page.partition(OPENING)
    _, closing, after = rest.partition(CLOSING)
    if not opening or not closing:
        raise ValueError(f"the page needs the lines {OPENING} and {CLOSING} where the table belongs")
    return f"{before}{opening}\n{table}\n{closing}{after}"


def main() -> None:
    """Print the table, or write it into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table between the marks of this page")
    page: Path | None = parser.parse_args().write
    evaluations = read_evaluations()
    if not evaluations:
        sys.exit(f"no model in {MODELS} has an evaluation.json yet: run `epiluma evaluate models/ID --manifest M`")
    table = peers_table(evaluations)
    if page is None:
        print(table)
    else:
        page.write_text(with_table(page.read_text(encoding="utf-8"), table), encoding="utf-8")


if __name__ == "__main__":
    main()
