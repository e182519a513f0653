"""Integers in requests: one reader, and one error message, for all protocols."""

import re

from celestile.errors import RequestError, shortened

# Decimal digits of ASCII only. Python refuses to read some thousand of them, which is far more than
# any limit: a number that is long but legible is refused by its range.
_INTEGER = re.compile(r"-?[0-9]{1,400}")

MOST_OFFSET = 999_999_999
"""Largest number of items that a list can be asked to leave out."""


def read_integer(text: str, name: str, least: int | None = None, most: int | None = None) -> int:
    """Read an integer.

    Parameters
    ----------
    text : str
        As it was sent.
    name : str
        Of the parameter, for errors.
    least, most : int, optional
        Ends of the range that is allowed.

    Raises
    ------
    RequestError
        If it is not an integer, or outside the range; `parameter` is the name.
    """
    value = int(text) if _INTEGER.fullmatch(text) else None
    if (
        value is None
        or (least is not None and value < least)
        or (most is not None and value > most)
    ):
        expected = f"an integer{_range(least, most)}"
        message = f"{name}={shortened(text)!r} is invalid; expected {expected}"
        raise RequestError(message, name)
    return value


def _range(least: int | None, most: int | None) -> str:
    if least is None:
        return "" if most is None else f" of at most {most}"
    return f" of at least {least}" if most is None else f" from {least} to {most}"
