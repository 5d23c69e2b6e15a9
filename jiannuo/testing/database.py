"""A migrated database kept for the workers of a run, on SQLite between runs too: they begin with a copy of it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT_SECONDS = 2 * 24 * 3600
LOCK = pytest.StashKey[Any]()


def template_path() -> Path:
    """Where the database for the present migrations is kept; another path as soon as one of them changes."""
    digest = hashlib.sha256()
    package = ROOT / "jiannuo"
    for path in sorted(
        [*package.rglob("migrations/*.py"), *package.rglob("data/*"), ROOT / "requirements.lock"]
    ):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    name = f"jiannuo-test-template-{os.getuid()}-{digest.hexdigest()[:16]}.sqlite3"
    return Path(tempfile.gettempdir()) / name


def forget_old_templates() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"jiannuo-test-template-{os.getuid()}-*.sqlite3"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_keepdb(
    request: pytest.FixtureRequest, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Generator[bool]:
    """Lay a copy of the kept database where the test database is expected, and have it used.

    Of several workers one migrates; the others wait for its database. The lock is held until the copy is kept, or
    until the run ends, when nothing could be kept.
    """
    if request.config.option.nomigrations or request.config.option.reuse_db:
        yield bool(request.config.option.reuse_db)
        return
    from django.db import connection

    template = template_path()
    with Path(template.with_suffix(f".{connection.vendor}.lock")).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with django_db_blocker.unblock():
            found = _lay(template) if connection.vendor == "sqlite" else _clone(template)
        if found:
            fcntl.flock(lock, fcntl.LOCK_UN)
        request.config.stash[LOCK] = lock
        yield found


def _lay(template: Path) -> bool:
    from django.db import connections

    if template.exists():
        shutil.copyfile(template, connections.databases["default"]["TEST"]["NAME"])
    return template.exists()


def _clone(template: Path) -> bool:
    """PostgreSQL copies a database that nobody uses."""
    from django.db import connection

    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template.stem])
        found = cursor.fetchone() is not None
        if found:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template.stem}"')
    connection.close()
    return found


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_keepdb: bool, django_db_setup: Any, django_db_blocker: Any
) -> None:
    """After the first set-up with these migrations, keep a copy of the database for other workers and later runs."""
    lock = request.config.stash.get(LOCK, None)
    if lock is None:
        return
    template = template_path()
    if not django_db_keepdb:
        _keep(template, django_db_blocker)
        fcntl.flock(lock, fcntl.LOCK_UN)
    with django_db_blocker.unblock():
        restore_after_transactions(template)


def _keep(template: Path, django_db_blocker: Any) -> None:
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            forget_old_templates()
            unfinished = template.with_suffix(f".{os.getpid()}")
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(unfinished)])
            unfinished.replace(template)
        else:
            name = connection.settings_dict["NAME"]
            connection.close()
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{template.stem}" TEMPLATE "{name}"')


def restore_after_transactions(template: Path) -> None:
    """After a test that commits, bring back what the migrations left, in a hundredth of the time that Django takes.

    Django empties every table, with the rows that migrations laid, and makes the permissions of all models anew.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS kept")
            for table in _filled_tables():
                cursor.execute(f'CREATE TABLE IF NOT EXISTS kept."{table}" AS TABLE "{table}"')

    def restore(self: TransactionTestCase) -> None:
        if connection.vendor == "postgresql":
            _refill()
        else:
            connection.ensure_connection()
            with closing(sqlite3.connect(f"file:{template}?mode=ro", uri=True)) as source:
                source.backup(connection.connection)

    TransactionTestCase._fixture_teardown = restore  # type: ignore[attr-defined]


def _filled_tables(schema: str = "public") -> list[str]:
    """The tables that hold rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        names = [row[0] for row in cursor.fetchall()]
        asked = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {schema}.\"{name}\")" for name in names]
        cursor.execute(" UNION ALL ".join(asked))
        return [row[0] for row in cursor.fetchall()]


def _refill() -> None:
    from django.db import connection, transaction

    filled, kept = _filled_tables(), _filled_tables("kept")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign key is asked meanwhile
        for table in filled:
            cursor.execute(f'DELETE FROM "{table}"')
        for table in kept:
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM kept."{table}"')
