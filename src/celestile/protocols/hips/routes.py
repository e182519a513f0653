"""HiPS over HTTP: virtual files of surveys, created on request."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from celestile.errors import CelestileError, SourceChangedError
from celestile.geometry import Region
from celestile.pixels.fits.write import column_bytes
from celestile.pixels.image import Image
from celestile.protocols.hips.healpix import DEEPEST
from celestile.protocols.hips.page import page
from celestile.protocols.hips.properties import (
    Record,
    SurveyAddress,
    identity,
    properties,
    release_date,
    write,
)
from celestile.protocols.hips.survey import Survey, Surveys
from celestile.protocols.hips.tiles import ALLSKY_ORDER, FORMATS, Tiles, formats
from celestile.protocols.web.http import (
    base_url,
    document_response,
    picture_response,
    raw_path,
)
from celestile.protocols.web.identifiers import encode_identifier, query_view, read_segment
from celestile.protocols.web.numbers import MOST_OFFSET, read_integer
from celestile.render.request import Output
from celestile.service.service import Entry, Service, Subject
from celestile.views.view import View, join_identifier, overlay

PREFIX = "/hips"

# Slashes of an identifier may be decoded, so the files of a survey are matched by their form.
_FILE = re.compile(
    r"/(?P<segment>.+?)(?:/(?P<file>|index\.html|properties|Moc\.fits|preview\.jpg"
    r"|Norder(?P<order>\d{1,2})/(?:Allsky|Dir(?P<folder>\d{1,18})/Npix(?P<cell>\d{1,18}))"
    rf"\.(?P<ending>{'|'.join(FORMATS)})))?"
)
_FOLDER = 10000  # tiles (HiPS 1.0, section 4.1)
_PREVIEW = 256
_LISTED, _MOST_LISTED = 100, 1000
_AT_ONCE = 4
_TEXT = "text/plain; charset=utf-8"


def routes(service: Service) -> list[BaseRoute]:
    """Routes of all surveys and of their list."""
    hips = _Hips(service)
    return [
        Route(PREFIX, hips.listing),
        Route(f"{PREFIX}/", hips.listing),
        Route(f"{PREFIX}/hipslist", hips.listing),
        Route(f"{PREFIX}/{{rest:rest}}", hips.file),
    ]


class _Hips:
    """Serves the files of surveys and their list."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._surveys = Surveys(service)
        self._tiles = Tiles(service)

    async def file(self, request: Request) -> Response:
        """Respond to a request for a file of a survey."""
        found = _FILE.fullmatch(raw_path(request).removeprefix(PREFIX))
        if found is None:
            raise _absent("there is no such file in a survey")
        substitute = self._service.options.slash_substitute
        identifier, view = read_segment(found["segment"], substitute)
        query = query_view(request)
        view = overlay(view, query)
        subject = await self._service.subject(identifier, view)
        survey = await self._surveys.of(subject.image)
        if found["ending"]:
            return await self._tile(request, subject, survey, found)
        segment = found["segment"]
        if query != View():
            segment = encode_identifier(identifier, view, substitute)
        place = SurveyAddress(
            base=base_url(request),
            name=join_identifier(identifier, view),
            url=f"{base_url(request)}{PREFIX}/{segment}",
        )
        match found["file"]:
            case "properties":
                record = await self._record(place, subject, survey)
                return document_response(request, write([record]), _TEXT)
            case "Moc.fits":
                body = await self._service.run(lambda: _moc(survey))
                return document_response(request, body, FORMATS["fits"])
            case "preview.jpg":
                return await self._preview(request, subject)
        record = await self._record(place, subject, survey)
        return document_response(request, page(record), "text/html; charset=utf-8")

    async def _record(self, place: SurveyAddress, subject: Subject, survey: Survey) -> Record:
        def describe() -> Record:
            released = _released(self._service, subject.image)
            return properties(place, self._service, subject, survey, released)

        return await self._service.run(describe)

    async def _tile(
        self, request: Request, subject: Subject, survey: Survey, found: re.Match[str]
    ) -> Response:
        order, ending = int(found["order"]), found["ending"]
        if ending not in formats(subject):
            raise _absent("a mix of channels has no FITS tiles: they hold values, not colors")
        if found["cell"] is None:
            if order != ALLSKY_ORDER:
                raise _absent(f"the Allsky file is in Norder{ALLSKY_ORDER}")
            etag = self._tiles.etag(subject, "allsky", ending)
            return await self._picture(
                request, etag, ending, lambda: self._tiles.allsky(subject, survey, ending)
            )
        cell = int(found["cell"])
        self._check(survey, order, cell, int(found["folder"]))
        etag = self._tiles.etag(subject, order, cell, ending)
        return await self._picture(
            request, etag, ending, lambda: self._tiles.tile(subject, survey, order, cell, ending)
        )

    def _check(self, survey: Survey, order: int, cell: int, folder: int) -> None:
        if order > survey.order:
            raise _absent(f"the survey ends at order {survey.order}", self._service)
        if folder != cell // _FOLDER * _FOLDER:
            raise _absent(f"tile {cell} is in Dir{cell // _FOLDER * _FOLDER}")
        if not survey.coverage.holds(order, cell):
            raise _absent("the image does not reach that far; see Moc.fits", self._service)

    async def _picture(
        self, request: Request, etag: str, ending: str, draw: Callable[[], Awaitable[bytes]]
    ) -> Response:
        max_age = self._service.options.max_age
        return await picture_response(request, etag, FORMATS[ending], max_age, draw)

    async def _preview(self, request: Request, subject: Subject) -> Response:
        """Draw the central square of the image."""
        image, options = subject.image, self._service.options
        side = min(image.width, image.height)
        output = Output(
            region=Region((image.width - side) // 2, (image.height - side) // 2, side, side),
            size=(_PREVIEW, _PREVIEW),
            jpeg_quality=options.jpeg_quality,
            jpeg_subsampling=options.jpeg_subsampling,
        )
        etag = self._service.etag(subject, output)
        return await self._picture(
            request, etag, "jpg", lambda: self._service.draw(subject, output)
        )

    async def listing(self, request: Request) -> Response:
        """List the surveys of some of the images."""
        query = request.query_params
        offset = read_integer(query.get("offset", "0"), "offset", 0, MOST_OFFSET)
        limit = min(read_integer(query.get("limit", str(_LISTED)), "limit", 1), _MOST_LISTED)
        entries = await self._service.run(self._service.library.every)
        base, turn = base_url(request), asyncio.Semaphore(_AT_ONCE)

        async def describe(entry: Entry) -> Record | None:
            async with turn:
                return await self._listed(base, entry)

        found = await asyncio.gather(*map(describe, entries[offset : offset + limit]))
        records = [record for record in found if record is not None]
        last = min(offset + limit, len(entries))
        part = f"images {offset + 1} to {last} of {len(entries)}"
        remarks = [f"Those of {part} that are on the sky"]
        if last < len(entries):
            rest = urlencode({"offset": last, "limit": limit})
            remarks.append(f"The list goes on at {base}{PREFIX}/hipslist?{rest}")
        return document_response(request, write(records, remarks=remarks), _TEXT)

    async def _listed(self, base: str, entry: Entry) -> Record | None:
        """Describe the survey of an image; None if it has none."""
        segment = encode_identifier(entry.identifier, None, self._service.options.slash_substitute)
        try:
            image = await self._service.open(entry.identifier)
            survey = await self._surveys.of(image)
            released = await self._service.run(lambda: _released(self._service, image))
        except CelestileError:
            return None
        place = SurveyAddress(base=base, name=entry.identifier, url=f"{base}{PREFIX}/{segment}")
        return identity(place, image, survey, released)


def _released(service: Service, image: Image) -> datetime:
    try:
        return release_date(service, image)
    except OSError as error:
        raise SourceChangedError(f"the file of image {image.identifier!r} is gone") from error


def _moc(survey: Survey) -> bytes:
    cards: dict[str, tuple[str | float, str]] = {
        "PIXTYPE": ("HEALPIX", "HEALPix cells"),
        "ORDERING": ("NUNIQ", "order and number in one integer"),
        "COORDSYS": ("C", "ICRS"),
        "MOCVERS": ("2.0", "version of the MOC standard"),
        "MOCDIM": ("SPACE", "dimension"),
        # LINT of Hipsgen only requests tiles if the coverage declares the last order.
        "MOCORD_S": (DEEPEST, "order to which the cells are exact"),
        "MOCORDER": (DEEPEST, "the same, for MOC 1"),
        "MOCTOOL": ("Celestile", ""),
    }
    return column_bytes("UNIQ", survey.coverage.uniq, cards)


def _absent(sentence: str, service: Service | None = None) -> HTTPException:
    """Response for a missing file; with a service, clients may cache it."""
    headers = {"Cache-Control": f"public, max-age={service.options.max_age}"} if service else None
    return HTTPException(404, sentence, headers)
