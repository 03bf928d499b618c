/**
 * Opens the public help of a customer portal on another site:
 *
 *     <script src="https://portal.seller.example/help/embed.js" defer="defer"></script>
 *
 * Attributes of the tag: data-label (of the button), data-color, data-side ("start" or
 * "end"), data-button="none" for none. A link with data-portal-help="category/article",
 * or with nothing in it, opens help too, as customerPortalHelp.open(path) does.
 */
(() => {
    "use strict";
    const texts = TEXTS;
    const tag = document.currentScript;
    if (!tag || window.customerPortalHelp) {
        return;
    }
    const base = new URL(tag.src).href.replace(/\/embed\.js.*$/, "");
    const options = tag.dataset;
    const color = CSS.supports("color", options.color || "") ? options.color : "#2f5d8a";
    let parts = null;
    let opener = null;

    /** Make the button and the place of the frame, which is loaded when it is opened. */
    function make() {
        const host = document.createElement("div");
        const root = host.attachShadow({ mode: "open" });
        const sheet = new CSSStyleSheet();
        const side = options.side === "start" ? "inset-inline-start" : "inset-inline-end";
        sheet.replaceSync(`
            :host { all: initial; }
            .button, .panel { position: fixed; z-index: 2147483000; ${side}: 1rem; font: 1rem/1.5 system-ui, sans-serif; }
            .button { inset-block-end: 1rem; min-block-size: 2.75rem; padding: 0.5rem 1.25rem; border: 0; border-radius: 1.5rem; background: ${color}; color: #fff; cursor: pointer; box-shadow: 0 0.125rem 0.5rem rgba(0, 0, 0, 0.3); }
            .button:focus-visible, .close:focus-visible { outline: 0.1875rem solid #fff; outline-offset: -0.3125rem; }
            .panel { inset-block-end: 4.5rem; inline-size: min(26rem, calc(100vw - 2rem)); block-size: min(40rem, calc(100vh - 6rem)); display: flex; flex-direction: column; background: #fff; border-radius: 0.5rem; overflow: hidden; box-shadow: 0 0.5rem 2rem rgba(0, 0, 0, 0.35); }
            .panel[hidden], .button[hidden] { display: none; }
            .close { align-self: flex-end; inline-size: 2.75rem; block-size: 2.75rem; border: 0; background: ${color}; color: #fff; font-size: 1.5rem; cursor: pointer; }
            .head { display: flex; justify-content: flex-end; background: ${color}; }
            iframe { flex: 1; inline-size: 100%; border: 0; }
        `);
        root.adoptedStyleSheets = [sheet];
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button";
        button.textContent = options.label || texts.help;
        button.hidden = options.button === "none";
        button.setAttribute("aria-expanded", "false");
        button.addEventListener("click", () => (panel.hidden ? open() : close()));
        const panel = document.createElement("div");
        panel.className = "panel";
        panel.hidden = true;
        panel.setAttribute("role", "dialog");
        panel.setAttribute("aria-label", options.label || texts.help);
        const head = document.createElement("div");
        head.className = "head";
        const shut = document.createElement("button");
        shut.type = "button";
        shut.className = "close";
        shut.textContent = "\u00d7";
        shut.setAttribute("aria-label", texts.close);
        shut.addEventListener("click", close);
        const frame = document.createElement("iframe");
        frame.title = options.label || texts.help;
        frame.referrerPolicy = "origin";
        head.append(shut);
        panel.append(head, frame);
        root.append(button, panel);
        document.body.append(host);
        root.addEventListener("keydown", (ev) => ev.key === "Escape" && close());
        parts = { button, panel, frame, shut };
    }

    /** Open help, or one page of it: "category/article". */
    function open(path = "") {
        const { button, panel, frame, shut } = parts;
        const words = /^[\w%-]+(\/[\w%-]+)?$/.test(path) ? `/${path}` : "";
        const page = base + words;
        if (frame.dataset.page !== page && (words || !frame.src)) {
            frame.dataset.page = page;
            frame.src = page;
        }
        opener = document.activeElement;
        panel.hidden = false;
        button.setAttribute("aria-expanded", "true");
        shut.focus();
    }

    function close() {
        const { button, panel } = parts;
        if (panel.hidden) {
            return;
        }
        panel.hidden = true;
        button.setAttribute("aria-expanded", "false");
        (button.hidden && opener ? opener : button).focus();
    }

    function start() {
        make();
        document.addEventListener("click", (ev) => {
            const link = ev.target.closest?.("[data-portal-help]");
            if (link) {
                ev.preventDefault();
                open(link.dataset.portalHelp);
            }
        });
    }

    window.customerPortalHelp = { open, close };
    if (document.body) {
        start();
    } else {
        document.addEventListener("DOMContentLoaded", start);
    }
})();
