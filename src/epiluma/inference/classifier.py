"""Read pictures with a bundle: bytes or pixels in, records out."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from epiluma.bundle.read import Bundle
from epiluma.errors import GeometryError, ImageError
from epiluma.imaging.decode import read_bytes, read_image
from epiluma.imaging.pooling import mean_pool, pooling_factor
from epiluma.inference.rules import Scores, make_prediction
from epiluma.inference.runtimes import OnnxRuntime, Outputs, Runtime
from epiluma.records import Geometry, Image, Modality, Reading, Unreadable


class Classifier:
    """A bundle, ready to read pictures; safe to use from several threads.

    Args:
        bundle: from `load_bundle`.
        runtime: runs its graph; ONNX Runtime with one thread unless another is given.

    Attributes:
        bundle: the bundle.

    Example:
        >>> import epiluma
        >>> classifier = Classifier(epiluma.load_bundle())
        >>> reading = classifier.read(epiluma.drawn_lesion(seed=7), file="drawn.jpg")
        >>> len(reading.prediction.top3)
        3
    """

    def __init__(self, bundle: Bundle, *, runtime: Runtime | None = None) -> None:
        self.bundle = bundle
        self._runtime = runtime or OnnxRuntime(bundle)

    def predict(
        self,
        images: Sequence[Image],
        *,
        modality: Modality = Modality.UNKNOWN,
        files: Sequence[str] | None = None,
    ) -> list[Reading]:
        """Read decoded pictures, in their order.

        Args:
            images: each (H, W, 3) uint8 RGB, as `read_image` gives it; any sizes.
            modality: how all of them were taken.
            files: a name for each record; `image-0`, `image-1` … where none are given.

        Returns:
            One reading per picture. `sha256` is that of the pixels, as there is no file.

        Raises:
            ImageError: `image.unsupported` where an array is not (H, W, 3) uint8.
            ValueError: `files` and `images` differ in number.
        """
        names = [f"image-{index}" for index in range(len(images))] if files is None else files
        return [
            self._judge(self._pool(image), sha256=hash_pixels(image), file=name, modality=modality)[0]
            for image, name in zip(images, names, strict=True)
        ]

    def read(
        self,
        source: bytes | Path,
        *,
        file: str | None = None,
        modality: Modality = Modality.UNKNOWN,
        geometry: Geometry | None = None,
    ) -> Reading:
        """Decode and read one picture.

        Args:
            source: the original bytes, or the file that holds them.
            file: name in the record; the path as given where it is left out.
            modality: how it was taken.
            geometry: what to cut and turn before reading.

        Raises:
            ImageError: the picture cannot be read.
            GeometryError: the crop lies outside the picture.
        """
        return self.read_with_outputs(source, file=file, modality=modality, geometry=geometry)[0]

    def read_with_outputs(
        self,
        source: bytes | Path,
        *,
        file: str | None = None,
        modality: Modality = Modality.UNKNOWN,
        geometry: Geometry | None = None,
    ) -> tuple[Reading, Outputs]:
        """Do what `read` does and return the graph's own outputs too, for an evaluation."""
        content = read_bytes(source) if isinstance(source, Path) else source
        name = file if file is not None else str(source) if isinstance(source, Path) else ""
        short_side_px = self.bundle.manifest.preprocessing.pooling_short_side_px
        image = read_image(content, geometry=geometry, short_side_px=short_side_px)
        sha256 = hashlib.sha256(content).hexdigest()
        return self._judge(image, sha256=sha256, file=name, modality=modality, geometry=geometry)

    def read_row(
        self,
        source: bytes | Path,
        *,
        file: str,
        modality: Modality = Modality.UNKNOWN,
        geometry: Geometry | None = None,
    ) -> Reading | Unreadable:
        """Read one picture of a list; one that cannot be read gets a row with its error and stops nothing."""
        content: bytes | None = None
        try:
            content = read_bytes(source) if isinstance(source, Path) else source
            return self.read(content, file=file, modality=modality, geometry=geometry)
        except (ImageError, GeometryError) as error:
            return Unreadable(
                file=file,
                model_id=self.bundle.id,
                modality=modality,
                code=error.code,
                message=error.message,
                sha256=None if content is None else hashlib.sha256(content).hexdigest(),
            )

    def _pool(self, image: Image) -> Image:
        short_side_px = self.bundle.manifest.preprocessing.pooling_short_side_px
        height, width = image.shape[:2]
        return mean_pool(image, pooling_factor(height, width, short_side_px=short_side_px))

    def _judge(
        self, image: Image, *, sha256: str, file: str, modality: Modality, geometry: Geometry | None = None
    ) -> tuple[Reading, Outputs]:
        outputs = self._runtime.run(image)
        manifest = self.bundle.manifest
        prediction = make_prediction(
            Scores(
                probabilities=outputs.probabilities.tolist(),
                decision_scores=outputs.decision_scores.tolist(),
                abstention_score=outputs.abstention_score,
                quality=outputs.quality.tolist(),
            ),
            manifest=manifest,
            file=file,
            sha256=sha256,
            modality=modality,
            geometry=geometry,
        )
        names = [limit.name for limit in manifest.quality]
        quality = dict(zip(names, outputs.quality.tolist(), strict=True))
        return Reading(prediction=prediction, activation_maps=outputs.activation_maps, quality=quality), outputs


def hash_pixels(image: Image) -> str:
    """Return the SHA-256 of a picture's pixels.

    Raises:
        ImageError: `image.unsupported` where the array is not (H, W, 3) uint8.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != "uint8":
        raise ImageError(
            f"a picture must be an array (height, width, 3) of uint8 in RGB; got {image.shape} of {image.dtype}. "
            "read_image returns such arrays."
        )
    return hashlib.sha256(image.tobytes()).hexdigest()
