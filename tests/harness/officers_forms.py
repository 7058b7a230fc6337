"""The forms of a page, as somebody without JavaScript would send them back."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from httpx import Response

VOID = frozenset({"hidden", "text", "search", "date", "number", ""})


@dataclass
class Form:
    """Where it is sent and what stands in it; buttons are left to who presses one."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(said.get("action", "")))
        elif self.found and tag == "input":
            self._input(said)
        elif self.found and tag == "textarea":
            self._text = said["name"]
            self.found[-1].fields[self._text] = ""
        elif self.found and tag == "select":
            self._select = said["name"]
        elif tag == "option" and self._select and ("selected" in said or not self._has_choice()):
            self.found[-1].fields[self._select] = said.get("value", "")

    def _has_choice(self) -> bool:
        return self._select in self.found[-1].fields

    def _input(self, said: dict[str, str]) -> None:
        kind, name = said.get("type", ""), said.get("name", "")
        if name and (kind in VOID or (kind in {"radio", "checkbox"} and "checked" in said)):
            self.found[-1].fields[name] = said.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.found[-1].fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            typed = self.found[-1].fields[self._text]
            self.found[-1].fields[self._text] = typed.removeprefix("\n")
            self._text = None
        elif tag == "select":
            self._select = None


def form_to(page: Response, action: str) -> dict[str, str]:
    """The fields of the page's last form that is sent there, without its token."""
    parser = _Forms()
    parser.feed(page.text)
    fields = next(one.fields for one in reversed(parser.found) if one.action == action)
    return {name: text for name, text in fields.items() if name != "csrf_token"}


def words_of(page: Response) -> str:
    """The page as it reads, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
