"""singer_tap.py CSV ROWS: a tap of the Singer specification: one JSON message a line."""
import csv
import itertools
import json
import sys

write = sys.stdout.write
with open(sys.argv[1], newline="") as file:
    reader = csv.reader(file)
    names = next(reader)
    write(json.dumps({"type": "SCHEMA", "stream": "events", "schema": {"properties": {n: {} for n in names}},
                      "key_properties": ["id"]}) + "\n")
    for row in itertools.islice(reader, int(sys.argv[2])):
        record = dict(zip(names, row))
        record["id"], record["customer"] = int(record["id"]), int(record["customer"])
        record["amount"], record["quantity"] = float(record["amount"]), int(record["quantity"])
        write(json.dumps({"type": "RECORD", "stream": "events", "record": record}) + "\n")
    write(json.dumps({"type": "STATE", "value": {"position": int(sys.argv[2])}}) + "\n")
