"""The first person of an empty installation."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization, OrganizationKind
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch):
    def typing(password: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))

    return typing


def test_a_company_is_founded_and_its_administrator_may_rule_it(typed):
    typed("Heron-81-lantern")

    call_command("found", "某某公司", username="chief", person="管理员")

    office, chief = Organization.objects.get(), User.objects.get()
    assert (office.name, office.kind) == ("某某公司", OrganizationKind.HEAD_OFFICE)
    assert chief.has_perm("accounts.edit", office)
    assert chief.check_password("Heron-81-lantern")


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [("某某公司", "12345678", "密码"), ("", "Heron-81-lantern", "不能为空")],
)
def test_what_cannot_be_kept_is_refused_whole(typed, name, password, message):
    typed(password)

    with pytest.raises(CommandError, match=message):
        call_command("found", name)

    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_an_installation_is_founded_once(typed):
    factories.organization()
    typed("Heron-81-lantern")

    with pytest.raises(CommandError, match=r"已有总部|already"):
        call_command("found", "另一家公司")

    assert Organization.objects.count() == 1
