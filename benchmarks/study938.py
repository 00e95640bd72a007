"""The 938 pictures that earlier systems were measured on, as a separate study of the recipe that ships.

    epiluma train configs/mobilenet_edgetpu.toml --splits configs/benchmark938 --manifest M -o runs/benchmark938
    python benchmarks/study938.py runs/benchmark938 --keep

This split overlaps ours, so nothing of the run goes anywhere else: no bundle, no teacher, no threshold. The recipe
keeps its last weights; nothing is chosen on the 938.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from epiluma.errors import EpilumaError, TrainingError
from epiluma.evaluation.calibration import softmax
from epiluma.evaluation.metrics import evaluate_predictions

RESULT = Path(__file__).parents[1] / "configs" / "benchmark938" / "result.json"
PUBLISHED = {"top1": 0.831, "top2": 0.914, "top3": 0.953}  # of the earlier systems, without an interval
PICTURES = 938
RESAMPLES = 2000


def study(run: Path) -> dict[str, Any]:
    """Return top-1, 2 and 3 of a finished run on the pictures it held out, each with its interval over lesions.

    Raises:
        TrainingError: not the finished run of this study, or one that chose its weights on these pictures.
    """
    try:
        recipe = json.loads((run / "resolved.json").read_text(encoding="utf-8"))
        with np.load(run / "validation.npz") as kept:
            labels, logits, lesions = kept["labels"], kept["logits"], [str(i) for i in kept["lesion_ids"]]
    except (OSError, ValueError, KeyError) as error:
        raise TrainingError(f"{run} is not a finished run: {error}") from error
    if len(labels) != PICTURES:
        raise TrainingError(f"{run} held out {len(labels)} pictures, not the 938 of configs/benchmark938")
    if recipe["schedule"]["keep"] != "last":
        raise TrainingError(f"{run} chose its weights on the 938 pictures: train with -s schedule.keep=last")
    probabilities = softmax(logits)
    figures = evaluate_predictions(
        labels, probabilities, probabilities, lesions, rng=np.random.default_rng(1), resamples=RESAMPLES
    )
    return {
        "recipe": recipe["name"],
        "seed": recipe["seed"],
        "pictures": len(labels),
        "lesions": len(set(lesions)),
        "figures": {name: figures[name].to_json() for name in PUBLISHED},
    }


def as_table(result: dict[str, Any]) -> str:
    """Return the study as a Markdown table beside the published figures."""
    rows = [f"| | {result['recipe']} (95 % interval) | published |", "|---|---|---|"]
    for name, published in PUBLISHED.items():
        figure = result["figures"][name]
        interval = f"{figure['low']:.3f} to {figure['high']:.3f}"
        rows.append(f"| top-{name[-1]} | {figure['value']:.3f} ({interval}) | {published:.3f} |")
    return "\n".join([*rows, "", f"{result['pictures']} pictures of {result['lesions']} lesions."])


def main() -> None:
    """Print the study, and keep it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, nargs="?", help="the finished run; without it, print what was kept")
    parser.add_argument("--keep", action="store_true", help=f"write {RESULT.name} beside the split's lists")
    asked = parser.parse_args()
    try:
        result = study(asked.run) if asked.run else json.loads(RESULT.read_text(encoding="utf-8"))
    except (EpilumaError, OSError) as error:
        sys.exit(str(error))
    if asked.keep:
        RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(as_table(result))


if __name__ == "__main__":
    main()
