"""A file from the disk to a dataset version: sent, looked at, saved, downloaded."""
import re

from playwright.sync_api import expect


def a_file(tmp_path, name="shop_orders.csv", rows=1000):
    file = tmp_path / name
    file.write_text("id,country,amount\n" + "".join(f"{n},{('NO', 'SE', 'DK')[n % 3]},{n / 4}\n" for n in range(rows)))
    return file


def test_a_chosen_file_is_shown_before_it_becomes_a_dataset_version(house, screens, tmp_path):
    # The page asks whether there is a dataset of that name already.
    screens.allow(404)
    page = screens.open("/datasets")
    page.get_by_role("button", name="Upload data").first.click()
    page.get_by_label("Files to upload").set_input_files(a_file(tmp_path))
    rows = page.get_by_role("grid", name="First rows of the file")
    expect(rows.get_by_role("columnheader", name=re.compile("country"))).to_be_visible()
    expect(rows.get_by_role("gridcell", name="SE").first).to_be_visible()
    expect(page.get_by_text(re.compile("^csv, read by"))).to_be_visible()

    name = page.get_by_label("Dataset", exact=True)
    expect(name).to_have_value("shop_orders")
    name.fill("no such name!")
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    name.fill("shop_orders")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("1,000 rows")).to_be_visible()
    page.get_by_role("button", name="Open shop_orders version 1").click()
    expect(page.get_by_role("grid", name=re.compile("^Rows of shop_orders"))).to_have_attribute("aria-rowcount", "1001")


def test_a_reading_option_changes_the_preview(house, screens, tmp_path):
    screens.allow(404)
    page = screens.open("/datasets/upload")
    page.get_by_label("Files to upload").set_input_files(a_file(tmp_path, "optioned.csv", rows=5))
    rows = page.get_by_role("grid", name="First rows of the file")
    expect(rows.get_by_role("columnheader", name=re.compile("country"))).to_be_visible()
    page.get_by_label("First line is a header").select_option(label="No")
    expect(rows.get_by_role("gridcell", name="country", exact=True)).to_be_visible()


def test_a_file_that_cannot_be_read_is_mended_by_its_reading_options(house, screens, tmp_path):
    screens.allow(404, 422)
    file = tmp_path / "ragged.csv"
    file.write_text("a,b\n1,2\n3\n4,5\n")
    page = screens.open("/datasets/upload")
    page.get_by_label("Files to upload").set_input_files(file)
    expect(page.get_by_text(re.compile("Expected Number of Columns"))).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    page.get_by_label("Bad rows").select_option(label="reject")
    rows = page.get_by_role("grid", name="First rows of the file")
    expect(rows.get_by_role("gridcell", name="5", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_enabled()


def test_a_dropped_file_is_uploaded(house, screens):
    screens.allow(404)
    page = screens.open("/datasets/upload")
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["n,word\\n1,one\\n2,two\\n"], "dropped.csv", {type: "text/csv"}));
      const zone = document.querySelector(".upload-zone");
      for (const type of ["dragenter", "dragover", "drop"]) zone.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data}));
    }""")
    expect(page.get_by_role("grid", name="First rows of the file").get_by_role("gridcell", name="two")).to_be_visible()


def test_rows_of_a_dataset_sort_and_filter_and_count(house, screens):
    house.save_text(f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: numbers}}
nodes:
  rows: {{use: duckdb/sql, with: {{query: "SELECT i AS n, i % 10 AS digit, 'word ' || i AS word FROM range(5000) t(i)"}}}}
  publish: {{use: duckdb/dataset, in: rows, with: {{name: numbers}}}}
""")
    assert house.run("numbers")["status"] == "succeeded"
    page = screens.open("/datasets/numbers?tab=preview")
    grid = page.get_by_role("grid")
    expect(grid).to_have_attribute("aria-rowcount", "5001")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_role("textbox", name="Filter digit").fill("7")
    expect(page.get_by_role("status").filter(has_text="500 rows fit")).to_be_visible()
    expect(grid).to_have_attribute("aria-rowcount", "501")
    grid.get_by_role("columnheader", name=re.compile("^n ")).click()
    # Of figures the largest come first.
    expect(grid.get_by_role("row").nth(2).get_by_role("gridcell").first).to_have_text(re.compile("4,?997"))
    grid.get_by_role("columnheader", name=re.compile("^n ")).click()
    expect(grid.get_by_role("row").nth(2).get_by_role("gridcell").first).to_have_text("7")


def test_schema_profile_versions_and_lineage_of_a_dataset(house, screens):
    for rows in (10, 20):
        document = f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: profiled}}
nodes:
  rows: {{use: duckdb/sql, with: {{query: "SELECT i AS n, i % 3 AS m FROM range({rows}) t(i)"}}}}
  publish: {{use: duckdb/dataset, in: rows, with: {{name: profiled}}}}
"""
        house.save_text(document) if rows == 10 else house.save_again("profiled", document)
        assert house.run("profiled")["status"] == "succeeded"
    page = screens.open("/datasets/profiled")
    for tab, text in {"Schema": "int64", "Profile": "distinct", "Lineage": "profiled"}.items():
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel")).to_contain_text(re.compile(text, re.I))
    page.get_by_role("tab", name="Versions").click()
    page.get_by_role("checkbox", name="Choose 1").check()
    page.get_by_role("checkbox", name="Choose 2").check()
    expect(page.get_by_text("Comparing 1 with 2.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert open(download.value.path(), "rb").read(4) == b"PAR1"
