"""Google's OAuth endpoints: PKCE codes, device codes, refresh tokens, signed claims; each is really checked."""
import base64
import hashlib
import secrets
import threading
import time
from urllib.parse import urlencode, urlsplit

from google.auth import jwt

CODE, REFRESH, DEVICE = "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"
CLAIM = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Denied(Exception):
    def __init__(self, error, description="", status=400):
        super().__init__(error)
        self.error, self.description, self.status = error, description, status


class OAuth:
    def __init__(self, certificates, own_token_url):
        self.certificates, self.own_token_url = certificates, own_token_url
        self.clients = {"desktop": "desktop-secret", "tv": "tv-secret"}
        self.codes, self.devices, self.access = {}, {}, {}
        self.refresh = {"good-refresh": "desktop"}
        self.granted = []  # (grant type, scope)
        self.lifetime, self.lock, self.outages = 3600, threading.Lock(), 0

    def issue(self, kind, scope, refresh=None):
        token = "at-" + secrets.token_hex(8)
        with self.lock:
            self.access[token] = (time.time() + max(60, self.lifetime), scope)
            self.granted.append((kind, scope))
        answer = {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer", "scope": scope}
        return {**answer, **({"refresh_token": refresh} if refresh else {})}

    def scope_of(self, token):
        ends, scope = self.access.get(token, (0, None))
        return scope if time.time() < ends else None

    def client(self, form):
        id = form.get("client_id", "")
        if id not in self.clients:
            raise Denied("invalid_client", "The OAuth client was not found.", 401)
        if form.get("client_secret") != self.clients[id]:
            raise Denied("invalid_client", "Unauthorized", 401)
        return id

    def authorize(self, query):
        """The sign-in page, with a person who says yes at once: answers where the browser is sent."""
        redirect = query.get("redirect_uri", "")
        host = urlsplit(redirect).hostname
        if query.get("client_id") != "desktop" or host not in ("127.0.0.1", "localhost", "::1"):
            raise Denied("redirect_uri_mismatch")
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            raise Denied("invalid_request", "response_type=code and S256 are needed")
        if len(query.get("code_challenge", "")) != 43 or not query.get("state") or not query.get("scope"):
            raise Denied("invalid_request", "no challenge, state or scope")
        code = "4/" + secrets.token_urlsafe(16)
        self.codes[code] = (query["code_challenge"], redirect, query["scope"], query.get("access_type") == "offline")
        return redirect + ("&" if "?" in redirect else "?") + urlencode({"state": query["state"], "code": code, "scope": query["scope"]})

    def device(self, form):
        if form.get("client_id") != "tv":
            raise Denied("invalid_client", "Invalid client type.", 401)
        if form.get("scope") != "https://www.googleapis.com/auth/drive.file":
            raise Denied("invalid_scope", "Invalid device flow scope: " + form.get("scope", ""))
        code, user = "AH-1Ng/" + secrets.token_hex(8), "ABCD-" + secrets.token_hex(2).upper()
        self.devices[code] = {"user": user, "scope": form["scope"], "allowed": None, "asked": 0.0}
        return {"device_code": code, "user_code": user, "expires_in": 1800, "interval": 1,
                "verification_url": "https://www.google.com/device"}

    def token(self, form):
        if self.outages:
            self.outages -= 1
            raise Denied("internal_failure", "Backend Error", 503)
        kind = form.get("grant_type")
        if kind == CLAIM:
            return self.claim(form)
        client = self.client(form)
        if kind == REFRESH:
            if self.refresh.get(form.get("refresh_token")) != client:
                raise Denied("invalid_grant", "Token has been expired or revoked.")
            return self.issue(kind, "https://www.googleapis.com/auth/drive")
        if kind == CODE:
            challenge, redirect, scope, offline = self.codes.pop(form.get("code"), (None, None, None, None))
            verifier = form.get("code_verifier", "")
            proof = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
            if challenge is None:
                raise Denied("invalid_grant", "Malformed auth code.")
            if not 43 <= len(verifier) <= 128 or proof != challenge:
                raise Denied("invalid_grant", "Invalid code verifier.")
            if form.get("redirect_uri") != redirect:
                raise Denied("redirect_uri_mismatch", "Bad Request")
            return self.issue(kind, scope, self.new_refresh(client) if offline else None)
        if kind == DEVICE:
            return self.device_token(client, form)
        raise Denied("unsupported_grant_type", f"Invalid grant_type: {kind}")

    def new_refresh(self, client):
        token = "1//" + secrets.token_urlsafe(24)
        self.refresh[token] = client
        return token

    def device_token(self, client, form):
        pending = self.devices.get(form.get("device_code"))
        if pending is None:
            raise Denied("invalid_grant", "Malformed device code.")
        if pending["allowed"] is None:
            pending["asked"] += 1
            raise Denied("authorization_pending", "Precondition Required", 428)
        if not pending["allowed"]:
            raise Denied("access_denied", "Forbidden", 403)
        del self.devices[form["device_code"]]
        return self.issue(DEVICE, pending["scope"], self.new_refresh(client))

    def claim(self, form):
        audience = [self.own_token_url, "https://oauth2.googleapis.com/token"]
        try:
            claims = jwt.decode(form.get("assertion", ""), certs=self.certificates, audience=audience)
        except Exception as error:
            raise Denied("invalid_grant", f"Invalid JWT Signature: {error}") from error
        if claims["iss"] != "robot@project.iam.gserviceaccount.com" or claims["exp"] - claims["iat"] > 3600:
            raise Denied("invalid_grant", "Invalid JWT: Token must be a short-lived token")
        if claims.get("sub") not in (None, "ada@example.org"):
            raise Denied("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method", 401)
        return self.issue(CLAIM, claims["scope"])
