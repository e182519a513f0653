"""Which of a file's arrays to show: science before error and quality, large before small."""

import re
from collections.abc import Sequence

from celestile.pixels.hdus import Hdu
from celestile.pixels.sections import parse_section

_KINDS = (
    ("quality", r"DQ\w*|\w*MASK\w*|FLAGS?|BPM|\w*QUAL\w*|BADPIX\w*|Q"),
    ("weight", r"WHT|WGT|WEIGHTS?|W?EXP(TIME|OSURE|MAP|O_MAP)?|IVAR|INVVAR|COVERAGE|COV|HITS"),
    ("error", r"ERR\w*|\w*VAR|VARIANCE|STAT|UNC\w*|\w*SIG(MA)?|STDDEV|NOISE|RMS\w*|\w*_ERR\w*"),
    ("context", r"CTX|CON(TEXT)?|SEG\w*|PSF\w*|BKG\w*|BACKGROUND|SKY\w*|MDRIZSKY|D2IMARR|WCSDVARR"),
)
"""Habits of HST, ESO, NOIRLab, JWST and SExtractor pipelines in naming extensions."""

_RANK = ("science", "weight", "error", "context", "quality")


def kind(hdu: Hdu) -> str:
    """Role of an array, as far as EXTNAME tells; "science" otherwise."""
    # "CCD1.SCI", "amp3_mask": the role may be a part of the name.
    name = hdu.name.upper()
    for candidate in (name, *re.split(r"[.\-_ ]", name)[-1:]):
        for role, pattern in _KINDS:
            if re.fullmatch(pattern, candidate):
                return role
    return "science"


def stem(hdu: Hdu) -> str:
    """EXTNAME without its numbers: equal for the chips of one camera."""
    name = hdu.name.upper()
    # "N4" and "S31" are places in one focal plane.
    return "#" if re.fullmatch(r"[A-Z]{1,2}\d+", name) else re.sub(r"\d+", "#", name)


def default(hdus: Sequence[Hdu]) -> Hdu:
    """Return the array to show when nothing is asked for."""

    def rank(hdu: Hdu) -> tuple[bool, int, bool, int, int]:
        width, height = hdu.shape[-1], hdu.shape[-2]
        is_line = min(width, height) < 2
        area = width * height
        return (hdu.problem is not None, _RANK.index(kind(hdu)), is_line, -area, hdu.index)

    return min(hdus, key=rank)


def chips(hdus: Sequence[Hdu]) -> tuple[Hdu, ...]:
    """Arrays that look like the detectors of one exposure: science, two-dimensional, of a family.

    A family has a detector section each, all different, or one name but for its numbers.

    Returns
    -------
    tuple of Hdu
        At least two, or none.
    """
    flat = [hdu for hdu in hdus if hdu.index > 0 and kind(hdu) == "science" and _is_flat(hdu)]
    sections = {hdu.index: parse_section(hdu.text("DETSEC")) for hdu in flat}
    placed = [hdu for hdu in flat if sections[hdu.index] is not None]
    if len(placed) > 1 and len({sections[hdu.index] for hdu in placed}) == len(placed):
        return tuple(placed)
    families: dict[str, list[Hdu]] = {}
    for hdu in flat:
        families.setdefault(stem(hdu), []).append(hdu)
    largest = max(families.values(), key=len, default=[])
    return tuple(largest) if len(largest) > 1 else ()


def _is_flat(hdu: Hdu) -> bool:
    return min(hdu.shape[-2:]) > 1 and max(hdu.shape[:-2], default=1) == 1
