/**
 * Suggestions of articles while a question is typed: after 3 letters, or 1 Chinese sign.
 * Arrow keys walk through them, Escape closes them; without this script the form works.
 */
const WAIT = 180;
const ENOUGH = /[\p{L}\p{N}]{3}|[\u3041-\u30ff\u3400-\u9fff]/u;

for (const search of document.querySelectorAll(".cp_help_search")) {
    const input = search.querySelector("input[type=search]");
    const list = search.querySelector(".cp_help_suggestions");
    let timer, asked;

    const close = () => {
        list.hidden = true;
        list.replaceChildren();
    };

    const show = (rows) => {
        list.replaceChildren(
            ...rows.map((row) => {
                const link = document.createElement("a");
                link.href = row.url;
                link.textContent = row.title;
                link.dir = "auto";
                if (row.lang) {
                    link.lang = row.lang;
                }
                const item = document.createElement("li");
                item.append(link);
                return item;
            }),
        );
        list.hidden = !rows.length;
    };

    const suggest = async () => {
        const question = input.value.trim();
        asked = question;
        if (!ENOUGH.test(question)) {
            close();
            return;
        }
        const form = search.querySelector("form");
        const url = new URL(form.action.replace(/\/search$/, "/suggest"));
        url.searchParams.set("q", question);
        try {
            const response = await fetch(url);
            const rows = response.ok ? await response.json() : [];
            if (asked === question && search.contains(document.activeElement)) {
                show(rows);
            }
        } catch {
            close();
        }
    };

    input.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(suggest, WAIT);
    });
    search.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !list.hidden) {
            event.preventDefault();
            close();
            input.focus();
        }
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") {
            return;
        }
        const links = [...list.querySelectorAll("a")];
        if (list.hidden || !links.length) {
            return;
        }
        event.preventDefault();
        const at = links.indexOf(document.activeElement);
        const next = event.key === "ArrowDown" ? at + 1 : at - 1;
        (next < 0 ? input : links[Math.min(next, links.length - 1)]).focus();
    });
    search.addEventListener("focusout", (event) => {
        if (!search.contains(event.relatedTarget)) {
            close();
        }
    });
}

// What a visitor was shown, and what of it is opened, without a word about who it is.
for (const shown of document.querySelectorAll(".cp_help_log[data-seal]")) {
    const tell = (values) => {
        const body = new URLSearchParams({ seal: shown.dataset.seal, ...values });
        navigator.sendBeacon?.("/search/log", body);
    };
    const open = (event) => {
        const link = event.target.closest("a[href]");
        if (link && event.button < 2) {
            tell({ opened: link.getAttribute("href") });
        }
    };
    shown.addEventListener("click", open);
    shown.addEventListener("auxclick", open);
    tell({});
}
