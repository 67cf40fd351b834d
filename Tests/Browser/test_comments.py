"""Words beside pipelines, runs and datasets, and the person who is told."""
import re

from playwright.sync_api import expect

from documents import orders


def test_a_mention_is_offered_while_typing_and_tells_that_person(house, screens):
    house.save_text(orders("talked-about", "talked_about"))
    run = house.run("talked-about")["run"]
    page = screens.open(f"/runs/{run}?tab=comments")
    field = page.get_by_role("textbox", name="Comment")
    field.press_sequentially("Have a look, @ed")
    people = page.get_by_role("listbox", name="People")
    expect(people.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"@eddie\b"))
    page.keyboard.press("Control+Enter")
    expect(page.locator(".comments-entry")).to_contain_text("Have a look")
    expect(field).to_have_value("")

    told = screens.open("/", person="eddie")
    told.get_by_role("button", name=re.compile("^Notifications, 1")).click()
    told.get_by_role("link", name=re.compile("mention|Have a look", re.I)).first.click()
    expect(told).to_have_url(re.compile(run))
    expect(told.get_by_role("button", name="Notifications", exact=True)).to_be_visible()


def test_a_comment_appears_for_others_without_a_reload_and_can_be_resolved(house, screens):
    house.save_text(orders("discussed", "discussed"))
    house.run("discussed")
    reader = screens.open("/datasets/discussed?tab=comments", person="eddie")
    expect(reader.get_by_text("No comments yet")).to_be_visible()
    writer = screens.open("/datasets/discussed?tab=comments")
    writer.get_by_role("textbox", name="Comment").fill("Is **this** right?")
    writer.get_by_role("button", name="Comment", exact=True).click()
    expect(reader.locator(".comments-entry strong", has_text="this")).to_be_visible()
    reader.get_by_role("button", name="Actions on the comment by admin").click()
    expect(reader.get_by_role("menuitem", name="Delete")).to_have_count(0)
    reader.get_by_role("menuitem", name="Resolve").click()
    expect(writer.get_by_role("button", name="1 resolved")).to_be_visible()
