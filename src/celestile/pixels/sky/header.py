"""Coordinates of a header that astropy can compute, or the reason why there are none.

Only the cards that define the coordinates of pixels are passed to astropy, reduced to the two axes
of the image, so that an invalid date, an unknown spectral unit or a third axis cannot affect them.
If astropy rejects them, parts that are often wrong in real headers are omitted, which is reported
in `HeaderCoordinates.notes`.

References
----------
Greisen & Calabretta 2002, A&A 395, 1061; Calabretta & Greisen 2002, A&A 395, 1077 (FITS WCS I, II);
Shupe et al. 2005, ASP Conf. 347, 491 (SIP).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from celestile.pixels.sky import sine_latitude
from celestile.pixels.sky.astropy_wcs import Celestial, Linear, build, celestial, linear, quiet
from celestile.pixels.sky.cards import (
    CELESTIAL,
    ESSENTIAL,
    IRAF,
    SCALE,
    SIP,
    TABLES,
    Cards,
    Header,
    collect,
)
from celestile.pixels.sky.contradictions import contradictions

_LATITUDE = re.compile(r"DEC|EL|ALT|[A-Z]LAT|[A-Z]{2}LT")


@dataclass(frozen=True, slots=True)
class HeaderCoordinates:
    """Coordinates defined by a header.

    Parameters
    ----------
    celestial : Celestial or None
        Sky coordinates.
    linear : Linear or None
        Other coordinates, if there are no sky coordinates.
    reason : str or None
        Why there are no sky coordinates.
    notes : tuple of str
        Descriptions of corrections and omissions.
    """

    celestial: Celestial | None = None
    linear: Linear | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()


def read(header: Header, width: int, height: int, hdulist: object = None) -> HeaderCoordinates:
    """Find the coordinates defined by a header; never raises.

    Parameters
    ----------
    header : Header
        Header of the HDU with the pixels, from astropy.
    width, height : int
        NAXIS1 and NAXIS2.
    hdulist : astropy.io.fits.HDUList, optional
        The open file, for distortions in separate tables.
    """
    try:
        with quiet():
            cards = collect(header, width, height)
            sine_latitude.convert(cards, width, height)
            # Plates of the Digitized Sky Survey have polynomials and, at first, no CTYPE.
            key = " " if cards.has("AMDX1") and not cards.ctypes else _description(cards.ctypes)
            return _without_sky(cards) if key is None else _with_sky(cards, key, hdulist)
    except Exception as error:  # noqa: BLE001 - a header can be malformed in any way
        return HeaderCoordinates(
            reason=f"the header's coordinates cannot be read: {_sentence(error)}"
        )


def _description(ctypes: dict[str, str]) -> str | None:
    """Letter of the first description with two sky axes; a blank for the primary one."""
    keys = sorted({keyword[6:] for keyword in ctypes})
    for key in keys:
        pair = [CELESTIAL.fullmatch(ctypes.get(f"CTYPE{axis}{key}", "")) for axis in (1, 2)]
        if pair[0] and pair[1]:
            latitudes = [bool(_LATITUDE.fullmatch(found["axis"])) for found in pair if found]
            if latitudes[0] != latitudes[1]:
                return key or " "
    return None


def _with_sky(cards: Cards, key: str, hdulist: object) -> HeaderCoordinates:
    """Create sky coordinates with astropy, omitting more and more of the header until it works."""
    suffix = key.strip()
    notes = list(cards.notes)
    scales = (v for k, v in cards.values.items() if SCALE.fullmatch(k.removesuffix(suffix)))
    if not any(scales) and not cards.has("AMDX1"):
        return HeaderCoordinates(reason="the header names a projection but gives no pixel scale")
    notes += contradictions(cards, suffix)
    for keyword in cards.unusable:
        if ESSENTIAL.fullmatch(keyword.removesuffix(suffix)) and keyword not in cards.values:
            return HeaderCoordinates(reason=f"{keyword} of the header is not a valid number")
    if suffix:
        notes.append(f"the sky is taken from the header's alternate description {suffix}")
    projection = cards.ctypes.get(f"CTYPE1{suffix}", "PLATEDSS")[5:]
    first: Exception | None = None
    for text, note, tables in _attempts(cards, suffix, hdulist):
        try:
            found = celestial(build(text, key, tables), projection)
        except Exception as error:  # noqa: BLE001 - wcslib and astropy raise a dozen kinds
            first = first or error
            continue
        if cards.has(SIP.pattern) and found.wcs.sip and "SIP" not in found.projection:
            notes.append("SIP polynomials are applied although CTYPE does not name them")
        return HeaderCoordinates(celestial=found, notes=(*notes, *note))
    return HeaderCoordinates(
        reason=f"the sky coordinates of the header are invalid: {_sentence(first)}"
    )


def _attempts(
    cards: Cards, suffix: str, hdulist: object
) -> Iterator[tuple[str, list[str], object]]:
    """Header texts to try, best first, each with its notes."""
    notes: list[str] = []
    left_out: list[re.Pattern[str]] = []
    if cards.has(TABLES.pattern):
        if hdulist is not None:
            yield cards.text(), [], hdulist
        left_out.append(TABLES)
        notes.append("distortions by lookup table are left out: their tables cannot be read")
    yield cards.text(*left_out), list(notes), None
    if cards.has(IRAF.pattern) and (zenithal := cards.zenithal()):
        corrected = any("cor " in image or "cor=" in image for _, image in cards.images)
        yield zenithal, ["corrections of its WAT cards are left out"] if corrected else [], None
    has_matrix = cards.has(rf"CD[12]_[12]{suffix}")
    for pattern, note in (
        (r"(?!)" if cards.in_hours(suffix) else rf"CUNIT[12]{suffix}",
         "the units of the axes cannot be read: degrees are assumed"),
        (rf"(LONPOLE|LATPOLE){suffix}", "LONPOLE and LATPOLE are ignored"),
        (rf"PC[12]_[12]{suffix}|CDELT[12]{suffix}|CROTA[12]" if has_matrix else r"(?!)",
         "of two ways to give the pixel scale the CD matrix is used"),
        (IRAF.pattern, "the polynomials of its WAT cards are left out: they cannot be read"),
        (SIP.pattern, "the SIP polynomials are left out: they are incomplete"),
    ):  # fmt: skip
        if cards.has(pattern):
            left_out.append(re.compile(pattern))
            notes.append(note)
            yield cards.text(*left_out), list(notes), None


def _without_sky(cards: Cards) -> HeaderCoordinates:
    """Linear coordinates, if any, and the reason why there are no sky coordinates."""
    named = [cards.ctypes.get(f"CTYPE{axis}", "") for axis in (1, 2)]
    notes = tuple(cards.notes)
    if not any(named) and not any(k in cards.values for k in ("CRVAL1", "CDELT1", "CD1_1")):
        return HeaderCoordinates(reason="the header has no sky coordinates", notes=notes)
    reason = "the header has no sky coordinates: its axes are " + " and ".join(
        f"'{name}'" if name else "one without a name" for name in named
    )
    if not any(named):
        reason = "the header has no sky coordinates: its axes have no names"
    if any(CELESTIAL.fullmatch(name) for name in named):
        reason = "only one of the two axes of the image is on the sky: " + " and ".join(
            f"'{name}'" if name else "one without a name" for name in named
        )
    try:
        return HeaderCoordinates(
            linear=linear(build(cards.text(TABLES, SIP), " ")), reason=reason, notes=notes
        )
    except Exception:  # noqa: BLE001 - the linear coordinates are invalid, too
        return HeaderCoordinates(reason=reason, notes=notes)


def _sentence(error: Exception | None) -> str:
    """Last line of a message: the messages of wcslib begin with source locations."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else type(error).__name__
