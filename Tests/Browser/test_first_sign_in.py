"""The one-time link that a fresh host prints, and what comes after it."""
from playwright.sync_api import expect

from served import PASSWORD


def test_the_printed_link_signs_the_first_admin_in_and_works_once(own_host, screens_of):
    served = own_host()
    screens = screens_of(served)
    screens.allow(401)
    page = screens.open(served.link, person=None)
    expect(page.get_by_role("heading", name="Welcome, Admin")).to_be_visible()
    expect(page.get_by_text("everything: admin of this host")).to_be_visible()

    page.get_by_label("Choose a password").fill("short")
    page.get_by_label("The same again").fill("other")
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.get_by_text("It has 5 characters; 10 is the least.")).to_be_visible()
    expect(page.get_by_text("The two passwords differ.")).to_be_visible()
    expect(page.get_by_label("Choose a password")).to_have_attribute("aria-invalid", "true")

    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    expect(page.get_by_text("First steps")).to_be_visible()

    used = screens.open(served.link, person=None)
    expect(used.get_by_role("heading", name="This link no longer works")).to_be_visible()
    used.get_by_role("link", name="Go to the sign-in page").click()
    expect(used.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_password_signs_in_and_out_and_leads_back_to_the_wanted_page(own_host, screens_of):
    served = own_host()
    served.take_over()
    screens = screens_of(served)
    screens.allow(401)
    page = screens.open("/runs?status=failed", person=None)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Signing in was refused")
    expect(page.get_by_label("Password")).to_have_value("")

    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    assert page.url.endswith("/runs?status=failed")

    page.get_by_role("button", name="Account of Admin").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/runs")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_address_without_its_secret_says_so(own_host, screens_of):
    served = own_host()
    screens = screens_of(served)
    screens.allow(401)
    page = screens.open("/welcome", person=None)
    expect(page.get_by_text("The address is not whole")).to_be_visible()
