"""The notice to the supplier or branch that sent the goods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import DocumentLink
from jiannuo.office.documents.services import ActionNotAllowed, create_document, link
from jiannuo.operations.installations.models import GoodsNotice, Installation, PackingLine
from jiannuo.operations.installations.services import promising, telling
from jiannuo.operations.installations.services.guard import working_on
from jiannuo.operations.installations.services.remaining import AFTERWARDS
from jiannuo.operations.installations.services.telling import ANSWER
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.journal import note
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.opening import about_document, owe
from jiannuo.rules import Limit, ObligationPlan, Source

#: until when an answer is owed where neither a clause nor the writer names a day
ANSWER_DAYS = 3
#: what keeps the promise of making it good
MADE_GOOD = ("delivery", "spare", "exchange", "closure")


class NoticeClosed(Exception):
    """There is nothing to answer any more: the notice was answered or made good."""


@transaction.atomic
def send_notice(
    installation: Installation,
    *,
    by: Any,
    lines: Sequence[PackingLine],
    addressee: Any = None,
    supplier: str = "",
    text: str = "",
    email: str = "",
    phone: str = "",
    answer_by: date | None = None,
    is_demo: bool = False,
) -> GoodsNotice:
    """Tell whoever sent the goods what is missing or damaged; they owe an answer as the clauses say.

    A supplier outside gets it by mail where an address is given or known from an earlier notice. Without a clause the
    answer is owed until the end of the day ``answer_by``. Raises ValidationError without supplier, for lines that are
    in order or told already, for a wrong address and for a day that has passed.
    """
    installation = working_on(installation, by, states=AFTERWARDS)
    if addressee is None and not supplier.strip():
        raise ValidationError(
            {"supplier": _("Say who sent the goods: choose a branch or name the supplier.")}
        )
    if answer_by is not None and answer_by < timezone.localdate():
        raise ValidationError({"answer_by": _("This day has passed.")})
    if not lines:
        raise ValidationError({"lines": _("Choose what is missing or damaged.")})
    for line in lines:
        if not line.is_faulty or line.installation_id != installation.pk:
            raise ValidationError({"lines": _("“%(item)s” is in order.") % {"item": line}})
        known = line.notices.exclude(state="closed").first()
        if known is not None:
            raise ValidationError(
                {
                    "lines": _("“%(item)s” was told with %(number)s already.")
                    % {"item": line, "number": known.number}
                }
            )
    at = timezone.now()
    supplier = "" if addressee is not None else supplier.strip()
    email, phone = _reached_at(installation, supplier, email, phone)
    listed = "\n".join(f"{line.text}：{line.problem}" for line in lines)
    notice = GoodsNotice(
        organization=installation.organization,
        customer=installation.customer,
        category=installation.category,
        project=installation,
        addressee=addressee,
        supplier=supplier,
        email=email,
        phone=phone,
        title=f"{addressee or supplier} · {lines[0].text}"[:200],
        text=f"{listed}\n{text}".strip(),
        created_at=at,
        is_demo=is_demo,
    )
    create_document(notice, by=by)
    notice.lines.set(lines)
    link(notice, installation, DocumentLink.Kind.FOLLOWS)
    _owe_answer(notice, at, by=by, until=answer_by)
    if not email:
        return notice
    return do_notice(notice, "send_link", by=by, at=at, data={"email": email, "phone": phone})


def _reached_at(installation: Installation, supplier: str, email: str, phone: str) -> tuple[str, str]:
    """E-mail and phone of a supplier outside: what was entered, else what the last notice to the same one says."""
    email, phone = email.strip(), phone.strip()
    if not supplier:
        return "", ""
    if email:
        _check_address(email)
    known = GoodsNotice.objects.filter(supplier=supplier, organization=installation.organization_id)
    last = known.exclude(email="", phone="").order_by("-pk").first()
    if last is not None and not email and not phone:
        return last.email, last.phone
    return email, phone


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error


def _owe_answer(
    notice: GoodsNotice, at: datetime, *, by: Any, until: date | None = None, turn: str = ""
) -> None:
    """Owe the answer as the clauses say; without one, and when asked again, until a day of our own."""
    facts = facts_for(
        customer=notice.customer, category=notice.category, kind=notice.request_kind, events={"notified": at}
    )
    if not turn:
        promising.start(notice, "notified", at, by=by, facts=facts)
        if Obligation.objects.filter(document_id=notice.pk, metric__in=ANSWER).exists():
            return
    day = until or timezone.localdate(at) + timedelta(days=ANSWER_DAYS)
    plan = ObligationPlan(
        metric="answer",
        clause="",
        commitment="",
        version=0,
        text=_("Answer to %(number)s") % {"number": notice.number},
        source=Source(document=notice.number),
        calendar="",
        started_at=at,
        due_at=timezone.make_aware(datetime.combine(day, time.max.replace(microsecond=0))),
        limit=Limit(amount=Decimal((day - timezone.localdate(at)).days), unit="days"),
        debtor="supplier",
        creditor="provider",
    )
    subject = about_document(notice, organization=notice.organization, customer=notice.customer)
    opened = owe(subject, [plan], lambda _plan: f"document:{notice.pk}:answer{turn}")
    note(notice, "opened", opened, at=at, by=by)


@transaction.atomic
def do_notice(
    document: GoodsNotice,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> GoodsNotice:
    """Do an action with what follows from it."""
    at, values = at or timezone.now(), dict(data or {})
    if name == "give_answer":
        _check_answer(values)
    if name == "send_link":
        _check_address(str(values.get("email", "")))
    if name == "tell_by_hand" and values["told_on"] > timezone.localdate(at):
        raise ValidationError({"told_on": _("This day is still to come.")})
    notice = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    _follow(notice, name, values, by=by, at=at)
    related = ("organization", "customer", "addressee", "project", "created_by")
    return GoodsNotice.objects.select_related(*related).get(pk=notice.pk)


def _follow(notice: GoodsNotice, name: str, values: Mapping[str, Any], *, by: Any, at: datetime) -> None:
    """What an action brings about."""
    if name == "send_link":
        telling.mail(notice, by=by, remark=str(values.get("remark", "")))
    elif name == "give_answer":
        obligations.fulfil(notice, ANSWER, at=at, by=by)
    elif name == "settle":
        obligations.fulfil(notice, (*ANSWER, *MADE_GOOD), at=at, by=by)
        notice.lines.update(mended_at=at)
    elif name == "ask_again":
        _owe_answer(notice, at, by=by, turn=f":{notice.version}")
        if notice.is_outside and notice.email:
            again = {"email": notice.email, "remark": str(values.get("reason", ""))}
            do_notice(notice, "send_link", by=by, at=at, data=again, as_system=True)


@transaction.atomic
def answer_notice(
    notice: GoodsNotice, *, way: str, answer: str, name: str, promised_on: date | None = None
) -> GoodsNotice:
    """The supplier's own answer, on the signed link; the writers are told.

    Raises NoticeClosed when it was answered or made good already, ValidationError without a name, words or a day.
    """
    if not name.strip():
        raise ValidationError({"name": _("Enter your name.")})
    if not answer.strip():
        raise ValidationError({"answer": _("Say what you do, or why you refuse.")})
    data = {
        "way": way,
        "answer": answer.strip(),
        "promised_on": promised_on,
        "name": name.strip()[:60],
        "via": GoodsNotice.Via.LINK,
    }
    fresh = documents.lock(notice)
    if fresh.state != GoodsNotice.State.SENT:
        raise NoticeClosed
    words = _("%(name)s of %(supplier)s, on the link") % {"name": data["name"], "supplier": fresh.to}
    try:
        answered = do_notice(fresh, "give_answer", by=None, data=data, as_system=True, text=words)
    except ActionNotAllowed as error:  # the office was quicker
        raise NoticeClosed from error
    telling.tell_answer(answered)
    return answered


def _check_answer(values: Mapping[str, Any]) -> None:
    promised = values.get("promised_on")
    if values.get("way") not in GoodsNotice.Way.values:
        raise ValidationError({"way": _("Choose what you do.")})
    if values.get("way") == GoodsNotice.Way.REFUSE:
        return
    if promised is None:
        raise ValidationError({"promised_on": _("Ask for the day, so that it can be followed up.")})
    if promised < timezone.localdate():
        raise ValidationError({"promised_on": _("This day has passed.")})
