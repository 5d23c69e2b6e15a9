"""Suppliers outside: told by mail with a link, reminded once; our people hear of answers, silence, dead addresses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiannuo.office.accounts.privacy import mask_email, mask_phone
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import record
from jiannuo.office.notices import sending
from jiannuo.office.notices.kinds import NoticeKind
from jiannuo.office.notices.services import notify, send_mail, tell_customer
from jiannuo.operations.installations import mailing, notices
from jiannuo.operations.installations.links import url_of
from jiannuo.operations.installations.models import GoodsNotice
from jiannuo.operations.installations.models.notice import LINK_LASTS
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.recipients import Recipients, acting, unique
from jiannuo.registry.customers.phones import phone_or_none

#: what keeps the promise of an answer
ANSWER = ("answer", "response")
#: how long a reminder may go unanswered before a manager hears of it
AFTER_REMINDER = timedelta(days=1)


def mail(notice: GoodsNotice, *, remark: str = "", by: Any = None, kind: NoticeKind | None = None) -> None:
    """Send the link (and a text message where a gateway is set up); the timeline says to whom, never the link."""
    kind = kind or notices.TO_SUPPLIER
    due = due_of(notice)
    with translation.override(settings.LANGUAGE_CODE):
        until = _(" until %(day)s") % {"day": moment(due)} if due else ""
    context = {**_words(notice), "remark": remark, "due": until, "url": url_of(notice)}
    title, text = kind.texts(context, settings.LANGUAGE_CODE)
    text = "\n".join(line for line in text.splitlines() if line.strip())
    sent = [mask_email(notice.email)]
    if not notice.is_demo:
        key = f"{mailing.PREFIX}:{notice.pk}:{notice.sendings}"
        send_mail(key=key, to=notice.email, title=title, text=text, document=notice)
        number = phone_or_none(notice.phone) if notice.phone else None
        if number and sending.sms_urls():
            tell_customer(kind, key=key, phone=number, context=context)
            sent.append(mask_phone(number))
    said = _("To the supplier (%(to)s): %(text)s") % {"to": "、".join(sent), "text": title}
    record(notice, TimelineEntry.Kind.MESSAGE, by=by, text=said)


def due_of(notice: GoodsNotice) -> datetime | None:
    """Until when the supplier has to answer, by the ledger."""
    rows = Obligation.objects.filter(document_id=notice.pk, metric__in=ANSWER, due_at__isnull=False)
    return rows.order_by("-pk").values_list("due_at", flat=True).first()


def moment(value: datetime) -> str:
    """Month, day and clock time in the zone of the house."""
    return date_format(timezone.localtime(value), "m-d H:i")


def _words(notice: GoodsNotice) -> dict[str, Any]:
    return {
        "number": notice.number,
        "supplier": notice.to,
        "firm": notice.organization.name,
        "what": notice.text,
    }


def _writers(notice: GoodsNotice) -> list[Any]:
    """Who wrote the notice, else the dispatchers."""
    writer = acting(notice.created_by) if notice.created_by else None
    return [writer] if writer else Recipients().escalated_to(Role.DISPATCHER, notice.organization)


def tell_answer(notice: GoodsNotice) -> None:
    """Tell the writers, and whoever plans the installation, what the supplier does."""
    people = unique([*_writers(notice), acting(notice.project.created_by)])
    context = {
        "supplier": notice.to,
        "way": notice.get_way_display(),
        "name": notice.answered_by or "—",
        "answer": notice.answer,
        "promised": notice.promised_on.isoformat() if notice.promised_on else "—",
    }
    key = f"{notices.ANSWERED.id}:{notice.pk}:{notice.version}"
    notify(people, notices.ANSWERED, document=notice, context=context, key=key)


@transaction.atomic
def mail_failed(pk: int, *, key: str, error: str) -> bool:
    """The last mail did not arrive: the notice counts as untold, its writers hear of it; older mails do not count."""
    notice = GoodsNotice.objects.select_related("organization", "addressee", "created_by", "project").get(
        pk=pk
    )
    if key != f"{mailing.PREFIX}:{pk}:{notice.sendings}" or notice.state != GoodsNotice.State.SENT:
        return False
    GoodsNotice.objects.filter(pk=pk).update(told_at=None, told_way="")
    text = _("The mail to %(to)s did not arrive: %(error)s") % {
        "to": mask_email(notice.email),
        "error": error or "—",
    }
    record(notice, TimelineEntry.Kind.MESSAGE, text=text)
    context = {"supplier": notice.to, "error": error}
    notify(_writers(notice), notices.NOT_ARRIVED, document=notice, context=context, key=key)
    return True


@transaction.atomic
def remind(pk: int, *, at: datetime) -> bool:
    """Remind a supplier outside once that the answer is late; a manager hears of it when that does not help.

    Whoever was told by hand is to be called by the writers.
    """
    rows = GoodsNotice.objects.filter(
        pk=pk, addressee__isnull=True, state=GoodsNotice.State.SENT, reminded_at__isnull=True
    )
    if not rows.update(reminded_at=at, escalate_at=at + AFTER_REMINDER):
        return False
    notice = GoodsNotice.objects.select_related("organization", "addressee", "created_by").get(pk=pk)
    if notice.email and notice.told_way == GoodsNotice.Told.MAIL:
        notice.sendings += 1
        notice.link_until = max(notice.link_until or at, at + LINK_LASTS)
        notice.save(update_fields=["sendings", "link_until"])
        mail(notice, kind=notices.REMINDER)
        done = _("A reminder was sent.")
    else:
        done = _("It has no e-mail: call the supplier.")
    context = {**_words(notice), "reminded": done}
    notify(
        _writers(notice), notices.CALL, document=notice, context=context, key=f"{notices.CALL.id}:{pk}:{at}"
    )
    return True


@transaction.atomic
def escalate(notice: GoodsNotice, *, now: datetime) -> bool:
    """Tell the department manager of a supplier who does not answer; once, whoever else looks at the same time."""
    rows = GoodsNotice.objects.filter(pk=notice.pk, escalate_at=notice.escalate_at)
    if not rows.update(escalate_at=None) or notice.state != GoodsNotice.State.SENT:
        return False
    people = Recipients(now).escalated_to(Role.DEPARTMENT_MANAGER, notice.organization)
    names = "、".join(str(person) for person in people)
    text = _("No answer in spite of the reminder; told: %(people)s") % {"people": names or "—"}
    record(notice, TimelineEntry.Kind.CHANGE, at=now, text=text)
    context = {**_words(notice), "person": notice.created_by or "—"}
    key = f"{notices.ESCALATED.id}:{notice.pk}:{notice.version}"
    notify(people, notices.ESCALATED, document=notice, context=context, key=key)
    return True
