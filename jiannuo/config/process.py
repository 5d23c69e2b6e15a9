"""Running several processes as one: start them, watch them, stop them together. Knows nothing of Django.

``python -m jiannuo.config.process`` only answers whether this machine is ready to start (see :func:`check_ready`).
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 20.0
POLL_SECONDS = 0.3
START_SECONDS = 90.0
PR_SET_PDEATHSIG = 1


class Unready(Exception):
    """Something on this machine stands in the way of starting; the text says what to do about it."""


def check_port(host: str, port: int) -> None:
    """Raise Unready unless this process could listen there."""
    if not 0 < port < 65536:
        raise Unready(f"{port} is not a port: choose one from 1 to 65535, for example PORT=8080 make run")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Unready(
                f"Cannot listen on {host}:{port} ({error.strerror}). Is Jiannuo already running? "
                "Stop the other program or choose another port: PORT=8080 make run"
            ) from None


def check_folder(folder: Path) -> None:
    """Raise Unready unless files can be made in the data folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Unready(
            f"The data folder {folder} cannot be written ({error.strerror}). "
            "Give this user the right to write there, or choose another folder: JIANNUO_DATA=… make run"
        ) from None


def check_ready(environment: Mapping[str, str]) -> None:
    """Raise Unready for what would stop a start: Python too old, no data folder, port taken."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts without make gets here with any Python
        raise Unready(f"Jiannuo needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    check_folder(
        Path(environment.get("JIANNUO_DATA") or Path(__file__).resolve().parent.parent.parent / "var")
    )
    port = environment.get("PORT", "8000")
    if not port.isdigit():
        raise Unready(f"PORT is {port!r}, which is not a number. Example: PORT=8080 make run")
    check_port(environment.get("HOST", "127.0.0.1"), int(port))


@dataclass
class Child:
    """One of the processes: what to run, and under which name to speak of it."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, environment: Mapping[str, str]) -> None:
        # A group of its own: Ctrl-C reaches the supervisor alone, which then stops everyone in order.
        self.process = subprocess.Popen(
            self.command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    def exit_code(self) -> int | None:
        """How it ended, None while it runs."""
        return None if self.process is None else self.process.poll()

    def signal(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.process.wait()


class Supervisor:
    """Starts children and keeps them together: when one ends, or when told to stop, all end."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str]) -> None:
        self.children = children
        self.environment = environment
        self.stopping = threading.Event()
        self.hurry = threading.Event()

    def start(self) -> None:
        """Start the first child, which people wait for and the others would only slow down.

        From now on SIGINT, SIGTERM and SIGHUP ask for the end, a second one for a quick end.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        self.children[0].start(self.environment)

    def start_others(self) -> None:
        """Start the other children."""
        for child in self.children[1:]:
            if not self.stopping.is_set():
                child.start(self.environment)

    def wait_until_answering(self, url: str) -> bool:
        """Wait until the web process answers at `url`. False when that will not happen: stopped, or a child ended."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self.stopping.is_set() and self.ended() is None:
            if _answers(url):
                return True
            self.stopping.wait(0.1)
        return False

    def ended(self) -> Child | None:
        """A child that is no longer running."""
        return next((child for child in self.children if child.exit_code() is not None), None)

    def watch(self) -> int:
        """Stay until told to stop or until a child ends, then stop all; the exit code of the whole."""
        while not self.stopping.is_set():
            lost = self.ended()
            if lost is not None:
                code = lost.exit_code() or 1
                sys.stderr.write(f"The process “{lost.name}” ended with code {code}; stopping the others.\n")
                self.stop()
                return code if code > 0 else 128 - code
            self.stopping.wait(POLL_SECONDS)
        self.stop()
        return 0

    def stop(self) -> None:
        """Ask every child to end, wait a while, then insist."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < deadline and not self.hurry.is_set():
            if all(child.process is None or child.exit_code() is not None for child in self.children):
                break
            time.sleep(0.05)
        for child in self.children:
            child.kill()

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping.is_set():
            self.hurry.set()
        self.stopping.set()


def _end_with_parent() -> None:
    """In the child: have Linux end it when the supervisor dies without a chance to say so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True  # an answer all the same
    except OSError:
        return False
    return True


def main() -> int:
    try:
        check_ready(os.environ)
    except Unready as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
