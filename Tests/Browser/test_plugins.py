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


def test_a_folder_dropped_into_the_plugins_folder_shows_up_and_can_be_enabled(own_host, screens_of):
    served = own_host("local-files")
    served.take_over()
    page = screens_of(served).open("/plugins")
    expect(page.get_by_text("Local files").first).to_be_visible()
    expect(page.get_by_text("Fixture well-behaved")).to_have_count(0)
    shutil.copytree(FIXTURES / "well-behaved", served.plugin_folder / "well-behaved")
    page.get_by_role("link", name=re.compile("Fixture well-behaved")).click()
    page.get_by_role("button", name="Enable", exact=True).click()
    expect(page.get_by_role("button", name="Disable", exact=True)).to_be_visible()
    assert "well-behaved/source" in [f"{item['plugin']}/{item['name']}" for item in served.call("GET", "/components")["items"]]

    page.get_by_role("button", name="Disable", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    expect(page.get_by_role("button", name="Enable", exact=True)).to_be_visible()


def test_a_plugin_that_was_changed_on_disk_says_why_it_is_not_loaded(own_host, screens_of):
    served = own_host("local-files")
    shutil.copytree(FIXTURES / "well-behaved", served.plugin_folder / "well-behaved")
    served.take_over()
    served.call("POST", "/plugins/scan")
    served.call("POST", "/plugins/well-behaved/enable")
    page = screens_of(served).open("/plugins/well-behaved")
    expect(page.get_by_role("button", name="Disable", exact=True)).to_be_visible()
    with open(served.plugin_folder / "well-behaved/libwell-behaved.so", "ab") as library:
        library.write(b"changed")
    expect(page.get_by_role("alert")).to_contain_text(re.compile("digest", re.I))
    expect(page.get_by_role("button", name="Pin and load")).to_be_visible()


def test_an_admin_sets_a_limit_in_a_form_and_the_manifest_says_so(own_host, screens_of):
    served = own_host("local-files")
    served.take_over()
    page = screens_of(served).open("/plugins/local-files?tab=manifest")
    manifest = page.get_by_role("textbox", name=re.compile("manifest", re.I))
    expect(manifest).to_have_value(re.compile("digest: "))
    page.get_by_label("Memory").fill("512MiB")
    page.keyboard.press("Tab")
    expect(manifest).to_have_value(re.compile("memory: 512MiB"))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The manifest is saved. New runs use it.")).to_be_visible()
    assert "memory: 512MiB" in (served.folder / "manifests/local-files.yaml").read_text()
    page.reload()
    expect(page.get_by_label("Memory")).to_have_value("512MiB")
