"""Compare scores by which a network may refuse a picture, at the same share of validation lesions read.

    python benchmarks/abstention.py models/ID --manifest manifest.csv --photographs DIR

Fitted on training pictures, compared on validation pictures and on the photographs of configs/non_lesion/choose.txt;
where photographs take part in a fit, each half of their subjects is scored by what was fitted to the other half.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from epiluma.data.manifest import Manifest, ManifestRow, read_manifest
from epiluma.data.photographs import Photograph, halve_subjects, read_photographs, read_subjects
from epiluma.data.split import read_splits
from epiluma.export.model_folder import read_model
from epiluma.imaging.decode import read_image
from epiluma.imaging.degrade import other_clinic
from epiluma.imaging.outline import read_outline, skin_beside
from epiluma.imaging.preprocess import Preprocessing
from epiluma.taxonomy import CODES, INDEX
from epiluma.training.dataset import network_input
from epiluma.training.guard import guarded_layers, pool_maps
from epiluma.training.networks import Network
from epiluma.training.shipping import shipped_network
from epiluma.training.statistics import fit_linear, fit_normal

CONFIGS = Path(__file__).parents[1] / "configs"
READ = 0.97  # share of validation lesions that every score reads
DIRECTIONS = 128
Features = dict[str, np.ndarray]
Score = Callable[[Features], np.ndarray]
Picture = tuple[str, str, int, np.ndarray]  # kind, lesion or subject, diagnosis, pixels


def lesions(manifest: Manifest, ids: Sequence[str], count: int, rng: np.random.Generator) -> Iterator[Picture]:
    """Yield, of one picture per lesion, the picture, two other clinics' versions, and skin beside it."""
    rows = manifest.subset(ids).rows
    chosen: dict[str, ManifestRow] = {}
    for index in rng.permutation(len(rows)).tolist():
        chosen.setdefault(rows[index].lesion_id, rows[index])
    for row in list(chosen.values())[:count]:
        image = read_image(manifest.image_path(row))
        label = INDEX[row.dx]
        yield "plain", row.lesion_id, label, image
        yield "mild", row.lesion_id, label, other_clinic(image, rng=rng)
        yield "strong", row.lesion_id, label, other_clinic(image, rng=rng, strength=2)
        outline = read_outline(manifest.path.parent / row.mask_path, height=image.shape[0], width=image.shape[1])
        skin = skin_beside(image, outline, rng=rng)
        if skin is not None:
            yield "skin", row.lesion_id, -1, skin


def photographed(found: Sequence[Photograph]) -> Iterator[Picture]:
    """Yield photographs of anything but skin."""
    for photograph in found:
        yield "photographs", photograph.subject, -1, read_image(photograph.path)


@torch.no_grad()
def see(network: Network, rule: Preprocessing, pictures: Iterator[Picture]) -> Features:
    """Return what the network makes of every picture."""
    layers, grid = guarded_layers(network, rule.size_px)
    last = len(network.features) - 1  # type: ignore[arg-type]
    rows: dict[str, list[np.ndarray]] = {
        name: [] for name in ("kind", "key", "label", "pooled", "deep", "last", "logits")
    }
    for kind, key, label, image in pictures:
        maps = network.forward_layers(network_input(torch.from_numpy(image.copy())[None], rule), [*layers, last])
        coarse = [seen for seen in maps[:-1] if seen.shape[-1] <= grid]
        values = (kind, key, label, pool_maps(maps[:-1])[0], pool_maps(coarse)[0], maps[-1].mean((2, 3))[0])
        for name, value in zip(rows, (*values, network.classify(maps[-1])[0]), strict=True):
            rows[name].append(np.asarray(value))
    return {name: np.stack(values) for name, values in rows.items()}


def largest_softmax(_: Features) -> Score:
    """1 - the largest probability."""
    return lambda seen: 1 - np.exp(seen["logits"].max(1) - energy_of(seen))


def energy_of(seen: Features) -> np.ndarray:
    """Return the logarithm of the sum of the exponentials of the logits."""
    return np.logaddexp.reduce(seen["logits"], axis=1)


def energy(_: Features) -> Score:
    """Liu et al. 2020, arXiv:2010.03759."""
    return lambda seen: -energy_of(seen)


def class_distance(fit: Features) -> Score:
    """Distance from the nearest class mean on the last features, one covariance, shrunk (Lee et al. 2018)."""
    plain = fit["kind"] == "plain"
    features, labels = fit["last"][plain], fit["label"][plain]
    means = np.stack([features[labels == code].mean(0) for code in range(len(CODES)) if (labels == code).any()])
    residual = features - np.stack([features[labels == label].mean(0) for label in labels])
    covariance = residual.T @ residual / len(residual)
    covariance = 0.9 * covariance + 0.1 * np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
    inverse = np.linalg.inv(covariance)
    return lambda seen: np.min([(((seen["last"] - m) @ inverse) * (seen["last"] - m)).sum(1) for m in means], axis=0)


def nearest(fit: Features) -> Score:
    """Cosine distance to the fifth nearest training picture on the last features (Sun et al. 2022)."""
    known = fit["last"][fit["kind"] == "plain"]
    unit = known / np.linalg.norm(known, axis=1, keepdims=True)
    return lambda seen: -np.sort(seen["last"] / np.linalg.norm(seen["last"], axis=1, keepdims=True) @ unit.T, 1)[:, -5]


def normal(*kinds: str) -> Callable[[Features], Score]:
    """Distance from pictures of these kinds over means and deviations of the layers that a guard reads."""

    def fitted(fit: Features) -> Score:
        found = fit_normal(fit["pooled"][np.isin(fit["kind"], kinds)], directions=DIRECTIONS)

        def score(seen: Features) -> np.ndarray:
            z = (seen["pooled"] - found["centre"]) / found["spread"]
            along = z @ found["components"].T
            beyond = (z * z).sum(1) - (along * along).sum(1)
            return np.asarray(np.log((along * along / found["variances"]).sum(1) + beyond / found["rest"]))

        return score

    return fitted


def regression(photographs: bool) -> Callable[[Features], Score]:
    """Logistic regression of lesions against skin, and photographs where wanted, on the coarse layers."""

    def fitted(fit: Features) -> Score:
        wanted = ("plain", "mild", "strong", "skin", *(["photographs"] if photographs else []))
        rows = np.isin(fit["kind"], wanted)
        weight, bias = fit_linear(fit["deep"][rows], fit["label"][rows] >= 0, ridge=1e3, balanced=True)
        return lambda seen: -(seen["deep"] @ weight + bias)

    return fitted


AS_TAKEN, CHANGED = normal("plain"), normal("plain", "mild", "strong")
SKIN, SKIN_AND_PHOTOGRAPHS = regression(photographs=False), regression(photographs=True)
METHODS: dict[str, tuple[Callable[[Features], Score], ...]] = {
    "largest softmax": (largest_softmax,),
    "energy": (energy,),
    "Mahalanobis by class, last features": (class_distance,),
    "5th nearest by cosine, last features": (nearest,),
    "normal over five layers, pictures as taken": (AS_TAKEN,),
    "normal over five layers, changed pictures too": (CHANGED,),
    "regression against skin": (SKIN,),
    "regression against skin and photographs": (SKIN_AND_PHOTOGRAPHS,),
    "normal (changed too), or regression against skin": (CHANGED, SKIN),
    "normal (changed too), or regression against skin and photographs": (CHANGED, SKIN_AND_PHOTOGRAPHS),
}


def either(scores: Sequence[Score], plain: Features) -> Score:
    """Return the largest of some scores, each 0 at the median of validation lesions and 1 at their 99th percentile."""
    ends = [np.quantile(score(plain), [0.5, 0.99]) for score in scores]
    return lambda seen: np.max([(f(seen) - low) / (high - low) for f, (low, high) in zip(scores, ends, strict=True)], 0)


def rows_of(seen: Features, chosen: np.ndarray) -> Features:
    """Return some of the pictures."""
    return {name: values[chosen] for name, values in seen.items()}


def join(*parts: Features) -> Features:
    """Return pictures of several sets as one."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--manifest", type=Path, required=True)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--lesions", type=int, default=500)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model, manifest, rng = read_model(options.model), read_manifest(options.manifest), np.random.default_rng(5)
    network, rule = shipped_network(model.network), model.manifest.preprocessing
    splits = read_splits(CONFIGS / "splits")
    fit = see(network, rule, lesions(manifest, splits.train, options.lesions, rng))
    held_out = see(network, rule, lesions(manifest, splits.validation, options.lesions * 7 // 10, rng))
    subjects = read_subjects(CONFIGS / "non_lesion" / "choose.txt")
    photographs = see(network, rule, photographed(read_photographs(options.photographs, subjects=subjects)))
    first = np.isin(photographs["key"], halve_subjects(subjects, seed=1)[0])
    plain = rows_of(held_out, held_out["kind"] == "plain")
    print(f"{len(fit['kind'])} pictures to fit, {len(plain['kind'])} validation lesions, {len(first)} photographs")
    print("| score | mild | strong | skin | photographs |\n|---|---|---|---|---|")
    for name, methods in METHODS.items():
        shares = []
        for half in (first, ~first):
            known = join(fit, rows_of(photographs, ~half))
            score = either([method(known) for method in methods], plain)
            limit = np.quantile(score(plain), READ)
            shares.append(
                [(score(rows_of(held_out, held_out["kind"] == k)) > limit).mean() for k in ("mild", "strong", "skin")]
            )
            shares[-1].append((score(rows_of(photographs, half)) > limit).mean())
        print(f"| {name} | " + " | ".join(f"{share:.3f}" for share in np.mean(shares, axis=0)) + " |")


if __name__ == "__main__":
    main()
