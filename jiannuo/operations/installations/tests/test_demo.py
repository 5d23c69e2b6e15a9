"""The demo projects are made by the services that people use, as far as their stories go."""

from __future__ import annotations

from jiannuo.demo.installations import load_installations
from jiannuo.office.notices.models import Delivery
from jiannuo.operations.installations.models import GoodsNotice, Installation
from jiannuo.testing import factories


def test_the_demo_projects_stand_where_their_stories_end(db):
    head = factories.organization(code="HQ")
    east = factories.organization(head, code="EAST")
    people = {
        "dispatcher": factories.person("dispatcher", at=east),
        "technician": factories.person("technician", at=east),
    }
    factories.customer(east, kind="company")
    for path in ("it", "machinery/chiller", "machinery/equipment", "machinery/scale"):
        factories.category(path)
    for path, code in (("chiller", "LS-450"), ("equipment", "BT-12"), ("scale", "SCS-60")):
        factories.product_model(f"machinery/{path}", code=code)

    assert load_installations(people) == 4

    states = list(Installation.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["accepted", "trial", "unpacking", "agreed"]
    notice = GoodsNotice.objects.get()
    assert notice.lines.count() == 2
    assert (notice.is_outside, notice.told_way, notice.is_untold) == (True, "mail", False)
    assert not Delivery.objects.filter(
        document=notice.pk
    ).exists()  # nobody out there hears of the demonstration
