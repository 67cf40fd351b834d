"""What a form asks of a plugin while it is filled in: choices, a test, first rows at any port; and a plugin that crashes over it."""
import re

from playwright.sync_api import expect

from canvas import checked, node, yaml_of
from documents import DATA, orders


def document(name, use, config):
    return f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: {name}}}
nodes:
  asked: {{use: {use}, with: {config}}}
"""


def path_field(page):
    return page.locator("[data-pointer='/path'] input[role=combobox]")


def test_a_path_is_chosen_by_keyboard_from_what_the_plugin_finds_and_tested(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(document("asked-paths", "local-files/source", f"{{path: {DATA}, include: [orders.csv]}}"))
    node(page, "asked").click()
    field = path_field(page)
    field.fill(f"{DATA}/ord")
    expect(page.get_by_role("option", name=re.compile("orders.csv"))).to_be_visible()
    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("-0$"))
    field.press("Enter")
    expect(field).to_have_value(f"{DATA}/orders.csv")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("status").filter(has_text="Works")).to_contain_text(re.compile(r"1 file, .* · 7 columns"))

    field.fill("/nowhere")
    expect(page.get_by_text("The configuration has changed since.")).to_be_visible()
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("status").filter(has_text="Does not work")).to_be_visible()
    expect(page.locator(".sf-test").get_by_role("alert")).to_contain_text("holds no 'nowhere'")


def test_a_plugin_that_crashes_over_a_question_is_named_and_asked_again(own_host, screens_of):
    served = own_host("answers-forms")
    served.take_over()
    screens = screens_of(served)
    screens.allow(502)
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(document("crashing-form", "answers-forms/source", "{path: well}"))
    node(page, "asked").click()
    field = path_field(page)
    field.fill("crashes")
    panel = page.locator(".sf-live-panel")
    expect(panel.get_by_role("alert")).to_contain_text("OTE-3001")
    expect(panel.get_by_role("alert")).to_contain_text("The plugin answers-forms is at fault")
    expect(field).to_have_value("crashes")
    field.fill("well")
    expect(page.get_by_role("option", name=re.compile("^well-200"))).to_be_visible()
    field.press("Escape")
    field.fill("crashes")
    field.press("Escape")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".sf-test").get_by_role("alert")).to_contain_text("SIGSEGV")


def test_the_rows_that_a_check_finds_are_looked_at_before_any_run(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("looked-at-port", "looked_at", rules="[{rule: range, column: orders, max: 1}]"))
    checked(page)
    page.locator(".dz-card, [role=button]").filter(has_text="Quality rules").first.click()
    page.get_by_role("tab", name="Preview").click()
    page.get_by_role("combobox", name="Output").select_option("findings")
    page.get_by_role("button", name="Read the first 50 rows").click()
    rows = page.get_by_role("region", name="First rows")
    expect(rows).to_contain_text("range")
    page.get_by_role("combobox", name="Output").select_option("failing")
    page.get_by_role("button", name="Read the first 50 rows").click()
    expect(rows.get_by_role("columnheader").filter(has_text="country")).to_be_visible()


def test_a_run_shows_what_it_used_and_where_it_waited(house, screens, tmp_path):
    house.save_text(f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: measured}}
nodes:
  rows: {{use: slow-source/source, with: {{rows: 400}}}}
  out: {{use: well-behaved/sink, in: rows, with: {{path: {tmp_path / "count"}}}}}
""")
    run = house.run("measured")["run"]
    page = screens.open(f"/runs/{run}?tab=resources")
    for title in ("Memory of the worker", "Processor", "Rows handed on, all edges", "Waits at the edges"):
        expect(page.get_by_role("figure").filter(has_text=title)).to_be_visible()
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile(r"Most memory\s*[\d.]+ MiB"))
    page.get_by_role("button", name="Show Waits at the edges as a table").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("rows → out")
    page.goto("/plugins/slow-source")
    expect(page.get_by_text(re.compile(r"MiB in a worker"))).to_be_visible()
