"""Run external validators and viewers against Celestile and print the results.

    python conformance/run.py [--only NAME]... [--skip NAME]... [--list] [--prove]

Use the interpreter of the environment in which Celestile is installed. The exit code is 1 if a gate
fails. A missing program is a failure, too.
"""

import argparse
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import images
import server
import web
import workshop
from browsers.client import CLIENT
from browsers.objects import OBJECTS
from browsers.viewers import VIEWERS
from documents.howto import HOW_TO
from documents.pages import OWN_PAGES
from faults import proxy
from gate import Gate, GateError, MissingToolError, Site
from hips.aladin import ALADIN_LITE
from hips.lint import LINT
from iiif.astronomy import ASTRONOMY
from iiif.forms import FORMS
from iiif.objects import PARSER_OF_OBJECTS
from iiif.parser import PARSER
from iiif.presentation import PRESENTATION
from iiif.validator import VALIDATORS
from ogcapi.advertised import OGCAPI_ADVERTISED
from ogcapi.clients import OGCAPI
from openapi.descriptions import OPENAPI
from rest.errors import REST_ERRORS
from rich.console import Console
from rich.table import Table
from wmts.advertised import ADVERTISED
from wmts.errors import ERRORS
from wmts.gdal import GDAL
from wmts.mapproxy import MAPPROXY
from wmts.overlay import OVERLAYS
from wmts.owslib import OWSLIB
from wmts.qgis import QGIS
from wmts.schemas import SCHEMAS
from wmts.sky import SKY_TILES
from wmts.suite import SUITE

GATES: tuple[Gate, ...] = (
    *VALIDATORS,
    FORMS,
    PARSER,
    ASTRONOMY,
    PARSER_OF_OBJECTS,
    PRESENTATION,
    SCHEMAS,
    ERRORS,
    REST_ERRORS,
    ADVERTISED,
    SUITE,
    GDAL,
    SKY_TILES,
    QGIS,
    *OVERLAYS,
    OWSLIB,
    MAPPROXY,
    OGCAPI_ADVERTISED,
    *OGCAPI,
    OPENAPI,
    HOW_TO,
    OWN_PAGES,
    LINT,
    ALADIN_LITE,
    *VIEWERS,
    *OBJECTS,
    CLIENT,
)

LONGEST = 1500  # characters of a message


class Report:
    """The table of results, which grows while the gates run."""

    def __init__(self) -> None:
        self.table = Table("gate", "tool", "result", "seconds", "what", show_lines=True)
        self.failures = 0
        self.total = 0

    def add(self, name: str, tool: str, result: str, seconds: float, what: str) -> None:
        """Add a line and print it immediately, because the whole run takes minutes."""
        self.total += 1
        self.failures += result == "FAIL"
        color = "red" if result == "FAIL" else "green"
        self.table.add_row(name, tool, f"[{color}]{result}[/]", f"{seconds:.1f}", _plain(what))
        print(f"{result}  {name}  ({seconds:.1f} s)", flush=True)


def _plain(text: str) -> str:
    """Shorten a long message and escape its brackets, which the table reads as markup."""
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]} …").replace("[", r"\[")


def judge(gate: Gate, site: Site) -> tuple[str, str, str]:
    """Run one gate; return the tool, PASS or FAIL, and a summary."""
    tool = ""
    try:
        tool = gate.tool()
        return tool, "PASS", gate.run(site)
    except MissingToolError as problem:
        return tool or "missing", "FAIL", str(problem)
    except GateError as problem:
        return tool, "FAIL", str(problem)
    except Exception as problem:  # noqa: BLE001 - any exception in a gate is a failure
        return tool, "FAIL", f"{type(problem).__name__}: {problem}"


def check(gate: Gate, site: Site, report: Report) -> None:
    """Run one gate against the unchanged server."""
    began = time.monotonic()
    tool, result, what = judge(gate, site)
    report.add(gate.name, tool, result, time.monotonic() - began, what)


def prove(gate: Gate, site: Site, report: Report) -> None:
    """Run one gate through the proxy: it must pass without a fault and detect every fault."""
    for fault in (None, *gate.faults):
        began = time.monotonic()
        with server.listening(proxy(site.base, fault)) as base:
            tool, result, what = judge(gate, replace(site, base=base))
        seconds = time.monotonic() - began
        if fault is None:
            report.add(f"{gate.name}: unchanged", tool, result, seconds, what)
        elif result == "PASS":
            report.add(f"{gate.name}: {fault.title}", tool, "FAIL", seconds, "not detected")
        elif fault.noticed(what):
            report.add(
                f"{gate.name}: {fault.title}", tool, "PASS", seconds, f"detected: {what[:200]}"
            )
        else:
            wrong = f"failed for another reason than /{fault.caught}/: {what}"
            report.add(f"{gate.name}: {fault.title}", tool, "FAIL", seconds, wrong)


def chosen(only: list[str], skip: list[str]) -> list[Gate]:
    """Return the gates that the command line selects, in order."""
    names = [gate.name for gate in GATES]
    unknown = sorted({*only, *skip} - set(names))
    if unknown:
        sys.exit(f"unknown gate {', '.join(unknown)}; expected one of {', '.join(names)}")
    return [gate for gate in GATES if gate.name not in skip and (not only or gate.name in only)]


def main() -> int:
    """Prepare, run and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="run this gate")
    parser.add_argument(
        "--skip", action="append", default=[], metavar="NAME", help="skip this gate"
    )
    parser.add_argument("--list", action="store_true", help="list the gates and exit")
    parser.add_argument(
        "--prove", action="store_true", help="introduce faults, which the gates must detect"
    )
    options = parser.parse_args()
    gates = chosen(options.only, options.skip)
    if options.list:
        print("\n".join(gate.name for gate in gates))
        return 0
    try:
        workshop.prepare()
    except MissingToolError as problem:
        print(f"The tools could not be prepared: {problem}", file=sys.stderr)
        return 1
    report = Report()
    # On SIGTERM, unwind the stack, so that no server keeps running.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        run(gates, report, proving=options.prove)
    except server.ServerError as problem:
        print(problem, file=sys.stderr)
        return 1
    Console(width=160 if not sys.stdout.isatty() else None).print(report.table)
    kind = "proofs" if options.prove else "gates"
    passed = report.total - report.failures
    left_out = f", {len(GATES) - len(gates)} gates skipped" if len(gates) < len(GATES) else ""
    print(f"{kind}: {passed} passed, {report.failures} failed{left_out}")
    return 1 if report.failures else 0


def warm(site: Site) -> float:
    """Request pictures of every kind; return the seconds until the first one.

    This compiles everything that is compiled at first use. A validator with a timeout of five
    seconds then checks responses, not a cold start.
    """
    began = time.monotonic()
    first = 0.0
    for identifier in site.pictures:
        base = f"{site.base}/iiif/3/{web.segment(identifier)}"
        for picture in (
            "full/max/0/default.jpg",
            "full/99,/0/gray.png",
            "0,0,99,77/50,/7/bitonal.png",
        ):
            web.fetch(f"{base}/{picture}")
            first = first or time.monotonic() - began
    return first


def run(gates: list[Gate], report: Report, *, proving: bool) -> None:
    """Start the servers and run every gate."""
    folder = workshop.WORK / ("proof" if proving else "run")
    shutil.rmtree(folder, ignore_errors=True)
    pictures = images.make(folder, workshop.PYTHON)
    with server.celestile(folder) as base, server.pages(Path(__file__).parent) as pages:
        site = Site(base=base, work=folder, pictures=pictures, pages=pages)
        print(f"first picture after {warm(site):.1f} s", flush=True)
        for gate in gates:
            (prove if proving else check)(gate, site, report)


if __name__ == "__main__":
    sys.exit(main())
