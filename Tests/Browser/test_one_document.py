"""Canvas, forms and YAML are the same document: a change in one is seen in the others, comments and all."""
import re

from playwright.sync_api import expect

from canvas import add_by_keyboard, node, yaml_of
from documents import DATA

TEXT = f"""# A comment at the top.
apiVersion: opentrusteval/v1
kind: Pipeline
metadata:
  name: agreed # said here
nodes:
  file: {{use: local-files/source, with: {{path: {DATA}, include: [orders.csv]}}}}
"""


def test_what_is_typed_as_yaml_is_drawn(house, screens):
    page = screens.open("/pipelines/new")
    field = yaml_of(page)
    field.fill(TEXT)
    expect(node(page, "file")).to_be_visible()
    field.fill(TEXT + "  orders: {use: duckdb/read, in: file}\n")
    expect(node(page, "orders")).to_be_visible()
    expect(page.get_by_role("button", name="file to orders")).to_be_attached()
    expect(page.locator(".dz-subtitle")).to_contain_text("· valid")

    field.fill(TEXT + "  orders: {use: duckdb/read, in: file\n")
    expect(page.get_by_text("The text is no valid YAML; the canvas shows the last state that was.")).to_be_visible()
    expect(page.get_by_role("region", name="YAML").get_by_role("status")).to_contain_text(re.compile(r"Line \d"))
    expect(node(page, "orders")).to_be_visible()


def test_what_is_done_on_the_canvas_is_written_and_leaves_the_rest_alone(house, screens):
    page = screens.open("/pipelines/new")
    field = yaml_of(page)
    field.fill(TEXT)
    expect(node(page, "file")).to_be_visible()
    node(page, "file").click()
    page.keyboard.press("Escape")
    node(page, "file").click()
    add_by_keyboard(page, "duckdb/read")
    expect(node(page, "read")).to_be_visible()
    field = yaml_of(page)
    expect(field).to_have_value(re.compile(r"read:[\s\S]*use: duckdb/read"))
    text = field.input_value()
    assert text.startswith("# A comment at the top.\n")
    assert "name: agreed # said here\n" in text
    assert f"  file: {{use: local-files/source, with: {{path: {DATA}, include: [orders.csv]}}}}\n" in text

    node(page, "read").click()
    page.get_by_role("region", name="Node read").get_by_label("Name", exact=True).fill("orders")
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(r"\n  orders:"))
    page.get_by_role("button", name="file to orders").dispatch_event("pointerdown", {"button": 0})
    page.get_by_role("button", name="Remove edge").click()
    expect(field).not_to_have_value(re.compile("in: file"))


def test_unsaved_changes_survive_a_reload(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(TEXT.replace("agreed", "kept-over"))
    expect(node(page, "file")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Your unsaved changes are back.")).to_be_visible()
    expect(node(page, "file")).to_be_visible()
    page.get_by_role("button", name="Drop them").click()
    expect(node(page, "file")).to_have_count(0)
