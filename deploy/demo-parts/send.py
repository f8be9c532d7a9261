"""Sends the demo's mail as a mail client would: Python's smtplib over STARTTLS and AUTH on the submission port.

Prints one JSON line a message: what, recipients, the server's last reply, whether that was the reply we want.
"""
import email.message
import email.policy
import json
import smtplib
import ssl
import sys

DOMAIN = "example.test"
ALICE = f"alice@{DOMAIN}"


def text_message(subject, body, to):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = f"Alice Liddell <{ALICE}>"
    message["To"] = ", ".join(to)
    message["Subject"] = subject
    message.set_content(body)
    return message


def with_attachment():
    message = text_message("The quarter's figures", "Hello Zoë,\n\nthe figures are attached.\n\nAlice\n",
                           ["zoe@foreign.test"])
    message.add_attachment(bytes(range(256)) * 200, maintype="application", subtype="octet-stream",
                           filename="figures-ünïcode.bin")
    return message.as_bytes()


def eight_bit():
    return (f"From: Alice <{ALICE}>\r\nTo: zoe@foreign.test\r\nSubject: 8-bit body\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            "Grüße aus Köln – ‘8bit’ stays 8bit.\r\n").encode()


def long_line():
    body = "word " * 900
    return (f"From: Alice <{ALICE}>\r\nTo: zoe@foreign.test\r\nSubject: one line of 4,500 octets\r\n\r\n"
            f"{body}\r\n.\r\n..a line that begins with dots\r\n").encode()


def utf8_headers():
    return (f"From: Alice <{ALICE}>\r\nTo: grüße@foreign.test\r\nSubject: Überraschung für Zoë ✉\r\n\r\n"
            "An address beyond ASCII (RFC 6531).\r\n").encode()


def cases():
    """What, envelope sender, recipients, octets, options of MAIL, the reply code we want."""
    several = ["zoe@foreign.test", "yann@foreign.test", f"bob@{DOMAIN}", f"sales@{DOMAIN}"]
    plain = text_message("Lunch?", "At noon, the usual place.\n", several).as_bytes()
    forged = plain.replace(b"alice@", b"president@", 1)
    return [
        ("several recipients: two abroad, one local, one alias", ALICE, several, plain, [], 250),
        ("to the second domain's port 25", ALICE, ["bob@second.test"],
         text_message("to the second domain", "Dear Bob,\n\nthe minutes are in room 12. Could we meet on Thursday?\n\nAlice\n",
                      ["bob@second.test"]).as_bytes(), [], 250),
        ("attachment, MIME multipart", ALICE, ["zoe@foreign.test"], with_attachment(), [], 250),
        ("8-bit body", ALICE, ["zoe@foreign.test"], eight_bit(), ["BODY=8BITMIME"], 250),
        ("line of 4,500 octets", ALICE, ["zoe@foreign.test"], long_line(), [], 250),
        ("UTF-8 headers and address", ALICE, ["grüße@foreign.test"], utf8_headers(),
         ["SMTPUTF8", "BODY=8BITMIME"], 250),
        ("forged From", ALICE, ["zoe@foreign.test"], forged, [], 550),
        ("forged envelope sender", f"bob@{DOMAIN}", ["zoe@foreign.test"], plain, [], 550),
    ]


def send_one(client, sender, recipients, octets, options):
    """The code and text of the first refusal, or of the last reply."""
    client.command_encoding = "utf-8"
    client.rset()
    code, text = client.mail(sender, options)
    if code != 250:
        return code, text
    for recipient in recipients:
        code, text = client.rcpt(recipient)
        if code != 250:
            return code, text
    return client.data(octets)


def show(what, recipients, code, text, wanted):
    print(json.dumps({"what": what, "recipients": recipients, "code": code, "text": text.decode(errors="replace"),
                      "as_wanted": code == wanted}), flush=True)


def login(port, authority, password):
    client = smtplib.SMTP("127.0.0.1", port, timeout=70)
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False  # we connect to 127.0.0.1; the certificate is for the mail host
    client.starttls(context=context)
    client.ehlo("laptop.alice.test")
    client.login(ALICE, password)
    return client


def main():
    port, authority, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    with open(password, encoding="utf-8") as file:
        secret = file.read().strip()
    try:
        login(port, authority, "not the password")
        show("wrong password", [], 235, b"accepted", 535)
    except smtplib.SMTPAuthenticationError as refused:
        show("wrong password", [], refused.smtp_code, refused.smtp_error, 535)
    client = login(port, authority, secret)
    for what, sender, recipients, octets, options, wanted in cases():
        code, text = send_one(client, sender, recipients, octets, options)
        show(what, recipients, code, text, wanted)
    client.quit()


main()
