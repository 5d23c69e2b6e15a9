"""Letting somebody else pay than the decision says, with a reason and the consents that it needs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.models import Approval, TimelineEntry
from jiannuo.office.documents.services import lock, record
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.services.guard import NotNow
from jiannuo.operations.workorders.services.step import Step

FREE_REPAIR = "free_repair"


@transaction.atomic
def override_payer(line: OrderLine, payer: str, *, by: Any, reason: str) -> OrderLine:
    """Let another party pay than the decision says; needs ``orders.charge`` and a reason, and goes on the timeline.

    What is out of warranty and would be free to the customer may need further consents: then they are asked, the line
    stays as it is (its ``approval`` is set), and follows once they are given. Raises PermissionDenied, NotNow once the
    order is reviewed, ConsentMissing while they are being asked for, ValidationError without a reason or when the
    customer would have to pay more than was signed for.
    """
    order = lock(line.order)
    if not by.has_perm("orders.charge", order):
        raise PermissionDenied
    _check(order, line, payer, reason)
    approval = _ask(order, line, payer, by=by, reason=reason.strip()) if _is_gift(line, payer) else None
    if approval is None:
        _put(order, line, payer, by=by, reason=reason)
    line.approval = approval  # type: ignore[attr-defined]
    return line


def overridden(step: Step) -> None:
    """Carry out what was agreed to: the person who asked stands for it."""
    line = step.order.lines.filter(pk=step.data["line"]).first()
    if line is None:
        raise ValidationError(_("The line is no longer there."))
    asker = User.objects.get(pk=step.data["asked_by"])
    _check(step.order, line, step.data["payer"], step.data["reason"])
    _put(step.order, line, step.data["payer"], by=asker, reason=step.data["reason"])


def _check(order: WorkOrder, line: OrderLine, payer: str, reason: str) -> None:
    if order.state in ("reviewed", "closed", "cancelled"):
        raise NotNow(order)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why someone else pays.")})
    if payer not in OrderLine.Payer.values:
        raise ValidationError({"payer": _("Choose who pays.")})
    if payer == OrderLine.Payer.CUSTOMER and order.state == "signed" and line.payer != payer:
        raise ValidationError(
            {"payer": _("The customer has signed for less. Send the order back to the technician first.")}
        )


def _is_gift(line: OrderLine, payer: str) -> bool:
    """Whether the customer gets for nothing what no cover pays."""
    return not line.covered and payer != OrderLine.Payer.CUSTOMER and line.payer == OrderLine.Payer.CUSTOMER


def _ask(order: WorkOrder, line: OrderLine, payer: str, *, by: Any, reason: str) -> Approval | None:
    data = {"line": line.pk, "payer": payer, "reason": reason, "asked_by": by.pk}
    return consents.obtain(
        order,
        FREE_REPAIR,
        by=by,
        amount=line.asked,
        about=f"line:{line.pk}",
        what=line.description,
        action="override",
        data=data,
        reason=reason,
    )


def _put(order: WorkOrder, line: OrderLine, payer: str, *, by: Any, reason: str) -> None:
    before = line.get_payer_display()
    line.payer, line.overridden_by, line.override_reason = payer, by, reason.strip()[:200]
    line.save(update_fields=["payer", "overridden_by", "override_reason"])
    words = {
        "line": line.description,
        "before": before,
        "after": line.get_payer_display(),
        "reason": line.override_reason,
    }
    text = _("%(line)s: paid by %(after)s instead of %(before)s. %(reason)s") % words
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=text)
