"""When not to answer, learnt from the network's own features: fitted once per network, by one command.

Pictures of lesions are taken as they are, as other clinics would have taken them (mildly and strongly) and as
drawings, so that light, colour, lens and file are directions in which lesions may vary. Skin beside the lesions says
what no lesion looks like; the outlines say where lesions lie. Limits come from held-out pictures.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from epiluma.data.manifest import Manifest, ManifestRow, Progress
from epiluma.data.synthetic import drawn_lesion, drawn_non_lesion
from epiluma.errors import BundleError, TrainingError
from epiluma.imaging.decode import read_image
from epiluma.imaging.degrade import frame, grow_hair, other_clinic
from epiluma.imaging.outline import lesion_share, read_outline, skin_beside
from epiluma.imaging.preprocess import Preprocessing
from epiluma.imaging.quality import QualityLimit
from epiluma.records import Floats, Image
from epiluma.taxonomy import CODES
from epiluma.training.dataset import network_input
from epiluma.training.guard import Guard, guarded_layers, pool_maps, to_grid
from epiluma.training.networks import Network
from epiluma.training.statistics import fit_linear, fit_normal, rounded

METHOD = "lesion-features"
STATISTICS = "abstention.npz"
LEARNT_LESIONS, HELD_OUT_LESIONS = 400, 400  # pictures, one per lesion: two minutes on two cores
DIRECTIONS = 128  # of the feature space that are measured each on its own
DRAWN_SEEDS = 10  # per diagnosis
STRENGTHS = (1.0, 3.0)  # of what another clinic changes, 1 being mild, in the strongly changed pictures
FRAMED, HAIRY = 0.25, 0.25  # shares of them that also get a dermatoscope's black surround, and hairs
MOST_HAIRS = 15
FIRST_SEED = 1000  # of the drawings that are learnt from: none that is shown
DRAWN_WEIGHT, OTHER_WEIGHT = 3.0, 4.0  # drawings are few and must be read; photographs are few and must not
LESION_RIDGE, MAP_RIDGE = 1e3, 1e2
PLACES = 20_000  # of the lesion map's, drawn by lot
LEAST_LESIONS = 8
KINDS = ("plain", "mild", "strong", "drawn", "skin", "other")
# What the limits may cost: shares of the held-out pictures as they are, and as another clinic would have taken them.
FAR, FAR_MILD = (
    0.004,
    0.006,
)  # for their distance; little, for a real other clinic is further away than a changed picture
UNSURE, UNSURE_MILD = 0.015, 0.02  # for being unsure of a lesion in view, so that a few odd ones set no limit
SKIN = 0.97  # share of held-out skin that needs to be refused; no more lesions than that takes
LESION, AREA = "quality.no-lesion", "quality.small-lesion"
SMALLEST = 0.005  # share of held-out lesions that are smaller in the picture than the limit


@dataclass(frozen=True, kw_only=True)
class LearntGuard:
    """What was learnt about pictures that cannot be judged.

    Attributes:
        arrays: of `Guard`; those of 16 numbers or more are rounded to float16, as the graph stores them.
        lesion_minimum: below it no lesion is in view.
        area_minimum: below it the lesion is too small in the picture.
        fitted_on: what the limits come from, for the manifest.
        n: number of pictures behind the limits.
    """

    arrays: dict[str, Floats]
    lesion_minimum: float
    area_minimum: float
    fitted_on: str
    n: int

    def limits(self) -> tuple[QualityLimit, ...]:
        """Return the limits of `LESION_NAMES`, in their order."""
        return (
            QualityLimit(name="lesion", minimum=self.lesion_minimum, below=LESION),
            QualityLimit(name="lesion_area", minimum=self.area_minimum, below=AREA),
        )

    def guard(self) -> Guard:
        """Return the module that goes into the graph."""
        return Guard(self.arrays).eval()


def write_guard(learnt: LearntGuard, path: Path) -> None:
    """Write what was learnt to a compressed file of arrays, without pictures."""
    numbers = np.array([learnt.lesion_minimum, learnt.area_minimum, learnt.n], np.float64)
    arrays: dict[str, Any] = {name: _stored(value) for name, value in learnt.arrays.items()}
    np.savez_compressed(path, **arrays, numbers=numbers, fitted_on=np.array(learnt.fitted_on))


def read_guard(path: Path) -> LearntGuard:
    """Read what `write_guard` wrote.

    Raises:
        BundleError: it is not such a file.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        lesion, area, n = arrays.pop("numbers").tolist()
        fitted_on = str(arrays.pop("fitted_on"))
    except (OSError, ValueError, KeyError) as error:
        raise BundleError(f"{path} does not hold what a model has learnt about refusing: {error}") from error
    return LearntGuard(
        arrays={name: value.astype(np.float32) for name, value in arrays.items()},
        lesion_minimum=lesion,
        area_minimum=area,
        fitted_on=fitted_on,
        n=int(n),
    )


def _stored(value: Floats) -> npt.NDArray[np.floating]:
    return value.astype(np.float16) if value.size >= 16 else value


def fit_abstention(
    network: Network,
    preprocessing: Preprocessing,
    manifest: Manifest,
    *,
    learnt: Sequence[str],
    held_out: Sequence[str] = (),
    photographs: Sequence[Path] = (),
    seed: int,
    progress: Progress | None = None,
) -> LearntGuard:
    """Learn when not to answer.

    Args:
        network: as it ships.
        preprocessing: its rule.
        manifest: pictures with outlines of their lesions.
        learnt: ids of pictures the network was trained on: the statistics come from them.
        held_out: ids of pictures it was not trained on: the limits come from them. Where there are none, from a fifth
            of the lesions of `learnt`, which the statistics then leave out.
        photographs: files that show anything but skin; they add to what is not a lesion.
        seed: of every lot.
        progress: told about every picture.

    Raises:
        TrainingError: too few lesions with an outline on either side.
        ImageError: a picture cannot be read.
    """
    rng = np.random.default_rng(seed)
    fit_rows, limit_rows, fitted_on = _choose(manifest, learnt, held_out, rng)
    eyes = _Eyes(network, preprocessing)
    told = _counter(progress, len(fit_rows) + len(limit_rows))
    seen = _Seen()
    for row in fit_rows:
        _see_lesion(eyes, seen, manifest, row, rng, strong=True)
        told()
    _see_others(eyes, seen, photographs, rng)
    arrays = eyes.described() | _fit(seen, eyes.deep, rng)
    limits = _Seen()
    for row in limit_rows:
        _see_lesion(eyes, limits, manifest, row, rng, strong=False)
        told()
    return _with_limits(arrays, limits, fitted_on)


def _choose(
    manifest: Manifest, learnt: Sequence[str], held_out: Sequence[str], rng: np.random.Generator
) -> tuple[list[ManifestRow], list[ManifestRow], str]:
    """Draw one picture per lesion, with its outline, to learn from and to set limits by."""
    first = _one_per_lesion(manifest, learnt, rng)
    second = _one_per_lesion(manifest, held_out, rng)[:HELD_OUT_LESIONS]
    fitted_on = "validation"
    if not held_out:
        fifth = min(len(first) // 5, HELD_OUT_LESIONS)
        first, second, fitted_on = first[fifth:], first[:fifth], "training pictures left out of the statistics"
    first = first[:LEARNT_LESIONS]
    if min(len(first), len(second)) < LEAST_LESIONS:
        raise TrainingError(
            f"learning when not to answer takes at least {LEAST_LESIONS} lesions with an outline (mask_path) to learn "
            f"from and as many to set limits by; found {len(first)} and {len(second)}"
        )
    return first, second, fitted_on


def _one_per_lesion(manifest: Manifest, ids: Sequence[str], rng: np.random.Generator) -> list[ManifestRow]:
    rows = [row for row in manifest.subset(ids).rows if row.mask_path] if ids else []
    found: dict[str, ManifestRow] = {}
    for index in rng.permutation(len(rows)).tolist():
        found.setdefault(rows[index].lesion_id, rows[index])
    return list(found.values())


class _Eyes:
    """A network that tells what it sees of a picture: pooled maps, and the maps place by place."""

    @torch.no_grad()
    def __init__(self, network: Network, preprocessing: Preprocessing) -> None:
        self.network, self.rule = network, preprocessing
        self.layers, self.grid = guarded_layers(network, preprocessing.size_px)
        inputs = torch.zeros(1, 3, preprocessing.size_px, preprocessing.size_px)
        maps = network.forward_layers(inputs, self.layers)
        # Fine maps know the texture of a photograph; whether a lesion is in view, the coarse ones know.
        self.deep = np.concatenate([np.full(2 * seen.shape[1], seen.shape[-1] <= self.grid) for seen in maps])

    def described(self) -> dict[str, Floats]:
        return {"layers": np.array(self.layers, np.float32), "grid": np.array(self.grid, np.float32)}

    @torch.no_grad()
    def see(self, image: Image) -> tuple[Floats, Floats]:
        """Return pooled maps (P,) and places (grid², C)."""
        inputs = network_input(torch.from_numpy(np.ascontiguousarray(image))[None], self.rule)
        maps = self.network.forward_layers(inputs, self.layers)
        places = torch.cat([to_grid(seen, self.grid) for seen in maps], dim=1)[0]
        return pool_maps(maps)[0].numpy(), places.flatten(1).T.contiguous().numpy()


class _Seen:
    """What was seen, by kind: pooled maps; and of lesions and skin the places and how much of each a lesion covers."""

    def __init__(self) -> None:
        self.pooled: dict[str, list[Floats]] = {kind: [] for kind in KINDS}
        self.places: list[Floats] = []
        self.covered: list[Floats] = []

    def of(self, *kinds: str) -> Floats:
        return np.stack([pooled for kind in kinds for pooled in self.pooled[kind]])


def _see_lesion(
    eyes: _Eyes, seen: _Seen, manifest: Manifest, row: ManifestRow, rng: np.random.Generator, *, strong: bool
) -> None:
    """See a picture as it is, changed mildly and, to learn from, strongly, and skin beside its lesion."""
    image = read_image(manifest.image_path(row))
    outline = read_outline(manifest.path.parent / row.mask_path, height=image.shape[0], width=image.shape[1])
    pooled, places = eyes.see(image)
    seen.pooled["plain"].append(pooled)
    seen.pooled["mild"].append(eyes.see(other_clinic(image, rng=rng))[0])
    seen.places.append(places)
    seen.covered.append(lesion_share(outline, grid=eyes.grid).ravel())
    if strong:
        changed = other_clinic(image, rng=rng, strength=rng.uniform(*STRENGTHS))
        if rng.random() < FRAMED:
            changed = frame(changed, rng.uniform(0.85, 1.25))
        if rng.random() < HAIRY:
            changed = grow_hair(changed, int(rng.integers(1, MOST_HAIRS + 1)), rng)
        seen.pooled["strong"].append(eyes.see(changed)[0])
    skin = skin_beside(image, outline, rng=rng)
    for cut in () if skin is None else (skin, other_clinic(skin, rng=rng)):
        pooled, places = eyes.see(cut)
        seen.pooled["skin"].append(pooled)
        seen.places.append(places)
        seen.covered.append(np.zeros(len(places), np.float32))


def _see_others(eyes: _Eyes, seen: _Seen, photographs: Sequence[Path], rng: np.random.Generator) -> None:
    """See drawn lesions, drawn landscapes, and photographs: whole, and two parts of each, changed strongly."""
    for seed in range(FIRST_SEED, FIRST_SEED + DRAWN_SEEDS):
        for code in CODES:
            seen.pooled["drawn"].append(eyes.see(read_image(drawn_lesion(seed=seed, dx=code)))[0])
        seen.pooled["other"].append(eyes.see(read_image(drawn_non_lesion(seed=seed)))[0])
    for path in photographs:
        image = read_image(path)
        seen.pooled["other"].append(eyes.see(image)[0])
        for _ in range(2):
            part = other_clinic(_part(image, rng), rng=rng, strength=2)
            seen.pooled["other"].append(eyes.see(part)[0])


def _part(image: Image, rng: np.random.Generator) -> Image:
    height, width = image.shape[:2]
    side = int(min(height, width) * rng.uniform(0.35, 1))
    top, left = int(rng.integers(0, height - side + 1)), int(rng.integers(0, width - side + 1))
    return image[top : top + side, left : left + side]


def _fit(seen: _Seen, deep: npt.NDArray[np.bool_], rng: np.random.Generator) -> dict[str, Floats]:
    """Fit the distance from all pictures of lesions, and both regressions."""
    lesions, others = seen.of("plain", "mild", "strong", "drawn"), seen.of("skin", "other")
    drawn, skin = len(seen.pooled["drawn"]), len(seen.pooled["skin"])
    counts = [len(lesions) - drawn, drawn, skin, len(others) - skin]
    normal = fit_normal(lesions, directions=DIRECTIONS)
    z = (np.concatenate([lesions, others]) - normal["centre"]) / normal["spread"]
    weight, bias = fit_linear(
        z[:, deep],
        np.repeat([True, True, False, False], counts),
        weights=np.repeat([1.0, DRAWN_WEIGHT, 1.0, OTHER_WEIGHT], counts),
        ridge=LESION_RIDGE,
        balanced=True,
    )
    places, covered = np.concatenate(seen.places), np.concatenate(seen.covered)
    clear = np.flatnonzero(np.abs(covered - 0.5) > 0.3)
    clear = rng.choice(clear, min(PLACES, len(clear)), replace=False)
    map_weight, map_bias = fit_linear(places[clear], covered[clear] > 0.5, ridge=MAP_RIDGE)
    whole = np.zeros(len(deep), np.float32)
    whole[deep] = weight
    fitted = normal | {"weight": whole, "bias": bias, "map_weight": map_weight, "map_bias": map_bias}
    return {name: rounded(value) for name, value in fitted.items()}


def _with_limits(arrays: dict[str, Floats], seen: _Seen, fitted_on: str) -> LearntGuard:
    """Set the limits so that held-out lesions pass, but for the shares that may be refused."""
    guard = Guard(arrays)
    both = [torch.from_numpy(seen.of(kind)) for kind in ("plain", "mild")]
    far, sure = [guard.distance(one).numpy() for one in both], [guard.lesion(one).numpy() for one in both]
    lesions = [places for places, share in zip(seen.places, seen.covered, strict=True) if share.any()]
    areas = [guard.area_of(torch.from_numpy(places)) for places in lesions]
    limit = max(np.quantile(far[0], 1 - FAR), np.quantile(far[1], 1 - FAR_MILD))
    enough = [np.quantile(sure[0], UNSURE), np.quantile(sure[1], UNSURE_MILD)]
    if seen.pooled["skin"]:
        enough.append(np.quantile(guard.lesion(torch.from_numpy(seen.of("skin"))).numpy(), SKIN))
    return LearntGuard(
        arrays=arrays | {"distances": np.array([np.median(far[0]), limit], np.float32)},
        lesion_minimum=float(min(enough)),
        area_minimum=float(np.quantile(areas, SMALLEST)),
        fitted_on=fitted_on,
        n=len(far[0]),
    )


def _counter(progress: Progress | None, total: int) -> Callable[[], None]:
    """Return what to call after each picture."""
    done = count(1)
    return lambda: progress("Learning when not to answer", next(done), total) if progress else None
