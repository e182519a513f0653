"""Binary tables and their columns, as their headers describe them (FITS 4.0, section 7.3)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from celestile.pixels.fits.hdus import Hdu, finite, header_value
from celestile.pixels.fits.scaling import Scaling

_FORM = re.compile(r"(\d*)([LXBIJKAEDCMPQ])")
_BYTES = {
    "L": 1, "B": 1, "I": 2, "J": 4, "K": 8, "A": 1, "E": 4, "D": 8, "C": 8, "M": 16, "P": 8,
    "Q": 16,
}  # fmt: skip
_DTYPES = {"B": ">u1", "I": ">i2", "J": ">i4", "K": ">i8", "E": ">f4", "D": ">f8"}
_MOST_COLUMNS = 999
_LEAST_HELD = 0.01  # share of the rows that must be present


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    number : int
        Counted from 1.
    name, unit : str
        TTYPE and TUNIT; the name is that of the number if TTYPE is absent.
    code : str
        Letter of TFORM.
    repeat : int
        Number of elements in a row.
    shape : tuple of int
        Of a row by TDIM, slowest axis first; ``(repeat,)`` without a valid one.
    offset : int
        Bytes from the beginning of a row.
    scaling : Scaling
        TSCAL, TZERO and TNULL.
    """

    number: int
    name: str
    unit: str
    code: str
    repeat: int
    shape: tuple[int, ...]
    offset: int
    scaling: Scaling

    @property
    def is_numeric(self) -> bool:
        """Whether it holds real numbers, at least one in a row."""
        return self.code in _DTYPES and self.repeat > 0

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a numeric column: big-endian."""
        return np.dtype(_DTYPES[self.code])

    @property
    def is_whole(self) -> bool:
        """Whether its values are integers."""
        return self.dtype.kind in "iu" and self.scaling.slope == 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """A binary table.

    Parameters
    ----------
    index : int
        Of the HDU.
    name, version : str, int
        EXTNAME and EXTVER.
    header : astropy.io.fits.Header
        Must not be modified.
    offset, row : int
        Offset of the first row, and length of a row, in bytes.
    rows : int
        Number of rows that the file holds.
    columns : tuple of Column
        In order.
    notes : tuple of str
        Remarks for users.
    problem : str or None
        Why its rows cannot be read.
    """

    index: int
    name: str
    version: int
    header: Any = field(repr=False)
    offset: int
    row: int
    rows: int
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    problem: str | None = None

    def get(self, keyword: str, default: Any = None) -> Any:
        """Value of a keyword, or the default where it is absent or unreadable."""
        return header_value(self.header, keyword, default)

    def text(self, keyword: str) -> str:
        """Value of a keyword as stripped text; empty where absent."""
        return str(self.get(keyword, "") or "").strip()

    def number(self, keyword: str) -> float | None:
        """Value of a keyword if it is a finite number."""
        return finite(self.get(keyword))

    def named(self, *names: str) -> Column | None:
        """First column with one of some names in upper case, in the order of the names."""
        by_name = {column.name.upper(): column for column in reversed(self.columns)}
        return next((by_name[name] for name in names if name in by_name), None)

    def stored(self, column: Column, shape: tuple[int, ...] | None = None) -> Hdu:
        """Describe the numbers of a column as an array of shape (rows, …); without coordinates."""
        return Hdu(
            index=self.index,
            name=column.name,
            version=self.version,
            shape=(self.rows, *((column.repeat,) if shape is None else shape)),
            dtype=column.dtype,
            scaling=column.scaling,
            offset=self.offset + column.offset,
            compressed=False,
            header=self.header,
            step=self.row,
            in_table=True,
            notes=self.notes,
            problem=self.problem,
        )


def tables(hdus: Iterable[Any], size: int) -> Iterator[Table]:
    """Describe the binary tables among HDUs; those with invalid headers are left out.

    Parameters
    ----------
    hdus : iterable
        HDUs of astropy.
    size : int
        Size of the file in bytes.
    """
    for index, hdu in enumerate(hdus):
        if type(hdu).__name__ == "BinTableHDU":
            found = _table(hdu, index, size)
            if found is not None:
                yield found


def _table(hdu: Any, index: int, size: int) -> Table | None:
    header = hdu.header
    row, rows = (_integer(header, f"NAXIS{axis}") for axis in (1, 2))
    columns = tuple(_columns(header))
    last = columns[-1] if columns else None
    if last is None or rows < 1 or row < last.offset + _length(last.code, last.repeat):
        return None
    version = header_value(header, "EXTVER", 1)
    offset = int(hdu.fileinfo()["datLoc"])
    held = min(rows, max(size - offset, 0) // row)
    said = f"the file is truncated: {held} of the {rows} rows of the table are present"
    return Table(
        index=index,
        name=str(header_value(header, "EXTNAME", "") or "").strip(),
        version=version if isinstance(version, int) else 1,
        header=header,
        offset=offset,
        row=row,
        rows=max(held, 1),
        columns=columns,
        notes=(said,) if held < rows else (),
        problem=said if held < _LEAST_HELD * rows or held < 1 else None,
    )


def _columns(header: Any) -> Iterator[Column]:
    """Columns up to the first one that is invalid."""
    offset = 0
    for number in range(1, min(_integer(header, "TFIELDS"), _MOST_COLUMNS) + 1):
        form = _FORM.match(str(header_value(header, f"TFORM{number}", "")).strip().upper())
        if form is None:
            return
        repeat = int(form[1] or 1)
        code = form[2]
        name = str(header_value(header, f"TTYPE{number}", "") or "").strip()
        yield Column(
            number=number,
            name=name or str(number),
            unit=str(header_value(header, f"TUNIT{number}", "") or "").strip(),
            code=code,
            repeat=repeat,
            shape=_cell_shape(header, number, repeat),
            offset=offset,
            scaling=_scaling(header, number, code),
        )
        offset += _length(code, repeat)


def _length(code: str, repeat: int) -> int:
    """Bytes in a row; X counts bits."""
    return -(-repeat // 8) if code == "X" else repeat * _BYTES[code]


def _cell_shape(header: Any, number: int, repeat: int) -> tuple[int, ...]:
    text = str(header_value(header, f"TDIM{number}", "") or "")
    lengths = [int(length) for length in re.findall(r"\d+", text)]
    is_valid = lengths and min(lengths) > 0 and prod(lengths) <= repeat
    return tuple(reversed(lengths)) if is_valid else (repeat,)


def _scaling(header: Any, number: int, code: str) -> Scaling:
    slope = finite(header_value(header, f"TSCAL{number}", 1.0))
    zero = finite(header_value(header, f"TZERO{number}", 0.0))
    blank = header_value(header, f"TNULL{number}")
    # TNULL has no meaning for floating point (FITS 4.0, section 7.3.2).
    is_integer = code in "BIJK" and isinstance(blank, int) and not isinstance(blank, bool)
    return Scaling(slope=slope or 1.0, offset=zero or 0.0, blank=int(blank) if is_integer else None)


def _integer(header: Any, keyword: str) -> int:
    value = header_value(header, keyword, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
