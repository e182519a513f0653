"""Times in headers, as FITS and its predecessors write them."""

from typing import Any

import numpy as np
import pytest
from astropy.time import Time, TimeDelta
from hypothesis import given
from hypothesis import strategies as st

from celestile.pixels.axes.times import axis_time, axis_times, header_time

CASES = [
    ({"DATE-OBS": "2004-03-01T00:00:10.514"}, "2004-03-01T00:00:10.514Z"),
    ({"DATE-OBS": "2004-03-01T00:00:10"}, "2004-03-01T00:00:10Z"),
    ({"DATE-OBS": "2004-03-01T00:00:10Z"}, "2004-03-01T00:00:10Z"),
    ({"DATE-OBS": "2004-03-01 00:00:10"}, "2004-03-01T00:00:10Z"),
    ({"DATE-OBS": "2004-03-01T02:00:10+02:00"}, "2004-03-01T00:00:10Z"),
    ({"DATE-OBS": "2004-03-01", "TIME-OBS": "00:00:10.5"}, "2004-03-01T00:00:10.500Z"),
    ({"DATE-OBS": "2004-03-01", "UT": "23:59"}, "2004-03-01T23:59:00Z"),
    ({"DATE-OBS": "2004-03-01"}, "2004-03-01T00:00:00Z"),
    ({"DATE-OBS": "2004-03-01", "MJD-OBS": 53065.75}, "2004-03-01T18:00:00Z"),
    ({"DATE-OBS": "01/03/94", "UTC": "12:00:00"}, "1994-03-01T12:00:00Z"),
    ({"DATE_OBS": "2011/02/15 00:00:00.340"}, "2011-02-15T00:00:00.340Z"),
    ({"MJD-OBS": 51544.5}, "2000-01-01T12:00:00Z"),
    ({"MJD-OBS": 51544}, "2000-01-01T00:00:00Z"),
    ({"DATE-OBS": "yesterday", "MJD-OBS": 51544.5}, "2000-01-01T12:00:00Z"),
    ({"DATE-OBS": "2004-13-41"}, None),
    ({"DATE-OBS": "31/02/94"}, None),
    ({"DATE-OBS": ""}, None),
    ({"MJD-OBS": 0.0}, None),
    ({"MJD-OBS": True}, None),
    ({"MJD-OBS": "51544.5"}, None),
    ({"MJD-OBS": float("nan")}, None),
    ({}, None),
]


@pytest.mark.parametrize(("cards", "expected"), CASES)
def test_start_of_an_exposure(cards: dict[str, Any], expected: str | None) -> None:
    assert header_time(cards.get) == expected


@pytest.mark.parametrize("scale", ["TAI", "TT", "TDB", "ET", "TDT"])
def test_other_time_scales_become_utc(scale: str) -> None:
    date = "2010-07-01T12:34:56.789"
    kind = {"ET": "tt", "TDT": "tt"}.get(scale, scale.lower())
    expected = Time(date, scale=kind).utc.isot + "Z"
    assert header_time({"DATE-OBS": date, "TIMESYS": scale}.get) == expected


@given(st.floats(42000, 61000))
def test_modified_julian_days_as_astropy_has_them(days: float) -> None:
    found = header_time({"MJD-OBS": days}.get)
    assert found is not None
    away = Time(found.removesuffix("Z"), scale="tai") - Time(days, format="mjd", scale="tai")
    assert abs(away.sec) < 0.002


AXES = [
    ({"MJDREF": 55000.0}, 1.5, "d", Time(55001.5, format="mjd")),
    ({"MJDREFI": 55000, "MJDREFF": 0.25}, 3600.0, "s", Time(55000.25 + 1 / 24, format="mjd")),
    ({"JDREF": 2455000.5}, 90.0, "min", Time(55000.0625, format="mjd")),
    ({"DATEREF": "2010-01-02T03:04:05"}, 2.0, "h", Time("2010-01-02T05:04:05")),
    ({"DATEREF": "2010-01-02"}, 2.0, "", Time("2010-01-02T00:00:02")),
]


@pytest.mark.parametrize(("cards", "value", "unit", "expected"), AXES)
def test_time_axes(cards: dict[str, Any], value: float, unit: str, expected: Time) -> None:
    found = axis_time(cards.get, value, unit)
    assert found is not None
    assert abs(Time(found.removesuffix("Z")) - expected) < TimeDelta(0.002, format="sec")


@pytest.mark.parametrize(
    ("cards", "value", "unit"),
    [({}, 1.0, "s"), ({"MJDREF": 1.0}, 1.0, "furlong"), ({"MJDREF": 1e99}, 1.0, "s"),
     ({"MJDREF": 55000.0}, 1e30, "s")],
)  # fmt: skip
def test_a_time_axis_that_tells_no_time(cards: dict[str, Any], value: float, unit: str) -> None:
    assert axis_time(cards.get, value, unit) is None


def test_times_without_a_reference_are_modified_julian_dates() -> None:
    # FITS 4.0, section 9.2.2; seconds from 0 are no date that is meant.
    assert axis_time({}.get, 59000.25, "d") == "2020-05-31T06:00:00Z"
    assert axis_time({}.get, 300.0, "s") is None


def test_many_times_are_converted_as_exactly_as_one() -> None:
    """Four years of days since a Julian date in TDB, over two leap seconds."""
    cards = {"JDREFI": 2456000, "JDREFF": 0.5, "TIMESYS": "TDB"}
    values = np.linspace(0.0, 1500.0, 3000)
    found = axis_times(cards.get, [*values.tolist(), None, float("nan")], "d")
    assert found[-2:] == [None, None]
    exact = Time(2456000.5, values, format="jd", scale="tdb").utc
    shown = Time([str(time).rstrip("Z") for time in found[:-2]], scale="utc")
    assert np.abs((shown - exact).sec).max() < 0.00051
