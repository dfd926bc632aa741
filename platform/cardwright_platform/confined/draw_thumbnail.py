"""Child program: a picture that a stranger made becomes a small one that we made."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps

from cardwright_platform.confined.boundaries import Refusal, run

#: Kinds of pictures that are opened; drawings (SVG) are programs and are not.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_QUALITY = 80


def draw_thumbnail(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write a WebP of at most ``size`` pixels a side to the output; nothing else of it remains."""
    Image.MAX_IMAGE_PIXELS = request["pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(request["path"], formats=FORMATS) as picture:
            # What a camera says of itself and of its place goes no further than the turn.
            turned = ImageOps.exif_transpose(picture)
            turned.thumbnail((request["size"], request["size"]))
            plain = turned.convert("RGBA" if "A" in turned.getbands() else "RGB")
            plain.save(sys.stdout.buffer, "WEBP", quality=_QUALITY, method=4)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refusal("picture_too_large") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise Refusal("picture_unreadable") from error
    sys.stdout.buffer.flush()
    return {"width": plain.width, "height": plain.height}


if __name__ == "__main__":
    run(draw_thumbnail)
