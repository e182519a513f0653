"""Handle files that shrink while their memory maps are read.

Access to a mapped page beyond the end of its file terminates the process (SIGBUS), and checking the
size first is a race. The handler replaces the page by zeros, so that the read completes;
`BusErrorCheck` then reports the fault to the reader, which discards the data.

The signal handler is compiled to a few machine instructions, since Python code must not run in it.
It only calls functions that are thin wrappers of system calls.
"""

import ctypes
import mmap
import signal
import sys
from types import TracebackType
from typing import Any

import numpy as np

from celestile.errors import SourceChangedError

# From <sys/mman.h>, <signal.h>, <asm-generic/siginfo.h> and <time.h> of Linux.
_READ_WRITE = 0x1 | 0x2
_PRIVATE_FIXED_ANONYMOUS = 0x02 | 0x10 | 0x20
_SA_SIGINFO = 4
_BUS_ADRERR = 2  # nonexistent physical address
_CLOCK_MONOTONIC = 1

_last = np.zeros(2, np.int64)
"""Time of the last fault, as struct timespec; unique for each fault."""
_kept: list[Any] = []
"""Keeps the handler alive as long as the process."""


class _Action(ctypes.Structure):
    """Struct sigaction of glibc and musl on 64 bits."""

    _fields_ = (
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_ubyte * 128),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    )


class BusErrorCheck:
    """Context manager that checks for faults of mapped files during its body.

    Raises
    ------
    SourceChangedError
        On exit, if a page of any mapped file no longer existed.
    """

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        """Record the last fault."""
        self._before = _last.tobytes()

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Compare with the last fault now."""
        if kind is None and _last.tobytes() != self._before:
            raise SourceChangedError("the file has shrunk while it was being read")


def survive() -> bool:
    """Install the handler; return False on other systems than 64-bit Linux."""
    if sys.platform != "linux" or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    if not _kept:
        handler = _handler()
        action = _Action(handler.address, (ctypes.c_ubyte * 128)(), _SA_SIGINFO, None)
        if ctypes.CDLL(None).sigaction(int(signal.SIGBUS), ctypes.byref(action), None) != 0:
            return False
        _kept.append(handler)
    return True


def _handler() -> Any:
    """Compile the handler: ``void handler(int, siginfo_t *, void *)``."""
    from numba import cfunc, types  # noqa: PLC0415 - numba loads slowly

    long, integer = ctypes.c_long, ctypes.c_int
    map_page = _function("mmap", long, long, long, integer, integer, integer, long)
    get_time = _function("clock_gettime", integer, integer, long)
    set_default = _function("signal", long, integer, long)
    send = _function("raise", integer, integer)
    last, page_size = _last.ctypes.data, mmap.PAGESIZE

    def handle(number: int, info: Any, _: Any) -> None:
        # In siginfo_t, si_code is at byte 8 and si_addr at byte 16.
        page = info[2] & ~(page_size - 1)
        if (info[1] & 0xFFFFFFFF) == _BUS_ADRERR and page == map_page(
            page, page_size, _READ_WRITE, _PRIVATE_FIXED_ANONYMOUS, -1, 0
        ):
            get_time(_CLOCK_MONOTONIC, last)
        else:
            set_default(number, 0)
            send(number)  # delivered when this handler returns; terminates the process

    signature = types.void(types.int32, types.CPointer(types.int64), types.voidptr)
    return cfunc(signature, error_model="numpy")(handle)


def _function(name: str, result: Any, *arguments: Any) -> Any:
    """Return a function of the C library that numba can call."""
    return ctypes.CFUNCTYPE(result, *arguments)((name, ctypes.CDLL(None)))
