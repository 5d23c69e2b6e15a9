"""The words of the rules as people read them: metrics, items, events, units, parties, bases, facts and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments.wordlist import (
    CAUSES,
    CIRCUMSTANCES,
    MATTERS,
    MEASURES,
    PAPERS,
    STEPS,
)

__all__ = ["CAUSES", "CIRCUMSTANCES", "MATTERS", "MEASURES", "PAPERS", "STEPS"]

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
    "acknowledgement": pgettext_lazy("metric", "confirmation of receipt"),
    "registration": pgettext_lazy("metric", "registration"),
    "notice": pgettext_lazy("metric", "notice"),
    "follow_up": pgettext_lazy("metric", "follow-up"),
    "inspection": pgettext_lazy("metric", "inspection"),
    "maintenance": pgettext_lazy("metric", "maintenance"),
    "training": pgettext_lazy("metric", "training"),
    "acceptance": pgettext_lazy("metric", "acceptance"),
    "handover": pgettext_lazy("metric", "handover"),
    "quotation": pgettext_lazy("metric", "quotation"),
    "approval": pgettext_lazy("metric", "approval"),
    "review": pgettext_lazy("metric", "review"),
    "investigation": pgettext_lazy("metric", "investigation"),
    "refund": pgettext_lazy("metric", "refund"),
    "exchange": pgettext_lazy("metric", "exchange"),
    "compensation": pgettext_lazy("metric", "compensation"),
    "claim": pgettext_lazy("metric", "claim"),
    "settlement": pgettext_lazy("metric", "settlement"),
    "payment": pgettext_lazy("metric", "payment"),
    "part_return": pgettext_lazy("metric", "return of the old part"),
    "recall": pgettext_lazy("metric", "recall"),
    "plan": pgettext_lazy("metric", "plan"),
}

ITEMS = {
    "parts": _("parts"),
    "labour": _("labour"),
    "travel": _("travel"),
    "loaner": pgettext_lazy("lent machine", "loaner"),
    "material": pgettext_lazy("item", "material"),
    "freight": pgettext_lazy("item", "freight"),
    "lodging": pgettext_lazy("item", "board and lodging"),
    "installation": pgettext_lazy("item", "installation"),
    "inspection": pgettext_lazy("item", "inspection"),
    "maintenance": pgettext_lazy("item", "maintenance"),
    "training": pgettext_lazy("item", "training"),
    "upgrade": pgettext_lazy("item", "upgrade"),
    "software": pgettext_lazy("item", "software"),
    "consultation": pgettext_lazy("item", "consultation"),
    "design": pgettext_lazy("item", "design"),
    "disposal": pgettext_lazy("item", "disposal"),
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
    "registered": pgettext_lazy("event", "registration"),
    "ordered": pgettext_lazy("event", "order"),
    "paid": pgettext_lazy("event", "payment"),
    "quoted": pgettext_lazy("event", "quotation"),
    "approved": pgettext_lazy("event", "approval"),
    "notified": pgettext_lazy("event", "notice"),
    "reported": pgettext_lazy("event", "report"),
    "discovered": pgettext_lazy("event", "discovery"),
    "confirmed": pgettext_lazy("event", "confirmation"),
    "returned": pgettext_lazy("event", "return"),
    "part_issued": pgettext_lazy("event", "issue of the part"),
    "part_received": pgettext_lazy("event", "receipt of the part"),
    "part_removed": pgettext_lazy("event", "removal of the old part"),
    "loaned": pgettext_lazy("event", "loan"),
    "visited": pgettext_lazy("event", "visit"),
    "followed_up": pgettext_lazy("event", "follow-up"),
    "trained": pgettext_lazy("event", "training"),
    "claimed": pgettext_lazy("event", "claim"),
    "contract_signed": pgettext_lazy("event", "signing of the contract"),
    "contract_ended": pgettext_lazy("event", "end of the contract"),
    "warranty_ended": pgettext_lazy("event", "end of the warranty"),
    "project_started": pgettext_lazy("event", "start of the project"),
    "project_finished": pgettext_lazy("event", "end of the project"),
    "month_closed": pgettext_lazy("event", "end of the month"),
    "quarter_closed": pgettext_lazy("event", "end of the quarter"),
    "year_closed": pgettext_lazy("event", "end of the year"),
    "day_closed": pgettext_lazy("event", "end of the day"),
    "week_closed": pgettext_lazy("event", "end of the week"),
    "changed": pgettext_lazy("event", "change"),
    "published": pgettext_lazy("event", "publication"),
    "recalled": pgettext_lazy("event", "recall"),
    "missed": pgettext_lazy("event", "miss of a promise"),
}

CLAUSE_KINDS = {
    "time": pgettext_lazy("kind of clause", "promise of time"),
    "coverage": pgettext_lazy("kind of clause", "warranty"),
    "charge": pgettext_lazy("kind of clause", "charges"),
    "remedy": pgettext_lazy("kind of clause", "remedies"),
    "recurring": pgettext_lazy("kind of clause", "what comes again"),
    "target": pgettext_lazy("kind of clause", "targets"),
    "approval": pgettext_lazy("kind of clause", "approvals"),
    "settlement": pgettext_lazy("kind of clause", "settlements"),
}

ACTIONS = {
    "visit": pgettext_lazy("action", "visit"),
    "phone_call": pgettext_lazy("action", "phone call"),
    "follow_up": pgettext_lazy("action", "follow-up"),
    "inspection": pgettext_lazy("action", "inspection"),
    "maintenance": pgettext_lazy("action", "maintenance"),
    "training": pgettext_lazy("action", "training"),
    "report": pgettext_lazy("action", "report"),
    "statement": pgettext_lazy("action", "statement of account"),
    "meeting": pgettext_lazy("action", "meeting"),
    "survey": pgettext_lazy("action", "survey"),
    "letter": pgettext_lazy("action", "letter"),
    "cleaning": pgettext_lazy("action", "cleaning"),
    "calibration": pgettext_lazy("action", "calibration"),
    "drill": pgettext_lazy("action", "drill"),
    "stocktake": pgettext_lazy("action", "stocktake"),
    "upkeep": pgettext_lazy("action", "upkeep"),
    "patrol": pgettext_lazy("action", "patrol"),
    "upgrade": pgettext_lazy("action", "upgrade"),
    "reminder": pgettext_lazy("action", "reminder"),
    "rehearsal": pgettext_lazy("action", "rehearsal"),
    "archive": pgettext_lazy("action", "archiving"),
    "assessment": pgettext_lazy("action", "assessment"),
    "test": pgettext_lazy("action", "test"),
}

PARTIES = {
    "provider": pgettext_lazy("party", "service provider"),
    "manufacturer": pgettext_lazy("party", "manufacturer"),
    "dealer": pgettext_lazy("party", "dealer"),
    "station": pgettext_lazy("party", "service station"),
    "supplier": pgettext_lazy("party", "supplier"),
    "contractor": pgettext_lazy("party", "contractor"),
    "department": pgettext_lazy("party", "department"),
    "person": pgettext_lazy("party", "person responsible"),
    "customer": pgettext_lazy("party", "customer"),
    "insurer": pgettext_lazy("party", "insurer"),
    "owner": pgettext_lazy("party", "owner"),
    "authority": pgettext_lazy("party", "authority"),
}

REMEDIES = {
    "refund": pgettext_lazy("remedy", "refund"),
    "exchange": pgettext_lazy("remedy", "exchange"),
    "repair": pgettext_lazy("remedy", "repair"),
    "loaner": pgettext_lazy("remedy", "loan of a machine"),
    "price_reduction": pgettext_lazy("remedy", "price reduction"),
    "compensation": pgettext_lazy("remedy", "compensation"),
    "make_good": pgettext_lazy("remedy", "making good"),
    "return": pgettext_lazy("remedy", "return"),
    "proof": pgettext_lazy("remedy", "burden of proof with the seller"),
}

CONSEQUENCES = {
    "loaner": pgettext_lazy("consequence", "a machine is lent"),
    "exchange_offer": pgettext_lazy("consequence", "an exchange is offered"),
    "refund_offer": pgettext_lazy("consequence", "a refund is offered"),
    "compensation": pgettext_lazy("consequence", "compensation is paid"),
    "deduction": pgettext_lazy("consequence", "the pay is reduced"),
    "penalty": pgettext_lazy("consequence", "a penalty is paid"),
    "forfeiture": pgettext_lazy("consequence", "the claim is lost"),
    "extension": pgettext_lazy("consequence", "the warranty is extended"),
    "free_service": pgettext_lazy("consequence", "the service is free"),
    "special_case": pgettext_lazy("consequence", "it becomes a special case"),
    "replacement_provider": pgettext_lazy("consequence", "somebody else does the work"),
    "downgrade": pgettext_lazy("consequence", "the grade is lowered"),
    "termination": pgettext_lazy("consequence", "the contract may be ended"),
    "apology": pgettext_lazy("consequence", "an apology is made"),
}

CHARGE_BASES = {
    "free": pgettext_lazy("charge basis", "free of charge"),
    "cost": pgettext_lazy("charge basis", "at cost"),
    "actual": pgettext_lazy("charge basis", "at actual expense"),
    "discount": pgettext_lazy("charge basis", "at a discount"),
    "fixed": pgettext_lazy("charge basis", "at a fixed price"),
    "list": pgettext_lazy("charge basis", "at the list price"),
}

UNITS = {
    "order": pgettext_lazy("unit", "order"),
    "visit": pgettext_lazy("unit", "visit"),
    "hour": pgettext_lazy("unit", "hour"),
    "day": pgettext_lazy("unit", "day"),
    "person_day": pgettext_lazy("unit", "person-day"),
    "night": pgettext_lazy("unit", "night"),
    "km": pgettext_lazy("unit", "kilometre"),
    "piece": pgettext_lazy("unit", "piece"),
    "set": pgettext_lazy("unit", "set"),
    "square_metre": pgettext_lazy("unit", "square metre"),
    "month": pgettext_lazy("unit", "month"),
    "quarter": pgettext_lazy("unit", "quarter"),
    "year": pgettext_lazy("unit", "year"),
    "unit_sold": pgettext_lazy("unit", "unit sold"),
    "card": pgettext_lazy("unit", "card"),
}

SETTLEMENT_BASES = {
    "fixed": pgettext_lazy("settlement basis", "fixed amount"),
    "standard": pgettext_lazy("settlement basis", "by the standard list"),
    "actual": pgettext_lazy("settlement basis", "at actual expense"),
    "share": pgettext_lazy("settlement basis", "by share"),
    "none": pgettext_lazy("settlement basis", "nothing"),
}

PRICE_RULES = {
    "none": pgettext_lazy("price rule", "nothing is paid"),
    "invoice": pgettext_lazy("price rule", "the invoice price"),
    "depreciated": pgettext_lazy("price rule", "the invoice price less depreciation"),
    "current": pgettext_lazy("price rule", "the present price"),
    "share": pgettext_lazy("price rule", "a share of the invoice price"),
    "fixed": pgettext_lazy("price rule", "a fixed amount"),
}

TARGET_UNITS = {
    "percent": "%",
    "permille": "‰",
    "count": pgettext_lazy("unit of a figure", "times"),
    "yuan": pgettext_lazy("unit of a figure", "yuan"),
    "days": pgettext_lazy("unit of a figure", "days"),
    "hours": pgettext_lazy("unit of a figure", "hours"),
    "minutes": pgettext_lazy("unit of a figure", "minutes"),
    "points": pgettext_lazy("unit of a figure", "points"),
    "ohm": pgettext_lazy("unit of a figure", "ohm"),
    "megohm": pgettext_lazy("unit of a figure", "megohm"),
    "years": pgettext_lazy("unit of a figure", "years"),
}

OVER = {
    "day": pgettext_lazy("period of a figure", "a day"),
    "week": pgettext_lazy("period of a figure", "a week"),
    "month": pgettext_lazy("period of a figure", "a month"),
    "quarter": pgettext_lazy("period of a figure", "a quarter"),
    "half_year": pgettext_lazy("period of a figure", "half a year"),
    "year": pgettext_lazy("period of a figure", "a year"),
    "contract": pgettext_lazy("period of a figure", "the contract"),
    "project": pgettext_lazy("period of a figure", "the project"),
    "batch": pgettext_lazy("period of a figure", "a batch"),
}

APPROVAL_SUBJECTS = {
    "cost": pgettext_lazy("subject of approval", "cost"),
    "free_repair": pgettext_lazy("subject of approval", "free repair"),
    "discount": pgettext_lazy("subject of approval", "discount"),
    "exchange": pgettext_lazy("subject of approval", "exchange"),
    "refund": pgettext_lazy("subject of approval", "refund"),
    "return": pgettext_lazy("subject of approval", "return"),
    "compensation": pgettext_lazy("subject of approval", "compensation"),
    "loan": pgettext_lazy("subject of approval", "loan"),
    "parts_issue": pgettext_lazy("subject of approval", "issue of parts"),
    "purchase": pgettext_lazy("subject of approval", "purchase"),
    "outsourcing": pgettext_lazy("subject of approval", "outsourcing"),
    "quotation": pgettext_lazy("subject of approval", "quotation"),
    "contract": pgettext_lazy("subject of approval", "contract"),
    "plan": pgettext_lazy("subject of approval", "plan"),
    "waiver": pgettext_lazy("subject of approval", "waiver"),
    "special_case": pgettext_lazy("subject of approval", "special case"),
    "recall": pgettext_lazy("subject of approval", "recall"),
    "claim": pgettext_lazy("subject of approval", "claim"),
    "scrap": pgettext_lazy("subject of approval", "scrapping"),
    "publication": pgettext_lazy("subject of approval", "publication"),
    "overtime": pgettext_lazy("subject of approval", "overtime"),
    "leave": pgettext_lazy("subject of approval", "leave"),
    "change": pgettext_lazy("subject of approval", "change"),
    "work_start": pgettext_lazy("subject of approval", "start of work"),
    "shipment": pgettext_lazy("subject of approval", "shipment"),
}

CHANNELS = {
    "inbox": pgettext_lazy("channel", "inbox"),
    "sms": pgettext_lazy("channel", "text message"),
    "im": pgettext_lazy("channel", "instant message"),
    "email": pgettext_lazy("channel", "e-mail"),
    "phone": pgettext_lazy("channel", "phone"),
}

PAUSE_REASONS = {
    "waiting_customer": _("waiting for the customer"),
    "waiting_parts": _("waiting for parts"),
    "waiting_approval": _("waiting for approval"),
    "waiting_site": _("waiting for the site"),
    "force_majeure": _("force majeure"),
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
    "flag": pgettext_lazy("fact", "circumstance"),
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
    "weeks": _("{n} weeks"),
    "months": _("{n} months"),
    "quarters": _("{n} quarters"),
    "years": _("{n} years"),
}

COMPARISONS = {
    "at_least": pgettext_lazy("comparison", "at least"),
    "at_most": pgettext_lazy("comparison", "at most"),
    "equals": pgettext_lazy("comparison", "exactly"),
    "between": pgettext_lazy("comparison", "between"),
}

#: a period of one
ONE_PERIOD = {
    "days": pgettext_lazy("unit", "day"),
    "weeks": pgettext_lazy("unit", "week"),
    "months": pgettext_lazy("unit", "month"),
    "quarters": pgettext_lazy("unit", "quarter"),
    "years": pgettext_lazy("unit", "year"),
}

#: the known amounts of an item
AMOUNTS = {
    "list": _("by the price list"),
    "cost": _("at cost"),
    "actual": _("spent"),
    "standard": _("by the standard"),
}

#: on which side of the warranty a charge stands
SIDES = {
    "out_of_warranty": _("out of warranty"),
    "in_warranty": _("in warranty, where no cover pays"),
    "always": _("in and out of warranty"),
}

#: what a ground does to a claim
EFFECTS = {
    "refused": pgettext_lazy("claim", "refused"),
    "reduced": pgettext_lazy("claim", "reduced"),
    "forfeited": pgettext_lazy("claim", "forfeited"),
}

WHOLE_PRODUCT = _("whole product")
REST_OF_PRODUCT = _("all other parts")


def label(table: Mapping[str, Any], word: str, own: Mapping[str, str] | None = None) -> str:
    """A word in the reader's language: as its commitment reads it (``own``), as the table has it, else as written.

    Give ``own`` only for words that packs choose themselves: those of the rules mean the same everywhere.
    """
    return (own or {}).get(word) or str(table.get(word, word.replace("_", " ")))


def party_label(word: str, own: Mapping[str, str] | None = None) -> str:
    """A party, a role of the office, else whom the commitment names itself."""
    if word in PARTIES:
        return str(PARTIES[word])
    return str(Role(word).label) if word in Role.values else label({}, word, own)


def value_label(fact: str, value: str, own: Mapping[str, str] | None = None) -> str:
    """A value of a fact: a severity, a cause, a circumstance …"""
    if value in VALUES.get(fact, {}):
        return str(VALUES[fact][value])
    return label({"cause": CAUSES, "flag": CIRCUMSTANCES}.get(fact, MATTERS), value, own)


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


def component_label(path: str, names: Mapping[str, str] | None = None) -> str:
    """A path as people read it: the name of it, or of what holds it, in ``names``, else its last segment."""
    if path in ("", "whole product"):
        return str(WHOLE_PRODUCT)
    if path == "rest":
        return str(REST_OF_PRODUCT)
    held = path
    while held and held not in (names or {}):
        held = held.rpartition("/")[0]
    return (names or {}).get(held) or path.rpartition("/")[2]
