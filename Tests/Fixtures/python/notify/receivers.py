"""Receivers of notices on loopback: webhooks over HTTP, mail over aiosmtpd with STARTTLS, with TLS, and plain. Prints `port N`.

POST /hook/KEY?statuses=503,200&retry_after=1   the next status for each request of the key
GET  /seen/KEY                                  the requests of the key, signatures checked with the secret "hush"
GET  /smtp                                      {"starttls", "tls", "plain": ports, "certificate": PEM}
GET  /mails/RECIPIENT                           the mails, parsed by Python's own email package
"""
import asyncio
import datetime
import email
import email.policy
import hashlib
import hmac
import http.server
import ipaddress
import json
import ssl
import tempfile
import threading
import time
import urllib.parse

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

seen = {}
mails = {}
tries = {}
lock = threading.Lock()


def is_genuine(header, body):
    """As Docs/webhook.md tells receivers to do it."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    expected = hmac.new(b"hush", parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"]) and abs(time.time() - int(parts["t"])) < 300


class Hooks(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, value, headers=()):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers:
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        parts = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(parts.query))
        key = parts.path.removeprefix("/hook/")
        signature = self.headers.get("X-OTE-Signature")
        with lock:
            asked = seen.setdefault(key, [])
            statuses = query.get("statuses", "200").split(",")
            status = statuses[min(len(asked), len(statuses) - 1)]
            asked.append({
                "headers": {name.lower(): value for name, value in self.headers.items()}, "body": json.loads(body),
                "genuine": None if signature is None else is_genuine(signature, body)})
        if status == "cut":
            self.close_connection = True
            return
        if status == "hang":
            while not stop.wait(0.1):
                pass
            return
        headers = [("Retry-After", query["retry_after"])] if "retry_after" in query else []
        if status.startswith("3"):
            headers.append(("Location", "/elsewhere"))
        self.answer(int(status), {"said": "status " + status}, headers)

    def do_GET(self):
        kind, _, key = self.path.removeprefix("/").partition("/")
        key = urllib.parse.unquote(key)
        with lock:
            found = {"seen": seen.get(key, []), "mails": mails.get(key, []), "smtp": ports}.get(kind)
        self.answer(200 if found is not None else 404, found)


class Box:
    """Takes mails; some recipients are difficult."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        tries[address] = tries.get(address, 0) + 1
        if name.startswith("refused"):
            return "550 5.1.1 nobody of that name"
        if name.startswith("later") and tries[address] < 3:
            return "451 4.7.1 greylisted, come back"
        if name.startswith("never"):
            return "451 4.7.1 come back"
        if name.startswith("slow"):
            await asyncio.Event().wait()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        mail = {
            "from": envelope.mail_from, "to": list(envelope.rcpt_tos), "headers": [[n, str(v)] for n, v in parsed.items()],
            "raw": envelope.content.decode("ascii"), "plain": parsed.get_body(("plain",)).get_content(),
            "html": parsed.get_body(("html",)).get_content(), "tls": session.ssl is not None,
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "defects": [str(defect) for part in parsed.walk() for defect in part.defects]}
        with lock:
            for address in envelope.rcpt_tos:
                mails.setdefault(address, []).append(mail)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b"ote" and data.password == b"open sesame"
    return AuthResult(success=good, handled=False, auth_data=data)


def certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receivers")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem + private)
        file.flush()
        context.load_cert_chain(file.name)
    return context, pem.decode()


async def serve_mail(context, ready):
    loop = asyncio.get_running_loop()
    sign_in = {"authenticator": authenticate, "auth_required": True}

    async def listen(make, tls=None):
        server = await loop.create_server(make, "127.0.0.1", 0, ssl=tls)
        return server.sockets[0].getsockname()[1]

    ports["starttls"] = await listen(
        lambda: SMTP(Box(), loop=loop, tls_context=context, require_starttls=True, **sign_in))
    ports["tls"] = await listen(lambda: SMTP(Box(), loop=loop, auth_require_tls=False, **sign_in), context)
    ports["plain"] = await listen(lambda: SMTP(Box(), loop=loop))
    ready.set()
    await asyncio.Event().wait()


stop = threading.Event()
context, pem = certificate()
ports = {"certificate": pem}
ready = threading.Event()
threading.Thread(target=lambda: asyncio.run(serve_mail(context, ready)), daemon=True).start()
ready.wait()
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hooks)
server.daemon_threads = True
print("port", server.server_port, flush=True)
server.serve_forever()
