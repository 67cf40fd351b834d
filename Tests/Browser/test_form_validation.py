"""What a form says of a wrong value: at the field, before anything runs, in the plugin's words."""
import re

from playwright.sync_api import expect

from canvas import node, yaml_of
from documents import DATA, orders


def test_a_wrong_value_is_marked_at_its_field_and_its_node(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("marked", "marked_set"))
    expect(page.locator(".dz-subtitle")).to_contain_text("· valid")
    node(page, "publish").click()
    dataset = page.get_by_role("textbox", name=re.compile("^Dataset"))
    dataset.fill("not a name!")
    expect(dataset).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-pointer='/name']")).to_contain_text(re.compile("pattern|letters|match", re.I))
    expect(page.get_by_role("region", name="Problems")).to_be_visible()
    expect(node(page, "publish")).to_have_attribute("aria-description", re.compile("has problems"))

    dataset.fill("marked_set")
    expect(dataset).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator(".dz-subtitle")).to_contain_text("· valid")
    expect(page.get_by_role("region", name="Problems")).to_have_count(0)


def test_a_problem_of_the_list_leads_to_its_field(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("led-to", "led_to").replace("name: led_to}", 'name: "not a name!"}'))
    problems = page.get_by_role("region", name="Problems")
    expect(problems).to_be_visible()
    page.get_by_role("button", name="YAML", exact=True).click()
    problems.get_by_role("button").first.click()
    expect(page.get_by_role("textbox", name=re.compile("^Dataset"))).to_be_focused()


def test_the_host_checks_what_only_the_plugin_knows(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("asked", "asked_set").replace("sum(amount)", "sum(no_such_column)"))
    problems = page.get_by_role("region", name="Problems")
    expect(problems).to_contain_text("no_such_column")
    expect(problems).to_contain_text("totals")


def test_the_run_dialog_asks_for_parameters_and_holds_back_wrong_ones(house, screens, tmp_path):
    house.save(f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: asks}}
parameters:
  folder: {{type: string, default: {DATA}, description: Folder with orders.csv}}
  most: {{type: integer, minimum: 1, maximum: 9, description: How many at most}}
nodes:
  file: {{use: local-files/source, with: {{path: "${{parameters.folder}}", include: [orders.csv]}}}}
  totals: {{use: duckdb/sql, in: {{orders: file}}, with: {{query: "SELECT * FROM orders LIMIT ${{parameters.most}}"}}}}
  publish: {{use: duckdb/dataset, in: totals, with: {{name: asked_for}}}}
""")
    page = screens.open("/pipelines/asks")
    page.get_by_role("button", name="Run", exact=True).click()
    dialog = page.get_by_role("dialog", name="Run asks")
    most = dialog.get_by_label(re.compile("^Most"))
    most.fill("12")
    dialog.get_by_role("button", name="Run", exact=True).click()
    expect(most).to_have_attribute("aria-invalid", "true")
    expect(dialog).to_be_visible()
    most.fill("4")
    dialog.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".run-line")).to_contain_text("Succeeded")
    page.goto("/datasets/asked_for?tab=preview")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "5")
