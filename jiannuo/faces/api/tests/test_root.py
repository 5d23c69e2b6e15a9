"""The root, the schema, who am I, and health."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from drf_spectacular.drainage import reset_generator_stats
from drf_spectacular.validation import validate_schema

from jiannuo.faces.api import health
from jiannuo.faces.api.schema import _made
from jiannuo.kernel.events.models import PeriodicRun


def test_the_root_names_what_there_is(company, as_program):
    response = as_program(company.agent).get("/api/v1/")
    assert response.status_code == 200
    assert {"me", "schema"} <= set(response.json())


def test_who_am_i(company, as_program):
    me = as_program(company.agent).get("/api/v1/me/").json()
    assert me["username"] == company.agent.username
    assert me["roles"] == ["service_agent"]
    assert "requests.create" in me["permissions"]


@pytest.mark.urls("jiannuo.faces.api.tests.routes")
def test_the_schema_is_valid_openapi_3_1(company, as_program):
    response = as_program(company.agent).get("/api/v1/schema/")

    assert response.status_code == 200
    schema = response.json()
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)
    assert "/test/v1/requests/{number}/actions/{name}/" in schema["paths"]
    assert {"apiKey": []} in schema["paths"]["/test/v1/requests/"]["get"]["security"]


def test_every_part_of_the_schema_has_its_own_name(company, as_program, capsys):
    _made.cache_clear()
    reset_generator_stats()
    assert as_program(company.agent).get("/api/v1/schema/").status_code == 200
    assert capsys.readouterr().err == ""


def test_the_schema_is_not_for_strangers(client, db):
    assert client.get("/api/v1/schema/").status_code == 401


def test_the_process_is_up_without_a_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_tells_database_migrations_scheduler_and_worker(client, db, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", lambda: True)
    PeriodicRun.objects.all().delete()
    assert client.get("/readyz").json()["checks"]["scheduler"] == "unknown"

    run = PeriodicRun.objects.create(name="x", due_at=timezone.now(), started_at=timezone.now())
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "scheduler": "ok",
        "worker": "ok",
    }

    run.started_at -= timedelta(hours=1)
    run.save()
    assert client.get("/readyz").json()["checks"]["scheduler"] == "late"


def test_not_ready_while_migrations_wait_or_the_database_is_away(client, db, monkeypatch):
    monkeypatch.setattr(health, "_is_migrated", lambda: False)
    assert client.get("/readyz").status_code == 503

    def away():
        raise DatabaseError

    monkeypatch.setattr(health, "_is_migrated", away)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["database"]) == (503, "unreachable")
