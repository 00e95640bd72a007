"""The split that earlier systems were measured on: 938 validation pictures. For a separate study only.

They took the lesions with a single picture, in the order of the metadata, and let scikit-learn hold out 17 % of them,
stratified by diagnosis, with random_state=101; every other picture trains. It overlaps our own split, so nothing
learnt with it may go anywhere else.
"""

from collections import Counter
from pathlib import Path

from epiluma.data.csv_rows import read_rows
from epiluma.data.split import Splits
from epiluma.errors import DataError, MissingExtra

TEST_SIZE = 0.17
RANDOM_STATE = 101


def split_benchmark938(metadata: Path) -> Splits:
    """Return the split, without a test part.

    Args:
        metadata: `HAM10000_metadata.csv` itself and not a manifest: the earlier systems counted the two ids of one
            lesion that an import merges as two lesions.

    Raises:
        DataError: a file that is not this table, or too few rows to hold any out.
    """
    try:
        from sklearn.model_selection import train_test_split
    except ImportError:
        raise MissingExtra.of("data", "scikit-learn") from None
    rows = read_rows(metadata, required=("lesion_id", "image_id", "dx"))
    pictures = Counter(row["lesion_id"] for row in rows)
    single = [row for row in rows if pictures[row["lesion_id"]] == 1]
    try:
        _, held_out = train_test_split(
            [row["image_id"] for row in single],
            test_size=TEST_SIZE,
            random_state=RANDOM_STATE,
            stratify=[row["dx"] for row in single],
        )
    except ValueError:
        raise DataError(
            f"{metadata}: expected HAM10000's 10,015 rows, with several single-picture lesions of every diagnosis; "
            f"found {len(single)} single-picture lesions.",
            code="data.too-few",
        ) from None
    train = {row["image_id"] for row in rows} - set(held_out)
    return Splits(train=tuple(sorted(train)), validation=tuple(sorted(held_out)))
