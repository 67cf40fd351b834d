"""Saved connections: made from the component's form, checked, changed, brought back, refused, removed."""
from playwright.sync_api import expect


def test_a_connection_is_tested_saved_changed_and_brought_back(house, screens):
    page = screens.open("/connections")
    page.get_by_role("button", name="New connection").first.click()
    page.get_by_label("Component").select_option("parrot/model")
    page.get_by_label("Name").fill("cage")
    page.get_by_label("Voice").fill("Arr ")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("The parrot is awake.")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="cage", level=1)).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="The parrot is awake.").first).to_contain_text("Works")
    page.get_by_label("Voice").fill("Hm ")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Revision 2")).to_be_visible()
    page.get_by_role("tab", name="History").click()
    revisions = page.get_by_role("region", name="Revisions of cage").get_by_role("row")
    expect(revisions.nth(1)).to_contain_text("voice")
    page.get_by_role("button", name="Bring revision 1 back").click()
    page.get_by_role("dialog").get_by_role("button", name="Bring back").click()
    expect(revisions.nth(1)).to_contain_text("brought back 1")
    assert house.call("GET", "/projects/default/connections/cage")["connection"]["config"] == {"voice": "Arr "}


def test_what_somebody_else_saved_is_told_and_not_written_over(house, screens):
    house.call("PUT", "/projects/default/connections/shared", {"use": "parrot/model", "config": {"voice": "A"}})
    screens.allow(409, 412)
    page = screens.open("/connections/default/shared")
    page.get_by_label("Voice").fill("mine")
    house.call("PUT", "/projects/default/connections/shared", {"use": "parrot/model", "config": {"voice": "theirs"}})
    expect(page.get_by_text("Revision 2 was saved meanwhile.")).to_be_visible()
    expect(page.get_by_label("Voice")).to_have_value("mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert house.call("GET", "/projects/default/connections/shared")["connection"]["config"] == {"voice": "theirs"}
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_label("Voice")).to_have_value("theirs")


def test_one_that_a_pipeline_names_is_not_removed(house, screens):
    house.call("PUT", "/projects/default/connections/needed", {"use": "parrot/model", "config": {}})
    house.save_text("""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {name: needs_it}
models:
  bird: {use: parrot/model, connection: needed}
nodes:
  rows: {use: well-behaved/source, with: {rows: 1}}
  answers: {use: generate/generate, in: {rows: rows, model: bird}, with: {prompt: "hello", max_tokens: 5}}
""")
    screens.allow(409)
    page = screens.open("/connections/default/needed")
    page.get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("needed")
    dialog.get_by_role("button", name="Remove").click()
    expect(dialog).to_contain_text("needs_it")


def test_a_viewer_sees_health_but_changes_nothing(house, screens):
    house.call("PUT", "/projects/default/connections/seen", {"use": "parrot/model", "config": {"voice": "A"}})
    page = screens.open("/connections/default/seen", person="vera")
    expect(page.get_by_text("The parrot is awake.")).to_be_visible()
    for name in ("Check now", "Remove", "Save", "Test connection"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()


def test_a_budget_is_set_seen_beside_what_was_used_and_held_to(house, screens):
    house.call("PUT", "/projects/default/connections/thrifty", {"use": "parrot/model", "config": {}})
    page = screens.open("/connections/default/thrifty?tab=use")
    expect(page.get_by_text("No limits.")).to_be_visible()
    page.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog", name="Budget of a day")
    dialog.get_by_label("Requests").fill("1")
    dialog.get_by_label("Tokens").fill("1000")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Try it").click()
    page.get_by_label("Message", exact=True).fill("good morning to you")
    page.get_by_role("button", name="Ask", exact=True).click()
    answer = page.get_by_role("group", name="Answer of connection:thrifty")
    expect(answer.get_by_role("status")).to_contain_text("Succeeded")
    page.get_by_label("Message", exact=True).fill("and again")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(answer.last).to_contain_text("may use 1 request a day")
    page = screens.open("/connections/default/thrifty?tab=use")
    expect(page.get_by_text("1 of 1 today")).to_be_visible()
    expect(page.get_by_text("8 of 1,000 today")).to_be_visible()
    page.get_by_role("button", name="Change").click()
    page.get_by_role("dialog").get_by_label("Requests").fill("")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 of 1 today")).to_be_hidden()
    assert house.call("GET", "/projects/default/connections/thrifty")["connection"]["budget"] == {"tokens_per_day": 1000}
