import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from epiluma.errors import GeometryError
from epiluma.imaging.encode import encode_png
from epiluma.records import Geometry, Modality
from epiluma.web.uploads import UploadError, read_geometry, read_modality
from multipart_body import CONTENT_TYPE, multipart

WRITES = os.O_WRONLY | os.O_RDWR
opened: list[str] | None = None


def watch(event: str, arguments: tuple[object, ...]) -> None:
    if opened is not None and event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES:
        opened.append(str(arguments[0]))


sys.addaudithook(watch)  # cannot be taken away again, so it looks only while `opened` is a list


@pytest.fixture
def files_opened_for_writing() -> Iterator[list[str]]:
    """Every file this process opens for writing, those without a name in any folder too."""
    global opened
    opened = []
    yield opened
    opened = None


@pytest.fixture(scope="module")
def fifteen_megabytes() -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (2240, 2240, 3), dtype=np.uint8)
    return encode_png(noise)


def test_a_picture_of_15_mb_leaves_no_file(
    client: FlaskClient,
    fifteen_megabytes: bytes,
    files_opened_for_writing: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    response = client.post("/api/v1/predictions", data=multipart(fifteen_megabytes), content_type=CONTENT_TYPE)

    assert len(fifteen_megabytes) > 15_000_000
    assert response.status_code == 200
    assert files_opened_for_writing == []
    assert list(folder.iterdir()) == []


def test_the_watch_sees_a_temporary_file_that_has_no_name(files_opened_for_writing: list[str]) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"kept")

    assert len(files_opened_for_writing) >= 1


@pytest.mark.parametrize("modality", list(Modality))
def test_a_modality_is_read_by_its_word(modality: Modality) -> None:
    assert read_modality(modality.value) is modality


def test_nothing_said_about_the_modality_means_unknown() -> None:
    assert read_modality("") is Modality.UNKNOWN


def test_an_unknown_modality_is_refused_with_the_list_of_known_ones() -> None:
    with pytest.raises(UploadError, match="must be one of dermoscopic, clinical, unknown") as refusal:
        read_modality("x-ray")

    assert refusal.value.code == "modality.invalid"


def test_a_geometry_is_read_from_json() -> None:
    assert read_geometry('{"crop": [1, 2, 64, 80], "rotate": 90}') == Geometry(crop=(1, 2, 64, 80), rotate=90)
    assert read_geometry("") is None


@pytest.mark.parametrize("text", ["crop", "[1, 2]", '{"crop": [1, 2, 3]}', "null", "[" * 100_000])
def test_what_is_no_geometry_is_refused(text: str) -> None:
    with pytest.raises(GeometryError):
        read_geometry(text)
