"""Does the network look at the lesion, and would a network that has learnt nothing?

    python benchmarks/localisation.py [BUNDLE] --manifest manifest.csv

Prints the figures of the bundle's activation maps against the lesions' outlines, those of a Gaussian in the middle of
the picture, and those of the same graph with every weight array shuffled, on pictures of the validation split.
"""

import argparse
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from epiluma.bundle.read import MODEL_FILE, TRAINED_ON_FILE, Bundle, load_bundle
from epiluma.bundle.write import bundle_id, write_bundle
from epiluma.data.manifest import Manifest, read_manifest
from epiluma.data.split import default_splits, read_splits
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.localisation import Localisation, localisation_text, localise, rank_agreement
from epiluma.export.randomise import shuffle_weights
from epiluma.inference.classifier import Classifier
from epiluma.inference.localise import looked_at

SEEDS = (0, 1, 2)  # of the shuffled networks


def main() -> None:
    arguments = _arguments()
    bundle = load_bundle(arguments.bundle)
    pictures = _choose(read_manifest(arguments.manifest), arguments.splits, arguments.split, arguments.pictures)
    print(f"{bundle.id} on {len(pictures.rows)} pictures of the split {arguments.split}\n")
    maps, found = _measure(bundle, pictures)
    print(localisation_text(found))
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            others, ignorant = _measure(_shuffled(bundle, Path(folder) / "bundle", seed), pictures)
        print(f"\nWeights of every filter shuffled, seed {seed}; agreement of the maps' ranks {rank_agreement(maps, others):.3f}")
        print(localisation_text(_only_all(ignorant)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="?", type=Path)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--splits", type=Path, default=default_splits())
    parser.add_argument("--split", default="validation")
    parser.add_argument("--pictures", type=int, default=500)
    return parser.parse_args()


def _choose(manifest: Manifest, splits: Path, split: str, pictures: int) -> Manifest:
    image_ids = np.array(read_splits(splits).of(split))
    chosen = np.random.default_rng(0).permutation(len(image_ids))[:pictures]
    return manifest.subset(tuple(image_ids[chosen].tolist()))


def _measure(bundle: Bundle, pictures: Manifest) -> tuple[list[Array], Localisation]:
    maps, outlines, rows, top = looked_at(Classifier(bundle), pictures)
    lesion_ids = [row.lesion_id for row in rows]
    return maps, localise(maps, outlines, lesion_ids, rng=np.random.default_rng(0), top=top)


def _shuffled(bundle: Bundle, folder: Path, seed: int) -> Bundle:
    model = shuffle_weights(bundle.read_file(MODEL_FILE), rng=np.random.default_rng(seed))
    created = date.fromisoformat(bundle.manifest.created)
    manifest = replace(bundle.manifest, id=bundle_id("shuffled", created=created, model=model))
    return write_bundle(folder, manifest=manifest, model=model, trained_on=bundle.read_file(TRAINED_ON_FILE))


def _only_all(found: Localisation) -> Localisation:
    return replace(found, groups={"all": found.groups["all"]})


if __name__ == "__main__":
    main()
