"""Take the pictures of viewers that the documentation shows, of the demonstration sky.

python conformance/pictures.py

Run it after `run.py`, which installs the viewers. It writes to ``docs/images``.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import server
import web
import workshop
from browsers.objects import IGNORED
from PIL import Image

IMAGES = workshop.HERE.parent / "docs" / "images"
SIZE = (1100, 700)
FILLED = (1000, 750)  # as wide for its height as the image: what has no frame shows nothing else
SCALE = 0.8  # in the documentation


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """Run `celestile demo` for pages of any origin; gives its base URL."""
    port = web.free_port()
    command = [Path(sys.executable).parent / "celestile", "demo", "--no-browser", "--cors", "*"]
    command += ["--cache-dir", folder / "cache", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                if web.fetch(f"{base}/healthz").status == 200:
                    break
            except OSError:
                time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def addresses(base: str, pages: str) -> dict[str, str]:
    """Give the address of each viewer's page with the image that the demonstration starts with."""
    start = json.loads(web.fetch(f"{base}/api").text)["start"]
    image = web.segment(start)
    manifest = f"{base}/iiif/presentation/3/{image}/manifest"
    return {
        "openseadragon": web.query(
            f"{pages}/openseadragon.html", info=f"{base}/iiif/3/{image}/info.json"
        ),
        "mirador": web.query(f"{pages}/mirador.html", manifest=manifest, panel="layers"),
        "universalviewer": f"{pages}/universalviewer.html#?manifest={quote(manifest, safe='')}",
        "tify": web.query(f"{pages}/tify.html", manifest=manifest, panel="info"),
    }


def main() -> int:
    """Open every viewer and keep what is seen."""
    folder = workshop.WORK / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    node = workshop.program("node", "nodejs")
    # Mirador opens the panel of layers a moment before it has one.
    ignored = [*IGNORED, "^console: MUI"]
    with demonstration(folder) as base, server.pages(workshop.HERE) as pages:
        for name, url in addresses(base, f"{pages}/browsers").items():
            shot = folder / f"{name}.png"
            size = FILLED if name == "openseadragon" else SIZE
            task = {
                "chromium": workshop.chromium(),
                "size": size,
                "url": url,
                "words": [],
                "tiles": True,
            }
            path = folder / f"{name}.json"
            path.write_text(
                json.dumps(task | {"shot": str(shot), "ignored": ignored}), encoding="utf-8"
            )
            done = workshop.run([node, workshop.HERE / "browsers" / "open.mjs", path], timeout=180)
            if done.returncode or json.loads(done.stdout)["problems"]:
                print(f"{name}: {(done.stderr or done.stdout).strip()[-500:]}", file=sys.stderr)
                return 1
            output = IMAGES / f"{name}.webp"
            with Image.open(shot) as image:
                shown = (round(size[0] * SCALE), round(size[1] * SCALE))
                small = image.convert("RGB").resize(shown, Image.Resampling.LANCZOS)
                small.save(output, quality=80, method=6)
            print(f"{output.name}: {output.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
