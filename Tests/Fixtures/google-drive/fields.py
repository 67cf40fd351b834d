"""The parameter `fields`: a selection such as files(id,owners/me),nextPageToken, applied to an answer."""


class BadFields(ValueError):
    pass


def parse(text):
    tree, rest = _list(text.replace(" ", ""))
    if rest:
        raise BadFields(f"cannot read '{rest}'")
    return tree


def _list(text):
    tree = {}
    while True:
        end = next((at for at, letter in enumerate(text) if letter in ",()/"), len(text))
        name, text = text[:end], text[end:]
        if not name:
            raise BadFields("a name is missing")
        inner = {}
        if text.startswith("/"):
            inner, text = _single(text[1:])
        elif text.startswith("("):
            inner, text = _list(text[1:])
            if not text.startswith(")"):
                raise BadFields("a ) is missing")
            text = text[1:]
        tree.setdefault(name, {}).update(inner)
        if not text.startswith(","):
            return tree, text
        text = text[1:]


def _single(text):
    end = next((at for at, letter in enumerate(text) if letter in ",()/"), len(text))
    if text[end:end + 1] == "/":
        inner, rest = _single(text[end + 1:])
        return {text[:end]: inner}, rest
    return {text[:end]: {}}, text[end:]


def check(tree, discovery, schema, place=""):
    """Google refuses names that its schemas do not have."""
    while "$ref" in schema:
        schema = discovery.schemas[schema["$ref"]]
    if "items" in schema:
        return check(tree, discovery, schema["items"], place)
    for name, inner in tree.items():
        if name == "*":
            continue
        known = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
        if known is None:
            raise BadFields(f"Invalid field selection {place}{name}")
        check(inner, discovery, known, f"{place}{name}/")


def select(value, tree):
    if not tree or "*" in tree:
        return value
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: select(value[name], inner) for name, inner in tree.items() if name in value}
