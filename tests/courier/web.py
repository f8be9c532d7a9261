"""An HTTPS server for tests: answers as it is told and keeps what it was sent."""
import http.server
import ssl
import threading


class Web:
    """`answer(path, body)` gives (status, headers, body)."""

    def __init__(self, certificate, answer=lambda path, body: (201, {}, b""), address=("127.0.0.1", 0)):
        self.requests = []
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                web.requests.append({"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body})
                status, headers, answered = answer(self.path, body)
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(answered))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answered)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def finish_request(self, request, client):
                # The handshake in the connection's own thread: one that stalls holds up nobody.
                try:
                    with context.wrap_socket(request, server_side=True) as stream:
                        self.RequestHandlerClass(stream, client, self)
                except OSError:  # ssl.SSLError too: a client that refuses our certificate
                    pass

            def handle_error(self, *_):
                pass

        self.server = Server(address, Handler)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
