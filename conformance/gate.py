"""The definition of a gate: an external program, or the text of a standard, checks the server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from faults import Fault
from images import Picture

T = TypeVar("T")


class GateError(Exception):
    """The server failed a check; the message names the check and the result."""


class MissingToolError(Exception):
    """A program that a gate needs is missing; the message explains how to install it."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The server under test and its known data.

    Parameters
    ----------
    base : str
        ``http://host:port`` of the server, or of the fault-injecting proxy in front of it.
    work : Path
        Folder of this run for files of the gates: screenshots, logs, configurations.
    pictures : mapping of str to Picture
        The test images of the server, with their expected pixels.
    pages : str
        ``http://host:port`` of the viewers' pages; a different origin than the base.
    """

    base: str
    work: Path
    pictures: dict[str, Picture]
    pages: str


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One row of the table.

    Parameters
    ----------
    name : str
        As in ``--only``.
    tool : callable
        Returns the name and version of the program; raises `MissingToolError`.
    run : callable
        Runs the checks; returns a summary, or raises `GateError`.
    faults : tuple of Fault
        Deliberate faults; ``--prove`` expects each to make the gate fail.
    """

    name: str
    tool: Callable[[], str]
    run: Callable[[Site], str]
    faults: tuple[Fault, ...] = field(default=())


def demand(condition: object, complaint: str) -> None:
    """Fail the gate unless the condition holds."""
    if not condition:
        raise GateError(complaint)


def present(value: T | None, complaint: str) -> T:
    """Return a value; fail the gate if it is None."""
    if value is None:
        raise GateError(complaint)
    return value


def equal(what: str, got: T, wanted: T) -> None:
    """Fail the gate unless both are equal."""
    demand(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")
