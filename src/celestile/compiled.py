"""Functions compiled by numba at first use, and kept on disk for the next process."""

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

_logger = logging.getLogger(__name__)
_P = ParamSpec("_P")
_R = TypeVar("_R")
_kernels: "list[Kernel[..., Any]]" = []


class Kernel(Generic[_P, _R]):
    """A function that becomes machine code when it is first called.

    Parameters
    ----------
    function : callable
        What to compile; calls no other function of ours.
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
        try:
            compiled: Callable[_P, _R] = njit(signatures, cache=True, **options)(self._function)
        except (OSError, RuntimeError) as error:
            # Neither the package's nor the user's cache folder can be written: compile every time.
            _logger.warning("machine code cannot be kept for the next start: %s", error)
            compiled = njit(signatures, **options)(self._function)
        return compiled


def _do_without_blas() -> None:
    """Do not load `scipy.linalg`: numba looks for BLAS in it, and it takes 0.15 s."""
    from numba.np import linalg  # noqa: PLC0415

    def ensure_blas() -> None:
        raise ImportError("no kernel needs linear algebra")

    linalg.ensure_blas = ensure_blas


def warm() -> None:
    """Get all kernels ready; takes seconds after an installation, and a blink later on."""
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
