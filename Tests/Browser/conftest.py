"""One host for all tests that don't need their own, one browser, and pages that have to keep a quiet console."""
import pytest
from playwright.sync_api import sync_playwright

from screens import Screens, launch
from served import Served


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    setattr(item, "report_" + report.when, report)
    return report


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house():
    """The host that most tests share: each test uses names of its own in it."""
    served = Served("local-files", "expectations", "duckdb", "well-behaved", "slow-source", "segfault", "generate", "text-metrics", "openai-compatible", "parrot",
                    options=["--runs", "4"])
    served.take_over()
    for name, role in (("vera", "viewer"), ("eddie", "editor"), ("olga", "operator")):
        served.add_person(name, role)
    yield served
    served.close()


@pytest.fixture
def own_host():
    """Makes hosts for one test alone."""
    made = []

    def make(*plugins, **options):
        made.append(Served(*plugins, **options))
        return made[-1]

    yield make
    for served in made:
        served.close()


@pytest.fixture
def screens_of(request, browser):
    """Pages of a given host."""
    made = []

    def make(served):
        made.append(Screens(browser, served))
        return made[-1]

    yield make
    call = getattr(request.node, "report_call", None)
    complaints = [complaint for screens in made for complaint in screens.complaints]
    for number, screens in enumerate(made):
        if complaints or (call and call.failed):
            screens.picture(f"{request.node.name}{number or ''}")
        screens.close()
    if call and call.passed:
        assert not complaints, "the console complained: " + "; ".join(complaints)


@pytest.fixture
def screens(house, screens_of):
    return screens_of(house)
