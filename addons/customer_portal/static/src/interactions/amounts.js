const GROUP = 3; // digits of a group
const MAX_SIZE = 60;
const WHOLE =
    "(?<whole>[0-9]*|[1-9][0-9]{0,2}(?<mark>[ '\\u066c.,])[0-9]{3}(?:\\k<mark>[0-9]{3})*)";
const GROUPED = new RegExp(`^${WHOLE}$`, "u");
const DIVIDED = new RegExp(`^${WHOLE}(?<point>[.,\\u066b])(?<decimals>[0-9]*)$`, "u");

// What is read as something else, one after the other, as the server's table has it.
const PLAIN = [
    [/[\x00-\x1f\x7f\p{Cs}\p{White_Space}]/gu, () => " "],
    [/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)],
    [/\uffe5/g, () => "\u00a5"],
    [/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) & 15],
    [/[\u2018\u2019\u02bc\u2032\u00b4`]/g, () => "'"],
    [/[\u2212\ufe63]/g, () => "-"],
    [/\u060c/g, () => ","],
    [/[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g, () => ""],
];

/**
 * Return an amount as people of the page's language write it, its currency where
 * the server puts it: `format` is {digits, symbol, before}.
 */
export function formatAmount(amount, { digits, symbol, before }) {
    const number = new Intl.NumberFormat(document.documentElement.lang || "en", {
        // Latin digits, as the server writes them in each language.
        numberingSystem: "latn",
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
    }).format(amount);
    return before ? `${symbol}\u00a0${number}` : `${number}\u00a0${symbol}`;
}

/** Return the number that a person typed, or null when it is none or doubtful. */
export function parseAmount(text, format) {
    const readings = readAmount(text, format);
    return readings.length === 1 ? readings[0] : null;
}

/**
 * Return what a typed text may mean: nothing, a number, or the two that are possible.
 *
 * `tools/number.py` of the server has the rules; tests/amounts.json holds both to the
 * same cases. `format` is {point, group, digits, names} as the server gives them;
 * `digits` of null are any.
 */
export function readAmount(text, format) {
    const { sign, body } = splitSign(clean(text), format.names ?? []);
    if (body.length > MAX_SIZE || !/[0-9]/.test(body)) {
        return [];
    }
    const grouped = body.match(GROUPED)?.groups;
    let divided = body.match(DIVIDED)?.groups;
    if (divided && divided.mark === divided.point) {
        divided = undefined; // a mark that groups does not divide
    }
    const readings = choose(grouped, divided, format);
    return readings.map((number) => (sign === "-" ? -number : number));
}

/** Return the readings of a text as whole groups and as a number with decimals. */
function choose(grouped, divided, { point, group, digits = null }) {
    if (grouped && !divided) {
        const { whole, mark } = grouped;
        if (mark !== point) {
            return [getNumber(whole)];
        }
        const position = whole.lastIndexOf(mark);
        const [head, last] = [whole.slice(0, position), whole.slice(position + 1)];
        return [getNumber(whole), round(head, last, digits)];
    }
    if (!divided) {
        return [];
    }
    const { whole, decimals } = divided;
    if (!grouped) {
        return digits === null || /^0*$/.test(decimals.slice(digits))
            ? [getNumber(whole, decimals)]
            : getNeighbours(whole, decimals, digits);
    }
    const number = getNumber(grouped.whole);
    if (divided.point === point) {
        if (digits === null || digits >= GROUP) {
            return [getNumber(whole, decimals)];
        }
    } else if (divided.point === group && (digits ?? 0) < GROUP) {
        return [number];
    }
    return [number, round(whole, decimals, digits)];
}

function getNumber(whole, decimals = "") {
    return Number(`${whole.replace(/[^0-9]/g, "") || 0}.${decimals || 0}`);
}

/** Return a number in the smallest unit, what is smaller cut off. */
function getUnits(whole, decimals, digits) {
    const kept = decimals.slice(0, digits).padEnd(digits, "0");
    return Number(whole.replace(/[^0-9]/g, "") + kept);
}

/** Return a number with the decimals that the currency has; the half goes up. */
function round(whole, decimals, digits) {
    if (digits === null) {
        return getNumber(whole, decimals);
    }
    const isMore = decimals.slice(digits, digits + 1) >= "5";
    return (getUnits(whole, decimals, digits) + isMore) / 10 ** digits;
}

/** Return the numbers of the currency below and above one that it does not have. */
function getNeighbours(whole, decimals, digits) {
    const units = getUnits(whole, decimals, digits);
    return [units / 10 ** digits, (units + 1) / 10 ** digits];
}

function clean(text) {
    return PLAIN.reduce((typed, [signs, plain]) => typed.replace(signs, plain), text).trim();
}

/** Return the sign, or "", and the rest without the names of its currency. */
function splitSign(text, names) {
    const plain = names.map((name) => clean(name).toLowerCase()).filter(Boolean);
    let sign = "";
    let body = text;
    const takeSign = () => {
        if (!sign && /^[+-]/.test(body)) {
            sign = body[0];
            body = body.slice(1).trim();
        }
    };
    takeSign();
    const first = plain.find((name) => body.toLowerCase().startsWith(name));
    body = body.slice(first?.length ?? 0).trim();
    const last = plain.find((name) => body.toLowerCase().endsWith(name));
    body = body.slice(0, body.length - (last?.length ?? 0)).trim();
    takeSign();
    return { sign, body };
}
