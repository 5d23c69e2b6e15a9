"""What people read: times, amounts, numbers, states."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation

from jiannuo.faces.console.context import shell
from jiannuo.faces.console.navigation import GROUPS, sections_for
from jiannuo.faces.console.templatetags import jiannuo as tags


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234.5", "¥1,234.50"),
        (0, "¥0.00"),
        ("-98000", "−¥98,000.00"),
        (None, ""),
        ("", ""),
        ("free", "free"),
    ],
)
def test_money_is_grouped_and_signed(value, text):
    assert tags.money(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("13800138000", "138 0013 8000"),
        ("+8675526001234", "0755 2600 1234"),
        ("138****8000", "138****8000"),
        ("+14155552671", "+1 415-555-2671"),
        ("extension 12", "extension 12"),
        (None, ""),
    ],
)
def test_phone_is_written_as_its_country_writes_it(value, text):
    assert tags.phone(value) == text


def test_a_masked_number_cannot_be_dialled():
    assert tags.phone_href("138****8000") == ""
    assert tags.phone_href("13800138000") == "tel:+86-138-0013-8000"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (42, "42 s"),
        (90, "1 min"),
        (3600, "1 h"),
        (3660, "1 h 1 min"),
        (90_000, "1 d 1 h"),
        (86_460, "1 d"),
    ],
)
def test_a_span_has_at_most_two_units(seconds, text):
    assert tags.span_text(seconds) == text


def test_a_countdown_says_what_is_left_or_late_without_script():
    now = timezone.now()
    assert tags.countdown_text(now + timedelta(hours=2, seconds=30)) == "2 h left"
    assert tags.countdown_text(now - timedelta(days=1, hours=3, seconds=30)) == "1 d 3 h late"
    assert tags.countdown_text(now, "met") == "kept"
    assert tags.countdown_text(None, "missed") == "missed"


def test_a_countdown_carries_what_the_script_needs():
    due = timezone.now() + timedelta(hours=1)
    html = tags.countdown(due, due - timedelta(minutes=10), metric="Visit")
    assert f'data-due="{due.isoformat()}"' in html
    assert 'data-state="open"' in html
    assert "Visit" in html


def test_a_state_shows_colour_icon_and_words():
    html = tags.state_badge(SimpleNamespace(state_label="Ready <now>", state_style="warning", state="ready"))
    assert "j-state-warning" in html
    assert "icons.svg#clock-exclamation" in html
    assert "Ready &lt;now&gt;" in html


@pytest.mark.parametrize(("name", "text"), [("王小红", "小红"), ("Ada Lovelace", "AL"), ("", "?")])
def test_initials(name, text):
    assert tags.initials(name) == text


def test_a_device_has_a_short_name():
    agent = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 MicroMessenger/8.0 Safari/604"
    )
    assert tags.device_name(agent) == "WeChat · iPhone"


def test_components_compile_and_escape():
    source = """{% load jiannuo %}<span class="x">{{ amount|money }}</span>"""
    assert "¥5.00" in engines["django"].from_string(source).render({"amount": 5})


class Visitor:
    is_authenticated = True

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def has_perm(self, permission: str) -> bool:
        return permission in self.permissions


def test_nobody_sees_areas_without_signing_in():
    assert sections_for(AnonymousUser(), "/") == []


def test_a_person_sees_only_the_areas_of_the_own_permissions(monkeypatch):
    monkeypatch.setattr(
        "jiannuo.faces.console.navigation.address_of", lambda name: f"/{name.replace(':', '/')}/"
    )
    shown = sections_for(Visitor("orders.view", "units.view"), "/workorders/list/7/")
    links = [link for section in shown for link in section.links]
    assert [link.url for link in links] == ["/console/home/", "/workorders/list/", "/installedbase/list/"]
    assert [link.url for link in links if link.active] == ["/workorders/list/"]


def test_an_area_whose_room_is_missing_is_left_out(monkeypatch):
    monkeypatch.setattr("jiannuo.faces.console.navigation.address_of", lambda _name: "")
    assert sections_for(Visitor("orders.view"), "/") == []


def test_every_key_goes_to_one_place():
    keys = [area.key for group in GROUPS for area in group.areas if area.key]
    assert len(keys) == len(set(keys))


def test_the_shell_is_made_once_for_a_request():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert shell(request)["shell"] is shell(request)["shell"]
    assert "<" not in shell(request)["shell"].texts
