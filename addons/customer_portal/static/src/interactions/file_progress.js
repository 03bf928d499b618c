import { Piece, mount } from "./piece";
import { MEBIBYTE, send } from "./sending";

const LARGEST = 64 * MEBIBYTE; // what the server reads of one request

/**
 * Shows how far the files of a form are sent, and keeps them where the form comes back.
 * Without files, and without it, the form is sent as any other.
 */
export class FileProgress extends Piece {
    static selector = ".cp_send_files";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit, "t-on-click": this.onClick },
    };

    start() {
        // Who comes back to the page finds it at rest.
        window.addEventListener("pageshow", () => this.setSending(false));
    }

    get action() {
        return this.el.getAttribute("action"); // a field may be called so
    }

    find(part) {
        return this.el.querySelector(`.cp_send_${part}`);
    }

    say(text) {
        this.find("said").textContent = text;
    }

    onClick(ev) {
        if (ev.target.closest(".cp_send_stop")) {
            this.isStopped = true;
            this.call.abort();
        }
    }

    async onSubmit(ev) {
        const kept = [...this.el.querySelectorAll("input[type='file']")].filter(
            (input) => input.files.length
        );
        if (!kept.length && !this.call) {
            return;
        }
        ev.preventDefault();
        if (this.call) {
            return;
        }
        const files = kept.flatMap((input) => [...input.files]);
        if (files.reduce((size, file) => size + file.size, 0) > LARGEST) {
            this.stay(this.text("much"));
            return;
        }
        const data = new FormData(this.el);
        const { name, value } = ev.submitter ?? {};
        if (name) {
            data.append(name, value);
        }
        const call = new XMLHttpRequest();
        call.open("POST", this.action);
        this.call = call;
        this.isStopped = false;
        this.setSending(true);
        await send(call, data, (loaded, total) => this.show(loaded, total));
        this.call = null;
        this.follow(call, kept);
    }

    setSending(isSending) {
        this.find("progress").hidden = !isSending;
        this.find("stop").disabled = false;
        // What is shown beside the bar is read aloud less often.
        this.find("said").classList.toggle("visually-hidden", isSending);
        for (const button of this.el.querySelectorAll("button[type='submit']")) {
            button.classList.toggle("disabled", isSending);
            button.ariaDisabled = isSending ? "true" : null;
        }
        if (isSending) {
            this.quarter = -1; // what was said of last
            this.show(0, 0);
        }
    }

    show(loaded, total) {
        const share = total ? loaded / total : 0;
        const isThere = share === 1;
        this.el.querySelector("progress").value = share;
        this.find("stop").disabled = isThere; // the server works on it
        const text = total ? this.describe(share, total) : "";
        this.find("much").textContent = text;
        const quarter = Math.floor(share * 4);
        if (quarter !== this.quarter) {
            this.quarter = quarter;
            this.say(text);
        }
    }

    describe(share, total) {
        if (share === 1) {
            return this.text("arrived");
        }
        const write = (number, options) =>
            number.toLocaleString(document.documentElement.lang || undefined, options);
        return this.text("sending", {
            percent: write(Math.floor(share * 100) / 100, { style: "percent" }),
            size: write(total / MEBIBYTE, { maximumFractionDigits: 1 }),
        });
    }

    /** Go where the answer leads, or show the form that came back. */
    follow(call, kept) {
        if (!call.status) {
            this.stay(this.text(this.isStopped ? "stopped" : "lost"));
            return;
        }
        if (call.responseURL !== new URL(this.action, document.baseURI).href) {
            const { place } = this.find("progress").dataset;
            window.location.href = call.responseURL + (place ? `#${place}` : "");
            return;
        }
        const page = new DOMParser().parseFromString(call.responseText, "text/html");
        const message = page.querySelector("[role='alert']");
        const form = [...page.querySelectorAll(FileProgress.selector)].find(
            (answered) => answered.getAttribute("action") === this.action
        );
        if (form) {
            this.takeForm(form, message, kept);
        } else {
            this.stay(message?.textContent.trim() || this.text("failed"));
        }
    }

    stay(text) {
        this.setSending(false);
        this.say(text);
        this.find("said").focus();
    }

    takeForm(form, message, kept) {
        for (const earlier of document.querySelectorAll(".alert-danger")) {
            earlier.remove();
        }
        this.el.replaceChildren(...form.childNodes);
        for (const { name, files } of kept) {
            const input = this.el.querySelector(`input[type='file'][name='${name}']`);
            if (input) {
                input.files = files;
            }
        }
        for (const hint of this.el.querySelectorAll(".cp_files_again")) {
            hint.textContent = "";
        }
        if (message && !this.el.contains(message)) {
            this.el.before(message);
        }
        (message ?? this.el.querySelector("[autofocus], .is-invalid"))?.focus();
    }
}

mount(FileProgress);
