"""A run watched while it goes on: rows on each edge, the log, and its end, without a reload."""
import re

from playwright.sync_api import expect

from documents import stream


def test_rows_move_along_each_edge_and_cancel_ends_the_run(house, screens, tmp_path):
    house.save_text(stream("watched", tmp_path / "count"))
    run = house.order("watched")
    page = screens.open(f"/runs/{run}")
    expect(page.locator(".run-line")).to_contain_text("Running")
    edges = page.locator(".graph-edge text")
    expect(edges).to_have_count(2)
    expect(edges.first).to_have_text(re.compile(r"^[\d.,]+k? rows/s$"))
    expect(edges.last).to_have_text(re.compile(r"^[\d.,]+k? rows/s$"))

    page.locator("[data-node=middle]").click()
    panel = page.get_by_role("complementary", name="Node middle")
    figure = panel.locator("dt:text-is('Rows out') + dd")
    expect(panel.get_by_text("Log", exact=True)).to_be_visible()
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    for _ in range(3):
        expect(figure).not_to_have_text(figure.inner_text())
    assert not requests, f"live figures were polled: {requests}"

    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the run").click()
    expect(page.locator(".run-line")).to_contain_text("Cancelled")
    expect(page.get_by_role("button", name="Retry", exact=True)).to_be_enabled()


def test_a_finished_run_keeps_timeline_log_resources_and_provenance(house, screens, tmp_path):
    house.save_text(stream("looked-back-at", tmp_path / "count", source="well-behaved", rows=200))
    report = house.run("looked-back-at")
    page = screens.open(f"/runs/{report['run']}")
    expect(page.locator(".graph-edge text").first).to_have_text("200 rows")
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_role("grid", name=re.compile("^Log"))).to_contain_text("sink commit")
    page.get_by_role("tab", name="Timeline").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("middle")
    page.get_by_role("tab", name="Resources").click()
    expect(page.get_by_role("tabpanel")).not_to_be_empty()
    page.get_by_role("tab", name="Provenance").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("well-behaved")
    expect(page.get_by_role("tabpanel")).to_contain_text("sha256:")
    page.go_back()
    expect(page.get_by_role("tab", name="Resources")).to_have_attribute("aria-selected", "true")


def test_the_list_of_runs_changes_in_place_and_compares_two(house, screens, tmp_path):
    house.save_text(stream("listed", tmp_path / "count", source="well-behaved", rows=10))
    first, second = house.run("listed")["run"], house.run("listed")["run"]
    page = screens.open("/runs?pipeline=listed")
    expect(page.get_by_role("grid", name="Runs").get_by_role("row")).to_have_count(3)
    third = house.run("listed")["run"]
    page.get_by_role("button", name="1 new run: show").click()
    expect(page.get_by_role("grid", name="Runs").get_by_role("row")).to_have_count(4)
    for run in (first, third):
        page.get_by_role("checkbox", name=f"Choose {run}").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Compare runs")).to_be_visible()
    expect(page.get_by_role("heading", name="Nodes")).to_be_visible()
    assert second not in page.url
    # The figures of the day lead to the runs of the day.
    home = screens.open("/")
    home.get_by_role("region", name="Runs of the last 24 hours").get_by_role("link", name=re.compile("^Succeeded")).click()
    expect(home).to_have_url(re.compile("since=24h"))
    expect(home.get_by_label("Started")).to_have_value("24h")
    expect(home.get_by_role("grid", name="Runs")).to_contain_text("listed")
