#!/usr/bin/env python3
"""Runs a WebAssembly program in headless Chromium as if it were a native one: run_chromium.py PROGRAM.wasm [ARGUMENTS].

A server on this machine's loopback address serves page.html, wasi.mjs and the program; the page runs it and posts what it printed
and its exit code, which become ours. There are no files for it, and of the environment only what begins with DLCV_."""
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 240           # less than a test may take: who kills this program from outside would leave Chromium behind
TYPES = {".html": "text/html", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json"}
FLAGS = ["--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = self.server.pages.get(self.path)
        self.send_response(200 if body is not None else 404)
        self.send_header("Content-Type", TYPES.get(os.path.splitext(self.path)[1], "text/plain"))
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def do_POST(self):
        output = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.server.result = int(self.path.split("?")[1]), output
        self.server.done.set()

    def log_message(self, *ignored):
        pass


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main():
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not browser or len(sys.argv) < 2:
        print("no Chromium was found" if not browser else __doc__)
        return 127
    start = {"args": sys.argv[1:], "env": ["%s=%s" % pair for pair in os.environ.items() if pair[0].startswith("DLCV_")]}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.pages = {"/page.html": read(os.path.join(HERE, "page.html")), "/wasi.mjs": read(os.path.join(HERE, "wasi.mjs")),
                    "/program.wasm": read(sys.argv[1]), "/start.json": json.dumps(start).encode()}
    server.done, server.result = threading.Event(), (127, b"")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    profile = tempfile.mkdtemp(prefix="dlcv-chromium-")
    flags = FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    page = "http://127.0.0.1:%d/page.html" % server.server_address[1]
    said = open(os.path.join(profile, "said"), "w+b")
    chromium = subprocess.Popen([browser] + flags + ["--user-data-dir=" + profile, page], stdin=subprocess.DEVNULL, stdout=said,
                                stderr=said, start_new_session=True)

    def end(*ignored):
        try:
            os.killpg(chromium.pid, signal.SIGKILL)         # our own: it leads a session of its own
        except ProcessLookupError:
            pass
        chromium.wait()
        shutil.rmtree(profile, ignore_errors=True)
        if ignored:
            os._exit(1)

    signal.signal(signal.SIGTERM, end)
    deadline = time.time() + SECONDS
    while not server.done.wait(0.2) and chromium.poll() is None and time.time() < deadline:
        pass
    if not server.done.is_set():
        said.seek(0)
        print("%s %s before the page ended:\n%s" % (browser, "ended" if chromium.poll() is not None else "had %d s" % SECONDS,
                                                    said.read().decode("utf-8", "replace")[-2000:]))
    end()
    code, output = server.result
    sys.stdout.buffer.write(output)
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
