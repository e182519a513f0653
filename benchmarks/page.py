"""Writes the results of several runs into the documentation, side by side.

    python benchmarks/page.py benchmarks/.work/results-*.json

The table of targets shows every run. The detailed tables are from the last run.
"""

import json
import sys
from pathlib import Path
from typing import Any

from places import PROJECT
from report import VERDICT, markdown_table

PAGE = PROJECT / "docs" / "benchmarks-results.md"


def main(names: list[str]) -> int:
    """Write the page."""
    if not names:
        print(__doc__)
        return 2
    runs = [json.loads(Path(name).read_text()) for name in sorted(names)]
    PAGE.write_text(page(runs))
    print(f"written to {PAGE}")
    return 0


def page(runs: list[dict[str, Any]]) -> str:
    """Return the runs as Markdown, oldest first."""
    commands = "\n".join(f"{number}. {run['summary'][0]}" for number, run in enumerate(runs, 1))
    machine = "\n".join(f"- {line}" for line in runs[-1]["summary"][1:-1])
    loads = "; ".join(run["summary"][-1].rpartition(": ")[2] for run in runs)
    details = "\n\n".join(
        f"## {title}\n\n{markdown_table(head, lines)}" for title, head, lines in runs[-1]["tables"]
    )
    return f"""# Results of the benchmarks

`benchmarks/page.py` writes this page from complete runs. [Benchmarks](benchmarks.md) explains how
to read the results, and why some targets are missed.

{commands}

{machine}
- load averages before each run: {loads}

## Targets

{_targets(runs)}

{details}
"""


def _targets(runs: list[dict[str, Any]]) -> str:
    found = [{row["name"]: row for row in run["rows"]} for run in runs]
    names = dict.fromkeys(name for rows in found for name in rows)
    lines = []
    for name in names:
        rows = [rows[name] for rows in found if name in rows]
        figures = [each[name]["figure"] if name in each else "" for each in found]
        verdicts = [VERDICT[row["met"]] for row in rows]
        agreed = verdicts[0] if len(set(verdicts)) == 1 else ", ".join(v or "–" for v in verdicts)
        lines.append([name, rows[-1]["target"], *figures, agreed])
    head = ["", "target", *(f"run {number}" for number in range(1, len(runs) + 1)), ""]
    return markdown_table(head, lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
