/** How the page of the API looks: light or dark as the reader likes it, and on a phone in one column. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1b2430; --soft: #566274; --paper: #fff; --panel: #f4f6f9; --line: #dde3ea; --accent: #0b5fbf; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6ebf2; --soft: #9aa8ba; --paper: #12171e; --panel: #1b222c; --line: #2d3744; --accent: #7db8ff; }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem; background: var(--panel); border-right: 1px solid var(--line); font-size: .875rem; line-height: 1.35; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li { margin: .3rem 0; }
nav > ul > li { margin-top: 1rem; }
nav > ul > li > a { font-weight: 600; text-transform: capitalize; color: var(--ink); }
nav ul ul { padding-left: .6rem; }
.home { font-size: 1.1rem; font-weight: 700; color: var(--ink); }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
a:focus-visible, summary:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main { max-width: 54rem; width: 100%; padding: 2rem clamp(1rem, 4vw, 3rem) 6rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.4rem; margin: 3rem 0 .25rem; text-transform: capitalize; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
h4 { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); margin: 1.1rem 0 .3rem; }
p { margin: .4rem 0; }
article { border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; margin: 1rem 0; scroll-margin-top: 1rem; }
article:target { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { background: var(--panel); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; margin: .5rem 0; max-height: 26rem; }
.method { display: inline-block; font-weight: 700; font-size: .75rem; padding: .1rem .5rem; border-radius: 5px; color: #fff; background: #47566b; }
.method.get { background: #1c6db5; }
.method.post { background: #1f7a45; }
.method.put, .method.patch { background: #8f5c00; }
.method.delete { background: #b3323c; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .5rem 0; }
th { text-align: left; color: var(--soft); font-weight: 600; }
th, td { padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td .wide { margin: -.35rem 0; }
.note { color: var(--soft); font-size: .85rem; }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); }
dl { display: grid; grid-template-columns: 3rem 1fr; gap: .2rem .5rem; margin: .5rem 0 0; font-size: .9rem; }
dt { font-weight: 700; }
dd { margin: 0; }
dd p { margin: 0; }
@media (max-width: 55rem) {
  body { display: block; }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  nav ul ul { display: none; }
  nav > ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
  nav > ul > li { margin-top: .4rem; }
}
`;
