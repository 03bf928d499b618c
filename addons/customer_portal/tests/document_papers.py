"""Documents and files for the tests."""

import io
import zipfile

from odoo import Command
from odoo.http import Request
from odoo.tests import tagged

from .common import PortalHttpCommon
from .role_case import RolesMixin

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n"


def make_package(members=None, **names):
    """Return an office file of {name: content}, by default of a letter."""
    members = members or {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<document/>",
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**members, **names}.items():
            package.writestr(name, content)
    return stream.getvalue()


# Each audience with a customer behind it, for the leak test.
AUDIENCES = ("customer", "tags", "product")


class DocumentMixin:
    """Documents of the seller and of customers, in one line each."""

    @classmethod
    def _create_document(cls, name, audience="all", content=PDF, **values):
        """Return a document of the seller with one version."""
        document = cls.env["portal.document"].create(
            {
                "name": name,
                "kind_id": cls.env.ref("customer_portal.kind_other").id,
                "audience": audience,
                "company_id": cls.company.id,
                **values,
            }
        )
        if content:
            document._add_version(f"{name}.pdf", content)
        return document

    @classmethod
    def _receive_document(cls, name, user, customer=None, **values):
        """Return a document that a person has sent."""
        customer = customer or user.partner_id.commercial_partner_id
        return (
            (
                cls.env["portal.document"]
                .with_user(user)
                .sudo()
                ._receive(
                    customer,
                    {
                        "name": name,
                        "kind_id": cls.env.ref("customer_portal.kind_other").id,
                        **values,
                    },
                    f"{name}.pdf",
                    PDF,
                )
            )
            .sudo(False)
            .with_env(cls.env)
        )

    @classmethod
    def _ask_for_document(cls, name="Tax exemption", partner=None, **values):
        """Return a request of the seller."""
        return cls.env["portal.document.request"].create(
            {
                "name": name,
                "kind_id": cls.env.ref("customer_portal.kind_other").id,
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "due_date": cls.today,
                **values,
            }
        )

    def _upload(
        self, path, *files, accept=None, key="a" * 32, field="files", **fields_
    ):
        """POST a form with files, as a page does; `files` are (name, content)."""
        return self.url_open(
            path,
            data={
                "csrf_token": Request.csrf_token(self),
                "request_key": key,
                **fields_,
            },
            files=[(field, file) for file in files],
            headers={"Accept": accept} if accept else {},
            allow_redirects=False,
        )

    # ------------------------------------------------------------
    # For the leak test
    # ------------------------------------------------------------

    @classmethod
    def _add_documents(cls, partner, key, **who):
        """Add what the leak test looks for."""
        for document in cls._create_leak_documents(partner, key):
            cls._add("document", document, document.name, "see_documents", **who)
            version = document.version_ids
            canary = f"{document.name}-FILE"
            cls._add("version", version, canary, "see_documents", **who)
        asked = cls._ask_for_document(f"CANARY-ASKED-{key}", partner=partner)
        cls._add("asked", asked, asked.name, "see_documents", **who)

    @classmethod
    def _create_leak_documents(cls, partner, key):
        """Return documents of a customer alone, one an audience, each with canaries.

        :return: list of (document, its file, request or None)
        """
        tag = cls.env["res.partner.category"].create({"name": f"CANARY-TAG-{key}"})
        partner.category_id |= tag
        product = cls.env["product.product"].create(
            {"name": f"CANARY-PRODUCT-{key}", "type": "service"}
        )
        cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        ).action_confirm()
        values = {
            "customer": {"partner_id": partner.id},
            "tags": {"category_ids": [Command.set(tag.ids)]},
            "product": {"product_tmpl_ids": [Command.set(product.product_tmpl_id.ids)]},
        }
        documents = cls.env["portal.document"]
        for audience in AUDIENCES:
            canary = f"CANARY-DOCUMENT-{audience.upper()}-{key}"
            document = cls._create_document(
                canary,
                audience,
                content=f"{PDF.decode('latin-1')}{canary}-FILE".encode("latin-1"),
                **values[audience],
            )
            document.message_post(
                body=f"{canary}-COMMENT", subtype_xmlid="mail.mt_comment"
            )
            documents |= document
        return documents


class DocumentCast(RolesMixin, DocumentMixin):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kind = cls.env.ref("customer_portal.kind_other")
        cls.documents = cls.env["portal.document"]
        cls._get_product()
        cls.env.user.group_ids |= cls.env.ref("customer_portal.group_portal_manager")
        cls.env.user.group_ids |= cls.env.ref("base.group_system")

    def _sees(self, user, document):
        """Return whether a person finds a document, and may read it past all pages."""
        own = document.with_user(user)
        found = bool(own.search([("id", "=", document.id)]))
        self.assertEqual(own.has_access("read"), found)
        versions = document.version_ids.with_user(user)
        self.assertEqual(bool(versions.search([("id", "in", versions.ids)])), found)
        return found

    def _assert_seen_by(self, document, *users):
        cast = (self.buyer, self.colleague, self.stranger)
        self.assertEqual(
            {user for user in cast if self._sees(user, document)}, {*users}
        )
        self.assertEqual(set(document._get_portal_readers()) & {*cast}, {*users})


@tagged("post_install", "-at_install")
class DocumentCommon(DocumentCast, PortalHttpCommon):
    pass
