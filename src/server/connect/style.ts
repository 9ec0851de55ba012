/** The style sheet of all connect pages. */
export const STYLE = `:root {
  color-scheme: light dark;
  --text: #1c1e21;
  --quiet: #565c63;
  --page: #f3f4f6;
  --card: #fff;
  --line: #8b929a;
  --accent: #0b57c2;
  --on-accent: #fff;
  --alert: #a3161b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e8eaed;
    --quiet: #a8afb7;
    --page: #15171a;
    --card: #1f2226;
    --line: #6b737c;
    --accent: #8ab8ff;
    --on-accent: #0c1420;
    --alert: #ff9c98;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0; font-size: 1.1rem; }
p { margin: .5rem 0; }
a, summary { color: var(--accent); }
form { margin-top: 1rem; }
.quiet { color: var(--quiet); }
.alert { color: var(--alert); font-weight: 600; }
.networks { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 1rem; margin: 1rem 0; padding: 0; list-style: none; }
.card, fieldset { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; }
fieldset { margin: 0 0 1rem; }
.field { margin: 0 0 1rem; }
label { display: block; font-weight: 600; }
.choice label { display: flex; gap: .75rem; align-items: baseline; padding: .6rem 0; font-weight: 400; }
input[type=text], input[type=password] { width: 100%; padding: .6rem; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .35rem; }
.button, button { display: inline-block; min-height: 2.75rem; padding: .6rem 1.1rem; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: .35rem; }
.button.second, button.second { color: var(--accent); background: transparent; }
summary { padding: .6rem 0; cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
`;
