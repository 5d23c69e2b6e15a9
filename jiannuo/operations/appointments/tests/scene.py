"""A dealer with windows, technicians on shift tomorrow, and a request."""

from __future__ import annotations

from typing import Any

from jiannuo.operations.appointments.models import AppointmentRule
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services.registering import register_request
from jiannuo.operations.workforce.models import Shift, Skill
from jiannuo.operations.workorders.tests.scene import tomorrow
from jiannuo.testing import factories

WINDOWS = "08:30-10:30 10:30-12:00 13:00-15:00 15:00-17:00"


def make_rule(firm: Any, **changes: Any) -> AppointmentRule:
    values = {
        "organization": firm.dealer,
        "windows": WINDOWS,
        "lead_minutes": 30,
        "days_ahead": 2,
        "job_minutes": 60,
        "travel_minutes": 30,
        "change_hours": 2,
        "remind_hours": 24,
        "most": 20,
        **changes,
    }
    return AppointmentRule.objects.create(**values)


def on_shift(person: Any, begins: int = 8, ends: int = 17, level: int = 4) -> None:
    """Let a technician work tomorrow, with lunch, able to mend what the scene's customer has."""
    Shift.objects.create(
        technician=person.technician,
        starts_at=tomorrow(begins),
        ends_at=tomorrow(ends),
        break_from=tomorrow(12),
        break_to=tomorrow(13),
    )
    Skill.objects.get_or_create(
        technician=person.technician, category=factories.category("appliance"), defaults={"level": level}
    )


def ask(firm: Any, **changes: Any) -> ServiceRequest:
    values = {
        "by": firm.dispatcher,
        "organization": firm.dealer,
        "customer": firm.customer,
        "unit": firm.unit,
        "symptom_text": "不制冷",
        "channel": "hotline",
        "reporter_name": "张伟",
        "allow_duplicate": True,
        **changes,
    }
    return register_request(**values)
