"""Read the columns of a file whose images are not known yet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from celestile.pixels.fits.data.mapped import MappedFile
from celestile.pixels.fits.hdus import Hdu


class OpenFile:
    """A source of columns without a cache.

    Parameters
    ----------
    file : MappedFile
        The file.
    """

    def __init__(self, file: MappedFile) -> None:
        self._file = file

    def column(self, hdu: Hdu) -> NDArray[Any]:
        """Stored numbers of a column."""
        return self._file.view(hdu)

    def release(self, nbytes: int) -> None:
        """Report that about as many bytes of columns were read."""
        self._file.account(nbytes)

    def derived(self, name: str, nbytes: int, write: Callable[[Path], None]) -> Path:
        """Not available before the file is open."""
        raise NotImplementedError
