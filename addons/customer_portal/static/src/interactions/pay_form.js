import { formatAmount, readAmount } from "./amounts";
import { addUp, choose, isShort, toUnits } from "./choice";
import { Piece, mount } from "./piece";

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
            open: this.toUnits(open),
            cost: this.toUnits(cost ?? open),
            steps: JSON.parse(steps ?? "[]").map((step) => this.toUnits(step)),
        };
    }

    toUnits(amount) {
        return toUnits(Number(amount), this.format.digits);
    }

    onInput(ev) {
        const row = ev.currentTarget.closest("tr");
        const readings = readAmount(ev.currentTarget.value, this.format);
        this.ask(ev.currentTarget, readings.length === 2 ? readings : null);
        if (row) {
            const box = row.querySelector("input[type='checkbox']");
            box.checked = readings.some((amount) => this.toUnits(amount) > 0);
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

    /** Return the amount of a field in the smallest unit, null for nothing sensible. */
    readAmount(field) {
        const readings = readAmount(field.value || "0", this.format);
        return readings.length === 1 ? this.toUnits(Math.max(readings[0], 0)) : null;
    }

    /** Ask which of two numbers a field means, or ask no more. */
    ask(field, readings) {
        let question = field.parentElement.querySelector(".invalid-feedback");
        if (!question && readings) {
            question = document.createElement("div");
            question.className = "invalid-feedback d-block";
            question.setAttribute("role", "status");
            field.parentElement.append(question);
        }
        if (question) {
            const [first, second] = (readings ?? []).map((amount) =>
                formatAmount(amount, this.format)
            );
            question.textContent = readings ? this.text("doubt", { first, second }) : "";
        }
        field.classList.toggle("is-invalid", Boolean(readings));
        field.ariaInvalid = readings ? "true" : null;
    }

    update() {
        const chosen = [];
        for (const row of this.rows) {
            const amount = this.readAmount(row.field);
            if (!row.isCredit) {
                const isAsked = row.box.checked && amount !== null;
                this.askReason(row, isAsked && isShort(row, amount));
            }
            if (row.box.checked) {
                chosen.push(choose(row, amount ?? 0));
            }
        }
        const advance = this.el.querySelector("input[name='on_account']");
        const totals = addUp(chosen, this.readAmount(advance) ?? 0);
        totals.discount *= -1;
        totals.credits *= -1;
        for (const [part, amount] of Object.entries(totals)) {
            this.showSum(part, amount);
        }
    }

    showSum(part, units) {
        const amount = units / 10 ** this.format.digits || 0;
        const element = this.el.querySelector(`[data-part='${part}']`);
        const figure = element.querySelector("data");
        figure.value = amount.toFixed(this.format.digits);
        figure.querySelector("bdi").textContent = formatAmount(amount, this.format);
        element.hidden = !units && !["invoices", "to_pay"].includes(part);
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
