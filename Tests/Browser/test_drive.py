"""Signing in to Google Drive and picking a folder in the plugin's own form, against the stand-in that checks each step."""
import json
import re
import subprocess
import urllib.request
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from served import SOURCES

FOLDER = "application/vnd.google-apps.folder"


class Drive:
    """A Drive of one test's own, with the folders My Drive/Reports/2026 and a file in it."""

    def __init__(self, address):
        self.address = address
        reports = self.order({"add": {"name": "Reports", "parent": "root", "kind": FOLDER}})
        year = self.order({"add": {"name": "2026", "parent": reports, "kind": FOLDER}})
        self.order({"add": {"name": "a.csv", "parent": year, "kind": "text/csv", "data": "bgoxCg=="}})

    def order(self, order):
        request = urllib.request.Request(self.address + "/_control", json.dumps(order).encode())
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)["answer"]


@pytest.fixture
def drive():
    fixtures = SOURCES / "Tests/Fixtures"
    made = subprocess.run([fixtures / "python/setup.sh"], check=True, capture_output=True, text=True)
    python = made.stdout.splitlines()[-1]
    process = subprocess.Popen([python, fixtures / "google-drive/server.py"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield Drive(f"http://127.0.0.1:{process.stderr.readline().split()[1]}/w/form")
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
def form(drive, own_host, screens_of):
    """The form of a new connection, filled in up to the sign-in."""
    served = own_host("google-drive")
    manifest = served.folder / "manifests/google-drive.yaml"
    manifest.write_text(manifest.read_text() + '  permissions:\n    secrets: ["drive-*"]\n')
    served.take_over()
    served.call("PUT", "/projects/default/secrets/drive-client", {"value": "desktop-secret"})
    screens = screens_of(served)
    # What is asked before all is filled in is refused.
    screens.allow(422)
    page = screens.open("/connections/new?use=google-drive/source")
    page.get_by_label("Name").first.fill("reports")
    fill_in(page, drive)
    return page


def fill_in(page, drive):
    page.get_by_role("button", name=re.compile("Advanced")).last.click()
    for field, path in (("API", ""), ("Token", "/token"), ("Device codes", "/device/code"), ("Sign-in page", "/o/oauth2/v2/auth")):
        page.get_by_label(field, exact=True).fill(drive.address + path)
    page.get_by_label("Client id").fill("desktop")


def choice(page, words):
    return page.locator(".sf-live-panel").get_by_role("option").filter(has_text=words)


def test_a_person_signs_in_and_picks_a_folder_and_no_code_of_the_page_knows_drive(drive, form):
    page, signed_in = form, form.get_by_role("combobox", name="Signed in")
    # What tells the ways to sign in apart is no field of its own.
    expect(page.get_by_label("Method")).to_have_count(1)
    signed_in.click()
    expect(page.get_by_role("alert")).to_contain_text("fill in the client secret first")
    page.get_by_label("Client secret").fill("drive-client")
    signed_in.click()
    expect(choice(page, "Sign in with a browser")).to_be_visible()
    with page.context.expect_page() as opened:
        choice(page, "Sign in with a browser").click()
    expect(opened.value.get_by_role("heading", name="Back to the form")).to_be_visible()
    assert "code=" not in opened.value.url
    expect(page.get_by_text("Signed in as ada@example.org")).to_be_visible()
    expect(signed_in).to_have_value(re.compile("^sealed:"))
    folder = page.get_by_role("combobox", name="Folder", exact=True)
    folder.click()
    for step in ("My Drive/", "My Drive/Reports/", "My Drive/Reports/2026/"):
        page.locator(".sf-live-panel .sf-live-value").get_by_text(step, exact=True).click()
    expect(folder).to_have_value("My Drive/Reports/2026/")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("Works", exact=True)).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="reports", level=1)).to_be_visible()
    assert drive.order({"seen": None})["violations"] == []


def test_a_sign_in_that_no_form_waits_for_can_still_be_pasted(drive, form):
    page, signed_in = form, form.get_by_role("combobox", name="Signed in")
    page.get_by_label("Client secret").fill("drive-client")
    signed_in.click()
    expect(choice(page, "Sign in with a browser")).to_be_visible()
    # The page is opened once the form is gone.
    page.evaluate("window.open = (address) => { window.asked = address }")
    choice(page, "Sign in with a browser").click()
    page.get_by_role("combobox", name="Component").select_option("google-drive/sink")
    other = page.context.new_page()
    other.goto(page.evaluate("window.asked"))
    expect(other.get_by_role("heading", name="No form waits for this sign-in")).to_be_visible()
    address = other.locator("code").inner_text()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?.*code=.*", address) and "code=" not in other.url
    page.get_by_role("combobox", name="Component").select_option("google-drive/source")
    fill_in(page, drive)
    page.get_by_label("Client secret").fill("drive-client")
    signed_in.fill(address)
    choice(page, "Signed in as ada@example.org").click()
    expect(signed_in).to_have_value(re.compile("^sealed:"))


def refused(route):
    """What Google's page does where the person says no."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}
    route.fulfill(status=302, headers={"Location": f"{query['redirect_uri']}?error=access_denied&state={query['state']}"})


def test_a_refused_sign_in_is_told_until_it_is_tried_again_and_one_that_was_allowed_is_asked_once(drive, form):
    page, signed_in = form, form.get_by_role("combobox", name="Signed in")
    page.get_by_label("Client secret").fill("drive-client")
    page.context.route("**/o/oauth2/v2/auth?**", refused)
    signed_in.focus()
    expect(choice(page, "Sign in with a browser")).to_be_visible()
    page.keyboard.press("ArrowDown")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.get_by_role("heading", name="Back to the form")).to_be_visible()
    problem = page.get_by_role("alert").filter(has_text="the sign-in was not allowed")
    expect(problem).to_be_visible()
    page.get_by_label("Client id").click()
    expect(problem).to_be_visible()
    page.context.unroute("**/o/oauth2/v2/auth?**")

    # While the plugin still thinks about it, the person goes on in the form.
    asked = []

    def slowly(route):
        if "code=" in (route.request.post_data or ""):
            asked.append(route)
        else:
            route.continue_()

    page.route("**/source/options", slowly)
    signed_in.click()
    choice(page, "Sign in with a browser").click()
    expect(problem).to_have_count(0)
    expect(page.get_by_text("Finishing the sign-in…")).to_be_visible()
    page.get_by_role("combobox", name="Folder", exact=True).fill("My Drive")
    asked[0].continue_()
    expect(page.get_by_text("Signed in as ada@example.org")).to_be_visible()
    expect(signed_in).to_have_value(re.compile("^sealed:"))
    assert len(asked) == 1
