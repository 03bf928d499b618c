import { Piece } from "./piece";

const WAIT = 250; // milliseconds after the last key

/**
 * A field with a list of what fits, which comes while one types (WAI-ARIA: combobox with a
 * list). The element has the field, a `[role='listbox']` and a `.cp_combobox_said`, and the
 * texts none, one, some and more. A subclass says
 *
 * - `isEnough(text)`: whether to ask
 * - `getAddress(text)`: where
 * - `read(answer)`: `{items, hasMore}` of the answer
 * - `draw(item)`: the content of an option, a list of nodes and texts
 * - `choose(item, option)`, and `submit()` where Enter is pressed and none is chosen
 */
export class Combobox extends Piece {
    dynamicContent = {
        "input[autocomplete]": {
            "t-on-input": this.onInput,
            "t-on-keydown": this.onKeydown,
            "t-on-blur": this.close,
        },
        // Before the field loses the focus, and with it the list.
        "[role='listbox']": {
            "t-on-mousedown.prevent": () => {},
            "t-on-click": this.onClick,
        },
    };

    setup() {
        this.field = this.el.querySelector("input[autocomplete]");
        this.list = this.el.querySelector("[role='listbox']");
        this.status = this.el.querySelector(".cp_combobox_said");
        this.items = [];
        this.active = -1;
    }

    start() {
        for (const [name, value] of Object.entries({
            role: "combobox",
            "aria-autocomplete": "list",
            "aria-expanded": "false",
            "aria-controls": this.list.id,
        })) {
            this.field.setAttribute(name, value);
        }
    }

    onInput() {
        clearTimeout(this.timer);
        this.request?.abort(); // an answer that is still to come is for another text
        this.close();
        const text = this.field.value.trim();
        if (this.isEnough(text)) {
            this.timer = setTimeout(() => this.ask(text), WAIT);
        }
    }

    async ask(text) {
        const request = (this.request = new AbortController());
        let answer = null;
        try {
            const response = await fetch(this.getAddress(text), {
                signal: request.signal,
            });
            answer = response.ok ? await response.json() : null;
        } catch {
            // Without an answer, or signed out: the button still searches.
        }
        const isWanted = !request.signal.aborted && document.activeElement === this.field;
        if (answer && isWanted) {
            this.show(this.read(answer));
        }
    }

    show({ items, hasMore }) {
        this.items = items;
        this.list.replaceChildren(
            ...items.map((item, index) => {
                const option = document.createElement("li");
                option.id = `${this.list.id}_${index}`;
                option.setAttribute("role", "option");
                option.setAttribute("aria-selected", "false");
                option.dataset.index = index;
                option.append(...this.draw(item, option));
                return option;
            })
        );
        const isOpen = Boolean(items.length);
        this.list.hidden = !isOpen;
        this.field.setAttribute("aria-expanded", String(isOpen));
        const some = items.length === 1 ? "one" : "some";
        const found = isOpen ? some : "none";
        this.status.textContent = this.text(hasMore ? "more" : found, {
            count: items.length,
        });
        this.status.classList.toggle("visually-hidden", isOpen && !hasMore);
    }

    /** Return a text in an element that has its own direction. */
    bdi(text, style = "") {
        const element = document.createElement("bdi");
        element.textContent = text;
        element.className = style;
        return element;
    }

    close() {
        this.list.hidden = true;
        this.items = [];
        this.status.textContent = "";
        this.status.classList.add("visually-hidden");
        this.field.setAttribute("aria-expanded", "false");
        this.activate(-1);
    }

    activate(index) {
        this.active = index;
        [...this.list.children].forEach((option, place) => {
            option.setAttribute("aria-selected", String(place === index));
        });
        const option = this.list.children[index];
        if (option) {
            this.field.setAttribute("aria-activedescendant", option.id);
            option.scrollIntoView({ block: "nearest" });
        } else {
            this.field.removeAttribute("aria-activedescendant");
        }
    }

    onKeydown(ev) {
        const count = this.items.length;
        const move = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
        if (move && count) {
            ev.preventDefault();
            const from = this.active < 0 && move < 0 ? 0 : this.active;
            this.activate((from + move + count) % count);
        } else if (ev.key === "Escape" && count) {
            ev.preventDefault();
            this.close();
        } else if (ev.key === "Enter" && !ev.isComposing) {
            ev.preventDefault();
            if (this.active >= 0) {
                this.choose(this.items[this.active]);
            } else {
                this.submit();
            }
        }
    }

    onClick(ev) {
        const option = ev.target.closest("[role='option']");
        if (option) {
            this.choose(this.items[option.dataset.index]);
        }
    }
}
