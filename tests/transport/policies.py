"""The world's web server for MTA-STS policies (RFC 8461 3.3): one for all domains, by TLS and the Host field."""
import http.server
import ssl
import threading


def policy(mode, *patterns, max_age=86400):
    lines = ["version: STSv1", f"mode: {mode}", *(f"mx: {pattern}" for pattern in patterns), f"max_age: {max_age}"]
    return "".join(line + "\r\n" for line in lines)


class Policies:
    """`texts`: domain → policy; `asked`: the domains whose policy was fetched, in order. In the namespace of the calling thread."""

    def __init__(self, address, certificate, port=443):
        self.texts, self.asked = {}, []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        self.server = http.server.ThreadingHTTPServer((address, port), self._handler(), bind_and_activate=True)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def use(self, certificate):
        self.context.load_cert_chain(*certificate)

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(self):
        policies = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                # Here, not at accept: a slow handshake holds up nobody else.
                self.request.settimeout(30)
                self.request = policies.context.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass

            def do_GET(self):
                domain = self.headers["Host"].removeprefix("mta-sts.").partition(":")[0]
                policies.asked.append(domain)
                text = policies.texts.get(domain) if self.path == "/.well-known/mta-sts.txt" else None
                octets = (text or "nothing here\n").encode()
                self.send_response(200 if text else 404)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(octets)))
                self.end_headers()
                self.wfile.write(octets)

            def log_message(self, *_):
                pass

        return Handler
