"""Renders chat templates with jinja2 as transformers does, for a comparison with our own renderer.

Reads one JSON object: "templates" (paths or texts by name), "cases" (messages by name), "bos", "eos", "now" (seconds).
Writes {template: {case: {"text": ...} or {"refused": ...}}}.
"""
import datetime
import json
import sys

import jinja2
from transformers.utils import chat_template_utils


def rendered(template, messages, asked):
    try:
        return {"text": template.render(
            messages=messages, add_generation_prompt=True, bos_token=asked["bos"], eos_token=asked["eos"],
            strftime_now=lambda form: datetime.datetime.fromtimestamp(asked["now"]).strftime(form))}
    except Exception as error:  # whatever Python has against it counts as a refusal
        return {"refused": f"{type(error).__name__}: {error}"}


def main():
    asked = json.load(sys.stdin)
    answer = {}
    for name, text in asked["templates"].items():
        try:
            # The environment of transformers itself: sandbox, extensions, filters and all.
            template = chat_template_utils._compile_jinja_template(text)
        except jinja2.TemplateError as error:
            answer[name] = {case: {"refused": str(error)} for case in asked["cases"]}
            continue
        answer[name] = {case: rendered(template, messages, asked) for case, messages in asked["cases"].items()}
    json.dump(answer, sys.stdout)


main()
