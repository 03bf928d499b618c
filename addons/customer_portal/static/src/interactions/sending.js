export const MEBIBYTE = 1024 * 1024;

/**
 * Send data, and resolve when the call has ended: its status is 0 where nothing came
 * back, because the connection was lost or the call was aborted.
 *
 * - `onProgress(loaded, total)`: in bytes, while data leave
 */
export function send(call, data, onProgress) {
    return new Promise((resolve) => {
        call.upload.addEventListener("progress", (ev) => {
            if (ev.lengthComputable) {
                onProgress(ev.loaded, ev.total);
            }
        });
        call.addEventListener("loadend", () => resolve(call));
        call.send(data);
    });
}
