"""singer_target.py OUT: a target that reads the messages of a tap, filters and adds up, and writes CSV."""
import csv
import json
import sys

totals = {}
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] != "RECORD":
        continue
    record = message["record"]
    if record["status"] == "paid" and record["amount"] >= 100:
        total = totals.setdefault((record["ordered_at"][:10], record["country"]), [0, 0.0])
        total[0] += 1
        total[1] += record["amount"]
with open(sys.argv[1], "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["day", "country", "orders", "amount"])
    writer.writerows([*key, *value] for key, value in totals.items())
