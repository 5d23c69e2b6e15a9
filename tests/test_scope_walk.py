"""No address shows one dealer what is another's: every URL and every API route, as four kinds of people."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.samples import Route, World, build_world, routes

pytestmark = [pytest.mark.once, pytest.mark.slow]

#: Open to everybody: signing in, health, the customers' pages behind unguessable codes, the choice of language,
#: names of administrative divisions.
PUBLIC_ROOMS = {"portal"}
PUBLIC_NAMES = {
    "api:healthz",
    "api:readyz",
    "set_language",
    "regions:children",
    "regions:parse",
    # The technician app without its data.
    "field:app",
    "field:manifest",
    "field:worker",
}
#: Open to everybody who is signed in: what is their own, and what belongs to nobody.
OWN_NAMES = {
    "accounts:profile",
    "staffing:mine",
    "staffing:leave_new",
    "notices:inbox",
    "notices:count",
    "search:results",
    "search:suggest",
    "api:me",
    "api:root",
    "api:schema",
}
REFUSED = {403, 404, 405}


def is_public(route: Route) -> bool:
    return route.name in PUBLIC_NAMES or route.room in PUBLIC_ROOMS or route.path.startswith("accounts/")


@pytest.fixture
def world(db):
    return build_world()


def visitor(person=None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def address(route: Route, world: World) -> str:
    try:
        return reverse(route.name, kwargs=route.fill(world))
    except NoReverseMatch as error:
        raise LookupError(f"{route.name}: the sample does not fit the address: {error}") from error


def addresses(url: str, route: Route, world: World) -> list[str]:
    """The address, and for lists and searches the same with a question for dealer A's records."""
    return [url] if route.parts else [url, f"{url}?{urlencode(world.query)}"]


def test_every_part_of_every_address_has_a_sample(world):
    unknown = []
    for route in routes():
        try:
            address(route, world)
        except LookupError as error:
            unknown.append(str(error))
    assert not unknown, "\n".join(unknown)


def body(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "ignore")


def told(response, world: World) -> list[str]:
    """The secrets of dealer A that a response tells."""
    text = body(response) + response.get("Location", "")
    return [secret for secret in world.secrets if secret in text]


def test_strangers_get_nothing_but_the_way_to_sign_in(world):
    client, wrong = visitor(), []
    for route in routes():
        url = address(route, world)
        response = client.get(url)
        if is_public(route):
            if response.status_code >= 500:
                wrong.append(f"{response.status_code} {url}")
            continue
        to_sign_in = response.status_code == 302 and response["Location"].startswith(reverse("account_login"))
        if not (to_sign_in or response.status_code in {401, 403, 405}):
            wrong.append(f"{response.status_code} {url} ({route.name})")
    assert not wrong, "\n".join(wrong)


def test_the_owner_meets_no_error(world):
    client, wrong = visitor(world.clerk_a), []
    for route in routes():
        if route.name == "account_logout":
            continue
        url = address(route, world)
        for asked in addresses(url, route, world):
            response = client.get(asked)
            if response.status_code >= 500:
                wrong.append(f"{response.status_code} {asked} ({route.name})")
    assert not wrong, "\n".join(wrong)


def test_another_dealer_is_refused_what_is_not_theirs(world):
    client, wrong = visitor(world.clerk_b), []
    for route in routes():
        if route.name == "account_logout" or is_public(route):
            continue
        url = address(route, world)
        for asked in addresses(url, route, world):
            response = client.get(asked)
            secrets = told(response, world) if route.name != "api:not_found" else []
            if route.is_owned(world) and response.status_code not in REFUSED:
                wrong.append(f"{response.status_code} {asked} ({route.name})")
            # A refusal repeats the address that was asked for; that tells nothing.
            elif response.status_code not in REFUSED and _real(secrets, asked):
                wrong.append(f"tells {_real(secrets, asked)} {asked} ({route.name})")
            elif response.status_code >= 500:
                wrong.append(f"{response.status_code} {asked} ({route.name})")
    assert not wrong, "\n".join(wrong)


def _real(secrets: list[str], asked: str) -> list[str]:
    """Without what the address itself says."""
    return [secret for secret in secrets if secret not in asked]


def test_another_dealer_changes_nothing_that_is_not_theirs(world):
    client, wrong = visitor(world.clerk_b), []
    for route in routes():
        if not route.is_owned(world) or is_public(route):
            continue
        url = address(route, world)
        response = client.post(url, {"text": "x", "reason": "x"}, HTTP_IDEMPOTENCY_KEY=url[-100:])
        if response.status_code not in REFUSED:
            wrong.append(f"{response.status_code} POST {url} ({route.name})")
    assert not wrong, "\n".join(wrong)


def test_a_customer_sees_no_page_of_the_staff(world):
    client, wrong = visitor(world.customer), []
    for route in routes():
        if is_public(route):
            continue
        url = address(route, world)
        for asked in addresses(url, route, world):
            response = client.get(asked)
            own = route.name in OWN_NAMES
            if response.status_code >= 500 or (response.status_code == 200 and not own):
                wrong.append(f"{response.status_code} {asked} ({route.name})")
            elif response.status_code == 200 and _real(told(response, world), asked):
                wrong.append(f"tells {asked} ({route.name})")
    assert not wrong, "\n".join(wrong)
