"""An empty database is laid at once, and is then what the migrations make of it one by one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

STEP_BY_STEP = """
import django; django.setup()
from django.core.management import call_command
from django.core.management.commands.migrate import Command
call_command(Command(), verbosity=0)
"""
AT_ONCE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
WRITTEN_ANEW = re.compile(r"id|applied|content_type_id|\w+_at")
NAME_OF_RULE = re.compile(r'^CONSTRAINT "\w+" ')
SAID_BY_POSTGRES = """
    SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, 'index', replace(indexdef, indexname, '') FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT event_object_table, 'trigger', action_statement FROM information_schema.triggers
    UNION ALL SELECT attrelid::regclass::text, attname, concat_ws(
        ' ', format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
        pg_get_expr(adbin, adrelid)
    ) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (
        SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm')
    )
"""

Laid = Callable[[str], BaseDatabaseWrapper]


@pytest.fixture
def laid(tmp_path: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Laid]:
    """Make an empty database with the given program; the connection leads to it."""
    made: list[str] = []

    def lay(program: str) -> BaseDatabaseWrapper:
        alias = f"laid_{len(made)}"
        folder = tmp_path / alias
        folder.mkdir()
        environment = {
            **os.environ,
            "JIANNUO_DATA": str(folder),
            "DJANGO_SETTINGS_MODULE": "jiannuo.config.settings",
        }
        kept = {**connection.settings_dict, "NAME": str(folder / "jiannuo.sqlite3")}
        if connection.vendor == "postgresql":
            kept["NAME"] = f"{connection.settings_dict['NAME']}_{alias}"
            with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
                cursor.execute(f'DROP DATABASE IF EXISTS "{kept["NAME"]}"')
                cursor.execute(f'CREATE DATABASE "{kept["NAME"]}"')
            parts = urlsplit(os.environ["DATABASE_URL"])
            environment["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{kept['NAME']}"))
        made.append(alias)
        subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, env=environment, check=True)
        connections.databases[alias] = kept
        return connections[alias]

    with django_db_blocker.unblock():
        yield lay
        for alias in made:
            connections[alias].close()
            if connection.vendor == "postgresql":
                with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
                    cursor.execute(f'DROP DATABASE IF EXISTS "{connections.databases[alias]["NAME"]}"')
            del connections[alias], connections.databases[alias]


def laid_out(database: BaseDatabaseWrapper) -> set[tuple[str, ...]]:
    """What the database itself says of columns, keys, checks, indexes and triggers; without their names."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(SAID_BY_POSTGRES)
            return {tuple(map(str, row)) for row in cursor.fetchall()}
        cursor.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE sql <> ''")
        found: set[tuple[str, ...]] = set()
        for kind, table, sql in cursor.fetchall():
            ordinary = kind == "table" and sql.startswith("CREATE TABLE")
            found |= {(kind, table, part) for part in (parts_of(sql) if ordinary else [sql])}
        return found


def parts_of(sql: str) -> list[str]:
    """The columns and constraints of a table, one by one, as its text in SQLite says them."""
    parts, depth = [""], 0
    for sign in sql[sql.index("(") + 1 : sql.rindex(")")]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [NAME_OF_RULE.sub("", part.strip()) for part in parts]


def rows(database: BaseDatabaseWrapper, table: str) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
        names = [column.name if hasattr(column, "name") else column[0] for column in cursor.description]
        return sorted(
            repr(
                sorted(
                    (name, str(value))
                    for name, value in zip(names, row, strict=True)
                    if not WRITTEN_ANEW.fullmatch(name)
                )
            )
            for row in cursor.fetchall()
        )


@pytest.mark.slow
def test_an_empty_database_laid_at_once_is_what_the_migrations_make(laid: Laid) -> None:
    at_once, step_by_step = laid(AT_ONCE), laid(STEP_BY_STEP)
    assert laid_out(at_once) == laid_out(step_by_step)
    for name in step_by_step.introspection.table_names():
        assert rows(at_once, name) == rows(step_by_step, name), name


@pytest.mark.django_db(transaction=True)
def test_a_database_with_tables_is_left_to_its_migrations() -> None:
    from jiannuo.kernel.schema import lay_schema

    assert lay_schema(connection) is False
