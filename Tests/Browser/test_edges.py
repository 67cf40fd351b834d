"""Edges by keyboard, a node in the address, and forms that say what is wrong where it is mended."""
import re

from playwright.sync_api import expect

from canvas import checked, node, yaml_of
from documents import orders


def test_an_edge_is_chosen_and_removed_by_keyboard_and_comes_back(house, screens):
    house.save_text(orders("edged", "edged_set"))
    page = screens.open("/pipelines/edged")
    checked(page)
    node(page, "totals").focus()
    page.keyboard.press("e")
    edge = page.get_by_role("button", name="totals to rules")
    expect(edge).to_be_focused()
    expect(page.get_by_role("region", name="Edge totals to rules")).to_be_visible()
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="orders to totals")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(node(page, "orders")).to_be_focused()
    page.keyboard.press("e")
    page.keyboard.press("Delete")
    expect(page.get_by_role("button", name="orders to totals")).to_have_count(0)
    expect(node(page, "totals")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="orders to totals")).to_have_count(1)


def test_the_address_names_the_chosen_node_and_opens_it(house, screens):
    house.save_text(orders("addressed", "addressed_set"))
    page = screens.open("/pipelines/addressed?node=rules&tab=gate")
    expect(page.get_by_role("region", name="Node rules")).to_be_visible()
    expect(page.get_by_role("tab", name="Gate")).to_have_attribute("aria-selected", "true")
    node(page, "totals").click()
    expect(page).to_have_url(re.compile("node=totals"))
    page.goto("/pipelines/addressed?node=nobody")
    expect(page.get_by_text("There is no node nobody in this pipeline")).to_be_visible()
    expect(page).to_have_url(re.compile("/pipelines/addressed$"))


def test_a_missing_field_is_said_at_the_field_and_in_the_list(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("lacking", "lacking_set").replace("with: {name: lacking_set}", "with: {}"))
    problems = page.get_by_role("region", name="Problems")
    expect(problems.get_by_role("button")).to_have_count(1)
    page.get_by_role("button", name="YAML", exact=True).click()
    problems.get_by_role("button").click()
    field = page.get_by_role("textbox", name=re.compile("^Dataset"))
    expect(field).to_be_focused()
    panel = page.get_by_role("region", name="Node publish")
    expect(panel.get_by_text(re.compile("required\\.|needs the field"))).to_have_count(1)


def test_wrong_gates_retries_and_schedules_lead_to_their_fields(house, screens):
    screens.allow(422)
    page = screens.open("/pipelines/new")
    text = orders("misled", "misled_set", gate="    gate: {on: error, action: stopp}\n")
    yaml_of(page).fill(text + "retry: {attempts: 200}\n")
    problems = page.get_by_role("region", name="Problems").get_by_role("button")
    expect(problems).to_have_count(2)
    page.get_by_role("button", name="YAML", exact=True).click()
    problems.filter(has_text="stopp").click()
    expect(page.get_by_label("When a rule fails")).to_be_focused()
    problems.filter(has_text="200").click()
    expect(page.get_by_role("region", name="Pipeline").get_by_label("Attempts")).to_be_focused()
    yaml_of(page).fill(orders("misled", "misled_set") + 'schedule: {cron: "0 6 * * *", timezone: Europe/Berln}\n')
    page.get_by_role("button", name="YAML", exact=True).click()
    problems.filter(has_text="Berln").click()
    zone = page.get_by_label("Time zone")
    expect(zone).to_be_focused()
    zone.fill("Europe/Berlin")
    expect(page.get_by_role("list", name="Next times").get_by_role("listitem")).to_have_count(5)


def test_a_disabled_plugin_is_enabled_from_its_placeholder(own_host, screens_of):
    served = own_host("local-files", "expectations", "duckdb")
    served.take_over()
    served.add_person("vera", "viewer")
    served.save_text(orders("placed", "placed_set"))
    served.call("POST", "/plugins/expectations/disable")
    screens = screens_of(served)
    viewer = screens.open("/pipelines/placed?node=rules", person="vera")
    expect(viewer.get_by_role("region", name="Node rules")).to_contain_text("Ask an admin of this host to enable expectations")
    page = screens.open("/pipelines/placed?node=rules")
    expect(page.locator(".dz-subtitle")).to_contain_text("problem")
    page.get_by_role("button", name="Enable expectations").click()
    expect(page.get_by_role("tab", name="Config")).to_be_visible()
    expect(page.locator(".dz-subtitle")).to_contain_text("valid")


def test_a_new_pipeline_is_named_while_it_is_saved_and_a_taken_name_is_said_there(house, screens):
    house.save_text(orders("was-first", "was_first"))
    screens.allow(409)
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(orders("new-pipeline", "named_set"))
    checked(page)
    page.get_by_role("button", name="Save", exact=True).click()
    dialog = page.get_by_role("dialog", name="Save the pipeline")
    name = dialog.get_by_label("Name")
    expect(name).to_be_focused()
    page.keyboard.type("2 words")
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("was-first")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("The name is taken")
    name.fill("was-second")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pipelines/was-second"))
