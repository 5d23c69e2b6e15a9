"""The customer's signature."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.files.models import StoredFile
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.services import attach
from jiannuo.operations.workorders.events import WorkOrderSigned
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


def signed(step: Step) -> None:
    """Attach the signature and tell."""
    order = step.order
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
    publish(WorkOrderSigned(order_id=order.pk, number=order.number, at=step.at))
