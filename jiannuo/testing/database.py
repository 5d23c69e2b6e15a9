"""A migrated SQLite database kept between test runs: a run begins with a copy instead of with every migration."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT_SECONDS = 2 * 24 * 3600


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


def _usable(config: pytest.Config) -> bool:
    from django.db import connection

    return connection.vendor == "sqlite" and not config.option.nomigrations


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest, django_db_modify_db_settings: None) -> bool:
    """Lay a copy of the kept database where the test database is expected, and have it used."""
    from django.db import connections

    template = template_path()
    if not _usable(request.config) or not template.exists():
        return bool(request.config.option.reuse_db)
    shutil.copyfile(template, connections.databases["default"]["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_setup: Any, django_db_blocker: Any) -> None:
    """After the first set-up with these migrations, keep a copy of the database for later runs."""
    template = template_path()
    if _usable(request.config) and not template.exists():
        from django.db import connection

        forget_old_templates()
        unfinished = template.with_suffix(f".{os.getpid()}")
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(unfinished)])
        unfinished.replace(template)
