"""A server run where only loopback can be reached and every look-up of a host is written down.

Run by `test_telemetry.py` as the root of fresh namespaces, so that nothing of the machine itself is changed::

    unshare --net --mount python -m tests.integration.sealed FOLDER

The resolver that this process plays is the only one there is, for Python and for native libraries alike.
"""

import ctypes
import fcntl
import http.client
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

LINGER = 15.0  # seconds from the answer to the end; onnxruntime first looks for its collector 10 s after its import
QUESTION = "our consultants cross their arms in every workshop"
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP of Linux
_MS_BIND = 4096
_REFUSED_AS_UNKNOWN = 0x8183  # flags of a DNS response: no such name


def main(folder: Path) -> None:
    """Serve, ask one question, and print what kind of answer came and which hosts were looked up."""
    raise_loopback()
    overlay(Path("/etc/resolv.conf"), folder / "resolv.conf", "nameserver 127.0.0.1\n")
    overlay(Path("/etc/nsswitch.conf"), folder / "nsswitch.conf", "hosts: files dns\n")
    looked_up = answer_look_ups()
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        address = next(found[1] for line in server.stdout if (found := re.match(r"Listening on http://(\S+)", line)))
        reply = ask(address)
        time.sleep(LINGER)
        server.terminate()
    json.dump({"exit": server.returncode, "kind": reply["reply"]["kind"], "looked_up": looked_up}, sys.stdout)


def raise_loopback() -> None:
    """Bring up `lo`, which a new network namespace has, but down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        flags = struct.unpack("16sh14x", fcntl.ioctl(handle, _GET_FLAGS, struct.pack("16sh14x", b"lo", 0)))[1]
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def overlay(system: Path, ours: Path, content: str) -> None:
    """Show other content in a file of the system, in this mount namespace only; without it, glibc's default holds."""
    ours.write_text(content)
    if system.exists():
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(bytes(ours), bytes(system.resolve()), None, _MS_BIND, None):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(system))


def answer_look_ups() -> list[str]:
    """Answer each look-up with "no such name", on a thread; return the list to which the names are added."""
    names: list[str] = []
    resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    resolver.bind(("127.0.0.1", 53))

    def answer() -> None:
        while True:
            query, asker = resolver.recvfrom(512)
            names.append(host_in(query))
            resolver.sendto(query[:2] + struct.pack("!H", _REFUSED_AS_UNKNOWN) + query[4:], asker)

    threading.Thread(target=answer, daemon=True).start()
    return names


def host_in(query: bytes) -> str:
    """Return the host that a DNS query asks for: labels from byte 12 on, each behind its length."""
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode("ascii", "replace"))
        at += 1 + length
    return ".".join(labels)


def ask(address: str) -> dict[str, Any]:
    """Ask the page's interface one question."""
    connection = http.client.HTTPConnection(address, timeout=60)
    body = json.dumps({"session": "sealed-session", "text": QUESTION})
    connection.request("POST", "/simulator/api/say", body, {"Content-Type": "application/json"})
    answer: dict[str, Any] = json.load(connection.getresponse())
    return answer


if __name__ == "__main__":
    main(Path(sys.argv[1]))
