"""Does the network look at the lesion, and would a network that has learnt nothing?

    python benchmarks/localisation.py [BUNDLE] --manifest manifest.csv --architecture mobilenet_v2

Prints the figures of the bundle's activation maps against the lesions' outlines, those of a Gaussian in the middle of
the picture, and those of untrained networks of the same kind, on pictures of the validation split.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import torch
from torch import nn

from epiluma.bundle.read import TRAINED_ON_FILE, Bundle, load_bundle
from epiluma.bundle.write import bundle_id, write_bundle
from epiluma.data.manifest import Manifest, read_manifest
from epiluma.data.split import default_splits, read_splits
from epiluma.data.synthetic import drawn_lesion
from epiluma.evaluation.estimates import Array
from epiluma.evaluation.localisation import Localisation, localisation_text, localise, rank_agreement
from epiluma.export.onnx_graph import GraphSettings, build_graph
from epiluma.imaging.decode import read_image
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import QUALITY_LIMITS
from epiluma.inference.classifier import Classifier
from epiluma.inference.localise import looked_at
from epiluma.training.dataset import network_input
from epiluma.training.networks import NETWORKS, Network, build_network
from epiluma.training.shipping import shipped_network

DRAWN = 16  # lesions that give an untrained network the scale of its layers


def main() -> None:
    torch.set_num_threads(1)
    arguments = _arguments()
    bundle = load_bundle(arguments.bundle)
    pictures = _choose(read_manifest(arguments.manifest), arguments.splits, arguments.split, arguments.pictures)
    print(f"{bundle.id} on {len(pictures.rows)} pictures of the split {arguments.split}\n")
    maps, found = _measure(bundle, pictures)
    print(localisation_text(found))
    for seed in range(arguments.seeds):
        with _untrained(bundle, arguments.architecture, seed) as ignorant:
            others, figures = _measure(ignorant, pictures)
        print(f"\nUntrained, seed {seed}; agreement of the maps' ranks {rank_agreement(maps, others):.3f}")
        print(localisation_text(_without_classes(figures)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="?", type=Path)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--splits", type=Path, default=default_splits())
    parser.add_argument("--split", default="validation")
    parser.add_argument("--pictures", type=int, default=500)
    parser.add_argument("--architecture", choices=NETWORKS, required=True, help="of the untrained networks")
    parser.add_argument("--seeds", type=int, default=3)
    return parser.parse_args()


def _choose(manifest: Manifest, splits: Path, split: str, pictures: int) -> Manifest:
    image_ids = np.array(read_splits(splits).of(split))
    chosen = np.random.default_rng(0).permutation(len(image_ids))[:pictures]
    return manifest.subset(tuple(image_ids[chosen].tolist()))


def _measure(bundle: Bundle, pictures: Manifest) -> tuple[list[Array], Localisation]:
    maps, outlines, rows, top = looked_at(Classifier(bundle), pictures)
    lesion_ids = [row.lesion_id for row in rows]
    return maps, localise(maps, outlines, lesion_ids, rng=np.random.default_rng(0), top=top)


@contextmanager
def _untrained(bundle: Bundle, architecture: str, seed: int) -> Iterator[Bundle]:
    """Give a bundle like this one whose network has random weights."""
    rules = bundle.manifest
    settings = GraphSettings(
        temperature=1.0, tau=rules.decision.tau, prior=rules.decision.prior, quality=QUALITY_LIMITS
    )
    model = build_graph(random_network(architecture, rules.preprocessing, seed), rules.preprocessing, settings)
    made = bundle_id("untrained", created=date(2026, 1, 1), model=model)
    with tempfile.TemporaryDirectory() as folder:
        yield write_bundle(
            Path(folder) / "bundle",
            manifest=replace(rules, id=made, quality=QUALITY_LIMITS),
            model=model,
            trained_on=bundle.read_file(TRAINED_ON_FILE),
        )


def random_network(architecture: str, rule: Preprocessing, seed: int) -> Network:
    """Return a network that has learnt nothing, its layers scaled to pictures so that its answers are alive."""
    torch.manual_seed(seed)
    network = build_network(architecture)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = None  # the plain mean of what it has seen
    nn.init.normal_(network.head.weight)
    drawn = [read_image(drawn_lesion(seed=number)) for number in range(DRAWN)]
    with torch.no_grad():
        network.train()(torch.cat([network_input(torch.from_numpy(image.copy())[None], rule) for image in drawn]))
    return shipped_network(network.eval())


def _without_classes(found: Localisation) -> Localisation:
    return replace(found, groups={name: group for name, group in found.groups.items() if not name.startswith("top.")})


if __name__ == "__main__":
    main()
