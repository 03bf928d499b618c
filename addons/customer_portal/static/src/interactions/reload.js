import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const SECONDS = 5;

/** Loads the page again while something is being done in the background. */
export class Reload extends Interaction {
    static selector = ".cp_reload";

    start() {
        this.waitForTimeout(() => window.location.reload(), SECONDS * 1000);
    }
}

registry.category("public.interactions").add("customer_portal.reload", Reload);
