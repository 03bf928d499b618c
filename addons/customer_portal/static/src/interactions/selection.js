import { formatAmount } from "./amounts";
import { Piece, mount } from "./piece";

/**
 * Sums up the documents that are ticked on a list. The server decides what can be
 * paid together; this only says it beforehand.
 */
export class Selection extends Piece {
    static selector = ".cp_selectable";
    dynamicContent = {
        "input[name='documents']": { "t-on-change": this.update },
        ".cp_select_all": { "t-on-change": this.toggleAll },
        _root: { "t-on-submit": this.onSubmit },
    };

    start() {
        this.boxes = [...this.el.querySelectorAll("input[name='documents']")];
        const all = this.el.querySelector(".cp_select_all");
        if (all && this.boxes.length) {
            all.hidden = false;
        }
        this.update();
    }

    toggleAll(ev) {
        for (const box of this.boxes) {
            box.checked = ev.currentTarget.checked;
        }
        this.update();
    }

    update() {
        const totals = new Map();
        const ticked = this.boxes.filter((box) => box.checked);
        const payable = ticked.filter((box) => box.dataset.residual !== undefined);
        for (const { dataset } of payable) {
            const sum = totals.get(dataset.currency) || 0;
            totals.set(dataset.currency, sum + Number(dataset.residual));
        }
        const formats = JSON.parse(this.el.dataset.formats);
        const amounts = [...totals].map(([currency, sum]) =>
            formatAmount(sum, formats[currency])
        );
        this.el.querySelector(".cp_selection_summary").textContent = ticked.length
            ? this.text("chosen", {
                  count: ticked.length,
                  amounts: amounts.join(" + ") || this.text("nothing"),
              })
            : this.text("tick");
        const pay = this.el.querySelector(".cp_pay_selected");
        if (pay) {
            pay.disabled = !payable.length;
        }
        for (const button of this.el.querySelectorAll(".cp_needs_selection")) {
            button.disabled = !ticked.length;
        }
    }

    /** Send the choice as one short parameter. */
    onSubmit(ev) {
        if (ev.submitter?.hasAttribute("formaction")) {
            return; // a download, which takes them all
        }
        ev.preventDefault();
        const ids = this.boxes
            .filter((box) => box.checked && box.dataset.residual !== undefined)
            .map((box) => box.value);
        window.location.href = `/my/pay?documents=${ids.join(",")}`;
    }
}

mount(Selection);
