// A table that sorts by any column, is searched, and shows a piece of thousands of rows.
import { h } from './dom.js';
import { count, plural } from './format.js';

const PIECE = 50;

function compare(a, b) {
    if (a === null || a === undefined) return b === null || b === undefined ? 0 : 1;
    if (b === null || b === undefined) return -1;
    return typeof a === 'number' && typeof b === 'number' ? a - b
        : String(a).localeCompare(String(b), 'en', { numeric: true });
}

/*
 * columns: [{key, title, value(row), show(value, row), text}]: `value` sorts, `show` is
 * what is written, `text` columns stand left. `search(row)` is what is searched, if any.
 */
export function sortedTable({ id, label, columns, rows, search, sort, descending }) {
    let shown = PIECE;
    let order = { column: columns.find((c) => c.key === sort) || null, down: !!descending };
    let words = '';
    const body = h('tbody');
    const status = h('p', { class: 'status', role: 'status' });
    const more = h('button', { type: 'button', onclick: () => { shown += 10 * PIECE; update(); } });
    const heads = columns.map((column) => h('th', {
        scope: 'col', class: column.text ? 'text' : null, 'data-key': column.key,
    }, h('button', { type: 'button', onclick: () => sortBy(column) }, column.title)));

    function sortBy(column) {
        order = { column, down: order.column === column ? !order.down : !column.text };
        update();
    }

    function chosen() {
        const found = words ? rows.filter((row) => search(row).toLowerCase().includes(words))
            : rows.slice();
        const { column, down } = order;

        if (!column) return found;
        const empty = (row) => column.value(row) === null || column.value(row) === undefined;
        return found.sort((a, b) => {
            if (empty(a) || empty(b)) return empty(a) - empty(b); // always last
            return compare(column.value(a), column.value(b)) * (down ? -1 : 1);
        });
    }

    function update() {
        const found = chosen();

        columns.forEach((column, i) => heads[i].setAttribute('aria-sort',
            column !== order.column ? 'none' : order.down ? 'descending' : 'ascending'));
        scroll.classList.toggle('tall', Math.min(found.length, shown) > 25);
        body.replaceChildren(...found.slice(0, shown).map((row) => h('tr', {},
            columns.map((column) => h('td', { class: column.text ? 'text' : null },
                column.show(column.value(row), row))))));
        more.hidden = found.length <= shown;
        more.textContent = `Show more of ${count(found.length)}`;
        status.textContent = words ? `${count(found.length)} of ${count(rows.length)} rows`
            : plural(rows.length, 'row');
    }

    const box = search && rows.length > 8 && h('input', {
        type: 'search', 'aria-label': `Search: ${label}`, placeholder: 'Search', spellcheck: 'false',
        oninput: (event) => { words = event.target.value.trim().toLowerCase(); update(); },
    });

    const scroll = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
        h('table', { id, 'aria-label': label }, h('thead', {}, h('tr', {}, heads)), body));

    update();
    return h('div', { class: 'sorted' }, h('div', { class: 'bar' }, box || null, status), scroll, more);
}

// Few rows, no sorting: [[text, …], …]; the first column of each row heads it.
export function plainTable(label, head, rows) {
    return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
        h('table', { 'aria-label': label },
            h('thead', {}, h('tr', {}, head.map((text) => h('th', { scope: 'col' }, text)))),
            h('tbody', {}, rows.map(([first, ...rest]) => h('tr', {},
                h('th', { scope: 'row' }, first), rest.map((text) => h('td', {}, text)))))));
}
