"""Subjects: images with their views resolved, and the values of their pixels."""

from dataclasses import dataclass
from typing import NamedTuple

from celestile.pixels.display.first_view import FirstView
from celestile.pixels.image import Image
from celestile.pixels.plane import PixelValue, Plane
from celestile.render.request import Component, Style
from celestile.views.view import View


class Subject(NamedTuple):
    """An image with its view resolved: all of a picture but its geometry.

    Parameters
    ----------
    image : Image
        The image, with the HDU that the view selects.
    view : View
        The view, in numbers.
    components : tuple of Component
        One, or several to be mixed.
    style : Style
        Of the picture.
    digest : str
        Identity of the pixels and of their rendering.
    planes : tuple of Plane
        Of the components.
    hdu, cfa : str or None
        The view keys of these names as the request gave them.
    painted : tuple of Plane
        Planes that pictures are drawn from; those of flags have bits instead of numbers.
    first_views : tuple of FirstView
        Of each component, if the stretch follows from them; empty if a view chooses it.
    """

    image: Image
    view: View
    components: tuple[Component, ...]
    style: Style
    digest: str
    planes: tuple[Plane, ...]
    painted: tuple[Plane, ...]
    hdu: str | None = None
    cfa: str | None = None
    first_views: tuple[FirstView, ...] = ()

    @property
    def unit(self) -> str | None:
        """Unit of the pixels; None if it is not known, or the components differ in it."""
        return self.image.unit_of(*(component.selection for component in self.components))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentValue:
    """A pixel of one component.

    Parameters
    ----------
    channel, frame : int
        Of the first plane, where several are collapsed.
    name : str
        Of the channel.
    pixel : PixelValue
        The value.
    unit : str or None
        Of the physical value.
    stokes : str or None
        Name of the Stokes parameter; None without a Stokes axis.
    """

    channel: int
    frame: int
    name: str
    pixel: PixelValue
    unit: str | None
    stokes: str | None = None
