"""Access logs of Nginx Proxy Manager: `[24/Jan/2026:16:51:02 +0000] - 404 404 - GET http host "/path" [Client …] …`.

Its `proxy` format has cache status, upstream status, status; its `standard` format only the status. `[Length]` is the
number of bytes sent; `[Gzip]` the ratio of compression. Plain access and error lines among them are read as such.
"""

from __future__ import annotations

import re

from incident_analysis import clock, severity
from incident_analysis.format import Context, Format, Lines, Row, by_lines
from incident_analysis.formats.http import given, whole
from incident_analysis.formats.logs import access
from incident_analysis.patterns import pattern

_START = (
    r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] (?:(?:-|[A-Z]+) (?:\d{3}|-) )?\d{3} - [A-Z]+ \S+ \S+ \""
)
_LINE = pattern(
    r"\[([^\]]+)\] (?:(-|[A-Z]+) (\d{3}|-(?:, \d{3}|)|\d{3}(?:, \d{3})+) )?(\d{3}) - (\S+) (\S+) (\S+) "
    r'"((?:[^"\\]|\\.)*)" \[Client ([^\]]*)\] \[Length ([^\]]*)\] \[Gzip ([^\]]*)\](?: \[Sent-to ([^\]]*)\])?'
    r'(?: "((?:[^"\\]|\\.)*)")?(?: "((?:[^"\\]|\\.)*)")?',
    re.DOTALL,
)


def parse(text: str, context: Context) -> Row | None:
    """A record's fields: `scheme`, `request_host`, `cache`, `sent_to` beside those of access logs."""
    match = _LINE.match(text)
    if match is None:
        return access.parse(text, context)
    stamp, cache, upstream, status, method, scheme, host, path, client, length, gzip, sent_to, agent, referer = (
        match.groups()
    )
    time = clock.common(stamp)
    if time is None:
        return None
    ratio = given(gzip)
    return {
        "time": time,
        "severity_number": severity.of_status(int(status)),
        "message": f"{method} {path}",
        "method": method,
        "path": path,
        "status": int(status),
        "bytes": whole(length),
        "client": given(client),
        "user_agent": given(agent),
        "referer": given(referer),
        # The last upstream that was tried gave the answer.
        "upstream_status": whole(upstream.rsplit(", ", 1)[-1]) if upstream else None,
        "scheme": scheme,
        "request_host": host,
        "cache": given(cache),
        "gzip_ratio": float(ratio) if ratio and re.fullmatch(r"\d+(\.\d+)?", ratio) else None,
        "sent_to": given(sent_to),
    }


FORMAT = Format(
    name="nginx_proxy_manager",
    title="Nginx Proxy Manager access log",
    reference="https://github.com/NginxProxyManager/nginx-proxy-manager, docker/rootfs/etc/nginx/conf.d/include/",
    sample=(
        '[02/Jan/2026:10:00:00 +0000] - 200 200 - GET https made.up "/" [Client 192.0.2.1] [Length 12] [Gzip -] '
        '[Sent-to 198.51.100.7] "made-up/1.0" "-"\n'
        '[02/Jan/2026:10:00:01 +0000] 404 - GET http made.up "/no" [Client 192.0.2.1] [Length 7] [Gzip 1.50] "-" "-"\n'
    ),
    recognise=by_lines(_START, strength=0.95, why="Nginx Proxy Manager's heads", least=0.3),
    lines=Lines(parse),
    zone_rule="local",
)
