"""Who pays for a line, and what changes it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.queries import totals
from jiannuo.operations.workorders.services import NotNow, add_line, override_payer, remove_line, update_line
from jiannuo.operations.workorders.services.charging import basis
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.registry.products.models import LabourItem, SparePart
from jiannuo.rules import CoverageOutcome, Decision

BASES = [
    # kind, component, covered, payer
    ("parts", "compressor", True, "manufacturer"),
    ("parts", "compressor/valve", True, "manufacturer"),
    ("labour", "compressor", True, "manufacturer"),
    ("travel", "compressor", False, "customer"),
    ("parts", "filter", False, "customer"),
    ("labour", "filter", False, "customer"),
    ("labour", "", True, "manufacturer"),
    ("travel", "", False, "customer"),
    ("other", "filter", False, "customer"),
]


@pytest.mark.parametrize(("kind", "component", "covered", "payer"), BASES)
def test_the_payer_is_read_off_the_decision(kind, component, covered, payer):
    found = basis(scene.decision(), kind, component)

    assert (found.covered, found.payer) == (covered, payer)


def test_without_a_decision_the_customer_pays_and_the_reason_says_so():
    found = basis(None, "parts")

    assert (found.covered, found.payer, found.reasons[0]["code"]) == (False, "customer", "order.no_promise")


def test_a_component_that_nothing_names_is_not_covered_by_another_one():
    outcome = CoverageOutcome(component=("compressor",), item="parts", in_warranty=True, payer="manufacturer")
    decision = Decision(decided_at=scene.DECIDED_AT, coverage=(outcome,))

    assert not basis(decision, "parts", "filter").covered


def test_an_excluded_cause_takes_the_cover_away():
    found = basis(scene.decision(), "parts", "compressor", cause="misuse", excluded=["misuse"])

    assert (found.covered, found.payer) == (False, "customer")
    assert found.reasons[0]["code"] == "coverage.cause_excluded"


@pytest.fixture
def order(firm):
    return firm.order_in("on_site")


def part(firm, **changes):
    return {
        "kind": "parts",
        "part": SparePart.objects.get(code="P-100"),
        "component": firm.compressor,
        "new_serial": "N-2",
        "quantity": Decimal(1),
        **changes,
    }


def test_a_part_brings_its_name_and_price_and_is_covered(firm, order):
    line = add_line(order, part(firm), by=firm.technician)

    assert (line.description, line.code, line.unit_price) == ("压缩机 1.5P", "P-100", Decimal("860.00"))
    assert (line.covered, line.payer, line.customer_amount) == (True, "manufacturer", Decimal("0.00"))


def test_labour_follows_the_component_that_was_replaced(firm, order):
    labour = LabourItem.objects.get(code="L-10")
    wash = {"kind": "parts", "description": "滤网", "component": firm.filter, "unit_price": Decimal(30)}
    add_line(order, wash, by=firm.technician)
    line = add_line(order, {"kind": "labour", "labour": labour}, by=firm.technician)

    assert (line.description, line.unit_price, line.payer) == ("更换压缩机", Decimal("200.00"), "customer")


def test_an_excluded_cause_is_found_at_completion_and_the_customer_pays(firm, order):
    commitment = Commitment.objects.create(code="P12", name="承诺", kind="maker")
    clause = {
        "kind": "coverage",
        "id": "cover-compressor",
        "text": "压缩机五年",
        "source": {"document": "P12"},
        "begins": {"events": ["invoiced"]},
        "term": {"periods": [{"amount": 5, "unit": "years"}]},
        "components": [["compressor"]],
        "includes": ["parts", "labour"],
        "excluded_causes": ["misuse"],
    }
    content = {"code": "P12", "name": "承诺", "kind": "maker", "version": 1, "clauses": [clause]}
    CommitmentVersion.objects.create(
        commitment=commitment,
        number=1,
        content=content,
        state="published",
        valid_from="2026-01-01",
        published_at=timezone.now(),
    )
    line = add_line(order, part(firm), by=firm.technician)
    assert line.covered

    firm.step(order, "complete", **scene.completion(cause="C2"))

    line.refresh_from_db()
    assert (line.covered, line.payer) == (False, "customer")
    assert line.reasons[0]["code"] == "coverage.cause_excluded"


def test_an_added_item_needs_the_name_of_whoever_agreed(firm, order):
    extra = {"kind": "other", "description": "加装支架", "unit_price": Decimal(80), "added": True}

    with pytest.raises(ValidationError) as refused:
        add_line(order, extra, by=firm.technician)
    assert "consented_by" in refused.value.message_dict

    line = add_line(order, {**extra, "consented_by": "张伟"}, by=firm.technician)
    assert line.consented_at is not None


REFUSED_LINES = [
    ({"quantity": Decimal(0)}, "quantity"),
    ({"quantity": Decimal(-1)}, "quantity"),
    ({"unit_price": Decimal(-5)}, "unit_price"),
    ({"new_serial": ""}, "new_serial"),
    ({"old_serial": "N-2"}, "new_serial"),
    ({"part": None, "description": ""}, "description"),
    ({"kind": "gift"}, "kind"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED_LINES)
def test_an_impossible_line_is_refused(firm, order, change, field):
    with pytest.raises(ValidationError) as refused:
        add_line(order, part(firm, **change), by=firm.technician)
    assert field in refused.value.message_dict or "__all__" in refused.value.message_dict
    assert not order.lines.exists()


def test_a_component_of_another_model_is_refused(firm, order):
    from jiannuo.registry.products.models import Component
    from jiannuo.testing import factories

    other = factories.product_model()
    foreign = Component.objects.add_root({"model": other, "code": "x", "name": "x", "code_path": "x"})

    with pytest.raises(ValidationError) as refused:
        add_line(order, part(firm, component=foreign), by=firm.technician)
    assert "component" in refused.value.message_dict


def test_lines_can_be_changed_and_removed_until_completion(firm, order):
    line = add_line(order, part(firm), by=firm.technician)
    line = update_line(line, {"quantity": Decimal(2)}, by=firm.technician)
    assert line.amount == Decimal("1720.00")

    remove_line(line, by=firm.technician)
    assert not order.lines.exists()
    assert order.timeline.filter(kind="change").exists()


@pytest.mark.parametrize("who", ["colleague", "stranger"])
def test_lines_of_somebody_elses_job_are_refused(firm, order, who):
    with pytest.raises(PermissionDenied):
        add_line(order, part(firm), by=getattr(firm, who))


def test_lines_after_the_signature_are_refused(firm):
    order = firm.order_in("signed")

    with pytest.raises(NotNow):
        add_line(order, part(firm), by=firm.dispatcher)
    with pytest.raises(NotNow):
        add_line(order, part(firm), by=firm.technician)


class TestOverride:
    def line(self, firm, order):
        return add_line(order, part(firm), by=firm.technician)

    def test_a_manager_lets_another_party_pay(self, firm, order):
        line = override_payer(self.line(firm, order), "dealer", by=firm.manager, reason="经销商承担")

        assert (line.payer, line.overridden_by, line.override_reason) == (
            "dealer",
            firm.manager,
            "经销商承担",
        )
        firm.step(order, "complete")
        line.refresh_from_db()
        assert line.payer == "dealer"

    @pytest.mark.parametrize("who", ["technician", "dispatcher", "stranger"])
    def test_others_may_not(self, firm, order, who):
        with pytest.raises(PermissionDenied):
            override_payer(self.line(firm, order), "customer", by=getattr(firm, who), reason="x")

    @pytest.mark.parametrize(("payer", "reason"), [("customer", " "), ("nobody", "说明")])
    def test_a_reason_and_a_payer_are_needed(self, firm, order, payer, reason):
        with pytest.raises(ValidationError):
            override_payer(self.line(firm, order), payer, by=firm.manager, reason=reason)

    def test_the_customer_does_not_pay_more_than_was_signed_for(self, firm, order):
        line = self.line(firm, order)
        order = firm.step(firm.step(order, "complete"), "sign")

        with pytest.raises(ValidationError) as refused:
            override_payer(line, "customer", by=firm.manager, reason="说明")
        assert "payer" in refused.value.message_dict


def test_totals_tell_covered_and_customers_part():
    lines = [
        OrderLine(quantity=Decimal(2), unit_price=Decimal("10.50"), payer="customer"),
        OrderLine(quantity=Decimal(1), unit_price=Decimal(100), payer="manufacturer"),
    ]

    assert totals(lines) == {
        "total": Decimal("121.00"),
        "customer": Decimal("21.00"),
        "covered": Decimal("100.00"),
    }
