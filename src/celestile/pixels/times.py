"""When an exposure was taken, as its header says: DATE-OBS, MJD-OBS and their kin."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

_DATES = ("DATE-OBS", "DATE-BEG", "DATE_OBS", "DATE-AVG", "UTSTART")
_MJDS = ("MJD-OBS", "MJD-BEG", "MJD_OBS", "MJD-AVG", "MJD")
_TIMES = ("TIME-OBS", "UTC-OBS", "UT", "UTC", "TIME-BEG", "UTSHUT")
_OLD_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")  # FITS before 1998: DD/MM/YY
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d*)?))?")
_MJD_EPOCH = datetime(1858, 11, 17, tzinfo=UTC)

Get = Callable[[str], Any]


def header_time(get: Get) -> str | None:
    """Return the start of an exposure as ISO 8601 in UTC, to the millisecond at best.

    Parameters
    ----------
    get : callable
        Value of a keyword, or None.
    """
    moment = _from_date(get) or _from_mjd(get)
    if moment is None:
        return None
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")


def _from_date(get: Get) -> datetime | None:
    date = next((str(get(key)).strip() for key in _DATES if get(key)), None)
    if date is None:
        return None
    old = _OLD_DATE.fullmatch(date)
    if old:
        day, month, year = (int(number) for number in old.groups())
        date = f"{1900 + year:04d}-{month:02d}-{day:02d}"
    try:
        moment = datetime.fromisoformat(date.removesuffix("Z"))
    except ValueError:
        return None
    moment = moment.replace(tzinfo=UTC)
    if "T" not in date:
        clock = next((m for m in (_CLOCK.match(str(get(key) or "")) for key in _TIMES) if m), None)
        if clock is not None:
            hours, minutes, seconds = clock.groups(default="0")
            moment += timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return moment


def _from_mjd(get: Get) -> datetime | None:
    for key in _MJDS:
        value = get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2e6:
            return _MJD_EPOCH + timedelta(days=float(value))
    return None
