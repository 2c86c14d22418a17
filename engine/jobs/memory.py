"""Memory that a process holds, may have and that is free, as the system reports it; quick enough to be asked once a
second from a window.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

GROUPS, OWN_GROUPS = (
    Path("/sys/fs/cgroup"),
    Path("/proc/self/cgroup"),
)  # of Linux: containers and services limit by them


class _Files(NamedTuple):
    """The names of what a control group tells of memory, and where the one of a process is below `GROUPS`."""

    below: str
    limit: str
    used: str
    given_back: Mapping[str, float]  # lines of `memory.stat`, and the share of each that the system takes back


# What was read of files goes when memory is short; of what is read again and again half stays, such as libraries.
_VERSIONS = {
    "": _Files("", "memory.max", "memory.current", {"inactive_file": 1, "active_file": 0.5, "slab_reclaimable": 1}),
    "memory": _Files(
        "memory",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        {"total_inactive_file": 1, "total_active_file": 0.5},
    ),
}


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


def allowed() -> int:
    """Bytes of memory that this process may have: the machine's, or what a container or a limit leaves of it."""
    try:
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        found = (_on_windows_machine() or (8 * 2**30,))[0]
    return min([found, *_limits()])


def limit() -> int | None:
    """Bytes of memory beyond which this process is ended, whatever the machine has; None where nothing limits it.

    Without a limit a process may have more than the machine's memory where the system swaps, though slowly.
    """
    return min(_limits(), default=None)


def available() -> int | None:
    """Bytes of memory that this process may still take before the system, or a control group that it is in, runs short;
    None where the system does not say.
    """
    if sys.platform == "win32":
        found = _on_windows_machine()
        return found and found[1]
    free = _in_file(Path("/proc/meminfo"), "MemAvailable:")
    return None if free is None else min([1024 * free, *(left for _limit, left in _groups())])


def _limits() -> list[int]:
    """Return the limits of control groups, of `ulimit -d` and of `ulimit -v`."""
    found = [limit for limit, _free in _groups()]
    try:
        import resource
    except ImportError:  # Windows
        return found
    kinds = (resource.RLIMIT_DATA, resource.RLIMIT_AS)
    return found + [limit for kind in kinds if (limit := resource.getrlimit(kind)[0]) != resource.RLIM_INFINITY]


def _groups() -> Iterator[tuple[int, int]]:
    """Yield the limit of each control group that this process is in, and what is left of it.

    A container may show its own group where the root would be, whatever path the system tells of it.
    """
    try:
        lines = OWN_GROUPS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return  # no Linux
    for line in lines:
        _number, controllers, path = (*line.split(":", 2), "", "")[:3]
        for files in (_VERSIONS[name] for name in controllers.split(",") if name in _VERSIONS):
            root = GROUPS / files.below
            inside = [part for part in path.split("/") if part]
            for depth in range(len(inside) + 1 if ".." not in inside else 1):
                group = root.joinpath(*inside[:depth])
                limit, used = _in_file(group / files.limit), _in_file(group / files.used) or 0
                if limit is not None:
                    stat = group / "memory.stat"
                    given_back = sum(share * (_in_file(stat, line) or 0) for line, share in files.given_back.items())
                    yield limit, max(0, limit - used + int(given_back))


def _in_file(file: Path, name: str = "") -> int | None:
    """Return the number in a file of the system, or the one after `name`; None where there is none."""
    try:
        for line in file.read_text("ascii").splitlines():
            words = line.split()
            if not name or words[0] == name:
                return int(words[1] if name else words[0])
    except (OSError, ValueError, IndexError):
        pass  # a limit may be "max", too
    return None


def _on_windows_machine() -> tuple[int, int] | None:
    """Return `ullTotalPhys` and `ullAvailPhys` of `GlobalMemoryStatusEx`."""
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong) for name in ("total", "available", "a", "b", "c", "d", "e")
        ]

    status = Status()
    status.length = ctypes.sizeof(status)
    library = ctypes.WinDLL  # type: ignore[attr-defined,unused-ignore]
    if not library("kernel32").GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.total), int(status.available)


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
