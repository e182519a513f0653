"""The color filter array of a camera: which pixels of a mosaic have measured which color.

BAYERPAT (N.I.N.A., INDI, KStars, Siril, ASTAP, MaxIm DL), COLORTYP (SharpCap) or CFAIMAGE has the
colors of two by two pixels, such as RGGB. The first pixel of a subframe is at the column XBAYROFF
and the row YBAYROFF of this pattern. The convention is that of Siril, whose authors introduced
ROWORDER ("Orientation of FITS images", https://siril.readthedocs.io/en/stable/file-formats/FITS.html,
and the function `adjust_Bayer_pattern` of its source):

- The pattern begins with the first row of the file, unless ROWORDER is BOTTOM-UP: then it begins
  with the last row of the file, which is at the top. If the number of rows is odd, both are alike.
- Offsets are added to the column and the row of a pixel before its color is looked up.
"""

import re
from typing import NamedTuple

from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.image import CFA_PATTERNS
from celestile.pixels.planes.demosaiced import RedSite

_KEYWORDS = ("BAYERPAT", "BAYRPAT", "COLORTYP", "CFAIMAGE", "CFATYPE")
_OFFSETS = (("XBAYROFF", "BAYOFFX", "BAYEROFFX"), ("YBAYROFF", "BAYOFFY", "BAYEROFFY"))
_PATTERN = re.compile(rf"(?<![A-Z])({'|'.join(CFA_PATTERNS)})(?![A-Z])", re.IGNORECASE)
_OTHER = re.compile(r"[RGB]{16,}|X-?TRANS\w*|CYGM|CMYG|YMCG", re.IGNORECASE)


class FilterArray(NamedTuple):
    """The filters on the pixels of an array, in the words of its header.

    Parameters
    ----------
    pattern : str or None
        One of `CFA_PATTERNS`; None if the header has none.
    keyword : str
        The keyword with the pattern.
    unsupported : str
        The value of the keyword for other filter arrays, such as X-Trans; else empty.
    """

    pattern: str | None = None
    keyword: str = ""
    unsupported: str = ""


def filter_array(hdu: Hdu) -> FilterArray:
    """Find the filter array of an array."""
    for keyword in _KEYWORDS:
        text = hdu.text(keyword)
        found = _PATTERN.search(text)
        if found:
            return FilterArray(found[1].lower(), keyword)
        if _OTHER.search(text):
            return FilterArray(None, keyword, text)
    return FilterArray()


def red_site(hdu: Hdu, pattern: str, height: int, *, top_down: bool) -> RedSite:
    """Position of the red pixels of a pattern in an array.

    Parameters
    ----------
    hdu : Hdu
        The array; for its offsets and the order of its rows.
    pattern : str
        One of `CFA_PATTERNS`.
    height : int
        Number of rows.
    top_down : bool
        Whether the first row of the file is shown at the top.
    """
    red_y, red_x = divmod(pattern.index("r"), 2)
    x, y = (_offset(hdu, keywords) for keywords in _OFFSETS)
    from_top = hdu.text("ROWORDER").upper() == "BOTTOM-UP" or top_down
    # A row at y from the top is at height - 1 - y from the bottom.
    turned = 0 if from_top else height - 1
    return RedSite((x + red_x) % 2, (turned + y + red_y) % 2)


def _offset(hdu: Hdu, keywords: tuple[str, ...]) -> int:
    found = (hdu.number(keyword) for keyword in keywords)
    return round(next((value for value in found if value is not None), 0.0))
