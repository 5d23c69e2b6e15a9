"""Install and build everything the product needs into this folder. Does only what has changed since the last time.

Run by ``make setup`` with any Python from 3.11 on; uses the standard library only.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import itertools
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = ROOT / "frontend"
STAMPS = VENV / ".stamps"
OLDEST_NODE = (20, 19)


class Unable(Exception):
    """Something on this machine stands in the way; the text says what to do."""


def fingerprint(paths: Iterable[Path], *words: str) -> str:
    """Changes when one of the files does."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def step(name: str, what: str, inputs: str, present: Callable[[], bool], work: Callable[[], None]) -> None:
    """Do `work` unless it was done for the same inputs and its result is still present."""
    stamp = STAMPS / name
    if present() and stamp.exists() and stamp.read_text() == inputs:
        return
    print(f"{what} …", flush=True)
    stamp.unlink(missing_ok=True)
    started = time.monotonic()
    work()
    STAMPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(inputs)
    print(f"{what}: done in {time.monotonic() - started:.0f} s", flush=True)


def run(*command: str | Path, failing: str, env: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run quietly; on failure show the end of what was said, and `failing` as the advice."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **env, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode:
        said = "\n".join(line for line in result.stdout.splitlines()[-25:] if line.strip())
        raise Unable(f"{said}\n\n{failing}")


def make_venv() -> None:
    run(
        sys.executable, "-m", "venv", "--clear", VENV,
        failing="Python cannot make a virtual environment. On Debian: apt-get install python3-venv",
    )  # fmt: skip


def install_python_packages() -> None:
    """By uv, which takes a tenth of the time; where it cannot reach what pip can, by pip itself."""
    try:
        install_with_uv()
    except Unable:
        run(
            PYTHON, "-m", "pip", "--quiet", "install", "--require-hashes", "-r", "requirements.lock",
            failing="Python packages could not be installed: see above. Without a network, set up pip's mirror and "
            "run make setup again; where a package has no ready build for this machine, a C compiler is needed "
            "(on Debian: apt-get install build-essential python3-dev).",
        )  # fmt: skip
    run(
        PYTHON, "-m", "pip", "--quiet", "install", "--no-deps", "--no-build-isolation", "--no-index", "-e", ".",
        failing="The product itself could not be installed into .venv: see above.",
    )  # fmt: skip


def install_with_uv() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("uv=="))
    hashes = itertools.takewhile(lambda line: line.startswith(" "), lines[first + 1 :])
    STAMPS.mkdir(parents=True, exist_ok=True)
    only_uv = STAMPS / "uv.lock"
    only_uv.write_text("\n".join([lines[first], *hashes]))
    failing = "uv could not install the packages."
    run(PYTHON, "-m", "pip", "--quiet", "install", "--require-hashes", "-r", only_uv, failing=failing)
    run(
        VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, "--require-hashes", "-r", "requirements.lock",
        failing=failing, env=mirror_of_pip(),
    )  # fmt: skip


def mirror_of_pip() -> dict[str, str]:
    """What is set up for pip (mirror, certificates) in the words of uv, which does not read pip's settings."""
    names = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE", "trusted-host": "UV_INSECURE_HOST"}
    said = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found = re.findall(r"^(?:global|install|:env:)\.([\w-]+)='(.*)'$", said, flags=re.MULTILINE)
    return {names[name]: value for name, value in found if name in names and names[name] not in os.environ}


def node_version() -> tuple[int, ...]:
    """Version of the Node.js first found on the way, (0,) when there is none or it has no npm."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm:
        return (0,)
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)) or (0,)


def install_node() -> None:
    """Take Node.js from the Python package index, so that nobody has to install it by hand."""
    run(
        PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--require-hashes",
        "-r", "scripts/node.lock",
        failing="Node.js is missing and could not be installed: see above. Install Node.js 20.19 or newer with npm.",
    )  # fmt: skip


def install_node_packages() -> None:
    run(
        "npm",
        "--prefix",
        FRONTEND,
        "ci",
        "--no-audit",
        "--no-fund",
        failing="npm could not install: see above.",
    )


def build_frontend() -> None:
    run(
        "npm",
        "--prefix",
        FRONTEND,
        "run",
        "build",
        failing="The pages' scripts and styles failed to build: see above.",
    )


def build_messages() -> None:
    run(
        PYTHON, "scripts/messages.py", "build", failing="The message catalogues failed to compile: see above."
    )


def frontend_sources() -> list[Path]:
    """What the built frontend depends on."""
    found: list[Path] = []
    for folder, folders, files in os.walk(FRONTEND):
        folders[:] = [name for name in folders if name not in {"node_modules", "dist", ".vite"}]
        found.extend(Path(folder, name) for name in files)
    return found


def install() -> None:
    if not os.access(ROOT, os.W_OK):
        raise Unable(f"The folder {ROOT} is not writable for this user; nothing can be installed into it.")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not (VENV / "lib" / f"python{version}").exists():
        make_venv()
    lock = fingerprint([ROOT / "requirements.lock", ROOT / "pyproject.toml"], version)
    with ThreadPoolExecutor() as beside:
        pages = beside.submit(install_frontend)
        step("python", "Installing Python packages", lock, PYTHON.exists, install_python_packages)
        pages.result()
    catalogues = (ROOT / "jiannuo/locale/zh_Hans").glob("*.po")
    messages = fingerprint([*catalogues, ROOT / "scripts/messages.py"], lock)
    compiled = ROOT / "jiannuo/locale/zh_Hant/LC_MESSAGES/django.mo"
    step("messages", "Compiling messages", messages, compiled.exists, build_messages)


def install_frontend() -> None:
    packages = fingerprint([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    sources = fingerprint(frontend_sources())
    modules, built = FRONTEND / "node_modules", FRONTEND / "dist"
    if (
        built.exists()
        and modules.exists()
        and _stamped("node-packages", packages)
        and _stamped("frontend", sources)
    ):
        return
    if node_version() < OLDEST_NODE:
        step("node", "Installing Node.js", "1", lambda: node_version() >= OLDEST_NODE, install_node)
    step(
        "node-packages", "Installing packages for the pages", packages, modules.exists, install_node_packages
    )
    step("frontend", "Building the pages' scripts and styles", sources, built.exists, build_frontend)


def _stamped(name: str, inputs: str) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == inputs


def provide_pango() -> None:
    """The library that sets printed forms, by the system's package manager where it may; otherwise say what to do."""
    if ctypes.util.find_library("pango-1.0"):
        return
    packages = ("libpango-1.0-0", "libpangoft2-1.0-0")
    try:
        print("Installing Pango for printed forms …", flush=True)
        install_with_apt(*packages)
    except Unable:
        print(
            f"Printed forms need Pango. On Debian, as root: apt-get install {' '.join(packages)}", flush=True
        )


def install_with_apt(*packages: str) -> None:
    """As root, or with sudo where that asks no password. Raises Unable where neither is so, or it fails."""
    become = () if os.geteuid() == 0 else ("sudo", "-n")
    if not all(shutil.which(program) for program in ("apt-get", *become[:1])):
        raise Unable("no package manager")
    apt = (*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=60")
    run(*apt, "update", failing="apt-get update failed.")
    run(*apt, "-y", "--no-install-recommends", "install", *packages, failing="apt-get install failed.")


def main() -> int:
    try:
        install()
        provide_pango()
    except Unable as reason:
        print(f"\n{reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
