"""Products of the Hubble Space Telescope.

Sources: ACS Data Handbook, sections 2.2 and 2.3; WFC3 Data Handbook, chapter 2; STIS Data Handbook,
section 2.2; Hack et al. 2012, "Distortion Correction in HST FITS Files", for D2IMARR and WCSDVARR.
"""

import numpy as np
from astropy.io import fits
from telescopes.made import Cards, image, primary, sip, smooth, table, tan

SHAPE = (52, 104)


def _tables(chip: int, spots: tuple[int, int]) -> Cards:
    """Cards of a chip for its look-up tables of distortion, and of the detector."""
    cards: Cards = {}
    for axis in (1, 2):
        version = 2 * (chip - 1) + axis
        cards |= {f"CPDIS{axis}": "LOOKUP", f"CPERR{axis}": 0.1}
        cards |= {f"DP{axis}": f"EXTVER: {version}"}
        cards |= {f"D2IMDIS{axis}": "LOOKUP", f"D2IMERR{axis}": 0.1, f"D2IM{axis}": "EXTVER: 1"}
    return cards


def _records(hdu: fits.ImageHDU) -> None:
    """Add the record-valued cards that `Header` only makes from text."""
    for axis in (1, 2):
        for word in ("DP", "D2IM"):
            key = f"{word}{axis}"
            version = hdu.header.pop(key).split()[-1]
            for field, value in (
                ("EXTVER", version), ("NAXES", 2), ("AXIS.1", 1), ("AXIS.2", 2),
            ):  # fmt: skip
                hdu.header.append(fits.Card(key, f"{field}: {float(value)}"), end=True)


def acs_flc() -> list[fits.PrimaryHDU | fits.ImageHDU | fits.BinTableHDU]:
    """Return a calibrated exposure of ACS/WFC: two chips, each with SCI, ERR and DQ.

    Look-up tables correct the columns of the detector (D2IMARR) and residual distortion (WCSDVARR).
    """
    made: list[fits.PrimaryHDU | fits.ImageHDU | fits.BinTableHDU] = [
        primary(TELESCOP="HST", INSTRUME="ACS", DETECTOR="WFC", FILTER1="F606W", NEXTEND=15)
    ]
    for version, up in ((1, -1), (2, 1)):
        cards = tan(
            150.1, 2.2, 0.05, SHAPE, angle=75, offset=(0, up * (SHAPE[0] / 2 + 1.3)), code="TAN-SIP"
        )
        cards |= sip(4, 2e-6) | _tables(version, SHAPE)
        cards |= {"BUNIT": "ELECTRONS", "CCDCHIP": 3 - version, "RADESYS": "ICRS"}
        science = image(smooth(SHAPE, version), "SCI", version, **cards)
        _records(science)
        error = image(smooth(SHAPE) / 30, "ERR", version, BUNIT="ELECTRONS")
        made += [science, error, image(np.zeros(SHAPE, np.int16), "DQ", version)]
    column = np.linspace(-0.4, 0.4, 104, dtype=np.float32).reshape(1, -1).repeat(2, 0)
    at = {"CRPIX1": 0.0, "CRPIX2": 0.0, "CRVAL1": 0.0, "CRVAL2": 0.0, "CDELT1": 1.0}
    made.append(image(column, "D2IMARR", 1, **at, CDELT2=float(SHAPE[0])))
    for version in range(1, 5):
        grid = smooth((4, 6), version) / 4000
        made.append(image(grid, "WCSDVARR", version, **at | {"CDELT1": 20.0}, CDELT2=17.0))
    made.append(table("WCSCORR", 1, WCS_ID=np.arange(3)))
    return made


def drizzled() -> list[fits.PrimaryHDU | fits.ImageHDU]:
    """Return a combined image (_drz, _drc): SCI, WHT and the bits of its exposures, CTX."""
    cards = tan(150.1, 2.2, 0.05, (90, 80)) | {"BUNIT": "ELECTRONS/S", "RADESYS": "ICRS"}
    return [
        primary(TELESCOP="HST", INSTRUME="WFC3", FILTER="F160W", TARGNAME="M51"),
        image(smooth((90, 80)) / 100, "SCI", 1, **cards),
        image(np.ones((90, 80), np.float32), "WHT", 1, **cards | {"BUNIT": "UNITLESS"}),
        image(np.ones((90, 80), np.int32), "CTX", 1, **cards | {"BUNIT": "UNITLESS"}),
    ]


def wfc3_ir_flt() -> list[fits.PrimaryHDU | fits.ImageHDU]:
    """Return a calibrated exposure of WFC3/IR: SCI, ERR, DQ, SAMP and TIME."""
    cards = tan(53.1, -27.8, 0.128, (64, 64), code="TAN-SIP") | sip() | {"BUNIT": "ELECTRONS/S"}
    kinds = (("SCI", np.float32), ("ERR", np.float32), ("DQ", np.int16), ("SAMP", np.int16))
    made = [
        image(smooth((64, 64), n, kind), name, 1, **cards) for n, (name, kind) in enumerate(kinds)
    ]
    return [primary(TELESCOP="HST"), *made, image(smooth((64, 64), 9), "TIME", 1, BUNIT="SECONDS")]


def stis_x2d() -> list[fits.PrimaryHDU | fits.ImageHDU]:
    """Return a rectified spectrum of a long slit: wavelength along rows, angle along columns."""
    cards = {
        "CTYPE1": "WAVE", "CUNIT1": "angstrom", "CRVAL1": 4300.0, "CRPIX1": 40.5, "CD1_1": 2.7,
        "CTYPE2": "ANGLE", "CUNIT2": "deg", "CRVAL2": 0.0, "CRPIX2": 20.5, "CD2_2": 1.4e-5,
        "BUNIT": "erg /s /cm**2 /angstrom /arcsec**2",
    }  # fmt: skip
    return [
        primary(TELESCOP="HST", INSTRUME="STIS"),
        image(smooth((40, 80)), "SCI", 1, **cards),
        image(smooth((40, 80)), "ERR", 1, **cards),
        image(np.zeros((40, 80), np.int16), "DQ", 1, **cards),
    ]


def cos_x1d() -> list[fits.PrimaryHDU | fits.BinTableHDU]:
    """Return an extracted spectrum of COS, which is a table."""
    return [primary(TELESCOP="HST", INSTRUME="COS"), table("SCI", 1, WAVELENGTH=np.arange(9.0))]
