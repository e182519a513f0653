"""Functions that numba compiles at first use and caches on disk for the next process."""

import logging
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar, cast

_logger = logging.getLogger(__name__)
_P = ParamSpec("_P")
_R = TypeVar("_R")
_kernels: "list[Kernel[..., Any]]" = []
_spare_folder: Path | None = None


class Kernel(Generic[_P, _R]):
    """A function that is compiled to machine code when it is first called.

    Parameters
    ----------
    function : callable
        The function. It must not call other functions of this package.
    signatures : tuple of str
        Argument types, one letter each (see `_types`), a digit behind it for an array's dimensions;
        arrays in capitals are only read.
    urgent : bool
        Whether the first picture needs it.
    """

    def __init__(
        self, function: Callable[_P, _R], signatures: tuple[str, ...], *, urgent: bool = False
    ) -> None:
        self.urgent = urgent
        self._function = function
        self._signatures = signatures
        self._lock = Lock()
        self._compiled: Callable[_P, _R] | None = None
        _kernels.append(self)

    def __call__(self, *arguments: _P.args, **named: _P.kwargs) -> _R:
        """Run the machine code."""
        compiled = self._compiled or self.compile()
        return compiled(*arguments, **named)

    def compile(self) -> Callable[_P, _R]:
        """Compile, or load what an earlier process compiled."""
        with self._lock:
            if self._compiled is None:
                self._compiled = self._build()
            return self._compiled

    def _build(self) -> Callable[_P, _R]:
        from numba import njit  # noqa: PLC0415

        _do_without_blas()
        signatures = [_types(signature) for signature in self._signatures]
        # Kernels guard their divisions themselves; a check for zero would prevent vectorisation.
        options = {"nogil": True, "error_model": "numpy"}
        for is_spare in (False, True):
            try:
                if is_spare:
                    _turn_to_spare_folder()
                compiled = njit(signatures, cache=True, **options)(self._function)
            except (OSError, RuntimeError):
                _logger.debug("machine code cannot be cached", exc_info=True)
            else:
                return cast("Callable[_P, _R]", compiled)
        _warn_once()
        return cast("Callable[_P, _R]", njit(signatures, **options)(self._function))


def keep_in(folder: Path) -> None:
    """Choose a cache folder for the case that numba's own ones are not writable.

    Without it, a service whose user has no home folder and does not own the installation would
    compile for about 20 s at every start of every process.

    Parameters
    ----------
    folder : pathlib.Path
        Created when it is needed. It is not used if other users can write to it.
    """
    global _spare_folder  # noqa: PLW0603 - numba has but one such folder, too
    _spare_folder = folder


def _turn_to_spare_folder() -> None:
    from numba.core import config  # noqa: PLC0415

    if _spare_folder is None:
        return
    _spare_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = _spare_folder.stat()
    # Its content is executed, so no other user may be able to write to it.
    if status.st_uid == os.geteuid() and not status.st_mode & 0o022:
        config.CACHE_DIR = str(_spare_folder)


@cache
def _warn_once() -> None:
    """Warn once, not once for each kernel."""
    _logger.warning(
        "machine code cannot be cached for the next start: neither the package's folder nor the"
        " cache folder is writable"
    )


def _do_without_blas() -> None:
    """Do not load `scipy.linalg`: numba looks for BLAS in it, and it takes 0.15 s."""
    from numba.np import linalg  # noqa: PLC0415

    def ensure_blas() -> None:
        raise ImportError("no kernel needs linear algebra")

    linalg.ensure_blas = ensure_blas


def warm() -> None:
    """Load or compile all kernels: takes seconds after an installation, milliseconds later."""
    for each in sorted(_kernels, key=lambda kernel: not kernel.urgent):
        each.compile()


def kernel(*signatures: str, urgent: bool = False) -> Callable[[Callable[_P, _R]], Kernel[_P, _R]]:
    """Make a function a `Kernel` with these signatures."""
    return lambda function: Kernel(function, signatures, urgent=urgent)


def _types(signature: str) -> tuple[Any, ...]:
    """Numba's types for letters: b uint8, h uint16, q int64, f float32, d float64, ? bool."""
    from numba import types  # noqa: PLC0415

    letters = {
        "b": types.uint8,
        "h": types.uint16,
        "q": types.int64,
        "f": types.float32,
        "d": types.float64,
        "?": types.boolean,
    }
    result = []
    for word in signature.split():
        scalar = letters[word[0].lower()]
        if len(word) == 1:
            result.append(scalar)
        else:
            result.append(types.Array(scalar, int(word[1:]), "C", readonly=word[0].isupper()))
    return tuple(result)
