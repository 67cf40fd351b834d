"""Pipelines that the tests save."""
from served import SOURCES

DATA = SOURCES / "Examples/data"


def orders(name, dataset, rules="[{rule: unique, columns: [country]}]", gate="", title=""):
    """Ten orders from a file, added up per country, checked and published."""
    return f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata:
  name: {name}
  title: {title or name}
nodes:
  file: {{use: local-files/source, with: {{path: {DATA}, include: [orders.csv]}}}}
  orders: {{use: duckdb/read, in: file}}
  totals:
    use: duckdb/sql
    in: {{orders: orders}}
    with:
      query: |
        SELECT country, count(*) AS orders, sum(amount) AS amount
        FROM orders
        GROUP BY country
        ORDER BY country
  rules:
    use: expectations/check
    in: totals
    with:
      rules: {rules}
{gate}  publish: {{use: duckdb/dataset, in: rules, with: {{name: {dataset}}}}}
"""


def stream(name, path, source="slow-source", rows=-1, stage="well-behaved"):
    """Rows of a fixture into a file; `slow-source` gives ten every 20 ms."""
    return f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: {name}}}
nodes:
  rows: {{use: {source}/source, with: {{rows: {rows}}}}}
  middle: {{use: {stage}/stage, in: rows}}
  out: {{use: well-behaved/sink, in: middle, with: {{path: {path}}}}}
"""


def scored(name, model, dataset):
    """Countries of ten orders through a model that repeats them, scored; the rows are published as `dataset`."""
    return f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: {name}}}
models:
  bird: {{model: "{model}"}}
nodes:
  file: {{use: local-files/source, with: {{path: {DATA}, include: [orders.csv]}}}}
  orders: {{use: duckdb/read, in: file}}
  asked: {{use: duckdb/sql, in: {{orders: orders}}, with: {{query: "SELECT country AS question, country AS expected FROM orders"}}}}
  answers: {{use: generate/generate, in: {{rows: asked, model: bird}}, with: {{prompt: "{{{{question}}}}", max_tokens: 20}}}}
  scores: {{use: text-metrics/evaluate, in: answers, with: {{prediction: text, references: [expected], metrics: [exact_match, f1]}}}}
  keep: {{use: duckdb/dataset, in: scores.rows, with: {{name: {dataset}}}}}
"""
