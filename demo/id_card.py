"""A picture of an identity card that is plainly nobody's."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

SIZE = (1000, 630)


def draw_id_card(name: str, born_on: str, address: str, file: Path) -> None:
    """Writes a JPEG of a sample card with these particulars to `file`."""
    card = Image.new("RGB", SIZE, "#dfe9ee")
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, SIZE[0], 96), fill="#0b5566")
    pen.text((36, 26), "STATE OF EXAMPLE   IDENTIFICATION CARD", fill="white", font=_font(34))
    pen.rectangle((48, 140, 348, 520), fill="#b7c5ce")
    pen.ellipse((128, 200, 268, 340), fill="#7d8c97")
    pen.pieslice((78, 350, 318, 690), 180, 360, fill="#7d8c97")
    pen.rectangle((48, 521, 348, 630), fill="#dfe9ee")
    given, _, family = name.rpartition(" ")
    rows = (("Last name", family), ("First name", given), ("Born", born_on), ("Address", address))
    for line, (label, value) in enumerate(rows):
        top = 140 + line * 98
        pen.text((396, top), label, fill="#4a5a66", font=_font(22))
        pen.text((396, top + 28), value, fill="#14212b", font=_font(34 if line < 3 else 24))
    pen.text((48, 560), "SAMPLE, NOT A REAL DOCUMENT", fill="#a8201a", font=_font(28))
    card.save(file, "JPEG", quality=85)


def _font(pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=pixels)
