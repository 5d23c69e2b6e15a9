"""A manager writes a routing rule, is told that it leads nowhere, mends it, and tries it out."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from jiannuo.operations.desk.models import RoutingRule
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


def test_a_rule_is_written_refused_mended_and_tried(visit: Any, town: Any) -> None:
    manager = factories.person("department_manager", at=town.branch, username="routing")
    factories.person("storekeeper", at=town.branch, username="store")

    page = visit(manager)
    page.goto("/requests/routing")
    page.get_by_role("link", name=zh("New rule")).click()
    page.locator("#id_name").fill("包装问题转仓储")
    page.locator("#id_organization").select_option(str(town.branch.pk))
    page.locator("[name=natures][value=packing]").check()
    page.locator("#id_to_organization").select_option(str(town.branch.pk))
    page.locator("#id_to_role").select_option("quality_engineer")
    page.get_by_role("button", name=zh("Save"), exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("没有人担任")
    page.locator("#id_to_role").select_option("storekeeper")
    page.get_by_role("button", name=zh("Save"), exact=True).click()
    page.wait_for_url("**/requests/routing")
    assert RoutingRule.objects.get().to_role == "storekeeper"

    page.locator("#id_organization").select_option(str(town.branch.pk))
    page.locator("#id_nature").select_option("packing")
    page.get_by_role("button", name=zh("Try"), exact=True).click()
    expect(page.locator("#tried")).to_contain_text("包装问题转仓储")
    expect(page.locator("#tried")).to_contain_text("事项性质")
