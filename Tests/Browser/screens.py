"""Browser contexts that are signed in, and what their consoles said."""
import os
import pathlib
import shutil

from playwright.sync_api import expect

OUT = pathlib.Path(os.environ.get("OTE_BROWSER_OUT", ".build/browser"))
EVERYTHING = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}

# A worker's start on a busy machine counts too.
expect.set_options(timeout=10_000)


def launch(playwright):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        raise RuntimeError("there is no chromium; Scripts/setup-packages.sh check installs it")
    return playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"] if os.geteuid() == 0 else [])


class Screens:
    """Opens pages for one test, and says afterwards whether a console complained."""

    def __init__(self, browser, served):
        self.browser, self.served = browser, served
        self.contexts, self.complaints, self.pages = [], [], []
        self.allowed, self.allowed_words = set(), []

    def open(self, path="/", person="admin", viewport=EVERYTHING, **options):
        """A page in a context of its own. `person` None is nobody."""
        context = self.browser.new_context(
            base_url=self.served.address, viewport=viewport, locale="en-GB", timezone_id="UTC", **options)
        if person:
            name, value = self.served.sessions[person].cookie.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": self.served.address, "httpOnly": True}])
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        return self.another(context, path)

    def another(self, context, path):
        page = context.new_page()
        self.pages.append(page)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    def allow(self, *statuses):
        """These refusals are part of the test: the browser writes each to its console."""
        self.allowed.update(statuses)

    def allow_failing_connections(self):
        self.allowed_words += ["ERR_CONNECTION", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_EMPTY_RESPONSE", "net::ERR_FAILED"]

    def _heard(self, message):
        if message.type not in ("error", "warning") or any(word in message.text for word in self.allowed_words):
            return
        if message.text.startswith("Failed to load resource") and any(f"status of {status}" in message.text for status in self.allowed):
            return
        self.complaints.append(f"{message.text} ({message.location.get('url')})")

    def picture(self, name):
        """What every open page looked like when the test failed."""
        folder = OUT / "failures"
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self.pages):
            if not page.is_closed():
                page.screenshot(path=folder / f"{name}-{number}.png")
                (folder / f"{name}-{number}.txt").write_text(page.url + "\n" + page.locator("body").aria_snapshot())

    def close(self):
        for context in self.contexts:
            context.close()


def settled(page):
    """Waits until the page shows what it was opened for: a heading, and nothing that still loads."""
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".ui-skeleton, [aria-label=loading]")).to_have_count(0)
    page.evaluate("document.fonts.ready")
