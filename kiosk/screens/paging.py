"""Sheets instead of scrolling: a list is turned over like a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from kivy.lang import Builder
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.words import Words

T = TypeVar("T")


class Pager(BoxLayout):
    """Two buttons and "2 of 3" between them; nothing when one sheet holds all."""

    page = NumericProperty(0)
    pages = NumericProperty(1)
    earlier_text = StringProperty("")
    later_text = StringProperty("")
    place_text = StringProperty("")

    def cut(self, items: Sequence[T], per_page: int, words: Words) -> Sequence[T]:
        """The part of `items` on the sheet that is turned up."""
        self.pages = max(1, -(-len(items) // per_page))
        self.page = min(self.page, self.pages - 1)
        self.earlier_text = words.say("Earlier")
        self.later_text = words.say("Later")
        self.place_text = words.say("{page} of {pages}", page=self.page + 1, pages=self.pages)
        return items[self.page * per_page : (self.page + 1) * per_page]

    def turn(self, by: int) -> None:
        self.page = max(0, min(self.pages - 1, self.page + by))


Builder.load_file(str(Path(__file__).with_name("paging.kv")))
