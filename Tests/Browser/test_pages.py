"""Every page of the router: no finding of axe in light and dark, nothing wider than a phone, a quiet console, a picture."""
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from documents import orders, scored, stream
from screens import EVERYTHING, OUT, PHONE, Screens, settled
from served import SOURCES

# What stands behind each pattern of src/app/routes.tsx, with the tabs that are pages of their own.
ADDRESSES = {
    "/": ["/"],
    "/pipelines": ["/pipelines", "/pipelines?q=nothing-has-this-name"],
    "/pipelines/new": ["/pipelines/new", "/pipelines/new?template=orders"],
    "/pipelines/:pipeline": ["/pipelines/furnished", "/pipelines/not-there"],
    "/templates": ["/templates"],
    "/runs": ["/runs", "/runs?status=failed"],
    "/runs/compare": ["/runs/compare", "/runs/compare?left={stopped}&right={run}"],
    "/runs/:run": [
        "/runs/{run}", "/runs/{run}?node=totals", "/runs/{run}?tab=log", "/runs/{run}?tab=timeline", "/runs/{stopped}?tab=findings&finding=0",
        "/runs/{run}?tab=resources", "/runs/{run}?tab=provenance", "/runs/{crash}?tab=problems", "/runs/{run}?tab=comments",
        "/runs/not-there",
    ],
    "/datasets": ["/datasets"],
    "/datasets/upload": ["/datasets/upload"],
    "/datasets/:dataset": [
        "/datasets/furnished", *(f"/datasets/furnished?tab={tab}" for tab in
                                 ("schema", "profile", "preview", "versions", "lineage", "quality", "comments")),
        "/datasets/furnished?tab=versions&compare=1,2", "/datasets/not-there",
    ],
    "/quality": ["/quality", "/quality?dataset=furnished"],
    "/models": ["/models", "/models?q=nothing-has-this-name"],
    "/models/:model": [
        "/models/polly", *(f"/models/polly?tab={tab}" for tab in ("versions&compare=1,2", "lineage", "aliases")), "/models/not-there",
    ],
    "/evaluations": ["/evaluations", "/evaluations?model=polly&version=1", "/evaluations?model=nobody"],
    "/evaluations/:evaluation": [
        "/evaluations/{evaluation}", *(f"/evaluations/{{evaluation}}?tab={tab}" for tab in ("rows", "compare", "compare&to={other_evaluation}")),
        "/evaluations/999999", "/evaluations/not-there",
    ],
    "/connections": ["/connections"],
    "/connections/new": ["/connections/new", "/connections/new?use=parrot/model"],
    "/connections/:project/:connection": [
        "/connections/default/bird", *(f"/connections/default/bird?tab={tab}" for tab in ("history", "use")), "/connections/default/not-there",
    ],
    "/playground": ["/playground", "/playground?model=polly@champion&other=polly@candidate"],
    "/plugins": ["/plugins"],
    "/plugins/:plugin": [
        "/plugins/duckdb", *(f"/plugins/duckdb?tab={tab}" for tab in ("components", "permissions", "manifest")),
        "/plugins/segfault?tab=crashes",
    ],
    "/settings": ["/settings"],
    "/settings/:tab": [f"/settings/{tab}" for tab in ("tokens", "users", "projects", "secrets", "audit", "system")],
    "/problems/:code": ["/problems/OTE-3001", "/problems/OTE-0000"],
    "/sign-in": ["/sign-in"],
    "/welcome": ["/welcome"],
    None: ["/there-is-no-such-page"],
}
OPEN = ("/sign-in", "/welcome", "/problems/OTE-3001", "/problems/OTE-0000")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What can differ in the other theme, and in a narrow window; the rest is the same page.
DARK_RULES = ["color-contrast", "link-in-text-block"]
NARROW_RULES = ["target-size", "scrollable-region-focusable", "meta-viewport", "button-name", "link-name"]


@pytest.fixture(scope="module")
def furnished(house):
    """Something of every kind, so that no page is empty."""
    house.save_text(orders("furnished", "furnished", title="Orders by country, checked"))
    house.run("furnished")
    house.save_again("furnished", orders("furnished", "furnished", rules="[{rule: unique, columns: [country]}, {rule: not_null, column: amount}]"))
    things = {"run": house.run("furnished")["run"]}
    house.save_text(orders("stops", "stops_set", rules="[{rule: range, column: orders, max: 2}]"))
    things["stopped"] = house.run("stops")["run"]
    house.save_text(stream("breaks", house.folder / "breaks", source="well-behaved", rows=200, stage="segfault"))
    things["crash"] = house.run("breaks")["run"]
    for subject in (f"run:{things['run']}", "dataset:furnished"):
        house.call("POST", "/comments", {"subject": subject, "text": "Looks **right** to me, @eddie. See `totals`."})
    for version, (voice, alias) in enumerate((("", "champion"), ("Hm ", "candidate")), start=1):
        house.add_model("polly", voice, alias)
        house.save_text(scored(f"scores_{version}", f"polly@{alias}", f"scored_{version}"))
        house.run(f"scores_{version}")
    found = house.call("GET", "/evaluations?model=polly")["items"]
    things["other_evaluation"], things["evaluation"] = (entry["id"] for entry in found[:2])
    house.call("PUT", "/projects/default/connections/bird", {"use": "parrot/model", "config": {"voice": "Arr "}})
    house.call("PUT", "/projects/default/secrets/warehouse", {"value": "not shown anywhere"})
    house.change("PATCH", "/datasets/furnished", {"tags": ["orders", "gold"], "description": "Orders per country."})
    return things


def findings(page, rules):
    options = {"runOnly": {"type": "tag" if rules is RULES else "rule", "values": rules}, "resultTypes": ["violations"]}
    result = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {rule['help']}: " + "; ".join(node["html"][:160] for node in rule["nodes"][:3]) for rule in result]


def too_wide(page):
    """What reaches past the window, where the page itself would scroll sideways."""
    return page.evaluate("""() => {
      const root = document.scrollingElement, main = document.querySelector("main");
      const over = [root, main].filter((element) => element && element.scrollWidth > element.clientWidth + 1);
      if (over.length === 0) return [];
      return [...document.querySelectorAll("main *")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5).map((element) => element.outerHTML.slice(0, 120)).concat([`${over[0].scrollWidth} px in ${over[0].clientWidth}`]);
    }""")


def test_every_pattern_of_the_router_is_walked():
    source = (SOURCES / "Host/WebUI/src/app/routes.tsx").read_text()
    patterns = set(re.findall(r'pattern: "([^"]+)"', source))
    assert patterns == {pattern for pattern in ADDRESSES if pattern}


@pytest.fixture(scope="module")
def walk(browser, house):
    """One signed-in page and one of nobody, which go from address to address as a person does."""
    screens = Screens(browser, house)
    screens.allow(401, 404, 422)
    screens.signed_in = screens.open("/", reduced_motion="reduce")
    screens.nobody = screens.open("/sign-in", person=None, reduced_motion="reduce")
    yield screens
    screens.close()


@pytest.mark.parametrize("address", [address for addresses in ADDRESSES.values() for address in addresses])
def test_is_accessible_in_both_themes_and_fits_a_phone(address, furnished, walk):
    page = walk.nobody if address in OPEN else walk.signed_in
    page.set_viewport_size(EVERYTHING)
    page.emulate_media(color_scheme="light")
    page.goto(address.format(**furnished))
    settled(page)
    folder = OUT / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "home"
    wrong = []
    for theme, rules in {"light": RULES, "dark": DARK_RULES}.items():
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=folder / f"{name}.{theme}.png")
        wrong += [f"{theme}: {finding}" for finding in findings(page, rules)]
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")
    settled(page)
    page.screenshot(path=folder / f"{name}.narrow.png")
    wrong += [f"narrow: {finding}" for finding in findings(page, NARROW_RULES) + too_wide(page)]
    wrong += [f"console: {complaint}" for complaint in walk.complaints]
    walk.complaints.clear()
    assert not wrong, "\n".join(wrong)


def test_without_motion_nothing_moves_and_with_it_nothing_moves_for_long(furnished, screens):
    longest = """() => Math.max(0, ...[...document.querySelectorAll("*")].flatMap((element) => {
      const style = getComputedStyle(element);
      const seconds = (list) => list.split(",").map(parseFloat);
      const endless = style.animationIterationCount.includes("infinite");
      return [...seconds(style.transitionDuration), ...(endless ? [] : seconds(style.animationDuration))];
    }))"""
    moving = """() => document.getAnimations().filter((animation) => animation.playState === "running").length"""
    for address in ("/", f"/runs/{furnished['run']}", "/pipelines/furnished", "/datasets"):
        page = screens.open(address, reduced_motion="reduce")
        settled(page)
        assert page.evaluate(longest) <= 0.001
        assert page.evaluate(moving) == 0
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(longest) <= 0.15


def test_the_first_load_is_small(furnished, screens):
    """All that a first visit of Home needs, as it comes over the wire."""
    page = screens.open("/sign-in", person=None)
    screens.allow(401)
    sizes = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    names = {}
    session.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({names.get(event["requestId"], ""): event["encodedDataLength"]}))
    page.goto("/sign-in")
    settled(page)
    code = {url: size for url, size in sizes.items() if url.endswith((".js", ".css", "/sign-in"))}
    assert len(code) >= 3
    assert sum(code.values()) < 250_000, code


def test_pages_fill_a_wide_window_and_change_with_it(furnished, screens):
    page = screens.open(f"/runs/{furnished['run']}", viewport={"width": 2560, "height": 1400})
    settled(page)
    assert not too_wide(page)
    page.set_viewport_size(EVERYTHING)
    expect(page.locator("[data-node=totals]")).to_be_visible()
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="All pages").click()
    page.get_by_role("navigation", name="All pages").get_by_role("link", name="Datasets").click()
    expect(page.get_by_role("heading", name="Datasets", level=1)).to_be_visible()
