"""Remedies: what the customer may choose now, until when, what it pays, and the choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiannuo.kernel.events import publish
from jiannuo.office.documents.flow import actions_of, all_actions
from jiannuo.office.documents.models import Approval, Document
from jiannuo.office.documents.services import perform
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.events import RemedyChosen
from jiannuo.promises.commitments.reading import Reader, ReasonText
from jiannuo.promises.obligations.words import party_label
from jiannuo.rules import RemedyOutcome

LABELS: dict[str, Any] = {
    "refund": gettext_lazy("money back"),
    "exchange": gettext_lazy("exchange for a new one"),
    "repair": pgettext_lazy("remedy", "repair"),
    "loaner": pgettext_lazy("remedy", "a loaner"),
    "price_reduction": gettext_lazy("a lower price"),
    "compensation": pgettext_lazy("remedy", "compensation"),
    "make_good": gettext_lazy("make good or do it again"),
    "return": gettext_lazy("give it back"),
    "proof": gettext_lazy("proof of what was promised"),
}
#: remedy → what the approval clauses call it
CONSENTS = {
    "refund": "refund",
    "exchange": "exchange",
    "loaner": "loan",
    "price_reduction": "discount",
    "compensation": "compensation",
    "return": "return",
}
ACTION = "choose_remedy"


@dataclass(frozen=True, slots=True)
class Offer:
    """A remedy that may be chosen now, in words."""

    remedy: str
    label: str
    until: datetime | None
    amount: Decimal | None
    bearer: str
    reasons: tuple[ReasonText, ...]

    @property
    def last_day(self) -> date | None:
        """The last day on which it may be chosen; ``until`` is the midnight that ends it."""
        if self.until is None:
            return None
        return timezone.localtime(self.until - timedelta(microseconds=1)).date()

    @property
    def line(self) -> str:
        """The remedy with its sum and its end, in one line."""
        parts = [self.label]
        if self.amount is not None:
            parts.append(_("%(amount)s yuan") % {"amount": self.amount})
        if self.until is not None:
            parts.append(_("possible until %(until)s") % {"until": self.last_day})
        return "，".join(parts)


def offers_for(document: Document, *, at: datetime | None = None) -> list[Offer]:
    """What the customer may choose now for the case of a document; nothing where no clause gives a choice."""
    at = at or timezone.now()
    case = Case(document, at=at)
    if getattr(case.subject, "unit", None) is None:
        return []
    open_ones = [one for one in case.decision().remedies if one.until is None or one.until > at]
    reader = Reader()
    return [_shown(one, reader) for one in open_ones]


def _shown(outcome: RemedyOutcome, reader: Reader) -> Offer:
    return Offer(
        remedy=outcome.remedy,
        label=str(LABELS.get(outcome.remedy, outcome.remedy)),
        until=outcome.until,
        amount=outcome.amount,
        bearer=party_label(outcome.bearer),
        reasons=tuple(reader.reason(why) for why in outcome.reasons if not why.code.startswith("chosen.")),
    )


@transaction.atomic
def choose(
    document: Document,
    remedy: str,
    *,
    by: Any,
    said: str = "",
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
) -> tuple[Document, Approval | None]:
    """Record what the customer chose: on the timeline, and as the news that makes it work.

    Where a clause asks for somebody's consent, that is asked, and the choice is recorded as soon as it is given: then
    the approval comes back too. ``as_system`` carries out what was agreed. Raises PermissionDenied, ValidationError for
    what may not be chosen now, ConsentMissing while a consent is being asked for.
    """
    at = at or timezone.now()
    action = all_actions(type(document))[ACTION]
    if not as_system and not action.allowed(document, by):
        raise PermissionDenied(ACTION)
    offer = next((one for one in offers_for(document, at=at) if one.remedy == remedy), None)
    if offer is None:
        raise ValidationError(
            {"remedy": _("This cannot be chosen now. Reload the page to see what the promises allow.")}
        )
    if not as_system and remedy in CONSENTS:
        approval = consents.obtain(
            document,
            CONSENTS[remedy],
            by=by,
            amount=offer.amount,
            about=remedy,
            action=ACTION,
            data={"remedy": remedy, "said": said},
            reason=said,
        )
        if approval is not None:
            return document, approval
    text = "\n".join(filter(None, (_("The customer chose: %(what)s") % {"what": offer.line}, said)))
    data = {"remedy": remedy}
    done = perform(document, ACTION, by=by, data=data, version=version, at=at, as_system=as_system, text=text)
    news = RemedyChosen(
        document_id=done.pk,
        turn=done.version,
        remedy=remedy,
        amount=offer.amount,
        at=at,
        text="\n".join(filter(None, (said, *(reason.text for reason in offer.reasons[:1])))),
    )
    publish(news)
    return done, None


def shown_on(document: Document, user: Any) -> dict[str, Any]:
    """What the page of a request or an order shows: the offers, and whether ``user`` may record a choice."""
    if ACTION not in {item.name for item in actions_of(document)}:
        return {}
    action = all_actions(type(document))[ACTION]
    return {"remedies": offers_for(document), "may_choose": action.allowed(document, user)}
