"""The counts of a data set in one small file, so that a page can show them where the pictures are not."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from epiluma.data.breakdown import break_down
from epiluma.data.manifest import Manifest
from epiluma.data.split import Splits
from epiluma.data.writing import writing

COUNTS_SCHEMA = "epiluma.counts/1"
HAM10000_COUNTS = Path(__file__).parent / "ham10000_counts.json"  # written by `epiluma data explore --save`
HELD_OUT = 0.15  # of the split by picture that is worked out for comparison


def count_pictures(manifest: Manifest, splits: Splits) -> dict[str, Any]:
    """Count pictures and lesions, as a whole, in each table of `break_down`, and in each split.

    `leak_by_picture` is what a split by picture would do: the share of its held-out pictures, 15 % drawn at random,
    of whose lesion another picture is expected to be in training, 1 - 0.15 ^ (pictures of the lesion - 1) each.
    """
    siblings = Counter(row.lesion_id for row in manifest.rows)
    leaks = sum(1 - HELD_OUT ** (siblings[row.lesion_id] - 1) for row in manifest.rows)
    return {
        "schema": COUNTS_SCHEMA,
        "pictures": len(manifest.rows),
        "lesions": len(siblings),
        "tables": {table.name: table.to_json() for table in break_down(manifest)},
        "splits": {name: _count_split(manifest, ids) for name, ids in splits.as_dict().items()},
        "leak_by_picture": round(leaks / max(len(manifest.rows), 1), 4),
    }


def _count_split(manifest: Manifest, image_ids: tuple[str, ...]) -> dict[str, int]:
    rows = [manifest.by_id[image_id] for image_id in image_ids if image_id in manifest.by_id]
    return {"pictures": len(rows), "lesions": len({row.lesion_id for row in rows})}


def write_counts(counts: Mapping[str, Any], path: Path) -> None:
    """Write counts to a JSON file; its folder is made where it is not there.

    Raises:
        DataError: `data.write`.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(counts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_ham10000_counts() -> dict[str, Any]:
    """Return the counts of HAM10000 that come with the package."""
    counts: dict[str, Any] = json.loads(HAM10000_COUNTS.read_text(encoding="utf-8"))
    return counts
