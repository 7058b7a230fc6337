"""The frames that 125 kHz card readers send over a serial line.

RDM6300: 02, ten hex digits, two hex digits of checksum, 03. ID-12LA puts CR LF before the 03.
The checksum is the exclusive or of the five bytes. Sources: the modules' data sheets.
"""

from __future__ import annotations

from functools import reduce

START, END = b"\x02", b"\x03"
LONGEST_FRAME = 16


class CardFrames:
    """Cuts card ids out of bytes as they come: whole, split, or among rubbish.

    Keeps at most one unfinished frame. A frame that does not check is counted in `damaged`
    and otherwise ignored: the card will be read again while it is held there.
    """

    def __init__(self) -> None:
        self._unfinished = b""
        self.damaged = 0

    def feed(self, received: bytes) -> list[str]:
        """The ids whose frames end in `received`, ten capital hex digits each."""
        found = []
        *finished, rest = (self._unfinished + received).split(END)
        for frame in finished:
            _, start, body = frame.rpartition(START)
            if not start:
                continue
            card_id = _checked(body)
            if card_id is None:
                self.damaged += 1
            else:
                found.append(card_id)
        _, start, body = rest.rpartition(START)
        self._unfinished = (start + body)[:LONGEST_FRAME] if start else b""
        return found


def _checked(body: bytes) -> str | None:
    digits = body.removesuffix(b"\r\n")
    try:
        text = digits.decode("ascii")
        numbers = bytes.fromhex(text)
    except ValueError:
        return None
    if len(text) != 12 or len(numbers) != 6:
        return None
    return text[:10].upper() if reduce(int.__xor__, numbers) == 0 else None
