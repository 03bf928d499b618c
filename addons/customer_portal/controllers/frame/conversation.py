"""What pages of documents share: links of a mail, and messages that both sides see."""

import logging
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mail import plaintext2html

from odoo.addons.mail.controllers.thread import ThreadController
from odoo.addons.portal.utils import get_portal_partner

from ...const import LONGEST_TOKEN, MOST_FILES, MOST_MESSAGES
from ...exceptions import TooManyRequests
from ...tools.file_name import clean_file_name
from ...tools.parse import clean_lines, parse_id
from ..forms import LONGEST_FIELD
from ..portal import Portal

_logger = logging.getLogger(__name__)

LONGEST_MESSAGE = LONGEST_FIELD
FILE_POLICY = "default-src 'none'; sandbox"
SHOWN_POLICY = "default-src 'none'"  # a browser shows no PDF in a sandbox
# The routes of the messages of a document, and of their files.
MESSAGE = {
    "type": "http",
    "auth": "public",
    "website": True,
    "sitemap": False,
    "methods": ["POST"],
    "limit": "message",
}
MESSAGE_FILE = {
    "type": "http",
    "auth": "public",
    "website": True,
    "sitemap": False,
    "methods": ["GET"],
    "readonly": True,
}
# The signature of a link in a mail; not all of the address's parameters.
LINK_PARAMETERS = ("access_token", "pid", "hash")


class ConversationPortal(Portal):
    def _get_done_texts(self):
        """Extend: what became of a message."""
        _ = request.env._
        return {
            **super()._get_done_texts(),
            "message_sent": _("Your message was sent."),
        }

    def _take_message(self, document_sudo, form, render):
        """Send what a form says about a document, once, to whoever follows it.

        The reader of the document was checked.

        :param dict form: as it was sent
        :param callable render: (document, access token, query, message=, typed=) ->
            the page, with what is wrong and what was typed
        """
        access_token = form.get("access_token")
        text, message = self._check_message(form.get("body", ""))
        if message:
            return render(
                document_sudo, access_token, form, message=message, typed=text
            )
        link = self._get_link(access_token, form)
        request.env["portal.request"]._make_once(
            form.get("request_key", ""),
            document_sudo._name,
            self._post_message,
            document_sudo,
            text,
            link,
        )
        address = self._get_page_address(document_sudo, link, notice="message_sent")
        return request.redirect(f"{address}#messages", code=303)

    @staticmethod
    def _get_page_address(document, link, path="", **more):
        """Return an address of a document that its reader may open again.

        :param dict link: of `_get_link`
        """
        parameters = {**more, **link}
        address = f"{document.access_url}{path}"
        return f"{address}?{urlencode(parameters)}" if parameters else address

    @staticmethod
    def _check_message(body):
        """Return (the text of a message, what is wrong with it or "")."""
        text = clean_lines(body[: LONGEST_MESSAGE + 1])
        if not text:
            return text, request.env._("Write something first.")
        if len(body) > LONGEST_MESSAGE:
            return text, request.env._("This message is too long.")
        return text, ""

    @staticmethod
    def _get_link(access_token, query):
        """Return the parameters of a mailed link that later addresses repeat."""
        values = {**query, "access_token": access_token}
        return {
            name: values[name]
            for name in LINK_PARAMETERS
            if isinstance(values.get(name), str)
            and values[name]
            and values[name].isascii()
            and len(values[name]) <= LONGEST_TOKEN
        }

    def _can_write_message(self, document_sudo, link):
        """Return whether this reader may answer: a person, or somebody with a link.

        Not staff who look at the portal as the person.
        """
        if not request.env.user._is_public():
            return not request.env["ir.http"]._get_portal_view()
        return bool(self._get_author(document_sudo, link))

    @staticmethod
    def _get_author(document_sudo, link):
        """Return whom a visitor's link was sent to, a res.partner, or none."""
        pid = parse_id(link.get("pid"))
        return get_portal_partner(
            document_sudo,
            link.get("hash") if pid else None,
            pid or None,
            link.get("access_token"),
        )

    def _post_message(self, document_sudo, text, link):
        """Post as Odoo's own route does; the reader of the document was checked.

        :return: the document
        """
        thread = ThreadController._get_thread_with_access_for_post(
            document_sudo._name,
            document_sudo.id,
            token=link.get("access_token"),
            hash=link.get("hash"),
            pid=parse_id(link.get("pid")) or None,
        )
        if not thread:
            raise NotFound
        author = request.env.user.partner_id
        if request.env.user._is_public():
            author = self._get_author(document_sudo, link)
            if not author:
                raise NotFound
        # sudo: people who may read a document may write about it
        thread.sudo().with_context(
            mail_post_autofollow_author_skip=True, mail_post_autofollow=False
        ).message_post(
            body=plaintext2html(text),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
        )
        return document_sudo

    def _send_message_file(self, document_sudo, attachment_id):
        """Answer with a file of a message that the page of the document shows.

        :raise NotFound: where it has no such file
        """
        messages = document_sudo._get_portal_messages(MOST_MESSAGES)
        attachment = messages.attachment_ids.filtered(
            lambda attachment: attachment.id == attachment_id
        )
        if not attachment:
            raise NotFound
        return self._send_stored_file(attachment)

    @staticmethod
    def _send_stored_file(attachment, *, as_attachment=True):
        """Answer with a stored file to save, or to look at where it is a PDF.

        The reader of its document was checked.
        """
        try:
            stream = request.env["ir.binary"]._get_stream_from(
                attachment, filename=clean_file_name(attachment.name)
            )
            response = stream.get_response(
                as_attachment=as_attachment,
                content_security_policy=FILE_POLICY if as_attachment else SHOWN_POLICY,
            )
        except FileNotFoundError as error:
            raise NotFound from error
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    # ------------------------------------------------------------
    # Files
    # ------------------------------------------------------------

    @staticmethod
    def _read_files(form, name="files"):
        """Return (clean name, content) of what was chosen; wrong ones are an error.

        :param str name: of the field
        """
        files = [
            file for file in request.httprequest.files.getlist(name) if file.filename
        ]
        if len(files) > MOST_FILES:
            form.errors[name] = request.env._(
                "At most %s files can be sent at once.", MOST_FILES
            )
            return []
        read = []
        limits = request.env["portal.rate.limit"]
        for file in files:
            # When Odoo runs a request again, it rewinds the first file alone.
            file.stream.seek(0)
            try:
                # A request that is run again has sent no more files than before.
                if not hasattr(file, "portal_name"):
                    limits._check(
                        "upload",
                        account=limits._get_user_key(request.env.user),
                        address=limits._get_address_key(
                            request.httprequest.remote_addr
                        ),
                    )
                    attachments = request.env["ir.attachment"]
                    file.portal_name = attachments._check_portal_upload(
                        file.filename, file.stream
                    )
            except TooManyRequests:
                raise
            except UserError as refusal:
                form.errors[name] = refusal.args[0]
                return []
            read.append((file.portal_name, file.stream.read()))
        return read

    def _attempt_with_files(self, change, *args, **kwargs):
        """Do as `_attempt`; a full disk is said in a sentence."""
        try:
            return self._attempt(change, *args, **kwargs)
        except OSError:
            # The rows went with the file that could not be written.
            _logger.exception("A file could not be stored")
            return None, request.env._(
                "The file could not be stored. Please try again later."
            )
