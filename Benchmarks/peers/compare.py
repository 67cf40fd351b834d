"""compare.py PARQUET...: all files hold the same table, in any order of rows. Sums of floats may differ in the last bits."""
import sys

import pyarrow.parquet

tables = []
for file in sys.argv[1:]:
    rows = pyarrow.parquet.read_table(file).to_pylist()
    tables.append({(str(row["day"])[:10], row["country"]): (row["orders"], row["amount"]) for row in rows})
first = tables[0]
for file, other in zip(sys.argv[2:], tables[1:]):
    same = first.keys() == other.keys() and all(
        first[key][0] == other[key][0] and abs(first[key][1] - other[key][1]) <= 1e-9 * abs(first[key][1]) for key in first)
    if not same:
        sys.exit(f"{sys.argv[1]} and {file} hold different results")
print(len(first))
