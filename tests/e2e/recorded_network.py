"""Run commands in a network that records: each name that is looked up, each packet that would leave the machine.

    unshare --net --mount [--map-root-user] python recorded_network.py RECORD COMMANDS BESIDE

COMMANDS is a JSON list of commands, which run one after another up to one that fails; those of BESIDE all run at the
same time as they do. RECORD becomes a JSON object: the names, the packets' destinations, and of each command its exit
status and what it wrote, those of BESIDE last. The namespace has a network of
its own: everything is routed to the loopback device, where a resolver says of every name that there is none.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SIOCADDRT, SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP, RTF_UP, ETH_P_ALL = 0x890B, 0x8913, 0x8914, 1, 1, 3
DNS = 53


class Route(ctypes.Structure):
    """`struct rtentry` of Linux."""

    _fields_ = (
        ("pad1", ctypes.c_ulong),
        ("destination", ctypes.c_ubyte * 16),
        ("gateway", ctypes.c_ubyte * 16),
        ("mask", ctypes.c_ubyte * 16),
        ("flags", ctypes.c_ushort),
        ("pad2", ctypes.c_short),
        ("pad3", ctypes.c_ulong),
        ("pad4", ctypes.c_void_p),
        ("metric", ctypes.c_short),
        ("device", ctypes.c_char_p),
        ("rest", ctypes.c_ulong * 3),
    )


def route_everything_to_loopback() -> None:
    """Without a route a program would be refused before it sends anything that could be recorded."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = struct.pack("16sH", b"lo", 0)
        flags = struct.unpack("16xH", fcntl.ioctl(control, SIOCGIFFLAGS, name + bytes(14))[:18])[0]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))
        anything = (ctypes.c_ubyte * 16).from_buffer_copy(struct.pack("=H", socket.AF_INET) + bytes(14))
        route = Route(destination=anything, mask=anything, flags=RTF_UP, device=b"lo")
        fcntl.ioctl(control, SIOCADDRT, route)


def use_own_resolver() -> None:
    """Let the C library ask 127.0.0.1 and nobody else, whatever this machine uses."""
    for file, text in (("/etc/resolv.conf", "nameserver 127.0.0.1\n"), ("/etc/nsswitch.conf", "hosts: files dns\n")):
        with tempfile.NamedTemporaryFile("w", delete=False) as own:
            own.write(text)
        if Path(file).exists():
            subprocess.run(["mount", "--bind", own.name, file], check=True)
        Path(own.name).unlink(missing_ok=True)


def answer(names: set[str]) -> None:
    """Be the resolver: keep the name, answer that there is none (a question's flags with QR, RA and NXDOMAIN)."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", DNS))

    def serve() -> None:
        while True:
            question, sender = server.recvfrom(4096)
            names.add(name_in(question))
            server.sendto(question[:2] + b"\x81\x83" + question[4:], sender)

    threading.Thread(target=serve, daemon=True).start()


def name_in(question: bytes) -> str:
    labels, place = [], 12
    while place < len(question) and question[place]:
        labels.append(question[place + 1 : place + 1 + question[place]].decode("ascii", "replace"))
        place += 1 + question[place]
    return ".".join(labels)


def watch(packets: set[str]) -> None:
    """Keep the destination of each packet to another machine, of either version of the protocol."""
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))

    def serve() -> None:
        while True:
            packet = listener.recv(65535)
            if packet[:1] and packet[0] >> 4 == 4 and packet[16] != 127:
                packets.add(socket.inet_ntop(socket.AF_INET, packet[16:20]))
            elif packet[:1] and packet[0] >> 4 == 6 and packet[24:40] != bytes(15) + b"\x01":
                packets.add(socket.inet_ntop(socket.AF_INET6, packet[24:40]))

    threading.Thread(target=serve, daemon=True).start()


def wait_for_what_was_sent(packets: set[str]) -> None:
    """Send a packet after all others and wait until it is recorded: then those are too."""
    last = "198.51.100.1"  # an address for documentation, which no program has
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"", (last, 9))
    while last not in packets:
        time.sleep(0.01)
    packets.remove(last)


def run(command: list[str]) -> dict[str, Any]:
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL)
    return {"command": command, "status": ended.returncode, "out": ended.stdout, "errors": ended.stderr}


def main(record: str, commands: list[list[str]], beside: list[list[str]]) -> None:
    names: set[str] = set()
    packets: set[str] = set()
    done: list[dict[str, Any]] = []
    route_everything_to_loopback()
    use_own_resolver()
    answer(names)
    watch(packets)
    with ThreadPoolExecutor(max(1, len(beside))) as pool:
        others = [pool.submit(run, command) for command in beside]
        for command in commands:
            done.append(run(command))
            if done[-1]["status"] != 0:
                break
    done += [other.result() for other in others]
    wait_for_what_was_sent(packets)
    Path(record).write_text(json.dumps({"names": sorted(names), "packets": sorted(packets), "commands": done}))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3]))
