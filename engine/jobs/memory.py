"""Memory that a process holds and that is free, as the system reports it; quick enough to be asked once a second from a
window.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def resident(pid: int) -> int | None:
    """Bytes of memory that the process holds now; None where it is gone or the system does not say."""
    if sys.platform == "win32":
        return _on_windows(pid)
    if sys.platform == "darwin":
        return _on_macos(pid)
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")


def available() -> int | None:
    """Bytes of memory that programs may still take before the system runs short; None where it does not say."""
    if sys.platform == "win32":
        return _available_on_windows()
    try:
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return None


def _available_on_windows() -> int | None:
    """`ullAvailPhys` of `GlobalMemoryStatusEx`."""
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("total", "available", "a", "b", "c", "d", "e")
        ]

    status = Status()
    status.length = ctypes.sizeof(status)
    library = ctypes.WinDLL  # type: ignore[attr-defined,unused-ignore]
    return int(status.available) if library("kernel32").GlobalMemoryStatusEx(ctypes.byref(status)) else None


def _on_macos(pid: int) -> int | None:
    """`pti_resident_size` of `proc_pidinfo`, its second value of 64 bits."""
    import ctypes

    info = (ctypes.c_uint64 * 12)()  # struct proc_taskinfo
    try:
        size = ctypes.CDLL(None).proc_pidinfo(pid, 4, ctypes.c_uint64(0), info, ctypes.sizeof(info))
    except AttributeError:
        return None
    return int(info[1]) if size == ctypes.sizeof(info) else None


def _on_windows(pid: int) -> int | None:
    """`WorkingSetSize` of `GetProcessMemoryInfo`."""
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = [("size", ctypes.c_ulong), ("faults", ctypes.c_ulong)] + [
            (name, ctypes.c_size_t) for name in ("peak", "now", "a", "b", "c", "d", "e", "f")
        ]

    library = ctypes.WinDLL  # type: ignore[attr-defined,unused-ignore]
    kernel, ps = library("kernel32"), library("psapi")
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return None
    counters = Counters()
    counters.size = ctypes.sizeof(counters)
    try:
        found = ps.GetProcessMemoryInfo(ctypes.c_void_p(handle), ctypes.byref(counters), counters.size)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
    return int(counters.now) if found else None
