#!/usr/bin/env python3
"""SeaweedFS behind a proxy that holds bodies to their signed hashes, and that cuts, delays and refuses what it is told to.

Prints `port N`, the proxy's, then serves until it is killed; SeaweedFS ends with it. Requests pass through as they are, so
that signatures are checked by SeaweedFS itself. Paths below /_proxy are the proxy's own:
  PUT  /_proxy/faults  {"match": regular expression on "METHOD target", "times": N, "kind": ..., "after": bytes}
  GET  /_proxy/log?match=EXPRESSION   what was asked: method, target, headers, status
Kinds: cut (the answer ends after so many bytes), drop (the request is done, its answer lost), refuse (the line is closed
before), status (an answer of its own: "status", "body", "headers"), stall (nothing more after so many bytes), hang (no
answer at all, and nothing done), corrupt (the
body that is passed on differs from the one signed), hash (a body is held to another hash).
"""
import ctypes
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

IDENTITIES = {"identities": [
    {"name": "test", "credentials": [{"accessKey": "AKIATEST", "secretKey": "s3cret/key+with=signs"}],
     "actions": ["Admin", "Read", "List", "Tagging", "Write"]},
    {"name": "reader", "credentials": [{"accessKey": "AKIAREADER", "secretKey": "reader"}], "actions": ["Read", "List"]},
    {"name": "anonymous", "actions": ["Read:open", "List:open"]},
]}

faults, log, lock = [], [], threading.Lock()
weed_port = 0


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def own(self):
        parts = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if self.command == "PUT":
            with lock:
                faults.append(json.loads(body))
            answer = {}
        else:
            match = urllib.parse.parse_qs(parts.query).get("match", [""])[0]
            with lock:
                answer = [entry for entry in log if re.search(match, f"{entry['method']} {entry['target']}")]
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def fault(self):
        line = f"{self.command} {self.path}"
        with lock:
            for fault in faults:
                if fault.get("times", 1) > 0 and re.search(fault["match"], line):
                    fault["times"] = fault.get("times", 1) - 1
                    return fault
        return {}

    def own_answer(self, status, body, headers=()):
        body = body.encode()
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.note(status)

    def note(self, status):
        with lock:
            log.append({"method": self.command, "target": self.path, "headers": dict(self.headers), "status": status})

    def refuse(self):
        self.note(0)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def serve(self):
        if self.path.startswith("/_proxy/"):
            return self.own()
        fault = self.fault()
        kind = fault.get("kind")
        if kind == "refuse":
            return self.refuse()
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if kind == "hang":
            self.note(0)
            self.rfile.read(1)
            return self.refuse()
        if kind == "status":
            return self.own_answer(fault["status"], fault.get("body", ""), fault.get("headers", {}))
        if kind == "corrupt":
            body = bytes([body[0] ^ 1]) + body[1:]
        signed = self.headers.get("x-amz-content-sha256")
        if signed and signed != "UNSIGNED-PAYLOAD" and signed != hashlib.sha256(body).hexdigest():
            return self.own_answer(400, "<Error><Code>XAmzContentSHA256Mismatch</Code><Message>no</Message></Error>")
        if signed is None and self.headers.get("Authorization"):
            return self.own_answer(400, "<Error><Code>MissingContentSHA256</Code><Message>no</Message></Error>")
        self.forward(body, fault, kind)

    def forward(self, body, fault, kind):
        upstream = http.client.HTTPConnection("127.0.0.1", weed_port)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            upstream.putheader(name, value)
        upstream.endheaders()
        upstream.send(body)
        answer = upstream.getresponse()
        content = answer.read()
        upstream.close()
        self.note(answer.status)
        if kind == "drop":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
        if answer.status != 204 and length is not None:
            self.send_header("Content-Length", length)
        self.end_headers()
        if kind in ("cut", "stall"):
            self.wfile.write(content[:fault.get("after", 0)])
            self.wfile.flush()
            if kind == "stall":
                self.rfile.read(1)
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = serve


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def start_weed():
    global weed_port
    here = os.path.dirname(os.path.abspath(__file__))
    python = subprocess.run([f"{here}/setup.sh"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
    folder = tempfile.mkdtemp(prefix="ote-weed-")
    # Removes the data once this process is gone, however it went.
    subprocess.Popen(["sh", "-c", 'read x; sleep 1; rm -rf "$0"', folder], stdin=subprocess.PIPE, start_new_session=True)
    with open(f"{folder}/s3.json", "w") as file:
        json.dump(IDENTITIES, file)
    names = ["s3.port", "s3.port.grpc", "s3.port.lance", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc",
             "filer.port", "filer.port.grpc"]
    ports = dict(zip(names, free_ports(len(names))))
    weed_port = ports["s3.port"]
    output = open(f"{folder}/weed.log", "wb")
    weed = subprocess.Popen(
        [os.path.join(os.path.dirname(python), "weed"), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}",
         "-master.volumeSizeLimitMB=64", "-volume.max=1000", "-s3", "-s3.port.iceberg=0", f"-s3.config={folder}/s3.json",
         *[f"-{name}={port}" for name, port in ports.items()]],
        stdout=output, stderr=output, preexec_fn=die_with_parent,
        # A bucket has volumes of its own: one is enough for each.
        env={**os.environ, "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1"})
    deadline = time.monotonic() + 45
    while time.monotonic() < deadline:
        if weed.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", weed_port, timeout=5)
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"SeaweedFS did not start: {open(f'{folder}/weed.log').read()[-2000:]}")


def main():
    start_weed()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    print(f"port {server.server_port}", file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
