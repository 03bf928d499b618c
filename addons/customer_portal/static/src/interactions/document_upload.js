import { Piece, mount } from "./piece";
import { MEBIBYTE, send } from "./sending";

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
        ".cp_drop": {
            "t-on-dragover.prevent": this.onDragOver,
            "t-on-dragleave": this.onDragLeave,
            "t-on-drop.prevent": this.onDrop,
        },
        _root: { "t-on-submit.prevent": this.onSubmit },
    };

    setup() {
        this.rows = [];
        this.input = this.el.querySelector("input[name='files']");
        this.list = this.el.querySelector(".cp_upload_list");
        this.button = this.el.querySelector("button[type='submit']");
        this.zone = this.el.querySelector(".cp_drop");
        this.until = this.el.querySelector("input[name='valid_until']");
    }

    start() {
        for (const hint of this.el.querySelectorAll(".cp_drop_hint")) {
            hint.hidden = false;
        }
        this.update();
    }

    onDragOver() {
        this.zone.classList.add("cp_drop_over");
    }

    onDragLeave() {
        this.zone.classList.remove("cp_drop_over");
    }

    /** Take dropped files as if they had been chosen; of several where one is, the first. */
    onDrop(ev) {
        this.onDragLeave();
        const dropped = [...ev.dataTransfer.files];
        const taken = new DataTransfer();
        for (const file of this.input.multiple ? dropped : dropped.slice(0, 1)) {
            taken.items.add(file);
        }
        if (taken.files.length) {
            this.input.files = taken.files;
            this.update();
        }
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
            hint.hidden = hint !== chosen;
        }
        if (this.until) {
            this.until.required = Boolean(chosen?.dataset.needsValidity);
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
        this.clearFields();
        let url = "";
        for (const row of rows) {
            const answer = await this.send(row);
            const [file] = answer.files;
            const isMarked = !file && this.markFields(answer.fields || {});
            const refusal = file ? file.error : answer.errors.join(" ");
            row.isSent = Boolean(answer.url);
            row.progress.hidden = true;
            const failure = isMarked ? this.text("fields") : refusal;
            this.say(row, row.isSent ? this.text("sent") : failure, !row.isSent);
            url = answer.url || url;
            if (isMarked) {
                break; // the next file would be refused for the same field
            }
        }
        this.button.disabled = false;
        const failed = this.rows.filter((row) => !row.isSent);
        if (!failed.length) {
            window.location.href = url;
            return;
        }
        // What was refused can be tried again as it is: with other fields, or later.
        rows.forEach((row) => (row.refusal = ""));
        const field = this.el.querySelector(".cp_field_marked");
        if (!field) {
            this.list.tabIndex = -1;
        }
        (field || this.list).focus();
    }

    clearFields() {
        for (const field of this.el.querySelectorAll(".cp_field_marked")) {
            field.classList.remove("cp_field_marked", "is-invalid");
            field.removeAttribute("aria-invalid");
            field.setAttribute("aria-describedby", field.dataset.describedBy);
        }
        for (const message of this.el.querySelectorAll(".cp_field_error")) {
            message.remove();
        }
    }

    /** Say at each field what is wrong with it; return whether there was such a field. */
    markFields(errors) {
        let isMarked = false;
        for (const [name, text] of Object.entries(errors)) {
            const field = this.el.querySelector(`[name='${name}']`);
            if (!field || field === this.input) {
                continue;
            }
            isMarked = true;
            const message = document.createElement("div");
            message.className = "invalid-feedback d-block cp_field_error";
            message.id = `${name}_error`;
            message.textContent = text;
            field.after(message);
            field.dataset.describedBy = field.getAttribute("aria-describedby") || "";
            field.classList.add("cp_field_marked", "is-invalid");
            field.setAttribute("aria-invalid", "true");
            field.setAttribute("aria-describedby", message.id);
        }
        return isMarked;
    }

    /** Send one file with the fields of the form; the answer never fails. */
    async send(row) {
        const data = new FormData(this.el);
        data.delete("files");
        data.append("files", row.file);
        if (this.rows.length > 1) {
            data.append("is_one_of_many", "1");
        }
        row.progress.hidden = false;
        const call = new XMLHttpRequest();
        call.open("POST", this.el.action);
        call.setRequestHeader("Accept", "application/json");
        call.responseType = "json";
        await send(call, data, (loaded, total) => {
            row.progress.value = loaded / total;
        });
        const answer = call.response;
        return answer && Array.isArray(answer.files)
            ? answer
            : { url: "", files: [], errors: [this.text("failed")] };
    }
}

mount(DocumentUpload);
