"""Compiled selections by shape and ontology: a door has few operations and sends them over and over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from graph.ontology.model import Ontology
from graph.reading.compiling import compile_asset, compile_change, compile_relationship
from graph.reading.fragments import Fragment
from graph.reading.kinds import Vocabulary
from graph.reading.selection import AssetSelection, ChangeSelection, RelationshipSelection

KEPT = 512


class Compiled:
    """What was compiled, the latest used kept. Pages are no part of a shape: they travel as parameters."""

    def __init__(self) -> None:
        self._vocabulary: Vocabulary | None = None
        self._fragments: OrderedDict[tuple[object, ...], Fragment] = OrderedDict()
        self._near: OrderedDict[tuple[object, ...], tuple[AssetSelection, Vocabulary, Fragment]] = OrderedDict()

    def vocabulary(self, ontology: Ontology) -> Vocabulary:
        """Return the prepared form of `ontology`, kept until another comes."""
        if self._vocabulary is None or self._vocabulary.ontology.hash != ontology.hash:
            self._vocabulary = Vocabulary(ontology)
        return self._vocabulary

    def asset(
        self, selection: AssetSelection, variable: str, prefix: str, vocabulary: Vocabulary, *, exact: str | None = None
    ) -> Fragment:
        """Return the fragment for an asset in `variable`, with names that begin with `prefix`.

        A selection that is the very one of before is found by its identity, without hashing and comparing all of it.
        """
        near = (id(selection), variable, prefix, exact)
        known = self._near.get(near)
        if known is not None and known[0] is selection and known[1] is vocabulary:
            return known[2]
        found = self._kept(
            (selection, variable, prefix, vocabulary.ontology.hash, exact),
            lambda: compile_asset(selection, vocabulary, variable=variable, prefix=prefix, exact=exact),
        )
        # The selection lasts as long as it is known here, so its identity is nobody else's.
        self._near[near] = (selection, vocabulary, found)
        if len(self._near) > KEPT:
            self._near.popitem(last=False)
        return found

    def relationship(self, selection: RelationshipSelection, variable: str, vocabulary: Vocabulary) -> Fragment:
        """Return the fragment for a relationship in `variable`."""
        return self._kept(
            (selection, variable, vocabulary.ontology.hash),
            lambda: compile_relationship(selection, vocabulary, variable=variable),
        )

    def change(self, selection: ChangeSelection, variable: str, prefix: str, vocabulary: Vocabulary) -> Fragment:
        """Return the fragment for a change record in `variable`, with names that begin with `prefix`."""
        return self._kept(
            (selection, variable, prefix, vocabulary.ontology.hash),
            lambda: compile_change(selection, vocabulary, variable=variable, prefix=prefix),
        )

    def _kept(self, key: tuple[object, ...], make: Callable[[], Fragment]) -> Fragment:
        found = self._fragments.get(key)
        if found is None:
            found = self._fragments[key] = make()
            if len(self._fragments) > KEPT:
                self._fragments.popitem(last=False)
        else:
            self._fragments.move_to_end(key)
        return found
