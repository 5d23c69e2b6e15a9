"""A PostgreSQL cluster for the length of a command: its own folder, a Unix socket, nothing kept."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

NEEDED: Final = ("initdb", "pg_ctl", "postgres")
DEBIAN_HOME: Final = Path("/usr/lib/postgresql")
# A test cluster may lose everything in a crash, so it need not wait for the disk.
SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    # Nothing is analysed in a test, and what the planner then takes for costly would be compiled for milliseconds.
    "jit": "off",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


class PostgresMissing(Exception):
    """The server programs of PostgreSQL are not on this machine."""


def server_programs() -> Path:
    """The folder with the newest server's programs; raises PostgresMissing."""
    versions = sorted(
        DEBIAN_HOME.glob("*/bin"),
        key=lambda folder: (
            float(folder.parent.name) if folder.parent.name.replace(".", "").isdigit() else 0.0
        ),
        reverse=True,
    )
    on_path = [Path(found).resolve().parent for found in [shutil.which("pg_ctl")] if found]
    for folder in [*versions, *on_path]:
        if all((folder / name).exists() for name in NEEDED):
            return folder
    raise PostgresMissing("PostgreSQL's server is not installed. On Debian: apt-get install postgresql")


@contextmanager
def temporary_cluster(settings: dict[str, str] | None = None) -> Iterator[str]:
    """Start a cluster, give its DATABASE_URL, stop and remove it at the end whatever happens."""
    programs = server_programs()
    # Sockets have short paths, hence not under a folder that tools nest deeply.
    home = Path(tempfile.mkdtemp(prefix="jiannuo-pg-", dir="/tmp"))
    owner = _server_owner()
    try:
        if owner:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        data = home / "data"
        initdb = ("-U", "jiannuo", "--encoding=UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync")
        _run(owner, programs / "initdb", "-D", data, *initdb)
        options = " ".join(f"-c {key}={value}" for key, value in {**SETTINGS, **(settings or {})}.items())
        control = (programs / "pg_ctl", "-D", data, "-w", "-t", "60")
        try:
            _run(
                owner,
                *control,
                "-l",
                home / "log",
                "-o",
                f"{options} -c listen_addresses='' -k {home}",
                "start",
            )
            yield f"postgresql://jiannuo@/postgres?host={quote(str(home), safe='')}"
        finally:
            _run(owner, *control, "-m", "immediate", "stop", check=False)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _server_owner() -> pwd.struct_passwd | None:
    """Whose process the server must be: ours, unless we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissing(
        "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as"
    )


def _run(owner: pwd.struct_passwd | None, program: Path, *arguments: str | Path, check: bool = True) -> None:
    result = subprocess.run(
        [str(program), *map(str, arguments)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        extra_groups=[] if owner else None,
    )
    if check and result.returncode:
        raise RuntimeError(f"{program.name} failed:\n{result.stdout}")
