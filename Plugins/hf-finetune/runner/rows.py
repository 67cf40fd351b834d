"""Rows as token ids and labels: the chat template for messages, and a loss on answers only where that is asked for."""
import json

from problems import Problem

IGNORED = -100


def read(path, job, tokenizer, name):
    """Yields {"input_ids", "labels"} per row that has something to learn; counts the others in `read.dropped`."""
    encode = {"chat": encode_chat, "completion": encode_completion, "text": encode_text}[job["data_format"]]
    limit = job["max_length"]
    with open(path, encoding="utf-8") as lines:
        for row, line in enumerate(lines):
            try:
                ids, labels = encode(json.loads(line), job, tokenizer)
            except Problem as problem:
                problem.words = f"row {row} of {name}: {problem.words}"
                problem.details.update(row=row, input=name)
                raise
            yield {"input_ids": ids[:limit], "labels": labels[:limit], "length": len(ids)}


def encode_text(row, job, tokenizer):
    text = text_of(row, "text")
    ids = tokenizer(ended(text, tokenizer))["input_ids"]
    return ids, list(ids)


def encode_completion(row, job, tokenizer):
    prompt, completion = text_of(row, "prompt"), text_of(row, "completion")
    if not completion:
        raise Problem("data", "the completion is empty: there is nothing to learn from")
    before = tokenizer(prompt)["input_ids"] if prompt else []
    ids = tokenizer(prompt + ended(completion, tokenizer))["input_ids"]
    return ids, masked(ids, [(common(before, ids), len(ids))], job)


def encode_chat(row, job, tokenizer):
    """Every assistant turn is an answer. Where it begins and ends is seen by rendering the chat up to there."""
    messages = structure(row, "messages")
    tools = structure(row, "tools") if row.get("tools") else None
    check_messages(messages)
    ids = render(tokenizer, messages, tools, False)
    if job["loss_on"] == "everything":
        return ids, list(ids)
    answers = [index for index, message in enumerate(messages) if message["role"] == "assistant"]
    if not answers:
        raise Problem("data", "there is no message of the role assistant: there is nothing to learn from")
    spans = []
    for index in answers:
        start = common(render(tokenizer, messages[:index], tools, True), ids) if index else 0
        end = common(render(tokenizer, messages[:index + 1], tools, False), ids)
        spans.append((start, end))
    return ids, masked(ids, spans, job)


def render(tokenizer, messages, tools, opens_answer):
    try:
        return tokenizer.apply_chat_template(
            messages, tools=tools, add_generation_prompt=opens_answer, tokenize=True, return_dict=True)["input_ids"]
    except Exception as error:  # whatever a template raises is about this row
        raise Problem("data", f"the model's chat template refuses it: {error}") from error


def check_messages(messages):
    if not isinstance(messages, list) or not messages:
        raise Problem("data", "'messages' has to be a list with at least one {\"role\", \"content\"}")
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise Problem("data", f"message {number} has no role")
        for key in [key for key, value in message.items() if value is None]:
            del message[key]  # a table's struct has every field; templates ask whether one is there
        calls = message.get("tool_calls")
        if isinstance(calls, str):
            message["tool_calls"] = parsed(calls, "tool_calls")
        if not isinstance(message.get("content", ""), str):
            raise Problem("data", f"the content of message {number} is not text")
        message.setdefault("content", "")


def structure(row, column):
    value = row.get(column)
    return parsed(value, column) if isinstance(value, str) else value


def parsed(text, column):
    try:
        return json.loads(text)
    except ValueError as error:
        raise Problem("data", f"'{column}' is not JSON: {error}") from None


def text_of(row, column):
    value = row.get(column)
    if not isinstance(value, str):
        raise Problem("data", f"'{column}' is missing" if value is None else f"'{column}' is not text")
    return value


def ended(text, tokenizer):
    end = tokenizer.eos_token or ""
    return text if text.endswith(end) else text + end


def common(some, others):
    """How many leading tokens two renderings share."""
    count = 0
    for left, right in zip(some, others):
        if left != right:
            break
        count += 1
    return count


def masked(ids, spans, job):
    if job["loss_on"] == "everything":
        return list(ids)
    labels = [IGNORED] * len(ids)
    for start, end in spans:
        labels[start:end] = ids[start:end]
    return labels


def dataset(path, job, tokenizer, name):
    """The rows as a dataset of its own file, and what was left out. Throws where nothing is left."""
    from datasets import Dataset, Features, Sequence, Value

    counts = {"rows": 0, "cut": 0, "dropped": 0, "tokens": 0, "learned_tokens": 0, "longest": 0}

    def kept():
        counts.update(dict.fromkeys(counts, 0))
        for item in read(path, job, tokenizer, name):
            learned = sum(label != IGNORED for label in item["labels"][1:])
            length = item.pop("length")
            counts["rows"] += 1
            counts["cut"] += length > job["max_length"]
            if not learned:
                counts["dropped"] += 1
                continue
            counts["tokens"] += len(item["input_ids"])
            counts["learned_tokens"] += learned
            counts["longest"] = max(counts["longest"], len(item["input_ids"]))
            yield item

    # Written out now and not by `from_generator`, which wraps a row's error in one of its own.
    folder = job.work / "tokens" / name
    folder.mkdir(parents=True, exist_ok=True)
    features = Features({"input_ids": Sequence(Value("int32")), "labels": Sequence(Value("int32"))})
    table = write(kept(), folder, features)
    if counts["rows"] == 0:
        raise Problem("data", f"the input '{name}' has no rows: there is nothing to learn from", input=name)
    if counts["rows"] == counts["dropped"]:
        raise Problem(
            "data", f"no row of '{name}' has an answer within the first {job['max_length']} tokens. Raise max_length, "
            "shorten the prompts, or set loss_on to everything", input=name, path="/max_length")
    return Dataset.from_file(str(table)), counts


def write(rows, folder, features):
    import os

    from datasets.arrow_writer import ArrowWriter

    # One file for each process of a distributed run.
    path = folder / f"{os.environ.get('RANK', '0')}.arrow"
    with ArrowWriter(path=str(path), features=features) as writer:
        for row in rows:
            writer.write(row)
        writer.finalize()
    return path
