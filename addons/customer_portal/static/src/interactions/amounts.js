// What a browser may send and no person means, and what groups thousands.
const NOTHING = /[\x00-\x1f\x7f\p{Cs}\p{White_Space}'\u066c]/gu;
const AMOUNT = /^([+-]?)([.,0-9\u0660-\u0669\u06f0-\u06f9]*)$/;

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

/**
 * Return the number that a person typed, or null, as `parse_amount` of the server does:
 * tests/amounts.json holds both to the same cases.
 *
 * The last mark counts as the decimal mark when it is the person's own (`point`) or when
 * it stands before one or two digits; other marks and spaces group thousands.
 */
export function parseAmount(text, point = ".") {
    const typed = text.replace(NOTHING, "").replaceAll("\u066b", point);
    const [, sign, marked] = typed.match(AMOUNT) || [];
    if (!marked || !/[^.,]/.test(marked)) {
        return null;
    }
    const digits = marked.replace(/[^.,0-9]/g, (digit) => digit.charCodeAt(0) & 15);
    const position = Math.max(digits.lastIndexOf("."), digits.lastIndexOf(","));
    const mark = digits[position];
    const decimals = digits.slice(position + 1);
    let isDecimal = position >= 0;
    if (isDecimal && mark !== point) {
        isDecimal = decimals.length !== 3 && digits.indexOf(mark) === position;
    }
    const whole = isDecimal ? digits.slice(0, position) : digits;
    const number = whole.replace(/[.,]/g, "") || "0";
    const amount = Number(`${sign}${number}.${isDecimal ? decimals : 0}`);
    return Number.isFinite(amount) ? amount : null;
}
