"""A pipeline from an empty canvas to a published dataset: once with the pointer, once with the keyboard alone."""
import re

from playwright.sync_api import expect

from canvas import add_by_keyboard, add_by_mouse, checked, draw_wire, middle_of, node, port, yaml_of
from documents import DATA

QUERY = "SELECT country, count(*) AS orders FROM source GROUP BY country ORDER BY country"


def test_by_mouse_from_an_empty_canvas_to_a_dataset(house, screens):
    page = screens.open("/pipelines/new")
    page.get_by_role("button", name="Add a component").click()

    add_by_mouse(page, "local files", "local-files/source", 120, 140)
    page.locator("[data-pointer='/path'] input").fill(str(DATA / "orders.csv"))
    add_by_mouse(page, "sql", "duckdb/sql", 420, 200)
    add_by_mouse(page, "dataset", "duckdb/dataset", 420, 420)
    page.get_by_role("dialog", name="Add a component").get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Arrange").click()

    node(page, "sql").click()
    page.get_by_role("textbox", name=re.compile("^Query")).fill(QUERY)
    node(page, "dataset").click()
    page.get_by_role("textbox", name=re.compile("^Dataset")).fill("by_mouse")

    draw_wire(page, port(page, "source", "output", "files"), port(page, "sql", "input", "input"))
    page.mouse.up()
    expect(page.get_by_role("button", name="source to sql")).to_be_visible()
    draw_wire(page, port(page, "sql", "output", "table"), port(page, "dataset", "input", "table"))
    page.mouse.up()
    expect(page.get_by_role("button", name="sql to dataset")).to_be_visible()

    page.locator(".dz-svg").click(position={"x": 12, "y": 12})
    page.get_by_role("region", name="Pipeline").get_by_label("Name").fill("made-by-mouse")
    expect(page.locator(".dz-subtitle")).to_contain_text("valid")
    save_and_run(page, "made-by-mouse")
    expect_published(page, "by_mouse")


def test_by_keyboard_from_an_empty_canvas_to_a_dataset(house, screens):
    page = screens.open("/pipelines/new")
    expect(page.get_by_role("heading", name="Begin with a source")).to_be_visible()

    add_by_keyboard(page, "local-files/source")
    expect(node(page, "source")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[data-pointer='/path'] input"))
    page.keyboard.type(str(DATA / "orders.csv"))
    back_to_canvas(page, "source")

    add_by_keyboard(page, "duckdb/sql")
    expect(page.get_by_role("button", name="source to sql")).to_be_attached()
    expect(node(page, "sql")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("textbox", name=re.compile("^Query")))
    page.keyboard.type(QUERY)
    back_to_canvas(page, "sql")

    add_by_keyboard(page, "duckdb/dataset")
    expect(page.get_by_role("button", name="sql to dataset")).to_be_attached()
    expect(node(page, "dataset")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("textbox", name=re.compile("^Dataset")))
    page.keyboard.type("by_keyboard")
    back_to_canvas(page, "dataset")
    page.keyboard.press("Escape")

    name = page.get_by_role("region", name="Pipeline").get_by_label("Name")
    tab_to(page, name)
    page.keyboard.press("Control+a")
    page.keyboard.type("made-by-keyboard")
    expect(page.locator(".dz-subtitle")).to_contain_text("valid")

    page.keyboard.press("Control+s")
    expect(page.get_by_role("dialog", name="Save the pipeline")).to_be_visible()
    tab_to(page, page.get_by_label("What changed"))
    page.keyboard.type("first")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pipelines/made-by-keyboard$"))
    expect(page.locator(".dz-subtitle")).to_contain_text("version 1 · valid")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog", name="Run made-by-keyboard")).to_be_visible()
    expect(page.get_by_text("This pipeline has no parameters.")).to_be_visible()
    tab_to(page, page.get_by_role("dialog").get_by_role("button", name="Run", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator(".run-line")).to_contain_text("Succeeded")
    expect_published(page, "by_keyboard")


def test_a_wire_that_does_not_fit_is_refused_with_the_reason_while_it_is_drawn(house, screens):
    house.save_text(f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: refused-wire}}
nodes:
  file: {{use: local-files/source, with: {{path: {DATA}}}}}
  totals: {{use: duckdb/sql, in: {{t: file}}, with: {{query: SELECT 1 AS one}}}}
  copy: {{use: local-files/folder, with: {{path: /tmp/none}}}}
""")
    page = screens.open("/pipelines/refused-wire")
    draw_wire(page, port(page, "totals", "output", "table"), port(page, "copy", "input", "files"))
    expect(page.locator(".dz-hint.is-refused")).to_contain_text("table")
    page.mouse.up()
    expect(page.get_by_role("button", name="totals to copy")).to_have_count(0)
    expect(page.get_by_role("button", name="file to totals")).to_be_attached()


def test_undo_redo_copy_paste_and_moving_nodes(house, screens):
    house.save_text(f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: moved-about}}
nodes:
  file: {{use: local-files/source, with: {{path: {DATA}}}}}
  orders: {{use: duckdb/read, in: file}}
""")
    page = screens.open("/pipelines/moved-about")
    checked(page)
    before = middle_of(node(page, "orders"))
    page.mouse.move(*before)
    page.mouse.down()
    page.mouse.move(before[0], before[1] + 90, steps=5)
    page.mouse.up()
    assert middle_of(node(page, "orders"))[1] - before[1] > 60
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(node(page, "orders_2")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(node(page, "orders_2")).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(node(page, "orders_2")).to_be_visible()
    page.keyboard.press("Delete")
    expect(node(page, "orders_2")).to_have_count(0)


def test_a_node_shows_its_columns_and_real_rows_before_any_run(house, screens):
    page = screens.open("/pipelines/new")
    yaml_of(page).fill(f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: looked-into}}
nodes:
  file: {{use: local-files/source, with: {{path: {DATA}, include: [orders.csv]}}}}
  totals: {{use: duckdb/sql, in: {{orders: file}}, with: {{query: SELECT country FROM orders ORDER BY country}}}}
""")
    node(page, "totals").click()
    page.get_by_role("tab", name="Columns").click()
    expect(page.get_by_role("tabpanel").get_by_text("country")).to_be_visible()
    page.get_by_role("tab", name="Preview").click()
    page.get_by_role("button", name="Read the first 50 rows").click()
    expect(page.get_by_text("10 rows in")).to_be_visible()
    expect(page.get_by_role("region", name="First rows").get_by_role("row")).to_have_count(11)


def save_and_run(page, name):
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(f"/pipelines/{name}$"))
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".run-line")).to_contain_text("Succeeded")


def expect_published(page, dataset):
    page.goto(f"/datasets/{dataset}?tab=preview")
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", "6")


def tab_to(page, target):
    """Presses Tab until the target has the focus, and gives up after a round."""
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {target}")


def back_to_canvas(page, name):
    """Shift+Tab out of the panel to the node, as a person without a mouse would."""
    for _ in range(80):
        if node(page, name).evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError(f"Shift+Tab never reaches {name}")
