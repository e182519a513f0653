"""Hipsgen's LINT, of the authors of HiPS, finds no error; its exit code is always 0."""

import re
from pathlib import Path

import web
import workshop
from faults import Fault, status, text
from gate import Gate, MissingToolError, Site, demand
from images import SKY

JAR = Path("/usr/share/java/aladin.jar")
COLOR = re.compile(r"\x1b\[\d*m")


def _hipsgen(*words: str) -> str:
    if not JAR.exists():
        raise MissingToolError(f"{JAR} is missing; apt-get install aladin")
    java = workshop.program("java", "default-jre-headless")
    done = workshop.run([java, "-Djava.awt.headless=true", "-jar", JAR, "-hipsgen", *words])
    return COLOR.sub("", done.stdout + done.stderr)


def _tool() -> str:
    found = re.search(r"Aladin v([\d.]+)", _hipsgen("-n", "LINT"))
    return f"Hipsgen of Aladin {found[1] if found else 'of unknown version'}"


def _check(site: Site) -> str:
    tried = 0
    # An equals sign in the address would end the value of the option.
    for name in (*map(web.segment, SKY), f"{web.segment(SKY[0])}%3Bcmap%3Dviridis"):
        said = _hipsgen(f"out={site.base}/hips/{name}", "LINT")
        verdict = " ".join(line for line in said.splitlines() if re.search("ERROR|IVOA HiPS", line))
        demand("ERROR" not in said and "Exception" not in said, f"{name}: {verdict or said[-600:]}")
        warnings = " ".join(line for line in said.splitlines() if "WARN" in line)
        demand(not warnings, f"{name}: {warnings}")
        demand(
            re.search(r"is (fully )?IVOA HiPS 1\.0 compatible", said), f"{name}: {verdict or said}"
        )
        found = len(re.findall(r"tile test hierarchy \[.*\] ok", said))
        demand(found, f"{name}: no tile was tried")
        tried += found
    return f"3 surveys are IVOA HiPS 1.0 compatible, {tried} branches of tiles tried"


LINT = Gate(
    name="hips-lint",
    tool=_tool,
    run=_check,
    faults=(
        Fault("no frame", "ERROR", text(r"hips_frame[^\n]*\n", "", "properties")),
        Fault("another address", "ERROR", text(r"/hips/sky", "/hips/other", "properties")),
        Fault(
            "no wavelengths", "WARN.*em_m|WARN.*obs_regime", text(r"em_m[^\n]*\n", "", "properties")
        ),
        Fault("no times", "WARN.*t_m", text(r"\nt_m[^\n]*", "", "properties")),
        Fault("a tile is missing", "ERROR|no tile", status(404, 200, r"/Norder1/.*png")),
        Fault("no properties", "ERROR", status(404, 200, "properties")),
    ),
)
