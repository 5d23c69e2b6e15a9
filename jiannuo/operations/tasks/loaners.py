"""A loaner that was lent: what was to be done about it is done."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.tasks.models import Task
from jiannuo.operations.tasks.services import do

KIND = "loaner"


def loaner_given(order_id: int, number: str, *, at: datetime, by_id: int | None) -> int:
    """Finish what is open about lending a machine for an order or a document that it serves; how many tasks.

    Whoever lent it has done it, where nobody had taken the task.
    """
    served = DocumentLink.objects.filter(source=order_id, kind=DocumentLink.Kind.SERVES)
    about = [order_id, *served.values_list("target", flat=True)]
    rows = list(Task.objects.unfinished().filter(task_kind=KIND, source__in=about).order_by("pk"))
    by = User.objects.filter(pk=by_id).first() if by_id else None
    with override(settings.LANGUAGE_CODE):
        result = _("A loaner was lent: %(number)s.") % {"number": number}
    for task in rows:
        do(task, "finish", by=by, at=at, data={"result": result}, as_system=True)
    return len(rows)
