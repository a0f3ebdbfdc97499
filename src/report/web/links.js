// Links within the page, and what stands open for them and on paper.

function openAround(target) {
    for (let element = target; element; element = element.parentElement)
        if (element.tagName === 'DETAILS') element.open = true;
}

// A picture inside closed details, or a statement's method, is shown before it is gone to.
function goTo(id) {
    const target = document.getElementById(id);

    openAround(target);
    if (target) target.scrollIntoView();
}

const goToHash = () => goTo(decodeURIComponent(location.hash.slice(1)));

/*
 * In a sandboxed frame the browser does not follow them: one that was made from a text would
 * load its parent's address instead of the report, one from a blob refuses.
 */
function follow(event) {
    const link = event.target.closest('a[href^="#"]');

    if (!link || !['about:', 'blob:', 'data:'].includes(location.protocol)) return;
    event.preventDefault();
    goTo(decodeURIComponent(link.getAttribute('href').slice(1)));
}

let opened = [];

// On paper nobody can open anything. Tables of a picture's numbers stay away: it is there.
function openAll() {
    opened = [...document.querySelectorAll('main details:not(.as-table):not([open])')];
    opened.forEach((details) => { details.open = true; });
}

function closeAgain() {
    opened.forEach((details) => { details.open = false; });
    opened = [];
}

export function watchLinks() {
    document.addEventListener('click', follow);
    window.addEventListener('hashchange', goToHash);
    window.addEventListener('beforeprint', openAll);
    window.addEventListener('afterprint', closeAgain);
    if (location.hash) goToHash();
}
