"""What may and may not stand in the repository."""

from pathlib import Path

import numpy as np

DRAWN = (
    Path("src/epiluma/web/static"),
    Path("docs/images"),
)  # icons, drawn lesions, the page's own look
SUFFIXES = {
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".gif",
    ".bmp",
    ".tif",
    ".tiff",
    ".dcm",
    ".heic",
    ".npy",
    ".npz",
    ".zip",
    ".pt",
}
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"BM6", b"II*\x00", b"MM\x00*", b"PK\x03\x04")
# Arrays of numbers that a network made, named one by one and looked into below.
NUMBERS = ("models/*/abstention.npz", "experiments/*/teacher-*.npz")
Files = tuple[Path, ...]


def is_picture(root: Path, path: Path) -> bool:
    head = (root / path).read_bytes()[:132]
    by_content = head.startswith(SIGNATURES) or head[8:12] == b"WEBP" or head[128:] == b"DICM"
    return by_content or path.suffix.lower() in SUFFIXES


def test_no_picture_is_in_the_repository_but_drawn_ones(root: Path, files: Files) -> None:
    numbers = {path for path in files for pattern in NUMBERS if path.match(pattern)}
    pictures = [path for path in files if path not in numbers and is_picture(root, path)]

    assert [str(path) for path in pictures if not any(path.is_relative_to(folder) for folder in DRAWN)] == []


def test_arrays_of_numbers_hold_no_pictures(root: Path, files: Files) -> None:
    kept = [path for path in files for pattern in NUMBERS if path.match(pattern)]

    assert kept
    for path in kept:
        with np.load(root / path, allow_pickle=False) as arrays:
            shapes = {name: (arrays[name].ndim, arrays[name].dtype.kind) for name in arrays.files}
        # A picture has three dimensions, or two of bytes; these are tables of real numbers and lists of ids.
        assert [name for name, (dimensions, kind) in shapes.items() if dimensions > 2 or kind in "uib"] == [], path


def test_a_picture_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"\xff\xd8\xff\xe0 a photograph by another name")

    assert is_picture(tmp_path, Path("notes.txt"))


def test_no_file_is_over_ten_megabytes(root: Path, files: Files) -> None:
    assert [str(path) for path in files if (root / path).stat().st_size > 10_000_000] == []


def test_only_continuous_integration_knows_where_the_shared_folder_is(root: Path, files: Files) -> None:
    name = "/".join(("..", "shared"))
    text = {path: (root / path).read_bytes() for path in files}

    assert [str(path) for path, content in text.items() if name.encode() in content] == []
    assert "shared=$(cd .. && pwd)/shared" in (root / ".ci/run").read_text()


def test_code_and_weights_carry_their_licences(root: Path) -> None:
    assert "Apache License" in (root / "LICENSE").read_text().splitlines()[1]
    assert "CC-BY-NC-4.0" in (root / "NOTICE").read_text()
    assert "CC-BY-NC-4.0" in (root / "src/epiluma/bundle/NOTICE-weights.md").read_text()
    assert 'license = "Apache-2.0 AND CC-BY-NC-4.0"' in (root / "pyproject.toml").read_text()
