"""In the machine: mail.py submit|hand-in SENDER RECIPIENT SUBJECT…, a message for each subject. Prints the replies."""
import smtplib
import ssl
import sys

how, sender, recipient, *subjects = sys.argv[1:]
context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
with smtplib.SMTP("127.0.0.1", 587 if how == "submit" else 25, local_hostname="client.test", timeout=60) as client:
    client.starttls(context=context)
    client.ehlo()
    if how == "submit":
        client.login(sender, "correct horse battery staple")
    for subject in subjects:
        client.mail(sender)
        code, reply = client.rcpt(recipient)
        if code == 250:
            code, reply = client.data(f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
                                      f"Message-ID: <{subject}@{sender.split('@')[1]}>\r\nDate: Sat, 21 Nov 2026 12:00:00 +0000\r\n\r\nhello\r\n")
        print(code, reply.decode())
        if code != 250:
            sys.exit(1)
