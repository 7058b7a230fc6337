"""Photos from strangers: small enough, re-encoded apart, without metadata."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tests.harness.portal import PortalDesk, picture
from visitor_portal.accounts.photo import sealed_photo
from visits.errors import VisitorMustAct
from visits.sealing import ReviewerKey

pytestmark = pytest.mark.slow

READER = ReviewerKey.generate()


def encoded(upload: bytes) -> Image.Image:
    sealed = sealed_photo(upload, {"cook": READER.public})
    assert sealed.media_type == "image/jpeg"
    return Image.open(io.BytesIO(READER.open(sealed, "cook")))


def test_a_photo_loses_where_and_when_it_was_taken_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by the phone
    exif[0x010F] = "A phone"
    exif.get_ifd(0x8825)[2] = (41.0, 52.0, 55.0)
    photo = encoded(picture((800, 400), exif=exif))
    assert photo.format == "JPEG"
    assert photo.size == (400, 800)
    assert dict(photo.getexif()) == {}


def test_a_large_photo_is_made_smaller() -> None:
    assert encoded(picture((4000, 3000))).size == (2000, 1500)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_kinds_of_picture_become_a_jpeg(kind: str) -> None:
    assert encoded(picture(kind=kind)).format == "JPEG"


def test_a_see_through_picture_is_put_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    assert min(encoded(out.getvalue()).getpixel((5, 5))) > 250  # type: ignore[arg-type]


def test_a_pixel_bomb_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(VisitorMustAct, match="25 megapixels"):
        sealed_photo(_png_header(30_000, 30_000), {"cook": READER.public})


def test_a_tiny_picture_is_refused() -> None:
    with pytest.raises(VisitorMustAct, match="too small"):
        sealed_photo(picture((40, 40)), {"cook": READER.public})


@pytest.mark.parametrize(
    "upload",
    [
        b"not a picture",
        picture()[:300],
        b"GIF89a" + bytes(500),
        b"%PDF-1.7 " + bytes(500),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(upload: bytes) -> None:
    with pytest.raises(VisitorMustAct, match="cannot read that file"):
        sealed_photo(upload, {"cook": READER.public})


def test_more_than_8_mb_is_refused() -> None:
    with pytest.raises(VisitorMustAct, match="8 MB"):
        sealed_photo(os.urandom(8 * 1024 * 1024 + 1), {"cook": READER.public})


def test_a_huge_upload_is_cut_off_while_it_arrives(desk: PortalDesk) -> None:
    browser = desk.browser()
    browser.open("/sign-up/photo")
    answer = browser.send(files={"photo": ("id.jpg", bytes(9 * 1024 * 1024), "image/jpeg")})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_the_worker_may_not_write_a_file_nor_start_a_process() -> None:
    import resource
    import subprocess
    import sys

    from visitor_portal.accounts import photo_worker

    tries = f"""
import sys; sys.path.insert(0, {str(Path(photo_worker.__file__).parent)!r})
import photo_worker, resource, os
photo_worker._limit_ourselves()
for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_CORE):
    print(resource.getrlimit(limit)[1])
"""
    said = subprocess.run(
        [sys.executable, "-c", tries], capture_output=True, text=True, check=True
    ).stdout.split()
    assert said == ["0", "15", str(1 << 30), "0"]
    assert resource.getrlimit(resource.RLIMIT_CPU)[1] != 15


def _png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows)
