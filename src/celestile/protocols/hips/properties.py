"""The properties file of a survey (HiPS 1.0, section 4.4.1), and lists of surveys (section 5.2)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

from celestile import __version__
from celestile.pixels.display import limits
from celestile.pixels.fits.spool import file_stamp
from celestile.pixels.image import Image
from celestile.pixels.plane import cells_of
from celestile.protocols.hips.observation import regime, times, wavelengths
from celestile.protocols.hips.survey import TILE_WIDTH, Survey
from celestile.protocols.hips.tiles import formats
from celestile.service.service import Service, ServiceOptions, Subject

Record = dict[str, str]

_WORDS = {"jpg": "jpeg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAddress:
    """The address of a survey.

    Parameters
    ----------
    base : str
        Public address of the server.
    name : str
        Identifier of the image with its view.
    url : str
        Root of the survey, as requested by the client.
    """

    base: str
    name: str
    url: str

    @property
    def ivoid(self) -> str:
        """Identifier of the survey, the same for any spelling of its URL.

        The name is in the query part, which IVOA Identifiers 2.0 compares with regard to case, and
        in which any character can be encoded; so different names have different identifiers.
        """
        base = urlsplit(self.base)
        authority = re.sub(r"[^A-Za-z0-9.-]", "-", base.netloc)
        return f"ivo://{authority}{base.path}/hips?{quote(self.name, safe='/=,+~')}"


def identity(place: SurveyAddress, image: Image, survey: Survey, released: datetime) -> Record:
    """Properties of a survey that are part of lists of surveys.

    Parameters
    ----------
    place : SurveyAddress
        Address of the survey.
    image, survey : Image, Survey
        Image and survey.
    released : datetime
        Time of the last change of its pixels.
    """
    return {
        "creator_did": place.ivoid,
        "obs_title": image.title,
        "dataproduct_type": "image",
        "hips_version": "1.4",
        "hips_release_date": f"{released:%Y-%m-%dT%H:%MZ}",
        "hips_service_url": place.url,
        "hips_status": "public master clonableOnce",
        "hips_frame": "equatorial",
        "hips_order": str(survey.order),
        "hips_order_min": "0",
        "hips_tile_width": str(TILE_WIDTH),
        "hips_initial_ra": _number(survey.center[0]),
        "hips_initial_dec": _number(survey.center[1]),
        "hips_initial_fov": _number(min(survey.extent, 360.0)),
        "hips_pixel_scale": _number(survey.finest),
        "s_pixel_scale": _number(survey.pixel_scale),
        "moc_sky_fraction": _number(survey.coverage.fraction),
    }


def properties(
    place: SurveyAddress, service: Service, subject: Subject, survey: Survey, released: datetime
) -> Record:
    """All properties of a view of an image as a survey; may take long."""
    record = identity(place, subject.image, survey, released)
    record["hips_tile_format"] = " ".join(_WORDS.get(each, each) for each in formats(subject))
    # Tiles are computed on demand from the file of that date.
    record["hips_creation_date"] = record["hips_release_date"]
    record["hips_builder"] = f"Celestile {__version__}"
    of_cells = all(cells_of(plane) is not None for plane in subject.planes)
    record["hips_sampling"] = "nearest" if of_cells else "bilinear"
    record["hips_hierarchy"] = "mean"
    if len(subject.components) > 1:
        record["dataproduct_subtype"] = "color"
    else:
        record |= _values(service, subject)
    return record | _observation(service, subject) | _credits(service.options, subject.image)


def release_date(service: Service, image: Image) -> datetime:
    """Modification time of the newest file of an image; accesses the disk."""
    stamps = map(file_stamp, service.library.originals(image.identifier))
    # Files of a sequence may have been removed; the epoch if all are.
    newest = max((stamp[3] for stamp in stamps if stamp is not None), default=0)
    return datetime.fromtimestamp(newest / 1e9, UTC)


def write(records: Iterable[Record], *, remarks: Iterable[str] = ()) -> bytes:
    """Write records, separated by empty lines, after remarks."""
    head = [f"# {_line(remark)}" for remark in remarks]
    blocks = [
        "\n".join(f"{key:<20} = {_line(value)}" for key, value in record.items())
        for record in records
    ]
    text = "\n\n".join(["\n".join(head), *blocks] if head else blocks)
    return f"{text}\n".encode(errors="replace")


def _values(service: Service, subject: Subject) -> Record:
    (component,) = subject.components
    # Values that are read less an origin differ beyond the ninth digit.
    digits = 15 if component.shift.origin else 9
    low, high = sorted(component.limits)
    bitpix = "-32" if component.shift.scale == 1.0 else "-64"
    found = {"hips_pixel_bitpix": bitpix, "hips_pixel_cut": _pair(low, high, digits)}
    (plane,) = subject.planes
    pyramid = service.cache.if_open(plane)
    extent = pyramid.extent if pyramid is not None else None
    if extent is not None and extent.low is not None and extent.high is not None:
        least, most = map(component.shift.physical, (extent.low, extent.high))
        found["hips_data_range"] = _pair(least, most, digits)
    else:
        sampled = service.plane_statistics.sample(plane)
        if sampled.whole:
            found["hips_data_range"] = _pair(*limits.minmax(sampled), digits)
    if subject.unit:
        found["hips_bunit"] = subject.unit
    return found


def _observation(service: Service, subject: Subject) -> Record:
    """Wavelengths in meters and modified Julian dates, if known."""
    image = subject.image
    # The header that the HDUs have in common counts where their own is silent.
    cards = (*service.library.primary_cards(image.identifier), *image.cards)
    header = {card.keyword: card.value for card in cards if card.value is not None}
    picked = [component.selection for component in subject.components]
    found: Record = {}
    band = wavelengths(image, picked, header.get)
    if band is not None:
        found |= {
            "obs_regime": regime(band),
            "em_min": _number(band[0]),
            "em_max": _number(band[1]),
        }
    span = times(image, picked, header.get)
    if span is not None:
        found |= {"t_min": f"{span[0]:.8f}", "t_max": f"{span[1]:.8f}"}
    return found


def _credits(options: ServiceOptions, image: Image) -> Record:
    found = {
        "obs_description": options.abstract or f"The image {image.title}, as a survey",
        "prov_progenitor": image.identifier,
        "obs_copyright": options.attribution,
        "obs_copyright_url": options.rights,
        "hips_creator": options.provider or options.title,
        "hips_publisher": options.provider or options.title,
    }
    return {key: value for key, value in found.items() if value}


def _number(value: float) -> str:
    return f"{value:.9g}"


def _pair(low: float, high: float, digits: int) -> str:
    return f"{low:.{digits}g} {high:.{digits}g}"


def _line(text: str) -> str:
    return " ".join(text.split())
