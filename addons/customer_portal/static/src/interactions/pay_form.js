import { Piece, mount } from "./piece";
import { formatAmount } from "./selection";

/** Return the number that was typed, with a point or a comma before the decimals. */
export function parseAmount(text) {
    const digits = text.replace(/[^0-9.,]/g, "");
    const position = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
    if (position < 0 || digits.length - position === 4) {
        return Number(digits.replace(/[.,]/g, ""));
    }
    const whole = digits.slice(0, position).replace(/[.,]/g, "") || "0";
    return Number(`${whole}.${digits.slice(position + 1) || "0"}`);
}

/**
 * Shows the total of the chosen amounts while they are typed; typing an amount
 * ticks its document. The server computes the total again.
 */
export class PayForm extends Piece {
    static selector = ".cp_pay_form";
    dynamicContent = {
        "input[type='checkbox']": { "t-on-change": this.update },
        "input[inputmode='decimal']": { "t-on-input": this.onInput },
        _root: { "t-on-submit": this.onSubmit },
    };

    start() {
        this.update();
    }

    onInput(ev) {
        const box = ev.currentTarget.closest("tr").querySelector("input[type='checkbox']");
        box.checked = parseAmount(ev.currentTarget.value) > 0;
        this.update();
    }

    update() {
        let total = 0;
        for (const box of this.el.querySelectorAll("input[type='checkbox']:checked")) {
            const amount = box.closest("tr").querySelector("input[inputmode='decimal']");
            total += Number(box.dataset.sign) * parseAmount(amount.value);
        }
        const format = JSON.parse(this.el.dataset.format);
        this.el.querySelector(".cp_pay_total").textContent = formatAmount(total, format);
    }

    onSubmit() {
        this.el.querySelector("button[type='submit']").classList.add("disabled");
    }
}

mount(PayForm);
