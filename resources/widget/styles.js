// Look of the widget, inside its own shadow root: the page's styles do not reach it, nor it them.
const STYLES = `
:host { all: initial; --accent: #0f766e; --on-accent: #fff; --bg: #fff; --panel: #f6f6f4; --text: #1c1c1a; --muted: #595954; --line: #d9d9d4; --bubble: #fff; --danger: #a3231b; }
:host([data-theme='dark']) { --bg: #1b1c1e; --panel: #242629; --text: #f1f1ee; --muted: #b4b4ae; --line: #45474b; --bubble: #2e3034; --danger: #ff9d94; }
* { box-sizing: border-box; font: inherit; color: inherit; }
.root { font: 15px/1.45 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; color: var(--text); }
[hidden] { display: none !important; }
button { cursor: pointer; border: 0; background: none; }
:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
.launcher { position: fixed; right: 20px; bottom: 20px; z-index: 2147483000; display: flex; align-items: center; gap: 8px; min-height: 52px; padding: 0 20px; border-radius: 26px; background: var(--accent); color: var(--on-accent); font-weight: 600; box-shadow: 0 6px 24px rgba(0, 0, 0, .28); }
.launcher:focus-visible { outline-color: var(--accent); outline-offset: 3px; }
.launcher svg { width: 22px; height: 22px; }
.dot { width: 10px; height: 10px; border-radius: 5px; background: #ffd34d; }
.panel { position: fixed; right: 20px; bottom: 20px; z-index: 2147483001; display: flex; flex-direction: column; width: 390px; height: min(640px, calc(100dvh - 40px)); border: 1px solid var(--line); border-radius: 16px; overflow: hidden; background: var(--panel); box-shadow: 0 16px 48px rgba(0, 0, 0, .32); }
header { display: flex; align-items: center; gap: 12px; padding: 14px 16px; background: var(--accent); color: var(--on-accent); }
header div { flex: 1; min-width: 0; }
h2 { margin: 0; font-weight: 650; font-size: 15px; }
header p { margin: 0; font-size: 13px; }
header :focus-visible { outline-color: var(--on-accent); }
.icon { display: grid; place-items: center; width: 40px; height: 40px; border-radius: 20px; }
.icon svg { width: 20px; height: 20px; }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 16px; display: flex; flex-direction: column; gap: 12px; }
.message { max-width: 88%; }
.message p { margin: 0; padding: 10px 14px; border-radius: 14px; border: 1px solid var(--line); background: var(--bubble); white-space: pre-wrap; overflow-wrap: anywhere; }
.message.visitor { align-self: flex-end; }
.message.visitor p { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.message.human p { border-left: 4px solid var(--accent); }
.who { font-size: 12px; color: var(--muted); margin: 0 4px 3px; display: block; }
.cards { list-style: none; margin: 8px 0 0; padding: 0; display: grid; gap: 8px; }
.card { display: flex; gap: 12px; padding: 10px; border: 1px solid var(--line); border-radius: 12px; background: var(--bubble); }
.card img { width: 64px; height: 64px; object-fit: cover; border-radius: 8px; background: var(--panel); }
.card strong { display: block; font-weight: 600; overflow-wrap: anywhere; }
.card a { text-decoration: underline; text-underline-offset: 2px; }
.price { font-weight: 650; font-variant-numeric: tabular-nums; }
.price s { font-weight: 400; color: var(--muted); margin-left: 6px; }
.stock { font-size: 13px; color: var(--muted); }
.notice { font-size: 13px; color: var(--muted); margin: 0; }
.error { color: var(--danger); font-size: 13px; margin: 4px 4px 0; }
.error button, .link { text-decoration: underline; text-underline-offset: 2px; font-size: 13px; padding: 6px 4px; min-height: 32px; }
form { margin: 0; padding: 10px 12px 12px; border-top: 1px solid var(--line); background: var(--bg); }
.row { display: flex; align-items: flex-end; gap: 8px; }
textarea, input { width: 100%; padding: 10px 12px; border: 1px solid var(--muted); border-radius: 10px; background: var(--bg); color: var(--text); font-size: 16px; }
textarea { resize: none; max-height: 120px; min-height: 44px; }
label { display: block; font-size: 13px; font-weight: 600; margin: 8px 0 4px; }
.primary { min-height: 44px; padding: 0 16px; border-radius: 10px; background: var(--accent); color: var(--on-accent); font-weight: 600; }
.primary[disabled], .primary[aria-disabled='true'] { opacity: .6; cursor: default; }
.contact { flex: 1; overflow-y: auto; border-top: 0; }
.contact .primary { margin-top: 14px; width: 100%; }
.foot { display: flex; justify-content: space-between; align-items: center; padding: 0 12px 8px; background: var(--bg); font-size: 12px; color: var(--muted); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px) { .panel { inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0; } .launcher { right: 14px; bottom: 14px; } }
@media (prefers-reduced-motion: no-preference) { .typing { animation: breathe 1.4s ease-in-out infinite; } @keyframes breathe { 50% { opacity: .45; } } }
`

// Black or white on the shop's colour, whichever reads better (WCAG relative luminance).
function onColour(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000'
}
