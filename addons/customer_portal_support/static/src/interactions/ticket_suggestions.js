import { Piece, mount } from "@customer_portal/interactions/piece";
import { tell } from "@customer_portal/interactions/search_log";

const SHORTEST = 3; // letters, as on the server
// Chinese, Japanese and Korean letters are words: one says enough.
const DENSE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
const LONGEST = 500;
const WAIT = 600; // milliseconds after the last key: nobody is hurried

/** Shows own records that may answer what is being written; it never takes the focus. */
export class TicketSuggestions extends Piece {
    static selector = ".cp_ticket_suggestions";
    dynamicContent = {
        ".cp_suggestions_close": { "t-on-click": this.dismiss },
    };

    setup() {
        this.box = this.el.querySelector(".cp_suggestions_found");
        this.status = this.el.querySelector("[role='status']");
        this.shown = "";
    }

    start() {
        const form = document.getElementById(this.el.dataset.form);
        this.fields = [...form.querySelectorAll("[name='subject'], textarea")];
        for (const field of this.fields) {
            field.addEventListener("input", () => this.wait());
        }
        this.el.hidden = false;
        // `toggle` does not bubble.
        this.box.addEventListener("toggle", (ev) => this.onToggle(ev), true);
        this.box.addEventListener("click", (ev) => this.onClick(ev));
    }

    get text() {
        // A subject that the form has filled in says nothing of the question.
        const typed = this.fields.filter((field) => field.value !== field.defaultValue);
        const texts = typed.map((field) => field.value.trim());
        return texts.filter(Boolean).join(" ").slice(0, LONGEST);
    }

    wait() {
        clearTimeout(this.timer);
        this.request?.abort(); // an answer that is still to come is for another text
        if (!this.el.hidden) {
            this.timer = setTimeout(() => this.ask(this.text), WAIT);
        }
    }

    async ask(text) {
        // What is being read stays.
        if (this.box.querySelector("details[open]") || text === this.shown) {
            return;
        }
        if (text.length < SHORTEST && !DENSE.test(text)) {
            this.show("", "");
            return;
        }
        const request = (this.request = new AbortController());
        try {
            const response = await fetch(
                `${this.el.dataset.url}?${new URLSearchParams({ q: text })}`,
                { signal: request.signal }
            );
            const answer = response.ok ? await response.text() : "";
            if (!request.signal.aborted) {
                this.show(answer, text);
            }
        } catch {
            // Without an answer, or signed out: the form works as it is.
        }
    }

    show(answer, text) {
        this.shown = text;
        const page = new DOMParser().parseFromString(answer, "text/html");
        this.box.replaceChildren(...page.body.childNodes);
        const rows = this.box.querySelector("[data-count]");
        const count = Number(rows?.dataset.count || 0);
        const message = count ? rows.dataset.message : "";
        if (this.status.textContent !== message) {
            this.status.textContent = message;
        }
        this.el.classList.toggle("cp_has_suggestions", Boolean(count));
        this.seal = rows?.dataset.seal;
        tell(this.seal);
    }

    onToggle(ev) {
        if (ev.target.open) {
            tell(this.seal, ev.target.dataset.url);
            this.read(ev.target);
        }
    }

    /** Put the whole text, where there is one, in place of its excerpt. */
    async read(row) {
        const { part } = row.dataset;
        const excerpt = row.querySelector(".cp_suggestion_excerpt");
        if (!part || !excerpt) {
            return;
        }
        try {
            const response = await fetch(part);
            const answer = response.ok ? await response.text() : "";
            const page = new DOMParser().parseFromString(answer, "text/html");
            const text = page.querySelector(".cp_read_here");
            if (text) {
                excerpt.replaceWith(text);
            }
        } catch {
            // The excerpt and the link stay.
        }
    }

    onClick(ev) {
        const link = ev.target.closest("a[href]");
        if (link) {
            tell(this.seal, link.getAttribute("href"));
        }
    }

    dismiss() {
        this.el.hidden = true;
        this.fields[0].focus();
    }
}

mount(TicketSuggestions);
