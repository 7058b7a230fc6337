"""How people say who they are to an inmate, in the words that rules use."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    **dict.fromkeys(("mother", "father", "mom", "mum", "dad", "mama", "papa"), "parent"),
    **dict.fromkeys(("madre", "padre"), "parent"),
    **dict.fromkeys(("son", "daughter", "hijo", "hija"), "child"),
    **dict.fromkeys(("wife", "husband", "esposa", "esposo"), "spouse"),
    **dict.fromkeys(("brother", "sister", "hermano", "hermana"), "sibling"),
    **dict.fromkeys(
        ("grandmother", "grandfather", "grandma", "grandpa", "abuela", "abuelo"), "grandparent"
    ),
    **dict.fromkeys(("grandson", "granddaughter", "nieto", "nieta"), "grandchild"),
    **dict.fromkeys(("lawyer", "counsel", "abogado", "abogada"), "attorney"),
}


def relation(said: str) -> str:
    """`Mother` as `parent`; a word that is not known stays as it was said, in lower case."""
    word = " ".join(said.casefold().split())
    return WORDS.get(word, word)
