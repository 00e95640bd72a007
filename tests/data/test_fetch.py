"""HAM10000 is downloaded whole, or what is wrong is said; against a local server of the Dataverse's shape."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataverse_server import DOI, Dataverse, md5, zipped
from epiluma.data.fetch import RECORD, fetch_ham10000, unpack
from epiluma.errors import FetchError

METADATA = b"lesion_id,image_id,dx,dx_type,age,sex,localization\nHAM_1,ISIC_1,nv,histo,40.0,male,back\n"
ARCHIVAL = METADATA.replace(b",", b"\t")
PART_1, PART_2 = "HAM10000_images_part_1.zip", "HAM10000_images_part_2.zip"
MASKS = "HAM10000_segmentations_lesion_tschandl.zip"


@pytest.fixture
def dataverse() -> Iterator[Dataverse]:
    files = {
        PART_1: zipped({"ISIC_1.jpg": b"1" * 50_000, "ISIC_2.jpg": b"2" * 30_000}),
        PART_2: zipped({"ISIC_3.jpg": b"3" * 1000}),
        MASKS: zipped(
            {
                f"{MASKS[:-4]}/ISIC_1_segmentation.png": b"mask",
                f"__MACOSX/{MASKS[:-4]}/._ISIC_1_segmentation.png": b"junk",
                f"{MASKS[:-4]}/.DS_Store": b"junk",
            }
        ),
        "HAM10000_metadata.csv": METADATA,
        "ISIC2018_Task3_Test_Images.zip": zipped({"x.jpg": b"x"}),
    }
    with Dataverse(files) as server:
        yield server


def fetch(dataverse: Dataverse, folder: Path, **options: object) -> list[str]:
    return fetch_ham10000(folder, server=dataverse.url, wait=lambda _: None, **options)


def files_in(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != RECORD
    }


WHOLE = {
    "HAM10000_images_part_1/ISIC_1.jpg": 50_000,
    "HAM10000_images_part_1/ISIC_2.jpg": 30_000,
    "HAM10000_images_part_2/ISIC_3.jpg": 1000,
    "HAM10000_metadata.csv": len(METADATA),
    "HAM10000_segmentations_lesion_tschandl/ISIC_1_segmentation.png": 4,
}


def test_the_official_layout_arrives_and_nothing_else_is_left(dataverse, tmp_path):
    fetched = fetch(dataverse, tmp_path / "ham")

    assert fetched == [PART_1, PART_2, MASKS, "HAM10000_metadata.csv"]
    assert files_in(tmp_path / "ham") == WHOLE
    assert (tmp_path / "ham" / "HAM10000_metadata.csv").read_bytes() == METADATA
    assert dataverse.requests[0][0] == "/api/datasets/:persistentId/?persistentId=doi%3A10.7910%2FDVN%2FDBW86T"


def test_a_second_run_asks_for_nothing_but_the_list(dataverse, tmp_path):
    fetch(dataverse, tmp_path)
    dataverse.requests.clear()

    assert fetch(dataverse, tmp_path) == []
    assert len(dataverse.requests) == 1
    assert files_in(tmp_path) == WHOLE


def test_what_was_removed_or_has_changed_on_the_server_is_fetched_again(dataverse, tmp_path):
    fetch(dataverse, tmp_path)
    (tmp_path / "HAM10000_metadata.csv").unlink()
    entry = dataverse.entries[1]["dataFile"]
    dataverse.files[PART_2] = zipped({"ISIC_3.jpg": b"4" * 2000})
    entry["checksum"]["value"], entry["filesize"] = md5(dataverse.files[PART_2]), len(dataverse.files[PART_2])

    assert fetch(dataverse, tmp_path) == [PART_2, "HAM10000_metadata.csv"]
    assert files_in(tmp_path) == WHOLE | {"HAM10000_images_part_2/ISIC_3.jpg": 2000}


def test_a_server_that_breaks_off_is_asked_for_the_rest_until_all_is_there(dataverse, tmp_path):
    size = len(dataverse.files[PART_1])
    dataverse.break_off_after[PART_1] = 30_000

    fetch(dataverse, tmp_path)

    assert size > 60_000
    assert dataverse.requests_for(PART_1) == [None, "bytes=30000-", "bytes=60000-"]
    assert files_in(tmp_path) == WHOLE


def test_a_server_that_breaks_off_without_saying_how_much_there_is_is_asked_for_the_rest(dataverse, tmp_path):
    dataverse.break_off_after[PART_1] = 50_000
    dataverse.announces_length = False

    fetch(dataverse, tmp_path)

    assert dataverse.requests_for(PART_1) == [None, "bytes=50000-"]
    assert files_in(tmp_path) == WHOLE


def test_a_server_that_ignores_the_range_is_taken_from_the_start(dataverse, tmp_path):
    (tmp_path / f"{PART_1}.part").write_bytes(b"something from before")
    dataverse.ignores_range = True

    fetch(dataverse, tmp_path)

    assert dataverse.requests_for(PART_1) == ["bytes=21-"]
    assert files_in(tmp_path) == WHOLE


def test_a_stopped_run_goes_on_where_it_was(dataverse, tmp_path):
    (tmp_path / f"{PART_1}.part").write_bytes(dataverse.files[PART_1][:12_345])

    fetch(dataverse, tmp_path)

    assert dataverse.requests_for(PART_1) == ["bytes=12345-"]
    assert files_in(tmp_path) == WHOLE


def test_a_run_stopped_after_the_last_byte_counts_what_is_there(dataverse, tmp_path):
    (tmp_path / f"{PART_1}.part").write_bytes(dataverse.files[PART_1])

    fetch(dataverse, tmp_path)

    assert files_in(tmp_path) == WHOLE


def test_a_run_stopped_before_unpacking_does_not_download_again(dataverse, tmp_path):
    (tmp_path / PART_1).write_bytes(dataverse.files[PART_1])

    fetch(dataverse, tmp_path)

    assert dataverse.requests_for(PART_1) == []
    assert files_in(tmp_path) == WHOLE


def test_a_left_over_part_that_is_longer_than_the_file_is_thrown_away(dataverse, tmp_path):
    (tmp_path / f"{PART_1}.part").write_bytes(b"x" * 100_000)

    fetch(dataverse, tmp_path)

    assert files_in(tmp_path) == WHOLE


def test_a_busy_server_is_asked_again_after_longer_and_longer_waits(dataverse, tmp_path):
    dataverse.busy[PART_1] = 3
    waits = []

    fetch_ham10000(tmp_path, server=dataverse.url, wait=waits.append)

    assert waits == [2, 4, 8]
    assert files_in(tmp_path) == WHOLE


def test_a_server_that_never_sends_is_given_up_on_and_what_is_there_is_kept(dataverse, tmp_path):
    (tmp_path / f"{PART_1}.part").write_bytes(b"12345")
    dataverse.break_off_after[PART_1] = 0
    waits = []

    with pytest.raises(FetchError, match="run the command again to go on") as refusal:
        fetch_ham10000(tmp_path, server=dataverse.url, wait=waits.append)

    assert refusal.value.code == "data.fetch-broken-off"
    assert waits == [2, 4, 8, 16, 32]
    assert (tmp_path / f"{PART_1}.part").read_bytes() == b"12345"


def test_altered_bytes_are_thrown_away_and_never_unpacked(dataverse, tmp_path):
    dataverse.altered.add(PART_2)

    with pytest.raises(FetchError, match=f"expected the md5 {md5(dataverse.files[PART_2])}") as refusal:
        fetch(dataverse, tmp_path)

    assert refusal.value.code == "data.fetch-checksum"
    assert not list(tmp_path.glob("HAM10000_images_part_2*"))
    dataverse.altered.clear()
    assert fetch(dataverse, tmp_path) == [PART_2, MASKS, "HAM10000_metadata.csv"]


def test_a_file_one_may_not_have_is_refused_with_what_to_do(dataverse, tmp_path):
    dataverse.refused.add(PART_1)

    with pytest.raises(FetchError, match="accept terms") as refusal:
        fetch(dataverse, tmp_path)

    assert refusal.value.code == "data.fetch-refused"


def test_a_table_that_the_dataverse_converted_is_fetched_as_it_was_uploaded(dataverse, tmp_path):
    dataverse.list_as_table("HAM10000_metadata.csv", ARCHIVAL, checksum=md5(METADATA))

    fetch(dataverse, tmp_path)

    assert (tmp_path / "HAM10000_metadata.csv").read_bytes() == METADATA
    assert dataverse.requests[-1][0].endswith("?format=original")


@pytest.mark.parametrize("hashed", [ARCHIVAL, ARCHIVAL.partition(b"\n")[2]])
def test_a_table_whose_checksum_is_of_the_converted_form_is_turned_back(dataverse, tmp_path, hashed):
    dataverse.list_as_table("HAM10000_metadata.csv", ARCHIVAL, checksum=md5(hashed))

    fetch(dataverse, tmp_path)

    assert (tmp_path / "HAM10000_metadata.csv").read_bytes() == METADATA
    assert files_in(tmp_path) == WHOLE


def test_a_table_that_matches_in_no_form_is_refused(dataverse, tmp_path):
    dataverse.list_as_table("HAM10000_metadata.csv", ARCHIVAL, checksum=md5(b"something else"))

    with pytest.raises(FetchError, match="in no form") as refusal:
        fetch(dataverse, tmp_path)

    assert refusal.value.code == "data.fetch-checksum"
    assert not (tmp_path / "HAM10000_metadata.csv").exists()


def test_metadata_listed_without_an_ending_gets_one(dataverse, tmp_path):
    dataverse.entries[3]["label"] = "HAM10000_metadata"

    fetch(dataverse, tmp_path)

    assert files_in(tmp_path) == WHOLE


def test_other_checksums_are_understood_and_the_older_field_too(dataverse, tmp_path):
    first = dataverse.entries[0]["dataFile"]
    del first["checksum"]
    dataverse.entries[3]["dataFile"]["checksum"] = {
        "type": "SHA-1",
        "value": hashlib.sha1(METADATA).hexdigest(),
    }

    fetch(dataverse, tmp_path)

    assert files_in(tmp_path) == WHOLE


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ((200, b"<html>maintenance</html>"), "data.fetch-reply"),
        ((200, b'{"status": "OK", "data": {}}'), "data.fetch-reply"),
        ((500, b"oops"), "data.fetch-reply"),
        ((404, b"{}"), "data.fetch-not-found"),
        ((200, b'{"data": {"latestVersion": {"files": []}}}'), "data.fetch-not-found"),
    ],
)
def test_an_answer_that_is_no_file_list_is_an_error_in_plain_words(dataverse, tmp_path, reply, code):
    dataverse.reply = reply

    with pytest.raises(FetchError, match=DOI) as refusal:
        fetch(dataverse, tmp_path)

    assert refusal.value.code == code


@pytest.mark.parametrize("label", ["../HAM10000_images.zip", "HAM10000/../../x.zip", "HAM10000\\x.zip"])
def test_a_listed_name_that_leads_out_of_the_folder_is_refused(dataverse, tmp_path, label):
    dataverse.entries[0]["label"] = label

    with pytest.raises(FetchError) as refusal:
        fetch(dataverse, tmp_path / "ham")

    assert refusal.value.code == "data.fetch-reply"
    assert files_in(tmp_path) == {}


def test_a_checksum_of_the_wrong_length_is_refused(dataverse, tmp_path):
    dataverse.entries[0]["dataFile"]["checksum"]["value"] = "abc"

    with pytest.raises(FetchError, match="3 digits") as refusal:
        fetch(dataverse, tmp_path)

    assert refusal.value.code == "data.fetch-reply"


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "no-address", "http://[::1"])
def test_a_server_that_cannot_be_reached_is_said_so(tmp_path, address):
    with pytest.raises(FetchError, match="cannot be reached") as refusal:
        fetch_ham10000(tmp_path, server=address)

    assert refusal.value.code == "data.fetch-unreachable"


def test_a_full_disk_is_noticed_before_anything_is_downloaded(dataverse, tmp_path):
    dataverse.entries[0]["dataFile"]["filesize"] = 10**18

    with pytest.raises(FetchError, match="GB of free space") as refusal:
        fetch(dataverse, tmp_path)

    assert refusal.value.code == "data.fetch-disk-full"
    assert len(dataverse.requests) == 1


def test_progress_ends_with_all_the_bytes_of_every_file(dataverse, tmp_path):
    told = []
    dataverse.break_off_after[PART_1] = 30_000

    fetch(dataverse, tmp_path, progress=lambda *step: told.append(step))

    last = {name: (done, total) for name, done, total in told}
    assert last == {
        name: (len(dataverse.files[name]),) * 2 for name in (PART_1, PART_2, MASKS, "HAM10000_metadata.csv")
    }


@pytest.mark.parametrize("member", ["../evil.jpg", "/evil.jpg", "a/../../evil.jpg", "..\\evil.jpg", "C:/evil.jpg"])
def test_an_archive_that_names_a_place_outside_is_refused_and_leaves_nothing(tmp_path, member):
    archive = tmp_path / "x.zip"
    archive.write_bytes(zipped({"good.jpg": b"good", member: b"evil"}))

    with pytest.raises(FetchError, match="outside its folder") as refusal:
        unpack(archive, tmp_path / "out" / "x")

    assert refusal.value.code == "data.fetch-archive"
    assert files_in(tmp_path) == {"x.zip": archive.stat().st_size}


@pytest.mark.parametrize("damage", [b"no zip at all", None])
def test_a_damaged_archive_is_refused_and_leaves_nothing(tmp_path, damage):
    content = zipped({"a.jpg": b"abcdefgh" * 100})
    archive = tmp_path / "x.zip"
    archive.write_bytes(damage or content.replace(b"abcdefgh", b"abcdefgX", 1))

    with pytest.raises(FetchError) as refusal:
        unpack(archive, tmp_path / "x")

    assert refusal.value.code == "data.fetch-archive"
    assert files_in(tmp_path) == {"x.zip": archive.stat().st_size}


def test_unpacking_leaves_other_files_of_the_folder_alone(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine.jpg").write_bytes(b"mine")
    (tmp_path / "x.zip").write_bytes(zipped({"x/": b"", "x/a.jpg": b"a", "b/c.jpg": b"cc"}))

    unpack(tmp_path / "x.zip", tmp_path / "x")

    assert files_in(tmp_path / "x") == {"a.jpg": 1, "b/c.jpg": 2, "mine.jpg": 4}
    assert zipfile.is_zipfile(tmp_path / "x.zip")
