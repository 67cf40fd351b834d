#!/usr/bin/env python3
"""An HTTP server on raw sockets that misbehaves by the first part of its path, over HTTP and over TLS.

Prints `port N`, then serves until it is killed. GET /tls tells the port of the same over TLS and the certificate to trust.
GET /seen/KEY tells how often and how /...?key=KEY was asked.
"""
import json
import socket
import ssl
import sys
import tempfile
import threading
import time
import urllib.parse

from hostile_provider import own_certificate

seen, lock = {}, threading.Lock()
TLS = {}


class Connection:
    count = 0

    def __init__(self, raw):
        with lock:
            Connection.count += 1
            self.number = Connection.count
        self.raw, self.file = raw, raw.makefile("rb")

    def send(self, text):
        self.raw.sendall(text if isinstance(text, bytes) else text.encode())

    def answer(self, status, body=b"", headers=(), close=False):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers]
        if close:
            head.append("Connection: close")
        self.send("\r\n".join(head) + "\r\n\r\n")
        if self.method != "HEAD":
            self.send(body)

    def read_request(self):
        line = self.file.readline()
        if not line.strip():
            return False
        self.method, self.target, _ = line.decode().split(" ", 2)
        self.headers = []
        while (field := self.file.readline().decode("latin-1").rstrip("\r\n")):
            name, value = field.split(":", 1)
            self.headers.append((name.lower(), value.strip()))
        headers = dict(self.headers)
        self.body = b""
        if headers.get("transfer-encoding") == "chunked":
            while (size := int(self.file.readline(), 16)):
                self.body += self.file.read(size)
                self.file.readline()
            self.file.readline()
        else:
            self.length = int(headers.get("content-length", 0))
            if not self.target.startswith("/deaf"):
                self.body = self.file.read(self.length)
        return True

    def serve(self):
        while self.read_request():
            path, _, query = self.target.partition("?")
            self.query = dict(urllib.parse.parse_qsl(query))
            if "key" in self.query:
                with lock:
                    seen.setdefault(self.query["key"], []).append(
                        {"method": self.method, "target": self.target, "headers": self.headers, "connection": self.number})
            parts = path.split("/")
            mode = getattr(self, "do_" + parts[1].replace("-", "_"), None)
            if mode is None:
                self.answer(404, {"error": "no such thing"})
            elif mode(*parts[2:]) == "close":
                return

    # ---- honest answers

    def do_echo(self, *_):
        self.answer(200, {"method": self.method, "target": self.target, "headers": self.headers,
                          "body": self.body.decode("latin-1"), "connection": self.number},
                    ["Set-Cookie: a=1", "set-cookie: b=2", 'ETag:   "x"  ', "Empty:"])

    def do_tls(self):
        self.answer(200, TLS)

    def do_seen(self, key):
        self.answer(200, seen.get(key, []))

    def do_status(self, status, *_):
        self.answer(int(status), {"status": int(status)})

    def do_bytes(self, count):
        self.answer(200, bytes(index % 251 for index in range(int(count))))

    def do_length(self):
        self.answer(200, {"length": len(self.body), "chunked": ("transfer-encoding", "chunked") in self.headers})

    def do_interim(self):
        self.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        self.answer(200, {"ok": True})

    def do_fails(self, times, status, *wait):
        """Fails so many times per key, then answers."""
        if len(seen[self.query["key"]]) <= int(times):
            headers = [f"Retry-After: {urllib.parse.unquote(wait[0])}"] if wait else []
            self.answer(int(status), {"error": "not now"}, headers)
        else:
            self.answer(200, {"ok": True})

    def do_cuts(self, times):
        """Closes without an answer so many times per key, then answers."""
        if len(seen[self.query["key"]]) <= int(times):
            return "close"
        self.answer(200, {"ok": True})

    def do_last(self):
        """Answers, and closes a connection that it did not say it would close."""
        self.answer(200, {"connection": self.number})
        return "close"

    def do_to(self, status, *rest):
        self.answer(int(status), b"moved", [f"Location: {self.query.get('at') or '/' + '/'.join(rest)}"])

    def do_loop(self):
        self.answer(302, b"", ["Location: /loop"])

    def do_events(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for piece in ["data: on", "e\n\ndata: two\r", "\n\r\n", ": alive\n", "data: three\n\n"]:
            self.send(f"{len(piece):x}\r\n{piece}\r\n")
            time.sleep(0.01)
        self.send("0\r\n\r\n")

    # ---- hostile ones

    def do_short(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
        return "close"

    def do_nothing(self):
        return "close"

    def do_half_head(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Len")
        return "close"

    def do_bad_chunk(self):
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\nworld")
        return "close"

    def do_short_chunk(self):
        self.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhello")
        return "close"

    def do_not_http(self):
        self.send("SSH-2.0-OpenSSH_9.2\r\n")
        return "close"

    def do_giant_header(self):
        self.send("HTTP/1.1 200 OK\r\nX-Giant: " + "x" * (4 << 20) + "\r\n\r\n")
        return "close"

    def do_many_headers(self):
        self.send("HTTP/1.1 200 OK\r\n")
        while True:
            self.send("X-Padding: " + "x" * 1000 + "\r\n")

    def do_endless(self):
        self.send("HTTP/1.1 200 OK\r\n\r\n")
        while True:
            self.send(b"x" * 65536)

    def do_endless_error(self):
        self.send("HTTP/1.1 500 No\r\n\r\n")
        while True:
            self.send(b"x" * 65536)

    def do_silent(self):
        """No answer, until the other side has enough."""
        self.raw.recv(1)
        return "close"

    def do_stalls(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
        self.raw.recv(1)
        return "close"

    def do_drips(self):
        """A byte now and then: the line is alive all the time."""
        self.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            self.send("x")
            time.sleep(0.02)

    def do_deaf(self):
        """Does not read the body that is sent to it."""
        while True:
            time.sleep(0.1)
            if self.raw.fileno() < 0:
                return "close"


def serve_all(listener, context=None):
    def one(raw):
        try:
            Connection(context.wrap_socket(raw, server_side=True) if context else raw).serve()
        except (OSError, ValueError):
            pass
        finally:
            raw.close()

    while True:
        raw, _ = listener.accept()
        threading.Thread(target=one, args=(raw,), daemon=True).start()


def main():
    key, certificate = own_certificate()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(key + certificate)
        file.flush()
        context.load_cert_chain(file.name)
    secure = socket.create_server(("127.0.0.1", 0))
    TLS.update(port=secure.getsockname()[1], certificate=certificate.decode())
    threading.Thread(target=serve_all, args=(secure, context), daemon=True).start()
    plain = socket.create_server(("127.0.0.1", 0))
    print(f"port {plain.getsockname()[1]}", file=sys.stderr, flush=True)
    serve_all(plain)


if __name__ == "__main__":
    main()
