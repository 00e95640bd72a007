"""The one EXIF tag that changes what a picture shows: which way up it was taken."""

import struct
from collections.abc import Mapping
from types import MappingProxyType

from PIL import Image as Pillow

_ORIENTATION_TAG, _SHORT = 0x0112, 3

# What undoes each orientation (EXIF 2.32, section 4.6.4 A); 1 is upright already.
UPRIGHT: Mapping[int, Pillow.Transpose] = MappingProxyType(
    {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_270,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_90,
    }
)


def read_orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, of an EXIF block; 1 where there is none or the block is broken.

    Only the first directory is read, and only this tag: nothing else of EXIF reaches a reader, so nothing else of it
    can go wrong.
    """
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "L", block, 4)
        (count,) = struct.unpack_from(order + "H", block, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(order + "HHLH", block, entry)
            if (tag, kind) == (_ORIENTATION_TAG, _SHORT):
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
