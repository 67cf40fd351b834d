"""Evaluations: from the list to the report, to the rows, and to what another one shows."""
import re

import pytest
from playwright.sync_api import expect

from documents import scored


@pytest.fixture(scope="module")
def judged(house):
    house.add_model("judged", "", "good")
    house.add_model("judged", "Hm ", "bad")
    for alias in ("good", "bad"):
        house.save_text(scored(f"judged_{alias}", f"judged@{alias}", f"judged_{alias}"))
        assert house.run(f"judged_{alias}")["status"] == "succeeded"
    return "judged"


def test_from_a_models_version_to_the_rows_of_its_evaluation(judged, screens):
    page = screens.open(f"/models/{judged}?version=1")
    page.get_by_role("link", name="All evaluations").click()
    expect(page.get_by_text("Only of judged@1.")).to_be_visible()
    listed = page.get_by_role("grid", name="Evaluations")
    expect(listed).to_contain_text("f1 1")
    listed.get_by_role("link", name="Text metrics").click()
    expect(page.locator(".report-metrics")).to_contain_text("f1")
    page.get_by_role("tab", name="Rows").click()
    rows = page.get_by_role("grid", name="Rows of judged_good, version 1")
    expect(rows.get_by_role("columnheader", name="question")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="10 rows")).to_be_visible()


def test_two_evaluations_are_compared_and_a_difference_is_named(judged, screens):
    page = screens.open(f"/evaluations?model={judged}")
    boxes = page.get_by_role("grid", name="Evaluations").get_by_role("checkbox")
    expect(page.get_by_role("button", name="Compare")).to_be_disabled()
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("button", name="Compare").click()
    table = page.get_by_role("region").filter(has=page.get_by_role("columnheader", name="Difference"))
    expect(table.get_by_role("columnheader", name=re.compile(r"^Evaluation \d+ is$"))).to_be_visible()
    expect(table.get_by_role("row", name="f1")).to_contain_text("Worse")
    expect(table.get_by_role("row", name="missing predictions")).to_contain_text("not judged")
    page.go_back()
    expect(page.get_by_role("heading", name="Evaluations", level=1)).to_be_visible()
