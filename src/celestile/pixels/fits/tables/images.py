"""Find the images in the binary tables of a file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from celestile.errors import SourceChangedError
from celestile.pixels.fits.data.mapped import MappedFile
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.fits.headers.diagnosis import reason_of
from celestile.pixels.fits.tables.cells import cell_images
from celestile.pixels.fits.tables.columns import Table, tables
from celestile.pixels.fits.tables.events import event_image, is_list
from celestile.pixels.fits.tables.healpix import healpix_image, is_map


def with_tables(
    arrays: Sequence[Hdu], hdus: Sequence[Any], path: Path, size: int, notes: list[str]
) -> tuple[Hdu, ...]:
    """Add the images in tables to the arrays of a file.

    Parameters
    ----------
    arrays : sequence of Hdu
        Of the file.
    hdus : sequence
        All HDUs of the file as astropy has them.
    path : pathlib.Path
        The uncompressed file.
    size : int
        Its size in bytes.
    notes : list of str
        Descriptions of problems are appended to it.

    Returns
    -------
    tuple of Hdu
        The arrays, then the images of each table: the first has the index of the table, and the
        others continue the numbers of the HDUs.
    """
    mapped = MappedFile(lambda: path)
    found = list(arrays)
    following = max((array.index for array in arrays), default=0)
    following = max(following + 1, len(hdus))
    for table in tables(hdus, size):
        # A broken table only loses its own images; tables can be malformed in any way.
        try:
            images = _images(table, mapped)
        except SourceChangedError:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            notes.append(f"the table of HDU {table.index} cannot be read: {reason_of(error)}")
            images = []
        for number, image in enumerate(images):
            index = following if number else table.index
            following += 1 if number else 0
            source = None if index == table.index else table.index
            found.append(replace(image, index=index, source=source))
    return tuple(found)


def _images(table: Table, mapped: MappedFile) -> list[Hdu]:
    if is_map(table):
        found = healpix_image(table, mapped)
        return [] if found is None else [found]
    if is_list(table):
        found = event_image(table, mapped)
        if found is not None:
            return [found]
    return cell_images(table, mapped)
