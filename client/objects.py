"""Writes the list of objects that the viewer's search knows: Messier, NGC, IC, and named stars.

`build.js` runs it. The positions come from two packages, which only the build needs (`pip install
pyongc`; the stars are in the npm package d3-celestial): see `docs/decisions/objects.md`.
"""

import json
import math
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SOURCE = {
    "galaxies, clusters and nebulae": "OpenNGC by Mattia Verga, through PyOngc; CC BY-SA 4.0",
    "stars": "d3-celestial by Olaf Frohn, from Hipparcos; BSD 3-Clause",
    "changes": "only names, positions and sizes, in another format",
    "license": "CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/",
}
_CATALOG = re.compile(r"(NGC|IC|M|C|B|Cl|ESO|Mel|PGC|UGC|HCG|H)0*(\d.*)")
_GREEK = dict(
    pair.split(":")
    for pair in [
        "α:alpha",
        "β:beta",
        "γ:gamma",
        "δ:delta",
        "ε:epsilon",
        "ζ:zeta",
        "η:eta",
        "θ:theta",
        "ι:iota",
        "κ:kappa",
        "λ:lambda",
        "μ:mu",
        "ν:nu",
        "ξ:xi",
        "ο:omicron",
        "π:pi",
        "ρ:rho",
        "σ:sigma",
        "τ:tau",
        "υ:upsilon",
        "φ:phi",
        "χ:chi",
        "ψ:psi",
        "ω:omega",
    ]
)

Row = list[Any]
"""Names, joined by |; right ascension and declination (ICRS, degrees); size (arcmin) or 0."""


def _spelled(name: str) -> str:
    """Write NGC0224 as NGC 224."""
    return _CATALOG.sub(r"\1 \2", name.strip(), count=1)


def nebulae(database: Path) -> Iterator[Row]:
    """Read OpenNGC."""
    query = (
        "SELECT name, type, messier, ngc, ic, commonnames, ra, dec, majax FROM objects "
        "WHERE ra IS NOT NULL AND type <> 'NonEx' ORDER BY id"
    )
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        for name, kind, messier, ngc, ic, common, ra, dec, size in connection.execute(query):
            is_other_name = kind == "Dup"
            names = [] if is_other_name else [f"M {each.lstrip('0')}" for each in _parts(messier)]
            names.append(_spelled(name))
            names += [_spelled(f"NGC{number}") for number in _parts(ngc)]
            names += [_spelled(f"IC{number}") for number in _parts(ic)]
            names += _parts(common)
            yield _row(names, math.degrees(ra), math.degrees(dec), size or 0)


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def stars(folder: Path) -> Iterator[Row]:
    """Read the stars to magnitude 6 that have a name, a letter or a number."""
    names = json.loads((folder / "starnames.json").read_text("utf-8"))
    for star in json.loads((folder / "stars.6.json").read_text("utf-8"))["features"]:
        known = names.get(str(star["id"]))
        if known:
            lon, lat = star["geometry"]["coordinates"]
            yield _row(list(_star_names(known)), lon % 360, lat, 0)


def _star_names(known: dict[str, str]) -> Iterator[str]:
    constellation = known.get("c", "")
    if known.get("name", ""):
        yield known.get("name", "")
    if known.get("bayer", "") and constellation:
        yield f"{known['bayer']} {constellation}"
        letter = _GREEK.get(known.get("bayer", "")[0])
        if letter:
            yield f"{letter}{_digits(known['bayer'][1:])} {constellation}"
    if known.get("flam", "") and constellation:
        yield f"{known['flam']} {constellation}"
    if known.get("var", "") and constellation:
        yield f"{known['var']} {constellation}"
    yield from (
        known.get(key, "").replace("\u2009", " ") for key in ("hd", "hip") if known.get(key)
    )


def _digits(text: str) -> str:
    return text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


def _row(names: list[str], lon: float, lat: float, size: float) -> Row:
    return ["|".join(dict.fromkeys(names)), round(lon, 5), round(lat, 5), round(size, 1)]


def write(target: Path, packages: Path) -> None:
    """Write the list.

    Parameters
    ----------
    target : Path
        Where to write it.
    packages : Path
        Folder `node_modules`.

    Raises
    ------
    FileNotFoundError
        If one of the packages is not installed.
    """
    package = find_spec("pyongc")
    if package is None or package.origin is None:
        message = "the package pyongc is not installed: pip install 'pyongc>=1.2,<2'"
        raise FileNotFoundError(message)
    rows: Iterable[Row] = [
        *nebulae(Path(package.origin).with_name("ongc.db")),
        *stars(packages / "d3-celestial" / "data"),
    ]
    document = {"source": SOURCE, "objects": rows}
    target.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    try:
        write(Path(sys.argv[1]), Path(__file__).parent / "node_modules")
    except FileNotFoundError as error:
        sys.exit(str(error))
