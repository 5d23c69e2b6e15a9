"""People and roles: who may change whom, and nobody gains what they do not have."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from jiannuo.office.accounts import services
from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.queries import organizations_ruled_by
from jiannuo.office.accounts.roles import PERMISSIONS, PERMISSIONS_BY_ROLE, Role
from jiannuo.office.organizations.models import Organization
from jiannuo.testing import factories


@pytest.fixture
def dealer_administrator(company):
    """Rules over accounts at dealer A only."""
    return factories.person("administrator", at=company.dealer_a)


def values_for(organization, **fields):
    return {
        "name": "刘洋",
        "username": "liuyang",
        "organization": organization,
        "phone": "13812345678",
        "email": "liuyang@example.com",
        "language": "zh-hans",
        **fields,
    }


# Services


def test_the_scope_is_the_subtree_of_the_roles(company, dealer_administrator):
    assert set(organizations_ruled_by(dealer_administrator)) == {company.dealer_a}
    assert set(User.objects.visible_to(company.agent)) == {
        company.agent,
        company.department_manager,
        company.clerk_a,
        company.clerk_b,
        dealer_administrator,
    }


def test_a_person_is_employed_within_ones_own_scope_only(company, dealer_administrator):
    made = services.create_person(by=dealer_administrator, **values_for(company.dealer_a))
    assert not made.has_usable_password()
    for place in (company.dealer_b, company.branch, company.head):
        with pytest.raises(PermissionDenied):
            services.create_person(
                by=dealer_administrator, **values_for(place, username="x", email="x@example.com")
            )
    with pytest.raises(PermissionDenied):
        services.create_person(by=company.general_manager, **values_for(company.head))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "TAKEN"}, "username"),
        ({"email": "Taken@Example.com"}, "email"),
        ({"email": "taken"}, "email"),
        ({"username": "", "email": "y@example.com"}, "username"),
        ({"name": "", "email": "y@example.com"}, "name"),
        ({"email": ""}, "email"),
        ({"language": "klingon"}, "language"),
    ],
)
def test_records_that_cannot_be_are_refused(company, administrator, fields, field):
    factories.person(at=company.branch, username="taken", email="taken@example.com")
    with pytest.raises(ValidationError) as refused:
        services.create_person(by=administrator, **values_for(company.branch, **fields))
    assert field in refused.value.message_dict


def test_a_weak_first_password_is_refused(company, administrator):
    with pytest.raises(ValidationError):
        services.create_person(by=administrator, password="12345", **values_for(company.branch))
    made = services.create_person(
        by=administrator, password="a horse in a battery", **values_for(company.branch)
    )
    assert made.check_password("a horse in a battery")


def test_an_administrator_below_cannot_take_over_an_account_from_above(company, dealer_administrator):
    # Given a person employed at dealer A who holds a role at the branch too
    above = factories.person("dealer_clerk", at=company.dealer_a)
    RoleAssignment.objects.create(user=above, role="department_manager", organization=company.branch)

    # Then the administrator of dealer A may neither change nor deactivate them, nor set their address
    assert not services.may_manage(dealer_administrator, above)
    for forbidden in (
        lambda: services.change_person(above, by=dealer_administrator, email="mine@example.com"),
        lambda: services.set_active(above, False, by=dealer_administrator),
        lambda: services.grant_role(above, Role.TECHNICIAN, company.dealer_a, by=dealer_administrator),
        lambda: services.revoke_role(above.role_assignments.first(), by=dealer_administrator),
    ):
        with pytest.raises(PermissionDenied):
            forbidden()


def test_a_role_is_granted_within_ones_own_scope_only(company, dealer_administrator):
    services.grant_role(company.clerk_a, Role.DEALER_TECHNICIAN, company.dealer_a, by=dealer_administrator)
    with pytest.raises(PermissionDenied):
        services.grant_role(company.clerk_a, Role.DEALER_CLERK, company.branch, by=dealer_administrator)
    with pytest.raises(PermissionDenied):
        services.grant_role(company.clerk_b, Role.DEALER_CLERK, company.dealer_b, by=dealer_administrator)


def test_nobody_changes_their_own_roles(company, administrator):
    with pytest.raises(ValidationError):
        services.grant_role(administrator, Role.GENERAL_MANAGER, company.head, by=administrator)
    with pytest.raises(ValidationError):
        services.revoke_role(administrator.role_assignments.get(), by=administrator)
    with pytest.raises(ValidationError):
        services.set_active(administrator, False, by=administrator)


def test_roles_that_rule_are_granted_only_by_those_who_rule_in_the_same_way(
    company, administrator, monkeypatch
):
    # Given a role that rules over accounts but may not see the audit trail
    lesser = {**PERMISSIONS_BY_ROLE, "dispatcher": frozenset({"accounts.edit", "accounts.view"})}
    for module in ("services", "backends"):
        monkeypatch.setattr(f"jiannuo.office.accounts.{module}.PERMISSIONS_BY_ROLE", lesser)
    lesser_one = factories.person("dispatcher", at=company.head)

    # Then it cannot make an administrator, but a clerk
    assert not services.may_grant(lesser_one, "administrator", company.branch)
    assert services.may_grant(lesser_one, "dealer_clerk", company.branch)
    assert services.may_grant(administrator, "administrator", company.branch)


def test_roles_given_twice_at_closed_places_or_mixed_with_customers_are_refused(company, administrator):
    with pytest.raises(ValidationError):
        services.grant_role(company.clerk_a, Role.DEALER_CLERK, company.dealer_a, by=administrator)
    with pytest.raises(ValidationError):
        services.grant_role(company.clerk_a, Role.CUSTOMER, company.dealer_a, by=administrator)
    Organization.objects.filter(pk=company.dealer_b.pk).update(active=False)
    with pytest.raises(ValidationError):
        services.grant_role(
            company.clerk_a,
            Role.DEALER_CLERK,
            Organization.objects.get(pk=company.dealer_b.pk),
            by=administrator,
        )


def test_who_is_deactivated_is_out_at_once(company, administrator):
    # Given a clerk who is signed in, has a key and stands in for somebody
    client = Client()
    client.post(
        reverse("account_login"), {"login": company.clerk_a.username, "password": "correct horse battery"}
    )
    services.issue_token(company.clerk_a, name="ERP", days=3)
    company.agent.deputy = company.clerk_a
    company.agent.save()

    # When they are deactivated
    services.set_active(company.clerk_a, False, by=administrator)

    # Then nothing of it is left, also not when they come back
    assert company.clerk_a.api_tokens.count() == 0
    assert User.objects.get(pk=company.agent.pk).deputy is None
    services.set_active(company.clerk_a, True, by=administrator)
    assert client.get(reverse("notices:inbox")).status_code == 302


def test_the_own_profile_has_its_limits(company):
    with pytest.raises(PermissionDenied):
        services.change_profile(company.clerk_a, organization=company.head)
    with pytest.raises(ValidationError):
        services.change_profile(company.clerk_a, deputy=company.clerk_a)


@pytest.mark.parametrize("days", [0, 366])
def test_keys_live_at_most_a_year(company, days):
    with pytest.raises(ValidationError):
        services.issue_token(company.agent, name="x", days=days)


# Permissions


def test_the_matrix_is_whole(db):
    assert set(PERMISSIONS_BY_ROLE) == set(Role.values)
    assert PERMISSIONS_BY_ROLE["customer"] == frozenset()
    assert all(holders <= set(Role) for _what, holders in PERMISSIONS.values())


def test_a_permission_counts_where_the_role_is_held(company):
    assert company.clerk_a.has_perm("requests.create")
    assert company.clerk_a.has_perm("requests.create", company.dealer_a)
    assert not company.clerk_a.has_perm("requests.create", company.branch)
    assert company.general_manager.has_perm("orders.review", company.dealer_b)
    assert not company.general_manager.has_perm("unknown.permission")
    company.clerk_a.is_active = False
    assert not company.clerk_a.has_perm("requests.create")


def test_permissions_cost_one_query_a_request(company, django_assert_num_queries):
    person = User.objects.get(pk=company.clerk_a.pk)
    with django_assert_num_queries(1):
        for permission in PERMISSIONS:
            person.has_perm(permission)
            person.has_perm(permission, company.dealer_a)


# Pages


def test_the_list_of_people(client, company, administrator, django_assert_max_num_queries):
    client.force_login(administrator)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("accounts:people")).content.decode()
    assert company.agent.name in page
    found = client.get(reverse("accounts:people"), {"role": "general_manager"}).content.decode()
    assert company.general_manager.name in found
    assert company.agent.username not in found


def test_people_of_others_are_not_found(client, company, dealer_administrator):
    client.force_login(dealer_administrator)
    assert company.clerk_b.username not in client.get(reverse("accounts:people")).content.decode()
    for name in ("person", "person_edit", "role_grant"):
        assert client.get(reverse(f"accounts:{name}", args=[company.clerk_b.pk])).status_code == 404
    for name in ("person_active", "person_password"):
        assert client.post(reverse(f"accounts:{name}", args=[company.clerk_b.pk])).status_code == 404


def test_roles_without_the_permission_are_refused(client, company):
    client.force_login(company.clerk_a)
    for name in ("people", "person_create", "roles"):
        assert client.get(reverse(f"accounts:{name}")).status_code == 403
    client.force_login(company.general_manager)
    assert client.get(reverse("accounts:people")).status_code == 200
    assert client.get(reverse("accounts:person", args=[company.agent.pk])).status_code == 200
    assert client.get(reverse("accounts:person_edit", args=[company.agent.pk])).status_code == 403


def form_for(organization, **fields):
    return {**values_for(organization, **fields), "organization": organization.pk}


def test_a_new_person_gets_a_link_to_set_a_password(client, company, administrator):
    client.force_login(administrator)

    response = client.post(reverse("accounts:person_create"), form_for(company.branch))

    made = User.objects.get(username="liuyang")
    assert response["Location"] == reverse("accounts:person", args=[made.pk])
    assert [m.to for m in mail.outbox] == [["liuyang@example.com"]]


@pytest.mark.parametrize(
    "fields",
    [{"phone": "138abc"}, {"email": "x"}, {"username": ""}, {"organization": "999999"}, {"password": "1"}],
)
def test_a_form_with_errors_answers_422(client, company, administrator, fields):
    client.force_login(administrator)
    response = client.post(reverse("accounts:person_create"), {**form_for(company.branch), **fields})
    assert response.status_code == 422
    assert not User.objects.filter(username="liuyang").exists()


def test_an_administrator_cannot_choose_a_place_outside_their_scope(client, company, dealer_administrator):
    client.force_login(dealer_administrator)
    assert client.post(reverse("accounts:person_create"), form_for(company.branch)).status_code == 422
    grant = reverse("accounts:role_grant", args=[company.clerk_a.pk])
    assert client.post(grant, {"role": "dispatcher", "organization": company.branch.pk}).status_code == 422


def test_changing_a_person_and_their_roles(client, company, administrator):
    client.force_login(administrator)
    person = company.clerk_a
    page = reverse("accounts:person", args=[person.pk])

    assert (
        client.post(reverse("accounts:person_edit", args=[person.pk]), form_for(company.dealer_a))["Location"]
        == page
    )
    grant = reverse("accounts:role_grant", args=[person.pk])
    assert 'name="role"' in client.get(grant, HTTP_HX_REQUEST="true").content.decode()
    client.post(grant, {"role": "dealer_technician", "organization": company.dealer_a.pk})
    held = person.role_assignments.get(role="dealer_clerk")
    client.post(reverse("accounts:role_revoke", args=[person.pk, held.pk]))

    person = User.objects.get(pk=person.pk)
    assert (person.name, person.roles) == ("刘洋", {"dealer_technician"})
    assert client.get(page).status_code == 200


def test_deactivating_and_mailing_a_link(client, company, administrator):
    client.force_login(administrator)
    args = [company.clerk_a.pk]

    client.post(reverse("accounts:person_password", args=args))
    assert len(mail.outbox) == 1
    client.post(reverse("accounts:person_active", args=args), {"active": "0"})
    assert not User.objects.get(pk=company.clerk_a.pk).is_active
    client.post(reverse("accounts:person_active", args=[administrator.pk]), {"active": "0"})
    assert User.objects.get(pk=administrator.pk).is_active


def test_the_role_matrix_is_shown_as_the_code_has_it(client, administrator):
    client.force_login(administrator)
    response = client.get(reverse("accounts:roles"))
    rows = {name: held for name, _what, held in response.context["rows"]}
    assert rows["accounts.edit"] == [role == Role.ADMINISTRATOR for role in Role]


def test_the_own_profile(client, company):
    client.force_login(company.agent)
    url = reverse("accounts:profile")

    data = {"phone": "13900001111", "language": "en", "deputy": company.department_manager.pk}
    assert client.post(url, data).status_code == 302
    person = User.objects.get(pk=company.agent.pk)
    assert (person.phone, person.language, person.notify_by_email) == ("13900001111", "en", False)
    assert client.post(url, {**data, "phone": "abc"}).status_code == 422
    # Nobody from outside becomes a deputy
    outsider = factories.person("dealer_clerk", at=factories.organization(company.head))
    assert client.post(url, {**data, "deputy": outsider.pk}).status_code == 422


def test_a_key_is_shown_once(client, company):
    client.force_login(company.agent)
    url = reverse("accounts:tokens")

    page = client.post(url, {"name": "ERP", "days": "30"})
    key = page.context["key"]

    assert key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert key not in client.get(url).content.decode()
    assert client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {key}").status_code == 200


@pytest.mark.parametrize(
    "data", [{"name": "", "days": "3"}, {"name": "x", "days": "0"}, {"name": "x", "days": "999"}]
)
def test_keys_that_cannot_be_issued(client, company, data):
    client.force_login(company.agent)
    assert client.post(reverse("accounts:tokens"), data).status_code == 422
    assert company.agent.api_tokens.count() == 0


def test_keys_are_revoked_by_their_owner_only(client, company):
    token, key = services.issue_token(company.agent, name="x", days=3)
    url = reverse("accounts:token_revoke", args=[token.pk])

    client.force_login(company.clerk_a)
    assert client.post(url).status_code == 404
    client.force_login(company.agent)
    client.post(url)
    assert Client().get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {key}").status_code == 401
