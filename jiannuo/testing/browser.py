"""Fixtures for tests in a real browser: the machine's own Chromium, driven through Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
)
DESKTOP: Final[dict[str, Any]] = {"viewport": {"width": 1440, "height": 900}}
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def find_chromium() -> str | None:
    """Path of the browser on this machine, or None."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    """Start the machine's Chromium with no window; raises LookupError when there is none."""
    program = find_chromium()
    if program is None:
        raise LookupError("Chromium is not installed. On Debian: apt-get install chromium fonts-noto-cjk")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    return playwright.chromium.launch(executable_path=program, args=flags)


def new_context(browser: Browser, base_url: str, shape: dict[str, Any]) -> BrowserContext:
    """A visitor with a Chinese browser in China, with no cookies yet, who asked for pages that do not glide."""
    return browser.new_context(
        base_url=base_url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        **shape,
    )


def session_cookie(user: Any) -> tuple[str, str]:
    """Name and value of the cookie of a fresh session in which `user` is signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except LookupError as missing:
            pytest.skip(str(missing))
        yield browser
        browser.close()


@contextmanager
def _open_page(browser: Browser, base_url: str, shape: dict[str, Any]) -> Generator[Page]:
    context = new_context(browser, base_url, shape)
    context.set_default_timeout(20_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert not errors, f"Errors in the page's scripts: {errors}"


@pytest.fixture
def page(browser: Browser, live_server: Any, transactional_db: None) -> Generator[Page]:
    """A desktop browser's page (1440 × 900); relative addresses lead to the live server."""
    with _open_page(browser, live_server.url, DESKTOP) as page:
        yield page


@pytest.fixture
def phone_page(browser: Browser, live_server: Any, transactional_db: None) -> Generator[Page]:
    """A phone's page (390 × 844, touch)."""
    with _open_page(browser, live_server.url, PHONE) as page:
        yield page


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """Call with a page and a user: from then on the page's browser is signed in as that user."""

    def give_session(page: Page, user: Any) -> None:
        name, value = session_cookie(user)
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])

    return give_session
