"""The tools do what the README says of them: start, stop, refuse in one sentence, leave nothing behind."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import types
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from jiannuo.config.process import Child, Supervisor, Unready, check_folder, check_port, check_ready
from jiannuo.testing import postgres
from jiannuo.testing.database import template_path

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
SLEEPER = "import time; time.sleep(60)"


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended but was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for(condition, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def outside_tests(**changes: str) -> dict[str, str]:
    """The environment of a person at a terminal."""
    ours = {"JIANNUO_TESTING", "JIANNUO_DATA", "DJANGO_SETTINGS_MODULE", "DATABASE_URL", "COV_CORE_SOURCE"}
    return {key: value for key, value in os.environ.items() if key not in ours} | changes


# What stands in the way is said in one sentence


def test_a_port_in_use_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unready, match=rf"{port}.*PORT=8080 make run"):
            check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_nonsense_for_a_port_is_refused(tmp_path, port):
    with pytest.raises(Unready, match="PORT=8080 make run"):
        check_ready({"PORT": port, "JIANNUO_DATA": str(tmp_path)})


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(Unready, match=r"cannot be written.*JIANNUO_DATA"):
        check_folder(tmp_path / "file" / "data")


def test_an_old_python_is_refused_in_one_sentence(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    said = subprocess.run(
        ["make", "--no-print-directory", "setup", f"PYTHON={old}"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 2
    assert said.stderr.startswith("Jiannuo needs Python 3.11 or newer")
    assert said.stdout == ""


@pytest.fixture
def setup_script() -> Any:
    return runpy.run_path(str(ROOT / "scripts" / "setup.py"))


def test_packages_come_from_the_mirror_that_is_set_up_for_pip(tmp_path, monkeypatch, setup_script):
    # given a mirror in pip's settings, and certificates that the person gave for uv
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = https://mirror.example/simple\ncert = /ca.pem\ntimeout = 60\n")
    for name in [name for name in os.environ if name.startswith(("PIP_", "UV_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("SSL_CERT_FILE", "/own.pem")
    # then uv is told of the mirror, and the person's own setting stays
    assert setup_script["mirror_of_pip"]() == {"UV_DEFAULT_INDEX": "https://mirror.example/simple"}


@pytest.mark.parametrize("refused", [False, True])
def test_pango_is_fetched_where_that_is_allowed_and_named_where_it_is_not(setup_script, capsys, refused):
    said = []

    def run(*words, **_rest):
        said.append(words)
        if refused:
            raise setup_script["Unable"]("no root")

    provide = setup_script["provide_pango"]
    missing = types.SimpleNamespace(util=types.SimpleNamespace(find_library=lambda _name: None))
    provide.__globals__.update(run=run, ctypes=missing, shutil=types.SimpleNamespace(which=lambda name: name))
    provide()
    assert "apt-get" in said[0]
    assert ("Printed forms need Pango" in capsys.readouterr().out) is refused
    assert refused or said[1][-2:] == ("libpango-1.0-0", "libpangoft2-1.0-0")


def test_what_uv_cannot_install_pip_installs(setup_script):
    said = []
    install = setup_script["install_python_packages"]

    def unable():
        raise setup_script["Unable"]("no way")

    install.__globals__.update(install_with_uv=unable, run=lambda *words, **_rest: said.append(words))
    install()
    assert said[0][-3:] == ("--require-hashes", "-r", "requirements.lock")
    assert said[1][-2:] == ("-e", ".")


def test_serve_refuses_without_a_traceback(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = subprocess.run(
            [sys.executable, "-m", "jiannuo", "serve", "--port", str(other.getsockname()[1])],
            cwd=ROOT,
            env=outside_tests(JIANNUO_DATA=str(tmp_path)),
            capture_output=True,
            text=True,
            check=False,
        )

    assert said.returncode == 1
    assert "Is Jiannuo already running?" in said.stderr
    assert "Traceback" not in said.stderr


# Processes that belong together


def supervised(*commands: tuple[str, ...]) -> Supervisor:
    made = Supervisor([Child(f"child {n}", command) for n, command in enumerate(commands)], os.environ)
    for child in made.children:
        child.start(made.environment)
    return made


def test_when_one_ends_all_end_with_its_code(capfd):
    ours = supervised(python(SLEEPER), python("raise SystemExit(7)"), python(SLEEPER))

    assert ours.watch() == 7
    assert all(child.exit_code() is not None for child in ours.children)
    assert "“child 1” ended with code 7" in capfd.readouterr().err


def test_a_child_that_ends_well_too_early_is_a_failure(capfd):
    assert supervised(python("pass"), python(SLEEPER)).watch() == 1


def test_a_child_that_was_killed_gives_the_shells_code(capfd):
    ours = supervised(python(SLEEPER))
    ours.children[0].signal(signal.SIGKILL)

    assert ours.watch() == 128 + signal.SIGKILL


def test_being_told_to_stop_is_a_success():
    ours = supervised(python(SLEEPER), python(SLEEPER))
    ours.stopping.set()

    assert ours.watch() == 0
    assert all(child.exit_code() is not None for child in ours.children)


def test_who_does_not_listen_is_ended_with_all_it_started(tmp_path, monkeypatch):
    monkeypatch.setattr("jiannuo.config.process.GRACE_SECONDS", 0.5)
    note = tmp_path / "pid"
    stubborn = (
        "import pathlib, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]);"
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid)); time.sleep(60)"
    )
    ours = supervised(python(stubborn))
    assert wait_for(lambda: note.exists() and note.read_text())

    ours.stop()

    assert wait_for(lambda: not alive(int(note.read_text())))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_children_do_not_outlive_a_killed_supervisor(tmp_path):
    note = tmp_path / "pid"
    code = (
        "import os, pathlib, sys, time; from jiannuo.config.process import Child;"
        f"child = Child('x', [sys.executable, '-c', {SLEEPER!r}]); child.start(os.environ);"
        f"pathlib.Path({str(note)!r}).write_text(str(child.process.pid)); time.sleep(60)"
    )
    supervisor = subprocess.Popen(python(code), cwd=ROOT)
    assert wait_for(lambda: note.exists() and note.read_text())
    child = int(note.read_text())

    supervisor.kill()
    supervisor.wait()

    assert wait_for(lambda: not alive(child))


@pytest.mark.slow
def test_serve_starts_answers_and_stops_cleanly(tmp_path, free_port):
    if template_path().exists():  # a database with every migration: making it is proven elsewhere
        shutil.copyfile(template_path(), tmp_path / "jiannuo.sqlite3")
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "jiannuo", "serve", "--port", str(free_port)],
        cwd=ROOT,
        env=outside_tests(JIANNUO_DATA=str(tmp_path), JIANNUO_DEMO=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said = []
        for line in supervisor.stdout:
            said.append(line)
            if f"http://localhost:{free_port}" in line:
                break
        assert supervisor.poll() is None, "".join(said)
        children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children").read_text()
        pids = [int(pid) for pid in children.split()]
        assert len(pids) == 3
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/accounts/login/", timeout=20) as answer:
            assert answer.status == 200

        supervisor.send_signal(signal.SIGTERM)
        rest, _ = supervisor.communicate(timeout=40)

        assert supervisor.returncode == 0
        assert "Traceback" not in "".join(said) + rest
        assert not any(alive(pid) for pid in pids)
    finally:
        supervisor.kill()


# The temporary PostgreSQL


@pytest.fixture
def needs_postgres():
    try:
        postgres.server_programs()
    except postgres.PostgresMissing as missing:
        pytest.skip(str(missing))


def with_postgres(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/with_postgres.py", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.usefixtures("needs_postgres")
def test_a_command_gets_a_database_and_its_own_exit_code():
    code = (
        "import os, psycopg; link = psycopg.connect(os.environ['DATABASE_URL']);"
        "print(*link.execute(\"select current_setting('server_encoding'), lower('É中')\").fetchone());"
        "raise SystemExit(9)"
    )
    ended = with_postgres(*python(code))

    assert ended.returncode == 9, ended.stderr
    assert ended.stdout.strip() == "UTF8 é中"


@pytest.mark.usefixtures("needs_postgres")
def test_nothing_of_the_database_stays():
    ended = with_postgres(*python("import os; print(os.environ['DATABASE_URL'])"))
    folder = Path(ended.stdout.strip().rsplit("%2F", 1)[1])

    assert folder.name.startswith("jiannuo-pg-")
    assert not (Path("/tmp") / folder).exists()


def test_a_missing_server_is_named_with_the_way_out(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "DEBIAN_HOME", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgres.PostgresMissing, match="apt-get install postgresql"):
        postgres.server_programs()


# What must be proven is not skipped


@pytest.mark.parametrize(("strict", "code"), [("1", 1), ("", 0)])
def test_a_skipped_browser_test_fails_where_all_must_run(tmp_path, strict, code):
    (tmp_path / "test_x.py").write_text(
        "import pytest\n\n@pytest.mark.browser\ndef test_page():\n    pytest.skip('no browser here')\n"
    )
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-c",
            "pyproject.toml",
            str(tmp_path),
        ],
        cwd=ROOT,
        env=outside_tests(JIANNUO_STRICT=strict, CI=""),
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == code, ended.stdout
    assert ("must not be skipped" in ended.stdout) is bool(strict)


# The project's papers


def test_each_dependency_says_why_it_is_there():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[>=<~]", line)[0].lower() for line in wanted}
    text = (ROOT / "docs" / "dependencies.md").read_text()
    told = {match.lower() for match in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)}

    assert names - told == set(), "without a reason in docs/dependencies.md"
    assert told - names - node_packages() == set(), "told of but no longer used"


def node_packages() -> set[str]:
    import json

    package = json.loads((ROOT / "frontend" / "package.json").read_text())
    return {
        name.lower() for name in {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    }


def test_each_package_of_the_pages_says_why_it_is_there():
    text = (ROOT / "docs" / "dependencies.md").read_text()

    assert {name for name in node_packages() if f"| `{name}`" not in text.lower()} == set()


def test_locks_name_packages_only_by_name_and_hash():
    for lock in (ROOT / "requirements.lock", ROOT / "scripts" / "node.lock"):
        lines = lock.read_text().splitlines()
        assert not [line for line in lines if "://" in line]
        assert len([line for line in lines if re.match(r"^[\w.-]+==", line)]) <= sum(
            "--hash" in line for line in lines
        )
