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
 * Shows what the chosen amounts come to while they are typed; typing an amount ticks
 * its document, and asks why when it is less than due. The server computes it again.
 */
export class PayForm extends Piece {
    static selector = ".cp_pay_form";
    dynamicContent = {
        "input[type='checkbox']": { "t-on-change": this.update },
        "input[inputmode='decimal']": { "t-on-input": this.onInput },
        "button[name='fill']": { "t-on-click.prevent": this.onFill },
        _root: { "t-on-submit": this.onSubmit },
    };

    start() {
        this.format = JSON.parse(this.el.dataset.format);
        this.rows = [...this.el.querySelectorAll("tr[data-document]")]
            .map((row) => this.readRow(row))
            .filter(({ box }) => box);
        this.update();
    }

    readRow(row) {
        const { open, cost, steps } = row.dataset;
        return {
            row,
            box: row.querySelector("input[type='checkbox']"),
            field: row.querySelector("input[inputmode='decimal']"),
            isCredit: row.closest("table").dataset.kind === "credits",
            open: Number(open),
            cost: Number(cost ?? open),
            steps: JSON.parse(steps ?? `[${open}]`),
        };
    }

    onInput(ev) {
        const row = ev.currentTarget.closest("tr");
        if (row) {
            const box = row.querySelector("input[type='checkbox']");
            box.checked = parseAmount(ev.currentTarget.value) > 0;
        }
        this.update();
    }

    onFill(ev) {
        const button = ev.currentTarget;
        const field = button.closest("tr").querySelector("input[inputmode='decimal']");
        field.value = button.dataset.amount;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.focus();
    }

    isSame(one, other) {
        return Math.abs(one - other) < 0.5 / 10 ** this.format.digits;
    }

    update() {
        const sums = { invoices: 0, discount: 0, credits: 0, on_account: 0 };
        for (const choice of this.rows) {
            const amount = parseAmount(choice.field.value);
            const isChosen = choice.box.checked;
            if (choice.isCredit) {
                sums.credits += isChosen ? amount : 0;
                continue;
            }
            const isShort =
                isChosen &&
                amount < choice.cost &&
                !this.isSame(amount, choice.cost) &&
                !choice.steps.some((step) => this.isSame(step, amount));
            this.askReason(choice, isShort);
            if (!isChosen) {
                continue;
            }
            const settles = amount > choice.cost || this.isSame(amount, choice.cost);
            const discount = settles ? choice.open - choice.cost : 0;
            sums.discount -= discount;
            sums.invoices += discount ? choice.open : amount;
        }
        const advance = this.el.querySelector("input[name='on_account']");
        sums.on_account = parseAmount(advance.value);
        sums.credits = -Math.min(sums.credits, sums.invoices + sums.discount);
        sums.to_pay = sums.invoices + sums.discount + sums.credits + sums.on_account;
        for (const [part, amount] of Object.entries(sums)) {
            this.showSum(part, amount);
        }
    }

    showSum(part, amount) {
        const element = this.el.querySelector(`[data-part='${part}']`);
        const figure = element.querySelector("data");
        figure.value = amount.toFixed(this.format.digits);
        figure.querySelector("bdi").textContent = formatAmount(amount || 0, this.format);
        element.hidden = this.isSame(amount, 0) && !["invoices", "to_pay"].includes(part);
    }

    askReason({ row, field }, isShort) {
        let question = row.querySelector(".cp_pay_short");
        if (!question && isShort) {
            const template = this.el.querySelector("template.cp_pay_reason");
            question = template.content.firstElementChild.cloneNode(true);
            for (const input of question.querySelectorAll("select, input")) {
                input.name += row.dataset.document;
            }
            field.parentElement.append(question);
        }
        if (question) {
            question.hidden = !isShort;
        }
    }

    onSubmit() {
        for (const button of this.el.querySelectorAll("button[type='submit']")) {
            button.classList.add("disabled");
        }
    }
}

mount(PayForm);
