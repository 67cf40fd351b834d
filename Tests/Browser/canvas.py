"""The designer's canvas as a pointer meets it."""
import re

from playwright.sync_api import expect


def node(page, name):
    return page.get_by_role("button", name=name, exact=True)


def port(page, node, side, name):
    return page.get_by_role("button", name=f"{node} {side} {name}", exact=True)


def middle_of(locator):
    # Playwright's own check waits until the thing no longer moves.
    locator.hover(trial=True)
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def draw_wire(page, source, target):
    """Presses an output and moves to an input in steps, as a hand does; letting go is the caller's."""
    checked(page)
    x, y = middle_of(target)
    page.mouse.move(*middle_of(source))
    page.mouse.down()
    page.mouse.move(x - 60, y + 10, steps=4)
    page.mouse.move(x, y, steps=4)


def checked(page):
    """Waits until the host has said what it thinks of the document."""
    expect(page.locator(".dz-subtitle")).to_contain_text(re.compile(r"valid|problem"))


def add_by_mouse(page, words, use, x, y):
    """Drags a component from the palette to a point of the canvas."""
    palette = page.get_by_role("dialog", name="Add a component")
    if not palette.is_visible():
        page.get_by_role("button", name="Add", exact=True).click()
    palette.get_by_role("combobox", name="Find a component").fill(words)
    palette.get_by_role("option").filter(has_text=use).drag_to(page.locator(".dz-canvas"), target_position={"x": x, "y": y})


def add_by_keyboard(page, words):
    page.keyboard.press("a")
    expect(page.get_by_role("combobox", name="Find a component")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def yaml_of(page):
    """Opens the drawer with the text, and answers its field."""
    field = page.get_by_role("textbox", name="The document as YAML")
    if not field.is_visible():
        page.get_by_role("button", name="YAML", exact=True).click()
    return field
