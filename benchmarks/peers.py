"""Installs the other servers in separate environments, and explains what is missing."""

import shutil
import subprocess
import venv
from pathlib import Path

from places import DATA, WORK

VISIOMATIC_VERSION = "3.0.7"
VISIOMATIC = WORK / "visiomatic"
IIPSRV = Path("/usr/lib/iipimage-server/iipsrv.fcgi")
_SBIN = "/usr/sbin:/usr/local/sbin"


def visiomatic() -> str | None:
    """Install VisiOmatic; return instructions if that fails."""
    program = VISIOMATIC / "bin" / "visiomatic"
    if program.exists():
        return None
    print(f"installing visiomatic=={VISIOMATIC_VERSION}", flush=True)
    try:
        venv.create(VISIOMATIC, with_pip=True, clear=True)
        subprocess.run(
            [VISIOMATIC / "bin" / "pip", "install", "-q", f"visiomatic=={VISIOMATIC_VERSION}"],
            check=True,
            timeout=900,
        )
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(VISIOMATIC, ignore_errors=True)
        return f"pip install visiomatic=={VISIOMATIC_VERSION} failed ({error})"
    return None


def lighttpd() -> str | None:
    """Return the path of lighttpd, which is often not in PATH."""
    return shutil.which("lighttpd") or shutil.which("lighttpd", path=_SBIN)


def iipsrv() -> str | None:
    """Look for iipsrv and its helpers; return instructions if one is missing."""
    missing = [
        package
        for package, there in (
            ("iipimage-server", IIPSRV.exists()),
            ("lighttpd", lighttpd() is not None),
            ("libvips-tools", shutil.which("vips") is not None),
        )
        if not there
    ]
    return f"missing: apt-get install {' '.join(missing)}" if missing else None


def tiff_pyramid(name: str) -> Path:
    """Convert a test image to an uncompressed tiled pyramid for iipsrv."""
    path = WORK / "iip" / f"{name}.tif"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part.tif")
        subprocess.run(
            [
                "vips", "tiffsave", DATA / f"{name}.fits", temporary, "--tile", "--pyramid",
                "--tile-width", "256", "--tile-height", "256", "--compression", "none",
            ],
            check=True,
        )  # fmt: skip
        temporary.rename(path)
    return path
