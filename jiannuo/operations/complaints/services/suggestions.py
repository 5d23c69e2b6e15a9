"""Suggestions: taken, assessed, rewarded as a clause says, answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.resending import digest_of, refuse_other_contents
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Document
from jiannuo.operations.complaints.models import Payout, Suggestion
from jiannuo.operations.complaints.services.payouts import owe_payout
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.registry.customers.phones import normalise_phone

LONGEST_TITLE = 80
VALUABLE = frozenset({"valuable"})


@transaction.atomic
def register_suggestion(
    *,
    by: Any,
    organization: Any,
    text: str,
    customer: Any = None,
    name: str = "",
    phone: str = "",
    channel: str = Suggestion.Channel.SLIP,
    place: str = "",
    received_at: datetime | None = None,
    source: Document | None = None,
    client_key: str = "",
    is_demo: bool = False,
) -> Suggestion:
    """Take a suggestion; one without a name is welcome too. Sent twice with one ``client_key``, it is taken once.

    Raises PermissionDenied, or ValidationError, which is SentDifferently when the key came with other contents.
    """
    digest = ""
    if client_key:
        contents = {
            "text": text,
            "who": [customer, name, phone, received_at],
            "at": [organization, place, channel],
        }
        digest = digest_of(contents)
        if known := Suggestion.objects.filter(client_key=client_key).first():
            refuse_other_contents(known.client_digest, digest)
            return known
    now = timezone.now()
    received_at = received_at or now
    if by is not None and not by.has_perm("suggestions.create", organization):
        raise PermissionDenied("suggestions.create")
    if not text.strip():
        raise ValidationError({"text": _("Write down what is suggested.")})
    if received_at > now:
        raise ValidationError({"received_at": _("A suggestion cannot have come in later than now.")})
    suggestion = Suggestion(
        organization=organization,
        title=" ".join(text.split())[:LONGEST_TITLE],
        source=source,
        customer=customer,
        name=name.strip(),
        phone=normalise_phone(phone) if phone.strip() else "",
        channel=channel,
        place=place.strip(),
        text=text.strip(),
        received_at=received_at,
        created_at=received_at,
        client_key=client_key,
        client_digest=digest,
        is_demo=is_demo,
    )
    documents.create_document(suggestion, by=by)
    if source is not None:
        documents.link(suggestion, source)
    return suggestion


@transaction.atomic
def suggestion_from(document: Document) -> Suggestion | None:
    """The suggestion that a request brings up, once."""
    if Suggestion.objects.filter(source=document.pk).exists():
        return None
    request: Any = document.specific()
    return register_suggestion(
        by=None,
        organization=request.organization,
        text=request.symptom_text,
        customer=request.customer,
        name=request.reporter_name,
        phone=request.reporter_phone,
        channel=Suggestion.Channel.DESK,
        received_at=request.received_at,
        source=Document.objects.get(pk=document.pk),
        is_demo=request.is_demo,
    )


def reward_for(suggestion: Suggestion, at: datetime) -> tuple[Decimal | None, str]:
    """What a clause pays the customer for a valuable suggestion (yuan), and its text; nothing where none does."""
    facts = facts_for(
        customer=suggestion.customer,
        kind=suggestion.request_kind,
        events={"requested": suggestion.received_at, "confirmed": at},
        flags=VALUABLE,
    )
    decision = decide(replace(facts), at, suggestion.organization)
    paid = [one for one in decision.settlements if one.payee == "customer" and one.amount]
    if not paid:
        return None, ""
    best = max(paid, key=lambda one: one.amount or Decimal(0))
    return best.amount, f"{best.commitment} · {best.clause}"


@transaction.atomic
def do_suggestion(
    document: Suggestion,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Suggestion:
    """Do an action; a valuable suggestion is rewarded with what the clause says."""
    at = at or timezone.now()
    suggestion = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "value_it":
        suggestion.reward, suggestion.reward_clause = reward_for(suggestion, at)
        suggestion.save(update_fields=["reward", "reward_clause"])
        owe_payout(
            suggestion,
            Payout.Purpose.REWARD,
            suggestion.reward,
            customer=suggestion.customer,
            payee=suggestion.who,
            by=by,
            at=at,
            clause=suggestion.reward_clause,
        )
    if name == "give_answer":
        obligations.fulfil(suggestion, ("response", "contact", "answer", "closure"), at=at, by=by)
        _close_source(suggestion, at=at)
    return suggestion


def _close_source(suggestion: Suggestion, *, at: datetime) -> None:
    if suggestion.source is None:
        return
    from jiannuo.office.documents.flow import actions_of

    request = suggestion.source.specific()
    for name, data in (("give_answer", {"answer": suggestion.answer}), ("close", {})):
        if name in {action.name for action in actions_of(request)}:
            request = documents.act(request, name, by=None, data=data, at=at, as_system=True)
