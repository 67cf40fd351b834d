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
    house.save_text(f"""apiVersion: opentrusteval/v1
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


def test_a_schedule_shows_its_next_times_and_a_wrong_one_says_why(house, screens):
    screens.allow(422)
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("scheduled", "scheduled_set"))
    panel = page.get_by_role("region", name="Pipeline")
    panel.get_by_label("Starts").select_option(label="At times (cron)")
    expect(panel.get_by_role("listitem").first).to_be_visible()
    cron = panel.get_by_label("Cron")
    cron.fill("61 * * * *")
    expect(cron).to_have_attribute("aria-invalid", "true")
    cron.fill("30 4 * * 1")
    expect(cron).not_to_have_attribute("aria-invalid", "true")
    expect(panel.get_by_role("listitem").first).to_contain_text("04:30")
    expect(yaml_of(page)).to_have_value(re.compile(r"schedule: \{cron: 30 4 \* \* 1"))
    panel.get_by_label("Starts").select_option(label="Not scheduled")
    expect(yaml_of(page)).not_to_have_value(re.compile("schedule:"))


def test_a_gate_and_rules_are_set_in_forms_and_written(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("gated", "gated_set"))
    node(page, "rules").click()
    page.get_by_role("tab", name="Gate").click()
    page.get_by_label("When a rule fails").select_option(label="Quarantine: set failing rows aside")
    expect(yaml_of(page)).to_have_value(re.compile("quarantine"))
    page.get_by_role("tab", name="Config").click()
    page.get_by_role("tabpanel").get_by_label("Severity").first.select_option(label="warn")
    expect(yaml_of(page)).to_have_value(re.compile("severity: warn"))
