// What is measured inside a page: functions that the browser runs, each of them whole in
// itself (it is sent as text), and what is worked out from their results outside.

// Boxes of every drawn text of every chart: {chart, text, corners}, corners in CSS pixels of
// the chart, in order around the box, which may be turned.
export function chartTexts() {
    function corners(el, rect) {
        const m = el.transform ?? [1, 0, 0, 1, 0, 0];
        const { x, y, width, height } = rect;
        return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]].map(
            ([a, b]) => [m[0] * a + m[2] * b + m[4], m[1] * a + m[3] * b + m[5]]);
    }

    function clipped(el, [p, , q]) {
        const [x, y] = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
        return (el.__clipPaths ?? []).some((path) => !path.contain(x, y));
    }

    const found = [];
    for (const [chart, instance] of Object.entries(window.hindcast.charts)) {
        // a Text draws through TSpan children: those have text, font and box
        for (const el of instance.getZr().storage.getDisplayList(true, false)) {
            const { style } = el;
            const opacity = (style.opacity ?? 1) * (style.fillOpacity ?? 1);
            if (el.type !== 'tspan' || el.invisible || opacity <= 0 || !style.text?.trim()) {
                continue;
            }
            const box = corners(el, el.getBoundingRect());
            if (!clipped(el, box)) {
                const [width, height] = [instance.getWidth(), instance.getHeight()];
                found.push({ chart, text: style.text, corners: box, width, height });
            }
        }
    }
    return found;
}

// Boxes of the texts of the page outside the charts: {section, text, node, left, top, right,
// bottom}, a box a line; `node` tells texts apart. What is scrolled away, closed or hidden,
// and what is laid over others on purpose (fixed, sticky), is left out.
export function pageTexts() {
    function seen(element) {
        const clip = { left: -1e9, top: -1e9, right: 1e9, bottom: 1e9 };
        for (let at = element; at !== null && at !== document.body; at = at.parentElement) {
            const style = getComputedStyle(at);
            if (style.position === 'fixed' || style.position === 'sticky' ||
                style.opacity === '0' || style.clipPath !== 'none') {
                return null;
            }
            if (style.overflowX !== 'visible' || style.overflowY !== 'visible') {
                const box = at.getBoundingClientRect();
                clip.left = Math.max(clip.left, box.left);
                clip.right = Math.min(clip.right, box.right);
                clip.top = Math.max(clip.top, box.top);
                clip.bottom = Math.min(clip.bottom, box.bottom);
            }
        }
        return clip;
    }

    const found = [];
    const range = document.createRange();
    let node = 0;
    for (const section of document.querySelectorAll('section, header, footer')) {
        const walk = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
        for (let text = walk.nextNode(); text !== null; text = walk.nextNode()) {
            const parent = text.parentElement;
            const words = text.data.trim();
            if (words === '' || parent.closest('script, style, option, title, desc') ||
                !parent.checkVisibility({ visibilityProperty: true })) {
                continue;
            }
            const clip = seen(parent);
            range.selectNodeContents(text);
            for (const line of clip === null ? [] : range.getClientRects()) {
                const box = {
                    left: Math.max(line.left, clip.left), top: Math.max(line.top, clip.top),
                    right: Math.min(line.right, clip.right),
                    bottom: Math.min(line.bottom, clip.bottom),
                };
                if (box.right - box.left > 1 && box.bottom - box.top > 1) {
                    found.push({ section: section.id, text: words.slice(0, 60), node, ...box });
                }
            }
            node += 1;
        }
    }
    return found;
}

// For each figure.chart {id, canvases: [{width, height, drawn}], marks, noData}: pixels that
// differ from the canvas's first one, values that the chart's series have, the words said
// instead of a chart.
export function figures() {
    function drawn(canvas) {
        if (canvas.width === 0 || canvas.height === 0) {
            return 0;
        }
        // a copy: reading back the page's own canvas makes the browser complain
        const copy = new OffscreenCanvas(canvas.width, canvas.height);
        const context = copy.getContext('2d', { willReadFrequently: true });
        context.drawImage(canvas, 0, 0);
        const pixels = new Uint32Array(
            context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        return pixels.reduce((n, pixel) => n + (pixel !== pixels[0] ? 1 : 0), 0);
    }

    const charts = window.hindcast.charts;
    return [...document.querySelectorAll('figure.chart')].map((figure) => {
        const instance = charts[figure.id.replace(/^chart-/, '')];
        const series = instance?.getModel().getSeries() ?? [];
        return {
            id: figure.id,
            known: instance !== undefined,
            canvases: [...figure.querySelectorAll('canvas')].map((canvas) => ({
                width: canvas.clientWidth, height: canvas.clientHeight, drawn: drawn(canvas),
            })),
            marks: series.reduce((n, one) => n + one.getData().count(), 0),
            noData: figure.querySelector('.no-data')?.textContent.trim() ?? '',
        };
    });
}

// What sticks out of the page to the right, with no scrolling element of its own around it:
// [] on a page that does not scroll sideways.
export function stickingOut() {
    function scrolls(element) {
        for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
            if (getComputedStyle(at).overflowX !== 'visible') {
                return true;
            }
        }
        return false;
    }

    const page = document.documentElement;
    const found = [];
    for (const element of document.body.querySelectorAll('*')) {
        const box = element.getBoundingClientRect();
        if (box.width > 0 && box.right > page.clientWidth + 1 && !scrolls(element)) {
            const style = getComputedStyle(element);
            const name = `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ''}`;
            if (style.clipPath === 'none' && style.position !== 'fixed') {
                found.push(`${name} to ${Math.round(box.right)} of ${page.clientWidth}`);
            }
        }
    }
    if (page.scrollWidth > page.clientWidth) {
        found.unshift(`the page is ${page.scrollWidth} wide of ${page.clientWidth}`);
    }
    return found.slice(0, 10);
}

// As paper has it: the page at once `width` wide, with no time for the page to notice but
// the event before printing. What is drawn wider than its figure, or beside it.
export function clippedOnPaper(width) {
    document.documentElement.style.width = `${width}px`;
    window.dispatchEvent(new Event('beforeprint'));
    const found = [];
    for (const figure of document.querySelectorAll('figure.chart')) {
        const box = figure.getBoundingClientRect();
        for (const canvas of figure.querySelectorAll('canvas')) {
            const { left, right, bottom } = canvas.getBoundingClientRect();
            if (right > Math.min(box.right, width) + 1 || left < box.left - 1 ||
                bottom > box.bottom + 1) {
                found.push(`${figure.id}: canvas ${Math.round(left)}..${Math.round(right)} in ` +
                    `${Math.round(box.left)}..${Math.round(box.right)} of ${width}`);
            }
        }
    }
    window.dispatchEvent(new Event('afterprint'));
    document.documentElement.style.width = '';
    return found;
}

// ---- outside the browser ------------------------------------------------------------

// By how much two convex shapes overlap, along the axis where it is least; <= 0: apart.
function depth(a, b) {
    let least = Infinity;
    for (const shape of [a, b]) {
        for (let i = 0; i < shape.length; i += 1) {
            const [p, q] = [shape[i], shape[(i + 1) % shape.length]];
            const length = Math.hypot(q[0] - p[0], q[1] - p[1]) || 1;
            const axis = [(p[1] - q[1]) / length, (q[0] - p[0]) / length];
            const [da, db] = [a, b].map((s) => s.map(([x, y]) => x * axis[0] + y * axis[1]));
            least = Math.min(least, Math.max(...da) - Math.min(...db),
                Math.max(...db) - Math.min(...da));
        }
    }
    return least;
}

function edges(box) {
    if (box.corners === undefined) {
        return box;
    }
    const [xs, ys] = [0, 1].map((k) => box.corners.map((corner) => corner[k]));
    return {
        left: Math.min(...xs), right: Math.max(...xs),
        top: Math.min(...ys), bottom: Math.max(...ys),
    };
}

function shapeOf({ corners, left, top, right, bottom }) {
    return corners ?? [[left, top], [right, top], [right, bottom], [left, bottom]];
}

// Pairs of boxes of one chart (or section) that overlap by more than `tolerance` pixels.
export function overlapping(boxes, tolerance = 1) {
    const pairs = [];
    const sorted = boxes.map((box) => ({ box, ...edges(box) })).sort((a, b) => a.top - b.top);
    sorted.forEach((a, i) => {
        for (let j = i + 1; j < sorted.length && sorted[j].top < a.bottom; j += 1) {
            const b = sorted[j];
            const [one, two] = [a.box, b.box];
            if (one.chart === two.chart && one.section === two.section &&
                (one.node === undefined || one.node !== two.node) &&
                b.left < a.right && a.left < b.right &&
                depth(shapeOf(one), shapeOf(two)) > tolerance) {
                pairs.push(`${one.chart ?? one.section}: '${one.text}' and '${two.text}'`);
            }
        }
    });
    return pairs;
}

// Labels that the edge of their chart cuts, by more than `tolerance` pixels.
export function cutOff(boxes, tolerance = 2) {
    return boxes.filter((box) => {
        const { left, top, right, bottom } = edges(box);
        return Math.min(left, top, box.width - right, box.height - bottom) < -tolerance;
    }).map((box) => `${box.chart}: '${box.text}'`);
}
