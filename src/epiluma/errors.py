"""The exception tree: every error a user can meet has a stable code, one HTTP status and one exit status."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit statuses of every command."""

    OK = 0
    FINDING = 1  # the command worked and found something that must be repaired
    USAGE = 2
    BAD_INPUT = 3


class EpilumaError(Exception):
    """Something a person can act on: what was expected, what was found, where, what to do.

    Attributes:
        code: stable, dotted, machine readable; never changes once released.
        http_status: the status an HTTP answer carries.
        exit_status: the status a command ends with.
    """

    code = "error"
    http_status = 400
    exit_status = Exit.BAD_INPUT

    def __init__(self, message: str, *, code: str | None = None, http_status: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if http_status is not None:
            self.http_status = http_status


class ImageError(EpilumaError):
    """A picture that cannot be read.

    Codes: `image.empty`, `image.missing`, `image.unsupported`, `image.truncated`, `image.too-large`,
    `image.too-small`.
    """

    code = "image.unsupported"
    http_status = 422


class GeometryError(EpilumaError):
    """A crop, rotation or flip that does not fit the picture."""

    code = "geometry.invalid"
    http_status = 422


class DataError(EpilumaError):
    """A folder, table, manifest or split that is not what it should be.

    Codes: `data.missing`, `data.empty`, `data.encoding`, `data.columns`, `data.row`, `data.id`, `data.duplicate-id`,
    `data.unknown-id`, `data.dx`, `data.age`, `data.modality`, `data.path`, `data.lesion-pattern`, `data.too-few`,
    `data.split-name`, `data.folder-taken`, `data.link`, `data.trained-on`, `data.out-of-fold`, `data.write`,
    `data.unlabelled`, `data.altered`, `data.mask`, `evaluation.scores`, `evaluation.labels`, `demo.not-empty`; of a
    picture that cannot be read, the code of its `ImageError`.
    """

    code = "data.invalid"


class LeakError(DataError):
    """A lesion stands on both sides of a line it must not cross."""

    code = "data.leak"
    exit_status = Exit.FINDING


class FetchError(DataError):
    """A download that broke off or does not match its checksum.

    Codes: `data.fetch-unreachable`, `data.fetch-not-found`, `data.fetch-reply`, `data.fetch-refused`,
    `data.fetch-broken-off`, `data.fetch-checksum`, `data.fetch-archive`, `data.fetch-disk-full`.
    """

    code = "data.fetch"


class ConfigError(EpilumaError):
    """A training recipe with an unknown, missing or impossible value."""

    code = "config.invalid"
    exit_status = Exit.USAGE


class TrainingError(EpilumaError):
    """A training run that cannot start or go on."""

    code = "training.failed"


class BundleError(EpilumaError):
    """A bundle that is missing, altered or of another kind.

    Codes: `bundle.missing`, `bundle.output`, `bundle.schema`; of the registry `bundle.address`, `bundle.unreachable`,
    `bundle.too-large`, `bundle.checksum`, `bundle.taken`, `bundle.no-earlier`; `bundle.invalid` for everything else.
    """

    code = "bundle.invalid"
    http_status = 500


class ParityError(BundleError):
    """The exported graph does not compute what the trained network does."""

    code = "export.parity"


class MissingExtra(EpilumaError):  # noqa: N818 -- it reads as what it is
    """A part of Epiluma that was not installed.

    Codes: `install.extra-missing`, `install.browser-missing`.
    """

    code = "install.extra-missing"
    http_status = 500
    exit_status = Exit.USAGE

    @classmethod
    def of(cls, extra: str, package: str) -> "MissingExtra":
        """Name the package and the command that installs it."""
        return cls(f"This needs the package {package}, which is not installed. Run: pip install 'epiluma[{extra}]'")
