"""What the leak test reads and calls: each model and route that a contact reaches.

A route without parameters is called as it is. One with parameters needs a line: in
ADDRESSES, with a hole for the record, or in SKIPPED, with the reason. A model that
contacts may read needs one in GUARDED, OWN or SHARED. A new one without a line fails
the test.

Each addon of ours has such a file, found by its name; what several of them say is
joined. With `add_papers` an addon adds documents of its own: see `test_leaks`.
"""

# Models that contacts may read, each in one of three tables. These are checked record
# by record against PEOPLE.
GUARDED = (
    "account.move",
    "account.move.line",
    "mail.message",
    "portal.activity",
    "portal.company.change",
    "portal.company.change.line",
    "portal.contact.function",
    "portal.dispute",
    "portal.dispute.event",
    "portal.dispute.line",
    "portal.document",
    "portal.document.access",
    "portal.document.request",
    "portal.document.version",
    "portal.membership",
    "portal.order.change",
    "portal.payment",
    "portal.promise",
    "portal.remittance",
    "portal.remittance.line",
    "res.partner",
    "res.users",
    "sale.order",
    "sale.order.line",
)
# {model: why each person sees but the own ones, which other tests check}
OWN = {
    "auth.passkey.key": "one's own keys",
    "auth.passkey.key.create": "a form",
    "auth_totp.device": "one's own devices",
    "auth_totp.wizard": "a form",
    "discuss.call.history": "of the own chats",
    "discuss.channel": "the own chats, and those open to all",
    "discuss.channel.member": "of the own chats",
    "ir.filters": "one's own filters",
    "mail.notification": "of the own messages",
    "payment.token": "one's own cards",
    "portal.consent": "one's own answers",
    "portal.data.export": "one's own exports",
    "portal.deletion.request": "one's own requests",
    "portal.list.export": "one's own exports",
    "portal.notice": "one's own notices",
    "portal.notification.digest": "one's own choice",
    "portal.notification.preference": "one's own choices",
    "res.users.apikeys": "one's own keys",
    "res.users.apikeys.description": "a form",
    "res.users.identitycheck": "a form",
}
# {model: what all may see of it}
SHARED = {
    "account.payment.term": "names of terms, as printed",
    "mail.message.subtype": "kinds of messages",
    "payment.method": "names of methods",
    "portal.document.kind": "names of kinds",
    "portal.short.payment.reason": "names of reasons",
    "res.company": "the seller's companies",
    "res.country": "countries",
    "res.country.group": "countries",
    "res.country.state": "countries",
    "res.currency": "currencies",
    "res.currency.rate": "rates of the seller",
    "res.lang": "languages",
}

# {model of Odoo: fields that ours add to it, and that whoever reads a record may read}
FIELDS_READ = {
    "res.partner": ["site_contact_name", "site_contact_phone"],
    "sale.order": [
        "portal_customer_id",
        "portal_user_id",
        "site_contact_name",
        "site_contact_phone",
        "wished_date",
    ],
}

# {kind of document: the fields with its lines}, each of which is searched and read.
KINDS = {
    "order": ["order_line"],
    "invoice": ["line_ids"],
    "remittance": ["line_ids"],
    "promise": [],
    "change": [],
    "dispute": ["line_ids", "event_ids"],
    "partner": [],
    "message": [],
    "company_change": ["line_ids"],
    "contact_function": [],
    "document": ["version_ids"],
    "asked": [],
}

# {route: [addresses]}; {order}, {invoice} ... are filled with each record in turn.
ADDRESSES = {
    "/my/invoices/<int:invoice_id>": [
        "/my/invoices/{invoice}",
        "/my/invoices/{invoice}?report_type=html",
        "/my/invoices/{invoice}?report_type=pdf&download=true",
    ],
    "/my/invoices/<int:invoice_id>/message": ["/my/invoices/{invoice}/message"],
    "/my/invoices/<int:invoice_id>/files/<int:attachment_id>": [
        "/my/invoices/1/files/{attachment}"
    ],
    "/my/invoices/<int:invoice_id>/dispute": ["/my/invoices/{invoice}/dispute"],
    "/my/disputes/<int:dispute_id>": ["/my/disputes/{dispute}"],
    "/my/disputes/<int:dispute_id>/files/<int:file_id>": [
        "/my/disputes/1/files/{attachment}",
        "/my/disputes/{dispute}/files/77777777",
    ],
    "/my/payments/<int:payment_id>": ["/my/payments/{payment}"],
    "/my/payments/<int:payment_id>/receipt": ["/my/payments/{payment}/receipt"],
    "/my/pay/<int:remittance_id>/advice": ["/my/pay/{remittance}/advice"],
    "/my/<string:list_name>/export": ["/my/invoices/export"],
    "/my/exports/<int:list_export_id>/download": ["/my/exports/1/download"],
    "/my/invoices/page/<int:page>": ["/my/invoices/page/2?filterby=all"],
    "/my/orders/<int:order_id>": [
        "/my/orders/{order}",
        "/my/orders/{order}?report_type=html",
        "/my/orders/{order}?report_type=pdf",
    ],
    "/my/orders/<int:order_id>/message": ["/my/orders/{order}/message"],
    "/my/orders/<int:order_id>/files/<int:attachment_id>": [
        "/my/orders/{order}/files/{attachment}"
    ],
    "/my/orders/page/<int:page>": ["/my/orders/page/1"],
    "/my/quotes/page/<int:page>": ["/my/quotes/page/1"],
    "/my/journal/<int:journal_id>/unsubscribe": ["/my/journal/1/unsubscribe"],
    "/my/orders/<int:order_id>/download_edi": ["/my/orders/{order}/download_edi"],
    "/my/orders/<int:order_id>/document/<int:document_id>": [
        "/my/orders/{order}/document/987654?access_token=x"
    ],
    "/my/orders/<int:order_id>/reorder": ["/my/orders/{order}/reorder"],
    "/my/orders/<int:order_id>/review": ["/my/orders/{order}/review"],
    "/my/orders/<int:order_id>/products": ["/my/orders/{order}/products?search=bolt"],
    "/my/orders/<int:order_id>/hand_over": ["/my/orders/{order}/hand_over"],
    "/my/orders/<int:order_id>/change": ["/my/orders/{order}/change"],
    "/my/orders/<int:order_id>/reference": ["/my/orders/{order}/reference"],
    "/my/orders/<int:order_id>/changes/<int:change_id>/withdraw": [
        "/my/orders/1/changes/{change}/withdraw"
    ],
    "/my/orders/<int:order_id>/decline": ["/my/orders/{order}/decline"],
    "/my/orders/<int:order_id>/accept": ["/my/orders/{order}/accept"],
    "/my/orders/<int:order_id>/update_line_dict": [
        "/my/orders/{order}/update_line_dict"
    ],
    "/my/orders/<int:order_id>/transaction": ["/my/orders/{order}/transaction"],
    "/invoice/transaction/<int:invoice_id>": ["/invoice/transaction/{invoice}"],
    "/my/pay/<int:remittance_id>": ["/my/pay/{remittance}"],
    "/my/pay/<int:remittance_id>/receipt": ["/my/pay/{remittance}/receipt"],
    "/my/pay/<int:remittance_id>/apply": ["/my/pay/{remittance}/apply"],
    "/my/pay/<int:remittance_id>/cancel": ["/my/pay/{remittance}/cancel"],
    "/my/pay/<int:remittance_id>/transaction": ["/my/pay/{remittance}/transaction"],
    "/my/pay/<int:remittance_id>/announce": ["/my/pay/{remittance}/announce"],
    "/my/promises/<int:promise_id>": ["/my/promises/{promise}"],
    "/my/promises/<int:promise_id>/change": ["/my/promises/{promise}/change"],
    "/my/promises/<int:promise_id>/withdraw": ["/my/promises/{promise}/withdraw"],
    "/pay/<string:token>": ["/pay/x"],
    "/pay/<string:token>/promise": ["/pay/x/promise"],
    "/pay/<string:token>/renew": ["/pay/x/renew"],
    "/pay/<string:token>/<int:remittance_id>": ["/pay/x/1"],
    "/pay/<string:token>/<int:remittance_id>/receipt": ["/pay/x/1/receipt"],
    "/pay/<string:token>/<int:remittance_id>/announce": ["/pay/x/1/announce"],
    "/pay/<string:token>/<int:remittance_id>/cancel": ["/pay/x/1/cancel"],
    "/pay/<string:token>/<int:remittance_id>/transaction": ["/pay/x/1/transaction"],
    "/my/payment_method/<int:token_id>/share": ["/my/payment_method/1/share"],
    "/my/payment_method/<int:token_id>/unshare": ["/my/payment_method/1/unshare"],
    "/my/payment_method/<int:token_id>/remove": ["/my/payment_method/1/remove"],
    "/my/addresses/<int:address_id>/orders": ["/my/addresses/{partner}/orders"],
    "/my/addresses/<int:address_id>/default": ["/my/addresses/{partner}/default"],
    "/my/addresses/<int:address_id>/archive": ["/my/addresses/{partner}/archive"],
    "/my/addresses/<int:address_id>/restore": ["/my/addresses/{partner}/restore"],
    "/my/company/changes/<int:company_change_id>": [
        "/my/company/changes/{company_change}"
    ],
    "/my/company/changes/<int:company_change_id>/withdraw": [
        "/my/company/changes/{company_change}/withdraw"
    ],
    "/my/company/contacts/<int:function_id>/remove": [
        "/my/company/contacts/{contact_function}/remove"
    ],
    "/my/people/<int:membership_id>": ["/my/people/1"],
    "/my/people/<int:membership_id>/disable": ["/my/people/1/disable"],
    "/my/people/<int:membership_id>/enable": ["/my/people/1/enable"],
    "/my/people/<int:membership_id>/resend": ["/my/people/1/resend"],
    "/my/company/invitations/<int:membership_id>": ["/my/company/invitations/1"],
    "/my/roles/<int:role_id>": ["/my/roles/1"],
    "/my/roles/<int:role_id>/delete": ["/my/roles/1/delete"],
    "/my/notices/<int:notice_id>": ["/my/notices/1"],
    "/my/notices/<int:notice_id>/open": ["/my/notices/1/open"],
    "/my/security/sessions/<int:session_id>/end": ["/my/security/sessions/1/end"],
    "/my/privacy/consents/<int:text_id>": ["/my/privacy/consents/1"],
    "/my/privacy/exports/<int:export_id>/download": ["/my/privacy/exports/1/download"],
    "/my/documents/<int:document_id>": ["/my/documents/{document}"],
    "/my/documents/<int:document_id>/download": ["/my/documents/{document}/download"],
    "/my/documents/<int:document_id>/versions/<int:version_id>/download": [
        "/my/documents/77777777/versions/{version}/download"
    ],
    "/my/documents/<int:document_id>/versions": ["/my/documents/{document}/versions"],
    "/my/documents/<int:document_id>/withdraw": ["/my/documents/{document}/withdraw"],
    "/my/documents/requests/<int:request_id>": [
        "/my/documents/requests/{asked}",
    ],
    "/account/download_invoice_documents/"
    '<models("account.move"):invoices>/<string:filetype>': [
        "/account/download_invoice_documents/{invoice}/pdf"
    ],
    '/account/download_move_attachments/<models("account.move"):moves>': [
        "/account/download_move_attachments/{invoice}"
    ],
    '/account/download_invoice_attachments/<models("ir.attachment"):attachments>': [
        "/account/download_invoice_attachments/{attachment}"
    ],
    "/report/<converter>/<reportname>/<docids>": [
        "/report/html/account.report_invoice/{invoice}",
        "/report/pdf/account.report_invoice_with_payments/{invoice}",
        "/report/html/sale.report_saleorder/{order}",
        "/report/pdf/sale.report_saleorder/{order}",
    ],
    "/report/<converter>/<reportname>": ["/report/html/sale.report_saleorder"],
    '/web_enterprise/partner/<model("res.partner"):partner>/vcard': [
        "/web_enterprise/partner/{partner}/vcard"
    ],
    "/web/content/<int:id>": ["/web/content/{attachment}"],
    "/web/content/<int:id>/<string:filename>": ["/web/content/{attachment}/x.txt"],
    "/web/content/<string:model>/<int:id>/<string:field>": [
        "/web/content/ir.attachment/{attachment}/datas",
        "/web/content/ir.attachment/{attachment}/index_content",
        "/web/content/sale.order/{order}/name",
        "/web/content/account.move/{invoice}/ref",
        "/web/content/res.partner/{partner}/comment",
        "/web/content/portal.document.version/{version}/content",
    ],
    "/web/content/<string:model>/<int:id>/<string:field>/<string:filename>": [
        "/web/content/ir.attachment/{attachment}/raw/x.txt"
    ],
    "/web/image/<int:id>": ["/web/image/{attachment}"],
    "/web/image/<string:model>/<int:id>/<string:field>": [
        "/web/image/res.partner/{partner}/image_128",
        "/web/image/sale.order/{order}/signature",
        "/web/image/portal.document.version/{version}/content",
    ],
    "/mail/message/<int:message_id>": ["/mail/message/{message}"],
    "/mail/avatar/mail.message/<int:res_id>/author_avatar/<int:width>x<int:height>": [
        "/mail/avatar/mail.message/{message}/author_avatar/50x50"
    ],
    "/mail/attachment/pdf_first_page/<int:attachment_id>": [
        "/mail/attachment/pdf_first_page/{attachment}"
    ],
    "/json/<path:subpath>": ["/json/1/sale.order/{order}", "/json/1/sale.order"],
    "/web/dataset/call_kw/<path:path>": ["/web/dataset/call_kw/sale.order/read"],
    "/web/dataset/call_button/<path:path>": [
        "/web/dataset/call_button/sale.order/action_confirm"
    ],
}

# {route: values of a JSON call}; without a line the call has no values.
CALLS = {
    "/mail/chatter_fetch": [
        {"thread_model": "sale.order", "thread_id": "{order}"},
        {"thread_model": "account.move", "thread_id": "{invoice}"},
        {"thread_model": "res.partner", "thread_id": "{partner}"},
    ],
    "/portal/chatter_init": [
        {"thread_model": "sale.order", "thread_id": "{order}"},
        {"thread_model": "account.move", "thread_id": "{invoice}"},
    ],
    "/mail/thread/messages": [
        {"thread_model": "sale.order", "thread_id": "{order}"},
        {"thread_model": "account.move", "thread_id": "{invoice}"},
        {"thread_model": "res.partner", "thread_id": "{partner}"},
        {"thread_model": "portal.document", "thread_id": "{document}"},
        {"thread_model": "portal.document.request", "thread_id": "{asked}"},
    ],
    "/mail/data": [
        {
            "fetch_params": [
                [
                    "mail.thread",
                    {
                        "thread_model": "sale.order",
                        "thread_id": "{order}",
                        "request_list": ["attachments", "followers"],
                    },
                ]
            ]
        }
    ],
    "/my/counters": [
        {
            "counters": [
                "quotation_count",
                "order_count",
                "invoice_count",
                "overdue_invoice_count",
            ]
        }
    ],
}

# Lists with everything on one page, so that nothing hides on the next one.
LISTS = (
    "/my",
    "/my/invoices?filterby=all&limit=100",
    "/my/invoices?filterby=all&search=CANARY",
    "/my/orders?limit=100",
    "/my/orders?search=CANARY",
    "/my/orders?filterby=draft",
    "/my/orders?filterby=cancelled",
    "/my/quotes?limit=100",
    "/my/payments?limit=100",
    "/my/payments?search=CANARY",
    "/my/exports",
    "/my/search?q=CANARY",
    "/my/search?q=CANARI",  # misspelt
    "/my/search/suggestions?q=CANARY",
    "/my/search/suggestions?q=CANARI",
    "/my/pay",
    "/my/pay?select=all",
    "/my/statement",
    "/my/statement?view=activity",
    "/my/statement/pdf?view=activity",
    "/my/credit",
    "/my/addresses?limit=100",
    "/my/addresses?filterby=archived&limit=100",
    "/my/addresses?search=CANARY",
    "/my/companies",
    "/my/companies?search=CANARY",
    "/my/company",
    "/my/company/change",
    "/my/company/contacts",
    "/my/people?filterby=all&limit=100",
    "/my/roles",
    "/my/activity?limit=100",
    "/my/activity?search=CANARY",
    "/my/notices?limit=100",
    "/my/notices?search=CANARY",
    "/my/documents?filterby=all&limit=100",
    "/my/documents?filterby=all&search=CANARY",
    "/my/documents/requests?filterby=all&limit=100",
)

# {beginning of a route: why it is not called}
SKIPPED = {
    "/account/init_tests": "made for tests of core",
    "/account/post_tests": "made for tests of core",
    "/auth/": "signs in",
    "/bus/": "no documents; the bus has tests of its own",
    "/chat/": "makes a chat",
    "/dashboard/": "dashboards of the back office",
    "/digest/": "digests of the back office",
    "/discuss/": "chats, which are their members'",
    "/doc": "describes the code",
    "/google_gmail": "staff sign in at a provider",
    "/html_editor": "shapes and pictures of the editor",
    "/jsonrpc": "signs in by itself; the client test calls it",
    "/mail/action": "the same as /mail/data, for changes",
    "/mail/rtc": "calls",
    "/mail/guest": "guests of chats",
    "/meet/": "makes a meeting",
    "/microsoft_outlook": "staff sign in at a provider",
    "/my/deactivate_account": "ends the account; POST only",
    "/my/address/country_info": "says which fields an address of a country has",
    "/odoo": "the web client, without data",
    "/rate/": "needs the token of a rating",
    "/report/barcode": "draws what it is given",
    "/scoped_app": "the web client, without data",
    "/spreadsheet": "dashboards of the back office",
    "/web/action": "actions of the web client",
    "/web/assets": "scripts and styles",
    "/web/become": "for administrators",
    "/web/bundle": "scripts and styles",
    "/web/content/<string:xmlid>": "names a record of the code",
    "/web/image/": "the same controller as the called ones, other sizes",
    "/web/login_successful": "a fixed page",
    "/web/session": "signs in and out",
    "/web/set_profiling": "for developers",
    "/web/speedscope": "for developers",
    "/web/profile_config": "for developers",
    "/web/tests": "made for tests of core",
    "/web/webclient": "the web client, without data",
    "/web_editor": "shapes and pictures of the editor",
    "/web_unsplash": "pictures of another site",
    "/website/translations": "words of the pages",
    "/websocket": "the bus",
    "/xmlrpc": "signs in by itself; the client test calls it",
    "/json/2": "needs an API key; the client test calls it",
    "/json/1": "leads to /json/<path>",
}
