"""Rules over time, a rule that the data suggests, and a remedy for one that fails."""
import re

from playwright.sync_api import expect

from canvas import yaml_of
from documents import orders


def test_a_suggested_rule_joins_the_check_that_is_there(house, screens):
    house.save_text(orders("suggested-to", "suggested_set"))
    assert house.run("suggested-to")["status"] == "succeeded"
    page = screens.open("/quality?dataset=suggested_set")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.get_by_role("heading", name=re.compile("^suggested_set"))).to_be_visible()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Add 1 rule").click()
    dialog = page.get_by_role("dialog", name="Add a rule")
    expect(dialog.get_by_role("region", name="Change of suggested-to")).to_contain_text("added:")
    dialog.get_by_role("button", name="Accept and save").click()
    expect(page.get_by_text("suggested-to is saved as version 2.")).to_be_visible()

    saved = house.call("GET", "/pipelines/suggested-to")["document"]
    assert saved.count("expectations/check") == 1, saved
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("heading", name="suggested-to")).to_be_visible()
    expect(page.locator(".dz-subtitle")).to_contain_text("version 2")
    expect(page.get_by_text("Your unsaved changes are back.")).to_have_count(0)
    expect(yaml_of(page)).to_have_value(saved)
    assert house.run("suggested-to")["status"] == "succeeded"


def test_a_failing_rule_is_an_alert_that_leads_to_its_rows(house, screens):
    house.save_text(orders("failing", "failing_set", rules="[{rule: unique, columns: [orders]}]"))
    assert house.run("failing")["status"] == "stopped"
    page = screens.open("/quality?pipeline=failing")
    alert = page.get_by_role("listitem").filter(has_text="failing").first
    alert.get_by_role("link").first.click()
    expect(page.get_by_text("The gate of rules stopped the run: nothing was published.")).to_be_visible()
    detail = page.get_by_role("region", name=re.compile("^Finding unique orders"))
    expect(detail.get_by_role("row").nth(1)).to_be_visible()

    page.goto("/quality?pipeline=failing")
    page.get_by_role("button", name="Suggest a remedy").click()
    dialog = page.get_by_role("dialog", name=re.compile("^A remedy for"))
    expect(dialog.get_by_role("region", name="Change of failing")).to_contain_text("added:")
    dialog.get_by_role("button", name="Accept and save").click()
    expect(page.get_by_text("failing is saved as version 2.")).to_be_visible()


def test_trends_grow_with_each_run(house, screens):
    house.save_text(orders("trending", "trending_set"))
    house.run("trending")
    page = screens.open("/quality?pipeline=trending")
    expect(page.get_by_role("group", name=re.compile("^Runs of")).get_by_role("button")).to_have_count(1)
    house.run("trending")
    expect(page.get_by_role("group", name=re.compile("^Runs of")).get_by_role("button")).to_have_count(2)
