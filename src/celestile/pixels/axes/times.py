"""Times of exposures from DATE-OBS, MJD-OBS and similar keywords of their headers."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

_DATES = ("DATE-OBS", "DATE-BEG", "DATE_OBS", "DATE-AVG", "UTSTART")
_MJDS = ("MJD-OBS", "MJD-BEG", "MJD_OBS", "MJD-AVG", "MJD")
_TIMES = ("TIME-OBS", "UTC-OBS", "UT", "UTC", "TIME-BEG", "UTSHUT")
_OLD_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")  # FITS before 1998: DD/MM/YY
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d*)?))?")
_SCALES = {
    "tai": "tai", "tt": "tt", "tdt": "tt", "et": "tt", "tdb": "tdb", "tcb": "tcb", "tcg": "tcg",
}  # fmt: skip
"""Time scales of FITS 4.0, table 30, that differ from UTC by more than a second."""

_SECONDS = {
    "": 1.0, "s": 1.0, "sec": 1.0, "seconds": 1.0, "min": 60.0, "h": 3600.0, "hr": 3600.0,
    "d": 86400.0, "day": 86400.0, "days": 86400.0, "a": 31557600.0, "yr": 31557600.0,
}  # fmt: skip
_MOST_DAYS = 2e6
_NODES = 1000  # times for which the difference between TDB and TT is computed exactly
_MJD_EPOCH = datetime(1858, 11, 17, tzinfo=UTC)
_FIRST_IMAGES = datetime(1900, 1, 1, tzinfo=UTC)

Get = Callable[[str], Any]


def header_time(get: Get) -> str | None:
    """Return the start of an exposure as ISO 8601 in UTC, to the millisecond at best.

    Parameters
    ----------
    get : callable
        Value of a keyword, or None.
    """
    moment = _from_date(get) or _from_mjd(get) or _from_date(get, whole_days=True)
    return None if moment is None else _text(_utc(moment, get))


def axis_time(get: Get, value: float, unit: str) -> str | None:
    """Return a value along a time axis as ISO 8601 in UTC; None without a reference time.

    Parameters
    ----------
    get : callable
        Value of a keyword, or None.
    value : float
        Since the reference time (FITS 4.0, section 9.2).
    unit : str
        CUNIT; seconds if it is empty.
    """
    return axis_times(get, [value], unit)[0]


def axis_times(get: Get, values: Sequence[float | None], unit: str) -> list[str | None]:
    """Return values along a time axis as ISO 8601 in UTC, all at once; see `axis_time`.

    Unknown values stay unknown.
    """
    seconds = _SECONDS.get(unit.lower())
    if seconds is None:
        return [None] * len(values)
    # The default is MJD 0, which is only meant if the result is a recent date.
    reference = _reference(get)
    moments: list[datetime | None] = []
    for value in values:
        moment = None
        # Too large for a date, or NaN.
        with suppress(OverflowError, ValueError):
            if value is not None:
                moment = (reference or _MJD_EPOCH) + timedelta(seconds=value * seconds)
        is_early = reference is None and moment is not None and moment < _FIRST_IMAGES
        moments.append(None if is_early else moment)
    known = iter(_all_utc([moment for moment in moments if moment is not None], get))
    return [None if moment is None else _text(next(known)) for moment in moments]


def _text(moment: datetime) -> str:
    rounded = moment + timedelta(microseconds=500)
    spec = "milliseconds" if rounded.microsecond >= 1000 else "seconds"
    return rounded.isoformat(timespec=spec).replace("+00:00", "Z")


def _reference(get: Get) -> datetime | None:
    date = _moment(str(get("DATEREF") or ""))
    if date is not None:
        return date
    for prefix, zero in (("MJDREF", 0.0), ("JDREF", 2400000.5)):
        parts = [_number(get(prefix + suffix)) for suffix in ("", "I", "F")]
        if any(part is not None for part in parts):
            days = sum(part or 0.0 for part in parts) - zero
            return _MJD_EPOCH + timedelta(days=days) if abs(days) < _MOST_DAYS else None
    return None


def _from_date(get: Get, *, whole_days: bool = False) -> datetime | None:
    """Moment of the first date found; a date without a time of day counts only if `whole_days`."""
    date = next((str(get(key)).strip() for key in _DATES if get(key)), "")
    moment = _moment(date)
    if moment is None or ":" in date:
        return moment
    clock = next((m for m in (_CLOCK.match(str(get(key) or "")) for key in _TIMES) if m), None)
    if clock is not None:
        hours, minutes, seconds = clock.groups(default="0")
        return moment + timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    return moment if whole_days else None


def _moment(date: str) -> datetime | None:
    """Parse a date in the current or the pre-1998 FITS format, or with slashes for hyphens."""
    old = _OLD_DATE.fullmatch(date)
    if old:
        day, month, year = (int(number) for number in old.groups())
        date = f"{1900 + year:04d}-{month:02d}-{day:02d}"
    date = re.sub(r"^(\d{4})/(\d{2})/(\d{2})", r"\1-\2-\3", date)
    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _from_mjd(get: Get) -> datetime | None:
    for key in _MJDS:
        value = _number(get(key))
        if value is not None and 0 < value < _MOST_DAYS:
            return _MJD_EPOCH + timedelta(days=value)
    return None


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _utc(moment: datetime, get: Get) -> datetime:
    """Convert a moment from the time scale of the header to UTC."""
    return _all_utc([moment], get)[0]


def _all_utc(moments: list[datetime], get: Get) -> list[datetime]:
    """Convert moments from the time scale of the header to UTC; one by one would be slow."""
    scale = str(get("TIMESYS") or "UTC").strip().lower().split("(")[0]
    if scale not in _SCALES or not moments:
        return moments
    from astropy.time import Time  # noqa: PLC0415 - astropy loads slowly

    from celestile.pixels.sky.astropy_wcs import quiet  # noqa: PLC0415

    try:
        with quiet():
            bare = [moment.replace(tzinfo=None) for moment in moments]
            times = Time(bare, scale=_SCALES[scale])
            if _SCALES[scale] == "tdb" and len(bare) > _NODES:
                # The difference from TT, a series of 800 terms, changes by 1.7 ms in a year.
                first, last = times.min(), times.max()
                nodes = first + (last - first) * np.linspace(0.0, 1.0, _NODES)
                times.delta_tdb_tt = np.interp(times.jd, nodes.jd, nodes.delta_tdb_tt)
            found = times.utc.datetime
    except Exception:  # noqa: BLE001 - a time before or beyond all tables of leap seconds
        if len(moments) == 1:
            return moments
        return [one for moment in moments for one in _all_utc([moment], get)]
    return [utc.replace(tzinfo=UTC) for utc in found.tolist()]
