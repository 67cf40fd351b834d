"""Whether values conform to schemas, by the package jsonschema (2020-12). JSON in, a list of lists of booleans out."""
import json
import sys

from jsonschema import Draft202012Validator

answer = []
for case in json.load(sys.stdin):
    validator = Draft202012Validator(case["schema"])
    answer.append([validator.is_valid(value) for value in case["values"]])
print(json.dumps(answer))
