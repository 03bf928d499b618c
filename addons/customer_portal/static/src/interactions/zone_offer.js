import { Piece, mount } from "./piece";

/** Offers the time zone of the browser where another one, or none, is entered. */
export class ZoneOffer extends Piece {
    static selector = ".cp_zone";
    dynamicContent = {
        ".cp_zone_offer": { "t-on-click": this.take },
        "input[name='tz']": { "t-on-input": this.update },
    };

    start() {
        this.zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
        this.el.querySelector(".cp_zone_name").textContent = this.zone;
        this.update();
    }

    get input() {
        return this.el.querySelector("input[name='tz']");
    }

    update() {
        const isOffered = Boolean(this.zone) && this.input.value !== this.zone;
        this.el.querySelector(".cp_zone_offer").classList.toggle("d-none", !isOffered);
    }

    take() {
        this.input.value = this.zone;
        this.update();
        this.input.focus();
    }
}

mount(ZoneOffer);
