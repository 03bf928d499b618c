/**
 * A video of another site is loaded when the reader asks for it, and not before. Without
 * this script its link leads to that site. Chapters of an own video are places in it.
 */
for (const consent of document.querySelectorAll(".cp_help_consent")) {
    const button = consent.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => {
        const frame = document.createElement("iframe");
        frame.src = consent.dataset.embed;
        frame.title = consent.dataset.title;
        frame.allow = "fullscreen; picture-in-picture";
        frame.allowFullscreen = true;
        frame.referrerPolicy = "strict-origin-when-cross-origin";
        consent.replaceWith(frame);
        frame.focus();
    });
}

for (const figure of document.querySelectorAll(".cp_help_video")) {
    const video = figure.querySelector("video");
    for (const time of video ? figure.querySelectorAll("[data-seconds]") : []) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = time.className;
        button.textContent = time.textContent;
        button.addEventListener("click", () => {
            video.currentTime = Number(time.dataset.seconds);
            video.play();
        });
        time.replaceWith(button);
    }
}
