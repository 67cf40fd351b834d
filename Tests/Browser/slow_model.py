"""A server of OpenAI's interface that says a word whenever a test lets it: what a page shows in between can be looked at."""
import http.server
import json
import math
import threading

WORDS = ("The", " sea", " is", " deep")
SURE = (0.99, 0.05, 0.5, 0.75)


class SlowModel:
    """In a `with`. `say()` lets one more word go; `left` is set when the asker hung up before the end."""

    def __init__(self):
        self.rounds = 1  # How often it says its words before it ends.

    def __enter__(self):
        model = self
        self.turns, self.left = threading.Semaphore(0), threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                self._answer("application/json", json.dumps({"object": "list", "data": [{"id": "slow", "object": "model"}]}))

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self._answer("text/event-stream", "")
                try:
                    for at, word in enumerate(WORDS * model.rounds):
                        while not model.turns.acquire(timeout=0.1):
                            self._send(": still here\n\n")
                        self._chunk({"content": word}, word, at)
                    self._chunk({}, reason="stop")
                    self._send("data: [DONE]\n\n")
                except OSError:
                    model.left.set()

            def _answer(self, kind, text):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Connection", "close")
                self.end_headers()
                self._send(text)

            def _send(self, text):
                self.wfile.write(text.encode())
                self.wfile.flush()

            def _chunk(self, delta, word=None, at=None, reason=None):
                choice = {"index": 0, "delta": delta, "finish_reason": reason}
                if at is not None:
                    sure = SURE[at % len(SURE)]
                    others = [(word, sure), (" other", (1 - sure) / 2)]
                    tops = [{"token": token, "logprob": math.log(share)} for token, share in others]
                    choice["logprobs"] = {"content": [{**tops[0], "top_logprobs": tops}]}
                self._send("data: " + json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]}) + "\n\n")

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        for _ in range(100):
            self.turns.release()
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}/v1"

    def say(self, words=1):
        for _ in range(words):
            self.turns.release()
