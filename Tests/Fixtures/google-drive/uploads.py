"""Uploads of the stand-in: resumable in pieces as Google wants them, and in one go."""
import email.parser
import email.policy
import json
import re
import secrets

from drive import Refused

PIECE = 256 << 10


class Uploads:
    def __init__(self, drive, base):
        self.drive, self.base, self.sessions = drive, base, {}

    def begin(self, body, headers, query):
        # The address keeps the parameters: they hold for the answer to the last piece.
        # Drive looks at the folder when the session begins.
        for parent in body.get("parents", []):
            self.drive.get(parent)
        id = secrets.token_hex(8)
        length = headers.get("X-Upload-Content-Length")
        self.sessions[id] = {"body": body, "data": b"", "type": headers.get("X-Upload-Content-Type"),
                             "length": int(length) if length else None, "file": None}
        return f"{self.base}/upload/drive/v3/files?{query}&upload_id={id}"

    def session(self, id):
        if id not in self.sessions:
            raise Refused(404, "notFound", "Upload session not found")
        return self.sessions[id]

    def take(self, id, headers, data, is_cut):
        """Answers (status, headers, file). Of a cut piece what came is kept, in whole blocks as Google does."""
        session = self.session(id)
        if session["file"]:
            return 200, {}, session["file"]
        given = headers.get("Content-Range")
        asks = re.fullmatch(r"bytes \*/(\d+)", given or "")
        piece = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", given or "")
        if asks and not data:
            return self.finish(session, int(asks[1])) if len(session["data"]) == int(asks[1]) > 0 else self.more(session)
        if given is None:
            first, total = 0, int(headers.get("Content-Length") or 0)
        elif piece:
            first, total = int(piece[1]), int(piece[3])
            if not is_cut and int(piece[2]) - first + 1 != len(data):
                raise Refused(400, "invalid", "Content-Range and Content-Length differ")
        else:
            raise Refused(400, "invalid", f"Invalid Content-Range: {given}")
        if session["length"] not in (None, total):
            raise Refused(400, "invalid", "The length is not what was announced")
        if first != len(session["data"]):
            raise Refused(400, "invalid", f"Expected byte {len(session['data'])}, not {first}")
        is_last = first + len(data) == total
        if is_cut and not is_last:
            data = data[:len(data) // PIECE * PIECE]
        elif not is_last and len(data) % PIECE:
            raise Refused(400, "invalid", "A piece has to be a multiple of 256 KiB")
        session["data"] += data
        return self.finish(session, total) if len(session["data"]) == total else self.more(session)

    def more(self, session):
        received = len(session["data"])
        return 308, ({"Range": f"bytes=0-{received - 1}"} if received else {}), None

    def finish(self, session, total):
        session["file"] = self.make(session["body"], session["type"], session["data"])
        return 200, {}, session["file"]

    def make(self, body, kind, data):
        entry = self.drive.create({**body, "mimeType": body.get("mimeType") or kind or "application/octet-stream"})
        self.drive.put(entry["id"], data)
        return entry

    def multipart(self, headers, data):
        head = f"Content-Type: {headers.get('Content-Type')}\r\n\r\n".encode()
        parts = list(email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + data).iter_parts())
        if len(parts) != 2:
            raise Refused(400, "badContent", "Two parts are needed")
        return json.loads(parts[0].get_payload(decode=True)), parts[1].get_content_type(), parts[1].get_payload(decode=True)
