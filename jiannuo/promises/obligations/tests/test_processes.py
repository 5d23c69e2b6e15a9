"""Sweepers as they are in production: processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.models import Notice
from jiannuo.promises.obligations.models import Obligation

from .conftest import START, Case

SWEEPER = """
import sys
from datetime import datetime
import django
django.setup()
from jiannuo.promises.obligations.sweep import sweep
print("ready", flush=True)
now = datetime.fromisoformat(sys.stdin.readline().strip())
acted = 0
while done := sweep(now, limit=7):
    acted += done
print(acted, flush=True)
"""


def address_of_the_database() -> str:
    """The test's database, for another process."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_three_processes_act_once_on_each_obligation(tmp_path):
    # Given 24 obligations that are all past due, and three sweepers that wait for the word
    case = Case()
    for _n in range(12):
        case.promised()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))},
        "DATABASE_URL": address_of_the_database(),
        "JIANNUO_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "jiannuo.config.settings",
    }
    sweepers = [
        subprocess.Popen(
            [sys.executable, "-c", SWEEPER],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _n in range(3)
    ]
    try:
        for sweeper in sweepers:
            assert sweeper.stdout.readline() == "ready\n"

        # When all begin at the same moment
        for sweeper in sweepers:
            sweeper.stdin.write(f"{(START + timedelta(hours=2)).isoformat()}\n")
            sweeper.stdin.flush()
        acted = [int(sweeper.communicate(timeout=120)[0]) for sweeper in sweepers]
    finally:
        for sweeper in sweepers:
            sweeper.kill()
            sweeper.wait()

    # Then each obligation was missed once, told once and written down once
    assert sum(acted) == 24
    assert Obligation.objects.filter(state="missed").count() == 24
    assert TimelineEntry.objects.filter(action="missed").count() == 24
    told = list(Notice.objects.filter(kind="obligations.missed").values_list("person_id", "key"))
    assert told
    assert len(told) == len(set(told))
