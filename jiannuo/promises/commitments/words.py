"""The words of the rules as people read them: metrics, items, events, units, payers and facts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

METRICS = {
    "response": _("first response"),
    "contact": _("contact with the customer"),
    "answer": _("answer"),
    "arrangement": _("arrangement of the work"),
    "arrival": _("arrival on site"),
    "guidance": _("guidance by phone"),
    "diagnosis": _("diagnosis"),
    "repair": _("repair"),
    "restore": _("back in operation"),
    "spare": _("spare part on site"),
    "loaner": pgettext_lazy("lent machine", "loaner"),
    "delivery": _("delivery"),
    "installation": pgettext_lazy("promise", "installation"),
    "support": _("support"),
    "report": _("written report"),
    "document": pgettext_lazy("promise", "document"),
    "visit": pgettext_lazy("promise", "visit"),
    "closure": _("closure"),
}

ITEMS = {
    "parts": _("parts"),
    "labour": _("labour"),
    "travel": _("travel"),
    "loaner": pgettext_lazy("lent machine", "loaner"),
}

PAYERS = {
    "manufacturer": _("manufacturer"),
    "dealer": _("dealer"),
    "supplier": _("supplier"),
    "contract": _("service contract"),
    "customer": _("customer"),
}

EVENTS = {
    "produced": pgettext_lazy("event", "production"),
    "shipped": pgettext_lazy("event", "shipping"),
    "delivered": pgettext_lazy("event", "delivery"),
    "sold": pgettext_lazy("event", "sale"),
    "invoiced": pgettext_lazy("event", "invoice"),
    "installed": pgettext_lazy("event", "installation"),
    "commissioned": pgettext_lazy("event", "commissioning"),
    "accepted": pgettext_lazy("event", "acceptance"),
    "handed_over": pgettext_lazy("event", "handover"),
    "component_replaced": pgettext_lazy("event", "replacement of the component"),
    "requested": pgettext_lazy("event", "request"),
    "called_back": pgettext_lazy("event", "call back"),
    "dispatched": pgettext_lazy("event", "dispatch"),
    "appointed": pgettext_lazy("event", "appointment"),
    "arrived": pgettext_lazy("event", "arrival"),
    "diagnosed": pgettext_lazy("event", "diagnosis"),
    "inspected": pgettext_lazy("event", "inspection"),
    "repaired": pgettext_lazy("event", "repair"),
    "completed": pgettext_lazy("event", "completion"),
    "collected": pgettext_lazy("event", "collection"),
    "complained": pgettext_lazy("event", "complaint"),
    "applied": pgettext_lazy("event", "application"),
    "received": pgettext_lazy("event", "receipt"),
}

PAUSE_REASONS = {
    "waiting_customer": _("waiting for the customer"),
    "waiting_parts": _("waiting for parts"),
    "waiting_approval": _("waiting for approval"),
    "waiting_site": _("waiting for the site"),
    "force_majeure": _("force majeure"),
}

#: classes of causes that warranties exclude
CAUSES = {
    "misuse": _("misuse"),
    "human_damage": _("damage by people"),
    "unauthorised_repair": _("repair by others"),
    "force_majeure": _("force majeure"),
    "natural_disaster": _("natural disaster"),
    "poor_management": _("poor upkeep"),
}

FACTS = {
    "product": _("product"),
    "component": _("component"),
    "model": _("model"),
    "dealer": _("dealer"),
    "division": _("division"),
    "zone": _("zone"),
    "customer_class": _("customer class"),
    "request_kind": _("kind of request"),
    "severity": _("severity"),
    "service_level": _("service level"),
    "channel": _("channel"),
    "cause": _("cause"),
    "contract": _("contract"),
    "in_warranty": _("in warranty"),
    "price": _("price"),
    "batch_size": _("batch size"),
    "same_symptom_repairs": _("repairs of the same fault"),
    "consecutive_faults": _("faults in a row"),
    "days_under_repair": _("days under repair"),
    "meters": _("meter"),
    "amounts": _("amount"),
}

#: fact → value → label, for facts whose values are words of the system
VALUES: dict[str, dict[str, Any]] = {
    "request_kind": {
        "repair": pgettext_lazy("kind of request", "repair"),
        "consultation": pgettext_lazy("kind of request", "consultation"),
        "installation": pgettext_lazy("kind of request", "installation"),
        "maintenance": pgettext_lazy("kind of request", "maintenance"),
        "complaint": pgettext_lazy("kind of request", "complaint"),
        "return": pgettext_lazy("kind of request", "return"),
        "suggestion": pgettext_lazy("kind of request", "suggestion"),
        "help": pgettext_lazy("kind of request", "help"),
    },
    "severity": {
        "minor": pgettext_lazy("severity", "minor"),
        "normal": pgettext_lazy("severity", "normal"),
        "major": pgettext_lazy("severity", "major"),
        "critical": pgettext_lazy("severity", "critical"),
    },
    "customer_class": {
        "ordinary": _("ordinary customer"),
        "important": _("important customer"),
        "key": _("key account"),
    },
    "in_warranty": {"yes": _("yes"), "no": _("no")},
}

#: unit of a limit → singular and plural message ids are the same in Chinese; ``{n}`` is the amount.
LIMITS = {
    "minutes": _("within {n} minutes"),
    "hours": _("within {n} hours"),
    "working_minutes": _("within {n} working minutes"),
    "working_hours": _("within {n} working hours"),
    "working_days": _("within {n} working days"),
    "days": _("within {n} days"),
    "months": _("within {n} months"),
    "years": _("within {n} years"),
    "same_day": _("on the same day"),
}

PERIODS = {
    "days": _("{n} days"),
    "months": _("{n} months"),
    "years": _("{n} years"),
}

WHOLE_PRODUCT = _("whole product")
REST_OF_PRODUCT = _("all other parts")


def fact_label(fact: str) -> str:
    """What a clause asks for, in the reader's language; ``meters.hours`` reads as the meter and its name."""
    group, dot, name = fact.partition(".")
    label = str(FACTS.get(group, group))
    return f"{label} {name}" if dot else label


def component_label(path: str, names: dict[str, str] | None = None) -> str:
    """A component path as people read it: its name where ``names`` knows it, else its last segment."""
    if path in ("", "whole product"):
        return str(WHOLE_PRODUCT)
    if path == "rest":
        return str(REST_OF_PRODUCT)
    return (names or {}).get(path) or path.rsplit("/", 1)[-1]
