"""From a parsed address to the response: compare, draw, respond; for all protocols.

Parsed addresses are cached, since viewers request the same ones again.
"""

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from celestile.lru import LruCache
from celestile.protocols.web.http import Headers, PictureResponse, has_current_copy
from celestile.render.request import Output
from celestile.service.service import ProvisionalPicture, Service, Subject

_MOST = 16384
_NOT_KEPT: Headers = ((b"cache-control", b"no-store"),)

Address = tuple[bytes, ...]


class Plan(NamedTuple):
    """A picture that an address denotes.

    Parameters
    ----------
    subject : Subject
        What to draw.
    output : Output
        Its geometry and encoding.
    etag : str
        Of the answer.
    headers : tuple
        Of the answer, in lower case, beside its length and those of caching.
    vary : tuple
        The header Vary, where request headers decided.
    """

    subject: Subject
    output: Output
    etag: str
    headers: Headers
    vary: Headers = ()


def picture_etag(subject: Subject, output: Output) -> str:
    """Strong entity tag of a picture."""
    return f'"{subject.digest}{output.identity}"'


class Plans:
    """The most recently used plans, by address.

    Parameters
    ----------
    service : Service
        Draws, and reports whether files changed.
    decisive : set of bytes
        Request headers that the response depends on, in lower case.
    """

    def __init__(self, service: Service, decisive: frozenset[bytes]) -> None:
        self._service = service
        self._decisive = decisive
        self._plans: LruCache[Address, Plan] = LruCache(_MOST)

    def get(self, request: Request) -> Plan | None:
        """Return the plan of a request's address, if it is cached and its files are unchanged."""
        plan = self._plans.get(self._address(request))
        if plan is None or not self._service.is_current(plan.subject):
            return None
        return plan

    def put(self, request: Request, plan: Plan) -> None:
        """Cache a plan."""
        self._plans.put(self._address(request), plan)

    def _address(self, request: Request) -> Address:
        """All of a request that the response depends on, except for its conditions."""
        scope = request.scope
        return (
            scope.get("raw_path") or scope["path"].encode(),
            scope["query_string"],
            scope["scheme"].encode(),
            scope.get("root_path", "").encode(),
            *[part for pair in scope["headers"] if pair[0] in self._decisive for part in pair],
        )

    async def answer(self, request: Request, plan: Plan) -> Response:
        """Answer a request for a picture; errors as in `Service.draw`."""
        max_age = self._service.options.max_age
        kept: Headers = (
            (b"etag", plan.etag.encode()),
            (b"cache-control", b"public, max-age=%d" % max_age),
        )
        if has_current_copy(request, plan.etag):
            return PictureResponse(b"", (*kept, *plan.vary), 304)
        body = await self._service.draw(plan.subject, plan.output)
        if isinstance(body, ProvisionalPicture):
            kept = _NOT_KEPT
        return PictureResponse(body, (*kept, *plan.vary, *plan.headers))
