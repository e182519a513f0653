"""Addresses in all protocols: the base URL, and the spelling of images."""

from dataclasses import dataclass

from celestile.protocols.web.identifiers import encode_identifier
from celestile.views.view import View


@dataclass(frozen=True, slots=True)
class Base:
    """Where addresses begin.

    Parameters
    ----------
    base : str
        Public address of the server, without a trailing slash.
    substitute : str or None
        Stands for a slash in identifiers.
    """

    base: str
    substitute: str | None = None

    def name(self, identifier: str, view: View) -> str:
        """Write an image and a view as one segment of a path, with everything encoded."""
        return encode_identifier(identifier, view, self.substitute)
