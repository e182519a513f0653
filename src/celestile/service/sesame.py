"""Positions of objects from a name resolver that answers as CDS Sesame does.

The operator sets its address; requests only choose the name, which is percent-encoded into the
query. Redirects are not followed, so that no other host is asked.
"""

import re
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import quote

from celestile.errors import RequestError, ResolverError, shortened
from celestile.lru import LruCache

_LONGEST_NAME = 80
_MOST_BYTES = 65536
_MOST_NAMES = 2000
_AT_ONCE = 2
_POSITION = re.compile(r"^%J\s+([-+]?[\d.]+)\s+([-+]?[\d.]+)", re.MULTILINE)
_NAME = re.compile(r"^%I\.0\s+(.+?)\s*$", re.MULTILINE)
_KIND = re.compile(r"^%C\.0\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Resolved:
    """An object.

    Parameters
    ----------
    name : str
        As the resolver writes it.
    kind : str or None
        The resolver's code of its type, such as ``"AGN"``.
    lon, lat : float
        Right ascension and declination, ICRS, in degrees.
    """

    name: str
    kind: str | None
    lon: float
    lat: float


class Sesame:
    """A resolver, with the answers that it gave before.

    Parameters
    ----------
    address : str
        URL of ``nph-sesame``, without options.
    timeout : float
        Seconds until a request is given up.
    """

    def __init__(self, address: str, timeout: float) -> None:
        self._address = address.rstrip("/")
        self._timeout = timeout
        self._known: LruCache[str, Resolved | bool] = LruCache(_MOST_NAMES)
        self._places = threading.BoundedSemaphore(_AT_ONCE)
        # Without handlers of redirects, files and FTP: a redirect is an error.
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
        ):
            self._opener.add_handler(handler)

    def resolve(self, name: str) -> Resolved | None:
        """Ask for an object; blocks.

        Returns
        -------
        Resolved or None
            None if the resolver has no object of this name, or no position of it.

        Raises
        ------
        RequestError
            If the name is empty, too long, or has control characters.
        ResolverError
            If the resolver does not answer in time, or refuses, or is asked too often.
        """
        name = " ".join(name.split())
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise RequestError(
                f"name={shortened(name)!r} is invalid; expected 1 to {_LONGEST_NAME} characters",
                "name",
            )
        key = name.casefold()
        known = self._known.get(key)
        if known is None:
            known = self._ask(name) or False
            self._known.put(key, known)
        return known if isinstance(known, Resolved) else None

    def _ask(self, name: str) -> Resolved | None:
        if not self._places.acquire(blocking=False):
            raise ResolverError("the name resolver is busy; try again in a few seconds")
        try:
            return read(self._fetch(f"{self._address}/-oI/SNV?{quote(name, safe='')}"), name)
        except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
            raise ResolverError("the name resolver does not answer") from error
        finally:
            self._places.release()

    def _fetch(self, url: str) -> str:
        """Read an answer until it ends, is too long or takes too long."""
        end = time.monotonic() + self._timeout
        content = bytearray()
        with self._opener.open(url, timeout=self._timeout) as response:
            while part := response.read1(4096):
                content += part
                if len(content) > _MOST_BYTES or time.monotonic() > end:
                    raise ResolverError("the answer of the name resolver is too long")
        return content.decode("utf-8", "replace")


def read(answer: str, name: str) -> Resolved | None:
    """Read an answer of Sesame in its format ``-oI``.

    Parameters
    ----------
    answer : str
        The text.
    name : str
        The name that was asked for, used if the answer has none.
    """
    found = _POSITION.search(answer)
    if found is None:
        return None
    lon, lat = float(found[1]), float(found[2])
    if not (0 <= lon <= 360 and -90 <= lat <= 90):
        return None
    known, kind = _NAME.search(answer), _KIND.search(answer)
    spelled = " ".join(known[1].split()) if known else name
    return Resolved(spelled, kind[1] if kind else None, lon % 360, lat)
