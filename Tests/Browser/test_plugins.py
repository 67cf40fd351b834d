"""The catalog of plugins, and plugins that come and go while the host runs."""
import re
import shutil

from playwright.sync_api import expect

from served import FIXTURES


def test_a_plugin_shows_docs_components_permissions_and_digest(house, screens):
    page = screens.open("/plugins")
    page.get_by_role("link", name=re.compile("DuckDB")).first.click()
    expect(page.get_by_role("heading", name=re.compile("DuckDB"), level=1)).to_be_visible()
    expect(page.get_by_text(re.compile("sha256:")).first).to_be_visible()
    page.get_by_role("tab", name=re.compile("^Components")).click()
    expect(page.get_by_role("tabpanel")).to_contain_text("duckdb/read")
    page.get_by_role("tab", name="Permissions").click()
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("network", re.I))


def test_a_plugin_that_was_changed_on_disk_says_why_it_is_not_loaded(own_host, screens_of):
    served = own_host("local-files")
    shutil.copytree(FIXTURES / "well-behaved", served.plugin_folder / "well-behaved")
    served.sessions["admin"] = served.take_over()
    served.ask("POST", "/plugins/scan")
    served.ask("POST", "/plugins/well-behaved/enable")
    page = screens_of(served).open("/plugins/well-behaved")
    expect(page.get_by_role("button", name="Disable", exact=True)).to_be_visible()
    with open(served.plugin_folder / "well-behaved/libwell-behaved.so", "ab") as library:
        library.write(b"changed")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("digest", re.I))
    expect(page.get_by_role("button", name="Pin and load")).to_be_visible()
