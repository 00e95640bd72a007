"""Picture files made to order, byte by byte where Pillow cannot write what it reads."""

import struct
import zlib
from io import BytesIO

from PIL import Image as Pillow

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def saved(picture, format_name="PNG", **options):
    buffer = BytesIO()
    picture.save(buffer, format_name, **options)
    return buffer.getvalue()


def plain(colour=RED, mode="RGB", size=(80, 64)):
    return Pillow.new(mode, size, colour)


def chunk(name, body):
    return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))


def png(pixel, *, depth, colour_type, size=(64, 64), extra=b""):
    """A PNG of one colour, written by hand: Pillow cannot write every kind it reads."""
    width, height = size
    header = struct.pack(">LLBBBBB", width, height, depth, colour_type, 0, 0, 0)
    body = zlib.compress((b"\0" + pixel * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def exif_of(orientation):
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()
