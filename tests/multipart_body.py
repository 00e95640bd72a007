"""A multipart form as bytes. Werkzeug's test client puts large forms into temporary files of its own."""

from collections.abc import Iterable
from urllib.parse import quote

BOUNDARY = "drawn-by-hand"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(picture: bytes, *, name: str = "spot.png", **fields: str) -> bytes:
    """Encode one picture and the small fields around it."""
    texts = [_part(f'name="{key}"', value.encode()) for key, value in fields.items()]
    image = _part(f'name="image"; filename="{quote(name)}"', picture)
    return b"".join((*texts, image, f"--{BOUNDARY}--\r\n".encode()))


def multipart_of(images: Iterable[tuple[bytes, str]], **fields: str) -> bytes:
    """Encode any number of pictures and the small fields beside them, the names as browsers write them."""
    texts = [_part(f'name="{key}"', value.encode()) for key, value in fields.items()]
    named = [(content, name.replace('"', "%22").replace("\n", "%0A").replace("\r", "%0D")) for content, name in images]
    parts = [_part(f'name="image"; filename="{name}"', content) for content, name in named]
    return b"".join((*texts, *parts, f"--{BOUNDARY}--\r\n".encode()))


def _part(disposition: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"
