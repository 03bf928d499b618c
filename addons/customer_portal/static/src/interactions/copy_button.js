import { Piece, mount } from "./piece";

/** Copies a value, such as an account number; absent where the browser cannot. */
export class CopyButton extends Piece {
    static selector = ".cp_copy";
    dynamicContent = {
        ".cp_copy_button": { "t-on-click": this.copy },
    };

    start() {
        if (navigator.clipboard) {
            this.el.querySelector(".cp_copy_button").classList.remove("d-none");
        }
    }

    async copy(ev) {
        const button = ev.currentTarget;
        const label = button.textContent;
        const value = this.el.querySelector(".cp_copy_value").textContent.trim();
        await navigator.clipboard.writeText(value);
        button.textContent = this.text("copied");
        setTimeout(() => (button.textContent = label), 2000);
    }
}

mount(CopyButton);
