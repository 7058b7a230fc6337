"""Device URLs: `kind:what?option=value`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from visits.errors import SettingsWrong


@dataclass(frozen=True)
class DeviceUrl:
    """A parsed device URL; `text` is the whole of it."""

    text: str
    kind: str
    what: str
    options: Mapping[str, str]

    @classmethod
    def parse(cls, text: str, allowed: Mapping[str, frozenset[str]]) -> DeviceUrl:
        """`allowed`: the options of each `kind:what` (or of `kind:` for any other what).

        Raises `SettingsWrong` naming what is known.
        """
        address, _, query = text.partition("?")
        kind, _, what = address.partition(":")
        known = allowed.get(f"{kind}:{what}", allowed.get(f"{kind}:"))
        if known is None:
            raise SettingsWrong(f"{text!r} names no device. Known: {', '.join(sorted(allowed))}.")
        options = dict(parse_qsl(query, keep_blank_values=True))
        if unknown := options.keys() - known:
            raise SettingsWrong(
                f"{text!r}: unknown option {', '.join(sorted(unknown))}. "
                f"Known: {', '.join(sorted(known)) or 'none'}."
            )
        return cls(text, kind, what, options)

    def number(self, option: str, default: int, least: int, most: int) -> int:
        """A whole number between `least` and `most`. Raises `SettingsWrong` otherwise."""
        given = self.options.get(option)
        if given is None:
            return default
        if not given.isdecimal() or not least <= int(given) <= most:
            raise SettingsWrong(f"{self.text!r}: {option} must be from {least} to {most}.")
        return int(given)

    def even(self, option: str, default: int) -> int:
        """A number of pixels, even, 32 to 3840. Raises `SettingsWrong` otherwise."""
        pixels = self.number(option, default, 32, 3840)
        if pixels % 2:
            raise SettingsWrong(f"{self.text!r}: {option} must be an even number.")
        return pixels
