"""How the viewer shows units: the shown text means the same unit as the header, by astropy.

`client/test/unit/ui/units.test.js` checks that the viewer shows exactly these texts.
"""

import json
import re
from pathlib import Path

import pytest
from astropy import units

SHOWN = json.loads(Path(__file__).with_name("units.json").read_text(encoding="utf-8"))
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᐟ", "0123456789-/")
_SYMBOLS = {"Å": "Angstrom", "Ω": "Ohm", "M☉": "solMass", "e⁻": "electron"}


def meaning(shown: str) -> units.UnitBase:
    """Unit of a shown text, read by another rule than the viewer's: factors between spaces."""
    unit: units.UnitBase = units.dimensionless_unscaled
    for part in shown.split():
        pattern = r"(10|e⁻|M☉|[A-Za-z]+|Å|Ω|µ[A-Za-z]+)([⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᐟ]*)"
        symbol, power = re.fullmatch(pattern, part).groups()
        base = _SYMBOLS.get(symbol, symbol.replace("µ", "u"))
        top, _, bottom = power.translate(_RAISED).partition("/")
        exponent = int(top or 1) / int(bottom or 1)
        unit *= units.Unit(10.0**exponent) if base == "10" else units.Unit(base) ** exponent
    return unit


# Astropy warns of several solidi, which the standard discourages and headers have.
@pytest.mark.filterwarnings("ignore::astropy.units.UnitsWarning")
@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_the_viewer_shows_the_unit_of_the_header(text: str, shown: str) -> None:
    # Astropy does not read these, which are in FITS 4.0, section 4.3.1.
    others = {"10-17erg": "10**-17 erg", "m(3/2)": "m**(3/2)", "(erg/s)**2": "erg**2 s**-2"}
    read = others.get(text, text)
    expected = units.Unit(read)
    assert meaning(shown).is_equivalent(expected)
    assert meaning(shown).to(expected) == pytest.approx(1.0)
