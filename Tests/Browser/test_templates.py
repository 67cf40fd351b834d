"""A pipeline begun from the gallery."""
import re

from playwright.sync_api import expect

from canvas import node


def test_a_template_opens_in_the_designer_and_nothing_is_saved_yet(house, screens):
    page = screens.open("/templates")
    card = page.locator("section").filter(has=page.get_by_role("heading", name="Orders by country"))
    expect(card.get_by_role("list", name="Plugins of Orders by country")).to_contain_text("duckdb")
    card.get_by_role("button", name="Use template Orders by country").click()
    expect(page).to_have_url(re.compile(r"/pipelines/new\?template="))
    expect(node(page, "totals")).to_be_visible()
    expect(page.locator(".dz-subtitle")).to_contain_text("not saved yet")
    assert "orders-by-country" not in [entry["name"] for entry in house.call("GET", "/pipelines?limit=500")["items"]]


def test_a_template_says_what_it_lacks_and_an_admin_enables_it(own_host, screens_of):
    served = own_host("local-files", "expectations")
    served.take_over()
    page = screens_of(served).open("/templates")
    card = page.locator("section").filter(has=page.get_by_role("heading", name="Orders by country"))
    card.get_by_role("button", name="Enable duckdb").click()
    expect(card.get_by_role("button", name="Enable duckdb")).to_have_count(0)
    assert "duckdb" in [plugin["name"] for plugin in served.call("GET", "/plugins")["items"] if plugin["state"] == "ready"]


def test_a_node_whose_plugin_is_off_is_a_placeholder_until_it_is_enabled(own_host, screens_of):
    served = own_host("local-files")
    served.take_over()
    served.save_text("""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {name: lacking}
nodes:
  one: {use: duckdb/sql, with: {query: SELECT 1 AS one}}
""")
    page = screens_of(served).open("/pipelines/lacking")
    expect(node(page, "one")).to_have_attribute("aria-description", re.compile("not installed"))
    node(page, "one").click()
    page.get_by_role("button", name="Enable duckdb").click()
    expect(node(page, "one")).not_to_have_attribute("aria-description", re.compile("not installed"))
