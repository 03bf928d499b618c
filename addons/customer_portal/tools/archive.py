"""The ZIP of an export: one JSON file, the person's files, and what they are.

It is written row by row and portion by portion, so that it needs as much memory for ten
documents as for a hundred thousand; the files are limited in number and size.
"""

import json
import zipfile
from datetime import date, datetime
from typing import NamedTuple

from odoo import models
from odoo.fields import Domain
from odoo.tools import html2plaintext

from .file_name import clean_file_name

PORTION = 200  # records that are read at once
MOST_FILES = 500
MOST_BYTES = 64 * 1024 * 1024  # of all files together

README = """\
This is what the customer portal knows about you, made on {date}.

data.json      Your details, roles, sign-ins and activity, sessions, consents, notices
               and choices, the messages that you wrote, and the addresses, orders,
               quotes, invoices and payments that you could see at that moment. Dates
               are in UTC; amounts are in the currency that stands beside them.
files/         Files that you sent, or that are attached to your messages.
documents/     The stored PDFs of invoices that you can see, the newest first.

There are at most {files} files of together {size} MB. {left} files were left out; you
find them in the portal, with their documents.
"""


class DataSection(NamedTuple):
    """One list of an export: which records, and which of their fields."""

    name: str  # the key in data.json
    model: str
    domain: Domain
    fields: dict  # {key in a row: field, or a path such as "partner_id.name"}
    # The records are about the very person, named by the own id, and are read in sudo;
    # all others in the person's rights.
    is_own: bool = False


def keys(*names):
    """Return {name: name}, for fields that keep their names in an export."""
    return {name: name for name in names}


class DataArchive:
    """Writes what one person may see into a ZIP.

    :param user: the person, a res.users in the person's own rights
    """

    def __init__(self, user):
        self.user = user
        self.env = user.env
        # sudo: the person's own user, contact and settings
        self.person = user.sudo()
        self.size = 0
        self.count = 0
        self.left_out = 0

    def pack(self, stream):
        """Write the ZIP into a binary file."""
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("data.json", "w") as target:
                self._write_json(target)
            self._write_files(archive)
            text = README.format(
                date=date.today().isoformat(),  # noqa: DTZ011  (the day of the server)
                files=MOST_FILES,
                size=MOST_BYTES // 1024 // 1024,
                left=self.left_out,
            )
            archive.writestr("README.txt", text)

    # ------------------------------------------------------------
    # data.json
    # ------------------------------------------------------------

    def _write_json(self, target):
        """Write one object: the person, and a list of rows for each kind."""

        def write(text):
            target.write(text.encode())

        write('{\n"person": ')
        write(self._dump(self._get_person()))
        for name, rows in self._get_sections():
            write(f',\n"{name}": [')
            for number, row in enumerate(rows):
                write(",\n" if number else "\n")
                write(self._dump(row))
            write("\n]")
        write("\n}\n")

    @staticmethod
    def _dump(value):
        return json.dumps(value, ensure_ascii=False, default=_to_text)

    def _get_person(self):
        person, partner = self.person, self.person.partner_id
        return {
            "name": partner.name,
            "sign_in": person.login,
            "email": partner.email or "",
            "phone": partner.phone or "",
            "function": partner.function or "",
            "company": partner.commercial_partner_id.name,
            "street": partner.street or "",
            "street2": partner.street2 or "",
            "zip": partner.zip or "",
            "city": partner.city or "",
            "country": partner.country_id.name or "",
            "language": person.lang or "",
            "time_zone": person.tz or "",
            "since": person.create_date,
            "last_sign_in": person.login_date,
            "two_factor_sign_in": person._has_second_factor(),
        }

    def _get_sections(self):
        """Yield (name, rows) of each list in data.json.

        An addon with data about people extends `res.users._get_portal_data_sections`.
        """
        # In sudo only what is named by the own id: see DataSection.
        own = Domain("user_id", "=", self.user.id)
        for section in self.person._get_portal_data_sections(own):
            yield section.name, self._read(section)
        yield "messages", self._read_messages()

    def _read(self, section):
        """Yield the records of a section as dicts, portion by portion."""
        env = self.person.env if section.is_own else self.env
        records = env[section.model]
        last_id = 0
        while True:
            portion = records.search(
                section.domain & Domain("id", ">", last_id), order="id", limit=PORTION
            )
            if not portion:
                return
            for record in portion:
                yield {
                    key: _read_path(record, path)
                    for key, path in section.fields.items()
                }
            last_id = portion[-1].id
            self.env.invalidate_all()

    def _read_messages(self):
        """Yield the messages that the person wrote, in the person's rights."""
        author = Domain("author_id", "=", self.person.partner_id.id)
        written = DataSection(
            "messages",
            "mail.message",
            author & Domain("message_type", "in", ("comment", "email")),
            {"document": "record_name", "text": "body", **keys("date", "subject")},
        )
        for row in self._read(written):
            yield {**row, "text": html2plaintext(row["text"] or "")}

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    def _write_files(self, archive):
        """Write the person's files, then the PDFs of invoices, as far as they go."""
        own = self.user._get_portal_data_files()
        self._write_folder(archive, "files", own)
        self._write_folder(archive, "documents", self.user._get_portal_data_papers())

    def _write_folder(self, archive, folder, attachments):
        for attachment in attachments.sorted("id", reverse=True):
            size = attachment.file_size or 0
            if self.count >= MOST_FILES or self.size + size > MOST_BYTES:
                self.left_out += 1
                continue
            name = clean_file_name(attachment._clean_portal_name(attachment.name))
            # One file at a time; the ids keep equal names apart.
            archive.writestr(f"{folder}/{attachment.id}-{name}", attachment.raw or b"")
            attachment.invalidate_recordset()
            self.count += 1
            self.size += size


def _read_path(record, path):
    """Return the value of "field" or "field.name"; of a selection its key."""
    value = record
    for name in path.split("."):
        is_flag = value._fields[name].type == "boolean"
        value = value[name]
    if isinstance(value, models.BaseModel):
        return ", ".join(value.mapped("display_name"))
    return "" if value is False and not is_flag else value


def _to_text(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
