"""The customer's signature."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.services import store
from jiannuo.kernel.money import in_figures
from jiannuo.office.documents.models import Attachment, TimelineEntry
from jiannuo.office.documents.services import attach, record
from jiannuo.operations.workorders import telling
from jiannuo.operations.workorders.queries import totals
from jiannuo.operations.workorders.services import sharing
from jiannuo.operations.workorders.services.step import Step


def kept_signature(signature: Any, *, by: Any) -> StoredFile:
    """The signature as a stored file: an upload is checked and kept, a stored file stays.

    Raises ValidationError when it is missing or no picture.
    """
    if isinstance(signature, StoredFile):
        return signature
    if isinstance(signature, UploadedFile):
        return store(signature, by=by, kinds=("image",))
    raise ValidationError({"signature": _("The signature is missing. Let the customer sign in the box.")})


def _note_other_sum(step: Step) -> None:
    """Say on the timeline, and to the dispatchers, when the customer signed another sum than the clauses give."""
    shown = step.data.get("shown_total")
    if shown is None:
        return
    charged = totals(list(step.order.lines.all()))["customer"]
    if shown == charged:
        return
    sums = {"shown": in_figures(shown), "charged": in_figures(charged)}
    text = (
        _("The customer signed for %(shown)s; by the clauses it is %(charged)s. Check before the review.")
        % sums
    )
    record(step.order, TimelineEntry.Kind.COMMENT, by=step.by, at=step.at, text=text)
    telling.tell_other_sum(step.order, text)


def signed(step: Step) -> None:
    """Attach the signature and tell. Raises ValidationError without a name, or without consent to the test."""
    order = step.order
    if not order.test_agreed:
        raise ValidationError(
            {"test_agreed": _("The customer must agree with the test result before you leave.")}
        )
    if not order.signed_by.strip():
        raise ValidationError({"signed_by": _("Enter the name of the person who signs.")})
    if order.signature is not None:
        attach(
            order,
            order.signature,
            by=step.by,
            purpose=Attachment.Purpose.SIGNATURE,
            caption=order.signed_by,
            visible_to_customer=True,
        )
    _note_other_sum(step)
    sharing.signed(step)
