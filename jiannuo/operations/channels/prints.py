"""The printed form of calls: F10 record of telephone service."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.operations.channels.models import Call


def _rows(user: Any) -> Any:
    return Call.objects.visible_to(user).select_related("organization", "customer", "agent", "request")


def call_record(call: Call) -> dict[str, Any]:
    """What F10 shows: who called when, who took it, what was said and answered."""
    return {"call": call}


register(
    PrintForm(
        id="F10",
        title=_("Record of telephone service"),
        template="channels/print/call_record.html",
        model=Call,
        rows=_rows,
        context=call_record,
        # The form shows the phone number in full: for those who write calls down.
        permission="calls.record",
    )
)
