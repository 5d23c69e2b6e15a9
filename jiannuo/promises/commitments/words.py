"""The words of the rules as people read them: metrics, items, events, actions, parties, remedies and the rest.

Units and bases are in :mod:`amountwords`, facts in :mod:`factwords`, what packs choose themselves in :mod:`wordlist`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.roles import Role

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
    "announcement": pgettext_lazy("metric", "announcement beforehand"),
    "retain": pgettext_lazy("metric", "records kept"),
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
    "expired": pgettext_lazy("event", "expiry"),
    "season_opened": pgettext_lazy("event", "opening of the season"),
    "changed": pgettext_lazy("event", "change"),
    "published": pgettext_lazy("event", "publication"),
    "recalled": pgettext_lazy("event", "recall"),
    "missed": pgettext_lazy("event", "miss of a promise"),
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
    "late_card": pgettext_lazy("subject of approval", "registration card that came too late"),
    "recall": pgettext_lazy("subject of approval", "recall"),
    "claim": pgettext_lazy("subject of approval", "claim"),
    "scrap": pgettext_lazy("subject of approval", "scrapping"),
    "publication": pgettext_lazy("subject of approval", "publication"),
    "overtime": pgettext_lazy("subject of approval", "overtime"),
    "leave": pgettext_lazy("subject of approval", "leave"),
    "change": pgettext_lazy("subject of approval", "change"),
    "correction": pgettext_lazy("subject of approval", "correction after signature"),
    "work_start": pgettext_lazy("subject of approval", "start of work"),
    "assignment": pgettext_lazy("subject of approval", "who may do the job"),
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
