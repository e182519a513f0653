"""The cards of a header that define the coordinates of pixels, with obvious errors corrected."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

_AXIS = r"(?P<axis>RA|DEC|HA|AZ|EL|ALT|[A-Z]LON|[A-Z]LAT|[A-Z]{2}L[NT])"
CELESTIAL = re.compile(rf"{_AXIS}-+(?P<code>[A-Z]{{3}})(?P<suffix>-[A-Z]{{3}})?")

_NUMBERS = re.compile(
    r"(CRPIX|CRVAL|CDELT|CROTA)[12][A-Z]?|(CD|PC)[12]_[12][A-Z]?|PC00[12]00[12]|PV[12]_\d+[A-Z]?"
    r"|(LONPOLE|LATPOLE|EQUINOX)[A-Z]?|EPOCH|[AB]P?_(ORDER|DMAX|\d+_\d+)"
)
_WORDS = re.compile(r"(CTYPE|CUNIT|PS)[12](_\d+)?[A-Z]?|RADESYS[A-Z]?|RADECSYS")
TABLES = re.compile(r"(CPDIS|DP|CPERR|CQDIS|DQ|CQERR)[12]\b.*|D2IM.*|AXISCORR")
IRAF = re.compile(r"WAT[12]_\d+")  # polynomials of TNX and ZPX
_PLATE = re.compile(r"PLT(RA|DEC).+|AMD[XY]\d+|PPO\d+|[XY]PIXELSZ|CNPIX[12]")
_COUPLING = re.compile(r"(CD|PC)[12]_[3-9]|CRPIX[3-9]")
_WANTED = (_NUMBERS, _WORDS, TABLES, IRAF, _PLATE, _COUPLING)
SIP = re.compile(r"[AB]P?_(ORDER|DMAX|\d+_\d+)")
# Axes that wcslib does not know under these names, by those of longitude and latitude.
_RENAMED = {
    ("HA", "DEC"): ("HALN", "HALT"),
    ("AZ", "EL"): ("AZLN", "AZLT"),
    ("AZ", "ALT"): ("AZLN", "AZLT"),
}
# Keywords with defaults in the standard, which cannot be intended if the card is present.
ESSENTIAL = re.compile(r"(CRPIX|CRVAL|CDELT)[12]|(CD|PC)[12]_[12]")
# Spellings that wcslib does not correct, in singular and lower case.
_ANGLES = {
    "arcsecond": "arcsec", "arcsec": "arcsec", "asec": "arcsec",
    "arcminute": "arcmin", "arcmin": "arcmin", "amin": "arcmin",
    "degree": "deg", "radian": "rad",
}  # fmt: skip
_CENTURIES = 300.0  # years from 2000 within which an equinox is valid
SCALE = re.compile(r"CDELT[12]|(CD|PC)[12]_[12]|PC00[12]00[12]|AMDX1")


class HeaderCard(Protocol):
    """The part of the interface of an astropy card that is used here."""

    @property
    def keyword(self) -> str:
        """Without hyphens or padding; empty for a blank card."""

    @property
    def value(self) -> object:
        """Value as a Python object."""

    @property
    def image(self) -> str:
        """The eighty characters of the card."""


class Header(Protocol):
    """The part of the interface of an astropy header that is used here."""

    @property
    def cards(self) -> Iterable[HeaderCard]:
        """All cards in order."""


@dataclass(slots=True)
class Cards:
    """The relevant cards, by keyword, in the order of the header."""

    images: list[tuple[str, str]] = field(default_factory=list)
    ctypes: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    coupled: dict[str, float] = field(default_factory=dict)
    unusable: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def has(self, pattern: str) -> bool:
        """Whether the keyword of any card matches a pattern completely."""
        return any(re.fullmatch(pattern, keyword) for keyword, _ in self.images)

    def put(self, keyword: str, value: str | float) -> None:
        """Replace a card: the last of several counts."""
        self.images.append((keyword, _image(keyword, value)))

    def text(self, *left_out: re.Pattern[str]) -> str:
        """Join the cards, except those with keywords that match one of the patterns."""
        kept = (
            image
            for keyword, image in self.images
            if not any(pattern.fullmatch(keyword) for pattern in left_out)
        )
        return "".join(kept)

    def in_hours(self, suffix: str) -> bool:
        """Whether an axis is in hours, which the standard does not allow."""
        units = (self.units.get(f"CUNIT{axis}{suffix}", "") for axis in (1, 2))
        return any(re.fullmatch(r"h|hrs?|hours?|hourangle", unit.lower()) for unit in units)

    def zenithal(self) -> str:
        """Join the cards, replacing ZPX of IRAF by ZPN without corrections; empty without ZPX.

        Both have the same polynomial; its coefficients are projp0, projp1, … of the WAT cards, and
        PV2_0, PV2_1, … of the latitude (Calabretta & Greisen 2002, section 5.1.7).
        """
        coefficients: dict[str, str] = {}
        for axis in (1, 2):
            parts = (i for k, i in self.images if re.fullmatch(rf"WAT{axis}_\d+", k))
            words = "".join(i[11:].rstrip().rstrip("'").ljust(68) for i in parts)
            coefficients |= dict(re.findall(r"projp(\d+)\s*=\s*([-+.\dEe]+)", words))
        if not coefficients or not self.ctypes.get("CTYPE1", "").endswith("-ZPX"):
            return ""
        latitude = 1 if self.ctypes["CTYPE1"].startswith("DEC") else 2
        given = [(f"PV{latitude}_{n}", _number(value)) for n, value in coefficients.items()]
        types = "".join(
            _image(key, word.replace("-ZPX", "-ZPN")) for key, word in self.ctypes.items()
        )
        powers = "".join(_image(key, value) for key, value in given if value is not None)
        return self.text(IRAF, re.compile(r"CTYPE[12]")) + types + powers


def needs_tables(header: Header) -> bool:
    """Whether the coordinates depend on arrays in other HDUs of the file."""
    return any(TABLES.fullmatch(card.keyword.partition(".")[0]) for card in header.cards)


def collect(header: Header, width: int, height: int) -> Cards:
    """Collect the relevant cards, with obvious errors corrected."""
    cards = Cards()
    for name, length in (("NAXIS", 2), ("NAXIS1", width), ("NAXIS2", height)):
        cards.images.append((name, _image(name, length)))
    for card in header.cards:
        keyword = card.keyword.partition(".")[0]
        if not any(pattern.fullmatch(keyword) for pattern in _WANTED):
            continue
        try:
            value, image = card.value, card.image
        except Exception:  # noqa: BLE001 - one unreadable card must not affect the others
            value, image = None, ""
        _add(cards, keyword, value, image)
    if not cards.has("AMDX1"):
        # wcslib interprets pixel sizes of cameras as plates of the Digitized Sky Survey.
        cards.images = [card for card in cards.images if not _PLATE.fullmatch(card[0])]
    for keyword in cards.unusable:
        if keyword not in cards.values and not ESSENTIAL.match(keyword):
            cards.notes.append(f"{keyword} is not a valid number and is ignored")
    _uncouple(cards)
    _rename_axes(cards)
    return cards


def _rename_axes(cards: Cards) -> None:
    """Rename the axes of hour angles and azimuths so that wcslib accepts them."""
    for key in {keyword[6:] for keyword in cards.ctypes}:
        keywords = [f"CTYPE{axis}{key}" for axis in (1, 2)]
        pair = [CELESTIAL.fullmatch(cards.ctypes.get(keyword, "")) for keyword in keywords]
        axes = [found["axis"] for found in pair if found]
        for known, renamed in _RENAMED.items():
            if sorted(axes) != sorted(known):
                continue
            for keyword, axis in zip(keywords, axes, strict=True):
                word = renamed[known.index(axis)] + cards.ctypes[keyword][4:]
                cards.ctypes[keyword] = word
                cards.images.append((keyword, _image(keyword, word)))


def _add(cards: Cards, keyword: str, value: object, image: str) -> None:
    """Add a relevant card; `image` is empty if it cannot be read."""
    if _COUPLING.fullmatch(keyword):
        cards.coupled[keyword] = _number(value) or 0.0
    elif _NUMBERS.fullmatch(keyword):
        _add_number(cards, keyword, value, image)
    elif not _WORDS.fullmatch(keyword):
        cards.images.append((keyword, image))
    elif isinstance(value, str):
        _add_word(cards, keyword, value)


def _add_number(cards: Cards, keyword: str, value: object, image: str) -> None:
    """Add a card with a number, which some programs write as a string."""
    number = _number(value)
    if number is not None and keyword.startswith("E") and abs(number - 2000) > _CENTURIES:
        number = None
    if number is None:
        cards.unusable.append(keyword)
        return
    _note_repetition(cards, keyword, cards.values.get(keyword), number)
    if isinstance(value, str):
        image = _image(keyword, number)
    cards.values[keyword] = number
    cards.images.append((keyword, image))


def _note_repetition(cards: Cards, keyword: str, before: object, value: object) -> None:
    """Note a keyword that is given twice; its value is undefined, and wcslib uses the last."""
    if before is not None and before != value:
        cards.notes.append(f"{keyword} is given as {before} and as {value}; the last is used")


def _add_word(cards: Cards, keyword: str, value: str) -> None:
    """Add a card with a word; too few hyphens or lower case in CTYPE are corrected."""
    word = value.strip()
    if keyword.startswith("CTYPE"):
        found = CELESTIAL.fullmatch(word.upper())
        if found:
            word = f"{found['axis']:-<4}-{found['code']}{found['suffix'] or ''}"
            if word != value.strip():
                cards.notes.append(f"{keyword} is read as {word}")
        _note_repetition(cards, keyword, cards.ctypes.get(keyword), word)
        cards.ctypes[keyword] = word
    elif keyword.startswith("CUNIT"):
        word = _ANGLES.get(word.lower().removesuffix("s"), word)
        _note_repetition(cards, keyword, cards.units.get(keyword), word)
        cards.units[keyword] = word
    cards.images.append((keyword, _image(keyword, word)))


def _uncouple(cards: Cards) -> None:
    """Move the reference pixel to its position on the first plane if other axes shift the sky.

    An element ``PCi_j`` with j > 2 moves the sky from plane to plane. On the first plane it adds
    ``PCi_j * (1 - CRPIXj)`` to intermediate coordinate i, which is equivalent to a shift of CRPIX1
    and CRPIX2.
    """
    tilts = {k: v for k, v in cards.coupled.items() if not k.startswith("CRPIX") and v != 0}
    if not tilts:
        return
    kind = next(iter(tilts))[:2]
    a, b, c, d = (
        cards.values.get(f"{kind}{i}_{j}", float(i == j and kind == "PC"))
        for i, j in ((1, 1), (1, 2), (2, 1), (2, 2))
    )
    shift = [0.0, 0.0]
    for keyword, value in tilts.items():
        shift[int(keyword[2]) - 1] += value * (1 - cards.coupled.get(f"CRPIX{keyword[4:]}", 0.0))
    determinant = a * d - b * c
    if determinant == 0 or shift == [0.0, 0.0]:
        return
    moved = (d * shift[0] - b * shift[1], a * shift[1] - c * shift[0])
    for axis, distance in enumerate(moved, start=1):
        keyword = f"CRPIX{axis}"
        number = cards.values.get(keyword, 0.0) - distance / determinant
        cards.images.append((keyword, _image(keyword, number)))
    cards.notes.append("the sky moves from plane to plane; coordinates are those of the first")


def _number(value: object) -> float | None:
    """Convert the value of a card to a number: 2000, '2000.0', 'J2000' and '1.5D-3' are valid."""
    if isinstance(value, str):
        try:
            number = float(value.strip().lstrip("JB").upper().replace("D", "E"))
        except ValueError:
            return None
    elif isinstance(value, int | float):
        number = float(value)
    else:
        return None
    return number if math.isfinite(number) else None


def _image(keyword: str, value: Any) -> str:
    """Format a card as eighty characters."""
    if isinstance(value, str):
        quoted = "'" + value.replace("'", "''")[:66].ljust(8) + "'"
        return f"{keyword:<8}= {quoted}".ljust(80)
    return f"{keyword:<8}= {value!r:>20}".ljust(80)
