/**
 * A script of one piece of a page, on any page: also where Odoo's own bundle of scripts
 * is not loaded. It looks like an Interaction of Odoo, of which it has what we need.
 *
 * - `static selector`: which elements
 * - `dynamicContent`: {selector inside, or _root: {"t-on-<event>": method}}
 * - `setup()` before, `start()` after the listeners are there
 */
export class Piece {
    static selector = "";
    dynamicContent = {};

    constructor(el) {
        this.el = el;
    }

    setup() {}

    start() {}

    /**
     * Return a text of the template, with values for its `{keys}`:
     * `<span class="cp_text" data-text="name" hidden="hidden">{count} chosen</span>`.
     */
    text(name, values = {}) {
        const text = this.el.querySelector(`.cp_text[data-text='${name}']`).textContent;
        return text.replace(/\{(\w+)\}/g, (_match, key) => values[key]);
    }

    listen() {
        for (const [selector, attributes] of Object.entries(this.dynamicContent)) {
            const elements =
                selector === "_root" ? [this.el] : this.el.querySelectorAll(selector);
            for (const [name, method] of Object.entries(attributes)) {
                const [event, ...modifiers] = name.replace("t-on-", "").split(".");
                for (const element of elements) {
                    element.addEventListener(event, (ev) => {
                        if (modifiers.includes("prevent")) {
                            ev.preventDefault();
                        }
                        return method.call(this, ev);
                    });
                }
            }
        }
    }
}

/** Start a kind of piece on each of its elements, when the page is there. */
export function mount(Kind) {
    const start = () => {
        for (const el of document.querySelectorAll(Kind.selector)) {
            const piece = new Kind(el);
            piece.setup();
            piece.listen();
            piece.start();
        }
    };
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", start);
    } else {
        start();
    }
}
