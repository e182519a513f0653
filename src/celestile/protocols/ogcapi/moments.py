"""Frames by time: the parameter ``datetime`` of the OGC API (OGC 17-069r4, section 7.15.4)."""

import re
from datetime import UTC, datetime
from http import HTTPStatus

from celestile.pixels.image import Image
from celestile.protocols.ogcapi.problems import ProblemError
from celestile.protocols.tiles.moments import read_moment

PARAMETER = "datetime"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OPEN = frozenset({"", ".."})
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


class NoFrameError(ProblemError):
    """No frame of the image is of the requested time."""


def frame_of(image: Image, text: str) -> int | None:
    """Find the latest frame of a time or within an interval, ends included.

    Parameters
    ----------
    image : Image
        Its frames may have times.
    text : str
        A time of RFC 3339 (UTC where it names no zone), a date, which stands for the whole day, or
        two of them separated by ``/``, of which one may be ``..`` or empty.

    Returns
    -------
    int or None
        Index of the frame; None if no frame has a time: all of them match then.

    Raises
    ------
    ProblemError
        If the text is invalid (400).
    NoFrameError
        If no frame is of that time (404).
    """
    first, last = _interval(text)
    known = [
        (time, frame.index)
        for frame in image.frames
        if frame.time and (time := read_moment(frame.time)) is not None
    ]
    if not known:
        return None
    found = [(time, index) for time, index in known if first <= time <= last]
    if not found:
        message = f"no frame of the image is of {PARAMETER}={text}"
        raise NoFrameError(HTTPStatus.NOT_FOUND, message, PARAMETER)
    return max(found)[1]


def _interval(text: str) -> tuple[datetime, datetime]:
    start, slash, end = text.partition("/")
    if not slash:
        end = start
    first = _FIRST if slash and start in _OPEN else read_moment(start)
    last = _LAST if slash and end in _OPEN else _end(end)
    is_closed = first != _FIRST or last != _LAST
    if first is None or last is None or first > last or not is_closed:
        message = (
            f"{PARAMETER}={text} is invalid; expected a time such as 2020-01-31T23:59:00Z, a"
            " date, or an interval of two of them such as 2020-01-31/.."
        )
        raise ProblemError(HTTPStatus.BAD_REQUEST, message, PARAMETER)
    return first, last


def _end(text: str) -> datetime | None:
    moment = read_moment(text)
    if moment is None or not _DAY.fullmatch(text):
        return moment
    return moment.replace(hour=23, minute=59, second=59, microsecond=999_999)
