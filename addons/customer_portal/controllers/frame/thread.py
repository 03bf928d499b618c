"""Odoo's routes for messages and files, as people who are not staff may use them."""

import logging

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import BadRequest, NotFound, RequestEntityTooLarge

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.mail.controllers.attachment import AttachmentController
from odoo.addons.mail.controllers.thread import ThreadController
from odoo.addons.portal.controllers.portal_thread import PortalChatter

from ...const import LARGEST_UPLOAD, MAX_ID, MOST_FILES
from ...exceptions import TooManyRequests
from ...tools.parse import parse_id, parse_ids

_logger = logging.getLogger(__name__)

LONGEST_MESSAGE = 50_000  # characters, with their markup
MOST_MESSAGES = 100  # of one request
LARGEST_SIDE = 2000  # pixels of a picture of somebody
LONGEST_SEARCH = 100  # characters


def _check_thread(thread_model, thread_id):
    """Refuse what no document can be; core fails on it.

    :raise NotFound: as for a document that does not exist
    """
    model = request.env.get(thread_model) if isinstance(thread_model, str) else None
    if not (
        model is not None
        and "website_message_ids" in model._fields
        and hasattr(model, "_get_thread_with_access")
    ):
        raise NotFound
    if not parse_id(thread_id):
        raise NotFound


def _clean_access(thread_model, values):
    """Return the values of a call without signatures that its model cannot have.

    Core compares them with a token, and fails where there is none.
    """
    model = request.env[thread_model]
    if model._mail_post_token_field in model._fields:
        return values
    return {name: values[name] for name in values.keys() - {"hash", "pid", "token"}}


def _is_staff():
    return request.env.user._is_internal()


def _clean_fetch_params(params):
    """Return which messages to fetch: whole numbers, at most a hundred, and a text."""
    clean = {
        name: params[name]
        for name in ("before", "after", "around", "limit")
        if type(params.get(name)) is int and 0 <= params[name] < MAX_ID
    }
    if "limit" in clean:
        clean["limit"] = min(clean["limit"], MOST_MESSAGES)
    if isinstance(params.get("search_term"), str):
        clean["search_term"] = params["search_term"][:LONGEST_SEARCH]
    return clean


class ChatterPortal(PortalChatter):
    @route()
    def portal_avatar(self, res_id=None, access_token=None, _hash=None, **kwargs):
        """Extend: the picture of nobody for messages that are not to be seen.

        Core fails on messages that do not exist, on wrong tokens, and on sizes that
        no picture has.
        """
        for name in ("width", "height"):
            if not 0 <= kwargs.get(name, 0) <= LARGEST_SIDE:
                raise NotFound
        pid = kwargs.pop("pid", None)
        # sudo: which document the message is of; its token is asked for just below
        messages = request.env["mail.message"].sudo()
        # nosemgrep: route-sudo-browse-unchecked (nothing of the message is given away)
        message = messages.browse(res_id).exists()
        is_document = message.model in request.env and hasattr(
            request.env[message.model], "_get_thread_with_access"
        )
        is_shown = is_document and self._get_thread_with_access(
            message.model,
            message.res_id,
            token=access_token,
            hash=_hash,
            pid=parse_id(pid) or None,
        )
        if not is_shown:
            return super().portal_avatar(res_id=res_id, **kwargs)
        return super().portal_avatar(
            res_id=res_id, access_token=access_token, _hash=_hash, pid=pid, **kwargs
        )

    @route()
    def portal_chatter_init(self, thread_model, thread_id, **kwargs):
        """Extend: what cannot be a document is missing."""
        if not _is_staff():
            _check_thread(thread_model, thread_id)
            kwargs = _clean_access(thread_model, kwargs)
        return super().portal_chatter_init(thread_model, thread_id, **kwargs)

    @route()
    def portal_message_fetch(self, thread_model, thread_id, fetch_params=None, **kw):
        """Extend: what cannot be a document is missing; odd choices are left out."""
        if not _is_staff():
            _check_thread(thread_model, thread_id)
            if not isinstance(fetch_params or {}, dict):
                raise NotFound
            fetch_params = _clean_fetch_params(fetch_params or {})
            kw = _clean_access(thread_model, kw)
        return super().portal_message_fetch(
            thread_model, thread_id, fetch_params=fetch_params, **kw
        )


class ThreadPortal(ThreadController):
    @route()
    def mail_message_update_content(self, message_id, update_data, **kwargs):
        """Extend: what cannot be a message is missing."""
        if not _is_staff():
            message_id = parse_id(message_id)
            if not message_id or not isinstance(update_data, dict):
                raise NotFound
            if "body" not in update_data:
                raise BadRequest
        return super().mail_message_update_content(message_id, update_data, **kwargs)

    @route()
    def mail_message_post(
        self, thread_model, thread_id, post_data, context=None, **kwargs
    ):
        """Extend: a comment, whatever the sender calls it, and no context of his."""
        if not _is_staff():
            _check_thread(thread_model, thread_id)
            if not isinstance(post_data, dict):
                raise NotFound
            context = None
            kwargs = _clean_access(thread_model, kwargs)
        return super().mail_message_post(
            thread_model, thread_id, post_data, context, **kwargs
        )

    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        """Extend: customers write comments that both sides see.

        Core lets them choose a note, which their colleagues would not see.
        """
        if _is_staff():
            return super()._prepare_message_data(post_data, thread=thread, **kwargs)
        body = post_data.get("body") or ""
        if not isinstance(body, str) or len(body) > LONGEST_MESSAGE:
            raise UserError(request.env._("This message is too long."))
        values = super()._prepare_message_data(post_data, thread=thread, **kwargs)
        values["message_type"] = "comment"
        if kwargs.get("from_create"):
            values["subtype_xmlid"] = "mail.mt_comment"
        else:
            values.pop("subtype_xmlid", None)
        return values


class AttachmentPortal(AttachmentController):
    @route()
    def mail_attachment_get_zip(self, file_ids, zip_name, **kwargs):
        """Extend: a list of ids, and few of them."""
        if not _is_staff() and not 0 < len(parse_ids(file_ids)) <= MOST_FILES:
            raise NotFound
        return super().mail_attachment_get_zip(file_ids, zip_name, **kwargs)

    @route()
    def mail_attachment_upload(
        self, ufile, thread_id, thread_model, is_pending=False, **kwargs
    ):
        """Extend: files of known types, not too large, with a clean name.

        For documents that the roles guard; others take what stock Odoo takes.
        A picture of these stays as it is, and a full disk is said in a sentence.
        """
        if not _is_staff():
            _check_thread(thread_model, thread_id)
            if not isinstance(ufile, FileStorage):
                raise BadRequest
            kwargs = _clean_access(thread_model, kwargs)
        model = request.env.get(thread_model)
        is_guarded = model is not None and hasattr(model, "_get_portal_rule_domain")
        if is_guarded and not _is_staff():
            request.env["ir.http"]._count("upload")
            if (request.httprequest.content_length or 0) > LARGEST_UPLOAD:
                raise RequestEntityTooLarge
            attachments = request.env["ir.attachment"]
            try:
                ufile.filename = attachments._check_portal_upload(
                    ufile.filename, ufile.stream
                )
            except TooManyRequests:
                raise
            except UserError as refusal:
                return request.make_json_response({"error": refusal.args[0]})
        if is_guarded:
            request.update_context(image_no_postprocess=True)
        try:
            with request.env.cr.savepoint():
                return super().mail_attachment_upload(
                    ufile, thread_id, thread_model, is_pending=is_pending, **kwargs
                )
        except OSError:
            # The row went with the file that could not be written.
            _logger.exception("A file of a message could not be stored")
            message = request.env._(
                "The file could not be stored. Please try again later."
            )
            return request.make_json_response({"error": message})
