import { Piece, mount } from "./piece";

const MEBIBYTE = 1024 * 1024;

/**
 * Sends the files of a form one by one and shows how far each is. It says beforehand
 * what the server would refuse; the server decides. Without it the form sends all files
 * in one request.
 */
export class DocumentUpload extends Piece {
    static selector = ".cp_upload_form";
    dynamicContent = {
        "select[name='kind_id']": { "t-on-change": this.update },
        "input[name='files']": { "t-on-change": this.update },
        _root: { "t-on-submit.prevent": this.onSubmit },
    };

    setup() {
        this.rows = [];
        this.input = this.el.querySelector("input[name='files']");
        this.list = this.el.querySelector(".cp_upload_list");
        this.button = this.el.querySelector("button[type='submit']");
    }

    start() {
        this.update();
    }

    /** The hint of the chosen kind, or the only one; nothing while none is chosen. */
    get hint() {
        const hints = [...this.el.querySelectorAll(".cp_upload_hint")];
        const kind = this.el.querySelector("select[name='kind_id']");
        return kind ? hints.find((hint) => hint.dataset.kind === kind.value) : hints[0];
    }

    update() {
        const chosen = this.hint;
        for (const hint of this.el.querySelectorAll(".cp_upload_hint")) {
            hint.hidden = Boolean(chosen) && hint !== chosen;
        }
        if (chosen) {
            const endings = chosen.dataset.extensions.split(",");
            this.input.accept = endings.map((ending) => `.${ending}`).join(",");
        }
        const files = [...this.input.files];
        this.rows = files.map((file, index) => this.makeRow(file, index, chosen));
        this.list.replaceChildren(...this.rows.map((row) => row.el));
    }

    makeRow(file, index, hint) {
        const el = document.createElement("li");
        const name = document.createElement("bdi");
        name.textContent = file.name;
        const progress = document.createElement("progress");
        progress.max = 1;
        progress.value = 0;
        progress.setAttribute("aria-label", file.name);
        progress.hidden = true;
        const state = document.createElement("span");
        el.append(name, progress, state);
        const row = { file, el, progress, state, isSent: false };
        this.say(row, hint ? this.getRefusal(file, index, hint.dataset) : "", true);
        return row;
    }

    getRefusal(file, index, { extensions, largest, most }) {
        const ending = file.name.split(".").pop().toLowerCase();
        if (!extensions.split(",").includes(ending)) {
            return this.text("type");
        }
        if (file.size > largest * MEBIBYTE) {
            return this.text("largest", { largest });
        }
        if (!file.size) {
            return this.text("empty");
        }
        return index >= most ? this.text("most", { most }) : "";
    }

    say(row, text, isRefusal) {
        row.refusal = isRefusal ? text : "";
        row.state.textContent = text;
        row.state.className = isRefusal ? "cp_upload_refused" : "text-muted";
    }

    async onSubmit() {
        const rows = this.rows.filter((row) => !row.isSent && !row.refusal);
        if (!rows.length) {
            this.input.focus();
            return;
        }
        this.button.disabled = true;
        let url = "";
        for (const row of rows) {
            const answer = await this.send(row);
            const [file] = answer.files;
            const refusal = file ? file.error : answer.errors.join(" ");
            row.isSent = Boolean(answer.url);
            row.progress.hidden = true;
            this.say(row, row.isSent ? this.text("sent") : refusal, !row.isSent);
            url = answer.url || url;
        }
        this.button.disabled = false;
        const failed = this.rows.filter((row) => !row.isSent);
        if (!failed.length) {
            window.location.href = url;
            return;
        }
        // What was refused can be tried again as it is: with other fields, or later.
        rows.forEach((row) => (row.refusal = ""));
        this.list.tabIndex = -1;
        this.list.focus();
    }

    /** Send one file with the fields of the form; the answer never fails. */
    send(row) {
        const data = new FormData(this.el);
        data.delete("files");
        data.append("files", row.file);
        if (this.rows.length > 1) {
            data.append("is_one_of_many", "1");
        }
        row.progress.hidden = false;
        const failure = { url: "", files: [], errors: [this.text("failed")] };
        return new Promise((resolve) => {
            const call = new XMLHttpRequest();
            call.open("POST", this.el.action);
            call.setRequestHeader("Accept", "application/json");
            call.responseType = "json";
            call.upload.addEventListener("progress", (ev) => {
                row.progress.value = ev.lengthComputable ? ev.loaded / ev.total : 0;
            });
            call.addEventListener("load", () => {
                const answer = call.response;
                resolve(answer && Array.isArray(answer.files) ? answer : failure);
            });
            call.addEventListener("error", () => resolve(failure));
            call.addEventListener("timeout", () => resolve(failure));
            call.send(data);
        });
    }
}

mount(DocumentUpload);
