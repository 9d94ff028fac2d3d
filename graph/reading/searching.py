"""Makes a query of Lucene's language out of what a user typed, so that nothing typed is ever an operator."""

from __future__ import annotations

import re

from graph.errors import LimitExceeded, ValueInvalid
from graph.identity import Tenant
from graph.reading.limits import Limits

_TOKEN = re.compile(r"[^\W_]+")


def full_text_query(tenant: Tenant, text: str, limits: Limits) -> str:
    """Return the index query for assets of `tenant` that hold all words of `text`; the last may be the start of one.

    Each word goes as a quoted phrase, in which only the quote and the backslash mean anything; the index's own
    analyzer then splits and folds it as it did the stored text.

    Raises:
        ValueInvalid: there is no letter, digit or symbol to look for.
        LimitExceeded: longer, or more words, than one search may have.
    """
    if len(text) > limits.search_length:
        raise _too_long("characters", limits.search_length, len(text))
    words = ["".join(character for character in word if character.isprintable()) for word in text.split()]
    words = [word for word in words if _TOKEN.search(word) or not word.isascii()]
    if not words:
        raise ValueInvalid(
            "Nothing to search for", place="text", expected="at least one letter or digit", actual=repr(text[:80])
        )
    if len(words) > limits.search_words:
        raise _too_long("words", limits.search_words, len(words))
    parts = [f"+{_phrase(word)}" for word in words[:-1]]
    return f'+_tenant:"{tenant}" +({" ".join([*parts, f"+({_last(words[-1])})"])})'


def _last(word: str) -> str:
    tokens = [token.lower() for token in _TOKEN.findall(word)]
    if not tokens or not tokens[-1].isalnum():
        return _phrase(word)
    start = " ".join([*(f'+"{token}"' for token in tokens[:-1]), f"+{tokens[-1]}*"])
    return f"{_phrase(word)} ({start})"


def _phrase(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _too_long(what: str, ceiling: int, actual: int) -> LimitExceeded:
    return LimitExceeded(
        f"The text to search for has too many {what}", place="text", expected=f"at most {ceiling}", actual=str(actual)
    )
