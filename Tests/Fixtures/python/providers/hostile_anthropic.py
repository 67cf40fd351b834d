#!/usr/bin/env python3
"""A stand-in for the Messages API that is strict in what it takes, and right or wrong by the first part of its path:
http://127.0.0.1:PORT/MODE. Anthropic's own client is run against it, too (official_anthropic.py)."""
from hostile_models import Server

KEY = "sk-ant-secret-0123456789"
KEYS = {"model", "max_tokens", "messages", "system", "stream", "stop_sequences", "tools", "tool_choice", "thinking", "metadata",
        "output_config"}
OLD, OLD_KEYS = "2023-06-01", KEYS | {"temperature", "top_p", "top_k"}
NEW = "2026-10-21"
USAGE = {"input_tokens": 10, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 30, "output_tokens": 1}


def problem(kind, words):
    return {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_1"}


def fault(body, counts, keys):
    """What the API would find wrong, or nothing."""
    if unknown := set(body) - keys:
        return f"{sorted(unknown)[0]}: Extra inputs are not permitted"
    for key in ["model", "messages"] + ([] if counts else ["max_tokens"]):
        if key not in body:
            return f"{key}: Field required"
    for place, message in enumerate(body["messages"]):
        if set(message) != {"role", "content"} or message["role"] not in ("user", "assistant"):
            return f"messages.{place}: wrong keys or role"
        if place and message["role"] == body["messages"][place - 1]["role"]:
            return f"messages.{place}: roles must alternate"
        blocks = message["content"]
        if not blocks:
            return f"messages.{place}: content is empty"
        for block in blocks if isinstance(blocks, list) else []:
            if block["type"] == "text" and not block["text"]:
                return f"messages.{place}: text content blocks must be non-empty"
            if block["type"] == "tool_use" and not isinstance(block["input"], dict):
                return f"messages.{place}: input is no object"
    for place, tool in enumerate(body.get("tools", [])):
        if not set(tool) <= {"name", "description", "input_schema"} or "input_schema" not in tool:
            return f"tools.{place}.input_schema: Field required"
    if body.get("thinking", {}).get("budget_tokens", 0) >= body.get("max_tokens", 1 << 30):
        return "max_tokens must be greater than thinking.budget_tokens"
    return None


def start(**more):
    return {"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-test", "content": [], "stop_reason": None,
        "stop_sequence": None, "usage": USAGE, **more}}


def block(index, content, *deltas):
    yield {"type": "content_block_start", "index": index, "content_block": content}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def text(index, *parts):
    return block(index, {"type": "text", "text": ""}, *({"type": "text_delta", "text": part} for part in parts))


def call(index, identity, name, *parts):
    return block(index, {"type": "tool_use", "id": identity, "name": name, "input": {}},
                 *({"type": "input_json_delta", "partial_json": part} for part in parts))


def end(reason, tokens=7):
    return [{"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": tokens}},
            {"type": "message_stop"}]


THOUGHT = block(0, {"type": "thinking", "thinking": "", "signature": ""}, {"type": "thinking_delta", "thinking": "Hmm, "},
                {"type": "thinking_delta", "thinking": "yes."}, {"type": "signature_delta", "signature": "c2ln"})
STREAMS = {
    "plain": [start(), {"type": "ping"}, *text(0, "Hällo ", "🌍!"), *end("end_turn")],
    "tools": [start(), *text(0, "Let me see."), *call(1, "toolu_a", "weather", "", '{"ci', 'ty": "Paris"}'),
              *call(2, "toolu_b", "time"), *end("tool_use")],
    "thinks": [start(), *THOUGHT, *text(1, "Yes."), *end("end_turn")],
    "length": [start(), *text(0, "Once upon"), *end("max_tokens")],
    "sequence": [start(), *text(0, "Once"), *end("stop_sequence")],
    "refusal": [start(), *text(0, "I can"), *end("refusal")],
    "new-things": [start(), {"type": "of_the_future"}, *block(0, {"type": "hologram"}, {"type": "light_delta", "light": 1}),
                   *text(1, "Yes."), *end("end_turn")],
    "cut-call": [start(), *call(0, "toolu_a", "weather", '{"city": "Pa'), *end("max_tokens")],
    "bad-call": [start(), *call(0, "toolu_a", "weather", '{"city": Pa}'), *end("tool_use")],
    "no-end": [start(), *text(0, "Once")],
    "no-json": [start(), *text(0, "Once"), "{oops"],
    "error-inside": [start(), *text(0, "Once"), problem("api_error", "the worker died")],
    "overloaded-inside": [start(), problem("overloaded_error", "Overloaded")],
}
REFUSALS = {
    "overloaded": (529, problem("overloaded_error", "Overloaded"), ["Retry-After: 0"]),
    "busy": (429, problem("rate_limit_error", "Too many requests"), ["Retry-After: 0"]),
    "broken": (500, problem("api_error", "Internal server error"), ["Retry-After: 0"]),
    "denied": (403, problem("permission_error", "not for you"), []),
    "missing": (404, problem("not_found_error", "model: claude-none"), []),
    "long": (400, problem("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), []),
    "poor": (400, problem("invalid_request_error", "Your credit balance is too low to access the API."), []),
    "large": (413, problem("request_too_large", "Request exceeds the maximum size"), []),
    "page": (502, "<html>Bad gateway</html>", []),
}


def models(exchange):
    if "after_id" in exchange.target:
        page = {"data": [{"type": "model", "id": "claude-b", "display_name": "Claude B", "created_at": "2026-01-01T00:00:00Z", "lifecycle": "active"}],
                "has_more": False, "first_id": "claude-b", "last_id": "claude-b"}
    else:
        page = {"data": [{"type": "model", "id": "claude-a", "display_name": "Claude A", "created_at": "2026-01-01T00:00:00Z", "lifecycle": "active",
                          "max_input_tokens": 200000}], "has_more": True, "first_id": "claude-a", "last_id": "claude-a"}
    exchange.answer(200, page)


def stream(exchange, events):
    exchange.begin_events()
    for event in events:
        exchange.event(event, event["type"] if isinstance(event, dict) else "content_block_delta")
    return "close"


def answer(exchange, mode, path):
    version = exchange.headers.get("anthropic-version")
    if version not in (OLD, NEW):
        return exchange.answer(400, problem("invalid_request_error", "anthropic-version: header is required"))
    shown = exchange.headers.get("x-api-key" if version == OLD else "authorization", "").removeprefix("Bearer ")
    if shown != KEY:
        return exchange.answer(401, problem("authentication_error", f"invalid API key {shown}"))
    if path.startswith("/v1/models?"):
        return models(exchange)
    if path == "/v1/models/claude-latest":
        return exchange.answer(200, {"type": "model", "id": "claude-b", "display_name": "Claude B",
                                     "created_at": "2026-01-01T00:00:00Z", "lifecycle": "active"})
    if path.startswith("/v1/models/"):
        return exchange.answer(404, problem("not_found_error", f"model: {path.split('/')[-1]}"))
    counts = path == "/v1/messages/count_tokens"
    if path.split("?")[0] not in ("/v1/messages", "/v1/messages/count_tokens"):
        return exchange.answer(404, problem("not_found_error", "Not Found"))
    if words := fault(exchange.body, counts, OLD_KEYS if version == OLD else KEYS):
        return exchange.answer(400, problem("invalid_request_error", words))
    if counts:
        return exchange.answer(200, {"input_tokens": len(str(exchange.body["messages"]))})
    if mode in REFUSALS:
        return exchange.answer(*REFUSALS[mode])
    if mode == "overloaded-once" and server.times(mode) == 1:
        return exchange.answer(*REFUSALS["overloaded"])
    if mode == "overloaded-inside-once":
        return stream(exchange, STREAMS["overloaded-inside"][1:] if server.times(mode) == 1 else STREAMS["plain"])
    if mode == "stalls":
        exchange.begin_events()
        for event in STREAMS["plain"][:4]:
            exchange.event(event, event["type"])
        return exchange.hang(": still here\n\n")
    if mode == "silent":
        return exchange.hang()
    if mode == "cut":
        exchange.begin_events()
        for event in STREAMS["plain"][:5]:
            exchange.event(event, event["type"])
        return "close"
    return stream(exchange, STREAMS.get(mode, STREAMS["plain"]))


if __name__ == "__main__":
    STREAMS["thinks"] = list(STREAMS["thinks"])
    server = Server(answer)
    server.serve()
