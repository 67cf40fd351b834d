"""What lies in the stand-in's Drive, and what can be done to it. Answers are dicts of Google's schemas."""
import datetime
import hashlib
import itertools
import threading

import query

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
GOOGLE = "application/vnd.google-apps."


class Refused(Exception):
    def __init__(self, code, reason, message):
        super().__init__(message)
        self.code, self.reason, self.message = code, reason, message


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class Drive:
    def __init__(self):
        self.lock = threading.RLock()
        self.files, self.bytes, self.drives, self.changes = {}, {}, {}, []
        self.ids, self.uploads, self.exports = itertools.count(1), {}, {}
        self.files["root-id"] = self._entry("root-id", "My Drive", FOLDER, [])

    def _entry(self, id, name, kind, parents):
        return {"kind": "drive#file", "id": id, "name": name, "mimeType": kind, "parents": parents, "trashed": False,
                "createdTime": now(), "modifiedTime": now(), "version": "1",
                "capabilities": {"canDownload": True, "canAddChildren": True}}

    def note(self, id, removed=False):
        self.changes.append({"kind": "drive#change", "changeType": "file", "fileId": id, "removed": removed, "time": now()})

    def add(self, name, parent="root", kind="text/csv", data=b"", id=None, shared=False, **more):
        """A file as somebody else would have put it there."""
        with self.lock:
            id = id or f"id{next(self.ids):06d}"
            parents = [] if shared else [self.real(parent)]
            entry = self._entry(id, name, kind, parents)
            drive = self.files.get(parents[0], {}).get("driveId") if parents else None
            drive = drive or (parents[0] if parents and parents[0] in self.drives else None)
            if drive:
                entry["driveId"] = drive
            if shared:
                entry["sharedWithMeTime"] = now()
            entry.update(more)
            self.files[id] = entry
            if not kind.startswith(GOOGLE):
                self.put(id, data)
            self.note(id)
            return id

    def put(self, id, data):
        entry = self.files[id]
        self.bytes[id] = data
        entry["size"], entry["md5Checksum"] = str(len(data)), hashlib.md5(data).hexdigest()
        entry["headRevisionId"] = f"r{entry['version']}-{id}"

    def change(self, id, **more):
        with self.lock:
            entry = self.files[id]
            data = more.pop("data", None)
            entry["version"] = str(int(entry["version"]) + 1)
            entry["modifiedTime"] = more.pop("modifiedTime", now())
            if data is not None:
                self.put(id, data)
            entry.update(more)
            self.note(id)

    def add_drive(self, name, id):
        self.drives[id] = {"kind": "drive#drive", "id": id, "name": name}
        self.files[id] = {**self._entry(id, name, FOLDER, []), "driveId": id}

    def real(self, id):
        return "root-id" if id == "root" else id

    def get(self, id):
        entry = self.files.get(self.real(id))
        if entry is None:
            raise Refused(404, "notFound", f"File not found: {id}.")
        return entry

    def is_trashed(self, entry):
        while True:
            if entry.get("trashed"):
                return True
            parents = entry.get("parents") or []
            if not parents or parents[0] not in self.files:
                return False
            entry = self.files[parents[0]]

    def visible(self, entry):
        return {**entry, "trashed": self.is_trashed(entry)}

    def find(self, text, drive=None, everywhere=False):
        try:
            fits = query.predicate(text) if text else lambda file: True
        except query.BadQuery as error:
            raise Refused(400, "invalid", str(error)) from error
        with self.lock:
            entries = [self.visible(entry) for entry in self.files.values() if entry["id"] != "root-id" and entry["id"] not in self.drives]
        if drive:
            entries = [entry for entry in entries if entry.get("driveId") == drive]
        elif not everywhere:
            entries = [entry for entry in entries if "driveId" not in entry]
        return [entry for entry in entries if fits(entry)]

    def create(self, body):
        with self.lock:
            parents = [self.real(parent) for parent in body.get("parents") or ["root"]]
            if len(parents) != 1:
                raise Refused(403, "teamDrivesParentLimit", "A file may have one parent.")
            parent = self.get(parents[0])
            if not parent["capabilities"]["canAddChildren"]:
                raise Refused(403, "insufficientFilePermissions", "The user does not have sufficient permissions for this file.")
            for key, value in body.get("appProperties", {}).items():
                if len((key + value).encode()) > 124:
                    raise Refused(400, "invalid", "A property is too long.")
            id = self.add(body.get("name", "Untitled"), parents[0], body.get("mimeType", "application/octet-stream"))
            self.files[id].update({key: body[key] for key in ("appProperties", "description") if key in body})
            return self.files[id]

    def update(self, id, body, add=None, remove=None):
        with self.lock:
            entry = self.get(id)
            parents = list(entry.get("parents", []))
            if remove:
                if self.real(remove) not in parents:
                    raise Refused(400, "invalid", "The parent to remove is none of the file's.")
                parents.remove(self.real(remove))
            if add:
                if not self.get(add)["capabilities"]["canAddChildren"]:
                    raise Refused(403, "insufficientFilePermissions", "The user does not have sufficient permissions for this file.")
                parents.append(self.real(add))
            if len(parents) > 1:
                raise Refused(403, "cannotAddParent", "Increasing the number of parents is not allowed")
            changed = {key: body[key] for key in ("name", "trashed", "appProperties", "mimeType") if key in body}
            self.change(entry["id"], parents=parents, **changed)
            return entry

    def delete(self, id):
        with self.lock:
            entry = self.get(id)
            if entry.get("cannotDelete"):
                raise Refused(403, "insufficientFilePermissions", "The user does not have sufficient permissions for this file.")
            for child in [file["id"] for file in self.files.values() if entry["id"] in file.get("parents", [])]:
                self.delete(child)
            del self.files[entry["id"]]
            self.bytes.pop(entry["id"], None)
            self.note(entry["id"], removed=True)

    def changes_since(self, token, drive):
        with self.lock:
            if not token.isdigit() or int(token) > len(self.changes):
                raise Refused(400, "invalid", f"Invalid Value: {token}")
            found = []
            for change in self.changes[int(token):]:
                entry = self.files.get(change["fileId"])
                if drive and entry and entry.get("driveId") != drive:
                    continue
                found.append({**change, "removed": entry is None, **({"file": self.visible(entry)} if entry else {})})
            return found, str(len(self.changes))
