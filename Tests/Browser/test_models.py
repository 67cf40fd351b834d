"""The registry: figures of two versions, aliases that move, and a removal that the host refuses."""
import pytest
from playwright.sync_api import expect

from documents import scored


@pytest.fixture(scope="module")
def birds(house):
    house.add_model("birds", "", "steady")
    house.add_model("birds", "Hm ", "fresh")
    for version, alias in ((1, "steady"), (2, "fresh")):
        house.save_text(scored(f"birds_{version}", f"birds@{alias}", f"birds_{version}"))
        assert house.run(f"birds_{version}")["status"] == "succeeded"
    return "birds"


def test_two_versions_are_chosen_and_compared(birds, screens):
    page = screens.open("/models")
    page.get_by_role("link", name=birds, exact=True).click()
    page.get_by_role("tab", name="Versions").click()
    versions = page.get_by_role("grid", name="Versions of birds")
    versions.get_by_role("checkbox").nth(0).check()
    versions.get_by_role("checkbox").nth(1).check()
    expect(page.get_by_text("Comparing 1 with 2.")).to_be_visible()
    worse = page.get_by_role("region", name="birds@1 and birds@2").get_by_role("row", name="f1")
    expect(worse).to_contain_text("Worse")
    expect(page).to_have_url("/models/birds?tab=versions&compare=2%2C1")


def test_an_alias_moves_and_its_history_says_so(birds, screens):
    page = screens.open(f"/models/{birds}?tab=aliases")
    page.get_by_role("button", name="Set an alias").click()
    dialog = page.get_by_role("dialog", name="Set an alias")
    dialog.get_by_label("Alias").fill("tried")
    dialog.get_by_label("Version").select_option("1")
    dialog.get_by_role("button", name="Set", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("region", name="Aliases", exact=True).get_by_role("row", name="tried")).to_contain_text("1")
    page.get_by_role("button", name="Take tried away").click()
    page.get_by_role("dialog").get_by_role("button", name="Take away").click()
    expect(page.get_by_role("region", name="History of the aliases").get_by_role("row").nth(1)).to_contain_text("taken away")


def test_a_version_in_use_is_not_removed_and_the_host_says_why(birds, screens):
    screens.allow(409)
    page = screens.open(f"/models/{birds}")
    page.get_by_role("button", name="Remove", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("birds@2")
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(dialog).to_contain_text("fresh")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="Version 2")).to_be_visible()


def test_a_viewer_reads_but_sets_nothing(birds, screens):
    page = screens.open(f"/models/{birds}?tab=aliases", person="vera")
    expect(page.get_by_role("button", name="Set an alias")).to_be_disabled()
    expect(page.get_by_role("button", name="Remove", exact=True)).to_be_disabled()


def test_a_version_tells_what_it_is_in_names_and_values_not_in_json(birds, house, screens):
    house.ote("models", "add", "described", house.folder / "birds.words", "--format", "words", "--use", "parrot/model",
              "--with", '{"voice": "Arr"}', "--license", "apache-2.0")
    page = screens.open("/models/described")
    document = page.get_by_role("group", name="Model document")
    expect(document).to_contain_text("serve › with")
    expect(document).to_contain_text("Arr")
    expect(document).not_to_contain_text("{")
    expect(page.get_by_role("button", name="Copy the document: as JSON")).to_be_visible()
