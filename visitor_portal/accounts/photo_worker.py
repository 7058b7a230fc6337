"""Run as a program of its own: a picture on standard input, a plain JPEG on standard output.

It limits itself before it looks at a byte: 1 GB of memory, 15 seconds of processor, no file
may be written, no new process started. Exit codes: 2 not a picture, 3 too many pixels, 4 too few.
"""

from __future__ import annotations

import io
import resource
import sys
import warnings

from PIL import Image, ImageOps

MOST_PIXELS = 25_000_000
FEWEST_PIXELS_A_SIDE = 200
LARGEST_SIDE = 2000
_FORMATS = ("JPEG", "PNG", "WEBP")
_NOT_A_PICTURE, _TOO_MANY_PIXELS, _TOO_FEW_PIXELS = 2, 3, 4


def main() -> int:
    """The exit code."""
    _limit_ourselves()
    upload = sys.stdin.buffer.read()
    try:
        picture = Image.open(io.BytesIO(upload), formats=_FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            return _TOO_MANY_PIXELS
        if min(picture.size) < FEWEST_PIXELS_A_SIDE:
            return _TOO_FEW_PIXELS
        sys.stdout.buffer.write(_plain_jpeg(picture))
    except (OSError, ValueError, SyntaxError, MemoryError, ArithmeticError, LookupError):
        return _NOT_A_PICTURE
    return 0


def _plain_jpeg(picture: Image.Image) -> bytes:
    """Upright, at most `LARGEST_SIDE` pixels, on white, with nothing but the pixels."""
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    opaque = Image.new("RGB", upright.size, "white")
    with_alpha = upright.convert("RGBA")
    opaque.paste(with_alpha, mask=with_alpha.getchannel("A"))
    out = io.BytesIO()
    opaque.save(out, "JPEG", quality=82)
    return out.getvalue()


def _limit_ourselves() -> None:
    Image.init()
    # Our own limit is checked before anything is decoded, and says more than an exception.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (15, 15))
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
