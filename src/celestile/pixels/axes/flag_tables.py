"""Documented meanings of quality planes whose headers have no names.

Sources: JWST, the pipeline's documentation, "Data quality flags" (jwst-pipeline.readthedocs.io);
HST, the data handbooks of ACS (table 3.4), WFC3 (table 3.3), STIS and WFPC2; DECam, the NOIRLab
Community Pipeline ("DQM" of the Data Handbook: codes since version 3.5, bits before), and that of
DES (Morganson et al. 2018, PASP 130, 074501, table 9); Legacy Surveys,
legacysurvey.org/dr10/bitmasks.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Names = Mapping[int, tuple[str, str]]


class Meaning(NamedTuple):
    """Names and descriptions by number.

    Parameters
    ----------
    kind : {"bits", "codes"}
        Whether the numbers are those of bits, or values of which a pixel has one.
    names : mapping
        Name and description by number.
    """

    kind: str
    names: Names


def _numbered(names: Sequence[str], first: int = 0) -> Names:
    """Names of consecutive numbers; those that are empty have no name."""
    return {number: (name, "") for number, name in enumerate(names, first) if name}


_JWST = _numbered((
    "DO_NOT_USE", "SATURATED", "JUMP_DET", "DROPOUT", "OUTLIER", "PERSISTENCE", "AD_FLOOR",
    "CHARGELOSS", "UNRELIABLE_ERROR", "NON_SCIENCE", "DEAD", "HOT", "WARM", "LOW_QE", "RC",
    "TELEGRAPH", "NONLINEAR", "BAD_REF_PIXEL", "NO_FLAT_FIELD", "NO_GAIN_VALUE", "NO_LIN_CORR",
    "NO_SAT_CHECK", "UNRELIABLE_BIAS", "UNRELIABLE_DARK", "UNRELIABLE_SLOPE", "UNRELIABLE_FLAT",
    "OPEN", "ADJ_OPEN", "FLUX_ESTIMATED", "MSA_FAILED_OPEN", "OTHER_BAD_PIXEL", "REFERENCE_PIXEL",
))  # fmt: skip
_HST_COMMON = (
    "RS_ERROR", "FILL", "BAD_DETECTOR", "MASKED", "HOT", "UNSTABLE", "WARM", "BAD_REFERENCE",
    "FULL_WELL_SATURATION", "BAD_FLAT", "CHARGE_TRAP", "AD_SATURATION", "CR_DRIZZLE", "CR",
    "ARTIFACT",
)  # fmt: skip
_HST: Mapping[str, Names] = {
    "ACS": _numbered((
        "RS_ERROR", "FILL", "BAD_DETECTOR", "MASKED", "HOT", "CTE_TAIL", "WARM", "BAD_BIAS_COLUMN",
        "FULL_WELL_SATURATION", "BAD_REFERENCE", "SINK_PIXEL", "AD_SATURATION", "CR_DRIZZLE", "CR",
        "MANUAL",
    )),
    "WFC3 UVIS": _numbered((
        "RS_ERROR", "FILL", "BAD_DETECTOR", "BIAS_DEVIANT", "HOT", "UNSTABLE", "WARM", "BAD_BIAS",
        "FULL_WELL_SATURATION", "BAD_FLAT", "CHARGE_TRAP", "AD_SATURATION", "CR_DRIZZLE", "CR",
        "GHOST",
    )),
    "WFC3 IR": _numbered((
        "RS_ERROR", "FILL", "BAD_DETECTOR", "BAD_ZERO_READ", "HOT", "UNSTABLE", "WARM",
        "BAD_REFERENCE", "SATURATION", "BAD_FLAT", "", "SIGNAL_IN_ZERO_READ", "CR_DRIZZLE", "CR",
        "PERSISTENCE",
    )),
    "STIS": _numbered((
        "RS_ERROR", "FILL", "BAD_DETECTOR", "MASKED", "HOT", "LARGE_BLEMISH", "", "OVERSCAN",
        "SATURATION", "BAD_REFERENCE", "SMALL_BLEMISH", "BAD_BACKGROUND", "OUTSIDE_REGION", "CR",
    )),
    "WFPC2": _numbered((
        "RS_ERROR", "BAD_CALIBRATION", "BAD_DETECTOR", "AD_SATURATION", "FILL", "BAD_OTHER", "",
        "CHARGE_TRAP", "QUESTIONABLE", "UNREPAIRED_WARM", "REPAIRED_WARM",
    )),
}  # fmt: skip
_DECAM_CODES = _numbered(
    ("BAD", "NO_VALUE", "SATURATED", "BLEED", "CR", "LOW_WEIGHT", "DIFFERENCE", "STREAK"), 1
)
_DECAM_BITS: Names = {
    0: ("BAD", ""), 1: ("SATURATED", ""), 2: ("INTERPOLATED", ""), 4: ("CR", ""), 6: ("BLEED", ""),
    7: ("TRANSIENT", ""),
}  # fmt: skip
_DES = _numbered((
    "BPM", "SATURATE", "INTERP", "BADAMP", "CRAY", "STAR", "TRAIL", "EDGEBLEED", "SSXTALK", "EDGE",
    "STREAK", "SUSPECT", "FIXED", "NEAREDGE", "TAPEBUMP",
))  # fmt: skip
_LEGACY = _numbered((
    "NPRIMARY", "BRIGHT", "SATUR_G", "SATUR_R", "SATUR_Z", "ALLMASK_G", "ALLMASK_R", "ALLMASK_Z",
    "WISEM1", "WISEM2", "BAILOUT", "MEDIUM", "GALAXY", "CLUSTER", "SATUR_I", "ALLMASK_I",
    "SUB_BLOB",
))  # fmt: skip
_VERSION = re.compile(r"V?(\d+)\.(\d+)", re.IGNORECASE)


def documented(name: str, words: Mapping[str, str]) -> Meaning:
    """Meaning of a quality plane by its EXTNAME and the telescope; without names if unknown.

    Parameters
    ----------
    name : str
        EXTNAME.
    words : mapping
        TELESCOP, INSTRUME, DETECTOR, PLVER and DES_EXT in upper case, where there are.
    """
    telescope, instrument = words.get("TELESCOP", ""), words.get("INSTRUME", "")
    if name.upper() == "MASKBITS":
        return Meaning("bits", _LEGACY)
    if telescope in ("JWST", "ROMAN"):
        return Meaning("bits", _JWST)
    if telescope == "HST":
        full = f"{instrument} {words.get('DETECTOR', '')}"
        key = next((key for key in _HST if key in (full, instrument)), "")
        return Meaning("bits", _HST.get(key, _numbered(_HST_COMMON)))
    if words.get("DES_EXT", "") == "MASK":
        return Meaning("bits", _DES)
    if instrument == "DECAM":
        found = _VERSION.search(words.get("PLVER", ""))
        is_old = found is not None and (int(found[1]), int(found[2])) < (3, 5)
        return Meaning("bits", _DECAM_BITS) if is_old else Meaning("codes", _DECAM_CODES)
    return Meaning("bits", {})
