"""CSV files as people's programs write them."""

import pytest

from epiluma.data.csv_rows import read_rows, write_rows
from epiluma.errors import DataError


def test_a_byte_order_mark_windows_line_ends_and_blanks_are_read_as_if_they_were_not_there(tmp_path):
    table = tmp_path / "table.csv"
    table.write_bytes(b"\xef\xbb\xbfimage_id, dx\r\nA , nv\r\n\r\nB,mel\r\n")

    assert read_rows(table) == [{"image_id": "A", "dx": "nv"}, {"image_id": "B", "dx": "mel"}]


def test_a_quoted_cell_may_hold_a_comma_and_a_line_end(tmp_path):
    table = tmp_path / "table.csv"
    table.write_text('a,b\n"1,\n2",3\n')

    assert read_rows(table) == [{"a": "1,\n2", "b": "3"}]


def test_what_is_written_is_read_again_and_has_plain_line_ends(tmp_path):
    table = tmp_path / "new" / "table.csv"

    write_rows(table, ["a", "b"], [["1", "x,y"], ["", 'say "ah"']])

    assert table.read_bytes() == b'a,b\n1,"x,y"\n,"say ""ah"""\n'
    assert read_rows(table) == [{"a": "1", "b": "x,y"}, {"a": "", "b": 'say "ah"'}]
    assert [path.name for path in table.parent.iterdir()] == ["table.csv"]


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"image_id,age\nA,40\n", "data.columns", "lacks the column(s) dx"),
        (b"", "data.columns", "none at all"),
        (b"dx,dx\nnv,nv\n", "data.columns", "dx twice"),
        (b"dx,age\nnv\n", "data.row", "row 2: expected 2 cells"),
        (b'dx\n"nv\nmel\nbcc\n', "data.columns", "unexpected end of data"),
        ("dx\nnävus\n".encode("latin-1"), "data.encoding", "not UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason(tmp_path, content, code, said):
    table = tmp_path / "table.csv"
    table.write_bytes(content)

    with pytest.raises(DataError) as refusal:
        read_rows(table, required=["dx"])

    assert refusal.value.code == code
    assert said in refusal.value.message
    assert str(table) in refusal.value.message


@pytest.mark.parametrize("name", ["absent.csv", "."])
def test_a_missing_file_and_a_folder_are_refused(tmp_path, name):
    with pytest.raises(DataError) as refusal:
        read_rows(tmp_path / name)

    assert refusal.value.code == "data.missing"
