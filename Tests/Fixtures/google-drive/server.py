#!/usr/bin/env python3
"""A stand-in for Google Drive and Google's sign-in, held to Google's own description of the API.

Prints "port N" on stderr. Below /w/NAME there is a world of its own for each NAME, so that tests do not meet. Tests speak to
/_control: see `Control`. Whatever a request or an answer has that the
description does not allow is refused, and kept under `violations`.
"""
import base64
import json
import pathlib
import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import googleapiclient
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import fields
from discovery import Discovery
from drive import GOOGLE, Drive, Refused
from oauth import Denied, OAuth
from uploads import Uploads

DOCUMENT = pathlib.Path(googleapiclient.__file__).parent / "discovery_cache/documents/drive.v3.json"
USUAL = {"files": "kind,id,name,mimeType", "changes": "kind,changeType,removed,fileId,time,file(kind,id,name,mimeType)"}
WRITES = {"POST", "PATCH", "PUT", "DELETE"}


class Cut(Exception):
    """The connection ends here."""


def make_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


class World:
    """All that the stand-in knows."""

    discovery, key_pair, port, all = None, None, 0, {}

    def __init__(self, prefix=""):
        self.base = f"http://127.0.0.1:{self.port}{prefix}"
        self.private, public = self.key_pair
        self.drive = Drive()
        self.oauth = OAuth(public, f"{self.base}/token")
        self.uploads = Uploads(self.drive, self.base)
        self.faults, self.log, self.violations, self.lock = [], [], [], threading.Lock()

    def key(self):
        return {"type": "service_account", "project_id": "project", "private_key_id": "key-1", "private_key": self.private,
                "client_email": "robot@project.iam.gserviceaccount.com", "client_id": "1",
                "token_uri": f"{self.base}/token"}

    @classmethod
    def of(cls, prefix):
        with cls.door:
            if prefix not in cls.all:
                cls.all[prefix] = cls(prefix)
            return cls.all[prefix]

    door = threading.Lock()

    def fault(self, line):
        """The next planned fault for this request line."""
        with self.lock:
            for fault in self.faults:
                if fault.get("skip", 0) > 0 and re.search(fault["match"], line):
                    fault["skip"] -= 1
                    return None
                if fault["times"] != 0 and re.search(fault["match"], line):
                    fault["times"] -= 1
                    return fault
        return None


class Control:
    """What a test may do: one JSON object, its key says what."""

    def __init__(self, world):
        self.world = world

    def perform(self, order):
        (what, value), = order.items()
        return getattr(self, what)(value)

    def add(self, value):
        data = base64.b64decode(value.pop("data", ""))
        data *= value.pop("repeat", 1)
        return self.world.drive.add(value.pop("name"), data=data, **value)

    def many(self, value):
        for number in range(value["count"]):
            self.world.drive.add(f"n{number}.csv", value["parent"], data=b"n\n%d\n" % number)

    def change(self, value):
        if "data" in value:
            value["data"] = base64.b64decode(value["data"])
        self.world.drive.change(value.pop("id"), **value)

    def quietly(self, value):
        """A change that no checksum or version tells of."""
        self.world.drive.bytes[value["id"]] = base64.b64decode(value["data"])

    def delete(self, value):
        self.world.drive.delete(value)

    def drive(self, value):
        self.world.drive.add_drive(value["name"], value["id"])

    def exports(self, value):
        self.world.drive.exports[value["id"]] = value["size"]

    def fault(self, value):
        self.world.faults.append({"times": 1, **value})

    def lifetime(self, value):
        self.world.oauth.lifetime = value

    def outages(self, value):
        self.world.oauth.outages = value

    def revoke(self, value):
        """"access": all access tokens. Else a refresh token."""
        if value == "access":
            self.world.oauth.access.clear()
        else:
            self.world.oauth.refresh.pop(value, None)

    def issue(self, value):
        return self.world.oauth.issue("test", value)["access_token"]

    def allow(self, value):
        for device in self.world.oauth.devices.values():
            device["allowed"] = value

    def seen(self, _):
        drive = self.world.drive
        files = [{"name": file["name"], "id": file["id"], "path": self.path(file), "trashed": drive.is_trashed(file),
                  "type": file["mimeType"], "md5": file.get("md5Checksum", ""), "size": int(file.get("size", 0)),
                  "properties": file.get("appProperties", {})}
                 for file in list(drive.files.values()) if file["id"] != "root-id" and file["id"] not in drive.drives]
        return {"log": self.world.log, "violations": self.world.violations, "granted": self.world.oauth.granted,
                "files": files, "refresh": list(self.world.oauth.refresh)}

    def path(self, file):
        names = [file["name"]]
        while file.get("parents"):
            file = self.world.drive.files[file["parents"][0]]
            names.append(file["name"])
        return "/".join(reversed(names))

    def key(self, _):
        return self.world.key()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def answer(self, status, body=b"", headers=()):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
            headers = [("Content-Type", "application/json; charset=UTF-8"), *headers]
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, code, reason, message, headers=()):
        domain = "usageLimits" if "imit" in reason else "global"
        self.answer(code, {"error": {"code": code, "message": message, "errors": [
            {"domain": domain, "reason": reason, "message": message}]}}, headers)

    def read_body(self, limit=None):
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length if limit is None else min(limit, length))

    def perform(self):
        prefix, self.path = re.fullmatch(r"(/w/\w+)?(/.*)", self.path).groups("")
        self.world = World.of(prefix)
        self.url = urlsplit(self.path)
        self.query = parse_qs(self.url.query, keep_blank_values=True)
        if self.url.path == "/_control":
            return self.answer(200, {"answer": Control(self.world).perform(json.loads(self.read_body()))})
        line = f"{self.command} {self.path}"
        with self.world.lock:
            self.world.log.append(line)
        try:
            self.planned = self.world.fault(line)
            if self.planned and self.meet(self.planned):
                return
            if self.url.path in ("/token", "/device/code", "/o/oauth2/v2/auth"):
                return self.sign_in()
            self.serve()
        except Refused as refused:
            self.refuse(refused.code, refused.reason, refused.message)
        except Cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = perform

    def meet(self, fault):
        """A fault that comes before all else; true where it was the answer."""
        if "delay" in fault:
            time.sleep(fault["delay"])
        if "status" in fault:
            self.read_body()
            headers = [("Retry-After", str(fault["retry_after"]))] if "retry_after" in fault else []
            self.refuse(fault["status"], fault.get("reason", "backendError"), fault.get("message", "Planned"), headers)
            return True
        if "raw" in fault:
            self.read_body()
            self.answer(200, fault["raw"].encode(), [("Content-Type", "application/json")])
            return True
        if fault.get("after") == "nothing":
            raise Cut
        return False

    def sign_in(self):
        oauth = self.world.oauth
        try:
            if self.url.path == "/o/oauth2/v2/auth":
                place = oauth.authorize({name: values[0] for name, values in self.query.items()})
                return self.answer(302, b"", [("Location", place)])
            form = dict(parse_qsl(self.read_body().decode(), keep_blank_values=True, strict_parsing=True))
            self.answer(200, oauth.device(form) if self.url.path == "/device/code" else oauth.token(form))
        except Denied as denied:
            self.answer(denied.status, {"error": denied.error, "error_description": denied.description})

    def violation(self, where, faults):
        with self.world.lock:
            self.world.violations.append(f"{self.command} {self.url.path} {where}: {'; '.join(faults)}")
        raise Refused(400, "badRequest", "; ".join(faults))

    def serve(self):
        found = self.world.discovery.method("PATCH" if self.command == "PUT" else self.command, self.url.path)
        is_upload = self.url.path.startswith("/upload/") or "upload_id" in self.query
        if self.command == "PUT" and "upload_id" in self.query:
            found = self.world.discovery.method("POST", self.url.path)
        if not found:
            self.violation("request", ["no such method"])
        self.method, self.holes = found
        self.authorise()
        body = None
        if not is_upload and int(self.headers.get("Content-Length") or 0):
            body = json.loads(self.read_body())
        faults = self.world.discovery.request_faults(self.method, self.query, body)
        if faults:
            self.violation("request", faults)
        if is_upload:
            return self.upload()
        operation = self.method["id"].split(".", 1)[1].replace(".", "_")
        handler = getattr(self, operation, None)
        if handler is None:
            raise Refused(501, "notImplemented", operation)
        answer = handler(body)
        if answer is not None:
            self.answer_json(answer)

    def authorise(self):
        given = self.headers.get("Authorization", "")
        scope = self.world.oauth.scope_of(given.removeprefix("Bearer ")) if given.startswith("Bearer ") else None
        if scope is None:
            raise Refused(401, "authError", "Invalid Credentials")
        if self.command in WRITES and scope.endswith("readonly"):
            raise Refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.")

    def flag(self, name):
        return self.query.get(name) == ["true"]

    def one(self, name, usual=None):
        return self.query.get(name, [usual])[0]

    def fields(self, usual):
        text = self.one("fields")
        try:
            tree = fields.parse(text or usual)
            if text:
                fields.check(tree, self.world.discovery, self.method["response"])
        except fields.BadFields as error:
            raise Refused(400, "invalidParameter", str(error)) from error
        return tree

    def answer_json(self, value, usual="*", status=200, headers=()):
        faults = self.world.discovery.faults(value, self.method["response"], "answer")
        if faults:
            self.violation("answer", faults)
        usual = {"File": USUAL["files"], "FileList": f"kind,incompleteSearch,nextPageToken,files({USUAL['files']})",
                 "ChangeList": f"kind,nextPageToken,newStartPageToken,changes({USUAL['changes']})"}.get(
                     self.method["response"]["$ref"], usual)
        self.answer(status, fields.select(value, self.fields(usual)), headers)

    # ---- the methods of the description, by their ids

    def reach(self, id):
        entry = self.world.drive.get(id)
        if "driveId" in entry and not self.flag("supportsAllDrives"):
            raise Refused(404, "notFound", f"File not found: {id}.")
        return entry

    @staticmethod
    def public(entry):
        return {key: value for key, value in entry.items() if key not in ("cannotDelete", "abuse")}

    def page(self, items, usual):
        size, start = int(self.one("pageSize", usual)), int(self.one("pageToken", "0"))
        return items[start:start + size], str(start + size) if start + size < len(items) else None

    def files_list(self, _):
        if self.flag("includeItemsFromAllDrives") and not self.flag("supportsAllDrives"):
            raise Refused(403, "teamDrivesNotSupported", "supportsAllDrives is needed")
        if (self.one("corpora") == "drive") != ("driveId" in self.query):
            raise Refused(400, "invalid", "corpora=drive goes with driveId")
        found = self.world.drive.find(self.one("q", ""), self.one("driveId"), self.flag("includeItemsFromAllDrives"))
        files, following = self.page(found, "100")
        return {"kind": "drive#fileList", "incompleteSearch": False, "files": [self.public(file) for file in files],
                **({"nextPageToken": following} if following else {})}

    def files_get(self, _):
        entry = self.reach(self.holes["fileId"])
        if self.one("alt") == "media":
            return self.media(entry)
        return self.public(self.world.drive.visible(entry))

    def files_export(self, _):
        entry = self.world.drive.get(self.holes["fileId"])
        kind = self.one("mimeType")
        if not entry["mimeType"].startswith(GOOGLE):
            raise Refused(403, "fileNotExportable", "Export only supports Docs Editors files.")
        if self.world.drive.exports.get(entry["id"], 0) > 10_000_000:
            raise Refused(403, "exportSizeLimitExceeded", "This file is too large to be exported.")
        if kind == "video/mp4":
            raise Refused(400, "badRequest", "The requested conversion is not supported.")
        self.send_bytes(f"{entry['name']} as {kind}".encode() * 1000, kind)

    def files_create(self, body):
        return self.public(self.world.drive.create(body or {}))

    def files_update(self, body):
        self.reach(self.holes["fileId"])
        return self.public(self.world.drive.update(self.holes["fileId"], body or {}, self.one("addParents"), self.one("removeParents")))

    def files_delete(self, _):
        self.reach(self.holes["fileId"])
        self.world.drive.delete(self.holes["fileId"])
        self.answer(204)

    def drives_list(self, _):
        drives, following = self.page(list(self.world.drive.drives.values()), "10")
        return {"kind": "drive#driveList", "drives": drives, **({"nextPageToken": following} if following else {})}

    def about_get(self, _):
        if "fields" not in self.query:
            raise Refused(400, "required", "The 'fields' parameter is required for this method.")
        return {"kind": "drive#about", "user": {"kind": "drive#user", "displayName": "Ada", "emailAddress": "ada@example.org"}}

    def changes_getStartPageToken(self, _):
        return {"kind": "drive#startPageToken", "startPageToken": str(len(self.world.drive.changes))}

    def changes_list(self, _):
        if "driveId" in self.query and not self.flag("supportsAllDrives"):
            raise Refused(403, "teamDrivesNotSupported", "supportsAllDrives is needed")
        start, _, offset = self.one("pageToken").partition(".")
        found, last = self.world.drive.changes_since(start, self.one("driveId"))
        size, offset = int(self.one("pageSize", "100")), int(offset or 0)
        changes = [{**change, **({"file": self.public(change["file"])} if "file" in change else {})} for change in found[offset:offset + size]]
        following = f"{start}.{offset + size}" if offset + size < len(found) else None
        return {"kind": "drive#changeList", "changes": changes,
                **({"nextPageToken": following} if following else {"newStartPageToken": last})}

    # ---- bytes

    def media(self, entry):
        if entry["mimeType"].startswith(GOOGLE):
            raise Refused(403, "fileNotDownloadable", "Only files with binary content can be downloaded. Use Export with Docs Editors files.")
        if not entry["capabilities"]["canDownload"]:
            raise Refused(403, "cannotDownloadFile", "This file cannot be downloaded by the user.")
        if entry.get("abuse"):
            raise Refused(403, "cannotDownloadAbusiveFile", "This file has been identified as malware or spam and cannot be downloaded.")
        self.send_bytes(self.world.drive.bytes[entry["id"]], entry["mimeType"])

    def send_bytes(self, data, kind):
        total, status, headers = len(data), 200, [("Content-Type", kind)]
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked:
            first, last = int(asked[1]), min(int(asked[2] or total - 1), total - 1)
            if first >= total:
                raise Refused(416, "requestedRangeNotSatisfiable", "Request range not satisfiable")
            data, status = data[first:last + 1], 206
            headers.append(("Content-Range", f"bytes {first}-{last}/{total}"))
        cut = (self.planned or {}).get("cut")
        if cut is None:
            return self.answer(status, data, headers)
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(data)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data[:cut])
        self.wfile.flush()
        if "stall" in self.planned:
            time.sleep(self.planned["stall"])
        raise Cut

    def upload(self):
        uploads, kind = self.world.uploads, self.one("uploadType")
        if self.command == "PUT":
            cut = (self.planned or {}).get("cut")
            data = self.read_body(cut)
            status, headers, file = uploads.take(self.one("upload_id"), self.headers, data, cut is not None)
            if cut is not None:
                raise Cut
            if file and (self.planned or {}).get("after") == "everything":
                raise Cut
            if file:
                return self.answer_json(self.public(file))
            return self.answer(status, b"", list(headers.items()))
        data = self.read_body()
        if kind == "resumable":
            body = json.loads(data or b"{}")
            self.check_body(body)
            return self.answer(200, b"", [("Location", uploads.begin(body, self.headers, self.url.query))])
        if kind == "multipart":
            body, type, data = uploads.multipart(self.headers, data)
            self.check_body(body)
            return self.answer_json(self.public(uploads.make(body, type, data)))
        self.violation("request", [f"uploadType {kind}"])

    def check_body(self, body):
        faults = self.world.discovery.faults(body, {"$ref": "File"}, "body")
        if faults:
            self.violation("request", faults)


class Server(ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 64


def main():
    World.discovery, World.key_pair = Discovery(DOCUMENT), make_key()
    server = Server(("127.0.0.1", 0), Handler)
    World.port = server.server_address[1]
    print(f"port {World.port}", file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
