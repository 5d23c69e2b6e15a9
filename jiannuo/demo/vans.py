"""What the demo's jobs take out of the technicians' vans."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from jiannuo.office.accounts.models import User
from jiannuo.operations.parts.models import StockEntry, StockLocation
from jiannuo.operations.parts.services import PartGone, draw
from jiannuo.operations.workorders.models import OrderLine


class Vans:
    """The vans, and since when there is something in them."""

    def __init__(self) -> None:
        loads = StockEntry.objects.filter(location__kind=StockLocation.Kind.VAN)
        self.loaded = dict(loads.values_list("location__person").annotate(Min("at")))

    def supply(self, line: OrderLine, technician: User, at: datetime) -> None:
        """Let the part of a new line come from the van where it was loaded by then, else from elsewhere."""
        since = self.loaded.get(technician.pk)
        if line.part is None or since is None or at < since:
            return
        try:
            with transaction.atomic():
                line.drawn = draw(
                    technician, line.part, line.quantity, document=line.order, by=technician, at=at
                )
        except PartGone:
            return
        line.source = OrderLine.Source.VAN
