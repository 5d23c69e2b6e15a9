from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jiannuo.operations.followups.defaults import fill
from jiannuo.operations.followups.models import Caller, FollowUp, FollowUpKind
from jiannuo.operations.followups.services import begin, do, make_followup, record_talk, save_answer, talk_of
from jiannuo.promises.commitments.services import load_pack
from jiannuo.testing import factories

PACK = Path(settings.BASE_DIR) / "packs" / "samples" / "p27-car-repair-follow-up.yaml"


def at(day: int, hour: int = 10, minute: int = 0, month: int = 3) -> datetime:
    """An instant of spring 2026, by the clock of Shanghai."""
    return timezone.make_aware(datetime(2026, month, day, hour, minute))


class Garage:
    """A garage under the head office that promises to call its customers as pack P27 says."""

    def __init__(self) -> None:
        fill(lambda name: apps.get_model("followups", name), at(1))
        self.head = factories.organization()
        self.garage = factories.organization(self.head, name="城西维修站")
        self.other = factories.organization(self.head, name="城东维修站")
        self.caller = factories.person("follow_up_agent", at=self.garage, name="孟玲")
        self.second = factories.person("follow_up_agent", at=self.garage, name="沈洁")
        self.manager = factories.person("department_manager", at=self.garage, name="周主管")
        self.stranger = factories.person("department_manager", at=self.other)
        self.technician = factories.person("technician", at=self.garage)
        self.dispatcher = factories.person("dispatcher", at=self.garage)
        self.customer = factories.customer(self.garage, name="杭州恒力机械有限公司", kind="company")
        self.car = factories.unit(
            self.garage, of=self.customer, model=factories.product_model("vehicle/car/repair")
        )

    def promise(self) -> None:
        load_pack(PACK, by=None, organization=self.head)

    def name(self, person: Any = None, **fields: Any) -> Caller:
        return Caller.objects.create(organization=self.garage, person=person or self.caller, **fields)

    def kind(self, name: str = "客户关怀电话") -> FollowUpKind:
        return FollowUpKind.objects.get(name=name)

    def followup(self, kind: str = "客户关怀电话", **fields: Any) -> FollowUp:
        values = {
            "by": self.caller,
            "unit": self.car,
            "owner": self.caller,
            "due_at": at(9, 18),
            "at": at(5, 9),
            **fields,
        }
        customer = values.pop("customer", self.customer)
        return make_followup(self.kind(kind), customer, **values)

    def answer(self, followup: FollowUp, *values: str, by: Any = None, when: Any = None) -> FollowUp:
        """Begin the talk and answer as many questions as there are values."""
        followup = begin(followup, by=by or self.caller)
        for value in values:
            question = talk_of(followup).next
            assert question is not None
            save_answer(followup, question, value, by=by or self.caller, at=when)
        return followup

    def talk(self, followup: FollowUp, *values: str, when: Any = None, **said: Any) -> FollowUp:
        self.answer(followup, *values, when=when)
        fresh = FollowUp.objects.get(pk=followup.pk)
        return record_talk(fresh, by=self.caller, at=when or at(6), spoken_with="王经理", **said)

    def step(
        self, followup: FollowUp, name: str, *, by: Any = None, when: Any = None, **data: Any
    ) -> FollowUp:
        return do(followup, name, by=by or self.caller, data=data, at=when or at(6))


CONTENT = ("正常", "5", "no", "yes")


@pytest.fixture(autouse=True)
def news_is_heard_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def garage(db) -> Garage:
    return Garage()


__all__ = ["CONTENT", "Garage", "at", "timedelta"]
