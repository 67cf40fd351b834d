"""Figures of a training: a tab of their own where a trainer told some, and none elsewhere."""
from playwright.sync_api import expect

from documents import DATA, orders


def test_a_training_shows_its_figures_and_other_runs_have_no_such_tab(own_host, screens_of):
    served = own_host("local-files", "duckdb", "expectations", "fasttext")
    served.take_over()
    served.save_text(f"""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {{name: learned}}
nodes:
  file: {{use: local-files/source, with: {{path: {DATA}, include: [orders.csv]}}}}
  orders: {{use: duckdb/read, in: file}}
  texts: {{use: duckdb/sql, in: {{orders: orders}}, with: {{query: "SELECT country AS text, country AS label FROM orders"}}}}
  grow: {{use: fasttext/train, in: {{train: texts, validation: texts}}, with: {{epochs: 200, bucket: 1000, dimension: 10}}}}
""")
    served.save_text(orders("plain", "plain"))
    learned, plain = served.run("learned"), served.run("plain")
    assert learned["status"] == "succeeded", learned["problems"]
    page = screens_of(served).open(f"/runs/{learned['run']}")
    page.get_by_role("tab", name="Training").click()
    figures = page.get_by_role("region", name="Training of grow")
    expect(figures.get_by_text("eval_precision")).to_be_visible()
    page.goto(f"/runs/{plain['run']}")
    expect(page.get_by_role("tab", name="Resources")).to_be_visible()
    expect(page.get_by_role("tab", name="Training")).to_have_count(0)
