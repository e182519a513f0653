"""From a header as it is found to coordinates that astropy can compute, or the reason why not.

Only the cards that say where pixels lie reach astropy, reduced to the image's two axes: a bad date,
an unknown spectral unit or a third axis cannot spoil the sky then. What astropy still refuses is
tried again without the parts that real headers get wrong, and `Reading.notes` says which.

References
----------
Greisen & Calabretta 2002, A&A 395, 1061; Calabretta & Greisen 2002, A&A 395, 1077 (FITS WCS I, II);
Shupe et al. 2005, ASP Conf. 347, 491 (SIP).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from celestile.pixels.wcs_astropy import Celestial, Linear, build, celestial, linear, quiet

_AXIS = r"(?P<axis>RA|DEC|[A-Z]LON|[A-Z]LAT|[A-Z]{2}L[NT])"
_CELESTIAL = re.compile(rf"{_AXIS}-+(?P<code>[A-Z]{{3}})(?P<suffix>-[A-Z]{{3}})?")
_LATITUDE = re.compile(r"DEC|[A-Z]LAT|[A-Z]{2}LT")

_NUMBERS = re.compile(
    r"(CRPIX|CRVAL|CDELT|CROTA)[12][A-Z]?|(CD|PC)[12]_[12][A-Z]?|PC00[12]00[12]|PV[12]_\d+[A-Z]?"
    r"|(LONPOLE|LATPOLE|EQUINOX)[A-Z]?|EPOCH|[AB]P?_(ORDER|DMAX|\d+_\d+)"
)
_WORDS = re.compile(r"(CTYPE|CUNIT|PS)[12](_\d+)?[A-Z]?|RADESYS[A-Z]?|RADECSYS")
_TABLES = re.compile(r"(CPDIS|DP|CPERR|CQDIS|DQ|CQERR)[12]\b.*|D2IM.*|AXISCORR")
_IRAF = re.compile(r"WAT[12]_\d+")  # polynomials of TNX and ZPX
_PLATE = re.compile(r"PLT(RA|DEC).+|AMD[XY]\d+|PPO\d+|[XY]PIXELSZ|CNPIX[12]")
_COUPLING = re.compile(r"(CD|PC)[12]_[3-9]|CRPIX[3-9]")
_WANTED = (_NUMBERS, _WORDS, _TABLES, _IRAF, _PLATE, _COUPLING)
_SIP = re.compile(r"[AB]P?_(ORDER|DMAX|\d+_\d+)")
_CENTURIES = 300.0  # from 2000 to any equinox that is one
_SCALE = re.compile(r"CDELT[12]|(CD|PC)[12]_[12]|PC00[12]00[12]|AMDX1")


class HeaderCard(Protocol):
    """What is needed of a card of an astropy header."""

    @property
    def keyword(self) -> str:
        """Without hyphens or padding; empty for a blank card."""

    @property
    def value(self) -> object:
        """As Python knows it."""

    @property
    def image(self) -> str:
        """Its eighty characters."""


class Header(Protocol):
    """What is needed of an astropy header."""

    @property
    def cards(self) -> Iterable[HeaderCard]:
        """All cards in their order."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a header says about the places of its pixels.

    Parameters
    ----------
    celestial : Celestial or None
        Coordinates on the sky.
    linear : Linear or None
        Other coordinates, where there are none on the sky.
    reason : str or None
        Why there are none on the sky.
    notes : tuple of str
        What had to be mended or left out.
    """

    celestial: Celestial | None = None
    linear: Linear | None = None
    reason: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Cards:
    """The cards that matter, by keyword, in the order of the header."""

    images: list[tuple[str, str]] = field(default_factory=list)
    ctypes: dict[str, str] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def has(self, pattern: str) -> bool:
        return any(re.fullmatch(pattern, keyword) for keyword, _ in self.images)

    def text(self, *left_out: re.Pattern[str]) -> str:
        kept = (
            image
            for keyword, image in self.images
            if not any(pattern.fullmatch(keyword) for pattern in left_out)
        )
        return "".join(kept)


def needs_tables(header: Header) -> bool:
    """Whether the coordinates depend on arrays in other HDUs of the file."""
    return any(_TABLES.fullmatch(card.keyword.partition(".")[0]) for card in header.cards)


def read(header: Header, width: int, height: int, hdulist: object = None) -> Reading:
    """Find out what a header says about the places of its pixels; never raises.

    Parameters
    ----------
    header : Header
        Of the HDU that holds the pixels, as astropy reads it.
    width, height : int
        NAXIS1 and NAXIS2.
    hdulist : astropy.io.fits.HDUList, optional
        The open file, for distortions that lie in tables of their own.
    """
    try:
        with quiet():
            cards = _collect(header, width, height)
            key = _description(cards.ctypes)
            return _without_sky(cards) if key is None else _with_sky(cards, key, hdulist)
    except Exception as error:  # noqa: BLE001 - a header can be broken in any way at all
        return Reading(reason=f"the header's coordinates cannot be read: {_sentence(error)}")


def _collect(header: Header, width: int, height: int) -> _Cards:
    """Pick the cards that matter, mended where it is plain what they mean."""
    cards = _Cards()
    for name, length in (("NAXIS", 2), ("NAXIS1", width), ("NAXIS2", height)):
        cards.images.append((name, _image(name, length)))
    coupled: dict[str, float] = {}
    for card in header.cards:
        keyword = card.keyword.partition(".")[0]
        if not any(pattern.fullmatch(keyword) for pattern in _WANTED):
            continue
        try:
            value, image = card.value, card.image
        except Exception:  # noqa: BLE001, S112 - one unreadable card must not cost the others
            continue
        if _COUPLING.fullmatch(keyword):
            coupled[keyword] = _number(value) or 0.0
        elif _NUMBERS.fullmatch(keyword):
            _add_number(cards, keyword, value, image)
        elif _WORDS.fullmatch(keyword) and isinstance(value, str):
            _add_word(cards, keyword, value)
        elif not _WORDS.fullmatch(keyword):
            cards.images.append((keyword, image))
    if not cards.has("AMDX1"):
        # wcslib takes the size of a camera's pixels for a plate of the Digitized Sky Survey.
        cards.images = [card for card in cards.images if not _PLATE.fullmatch(card[0])]
    _uncouple(cards, coupled)
    return cards


def _add_number(cards: _Cards, keyword: str, value: object, image: str) -> None:
    """Take a card with a number, which some programs write as a string."""
    number = _number(value)
    if number is not None and keyword.startswith("E") and abs(number - 2000) > _CENTURIES:
        number = None
    if number is None:
        cards.notes.append(f"{keyword} holds no number that makes sense and is ignored")
        return
    if isinstance(value, str):
        image = _image(keyword, number)
    cards.values[keyword] = number
    cards.images.append((keyword, image))


def _add_word(cards: _Cards, keyword: str, value: str) -> None:
    """Take a card with a word; a CTYPE with too few hyphens or in small letters is put right."""
    word = value.strip()
    if keyword.startswith("CTYPE"):
        found = _CELESTIAL.fullmatch(word.upper())
        if found:
            word = f"{found['axis']:-<4}-{found['code']}{found['suffix'] or ''}"
            if word != value.strip():
                cards.notes.append(f"{keyword} is read as {word}")
        cards.ctypes[keyword] = word
    cards.images.append((keyword, _image(keyword, word)))


def _uncouple(cards: _Cards, coupled: dict[str, float]) -> None:
    """Move the reference pixel to where it is for the first plane of axes that tilt the sky.

    An element ``PCi_j`` with j > 2 moves the sky from plane to plane. On the first plane it adds
    ``PCi_j * (1 - CRPIXj)`` to intermediate coordinate i, which a shift of CRPIX1 and CRPIX2 does
    as well.
    """
    tilts = {k: v for k, v in coupled.items() if not k.startswith("CRPIX") and v != 0}
    if not tilts:
        return
    kind = next(iter(tilts))[:2]
    a, b, c, d = (
        cards.values.get(f"{kind}{i}_{j}", float(i == j and kind == "PC"))
        for i, j in ((1, 1), (1, 2), (2, 1), (2, 2))
    )
    shift = [0.0, 0.0]
    for keyword, value in tilts.items():
        shift[int(keyword[2]) - 1] += value * (1 - coupled.get(f"CRPIX{keyword[4:]}", 0.0))
    determinant = a * d - b * c
    if determinant == 0 or shift == [0.0, 0.0]:
        return
    moved = (d * shift[0] - b * shift[1], a * shift[1] - c * shift[0])
    for axis, distance in enumerate(moved, start=1):
        keyword = f"CRPIX{axis}"
        number = cards.values.get(keyword, 0.0) - distance / determinant
        cards.images.append((keyword, _image(keyword, number)))
    cards.notes.append("the sky moves from plane to plane; coordinates are those of the first")


def _description(ctypes: dict[str, str]) -> str | None:
    """Letter of the first description whose two axes are on the sky; a blank for the main one."""
    keys = sorted({keyword[6:] for keyword in ctypes})
    for key in keys:
        pair = [_CELESTIAL.fullmatch(ctypes.get(f"CTYPE{axis}{key}", "")) for axis in (1, 2)]
        if pair[0] and pair[1]:
            latitudes = [bool(_LATITUDE.fullmatch(found["axis"])) for found in pair if found]
            if latitudes[0] != latitudes[1]:
                return key or " "
    return None


def _with_sky(cards: _Cards, key: str, hdulist: object) -> Reading:
    """Have astropy compute the sky, with less and less of the header until it can."""
    suffix = key.strip()
    if not any(_SCALE.fullmatch(k[: len(k) - len(suffix)]) for k, _ in cards.images):
        return Reading(reason="the header names a projection but gives no pixel scale")
    notes = list(cards.notes)
    if suffix:
        notes.append(f"the sky is taken from the header's alternate description {suffix}")
    projection = cards.ctypes[f"CTYPE1{suffix}"][5:]
    first: Exception | None = None
    for text, note, tables in _attempts(cards, suffix, hdulist):
        try:
            found = celestial(build(text, key, tables), projection)
        except Exception as error:  # noqa: BLE001 - wcslib and astropy raise a dozen kinds
            first = first or error
            continue
        if cards.has(_SIP.pattern) and found.wcs.sip and "SIP" not in found.projection:
            notes.append("SIP polynomials are applied although CTYPE does not name them")
        return Reading(celestial=found, notes=(*notes, *note))
    return Reading(reason=f"the header's sky coordinates make no sense: {_sentence(first)}")


def _attempts(
    cards: _Cards, suffix: str, hdulist: object
) -> Iterator[tuple[str, list[str], object]]:
    """Header texts to try, best first, each with the notes that it calls for."""
    notes: list[str] = []
    left_out: list[re.Pattern[str]] = []
    if cards.has(_TABLES.pattern):
        if hdulist is not None:
            yield cards.text(), [], hdulist
        left_out.append(_TABLES)
        notes.append("distortions by lookup table are left out: their tables cannot be read")
    yield cards.text(*left_out), list(notes), None
    has_matrix = cards.has(rf"CD[12]_[12]{suffix}")
    for pattern, note in (
        (rf"CUNIT[12]{suffix}", "the units of the axes cannot be read: degrees are assumed"),
        (rf"(LONPOLE|LATPOLE){suffix}", "LONPOLE and LATPOLE are ignored"),
        (rf"PC[12]_[12]{suffix}|CDELT[12]{suffix}|CROTA[12]" if has_matrix else r"(?!)",
         "of two ways to give the pixel scale the CD matrix is used"),
        (_SIP.pattern, "the SIP polynomials are left out: they are incomplete"),
    ):  # fmt: skip
        if cards.has(pattern):
            left_out.append(re.compile(pattern))
            notes.append(note)
            yield cards.text(*left_out), list(notes), None


def _without_sky(cards: _Cards) -> Reading:
    """Linear coordinates, where the header gives any, and why there is no sky."""
    named = [cards.ctypes.get(f"CTYPE{axis}", "") for axis in (1, 2)]
    notes = tuple(cards.notes)
    if not any(named) and not any(k in cards.values for k in ("CRVAL1", "CDELT1", "CD1_1")):
        return Reading(reason="the header has no sky coordinates", notes=notes)
    reason = "the header has no sky coordinates: its axes are " + " and ".join(
        f"'{name}'" if name else "one without a name" for name in named
    )
    if not any(named):
        reason = "the header has no sky coordinates: its axes have no names"
    if any(_CELESTIAL.fullmatch(name) for name in named):
        reason = "only one of the image's two axes lies on the sky: " + " and ".join(
            f"'{name}'" if name else "one without a name" for name in named
        )
    try:
        return Reading(linear=linear(build(cards.text(_TABLES, _SIP), " ")), reason=reason)
    except Exception:  # noqa: BLE001 - coordinates that are no use either
        return Reading(reason=reason, notes=notes)


def _number(value: object) -> float | None:
    """Take the value of a card as a number: 2000, '2000.0', 'J2000' and '1.5D-3' all are one."""
    if isinstance(value, str):
        try:
            return float(value.strip().lstrip("JB").upper().replace("D", "E"))
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) else None


def _image(keyword: str, value: Any) -> str:
    """Eighty characters of a card."""
    if isinstance(value, str):
        quoted = "'" + value.replace("'", "''")[:66].ljust(8) + "'"
        return f"{keyword:<8}= {quoted}".ljust(80)
    return f"{keyword:<8}= {value!r:>20}".ljust(80)


def _sentence(error: Exception | None) -> str:
    """Last line of a message: wcslib puts the place in its source first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else type(error).__name__
