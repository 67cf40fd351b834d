#!/usr/bin/env python3
"""What Anthropic's own client makes of the stand-in, as JSON. usage: official_anthropic.py BASE KEY MODE..."""
import json
import sys

import anthropic

TOOLS = [{"name": name, "input_schema": {"type": "object", "properties": {}}} for name in ("weather", "time")]


def asked(base, key, mode):
    client = anthropic.Anthropic(base_url=f"{base}/{mode}", api_key=key, max_retries=0, timeout=20)
    request = {"model": "claude-test", "max_tokens": 5, "system": "Be brief.", "tools": TOOLS,
               "messages": [{"role": "user", "content": "hello"}]}
    try:
        with client.messages.stream(**request) as stream:
            message = stream.get_final_message()
        del request["max_tokens"]
        counted = client.messages.count_tokens(**request).input_tokens
    except anthropic.APIStatusError as error:
        return {"error": type(error).__name__, "status": error.status_code}
    usage = message.usage
    return {
        "text": "".join(b.text for b in message.content if b.type == "text"),
        "thinking": "".join(b.thinking for b in message.content if b.type == "thinking"),
        "calls": [{"id": b.id, "name": b.name, "arguments": b.input} for b in message.content if b.type == "tool_use"],
        "stop_reason": message.stop_reason, "output": usage.output_tokens, "cached": usage.cache_read_input_tokens,
        "input": usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens,
        "counts": counted > 0,
        "models": [model.id for model in client.models.list(limit=1000)],
    }


base, key, *modes = sys.argv[1:]
print(json.dumps({mode: asked(base, key, mode) for mode in modes}))
