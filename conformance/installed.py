"""Check an installation of Celestile that was made by the README's first command.

    python conformance/installed.py FOLDER

where FOLDER has a ``.venv`` with Celestile. The installation must contain the complete client,
which loads nothing from other servers. `celestile demo` must serve it and exit cleanly on an
interrupt.
"""

import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

import web
from gate import GateError, demand, equal, present

# Text in the client that looks like an external address but loads nothing.
NAMES = (
    "http://www.w3.org/2000/svg",  # names of XML vocabularies
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/1999/xhtml",
    "https://leafletjs.com",  # links in attributions and comments of licenses
    "http://leafletjs.com",
    "https://github.com/Leaflet",
)
ADDRESS = re.compile(r"""(?:https?:)?//[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+[^\s"'`)<>\\]*""")


def client(folder: Path) -> str:
    """Check the installed client."""
    installed = list(folder.glob(".venv/lib/python3*/site-packages/celestile"))
    equal("copies of Celestile in the environment", len(installed), 1)
    root = installed[0] / "client"
    for name in ("index.html", "celestile.js", "celestile.css"):
        demand((root / name).is_file(), f"{name} is not in the wheel")
    files = [path for path in root.rglob("*") if path.suffix in {".html", ".js", ".css", ".svg"}]
    found = {address for path in files for address in ADDRESS.findall(path.read_text("utf-8"))}
    outside = sorted(address for address in found if not address.startswith(NAMES))
    demand(not outside, f"the client contains external addresses: {' '.join(outside)}")
    return f"the wheel contains the client, {len(files)} files, without external addresses"


def demo(folder: Path) -> str:
    """Run `celestile demo` until it serves its page, then interrupt it."""
    process = subprocess.Popen(
        [folder / ".venv" / "bin" / "celestile", "demo", "--no-browser"],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    patience = Timer(120, process.kill)
    patience.start()
    try:
        lines = process.stdout or ()
        said = ""
        for line in lines:
            said += line
            if "http://" in line:
                break
        address = present(
            re.search(r"http://127\.0\.0\.1:\d+/", said),
            f"celestile demo printed no address: {said}",
        )
        page = web.fetch(address.group())
        equal(f"status of {page.url}", page.status, 200)
        demand("<title>Celestile</title>" in page.text, f"unexpected page at {page.url}")
        listed = web.fetch(f"{page.url}api/images")
        demand('"total":0' not in listed.text and listed.status == 200, f"no images: {listed.text}")
        process.send_signal(signal.SIGINT)
        said += "".join(lines)
        equal(f"exit code after an interrupt, with the output {said!r}", process.wait(), 0)
    finally:
        patience.cancel()
        process.kill()
        process.wait()
    return f"celestile demo served {address.group()} and exited on an interrupt"


if __name__ == "__main__":
    try:
        print(client(Path(sys.argv[1])))
        print(demo(Path(sys.argv[1])))
    except GateError as problem:
        sys.exit(str(problem))
