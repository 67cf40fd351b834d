#!/usr/bin/env python3
"""A server of OpenAI's interface that is right or wrong by the first part of its path: http://127.0.0.1:PORT/MODE/v1."""
from hostile_models import Server

USAGE = {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15, "prompt_tokens_details": {"cached_tokens": 4}}


def chunk(delta=None, finish=None, index=0, **more):
    return {"object": "chat.completion.chunk", "choices": [{"index": index, "delta": delta or {}, "finish_reason": finish}],
            **more}


def error(words, code=None, kind="invalid_request_error"):
    return {"error": {"message": words, "type": kind, "code": code, "param": None}}


def call(index, **function):
    more = {"id": function.pop("id")} if "id" in function else {}
    return chunk({"tool_calls": [{"index": index, **more, "function": function}]})


def stream(exchange, *chunks, done=True):
    exchange.begin_events()
    for item in chunks:
        exchange.event(item)
    if done:
        exchange.event("[DONE]")
    return "close"


def plain(exchange):
    exchange.begin_events()
    exchange.send(": a comment\n\n")
    exchange.event(chunk({"role": "assistant", "content": ""}))
    data = b'data: {"choices":[{"index":0,"delta":{"content":"H\xc3\xa4llo \xf0\x9f\x8c\x8d"}}]}\r\n\r\n'
    for place in range(0, len(data), 3):
        exchange.send(data[place:place + 3])
    exchange.event(chunk({"content": "!"}))
    exchange.event(chunk(finish="stop"))
    exchange.event({"choices": [], "usage": USAGE})
    exchange.event("[DONE]")
    return "close"


def echo(exchange):
    """Tokens of four characters; the last prompt token is the likeliest, the others are not."""
    prompt = exchange.body["prompt"]
    text = prompt + (" more" if exchange.body["max_tokens"] else "")
    pieces = [text[at:at + 4] for at in range(0, len(text), 4)]
    logs = [None] + [-1.5] * (len(pieces) - 1)
    tops = [None] + [{piece: -1.5, "else": -0.5 if n % 2 else -2.5} for n, piece in enumerate(pieces[1:])]
    exchange.answer(200, {"choices": [{"index": 0, "text": text, "finish_reason": "length", "logprobs": {
        "tokens": pieces, "token_logprobs": logs, "top_logprobs": tops,
        "text_offset": [sum(map(len, pieces[:n])) for n in range(len(pieces))]}}],
        "usage": {"prompt_tokens": len(pieces), "completion_tokens": 0}})


def embeddings(exchange, mode):
    texts = exchange.body["input"]
    data = [{"index": n, "embedding": [float(len(text)), 1.0]} for n, text in enumerate(texts)]
    if mode == "embed-short":
        data = data[1:]
    if mode == "embed-text":
        data[0]["embedding"][0] = "much"
    exchange.answer(200, {"data": data[::-1], "usage": {"prompt_tokens": 5 * len(texts)}})


def answer(exchange, mode, path):
    times, key = server.times(mode), exchange.headers.get("authorization", "")
    if mode in REFUSALS:
        status, body, headers = REFUSALS[mode]
        return exchange.answer(status, body, headers)
    if mode == "unauthorized":
        return exchange.answer(401, error(f"Incorrect API key provided: {key.removeprefix('Bearer ')}", "invalid_api_key"))
    if mode.startswith("busy-twice") and times <= 2:
        return exchange.answer(429, error("slow down", "rate_limit_exceeded"), ["Retry-After: 0"])
    if mode == "broken-once" and times == 1:
        return exchange.answer(502, "<html><h1>Bad gateway</h1></html>", kind="text/html")
    if mode == "refused-once" and times == 1:
        return "close"
    if path == "/v1/models":
        return exchange.answer(200, {"data": [{"id": "m-small", "max_model_len": 4096}, {"id": "m-large"}]})
    if path == "/v1/embeddings":
        return embeddings(exchange, mode)
    if mode == "echo":
        return echo(exchange)
    if mode == "html":
        return exchange.answer(200, "<html>Sign in</html>", kind="text/html")
    if mode == "whole":
        return exchange.answer(200, {"choices": [{"index": 0, "message": {"content": "all at once"}, "finish_reason": "stop"}],
                                     "usage": USAGE})
    if mode == "silent":
        return exchange.hang()
    if mode == "only-comments":
        exchange.begin_events()
        return exchange.hang(": still here\n\n")
    if mode == "stalls":
        exchange.begin_events()
        exchange.event(chunk({"content": "Once upon"}))
        return exchange.hang(": still here\n\n")
    if mode == "endless":
        exchange.begin_events()
        while True:
            exchange.event(chunk({"content": "and "}))
    if mode == "cut":
        exchange.begin_events()
        exchange.event(chunk({"content": "Once"}))
        exchange.send('data: {"choices": [{"ind')
        return "close"
    if mode in STREAMS:
        return stream(exchange, *STREAMS[mode])
    return plain(exchange)


REFUSALS = {
    "storm": (429, error("slow down", "rate_limit_exceeded"), ["Retry-After: 0"]),
    "patience": (429, error("tomorrow", "rate_limit_exceeded"), ["Retry-After: 86400"]),
    "quota": (429, error("You exceeded your current quota", "insufficient_quota"), []),
    "denied": (403, error("not for you"), []),
    "missing": (404, error("The model `m` does not exist", "model_not_found"), []),
    "context": (400, error("This model's maximum context length is 8192 tokens.", "context_length_exceeded"), []),
    "wrong": (400, error("Unrecognized request argument supplied: mood", "invalid_request_error"), []),
    "filtered": (400, error("against the rules", "content_filter"), []),
    "down": (503, {"detail": "loading the model"}, ["Retry-After: 0"]),
}
STREAMS = {
    "tools": [
        chunk({"content": "Let me see."}), call(0, id="call_a", name="weather", arguments=""), call(0, arguments='{"ci'),
        call(1, id="call_b", name="time", arguments=""), call(0, arguments='ty": "Paris"}'), chunk(finish="tool_calls"),
        {"choices": [], "usage": USAGE}],
    "bad-arguments": [call(0, id="c", name="f", arguments='{"a": '), chunk(finish="tool_calls")],
    "cut-arguments": [call(0, id="c", name="f", arguments='{"a": '), chunk(finish="length")],
    "reasoning": [chunk({"reasoning_content": "Hmm."}), chunk({"content": "Yes."}), chunk(finish="stop")],
    "several": [chunk({"content": "a"}, index=0), chunk({"content": "b"}, index=1), chunk(finish="stop", index=1),
                chunk(finish="length", index=0)],
    "too-many": [chunk({"content": "a"}, index=7)],
    "no-end": [chunk({"content": "a"})],
    "no-json": [chunk({"content": "a"}), "{oops"],
    "no-json-first": ["<!DOCTYPE html>"],
    "error-inside": [chunk({"content": "a"}), error("the worker died", "internal", "server_error")],
    "filter-finish": [chunk({"content": "a"}), chunk(finish="content_filter")],
}

if __name__ == "__main__":
    server = Server(answer)
    server.serve()
