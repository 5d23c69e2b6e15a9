"""The words of the ledger as people read them: what is owed, once or again and again, by whom and to whom."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.promises.commitments.words import METRICS

#: Metrics and actions beside those that commitments name since the beginning.
ALSO_OWED: dict[str, Any] = {
    "acknowledgement": _("acknowledgement"),
    "registration": _("registration"),
    "notice": pgettext_lazy("promise", "notice"),
    "follow_up": _("follow-up"),
    "inspection": pgettext_lazy("promise", "inspection"),
    "maintenance": pgettext_lazy("promise", "maintenance"),
    "training": _("training"),
    "acceptance": pgettext_lazy("promise", "acceptance"),
    "handover": pgettext_lazy("promise", "handover"),
    "quotation": _("quotation"),
    "approval": pgettext_lazy("promise", "approval"),
    "review": pgettext_lazy("promise", "review"),
    "investigation": _("investigation"),
    "refund": pgettext_lazy("promise", "refund"),
    "exchange": pgettext_lazy("promise", "exchange"),
    "compensation": pgettext_lazy("promise", "compensation"),
    "claim": pgettext_lazy("promise", "claim"),
    "settlement": pgettext_lazy("promise", "settlement"),
    "payment": pgettext_lazy("promise", "payment"),
    "part_return": _("return of the part"),
    "recall": pgettext_lazy("promise", "recall"),
    "plan": pgettext_lazy("promise", "plan"),
    "phone_call": _("phone call"),
    "statement": pgettext_lazy("promise", "statement"),
    "meeting": _("meeting"),
    "survey": _("survey"),
    "letter": pgettext_lazy("promise", "letter"),
    "cleaning": _("cleaning"),
    "calibration": _("calibration"),
    "drill": _("emergency drill"),
    "stocktake": _("stocktake"),
    "upkeep": _("upkeep"),
    "patrol": _("patrol"),
    "upgrade": pgettext_lazy("promise", "upgrade"),
    "reminder": _("reminder"),
    "rehearsal": _("rehearsal"),
    "archive": pgettext_lazy("promise", "archive"),
    "assessment": pgettext_lazy("promise", "assessment"),
    "test": pgettext_lazy("promise", "test"),
}
WORDS: dict[str, Any] = {**ALSO_OWED, **METRICS}

PARTIES: dict[str, Any] = {
    "provider": _("service provider"),
    "manufacturer": _("manufacturer"),
    "dealer": _("dealer"),
    "station": _("service station"),
    "supplier": _("supplier"),
    "contractor": _("contractor"),
    "department": _("department"),
    "person": _("person"),
    "customer": _("customer"),
    "insurer": _("insurer"),
    "owner": _("owner"),
}

CHANNELS: dict[str, Any] = {
    "inbox": _("inbox"),
    "sms": _("text message"),
    "im": _("group channel"),
    "email": _("e-mail"),
    "phone": _("phone"),
}


def metric_label(word: str) -> str:
    """What is owed, in the reader's language; the word itself when it is not known."""
    return str(WORDS.get(word, word))


def party_label(word: str) -> str:
    """Who owes, or to whom."""
    return str(PARTIES.get(word, word))


def channels_label(words: list[str]) -> str:
    """Channels as a list in words."""
    return "、".join(str(CHANNELS.get(word, word)) for word in words)
