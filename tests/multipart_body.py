"""A multipart form as bytes. Werkzeug's test client puts large forms into temporary files of its own."""

from urllib.parse import quote

BOUNDARY = "drawn-by-hand"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(picture: bytes, *, name: str = "spot.png", **fields: str) -> bytes:
    """Encode one picture and the small fields around it."""
    texts = [_part(f'name="{key}"', value.encode()) for key, value in fields.items()]
    image = _part(f'name="image"; filename="{quote(name)}"', picture)
    return b"".join((*texts, image, f"--{BOUNDARY}--\r\n".encode()))


def _part(disposition: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"
