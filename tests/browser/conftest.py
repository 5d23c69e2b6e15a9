"""People at their browsers: each has an own one; whatever a page complains about fails the test."""

from __future__ import annotations

import re
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from jiannuo.testing.browser import DESKTOP, PHONE, new_context, session_cookie
from tests.browser import town as company

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

#: What a browser notes although nothing is wrong: refusals that a person meets while working (wrong input, somebody
#: was quicker), questions that htmx took back because the person typed on, and a network that a test turned off.
EXPECTED = re.compile(
    r"Failed to load resource: the server responded with a status of (403|404|409|410|422|429)"
    r"|Failed to load resource: net::ERR_(INTERNET_DISCONNECTED|CONNECTION_RESET)"
    r"|Response Status Error Code 409"
    r"|htmx:(sendAbort|afterRequest)"
)


@pytest.fixture
def town(transactional_db: None) -> company.Town:
    """The company, anew for each test: the server works in other threads, so nothing can be rolled back."""
    cache.clear()
    return company.build()


class Visitor:
    """Opens pages as one person or another and remembers every complaint of theirs."""

    def __init__(self, browser: Any, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[Any] = []
        self.complaints: list[str] = []

    def __call__(self, user: Any = None, *, phone: bool = False) -> Page:
        """A page of a new browser: a guest's, or with a session of ``user``."""
        context = new_context(self.browser, self.address, PHONE if phone else DESKTOP)
        context.set_default_timeout(20_000)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("response", self._see)
        self.contexts.append(context)
        if user is not None:
            name, value = session_cookie(user)
            context.add_cookies([{"name": name, "value": value, "url": self.address}])
        page: Page = context.new_page()
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.match(message.text):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _see(self, response: Any) -> None:
        missing = response.status == 404 and "/static/" in response.url
        if response.status >= 500 or missing:
            self.complaints.append(f"{response.status} {response.url}")

    def keep_pictures(self, folder: Path) -> list[str]:
        """What everybody saw last."""
        pages = [page for context in self.contexts for page in context.pages]
        paths = [folder / f"page-{number}.png" for number in range(len(pages))]
        for page, path in zip(pages, paths, strict=True):
            page.screenshot(path=path, full_page=True)
        return [str(path) for path in paths]

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """After a failure, keep pictures of the pages and say where they are."""
    report = yield
    visitor = getattr(item, "funcargs", {}).get("visit")
    if report.when == "call" and report.failed and visitor is not None:
        kept = visitor.keep_pictures(item.funcargs["tmp_path"])
        report.sections.append(("what the people saw", "\n".join(kept)))
    return report


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """How long a page may take on a busy machine before a test calls it wrong."""
    from playwright.sync_api import expect

    expect.set_options(timeout=15_000)


@pytest.fixture
def visit(browser: Any, live_server: Any, tmp_path: Path) -> Generator[Visitor]:
    """Call with a user (or nobody): a page, 1440 px wide or a phone's. No page may complain or break the policy."""
    visitor = Visitor(browser, live_server.url)
    yield visitor
    visitor.close()
    assert not visitor.complaints
