"""Demo announced events: the agreements of dealers, a season, a delivery and a contract to come."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.obligations.agreements import follow_agreements
from jiannuo.promises.obligations.services import announce
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit


def load_events(people: dict[str, User], units: list[InstalledUnit]) -> None:
    """Announce what agreements on file say, and what the head office knows of the coming months."""
    follow_agreements()
    today, manager = timezone.localdate(), people["director"]
    head = Organization.objects.get(code="HQ")
    year = today.year + (today >= date(today.year, 5, 1))
    announce(
        "season_opened",
        on=date(year, 5, 1),
        organization=head,
        occasion=f"{year}制冷季",
        note="各分公司在此之前完成换季保养",
        by=manager,
        is_demo=True,
    )
    coming = next((one for one in units if "delivered" not in one.event_dates()), None)
    if coming is not None:
        announce(
            "delivered",
            on=today + timedelta(days=6),
            clock=time(9, 30),
            organization=coming.organization,
            unit=coming,
            note="物流单号 SF1402687",
            by=manager,
            is_demo=True,
        )
    customer = Customer.objects.filter(kind="company").select_related("organization").order_by("pk").first()
    if customer is not None:
        announce(
            "contract_signed",
            on=today + timedelta(days=12),
            organization=customer.organization,
            customer=customer,
            occasion=f"WB-{today.year + 1}-017",
            note="年度维保合同，双方已谈妥",
            by=manager,
            is_demo=True,
        )
