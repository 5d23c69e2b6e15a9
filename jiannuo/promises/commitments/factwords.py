"""What a clause may ask about a case, as people read it: the facts and their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.promises.commitments.amountwords import AMOUNTS, PRICE_RULES, UNITS
from jiannuo.promises.commitments.wordlist import CAUSES, CIRCUMSTANCES, MATTERS, MEASURES, PAPERS
from jiannuo.promises.commitments.words import APPROVAL_SUBJECTS, EVENTS, ITEMS, label

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
    "flag": pgettext_lazy("fact", "circumstance"),
    "document": pgettext_lazy("fact", "paper"),
    "sale_channel": pgettext_lazy("fact", "sales channel"),
    "usage": pgettext_lazy("fact", "use"),
    "complaint_grade": pgettext_lazy("fact", "grade of the complaint"),
    "subject": pgettext_lazy("fact", "subject"),
    "symptom": pgettext_lazy("fact", "fault"),
    "days_waiting_parts": pgettext_lazy("fact", "days waiting for parts"),
    "replacements": pgettext_lazy("fact", "replacements"),
    "unsolved_services": pgettext_lazy("fact", "services that did not solve it"),
    "serial": pgettext_lazy("fact", "serial number"),
    "flags": pgettext_lazy("fact", "circumstances"),
    "documents": pgettext_lazy("fact", "papers"),
    "figures": pgettext_lazy("fact", "figures"),
    "dates": pgettext_lazy("fact", "dates"),
    "zones": pgettext_lazy("fact", "zones"),
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
        "delivery": pgettext_lazy("value of a fact", "delivery"),
        "contract": pgettext_lazy("value of a fact", "contract"),
        "overhaul": pgettext_lazy("value of a fact", "overhaul"),
        "parts": pgettext_lazy("value of a fact", "parts"),
        "booking": pgettext_lazy("value of a fact", "booking"),
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
    "channel": {
        "hotline": pgettext_lazy("value of a fact", "hotline"),
        "web": pgettext_lazy("value of a fact", "web"),
        "im": pgettext_lazy("value of a fact", "instant message"),
        "email": pgettext_lazy("channel", "e-mail"),
        "letter": pgettext_lazy("value of a fact", "letter"),
        "visit": pgettext_lazy("value of a fact", "visit in person"),
        "qr": pgettext_lazy("value of a fact", "scanned code"),
        "dealer": pgettext_lazy("value of a fact", "dealer"),
        "inspection": pgettext_lazy("value of a fact", "own inspection"),
        "api": pgettext_lazy("value of a fact", "another system"),
    },
    "sale_channel": {
        "store": pgettext_lazy("value of a fact", "shop"),
        "online": pgettext_lazy("value of a fact", "online"),
        "phone": pgettext_lazy("value of a fact", "phone"),
        "television": pgettext_lazy("value of a fact", "television"),
        "mail_order": pgettext_lazy("value of a fact", "mail order"),
    },
    "usage": {
        "household": pgettext_lazy("value of a fact", "household"),
        "commercial": pgettext_lazy("value of a fact", "commercial"),
    },
    "complaint_grade": {
        "minor": pgettext_lazy("grade of a complaint", "minor"),
        "important": pgettext_lazy("grade of a complaint", "important"),
        "major": pgettext_lazy("grade of a complaint", "major"),
    },
}


def value_label(fact: str, value: str, own: Mapping[str, str] | None = None) -> str:
    """A value of a fact: a severity, a cause, a circumstance …"""
    if value in VALUES.get(fact, {}):
        return str(VALUES[fact][value])
    return label({"cause": CAUSES, "flag": CIRCUMSTANCES, "document": PAPERS}.get(fact, MATTERS), value, own)


def fact_label(fact: str, own: Mapping[str, str] | None = None) -> str:
    """What a clause asks for, in the reader's language; ``meters.hours`` reads as the meter and its name."""
    group, dot, name = fact.partition(".")
    of_fact = label(FACTS, group)
    if not dot:
        return of_fact
    item, _line, basis = name.rpartition("_")
    if item in ITEMS and basis in AMOUNTS:
        name = f"{ITEMS[item]} {AMOUNTS[basis]}"
    elif group == "figures":
        name = label(MEASURES, name, own)
    elif group == "dates":
        name = label(EVENTS, name)
    else:
        known = {**UNITS, **ITEMS, **APPROVAL_SUBJECTS, "current_price": PRICE_RULES["current"]}
        name = label(known, name, own)
    return f"{of_fact} {name}"
