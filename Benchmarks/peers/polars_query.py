"""polars_query.py detect|given CSV PARQUET: the same job in polars, lazy and streaming.

detect: polars finds out types and the time format by itself, as ours and DuckDB do. given: the author wrote the time
format down, which spares polars most of its work.
"""
import sys

import polars

mode, csv, parquet = sys.argv[1:]
if mode == "detect":
    events = polars.scan_csv(csv, try_parse_dates=True)
else:
    events = polars.scan_csv(csv).with_columns(polars.col("ordered_at").str.to_datetime("%Y-%m-%d %H:%M:%S"))
(
    events.filter((polars.col("status") == "paid") & (polars.col("amount") >= 100))
    .group_by(polars.col("ordered_at").dt.truncate("1d").alias("day"), "country")
    .agg(polars.len().alias("orders"), polars.col("amount").sum())
    .sink_parquet(parquet, compression="zstd")
)
