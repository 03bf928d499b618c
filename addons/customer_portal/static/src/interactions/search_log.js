import { Piece, mount } from "./piece";

/**
 * Tells the server, beside the page, what it has shown and what of it is opened: the
 * seal of the page says what may be told. Nothing waits for it, and no address has it.
 */
export function tell(seal, opened = "") {
    if (seal && navigator.sendBeacon) {
        const body = new URLSearchParams(opened ? { seal, opened } : { seal });
        navigator.sendBeacon("/search/log", body);
    }
}

export class SearchLog extends Piece {
    static selector = ".cp_search_log[data-seal]";
    dynamicContent = {
        _root: { "t-on-click": this.onClick, "t-on-auxclick": this.onClick },
    };

    start() {
        tell(this.el.dataset.seal);
    }

    onClick(ev) {
        const link = ev.target.closest("a[href]");
        if (link && ev.button < 2) {
            tell(this.el.dataset.seal, link.getAttribute("href"));
        }
    }
}

mount(SearchLog);
