"""Choice of the array of a file to show: science before error and quality, large before small."""

import re
from collections.abc import Sequence

from celestile.pixels.axes.times import header_time
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.mosaic.sections import parse_section

_KINDS = (
    ("quality", r"\w*DQ\w*|\w*MASK\w*|APERTURE|MSK|FLAGS?|FLG|BPM|\w*QUAL\w*|BADPIX\w*"),
    (
        "weight",
        r"WH?T|WGT\w*|WEIGHT\w*|CONF|W?EXP(TIME|OSURE|MAP|O_MAP)?|IVAR|INVVAR|COV(ERAGE)?|HITS",
    ),
    ("error", r"ERR\w*|\w*VAR|VARIANCE|STAT|UNC\w*|\w*SIG(MA)?|STDDEV|NOISE|RMS\w*|\w*_ERR\w*"),
    (
        "context",
        (
            r"CTX|CON(TEXT)?|SEG(M|MAP|MENT(ATION|S|_?MAP)?)?(_\w+)?|PSF\w*|BKG(_?(MAP|RMS))?"
            r"|BACKGROUND|(MDRIZ)?SKY(MAP)?|\w+ARR|AREA|SAMP|TIME|ZEROFRAME|REFOUT"
        ),
    ),
)
"""Extension names of the HST, ESO, NOIRLab, JWST and SExtractor pipelines."""

_RANK = ("science", "weight", "error", "context", "quality")
_LEADING = ("error", "quality")  # roles given by prefixes; "BKG_SUB" is not a background


def kind(hdu: Hdu) -> str:
    """Role of an array by EXTNAME; "science" if the name indicates no other."""
    name = hdu.name.upper()
    # "CCD1.SCI", "amp3_mask", "ERROR Q": the role may be a part of the name.
    words = re.split(r"[.\-_ ]", name)
    # "BPM3" and "VAR_2" are numbered; "EXP1" and "SKY2" may well be exposures.
    bare = re.sub(r"[_ ]?\d+$", "", name)
    candidates = ((name, _RANK), (words[-1], _RANK), (words[0], _LEADING), (bare, _LEADING))
    for candidate, roles in candidates:
        for role, pattern in _KINDS:
            if role in roles and re.fullmatch(pattern, candidate):
                return role
    return "science"


def role(word: str) -> str:
    """Role that a single word names; "science" if it names no other."""
    found = (name for name, pattern in _KINDS if re.fullmatch(pattern, word.upper()))
    return next(found, "science")


def is_mask(hdu: Hdu) -> bool:
    """Whether an array holds flags: integers whose EXTNAME says that they describe the quality."""
    return hdu.dtype.kind in "iu" and hdu.scaling.slope == 1.0 and kind(hdu) == "quality"


def stem(hdu: Hdu) -> str:
    """EXTNAME without its numbers: equal for the chips of one camera."""
    name = hdu.name.upper()
    # "N4" and "S31" are positions in one focal plane, as are the quadrants "1-2.E" and "1-2.F".
    if re.fullmatch(r"[A-Z]{1,2}\d+", name):
        return "#"
    numbered = re.sub(r"\d+", "#", name)
    return re.sub(r"\b[A-Z]\b", "#", numbered) if "#" in numbered else name


def default(hdus: Sequence[Hdu]) -> Hdu:
    """Return the array to show if the view does not select one."""

    def rank(hdu: Hdu) -> tuple[int, int, bool, bool, int, int]:
        width, height = hdu.shape[-1], hdu.shape[-2]
        is_line = min(width, height) < 2
        area = width * height
        damage = 2 if hdu.problem is not None else 1 if hdu.held is not None else 0
        # Of a table, the first image is the one to show: it has the lowest index.
        area = 0 if hdu.in_table else area
        return (damage, _RANK.index(kind(hdu)), hdu.in_table, is_line, -area, hdu.index)

    return min(hdus, key=rank)


def chips(hdus: Sequence[Hdu]) -> tuple[Hdu, ...]:
    """Science arrays that appear to be the detectors of one exposure.

    Either they all have different detector sections, or their names differ only in numbers. The
    latter does not apply to cubes, nor if the primary array is as large, but has another name: then
    that is the science.

    Returns
    -------
    tuple of Hdu
        At least two, or empty.
    """
    # The planes of a cube of groups are the chips, not the cube.
    hdus = [hdu for hdu in hdus if not hdu.is_grouped and not hdu.in_table]
    science = [hdu for hdu in hdus if kind(hdu) == "science" and min(hdu.shape[-2:]) > 1]
    placed = _placed(science)
    if placed:
        return placed
    largest = max(_families(science), key=len, default=())
    primary = max((_area(hdu) for hdu in hdus if hdu.index == 0), default=0)
    if len(largest) < 2:
        return ()
    is_whole = largest[0].index > 0 and primary >= max(map(_area, largest))
    return () if is_whole else largest


def _families(science: Sequence[Hdu]) -> list[tuple[Hdu, ...]]:
    """Flat arrays by the stems of their names; the primary array only beside some of its size."""
    families: dict[str, list[Hdu]] = {}
    for hdu in sorted(filter(_is_flat, science), key=lambda hdu: hdu.index == 0):
        family = families.setdefault(stem(hdu), [])
        if hdu.index > 0 or _is_one_of(hdu, family):
            family.append(hdu)
    return [tuple(sorted(family, key=lambda hdu: hdu.index)) for family in families.values()]


def _is_one_of(primary: Hdu, family: Sequence[Hdu]) -> bool:
    """Whether the primary array is one of several: their names are numbered, or their times."""
    if not family or primary.shape != family[0].shape:
        return False
    if primary.name:
        return "#" in stem(primary)
    # A sequence of Siril is a file of nameless images.
    times = {header_time(hdu.get) for hdu in (primary, *family)} - {None}
    return len(times) == 1 + len(family)


def _placed(science: Sequence[Hdu]) -> tuple[Hdu, ...]:
    """Arrays with different detector sections and equal numbers of planes."""
    sections = {hdu.index: parse_section(hdu.text("DETSEC")) for hdu in science}
    placed = [hdu for hdu in science if sections[hdu.index] is not None]
    others = [hdu for hdu in placed if hdu.index > 0]
    if not others:
        return ()
    # The primary array may be a chip, too.
    placed = [hdu for hdu in placed if hdu.index > 0 or hdu.shape == others[0].shape]
    if len(placed) < 2 or len({sections[hdu.index] for hdu in placed}) < len(placed):
        return ()
    planes = {tuple(length for length in hdu.shape[:-2] if length > 1) for hdu in placed}
    return tuple(placed) if len(planes) == 1 else ()


def unplaced(hdus: Sequence[Hdu], chips: Sequence[Hdu]) -> tuple[Hdu, ...]:
    """Arrays that resemble the chips of a mosaic but are not among them."""
    stems, taken = {stem(chip) for chip in chips}, {chip.index for chip in chips}
    return tuple(
        hdu
        for hdu in hdus
        if hdu.index > 0
        and not hdu.in_table
        and hdu.index not in taken
        and kind(hdu) == "science"
        and _is_flat(hdu)
        and stem(hdu) in stems
    )


def _area(hdu: Hdu) -> int:
    return hdu.shape[-1] * hdu.shape[-2]


def _is_flat(hdu: Hdu) -> bool:
    return min(hdu.shape[-2:]) > 1 and max(hdu.shape[:-2], default=1) == 1
