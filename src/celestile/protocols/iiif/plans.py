"""What was worked out for an address, for when it is asked for again."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from celestile.protocols.service import Service, Subject
from celestile.protocols.view import View
from celestile.render.request import Output

_MOST = 16384

Address = tuple[bytes, bytes, bytes, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A picture that an address stands for.

    Parameters
    ----------
    identifier, view : str, View
        What the subject was resolved from.
    subject : Subject
        What to draw.
    output : Output
        And how.
    etag : str
        Of the answer.
    headers : mapping
        Of the answer, beside those of caching.
    """

    identifier: str
    view: View
    subject: Subject
    output: Output
    etag: str
    headers: Mapping[str, str]


class Plans:
    """Plans by address, those used last.

    Parameters
    ----------
    service : Service
        Tells whether a plan still holds.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._plans: OrderedDict[Address, Plan] = OrderedDict()

    def get(self, request: Request) -> Plan | None:
        """Return the plan for a request's address, if there is one and its files are unchanged."""
        plan = self._plans.get(_address(request))
        if plan is None:
            return None
        if not self._service.is_current(plan.subject, plan.identifier, plan.view):
            return None
        return plan

    def put(self, request: Request, plan: Plan) -> None:
        """Remember a plan."""
        self._plans[_address(request)] = plan
        if len(self._plans) > _MOST:
            self._plans.popitem(last=False)


def _address(request: Request) -> Address:
    """All of a request that an image's answer depends on, but for its conditions."""
    scope = request.scope
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    path = scope.get("raw_path") or scope["path"].encode()
    return path, scope["query_string"], host, scope["scheme"], scope.get("root_path", "")
