import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Copies a value, such as an account number; absent where the browser cannot. */
export class CopyButton extends Interaction {
    static selector = ".cp_copy";
    dynamicContent = {
        ".cp_copy_button": { "t-on-click": this.copy },
    };

    start() {
        if (browser.navigator.clipboard) {
            this.el.querySelector(".cp_copy_button").classList.remove("d-none");
        }
    }

    async copy(ev) {
        const button = ev.currentTarget;
        const label = button.textContent;
        const value = this.el.querySelector(".cp_copy_value").textContent.trim();
        await this.waitFor(browser.navigator.clipboard.writeText(value));
        button.textContent = _t("Copied");
        this.waitForTimeout(() => (button.textContent = label), 2000);
    }
}

registry.category("public.interactions").add("customer_portal.copy_button", CopyButton);
