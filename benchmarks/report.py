"""Medians and spreads; rows of the table of targets; tables as text."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Sample:
    """A figure that was measured several times."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median."""
        return statistics.median(self.values)

    def text(self, unit: str = "", digits: int = 3) -> str:
        """The median with the minimum and the maximum."""
        middle = significant(self.median, digits)
        if len(self.values) < 2:
            return f"{middle}{unit}"
        low, high = (significant(f(self.values), digits) for f in (min, max))
        return f"{middle}{unit} ({low} to {high})"

    def over(self, other: "Sample") -> "Sample":
        """Return the ratios of corresponding measurements."""
        pairs = zip(self.values, other.values, strict=False)
        return Sample(tuple(a / b for a, b in pairs if b) or (0.0,))


def sample(items: Sequence[object], pick: Callable[..., float]) -> Sample:
    """Extract a figure from each result."""
    return Sample(tuple(pick(item) for item in items))


def significant(value: float, digits: int = 3) -> str:
    """Format a number with some significant digits, without an exponent."""
    if value == 0:
        return "0"
    return f"{float(f'{value:.{digits}g}'):,.10f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table of targets.

    Parameters
    ----------
    name : str
        What was measured.
    target : str
        The target; empty if there is none.
    figure : str
        The result.
    met : bool or None
        Whether the target was met; None if it was not measured, or there is no target.
    """

    name: str
    target: str
    figure: str
    met: bool | None = None


@dataclass(slots=True)
class Report:
    """The results of a run."""

    rows: list[Row] = field(default_factory=list)
    tables: list[tuple[str, list[str], list[list[str]]]] = field(default_factory=list)

    def add(self, name: str, target: str, figure: str, *, met: bool | None = None) -> None:
        """Add a row and print it."""
        row = Row(name=name, target=target, figure=figure, met=met)
        self.rows.append(row)
        print(f"  {VERDICT[met]:6} {name}: {figure}{f'  [{target}]' if target else ''}", flush=True)

    def skip(self, name: str, reason: str) -> None:
        """Add a note about a missing measurement, with instructions."""
        self.add(name, "", f"not measured: {reason}")

    def table(self, title: str, head: list[str], lines: list[list[str]]) -> None:
        """Add a table and print it."""
        self.tables.append((title, head, lines))
        print(f"\n{title}\n\n{markdown_table(head, lines)}\n", flush=True)

    def facts(self) -> dict[str, Any]:
        """Return all results, for `page`."""
        return {"rows": [asdict(row) for row in self.rows], "tables": self.tables}

    def markdown(self) -> str:
        """Return all results as Markdown."""
        head = ["", "target", "measured", ""]
        lines = [[r.name, r.target, r.figure, VERDICT[r.met]] for r in self.rows]
        parts = [markdown_table(head, lines)]
        for title, head, lines in self.tables:
            parts.append(f"### {title}\n\n{markdown_table(head, lines)}")
        return "\n\n".join(parts) + "\n"


VERDICT = {True: "met", False: "MISSED", None: ""}
"""Words for the result of a target."""


def markdown_table(head: list[str], lines: list[list[str]]) -> str:
    """Format a table as Markdown."""
    widths = [max(len(line[i]) for line in [head, *lines]) for i in range(len(head))]
    rows = [head, ["-" * width for width in widths], *lines]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    )
