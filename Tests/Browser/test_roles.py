"""What each role may: buttons that can't be used say why, and the API refuses on its own."""
import json

import pytest
from playwright.sync_api import expect

from documents import stream


@pytest.fixture(scope="module")
def pipeline(house):
    house.save_text(stream("guarded", house.folder / "guarded", source="well-behaved", rows=10))
    house.guarded_run = house.run("guarded")["run"]
    return "guarded"


def api(page, method, path, body=None):
    """A request that the page itself could make: its cookie, its CSRF token."""
    return page.evaluate("""async ([method, path, body]) => {
      const session = await (await fetch("/api/v1/session")).json();
      const answer = await fetch("/api/v1" + path, {
        method, body: body === null ? undefined : JSON.stringify(body),
        headers: {"Content-Type": "application/json", "X-CSRF-Token": session.csrf},
      });
      return {status: answer.status, body: await answer.text()};
    }""", [method, path, body])


def test_a_viewer_sees_but_cannot_run_edit_or_cancel(pipeline, screens):
    screens.allow(403)
    page = screens.open(f"/pipelines/{pipeline}", person="vera")
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_disabled()
    run.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("operator")
    run.click(force=True)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_disabled()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)

    refused = api(page, "POST", f"/pipelines/{pipeline}/runs", {})
    assert refused["status"] == 403
    assert json.loads(refused["body"])["code"].startswith("OTE-")
    assert api(page, "PATCH", f"/pipelines/{pipeline}", {"archived": True})["status"] == 403
    assert api(page, "GET", f"/pipelines/{pipeline}")["status"] == 200


def test_a_viewer_finds_no_enabled_way_to_change_anything(pipeline, house, screens):
    for path, names in {
        "/pipelines": ["New", "Import YAML", f"Run {pipeline}"],
        f"/runs/{house.guarded_run}": ["Retry"],
        "/datasets": ["Upload data"],
        "/": ["Upload data", "New pipeline"],
        "/settings/secrets": ["New secret"],
    }.items():
        page = screens.open(path, person="vera")
        for name in names:
            button = page.get_by_role("button", name=name, exact=True).first
            expect(button).to_be_visible()
            expect(button).to_be_disabled()
    page = screens.open("/settings/users", person="vera")
    expect(page.get_by_text("People is for admins of this host")).to_be_visible()


def test_an_editor_saves_but_does_not_run(pipeline, screens):
    screens.allow(403)
    page = screens.open(f"/pipelines/{pipeline}", person="eddie")
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    page.get_by_role("region", name="Pipeline").get_by_label("Title").fill("By Eddie")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".dz-subtitle")).to_contain_text("version 2")
    assert api(page, "POST", f"/pipelines/{pipeline}/runs", {})["status"] == 403
    assert api(page, "PUT", "/projects/default/secrets/x", {"value": "y"})["status"] == 403


def test_an_operator_runs_but_does_not_manage(pipeline, screens):
    screens.allow(403)
    page = screens.open(f"/pipelines/{pipeline}", person="olga")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".run-line")).to_contain_text("Succeeded")
    expect(page.locator(".run-line")).to_contain_text("by olga")
    assert api(page, "POST", "/users", {"name": "mallory"})["status"] == 403
    assert api(page, "POST", "/plugins/duckdb/disable")["status"] == 403


def test_somebody_without_a_project_sees_none(house, screens):
    house.add_person("nina")
    page = screens.open("/", person="nina")
    expect(page.get_by_role("heading", name="No project yet")).to_be_visible()
