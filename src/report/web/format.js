// Numbers and times as a person reads them; the same rules as the terminal's.
export const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
export const NONE = '–';

const known = (value) => typeof value === 'number' && Number.isFinite(value);

export function count(n) {
    return known(n) ? Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, ',') : NONE;
}

// C's %.*e: an exponent has two digits at least.
const scientific = (value, digits) => value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');

export function number(value) {
    if (!known(value)) return NONE;
    const size = Math.abs(value);

    if (size !== 0 && (size >= 1e7 || size < 1e-3)) return scientific(value, 2);
    if (size >= 999.95) return (value < 0 ? '-' : '') + count(size);
    return value.toFixed(size >= 99.995 ? 1 : 2);
}

export function pct(value) {
    if (!known(value)) return NONE;
    const size = Math.abs(value);

    if (size >= 99.95 && size < 100) return value < 0 ? '<-99.9 %' : '>99.9 %';
    if (size >= 1e6 || (size !== 0 && size < 1e-4)) return `${scientific(value, 0)} %`;
    if (size !== 0 && size < 0.05) return `${Number(value.toPrecision(1))} %`;
    return `${value.toFixed(size >= 1e4 ? 0 : 1)} %`;
}

export const percent = (fraction) => pct(known(fraction) ? fraction * 100 : NaN);

export function r(value) {
    return known(value) ? (value < 0 ? '' : '+') + value.toFixed(3) : NONE;
}

export function points(fraction) {
    if (!known(fraction)) return NONE;
    const value = fraction * 100;

    return (value < 0 ? '' : '+') + value.toFixed(Math.abs(value) >= 0.0995 ? 2 : 3);
}

function scaled(value, base, prefixes, unit) {
    let i = 0;

    while (i + 1 < prefixes.length && Math.abs(value) >= base * 0.99995) {
        value /= base;
        i += 1;
    }
    return `${value.toFixed(Math.abs(value) >= 99.95 ? 0 : 1)} ${prefixes[i]}${unit}`;
}

export function bytes(value) {
    if (!known(value)) return NONE;
    if (Math.abs(value) < 1024) return `${value.toFixed(0)} B`;
    return scaled(value, 1024, ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'], 'B');
}

export function duration(seconds) {
    if (!known(seconds) || seconds < 0) return NONE;
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    const s = Math.floor(seconds % 60);

    if (seconds < 60) return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
    if (minutes < 60) return s ? `${minutes} min ${s} s` : `${minutes} min`;
    if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
    return hours % 24 ? `${Math.floor(hours / 24)} days ${hours % 24} h`
        : `${hours / 24} days`;
}

// Of a whole history: days, once there are some.
export function roughly(seconds) {
    return known(seconds) && seconds >= 3 * 86400 ? plural(Math.round(seconds / 86400), 'day') : duration(seconds);
}

export const hour = (value) => (known(value) ? `${String(value).padStart(2, '0')}:00` : NONE);

export function whole(value) {
    return known(value) && Number.isInteger(value) && value >= 0 ? count(value) : number(value);
}

const units = {
    fraction: percent,
    percent: pct,
    '%': pct,
    'fraction/day': (value) => `${points(value)} %/day`,
    'fraction difference': (value) => `${points(value)} points`,
    ratio: number,
    bytes,
    'bytes/s': (value) => `${bytes(value)}/s`,
    s: duration,
    hour,
    'hour of day': hour,
    r,
    correlation: r,
    'difference of r': number,
    count: whole,
    '': whole,
};

// A value in one of the units that findings use; an unknown unit is appended.
export function inUnit(value, unit) {
    if (!known(value)) return NONE;
    if (units[unit || '']) return units[unit || ''](value);
    return `${whole(value)} ${value === 1 && unit.endsWith('s') ? unit.slice(0, -1) : unit}`;
}

// 2025-06-15 12:42 of local seconds (UTC seconds plus the zone's offset).
export function localTime(seconds) {
    return known(seconds) ? new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')
        : NONE;
}

// +02:00
export function offsetName(seconds) {
    const minutes = Math.abs(seconds) / 60;
    const two = (n) => String(Math.floor(n)).padStart(2, '0');

    return `${seconds < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

export const plural = (n, word) => `${count(n)} ${word}${n === 1 ? '' : 's'}`;
