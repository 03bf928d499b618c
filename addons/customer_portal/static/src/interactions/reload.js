import { Piece, mount } from "./piece";

const SECONDS = 5;

/** Loads the page again while something is being done in the background. */
export class Reload extends Piece {
    static selector = ".cp_reload";

    start() {
        setTimeout(() => window.location.reload(), SECONDS * 1000);
    }
}

mount(Reload);
