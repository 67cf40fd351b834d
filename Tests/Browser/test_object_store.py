"""A bucket of a real store, walked in the form that the plugin describes: no code of the page knows S3."""
import subprocess

import pytest
from playwright.sync_api import expect

from served import SOURCES

PUT = """
import sys, botocore.session
client = botocore.session.get_session().create_client("s3", endpoint_url=sys.argv[1], region_name="us-east-1",
    aws_access_key_id="AKIATEST", aws_secret_access_key="s3cret/key+with=signs")
client.create_bucket(Bucket="open")
for key in ("flights/2013/a.csv", "flights/2014/b.csv", "weather/c.csv"):
    client.put_object(Bucket="open", Key=key, Body=b"n\\n1\\n")
"""


@pytest.fixture
def store():
    """The address of a SeaweedFS with the bucket `open`, which anybody may read."""
    folder = SOURCES / "Tests/Fixtures/s3"
    python = subprocess.run([folder / "setup.sh"], check=True, capture_output=True, text=True).stdout.strip()
    process = subprocess.Popen([python, folder / "store.py"], stderr=subprocess.PIPE, text=True)
    try:
        address = f"http://127.0.0.1:{process.stderr.readline().split()[1]}"
        subprocess.run([python, "-c", PUT, address], check=True, timeout=60)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def test_a_bucket_is_walked_in_its_form_and_tried(store, own_host, screens_of):
    served = own_host("s3")
    served.take_over()
    page = screens_of(served).open("/connections")
    page.get_by_role("button", name="New connection").first.click()
    page.get_by_label("Component").select_option("s3/source")
    page.get_by_label("Name").first.fill("lake")
    page.get_by_label("Endpoint").fill(store)
    page.get_by_label("Log in with").select_option("anonymous")
    page.get_by_label("Bucket").fill("open")
    prefix = page.get_by_role("combobox", name="Prefix")
    prefix.click()
    page.get_by_role("option", name="flights/").click()
    expect(prefix).to_have_value("flights/")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("2 objects")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="lake", level=1)).to_be_visible()


def test_a_source_forgets_what_it_has_read_from_the_menu_of_its_pipeline(store, own_host, screens_of):
    served = own_host("s3", "duckdb")
    served.take_over()
    served.save_text("""apiVersion: opentrusteval/v1
kind: Pipeline
metadata: {name: arrivals}
nodes:
  objects: {use: s3/source, with: {endpoint: %s, bucket: open, login: anonymous, include: ["**/*.csv"], incremental: true}}
  rows: {use: duckdb/read, in: objects}
  table: {use: duckdb/dataset, in: rows, with: {name: arrivals}}
""" % store)
    assert served.run("arrivals")["status"] == "succeeded"
    page = screens_of(served).open("/pipelines?q=arrivals")
    page.get_by_role("button", name="Actions of arrivals").click()
    page.get_by_role("menuitem", name="Forget state").click()
    dialog = page.get_by_role("dialog", name="What arrivals remembers")
    expect(dialog.get_by_role("row").nth(1)).to_contain_text("objects")
    dialog.get_by_role("button", name="Forget what objects remembers").click()
    page.get_by_role("dialog", name="Let objects forget").get_by_role("button", name="Forget", exact=True).click()
    expect(dialog).to_contain_text("its next run reads everything")
    assert served.call("GET", "/pipelines/arrivals/state")["items"] == []
