"""Pictures of the pages in screens.toml, in Chinese, as on a desk (1440) and in a hand (390), with demonstration data.

    python scripts/screens.py [PART-OF-A-NAME...]

Fails when a page answers with an error or its scripts do.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from jiannuo.testing.browser import DESKTOP, PHONE, launch, new_context, session_cookie
from scripts import screens_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "scripts" / "screens.toml"
TARGET = ROOT / "screens"
#: what a thumb must hit in the technician app and is smaller than 44 px
TOO_SMALL = """() => [...document.querySelectorAll('a, button, select, textarea, summary, label.btn, input')]
  .filter((one) => one.offsetParent && !one.matches('.visually-hidden, .btn-check, [type=hidden]'))
  .map((one) => [(one.type === 'checkbox' && one.closest('label')) || one, one.innerText || one.name])
  .map(([one, name]) => [one.getBoundingClientRect(), name])
  .filter(([box]) => box.width < 44 || box.height < 43.5).map(([box, name]) => `${name} ${box.width}x${box.height}`)"""
SHAPES = {"1440": DESKTOP, "390": PHONE}


@dataclass(frozen=True)
class Screen:
    """One page to look at: as whom, where, and what to open from there."""

    name: str
    url: str
    user: str = ""
    follow: tuple[str, ...] = ()
    widths: tuple[str, ...] = ("1440", "390")
    #: a state of the technician app (scripts/screens_app.py), in place of a page
    app: str = ""
    dark: bool = False


def wanted_screens(parts: list[str]) -> list[Screen]:
    """The screens of the list whose name contains one of the parts; all when there is none."""
    rows = tomllib.loads(LIST.read_text(encoding="utf-8"))["screen"]
    screens = [
        Screen(
            name=row["name"],
            url=row.get("url", ""),
            user=row.get("user", ""),
            follow=tuple(row.get("follow", ())),
            widths=tuple(row.get("widths", ("390",) if "app" in row else ("1440", "390"))),
            app=row.get("app", ""),
            dark=row.get("dark", False),
        )
        for row in rows
    ]
    return [screen for screen in screens if not parts or any(part in screen.name for part in parts)]


@contextmanager
def running_server() -> Iterator[str]:
    """Serve demonstration data from a folder that goes afterwards; gives the address. This process uses them too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = Path(tempfile.mkdtemp(prefix="jiannuo-screens-"))
    os.environ |= {
        "JIANNUO_DATA": str(data),
        "JIANNUO_DEMO": "1",
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "jiannuo.config.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    address = f"http://localhost:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "jiannuo", "serve"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    try:
        for line in server.stdout:
            print(line, end="", flush=True)
            if address in line:
                break
        else:
            raise SystemExit("The server did not start: see above.")
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(40)
        shutil.rmtree(data, ignore_errors=True)


class Photographer:
    """Visits pages as different people and keeps what it sees."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.contexts: dict[tuple[str, str], BrowserContext] = {}
        self.problems: list[str] = []

    def take(self, screen: Screen, width: str) -> None:
        """Take one picture; what is wrong with the page goes into ``problems``."""
        from playwright.sync_api import Error

        label = f"{screen.name}-{width}"
        # What the app keeps on the phone must not show on the next picture.
        own = self.fresh(screen.user, width) if screen.app else None
        page = (own or self.context(screen.user, width)).new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{label}: {error}"))
        page.on(
            "response",
            lambda answer: answer.status >= 500 and self.problems.append(f"{label}: {answer.status}"),
        )
        try:
            if screen.dark:
                page.emulate_media(color_scheme="dark")
            if screen.app:
                self.prepare(page, screen, label)
            else:
                self.visit(page, screen, label)
            page.screenshot(path=TARGET / f"{label}.png", full_page=True)
        except (Error, LookupError) as error:
            self.problems.append(f"{label}: {str(error).splitlines()[0]}")
        finally:
            page.close()
            if own is not None:
                own.close()

    def prepare(self, page: Page, screen: Screen, label: str) -> None:
        """Lead the app into a state, mostly without network, and show all of it in one window."""
        screens_app.open_app(page)
        page.context.set_offline(screen.app not in screens_app.ONLINE)
        screens_app.STATES[screen.app](page)
        page.wait_for_timeout(400)
        page.evaluate("window.scrollTo(0, 0)")
        height = page.evaluate("Math.max(document.body.scrollHeight, innerHeight)")
        page.set_viewport_size({"width": int(screen.widths[0]), "height": height})
        self.measure(page, label)
        self.problems += [f"{label}: {one}" for one in page.evaluate(TOO_SMALL)]

    def visit(self, page: Page, screen: Screen, label: str) -> None:
        answer = page.goto(path_of(screen.url), wait_until="networkidle")
        if answer is not None and answer.status >= 400:
            self.problems.append(f"{label}: answered {answer.status}")
        for selector in screen.follow:
            page.locator(selector).first.click()
            page.wait_for_load_state("networkidle")
        self.measure(page, label)

    def measure(self, page: Page, label: str) -> None:
        """A page that is wider than its window scrolls sideways, which nobody wants."""
        spill = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if spill > 0:
            self.problems.append(f"{label}: {spill} px wider than the window")

    def context(self, user: str, width: str) -> BrowserContext:
        if (user, width) not in self.contexts:
            self.contexts[user, width] = self.fresh(user, width)
        return self.contexts[user, width]

    def fresh(self, user: str, width: str) -> BrowserContext:
        """A browser that has not been anywhere yet."""
        context = new_context(self.browser, self.address, SHAPES[width])
        context.set_default_timeout(15_000)
        if user:
            name, value = session_cookie(account(user))
            context.add_cookies([{"name": name, "value": value, "url": self.address}])
        return context


def account(username: str) -> Any:
    """The demonstration account of that name; raises LookupError."""
    from django.contrib.auth import get_user_model

    user = get_user_model()._default_manager.filter(username=username).first()
    if user is None:
        raise LookupError(f"there is no account {username!r} in the demonstration data")
    return user


def path_of(url: str) -> str:
    """A path as it is, or the path of a named page."""
    from django.urls import NoReverseMatch, reverse

    if url.startswith("/"):
        return url
    try:
        return reverse(url)
    except NoReverseMatch:
        raise LookupError(f"there is no page {url!r}") from None


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main(parts: list[str]) -> int:
    signal.signal(signal.SIGTERM, _stop)
    screens = wanted_screens(parts)
    if not screens:
        print("No screen of that name in scripts/screens.toml", file=sys.stderr)
        return 2
    TARGET.mkdir(exist_ok=True)
    with running_server() as address:
        import django
        from playwright.sync_api import sync_playwright

        django.setup()
        with sync_playwright() as playwright:
            photographer = Photographer(launch(playwright), address)
            for screen in screens:
                for width in screen.widths:
                    photographer.take(screen, width)
            photographer.browser.close()
    for problem in photographer.problems:
        print(problem, file=sys.stderr)
    print(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET.relative_to(ROOT)}/")
    return 1 if photographer.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
