"""A host that goes away and comes back while a page is open."""
import re

from playwright.sync_api import expect

from documents import stream


def test_a_page_says_that_the_host_is_away_and_goes_on_by_itself(own_host, screens_of, tmp_path):
    served = own_host("well-behaved")
    served.take_over()
    served.save_text(stream("again", tmp_path / "count", source="well-behaved", rows=20))
    served.run("again")
    screens = screens_of(served)
    page = screens.open("/runs")
    grid = page.get_by_role("grid", name="Runs")
    expect(grid.get_by_role("row")).to_have_count(2)
    # What the browser writes to its console while nobody answers.
    screens.allow_failing_connections()
    served.stop()
    expect(page.get_by_text("The connection to the host is lost.")).to_be_visible()
    served.start_again()
    expect(page.get_by_text("The connection to the host is lost.")).to_have_count(0, timeout=40_000)
    served.run("again")
    page.get_by_role("button", name=re.compile("^1 new run")).click()
    expect(grid.get_by_role("row")).to_have_count(3)
