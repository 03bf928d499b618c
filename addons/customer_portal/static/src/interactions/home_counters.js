import { Piece, mount } from "./piece";

/** Shows those cards of other addons on the overview that count something. */
export class HomeCounters extends Piece {
    static selector = ".o_portal_my_home";

    async start() {
        const places = [...this.el.querySelectorAll("[data-placeholder_count]")];
        // Where Odoo's scripts are loaded, its own does this.
        if (!places.length || document.querySelector("script[src*='assets_frontend_lazy'], script[data-src]")) {
            return;
        }
        const answer = await fetch("/my/counters", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({
                jsonrpc: "2.0",
                method: "call",
                params: { counters: places.map((el) => el.dataset.placeholder_count) },
            }),
        });
        const { result = {} } = await answer.json();
        for (const el of places) {
            const count = result[el.dataset.placeholder_count];
            if (count) {
                el.textContent = count;
                el.closest(".o_portal_index_card").classList.remove("d-none");
            }
        }
    }
}

mount(HomeCounters);
