"""Takes Alertmanager's webhook and keeps each body as it came, one file a body.

python3 receiver.py PORT FOLDER
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any


class Receiver(BaseHTTPRequestHandler):
    """Answers 200 when the body is on the disk."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        folder = Path(sys.argv[2])
        part = folder / "part"
        part.write_bytes(body)
        # Whole or not there at all, for whoever watches the folder.
        part.rename(folder / f"webhook-{len(list(folder.glob('webhook-*'))) + 1:02}.json")
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing but the bodies is kept."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
