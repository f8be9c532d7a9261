"""The demo's "rest of the world": aiosmtpd as the MX of foreign.test, which keeps what arrives in a folder."""
import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.controller import Controller


class Keep:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        secured = session.ssl is not None
        lines = [f"X-Demo-From: {envelope.mail_from}", f"X-Demo-TLS: {'yes' if secured else 'no'}"]
        lines += [f"X-Demo-To: {recipient}" for recipient in envelope.rcpt_tos]
        head = "\r\n".join(lines).encode("utf-8") + b"\r\n"
        temporary = self.folder / f"{self.count}.part"
        temporary.write_bytes(head + b"\r\n" + envelope.original_content)
        temporary.rename(self.folder / f"{self.count}.eml")
        return f"250 2.0.0 kept as number {self.count}"


def main():
    folder, port, certificate, key = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    folder.mkdir(parents=True, exist_ok=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    controller = Controller(Keep(folder), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, tls_context=context,
                            server_hostname="mx.foreign.test", ident="the demo's foreign MX")
    controller.start()
    asyncio.new_event_loop().run_forever()


main()
