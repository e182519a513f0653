"""Every XML document of the WMTS against the OGC's schemas, by xmllint, without network."""

import itertools
import re
from pathlib import Path

import web
import workshop
from faults import Fault, text
from gate import Gate, Site, demand, equal, present
from images import CUBE, FIELD, NIGHT, SKY
from wmts.errors import CASES, address
from wmts.service import capabilities_urls, kvp, layer

CAPABILITIES = "wmts/1.0/wmtsGetCapabilities_response.xsd"
EXCEPTION = "ows/1.1.0/owsExceptionReport.xsd"
FEATURE = "wmts/1.0/wmtsGetFeatureInfo_response.xsd"
SECTIONS = ("ServiceIdentification", "ServiceProvider", "OperationsMetadata", "Contents", "Themes")


def _validate(site: Site, schema: str, documents: list[web.Answer]) -> int:
    """Validate documents in one call of xmllint, each under a name that tells it apart."""
    paths: list[Path] = []
    for number, document in enumerate(documents):
        path = site.work / f"{Path(schema).stem}-{number}.xml"
        path.write_bytes(document.body)
        paths.append(path)
    lint = workshop.program("xmllint", "libxml2-utils")
    done = workshop.run([lint, "--noout", "--nonet", "--schema", workshop.SCHEMAS / schema, *paths])
    valid = set(re.findall(r"^(.+) validates$", done.stderr, re.MULTILINE))
    for path, document in zip(paths, documents, strict=True):
        said = [line for line in done.stderr.splitlines() if line.startswith(str(path))]
        demand(str(path) in valid, f"{document.url}: {' | '.join(said)[:900]}")
    demand(done.returncode == 0, done.stderr[-900:])
    return len(documents)


def _capabilities(site: Site) -> list[web.Answer]:
    by_query, by_path = capabilities_urls(site.base)
    urls = [by_query, by_path, web.query(by_query, AcceptVersions="2.0.0,1.0.0")]
    urls += [web.query(by_query, AcceptFormats="text/xml,application/xml")]
    urls += [web.query(by_query, Sections="All")]
    for count in (1, 2):
        for names in itertools.combinations(SECTIONS, count):
            urls.append(web.query(by_query, Sections=",".join(names)))
    answers = [web.fetch(url) for url in urls]
    for answer in answers:
        equal(f"status of {answer.url}", answer.status, 200)
        demand(answer.media_type in {"application/xml", "text/xml"}, f"type: {answer.media_type}")
    for answer in answers[5:]:
        asked = answer.url.partition("Sections=")[2].split("%2C")
        for section in SECTIONS:
            # A service without themes has none to list.
            present = re.search(rf"<(\w+:)?{section}[ />]", answer.text) is not None
            demand(present == (section in asked) or section == "Themes", f"{answer.url}: {section}")
    equal("capabilities by path", answers[1].body, answers[0].body)
    return answers


def _sequences(site: Site, whole: web.Answer) -> list[web.Answer]:
    """updateSequence (OWS Common 7.3.4): equal gives the bare root, greater is an exception."""
    found = present(
        re.search(r'updateSequence="([^"]+)"', whole.text), "capabilities without updateSequence"
    )
    by_query = capabilities_urls(site.base)[0]
    current = web.fetch(web.query(by_query, updateSequence=found.group(1)))
    equal(f"status of {current.url}", current.status, 200)
    demand("Contents" not in current.text, f"{current.url}: more than the bare root")
    return [current]


def _features(site: Site) -> list[web.Answer]:
    """What is known of pixels: of colors, of planes, on the sky, of a mosaic, beyond the edge."""
    answers = []
    for identifier in (FIELD, CUBE, NIGHT, SKY[0], "mosaic"):
        of = layer(site.base, identifier)
        coarsest = of.matrices[0].identifier
        fixed = {"Layer": identifier, "Style": of.style, "Format": "image/png", "TileRow": 0}
        fixed |= {"TileCol": 0, "TileMatrixSet": of.matrix_set, "TileMatrix": coarsest}
        for i, j in ((40, 30), (255, 255)):
            place = {"InfoFormat": "text/xml", "I": i, "J": j}
            answer = web.fetch(kvp(site.base, "GetFeatureInfo", **fixed, **place))
            equal(f"status of {answer.url}", answer.status, 200)
            answers.append(answer)
    return answers


def _check(site: Site) -> str:
    answers = _capabilities(site)
    answers += _sequences(site, answers[0])
    reports = [web.fetch(address(site.base, case, layer(site.base, case.layer))) for case in CASES]
    documents = _validate(site, CAPABILITIES, answers)
    errors = _validate(site, EXCEPTION, reports)
    features = _validate(site, FEATURE, _features(site))
    for identifier in (FIELD, CUBE):
        demand(f">{identifier}<" in answers[0].text, f"no layer {identifier}")
    return (
        f"{documents} capabilities (KVP, path, all Sections, updateSequence), {errors} exceptions,"
        f" {features} answers to GetFeatureInfo"
    )


SCHEMAS = Gate(
    name="wmts-schemas",
    tool=lambda: (
        workshop.version("xmllint", "libxml2-utils", r"libxml version (\d+)", "--version")
        + ", OGC schemas out of "
        + workshop.python_package("MapProxy")
    ),
    run=_check,
    faults=(
        Fault(
            "Identifier before Title",
            "not expected",
            text(
                r"(<ows:Title>[^<]*</ows:Title>\s*)(.*?)(<ows:Identifier>[^<]*</ows:Identifier>)",
                r"\3\1\2",
                "GetCapabilities|Capabilities.xml",
            ),
        ),
        Fault(
            "features without an envelope",
            "AnyContent|not expected|GetFeatureInfo",
            text(r"</?AnyContent>", "", "InfoFormat=text/xml"),
        ),
        Fault("exception without a code", "exceptionCode", text(r' exceptionCode="\w+"', "")),
    ),
)
