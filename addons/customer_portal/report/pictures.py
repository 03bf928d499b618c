"""Pictures of a document: logos and signatures, of whatever was uploaded."""

import io
from base64 import b64decode

from PIL import Image as PILImage
from reportlab.platypus import Image


def draw_picture(data, width, height):
    """Return a picture no larger than the given box, or None if it cannot be read.

    :param bytes data: base64, as of an Image field
    """
    try:
        picture = PILImage.open(io.BytesIO(b64decode(data or b"")))
        stream = io.BytesIO()
        _on_white(picture).save(stream, "PNG", compress_level=1)
    except Exception:
        # Whatever a broken picture makes the decoder raise, an invoice prints
        # without it.
        return None
    scale = min(width / picture.width, height / picture.height)
    return Image(stream, picture.width * scale, picture.height * scale, hAlign="LEFT")


def _on_white(picture):
    """Return the picture without transparency, which PDF/A forbids."""
    picture = picture.convert("RGBA")
    white = PILImage.new("RGBA", picture.size, "white")
    return PILImage.alpha_composite(white, picture).convert("RGB")
