#!/usr/bin/env python3
"""An OpenID Connect provider that is strict where real ones are, and wrong in one way by each first part of its address.

http://127.0.0.1:PORT/honest is right in all; /wrong-aud, /alg-none and so on are each wrong in what their name says.
Prints its port, then serves until it is killed. Authorization is granted at once, without a page.
GET /MODE/tls tells the port where the same is served over TLS, and the certificate to trust for it. It also answers what a
proxy is asked.
PUT /MODE/person sets the claims of whoever signs in next; GET /MODE/log tells what the token endpoint was sent.
"""
import base64
import datetime
import hashlib
import hmac
import ipaddress
import json
import secrets
import ssl
import sys
import tempfile
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import NameOID
from joserfc import jwk, jws

CLIENT, SECRET = "ote client", "s3cret & more:%"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Provider:
    """The state of one mode."""

    def __init__(self, mode):
        self.mode = mode
        self.key = self.new_key("first")
        self.codes, self.log, self.person = {}, [], {}
        self.key_requests = 0

    def new_key(self, kid):
        kinds = {"es256": ("EC", "P-256"), "eddsa": ("OKP", "Ed25519")}
        kind, size = kinds.get(self.mode, ("RSA", 1024 if self.mode == "short-key" else 2048))
        return generate(kind, size, kid)

    @property
    def algorithm(self):
        return {"es256": "ES256", "eddsa": "EdDSA", "ps256": "PS256"}.get(self.mode, "RS256")

    def keys(self):
        self.key_requests += 1
        public = self.key.as_dict(private=False)
        if self.mode == "encryption-key":
            public["use"] = "enc"
        if self.mode == "key-of-other-algorithm":
            public["alg"] = "RS512"
        if self.mode in ("unknown-kid", "no-kid-two-keys"):
            other = generate("RSA", 2048, "other").as_dict(private=False)
            return {"keys": [other] if self.mode == "unknown-kid" else [public, other]}
        return {"keys": [public]}

    def claims(self, issuer, client, nonce):
        now = int(time.time())
        claims = {"iss": issuer, "sub": "person-1", "aud": client, "exp": now + 300, "iat": now, "nonce": nonce}
        claims.update(self.person)
        wrong = {
            "wrong-iss": {"iss": "https://other.example"},
            "wrong-aud": {"aud": "another client"},
            "many-audiences": {"aud": [client, "another client"]},
            "audiences-and-party": {"aud": [client, "another client"], "azp": client},
            "wrong-azp": {"azp": "another client"},
            "wrong-nonce": {"nonce": "of another sign-in"},
            "expired": {"exp": now - 120, "iat": now - 300},
            "hardly-expired": {"exp": now - 30},
            "from-the-future": {"iat": now + 120},
            "not-yet": {"nbf": now + 120},
            "old": {"iat": now - 3600},
            "endless": {"exp": "never"},
            "nobody": {"sub": ""},
        }
        claims.update(wrong.get(self.mode, {}))
        if self.mode == "no-nonce":
            del claims["nonce"]
        return claims

    def token(self, claims):
        header = {"alg": self.algorithm, "kid": self.key.kid}
        if self.mode in ("no-kid", "no-kid-two-keys"):
            del header["kid"]
        if self.mode == "critical":
            header["crit"], header["must"] = ["must"], 1
        body = json.dumps(claims).encode()
        if self.mode == "alg-none":
            return f"{encoded(json.dumps({'alg': 'none'}).encode())}.{encoded(body)}."
        if self.mode == "public-key-as-secret":
            header["alg"] = "HS256"
            text = f"{encoded(json.dumps(header).encode())}.{encoded(body)}"
            return f"{text}.{encoded(hmac.new(self.key.as_pem(private=False), text.encode(), hashlib.sha256).digest())}"
        key = self.key
        if self.mode == "other-signature":
            key = generate("RSA", 2048, "first")
        if self.mode == "critical":
            return sign_plain(header, body, key)
        token = jws.serialize_compact(header, body, key, algorithms=["RS256", "PS256", "ES256", "EdDSA"])
        if self.mode == "changed-claims":
            claims["sub"] = "somebody-else"
            parts = token.split(".")
            parts[1] = encoded(json.dumps(claims).encode())
            token = ".".join(parts)
        return token


def sign_plain(header, body, key):
    """A library that knows the rules would not sign this."""
    text = f"{encoded(json.dumps(header).encode())}.{encoded(body)}"
    signature = key.private_key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{encoded(signature)}"


def generate(kind, size, kid):
    make = {"RSA": jwk.RSAKey, "EC": jwk.ECKey, "OKP": jwk.OKPKey}[kind]
    return make.generate_key(size, {"kid": kid, "use": "sig"})


class Server(BaseHTTPRequestHandler):
    providers = {}
    making = threading.Lock()
    tls = {}

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def route(self):
        parts = urllib.parse.urlsplit(self.path)
        _, mode, rest = parts.path.split("/", 2)
        with self.making:
            if mode not in self.providers:
                self.providers[mode] = Provider(mode)
        # As it was asked for: through a proxy that is another port than the own.
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        self.issuer = f"{scheme}://{self.headers['Host']}/{mode}"
        return self.providers[mode], rest, dict(urllib.parse.parse_qsl(parts.query))

    def do_GET(self):
        provider, rest, query = self.route()
        if rest == ".well-known/openid-configuration":
            self.configuration(provider)
        elif rest == "keys":
            self.answer(200, provider.keys())
        elif rest == "authorize":
            self.authorize(provider, query)
        elif rest == "tls":
            self.answer(200, self.tls)
        elif rest == "log":
            self.answer(200, {"tokens": provider.log, "keys": provider.key_requests})
        else:
            self.answer(404, {})

    def do_CONNECT(self):
        # Whatever the tunnel should reach: the answers come from here.
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.close_connection = False

    def do_PUT(self):
        provider, rest, _ = self.route()
        if rest == "person":
            provider.person = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if rest == "new-key":
            provider.key = provider.new_key("second")
        self.answer(200, {})

    def configuration(self, provider):
        mode, issuer = provider.mode, self.issuer
        body = {
            "issuer": issuer, "authorization_endpoint": f"{issuer}/authorize", "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys", "code_challenge_methods_supported": ["S256"],
        }
        if mode == "other-name":
            body["issuer"] = "https://other.example"
        if mode == "plain-endpoint":
            body["token_endpoint"] = "http://192.0.2.1/token"
        if mode == "script-endpoint":
            body["authorization_endpoint"] = "javascript:alert(1)"
        if mode == "post":
            body["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
        if mode == "names-itself":
            body["authorization_response_iss_parameter_supported"] = True
        if mode == "moved":
            self.answer(302, {}, [("Location", f"{issuer[:-len(mode)]}honest/.well-known/openid-configuration")])
        elif mode == "giant":
            body["padding"] = "x" * (1 << 20)
            self.answer(200, body)
        elif mode == "giant-stream":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" " * 65536)
            except OSError:
                pass
        elif mode == "slow":
            # A byte now and then: the line is alive all the time.
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                pass
        elif mode == "silent":
            self.rfile.read(1)
        elif mode == "not-json":
            self.answer(200, "not an object")
        else:
            self.answer(200, body)

    def authorize(self, provider, query):
        if query.get("response_type") != "code" or "openid" not in query.get("scope", "").split():
            return self.answer(400, {"error": "invalid_request"})
        if query.get("code_challenge_method") != "S256" or len(query.get("code_challenge", "")) != 43:
            return self.answer(400, {"error": "invalid_request", "error_description": "PKCE with S256 is needed"})
        if query.get("client_id") != CLIENT or not query.get("state") or not query.get("nonce"):
            return self.answer(400, {"error": "invalid_request"})
        code = secrets.token_urlsafe(16)
        provider.codes[code] = query
        back = {"code": code, "state": query["state"], "session_state": "added by the provider"}
        if provider.mode == "names-itself":
            back["iss"] = self.issuer
        if provider.mode == "denies":
            back = {"error": "access_denied", "error_description": "<b>no</b>", "state": query["state"]}
        self.answer(302, {}, [("Location", f"{query['redirect_uri']}?{urllib.parse.urlencode(back)}")])

    def do_POST(self):
        provider, rest, _ = self.route()
        form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
        method = "post" if "client_secret" in form else "basic" if self.headers["Authorization"] else "none"
        provider.log.append({"method": method, "verifier": form.get("code_verifier", ""), "path": self.path})
        if not self.is_client(provider, form, method, self.headers["Authorization"] or ""):
            return self.answer(401, {"error": "invalid_client"})
        query = provider.codes.pop(form.get("code"), None)
        if query is None or form.get("redirect_uri") != query["redirect_uri"] or form.get("grant_type") != "authorization_code":
            return self.answer(400, {"error": "invalid_grant"})
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if challenge != query["code_challenge"]:
            return self.answer(400, {"error": "invalid_grant", "error_description": "code_verifier"})
        claims = provider.claims(self.issuer, CLIENT, query["nonce"])
        if provider.mode == "no-token":
            return self.answer(200, {"access_token": "a", "token_type": "Bearer"})
        if provider.mode == "giant-token":
            claims["padding"] = "x" * 100_000
        self.answer(200, {"access_token": "a", "token_type": "Bearer", "id_token": provider.token(claims)})

    @staticmethod
    def is_client(provider, form, method, authorization):
        if provider.mode == "public-client":
            return method == "none" and form.get("client_id") == CLIENT
        if provider.mode == "post":
            return method == "post" and (form.get("client_id"), form["client_secret"]) == (CLIENT, SECRET)
        if method != "basic":
            return False
        # RFC 6749, 2.3.1: both are encoded as values of a form first.
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        return [urllib.parse.unquote_plus(part) for part in pair] == [CLIENT, SECRET]


def own_certificate():
    """A key and a certificate for this machine that nobody has signed, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1)).add_extension(x509.SubjectAlternativeName([address]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True).sign(key, hashes.SHA256()))
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return key.private_bytes(pem, *form), certificate.public_bytes(pem)


def serve_tls():
    key, certificate = own_certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(key + certificate)
        file.flush()
        context.load_cert_chain(file.name)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    Server.tls = {"port": server.server_port, "certificate": certificate.decode()}
    threading.Thread(target=server.serve_forever, daemon=True).start()


def main():
    serve_tls()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    print(f"port {server.server_port}", file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
