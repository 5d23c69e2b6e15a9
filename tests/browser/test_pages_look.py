"""Every main page, wide and narrow: nothing spills, one heading, every control has a name, all of it in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from jiannuo.office.documents.services import act
from jiannuo.operations.desk.services import register_request
from jiannuo.operations.dispatch.services import order_from_requests
from jiannuo.operations.workorders.models import WorkOrder

pytestmark = pytest.mark.once

#: Written by people of the tests, or the same in every language.
FOREIGN = r"^\s*(agent|dispatcher|manager|technician|novice|admin)\s*$|@example\.com|https?:"

LOOK = """
foreign => {
  const problems = [];
  const shown = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const page = document.scrollingElement;
  if (page.scrollWidth > window.innerWidth + 1) problems.push(`${page.scrollWidth - window.innerWidth} px too wide`);
  const headings = [...document.querySelectorAll("h1")].filter(shown);
  if (headings.length !== 1) problems.push(`${headings.length} headings h1`);
  else if (!headings[0].innerText.trim()) problems.push("an empty h1");
  if (document.documentElement.lang.toLowerCase() !== "zh-hans") problems.push(`lang ${document.documentElement.lang}`);

  const named = element => {
    const by = element.getAttribute("aria-labelledby");
    return element.getAttribute("aria-label") || element.title || element.innerText?.trim()
      || (by && document.getElementById(by)?.textContent.trim())
      || [...(element.labels ?? [])].some(label => label.innerText.trim() || label.textContent.trim());
  };
  for (const element of document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]"))
    if (shown(element) && !named(element)) problems.push(`no name: ${element.outerHTML.slice(0, 120)}`);
  for (const image of document.querySelectorAll("img:not([alt])")) problems.push(`no alt: ${image.outerHTML}`);
  const ids = [...document.querySelectorAll("[id]")].map(element => element.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) problems.push(`id twice: ${id}`);

  const skipped = new RegExp(foreign);
  const english = text => /\\b[a-z]{3,}\\b/.test(text) && !/[\\u4e00-\\u9fff]/.test(text) && !skipped.test(text);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    const left = parentElement.closest("script, style, kbd, code, .j-number, [lang=en]") || !shown(parentElement);
    if (!left && english(data))
      problems.push(`not Chinese: ${data.trim()}`);
  }
  for (const element of document.querySelectorAll("[title], [placeholder], [aria-label]"))
    for (const name of ["title", "placeholder", "aria-label"]) {
      const text = element.getAttribute(name) ?? "";
      if (english(text)) problems.push(`not Chinese: ${name}=${text}`);
    }
  return [...new Set(problems)];
}
"""

PAGES: dict[str, tuple[str, ...]] = {
    "agent": (
        "console:home",
        "desk:intake",
        "desk:request_list",
        "request",
        "customers:list",
        "customers:create",
        "customer",
        "customer_edit",
        "installedbase:list",
        "unit",
        "products:list",
        "commitments:list",
        "obligations:list",
        "search:results",
        "notices:inbox",
    ),
    "dispatcher": ("console:home", "dispatch:queue", "create_order", "assign", "workorders:list", "order"),
    "manager": (
        "console:home",
        "documents:approvals",
        "organizations:list",
        "accounts:people",
        "accounts:roles",
        "calendars:list",
        "workforce:list",
        "accounts:profile",
    ),
    "admin": ("exchange:list", "audit:list", "accounts:people", "products:list"),
    "technician": ("field:jobs", "job", "workorders:list"),
}


@pytest.fixture
def work(town) -> dict[str, str]:
    """A request with an order that the technician does, one that waits for dispatch; addresses of their pages."""
    first, second = (
        register_request(
            by=town.agent,
            customer=town.customer,
            unit=unit,
            symptom_text="不制冷，外机不转",
            allow_duplicate=True,
        )
        for unit in (town.unit, town.old_unit)
    )
    order = order_from_requests([first], by=town.dispatcher)
    act(order, "assign", by=town.dispatcher, data={"technician": town.technician})
    for step in ("accept", "set_out", "arrive"):
        act(WorkOrder.objects.get(pk=order.pk), step, by=town.technician, data={})
    return {
        "request": first.get_absolute_url(),
        "customer": town.customer.get_absolute_url(),
        "customer_edit": reverse("customers:edit", args=[town.customer.pk]),
        "unit": town.unit.get_absolute_url(),
        "create_order": f"{reverse('dispatch:create_order')}?request={second.number}",
        "assign": reverse("dispatch:assign", args=[waiting_order(town, second).number]),
        "order": order.get_absolute_url(),
        "job": reverse("field:job", args=[order.number]),
        "audit:list": f"{reverse('audit:list')}?model=customers.customer",
        "search:results": f"{reverse('search:results')}?q=美玲",
    }


def waiting_order(town: Any, request: Any) -> WorkOrder:
    """An order that nobody has yet, about nothing that a request asked."""
    from jiannuo.operations.workorders.services import create_order

    return create_order(
        by=town.dispatcher,
        organization=town.branch,
        customer=request.customer,
        unit=request.unit,
        fault="定期保养",
        job="maintenance",
    )


#: The sizes at which a page is looked at, in px.
SIZES = {"1440": (1440, 900), "390": (390, 844)}


def problems_of(page: Page, addresses: dict[str, str]) -> Iterator[str]:
    """Open each address once and look at it wide and narrow."""
    for name, address in addresses.items():
        answer = page.goto(address)
        page.wait_for_load_state("networkidle")
        if answer is None or not answer.ok:
            yield f"{name}: answered {answer and answer.status}"
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for problem in page.evaluate(LOOK, FOREIGN):
                yield f"{name} at {size}: {problem}"


@pytest.mark.parametrize("person", PAGES)
def test_pages_are_whole_named_and_chinese(visit, town, work, person):
    page = visit(getattr(town, person))

    problems = list(problems_of(page, {name: work.get(name) or reverse(name) for name in PAGES[person]}))
    assert not problems, "\n".join(problems)


def test_pages_for_guests_are_whole_named_and_chinese(visit, town):
    page = visit()
    code = town.unit.label_code
    addresses = {
        "sign in": "/accounts/login/",
        "code": "/q/",
        "machine": f"/q/{code}",
        "report": f"/q/{code}/report",
    }

    problems = list(problems_of(page, addresses))
    assert not problems, "\n".join(problems)
