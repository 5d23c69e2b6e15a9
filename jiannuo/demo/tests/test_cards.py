"""The demo's cards: each as far as its story says."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from jiannuo.demo.cards import load_cards
from jiannuo.demo.organizations import load_organizations, load_people
from jiannuo.demo.products import load_products
from jiannuo.demo.routing import load_routing
from jiannuo.operations.cards.models import RegistrationCard, UnitStanding
from jiannuo.operations.desk.models import PushBack, ServiceRequest

pytestmark = pytest.mark.django_db


def test_cards_in_every_state(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    people = load_people(load_organizations(timezone.localdate()))
    load_products()
    assert load_cards(people) == 10
    states = Counter(RegistrationCard.objects.values_list("state", flat=True))
    assert states == {
        "recognised": 4,
        "submitted": 2,
        "checked": 1,
        "returned": 1,
        "refused": 1,
        "to_type": 1,
    }
    standings = Counter(UnitStanding.objects.values_list("state", flat=True))
    assert (standings["in_time"], standings["late"]) == (3, 1)

    assert load_routing(people) == 5
    sent = ServiceRequest.objects.exclude(responsible_role="").values_list("nature", "responsible_role")
    assert set(sent) == {
        ("quality", "quality_engineer"),
        ("packing", "storekeeper"),
        ("partner", "department_manager"),
    }
    assert Counter(PushBack.objects.values_list("state", flat=True)) == {"open": 1, "unjustified": 1}
