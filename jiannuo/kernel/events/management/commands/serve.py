from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.shortcuts import resolve_url

from jiannuo.config.process import Child, Supervisor, Unready, check_folder, check_port

# Fonts for printed forms are read where they lie, and compressing them for browsers would take two minutes; the pages
# that Django REST framework brings are switched off.
NOT_SERVED = [
    "NotoSans*.ttf",
    "rest_framework",
    "django_htmx",
    "django_tables2",
    "import_export",
    "treebeard",
]


class Command(BaseCommand):
    help = "Start everything on this machine: web, background tasks and periodic jobs. Ctrl-C stops all."
    # The children check themselves, at the same time.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            check_folder(settings.DATA_DIR)
            check_port(host, port)
            self.prepare_database()
            self.load_divisions_once()
            with self.collecting_static_files():
                demo = self.load_demo_once()
        except Unready as reason:
            raise CommandError(str(reason)) from None
        let_go_of_database()
        supervisor = Supervisor(children(host, port), environment(port, demo=demo))
        supervisor.start()
        address = f"http://{host_in_url(host)}:{port}{resolve_url(settings.LOGIN_URL)}"
        answers = supervisor.wait_until_answering(address)
        supervisor.start_others()
        if answers:
            self.greet(port, demo=demo)
        code = supervisor.watch()
        if code:
            sys.exit(code)

    def greet(self, port: int, *, demo: bool) -> None:
        address = settings.BASE_URL if "JIANNUO_BASE_URL" in os.environ else f"http://localhost:{port}"
        self.stdout.write(f"\n{settings.PRODUCT_NAME}: {address}  (Ctrl-C stops)\n")
        if demo and "demo_accounts" in get_commands():
            call_command("demo_accounts", stdout=self.stdout)
        elif not get_user_model()._default_manager.exists():
            self.stdout.write("Nobody can sign in yet. Make the first account: jiannuo createsuperuser")
        self.stdout.flush()
        let_go_of_database()

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def prepare_database(self) -> None:
        """Bring the tables up to date; costs one query when they are."""
        try:
            executor = MigrationExecutor(connection)
            behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        except OperationalError as error:
            raise Unready(f"The database does not answer: {str(error).strip().splitlines()[0]}") from None
        if behind:
            self.say("Preparing the database …")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)

    def load_divisions_once(self) -> None:
        """Fill an empty table of administrative divisions; without them addresses are text only, which is no end."""
        try:
            call_command("load_divisions", if_empty=True, stdout=self.stdout)
        except CommandError as missing:
            self.say(str(missing))

    @contextmanager
    def collecting_static_files(self) -> Iterator[None]:
        """Gather styles, scripts and pictures where the web server finds them, when any of them changed.

        Beside what is done meanwhile: compressing them takes as long as a good part of the demonstration data.
        """
        if settings.DEBUG:
            yield
            return
        digest = hashlib.sha256()
        for finder in get_finders():
            for path, storage in finder.list(NOT_SERVED):
                found = Path(storage.path(path)).stat()
                digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
        stamp = settings.DATA_DIR / "static.stamp"
        if stamp.exists() and stamp.read_text() == digest.hexdigest() and settings.STATIC_ROOT.exists():
            yield
            return
        self.say("Collecting static files …")
        ignored = [f"--ignore={pattern}" for pattern in NOT_SERVED]
        command = [sys.executable, "-m", "jiannuo", "collectstatic", "--clear", "--no-input", "-v0", *ignored]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as collecting:
            yield
        if collecting.returncode:
            raise Unready("The static files could not be collected: see above.")
        stamp.write_text(digest.hexdigest())

    def load_demo_once(self) -> bool:
        """Fill an empty database with demonstration data if the settings ask for it; whether it holds such data."""
        mark = settings.DATA_DIR / "demonstration"
        empty = not get_user_model()._default_manager.exists()
        if settings.DEMO and empty and "load_demo" in get_commands():
            self.say("Loading demonstration data …")
            call_command("load_demo", verbosity=0)
            mark.touch()
        return mark.exists()


def let_go_of_database() -> None:
    """Close every connection, pooled ones too: the children have their own, and this process only waits."""
    for link in connections.all():
        link.close()
        if link.vendor == "postgresql":
            link.close_pool()  # type: ignore[attr-defined]


def host_in_url(host: str) -> str:
    """The address at which this machine reaches what listens on `host`."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def environment(port: int, *, demo: bool) -> dict[str, str]:
    """What the children are told: the same settings, whatever this process was told on its command line."""
    return {**os.environ, "PORT": str(port), "JIANNUO_DEMO": "1" if demo else "", "PYTHONUNBUFFERED": "1"}


def children(host: str, port: int) -> list[Child]:
    """The web server, the worker of background tasks, and the scheduler of periodic jobs."""
    processes = os.environ.get("WEB_CONCURRENCY") or str(min(os.cpu_count() or 1, 4))
    web = [
        *(
            sys.executable,
            "-m",
            "gunicorn",
            "jiannuo.config.wsgi:application",
            "--preload",
            "--no-control-socket",
        ),
        *("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "--log-level", "warning"),
        *(
            "--workers",
            processes,
            "--threads",
            os.environ.get("JIANNUO_WEB_THREADS", "4"),
            "--timeout",
            "120",
        ),
    ]
    manage = (sys.executable, "-m", "jiannuo")
    return [
        Child("web", web),
        Child("worker", (*manage, "worker", "--no-reload")),
        Child("scheduler", (*manage, "scheduler")),
    ]
