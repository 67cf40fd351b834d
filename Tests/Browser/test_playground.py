"""The playground: the same words to two models, their tokens, what a host refuses, and what a browser keeps."""
import pytest
from playwright.sync_api import expect

from slow_model import SlowModel


@pytest.fixture(scope="module")
def talkers(house):
    house.add_model("talker", "", "plain")
    house.add_model("talker", "Hm ", "slow")
    return "talker"


def test_two_models_answer_the_same_words_side_by_side_by_keyboard(talkers, screens):
    page = screens.open(f"/models/{talkers}?version=1")
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_label("Model", exact=True)).to_have_value("talker@plain")
    page.get_by_label("Beside it").select_option("talker@slow")
    message = page.get_by_label("Message", exact=True)
    message.fill("good morning to you")
    message.press("Control+Enter")
    plain = page.get_by_role("group", name="Answer of talker@plain")
    slow = page.get_by_role("group", name="Answer of talker@slow")
    expect(plain).to_contain_text("good morning to you")
    expect(slow).to_contain_text("Hm good morning to you")
    expect(slow).to_contain_text("4 tokens out")
    expect(slow.get_by_role("status")).to_contain_text("Succeeded")
    expect(message).to_be_focused()


def test_tokens_are_walked_with_arrows_and_settings_survive_a_reload(talkers, screens):
    page = screens.open("/playground?model=talker@plain")
    page.get_by_label("Log-probabilities").check()
    page.get_by_label("Message", exact=True).fill("one two three")
    page.get_by_role("button", name="Ask", exact=True).click()
    tokens = page.get_by_role("listbox", name="Tokens of talker@plain")
    expect(tokens.get_by_role("option")).to_have_count(3)
    tokens.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Token 2 of 3")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Log-probabilities")).to_be_checked()
    page.get_by_role("button", name="Asked before").click()
    page.get_by_role("menuitem", name="one two three").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value("one two three")


def test_what_the_host_refuses_stands_in_the_answer(talkers, screens):
    page = screens.open("/playground?model=nobody@here")
    page.get_by_label("Message", exact=True).fill("hello")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("group", name="Answer of nobody@here")).to_contain_text("there is no model 'nobody'")
    page.get_by_label("JSON schema").fill("{")
    page.get_by_label("Message", exact=True).fill("hello")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()


def test_a_viewer_may_not_ask(talkers, screens):
    page = screens.open("/playground?model=talker@plain", person="vera")
    page.get_by_label("Message", exact=True).fill("hello")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()


@pytest.fixture
def slow(house):
    with SlowModel() as model:
        config = {"base_url": model.address, "model": "slow"}
        house.call("PUT", "/projects/default/connections/slow", {"use": "openai-compatible/model", "config": config})
        yield model


def test_words_show_as_they_come_and_stop_hangs_up(slow, screens):
    slow.rounds = 25
    page = screens.open("/connections/default/slow")
    page.get_by_role("button", name="Try it").click()
    message = page.get_by_label("Message", exact=True)
    message.fill("Tell me of the sea")
    message.press("Control+Enter")
    answer = page.get_by_role("group", name="Answer of connection:slow")
    expect(answer.get_by_role("status")).to_contain_text("Running")
    slow.say(2)
    expect(answer).to_contain_text("The sea")
    expect(answer).not_to_contain_text("is")
    message.fill("and of the sky")
    page.get_by_role("button", name="Stop").click()
    expect(answer.get_by_role("status")).to_contain_text("Stopped")
    expect(message).to_have_value("and of the sky")
    # The server has said nothing more: the model's provider asks whether its answer is still wanted.
    assert slow.left.wait(10), "the server was still being asked"


def test_a_surprising_token_is_shaded_and_says_what_else_was_likely(slow, screens):
    page = screens.open("/playground?model=connection:slow")
    page.get_by_label("Log-probabilities").check()
    page.get_by_label("Message", exact=True).fill("Tell me of the sea")
    page.get_by_role("button", name="Ask", exact=True).click()
    slow.say(4)
    answer = page.get_by_role("group", name="Answer of connection:slow")
    expect(answer.get_by_role("status")).to_contain_text("Succeeded")
    tokens = page.get_by_role("listbox", name="Tokens of connection:slow")
    expect(tokens).to_have_text("The sea is deep")
    expect(answer.locator("p.play-text")).to_have_count(0)
    shades = [tokens.get_by_role("option").nth(at).get_attribute("class") for at in range(4)]
    assert [shade[-1] for shade in shades] == ["0", "4", "2", "1"]
    tokens.focus()
    page.keyboard.press("ArrowRight")
    others = page.get_by_role("region", name="Most likely tokens")
    expect(others.get_by_role("row").nth(1)).to_contain_text("5%")
    expect(others.get_by_role("row").nth(2)).to_contain_text("47.5%")


def test_what_a_connection_leaves_open_is_filled_in_for_the_conversation(house, screens):
    house.call("PUT", "/projects/default/connections/mute", {"use": "parrot/model", "config": {}})
    page = screens.open("/playground?model=connection:mute")
    page.get_by_text("Settings of mute").click()
    page.get_by_label("Voice").fill("Aye ")
    message = page.get_by_label("Message", exact=True)
    message.fill("captain")
    message.press("Control+Enter")
    expect(page.get_by_role("group", name="Answer of connection:mute")).to_contain_text("Aye captain")
    assert house.call("GET", "/projects/default/connections/mute")["connection"]["config"] == {}
