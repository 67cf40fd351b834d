"""Drive's search language (the parameter `q`), as far as the documentation tells it, strictly."""
import re

TOKEN = re.compile(r"""\s*(?:(?P<text>'(?:[^'\\]|\\['\\])*')|(?P<word>[A-Za-z][\w.]*)|(?P<sign>!=|<=|>=|[=<>(){}]))""")
KNOWN = {"name", "mimeType", "trashed", "parents", "sharedWithMe", "appProperties", "modifiedTime",
         "shortcutDetails.targetMimeType"}


class BadQuery(ValueError):
    pass


def _tokens(text):
    at, found = 0, []
    while at < len(text.rstrip()):
        match = TOKEN.match(text, at)
        if not match:
            raise BadQuery(f"Invalid Value at {at}: {text[at:at + 20]}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


def predicate(text):
    """A function of one file (a dict) that answers whether the query finds it."""
    tokens = _tokens(text)
    found = _either(tokens)
    if tokens:
        raise BadQuery(f"Invalid Value: {tokens[0][1]}")
    return found


def _either(tokens):
    found = _both(tokens)
    while tokens and tokens[0] == ("word", "or"):
        tokens.pop(0)
        left, right = found, _both(tokens)
        found = lambda file, left=left, right=right: left(file) or right(file)
    return found


def _both(tokens):
    found = _term(tokens)
    while tokens and tokens[0] == ("word", "and"):
        tokens.pop(0)
        left, right = found, _term(tokens)
        found = lambda file, left=left, right=right: left(file) and right(file)
    return found


def _take(tokens, kind=None, value=None):
    if not tokens or (kind and tokens[0][0] != kind) or (value and tokens[0][1] != value):
        raise BadQuery(f"Invalid Value: {value or kind} expected")
    return tokens.pop(0)[1]


def _unquoted(text):
    return re.sub(r"\\(.)", r"\1", text[1:-1])


def _term(tokens):
    if not tokens:
        raise BadQuery("Invalid Value: it ends too early")
    if tokens[0] == ("word", "not"):
        tokens.pop(0)
        inner = _term(tokens)
        return lambda file: not inner(file)
    if tokens[0] == ("sign", "("):
        tokens.pop(0)
        inner = _either(tokens)
        _take(tokens, "sign", ")")
        return inner
    if tokens[0][0] == "text":  # 'ID' in parents
        value = _unquoted(_take(tokens))
        _take(tokens, "word", "in")
        if _take(tokens, "word") != "parents":
            raise BadQuery("Invalid Value: in parents")
        return lambda file: value in file.get("parents", []) or (value == "root" and "root-id" in file.get("parents", []))
    name = _take(tokens, "word")
    if name not in KNOWN:
        raise BadQuery(f"Invalid Value: {name}")
    if name == "appProperties":
        return _property(tokens)
    sign = _take(tokens)
    if name in ("trashed", "sharedWithMe"):
        value = _take(tokens, "word") == "true"
        return lambda file: (bool(file.get(name) or file.get("sharedWithMeTime") if name == "sharedWithMe" else file.get(name)) == value)
    value = _unquoted(_take(tokens, "text"))
    read = (lambda file: file.get("shortcutDetails", {}).get("targetMimeType", "")) if "." in name else (lambda file: file.get(name, ""))
    # Names are compared without regard to case.
    fold = str.lower if name == "name" else str
    if sign == "=":
        return lambda file: fold(read(file)) == fold(value)
    if sign == "!=":
        return lambda file: fold(read(file)) != fold(value)
    if sign == "contains" and name == "name":
        return lambda file: any(word.startswith(fold(value)) for word in [fold(read(file)), *re.split(r"\W", fold(read(file)))])
    if sign in (">", "<", ">=", "<=") and name == "modifiedTime":
        return lambda file: {">": read(file) > value, "<": read(file) < value, ">=": read(file) >= value, "<=": read(file) <= value}[sign]
    raise BadQuery(f"Invalid Value: {name} {sign}")


def _property(tokens):
    _take(tokens, "word", "has")
    _take(tokens, "sign", "{")
    _take(tokens, "word", "key")
    _take(tokens, "sign", "=")
    key = _unquoted(_take(tokens, "text"))
    _take(tokens, "word", "and")
    _take(tokens, "word", "value")
    _take(tokens, "sign", "=")
    value = _unquoted(_take(tokens, "text"))
    _take(tokens, "sign", "}")
    return lambda file: file.get("appProperties", {}).get(key) == value
