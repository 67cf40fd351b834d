"""What the servers that misbehave share: a server on raw sockets, one thread a connection, that notes what it was asked."""
import json
import socket
import sys
import threading
import time


class Exchange:
    """One request and the ways to answer it."""

    def __init__(self, raw, file):
        self.raw, self.file = raw, file

    def read(self):
        line = self.file.readline().decode()
        if not line.strip():
            return False
        self.method, self.target, _ = line.split(" ", 2)
        self.headers = {}
        while (field := self.file.readline().decode("latin-1").rstrip("\r\n")):
            name, value = field.split(":", 1)
            self.headers[name.lower()] = value.strip()
        body = self.file.read(int(self.headers.get("content-length", 0)))
        self.body = json.loads(body) if body else None
        return True

    def send(self, data):
        self.raw.sendall(data if isinstance(data, bytes) else data.encode())

    def answer(self, status, body, headers=(), kind="application/json"):
        data = (body if isinstance(body, str) else json.dumps(body)).encode()
        head = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *headers]
        self.send("\r\n".join(head) + "\r\n\r\n")
        self.send(data)

    def begin_events(self):
        self.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nConnection: close\r\n\r\n")

    def event(self, data, kind=None):
        text = data if isinstance(data, str) else json.dumps(data)
        self.send((f"event: {kind}\n" if kind else "") + f"data: {text}\n\n")

    def close(self):
        self.raw.shutdown(socket.SHUT_RDWR)

    def hang(self, say=None):
        """Keeps the line open until the other side has had enough."""
        self.raw.settimeout(0.05)
        while True:
            try:
                if not self.raw.recv(1):
                    return
            except TimeoutError:
                if say:
                    self.send(say)
            except OSError:
                return


class Server:
    """`answer(exchange, mode, path)` serves /MODE/...; GET /seen/MODE tells what that mode was asked."""

    def __init__(self, answer):
        self.answer, self.seen, self.lock = answer, {}, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)

    def serve(self):
        print("port", self.listener.getsockname()[1], file=sys.stderr, flush=True)
        while True:
            raw, _ = self.listener.accept()
            threading.Thread(target=self.connection, args=(raw,), daemon=True).start()

    def times(self, mode):
        with self.lock:
            return len(self.seen.get(mode, []))

    def connection(self, raw):
        exchange = Exchange(raw, raw.makefile("rb"))
        try:
            while exchange.read():
                mode, _, path = exchange.target.lstrip("/").partition("/")
                if mode == "seen":
                    with self.lock:
                        exchange.answer(200, self.seen.get(path, []))
                    continue
                with self.lock:
                    self.seen.setdefault(mode, []).append(
                        {"path": "/" + path, "headers": exchange.headers, "body": exchange.body, "at": time.monotonic()})
                if self.answer(exchange, mode, "/" + path) == "close":
                    exchange.close()
                    return
        except (BrokenPipeError, ConnectionError, OSError, ValueError):
            pass
        finally:
            raw.close()
