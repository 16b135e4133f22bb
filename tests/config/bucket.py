"""A small S3 of our own, on this machine: one bucket in memory, which can be told to refuse."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit


class Bucket(ThreadingHTTPServer):
    """What lies in it is in `kept`, what was asked in `asked`; `status` is answered in place of all else."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.kept, self.asked, self.status = {}, [], None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """Speaks as much of S3 as files need: put, head, get, delete and list."""

    protocol_version = "HTTP/1.1"

    def parse_request(self):
        if not super().parse_request():
            return False
        self.body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.asked.append((self.command, dict(self.headers)))
        self.key = unquote(urlsplit(self.path).path).removeprefix("/kept").lstrip("/")
        if self.server.status:
            self._answer(self.server.status)
        return not self.server.status

    def do_PUT(self):
        self.server.kept[self.key] = self.body
        self._answer(200)

    def do_DELETE(self):
        self.server.kept.pop(self.key, None)
        self._answer(204)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        if not self.key:
            return self._answer(200, self._listed().encode())
        return self._answer(
            200 if self.key in self.server.kept else 404, self.server.kept.get(self.key)
        )

    def _listed(self):
        prefix = parse_qs(urlsplit(self.path).query).get("prefix", [""])[0]
        inside = [key.removeprefix(prefix) for key in self.server.kept if key.startswith(prefix)]
        files = [
            f"<Contents><Key>{prefix}{key}</Key></Contents>" for key in inside if "/" not in key
        ]
        folders = {re.match("[^/]+/", key)[0] for key in inside if "/" in key}
        prefixes = [
            f"<CommonPrefixes><Prefix>{prefix}{f}</Prefix></CommonPrefixes>" for f in folders
        ]
        return f"<ListBucketResult>{''.join(files + prefixes)}</ListBucketResult>"

    def _answer(self, status, content=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if content and self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_args):
        pass
