"""The notice to the supplier or branch that sent the goods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import DocumentLink
from jiannuo.office.documents.services import create_document, link
from jiannuo.operations.installations.models import GoodsNotice, Installation, PackingLine
from jiannuo.operations.installations.services import promising
from jiannuo.operations.installations.services.guard import working_on
from jiannuo.operations.installations.services.remaining import AFTERWARDS
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.obligations import services as obligations

#: what keeps the promise of an answer, and of making it good
ANSWER = ("answer", "response")
MADE_GOOD = ("delivery", "spare", "exchange", "closure")


@transaction.atomic
def send_notice(
    installation: Installation,
    *,
    by: Any,
    lines: Sequence[PackingLine],
    addressee: Any = None,
    supplier: str = "",
    text: str = "",
) -> GoodsNotice:
    """Tell whoever sent the goods what is missing or damaged; they owe an answer as the clauses say.

    Raises ValidationError without supplier, and for lines that are in order or told already.
    """
    installation = working_on(installation, by, states=AFTERWARDS)
    if addressee is None and not supplier.strip():
        raise ValidationError(
            {"supplier": _("Say who sent the goods: choose a branch or name the supplier.")}
        )
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
    listed = "\n".join(f"{line.text}：{line.problem}" for line in lines)
    notice = GoodsNotice(
        organization=installation.organization,
        customer=installation.customer,
        category=installation.category,
        project=installation,
        addressee=addressee,
        supplier="" if addressee is not None else supplier.strip(),
        title=f"{addressee or supplier.strip()} · {lines[0].text}"[:200],
        text=f"{listed}\n{text}".strip(),
        created_at=at,
        is_demo=installation.is_demo,
    )
    create_document(notice, by=by)
    notice.lines.set(lines)
    link(notice, installation, DocumentLink.Kind.FOLLOWS)
    _owe_answer(notice, at, by=by)
    return notice


def _owe_answer(notice: GoodsNotice, at: datetime, *, by: Any, turn: str = "") -> None:
    facts = facts_for(
        customer=notice.customer, category=notice.category, kind=notice.request_kind, events={"notified": at}
    )
    promising.start(notice, "notified", at, by=by, facts=facts)


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
    notice = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    if name == "give_answer":
        obligations.fulfil(notice, ANSWER, at=at, by=by)
    if name == "settle":
        obligations.fulfil(notice, (*ANSWER, *MADE_GOOD), at=at, by=by)
        notice.lines.update(mended_at=at)
    return notice


def _check_answer(values: Mapping[str, Any]) -> None:
    promised = values.get("promised_on")
    if values.get("way") == GoodsNotice.Way.REFUSE:
        return
    if promised is None:
        raise ValidationError({"promised_on": _("Ask for the day, so that it can be followed up.")})
    if promised < timezone.localdate():
        raise ValidationError({"promised_on": _("This day has passed.")})
