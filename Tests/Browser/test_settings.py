"""People, access tokens, secrets and the audit log."""
import re

import pytest
from playwright.sync_api import expect

from served import PASSWORD, Refused


def test_an_added_person_gets_a_link_and_then_a_role(house, screens):
    page = screens.open("/settings/users")
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog", name="Add a person")
    dialog.get_by_label(re.compile("^Name")).fill("Not A Name")
    dialog.get_by_role("button", name="Add and make a link").click()
    expect(dialog.get_by_label(re.compile("^Name"))).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label(re.compile("^Name")).fill("paula")
    dialog.get_by_label("Full name").fill("Paula Person")
    dialog.get_by_role("button", name="Add and make a link").click()
    link = page.locator("[data-once=link]").inner_text()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("group", name="People")).to_contain_text("Paula Person")

    page.goto("/settings/projects")
    page.get_by_label("Person").select_option(label="Paula Person (paula)")
    page.get_by_label("Role", exact=True).select_option("editor")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_label("Role of paula")).to_have_value("editor")

    theirs = screens.open(link, person=None)
    screens.allow(401)
    expect(theirs.get_by_text("editor in default")).to_be_visible()
    theirs.get_by_label("Choose a password").fill(PASSWORD)
    theirs.get_by_label("The same again").fill(PASSWORD)
    theirs.get_by_role("button", name="Set the password and sign in").click()
    expect(theirs.get_by_role("heading", name="Home")).to_be_visible()

    page.goto("/settings/users")
    page.get_by_role("button", name="Actions on paula").click()
    page.get_by_role("menuitem", name="Disable").click()
    expect(page.get_by_role("group", name="People")).to_contain_text("disabled")
    theirs.goto("/pipelines")
    expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_token_is_shown_once_works_and_is_revoked(house, screens):
    page = screens.open("/settings/tokens", person="olga")
    page.get_by_role("button", name="New token").click()
    dialog = page.get_by_role("dialog", name="New access token")
    dialog.get_by_role("button", name="Make the token").click()
    expect(dialog.get_by_label("Title")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("Title").fill("nightly")
    expect(dialog.get_by_label("Role").get_by_role("option")).to_have_count(3)
    dialog.get_by_role("button", name="Make the token").click()
    secret = page.locator("[data-once=token]").inner_text()
    page.get_by_role("button", name="Done").click()
    assert house.call("GET", "/session", token=secret)["user"]["name"] == "olga"
    page.get_by_role("button", name="Revoke nightly").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("You have no access tokens")).to_be_visible()
    with pytest.raises(Refused) as refusal:
        house.call("GET", "/session", token=secret)
    assert refusal.value.status == 401


def test_a_secret_goes_in_and_never_comes_out(house, screens):
    page = screens.open("/settings/secrets")
    page.get_by_role("button", name="New secret").click()
    dialog = page.get_by_role("dialog", name="New secret")
    dialog.get_by_label(re.compile("^Name")).fill("db_password")
    dialog.get_by_label(re.compile("^Value")).fill("canary-of-the-browser")
    dialog.get_by_role("button", name="Seal").click()
    expect(page.get_by_role("group", name="Secrets")).to_contain_text("db_password")
    page.reload()
    expect(page.get_by_role("group", name="Secrets")).to_contain_text("db_password")
    assert "canary-of-the-browser" not in page.content()
    assert "canary-of-the-browser" not in str(house.call("GET", "/secrets"))
    page.get_by_role("button", name="Remove db_password").click()
    dialog = page.get_by_role("dialog", name="Remove db_password?")
    expect(dialog.get_by_role("button", name="Remove", exact=True)).to_be_disabled()
    dialog.get_by_label("Type db_password to confirm").fill("db_password")
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("tabpanel")).not_to_contain_text("db_password")


def test_the_audit_log_names_what_was_done_and_its_chain_holds(house, screens):
    page = screens.open("/settings/audit")
    expect(page.get_by_role("group", name="Audit log")).to_contain_text("user.create")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("The chain holds over")).to_be_visible()
    page.get_by_label("Who").fill("nobody-at-all")
    expect(page.get_by_text("No entry fits")).to_be_visible()


def test_a_new_project_is_chosen_in_the_frame_and_holds_its_own(house, screens):
    page = screens.open("/settings/projects")
    page.get_by_role("button", name="New project").click()
    dialog = page.get_by_role("dialog", name="New project")
    dialog.get_by_label(re.compile("^Name")).fill("Not A Name")
    dialog.get_by_role("button", name="Make the project").click()
    expect(dialog.get_by_label(re.compile("^Name"))).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label(re.compile("^Name")).fill("lab")
    dialog.get_by_label("Title").fill("The lab")
    dialog.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", name="Members of The lab")).to_be_visible()

    page.get_by_role("button", name="Project: All projects").click()
    page.get_by_role("menuitemradio", name="The lab").click()
    page.goto("/pipelines")
    expect(page.get_by_text("No pipelines yet")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Project: The lab")).to_be_visible()


def test_a_changed_password_counts_at_once(own_host, screens_of):
    served = own_host()
    served.take_over()
    screens = screens_of(served)
    screens.allow(401)
    page = screens.open("/settings/profile")
    page.get_by_label("Current password").fill("another one entirely")
    page.get_by_label("New password").fill("short")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_label("New password")).to_have_attribute("aria-invalid", "true")
    for label in ("New password", "The same again"):
        page.get_by_label(label).fill("a newer long password")
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_contain_text("Signing in was refused")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("The password is changed.")).to_be_visible()

    other = screens.open("/sign-in", person=None)
    other.get_by_label("Name").fill("admin")
    other.get_by_label("Password").fill("a newer long password")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Home")).to_be_visible()
