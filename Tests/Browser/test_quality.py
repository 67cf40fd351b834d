"""Rules over time, a rule that the data suggests, and a remedy for one that fails."""
import re

from playwright.sync_api import expect

from documents import orders


def test_trends_grow_with_each_run(house, screens):
    house.save(orders("trending", "trending_set"))
    house.run("trending")
    page = screens.open("/quality?pipeline=trending")
    expect(page.get_by_role("group", name=re.compile("^Runs of")).get_by_role("button")).to_have_count(1)
    house.run("trending")
    expect(page.get_by_role("group", name=re.compile("^Runs of")).get_by_role("button")).to_have_count(2)
