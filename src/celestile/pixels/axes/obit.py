"""Names of the planes of a wideband image of Obit, as of MeerKAT's surveys.

Along ``CTYPE3 = 'SPECLNMF'``, the first NTERM planes are a fit to the spectrum, and NSPEC planes of
sub-bands follow, whose frequencies are in FREQnnnn (Cotton 2014, Obit Development Memo 63).
"""

from celestile.pixels.fits.hdus import Hdu

_TERMS = ("intensity", "spectral_index", "curvature")
CTYPE = "SPECLNMF"


def plane_names(hdu: Hdu, length: int) -> tuple[str, ...]:
    """Return the name of each plane; empty where the header does not give one.

    Parameters
    ----------
    hdu : Hdu
        The array, with an axis of the kind `CTYPE`.
    length : int
        Of that axis.
    """
    terms = int(hdu.number("NTERM") or 0)
    made = []
    for index in range(length):
        if index < terms:
            made.append(_TERMS[index] if index < len(_TERMS) else "")
            continue
        frequency = hdu.number(f"FREQ{index - terms + 1:04d}")
        made.append("" if frequency is None else f"{frequency / 1e6:.6g}_MHz")
    return tuple(made)
