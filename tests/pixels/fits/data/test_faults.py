"""Files that shrink between the look at their size and the read of their pixels."""

import subprocess
import sys

import pytest

from celestile.pixels.fits.data import faults

if sys.platform != "linux":
    pytest.skip("only Linux is known how to survive on", allow_module_level=True)

PREAMBLE = """
import mmap, pathlib, sys
import numpy as np
from astropy.io import fits
from celestile.errors import SourceChangedError
from celestile.pixels.axes.arrays import ImageRequest
from celestile.pixels.fits.data import faults
from celestile.pixels.sources.single import readable_image
from celestile.pixels.fits.file import scan
from celestile.pixels.plane import Selection
from celestile.pixels.fits.spool import Spool
from celestile.geometry import Region
path = pathlib.Path(sys.argv[1]) / "a.fits"
values = np.arange(400 * 300, dtype="f4").reshape(300, 400)
fits.PrimaryHDU(values).writeto(path)
"""
SHRINKING = """
# The size is looked at, and the file shrinks before a pixel is touched.
from celestile.pixels.fits.data.mapped import MappedFile
read = MappedFile.read
def shrinking(self, hdu, index):
    found = read(self, hdu, index)
    with path.open("r+b") as stream:
        stream.truncate(2880)
    return found
"""
READ = """
image = readable_image(scan(path, Spool(path.parent)), ImageRequest(identifier="a", title="a"))
plane = image.plane(Selection())
"""


def run(tmp_path, code: str) -> subprocess.CompletedProcess[str]:
    """Run in a process of its own: pytest has a handler of SIGBUS, too."""
    return subprocess.run(
        [sys.executable, "-c", PREAMBLE + code, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_watch_is_quiet_where_nothing_happened():
    with faults.BusErrorCheck():
        pass


def test_what_is_raised_inside_a_watch_comes_out():
    with pytest.raises(KeyError), faults.BusErrorCheck():
        raise KeyError


@pytest.mark.parametrize("reads", ["read(part)", "doubles(part)", "value(399, 0)"])
def test_file_that_shrinks_during_a_read_is_an_error_and_no_death(tmp_path, reads):
    done = run(
        tmp_path,
        SHRINKING
        + READ
        + f"""
part = Region(0, 0, 400, 150)  # larger ones are not read through the map
assert (plane.read(part)[::-1] == values[150:]).all()
assert faults.survive()
MappedFile.read = shrinking
try:
    plane.{reads}
except SourceChangedError as error:
    print(error)
""",
    )
    assert (done.returncode, done.stdout) == (0, "the file has shrunk while it was being read\n"), (
        done.stderr
    )


def test_without_survival_such_a_read_ends_the_process(tmp_path):
    """What the handler is for; were this to pass by itself, it could go."""
    done = run(tmp_path, SHRINKING + READ + "MappedFile.read = shrinking\nplane.value(399, 0)\n")
    assert done.returncode == -7


def test_bus_error_of_another_kind_still_ends_the_process(tmp_path):
    done = run(
        tmp_path, "import os, signal\nassert faults.survive()\nos.kill(os.getpid(), signal.SIGBUS)"
    )
    assert done.returncode == -7
