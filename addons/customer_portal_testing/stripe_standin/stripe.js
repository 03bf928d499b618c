/* Plays Stripe's script, as far as Odoo's payment form uses it, and asks the stand-in that
   has served it. See https://docs.stripe.com/js. */
(() => {
    "use strict";

    const BASE = new URL(document.currentScript.src).origin;
    // Of each kind of payment method: name, label, and what may be typed for a try.
    const FIELDS = {
        card: [
            ["number", "Card number", "4242 4242 4242 4242"],
            ["expiry", "Expiry (MM/YY)", "12/40"],
            ["cvc", "Security code", "123"],
        ],
        sepa_debit: [["iban", "IBAN", "DE89 3704 0044 0532 0130 00"]],
        us_bank_account: [
            ["routing_number", "Routing number", "110000000"],
            ["account_number", "Account number", "000123456789"],
        ],
    };
    let count = 0;

    function make(tag, values, ...children) {
        const element = Object.assign(document.createElement(tag), values);
        element.append(...children);
        return element;
    }

    class PaymentElement {
        constructor(kind, options) {
            this.kind = kind;
            this.billing = options?.defaultValues?.billingDetails ?? {};
            this.inputs = {};
            this.handlers = {};
        }

        on(event, handler) {
            (this.handlers[event] ??= []).push(handler);
            return this;
        }

        mount(place) {
            const target = typeof place === "string" ? document.querySelector(place) : place;
            for (const [name, text, example] of FIELDS[this.kind] ?? []) {
                const id = `standin_${name}_${++count}`;
                this.inputs[name] = make("input", {
                    id,
                    className: "form-control mb-2",
                    autocomplete: "off",
                    placeholder: example,
                });
                const label = make("label", { htmlFor: id, className: "form-label" }, text);
                target.append(make("div", {}, label, this.inputs[name]));
            }
            for (const handler of this.handlers.ready ?? []) {
                handler();
            }
        }

        get isComplete() {
            return Object.values(this.inputs).every((input) => input.value.trim());
        }

        /** Return what was typed, as fields of `payment_method_data`. */
        read() {
            const typed = {};
            for (const [name, input] of Object.entries(this.inputs)) {
                typed[name] = input.value.replaceAll(" ", "");
            }
            if ("expiry" in typed) {
                const [month, year] = typed.expiry.split("/").map(Number);
                delete typed.expiry;
                Object.assign(typed, { exp_month: month, exp_year: 2000 + (year % 100) });
            }
            return { type: this.kind, [this.kind]: typed, billing_details: this.billing };
        }
    }

    class Elements {
        constructor(options) {
            this.options = options;
        }

        create(_type, options) {
            this.element = new PaymentElement(this.options.paymentMethodTypes[0], options);
            return this.element;
        }

        getElement() {
            return this.element;
        }

        update(options) {
            Object.assign(this.options, options);
        }

        async submit() {
            if (!this.element.isComplete) {
                throw new Error("Your payment details are incomplete.");
            }
            return {};
        }
    }

    /** Add values to a form, as Stripe reads them: `card[number]`. */
    function fill(form, name, value) {
        if (value !== null && typeof value === "object") {
            for (const [key, one] of Object.entries(value)) {
                fill(form, name ? `${name}[${key}]` : key, one);
            }
        } else if (value !== undefined && value !== null && value !== "") {
            form.append(name, value);
        }
    }

    /** Ask the owner of the card, as a bank does. */
    function authenticate() {
        return new Promise((resolve) => {
            const answer = (text, accepts) => {
                const button = make("button", { type: "button", className: "btn" }, text);
                button.classList.add(accepts ? "btn-primary" : "btn-secondary", "me-2");
                button.addEventListener("click", () => {
                    dialog.remove();
                    resolve(accepts);
                });
                return button;
            };
            const title = make("h2", { id: "standin_title", className: "h4" }, "Your bank asks");
            const dialog = make(
                "dialog",
                { className: "border-0 rounded p-4" },
                title,
                make("p", {}, "Do you want to pay? This plays 3-D Secure."),
                answer("Approve", true),
                answer("Refuse", false)
            );
            dialog.setAttribute("aria-labelledby", title.id);
            dialog.addEventListener("cancel", (event) => event.preventDefault());
            document.body.append(dialog);
            dialog.showModal();
        });
    }

    class Client {
        constructor(key) {
            this.key = key;
        }

        elements(options) {
            return new Elements(options);
        }

        async ask(method, path, values) {
            const form = new URLSearchParams();
            fill(form, "", values);
            const isRead = method === "GET";
            const answer = await fetch(`${BASE}${path}${isRead ? `?${form}` : ""}`, {
                method,
                body: isRead ? undefined : form,
                headers: { Authorization: `Bearer ${this.key}` },
            });
            const found = await answer.json();
            if (found.error) {
                throw found.error;
            }
            return found;
        }

        confirmPayment(options) {
            return this.confirm("payment_intent", options).catch((error) => ({ error }));
        }

        confirmSetup(options) {
            return this.confirm("setup_intent", options).catch((error) => ({ error }));
        }

        async confirm(kind, { elements, clientSecret, confirmParams }) {
            const id = clientSecret.split("_secret_")[0];
            const path = `/v1/${kind}s/${id}`;
            const secret = { client_secret: clientSecret };
            let intent = await this.ask("GET", path, secret);
            const { amount, currency } = elements.options;
            if (amount && (amount !== intent.amount || currency !== intent.currency)) {
                throw { message: "The form shows another amount than the intent has." };
            }
            intent = await this.ask("POST", `${path}/confirm`, {
                ...secret,
                payment_method_data: elements.getElement().read(),
                return_url: confirmParams.return_url,
            });
            if (intent.status === "requires_action") {
                const accept = await authenticate();
                const values = { ...secret, intent: id, accept };
                intent = await this.ask("POST", "/standin/authenticate/", values);
            }
            const failure = intent.last_payment_error ?? intent.last_setup_error;
            if (intent.status === "requires_payment_method" && failure) {
                throw failure;
            }
            const url = new URL(confirmParams.return_url);
            url.searchParams.set(kind, id);
            url.searchParams.set(`${kind}_client_secret`, clientSecret);
            url.searchParams.set("redirect_status", intent.status);
            window.location.assign(url);
            return new Promise(() => {}); // the page is left
        }
    }

    window.Stripe = (key) => new Client(key);
})();
