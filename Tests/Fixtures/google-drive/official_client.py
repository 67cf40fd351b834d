#!/usr/bin/env python3
"""Google's own Python client against the stand-in: what it cannot do there, the stand-in gets wrong.

usage: official_client.py ADDRESS. Prints one line per proof and ends with "all N held"; exits 1 at the first that does not hold.
"""
import hashlib
import io
import json
import os
import sys
import urllib.request

from google.auth.exceptions import RefreshError
from google.oauth2 import credentials, service_account
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseDownload, MediaIoBaseUpload

ROOT = sys.argv[1]
held = 0


def hold(what, fact):
    global held
    held += 1
    print(("ok " if fact else "NOT ") + what)
    if not fact:
        sys.exit(1)


def control(**order):
    request = urllib.request.Request(f"{ROOT}/_control", json.dumps(order).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["answer"]


def client(who):
    drive = build("drive", "v3", credentials=who, client_options={"api_endpoint": f"{ROOT}/drive/v3/"}, static_discovery=True)
    # The address of uploads is made of this one.
    drive._rootDesc["rootUrl"] = f"{ROOT}/"
    return drive


def person(refresh="good-refresh", secret="desktop-secret"):
    return credentials.Credentials(None, refresh_token=refresh, token_uri=f"{ROOT}/token", client_id="desktop", client_secret=secret)


def reason(call):
    try:
        call.execute()
    except HttpError as error:
        return error.status_code, error.error_details[0]["reason"]
    return None


drive = client(person())
files = drive.files()
folder = files.create(body={"name": "It's a folder", "mimeType": "application/vnd.google-apps.folder"}).execute()["id"]
for number in range(7):
    media = MediaIoBaseUpload(io.BytesIO(b"n\n%d\n" % number), "text/csv")
    files.create(body={"name": f"n{number}.csv", "parents": [folder]}, media_body=media).execute()
hold("a multipart upload makes a file", len(files.list(q=f"'{folder}' in parents").execute()["files"]) == 7)

pages, call = [], files.list(q=f"'{folder}' in parents and trashed = false", pageSize=3, fields="nextPageToken,files(id,name)")
while call is not None:
    page = call.execute()
    pages.append(len(page["files"]))
    call = files.list_next(call, page)
hold("paging gives all, once", pages == [3, 3, 1])
hold("a quote in a search", [file["id"] for file in files.list(q=r"name = 'It\'s a folder'").execute()["files"]] == [folder])
hold("a bad search is 400", reason(files.list(q="name = 'It's a folder'")) == (400, "invalid"))
hold("the default fields are few", set(page["files"][0]) == {"id", "name"} and
     set(files.list().execute()["files"][0]) == {"kind", "id", "name", "mimeType"})

data = os.urandom(700_000)
call, answer = files.create(body={"name": "big"}, media_body=MediaIoBaseUpload(io.BytesIO(data), "text/csv", chunksize=256 << 10, resumable=True), fields="id,md5Checksum"), None
while answer is None:
    _, answer = call.next_chunk()
hold("a resumable upload in three pieces", answer["md5Checksum"] == hashlib.md5(data).hexdigest())
empty = files.create(body={"name": "empty"}, media_body=MediaIoBaseUpload(io.BytesIO(b""), "text/csv", resumable=True), fields="id,size")
while (made := empty.next_chunk()[1]) is None:
    pass
hold("an empty file", made["size"] == "0")
hold("alt=media", files.get_media(fileId=answer["id"]).execute() == data)
out = io.BytesIO()
ranged, done = MediaIoBaseDownload(out, files.get_media(fileId=answer["id"]), chunksize=200_000), False
while not done:
    _, done = ranged.next_chunk()
hold("ranges", out.getvalue() == data)

document = control(add={"name": "Plan", "kind": "application/vnd.google-apps.document"})
hold("export", files.export(fileId=document, mimeType="text/plain").execute().startswith(b"Plan as text/plain"))
hold("a document has no bytes", reason(files.get_media(fileId=document)) == (403, "fileNotDownloadable"))
hold("what is not there is 404", reason(files.get(fileId="nothing")) == (404, "notFound"))
moved = files.update(fileId=answer["id"], addParents=folder, removeParents="root", body={"name": "moved"}, fields="parents,name").execute()
hold("a move", moved == {"parents": [folder], "name": "moved"})

start = drive.changes().getStartPageToken().execute()["startPageToken"]
files.update(fileId=document, body={"trashed": True}).execute()
files.delete(fileId=answer["id"]).execute()
changes = drive.changes().list(pageToken=start, fields="newStartPageToken,changes(fileId,removed,file(trashed))").execute()
hold("changes", [(change["fileId"], change["removed"]) for change in changes["changes"]] == [(document, False), (answer["id"], True)])
hold("a trashed file is said to be", changes["changes"][0]["file"]["trashed"] is True)

control(drive={"name": "Sales", "id": "drive1"})
shared = control(add={"name": "s.csv", "parent": "drive1"})
hold("shared drives", drive.drives().list().execute()["drives"][0]["name"] == "Sales")
hold("a file of a shared drive without supportsAllDrives", reason(files.get(fileId=shared)) == (404, "notFound"))
hold("and with", files.get(fileId=shared, supportsAllDrives=True, fields="driveId").execute()["driveId"] == "drive1")
hold("a listing of one drive", [file["id"] for file in files.list(corpora="drive", driveId="drive1", supportsAllDrives=True, includeItemsFromAllDrives=True).execute()["files"]] == [shared])
hold("fields are needed for about", reason(drive.about().get()) == (400, "required"))
hold("who it is", drive.about().get(fields="user").execute()["user"]["emailAddress"] == "ada@example.org")

robot = service_account.Credentials.from_service_account_info(control(key=None), scopes=["https://www.googleapis.com/auth/drive.readonly"])
hold("a service account reads", len(client(robot).files().list().execute()["files"]) > 0)
hold("and may not write", reason(client(robot).files().create(body={"name": "x"})) == (403, "insufficientPermissions"))
for refresh, secret, word in [("revoked", "desktop-secret", "invalid_grant"), ("good-refresh", "wrong", "invalid_client")]:
    try:
        client(person(refresh, secret)).files().list().execute()
        hold(word, False)
    except RefreshError as error:
        hold(f"{word} is heard by google-auth", word in str(error))
control(revoke="access")
hold("a revoked token is renewed by google-auth", len(files.list().execute()["files"]) > 0)
hold("no request or answer of all this broke Google's description", control(seen=None)["violations"] == [])
print(f"all {held} held")
