"""The whole product without a pointer."""
import re

from playwright.sync_api import expect

from documents import orders


def focused(page):
    return page.evaluate("document.activeElement?.getAttribute('aria-label') || document.activeElement?.textContent?.trim() || ''")


def test_letters_move_between_pages_and_the_heading_takes_the_focus(house, screens):
    page = screens.open("/")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    for letter, heading in {"p": "Pipelines", "r": "Runs", "d": "Datasets", "q": "Quality", "l": "Plugins", "s": "Settings", "h": "Home"}.items():
        page.keyboard.press("g")
        page.keyboard.press(letter)
        expect(page.get_by_role("heading", name=heading, level=1)).to_be_focused()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Go to Runs")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_tab_begins_with_the_way_past_the_frame_and_focus_is_always_visible(house, screens):
    page = screens.open("/")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        marked = page.evaluate("""() => {
          const element = document.activeElement, style = getComputedStyle(element);
          return element === document.body || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none";
        }""")
        assert marked, f"no sign of the focus on {focused(page)!r}"


def test_a_list_is_walked_opened_and_left_by_keys(house, screens):
    house.save_text(orders("walked-to", "walked_to"))
    house.run("walked-to")
    page = screens.open("/runs?pipeline=walked-to")
    grid = page.get_by_role("grid", name="Runs")
    expect(grid.get_by_role("row")).to_have_count(2)
    grid.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/runs/[^?]+"))
    page.go_back()
    expect(page).to_have_url(re.compile("pipeline=walked-to"))


# Whether each dialog held the focus when it was first in the page: what is pressed then must not go below it.
FIRST_SIGHTS = """() => {
  window.firstSights = [];
  let seen = false;
  new MutationObserver(() => {
    const dialog = document.querySelector("[role=dialog]");
    if (dialog && !seen) window.firstSights.push(dialog.contains(document.activeElement));
    seen = dialog !== null;
  }).observe(document.body, { childList: true, subtree: true });
}"""


def test_menus_tabs_and_dialogs_keep_and_give_back_the_focus(house, screens):
    house.save_text(orders("menus", "menus_set"))
    page = screens.open("/pipelines?q=menus")
    anchor = page.get_by_role("button", name="Actions of menus")
    anchor.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Open")).to_be_focused()
    page.keyboard.press("Escape")
    expect(anchor).to_be_focused()
    run = page.get_by_role("button", name="Run menus")
    page.evaluate(FIRST_SIGHTS)
    dialog = page.get_by_role("dialog", name="Run menus")
    run.focus()
    # A slow machine: there the renderer yields between showing a dialog and what follows.
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    for _ in range(3):
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        for _ in range(8):
            page.keyboard.press("Tab")
            assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
        page.keyboard.press("Escape")
        expect(run).to_be_focused()
    assert page.evaluate("window.firstSights") == [True] * 3
    # A table that gets it back shows its active cell again.
    page.get_by_role("grid", name="Pipelines").focus()
    expect(page.locator(".table-cell.is-active")).to_have_count(1)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("grid", name="Pipelines")).to_be_focused()
    expect(page.locator(".table-cell.is-active")).to_have_count(1)
    page.goto("/settings/profile")
    page.get_by_role("tab", name="Profile").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Access tokens")).to_be_focused()
    expect(page).to_have_url(re.compile("/settings/tokens$"))
