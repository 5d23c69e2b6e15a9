"""Parts out of the van: drawn when a line is recorded, corrected with it, put back when it goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from jiannuo.operations.parts.models import StockEntry
from jiannuo.operations.parts.queries import in_van
from jiannuo.operations.parts.services import draw, put_back
from jiannuo.operations.parts.services.jobs import still_out
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.vans import AT_HAND, AUTO, driver_for


def source_of(line: OrderLine, wanted: str, *, by: Any) -> str:
    """Where the part of a line comes from when ``wanted`` is a source or ``AUTO``; elsewhere for what is no part.

    Raises ValidationError for a part from the van that is not chosen from the list.
    """
    if line.kind != OrderLine.Kind.PART:
        return OrderLine.Source.ELSEWHERE
    if line.part is None and wanted == OrderLine.Source.VAN:
        raise ValidationError(
            {"source": _("Choose the part from the list: the van holds listed parts only.")}
        )
    if line.part is None:
        return OrderLine.Source.ELSEWHERE
    if wanted != AUTO:
        return wanted
    if line.drawn is not None and line.drawn.part_id == line.part.pk:
        return OrderLine.Source.VAN
    driver = driver_for(line.order, by)
    there = driver is not None and line.order.state in AT_HAND and line.part.pk in in_van(driver)
    return OrderLine.Source.VAN if there else OrderLine.Source.ELSEWHERE


def settle(line: OrderLine, *, by: Any, at: datetime) -> None:
    """Let the ledger say what the line says: draw what is new, put back what is not used after all.

    The line is saved by the caller. Raises PartGone when the van has fewer than wanted, ValidationError for a part
    from the van before the technician is there, or for more from a van that is somebody else's.
    """
    order, drawn = line.order, line.drawn
    if drawn is not None and (line.source != OrderLine.Source.VAN or drawn.part_id != line.part_id):
        _back(drawn, by=by, at=at)
        line.drawn = drawn = None
    if line.source != OrderLine.Source.VAN or line.part is None:
        return
    driver = driver_for(order, by)
    if drawn is not None:
        out = still_out(drawn)
        if line.quantity < out:
            put_back(drawn, by=by, quantity=out - line.quantity, reason=_("Fewer were used."), at=at)
        if line.quantity <= out:
            return
        if driver is None or drawn.location.person_id != driver.pk:
            text = _("The part came from “%(van)s”. Add another line for what came from elsewhere.")
            raise ValidationError({"quantity": text % {"van": drawn.location}})
        _back(drawn, by=by, at=at)
    elif order.state not in AT_HAND:
        text = _("Parts are taken from the van once the technician is there. Choose “from elsewhere”.")
        raise ValidationError({"source": text})
    line.drawn = draw(driver, line.part, line.quantity, document=order, by=by, at=at)


def give_back(
    lines: Iterable[OrderLine], *, by: Any, at: datetime | None = None, reason: str = ""
) -> list[OrderLine]:
    """Put back into the vans whatever lines took; those lines of which something was out."""
    return [
        line for line in lines if line.drawn is not None and _back(line.drawn, by=by, at=at, reason=reason)
    ]


def give_back_all(order: WorkOrder, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
    """Put back what all lines of an order took, van by van in one order, so that nobody waits in a circle."""
    drawn = order.lines.filter(drawn__isnull=False).select_related("drawn__location", "drawn__part")
    give_back(drawn.order_by("drawn__location_id", "pk"), by=by, at=at, reason=reason)


def _back(drawn: StockEntry, *, by: Any, at: datetime | None, reason: str = "") -> bool:
    if still_out(drawn) <= 0:
        return False
    put_back(drawn, by=by, at=at, reason=(reason or _("The line was changed or removed."))[:300])
    return True
