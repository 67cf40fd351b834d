"""One field for everything: objects by name, commands by their words."""
import re

from playwright.sync_api import expect

from documents import orders


def test_the_palette_finds_objects_and_runs_commands(house, screens):
    house.save_text(orders("findable-thing", "findable_thing"))
    page = screens.open("/")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name=re.compile("^Search"))
    expect(field).to_be_focused()
    page.keyboard.type("findable")
    expect(page.get_by_role("option", name=re.compile("findable-thing"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pipelines/findable-thing$"))

    page.keyboard.press("Control+k")
    page.keyboard.type("theme dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Control+k")
    page.keyboard.type("nothing is called like this")
    expect(page.get_by_text("Nothing is named like")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
