"""The licences of what runs, read from the metadata of the installed packages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROGRAM = "small-steps"
_COPYLEFT = re.compile(r"\b(A?GPL|LGPL|MPL|EUPL|CDDL|EPL)\b|Mozilla|Lesser|GNU", re.IGNORECASE)
_LONGEST = 60  # characters: some packages put the whole text of a licence where its name belongs


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package that runs, with the licence that it declares; empty where it declares none."""

    name: str
    version: str
    licence: str

    @property
    def copyleft(self) -> bool:
        """Whether the licence asks that changes to the package itself stay under it."""
        return bool(_COPYLEFT.search(self.licence))


@cache
def list_packages() -> tuple[Package, ...]:
    """Return every package that the program needs here, by name, without the program itself; looked up once."""
    found = {canonicalize_name(PROGRAM): frozenset[str]()}
    waiting = [(PROGRAM, frozenset[str]())]
    while waiting:
        name, extras = waiting.pop()
        for needed in _list_needs(name, extras):
            key = canonicalize_name(needed.name)
            if key not in found or not needed.extras <= found[key]:
                found[key] = found.get(key, frozenset()) | needed.extras
                waiting.append((needed.name, found[key]))
    return tuple(_describe(name) for name in sorted(found) if name != canonicalize_name(PROGRAM))


def _list_needs(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    for line in metadata.requires(name) or ():
        needed = Requirement(line)
        marker = needed.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield needed


def _describe(name: str) -> Package:
    about = metadata.metadata(name)
    lines = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License")]
    said = _first(about.get_all("License"))
    # The text of older packages, where it is a name, says more than the classifier “BSD License” does.
    named = said if len(said) <= _LONGEST and "\n" not in said else ""
    classified = "" if lines == ["BSD License"] and named else ", ".join(lines)
    declared = _first(about.get_all("License-Expression")) or classified or named
    return Package(name, metadata.version(name), declared)


def _first(values: list[str] | None) -> str:
    return values[0].strip() if values else ""
