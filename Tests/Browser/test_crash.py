"""A plugin that crashes: its run names it, and whatever else goes on goes on."""
import re

from playwright.sync_api import expect

from documents import stream


def test_a_crash_is_shown_with_its_blame_while_another_run_goes_on(house, screens, tmp_path):
    house.save_text(stream("goes-on", tmp_path / "goes-on"))
    house.save_text(stream("crashes", tmp_path / "crashes", source="well-behaved", rows=200, stage="segfault"))
    other = house.order("goes-on")
    page = screens.open("/pipelines/crashes")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".run-line")).to_contain_text("Failed")
    alert = page.get_by_role("alert").first
    expect(alert).to_contain_text("The plugin segfault is at fault")
    expect(alert).to_contain_text("node middle")

    with page.expect_popup() as about:
        alert.get_by_role("link", name="OTE-3001").click()
    expect(about.value.get_by_role("heading", name=re.compile("^OTE-3001: "))).to_be_visible()

    page.get_by_role("tab", name=re.compile("^Problems")).click()
    expect(page.get_by_label("Crash report of attempt 1")).to_contain_text("libsegfault.so")
    page.get_by_role("tab", name="Graph").click()
    expect(page.locator("[data-node=middle]")).to_have_class(re.compile("is-failed"))

    beside = screens.open(f"/runs/{other}")
    expect(beside.locator(".run-line")).to_contain_text("Running")
    expect(beside.locator(".graph-edge text").first).to_have_text(re.compile("rows/s$"))
    house.cancel(other)
    expect(beside.locator(".run-line")).to_contain_text("Cancelled")

    plugin = screens.open("/plugins/segfault?tab=crashes")
    expect(plugin.get_by_role("tabpanel", name="Crashes")).to_contain_text("killed by SIGSEGV")
    home = screens.open("/")
    expect(home.get_by_role("link", name=re.compile("crashes")).first).to_be_visible()
