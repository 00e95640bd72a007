"""What a browser needs to read pictures by itself: where the model is, and how much there is to load."""

from epiluma.bundle.read import MODEL_FILE, Bundle
from epiluma.web.sitemap import href
from epiluma.web.statics import packed_files

RUNTIME = (".js", ".mjs", ".wasm")  # of the built files, what runs; the licences beside them do not


def model_address(bundle: Bundle) -> str:
    """Return the folder that a browser loads the model from."""
    return href(f"/model/{bundle.id}/")


def reader_megabytes(bundle: Bundle) -> int:
    """Return how much is loaded before a first reading, in whole MB (10^6 bytes), rounded up."""
    runtime = sum(len(sent["br"]) for name, sent in packed_files().items() if name.endswith(RUNTIME))
    return -(-(len(bundle.read_file(MODEL_FILE)) + runtime) // 1_000_000)
