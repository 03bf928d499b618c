import { Combobox } from "./combobox";
import { mount } from "./piece";
import { tell } from "./search_log";

const SHORTEST = 3; // letters, as on the server
// Chinese, Japanese and Korean letters are words: one says enough.
const DENSE = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;

/** The box of the search in the head of all pages; `/` leads there. */
export class RecordSearch extends Combobox {
    static selector = ".cp_find";

    start() {
        super.start();
        document.addEventListener("keydown", (ev) => {
            const isTyping = ev.target.closest(
                "input, textarea, select, [contenteditable], .modal"
            );
            const isAlone = !ev.ctrlKey && !ev.metaKey && !ev.altKey;
            if (ev.key === "/" && isAlone && !isTyping) {
                ev.preventDefault();
                this.open();
            }
        });
        // On a phone it is a link to the page of the search, until the box is there.
        document.querySelector(".cp_find_button")?.addEventListener("click", (ev) => {
            ev.preventDefault();
            this.open();
        });
    }

    open() {
        this.el.classList.add("cp_open");
        this.field.focus();
        this.field.select();
    }

    isEnough(text) {
        return text.length >= SHORTEST || DENSE.test(text);
    }

    getAddress(text) {
        return `/my/search/suggestions?${new URLSearchParams({ q: text })}`;
    }

    read({ found, seal }) {
        this.seal = seal;
        return { items: found };
    }

    draw({ title, note, kind, icon }) {
        const sign = document.createElement("i");
        sign.className = `fa fa-fw ${icon}`;
        sign.setAttribute("aria-hidden", "true");
        const notes = [kind, note].filter(Boolean).join(" · ");
        return [sign, " ", this.bdi(title), " ", this.bdi(notes, "small text-muted")];
    }

    choose({ url }) {
        tell(this.seal, url);
        window.location.assign(url);
    }

    submit() {
        this.field.form.requestSubmit();
    }
}

mount(RecordSearch);
