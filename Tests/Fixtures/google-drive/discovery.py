"""Holds requests and answers to Google's own description of the Drive API (drive.v3.json)."""
import json
import re


class Discovery:
    def __init__(self, path):
        with open(path) as file:
            self.document = json.load(file)
        self.schemas = self.document["schemas"]
        self.common = self.document["parameters"]
        self.methods = []
        self._collect(self.document)

    def _collect(self, resource):
        for inner in resource.get("resources", {}).values():
            for method in inner.get("methods", {}).values():
                self._add(method, "/" + self.document["servicePath"] + method["path"])
                if "simple" in (uploads := method.get("mediaUpload", {}).get("protocols", {})):
                    self._add(method, uploads["simple"]["path"])
            self._collect(inner)

    def _add(self, method, path):
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
        self.methods.append((method["httpMethod"], re.compile(pattern), path.count("{"), method))

    def method(self, verb, path):
        """The method of the document and its path parameters, or None."""
        found = [(holes, method, match.groupdict()) for name, pattern, holes, method in self.methods
                 if name == verb and (match := pattern.fullmatch(path))]
        return min(found, key=lambda entry: entry[0])[1:] if found else None

    def request_faults(self, method, query, body):
        known = {**self.common, **method.get("parameters", {})}
        faults = []
        for name, values in query.items():
            if name == "upload_id":
                continue
            if name not in known:
                faults.append(f"unknown parameter {name}")
                continue
            if known[name].get("location") == "path":
                faults.append(f"{name} belongs into the path")
            if len(values) > 1 and not known[name].get("repeated"):
                faults.append(f"{name} is given twice")
            for value in values:
                faults += [f"{name}: {fault}" for fault in self._text_faults(value, known[name])]
        for name, parameter in known.items():
            if parameter.get("required") and parameter["location"] == "query" and name not in query:
                faults.append(f"{name} is missing")
        if query.get("uploadType") and not method.get("supportsMediaUpload"):
            faults.append("uploadType where nothing is uploaded")
        if query.get("alt") == ["media"] and not method.get("supportsMediaDownload"):
            faults.append("alt=media where nothing is downloaded")
        if body is not None:
            if "request" not in method:
                faults.append("a body where none is taken")
            else:
                faults += self.faults(body, {"$ref": method["request"]["$ref"]}, "body")
        return faults

    def _text_faults(self, text, schema):
        kind = schema.get("type")
        if kind == "integer":
            if not re.fullmatch(r"-?\d+", text):
                return ["not an integer"]
            low, high = int(schema.get("minimum", text)), int(schema.get("maximum", text))
            if not low <= int(text) <= high:
                return [f"not between {low} and {high}"]
        if kind == "boolean" and text not in ("true", "false"):
            return ["not true or false"]
        if schema.get("enum") and text not in schema["enum"]:
            return [f"not one of {schema['enum']}"]
        if schema.get("pattern") and not re.fullmatch(schema["pattern"], text):
            return [f"does not fit {schema['pattern']}"]
        return []

    def faults(self, value, schema, place):
        """What of a JSON value does not fit its schema. A value may lack properties, never have others."""
        if "$ref" in schema:
            schema = {"type": "object", **self.schemas[schema["$ref"]]}
        kind = schema.get("type")
        if kind == "object":
            if not isinstance(value, dict):
                return [f"{place} is no object"]
            found = []
            for key, inner in value.items():
                known = schema.get("properties", {}).get(key) or schema.get("additionalProperties")
                found += [f"{place}.{key} is not known"] if known is None else self.faults(inner, known, f"{place}.{key}")
            return found
        if kind == "array":
            if not isinstance(value, list):
                return [f"{place} is no list"]
            return [fault for at, item in enumerate(value) for fault in self.faults(item, schema["items"], f"{place}[{at}]")]
        if kind == "string":
            if not isinstance(value, str):
                return [f"{place} is no text"]
            if schema.get("format") in ("int64", "uint64") and not re.fullmatch(r"-?\d+", value):
                return [f"{place} is no number in text"]
            if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value):
                return [f"{place} is no time"]
            return []
        if kind == "boolean":
            return [] if isinstance(value, bool) else [f"{place} is not true or false"]
        if kind in ("integer", "number"):
            fits = isinstance(value, (int, float)) and not isinstance(value, bool)
            return [] if fits and (kind == "number" or isinstance(value, int)) else [f"{place} is no {kind}"]
        return []
