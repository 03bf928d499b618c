import { Piece, mount } from "./piece";

const SHORTEST = 2; // letters, as on the server
const WAIT = 250; // milliseconds after the last key

/**
 * Makes of the field "Add a product" a combobox with a list (WAI-ARIA): what fits comes
 * while one types, and choosing it adds it to the order.
 */
export class ProductSearch extends Piece {
    static selector = ".cp_product_search";
    dynamicContent = {
        "input[name='search']": {
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
        this.field = this.el.querySelector("input[name='search']");
        this.list = this.el.querySelector("[role='listbox']");
        this.status = this.el.querySelector(".cp_product_status");
        this.products = [];
        this.active = -1;
        this.asked = 0;
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
        this.asked += 1; // an answer that is still to come is for another text
        this.close();
        if (this.field.value.trim().length >= SHORTEST) {
            this.timer = setTimeout(() => this.ask(this.asked), WAIT);
        }
    }

    async ask(number) {
        const words = new URLSearchParams({ search: this.field.value });
        let answer = null;
        try {
            const response = await fetch(`${this.el.dataset.url}?${words}`);
            answer = response.ok ? await response.json() : null;
        } catch {
            // Without an answer, or signed out: the button still searches.
        }
        if (answer && number === this.asked && document.activeElement === this.field) {
            this.show(answer);
        }
    }

    show({ products, has_more: hasMore }) {
        this.products = products;
        this.list.replaceChildren(...products.map(this.draw, this));
        const isOpen = Boolean(products.length);
        this.list.hidden = !isOpen;
        this.field.setAttribute("aria-expanded", String(isOpen));
        const some = products.length === 1 ? "one" : "some";
        const found = products.length ? some : "none";
        this.status.textContent = this.text(hasMore ? "more" : found, {
            count: products.length,
        });
        this.status.classList.toggle("visually-hidden", isOpen && !hasMore);
    }

    draw(product, index) {
        const option = document.createElement("li");
        option.id = `product_option_${index}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.index = index;
        const name = document.createElement("bdi");
        name.textContent = product.name;
        option.append(name);
        for (const text of [product.code, product.refusal].filter(Boolean)) {
            const note = document.createElement("bdi");
            note.className = "small text-muted";
            note.textContent = text;
            option.append(" ", note);
        }
        if (product.refusal) {
            option.setAttribute("aria-disabled", "true");
        }
        return option;
    }

    close() {
        this.list.hidden = true;
        this.products = [];
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
        const count = this.products.length;
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
                this.add(this.products[this.active]);
            } else {
                this.field.form.requestSubmit(this.el.querySelector("button[value='find']"));
            }
        }
    }

    onClick(ev) {
        const option = ev.target.closest("[role='option']");
        if (option) {
            this.add(this.products[option.dataset.index]);
        }
    }

    add(product) {
        if (product.refusal) {
            return;
        }
        const button = this.el.querySelector(".cp_product_add");
        button.value = product.id;
        // Sent twice it is added once, see portal.request.
        this.field.form.requestSubmit(button);
    }
}

mount(ProductSearch);
