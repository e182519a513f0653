"""Identifiers of sets: several files as the channels or frames of one image, without settings.

``bands:m51/b.fits|v.fits|r.fits`` names three files of the folder ``m51``. `docs/reference/urls.md`
describes the form.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from celestile.errors import (
    RequestError,
    UnknownImageError,
    UnservableImageError,
    shortened,
)
from celestile.pixels.declared import DeclaredImage
from celestile.pixels.facts import Facts, read_facts
from celestile.pixels.sources.bands import Band
from celestile.pixels.sources.sequence import sequence_order

MOST_BANDS = 16
MOST_FRAMES = 200
_LONGEST = 8000  # characters
_SEPARATOR = "|"
_KINDS = {"bands": MOST_BANDS, "frames": MOST_FRAMES, "aligned": MOST_FRAMES}
_FORBIDDEN = re.compile(r"[;&=,:~/?\s]+")  # as in `celestile.pixels.image.Channel`


@dataclass(frozen=True, slots=True)
class FileSet:
    """Files that an identifier combines.

    Parameters
    ----------
    kind : {"bands", "frames", "aligned"}
        Channels; frames; or frames that are brought onto the grid of the first by sky coordinates.
    members : tuple of str
        Identifiers of the files.
    """

    kind: str
    members: tuple[str, ...]

    @property
    def title(self) -> str:
        """Title for people."""
        names = [member.rpartition("/")[2] for member in self.members]
        if self.kind == "bands":
            return " + ".join(names)
        return f"{len(names)} frames: {names[0]} to {names[-1]}"


def parse_set(identifier: str) -> FileSet | None:
    """Read the identifier of a set; None if it does not have the form of one.

    Raises
    ------
    RequestError
        If it has the form of a set, but too few members, too many, or the same one twice.
    """
    kind, colon, text = identifier.partition(":")
    if not colon or kind not in _KINDS or _SEPARATOR not in text:
        return None
    if len(text) > _LONGEST:
        raise RequestError(
            f"the set {shortened(identifier)!r} is too long; at most {_LONGEST} characters are "
            "supported"
        )
    first, *others = text.split(_SEPARATOR)
    folder = first[: first.rfind("/") + 1]
    members = [_plain(first)]
    members += [_plain(name[1:] if name.startswith("/") else folder + name) for name in others]
    if not all(member and not member.endswith("/") for member in members):
        message = f"a member of the set {shortened(identifier)!r} is empty; expected names of files"
        raise RequestError(message)
    if len(members) > _KINDS[kind]:
        raise RequestError(
            f"the set has {len(members)} members; at most {_KINDS[kind]} are supported in {kind!r}"
        )
    twice = next((name for name in members if members.count(name) > 1), None)
    if twice is not None:
        raise RequestError(f"{shortened(twice)!r} is twice in the set")
    return FileSet(kind, tuple(members))


def format_set(kind: str, members: Sequence[str]) -> str:
    """Write the identifier of a set; members in the folder of the first are shortened."""
    folder = members[0][: members[0].rfind("/") + 1]
    names = [_escaped(members[0])]
    for member in members[1:]:
        is_near = member.startswith(folder)
        names.append(_escaped(member[len(folder) :] if is_near else f"/{member}"))
    return f"{kind}:{_SEPARATOR.join(names)}"


def _escaped(name: str) -> str:
    return name.replace("%", "%25").replace(_SEPARATOR, "%7C")


def _plain(name: str) -> str:
    return name.replace("%7C", _SEPARATOR).replace("%25", "%")


def member_paths(found: FileSet, path_of: Callable[[str], Path]) -> tuple[Path, ...]:
    """Files of the members of a set.

    Parameters
    ----------
    found : FileSet
        The set.
    path_of : callable
        Returns the file with an identifier.

    Raises
    ------
    UnknownImageError
        If there is no such file; the error names the member.
    UnservableImageError
        If a member has several files.
    """
    paths = []
    for number, name in enumerate(found.members, start=1):
        try:
            paths.append(path_of(name))
        except UnknownImageError:
            message = f"there is no image {name!r}, member {number} of the set"
            raise UnknownImageError(message) from None
    return tuple(paths)


def declared_set(found: FileSet, paths: Sequence[Path]) -> DeclaredImage:
    """Declare a set as the settings would.

    Raises
    ------
    UnservableImageError
        If frames that are not aligned have different sizes.
    """
    if found.kind == "bands":
        return DeclaredImage(title=found.title, bands=bands_of(paths))
    expect_equal_sizes(found, paths)
    align = "wcs" if found.kind == "aligned" else "none"
    return DeclaredImage(title=found.title, frames=tuple(paths), align=align)


def ordered_members(found: FileSet, paths: Sequence[Path]) -> tuple[str, ...]:
    """Identifiers of the members in the order of the channels or frames."""
    names = dict(zip(paths, found.members, strict=True))
    if found.kind == "bands":
        return tuple(names[band.path] for band in bands_of(paths))
    return tuple(names[step.path] for step in sequence_order(paths))


def bands_of(paths: Sequence[Path]) -> tuple[Band, ...]:
    """Make a band set of files, named by their filters, in order of wavelength.

    Files keep their order unless all wavelengths are known.
    """
    found = [(path, read_facts(path)) for path in paths]
    if all(facts.wavelength is not None for _, facts in found):
        found.sort(key=lambda pair: pair[1].wavelength or 0.0)
    bands: list[Band] = []
    taken: set[str] = set()
    for path, facts in found:
        name = stem = _band_name(path, facts)
        number = 2
        while name in taken:
            name, number = f"{stem}_{number}", number + 1
        taken.add(name)
        bands.append(Band(name=name, path=path))
    return tuple(bands)


def _band_name(path: Path, facts: Facts) -> str:
    # DECam writes `r DECam SDSS c0002 6415.0 1480.0`.
    words = (facts.filter or "").split(" ")
    text = words[0] or path.name.partition(".")[0].encode(errors="replace").decode()
    name = _FORBIDDEN.sub("_", text)
    # A number would be taken for the index of a channel.
    return f"band_{name}" if not name or re.fullmatch(r"[\d-]+", name) else name


def expect_equal_sizes(
    found: FileSet, paths: Sequence[Path], facts: Callable[[Path], Facts] = read_facts
) -> None:
    """Check that frames have the size of the first, as far as their first headers show it.

    Raises
    ------
    UnservableImageError
        If one has another size: without alignment, its pixels would be those of another place.
    """
    if found.kind != "frames":
        return
    shapes = [facts(path).shape[:2] for path in paths]
    for member, shape in zip(found.members, shapes, strict=True):
        if shape and shapes[0] and shape != shapes[0]:
            raise UnservableImageError(
                f"{member!r} has {_size(shape)} pixels and {found.members[0]!r} "
                f"{_size(shapes[0])}; frames of different sizes need 'aligned:' and sky coordinates"
            )


def _size(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))
