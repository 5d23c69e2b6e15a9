"""The tree of organisations: found, changed, moved and closed by the rules, within one's own scope."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from jiannuo.office.organizations import services
from jiannuo.office.organizations.models import Organization, area_prefix
from jiannuo.office.organizations.queries import tree
from jiannuo.office.organizations.scope import organization_ids, paths_upwards
from jiannuo.testing import factories


def values(**fields):
    return {
        "code": "D9",
        "name": "杭州西湖店",
        "kind": "dealer",
        "areas": [],
        "time_zone": "Asia/Shanghai",
        **fields,
    }


def fresh(organization):
    return Organization.objects.get(pk=organization.pk)


def refused_field(call):
    with pytest.raises(ValidationError) as refused:
        call()
    return set(refused.value.message_dict) if hasattr(refused.value, "error_dict") else set()


def test_a_dealer_is_founded_below_a_branch(company, administrator, divisions):
    made = services.found(company.branch, by=administrator, **values(areas=["330100", "330106"]))

    assert Organization.objects.get_parent(made) == company.branch
    assert made.areas == ["3301", "330106"]
    assert made.serves("330106")
    assert not made.serves("3302")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"kind": "castle"}, "kind"),
        ({"kind": "head_office"}, "kind"),
        ({"kind": "supplier"}, "kind"),
        ({"areas": ["9999"]}, "areas"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"agreement_from": date(2026, 5, 1), "agreement_to": date(2026, 4, 30)}, "agreement_to"),
    ],
)
def test_records_that_cannot_be_are_refused(company, administrator, fields, field):
    before = Organization.objects.count()
    assert field in refused_field(
        lambda: services.found(company.branch, by=administrator, **values(**fields))
    )
    assert Organization.objects.count() == before


def test_a_code_is_used_once(company, administrator):
    code = company.dealer_a.code
    assert refused_field(lambda: services.found(company.branch, by=administrator, **values(code=code))) == {
        "code"
    }
    assert refused_field(lambda: services.change(company.dealer_b, by=administrator, code=code)) == {"code"}


def test_kinds_have_their_places(company, administrator):
    # A dealer stands below a branch, not below a dealer; a station may
    assert refused_field(lambda: services.found(company.dealer_a, by=administrator, **values())) == {"kind"}
    services.found(company.dealer_a, by=administrator, **values(kind="station"))
    # And a branch with dealers below it does not become a warehouse
    assert refused_field(lambda: services.change(company.branch, by=administrator, kind="warehouse")) == {
        "kind"
    }


def test_moving_takes_everything_below_along_and_changes_who_sees_it(company, administrator):
    other = services.found(company.head, by=administrator, **values(kind="branch"))
    manager = factories.person("department_manager", at=other)
    station = services.found(company.dealer_a, by=administrator, **values(code="S1", kind="station"))

    services.move(company.dealer_a, other, by=administrator)

    assert fresh(station).path.startswith(fresh(other).path)
    assert organization_ids(manager) == {other.pk, company.dealer_a.pk, station.pk}


def test_moves_that_make_no_sense_are_refused(company, administrator):
    for node, target in (
        (company.branch, company.dealer_a),
        (company.branch, company.branch),
        (company.head, company.branch),
        (company.dealer_a, company.dealer_b),
    ):
        with pytest.raises(ValidationError):
            services.move(fresh(node), fresh(target), by=administrator)


def test_an_organisation_is_closed_when_nobody_depends_on_it(company, administrator):
    with pytest.raises(ValidationError):
        services.set_active(company.head, False, by=administrator)
    with pytest.raises(ValidationError):
        services.set_active(company.branch, False, by=administrator)
    with pytest.raises(ValidationError):
        services.set_active(company.dealer_a, False, by=administrator)
    empty = services.found(company.branch, by=administrator, **values())

    assert not services.set_active(empty, False, by=administrator).active
    with pytest.raises(ValidationError):
        services.found(fresh(empty), by=administrator, **values(code="S1", kind="station"))


def test_only_within_ones_own_scope(company):
    below = factories.person("administrator", at=company.branch)
    other = factories.organization(company.head)
    for forbidden in (
        lambda: services.found(company.head, by=below, **values()),
        lambda: services.change(company.head, by=below, name="x"),
        lambda: services.move(company.dealer_a, other, by=below),
        lambda: services.move(company.branch, company.head, by=below),
        lambda: services.set_active(other, False, by=below),
        lambda: services.found(company.branch, by=company.agent, **values()),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("330000", "33"), ("330100", "3301"), ("330106", "330106"), ("3310", "3310"), ("331000", "3310")],
)
def test_padded_codes_of_divisions(code, prefix):
    assert area_prefix(code) == prefix


def test_areas_are_read_as_people_type_them(divisions):
    assert services.parse_areas(" 3301、330106，3301\n") == ["3301", "330106"]
    with pytest.raises(ValidationError, match="9901"):
        services.parse_areas("3301 9901")


def test_the_scope(company):
    assert organization_ids(company.general_manager) is None
    assert organization_ids(company.clerk_a) == {company.dealer_a.pk}
    assert organization_ids(company.agent) == {company.branch.pk, company.dealer_a.pk, company.dealer_b.pk}
    assert organization_ids(factories.person("customer", at=company.dealer_a)) == frozenset()
    assert organization_ids(factories.person(at=company.dealer_a)) == frozenset()
    company.clerk_a.is_active = False
    assert organization_ids(company.clerk_a) == frozenset()


def test_the_scope_of_a_permission(company):
    # Given a technician at the branch who is a clerk at dealer A
    person = factories.person("technician", at=company.branch)
    person.role_assignments.create(role="dealer_clerk", organization=company.dealer_a)

    # Then requests are theirs to see at dealer A only
    assert organization_ids(person, "requests.view") == {company.dealer_a.pk}
    assert company.dealer_b.pk in organization_ids(person)
    assert organization_ids(person, "audit.view") == frozenset()


def test_paths_upwards(company):
    assert paths_upwards(company.dealer_a) == [company.head.path, company.branch.path, company.dealer_a.path]


def test_the_tree_costs_the_same_whatever_its_size(
    company, administrator, divisions, django_assert_max_num_queries
):
    for n in range(20):
        services.found(fresh(company.branch), by=administrator, **values(code=f"X{n}", areas=["3301"]))
    with django_assert_max_num_queries(4):
        rows = tree(administrator)
    assert len(rows) == 24
    assert rows[-1].areas == ["杭州市"]
    assert [row.level for row in rows[:3]] == [0, 1, 2]


def test_the_pages(client, company, administrator, divisions, django_assert_max_num_queries):
    client.force_login(administrator)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("organizations:list")).content.decode()
    assert company.dealer_a.name in page
    with django_assert_max_num_queries(15):
        detail = client.get(company.branch.get_absolute_url()).content.decode()
    assert company.agent.name in detail
    found = client.get(
        reverse("organizations:list"), {"q": company.dealer_b.code, "kind": "dealer"}
    ).content.decode()
    assert company.dealer_a.name not in found


def test_founding_changing_moving_and_closing_on_the_pages(client, company, administrator, divisions):
    client.force_login(administrator)
    form = {**values(areas="3301"), "parent": company.branch.pk, "agreement_from": "2026-01-01"}

    response = client.post(reverse("organizations:create"), form)
    made = Organization.objects.get(code="D9")
    assert response["Location"] == made.get_absolute_url()
    client.post(reverse("organizations:edit", args=[made.pk]), {**form, "name": "新名字"})
    assert fresh(made).name == "新名字"
    client.post(reverse("organizations:move", args=[made.pk]), {"parent": company.head.pk})
    assert Organization.objects.get_parent(fresh(made)) == company.head
    client.post(reverse("organizations:active", args=[made.pk]), {"active": "0"})
    assert not fresh(made).active


@pytest.mark.parametrize(
    "fields",
    [
        {"areas": "9901"},
        {"code": ""},
        {"kind": "supplier"},
        {"grade": "E"},
        {"phone": "call me"},
        {"agreement_from": "2026-13-01"},
        {"agreement_from": "2026-05-01", "agreement_to": "2026-04-01"},
        {"parent": "0"},
    ],
)
def test_a_form_with_errors_answers_422(client, company, administrator, fields):
    client.force_login(administrator)
    form = {**values(areas=""), "parent": company.branch.pk, **fields}
    assert client.post(reverse("organizations:create"), form).status_code == 422
    assert not Organization.objects.filter(code="D9").exists()


def test_organisations_of_others_are_not_found_and_roles_refused(client, company):
    client.force_login(company.clerk_a)
    assert client.get(company.dealer_b.get_absolute_url()).status_code == 404
    assert company.dealer_b.name not in client.get(reverse("organizations:list")).content.decode()
    assert client.get(reverse("organizations:create")).status_code == 403
    client.force_login(factories.person("administrator", at=company.dealer_a))
    assert client.get(reverse("organizations:edit", args=[company.branch.pk])).status_code == 404
    client.force_login(factories.person("technician", at=company.branch))
    assert client.get(reverse("organizations:list")).status_code == 403
