"""Headers as they apply to an array: with cards of other headers of the file that count for it.

References
----------
FITS 4.0, section 4.4.2.6 and appendix K (INHERIT); sections 8 and 9 (world coordinates).
"""

import re
from typing import Any

from celestile.pixels.fits.hdus import header_value

_OWN = re.compile(
    # Mandatory and structural cards, commentary, names of the HDU and scales of its numbers.
    r"SIMPLE|XTENSION|BITPIX|NAXIS\d*|EXTEND|PCOUNT|GCOUNT|GROUPS|BLOCKED|END|COMMENT|HISTORY|"
    r"|INHERIT|EXTNAME|EXTVER|EXTLEVEL|NEXTEND|CHECKSUM|DATASUM|ZHECKSUM|ZDATASUM|CONTINUE"
    r"|BSCALE|BZERO|BLANK|DATAMIN|DATAMAX|DETSEC"
)
"""Cards of the primary header that never apply to an extension."""

_MATRIX = {
    "CD": re.compile(r"CD\d+_\d+[A-Z]?"),
    "PC": re.compile(r"PC\d+_\d+[A-Z]?|PC\d{6}"),
    "CROTA": re.compile(r"CROTA\d+"),
    "CDELT": re.compile(r"CDELT\d+[A-Z]?"),
}
_EXCLUDED = {"CD": ("PC", "CROTA", "CDELT"), "PC": ("CD", "CROTA"), "CROTA": ("CD", "PC")}
"""Ways to write the scale of pixels that must not be mixed (FITS 4.0, section 8.1)."""

_WORLD = re.compile(
    r"WCSAXES[A-Z]?|WCSNAME[A-Z]?|(CTYPE|CRPIX|CRVAL|CDELT|CUNIT|CROTA|CNAME)\d+[A-Z]?"
    r"|(CD|PC|PV|PS)\d+_\d+[A-Z]?|PC\d{6}|(LONPOLE|LATPOLE|EQUINOX|RADESYS|SPECSYS)[A-Z]?"
    r"|(SSYSOBS|SSYSSRC|VELOSYS|ZSOURCE|RESTFRQ|RESTWAV|OBSGEO|MJDREF)[A-Z]?|RADECSYS|EPOCH"
    r"|OBSGEO-[XYZBLH]|MJDREF[IF]?|TIMESYS|TREFPOS|[AB]P?_(ORDER|DMAX|\d+_\d+)"
    r"|(CPDIS|DP|CPERR|CQDIS|CQERR)\d.*|DQ\d\b.*|D2IM.*|AXISCORR|WAT\d_\d+"
)
"""Cards that define world coordinates, with those of their distortions."""


def inherited(header: Any, primary: Any) -> Any:
    """Merge the primary header into that of an extension with INHERIT = T.

    A primary header with pixels of its own describes those, and is not inherited (appendix K).

    Parameters
    ----------
    header, primary : astropy.io.fits.Header
        Of the extension and of the primary HDU; not modified.

    Returns
    -------
    astropy.io.fits.Header
        The header given if nothing is inherited, otherwise a new one.
    """
    asked = header_value(header, "INHERIT") is True
    if not asked or header is primary or header_value(primary, "NAXIS") != 0:
        return header
    own = set(header)
    left_out = [
        _MATRIX[other]
        for way, others in _EXCLUDED.items()
        if any(_MATRIX[way].fullmatch(keyword) for keyword in own)
        for other in others
    ]
    return _with_cards(
        header,
        primary,
        lambda keyword: (
            keyword not in own
            and not _OWN.fullmatch(keyword)
            and not any(pattern.fullmatch(keyword) for pattern in left_out)
        ),
    )


def has_axes(header: Any) -> bool:
    """Whether a header names any axis."""
    return any(
        str(header_value(header, keyword, "") or "").strip()
        for keyword in header
        if re.fullmatch(r"CTYPE\d+[A-Z]?", keyword)
    )


def with_world(header: Any, other: Any) -> Any:
    """Return a header with the world coordinates of another instead of its own."""
    bare = type(header)()
    bare = _with_cards(bare, header, lambda keyword: not _WORLD.fullmatch(keyword))
    return _with_cards(bare, other, lambda keyword: bool(_WORLD.fullmatch(keyword)))


def _with_cards(header: Any, other: Any, wanted: Any) -> Any:
    """Copy a header and append the wanted cards of another."""
    made = header.copy()
    for card in other.cards:
        if wanted(card.keyword.partition(".")[0]):
            # Not interpreted: a malformed card must not affect the others.
            made.append(card, end=True, bottom=True)
    return made
