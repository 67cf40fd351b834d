"""generate_events.py ROWS FILE: seven columns of made-up orders, the same bytes each time: each value is a hash of its row."""
import os
import sys

import duckdb

rows, file = int(sys.argv[1]), sys.argv[2]
connection = duckdb.connect()
connection.execute("SET threads = 2; SET preserve_insertion_order = true; SET enable_progress_bar = false")
connection.execute(f"""
    COPY (
      SELECT i + 10000000 AS id,
             TIMESTAMP '2026-01-01' + to_seconds((i * 3)::BIGINT) AS ordered_at,
             (h % 9000000 + 1000000)::INTEGER AS customer,
             ['US', 'DE', 'FR', 'GB', 'FI', 'NL', 'CH', 'JP', 'BR', 'IN'][((h >> 20) % 10 + 1)::BIGINT] AS country,
             ['paid', 'open', 'paid', 'returned'][((h >> 28) % 4 + 1)::BIGINT] AS status,
             ((h >> 32) % 100000 / 100)::DECIMAL(8, 2) AS amount,
             ((h >> 50) % 20 + 1)::INTEGER AS quantity
      FROM (SELECT i, hash(i) AS h FROM range({rows}) AS t(i))
    ) TO '{file}.part' (FORMAT csv, HEADER true)
""")
os.rename(f"{file}.part", file)
