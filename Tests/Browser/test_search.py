"""One field for everything: objects by name, commands by their words."""
import re

from playwright.sync_api import expect

from documents import orders, scored


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


def found(page, text):
    """The options that the palette shows for a text, once the search has answered."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name=re.compile("^Search")).fill(text)
    return page.get_by_role("listbox", name="Results").get_by_role("option")


def test_the_palette_finds_models_evaluations_and_connections(house, screens):
    house.add_model("searched", "", "steady")
    house.save_text(scored("searched_scores", "searched@steady", "searched_rows"))
    assert house.run("searched_scores")["status"] == "succeeded"
    house.call("PUT", "/projects/default/connections/searched-cage", {"use": "parrot/model", "config": {"voice": "A"}})
    # A viewer reads the pages of these, so the palette leads there too.
    page = screens.open("/", person="vera")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    options = found(page, "searched")
    expect(options.filter(has_text="searched@1 · searched_scores/scores")).to_be_visible()
    expect(options.filter(has_text="version 1 · steady · default")).to_be_visible()
    options.filter(has_text="searched-cage").click()
    expect(page).to_have_url("/connections/default/searched-cage")
    found(page, "searched@1").first.click()
    expect(page).to_have_url(re.compile("/evaluations/[0-9]+$"))
    found(page, "searched").filter(has_text="version 1").click()
    expect(page).to_have_url("/models/searched")


def test_the_palette_shows_nothing_of_a_project_to_who_is_not_in_it(house, screens):
    house.add_model("hidden_bird", "", "steady")
    house.call("PUT", "/projects/default/connections/hidden_cage", {"use": "parrot/model", "config": {"voice": "A"}})
    house.add_person("ulla")
    page = screens.open("/", person="ulla")
    expect(page.get_by_role("heading", name="No project yet")).to_be_visible()
    found(page, "hidden_")
    expect(page.get_by_text("Nothing is named like “hidden_”.")).to_be_visible()
