"""Handing one letter to the mail server, and saying in a sentence why it would not take it."""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from urllib.parse import SplitResult, unquote, urlsplit

from lms.messages import rules
from lms.messages.models import Message

PATIENCE_SECONDS = 20
PORTS = {"smtp": 25, "smtps": 465}
AT_HOME = ("127.0.0.1", "::1", "localhost")
STOP = "List-Unsubscribe"  # RFC 2369


class _Post(EmailPolicy):
    """Lines as they travel. An address in a header stays whole: folded, mail programs would not know it as one."""

    def fold_binary(self, name: str, value: str) -> bytes:
        return f"{name}: {value}\r\n".encode() if name == STOP else super().fold_binary(name, value)


POST = _Post(linesep=SMTP.linesep)


class Refused(Exception):
    """The letter could not be handed over. `str(error)` is a sentence."""


def hand_over(url: str, sender: str, letter: Message) -> None:
    """Give `letter` to the mail server at `url`. Raises Refused."""
    try:
        mail = build(sender, letter)
    except ValueError:
        raise Refused("The address cannot be written to. Check it for a mistake.") from None
    try:
        with _connect(url) as server:
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise Refused(f"The mail server refused the address: {code} {_words(text)}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise Refused("The mail server refused the user name or password in LMS_SMTP_URL.") from error
    except smtplib.SMTPResponseException as error:
        raise Refused(f"The mail server answered: {error.smtp_code} {_words(error.smtp_error)}") from error
    except smtplib.SMTPException as error:
        raise Refused("The mail server ended the conversation.") from error
    except ssl.SSLError as error:
        raise Refused("The mail server’s certificate could not be trusted.") from error
    except OSError as error:
        raise Refused("The mail server could not be reached.") from error


def build(sender: str, letter: Message) -> EmailMessage:
    """The mail as it travels. Raises ValueError for an address that is none."""
    name, _, domain = letter.email.rpartition("@")
    if not name or not domain:
        raise ValueError("an address has a name and a domain")
    mail = EmailMessage(POST)
    mail["From"] = sender
    mail["To"] = Address(username=name, domain=domain)
    mail["Subject"] = letter.subject
    mail["Date"] = letter.created_at
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"
    if letter.stop_link is not None:
        mail[STOP] = f"<{letter.stop_link}>"
    mail.set_content(rules.wrap(letter.body))
    if letter.calendar is not None:
        _add_calendar(mail, letter.calendar)
    return mail


def _add_calendar(mail: EmailMessage, calendar: str) -> None:
    """The calendar as another form of the letter (RFC 6047), and as a file where only a file brings all of it."""
    mail.add_alternative(calendar, subtype="calendar", params={"method": rules.method(calendar)})
    file = rules.to_import(calendar)
    if file is not None:
        mail.add_attachment(file.encode(), "text", "calendar", filename="meetings.ics")


def _connect(url: str) -> smtplib.SMTP:
    """A connection, encrypted whenever the server can, with a password only where nobody can listen."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    safely = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE_SECONDS, context=safely)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)
    try:
        server.ehlo()
        encrypted = parts.scheme == "smtps"
        if server.has_extn("starttls"):
            server.starttls(context=safely)
            encrypted = True
        if parts.username:
            _sign_in(server, parts, private=encrypted or host in AT_HOME)
    except BaseException:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, parts: SplitResult, *, private: bool) -> None:
    if not private:
        raise Refused("The mail server offers no encryption, so the password was not sent to it.")
    server.login(unquote(parts.username or ""), unquote(parts.password or ""))


def _words(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
