"""The one rule from a decoded picture to the network's input, as data.

The rule is carried out in two places that are proven equal: the first nodes of the exported graph, and the batches of
training. Both are built from this object, and the bundle's manifest holds it.
"""

from dataclasses import dataclass
from typing import Any, Literal

from epiluma.errors import BundleError

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preprocessing:
    """Cut the central square, resize it with antialiasing, scale to [0, 1], subtract `mean`, divide by `std`.

    Attributes:
        size_px: side of the network's square input.
        mean: per RGB channel, in [0, 1].
        std: per RGB channel.
        crop: the largest centred square; an odd remainder goes to the right or the bottom.
        resize: bilinear with an antialiasing (triangle) filter, half-pixel centres, edges renormalised.
    """

    size_px: int
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    crop: Literal["center-square"] = "center-square"
    resize: Literal["bilinear-antialiased"] = "bilinear-antialiased"

    @property
    def pooling_short_side_px(self) -> int:
        """Pictures are mean-pooled by the largest power of two that leaves the short side at least this long."""
        return 2 * self.size_px

    def to_json(self) -> dict[str, Any]:
        """Return the object of the bundle's manifest."""
        return {
            "crop": self.crop,
            "resize": self.resize,
            "size_px": self.size_px,
            "mean": list(self.mean),
            "std": list(self.std),
            "pooling_short_side_px": self.pooling_short_side_px,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Preprocessing":
        """Read the manifest's object.

        Raises:
            BundleError: a rule this version does not know.
        """
        if value.get("crop") != "center-square" or value.get("resize") != "bilinear-antialiased":
            raise BundleError(
                "preprocessing must be crop 'center-square' and resize 'bilinear-antialiased'; got "
                f"{value.get('crop')!r} and {value.get('resize')!r}. Upgrade epiluma or export the model again."
            )
        return cls(size_px=int(value["size_px"]), mean=tuple(value["mean"]), std=tuple(value["std"]))


def center_square(height: int, width: int) -> tuple[int, int, int]:
    """Return (top, left, side) of the largest centred square of a picture, in pixels."""
    side = min(height, width)
    return (height - side) // 2, (width - side) // 2, side
