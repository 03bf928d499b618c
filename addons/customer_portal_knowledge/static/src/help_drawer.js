import { Piece, mount } from "@customer_portal/interactions/piece";

/**
 * Opens what helps with a page beside it, when it is asked for. Without this script, or
 * when something is wrong, the button is a link to a page with the same.
 */
export class HelpDrawer extends Piece {
    static selector = ".cp_help_button";
    dynamicContent = {
        _root: { "t-on-click": this.open },
    };

    setup() {
        this.dialog = this.el.parentElement.querySelector(".cp_help_drawer");
        this.body = this.dialog.querySelector(".cp_help_drawer_body");
        this.dialog.addEventListener("click", (ev) => this.choose(ev));
    }

    async open(ev) {
        if (ev.ctrlKey || ev.metaKey || ev.shiftKey || !this.dialog.showModal) {
            return;
        }
        ev.preventDefault();
        this.dialog.showModal();
        this.dialog.querySelector("h2").focus();
        if (!this.isFilled) {
            this.isFilled = await this.fill(`${this.el.href}&part=1`, this.el.href);
        }
    }

    async choose(ev) {
        // A click beside the drawer is one on the dialog itself.
        if (ev.target === this.dialog || ev.target.closest(".cp_help_close")) {
            this.dialog.close();
            return;
        }
        const link = ev.target.closest("a[data-part]");
        if (!link || ev.ctrlKey || ev.metaKey || ev.shiftKey) {
            return;
        }
        ev.preventDefault();
        if (await this.fill(link.dataset.part, link.href)) {
            this.body.querySelector("h2")?.focus();
            this.dialog.scrollTop = 0;
        }
    }

    /** Show a part of a page; if it does not come, go to the page. */
    async fill(part, page) {
        try {
            const response = await fetch(part);
            // The way to another language is one; to the page for signing in is none.
            const { pathname } = new URL(response.url);
            if (response.ok && pathname.endsWith("/my/help")) {
                this.body.innerHTML = await response.text();
                return true;
            }
        } catch {
            // Offline, perhaps: the browser says it better.
        }
        window.location.assign(page);
        return false;
    }
}

mount(HelpDrawer);
