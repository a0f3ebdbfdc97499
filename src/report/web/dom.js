// Elements without markup in strings: what comes from the data is only ever text, and what
// cannot be seen in it is made visible.

// Controls but the line end, and marks that turn the text around: a name must not look like
// another one. Joiners stay, scripts and emoji need them.
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

export function visible(text) {
    return String(text).replace(UNSEEN, (mark) => (mark < ' '
        ? String.fromCharCode(0x2400 + mark.charCodeAt(0)) : '\ufffd'));
}

// h('p', {class: 'note', onclick: f, 'aria-label': 'x'}, 'text', child, [children])
export function h(name, attributes, ...children) {
    const element = document.createElement(name);

    for (const [key, value] of Object.entries(attributes || {})) {
        if (value === undefined || value === null || value === false) continue;
        if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
        else element.setAttribute(key, value === true ? '' : value);
    }
    append(element, children);
    return element;
}

function append(element, children) {
    for (const child of children) {
        if (child === undefined || child === null) continue;
        if (Array.isArray(child)) append(element, child);
        else element.append(child instanceof Node ? child : visible(child));
    }
}

let lastId = 0;

export function freshId(stem) {
    lastId += 1;
    return `${stem}-${lastId}`;
}

export function labelled(text, control) {
    const id = freshId('control');

    control.id = id;
    return h('span', { class: 'field' }, h('label', { for: id }, text), control);
}

// One of many texts; `change` gets the index of what is chosen.
export function select(label, options, change) {
    return labelled(label, h('select', { onchange: (event) => change(event.target.selectedIndex) },
        options.map((text) => h('option', {}, text))));
}

// A row of buttons of which one is pressed; `change` gets its key.
export function choice(label, options, change) {
    const buttons = options.map(([key, text], i) => h('button', {
        type: 'button', 'aria-pressed': String(i === 0),
        onclick: () => {
            buttons.forEach((b, k) => b.setAttribute('aria-pressed', String(k === i)));
            change(key);
        },
    }, text));

    return h('span', { class: 'choice', role: 'group', 'aria-label': label },
        h('span', { class: 'choice-label' }, label), buttons);
}
