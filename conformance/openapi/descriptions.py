"""The OpenAPI documents are valid, and the server does what they say whatever it is asked."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import web
import workshop
from faults import Fault, header, status, text
from gate import Gate, GateError, Site, demand, equal
from images import SKY

EXAMPLES = 12  # requests that are made up for each operation, right ones and wrong ones
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
VALIDATE = """\
import json, sys
from openapi_spec_validator import validate
validate(json.load(open(sys.argv[1], encoding="utf-8")))
"""


@dataclass(frozen=True)
class Description:
    """One document, and what to put into paths so that there is something to be found."""

    path: str
    parameters: dict[str, str]

    @property
    def name(self) -> str:
        """A name for files."""
        return self.path.strip("/").replace("/", "-").removesuffix(".json")


DESCRIPTIONS = (
    Description("/api/openapi.json", {"path.id": SKY[0]}),
    Description("/ogc/api", {"path.collectionId": SKY[0], "path.styleId": "default"}),
)


def _tool() -> str:
    names = ("openapi-spec-validator", "schemathesis")
    return ", ".join(map(workshop.python_package, names))


def _validate(site: Site, description: Description) -> str:
    """Hold the document against the OpenAPI specification; gives the version it is written in."""
    url = f"{site.base}{description.path}"
    answer = web.fetch(url)
    equal(f"status of {url}", answer.status, 200)
    path = site.work / f"{description.name}.json"
    path.write_bytes(answer.body)
    done = workshop.run([workshop.PYTHON, "-c", VALIDATE, path])
    demand(done.returncode == 0, f"{url} is not valid: {done.stderr.strip()[-600:]}")
    return str(json.loads(answer.text)["openapi"])


def _settings(description: Description, folder: Path) -> Path:
    lines = [
        f"{json.dumps(name)} = {json.dumps(put)}" for name, put in description.parameters.items()
    ]
    path = folder / "schemathesis.toml"
    path.write_text("\n".join(["[parameters]", *lines, ""]), encoding="utf-8")
    return path


def _try(site: Site, description: Description) -> int:
    """Let schemathesis make up requests from the document; gives their number."""
    folder = site.work / description.name
    folder.mkdir(exist_ok=True)
    command: list[str | Path] = [workshop.VENV / "bin" / "schemathesis", "--no-color"]
    command += ["--config-file", _settings(description, folder), "run"]
    command += [f"{site.base}{description.path}", "--workers", "1", "--seed", "1"]
    command += ["--phases", "examples,fuzzing", "--max-examples", str(EXAMPLES)]
    command += ["--checks", ",".join(CHECKS), "--generation-deterministic", "--no-shrink"]
    command += ["--max-failures", "1", "--warnings", "off", "--suppress-health-check", "all"]
    done = workshop.run(command, timeout=300, cwd=folder)
    said = done.stdout
    (folder / "log.txt").write_text(said + done.stderr, encoding="utf-8")
    if done.returncode:
        _, _, failures = said.partition("FAILURES ===")
        raise GateError(
            f"{description.path}: {(failures or said + done.stderr).strip('= ')[:1200]}"
        )
    cases = re.search(r"(\d+) generated, (\d+) passed", said)
    operations = re.search(r"Selected: (\d+)/(\d+)\s+Tested: (\d+)", said)
    if cases is None or operations is None:
        raise GateError(f"{description.path}: {said[-600:]}")
    equal(f"operations of {description.path} tried", operations[3], operations[2])
    equal(f"cases of {description.path} passed", cases[2], cases[1])
    return int(cases[1])


def _run(site: Site) -> str:
    said = []
    for description in DESCRIPTIONS:
        version = _validate(site, description)
        said.append(f"{description.path}: OpenAPI {version}, {_try(site, description)} requests")
    return "; ".join(said)


OPENAPI = Gate(
    name="openapi",
    tool=_tool,
    run=_run,
    faults=(
        Fault(
            "a parameter in no place",
            "not valid",
            text(r'"in": ?"path"', '"in":"pathway"', "openapi"),
        ),
        Fault(
            "a property of another name",
            "schema",
            text(r'"width":', '"breadth":', "/api/images/"),
        ),
        Fault("a failure of the server", "500|Server error", status(500, 400, "/value")),
        Fault("an undeclared status", "[Uu]ndocumented", status(418, 200, "/ogc/collections")),
        Fault(
            "another media type",
            "[Cc]ontent.[Tt]ype",
            lambda given: (
                header("content-type", "text/csv")(given)
                if given.url.startswith("/api/images")
                else given
            ),
        ),
    ),
)
