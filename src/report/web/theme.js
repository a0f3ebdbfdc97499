// Colours: Okabe and Ito's for kinds, one hue for amounts, blue to orange through a neutral
// for signed values; each readable without telling red from green.
const light = {
    text: '#1f2328', faint: '#57606a', line: '#d0d7de', ground: '#ffffff', spread: '#cfe3f3',
    kinds: ['#0072B2', '#B34700', '#007A58', '#A8457F', '#8A6100', '#2F7FB3', '#4d4d4d'],
    amounts: ['#f1f6fb', '#c6dcef', '#8bbbdf', '#4a90c4', '#1f66a3', '#0b3c6f'],
    signed: ['#0b3c6f', '#2a78b5', '#8fc1e3', '#f3f3f3', '#f5b98a', '#d5702a', '#8a3500'],
    received: ['#8a1c00', '#d5702a', '#f3c79f', '#cfe3d8', '#8fbfa8'],
    events: ['#fbd3a8', '#f0984a', '#c65a00', '#7a2e00'],
    none: '#e3e3e3', warn: '#8a3500',
};
const dark = {
    text: '#e6edf3', faint: '#9da7b3', line: '#3a424c', ground: '#12161b', spread: '#24435e',
    kinds: ['#56B4E9', '#FF9A57', '#3DD6A7', '#E59BC5', '#E6B93C', '#9CCBEA', '#b5b5b5'],
    amounts: ['#16202b', '#1d3d5c', '#2a6293', '#4a90c4', '#8bbbdf', '#d5e7f6'],
    signed: ['#8fc8f5', '#4a93cf', '#234d73', '#23282e', '#6b3d1b', '#cf7a3d', '#ffc493'],
    received: ['#ff8a65', '#cf7a3d', '#6b5133', '#27453a', '#2f6b54'],
    events: ['#5c3a1c', '#a0591f', '#e8893a', '#ffc493'],
    none: '#2b3138', warn: '#ffb07a',
};

// Text on a filled cell: `share` says how far towards the strong end of a ramp it is.
export function inkOn(share) {
    return (share > 0.5) !== isDark() ? '#ffffff' : '#14181d';
}

let chosen = null; // 'light', 'dark', or null: as the system has it
const listeners = [];
const system = window.matchMedia('(prefers-color-scheme: dark)');
const paper = window.matchMedia('print');

export const isDark = () => !paper.matches && (chosen ? chosen === 'dark' : system.matches);
export const colours = () => (isDark() ? dark : light);

function apply() {
    document.documentElement.dataset.theme = isDark() ? 'dark' : 'light';
    listeners.forEach((listener) => listener());
}

export function onTheme(listener) {
    listeners.push(listener);
}

export function chooseTheme(theme) {
    chosen = theme;
    apply();
}

system.addEventListener('change', apply);
paper.addEventListener('change', apply);
apply();
