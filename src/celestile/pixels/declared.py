"""Declarations of images: which files they consist of."""

from dataclasses import dataclass, replace
from pathlib import Path

from celestile.pixels import patterns
from celestile.pixels.sources.bands import Band


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredImage:
    """An image that the settings or the command line declare.

    Parameters
    ----------
    title : str or None
        Title for people; None for the identifier.
    file : pathlib.Path or None
        A single file.
    bands : tuple of Band
        Files of a band set.
    frames : tuple of pathlib.Path
        Files of a sequence, in any order; or patterns of their names, as `patterns.matching` takes
        them, which are matched again whenever files are added or removed.
    align : {"none", "wcs"}
        Whether frames are brought onto the grid of the first.
    match : {"none", "background"}
        How the chips of a mosaic are made to agree.
    """

    title: str | None = None
    file: Path | None = None
    bands: tuple[Band, ...] = ()
    frames: tuple[Path, ...] = ()
    align: str = "none"
    match: str = "none"

    @property
    def files(self) -> tuple[Path, ...]:
        """All of its files."""
        return self.single_files + self.frames

    @property
    def single_files(self) -> tuple[Path, ...]:
        """Files that must exist."""
        single = (self.file,) if self.file else ()
        return single + tuple(band.path for band in self.bands)

    def found(self) -> "DeclaredImage":
        """Return the declaration with its patterns matched; reads folders."""
        return replace(self, frames=patterns.matching(self.frames)) if self.frames else self
