"""What a gate is: somebody else's program, or the text of a standard, pointed at the server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from faults import Fault
from images import Picture

T = TypeVar("T")


class GateError(Exception):
    """The server did not do what the gate demands; the message says which check, and what came."""


class MissingToolError(Exception):
    """A program that a gate needs is not there; the message says how to install it."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The server under test and what is known about it.

    Parameters
    ----------
    base : str
        ``http://host:port`` of the server, or of the fault injecting proxy before it.
    work : Path
        A folder of this run for whatever gates leave behind: screenshots, logs, configurations.
    pictures : mapping of str to Picture
        The test images that the server serves, with the pixels that they must show.
    pages : str
        ``http://host:port`` of the viewers' pages; another origin than the base.
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
        Name and version of the program that judges; raises `MissingToolError`.
    run : callable
        Judges; gives what it checked, or raises `GateError`.
    faults : tuple of Fault
        Deliberate breaks of which ``--prove`` expects that each makes the gate fail.
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
    """Give back what is there; fail the gate where it is not."""
    if value is None:
        raise GateError(complaint)
    return value


def equal(what: str, got: T, wanted: T) -> None:
    """Fail the gate unless both are equal."""
    demand(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")
