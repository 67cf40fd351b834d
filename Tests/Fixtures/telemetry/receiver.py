"""A receiver of telemetry on loopback: receiver.py FILE MODE. Prints its port, then a line for each request.

MODE is `ok`; `busy:N:S` (503 with Retry-After S for the first N requests); `refuse` (400); `partial` (one span refused);
`silent` (takes requests and never answers). FILE gets one JSON document a request: path, headers, body, status.
"""
import http.server
import json
import sys
import threading
import time

path, mode = sys.argv[1], sys.argv[2].split(":")
lock = threading.Lock()
requests = 0


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        global requests
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with lock:
            requests += 1
            status = self.status(requests)
            record = {"at": time.time(), "path": self.path, "headers": dict(self.headers), "body": body, "status": status}
            with open(path, "a") as file:
                file.write(json.dumps(record) + "\n")
        print(f"took {self.path} {status}", file=sys.stderr, flush=True)
        if mode[0] == "silent":
            threading.Event().wait()
        answer = json.dumps({"partialSuccess": {"rejectedSpans": "1"}} if mode[0] == "partial" else {}).encode()
        self.send_response(status)
        if status == 503:
            self.send_header("Retry-After", mode[2])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def status(self, number):
        if mode[0] == "busy" and number <= int(mode[1]):
            return 503
        return 400 if mode[0] == "refuse" else 200

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
server.daemon_threads = True
print(f"port {server.server_address[1]}", file=sys.stderr, flush=True)
server.serve_forever()
