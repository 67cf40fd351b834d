"""Two people in one document, and the versions that saving leaves behind."""
import re

from playwright.sync_api import expect

from canvas import yaml_of
from documents import orders


def titled(page, title):
    page.get_by_role("region", name="Pipeline").get_by_label("Title").fill(title)


def save(page, message=None):
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog")
    if message:
        dialog.get_by_label("What changed").fill(message)
    dialog.get_by_role("button", name="Save", exact=True).click()
    return dialog


def test_a_save_over_somebody_elses_is_a_choice(house, screens):
    house.save_text(orders("fought-over", "fought_over"))
    mine = screens.open("/pipelines/fought-over")
    theirs = screens.open("/pipelines/fought-over", person="eddie")
    screens.allow(412)
    titled(mine, "Mine")
    titled(theirs, "Theirs")
    save(theirs)
    expect(theirs.locator(".dz-subtitle")).to_contain_text("version 2")

    save(mine)
    conflict = mine.get_by_role("dialog", name="Somebody else saved first")
    expect(conflict).to_contain_text("Theirs")
    expect(conflict).to_contain_text("Mine")
    conflict.get_by_role("button", name="Keep mine").click()
    expect(mine.get_by_text("Version 3 saved")).to_be_visible()
    assert "title: Mine" in house.call("GET", "/pipelines/fought-over")["document"]

    titled(theirs, "Theirs again")
    save(theirs)
    conflict = theirs.get_by_role("dialog", name="Somebody else saved first")
    conflict.get_by_role("button", name="Take theirs").click()
    expect(theirs.get_by_role("region", name="Pipeline").get_by_label("Title")).to_have_value("Mine")
    assert house.call("GET", "/pipelines/fought-over")["version"] == 3


def test_versions_show_their_difference_and_an_old_one_comes_back(house, screens):
    house.save_text(orders("versioned", "versioned", title="First"), message="as it began")
    house.save_again("versioned", orders("versioned", "versioned", title="Second"), message="renamed")
    page = screens.open("/pipelines/versioned")
    page.get_by_role("button", name="Versions").click()
    dialog = page.get_by_role("dialog", name="Versions")
    expect(dialog.get_by_role("button", name=re.compile("^Version"))).to_have_count(2)
    expect(dialog).to_contain_text("as it began")
    dialog.get_by_role("button", name=re.compile("^Version 1")).click()
    difference = dialog.get_by_role("region", name="Version 1 against the present document")
    expect(difference).to_contain_text("removed: title: First".replace("title", "  title"))
    expect(difference).to_contain_text("added:   title: Second")
    dialog.get_by_role("button", name="Restore version 1").click()
    expect(page.get_by_role("heading", name="First")).to_be_visible()
    expect(yaml_of(page)).to_have_value(re.compile("title: First"))
    save(page, "back to the first")
    expect(page.get_by_text("Version 3 saved")).to_be_visible()
    assert "title: First" in house.call("GET", "/pipelines/versioned")["document"]
